import assert from "node:assert/strict";
import { test } from "node:test";
import { portal } from "./harness.mjs";
import { assertVisibleFocus, isFocused, tabTo } from "./keys.mjs";
import { button, heading, link, row, says } from "./pages.mjs";
import { invite, somebody } from "./product.mjs";
import { links } from "./sandbox.mjs";

const here = portal();

test("with the keyboard alone a manager signs in, finds somebody, reinvites them and signs out", () =>
  here.as({}, async (page) => {
    const person = somebody("Yusuf", "Demir");
    await invite(here.demo, person);
    await links(page, person.email);

    await page.goto("/login");
    await page.keyboard.press("Tab");
    assert.ok(await isFocused(link(page, "Skip to main content")), "the first stop skips to the content");
    await assertVisibleFocus(page);
    await page.keyboard.press("Enter");
    await tabTo(page, page.getByLabel("Your Email Address"), { within: 1 });
    await page.keyboard.type(here.demo.manager.email);
    await tabTo(page, page.getByLabel("Your Password"), { within: 1 });
    await page.keyboard.type(here.demo.manager.password);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/dashboard");

    await tabTo(page, page.getByRole("main").getByRole("link", { name: /^Manage Account/ }));
    await page.keyboard.press("Enter");
    await heading(page, "Manage Account").waitFor();
    await tabTo(page, page.getByLabel("Search by first name, last name or email"));
    await page.keyboard.type(person.email);
    await page.keyboard.press("Enter");
    await row(page, person).waitFor();
    await tabTo(page, button(page, `Reinvite ${person.name}`));
    await page.keyboard.press("Enter");
    await says(page, `Invitation sent to ${person.name}.`);
    await tabTo(page, button(page, "Dismiss message"));
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "hidden" });

    await page.goto("/dashboard");
    await tabTo(page, button(page, /account menu$/));
    await page.keyboard.press("Enter");
    await tabTo(page, button(page, "Sign Out"));
    await page.keyboard.press("Enter");
    await says(page, "You are signed out.");
  }));

// LIST-9
test("a question keeps the keyboard inside, and Escape answers it with no", () =>
  here.as({}, async (page) => {
    await page.goto("/login");
    await page.getByLabel("Your Email Address").fill(here.demo.manager.email);
    await page.getByLabel("Your Password").fill(here.demo.manager.password);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/dashboard");
    await page.goto("/manage");
    const doctors = page.getByRole("switch", { name: "Doctors" });
    const before = await doctors.isChecked();
    await tabTo(page, doctors);
    await page.keyboard.press("Space");
    assert.equal(await doctors.isChecked(), !before);
    await tabTo(page, button(page, "Save 2-Step Verification Settings"), { within: 2 });
    await page.keyboard.press("Enter");

    const question = page.getByRole("dialog", { name: /2-step/ });
    await question.waitFor();
    assert.ok(await isFocused(question.getByRole("link", { name: "Cancel" })), "the safe answer has the focus");
    await assertVisibleFocus(page);
    for (let stops = 0; stops < 8; stops += 1) {
      await page.keyboard.press("Tab");
      const inside = await page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')");
      assert.ok(inside, "Tab does not leave the question");
    }
    await page.keyboard.press("Escape");
    await question.waitFor({ state: "hidden" });
    await heading(page, "Manage Account").waitFor();
    assert.equal(await doctors.isChecked(), before);
  }));

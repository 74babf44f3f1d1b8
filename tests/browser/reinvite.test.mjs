import assert from "node:assert/strict";
import { test } from "node:test";
import { look, portal } from "./harness.mjs";
import { button, heading, manage, row, says, search } from "./pages.mjs";
import { invite, somebody } from "./product.mjs";
import { links } from "./sandbox.mjs";

const here = portal();

// INV-5, INV-6, LIST-5
test("Reinvite sends a new link, hides its button until the page is reloaded, and the old link dies", () =>
  here.as({}, async (page) => {
    const person = somebody("Nadia", "Kowalczyk");
    await invite(here.demo, person);
    const [old] = await links(page, person.email);
    await manage(page, here.demo.manager);
    await search(page, person.email);

    await button(page, `Reinvite ${person.name}`).click();
    await says(page, `Invitation sent to ${person.name}.`);
    assert.match(await page.title(), /^Invitation sent to/);
    assert.equal(await button(page, /^Reinvite/).count(), 0);
    await row(page, person).getByText("Sent just now").waitFor();
    assert.equal(await page.getByLabel("Search by first name, last name or email").inputValue(), person.email);
    await look(page, "manage-reinvited");

    await page.reload();
    await button(page, `Reinvite ${person.name}`).waitFor();

    const both = await links(page, person.email, { atLeast: 2 });
    const fresh = both.find((one) => one !== old);
    await page.goto(old);
    await heading(page, "A newer invitation was sent").waitFor();
    const text = await page.getByRole("main").innerText();
    assert.ok(!text.includes(person.email), "an old link does not say to whom the newer one went");
    await look(page, "dead-link-newer");
    await page.goto(fresh);
    await heading(page, /invited you$/).waitFor();
  }));

// INV-8
test("opening a link any number of times uses nothing up", () =>
  here.as({}, async (page) => {
    const person = somebody("Kofi", "Amankwah");
    await invite(here.demo, person);
    const [mailed] = await links(page, person.email);
    for (let times = 0; times < 5; times += 1) {
      await fetch(mailed, { method: "HEAD" });
      await page.goto(mailed);
      await heading(page, /invited you$/).waitFor();
    }
    assert.ok(await button(page, "Get Started").isEnabled());
  }));

// INV-9
test("a withdrawn invitation leaves the list, and its link is dead", () =>
  here.as({}, async (page) => {
    const person = somebody("Colette", "Moreau");
    await invite(here.demo, person);
    const [mailed] = await links(page, person.email);
    await manage(page, here.demo.manager);
    await search(page, person.email);
    await page.getByRole("link", { name: `Edit ${person.name}` }).click();
    await page.getByRole("link", { name: "Withdraw invitation" }).click();
    const question = page.getByRole("dialog", { name: `Withdraw the invitation of ${person.name}?` });
    await question.waitFor();
    await look(page, "withdraw");
    await question.getByRole("button", { name: "Withdraw invitation" }).click();
    await heading(page, "Manage Account").waitFor();
    await search(page, person.email);
    await page.getByRole("heading", { name: /^Nobody matches/ }).waitFor();
    await page.goto(mailed);
    await heading(page, "This link no longer works").waitFor();
    await look(page, "dead-link-gone");
  }));

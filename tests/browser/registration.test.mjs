import assert from "node:assert/strict";
import { test } from "node:test";
import { look, portal } from "./harness.mjs";
import { button, enterCode, heading, link, manage, register, row, says, search, signIn, toCode, toInvitation } from "./pages.mjs";
import { invite, somebody } from "./product.mjs";
import { followMailedLink, newestCode, readCode } from "./sandbox.mjs";

const here = portal();

// INV-2, REG-3, REG-4
test("an invited doctor registers from the mailed link with phone, code, terms and password, and signs in", () =>
  here.as({}, async (page) => {
    const person = somebody();
    await invite(here.demo, person);
    const atEach = (name) => look(page, name);
    await register(page, person, { follow: followMailedLink, code: inAnotherWindow(readCode), atEach });
    await says(page, "You are registered. Sign in with your new password.");
    await look(page, "login-registered");
    await signIn(page, person);
    assert.equal(await page.getByRole("main").getByRole("link", { name: /^Manage Account/ }).count(), 0);

    await here.as({}, async (managers) => {
      await manage(managers, here.demo.manager);
      await search(managers, person.email);
      await row(managers, person).getByText("Registered", { exact: true }).waitFor();
    });
    await page.goto("/manage");
    await heading(page, "You cannot open this page").waitFor();
    assert.equal(await page.getByRole("table").count(), 0, "Manage Account is for User Managers only");
    await look(page, "forbidden");
    await toInvitation(page, person.email);
    await heading(page, /already registered|have registered/i).waitFor();
    await look(page, "dead-link-registered");
  }));

// REG-2
test("Re-Send Code kills the former code, and Change Delivery Method goes back one step", () =>
  here.as({}, async (page) => {
    const person = somebody("Emi", "Nakagawa");
    await invite(here.demo, person);
    await toCode(page, person);
    const first = await newestCode(page, person.cell);

    await link(page, "Change Delivery Method").click();
    await heading(page, "Verify your Identity").waitFor();
    const options = await page.getByLabel("Delivery method").getByRole("option").allInnerTexts();
    assert.ok(options.some((label) => /\bcall\b/i.test(label)), "every number can be called");
    await page.goto("/register/code");

    // The server may ask for a little patience between two codes.
    for (let tries = 0; tries < 60; tries += 1) {
      await button(page, "Re-Send Code").click();
      await heading(page, "Enter your secret code").waitFor();
      if ((await page.getByRole("alert").count()) === 0) break;
      await page.waitForTimeout(2_000);
    }
    await says(page, "New code sent. The old code no longer works.");
    const second = await newestCode(page, person.cell, [first]);

    await enterCode(page, first);
    await page.getByRole("alert").getByText(/That code is not right/).waitFor();
    await look(page, "register-code-error");
    await enterCode(page, `${second.slice(0, 3)} ${second.slice(3)}`);
    await heading(page, "Terms of Use").waitFor();
  }));

// REG-5
test("a step of the registration cannot be skipped by its address", () =>
  here.as({}, async (page) => {
    const person = somebody("Petra", "Novak");
    await invite(here.demo, person);
    await toCode(page, person);
    for (const path of ["/register/terms", "/register/password"]) {
      await page.goto(path);
      await heading(page, "Enter your secret code").waitFor();
    }
    await enterCode(page, await newestCode(page, person.cell));
    await heading(page, "Terms of Use").waitFor();
    await page.goto("/register/password");
    await heading(page, "Terms of Use").waitFor();
  }));

// REG-4
test("the password rules turn met while one types, and the server checks them all", () =>
  here.as({}, async (page) => {
    const person = somebody("Theo", "Lindqvist");
    await invite(here.demo, person);
    await register(page, person, {
      atEach: async (name) => {
        if (name !== "register-password") return;
        const open = page.locator("[data-rules-for] li[data-rule]:not(.met)");
        assert.ok((await open.count()) > 0);
        await page.getByLabel("New Password").fill(person.password);
        assert.equal(await open.count(), 0);
        await page.getByLabel("New Password").fill("short");
        await page.getByLabel("Re-enter Password").fill("short");
        await button(page, "Continue").click();
        await page.getByRole("alert").waitFor();
        await look(page, "register-password-error");
      },
    });
  }));

const inAnotherWindow = (read) => async (page, number) => {
  const window = await page.context().newPage();
  const code = await read(window, number);
  await window.close();
  return code;
};

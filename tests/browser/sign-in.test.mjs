import assert from "node:assert/strict";
import { test } from "node:test";
import { look, portal } from "./harness.mjs";
import { button, heading, link, manage, says, signIn, trySignIn } from "./pages.mjs";

const here = portal();

// SESS-4
test("a User Manager signs in, finds the tools on the dashboard and signs out again", () =>
  here.as({}, async (page) => {
    await page.goto("/");
    await heading(page, "Sign in").waitFor();
    await look(page, "login");
    await signIn(page, here.demo.manager);
    await look(page, "dashboard");
    const tools = page.getByRole("main").getByRole("link");
    assert.ok(await tools.filter({ hasText: "Manage Account" }).isVisible());
    assert.ok(await tools.filter({ hasText: "Profile" }).isVisible());

    await button(page, /account menu$/).click();
    await button(page, "Sign Out").click();
    await heading(page, "Sign in").waitFor();
    await says(page, "You are signed out.");
    await page.goto("/dashboard");
    await heading(page, "Sign in").waitFor();
  }));

// LIST-1
test("Manage Account opens from the avatar menu too", () =>
  here.as({}, async (page) => {
    await signIn(page, here.demo.manager);
    await button(page, /account menu$/).click();
    await link(page, /^Manage .* Accounts$/).click();
    await heading(page, "Manage Account").waitFor();
  }));

// LOCK-3
test("a wrong password and an unknown address get the same answer", () =>
  here.as({}, async (page) => {
    const answers = [];
    for (const email of [here.demo.manager.email, "nobody@brightwater.example"]) {
      await trySignIn(page, { email, password: "not-the-password-of-anybody" });
      await page.getByRole("alert").waitFor();
      assert.match(await page.title(), /^Error: /);
      assert.equal(await page.getByLabel("Your Email Address").inputValue(), email, "the address need not be typed again");
      assert.equal(await page.getByLabel("Your Password").inputValue(), "");
      answers.push(await page.getByRole("alert").innerText());
    }
    assert.equal(answers[0], answers[1]);
    assert.match(answers[0], /We could not sign you in\. Check your email address and password\./);
    await look(page, "login-error");
  }));

test("the password can be shown and hidden", () =>
  here.as({}, async (page) => {
    await page.goto("/login");
    const password = page.getByLabel("Your Password");
    await password.fill("something");
    await button(page, "Show password").click();
    assert.equal(await password.getAttribute("type"), "text");
    await button(page, "Show password").click();
    assert.equal(await password.getAttribute("type"), "password");
  }));

// SESS-1
test("the profile shows where one is signed in, and another session can be ended there", () =>
  here.as({}, async (page) => {
    const other = await here.visitor();
    await signIn(other, here.demo.manager);
    await signIn(page, here.demo.manager);
    await link(page, "Profile").first().click();
    await heading(page, "My Profile").waitFor();
    await look(page, "profile");
    // The newest of the others is the one that just signed in.
    const before = await button(page, /^End/).count();
    assert.ok(before > 0);
    for (let left = before; left > 0; left -= 1) {
      await button(page, /^End/).first().click();
      await heading(page, "My Profile").waitFor();
    }
    await other.goto("/dashboard");
    await heading(other, "Sign in").waitFor();
    await other.leave();
  }));

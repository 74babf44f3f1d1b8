import assert from "node:assert/strict";
import { test } from "node:test";
import { look, portal } from "./harness.mjs";
import { button, heading, manage, register, says, search, signIn, trySignIn } from "./pages.mjs";
import { invite, somebody } from "./product.mjs";
import { links, newestLetter } from "./sandbox.mjs";

const here = portal();

test("help, privacy, terms and accessibility can be read by anybody", () =>
  here.as({}, async (page) => {
    for (const [name, path] of [["Help", "/help"], ["Privacy", "/privacy"], ["Terms of Use", "/terms"], ["Accessibility", "/accessibility"]]) {
      await page.goto("/login");
      await page.getByRole("contentinfo").getByRole("link", { name }).click();
      await page.waitForURL(`**${path}`);
      await look(page, path.slice(1));
    }
  }));

test("an address that leads nowhere says so", () =>
  here.as({}, async (page) => {
    const answer = await page.goto("/no-such-page");
    assert.equal(answer.status(), 404);
    await heading(page, "We cannot find that page").waitFor();
    await look(page, "not-found");
  }));

// INV-5
test("a link that never was is as dead as one that was taken back", () =>
  here.as({}, async (page) => {
    const answer = await page.goto("/register/abcdefghijklmnopqrstuvwxyz");
    assert.equal(answer.status(), 410);
    await heading(page, "This link no longer works").waitFor();
  }));

// SESS-1
test("a form of a session that has ended does nothing and says so", () =>
  here.as({}, async (page) => {
    const person = somebody("Rania", "Haddad");
    await invite(here.demo, person);
    await links(page, person.email);
    await manage(page, here.demo.manager);
    await search(page, person.email);
    const reinvite = button(page, `Reinvite ${person.name}`);
    await reinvite.waitFor();

    const beside = await page.context().newPage();
    await beside.goto("/dashboard");
    await button(beside, /account menu$/).click();
    await button(beside, "Sign Out").click();
    await heading(beside, "Sign in").waitFor();
    await beside.close();

    await reinvite.click();
    await heading(page, "Your session ended").waitFor();
    await look(page, "session-ended");
    assert.equal((await links(page, person.email)).length, 1);
    await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await heading(page, "Sign in").waitFor();
  }));

// INV-3
test("somebody with an account is asked to join, and joins with the password they have", () =>
  here.as({}, async (page) => {
    const person = somebody("Oluwaseun", "Adebayo");
    await invite(here.demo, person, { placement: "outside" });
    await register(page, person);
    await invite(here.demo, person, { again: true });
    const letter = await newestLetter(page, person.email, { atLeast: 2 });
    await page.goto(letter.links[0]);
    await heading(page, /^Join /).waitFor();
    await look(page, "join-visitor");
    await page.getByRole("link", { name: "Sign in to join" }).click();
    await page.getByLabel("Your Email Address").fill(person.email);
    await page.getByLabel("Your Password").fill(person.password);
    await button(page, "Sign In").click();
    await heading(page, /^Join /).waitFor();
    await page.getByText(person.email).waitFor();
    await look(page, "join");
    await button(page, /^Join /).click();
    await says(page, "You have joined the practice.");

    await here.as({}, async (managers) => {
      await manage(managers, here.demo.manager);
      await search(managers, person.email);
      await managers.getByRole("row").filter({ hasText: person.last }).getByText("Registered", { exact: true }).waitFor();
    });
  }));

// SESS-4, LIST-1
test("a staff member finds no people to manage", () =>
  here.as({}, async (page) => {
    await signIn(page, here.demo.staff);
    assert.equal(await page.getByRole("link", { name: /Manage/ }).count(), 0);
    await look(page, "dashboard-staff");
  }));

test("an address in a wrong format is no sign-in, and says how to put it right", () =>
  here.as({}, async (page) => {
    await page.goto("/login");
    await page.locator("main form").evaluate((form) => { form.noValidate = true; });
    await page.getByLabel("Your Email Address").fill("somebody");
    await page.getByLabel("Your Password").fill("something");
    await button(page, "Sign In").click();
    await page.getByRole("alert").getByText(/correct format/).waitFor();
    assert.equal(await page.getByLabel("Your Email Address").inputValue(), "somebody");
    await look(page, "login-format");
    await trySignIn(page, here.demo.staff);
    await page.waitForURL("**/dashboard");
  }));

test("the demo's mailbox and phone can be read by everybody too", () =>
  here.as({}, async (page) => {
    const person = somebody("Ingrid", "Halvorsen");
    await invite(here.demo, person);
    await links(page, person.email);
    await page.goto(`/sandbox/mail?to=${encodeURIComponent(person.email)}`);
    await heading(page, "Mail").waitFor();
    await look(page, "sandbox-mail");
    await page.getByRole("table").getByRole("link").first().click();
    await page.getByRole("heading", { name: "As text" }).waitFor();
    await look(page, "sandbox-letter");
    await page.goto("/sandbox/phone");
    await look(page, "sandbox-phone");
    await page.goto("/sandbox/mail?to=nobody-has-this");
    await look(page, "sandbox-empty");
    await page.goto("/sandbox/nothing");
    await look(page, "sandbox-missing");
  }));

import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./demo.mjs";
import { look, portal } from "./harness.mjs";
import { button, heading, link, register, says, signIn, trySignIn } from "./pages.mjs";
import { invite, somebody } from "./product.mjs";
import { newestCode, newestLetter } from "./sandbox.mjs";

const here = portal();
const better = "Zk3!-Harbor-Violet-Moss";

/** Asks for a link to a new password. */
async function forget(page, address) {
  await page.goto("/login");
  await link(page, "Forgot Password").click();
  await heading(page, "Forgot your password?").waitFor();
  await page.getByLabel("Your Email Address").fill(address);
  await button(page, "Continue").click();
  await heading(page, "Check your email").waitFor();
}

/** The link to a new password in the newest letter to an address. */
const resetLink = (page, address) =>
  until(`a link to a new password for ${address} lies in the mailbox`, async () => {
    const letter = await newestLetter(page, address);
    return letter.links.find((found) => found.includes("/reset/"));
  });

/** The code word that was texted to a number. */
const codeWord = (page, number) =>
  until(`a code word for ${number} is on the phone`, async () => {
    const code = await newestCode(page, number);
    return /^[a-z]+(-[a-z]+)+$/.test(code) && code;
  });

/** Walks from the mailed link to the sign-in page. `atEach` sees every page on the way by name. */
async function renew(page, person, atEach = async () => {}) {
  await page.goto(await resetLink(page, person.email));
  await heading(page, "Choose a new password").waitFor();
  assert.equal(new URL(page.url()).pathname, "/password", "the address holds no token");
  await atEach("password-link");
  await button(page, "Continue").click();

  await heading(page, "Enter the code word").waitFor();
  await atEach("password-code-word");
  await giveWord(page, await codeWord(page, person.cell));

  await heading(page, "Choose a password").waitFor();
  await page.getByText(person.email).waitFor();
  await atEach("password-new");
  await page.getByLabel("New Password").fill(better);
  if (page.script) assert.equal(await page.locator("#rules li[data-rule]:not(.met)").count(), 0, "every rule turned green");
  await page.getByLabel("Re-enter Password").fill(better);
  await button(page, "Save password").click();
  await heading(page, "Sign in").waitFor();
  await says(page, "Your new password is saved. Sign in with it.");
}

async function giveWord(page, word) {
  await page.getByLabel("Practice Code Word").fill(word);
  await button(page, "Continue").click();
}

/** Somebody new who has registered, in a browser of their own. */
async function registered(first, last) {
  const person = somebody(first, last);
  await invite(here.demo, person);
  await here.as({}, (theirs) => register(theirs, person));
  return person;
}

// EMP-4, CODE-3, SESS-1
test("Theo forgets his password, and with the mailed link and the texted code word he chooses another", () =>
  here.as({}, async (page) => {
    const theo = { ...here.demo.staff, cell: "(218) 555-0163" };
    const elsewhere = await here.visitor();
    await signIn(elsewhere, theo);

    await page.goto("/forgot");
    await look(page, "forgot");
    await forget(page, theo.email);
    await look(page, "forgot-sent");
    await renew(page, theo, (name) => look(page, name));

    await elsewhere.goto("/dashboard");
    await heading(elsewhere, "Sign in").waitFor();
    await elsewhere.leave();
    await trySignIn(page, theo);
    await page.getByRole("alert").waitFor();
    await signIn(page, { ...theo, password: better });
  }));

// EMP-4, LIST-6
test("without JavaScript a forgotten password is renewed, too", () =>
  here.as({ script: false }, async (page) => {
    const person = await registered("Ottilie", "Brandt");
    await forget(page, person.email);
    await renew(page, person, (name) => look(page, name));
    await signIn(page, { ...person, password: better });
  }));

// CODE-3
test("five wrong code words kill the link, and the page says whom to call", () =>
  here.as({}, async (page) => {
    const person = await registered("Wendell", "Pryce");
    await forget(page, person.email);
    const mailed = await resetLink(page, person.email);
    await page.goto(mailed);
    await button(page, "Continue").click();
    for (const left of ["4 tries", "3 tries", "2 tries", "1 try"]) {
      await giveWord(page, "not-the-word");
      await page.getByRole("alert").getByText(`You have ${left} left`).waitFor();
      assert.equal(await page.getByLabel("Practice Code Word").inputValue(), "");
    }
    await look(page, "password-code-word-wrong");
    await giveWord(page, "not-the-word");
    await heading(page, "This link no longer works").waitFor();
    await link(page, "(218) 555-0142").waitFor();
    await look(page, "password-link-dead");
    await page.goto(mailed);
    await heading(page, "This link no longer works").waitFor();
    await page.goto("/password/new");
    await heading(page, "This link no longer works").waitFor();
    await signIn(page, person);
  }));

// LK-08, LOCK-2
test("whoever is locked out lets themselves in with a new password", () =>
  here.as({}, async (page) => {
    const person = await registered("Marguerite", "Oyelaran");
    await here.as({}, async (guesser) => {
      for (let guess = 1; guess <= 7; guess += 1) {
        await trySignIn(guesser, { email: person.email, password: `guess-number-${guess}-of-many` });
        await guesser.getByRole("alert").waitFor();
      }
      await trySignIn(guesser, person);
      await guesser.getByRole("alert").waitFor();
    });
    await forget(page, person.email);
    await renew(page, person);
    await signIn(page, { ...person, password: better });
  }));

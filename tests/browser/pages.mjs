// The portal's pages in the words of their users.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { newestCode, newestLink } from "./sandbox.mjs";

export const heading = (page, name) => page.getByRole("heading", { level: 1, name });
export const button = (page, name) => page.getByRole("button", { name });
export const link = (page, name) => page.getByRole("link", { name });

/** The black message at the upper right. */
export const toast = (page) => page.getByRole("dialog", { name: "Confirmation" }).getByRole("status");

/** Asserts that the black message says this. */
export async function says(page, message) {
  await toast(page).waitFor();
  const text = await toast(page).innerText();
  if (message instanceof RegExp) assert.match(text, message);
  else assert.equal(text, message);
}

/** Fills the sign-in page and sends it. */
export async function trySignIn(page, { email, password }) {
  await page.goto("/login");
  await page.getByLabel("Your Email Address").fill(email);
  await page.getByLabel("Your Password").fill(password);
  await button(page, "Sign In").click();
}

/** Signs in and arrives at the dashboard. */
export async function signIn(page, person) {
  await trySignIn(page, person);
  await page.waitForURL("**/dashboard");
}

/** Signs in and goes to Manage Account, as a User Manager. */
export async function manage(page, manager) {
  await signIn(page, manager);
  await page.getByRole("main").getByRole("link", { name: /^Manage Account/ }).click();
  await heading(page, "Manage Account").waitFor();
}

/** Searches Manage Account. */
export async function search(page, text) {
  await page.getByLabel("Search by first name, last name or email").fill(text);
  await button(page, "Search").click();
  await page.waitForURL((url) => url.searchParams.get("q") === text);
}

/** Sorts Manage Account by a column, in a direction. */
export async function sortBy(page, name, direction) {
  const header = page.getByRole("columnheader", { name });
  for (let clicks = 0; clicks < 2 && (await header.getAttribute("aria-sort")) !== direction; clicks += 1) {
    const before = page.url();
    await header.getByRole("link").click();
    await page.waitForURL((url) => url.href !== before);
  }
  assert.equal(await header.getAttribute("aria-sort"), direction, `${name} sorts ${direction}`);
  assert.equal(await page.locator("th[aria-sort]").count(), 1, "one column is the sorted one");
}

/** The row of a person in Manage Account. */
export const row = (page, name) =>
  page.getByRole("table", { name: "People in your account" }).getByRole("row").filter({ hasText: name.last ?? name });

/** The texts of one column of Manage Account, from the top. */
export async function column(page, name) {
  const headers = await page.getByRole("columnheader").allInnerTexts();
  const index = headers.findIndex((header) => header.trim().startsWith(name));
  assert.notEqual(index, -1, `there is no column ${name}`);
  const cells = page.locator(`tbody tr > :nth-child(${index + 1})`);
  return (await cells.allInnerTexts()).map((text) => text.trim());
}

/** Walks from the mailed link to the sign-in page. `atEach` sees every page on the way by name. */
export async function register(page, person, { follow = toInvitation, code = newestCode, atEach = async () => {} } = {}) {
  await follow(page, person.email);
  await heading(page, /invited you$/).waitFor();
  await atEach("register-opened");
  await button(page, "Get Started").click();

  await heading(page, "What is your phone number?").waitFor();
  await atEach("register-phone");
  await page.getByLabel("Cell Phone").fill(person.cell);
  await button(page, "Continue").click();

  await heading(page, "Verify your Identity").waitFor();
  await atEach("register-verify-identity");
  await chooseText(page);

  await heading(page, "Enter your secret code").waitFor();
  await atEach("register-code");
  await enterCode(page, await code(page, person.cell));

  await heading(page, "Terms of Use").waitFor();
  await atEach("register-terms");
  await acceptTerms(page);

  await heading(page, "Choose a password").waitFor();
  await atEach("register-password");
  await page.getByLabel("New Password").fill(person.password);
  await page.getByLabel("Re-enter Password").fill(person.password);
  await button(page, "Continue").click();
  await heading(page, "Sign in").waitFor();
}

/** Walks to the step that asks for the code that was sent as a text. */
export async function toCode(page, person) {
  await toInvitation(page, person.email);
  await button(page, "Get Started").click();
  await page.getByLabel("Cell Phone").fill(person.cell);
  await button(page, "Continue").click();
  await chooseText(page);
  await heading(page, "Enter your secret code").waitFor();
}

/** Asks for the code as a text. */
async function chooseText(page) {
  const methods = page.getByLabel("Delivery method");
  await methods.waitFor();
  const text = (await methods.getByRole("option").allInnerTexts()).find((label) => label.startsWith("Send a text"));
  assert.ok(text, "a cell phone can be sent a text");
  await methods.selectOption({ label: text });
  await button(page, "Continue").click();
}

/** Opens the link in the newest invitation. */
export const toInvitation = async (page, address) => page.goto(await newestLink(page, address));

/** Enters a secret code. */
export async function enterCode(page, code) {
  await page.getByLabel("Secret code").fill(code);
  await button(page, "Continue").click();
}

/** Reads the terms: by scrolling, or without script by ticking that one has. */
export async function acceptTerms(page) {
  if (page.script) await button(page, "I Accept").scrollIntoViewIfNeeded();
  else await page.getByLabel("I have read the Terms of Use to the end").check();
  await button(page, "I Accept").click();
}

/** Signs out by the menu. */
export async function signOut(page) {
  await page.goto("/dashboard");
  await button(page, /account menu$/).click();
  await button(page, "Sign Out").click();
  await heading(page, "Sign in").waitFor();
}

/** Enters a code of an authenticator app, or a recovery code. */
export async function enterFactor(page, label, code) {
  await page.getByLabel(label, { exact: true }).fill(code);
  await button(page, "Continue").click();
}

/** What an authenticator app shows for a key at this moment (RFC 6238). */
export function codeOf(key) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...key.replaceAll(" ", "")].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const tag = createHmac("sha1", secret).update(step).digest();
  const number = tag.readUInt32BE(tag.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

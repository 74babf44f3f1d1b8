// The demo's mailbox and phone. Programs ask them in JSON; people look at the pages.

import assert from "node:assert/strict";
import { until } from "./demo.mjs";

/** The registration links mailed to an address, the newest first; waits until there are so many. */
export async function links(page, address, { atLeast = 1 } = {}) {
  return until(`${atLeast} invitations to ${address} lie in the mailbox`, async () => {
    const letters = await ask(page, `/sandbox/mail.json?to=${encodeURIComponent(address)}`);
    const theirs = letters.filter((letter) => letter.to === address);
    const found = theirs.flatMap((letter) => letter.links.filter((link) => link.includes("/register/")));
    return found.length >= atLeast && found;
  });
}

/** The newest letter to an address; waits until there are so many. */
export async function newestLetter(page, address, { atLeast = 1 } = {}) {
  return until(`${atLeast} letters to ${address} lie in the mailbox`, async () => {
    const letters = await ask(page, `/sandbox/mail.json?to=${encodeURIComponent(address)}`);
    const theirs = letters.filter((letter) => letter.to === address);
    return theirs.length >= atLeast && theirs[0];
  });
}

/** The link in the newest invitation to an address. */
export const newestLink = async (page, address) => (await links(page, address))[0];

/** The newest secret code sent to a number; waits for one that is not among those known already. */
export async function newestCode(page, number, known = []) {
  return until(`a new code for ${number} is on the phone`, async () => {
    const messages = await ask(page, `/sandbox/phone.json?to=${encodeURIComponent(number)}`);
    return messages.map((message) => message.code).find((code) => !known.includes(code));
  });
}

/** Opens the newest letter to an address and follows the link in it, as a person does. */
export async function followMailedLink(page, address) {
  await links(page, address);
  await page.goto("/sandbox/mail");
  await page.getByLabel("Address").fill(address);
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("row").filter({ hasText: address }).first().getByRole("link").click();
  await page.getByRole("heading", { name: "As text" }).waitFor();
  await page.locator('a[href*="/register/"]').first().click();
}

/** Reads the newest code from the phone's page, as a person does. */
export async function readCode(page, number) {
  await newestCode(page, number);
  await page.goto("/sandbox/phone");
  const code = await page.getByRole("row").filter({ hasText: number }).first().getByRole("rowheader").innerText();
  assert.match(code, /^\d{6}$/);
  return code;
}

async function ask(page, path) {
  const answer = await page.request.get(path);
  assert.ok(answer.ok(), `${path} answered ${answer.status()}`);
  return answer.json();
}

// The mailbox and the phone of the demo, read in the browser as a developer reads them.

import assert from "node:assert/strict";
import { until } from "./demo.mjs";

const LINK = /https?:\/\/[^\s"'<>]+\/register\/[^\s"'<>]+/g;

/** The registration links mailed to an address, the newest first; waits until there are so many. */
export async function links(page, address, { atLeast = 1 } = {}) {
  return until(`${atLeast} invitations to ${address} lie in the mailbox`, async () => {
    const found = await linksNow(page, address);
    return found.length >= atLeast && found;
  });
}

/** The link in the newest mail to an address. */
export const newestLink = async (page, address, options) => (await links(page, address, options))[0];

/** The newest secret code sent to a number; waits for one that is not among those known already. */
export async function newestCode(page, number, known = []) {
  const code = await until(`a new code for ${number} is on the phone`, async () => {
    await page.goto("/sandbox/phone");
    const lastDigits = number.replace(/\D/g, "").slice(-10);
    const entries = await entriesWith(page, (text) => text.replace(/[^\d\n]/g, "").includes(lastDigits));
    const codes = entries.flatMap((text) => text.match(/(?<![\d-])\d{6}(?![\d-])/g) ?? []);
    return codes.find((code) => !known.includes(code));
  });
  assert.match(code, /^\d{6}$/);
  return code;
}

async function linksNow(page, address) {
  await page.goto("/sandbox/mail");
  const rows = entries(page).filter({ hasText: address });
  const mails = await rows.getByRole("link").evaluateAll((anchors) => anchors.map((anchor) => anchor.href));
  const found = [];
  for (const text of await rows.allInnerTexts()) found.push(...(text.match(LINK) ?? []));
  for (const mail of new Set(mails)) {
    if (new RegExp(LINK).test(mail)) {
      found.push(mail);
    } else if (new URL(mail).pathname.startsWith("/sandbox/")) {
      found.push(...(await linksInMail(page, mail)));
    }
  }
  return [...new Set(found)];
}

async function linksInMail(page, mail) {
  await page.goto(mail);
  const texts = [await page.content()];
  for (const frame of page.frames().slice(1)) texts.push(await frame.content());
  return texts.flatMap((text) => text.match(LINK) ?? []).slice(0, 1);
}

const entries = (page) => page.locator("main").locator("li, tbody tr, article");

async function entriesWith(page, fits) {
  return (await entries(page).allInnerTexts()).filter(fits);
}

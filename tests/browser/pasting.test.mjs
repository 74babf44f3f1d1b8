import { test } from "node:test";
import { until } from "./demo.mjs";
import { portal } from "./harness.mjs";
import { paste } from "./keys.mjs";
import { button, codeOf, heading, register, signIn, signOut, toCode, trySignIn } from "./pages.mjs";
import { invite, somebody } from "./product.mjs";
import { newestCode, newestLetter } from "./sandbox.mjs";

const here = portal();

for (const script of [true, false]) {
  const how = script ? "" : ", without JavaScript";

  // REG-2
  test(`a secret code is pasted as it came, with blanks and a dash${how}`, () =>
    here.as({ script }, async (page) => {
      const person = somebody("Marguerite", "Duval");
      await invite(here.demo, person);
      await toCode(page, person);
      const code = await newestCode(page, person.cell);
      await paste(page, page.getByLabel("Secret code"), ` ${code.slice(0, 3)} - ${code.slice(3)}  `);
      await button(page, "Continue").click();
      await heading(page, "Terms of Use").waitFor();
    }));

  // CODE-3, CW-02
  test(`a code word is pasted in capitals, with blanks and dashes of any kind${how}`, () =>
    here.as({ script }, async (page) => {
      const person = await registered("Bartholomew", "Quist");
      await page.goto("/forgot");
      await page.getByLabel("Your Email Address").fill(person.email);
      await button(page, "Continue").click();
      await heading(page, "Check your email").waitFor();
      const link = await until("a reset link is in the mailbox", async () =>
        (await newestLetter(page, person.email)).links.find((found) => found.includes("/reset/")));
      const word = await until("a code word is on the phone", async () => {
        const code = await newestCode(page, person.cell);
        return /^[a-z]+(-[a-z]+)+$/.test(code) && code;
      });
      await page.goto(link);
      await button(page, "Continue").click();
      const [first, ...rest] = word.toUpperCase().split("-");
      await paste(page, page.getByLabel("Practice Code Word"), `  ${first}  ${rest.join(" \u2013 ")} `);
      await button(page, "Continue").click();
      await heading(page, "Choose a password").waitFor();
    }));

  // SESS-3, OT-08
  test(`codes of an authenticator app and recovery codes are pasted as they are shown${how}`, () =>
    here.as({ script }, async (page) => {
      const person = await registered("Philippa", "Okonjo");
      await signIn(page, person);
      await page.goto("/profile/second-factor");
      await button(page, "Set Up an App").click();
      const key = await page.locator("[data-setup-key]").innerText();
      const used = codeOf(key);
      await paste(page, page.getByLabel("Code", { exact: true }), ` ${used.slice(0, 3)} ${used.slice(3)} `);
      await button(page, "Continue").click();
      const recovery = page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
      const codes = await recovery.allInnerTexts();
      await signOut(page);

      await trySignIn(page, person);
      await heading(page, "Enter your code").waitFor();
      const next = await until("the app shows another code", () => codeOf(key) !== used && codeOf(key));
      await paste(page, page.getByLabel("Code", { exact: true }), `${next.slice(0, 3)}-${next.slice(3)}`);
      await button(page, "Continue").click();
      await page.waitForURL("**/dashboard");
      await signOut(page);

      await trySignIn(page, person);
      await page.getByRole("link", { name: "Use a recovery code" }).click();
      const shown = codes[0].toUpperCase();
      await paste(page, page.getByLabel("Recovery code", { exact: true }), ` ${shown.slice(0, 4)} ${shown.slice(4)} `);
      await button(page, "Continue").click();
      await page.waitForURL("**/dashboard");
    }));
}

/** Somebody new who has registered, in a browser of their own. */
async function registered(first, last) {
  const person = somebody(first, last);
  await invite(here.demo, person);
  await here.as({}, (theirs) => register(theirs, person));
  return person;
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./demo.mjs";
import { look, portal } from "./harness.mjs";
import { button, codeOf, enterFactor, heading, link, register, says, signIn, signOut, trySignIn } from "./pages.mjs";
import { invite, somebody } from "./product.mjs";

const here = portal();

for (const script of [true, false]) {
  const how = script ? "" : ", without JavaScript";

  // SESS-3, OT-08
  test(`somebody turns the second factor on, signs in with a code, and with a recovery code once${how}`, () =>
    here.as({ script }, async (page) => {
      const person = await registered("Ikenna", "Obi");
      await signIn(page, person);
      await page.goto("/profile");
      await heading(page, "My Profile").waitFor();
      await look(page, "profile");
      await link(page, /^Set Up/).click();
      await heading(page, "Authenticator app").waitFor();
      await look(page, "second-factor-off");
      await button(page, "Set Up an App").click();
      await page.getByRole("img", { name: "QR code of the setup key" }).waitFor();
      await look(page, "second-factor-set-up");
      const key = await page.locator("[data-setup-key]").innerText();
      await enterFactor(page, "Code", "000000");
      await page.getByRole("alert").waitFor();
      assert.equal(await page.locator("[data-setup-key]").innerText(), key);
      const used = codeOf(key);
      await enterFactor(page, "Code", used);
      await heading(page, "Authenticator app").waitFor();
      const codes = await page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem").allInnerTexts();
      assert.equal(codes.length, 10);
      await look(page, "second-factor-codes");
      await signOut(page);

      await trySignIn(page, person);
      await heading(page, "Enter your code").waitFor();
      await look(page, "login-code");
      await enterFactor(page, "Code", used);
      await page.getByText("You have 4 tries left.").first().waitFor();
      await enterFactor(page, "Code", await nextCode(key, used));
      await page.waitForURL("**/dashboard");
      await signOut(page);

      await trySignIn(page, person);
      await link(page, "Use a recovery code").click();
      await heading(page, "Enter a recovery code").waitFor();
      await look(page, "login-recovery");
      await enterFactor(page, "Recovery code", codes[2]);
      await page.waitForURL("**/dashboard");
      await signOut(page);
      await trySignIn(page, person);
      await link(page, "Use a recovery code").click();
      await enterFactor(page, "Recovery code", codes[2]);
      await page.getByRole("alert").waitFor();
      await heading(page, "Enter a recovery code").waitFor();
    }));

  // PW-07, SE-06
  test(`somebody changes the password, which ends the other session${how}`, () =>
    here.as({ script }, async (page) => {
      const person = await registered("Wanjiru", "Kamau");
      await here.as({}, async (other) => {
        await signIn(other, person);
        await signIn(page, person);
        await page.goto("/profile");
        await link(page, "Change your password").click();
        await heading(page, "Change your password").waitFor();
        await look(page, "change-password");
        const password = "copper heron violet 41";
        await changePassword(page, "wrong", password);
        await page.getByRole("alert").waitFor();
        await changePassword(page, person.password, password);
        await says(page, "Your password is changed. Your other sessions have ended.");
        await other.goto("/dashboard");
        await heading(other, "Sign in").waitFor();
        await signOut(page);
        await signIn(page, { ...person, password });
      });
    }));

  // Section 11, SE-08
  test(`somebody changes the email address through the new mailbox${how}`, () =>
    here.as({ script }, async (page) => {
      const person = await registered("Sunniva", "Dahl");
      const email = `new.${person.email}`;
      await signIn(page, person);
      await page.goto("/profile");
      await link(page, "Change your email address").click();
      await heading(page, "Change your email address").waitFor();
      await look(page, "change-email");
      await page.getByLabel("New Email Address").fill(email);
      await button(page, "Send Link").click();
      await says(page, "We sent a link to the new address. Until it is followed nothing changes.");
      await page.goto(await mailedLink(page, email));
      await heading(page, "Confirm your new email address").waitFor();
      await look(page, "confirm-email");
      await button(page, "Confirm This Address").click();
      await says(page, "Your email address is changed.");
      await signOut(page);
      await signIn(page, { ...person, email });
    }));

  // PRA-5
  test(`somebody in two practices chooses one and switches${how}`, () =>
    here.as({ script }, async (page) => {
      await trySignIn(page, here.demo.both);
      await heading(page, "Choose a practice").waitFor();
      await look(page, "practices");
      await button(page, "Continue in Brightwater Family Dental").click();
      await page.waitForURL("**/dashboard");
      await page.getByRole("banner").getByText("Brightwater Family Dental").waitFor();
      await button(page, /account menu$/).click();
      await link(page, "Switch Practice").click();
      await button(page, "Continue in Lakeside Orthodontics").click();
      await page.waitForURL("**/dashboard");
      await page.getByRole("banner").getByText("Lakeside Orthodontics").waitFor();
    }));
}

/** Somebody new who has registered. */
async function registered(first, last) {
  const person = somebody(first, last);
  await invite(here.demo, person);
  await here.as({}, (theirs) => register(theirs, person));
  return person;
}

async function changePassword(page, current, password) {
  await page.getByLabel("Current Password").fill(current);
  await page.getByLabel("New Password", { exact: true }).fill(password);
  await page.getByLabel("Re-enter New Password").fill(password);
  await button(page, "Change Password").click();
}

/** The link of the newest letter to an address that asks to confirm it. */
const mailedLink = (page, address) =>
  until(`a link lies in the mailbox of ${address}`, async () => {
    const letters = await (await page.request.get(`/sandbox/mail.json?to=${encodeURIComponent(address)}`)).json();
    return letters.flatMap((letter) => letter.links).find((one) => one.includes("/email/"));
  });

/** The code of a later step than the one that was used: a code is good once. */
const nextCode = (key, used) => until("the app shows another code", () => codeOf(key) !== used && codeOf(key), 60_000);

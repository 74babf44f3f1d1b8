// Somebody answers STOP to one of our texts: Twilio tells the server, and the pages say what to do.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { serveInstead } from "./demo.mjs";
import { look, portal } from "./harness.mjs";
import { button, heading, link, says, signIn } from "./pages.mjs";

const TOKEN = "0123456789abcdef0123456789abcdef";

const here = portal({
  prepare: (demo) =>
    serveInstead(demo, {
      PORTAL_BOT_CHECK: "off",
      PORTAL_TEXTS_TRANSPORT: "twilio",
      PORTAL_TEXTS_ACCOUNT_SID: "AC0123456789abcdef0123456789abcdef",
      PORTAL_TEXTS_AUTH: TOKEN,
      PORTAL_TEXTS_FROM: "+15005550006",
      // Nobody listens there: nothing leaves this machine.
      PORTAL_TEXTS_BASE_URL: "http://127.0.0.1:9",
    }),
});

/** What Twilio sends when somebody answers a text, signed as Twilio signs it. */
async function answer(from, body) {
  const at = `${here.demo.origin}/webhooks/twilio`;
  const fields = { Body: body, From: from, SmsStatus: "received" };
  const signed = Object.entries(fields).sort().reduce((text, [name, value]) => text + name + value, at);
  const signature = createHmac("sha1", TOKEN).update(signed).digest("base64");
  const told = await fetch(at, { method: "POST", headers: { "x-twilio-signature": signature }, body: new URLSearchParams(fields) });
  assert.equal(told.status, 204);
}

for (const script of [true, false]) {
  const how = script ? "" : ", without JavaScript";
  const last = script ? "2688" : "2689";

  // WH-06, EMP-2, section 11
  test(`Profile and User Accounts say that texts to somebody have stopped, until they text START${how}`, () =>
    here.as({ script }, async (page) => {
      await signIn(page, here.demo.manager);
      await page.goto("/profile");
      await page.getByLabel("Cell Phone").fill(`(415) 555-${last}`);
      await button(page, "Save Profile").click();
      await says(page, "Your profile is saved.");
      const note = page.getByText("Your cell phone gets no more texts from us");
      assert.equal(await note.count(), 0);

      await answer(`+1415555${last}`, "STOP");
      await page.goto("/profile");
      await note.waitFor();
      await look(page, "profile-texts-stopped");
      await page.goto("/settings/user-accounts");
      const row = page.getByRole("row").filter({ hasText: here.demo.manager.email });
      while ((await row.count()) === 0) await Promise.all([page.waitForEvent("load"), link(page, "Next").click()]);
      await row.getByRole("link").first().click();
      await page.getByText("Texts stopped: somebody answered STOP from this cell phone").waitFor();
      await look(page, "user-account-texts-stopped");

      await page.goto("/profile");
      await link(page, "authenticator app").first().click();
      await heading(page, "Authenticator app").waitFor();
      await answer(`+1415555${last}`, "START");
      await page.goto("/profile");
      await heading(page, "My Profile").waitFor();
      assert.equal(await note.count(), 0);
    }));
}

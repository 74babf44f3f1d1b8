import assert from "node:assert/strict";
import { test } from "node:test";
import { look, portal } from "./harness.mjs";
import { button, heading, manage, register, says, search, signIn } from "./pages.mjs";
import { invite, somebody } from "./product.mjs";
import { newestLetter } from "./sandbox.mjs";

const here = portal();

// SESS-1, SESS-2, LIST-5
for (const script of [true, false]) {
  test(`a manager ends one session of a person, and then all${script ? "" : ", without JavaScript"}`, () =>
    here.as({ script }, async (page) => {
      const person = somebody("Thandiwe", "Nkosi");
      await invite(here.demo, person);
      await here.as({}, (theirs) => register(theirs, person));

      await here.as({}, (desk) => here.as({}, async (phone) => {
        await signIn(desk, person);
        await signIn(phone, person);

        await manage(page, here.demo.manager);
        await search(page, person.email);
        await page.getByRole("link", { name: `Edit ${person.name}` }).click();
        await heading(page, `Edit ${person.name}`).waitFor();
        const sessions = page.getByRole("region", { name: "Sessions" });
        const lines = sessions.getByRole("listitem");
        assert.equal(await lines.count(), 2);
        await look(page, "edit-member-sessions");

        // The newest stands first.
        await lines.first().getByRole("button", { name: /^End/ }).click();
        await says(page, "That session has ended.");
        assert.equal(await lines.count(), 1);
        await phone.goto("/dashboard");
        await heading(phone, "Sign in").waitFor();
        await desk.goto("/dashboard");
        await desk.getByRole("heading", { level: 1 }).waitFor();
        assert.equal(new URL(desk.url()).pathname, "/dashboard");

        await button(page, "End All Sessions").click();
        await says(page, `All sessions of ${person.name} have ended.`);
        await sessions.getByText(`${person.name} is not signed in now.`).waitFor();
        await look(page, "edit-member-no-sessions");
        await desk.goto("/dashboard");
        await heading(desk, "Sign in").waitFor();
      }));

      const letter = await newestLetter(page, person.email, { atLeast: 3 });
      assert.match(letter.subject, /^You were signed out of /);
      await here.as({}, (theirs) => signIn(theirs, person));
    }));
}

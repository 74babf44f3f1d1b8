import assert from "node:assert/strict";
import { test } from "node:test";
import { look, portal } from "./harness.mjs";
import { isFocused, press, tabTo } from "./keys.mjs";
import { button, heading, link, says, signIn } from "./pages.mjs";
import { invite, somebody } from "./product.mjs";
import { links } from "./sandbox.mjs";

const here = portal();

// SESS-1
test("with the keyboard alone somebody ends another session of their own", () =>
  here.as({}, (desk) => here.as({}, async (page) => {
    await signIn(desk, here.demo.staff);
    await signIn(page, here.demo.staff);
    await page.goto("/profile");
    const sessions = page.getByRole("region", { name: "Where you are signed in" });
    assert.equal(await sessions.getByRole("listitem").count(), 2);
    assert.equal(await sessions.getByText("This session", { exact: true }).count(), 1);
    await look(page, "profile-two-sessions");
    await press(page, sessions.getByRole("button", { name: /^End the session on / }));
    await says(page, /has ended\.$/);
    assert.equal(await sessions.getByRole("listitem").count(), 1);
    assert.equal(await sessions.getByRole("button").count(), 0, "this session ends by Sign Out");
    await desk.goto("/dashboard");
    await heading(desk, "Sign in").waitFor();
  })));

// SESS-1, SESS-2
test("with the keyboard alone an administrator ends one session of somebody, and then all, on User Accounts", () =>
  here.as({}, (desk) => here.as({}, (phone) => here.as({}, async (page) => {
    await signIn(desk, here.demo.staff);
    await signIn(phone, here.demo.staff);
    await signIn(page, here.demo.manager);
    await page.goto("/settings/user-accounts");
    const theo = link(page, "Edit Theo Lindqvist");
    while ((await theo.count()) === 0) {
      const before = page.url();
      await press(page, link(page, "Next page"), { within: 150 });
      await page.waitForURL((url) => url.href !== before);
    }
    await press(page, theo, { within: 150 });
    await heading(page, "User account of Theo Lindqvist").waitFor();
    const panel = page.getByRole("region", { name: "Sessions" });
    const before = await panel.getByRole("listitem").count();
    assert.ok(before >= 2, "both browsers are listed");
    await look(page, "settings-user-account-sessions");
    await press(page, panel.getByRole("button", { name: /^End the session on / }).first());
    await says(page, "That session of Theo Lindqvist has ended.");
    assert.equal(await panel.getByRole("listitem").count(), before - 1);
    await press(page, button(page, "End All Sessions"));
    await says(page, "All sessions of Theo Lindqvist have ended.");
    await panel.getByText("Theo Lindqvist is not signed in now.").waitFor();
    await look(page, "settings-user-account-no-sessions");
    for (const theirs of [desk, phone]) {
      await theirs.goto("/dashboard");
      await heading(theirs, "Sign in").waitFor();
    }
  }))));

// IN-01, INV-7
test("with the keyboard alone a manager is asked about an address that looks like another, and sends the invitation anyway", () =>
  here.as({}, async (page) => {
    const person = somebody("Liesel", "Fischer");
    await invite(here.demo, person);
    await links(page, person.email);
    await signIn(page, here.demo.manager);
    await page.goto(`/manage?q=${encodeURIComponent(person.email)}`);
    await press(page, link(page, `Edit ${person.name}`));
    const forged = here.demo.manager.email.replace(".example", ".examp1e");
    await retype(page, forged);
    await press(page, button(page, "Save"));
    await note(page, "edit-invitee-look-alike-keyboard");
    await press(page, button(page, "Send Anyway"), { within: 10 });
    await says(page, `Invitation sent to ${forged}. The old link no longer works.`);
  }));

// IN-01, EMP-2
for (const script of [true, false]) {
  test(`with the keyboard alone an administrator is asked about such an address on User Accounts${script ? "" : ", without JavaScript"}`, () =>
    here.as({ script }, async (page) => {
      const person = somebody("Ingeborg", script ? "Thorn" : "Thorne");
      await signIn(page, here.demo.manager);
      await page.goto("/settings/employees/add");
      await page.getByLabel("First Name").fill(person.first);
      await page.getByLabel("Last Name").fill(person.last);
      await press(page, button(page, "Add Employee"));
      await says(page, `${person.name} added. You can now create a user account.`);
      await press(page, link(page, "Set up a user account"));
      await heading(page, `User account of ${person.name}`).waitFor();
      const forged = (script ? here.demo.staff : here.demo.both).email.replace(".example", ".examp1e");
      await retype(page, forged);
      await tabTo(page, page.getByLabel("Cell Phone"), { within: 1 });
      await page.keyboard.type(person.cell);
      await press(page, button(page, "Save"), { within: 5 });
      if (script) {
        await note(page, "settings-user-account-look-alike");
      } else {
        await page.getByText("Look twice at the address.").waitFor();
        await look(page, "settings-user-account-look-alike");
      }
      assert.equal(await page.getByLabel("Email Address").inputValue(), forged);
      await press(page, button(page, "Send Anyway"));
      await says(page, `Setup email and code word text sent to ${person.name}.`);
    }));
}

/** Types another address over the one that is there. */
async function retype(page, address) {
  await tabTo(page, page.getByLabel("Email Address"));
  await page.keyboard.press("Control+A");
  await page.keyboard.type(address);
}

/** Waits for the note, which is said at once and from which Tab leads on. */
async function note(page, name) {
  const like = page.getByRole("alert").filter({ hasText: "Look twice at the address." });
  await like.waitFor();
  assert.ok(await isFocused(like), "the note has the focus");
  await look(page, name);
}

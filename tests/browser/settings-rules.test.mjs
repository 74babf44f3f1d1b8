import assert from "node:assert/strict";
import { test } from "node:test";
import { look, portal } from "./harness.mjs";
import { button, heading, link, says, signIn } from "./pages.mjs";
import { somebody } from "./product.mjs";

const here = portal();

/** Opens a section of Settings from its first page. */
async function settings(page, name) {
  await page.goto("/settings");
  await page.getByRole("main").getByRole("link", { name, exact: true }).first().click();
}

// ROLE-1, ROLE-2
test("an Owner edits a role, copies it, renames the copy and removes it", () =>
  here.as({}, async (page) => {
    const { last } = somebody("Role", "Desk");
    await signIn(page, here.demo.manager);
    await settings(page, "Roles Definitions");
    await heading(page, "Roles Definitions").waitFor();
    await look(page, "settings-roles");
    await link(page, "Open Front Desk").click();
    await heading(page, "Front Desk").waitFor();
    await button(page, "Add Can view user accounts").click();
    await says(page, "Can view user accounts added to Front Desk.");
    await page.getByText("No effect until Change practice settings is included").waitFor();
    await look(page, "settings-role");
    await page.getByRole("navigation", { name: "Front Desk permissions" }).getByRole("link", { name: "Payments" }).click();
    await button(page, "Remove Charge payments").click();
    await says(page, "Charge payments removed from Front Desk.");
    assert.match(page.url(), /c=payments/);
    await page.getByLabel("Search permissions").fill("queries");
    await button(page, "Search").click();
    await button(page, "Add Run queries").waitFor();
    await look(page, "settings-role-search");

    await page.getByLabel("Name of the new role").fill("Dentist");
    await button(page, "Copy Front Desk").click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("Name of the new role").fill(`Evening ${last}`);
    await button(page, "Copy Front Desk").click();
    await says(page, `Evening ${last} is there now. Choose what it includes, and give it to people.`);
    await page.getByLabel("Name", { exact: true }).fill(`Night ${last}`);
    await button(page, "Rename").click();
    await says(page, `The role is called Night ${last} now.`);
    await look(page, "settings-role-copy");
    await link(page, `Remove the role Night ${last}`).click();
    await page.getByRole("dialog", { name: `Remove the role Night ${last}?` }).waitFor();
    await look(page, "settings-role-delete");
    await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
    await says(page, "The role is removed.");
  }));

// PRA-6, SESS-2, PW-04
test("an Owner changes the security settings without script, and what is wrong is named with its bound", () =>
  here.as({ script: false }, async (page) => {
    await signIn(page, here.demo.manager);
    await settings(page, "General Settings");
    await heading(page, "General Settings").waitFor();
    await look(page, "settings-security");
    await page.getByLabel("Sign people out when idle for").fill("61");
    await button(page, "Save settings").click();
    await page.getByRole("alert").getByText("Sign people out when idle for: enter 5 to 60 minutes.").waitFor();
    assert.equal(await page.getByLabel("Sign people out when idle for").inputValue(), "61");
    await look(page, "settings-security-error");
    await page.getByLabel("Sign people out when idle for").fill("45");
    await button(page, "Save settings").click();
    await says(page, "Settings saved.");
    await page.getByLabel("Preset", { exact: true }).selectOption("Portal");
    await button(page, "Fill in").click();
    await page.getByText("They are not saved yet.").waitFor();
    await look(page, "settings-security-preset");
    await link(page, "Go back to the values that hold now").click();
    assert.equal(await page.getByLabel("Sign people out when idle for").inputValue(), "45");
  }));

// AU-05
test("an Owner reads what happened, narrows it, and finds their own reading", () =>
  here.as({}, async (page) => {
    await signIn(page, here.demo.manager);
    await settings(page, "Audit log");
    await heading(page, "Audit log").waitFor();
    await page.getByRole("cell", { name: "Signed in" }).or(page.getByRole("rowheader", { name: "Signed in" })).first().waitFor();
    await look(page, "settings-audit");
    await page.getByLabel("Event").selectOption("Roles and settings");
    await button(page, "Show").click();
    await page.getByRole("rowheader", { name: "Audit log read" }).first().waitFor();
    await page.getByLabel("Person").fill("nobody-has-this-name");
    await button(page, "Show").click();
    await page.getByRole("alert").getByText("We find nobody").waitFor();
    await look(page, "settings-audit-nobody");
    await link(page, "Show all").click();
    await heading(page, "Audit log").waitFor();
  }));

// ROLE-1
test("who may not sees neither the rules nor the log", () =>
  here.as({}, async (page) => {
    await signIn(page, here.demo.staff);
    for (const path of ["/settings/roles", "/settings/security", "/settings/audit"]) {
      await page.goto(path);
      await heading(page, "You cannot open this page").waitFor();
    }
  }));

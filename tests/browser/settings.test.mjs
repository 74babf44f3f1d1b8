import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./demo.mjs";
import { look, portal } from "./harness.mjs";
import { button, heading, link, says, signIn } from "./pages.mjs";
import { somebody } from "./product.mjs";
import { newestCode, newestLetter } from "./sandbox.mjs";

const here = portal();

// EMP-1, EMP-2, EMP-3, CODE-1, CODE-2, CODE-3
test("an administrator sets up a user account, shows and rotates the code word, and takes the account away", () =>
  here.as({}, async (page) => {
    const petra = somebody("Petronella", "Novak");
    await signIn(page, here.demo.manager);
    await page.getByRole("main").getByRole("link", { name: /^Settings/ }).click();
    await heading(page, "Settings").waitFor();
    await look(page, "settings");
    await page.getByRole("main").getByRole("link", { name: "Employees", exact: true }).click();
    await heading(page, "Employees").waitFor();
    await look(page, "settings-employees");

    await link(page, "Add Employee").click();
    await page.getByLabel("Last Name").fill("");
    await button(page, "Add Employee").click();
    await page.getByRole("alert").waitFor();
    await look(page, "settings-employee-add-error");
    await page.getByLabel("First Name").fill(petra.first);
    await page.getByLabel("Last Name").fill(petra.last);
    await button(page, "Add Employee").click();
    await says(page, `${petra.name} added. You can now create a user account.`);
    await look(page, "settings-employee");

    await link(page, "Set up a user account").click();
    await heading(page, `User account of ${petra.name}`).waitFor();
    const account = page.url();
    await page.getByLabel("Email Address").fill(petra.email);
    await page.getByLabel("Cell Phone").fill(petra.cell);
    await page.getByLabel("Role").selectOption("Front Desk");
    await look(page, "settings-user-account-add");
    await button(page, "Save").click();
    await says(page, `Setup email and code word text sent to ${petra.name}.`);

    const letter = await newestLetter(page, petra.email);
    assert.ok(letter.links.some((address) => address.includes("/setup/")), "the letter leads to the setup page");
    const word = await newestCode(page, petra.cell);
    assert.ok(!JSON.stringify(letter).includes(word), "no letter has the code word");

    await page.goto("/settings/user-accounts");
    await look(page, "settings-user-accounts");
    await page.goto("/confirm-password?next=%2Fsettings%2Fcode-word");
    await page.getByLabel("Your Password").fill(here.demo.manager.password);
    await button(page, "Continue").click();
    await page.getByText(word, { exact: true }).waitFor();
    await look(page, "settings-user-accounts-revealed");
    assert.ok(!page.url().includes(word));
    await link(page, "Hide the code word").click();
    await page.getByText("Hidden", { exact: true }).waitFor({ state: "attached" });
    assert.equal(await page.getByText(word, { exact: true }).count(), 0);

    await link(page, "Rotate the code word").click();
    await heading(page, "Rotate the Practice Code Word?").waitFor();
    await look(page, "settings-rotate");
    await button(page, "Rotate the code word").click();
    await says(page, "The practice has a new code word. The old one no longer works.");
    const next = await until("who waits gets the new word by text", () => newestCode(page, petra.cell, [word]));
    assert.notEqual(next, word);

    await page.goto(account);
    await page.getByLabel("By phone").check();
    await look(page, "settings-user-account");
    await button(page, "Record that I told it").click();
    await says(page, `Recorded: you told ${petra.name} the code word.`);

    await page.getByLabel(/^Active/).uncheck();
    await button(page, "Save").click();
    await page.getByRole("dialog", { name: `Deactivate the user account of ${petra.name}?` }).waitFor();
    await look(page, "settings-user-account-deactivate");
    await button(page, "Deactivate").click();
    await says(page, `${petra.name} cannot sign in here any more.`);
    await page.getByText("We recommend that you rotate it.").waitFor();
  }));

// ROLE-2
test("who may not manage user logins sees no Settings", () =>
  here.as({}, async (page) => {
    await signIn(page, here.demo.staff);
    assert.equal(await link(page, /^Settings/).count(), 0);
    await page.goto("/settings/user-accounts");
    await heading(page, "You cannot open this page").waitFor();
  }));

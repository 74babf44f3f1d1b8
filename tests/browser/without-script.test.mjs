import assert from "node:assert/strict";
import { test } from "node:test";
import { look, portal } from "./harness.mjs";
import { button, column, heading, link, manage, register, row, says, search, signIn, sortBy } from "./pages.mjs";
import { invite, somebody } from "./product.mjs";
import { links } from "./sandbox.mjs";

const here = portal();

// LIST-6, REG-3
test("without JavaScript somebody registers, signs in and signs out", () =>
  here.as({ script: false }, async (page) => {
    const person = somebody("Galina", "Petrov");
    await invite(here.demo, person);
    await register(page, person, { atEach: (name) => look(page, name) });
    await says(page, "You are registered. Sign in with your new password.");
    await signIn(page, person);
    await button(page, /account menu$/).click();
    await button(page, "Sign Out").click();
    await heading(page, "Sign in").waitFor();
  }));

// LIST-6
test("without JavaScript a manager sorts, searches, pages, reinvites and corrects an address", () =>
  here.as({ script: false }, async (page) => {
    const person = somebody("Dimitri", "Pappas");
    await invite(here.demo, person);
    const [old] = await links(page, person.email);

    await manage(page, here.demo.manager);
    await sortBy(page, "Created", "ascending");
    await link(page, "Next page").click();
    await link(page, "Previous page").waitFor();
    assert.ok((await column(page, "Last Name")).length > 0);

    await search(page, person.email);
    await button(page, `Reinvite ${person.name}`).click();
    await says(page, `Invitation sent to ${person.name}.`);
    await row(page, person).getByText("Sent just now").waitFor();

    await page.getByRole("link", { name: `Edit ${person.name}` }).click();
    await heading(page, `Edit ${person.name}`).waitFor();
    const right = `right.${person.email}`;
    await page.getByLabel("Email Address").fill(right);
    await button(page, "Save").click();
    await says(page, `Invitation sent to ${right}. The old link no longer works.`);
    await page.goto(old);
    await heading(page, "A newer invitation was sent").waitFor();
  }));

// LIST-9
test("without JavaScript the question about 2-step is answered by a plain form", () =>
  here.as({ script: false }, async (page) => {
    await manage(page, here.demo.manager);
    const patients = page.getByRole("switch", { name: "Patients" });
    const before = await patients.isChecked();
    await patients.setChecked(!before);
    await button(page, "Save 2-Step Verification Settings").click();
    const question = page.getByRole("dialog", { name: /2-step/ });
    await question.waitFor();
    await look(page, "two-step-question");
    await question.getByRole("button", { name: /2-step$/ }).click();
    await heading(page, "Manage Account").waitFor();
    assert.equal(await patients.isChecked(), !before);
  }));

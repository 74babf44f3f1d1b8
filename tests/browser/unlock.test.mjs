import assert from "node:assert/strict";
import { test } from "node:test";
import { look, portal } from "./harness.mjs";
import { button, link, manage, register, row, says, search, signIn, trySignIn } from "./pages.mjs";
import { invite, somebody } from "./product.mjs";

const here = portal();

// LOCK-1, LOCK-2, LOCK-3, LIST-4
test("seven wrong passwords lock a person out, and Unlock lets them in again with the same password", () =>
  here.as({}, async (page) => {
    const person = somebody("Fiona", "O’Donnell");
    await invite(here.demo, person);
    await here.as({}, (theirs) => register(theirs, person));

    // Somebody else guesses, at a browser of their own.
    await here.as({}, async (guesser) => {
      const answers = new Set();
      for (let guess = 1; guess <= 7; guess += 1) {
        await trySignIn(guesser, { email: person.email, password: `guess-number-${guess}-of-many` });
        await guesser.getByRole("alert").waitFor();
        answers.add(await guesser.getByRole("alert").innerText());
      }
      await trySignIn(guesser, person);
      await guesser.getByRole("alert").waitFor();
      answers.add(await guesser.getByRole("alert").innerText());
      assert.equal(answers.size, 1, "locked and wrong look the same, even with the right password");
    });

    await manage(page, here.demo.manager);
    await search(page, person.email);
    await row(page, person).getByText("Registered, locked").waitFor();
    await look(page, "manage-locked");
    await page.getByRole("link", { name: `Edit ${person.name}` }).click();
    await page.getByRole("heading", { name: `${person.name} is locked out` }).waitFor();
    await look(page, "edit-member-locked");
    await link(page, "Back to Manage Account").click();
    await button(page, `Unlock ${person.name}`).click();
    await says(page, `${person.name} is unlocked and can sign in now.`);
    assert.equal(await button(page, /^Unlock/).count(), 0);
    await look(page, "manage-unlocked");

    await here.as({}, (theirs) => signIn(theirs, person));
  }));

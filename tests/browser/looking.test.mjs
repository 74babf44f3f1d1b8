// Settings for somebody whose role lets them look at employees and user accounts, and change nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { look, portal } from "./harness.mjs";
import { button, heading, link, says, signIn } from "./pages.mjs";

const here = portal();

// EMP-1, EMP-2, ROLE-1
test("somebody who may only look reads employees and user accounts, and finds nothing to press", () =>
  here.as({}, async (page) => {
    await here.as({}, async (owner) => {
      await signIn(owner, here.demo.manager);
      for (const role of ["front-desk", "dentist", "hygienist", "treatment-coordinator", "hygiene-coordinator", "restricted-staff"]) {
        for (const permission of ["Change practice settings", "Can view user accounts"]) {
          await owner.goto(`/settings/roles/${role}`);
          await button(owner, `Add ${permission}`).click();
          await says(owner, new RegExp(`^${permission} added to `));
        }
      }
    });
    await signIn(page, here.demo.staff);
    await page.goto("/settings");
    await heading(page, "Settings").waitFor();
    await look(page, "settings-look");
    for (const [name, path] of [["Employees", "employees"], ["User Accounts", "user-accounts"]]) {
      await page.goto(`/settings/${path}`);
      await heading(page, name).waitFor();
      await page.getByText("You can look at this page, and change nothing here.").waitFor();
      await look(page, `settings-${path}-look`);
      await link(page, /^View /).first().click();
      await page.getByText("You can look at this page, and change nothing here.").waitFor();
      const main = page.getByRole("main");
      assert.equal(await main.getByRole("button").count(), 0, "nothing to press");
      assert.equal(await main.locator("input:not([readonly])").count(), 0, "nothing to type in");
      await look(page, `settings-${path}-look-one`);
    }
  }));

import assert from "node:assert/strict";
import { test } from "node:test";
import { look, portal } from "./harness.mjs";
import { button, heading, manage, says, toInvitation } from "./pages.mjs";
import { invite, somebody } from "./product.mjs";

const here = portal();

// LIST-9, SESS-2, REG-1
test("2-step for patients can be turned off and on, and says whom it affects first", () =>
  here.as({}, async (page) => {
    await manage(page, here.demo.manager);
    const patients = page.getByRole("switch", { name: "Patients" });
    await patients.setChecked(true);
    if (await page.getByText("Not saved yet").isVisible()) await save(page, "Turn on 2-step");

    await patients.setChecked(false);
    await page.getByText("Not saved yet").waitFor();
    await save(page, "Turn off 2-step", "two-step-off");
    await says(page, "2-step is off for patients. They can register without a code.");
    assert.equal(await patients.isChecked(), false);

    // A patient invited now is not asked for a phone or a code.
    const patient = somebody("Folake", "Adeyemi");
    await invite(here.demo, patient, { kind: "patient", placement: "outside" });
    await here.as({}, async (theirs) => {
      await toInvitation(theirs, patient.email);
      await button(theirs, "Get Started").click();
      await heading(theirs, "Terms of Use").waitFor();
    });

    await page.goto("/manage");
    await patients.setChecked(true);
    await save(page, "Turn on 2-step");
    await says(page, /^2-step is on for patients\./);
    assert.equal(await patients.isChecked(), true);
  }));

// LIST-9
test("a change of 2-step that is not confirmed changes nothing", () =>
  here.as({}, async (page) => {
    await manage(page, here.demo.manager);
    const doctors = page.getByRole("switch", { name: "Doctors" });
    const before = await doctors.isChecked();
    await doctors.setChecked(!before);
    await sendSettings(page);
    await page.getByRole("dialog").getByRole("link", { name: "Cancel" }).click();
    await heading(page, "Manage Account").waitFor();
    assert.equal(await doctors.isChecked(), before);
  }));

// SESS-2
test("the password that is asked for once more must be right", () =>
  here.as({}, async (page) => {
    await manage(page, here.demo.manager);
    await page.goto("/confirm-password?next=%2Fmanage");
    await look(page, "confirm-password");
    await page.getByLabel("Your Password").fill("not the right one at all");
    await button(page, "Continue").click();
    await page.getByRole("alert").waitFor();
    await look(page, "confirm-password-error");
    await page.getByLabel("Your Password").fill(here.demo.manager.password);
    await button(page, "Continue").click();
    await heading(page, "Manage Account").waitFor();

    await page.goto("/confirm-password?next=https%3A%2F%2Felsewhere.example%2F");
    await page.getByLabel("Your Password").fill(here.demo.manager.password);
    await button(page, "Continue").click();
    await page.waitForURL("**/dashboard");
  }));

/** Saves the settings and confirms the question that comes. */
async function save(page, act, name) {
  await sendSettings(page);
  if (name) await look(page, name);
  await page.getByRole("dialog").getByRole("button", { name: act }).click();
}

/** Saves the settings, with the password once more if the sign-in is no longer fresh. */
async function sendSettings(page) {
  await button(page, "Save 2-Step Verification Settings").click();
  const again = heading(page, "Enter your password again");
  await again.or(page.getByRole("dialog", { name: /2-step/ })).waitFor();
  if (await again.isVisible()) {
    await look(page, "confirm-password");
    await page.getByLabel("Your Password").fill(here.demo.manager.password);
    await button(page, "Continue").click();
  }
  await page.getByRole("dialog", { name: /2-step/ }).waitFor();
}

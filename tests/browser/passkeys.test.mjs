import assert from "node:assert/strict";
import { test } from "node:test";
import { look, portal } from "./harness.mjs";
import { button, codeOf, enterFactor, heading, link, register, says, signIn, signOut, trySignIn } from "./pages.mjs";
import { invite, somebody } from "./product.mjs";

// Browsers make passkeys for names only, not for numbers.
const here = portal({ host: "localhost" });

// SESS-3, OT-06
test("somebody adds a passkey, signs in with it, and removes it", () =>
  here.as({}, async (page) => {
    const person = await withApp(page, "Ikenna", "Obi");
    const device = await authenticator(page);
    await page.goto("/profile/second-factor");
    await page.getByRole("heading", { name: "Passkeys", exact: true }).waitFor();
    await look(page, "passkeys-none");
    await page.getByLabel("Name of the new passkey").fill("My <phone>");
    await button(page, "Add a Passkey").click();
    await says(page, "Your passkey is added. You can sign in with it from now on.");
    await page.getByText("My <phone>", { exact: true }).waitFor();
    await page.getByText("Last used: never").waitFor();
    await look(page, "passkeys-one");
    assert.equal((await device.credentials()).length, 1);

    await signOut(page);
    await trySignIn(page, person);
    await heading(page, "Enter your code").waitFor();
    await look(page, "login-code-or-passkey");
    await button(page, "Use a Passkey").click();
    await page.waitForURL("**/dashboard");
    await page.goto("/profile");
    await page.getByText("1 passkey, in place of the code.").waitFor();
    await look(page, "profile-with-passkey");

    // The sign-in was a moment ago, so nothing more is asked.
    await link(page, "Manage your passkeys").click();
    assert.equal(await page.getByText("Last used: never").count(), 0);
    await button(page, "Remove the passkey My <phone>").click();
    await says(page, "The passkey is removed.");
    await signOut(page);
    await trySignIn(page, person);
    await heading(page, "Enter your code").waitFor();
    assert.equal(await button(page, "Use a Passkey").count(), 0);
  }));

// SESS-3: whoever stops the browser's question, or whose device has nothing, tries again or takes another way.
test("somebody whose passkey does not come takes another way", () =>
  here.as({}, async (page) => {
    const person = await withApp(page, "Sunniva", "Dahl");
    const device = await authenticator(page);
    await page.goto("/profile/second-factor");
    await page.getByLabel("Name of the new passkey").fill("Key");
    await device.verifies(false);
    await button(page, "Add a Passkey").click();
    await heading(page, "Add a passkey").waitFor();
    await page.getByText("That was stopped, or took too long. You can try again.").waitFor();
    await look(page, "passkey-add-stopped");
    await device.verifies(true);
    await button(page, "Try Again").click();
    await says(page, "Your passkey is added. You can sign in with it from now on.");
    await page.getByLabel("Name of the new passkey").fill("The same");
    await button(page, "Add a Passkey").click();
    await page.getByText("This device has a passkey of yours already.").waitFor();
    await link(page, "Cancel").click();

    await signOut(page);
    await trySignIn(page, person);
    await device.verifies(false);
    await button(page, "Use a Passkey").click();
    await heading(page, "Use your passkey").waitFor();
    await page.getByText("That was stopped, or took too long. You can try again.").waitFor();
    await look(page, "login-passkey-stopped");
    await link(page, "Use your authenticator app").click();
    await heading(page, "Enter your code").waitFor();
    await link(page, "Use a recovery code").click();
    await enterFactor(page, "Recovery code", person.codes[0]);
    await page.waitForURL("**/dashboard");
  }));

// SESS-3: without JavaScript the pages say what to do, and the app lets in.
test("somebody with a passkey and no JavaScript signs in with the app", async () => {
  let person;
  await here.as({}, async (page) => {
    person = await withApp(page, "Wanjiru", "Kamau");
    await authenticator(page);
    await page.goto("/profile/second-factor");
    await page.getByLabel("Name of the new passkey").fill("Key");
    await button(page, "Add a Passkey").click();
    await says(page, "Your passkey is added. You can sign in with it from now on.");
  });
  await here.as({ script: false }, async (page) => {
    await trySignIn(page, person);
    await button(page, "Use a Passkey").click();
    await page.getByText("Passkeys need JavaScript, which your browser does not run. Use your authenticator app.").waitFor();
    await look(page, "login-passkey");
    await link(page, "Use your authenticator app").click();
    await link(page, "Use a recovery code").click();
    await enterFactor(page, "Recovery code", person.codes[1]);
    await page.waitForURL("**/dashboard");
    await page.goto("/profile/second-factor");
    await page.getByLabel("Name of the new passkey").fill("Phone");
    await button(page, "Add a Passkey").click();
    await page.getByText("Passkeys need JavaScript, which your browser does not run.").waitFor();
  });
});

/** Somebody new who has registered, signed in and set up an app, with the recovery codes. */
async function withApp(page, first, last) {
  const person = somebody(first, last);
  await invite(here.demo, person);
  await here.as({}, (theirs) => register(theirs, person));
  await signIn(page, person);
  await page.goto("/profile/second-factor");
  await button(page, "Set Up an App").click();
  await enterFactor(page, "Code", codeOf(await page.locator("[data-setup-key]").innerText()));
  const codes = page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await codes.first().waitFor();
  return { ...person, codes: await codes.allInnerTexts() };
}

/** A device of the person at this page, which Chromium plays: it makes sure of its person, until it is told not to. */
async function authenticator(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options });
  return {
    verifies: (isUserVerified) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
    credentials: async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
  };
}

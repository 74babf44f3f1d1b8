// The security check before a form: with script it works by itself, without script one waits.

import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { look, portal } from "./harness.mjs";
import { button, signIn, trySignIn } from "./pages.mjs";

const here = portal({ guarded: true });

// BOT-1, BOT-2
test("the check shows that it passed, and a person signs in", () =>
  here.as({}, async (page) => {
    await page.goto("/login");
    await page.getByText("Success!", { exact: true }).waitFor();
    await look(page, "login-checked");
    await signIn(page, here.demo.manager);
  }));

// BOT-1
test("without JavaScript a person waits, and signs in", () =>
  here.as({ script: false }, async (page) => {
    await trySignIn(page, here.demo.manager);
    await page.getByRole("alert").getByText("Please complete the security check").waitFor();
    await look(page, "login-unchecked");
    await page.getByLabel("Your Password").fill(here.demo.manager.password);
    await sleep(6_000);
    await button(page, "Sign In").click();
    await page.waitForURL("**/dashboard");
  }));

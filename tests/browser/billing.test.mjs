import assert from "node:assert/strict";
import { test } from "node:test";
import { look, portal } from "./harness.mjs";
import { button, heading, link, manage, search, signIn } from "./pages.mjs";

const here = portal();

/** Opens the plans for somebody of the list. */
async function cart(page, name) {
  await manage(page, here.demo.manager);
  await search(page, name.toLowerCase().replace(" ", "."));
  await page.locator("tbody tr").first().getByRole("link", { name: /^Edit/ }).click();
  await link(page, /^Purchase SecureMail/).click();
  await heading(page, "Purchase SecureMail").waitFor();
}

const tick = (page, name) => page.getByRole("checkbox", { name: new RegExp(name) }).check();
const charges = (page) => page.request.get("/sandbox/bank/books.json").then((answer) => answer.json());

/** Puts a card of this manner on file, at the simulator. */
async function enterCard(page, manner) {
  await page.goto("/profile");
  await button(page, /Credit Card$/).click();
  await heading(page, /Credit Card$/).waitFor();
  await look(page, `card-entry-${manner}`);
  await link(page, "Continue").click();
  await page.getByText("This is a simulator. No money moves").waitFor();
  await page.getByLabel("The card").selectOption(manner);
  await button(page, "Use this card").click();
  await page.getByText("Your credit card is updated.").waitFor();
}

// BILL-2, BILL-3, BILL-4, BILL-6
for (const script of [true, false]) {
  test(`a manager buys plans for a colleague${script ? "" : " without script"}`, () =>
    here.as({ script }, async (page) => {
      const name = script ? "Noor Haddad" : "Folake Delacroix";
      await cart(page, name);
      await look(page, "purchase");
      await tick(page, "Outlook Plugin, annual");
      await button(page, "Purchase").click();
      await page.getByText("The Outlook Plugin needs SecureMail.").first().waitFor();
      await look(page, "purchase-refused");
      await tick(page, "SecureMail, annual");
      await button(page, "Purchase").click();
      const dialog = page.getByRole("dialog", { name: "Charge your card?" });
      await dialog.waitFor();
      for (const words of [name, "SecureMail, annual", "Outlook Plugin, annual", "$150.00", "ending in"]) {
        await dialog.getByText(words).first().waitFor();
      }
      await look(page, "purchase-confirm");
      const before = (await charges(page)).length;
      const ok = button(page, "OK");
      // Two clicks at once: the second finds the order of the first.
      await (script ? ok.dblclick() : ok.click());
      await page.getByText(/^Purchase complete\./).waitFor();
      await link(page, "Download the Installer").waitFor();
      await look(page, "purchase-done");
      assert.equal((await charges(page)).length, before + 2);
      await link(page, /^Back to Edit/).click();
      await page.getByText("Paid + Plugin").waitFor();
      await link(page, /^Purchase SecureMail/).click();
      await page.getByRole("heading", { name: "There are no additional plans you can buy for this user" }).waitFor();
      await look(page, "purchase-none");
    }));
}

// BILL-8, BILL-9
test("the payer sees invoices, has them mailed, and cancels a plan", () =>
  here.as({}, async (page) => {
    await manage(page, here.demo.manager);
    await page.goto("/profile/messaging");
    await heading(page, "My Profile").waitFor();
    await look(page, "messaging");
    await link(page, "View Invoices").click();
    const invoices = page.getByRole("dialog", { name: "Invoices" });
    const headers = (await invoices.getByRole("columnheader").allInnerTexts()).map((text) => text.trim());
    assert.deepEqual(headers, ["Invoice ID", "Amount", "Description", "Date Charged"]);
    await look(page, "messaging-invoices");
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.getByText(/Paid by/).isVisible(), true);
    assert.equal(await button(page, "Email Summary").isVisible(), false);
    assert.equal((await invoices.boundingBox()).y, 0, "the paper begins with what is printed");
    await page.emulateMedia({ media: "screen" });
    await button(page, "Email Summary").click();
    await page.getByText("We email the invoice summary to you.").waitFor();

    const plans = page.locator("tbody tr");
    const count = await plans.count();
    const mail = plans.filter({ hasText: "SecureMail" }).filter({ hasNotText: "(you)" }).first();
    const whom = await mail.getByRole("cell").first().innerText();
    const together = await plans.filter({ hasText: whom }).count();
    await mail.getByRole("link", { name: /^Cancel/ }).click();
    await page.getByRole("dialog", { name: "Cancel this plan?" }).waitFor();
    await look(page, "messaging-cancel");
    await button(page, "Confirm").click();
    await page.getByText(/^The plan is cancelled\./).waitFor();
    assert.equal(await plans.count(), count - together);
  }));

// BILL-4, BILL-7
test("somebody without a card enters one, is declined, confirms with the bank, and then has a plan", () =>
  here.as({}, async (page) => {
    await signIn(page, here.demo.staff);
    await page.goto("/profile/messaging/purchase");
    await page.getByRole("heading", { name: "You have no card on file" }).waitFor();
    await look(page, "purchase-no-card");
    await enterCard(page, "declined");
    await page.goto("/profile/messaging/purchase");
    await tick(page, "SecureMail, monthly");
    await button(page, "Purchase").click();
    await button(page, "OK").click();
    await heading(page, "Nothing was charged").waitFor();
    await look(page, "purchase-declined");
    await enterCard(page, "asks");
    await page.goto("/profile/messaging/purchase");
    await tick(page, "SecureMail, monthly");
    await button(page, "Purchase").click();
    await button(page, "OK").click();
    await heading(page, "Your bank asks you to confirm").waitFor();
    await look(page, "purchase-bank");
    const order = page.url();
    await link(page, "Confirm With Your Bank").click();
    await button(page, "Confirm").click();
    await page.waitForURL("**/dashboard");
    for (let n = 0; n < 50; n += 1) {
      await page.goto(order);
      if (await page.getByRole("heading", { name: "Your plans are active" }).count() > 0) break;
      await page.waitForTimeout(200);
    }
    await heading(page, "Your plans are active").waitFor();
    await page.goto("/sandbox/bank");
    await page.getByText("This is a simulator. No money moves.").waitFor();
  }));

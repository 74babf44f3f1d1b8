import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./demo.mjs";
import { look, portal } from "./harness.mjs";
import { button, heading, manage, row, says, search } from "./pages.mjs";
import { invite, somebody } from "./product.mjs";
import { links, newestLink } from "./sandbox.mjs";

const here = portal();

// INV-7
test("a corrected address gets the invitation at once, and the link mailed before is dead", () =>
  here.as({}, async (page) => {
    const person = somebody("Bao", "Nguyen");
    await invite(here.demo, person);
    const [old] = await links(page, person.email);
    await edit(page, person);
    await look(page, "edit-invitee");

    const right = `right.${person.email}`;
    await page.getByLabel("Email Address").fill(right);
    await button(page, "Save").click();
    await says(page, `Invitation sent to ${right}. The old link no longer works.`);
    await look(page, "manage-corrected");

    const fresh = await newestLink(page, right);
    const answer = await page.goto(old);
    assert.equal(answer.status(), 410);
    await heading(page, "A newer invitation was sent").waitFor();
    assert.ok(!(await page.content()).includes(right), "the old link does not say where the newer one went");
    await page.goto(fresh);
    await heading(page, /invited you$/).waitFor();
  }));

// INV-7
test("an address in a wrong format is refused beside its field, and nothing is sent", () =>
  here.as({}, async (page) => {
    const person = somebody("Thandi", "Mbeki");
    await invite(here.demo, person);
    await links(page, person.email);
    await edit(page, person);
    // The browser would object first, as it should; the server must object too.
    await page.locator("form", { has: page.getByLabel("Email Address") }).evaluate((form) => { form.noValidate = true; });
    await page.getByLabel("Email Address").fill("thandi@@brightwater.example");
    await button(page, "Save").click();
    await page.getByRole("alert").getByRole("link", { name: /correct format/ }).waitFor();
    assert.match(await page.title(), /^Error: /);
    assert.equal(await page.getByLabel("Email Address").inputValue(), "thandi@@brightwater.example");
    assert.equal(await page.getByLabel("Email Address").getAttribute("aria-invalid"), "true");
    await look(page, "edit-invitee-error");
    assert.equal((await links(page, person.email)).length, 1);
  }));

// INV-7
test("saving with the address unchanged saves the names and sends the invitation again", () =>
  here.as({}, async (page) => {
    const person = somebody("Astrid", "Lundgren");
    await invite(here.demo, person);
    await links(page, person.email);
    await edit(page, person);
    await page.getByLabel("Last Name").fill("Lindgren");
    await button(page, "Save").click();
    await says(page, "Invitation sent to Astrid Lindgren.");
    await row(page, "Lindgren").first().waitFor();
    await links(page, person.email, { atLeast: 2 });
  }));

// IN-01, INV-7
test("an address that looks like somebody else's is asked about, and can be sent anyway", () =>
  here.as({}, async (page) => {
    const person = somebody("Lena", "Fischer");
    await invite(here.demo, person);
    await links(page, person.email);
    await edit(page, person);
    const forged = here.demo.manager.email.replace(".example", ".examp1e");
    await page.getByLabel("Email Address").fill(forged);
    await button(page, "Save").click();
    await page.getByText("Look twice at the address.").waitFor();
    assert.equal(await page.getByLabel("Email Address").inputValue(), forged);
    await look(page, "edit-invitee-look-alike");
    await button(page, "Send Anyway").click();
    await says(page, `Invitation sent to ${forged}. The old link no longer works.`);
  }));

// INV-10
test("an invitation that could not be delivered says so in the list and on the page where the address is corrected", () =>
  here.as({}, async (page) => {
    const person = { ...somebody("Rosa", "Alvarado") };
    person.email = `undeliverable.${person.email}`;
    await invite(here.demo, person);
    await manage(page, here.demo.manager);
    await until("the list says that the mail did not arrive", async () => {
      await search(page, person.email);
      return (await row(page, person).getByText("Email not delivered").count()) > 0;
    });
    await look(page, "manage-undeliverable");
    await edit(page, person);
    await page.getByText("The last email could not be delivered").waitFor();
    await look(page, "edit-invitee-undeliverable");

    const right = person.email.replace("undeliverable.", "");
    await page.getByLabel("Email Address").fill(right);
    await button(page, "Save").click();
    await says(page, `Invitation sent to ${right}. The old link no longer works.`);
    await links(page, right);
  }));

async function edit(page, person) {
  if (!page.url().includes("/manage")) await manage(page, here.demo.manager);
  await search(page, person.email);
  await page.getByRole("link", { name: `Edit ${person.name}` }).click();
  await heading(page, `Edit ${person.name}`).waitFor();
}

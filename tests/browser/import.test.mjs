import assert from "node:assert/strict";
import { test } from "node:test";
import { look, portal } from "./harness.mjs";
import { button, heading, link, signIn } from "./pages.mjs";
import { somebody } from "./product.mjs";
import { newestCode, newestLetter } from "./sandbox.mjs";

const here = portal();

const HEADER = "First Name,Last Name,Email,Cell Phone,Role";

// EMP-1, EMP-2, IN-05
test("an administrator imports employees: the rows are shown first, done after Go, and a second time nothing happens", () =>
  here.as({}, async (page) => {
    const [uma, ines] = [somebody("Uma", "Okafor"), somebody("Ines", "Duarte")];
    const file = [
      HEADER,
      `${uma.first},${uma.last},${uma.email},${uma.cell},Front Desk`,
      `${ines.first},${ines.last},,,`,
      `Tom,Short,tom.${uma.email},555-01,Front Desk`,
      `${ines.first.replace("e", "е")},${ines.last},,,`,
      "",
    ].join("\r\n");
    await choose(page, "staff.csv", file);
    await heading(page, "Import of staff.csv").waitFor();
    await page.getByRole("heading", { name: "Nothing is done yet" }).waitFor();
    await page.getByText("1 of them get a setup email and a code word text.").waitFor();
    assert.equal(await page.getByRole("row", { name: /Row 4 .*555-01/ }).count(), 1);
    await look(page, "settings-import-judged");
    await page.goto("/settings/employees");
    assert.equal(await page.getByText(uma.name).count(), 0, "nothing was done");
    await page.goBack();

    await page.getByLabel(/^Row 3: Ines/).check();
    await button(page, "Add 1 employee").click();
    await page.getByRole("heading", { name: "Done" }).waitFor();
    await look(page, "settings-import-done");
    const letter = await newestLetter(page, uma.email);
    assert.ok(letter.links.some((address) => address.includes("/setup/")), "the letter leads to the setup page");
    assert.ok(await newestCode(page, uma.cell), "the code word was texted");
    await page.getByRole("main").getByRole("link", { name: "Employees", exact: true }).last().click();
    await heading(page, "Employees").waitFor();

    await choose(page, "staff.csv", file.replace(/^Tom.*\r\n/m, "").split("\r\n").slice(0, 3).join("\r\n"));
    await page.getByText("There is nothing new in this file.").waitFor();
    await look(page, "settings-import-nothing");
  }));

// EMP-1, IN-05, SE-08
test("without JavaScript a file is imported, and a list is exported and imported again unchanged", () =>
  here.as({ script: false }, async (page) => {
    await signIn(page, here.demo.manager);
    await page.goto("/settings/import");
    await button(page, "Check the Rows").click();
    await link(page, "Choose a file, or paste its rows below.").waitFor();
    await look(page, "settings-import-error");
    await page.getByLabel(/^Or Paste the Rows/).fill(`${HEADER}\nZora,Unscripted,,,\n`);
    await button(page, "Check the Rows").click();
    await heading(page, "Import of Pasted text").waitFor();
    await button(page, "Add 1 employee").click();
    await page.getByRole("heading", { name: "Done" }).waitFor();
    await look(page, "settings-import-done-without-script");

    await page.goto("/settings/employees");
    const saving = page.waitForEvent("download");
    await link(page, "Export").click();
    const download = await saving;
    assert.equal(download.suggestedFilename(), "employees.csv");
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    assert.ok(text.includes("Zora,Unscripted,,,,Yes\r\n"), text.slice(0, 400));
    await page.goto("/settings/import");
    await page.getByLabel("CSV File").setInputFiles({ name: "employees.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await button(page, "Check the Rows").click();
    await page.getByText("There is nothing new in this file.").waitFor();
    assert.equal(await page.getByText("Left out").count(), 0, "nothing contradicts itself");
  }));

async function choose(page, name, text) {
  if (!page.url().includes("/settings")) await signIn(page, here.demo.manager);
  await page.goto("/settings/import");
  await page.getByLabel(/^Employees/).check();
  await page.getByLabel("CSV File").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  await button(page, "Check the Rows").click();
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { look, portal } from "./harness.mjs";
import { column, heading, link, manage, row, search, sortBy } from "./pages.mjs";
import { invite, somebody } from "./product.mjs";

const here = portal();

// LIST-1, LIST-2
test("Manage Account has eight columns, of which seven sort both ways", () =>
  here.as({}, async (page) => {
    await manage(page, here.demo.manager);
    await look(page, "manage");
    const headers = (await page.getByRole("columnheader").allInnerTexts()).map((text) => text.trim());
    assert.deepEqual(headers, [...COLUMNS.keys(), "Actions"]);
    for (const [name, order] of COLUMNS) {
      for (const direction of ["ascending", "descending"]) {
        await sortBy(page, name, direction);
        assertSorted(await order(page, name), direction, name);
      }
    }
  }));

// LIST-3
test("the search finds first names, last names and addresses, whatever their case and accents", () =>
  here.as({}, async (page) => {
    const person = somebody("Zoë", "Żółkiewska");
    await invite(here.demo, person);
    await manage(page, here.demo.manager);
    for (const text of ["zoe", "ZOË", "żółk", "kiew", person.email.slice(4, 30)]) {
      await search(page, text);
      await row(page, person).waitFor();
    }
    await look(page, "manage-search");
    assert.match(await page.title(), /^Search: /);

    await search(page, "nobody is called so");
    await page.getByRole("heading", { name: "Nobody matches “nobody is called so”" }).waitFor();
    await look(page, "manage-search-empty");
    await link(page, "Clear search").click();
    await page.getByRole("table").waitFor();
  }));

// LIST-3
test("a filter shows as many people as it says, and nobody else", () =>
  here.as({}, async (page) => {
    await manage(page, here.demo.manager);
    const chips = page.getByRole("navigation", { name: "Filter by status" }).getByRole("link");
    const names = (await chips.allInnerTexts()).map((text) => text.trim().match(/^(.*?)\s*([\d,]+)$/u));
    assert.deepEqual(names.map(([, name]) => name), ["All", ...FILTERS.keys()]);
    for (const [, name, count] of names.slice(1)) {
      await chips.filter({ hasText: new RegExp(`^${name}`) }).click();
      await page.locator("[aria-current=true]", { hasText: new RegExp(`^${name}`) }).waitFor();
      const expected = Math.min(Number(count.replace(",", "")), PAGE);
      if (expected === 0) {
        await page.getByRole("heading", { name: "Nobody matches these filters" }).waitFor();
        continue;
      }
      const statuses = await column(page, "Registered Status");
      assert.equal(statuses.length, expected, `${name} says ${count}`);
      for (const status of statuses) assert.match(status, FILTERS.get(name));
    }
  }));

// LIST-6
test("pages can be turned, shared and gone back from", () =>
  here.as({}, async (page) => {
    await manage(page, here.demo.manager);
    const first = await column(page, "Last Name");
    assert.equal(first.length, PAGE, "the demo has more people than fit on a page");
    await link(page, "Next page").click();
    await link(page, "Previous page").waitFor();
    const second = await page.locator("tbody tr").evaluateAll((rows) => rows.map((one) => one.id));

    const shared = page.url();
    await page.goto("/dashboard");
    await page.goto(shared);
    assert.deepEqual(await page.locator("tbody tr").evaluateAll((rows) => rows.map((one) => one.id)), second);
    await link(page, "Previous page").click();
    await heading(page, "Manage Account").waitFor();
    assert.deepEqual(await column(page, "Last Name"), first);
    await page.goBack();
    assert.deepEqual(await page.locator("tbody tr").evaluateAll((rows) => rows.map((one) => one.id)), second);
  }));

// LIST-6
test("searching keeps the order, and sorting keeps the search", () =>
  here.as({}, async (page) => {
    await manage(page, here.demo.manager);
    await sortBy(page, "First Name", "ascending");
    await search(page, "a");
    assert.equal(await page.locator("th[aria-sort]").innerText(), "First Name");
    await sortBy(page, "Created", "descending");
    assert.equal(await page.getByLabel("Search by first name, last name or email").inputValue(), "a");
  }));

// LIST-4, LIST-8
test("a registered person shows an address that cannot be changed, and the tier", () =>
  here.as({}, async (page) => {
    await manage(page, here.demo.manager);
    await page.getByRole("navigation", { name: "Filter by status" }).getByRole("link", { name: /^Registered/ }).click();
    const one = page.locator("tbody tr").first();
    assert.equal(await one.getByRole("button", { name: /^Reinvite/ }).count(), 0);
    await one.getByRole("link", { name: /^Edit/ }).click();
    await heading(page, /^Edit /).waitFor();
    assert.equal(await page.getByLabel("Email Address").getAttribute("readonly"), "");
    await page.getByText("SecureMail Current Tier").waitFor();
    await look(page, "edit-member");
  }));

/** Text as the list sorts it. */
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[’‘]/g, "'").toLowerCase();

const texts = async (page, name) => (await column(page, name)).map((text) => fold(text.split("\n")[0])).filter(Boolean);
const times = (nth) => (page) =>
  page.locator(`tbody tr > :nth-child(${nth}) time`).evaluateAll((all) => all.map((one) => one.dateTime));

/** Values with an order of their own: equal ones must stand together. */
const groups = async (page, name) => {
  // Locked is no status of its own: it hides one of two.
  const values = (await texts(page, name)).filter((value) => !value.endsWith("locked"));
  const runs = values.filter((value, index) => value !== values[index - 1]);
  assert.equal(new Set(runs).size, runs.length, `equal values of ${name} stand together`);
  return [];
};

const COLUMNS = new Map([
  ["First Name", texts],
  ["Last Name", texts],
  ["User Role", groupsOf(/^(doctor\/staff|patient)/)],
  ["Created", times(4)],
  ["Last Activity", times(5)],
  ["Registered Status", groups],
  ["SecureMail Tier", groups],
]);

function groupsOf(pattern) {
  return async (page, name) => (await texts(page, name)).map((text) => pattern.exec(text)?.[0] ?? text);
}

function assertSorted(values, direction, name) {
  const order = direction === "ascending" ? 1 : -1;
  for (let at = 1; at < values.length; at += 1) {
    const [one, next] = [values[at - 1], values[at]];
    assert.ok(one === next || (one < next ? order === 1 : order === -1), `${name} ${direction}: “${one}” stands before “${next}”`);
  }
}

const FILTERS = new Map([
  ["Not registered", /^Not registered/],
  ["Registered", /^Registered/],
  ["2-step pending", /2-step pending|locked/],
  ["Locked", /locked/],
]);
const PAGE = 50;

// Cloudflare Turnstile before the forms: its widget as our page loads it, and a stand-in for what Cloudflare answers.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { serveInstead } from "./demo.mjs";
import { look, portal } from "./harness.mjs";
import { button, heading, signIn, trySignIn } from "./pages.mjs";

const CLOUDFLARE = "https://challenges.cloudflare.com";
const SITE_KEY = "0x4AAAAAAAjourney";
const SECRET = "0x4AAAAAAAsecret-of-the-journey";

// What the real script does with our markup, as far as a page can tell: a frame of its own, and a hidden field that bears the answer.
const SCRIPT = `
  for (const place of document.querySelectorAll(".cf-turnstile")) {
    const frame = document.createElement("iframe");
    frame.src = "${CLOUDFLARE}/widget";
    const small = place.dataset.size === "compact";
    Object.assign(frame.style, small ? { width: "150px", height: "140px" } : { width: "100%", minWidth: "300px", height: "65px" });
    frame.style.border = "0";
    frame.title = "Widget containing a Cloudflare security challenge";
    const answer = document.createElement("input");
    answer.type = "hidden";
    answer.name = place.dataset.responseFieldName;
    place.append(frame, answer);
    setTimeout(() => { answer.value = [place.dataset.sitekey, place.dataset.action, Math.random()].join("|"); }, 200);
  }`;

/** Siteverify. Answers are good once, for this site and secret; `mode` says how it fares. */
const verifier = { mode: "well", asked: [], seen: new Set() };
const server = createServer(async (request, response) => {
  let text = "";
  for await (const part of request.setEncoding("utf8")) text += part;
  const body = new URLSearchParams(text);
  verifier.asked.push(body);
  const [site, action] = (body.get("response") ?? "").split("|");
  const good = site === SITE_KEY && body.get("secret") === SECRET && !verifier.seen.has(body.get("response"));
  verifier.seen.add(body.get("response"));
  const answer = good
    ? { success: true, hostname: "127.0.0.1", action, "error-codes": [] }
    : { success: false, "error-codes": ["invalid-input-response"] };
  response.writeHead(verifier.mode === "well" ? 200 : 503, { "content-type": "application/json" });
  response.end(verifier.mode === "well" ? JSON.stringify(answer) : "<h1>Out of order</h1>");
});

const here = portal({
  prepare: async (demo) => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    await serveInstead(demo, {
      PORTAL_BOT_CHECK: "turnstile",
      PORTAL_BOT_CHECK_ROUNDS: "20",
      PORTAL_BOT_CHECK_SITE_KEY: SITE_KEY,
      PORTAL_BOT_CHECK_SECRET: SECRET,
      PORTAL_BOT_CHECK_TURNSTILE_BASE: `http://127.0.0.1:${server.address().port}`,
    });
  },
});
after(() => server.close());

/** A browser that finds Cloudflare's script and frame here; `away` finds neither. */
const at = ({ away = false, ...options } = {}) => ({
  ...options,
  beside: [CLOUDFLARE],
  route: (context) => context.route(`${CLOUDFLARE}/**`, (route) => {
    const script = route.request().url().endsWith("/api.js");
    if (away && script) return route.fulfill({ status: 200, contentType: "text/javascript", body: "" });
    if (script) return route.fulfill({ status: 200, contentType: "text/javascript", body: SCRIPT });
    return route.fulfill({ status: 200, contentType: "text/html", body: '<!doctype html><html lang="en"><title>Check</title><h1>Success!</h1></html>' });
  }),
});

// BOT-1, BOT-2
test("the page loads Cloudflare's widget, and its answer signs a person in", () =>
  here.as(at(), async (page) => {
    verifier.mode = "well";
    verifier.asked.length = 0;
    const policies = [];
    page.on("response", (response) => {
      if (response.status() === 200 && response.request().isNavigationRequest() && response.url().startsWith(here.demo.origin)) {
        policies.push([new URL(response.url()).pathname, response.headers()["content-security-policy"]]);
      }
    });
    await page.goto("/login");
    const widget = page.locator(".cf-turnstile");
    assert.equal(await widget.getAttribute("data-sitekey"), SITE_KEY);
    assert.equal(await widget.getAttribute("data-action"), "sign-in");
    await widget.locator("iframe").waitFor();
    await page.locator(".cf-turnstile input[value]").waitFor({ state: "attached" });
    await look(page, "login-turnstile");
    await page.getByLabel("Your Email Address").fill(here.demo.manager.email);
    await page.getByLabel("Your Password").fill(here.demo.manager.password);
    await button(page, "Sign In").click();
    await page.waitForURL("**/dashboard");

    assert.equal(verifier.asked.length, 1);
    assert.equal(verifier.asked[0].get("secret"), SECRET);
    assert.match(verifier.asked[0].get("response"), /^0x4AAAAAAAjourney\|sign-in\|/);
    const lets = Object.fromEntries(policies.map(([path, policy]) => [path, policy.includes(CLOUDFLARE)]));
    assert.deepEqual(lets, { "/login": true, "/dashboard": false });
  }));

// BOT-1
test("on the narrowest screens the widget is the small one", () =>
  here.as(at(), async (page) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto("/forgot");
    await page.locator('.cf-turnstile[data-size="compact"] iframe').waitFor();
    await look(page, "forgot-turnstile");
  }));

// BOT-1
test("an answer that Cloudflare does not know signs nobody in", () =>
  here.as(at(), async (page) => {
    verifier.mode = "well";
    await page.goto("/login");
    await page.locator(".cf-turnstile input[value]").waitFor({ state: "attached" });
    await page.evaluate("document.querySelector('.cf-turnstile input').value = 'made up'");
    await page.getByLabel("Your Email Address").fill(here.demo.manager.email);
    await page.getByLabel("Your Password").fill(here.demo.manager.password);
    await button(page, "Sign In").click();
    await page.getByRole("alert").getByText("Please complete the security check").waitFor();
    await page.goto("/dashboard");
    await heading(page, "Sign in").waitFor();
  }));

// BOT-2
test("while nobody checks answers our own check signs people in", () =>
  here.as(at({ away: true }), async (page) => {
    verifier.mode = "badly";
    await page.goto("/login");
    await page.getByText("Success!", { exact: true }).waitFor();
    await signIn(page, here.demo.manager);
    verifier.mode = "well";
  }));

// BOT-1
test("without JavaScript a person waits, and signs in", () =>
  here.as(at({ script: false }), async (page) => {
    verifier.mode = "well";
    verifier.asked.length = 0;
    await trySignIn(page, here.demo.manager);
    await page.getByRole("alert").getByText("Please complete the security check").waitFor();
    const way = await page.locator(".bot + .cf-turnstile ~ noscript").innerText();
    assert.match(way, /your browser runs no script\. Wait 5 seconds before you press the button/);
    await look(page, "login-turnstile-unchecked");
    await page.getByLabel("Your Password").fill(here.demo.manager.password);
    await sleep(6_000);
    await button(page, "Sign In").click();
    await page.waitForURL("**/dashboard");
    const asked = verifier.asked.map((question) => question.get("response"));
    assert.deepEqual(asked.filter((answer) => answer !== "probe"), [], "Cloudflare was only asked whether it is back");
  }));

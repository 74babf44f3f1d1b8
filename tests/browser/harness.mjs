// What every journey needs: a running portal, people at browsers, and eyes that miss nothing.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { after, before } from "node:test";
import { module, openChromium, PATIENCE, shots } from "./chromium.mjs";
import { startDemo } from "./demo.mjs";

const { AxeBuilder } = module("@axe-core/playwright");

const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const NARROW = { width: 320, height: 640 };

/** Starts a portal before the tests of a file and stops it after them; at the end nobody may have seen trouble. */
export function portal(options = {}) {
  const here = { visitors: [] };
  before(async () => {
    here.demo = await startDemo(options);
    await options.prepare?.(here.demo);
    here.browser = await openChromium();
  });
  after(async () => {
    await here.browser?.close();
    await here.demo?.stop();
  });

  /**
   * Somebody new at a browser of their own. `script: false` takes JavaScript away from it. `route` answers requests in a third party's
   * place; `beside` names the origins that these may go to.
   */
  here.visitor = async ({ script = true, route = null, beside = [] } = {}) => {
    const { origin } = here.demo;
    const context = await here.browser.newContext({
      baseURL: origin,
      javaScriptEnabled: script,
      viewport: WIDE,
      locale: "en-US",
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(PATIENCE / 4);
    const trouble = watch(context, [origin, ...beside]);
    await route?.(context);
    const page = await context.newPage();
    return Object.assign(page, {
      script,
      trouble,
      leave: async () => {
        await context.close();
        assert.deepEqual(trouble, [], "the browser saw trouble");
      },
    });
  };

  /** Lets somebody do something in a browser, and then asks whether the browser saw trouble. */
  here.as = async (options, journey) => {
    const page = await here.visitor(options);
    try {
      await journey(page);
    } catch (why) {
      await shoot(page, "failed").catch(() => {});
      why.stack += [`\nat ${page.url()}`, ...page.trouble, ...here.demo.log.slice(-10)].join("\n  ");
      await page.context().close();
      throw why;
    }
    await page.leave();
  };
  return here;
}

/** Looks hard at the page: wide and narrow, light and dark, for everybody. It leaves a picture of each width. */
export async function look(page, name) {
  await page.emulateMedia({ colorScheme: "dark" });
  for (const size of [NARROW, PHONE]) {
    await page.setViewportSize(size);
    await fits(page, name);
  }
  await axe(page, `${name} on a phone in the dark`);
  await shoot(page, `${name}-390`);
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: "light" });
  await fits(page, name);
  await axe(page, name);
  await shoot(page, `${name}-1280`);
}

/** Asserts that axe finds nothing against WCAG 2.2 AA or its best practices. Without script axe cannot run. */
async function axe(page, name) {
  if (!page.script) return;
  // The usual mode opens a second page for each report, so that frames of other origins cannot lie; only letters have a frame.
  const framed = page.frames().length > 1;
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(!framed).analyze();
  const found = violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${impact}) at ${target.join(" ")}: ${failureSummary}`));
  assert.deepEqual(found, [], `${name} is not accessible`);
}

/** Keeps a picture: of the whole page, or of the window if a question covers it. */
async function shoot(page, name) {
  await mkdir(shots, { recursive: true });
  const suffix = page.script ? "" : "-without-script";
  const fullPage = (await page.locator(".scrim").count()) === 0;
  await page.screenshot({ path: path.join(shots, `${name}${suffix}.png`), fullPage });
}

/** Asserts that nobody has to scroll sideways, and that nothing sticks out of its card. */
async function fits(page, name) {
  const framed = page.locator(".card, .panel").filter({ visible: true });
  const cards = await framed.evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.className));
  assert.deepEqual(cards, [], `${name} has something too wide for its card`);
  const [content, window] = await page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]");
  assert.ok(content <= window, `${name} is ${content} px wide in a window of ${window} px`);
}

/** Collects whatever a browser ought not to see. */
function watch(context, origins) {
  const trouble = [];
  const asked = new Set();
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && !origins.includes(url.origin)) trouble.push(`a request went to ${url.origin}`);
    if (request.isNavigationRequest()) asked.add(request.url());
  });
  context.on("response", async (response) => {
    const { pathname, origin } = new URL(response.url());
    if (origin !== origins[0]) return;
    if (response.status() >= 500) trouble.push(`${pathname} answered ${response.status()}`);
    const headers = response.headers();
    const isPage = headers["content-type"]?.startsWith("text/html") && !pathname.startsWith("/sandbox");
    if (isPage && !/default-src 'none'/.test(headers["content-security-policy"])) trouble.push(`${pathname} has no strict policy`);
  });
  context.on("requestfailed", (request) => {
    // Leaving a page cancels what it was still loading.
    const reason = request.failure()?.errorText;
    if (reason !== "net::ERR_ABORTED") trouble.push(`${request.url()} failed: ${reason}`);
  });
  context.on("console", (message) => {
    // A page that says no answers 4xx, which Chromium calls an error; for anything a page loads it is one.
    const isRefusal = /the server responded with a status of 4\d\d/.test(message.text()) && asked.has(message.location().url);
    if (["error", "warning"].includes(message.type()) && !isRefusal) trouble.push(`console: ${message.text()}`);
  });
  context.on("weberror", (why) => trouble.push(`script: ${why.error()}`));
  return trouble;
}

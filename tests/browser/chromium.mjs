// Starting Chromium, or reaching the one that is shared.

import { createRequire } from "node:module";
import path from "node:path";

// Generous, because a busy machine of two cores may need a minute for what takes a second elsewhere.
export const PATIENCE = 120_000;
export const HOUR = 3_600_000;

export const target = path.resolve(import.meta.dirname, "../../target");

/** Where pictures are kept; those of servers on PostgreSQL lie in a folder beside the others. */
export const shots = path.join(target, process.env.PORTAL_CLUSTER ? "screenshots-postgres" : "screenshots");

const tools = process.env.PORTAL_TOOLS ?? path.join(target, "tools");

// The modules are not beside the journeys but among the tools.
export const module = createRequire(path.join(tools, "browser", "package.json"));
const { chromium } = module("playwright-core");

const options = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  timeout: PATIENCE,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

/** A Chromium that several processes can use. */
export const launchServer = () => chromium.launchServer(options);

/** The shared Chromium, or one of our own if none is shared. */
export const openChromium = () =>
  process.env.CHROMIUM_ENDPOINT
    ? chromium.connect(process.env.CHROMIUM_ENDPOINT, { timeout: PATIENCE })
    : chromium.launch(options);

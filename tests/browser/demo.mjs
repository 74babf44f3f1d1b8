// The real server with a practice full of people, in a folder of its own, and in a database of its own where there is a cluster.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import readline from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { PATIENCE, target } from "./chromium.mjs";
import { database } from "./cluster.mjs";

const binary = process.env.PORTAL_BIN ?? path.join(target, "debug", "practice-portal");

// What the demo says about itself, each on a line of its own.
const SAID = {
  origin: /^Open (http:\/\/(?:127\.0\.0\.1|localhost):\d+)\/?\s*$/,
  manager: /^User Manager: (?<email>\S+)\s+password: (?<password>.+?)\s*$/,
  staff: /^Staff member: (?<email>\S+)\s+password: (?<password>.+?)\s*$/,
  both: /^In two practices: (?<email>\S+)\s+password: (?<password>.+?)\s*$/,
  apiKey: /^API key \(SecureMail\): (\S+)/,
  practice: /^Practice id: (\S+)/,
};

/**
 * Starts the demo and waits until it is ready. `stop` ends it and removes its folder. A guarded one asks for security checks, and lets
 * people sign in only so often. `host` is where browsers go; passkeys need one with a name.
 */
export async function startDemo({ guarded = false, host = "127.0.0.1" } = {}) {
  const data = await mkdtemp(path.join(tmpdir(), "portal-"));
  const demo = { log: [] };
  const guard = guarded ? [] : ["--bot-check", "off", "--limits", "off"];
  const server = spawn(binary, ["demo", ...guard, "--listen", "127.0.0.1:0", "--host", host, "--data", data], { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...database() } });
  follow(demo, server, data);
  try {
    await until("the demo says its address, whom to sign in as, an API key and a practice", () => {
      if (server.exitCode !== null || server.pid === undefined) throw new Error("the demo ended");
      return Object.keys(SAID).every((name) => demo[name]);
    });
    await until("the demo is ready", () => fetch(`${demo.origin}/readyz`).then((answer) => answer.ok, () => false));
  } catch (why) {
    await demo.stop();
    throw new Error(`${why.message}\nIt said:\n${demo.log.slice(-40).join("\n")}`);
  }
  return demo;
}

/** Ends the demo and serves what it kept at the same address, as a server with these settings does. */
export async function serveInstead(demo, settings) {
  await end(demo.server);
  const of = (name) => path.join(demo.data, name);
  const kept = { PORTAL_STORAGE_PATH: of("portal.db"), PORTAL_KEYS_FILE: of("keys"), PORTAL_MAIL_TRANSPORT: "sandbox" };
  const at = { PORTAL_BASE_URL: demo.origin, PORTAL_LISTEN: new URL(demo.origin).host, PORTAL_LIMITS: "off" };
  const env = { ...process.env, ...kept, ...database(), ...at, ...settings };
  follow(demo, spawn(binary, ["serve"], { stdio: ["ignore", "pipe", "pipe"], env }), demo.data);
  await until("the server is ready", () => {
    if (demo.server.exitCode !== null) throw new Error(`the server ended:\n${demo.log.slice(-10).join("\n")}`);
    return fetch(`${demo.origin}/readyz`).then((answer) => answer.ok, () => false);
  });
}

/** Keeps what a server says, and knows how to stop it. */
function follow(demo, server, data) {
  Object.assign(demo, { server, data, stop: () => stop(server, data) });
  server.on("error", (why) => demo.log.push(String(why)));
  readline.createInterface({ input: server.stderr }).on("line", (line) => demo.log.push(line));
  readline.createInterface({ input: server.stdout }).on("line", (line) => { demo.log.push(line); hear(demo, line); });
}

/** Waits until something is so; the something may throw to say that it never will be. */
export async function until(what, isSo, patience = PATIENCE) {
  const deadline = Date.now() + patience;
  for (;;) {
    const result = await isSo();
    if (result) return result;
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await sleep(100);
  }
}

function hear(demo, line) {
  for (const [name, pattern] of Object.entries(SAID)) {
    const found = demo[name] ? null : pattern.exec(line);
    if (found) demo[name] = found.groups ? { ...found.groups } : found[1];
  }
}

async function stop(server, data) {
  await end(server);
  await rm(data, { recursive: true, force: true });
}

async function end(server) {
  if (server.pid !== undefined && server.exitCode === null && server.signalCode === null) {
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    const inTime = await Promise.race([ended, sleep(20_000, null, { ref: false })]);
    if (inTime === null) {
      server.kill("SIGKILL");
      await ended;
    }
  }
}

// Runs the journeys: all of them, or those whose file name contains one of the words given.
//
//   cargo xtask test --only browser
//   PORTAL_BIN=target/debug/practice-portal node tests/browser/run.mjs sign-in
//   PORTAL_CLUSTER=target/debug/examples/cluster node tests/browser/run.mjs sign-in
//
// Every file is a process of its own with a server of its own; they share one Chromium, which is slow to start. Where PORTAL_CLUSTER names
// the program that runs a PostgreSQL cluster, each server has a database of its own there; otherwise each has a SQLite file.

import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { run } from "node:test";
import { spec as Spec } from "node:test/reporters";
import { HOUR, launchServer, shots } from "./chromium.mjs";
import { startCluster } from "./cluster.mjs";

const words = process.argv.slice(2);
const names = (await readdir(import.meta.dirname)).filter((name) => name.endsWith(".test.mjs")).sort();
const files = names.filter((name) => words.length === 0 || words.some((word) => name.includes(word)));
if (files.length === 0) {
  console.error(`No journey is called ${words.join(" or ")}; these there are: ${names.join(", ")}`);
  process.exit(1);
}

if (words.length === 0) await rm(shots, { recursive: true, force: true });
const cluster = process.env.PORTAL_CLUSTER ? await startCluster(files) : null;
const chromium = await launchServer();
process.env.CHROMIUM_ENDPOINT = chromium.wsEndpoint();

const tests = run({ files: files.map((name) => path.join(import.meta.dirname, name)), concurrency: 2, timeout: HOUR });
tests.on("test:fail", () => { process.exitCode = 1; });
tests.compose(new Spec()).pipe(process.stdout);
tests.on("end", () => Promise.all([chromium.close(), cluster?.stop()]));

// A PostgreSQL cluster for a run of journeys, with a database for each file.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import readline from "node:readline";
import { target } from "./chromium.mjs";

/** Starts a cluster with a database for each of these files, and tells the processes that run them where it is. */
export async function startCluster(files) {
  const cache = path.join(target, "tmp");
  await mkdir(cache, { recursive: true });
  const cluster = spawn(process.env.PORTAL_CLUSTER, [cache], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(cluster, "exit");
  cluster.stdin.write("\n".repeat(files.length));
  const urls = [];
  for await (const url of readline.createInterface({ input: cluster.stdout })) {
    if (urls.push(url) === files.length) break;
  }
  if (urls.length < files.length) throw new Error("there is no PostgreSQL cluster");
  process.env.PORTAL_DATABASES = JSON.stringify(Object.fromEntries(files.map((file, n) => [file, urls[n]])));
  return { stop: () => { cluster.stdin.end(); return ended; } };
}

/** The settings of a server in this process: with a database of its own, if there is a cluster. */
export function database() {
  if (!process.env.PORTAL_DATABASES) return {};
  const url = JSON.parse(process.env.PORTAL_DATABASES)[path.basename(process.argv[1])];
  if (!url) throw new Error(`${process.argv[1]} has no database`);
  return { PORTAL_STORAGE_URL: url };
}

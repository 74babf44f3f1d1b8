// Signs what Stripe would sign, with Stripe's own library: a JSON object a line in, one with the header and the time of signing out.
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";

const require = createRequire(path.join(process.env.PORTAL_TOOLS, "peers/package.json"));
const Stripe = require("stripe");
const stripe = new (Stripe.default ?? Stripe)("sk_test_0123456789");

const now = Math.floor(Date.now() / 1000);
for await (const line of createInterface({ input: process.stdin })) {
  const { payload, secret, offset } = JSON.parse(line);
  const header = stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: now + offset });
  console.log(JSON.stringify({ header, now }));
}

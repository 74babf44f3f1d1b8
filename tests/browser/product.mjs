// A product that invites people, as SecureMail does.

import assert from "node:assert/strict";

let count = 0;

/** Somebody nobody has invited yet, with a number that can exist and a password that every preset takes. */
export function somebody(first = "Anika", last = "Bhattacharya") {
  count += 1;
  const unique = `${process.pid}-${count}`;
  const ascii = (name) => name.normalize("NFKD").replace(/[^a-z]/gi, "").toLowerCase();
  return {
    first,
    last,
    name: `${first} ${last}`,
    email: `${ascii(first)}.${ascii(last)}.${unique}@brightwater.example`,
    cell: `(415) 555-${String(2600 + (process.pid % 90) + count).padStart(4, "0")}`,
    password: "Quiet-Meadow7-Lantern!",
  };
}

/** Invites somebody through the API; the answer must say that it was accepted. */
export async function invite(demo, person, { kind = "doctor", placement = "in-practice", again = false } = {}) {
  const answer = await fetch(`${demo.origin}/api/v1/practices/${demo.practice}/invitations`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${demo.apiKey}`,
      "content-type": "application/json",
      "idempotency-key": `"${person.email}${again ? " again" : ""}"`,
    },
    body: JSON.stringify({
      inviter: demo.manager.email,
      email: person.email,
      kind,
      placement,
      first_name: person.first,
      last_name: person.last,
    }),
  });
  assert.ok(answer.ok, `the API answered ${answer.status}: ${await answer.text()}`);
}

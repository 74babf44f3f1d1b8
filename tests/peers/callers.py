"""Who calls the API while schemathesis makes up requests, and what of a request is real.

Reads from the environment:

* `PORTAL_SAID`: what the demo said when it started: its address, who can sign in, a product's key
* `PORTAL_DATA`: the demo's folder
* `PORTAL_CALLER`: `nobody`, `product`, `staff`, `manager` (who gave the password long ago) or `fresh-manager`

A made-up id names nothing, and a made-up password opens nothing: then every answer would be a refusal. So where a request is as
the document wants it, ids and credentials are often replaced by real ones; what was made wrong on purpose stays as it is. The
choice hangs on the request and, for ids, on how many came before it, so that the same seed makes the same run.
"""

import hashlib
import itertools
import json
import os
import re
import sqlite3
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import schemathesis
from schemathesis.core.parameters import ParameterLocation

SAID = os.environ["PORTAL_SAID"]
CALLER = os.environ["PORTAL_CALLER"]


def said(label: str) -> str:
    found = re.search(rf"^{re.escape(label)} *(.*)$", SAID, re.MULTILINE)
    assert found, f"the demo does not say {label!r}"
    return found[1].strip()


BASE = said("Open").rstrip("/")
KEY = said("API key (SecureMail):")
MANAGER, PASSWORD = said("User Manager:").split("  password: ")
STAFF = said("Staff member:").split("  password: ")[0]
AGENT = "schemathesis"


class Session:
    """Somebody who signed in through the API."""

    def __init__(self, email: str):
        self.email = email
        self.device = None
        self.sign_in()

    def sign_in(self) -> None:
        headers = {"Content-Type": "application/json", "User-Agent": AGENT}
        if self.device:
            headers["Cookie"] = f"dev={self.device}"
        body = json.dumps({"email": self.email, "password": PASSWORD}).encode()
        asked = urllib.request.Request(f"{BASE}/api/v1/session", body, headers, method="POST")
        with urllib.request.urlopen(asked) as answer:
            cookies = dict(line.split(";")[0].split("=", 1) for line in answer.headers.get_all("Set-Cookie"))
            self.face = json.load(answer)
        self.cookie, self.device = cookies["session"], cookies["dev"]

    def get(self, path: str) -> dict:
        asked = urllib.request.Request(BASE + path, headers={"Cookie": f"session={self.cookie}"})
        with urllib.request.urlopen(asked) as answer:
            return json.load(answer)

    def is_live(self) -> bool:
        try:
            return bool(self.get("/api/v1/session"))
        except urllib.error.HTTPError:
            return False

    def grow_old(self) -> None:
        """Moves the moment of the password back, which no clock but the server's own could do."""
        with sqlite3.connect(Path(os.environ["PORTAL_DATA"]) / "portal.db", timeout=30) as database:
            ago = 10 * 60 * 1_000_000
            name = uuid.UUID(self.face["id"]).bytes
            changed = database.execute("UPDATE session SET proved_at = proved_at - ? WHERE id = ?", (ago, name))
            assert changed.rowcount == 1, "the session is not in the database"


class World:
    """What is real: ids, and who calls."""

    def __init__(self):
        knows = Session(MANAGER)
        self.practice = knows.face["practice"]["id"]
        people = self.list(knows)
        self.invited = [person["id"] for person in people if person["status"] == "not-registered"]
        self.registered = [person["id"] for person in people if person["status"] != "not-registered"]
        self.callers = [person["id"] for person in people if person["email"] in (MANAGER, STAFF)]
        assert self.invited and self.registered, "the demo has people of both kinds"
        email = {"staff": STAFF, "manager": MANAGER, "fresh-manager": MANAGER}.get(CALLER)
        self.spare = [Session(email).face["id"] for _ in range(8)] if email else []
        self.caller = Session(email) if email else None
        self.made()

    def list(self, knows: Session) -> list:
        path, people = f"/api/v1/practices/{self.practice}/people?size=200", []
        while path:
            page = knows.get(path)
            people += page["people"]
            path = page["next"]
        return people

    def made(self) -> None:
        if CALLER == "manager":
            self.caller.grow_old()

    def renew(self) -> None:
        self.caller.sign_in()
        self.made()


WORLD = World()
TURNS = itertools.count()


class Caller:
    """Shows what the caller has."""

    def get(self, case, context):
        return WORLD.caller or KEY

    def set(self, case, data, context):
        if data == KEY:
            case.headers["Authorization"] = f"Bearer {KEY}"
        else:
            case.cookies["session"] = data.cookie
            case.headers["X-CSRF-Token"] = data.face["csrf_token"]


if CALLER != "nobody":
    schemathesis.auth(refresh_interval=None)(Caller)


def drawn(case, of: int, salt: str = "") -> int:
    """A number below `of` that hangs on the request alone."""
    text = repr((salt, case.method, case.path, case.path_parameters, case.body, case.query))
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:4]) % of


def is_id(value) -> bool:
    try:
        return str(uuid.UUID(str(value))) == str(value).lower()
    except ValueError:
        return False


@schemathesis.hook
def filter_headers(context, headers):
    """Leaves out what never reaches the portal: its HTTP library answers control characters with a bare 400 of its own."""
    return all(is_sendable(value) for value in (headers or {}).values())


def is_sendable(value) -> bool:
    return not isinstance(value, str) or all(c == "\t" or c >= " " and c != "\x7f" for c in value)


@schemathesis.hook
def before_call(context, case, kwargs):
    wrong = lambda location: case.meta is not None and case.meta.is_negative_at(location)
    # Copies, because other requests may be made from the same parts.
    if case.path_parameters and not wrong(ParameterLocation.PATH):
        case.path_parameters = dict(case.path_parameters)
        real_ids(case)
    if not wrong(ParameterLocation.HEADER) and "If-Match" in (case.headers or {}) and drawn(case, 2, "tag"):
        case.headers["If-Match"] = "*"
    if isinstance(case.body, dict):
        case.body = dict(case.body)
        if not wrong(ParameterLocation.BODY):
            real_body(case)
        lock_nobody(case)


def real_ids(case) -> None:
    ids = case.path_parameters
    if is_id(ids.get("practice")) and drawn(case, 8, "practice"):
        ids["practice"] = WORLD.practice
    if is_id(ids.get("id")) and drawn(case, 8, "id"):
        # Ids are picked up from earlier answers, so that a few of them come again and again.
        turn = str(next(TURNS))
        pool = WORLD.invited if drawn(case, 3, "pool" + turn) else WORLD.registered
        if case.path.startswith("/api/v1/sessions/"):
            pool = WORLD.spare or pool
        if "/people/{id}/sessions" in case.path:
            # Never of those who call: their sessions are needed.
            pool = [person for person in pool if person not in WORLD.callers] or WORLD.invited
        ids["id"] = pool[drawn(case, len(pool), "which" + turn)]


def real_body(case) -> None:
    body = case.body
    if case.path.endswith("/invitations") and drawn(case, 4, "body"):
        body["inviter"] = MANAGER
        body["email"] = f"fuzzed-{drawn(case, 100_000, 'email')}@mail.example"
        body["kind"], body["placement"] = [("staff", "in-practice"), ("patient", "outside")][drawn(case, 2, "kind")]
        for name in ("first_name", "last_name", "cell", "phone"):
            if name in body and drawn(case, 2, name):
                body[name] = "(218) 555-0142" if name in ("cell", "phone") else "Ana María"
    if case.path == "/api/v1/session" and drawn(case, 3, "body") == 0:
        body["email"], body["password"] = MANAGER, PASSWORD
    if case.path.endswith("/confirm"):
        # Never wrong: seven wrong passwords lock the account, which has tests of its own.
        body["password"] = PASSWORD
    if case.path.endswith("/people/{id}") and drawn(case, 2, "body"):
        if "email" in body:
            body["email"] = f"corrected-{drawn(case, 100_000, 'email')}@mail.example"
        for name in ("first_name", "last_name", "cell", "phone"):
            if body.get(name):
                body[name] = "(218) 555-0142" if name in ("cell", "phone") else "Zoë"


def lock_nobody(case) -> None:
    """Keeps wrong passwords, which lock an account, from those who call: addresses are picked up from earlier answers."""
    body = case.body
    if case.path == "/api/v1/session" and body.get("email") in (MANAGER, STAFF) and body.get("password") != PASSWORD:
        body["email"] = "nobody@mail.example"


@schemathesis.hook
def after_call(context, case, response):
    """Forgets who is gone, and signs in anew when the session was ended or gave way to another."""
    gone = (case.path_parameters or {}).get("id")
    if response.status_code == 204 and gone in WORLD.invited:
        WORLD.invited.remove(gone)
    ends = "/session" in case.path and case.method.upper() != "GET"
    if WORLD.caller and ends and not WORLD.caller.is_live():
        WORLD.renew()

-- Signing in: passwords that grow old, second factors, limits, and changes of address.

-- `former` holds what is kept of earlier passwords, one on each line, the newest first.
ALTER TABLE account ADD COLUMN password_set_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN former TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN compromised INTEGER NOT NULL DEFAULT 0 CHECK (compromised IN (0, 1));
ALTER TABLE account ADD COLUMN time_zone TEXT;

UPDATE account SET password_set_at = registered_at;

-- Half-way sessions wait for a second factor, or for one to be set up.
ALTER TABLE session ADD COLUMN stage TEXT NOT NULL DEFAULT 'whole' CHECK (stage IN ('whole', 'code', 'enrolment'));
ALTER TABLE session ADD COLUMN second_factor INTEGER NOT NULL DEFAULT 0
    CHECK (second_factor IN (0, 1) AND (stage = 'whole' OR second_factor = 0));
ALTER TABLE session ADD COLUMN wrong_codes INTEGER NOT NULL DEFAULT 0
    CHECK (wrong_codes BETWEEN 0 AND 255 AND (stage <> 'whole' OR wrong_codes = 0));
ALTER TABLE session ADD COLUMN known_device INTEGER NOT NULL DEFAULT 0
    CHECK (known_device IN (0, 1) AND (stage <> 'whole' OR known_device = 0));

-- Failures since the last success, whatever was unlocked; only an account's own counter counts them.
ALTER TABLE counter ADD COLUMN unforgiven INTEGER NOT NULL DEFAULT 0 CHECK (unforgiven BETWEEN 0 AND 255);

-- `secret` is sealed; `recovery` holds digests of 32 bytes, one after the other.
CREATE TABLE second_factor (
    account BLOB NOT NULL PRIMARY KEY REFERENCES account DEFERRABLE INITIALLY DEFERRED,
    version INTEGER NOT NULL CHECK (version >= 0),
    state TEXT NOT NULL CHECK (state IN ('off', 'pending', 'on')),
    secret BLOB,
    since INTEGER,
    last_step INTEGER CHECK (last_step >= 0),
    recovery BLOB CHECK (length(recovery) % 32 = 0),
    CHECK ((state = 'off') = (secret IS NULL)),
    CHECK ((state = 'off') = (since IS NULL)),
    CHECK ((state = 'on') = (last_step IS NOT NULL)),
    CHECK ((state = 'on') = (recovery IS NOT NULL))
) STRICT;

-- `at` is when an open one expires, or when a done one was done; `before` the address that it took the place of.
CREATE TABLE email_change (
    account BLOB NOT NULL PRIMARY KEY REFERENCES account DEFERRABLE INITIALLY DEFERRED,
    version INTEGER NOT NULL CHECK (version >= 0),
    serial INTEGER NOT NULL CHECK (serial > 0),
    email TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'done')),
    at INTEGER NOT NULL,
    before TEXT,
    CHECK ((state = 'done') = (before IS NOT NULL))
) STRICT;

-- When all units of a limit will be back. The key is a digest; a key that is missing has them all.
CREATE TABLE unit (
    key BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 32),
    back_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX unit_back ON unit (back_at);

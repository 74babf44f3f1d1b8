-- Ids are 16 bytes, digests 32; moments are whole microseconds since 1970; enums are codes, and the CHECKs list every one.
-- Columns named *_key hold folded text: what is compared, sorted and searched.

CREATE TABLE practice (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    version INTEGER NOT NULL CHECK (version >= 0),
    name TEXT NOT NULL,
    phone TEXT,
    preset TEXT NOT NULL CHECK (preset IN ('standard', 'portal', 'office', 'strict')),
    two_step_doctors INTEGER NOT NULL CHECK (two_step_doctors IN (0, 1)),
    two_step_patients INTEGER NOT NULL CHECK (two_step_patients IN (0, 1)),
    user_managers INTEGER NOT NULL CHECK (user_managers >= 0),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE account (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    version INTEGER NOT NULL CHECK (version >= 0),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    cell TEXT,
    landline TEXT,
    proven TEXT,
    password TEXT NOT NULL,
    terms_version TEXT NOT NULL,
    terms_at INTEGER NOT NULL,
    home BLOB REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    registered_at INTEGER NOT NULL
) STRICT;

CREATE TABLE member (
    practice BLOB NOT NULL REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    id BLOB NOT NULL CHECK (length(id) = 16),
    version INTEGER NOT NULL CHECK (version >= 0),
    account BLOB NOT NULL REFERENCES account DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL CHECK (kind IN ('doctor', 'staff', 'patient')),
    role TEXT NOT NULL CHECK (role IN (
        'owner', 'office-administrator', 'dentist', 'hygienist', 'treatment-coordinator', 'hygiene-coordinator',
        'front-desk', 'restricted-staff')),
    user_manager INTEGER NOT NULL CHECK (user_manager IN (0, 1)),
    tier TEXT NOT NULL CHECK (tier IN ('free', 'paid', 'paid-with-plugin')),
    invitation BLOB,
    invited_at INTEGER NOT NULL,
    joined_at INTEGER NOT NULL,
    PRIMARY KEY (practice, id),
    UNIQUE (practice, account)
) STRICT;

CREATE INDEX member_account ON member (account);

CREATE TABLE invitation (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    version INTEGER NOT NULL CHECK (version >= 0),
    practice BLOB NOT NULL REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    inviter BLOB,
    product TEXT NOT NULL CHECK (product IN ('securemail', 'truform', 'collaborator', 'operator')),
    placement TEXT NOT NULL CHECK (placement IN ('in-practice', 'outside')),
    kind TEXT NOT NULL CHECK (kind IN ('doctor', 'staff', 'patient')),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    cell TEXT,
    landline TEXT,
    generation INTEGER NOT NULL CHECK (generation >= 0),
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'withdrawn', 'superseded')),
    state_at INTEGER NOT NULL,
    expires_at INTEGER,
    account BLOB,
    CHECK ((state = 'open') = (expires_at IS NOT NULL)),
    CHECK ((state = 'accepted') = (account IS NOT NULL))
) STRICT;

CREATE INDEX invitation_open ON invitation (email_key, id) WHERE state = 'open';

CREATE TABLE registration (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    version INTEGER NOT NULL CHECK (version >= 0),
    invitation BLOB NOT NULL REFERENCES invitation DEFERRABLE INITIALLY DEFERRED,
    generation INTEGER NOT NULL CHECK (generation >= 0),
    practice BLOB NOT NULL REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    cookie BLOB NOT NULL UNIQUE CHECK (length(cookie) = 32),
    two_step INTEGER NOT NULL CHECK (two_step IN (0, 1)),
    cell TEXT,
    landline TEXT,
    codes_sent INTEGER NOT NULL CHECK (codes_sent >= 0),
    code_sent_at INTEGER,
    wrong_codes INTEGER NOT NULL CHECK (wrong_codes BETWEEN 0 AND 255),
    step TEXT NOT NULL CHECK (step IN ('phones', 'delivery', 'code', 'terms', 'password', 'done')),
    serial INTEGER CHECK (serial >= 0),
    delivery TEXT CHECK (delivery IN ('text', 'call')),
    sent_to TEXT,
    sent_at INTEGER,
    dead_at INTEGER,
    tries_left INTEGER CHECK (tries_left BETWEEN 0 AND 255),
    proven TEXT,
    terms_version TEXT,
    terms_at INTEGER,
    account BLOB,
    expires_at INTEGER NOT NULL,
    CHECK ((step = 'code') = (serial IS NOT NULL)),
    CHECK ((step = 'code') = (delivery IS NOT NULL)),
    CHECK ((step = 'code') = (sent_to IS NOT NULL)),
    CHECK ((step = 'code') = (sent_at IS NOT NULL)),
    CHECK ((step = 'code') = (dead_at IS NOT NULL)),
    CHECK ((step = 'code') = (tries_left IS NOT NULL)),
    CHECK (proven IS NULL OR step IN ('terms', 'password')),
    CHECK ((step = 'password') = (terms_version IS NOT NULL)),
    CHECK ((step = 'password') = (terms_at IS NOT NULL)),
    CHECK ((step = 'done') = (account IS NOT NULL))
) STRICT;

CREATE TABLE session (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    version INTEGER NOT NULL CHECK (version >= 0),
    cookie BLOB NOT NULL UNIQUE CHECK (length(cookie) = 32),
    account BLOB NOT NULL REFERENCES account DEFERRABLE INITIALLY DEFERRED,
    practice BLOB REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    device BLOB NOT NULL CHECK (length(device) = 16),
    agent TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    proved_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;

CREATE INDEX session_live ON session (account, started_at, id) WHERE ended_at IS NULL;

CREATE TABLE api_key (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    practice BLOB NOT NULL REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    product TEXT NOT NULL CHECK (product IN ('securemail', 'truform', 'collaborator', 'operator')),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE replay (
    key BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 32),
    request BLOB NOT NULL CHECK (length(request) = 32),
    created BLOB NOT NULL CHECK (length(created) = 16),
    at INTEGER NOT NULL
) STRICT;

-- A counter's device is empty unless its scope is a device.
CREATE TABLE counter (
    subject BLOB NOT NULL CHECK (length(subject) = 16),
    scope TEXT NOT NULL CHECK (scope IN ('account', 'strangers', 'device')),
    device BLOB NOT NULL CHECK (length(device) = iif(scope = 'device', 16, 0)),
    version INTEGER NOT NULL CHECK (version >= 0),
    failures INTEGER NOT NULL CHECK (failures BETWEEN 0 AND 255),
    locked_at INTEGER,
    PRIMARY KEY (subject, scope, device)
) STRICT, WITHOUT ROWID;

CREATE TABLE ticket (
    subject BLOB NOT NULL,
    scope TEXT NOT NULL,
    device BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    lease_ends INTEGER NOT NULL,
    PRIMARY KEY (subject, scope, device, id),
    FOREIGN KEY (subject, scope, device) REFERENCES counter
) STRICT, WITHOUT ROWID;

-- Names that one owner holds. The practice is empty for names that belong to none.
CREATE TABLE claim (
    practice BLOB NOT NULL CHECK (length(practice) = iif(kind = 'address', 0, 16)),
    kind TEXT NOT NULL CHECK (kind IN ('address', 'open-invitation', 'first-user-manager', 'membership')),
    subject TEXT NOT NULL,
    owner BLOB NOT NULL CHECK (length(owner) = 16),
    PRIMARY KEY (practice, kind, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE budget (
    practice BLOB NOT NULL CHECK (length(practice) = 16),
    kind TEXT NOT NULL CHECK (kind IN ('address-mails', 'practice-mails')),
    subject TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    spent INTEGER NOT NULL CHECK (spent > 0),
    PRIMARY KEY (practice, kind, subject)
) STRICT, WITHOUT ROWID;

-- Notices on their way out, and what became of them. `subject` is an invitation, an account or a registration; `ordinal` a
-- generation or a serial. `due_at` is when a notice may be leased; it is empty once the notice has an outcome.
CREATE TABLE notice (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    about TEXT NOT NULL CHECK (about IN (
        'invitation', 'plain-notice', 'secret-code', 'locked', 'unlocked', 'user-managers-changed')),
    subject BLOB NOT NULL CHECK (length(subject) = 16),
    ordinal INTEGER CHECK (ordinal >= 0),
    practice BLOB CHECK (length(practice) = 16),
    product TEXT CHECK (product IN ('securemail', 'truform', 'collaborator', 'operator')),
    ordered_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    due_at INTEGER,
    worker BLOB CHECK (length(worker) = 16),
    attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    outcome TEXT CHECK (outcome IN ('sent', 'refused', 'gave-up', 'obsolete')),
    settled_at INTEGER,
    CHECK ((about IN ('invitation', 'secret-code')) = (ordinal IS NOT NULL)),
    CHECK ((about IN ('plain-notice', 'user-managers-changed')) = (practice IS NOT NULL)),
    CHECK ((about = 'plain-notice') = (product IS NOT NULL)),
    CHECK ((due_at IS NULL) = (outcome IS NOT NULL))
) STRICT;

CREATE INDEX notice_due ON notice (due_at, id) WHERE due_at IS NOT NULL;

-- The log is empty for the platform's own. Entries are only ever added.
CREATE TABLE audit (
    log BLOB NOT NULL CHECK (length(log) IN (0, 16)),
    number INTEGER NOT NULL CHECK (number > 0),
    text TEXT NOT NULL,
    seal BLOB NOT NULL CHECK (length(seal) = 32),
    PRIMARY KEY (log, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit BEGIN
    SELECT raise(ABORT, 'the audit log is never changed');
END;

CREATE TRIGGER audit_never_shrinks BEFORE DELETE ON audit BEGIN
    SELECT raise(ABORT, 'the audit log is never shortened');
END;

-- Each practice has a shelf: its people's row numbers begin with the shelf's, so that they lie together and a search looks at
-- no others.
CREATE TABLE shelf (
    number INTEGER PRIMARY KEY,
    practice BLOB NOT NULL UNIQUE CHECK (length(practice) = 16)
) STRICT;

-- The rows of Manage Account. `cluster` numbers what filters tell apart: cell * 6 + tier * 2 + locked.
CREATE TABLE person (
    seq INTEGER PRIMARY KEY,
    practice BLOB NOT NULL REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    id BLOB NOT NULL CHECK (length(id) = 16),
    account BLOB,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('doctor', 'staff', 'patient')),
    placement TEXT NOT NULL CHECK (placement IN ('in-practice', 'outside')),
    invited_at INTEGER NOT NULL,
    active_at INTEGER,
    standing TEXT NOT NULL CHECK (standing IN ('not-registered', 'unproven', 'proven')),
    tier TEXT NOT NULL CHECK (tier IN ('free', 'paid', 'paid-with-plugin')),
    locked INTEGER NOT NULL CHECK (locked IN (0, 1)),
    user_manager INTEGER NOT NULL CHECK (user_manager IN (0, 1)),
    mail TEXT NOT NULL CHECK (mail IN ('queued', 'sent', 'refused', 'gave-up')),
    first_key TEXT NOT NULL,
    last_key TEXT NOT NULL,
    name_key TEXT NOT NULL,
    search_key TEXT NOT NULL,
    role_key INTEGER NOT NULL AS (kind = 'patient'),
    active_key INTEGER NOT NULL AS (ifnull(active_at, 0)),
    standing_key INTEGER NOT NULL AS (CASE standing WHEN 'not-registered' THEN 0 WHEN 'unproven' THEN 1 ELSE 2 END),
    tier_key INTEGER NOT NULL AS (CASE tier WHEN 'free' THEN 0 WHEN 'paid' THEN 1 ELSE 2 END),
    cluster INTEGER NOT NULL AS (standing_key * 12 + role_key * 6 + tier_key * 2 + locked),
    UNIQUE (practice, id)
) STRICT;

CREATE INDEX person_first ON person (practice, first_key, name_key, id, cluster);
CREATE INDEX person_last ON person (practice, last_key, name_key, id, cluster);
CREATE INDEX person_role ON person (practice, role_key, name_key, id, cluster);
CREATE INDEX person_invited ON person (practice, invited_at, name_key, id, cluster);
CREATE INDEX person_active ON person (practice, active_key, name_key, id, cluster);
CREATE INDEX person_standing ON person (practice, standing_key, name_key, id, cluster);
CREATE INDEX person_tier ON person (practice, tier_key, name_key, id, cluster);
CREATE INDEX person_cluster ON person (practice, cluster);
CREATE INDEX person_account ON person (account, practice) WHERE account IS NOT NULL;

-- Which rows hold which one, two or three letters in a row. The store writes it; a row that goes takes its letters along.
CREATE VIRTUAL TABLE person_gram USING fts5 (
    grams, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);

-- How many rows each cluster has.
CREATE TABLE tally (
    practice BLOB NOT NULL,
    cluster INTEGER NOT NULL CHECK (cluster BETWEEN 0 AND 35),
    number INTEGER NOT NULL CHECK (number >= 0),
    PRIMARY KEY (practice, cluster)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER person_comes AFTER INSERT ON person BEGIN
    INSERT INTO tally (practice, cluster, number) VALUES (new.practice, new.cluster, 1)
        ON CONFLICT DO UPDATE SET number = number + 1;
END;

CREATE TRIGGER person_moves AFTER UPDATE ON person WHEN old.cluster <> new.cluster BEGIN
    UPDATE tally SET number = number - 1 WHERE practice = old.practice AND cluster = old.cluster;
    INSERT INTO tally (practice, cluster, number) VALUES (new.practice, new.cluster, 1)
        ON CONFLICT DO UPDATE SET number = number + 1;
END;

CREATE TRIGGER person_goes AFTER DELETE ON person BEGIN
    UPDATE tally SET number = number - 1 WHERE practice = old.practice AND cluster = old.cluster;
    DELETE FROM person_gram WHERE rowid = old.seq;
END;

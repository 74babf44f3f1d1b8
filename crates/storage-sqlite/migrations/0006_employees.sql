-- Employees, links that lead to a password, the ways from such a link to a password, and code words.

-- Whether an administrator lets a member work, and until when.
ALTER TABLE member ADD COLUMN active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1));
ALTER TABLE member ADD COLUMN until INTEGER;

CREATE INDEX member_owner ON member (practice, id) WHERE role = 'owner';

CREATE TABLE employee (
    practice BLOB NOT NULL REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    id BLOB NOT NULL CHECK (length(id) = 16),
    version INTEGER NOT NULL CHECK (version >= 0),
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    employment TEXT NOT NULL CHECK (employment IN ('employed', 'consultant')),
    ends_at INTEGER,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    login TEXT NOT NULL CHECK (login IN ('none', 'pending', 'member')),
    email TEXT,
    cell TEXT,
    role TEXT CHECK (role IN (
        'owner', 'office-administrator', 'dentist', 'hygienist', 'treatment-coordinator', 'hygiene-coordinator',
        'front-desk', 'restricted-staff')),
    since INTEGER,
    member BLOB,
    account BLOB,
    added_at INTEGER NOT NULL,
    name_key TEXT NOT NULL,
    PRIMARY KEY (practice, id),
    CHECK (ends_at IS NULL OR employment = 'consultant'),
    CHECK ((login = 'pending') = (email IS NOT NULL)),
    CHECK ((login = 'pending') = (cell IS NOT NULL)),
    CHECK ((login = 'pending') = (role IS NOT NULL)),
    CHECK ((login = 'pending') = (since IS NOT NULL)),
    CHECK ((login = 'member') = (member IS NOT NULL)),
    CHECK ((login = 'member') = (account IS NOT NULL))
) STRICT;

CREATE INDEX employee_name ON employee (practice, name_key, id);

-- Doctors and staff who joined before there was a list of employees stand in it, under the ids of their places.
INSERT INTO employee (practice, id, version, first_name, last_name, employment, active, login, member, account, added_at,
        name_key)
    SELECT m.practice, m.id, 0, a.first_name, a.last_name, 'employed', 1, 'member', m.id, m.account, m.joined_at,
        p.last_key || char(1) || p.first_key
    FROM member AS m JOIN account AS a ON a.id = m.account
        JOIN person AS p ON p.practice = m.practice AND p.id = m.id
    WHERE m.kind <> 'patient';

-- A setup link has the id of its employee, a reset link that of its account.
CREATE TABLE password_link (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    version INTEGER NOT NULL CHECK (version >= 0),
    purpose TEXT NOT NULL CHECK (purpose IN ('setup', 'reset')),
    practice BLOB REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    generation INTEGER NOT NULL CHECK (generation >= 0),
    forgotten_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'used', 'closed')),
    state_at INTEGER NOT NULL,
    expires_at INTEGER,
    tries_left INTEGER CHECK (tries_left BETWEEN 0 AND 255),
    CHECK ((state = 'open') = (expires_at IS NOT NULL)),
    CHECK ((state = 'open') = (tries_left IS NOT NULL))
) STRICT;

CREATE INDEX password_link_setup ON password_link (practice, id) WHERE state = 'open' AND purpose = 'setup';

-- `word` is the serial of the code word that was given.
CREATE TABLE password_run (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    version INTEGER NOT NULL CHECK (version >= 0),
    link BLOB NOT NULL REFERENCES password_link DEFERRABLE INITIALLY DEFERRED,
    generation INTEGER NOT NULL CHECK (generation >= 0),
    cookie BLOB NOT NULL UNIQUE CHECK (length(cookie) = 32),
    step TEXT NOT NULL CHECK (step IN ('word', 'password', 'done')),
    word INTEGER CHECK (word >= 0),
    expires_at INTEGER NOT NULL,
    CHECK (word IS NULL OR step = 'password')
) STRICT;

-- The word is encrypted; which key opens it stands in its first byte.
CREATE TABLE code_word (
    practice BLOB NOT NULL PRIMARY KEY REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    version INTEGER NOT NULL CHECK (version >= 0),
    serial INTEGER NOT NULL CHECK (serial >= 0),
    sealed BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    wrong INTEGER NOT NULL CHECK (wrong >= 0),
    counted_from INTEGER NOT NULL,
    paused_until INTEGER
) STRICT;

-- Three more things to be told: a link, a code word (`ordinal` is its serial), and that a password was changed.
CREATE TABLE notice_new (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    about TEXT NOT NULL CHECK (about IN (
        'invitation', 'plain-notice', 'secret-code', 'password-link', 'code-word', 'password-changed', 'locked',
        'unlocked', 'user-managers-changed')),
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
    CHECK ((about IN ('invitation', 'secret-code', 'password-link', 'code-word')) = (ordinal IS NOT NULL)),
    CHECK ((about IN ('plain-notice', 'user-managers-changed')) = (practice IS NOT NULL)),
    CHECK ((about = 'plain-notice') = (product IS NOT NULL)),
    CHECK ((due_at IS NULL) = (outcome IS NOT NULL))
) STRICT;

INSERT INTO notice_new (id, about, subject, ordinal, practice, product, ordered_at, expires_at, due_at, worker, attempt,
        outcome, settled_at)
    SELECT id, about, subject, ordinal, practice, product, ordered_at, expires_at, due_at, worker, attempt, outcome,
        settled_at
    FROM notice;
DROP TABLE notice;
ALTER TABLE notice_new RENAME TO notice;

CREATE INDEX notice_due ON notice (due_at, id) WHERE due_at IS NOT NULL;

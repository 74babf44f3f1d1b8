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
    role TEXT CHECK (role GLOB '????????-????-????-????-????????????' OR role IN (
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

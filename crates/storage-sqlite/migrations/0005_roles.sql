-- A member's role is the code of a predefined one, or the id of a copy as text. The table is made anew for its CHECK alone.

CREATE TABLE member_anew (
    practice BLOB NOT NULL REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    id BLOB NOT NULL CHECK (length(id) = 16),
    version INTEGER NOT NULL CHECK (version >= 0),
    account BLOB NOT NULL REFERENCES account DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL CHECK (kind IN ('doctor', 'staff', 'patient')),
    role TEXT NOT NULL CHECK (role GLOB '????????-????-????-????-????????????' OR role IN (
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

INSERT INTO member_anew
        (practice, id, version, account, kind, role, user_manager, tier, invitation, invited_at, joined_at)
    SELECT practice, id, version, account, kind, role, user_manager, tier, invitation, invited_at, joined_at FROM member;

DROP TABLE member;

ALTER TABLE member_anew RENAME TO member;

CREATE INDEX member_account ON member (account);
CREATE INDEX member_role ON member (practice, role);

-- What a practice has made of a role. `permissions` holds codes with spaces between them. A copy that is gone keeps its row, and
-- lets go of its name.
CREATE TABLE role_definition (
    practice BLOB NOT NULL REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    role TEXT NOT NULL CHECK (role GLOB '????????-????-????-????-????????????' OR role IN (
        'owner', 'office-administrator', 'dentist', 'hygienist', 'treatment-coordinator', 'hygiene-coordinator',
        'front-desk', 'restricted-staff')),
    version INTEGER NOT NULL CHECK (version >= 0),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    permissions TEXT NOT NULL,
    removed_at INTEGER,
    PRIMARY KEY (practice, role)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX role_definition_name ON role_definition (practice, name_key) WHERE removed_at IS NULL;

-- Ids are uuids, digests 32 bytes; moments are whole microseconds since 1970; enums are codes, and the CHECKs list every one. Text is
-- compared byte by byte, whatever language the database was made for. Columns named *_key hold folded text: what is compared, sorted
-- and searched. What belongs to no practice, or has no device, has an id of zeros there.

-- `policy` holds the values in which a practice differs from its preset, as words `key=value`.
CREATE TABLE practice (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL CHECK (version >= 0),
    name text COLLATE "C" NOT NULL,
    phone text COLLATE "C",
    preset text COLLATE "C" NOT NULL CHECK (preset IN ('standard', 'portal', 'office', 'strict')),
    policy text COLLATE "C" NOT NULL,
    user_managers bigint NOT NULL CHECK (user_managers >= 0),
    created_at bigint NOT NULL
);

-- `former` holds what is kept of earlier passwords, one on each line, the newest first.
CREATE TABLE account (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL CHECK (version >= 0),
    email text COLLATE "C" NOT NULL,
    email_key text COLLATE "C" NOT NULL UNIQUE,
    first_name text COLLATE "C" NOT NULL,
    last_name text COLLATE "C" NOT NULL,
    cell text COLLATE "C",
    landline text COLLATE "C",
    proven text COLLATE "C",
    password text COLLATE "C" NOT NULL,
    terms_version text COLLATE "C" NOT NULL,
    terms_at bigint NOT NULL,
    home uuid REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    registered_at bigint NOT NULL,
    password_set_at bigint NOT NULL,
    former text COLLATE "C" NOT NULL,
    compromised boolean NOT NULL,
    time_zone text COLLATE "C"
);

-- A member's role is the code of a predefined one, or the id of a copy as text.
CREATE TABLE member (
    practice uuid NOT NULL REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    id uuid NOT NULL,
    version bigint NOT NULL CHECK (version >= 0),
    account uuid NOT NULL REFERENCES account DEFERRABLE INITIALLY DEFERRED,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('doctor', 'staff', 'patient')),
    role text COLLATE "C" NOT NULL CHECK (role ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' OR role IN (
        'owner', 'office-administrator', 'dentist', 'hygienist', 'treatment-coordinator', 'hygiene-coordinator',
        'front-desk', 'restricted-staff')),
    user_manager boolean NOT NULL,
    tier text COLLATE "C" NOT NULL CHECK (tier IN ('free', 'paid', 'paid-with-plugin')),
    invitation uuid,
    invited_at bigint NOT NULL,
    joined_at bigint NOT NULL,
    active boolean NOT NULL,
    until bigint,
    PRIMARY KEY (practice, id),
    UNIQUE (practice, account)
);

CREATE INDEX member_account ON member (account);
CREATE INDEX member_role ON member (practice, role);

-- What a practice has made of a role. `permissions` holds codes with spaces between them. A copy that is gone keeps its row, and
-- lets go of its name.
CREATE TABLE role_definition (
    practice uuid NOT NULL REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    role text COLLATE "C" NOT NULL CHECK (role ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' OR role IN (
        'owner', 'office-administrator', 'dentist', 'hygienist', 'treatment-coordinator', 'hygiene-coordinator',
        'front-desk', 'restricted-staff')),
    version bigint NOT NULL CHECK (version >= 0),
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    permissions text COLLATE "C" NOT NULL,
    removed_at bigint,
    PRIMARY KEY (practice, role)
);

CREATE UNIQUE INDEX role_definition_name ON role_definition (practice, name_key) WHERE removed_at IS NULL;

CREATE TABLE employee (
    practice uuid NOT NULL REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    id uuid NOT NULL,
    version bigint NOT NULL CHECK (version >= 0),
    first_name text COLLATE "C" NOT NULL,
    last_name text COLLATE "C" NOT NULL,
    employment text COLLATE "C" NOT NULL CHECK (employment IN ('employed', 'consultant')),
    ends_at bigint,
    active boolean NOT NULL,
    login text COLLATE "C" NOT NULL CHECK (login IN ('none', 'pending', 'member')),
    email text COLLATE "C",
    cell text COLLATE "C",
    role text COLLATE "C" CHECK (role ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' OR role IN (
        'owner', 'office-administrator', 'dentist', 'hygienist', 'treatment-coordinator', 'hygiene-coordinator',
        'front-desk', 'restricted-staff')),
    since bigint,
    member uuid,
    account uuid,
    added_at bigint NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    PRIMARY KEY (practice, id),
    CHECK (ends_at IS NULL OR employment = 'consultant'),
    CHECK ((login = 'pending') = (email IS NOT NULL)),
    CHECK ((login = 'pending') = (cell IS NOT NULL)),
    CHECK ((login = 'pending') = (role IS NOT NULL)),
    CHECK ((login = 'pending') = (since IS NOT NULL)),
    CHECK ((login = 'member') = (member IS NOT NULL)),
    CHECK ((login = 'member') = (account IS NOT NULL))
);

CREATE INDEX employee_name ON employee (practice, name_key, id);

CREATE TABLE invitation (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL CHECK (version >= 0),
    practice uuid NOT NULL REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    inviter uuid,
    product text COLLATE "C" NOT NULL CHECK (product IN ('securemail', 'truform', 'collaborator', 'operator')),
    placement text COLLATE "C" NOT NULL CHECK (placement IN ('in-practice', 'outside')),
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('doctor', 'staff', 'patient')),
    email text COLLATE "C" NOT NULL,
    email_key text COLLATE "C" NOT NULL,
    first_name text COLLATE "C" NOT NULL,
    last_name text COLLATE "C" NOT NULL,
    cell text COLLATE "C",
    landline text COLLATE "C",
    generation bigint NOT NULL CHECK (generation >= 0),
    created_at bigint NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('open', 'accepted', 'withdrawn', 'superseded')),
    state_at bigint NOT NULL,
    expires_at bigint,
    account uuid,
    CHECK ((state = 'open') = (expires_at IS NOT NULL)),
    CHECK ((state = 'accepted') = (account IS NOT NULL))
);

CREATE INDEX invitation_open ON invitation (email_key, id) WHERE state = 'open';

CREATE TABLE registration (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL CHECK (version >= 0),
    invitation uuid NOT NULL REFERENCES invitation DEFERRABLE INITIALLY DEFERRED,
    generation bigint NOT NULL CHECK (generation >= 0),
    practice uuid NOT NULL REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    cookie bytea NOT NULL UNIQUE CHECK (length(cookie) = 32),
    two_step boolean NOT NULL,
    cell text COLLATE "C",
    landline text COLLATE "C",
    codes_sent bigint NOT NULL CHECK (codes_sent >= 0),
    code_sent_at bigint,
    wrong_codes bigint NOT NULL CHECK (wrong_codes BETWEEN 0 AND 255),
    step text COLLATE "C" NOT NULL CHECK (step IN ('phones', 'delivery', 'code', 'terms', 'password', 'done')),
    serial bigint CHECK (serial >= 0),
    delivery text COLLATE "C" CHECK (delivery IN ('text', 'call')),
    sent_to text COLLATE "C",
    sent_at bigint,
    dead_at bigint,
    tries_left bigint CHECK (tries_left BETWEEN 0 AND 255),
    proven text COLLATE "C",
    terms_version text COLLATE "C",
    terms_at bigint,
    account uuid,
    expires_at bigint NOT NULL,
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
);

-- A setup link has the id of its employee, a reset link that of its account.
CREATE TABLE password_link (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL CHECK (version >= 0),
    purpose text COLLATE "C" NOT NULL CHECK (purpose IN ('setup', 'reset')),
    practice uuid REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    generation bigint NOT NULL CHECK (generation >= 0),
    forgotten_at bigint NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('open', 'used', 'closed')),
    state_at bigint NOT NULL,
    expires_at bigint,
    tries_left bigint CHECK (tries_left BETWEEN 0 AND 255),
    CHECK ((state = 'open') = (expires_at IS NOT NULL)),
    CHECK ((state = 'open') = (tries_left IS NOT NULL))
);

CREATE INDEX password_link_setup ON password_link (practice, id) WHERE state = 'open' AND purpose = 'setup';

-- `word` is the serial of the code word that was given.
CREATE TABLE password_run (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL CHECK (version >= 0),
    link uuid NOT NULL REFERENCES password_link DEFERRABLE INITIALLY DEFERRED,
    generation bigint NOT NULL CHECK (generation >= 0),
    cookie bytea NOT NULL UNIQUE CHECK (length(cookie) = 32),
    step text COLLATE "C" NOT NULL CHECK (step IN ('word', 'password', 'done')),
    word bigint CHECK (word >= 0),
    expires_at bigint NOT NULL,
    CHECK (word IS NULL OR step = 'password')
);

-- The word is encrypted; which key opens it stands in its first byte.
CREATE TABLE code_word (
    practice uuid NOT NULL PRIMARY KEY REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    version bigint NOT NULL CHECK (version >= 0),
    serial bigint NOT NULL CHECK (serial >= 0),
    sealed bytea NOT NULL,
    made_at bigint NOT NULL,
    wrong bigint NOT NULL CHECK (wrong >= 0),
    counted_from bigint NOT NULL,
    paused_until bigint
);

-- Half-way sessions wait for a second factor, or for one to be set up.
CREATE TABLE session (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL CHECK (version >= 0),
    cookie bytea NOT NULL UNIQUE CHECK (length(cookie) = 32),
    account uuid NOT NULL REFERENCES account DEFERRABLE INITIALLY DEFERRED,
    practice uuid REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    device uuid NOT NULL,
    agent text COLLATE "C" NOT NULL,
    started_at bigint NOT NULL,
    proved_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    ended_at bigint,
    stage text COLLATE "C" NOT NULL CHECK (stage IN ('whole', 'code', 'enrolment')),
    second_factor boolean NOT NULL CHECK (stage = 'whole' OR NOT second_factor),
    wrong_codes bigint NOT NULL CHECK (wrong_codes BETWEEN 0 AND 255 AND (stage <> 'whole' OR wrong_codes = 0)),
    known_device boolean NOT NULL CHECK (stage <> 'whole' OR NOT known_device)
);

CREATE INDEX session_live ON session (account, started_at, id) WHERE ended_at IS NULL;

-- `secret` is sealed; `recovery` holds digests of 32 bytes, one after the other.
CREATE TABLE second_factor (
    account uuid NOT NULL PRIMARY KEY REFERENCES account DEFERRABLE INITIALLY DEFERRED,
    version bigint NOT NULL CHECK (version >= 0),
    state text COLLATE "C" NOT NULL CHECK (state IN ('off', 'pending', 'on')),
    secret bytea,
    since bigint,
    last_step bigint CHECK (last_step >= 0),
    recovery bytea CHECK (length(recovery) % 32 = 0),
    CHECK ((state = 'off') = (secret IS NULL)),
    CHECK ((state = 'off') = (since IS NULL)),
    CHECK ((state = 'on') = (last_step IS NOT NULL)),
    CHECK ((state = 'on') = (recovery IS NOT NULL))
);

-- `at` is when an open one expires, or when a done one was done; `before` the address that it took the place of.
CREATE TABLE email_change (
    account uuid NOT NULL PRIMARY KEY REFERENCES account DEFERRABLE INITIALLY DEFERRED,
    version bigint NOT NULL CHECK (version >= 0),
    serial bigint NOT NULL CHECK (serial > 0),
    email text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('open', 'done')),
    at bigint NOT NULL,
    before text COLLATE "C",
    CHECK ((state = 'done') = (before IS NOT NULL))
);

CREATE TABLE api_key (
    id uuid NOT NULL PRIMARY KEY,
    digest bytea NOT NULL UNIQUE CHECK (length(digest) = 32),
    practice uuid NOT NULL REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    product text COLLATE "C" NOT NULL CHECK (product IN ('securemail', 'truform', 'collaborator', 'operator')),
    created_at bigint NOT NULL
);

CREATE TABLE replay (
    key bytea NOT NULL PRIMARY KEY CHECK (length(key) = 32),
    request bytea NOT NULL CHECK (length(request) = 32),
    created uuid NOT NULL,
    at bigint NOT NULL
);

-- `unforgiven` counts failures since the last success, whatever was unlocked; only an account's own counter counts them.
CREATE TABLE counter (
    subject uuid NOT NULL,
    scope text COLLATE "C" NOT NULL CHECK (scope IN ('account', 'strangers', 'device')),
    device uuid NOT NULL,
    version bigint NOT NULL CHECK (version >= 0),
    failures bigint NOT NULL CHECK (failures BETWEEN 0 AND 255),
    locked_at bigint,
    unforgiven bigint NOT NULL CHECK (unforgiven BETWEEN 0 AND 255),
    PRIMARY KEY (subject, scope, device)
);

CREATE TABLE ticket (
    subject uuid NOT NULL,
    scope text COLLATE "C" NOT NULL,
    device uuid NOT NULL,
    id uuid NOT NULL,
    lease_ends bigint NOT NULL,
    PRIMARY KEY (subject, scope, device, id),
    FOREIGN KEY (subject, scope, device) REFERENCES counter
);

-- When all units of a limit will be back. The key is a digest; a key that is missing has them all.
CREATE TABLE unit (
    key bytea NOT NULL PRIMARY KEY CHECK (length(key) = 32),
    back_at bigint NOT NULL
);

CREATE INDEX unit_back ON unit (back_at);

-- Names that one owner holds.
CREATE TABLE claim (
    practice uuid NOT NULL,
    kind text COLLATE "C" NOT NULL CHECK (kind IN (
        'address', 'open-invitation', 'first-user-manager', 'membership',
        'open-purchase', 'live-plan', 'spent-quote', 'payment-event', 'payment-object')),
    subject text COLLATE "C" NOT NULL,
    owner uuid NOT NULL,
    PRIMARY KEY (practice, kind, subject)
);

CREATE TABLE budget (
    practice uuid NOT NULL,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('address-mails', 'practice-mails')),
    subject text COLLATE "C" NOT NULL,
    starts_at bigint NOT NULL,
    spent bigint NOT NULL CHECK (spent > 0),
    PRIMARY KEY (practice, kind, subject)
);

-- Notices on their way out, and what became of them. `subject` is whatever a notice is about; `ordinal` a generation or a serial.
-- `due_at` is when a notice may be leased; it is empty once the notice has an outcome.
CREATE TABLE notice (
    id uuid NOT NULL PRIMARY KEY,
    about text COLLATE "C" NOT NULL CHECK (about IN (
        'invitation', 'plain-notice', 'secret-code', 'password-link', 'code-word', 'password-changed',
        'second-factor-changed', 'email-change', 'email-changed', 'locked', 'unlocked',
        'sessions-ended', 'user-managers-changed', 'code-words-paused', 'receipt', 'payment-failed', 'card-expiring', 'own-invoices',
        'all-invoices')),
    subject uuid NOT NULL,
    ordinal bigint CHECK (ordinal >= 0),
    practice uuid,
    product text COLLATE "C" CHECK (product IN ('securemail', 'truform', 'collaborator', 'operator')),
    ordered_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    due_at bigint,
    worker uuid,
    attempt bigint NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    outcome text COLLATE "C" CHECK (outcome IN ('sent', 'refused', 'gave-up', 'obsolete')),
    settled_at bigint,
    CHECK ((about IN ('invitation', 'secret-code', 'password-link', 'code-word', 'email-change', 'email-changed')) = (ordinal IS NOT NULL)),
    CHECK ((about IN ('plain-notice', 'sessions-ended', 'user-managers-changed', 'code-words-paused')) = (practice IS NOT NULL)),
    CHECK ((about = 'plain-notice') = (product IS NOT NULL)),
    CHECK ((due_at IS NULL) = (outcome IS NOT NULL))
);

CREATE INDEX notice_due ON notice (due_at, id) WHERE due_at IS NOT NULL;

-- Entries are only ever added: each is sealed together with the one before it in its log.
CREATE TABLE audit (
    log uuid NOT NULL,
    number bigint NOT NULL CHECK (number > 0),
    text text COLLATE "C" NOT NULL,
    seal bytea NOT NULL CHECK (length(seal) = 32),
    at bigint NOT NULL GENERATED ALWAYS AS ((text::json ->> 'at')::bigint) STORED,
    PRIMARY KEY (log, number)
);

CREATE INDEX audit_at ON audit (log, at, number);

CREATE FUNCTION audit_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is never changed and never shortened';
END $$;

CREATE TRIGGER audit_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_added_to();

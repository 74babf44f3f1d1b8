-- Money: amounts are whole numbers of the currency's smallest unit. `due_at` is when somebody is to look after a row; it is empty
-- when nobody need.

CREATE TABLE wallet (
    account BLOB NOT NULL PRIMARY KEY CHECK (length(account) = 16),
    version INTEGER NOT NULL CHECK (version >= 0),
    customer TEXT NOT NULL,
    card TEXT,
    brand TEXT CHECK (brand IN ('visa', 'mastercard', 'amex', 'discover', 'other')),
    last4 TEXT CHECK (length(last4) = 4),
    expiry_year INTEGER CHECK (expiry_year BETWEEN 2000 AND 2999),
    expiry_month INTEGER CHECK (expiry_month BETWEEN 1 AND 12),
    announced_year INTEGER CHECK (announced_year BETWEEN 2000 AND 2999),
    announced_month INTEGER CHECK (announced_month BETWEEN 1 AND 12),
    due_at INTEGER,
    CHECK ((card IS NULL) = (brand IS NULL)),
    CHECK ((card IS NULL) = (last4 IS NULL)),
    CHECK ((card IS NULL) = (expiry_year IS NULL)),
    CHECK ((card IS NULL) = (expiry_month IS NULL)),
    CHECK ((announced_year IS NULL) = (announced_month IS NULL)),
    CHECK (card IS NOT NULL OR due_at IS NULL)
) STRICT;

CREATE INDEX wallet_due ON wallet (due_at, account) WHERE due_at IS NOT NULL;

CREATE TABLE quote (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    practice BLOB NOT NULL CHECK (length(practice) = 16),
    member BLOB NOT NULL CHECK (length(member) = 16),
    beneficiary BLOB NOT NULL CHECK (length(beneficiary) = 16),
    payer BLOB NOT NULL CHECK (length(payer) = 16),
    card TEXT NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    mail_option TEXT CHECK (mail_option IN ('securemail-monthly', 'securemail-annual')),
    mail_price INTEGER,
    mail_credit INTEGER,
    mail_tax INTEGER,
    mail_replaces BLOB CHECK (length(mail_replaces) = 16),
    plugin_option TEXT CHECK (plugin_option IN ('outlook-plugin-monthly', 'outlook-plugin-annual')),
    plugin_price INTEGER,
    plugin_credit INTEGER,
    plugin_tax INTEGER,
    plugin_replaces BLOB CHECK (length(plugin_replaces) = 16),
    priced_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    CHECK (mail_option IS NOT NULL OR plugin_option IS NOT NULL),
    CHECK ((mail_option IS NULL) = (mail_price IS NULL)),
    CHECK ((mail_option IS NULL) = (mail_credit IS NULL)),
    CHECK ((mail_option IS NULL) = (mail_tax IS NULL)),
    CHECK (mail_option IS NOT NULL OR mail_replaces IS NULL),
    CHECK ((plugin_option IS NULL) = (plugin_price IS NULL)),
    CHECK ((plugin_option IS NULL) = (plugin_credit IS NULL)),
    CHECK ((plugin_option IS NULL) = (plugin_tax IS NULL)),
    CHECK (plugin_option IS NOT NULL OR plugin_replaces IS NULL)
) STRICT;

CREATE TABLE purchase (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    version INTEGER NOT NULL CHECK (version >= 0),
    quote BLOB NOT NULL CHECK (length(quote) = 16),
    practice BLOB NOT NULL CHECK (length(practice) = 16),
    member BLOB NOT NULL CHECK (length(member) = 16),
    beneficiary BLOB NOT NULL CHECK (length(beneficiary) = 16),
    payer BLOB NOT NULL CHECK (length(payer) = 16),
    customer TEXT NOT NULL,
    card TEXT NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    option TEXT NOT NULL CHECK (option IN (
        'securemail-monthly', 'securemail-annual', 'outlook-plugin-monthly', 'outlook-plugin-annual')),
    price INTEGER NOT NULL,
    credit INTEGER NOT NULL,
    tax INTEGER NOT NULL,
    replaces BLOB CHECK (length(replaces) = 16),
    after BLOB CHECK (length(after) = 16),
    ordered_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN (
        'pending', 'unknown', 'action-needed', 'paid', 'declined', 'expired', 'abandoned', 'returned')),
    due_at INTEGER,
    step INTEGER CHECK (step >= 0),
    doubt TEXT CHECK (doubt IN ('no-answer', 'key-spent')),
    tries INTEGER CHECK (tries >= 0),
    url TEXT,
    ended_at INTEGER,
    subscription BLOB CHECK (length(subscription) = 16),
    why TEXT CHECK (why IN ('refused', 'insufficient-funds', 'card-expired', 'not-confirmed')),
    CHECK ((state IN ('pending', 'unknown', 'action-needed')) = (due_at IS NOT NULL)),
    CHECK ((due_at IS NULL) = (ended_at IS NOT NULL)),
    CHECK ((state = 'unknown') = (step IS NOT NULL)),
    CHECK ((state = 'unknown') = (doubt IS NOT NULL)),
    CHECK ((state = 'unknown') = (tries IS NOT NULL)),
    CHECK (url IS NULL OR state = 'action-needed'),
    CHECK ((state IN ('paid', 'returned')) = (subscription IS NOT NULL)),
    CHECK ((state = 'declined') = (why IS NOT NULL))
) STRICT;

CREATE INDEX purchase_quote ON purchase (quote);
CREATE INDEX purchase_due ON purchase (due_at, id) WHERE due_at IS NOT NULL;

CREATE TABLE subscription (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    version INTEGER NOT NULL CHECK (version >= 0),
    practice BLOB NOT NULL CHECK (length(practice) = 16),
    member BLOB NOT NULL CHECK (length(member) = 16),
    beneficiary BLOB NOT NULL CHECK (length(beneficiary) = 16),
    payer BLOB NOT NULL CHECK (length(payer) = 16),
    option TEXT NOT NULL CHECK (option IN (
        'securemail-monthly', 'securemail-annual', 'outlook-plugin-monthly', 'outlook-plugin-annual')),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    price INTEGER NOT NULL,
    reference TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'ending', 'ended')),
    period_starts INTEGER,
    period_ends INTEGER,
    ended_at INTEGER,
    why TEXT CHECK (why IN ('cancelled', 'payment-failed', 'replaced', 'not-granted', 'by-provider')),
    told INTEGER CHECK (told IN (0, 1)),
    due_at INTEGER,
    CHECK ((state = 'ended') = (period_starts IS NULL)),
    CHECK ((state = 'ended') = (period_ends IS NULL)),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
    CHECK ((state = 'ended') = (why IS NOT NULL)),
    CHECK ((state = 'active') = (told IS NULL)),
    CHECK ((due_at IS NULL) = (state = 'ended' AND told = 1))
) STRICT;

CREATE INDEX subscription_member ON subscription (practice, member, started_at, id);
CREATE INDEX subscription_payer ON subscription (payer, id) WHERE state <> 'ended';
CREATE INDEX subscription_live ON subscription (id) WHERE state <> 'ended';
CREATE INDEX subscription_due ON subscription (due_at, id) WHERE due_at IS NOT NULL;

CREATE TABLE invoice (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    practice BLOB NOT NULL CHECK (length(practice) = 16),
    payer BLOB NOT NULL CHECK (length(payer) = 16),
    beneficiary BLOB NOT NULL CHECK (length(beneficiary) = 16),
    subscription BLOB NOT NULL CHECK (length(subscription) = 16),
    option TEXT NOT NULL CHECK (option IN (
        'securemail-monthly', 'securemail-annual', 'outlook-plugin-monthly', 'outlook-plugin-annual')),
    reference TEXT NOT NULL,
    number TEXT NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    amount INTEGER NOT NULL,
    charged_at INTEGER NOT NULL
) STRICT;

CREATE INDEX invoice_payer ON invoice (payer, charged_at, id);

-- Names of billing join the others.
CREATE TABLE claim_with_billing (
    practice BLOB NOT NULL CHECK (
        length(practice) = iif(kind IN ('address', 'payment-event', 'payment-object'), 0, 16)),
    kind TEXT NOT NULL CHECK (kind IN (
        'address', 'open-invitation', 'first-user-manager', 'membership',
        'open-purchase', 'live-plan', 'spent-quote', 'payment-event', 'payment-object')),
    subject TEXT NOT NULL,
    owner BLOB NOT NULL CHECK (length(owner) = 16),
    PRIMARY KEY (practice, kind, subject)
) STRICT, WITHOUT ROWID;

INSERT INTO claim_with_billing SELECT practice, kind, subject, owner FROM claim;
DROP TABLE claim;
ALTER TABLE claim_with_billing RENAME TO claim;

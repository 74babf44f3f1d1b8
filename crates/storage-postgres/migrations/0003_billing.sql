-- Money: amounts are whole numbers of the currency's smallest unit. `due_at` is when somebody is to look after a row; it is empty
-- when nobody need.

CREATE TABLE wallet (
    account uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL CHECK (version >= 0),
    customer text COLLATE "C" NOT NULL,
    card text COLLATE "C",
    brand text COLLATE "C" CHECK (brand IN ('visa', 'mastercard', 'amex', 'discover', 'other')),
    last4 text COLLATE "C" CHECK (length(last4) = 4),
    expiry_year bigint CHECK (expiry_year BETWEEN 2000 AND 2999),
    expiry_month bigint CHECK (expiry_month BETWEEN 1 AND 12),
    announced_year bigint CHECK (announced_year BETWEEN 2000 AND 2999),
    announced_month bigint CHECK (announced_month BETWEEN 1 AND 12),
    due_at bigint,
    CHECK ((card IS NULL) = (brand IS NULL)),
    CHECK ((card IS NULL) = (last4 IS NULL)),
    CHECK ((card IS NULL) = (expiry_year IS NULL)),
    CHECK ((card IS NULL) = (expiry_month IS NULL)),
    CHECK ((announced_year IS NULL) = (announced_month IS NULL)),
    CHECK (card IS NOT NULL OR due_at IS NULL)
);

CREATE TABLE quote (
    id uuid NOT NULL PRIMARY KEY,
    practice uuid NOT NULL,
    member uuid NOT NULL,
    beneficiary uuid NOT NULL,
    payer uuid NOT NULL,
    card text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    mail_option text COLLATE "C" CHECK (mail_option IN ('securemail-monthly', 'securemail-annual')),
    mail_price bigint,
    mail_credit bigint,
    mail_tax bigint,
    mail_replaces uuid,
    plugin_option text COLLATE "C" CHECK (plugin_option IN ('outlook-plugin-monthly', 'outlook-plugin-annual')),
    plugin_price bigint,
    plugin_credit bigint,
    plugin_tax bigint,
    plugin_replaces uuid,
    priced_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    CHECK (mail_option IS NOT NULL OR plugin_option IS NOT NULL),
    CHECK ((mail_option IS NULL) = (mail_price IS NULL)),
    CHECK ((mail_option IS NULL) = (mail_credit IS NULL)),
    CHECK ((mail_option IS NULL) = (mail_tax IS NULL)),
    CHECK (mail_option IS NOT NULL OR mail_replaces IS NULL),
    CHECK ((plugin_option IS NULL) = (plugin_price IS NULL)),
    CHECK ((plugin_option IS NULL) = (plugin_credit IS NULL)),
    CHECK ((plugin_option IS NULL) = (plugin_tax IS NULL)),
    CHECK (plugin_option IS NOT NULL OR plugin_replaces IS NULL)
);

CREATE TABLE purchase (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL CHECK (version >= 0),
    quote uuid NOT NULL,
    practice uuid NOT NULL,
    member uuid NOT NULL,
    beneficiary uuid NOT NULL,
    payer uuid NOT NULL,
    customer text COLLATE "C" NOT NULL,
    card text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    option text COLLATE "C" NOT NULL CHECK (option IN (
        'securemail-monthly', 'securemail-annual', 'outlook-plugin-monthly', 'outlook-plugin-annual')),
    price bigint NOT NULL,
    credit bigint NOT NULL,
    tax bigint NOT NULL,
    replaces uuid,
    after uuid,
    ordered_at bigint NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN (
        'pending', 'unknown', 'action-needed', 'paid', 'declined', 'expired', 'abandoned', 'returned')),
    due_at bigint,
    step bigint CHECK (step >= 0),
    doubt text COLLATE "C" CHECK (doubt IN ('no-answer', 'key-spent')),
    tries bigint CHECK (tries >= 0),
    url text COLLATE "C",
    ended_at bigint,
    subscription uuid,
    why text COLLATE "C" CHECK (why IN ('refused', 'insufficient-funds', 'card-expired', 'not-confirmed')),
    CHECK ((state IN ('pending', 'unknown', 'action-needed')) = (due_at IS NOT NULL)),
    CHECK ((due_at IS NULL) = (ended_at IS NOT NULL)),
    CHECK ((state = 'unknown') = (step IS NOT NULL)),
    CHECK ((state = 'unknown') = (doubt IS NOT NULL)),
    CHECK ((state = 'unknown') = (tries IS NOT NULL)),
    CHECK (url IS NULL OR state = 'action-needed'),
    CHECK ((state IN ('paid', 'returned')) = (subscription IS NOT NULL)),
    CHECK ((state = 'declined') = (why IS NOT NULL))
);

CREATE TABLE subscription (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL CHECK (version >= 0),
    practice uuid NOT NULL,
    member uuid NOT NULL,
    beneficiary uuid NOT NULL,
    payer uuid NOT NULL,
    option text COLLATE "C" NOT NULL CHECK (option IN (
        'securemail-monthly', 'securemail-annual', 'outlook-plugin-monthly', 'outlook-plugin-annual')),
    currency text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    price bigint NOT NULL,
    reference text COLLATE "C" NOT NULL,
    started_at bigint NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('active', 'ending', 'ended')),
    period_starts bigint,
    period_ends bigint,
    ended_at bigint,
    why text COLLATE "C" CHECK (why IN ('cancelled', 'payment-failed', 'replaced', 'not-granted', 'by-provider')),
    told boolean,
    due_at bigint,
    CHECK ((state = 'ended') = (period_starts IS NULL)),
    CHECK ((state = 'ended') = (period_ends IS NULL)),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
    CHECK ((state = 'ended') = (why IS NOT NULL)),
    CHECK ((state = 'active') = (told IS NULL)),
    CHECK ((due_at IS NULL) = (state = 'ended' AND told))
);

CREATE TABLE invoice (
    id uuid NOT NULL PRIMARY KEY,
    practice uuid NOT NULL,
    payer uuid NOT NULL,
    beneficiary uuid NOT NULL,
    subscription uuid NOT NULL,
    option text COLLATE "C" NOT NULL CHECK (option IN (
        'securemail-monthly', 'securemail-annual', 'outlook-plugin-monthly', 'outlook-plugin-annual')),
    reference text COLLATE "C" NOT NULL,
    number text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    amount bigint NOT NULL,
    charged_at bigint NOT NULL
);

CREATE INDEX wallet_due ON wallet (due_at, account) WHERE due_at IS NOT NULL;
CREATE INDEX purchase_quote ON purchase (quote);
CREATE INDEX purchase_due ON purchase (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX subscription_member ON subscription (practice, member, started_at, id);
CREATE INDEX subscription_payer ON subscription (payer, id) WHERE state <> 'ended';
CREATE INDEX subscription_live ON subscription (id) WHERE state <> 'ended';
CREATE INDEX subscription_due ON subscription (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX invoice_payer ON invoice (payer, charged_at, id);

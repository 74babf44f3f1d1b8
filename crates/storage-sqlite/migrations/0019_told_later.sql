-- Two more kinds of notices. Of 'two-step-changed' `subject` is the User Manager who is told. Of 'lock-to-tell' it is the account that was
-- locked, or zeros: the events for products are made of it later. A CHECK cannot be changed, so the table is made anew; nothing refers
-- to it.

CREATE TABLE notice_next (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    about TEXT NOT NULL CHECK (about IN (
        'invitation', 'plain-notice', 'secret-code', 'password-link', 'code-word', 'password-changed',
        'second-factor-changed', 'email-change', 'email-changed', 'locked', 'lock-to-tell', 'unlocked',
        'sessions-ended', 'user-managers-changed', 'two-step-changed', 'code-words-paused',
        'receipt', 'payment-failed', 'card-expiring', 'own-invoices', 'all-invoices',
        'support-unlocked', 'support-password-distrusted', 'support-api-key-issued', 'support-api-key-revoked',
        'support-notice-retried',
        'invitation.accepted', 'member.registered', 'member.left', 'member.end-reached', 'member.tier-changed',
        'account.locked', 'account.unlocked')),
    subject BLOB NOT NULL CHECK (length(subject) = 16),
    ordinal INTEGER CHECK (ordinal >= 0),
    practice BLOB CHECK (length(practice) = 16),
    product TEXT CHECK (product IN ('securemail', 'truform', 'collaborator', 'operator')),
    endpoint TEXT CHECK (endpoint IN ('securemail', 'truform', 'collaborator', 'operator')),
    ordered_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    due_at INTEGER,
    worker BLOB CHECK (length(worker) = 16),
    attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    outcome TEXT CHECK (outcome IN ('sent', 'refused', 'gave-up', 'obsolete')),
    settled_at INTEGER,
    CHECK ((about IN (
        'invitation', 'secret-code', 'password-link', 'code-word', 'email-change', 'email-changed',
        'member.tier-changed')) = (ordinal IS NOT NULL)),
    CHECK ((about IN (
        'plain-notice', 'sessions-ended', 'user-managers-changed', 'two-step-changed', 'code-words-paused',
        'support-unlocked', 'support-password-distrusted', 'support-api-key-issued', 'support-api-key-revoked',
        'support-notice-retried',
        'invitation.accepted', 'member.registered', 'member.left', 'member.end-reached', 'member.tier-changed',
        'account.locked', 'account.unlocked')) = (practice IS NOT NULL)),
    CHECK ((about = 'plain-notice') = (product IS NOT NULL)),
    CHECK ((about IN (
        'invitation.accepted', 'member.registered', 'member.left', 'member.end-reached', 'member.tier-changed',
        'account.locked', 'account.unlocked')) = (endpoint IS NOT NULL)),
    CHECK ((due_at IS NULL) = (outcome IS NOT NULL))
) STRICT;

INSERT INTO notice_next (id, about, subject, ordinal, practice, product, endpoint, ordered_at, expires_at, due_at, worker, attempt,
        outcome, settled_at)
    SELECT id, about, subject, ordinal, practice, product, endpoint, ordered_at, expires_at, due_at, worker, attempt, outcome, settled_at
    FROM notice;

DROP TABLE notice;

ALTER TABLE notice_next RENAME TO notice;

CREATE INDEX notice_due ON notice (due_at, id) WHERE due_at IS NOT NULL AND endpoint IS NULL;

CREATE INDEX event_due ON notice (endpoint, due_at, id) WHERE due_at IS NOT NULL AND endpoint IS NOT NULL;

CREATE INDEX notice_parked ON notice (settled_at, id) WHERE outcome IN ('refused', 'gave-up');

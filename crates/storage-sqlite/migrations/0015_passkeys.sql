-- Passkeys stand in for the app, so they are kept beside it: JSON, as `row/passkeys.rs` writes it.
ALTER TABLE second_factor ADD COLUMN passkeys TEXT NOT NULL DEFAULT '[]'
    CHECK (json_type(passkeys) = 'array' AND (state = 'on' OR passkeys = '[]'));
ALTER TABLE second_factor ADD COLUMN ceremonies TEXT NOT NULL DEFAULT '[]'
    CHECK (json_type(ceremonies) = 'array' AND (state = 'on' OR ceremonies = '[]'));

-- A passkey belongs to one account.
CREATE TABLE claim_with_passkeys (
    practice BLOB NOT NULL CHECK (
        length(practice) = iif(kind IN ('address', 'passkey', 'payment-event', 'payment-object'), 0, 16)),
    kind TEXT NOT NULL CHECK (kind IN (
        'address', 'open-invitation', 'first-user-manager', 'membership', 'passkey',
        'open-purchase', 'live-plan', 'spent-quote', 'payment-event', 'payment-object')),
    subject TEXT NOT NULL,
    owner BLOB NOT NULL CHECK (length(owner) = 16),
    PRIMARY KEY (practice, kind, subject)
) STRICT, WITHOUT ROWID;

INSERT INTO claim_with_passkeys SELECT practice, kind, subject, owner FROM claim;
DROP TABLE claim;
ALTER TABLE claim_with_passkeys RENAME TO claim;

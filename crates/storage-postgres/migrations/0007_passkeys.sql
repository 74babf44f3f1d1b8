-- Passkeys stand in for the app, so they are kept beside it: JSON, as `row/passkeys.rs` writes it.
ALTER TABLE second_factor
    ADD COLUMN passkeys text COLLATE "C" NOT NULL DEFAULT '[]'
        CHECK (json_typeof(passkeys::json) = 'array' AND (state = 'on' OR passkeys = '[]')),
    ADD COLUMN ceremonies text COLLATE "C" NOT NULL DEFAULT '[]'
        CHECK (json_typeof(ceremonies::json) = 'array' AND (state = 'on' OR ceremonies = '[]'));

-- A passkey belongs to one account.
ALTER TABLE claim DROP CONSTRAINT claim_kind_check;
ALTER TABLE claim ADD CONSTRAINT claim_kind_check CHECK (kind IN (
    'address', 'open-invitation', 'first-user-manager', 'membership', 'passkey',
    'open-purchase', 'live-plan', 'spent-quote', 'payment-event', 'payment-object'));

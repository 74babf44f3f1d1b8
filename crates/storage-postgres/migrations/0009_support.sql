-- A product's key may be taken away, and stays on record.
ALTER TABLE api_key ADD COLUMN version bigint NOT NULL DEFAULT 0 CHECK (version >= 0);
ALTER TABLE api_key ADD COLUMN revoked_at bigint;
CREATE INDEX api_key_practice ON api_key (practice, id);

-- User Managers are told of what support does; a practice may have a million members.
CREATE INDEX member_user_manager ON member (practice, id) WHERE user_manager;

-- More to be told: what support did. Such a notice names the practice, too.
ALTER TABLE notice DROP CONSTRAINT notice_about_check;
ALTER TABLE notice DROP CONSTRAINT notice_check1;
ALTER TABLE notice ADD CONSTRAINT notice_about_check CHECK (about IN (
    'invitation', 'plain-notice', 'secret-code', 'password-link', 'code-word', 'password-changed',
    'second-factor-changed', 'email-change', 'email-changed', 'locked', 'unlocked',
    'sessions-ended', 'user-managers-changed', 'code-words-paused', 'receipt', 'payment-failed', 'card-expiring', 'own-invoices',
    'all-invoices',
    'support-unlocked', 'support-password-distrusted', 'support-api-key-issued', 'support-api-key-revoked',
    'support-notice-retried'));
ALTER TABLE notice ADD CONSTRAINT notice_check1 CHECK ((about IN (
    'plain-notice', 'sessions-ended', 'user-managers-changed', 'code-words-paused',
    'support-unlocked', 'support-password-distrusted', 'support-api-key-issued', 'support-api-key-revoked',
    'support-notice-retried')) = (practice IS NOT NULL));

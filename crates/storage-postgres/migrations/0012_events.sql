-- Events for products wait in the outbox, too, each for one endpoint, in queues of their own: an endpoint that does not answer holds up
-- no mail. Of an event `subject` is a member or an invitation; of a changed tier `ordinal` is the tier: 0 free, 1 paid, 2 paid with
-- the plugin. An event that was ordered ahead has an `ordered_at` that is still to come.
ALTER TABLE notice ADD COLUMN endpoint text COLLATE "C"
    CHECK (endpoint IN ('securemail', 'truform', 'collaborator', 'operator'));

ALTER TABLE notice DROP CONSTRAINT notice_about_check;
ALTER TABLE notice DROP CONSTRAINT notice_check;
ALTER TABLE notice DROP CONSTRAINT notice_check1;
ALTER TABLE notice ADD CONSTRAINT notice_about_check CHECK (about IN (
    'invitation', 'plain-notice', 'secret-code', 'password-link', 'code-word', 'password-changed',
    'second-factor-changed', 'email-change', 'email-changed', 'locked', 'unlocked',
    'sessions-ended', 'user-managers-changed', 'code-words-paused', 'receipt', 'payment-failed', 'card-expiring', 'own-invoices',
    'all-invoices',
    'support-unlocked', 'support-password-distrusted', 'support-api-key-issued', 'support-api-key-revoked',
    'support-notice-retried',
    'invitation.accepted', 'member.registered', 'member.left', 'member.end-reached', 'member.tier-changed',
    'account.locked', 'account.unlocked'));
ALTER TABLE notice ADD CONSTRAINT notice_check CHECK ((about IN (
    'invitation', 'secret-code', 'password-link', 'code-word', 'email-change', 'email-changed',
    'member.tier-changed')) = (ordinal IS NOT NULL));
ALTER TABLE notice ADD CONSTRAINT notice_check1 CHECK ((about IN (
    'plain-notice', 'sessions-ended', 'user-managers-changed', 'code-words-paused',
    'support-unlocked', 'support-password-distrusted', 'support-api-key-issued', 'support-api-key-revoked',
    'support-notice-retried',
    'invitation.accepted', 'member.registered', 'member.left', 'member.end-reached', 'member.tier-changed',
    'account.locked', 'account.unlocked')) = (practice IS NOT NULL));
ALTER TABLE notice ADD CONSTRAINT notice_endpoint_check1 CHECK ((about IN (
    'invitation.accepted', 'member.registered', 'member.left', 'member.end-reached', 'member.tier-changed',
    'account.locked', 'account.unlocked')) = (endpoint IS NOT NULL));

DROP INDEX notice_due;
CREATE INDEX notice_due ON notice (due_at, id) WHERE due_at IS NOT NULL AND endpoint IS NULL;
CREATE INDEX event_due ON notice (endpoint, due_at, id) WHERE due_at IS NOT NULL AND endpoint IS NOT NULL;

-- A lock is of an account, and is told of in every practice that the account works in, whichever one it was recorded in.
CREATE POLICY locks_are_told ON notice FOR INSERT WITH CHECK (about IN ('account.locked', 'account.unlocked') AND EXISTS (
    SELECT FROM member WHERE member.practice = notice.practice AND member.id = notice.subject
        AND member.account = ANY ((SELECT accounts_in_reach())::uuid[])));

-- Two more kinds of notices. Of 'two-step-changed' `subject` is the User Manager who is told. Of 'lock-to-tell' it is the account that was
-- locked, or zeros: whoever brings notices out makes the events for products of it.
ALTER TABLE notice DROP CONSTRAINT notice_about_check;
ALTER TABLE notice DROP CONSTRAINT notice_check1;
ALTER TABLE notice ADD CONSTRAINT notice_about_check CHECK (about IN (
    'invitation', 'plain-notice', 'secret-code', 'password-link', 'code-word', 'password-changed',
    'second-factor-changed', 'email-change', 'email-changed', 'locked', 'lock-to-tell', 'unlocked',
    'sessions-ended', 'user-managers-changed', 'two-step-changed', 'code-words-paused',
    'receipt', 'payment-failed', 'card-expiring', 'own-invoices', 'all-invoices',
    'support-unlocked', 'support-password-distrusted', 'support-api-key-issued', 'support-api-key-revoked',
    'support-notice-retried',
    'invitation.accepted', 'member.registered', 'member.left', 'member.end-reached', 'member.tier-changed',
    'account.locked', 'account.unlocked'));
ALTER TABLE notice ADD CONSTRAINT notice_check1 CHECK ((about IN (
    'plain-notice', 'sessions-ended', 'user-managers-changed', 'two-step-changed', 'code-words-paused',
    'support-unlocked', 'support-password-distrusted', 'support-api-key-issued', 'support-api-key-revoked',
    'support-notice-retried',
    'invitation.accepted', 'member.registered', 'member.left', 'member.end-reached', 'member.tier-changed',
    'account.locked', 'account.unlocked')) = (practice IS NOT NULL));

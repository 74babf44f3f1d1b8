//! The catalogue of what can happen: each kind of fact with its stable code, and where people look for it.

/// What a kind of fact is about: how people narrow an audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Signing in, passwords, locks and sessions.
    SignIn,
    /// Invitations and registrations.
    Invitations,
    /// Employees, user accounts and members.
    People,
    /// The practice's code word.
    CodeWord,
    /// Roles, settings, and the log itself.
    Settings,
    /// Plans, cards and invoices.
    Plans,
}

impl Topic {
    /// Every topic, in the order of the page.
    pub const ALL: [Self; 6] =
        [Self::SignIn, Self::Invitations, Self::People, Self::CodeWord, Self::Settings, Self::Plans];

    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Invitations => "invitations",
            Self::People => "people",
            Self::CodeWord => "code-word",
            Self::Settings => "settings",
            Self::Plans => "plans",
        }
    }

    /// What people read.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SignIn => "Sign-in and lock-out",
            Self::Invitations => "Invitations and registration",
            Self::People => "Employees and user accounts",
            Self::CodeWord => "Code word",
            Self::Settings => "Roles and settings",
            Self::Plans => "Plans and cards",
        }
    }

    /// The topic with this code.
    #[must_use]
    pub fn with_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.code() == code)
    }
}

macro_rules! catalogue {
    ($($name:ident, $code:literal, $topic:ident;)+) => {
        /// A kind of fact. Codes are stored and sealed, and never change their meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FactKind {
            $(#[doc = concat!("`", $code, "`.")] $name,)+
        }

        impl FactKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable code.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code),+
                }
            }

            /// Where people look for it.
            #[must_use]
            pub fn topic(self) -> Topic {
                match self {
                    $(Self::$name => Topic::$topic),+
                }
            }
        }
    };
}

catalogue! {
    PracticeFounded, "practice.founded", Settings;
    ApiKeyIssued, "api-key.issued", Settings;
    ApiKeyRevoked, "api-key.revoked", Settings;
    InvitationIssued, "invitation.issued", Invitations;
    AccountNotified, "account.notified", Invitations;
    InvitationResent, "invitation.resent", Invitations;
    InvitationCorrected, "invitation.corrected", Invitations;
    InvitationWithdrawn, "invitation.withdrawn", Invitations;
    InvitationSuperseded, "invitation.superseded", Invitations;
    RegistrationBegun, "registration.begun", Invitations;
    RegistrationPhonesGiven, "registration.phones-given", Invitations;
    RegistrationCodeSent, "registration.code-sent", Invitations;
    RegistrationCodeProven, "registration.code-proven", Invitations;
    RegistrationCodeWrong, "registration.code-wrong", Invitations;
    RegistrationTermsAccepted, "registration.terms-accepted", Invitations;
    AccountRegistered, "account.registered", Invitations;
    MemberJoined, "member.joined", People;
    UserManagerGranted, "user-manager.granted", People;
    UserManagerRevoked, "user-manager.revoked", People;
    TwoStepChanged, "two-step.changed", Settings;
    PolicyChanged, "policy.changed", Settings;
    PolicyDeviation, "policy.deviation", Settings;
    SignInSucceeded, "sign-in.succeeded", SignIn;
    SignInFailed, "sign-in.failed", SignIn;
    SignInRefused, "sign-in.refused", SignIn;
    AccountLocked, "account.locked", SignIn;
    AccountUnlocked, "account.unlocked", SignIn;
    SessionPasswordConfirmed, "session.password-confirmed", SignIn;
    SessionEnded, "session.ended", SignIn;
    MemberSessionsEnded, "member.sessions-ended", SignIn;
    SignInPasswordOutdated, "sign-in.password-outdated", SignIn;
    PasswordChanged, "password.changed", SignIn;
    PasswordCompromised, "password.compromised", SignIn;
    SecondFactorAsked, "second-factor.asked", SignIn;
    SecondFactorWrong, "second-factor.wrong", SignIn;
    SecondFactorRefused, "second-factor.refused", SignIn;
    SecondFactorRecoveryCodeUsed, "second-factor.recovery-code-used", SignIn;
    SecondFactorBegun, "second-factor.begun", SignIn;
    SecondFactorEnrolled, "second-factor.enrolled", SignIn;
    SecondFactorRemoved, "second-factor.removed", SignIn;
    SecondFactorReset, "second-factor.reset", SignIn;
    PasskeyBegun, "passkey.begun", SignIn;
    PasskeyAdded, "passkey.added", SignIn;
    PasskeyNotAdded, "passkey.not-added", SignIn;
    PasskeyRemoved, "passkey.removed", SignIn;
    PasskeyAsked, "passkey.asked", SignIn;
    PasskeyUsed, "passkey.used", SignIn;
    PasskeyWrong, "passkey.wrong", SignIn;
    PasskeyBackwards, "passkey.backwards", SignIn;
    EmailChangeAsked, "email.change-asked", People;
    EmailChanged, "email.changed", People;
    ProfileChanged, "profile.changed", People;
    PracticeEntered, "practice.entered", SignIn;
    PracticeLeft, "practice.left", SignIn;
    EmployeeAdded, "employee.added", People;
    EmployeeChanged, "employee.changed", People;
    EmployeeReactivated, "employee.reactivated", People;
    EmployeeDeactivated, "employee.deactivated", People;
    UserAccountAsked, "user-account.asked", People;
    UserAccountSetUp, "user-account.set-up", People;
    UserAccountRestored, "user-account.restored", People;
    UserAccountDeactivated, "user-account.deactivated", People;
    PasswordLinkSent, "password-link.sent", People;
    PasswordLinkAsked, "password-link.asked", People;
    PasswordLinkNotSent, "password-link.not-sent", People;
    PasswordLinkOpened, "password-link.opened", People;
    PasswordLinkJoined, "password-link.joined", People;
    CodeWordProven, "code-word.proven", CodeWord;
    CodeWordWrong, "code-word.wrong", CodeWord;
    CodeWordPaused, "code-word.paused", CodeWord;
    AccountPasswordSet, "account.password-set", SignIn;
    CodeWordMade, "code-word.made", CodeWord;
    CodeWordShown, "code-word.shown", CodeWord;
    CodeWordUnreadable, "code-word.unreadable", CodeWord;
    CodeWordRotated, "code-word.rotated", CodeWord;
    CodeWordTold, "code-word.told", CodeWord;
    RoleEdited, "role.edited", Settings;
    RoleCopied, "role.copied", Settings;
    RoleRenamed, "role.renamed", Settings;
    RoleRemoved, "role.removed", Settings;
    RoleAssigned, "role.assigned", People;
    CardEntryBegun, "card.entry-begun", Plans;
    CardChanged, "card.changed", Plans;
    CardExpiryAnnounced, "card.expiry-announced", Plans;
    PurchaseQuoted, "purchase.quoted", Plans;
    PurchaseOrdered, "purchase.ordered", Plans;
    PurchaseAsked, "purchase.asked", Plans;
    PurchaseDoubted, "purchase.doubted", Plans;
    PurchaseWaits, "purchase.waits", Plans;
    PurchaseNeedsAction, "purchase.needs-action", Plans;
    PurchasePaid, "purchase.paid", Plans;
    PurchaseDeclined, "purchase.declined", Plans;
    PurchaseAbandoned, "purchase.abandoned", Plans;
    PurchaseReturned, "purchase.returned", Plans;
    SubscriptionRenewed, "subscription.renewed", Plans;
    SubscriptionFollowed, "subscription.followed", Plans;
    SubscriptionEnded, "subscription.ended", Plans;
    SubscriptionEnding, "subscription.ending", Plans;
    SubscriptionProviderTold, "subscription.provider-told", Plans;
    TierChanged, "tier.changed", Plans;
    InvoicesSummaryOrdered, "invoices.summary-ordered", Plans;
    PaymentsEventNoted, "payments.event-noted", Plans;
    AuditRead, "audit.read", Settings;
    ListImportStarted, "list.import-started", People;
    ListExported, "list.exported", People;
    NoticeRetried, "notice.retried", Invitations;
    StoreRestored, "store.restored", Settings;
    StoreMoved, "store.moved", Settings;
    OutboxReleased, "outbox.released", Settings;
    ProviderFollowed, "plans.provider-followed", Plans;
}

impl FactKind {
    /// The kind with this code.
    #[must_use]
    pub fn with_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_different_and_found_again() {
        let codes: BTreeSet<_> = FactKind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), FactKind::ALL.len());
        for kind in FactKind::ALL {
            assert_eq!(FactKind::with_code(kind.code()), Some(*kind));
        }
        assert_eq!(FactKind::with_code("practice.exploded"), None);
        for topic in Topic::ALL {
            assert_eq!(Topic::with_code(topic.code()), Some(topic));
            assert!(FactKind::ALL.iter().any(|kind| kind.topic() == topic), "{topic:?}");
        }
    }
}

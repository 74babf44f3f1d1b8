//! The outbox vocabulary: who must hear of what. Notices hold ids only; whoever sends one looks up the rest at that moment, so a
//! stored notice gives nothing away, and one that time has overtaken is dropped.

use crate::channel::Product;
use crate::event::Event;
use crate::value::{
    AccountId, InvitationId, InvoiceId, NoticeId, PasswordLinkId, PracticeId, RegistrationId, SubscriptionId, Time,
};

/// Something that somebody must hear of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its identity; the mail's `Message-ID` is made of it, so a second try is the same mail.
    pub id: NoticeId,
    /// What about.
    pub about: About,
    /// When it was ordered.
    pub ordered_at: Time,
    /// From this moment on it is not worth sending.
    pub expires_at: Time,
}

/// What somebody who pays must hear of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BillingNews {
    /// `BILL-4`: what was charged, to the payer.
    Receipt(InvoiceId),
    /// `BILL-8`: a renewal could not be charged, to the payer.
    PaymentFailed(SubscriptionId),
    /// `BILL-8`: the card expires, to its owner.
    CardExpiring(AccountId),
    /// `BILL-9`: the payments that somebody made for themselves.
    OwnInvoices(AccountId),
    /// `BILL-9`: all payments that somebody made.
    AllInvoices(AccountId),
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum About {
    /// An invitation's link, of this generation. Goes to an unregistered address, or to an account that may join.
    Invitation {
        /// Which.
        invitation: InvitationId,
        /// Which of its links.
        generation: u32,
    },
    /// `INV-3`: somebody with an account was named by a product.
    PlainNotice {
        /// Who.
        account: AccountId,
        /// By which practice.
        practice: PracticeId,
        /// Through what.
        product: Product,
    },
    /// `REG-2`: a secret code, of this serial.
    SecretCode {
        /// The run through the steps.
        registration: RegistrationId,
        /// Which of its codes.
        serial: u32,
    },
    /// `EMP-2`, `EMP-4`: a link that leads to a password, of this generation.
    PasswordLink {
        /// Which.
        link: PasswordLinkId,
        /// Which of its generations. At none, 0, a reset was asked for, for the account with the link's id, if there is one: the next
        /// generation is made when this notice is due, so that asking costs the same for every address (`EN-02`, `EN-03`).
        generation: u32,
    },
    /// `CODE-2`: the practice's code word, of this serial, for whoever holds the link. It goes by text only.
    CodeWord {
        /// For which link.
        link: PasswordLinkId,
        /// Which of the practice's words.
        serial: u32,
    },
    /// `CODE-3`: too many wrong code words were given in the practice, and for a while none is looked at.
    CodeWordsPaused {
        /// Who is told.
        account: AccountId,
        /// Whose word.
        practice: PracticeId,
    },
    /// `LOCK-5`: sign-in to the account was locked.
    Locked {
        /// Whose.
        account: AccountId,
    },
    /// `LOCK-5`, section 13: products must hear of a lock. Whoever brings notices out makes an event of it for each practice where the
    /// account works and each endpoint, so that the try that locks costs the same for every address (`EN-02`).
    LockToTell {
        /// Whose; nobody's, where the address has no account.
        account: AccountId,
    },
    /// `LOCK-2`: somebody unlocked the account.
    Unlocked {
        /// Whose.
        account: AccountId,
    },
    /// `SESS-1`: a User Manager ended sessions of the account that worked in the practice.
    SessionsEnded {
        /// Whose.
        account: AccountId,
        /// In which practice.
        practice: PracticeId,
    },
    /// The person's own account changed.
    Account {
        /// Whose.
        account: AccountId,
        /// How.
        news: AccountNews,
    },
    /// `PRA-3`: support changed who manages the practice.
    UserManagersChanged {
        /// Who is told.
        account: AccountId,
        /// Whose people.
        practice: PracticeId,
    },
    /// `LIST-9`: who must give a code while registering was changed.
    TwoStepChanged {
        /// Who is told.
        account: AccountId,
        /// Whose people.
        practice: PracticeId,
    },
    /// LK-08: support acted on the practice's people or on its ways in.
    Support {
        /// Who is told.
        account: AccountId,
        /// Whose people.
        practice: PracticeId,
        /// What support did.
        act: SupportAct,
    },
    /// Money, plans and cards.
    Billing(BillingNews),
    /// Section 13: what happened in a practice, for whoever listens.
    Event {
        /// For which product's endpoint; [`Product::Operator`] is the vendor's own.
        to: Product,
        /// Where.
        practice: PracticeId,
        /// What.
        event: Event,
    },
}

/// What support did that a practice must hear of (LK-08, section 13). The reason stands in the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SupportAct {
    /// `LOCK-2`: somebody's lock was opened.
    Unlocked,
    /// `PW-06`: somebody's password is not trusted any more.
    PasswordDistrusted,
    /// `INV-2`: a product may call for the practice.
    ApiKeyIssued,
    /// `INV-2`: a product's key does not work any more.
    ApiKeyRevoked,
    /// `INV-10`: a mail or text that had been given up goes out again.
    NoticeRetried,
}

impl SupportAct {
    /// Every act.
    pub const ALL: [Self; 5] =
        [Self::Unlocked, Self::PasswordDistrusted, Self::ApiKeyIssued, Self::ApiKeyRevoked, Self::NoticeRetried];

    /// The stable code, under which notices are stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unlocked => "support-unlocked",
            Self::PasswordDistrusted => "support-password-distrusted",
            Self::ApiKeyIssued => "support-api-key-issued",
            Self::ApiKeyRevoked => "support-api-key-revoked",
            Self::NoticeRetried => "support-notice-retried",
        }
    }

    /// The act with this code.
    #[must_use]
    pub fn with_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == code)
    }
}

/// What a person must hear of their own account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountNews {
    /// `PW-07`: the password was changed.
    PasswordChanged,
    /// `SESS-3`: a second factor was set up, removed or reset.
    SecondFactorChanged,
    /// The link to a new address, of this serial.
    EmailChange {
        /// Which request.
        serial: u32,
    },
    /// To the address before: there is a new one, by the request of this serial.
    EmailChanged {
        /// Which request.
        serial: u32,
    },
}

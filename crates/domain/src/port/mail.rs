use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use crate::billing::plan::PlanOption;
use crate::billing::{Expiry, Invoice, Last4};
use crate::channel::Product;
use crate::member::Kind;
use crate::notice::SupportAct;
use crate::policy::TwoStep;
use crate::port::LinkToken;
use crate::value::{Email, NoticeId, PersonName, PracticeName, Time};

/// Turns an occasion into a letter: the words, in text and HTML.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Composer: Send + Sync {
    /// The letter for this occasion.
    fn compose(&self, notice: NoticeId, to: &Email, occasion: &Occasion) -> Letter;
}

/// Hands letters to a mail server.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends one letter. MUST give an answer within a minute, whatever the peer does.
    async fn send(&self, letter: &Letter) -> Result<(), SendError>;
}

/// What a letter says, with everything that its words need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occasion {
    /// Register with this link.
    Invitation {
        /// The practice that asks.
        practice: PracticeName,
        /// Who asks there, where it is a person with a name.
        inviter: Option<PersonName>,
        /// The person asked.
        name: PersonName,
        /// As what.
        kind: Kind,
        /// Whether to join that practice.
        joins: bool,
        /// Through what.
        product: Product,
        /// The link.
        link: LinkToken,
        /// When it stops working.
        expires_at: Time,
    },
    /// Join this practice with the account you have (`INV-3`).
    Joining {
        /// The practice that asks.
        practice: PracticeName,
        /// The person asked.
        name: PersonName,
        /// The link.
        link: LinkToken,
        /// When it stops working.
        expires_at: Time,
    },
    /// A practice named you in a product; sign in there as always (`INV-3`).
    PlainNotice {
        /// The practice.
        practice: PracticeName,
        /// The person.
        name: PersonName,
        /// The product.
        product: Product,
    },
    /// Set up the account that a practice has for you (`EMP-2`). The practice's code word never stands in a letter (`CODE-2`).
    Setup {
        /// The practice.
        practice: PracticeName,
        /// The person.
        name: PersonName,
        /// Whether the address has an account: then the link joins it to the practice.
        has_account: bool,
        /// How the code word comes, if one is needed.
        word: WordComes,
        /// The link.
        link: LinkToken,
        /// When it stops working.
        expires_at: Time,
    },
    /// Choose another password (`EMP-4`).
    Reset {
        /// The practice that asked, or whose code word is needed; none for somebody who belongs to none.
        practice: Option<PracticeName>,
        /// How the code word comes, if the practice asks its staff for one.
        word: WordComes,
        /// The person.
        name: PersonName,
        /// The link.
        link: LinkToken,
        /// When it stops working.
        expires_at: Time,
    },
    /// Too many wrong code words were given, and for a while none is looked at (`CODE-3`). The word itself never stands in a letter.
    CodeWordsPaused {
        /// The person.
        name: PersonName,
        /// The practice.
        practice: PracticeName,
    },
    /// Your password was changed (`EMP-4`, `PW-07`).
    PasswordChanged {
        /// The person.
        name: PersonName,
    },
    /// Sign-in to your account was locked (`LOCK-5`).
    Locked {
        /// The person.
        name: PersonName,
    },
    /// Your account was unlocked (`LOCK-2`).
    Unlocked {
        /// The person.
        name: PersonName,
    },
    /// A User Manager signed you out of your practice (`SESS-1`).
    SessionsEnded {
        /// The person.
        name: PersonName,
        /// The practice.
        practice: PracticeName,
    },
    /// Your second factor was set up, removed or reset (`SESS-3`).
    SecondFactorChanged {
        /// The person.
        name: PersonName,
    },
    /// Confirm your new address with this link.
    EmailChange {
        /// The person.
        name: PersonName,
        /// The link.
        link: LinkToken,
        /// When it stops working.
        expires_at: Time,
    },
    /// This address is not your username any more.
    EmailChanged {
        /// The person.
        name: PersonName,
    },
    /// Support changed who manages your practice's people (`PRA-3`).
    UserManagersChanged {
        /// The person.
        name: PersonName,
        /// The practice.
        practice: PracticeName,
    },
    /// Somebody changed who must give a code while registering (`LIST-9`).
    TwoStepChanged {
        /// The person.
        name: PersonName,
        /// The practice.
        practice: PracticeName,
        /// What holds now.
        now: TwoStep,
    },
    /// Support acted on your practice's people or on its ways in (LK-08).
    Support {
        /// The person.
        name: PersonName,
        /// The practice.
        practice: PracticeName,
        /// What support did.
        act: SupportAct,
    },
    /// Money, plans and cards.
    Billing(PersonName, BillingOccasion),
}

/// How the practice's code word comes to whoever needs it with a link (`CODE-2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WordComes {
    /// None is needed.
    NotAtAll,
    /// The system texts it.
    ByText,
    /// An authorised person says it, in person or by phone.
    Spoken,
}

/// What a letter about money says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BillingOccasion {
    /// This was charged to your card (`BILL-4`).
    Receipt(Invoice),
    /// A renewal could not be charged, and the plan is over (`BILL-8`).
    PaymentFailed(PlanOption),
    /// Your card expires soon (`BILL-8`).
    CardExpiring(Last4, Expiry),
    /// The invoices that you asked for, newest first (`BILL-9`).
    Invoices(Vec<Invoice>),
}

/// A mail, ready to go. `Debug` shows neither address nor content.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Makes the `Message-ID`.
    pub notice: NoticeId,
    /// Where to.
    pub to: Email,
    /// One line.
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// Why a letter or text did not go out.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The peer will never take it.
    #[error("refused for good: {reply}")]
    Permanent {
        /// The peer's words, without the address.
        reply: String,
    },
    /// Whoever has the number wants no texts (`WH-06`).
    #[error("no more texts: {reply}")]
    Stopped {
        /// The peer's words, without the number.
        reply: String,
    },
    /// It may work later.
    #[error("not now: {reply}")]
    Transient {
        /// The peer's words, without the address.
        reply: String,
    },
    /// It may work later, and the peer said when.
    #[error("not for {} s: {reply}", after.as_secs())]
    Later {
        /// The peer's words, without the address.
        reply: String,
        /// How long it wants to be left alone.
        after: Duration,
    },
    /// The peer may or may not have taken it: its answer was lost.
    #[error("no answer: {reply}")]
    Ambiguous {
        /// What was seen.
        reply: String,
    },
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter").field("notice", &self.notice).finish_non_exhaustive()
    }
}

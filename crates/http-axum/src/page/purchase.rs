//! Choose plans, look at the amount, say OK, and see what came of it.

use super::{CardFace, Chrome, Link, Tier};
use askama::Template;

/// `GET` and `POST /manage/users/{id}/purchase`, and the same for oneself. Field: `option`, once for each box that is ticked. Problems
/// go to `options`.
#[derive(Template)]
#[template(path = "purchase/choose.html")]
pub struct PurchasePage {
    /// The frame.
    pub chrome: Chrome,
    /// For whom.
    pub whom: Beneficiary,
    /// Where the form goes.
    pub action: String,
    /// The options above what the person has, the lesser first.
    pub options: Vec<OptionLine>,
    /// The card that would be charged.
    pub card: CardFace,
    /// The question over the page, once plans are chosen.
    pub question: Option<PurchaseQuestion>,
}

/// For whom something is bought.
#[derive(Clone, Debug)]
pub struct Beneficiary {
    /// `Theo Lindqvist`.
    pub name: String,
    /// `Theo`, or `this person`.
    pub short: String,
    /// Whether it is whoever looks at the page.
    pub oneself: bool,
    /// What they have now.
    pub tier: Tier,
    /// Where one came from.
    pub back: Link,
}

/// An option to tick.
#[derive(Clone, Debug)]
pub struct OptionLine {
    /// What the form sends.
    pub code: String,
    /// `SecureMail, monthly`.
    pub name: String,
    /// What it is good for.
    pub hint: String,
    /// `$10.00`.
    pub price: String,
    /// `per month`.
    pub per: String,
    /// Whether it is ticked.
    pub ticked: bool,
}

/// What is about to be charged.
#[derive(Clone, Debug)]
pub struct PurchaseQuestion {
    /// Where OK goes, and where the question is.
    pub href: String,
    /// Where one goes instead.
    pub close: String,
    /// Whether it takes the place of an offer that was not good any more.
    pub renewed: bool,
    /// What is bought.
    pub lines: Vec<BoughtLine>,
    /// `$162.00`.
    pub total: String,
    /// What happens after this period.
    pub renewal: String,
}

/// One plan with its amounts.
#[derive(Clone, Debug)]
pub struct BoughtLine {
    /// `SecureMail, annual`.
    pub name: String,
    /// `$100.00`.
    pub price: String,
    /// The unused part of what it replaces, `−$4.19`.
    pub credit: Option<String>,
    /// The tax, `$7.25`.
    pub tax: Option<String>,
}

/// The page for somebody for whom nothing is left to buy.
#[derive(Template)]
#[template(path = "purchase/none.html")]
pub struct NoPlansPage {
    /// The frame.
    pub chrome: Chrome,
    /// For whom.
    pub whom: Beneficiary,
}

/// The page for somebody who has no card that could be charged.
#[derive(Template)]
#[template(path = "purchase/no_card.html")]
pub struct NoCardPage {
    /// The frame.
    pub chrome: Chrome,
    /// Whether there is one, but it has expired.
    pub expired: bool,
    /// Where one came from.
    pub back: Link,
}

/// `GET /purchase/{id}` once OK was said: what came of it.
#[derive(Template)]
#[template(path = "purchase/outcome.html")]
pub struct OutcomePage {
    /// The frame.
    pub chrome: Chrome,
    /// For whom.
    pub whom: Beneficiary,
    /// How it stands.
    pub outcome: Outcome,
    /// What was ordered, each with how it stands.
    pub lines: Vec<(BoughtLine, LineState)>,
    /// Where this page is.
    pub href: String,
    /// Where to choose again.
    pub again: String,
    /// Where the plugin's installer is, when it was just bought.
    pub installer: Option<String>,
}

/// How an order stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything is paid for, and active.
    Active,
    /// The payer must confirm with their bank, perhaps at this address.
    ActionNeeded(Option<String>),
    /// Nobody knows yet.
    BeingConfirmed,
    /// Nothing was charged, and this is why.
    Refused(String),
    /// Some plans are active, others are not, and this is why.
    Partly(String),
}

/// How one plan of an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineState {
    /// Paid for.
    Active,
    /// Open.
    Waiting,
    /// Not charged.
    NotCharged,
    /// Charged, and the money goes back.
    Returned,
}

impl OutcomePage {
    /// The heading.
    #[must_use]
    pub fn heading(&self) -> String {
        match &self.outcome {
            Outcome::Active if self.whom.oneself => "Your plans are active".to_owned(),
            Outcome::Active => format!("The plans of {} are active", self.whom.name),
            Outcome::ActionNeeded(_) => "Your bank asks you to confirm".to_owned(),
            Outcome::BeingConfirmed => "Your payment is being confirmed".to_owned(),
            Outcome::Refused(_) => "Nothing was charged".to_owned(),
            Outcome::Partly(_) => "Some plans are active".to_owned(),
        }
    }
}

impl LineState {
    /// The words on its badge.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Waiting => "Being confirmed",
            Self::NotCharged => "Not charged",
            Self::Returned => "Money goes back",
        }
    }

    /// The classes of its badge.
    #[must_use]
    pub const fn look(self) -> &'static str {
        match self {
            Self::Active => "is-ok dot",
            Self::Waiting => "is-warn dot hollow",
            Self::NotCharged | Self::Returned => "is-free",
        }
    }
}

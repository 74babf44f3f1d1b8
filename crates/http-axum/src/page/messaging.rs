//! Profile, Messaging: the plans that one pays for, and their invoices.

use super::{Chrome, Tier, When};
use askama::Template;

/// `GET /profile/messaging`, with a question or the invoices open over it.
#[derive(Template)]
#[template(path = "messaging.html")]
pub struct MessagingPage {
    /// The frame.
    pub chrome: Chrome,
    /// What one has oneself.
    pub tier: Tier,
    /// Whether there is something to buy for oneself.
    pub can_buy: bool,
    /// Where the plugin's installer is, for whoever has the plugin.
    pub installer: Option<String>,
    /// The plans that one pays for.
    pub plans: Vec<PlanLine>,
    /// What is open over the page.
    pub over: Over,
}

/// What is open over the page.
#[derive(Clone, Debug)]
pub enum Over {
    /// Nothing.
    Nothing,
    /// Whether to cancel a plan.
    Cancel(CancelQuestion),
    /// The invoices.
    Invoices(InvoiceList),
}

/// A plan that one pays for.
#[derive(Clone, Debug)]
pub struct PlanLine {
    /// What addresses name it by.
    pub id: String,
    /// `SecureMail, annual`.
    pub name: String,
    /// `Renée Baptiste`.
    pub whom: String,
    /// `$100.00`.
    pub price: String,
    /// When it is charged next, or ends.
    pub next: When,
    /// Whether it ends then.
    pub ends: bool,
}

/// Whether to cancel a plan.
#[derive(Clone, Debug)]
pub struct CancelQuestion {
    /// The plan.
    pub plan: PlanLine,
    /// Whether it ends at once.
    pub at_once: bool,
    /// Whether the person's plugin ends with it.
    pub with_plugin: bool,
    /// Whether the person keeps a free account then.
    pub falls_to_free: bool,
}

/// The invoices, a page of them.
#[derive(Clone, Debug)]
pub struct InvoiceList {
    /// The newest first.
    pub lines: Vec<InvoiceLine>,
    /// The next page.
    pub older: Option<String>,
    /// Whether this is the first page.
    pub newest: bool,
    /// Whether the mail covers one's own payments only.
    pub mail_own_only: bool,
    /// `Jun 9, 2026`.
    pub printed: String,
}

/// An invoice.
#[derive(Clone, Debug)]
pub struct InvoiceLine {
    /// `INV-2026-0611`.
    pub number: String,
    /// `$10.00`.
    pub amount: String,
    /// `SecureMail, monthly, Lena Eckhart`.
    pub description: String,
    /// `May 30, 2026`.
    pub charged: When,
}

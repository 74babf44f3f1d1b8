use crate::billing::{Purchase, ReturnReason};

/// Whoever operates the portal, who must hear at once of what the rules can end but only people can clear up.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Alarms: Send + Sync {
    /// Tells them, after the commit that it is about: whoever made that commit raises it, so once. It has no answer, because nothing is
    /// undone when nobody hears; the audit log has what happened. MUST come back at once, and MUST NOT panic.
    fn raise(&self, purchase: &Purchase, alarm: Alarm);
}

/// What is wrong with a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alarm {
    /// `PM-06`: the provider made out an invoice of another amount than was confirmed. Nothing was charged, and nothing is given.
    InvoiceDiffers,
    /// Somebody was charged and is given nothing: the money goes back.
    Returned(ReturnReason),
}

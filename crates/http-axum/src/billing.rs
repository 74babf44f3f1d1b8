use std::fmt;
use std::sync::Arc;

use practice_domain::access::Administrator;
use practice_domain::port::PaymentEvents;
use practice_domain::usecase::billing::{Till, release_seats};
use practice_domain::value::MemberId;

use crate::refusal::Face;
use crate::site::Portal;

/// What a portal that sells plans needs besides its ports. Without it nothing is offered, and its pages are not there.
#[derive(Clone)]
pub struct Billing {
    /// What the use cases about money ask.
    pub till: Till,
    /// Who reads what the payment provider sends by itself, to `/webhooks/payments`.
    pub hook: Option<PaymentHook>,
    /// Where the Outlook Plugin's installer can be had (`BILL-6`).
    pub installer: Option<String>,
}

/// A door for a payment provider.
#[derive(Clone)]
pub struct PaymentHook {
    /// Checks what arrives.
    pub events: Arc<dyn PaymentEvents>,
    /// The header that the signature stands in.
    pub header: &'static str,
}

impl fmt::Debug for Billing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Billing").field("installer", &self.installer).finish_non_exhaustive()
    }
}

impl Portal {
    /// The shop, where plans are sold; otherwise there is no such page.
    pub(crate) fn billing(&self) -> Result<&Billing, Face> {
        self.settings.billing.as_ref().ok_or_else(Face::not_found)
    }

    /// `EMP-3`: what is paid for somebody who was just deactivated ends with its period. What fails here is found again when the
    /// provider's books are compared with ours.
    pub(crate) async fn release(&self, who: &Administrator, seat: Option<MemberId>) {
        let (Some(billing), Some(seat)) = (&self.settings.billing, seat) else { return };
        if let Err(error) = release_seats(&billing.till, who, seat).await {
            tracing::error!(%error, member = %seat, "a seat is not released yet");
        }
    }

    /// What the use cases about money ask.
    pub(crate) fn till(&self) -> Result<&Till, Face> {
        self.billing().map(|billing| &billing.till)
    }
}

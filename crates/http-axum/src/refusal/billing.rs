//! Buying, cards and plans.

use axum::http::StatusCode;
use practice_domain::billing::plan::BadCart;
use practice_domain::billing::{CannotBuy, CardDataRefused, Decline, NoCard};
use practice_domain::port::EventRefused;
use practice_domain::usecase::billing::{
    BeginCardEntryError, CancelPlanError, ConfirmPurchaseError, QuotePurchaseError, ReleaseSeatsError,
};

use super::{Face, sentence};

impl From<CannotBuy> for Face {
    fn from(why: CannotBuy) -> Self {
        let status = match why {
            CannotBuy::NotHere => return Self::not_found(),
            CannotBuy::Denied(denied) => return denied.into(),
            CannotBuy::Patient => StatusCode::UNPROCESSABLE_ENTITY,
            CannotBuy::Cart(BadCart::Nothing | BadCart::Both | BadCart::NeedsSecureMail) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            CannotBuy::NotRegistered
            | CannotBuy::Deactivated
            | CannotBuy::NoCard(NoCard::None | NoCard::Expired)
            | CannotBuy::Cart(BadCart::NoPlansLeft | BadCart::AlreadyHeld)
            | CannotBuy::InProgress => StatusCode::CONFLICT,
        };
        let face = Self::new(status, why.code(), sentence(&why));
        if matches!(why, CannotBuy::Cart(_)) { face.on("options") } else { face }
    }
}

impl From<QuotePurchaseError> for Face {
    fn from(error: QuotePurchaseError) -> Self {
        match error {
            QuotePurchaseError::Refused(why) => why.into(),
            QuotePurchaseError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ConfirmPurchaseError> for Face {
    fn from(error: ConfirmPurchaseError) -> Self {
        let text = sentence(&error);
        match error {
            ConfirmPurchaseError::NoSuchQuote => Self::new(StatusCode::NOT_FOUND, "not-found", text),
            ConfirmPurchaseError::Stale(_) => Self::new(StatusCode::CONFLICT, "quote-stale", text),
            ConfirmPurchaseError::Held => Self::new(StatusCode::SERVICE_UNAVAILABLE, "purchases-paused", text),
            ConfirmPurchaseError::KeyReused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused", text)
            }
            ConfirmPurchaseError::Refused(why) => why.into(),
            ConfirmPurchaseError::Fault(fault) => fault.into(),
        }
    }
}

impl From<CancelPlanError> for Face {
    fn from(error: CancelPlanError) -> Self {
        let text = sentence(&error);
        match error {
            CancelPlanError::NoSuchPlan => Self::new(StatusCode::NOT_FOUND, "not-found", text),
            CancelPlanError::InProgress => Self::new(StatusCode::CONFLICT, "purchase-in-progress", text),
            CancelPlanError::Fault(fault) => fault.into(),
        }
    }
}

impl From<BeginCardEntryError> for Face {
    fn from(error: BeginCardEntryError) -> Self {
        match error {
            BeginCardEntryError::Denied(denied) => denied.into(),
            BeginCardEntryError::Refused(why) => why.into(),
            BeginCardEntryError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ReleaseSeatsError> for Face {
    fn from(error: ReleaseSeatsError) -> Self {
        match error {
            ReleaseSeatsError::NotHere => Self::not_found(),
            ReleaseSeatsError::Fault(fault) => fault.into(),
        }
    }
}

impl From<CardDataRefused> for Face {
    fn from(why: CardDataRefused) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, why.code(), sentence(&why))
    }
}

impl From<EventRefused> for Face {
    fn from(why: EventRefused) -> Self {
        let code = match why {
            EventRefused::Signature => "webhook-signature",
            EventRefused::Time => "webhook-stale",
            EventRefused::Form => "webhook-unreadable",
            EventRefused::Mode => "webhook-mode",
        };
        Self::new(StatusCode::BAD_REQUEST, code, sentence(&why))
    }
}

/// The bank said no.
pub(crate) fn declined(why: Decline) -> Face {
    let text = match why {
        Decline::Refused => "Your card was declined. Nothing was charged. Use another card or call your bank.",
        Decline::InsufficientFunds => {
            "Your card was declined: there is not enough money. Nothing was charged. Use another card or call your bank."
        }
        Decline::CardExpired => "Your card has expired. Nothing was charged. Update it in your profile.",
        Decline::NotConfirmed => "The payment was not confirmed in time. Nothing was charged. Start again.",
    };
    Face::new(StatusCode::PAYMENT_REQUIRED, "payment-declined", text)
}

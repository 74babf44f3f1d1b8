//! Why a card was not charged, in our words.

use practice_domain::billing::Decline;

use crate::trouble::Refusal;

/// What a bank's refusal comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It said no.
    No(Decline),
    /// It wants to hear from the payer first.
    Ask,
}

/// What the codes of a refusal mean.
pub(crate) fn verdict(code: &str, decline: &str) -> Verdict {
    match (code, decline) {
        (code, decline) if ASKS.contains(&code) || ASKS.contains(&decline) => Verdict::Ask,
        (_, "insufficient_funds") | ("insufficient_funds", _) => Verdict::No(Decline::InsufficientFunds),
        (_, "expired_card") | ("expired_card", _) => Verdict::No(Decline::CardExpired),
        _ => Verdict::No(Decline::Refused),
    }
}

impl Refusal {
    /// Whether it is about the card: a payment was tried, and did not come to pass.
    pub(crate) fn verdict(&self) -> Option<Verdict> {
        let verdict = verdict(&self.code, &self.decline);
        let of_a_bank = self.status == 402 || self.kind == "card_error";
        (of_a_bank || verdict == Verdict::Ask).then_some(verdict)
    }
}

/// The reason that was noted with a subscription.
pub(crate) fn noted(code: &str) -> Option<Decline> {
    ALL.into_iter().find(|decline| decline.code() == code)
}

const ALL: [Decline; 4] = [Decline::Refused, Decline::InsufficientFunds, Decline::CardExpired, Decline::NotConfirmed];

/// The payer can still confirm, on the invoice's page.
const ASKS: &[&str] = &[
    "authentication_required",
    "invoice_payment_intent_requires_action",
    "payment_intent_action_required",
    "payment_intent_authentication_failure",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// BILL-4, F-23
    #[test]
    fn banks_are_heard() {
        for (code, decline, expected) in [
            ("card_declined", "insufficient_funds", Verdict::No(Decline::InsufficientFunds)),
            ("expired_card", "", Verdict::No(Decline::CardExpired)),
            ("card_declined", "generic_decline", Verdict::No(Decline::Refused)),
            ("card_declined", "authentication_required", Verdict::Ask),
            ("invoice_payment_intent_requires_action", "", Verdict::Ask),
            ("", "", Verdict::No(Decline::Refused)),
        ] {
            assert_eq!(verdict(code, decline), expected, "{code} {decline}");
        }
        for decline in ALL {
            assert_eq!(noted(decline.code()), Some(decline));
        }
        assert_eq!(noted("something"), None);
    }
}

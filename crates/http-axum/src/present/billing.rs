//! Money, plans and cards in words.

use practice_domain::billing::calendar::{Cadence, Date};
use practice_domain::billing::plan::{PlanOption, Ware};
use practice_domain::billing::{Brand, Card};
use practice_domain::value::{Currency, Money, Time};

use crate::page::CardFace;
use crate::present::counted;

/// `$1,080.00`, or `EUR 1,080.00`.
pub(crate) fn money(amount: Money) -> String {
    let (minus, minor) = (if amount.minor() < 0 { "−" } else { "" }, amount.minor().unsigned_abs());
    let sign = match amount.currency() {
        Currency::USD => "$".to_owned(),
        other => format!("{other} "),
    };
    let unit = 10_u64.pow(u32::from(amount.currency().decimals()));
    let whole = counted(minor / unit);
    match usize::from(amount.currency().decimals()) {
        0 => format!("{minus}{sign}{whole}"),
        width => format!("{minus}{sign}{whole}.{:0width$}", minor % unit),
    }
}

/// `SecureMail, monthly`.
pub(crate) fn plan(option: PlanOption) -> &'static str {
    match (option.ware, option.cadence) {
        (Ware::SecureMail, Cadence::Monthly) => "SecureMail, monthly",
        (Ware::SecureMail, Cadence::Annual) => "SecureMail, annual",
        (Ware::OutlookPlugin, Cadence::Monthly) => "Outlook Plugin, monthly",
        (Ware::OutlookPlugin, Cadence::Annual) => "Outlook Plugin, annual",
    }
}

/// What a plan is good for.
pub(crate) fn plan_hint(option: PlanOption) -> &'static str {
    match (option.ware, option.cadence) {
        (Ware::SecureMail, Cadence::Monthly) => "Write to anyone and send invitations",
        (Ware::OutlookPlugin, Cadence::Monthly) => "Send from Outlook on a Windows computer",
        (_, Cadence::Annual) => "Same features, paid once a year",
    }
}

/// `per month`.
pub(crate) fn per(option: PlanOption) -> &'static str {
    match option.cadence {
        Cadence::Monthly => "per month",
        Cadence::Annual => "per year",
    }
}

/// A card, as its owner knows it.
pub(crate) fn card(card: &Card, now: Time) -> CardFace {
    let brand = match card.brand {
        Brand::Visa => "Visa",
        Brand::Mastercard => "Mastercard",
        Brand::Amex => "American Express",
        Brand::Discover => "Discover",
        Brand::Other => "Card",
    };
    let today = Date::of(now);
    let this_month = (i64::from(card.expiry.year()), card.expiry.month()) == (today.year, today.month);
    CardFace {
        name: format!("{brand} ending in {}", card.last4.as_str()),
        expires: format!("{:02}/{}", card.expiry.month(), card.expiry.year()),
        warning: match () {
            () if now >= card.expiry.ends() => Some("Expired".to_owned()),
            () if this_month => Some("Expires this month".to_owned()),
            () => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_people_write_them() {
        let of = |minor, code: &str| money(Money::new(minor, Currency::parse(code).expect("listed")));
        assert_eq!(of(1_000, "USD"), "$10.00");
        assert_eq!(of(-108_005, "USD"), "−$1,080.05");
        assert_eq!([of(1_000, "JPY"), of(1_000, "EUR"), of(5, "KWD")], ["JPY 1,000", "EUR 10.00", "KWD 0.005"]);
    }
}

use practice_domain::billing::Invoice;
use practice_domain::billing::calendar::{Cadence, Date};
use practice_domain::billing::plan::{PlanOption, Ware};
use practice_domain::port::BillingOccasion;
use practice_domain::value::{PersonName, Time};

use crate::words::{Words, sign_in};

/// The words of a letter about money.
pub(crate) fn words(brand: &str, name: &PersonName, occasion: &BillingOccasion) -> Words {
    let (subject, body) = match occasion {
        BillingOccasion::Receipt(invoice) => (
            format!("Your {brand} receipt {}", invoice.number),
            vec![
                format!("We charged {} to your card for {}.", invoice.amount, option(invoice.option)),
                format!("Invoice {}, {}.", invoice.number, day(invoice.charged_at)),
            ],
        ),
        BillingOccasion::PaymentFailed(plan) => (
            format!("Your {brand} payment failed"),
            vec![
                format!("We could not charge your card for {}, so the plan has ended.", option(*plan)),
                "To have it again, update your card in your profile and buy the plan anew. A new card alone restarts nothing."
                    .to_owned(),
            ],
        ),
        BillingOccasion::CardExpiring(last4, expiry) => (
            format!("Your card expires soon - {brand}"),
            vec![
                format!("The card that ends with {} expires in {}/{}.", last4.as_str(), expiry.month(), expiry.year()),
                "Update it in your profile, so that your plans go on.".to_owned(),
            ],
        ),
        BillingOccasion::Invoices(invoices) => (format!("Your {brand} invoices"), listed(invoices)),
    };
    Words { subject, name: name.clone(), body, action: Some(sign_in()), unexpected: UNEXPECTED }
}

fn listed(invoices: &[Invoice]) -> Vec<String> {
    if invoices.is_empty() {
        return vec!["There are no invoices.".to_owned()];
    }
    let line =
        |one: &Invoice| format!("{}: {}, {}, {}", one.number, one.amount, option(one.option), day(one.charged_at));
    invoices.iter().map(line).collect()
}

fn option(option: PlanOption) -> &'static str {
    match (option.ware, option.cadence) {
        (Ware::SecureMail, Cadence::Monthly) => "SecureMail, monthly",
        (Ware::SecureMail, Cadence::Annual) => "SecureMail, annual",
        (Ware::OutlookPlugin, Cadence::Monthly) => "the Outlook Plugin, monthly",
        (Ware::OutlookPlugin, Cadence::Annual) => "the Outlook Plugin, annual",
    }
}

/// Like `2026-06-09`, in UTC, as invoices are dated.
fn day(time: Time) -> String {
    let Date { year, month, day } = Date::of(time);
    format!("{year}-{month:02}-{day:02}")
}

const UNEXPECTED: &str = "If you did not expect this, sign in and look at your plans and invoices.";

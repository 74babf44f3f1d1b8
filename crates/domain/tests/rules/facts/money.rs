use practice_domain::billing::calendar::Cadence;
use practice_domain::billing::plan::{PlanOption, Ware};
use practice_domain::billing::{BillingFact, Decline, EndReason};
use practice_domain::fact::Fact;
use practice_domain::member::Tier;
use practice_domain::value::{Currency, Money};

use super::{assert_kept, id};

const MAIL: PlanOption = PlanOption { ware: Ware::SecureMail, cadence: Cadence::Annual };
const PLUGIN: PlanOption = PlanOption { ware: Ware::OutlookPlugin, cadence: Cadence::Monthly };

fn dollars(cents: i64) -> Money {
    Money::new(cents, Currency::USD)
}

/// AU-01, BILL-1, BILL-3, BILL-4, BILL-7, BILL-8, BILL-9, BILL-10
#[test]
fn money_and_plans_are_kept() {
    let facts = [
        BillingFact::CardEntryBegun { account: id(1) },
        BillingFact::CardChanged { account: id(1), on_file: true },
        BillingFact::CardChanged { account: id(1), on_file: false },
        BillingFact::CardExpiryAnnounced { account: id(1) },
        BillingFact::Quoted { quote: id(1), member: id(2), total: dollars(10_800) },
        BillingFact::PurchaseOrdered {
            purchase: id(1),
            quote: id(2),
            member: id(3),
            option: MAIL,
            total: dollars(1_000),
        },
        BillingFact::PurchaseOrdered {
            purchase: id(1),
            quote: id(2),
            member: id(3),
            option: PLUGIN,
            total: dollars(5),
        },
        BillingFact::PurchaseAsked { purchase: id(1), step: 2 },
        BillingFact::PurchaseDoubted { purchase: id(1) },
        BillingFact::PurchaseWaits { purchase: id(1) },
        BillingFact::PurchaseNeedsAction { purchase: id(1) },
        BillingFact::PurchasePaid { purchase: id(1), subscription: id(2), invoice: id(3), amount: dollars(1_000) },
        BillingFact::PurchaseDeclined { purchase: id(1), why: Decline::Refused },
        BillingFact::PurchaseDeclined { purchase: id(1), why: Decline::InsufficientFunds },
        BillingFact::PurchaseDeclined { purchase: id(1), why: Decline::CardExpired },
        BillingFact::PurchaseDeclined { purchase: id(1), why: Decline::NotConfirmed },
        BillingFact::PurchaseAbandoned { purchase: id(1) },
        BillingFact::PurchaseReturned { purchase: id(1), subscription: id(2) },
        BillingFact::SubscriptionRenewed { subscription: id(1), invoice: id(2), amount: dollars(1_000) },
        BillingFact::SubscriptionFollowed { subscription: id(1) },
        BillingFact::SubscriptionEnded { subscription: id(1), why: EndReason::Cancelled },
        BillingFact::SubscriptionEnded { subscription: id(1), why: EndReason::PaymentFailed },
        BillingFact::SubscriptionEnded { subscription: id(1), why: EndReason::Replaced },
        BillingFact::SubscriptionEnded { subscription: id(1), why: EndReason::NotGranted },
        BillingFact::SubscriptionEnded { subscription: id(1), why: EndReason::ByProvider },
        BillingFact::SubscriptionEnding { subscription: id(1) },
        BillingFact::ProviderTold { subscription: id(1) },
        BillingFact::TierChanged { member: id(1), before: Tier::Free, after: Tier::Paid },
        BillingFact::TierChanged { member: id(1), before: Tier::PaidWithPlugin, after: Tier::Free },
        BillingFact::SummaryOrdered { account: id(1) },
        BillingFact::EventNoted,
    ];
    assert_kept(&facts.map(Fact::Billing), "
card.entry-begun | account=#1 | Went to enter a card
card.changed | account=#1, on_file=true | Card on file changed
card.changed | account=#1, on_file=false | Card on file removed
card.expiry-announced | account=#1 | Told that the card on file expires
purchase.quoted | quote=#1, member=#2, amount=USD 108.00 | Price asked: USD 108.00
purchase.ordered | purchase=#1, quote=#2, member=#3, option=securemail-annual, amount=USD 10.00 | Plan ordered: SecureMail, annual, USD 10.00
purchase.ordered | purchase=#1, quote=#2, member=#3, option=outlook-plugin-monthly, amount=USD 0.05 | Plan ordered: Outlook Plugin, monthly, USD 0.05
purchase.asked | purchase=#1, step=2 | Payment asked for
purchase.doubted | purchase=#1 | Payment not yet certain
purchase.waits | purchase=#1 | Purchase waits for another payment
purchase.needs-action | purchase=#1 | Payment must be confirmed by the payer
purchase.paid | purchase=#1, subscription=#2, invoice=#3, amount=USD 10.00 | Paid: USD 10.00
purchase.declined | purchase=#1, why=refused | Card declined; nothing was charged
purchase.declined | purchase=#1, why=insufficient-funds | Card declined; nothing was charged
purchase.declined | purchase=#1, why=card-expired | Card declined; nothing was charged
purchase.declined | purchase=#1, why=not-confirmed | Card declined; nothing was charged
purchase.abandoned | purchase=#1 | Purchase given up; nothing was charged
purchase.returned | purchase=#1, subscription=#2 | Charged and not granted; the money goes back
subscription.renewed | subscription=#1, invoice=#2, amount=USD 10.00 | Plan renewed: USD 10.00
subscription.followed | subscription=#1 | Period of a plan brought up to date
subscription.ended | subscription=#1, why=cancelled | Plan ended
subscription.ended | subscription=#1, why=payment-failed | Plan ended
subscription.ended | subscription=#1, why=replaced | Plan ended
subscription.ended | subscription=#1, why=not-granted | Plan ended
subscription.ended | subscription=#1, why=by-provider | Plan ended
subscription.ending | subscription=#1 | Plan ends with its period
subscription.provider-told | subscription=#1 | Payment provider told that the plan ends
tier.changed | member=#1, before=free, after=paid | SecureMail tier changed from Free to Paid
tier.changed | member=#1, before=paid-with-plugin, after=free | SecureMail tier changed from Paid with Plugin to Free
invoices.summary-ordered | account=#1 | Invoice summary mailed to oneself
payments.event-noted |  | Payment provider told nothing new
");
}

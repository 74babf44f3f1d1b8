use practice_domain::billing::calendar::{Cadence, Period};
use practice_domain::billing::plan::{PlanOption, Ware};
use practice_domain::billing::{
    BillingName, Brand, Card, CardRef, CustomerRef, Decline, Doubt, EndReason, Expiry, Invoice, InvoiceRef, Last4,
    Line, Purchase, PurchaseState, Quote, Subscription, SubscriptionRef, SubscriptionState, Terms, Wallet,
};
use practice_domain::commit::Record;
use practice_domain::notice::BillingNews;
use practice_domain::value::{Currency, Money};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use crate::strategy::records::{id, known, version};
use crate::strategy::time;

/// Options.
pub fn plan_option() -> impl Strategy<Value = PlanOption> {
    select(PlanOption::ALL.to_vec())
}

/// Amounts of an hour's wages, in three currencies.
pub fn money() -> impl Strategy<Value = Money> {
    (0..100_000_i64, currency()).prop_map(|(minor, currency)| Money::new(minor, currency))
}

fn currency() -> impl Strategy<Value = Currency> {
    select(vec!["USD", "JPY", "KWD"]).prop_filter_map("a currency", |code| Currency::parse(code).ok())
}

/// Periods.
pub fn period() -> impl Strategy<Value = Period> {
    (time(), any::<bool>()).prop_map(|(anchor, monthly)| {
        let cadence = if monthly { Cadence::Monthly } else { Cadence::Annual };
        cadence.period(anchor, 0)
    })
}

/// Cards.
pub fn card() -> impl Strategy<Value = Card> {
    let brand = select(vec![Brand::Visa, Brand::Mastercard, Brand::Amex, Brand::Discover, Brand::Other]);
    let last4 = select(vec!["4242", "0000"]).prop_filter_map("digits", Last4::parse);
    (card_ref(), brand, last4, expiry()).prop_map(|(reference, brand, last4, expiry)| Card {
        reference,
        brand,
        last4,
        expiry,
    })
}

fn expiry() -> impl Strategy<Value = Expiry> {
    (2025..2028_u16, 1..13_u8).prop_filter_map("a month", |(year, month)| Expiry::new(year, month))
}

fn card_ref() -> impl Strategy<Value = CardRef> {
    select(vec!["card_1", "card_2"]).prop_filter_map("a name", |text| CardRef::parse(text).ok())
}

fn customer_ref() -> impl Strategy<Value = CustomerRef> {
    select(vec!["cus_1", "cus_2"]).prop_filter_map("a name", |text| CustomerRef::parse(text).ok())
}

/// Wallets, empty and full, announced and not.
pub fn wallet() -> impl Strategy<Value = Wallet> {
    (known(), version(), customer_ref(), of(card()), of(expiry())).prop_map(
        |(account, version, customer, card, announced)| Wallet { account, version, customer, card, announced },
    )
}

fn line() -> impl Strategy<Value = Line> {
    (plan_option(), 1..20_000_i64, 0..2_000_i64, 0..500_i64, currency(), of(id())).prop_map(
        |(option, price, credit, tax, currency, replaces)| {
            let money = |minor| Money::new(minor, currency);
            Line { option, price: money(price), credit: money(credit), tax: money(tax), replaces }
        },
    )
}

/// What is bought at once, in one currency.
fn terms() -> impl Strategy<Value = Terms> {
    (line(), line(), 0..3_u8).prop_map(|(mail, plugin, which)| {
        let of = |line: Line, ware| Line { option: PlanOption { ware, ..line.option }, ..line };
        let in_currency = |money: Money| Money::new(money.minor(), mail.price.currency());
        let plugin = Line {
            price: in_currency(plugin.price),
            credit: in_currency(plugin.credit),
            tax: in_currency(plugin.tax),
            ..plugin
        };
        Terms {
            mail: (which != 1).then(|| of(mail, Ware::SecureMail)),
            plugin: (which != 0).then(|| of(plugin, Ware::OutlookPlugin)),
        }
    })
}

/// Quotes.
pub fn quote() -> impl Strategy<Value = Quote> {
    ((id(), known(), id(), known(), known()), card_ref(), terms(), time(), time()).prop_map(
        |((id, practice, member, beneficiary, payer), card, terms, priced_at, expires_at)| Quote {
            id,
            practice,
            member,
            beneficiary,
            payer,
            card,
            terms,
            priced_at,
            expires_at,
        },
    )
}

/// Purchases, in every state.
pub fn purchase() -> impl Strategy<Value = Purchase> {
    let doubt = select(vec![Doubt::NoAnswer, Doubt::KeySpent]);
    let decline =
        select(vec![Decline::Refused, Decline::InsufficientFunds, Decline::CardExpired, Decline::NotConfirmed]);
    let state = prop_oneof![
        time().prop_map(|due| PurchaseState::Pending { due }),
        (0..3_u32, doubt, 1..9_u32, time()).prop_map(|(step, doubt, tries, due)| PurchaseState::Unknown {
            step,
            doubt,
            tries,
            due
        }),
        (of(Just("https://pay.example/1".to_owned())), time())
            .prop_map(|(url, due)| PurchaseState::ActionNeeded { url, due }),
        (time(), id()).prop_map(|(at, subscription)| PurchaseState::Paid { at, subscription }),
        (time(), decline).prop_map(|(at, why)| PurchaseState::Declined { at, why }),
        time().prop_map(|at| PurchaseState::Expired { at }),
        time().prop_map(|at| PurchaseState::Abandoned { at }),
        (time(), id()).prop_map(|(at, subscription)| PurchaseState::Returned { at, subscription }),
    ];
    let who = (id(), known(), id(), known(), known());
    ((id(), version()), who, (customer_ref(), card_ref(), line(), of(id())), time(), state).prop_map(
        |(
            (id, version),
            (quote, practice, member, beneficiary, payer),
            (customer, card, line, after),
            ordered_at,
            state,
        )| {
            Purchase {
                id,
                version,
                quote,
                practice,
                member,
                beneficiary,
                payer,
                customer,
                card,
                line,
                after,
                ordered_at,
                state,
            }
        },
    )
}

/// Subscriptions, in every state.
pub fn subscription() -> impl Strategy<Value = Subscription> {
    let why = select(vec![
        EndReason::Cancelled,
        EndReason::PaymentFailed,
        EndReason::Replaced,
        EndReason::NotGranted,
        EndReason::ByProvider,
    ]);
    let state = prop_oneof![
        3 => period().prop_map(|period| SubscriptionState::Active { period }),
        1 => (period(), any::<bool>()).prop_map(|(period, told)| SubscriptionState::Ending { period, told }),
        1 => (time(), why, any::<bool>()).prop_map(|(at, why, told)| SubscriptionState::Ended { at, why, told }),
    ];
    let reference =
        select(vec!["sub_1", "sub_2", "sub_3"]).prop_filter_map("a name", |t| SubscriptionRef::parse(t).ok());
    ((id(), version(), known(), id(), known(), known()), plan_option(), money(), reference, time(), state).prop_map(
        |((id, version, practice, member, beneficiary, payer), option, price, reference, started_at, state)| {
            Subscription {
                id,
                version,
                practice,
                member,
                beneficiary,
                payer,
                option,
                price,
                reference,
                started_at,
                state,
            }
        },
    )
}

/// Invoices.
pub fn invoice() -> impl Strategy<Value = Invoice> {
    let reference = select(vec!["in_1", "in_2"]).prop_filter_map("a name", |text| InvoiceRef::parse(text).ok());
    let number = select(vec!["A-0001", "Ü 2"]).prop_map(str::to_owned);
    ((id(), known(), known(), known(), id()), plan_option(), reference, number, money(), time()).prop_map(
        |((id, practice, payer, beneficiary, subscription), option, reference, number, amount, charged_at)| Invoice {
            id,
            practice,
            payer,
            beneficiary,
            subscription,
            option,
            reference,
            number,
            amount,
            charged_at,
        },
    )
}

/// Any record of billing.
pub(super) fn billing_record() -> impl Strategy<Value = Record> {
    // Each has its own room, because all of them together are too much for a thread's stack.
    prop_oneof![
        wallet().prop_map(Record::from).boxed(),
        quote().prop_map(Record::from).boxed(),
        purchase().prop_map(Record::from).boxed(),
        subscription().prop_map(Record::from).boxed(),
        invoice().prop_map(Record::from).boxed(),
    ]
    .boxed()
}

/// Any name of billing.
pub(super) fn billing_name() -> impl Strategy<Value = BillingName> {
    let ware = || select(Ware::ALL.to_vec());
    let text = || select(vec!["one", "two"]).prop_map(str::to_owned);
    prop_oneof![
        (known(), known(), ware())
            .prop_map(|(practice, member, ware)| BillingName::OpenPurchase(practice, member, ware)),
        (known(), known(), ware()).prop_map(|(practice, member, ware)| BillingName::LivePlan(practice, member, ware)),
        (known(), known()).prop_map(|(practice, quote)| BillingName::SpentQuote(practice, quote)),
        text().prop_map(BillingName::Event),
        text().prop_map(BillingName::Object),
    ]
}

/// Any news about money.
pub(super) fn billing_news() -> impl Strategy<Value = BillingNews> {
    prop_oneof![
        id().prop_map(BillingNews::Receipt),
        id().prop_map(BillingNews::PaymentFailed),
        known().prop_map(BillingNews::CardExpiring),
        known().prop_map(BillingNews::OwnInvoices),
        known().prop_map(BillingNews::AllInvoices),
    ]
}

//! What every payment provider's adapter keeps, as plain functions, one for each law.

use async_trait::async_trait;
use practice_domain::billing::plan::PlanOption;
use practice_domain::billing::{Card, CustomerRef, Doubt, EventRef, SubscriptionRef};
use practice_domain::port::{
    Answer, Customer, EventAbout, EventRefused, GiveBack, Key, Order, PaymentEvent, PaymentEvents, Payments,
    RemoteStanding, Running, Sold, Stop,
};
use practice_domain::value::{Currency, Money, PersonName, PurchaseId, Time};
use std::sync::Arc;

use crate::contract::samples::{NOON, email, id};

/// Makes providers to be tested.
#[async_trait]
pub trait Cashier: Send + Sync {
    /// A provider with nobody in it.
    async fn fresh(&self) -> Arc<dyn Payments>;

    /// Enters a card that is charged without a word.
    async fn enter_card(&self, payments: &dyn Payments, customer: &CustomerRef) -> Card;

    /// Lets the period of what was sold be over, and the card be charged for the next one.
    async fn renew(&self, payments: &dyn Payments, sold: &Sold);

    /// An event about this subscription, as the provider would send it at a moment: its body and its signature.
    fn event(
        &self,
        events: &dyn PaymentEvents,
        subscription: &SubscriptionRef,
        at: Time,
    ) -> (EventRef, Vec<u8>, String);
}

/// Two calls for one account make one customer, and another account another one.
pub async fn an_account_is_one_customer(cashier: &dyn Cashier) {
    let payments = cashier.fresh().await;
    let (ann, again, bo) =
        (customer(&*payments, 1).await, customer(&*payments, 1).await, customer(&*payments, 2).await);
    assert_eq!(ann, again);
    assert_ne!(ann, bo);
    assert!(payments.card(&ann).await.is_ok_and(|card| card.is_none()), "nobody entered a card");
    let entry = payments.card_entry(&ann, "https://portal.example/profile").await;
    assert!(entry.is_ok_and(|entry| entry.url.starts_with("http")));
    let card = cashier.enter_card(&*payments, &ann).await;
    assert!(payments.card(&ann).await.is_ok_and(|found| found == Some(card)));
}

/// An order that comes again with its key is charged once, and answered alike; what was asked is what was charged.
pub async fn a_key_charges_once(cashier: &dyn Cashier) {
    let payments = cashier.fresh().await;
    let order = order(cashier, &*payments, 1).await;
    let first = sold(payments.subscribe(&order).await);
    assert_eq!(first.invoice.amount, order.total);
    assert!(first.period.starts < first.period.ends);
    assert_eq!(sold(payments.subscribe(&order).await), first);
    let remote = payments.subscription(&first.subscription).await.unwrap_or_else(|fault| panic!("{fault:?}"));
    let remote = remote.unwrap_or_else(|| panic!("it was sold"));
    assert_eq!((remote.standing, remote.paid), (RemoteStanding::Live, vec![first.invoice]));
}

/// A look-up finds what became of an order, and nothing of one that was never made.
pub async fn a_look_up_finds_what_was_sold(cashier: &dyn Cashier) {
    let payments = cashier.fresh().await;
    let order = order(cashier, &*payments, 1).await;
    let before = payments.look_up(order.key.purchase, &order.customer).await;
    assert!(before.is_ok_and(|found| found.is_none()), "it was never asked");
    let answer = payments.subscribe(&order).await;
    let found = payments.look_up(order.key.purchase, &order.customer).await;
    assert!(found.is_ok_and(|found| found == Some(answer)));
    let other = payments.look_up(id(2), &order.customer).await;
    assert!(other.is_ok_and(|found| found.is_none()));
}

/// A later period is charged the whole price and the tax on it, whatever the first one was credited with, period after period.
pub async fn a_renewal_charges_the_whole_price_and_its_tax(cashier: &dyn Cashier) {
    let payments = cashier.fresh().await;
    let order = order(cashier, &*payments, 1).await;
    let mut last = sold(payments.subscribe(&order).await);
    let mut expected = vec![order.total];
    for _ in 0..2 {
        cashier.renew(&*payments, &last).await;
        expected.push(order.renewal);
        let remote = payments.subscription(&last.subscription).await.unwrap_or_else(|fault| panic!("{fault:?}"));
        let remote = remote.unwrap_or_else(|| panic!("it was sold"));
        assert_eq!((remote.standing, remote.period.starts), (RemoteStanding::Live, last.period.ends));
        assert_eq!(remote.paid.iter().map(|paid| paid.amount).collect::<Vec<_>>(), expected, "oldest first");
        last.period = remote.period;
    }
}

/// What happened to a subscription is listed, in pages of any size, each event once, and nothing after the last.
pub async fn what_happened_is_listed(cashier: &dyn Cashier) {
    let payments = cashier.fresh().await;
    let order = order(cashier, &*payments, 1).await;
    let sold = sold(payments.subscribe(&order).await);
    cashier.renew(&*payments, &sold).await;
    assert!(payments.subscription(&sold.subscription).await.is_ok());
    let mut pages = Vec::new();
    for most in [1, 100] {
        let mut all = Vec::new();
        loop {
            let after = all.last().map(|event: &PaymentEvent| event.id.clone());
            let page =
                payments.events(Time::from_micros(0), after, most).await.unwrap_or_else(|fault| panic!("{fault:?}"));
            if page.is_empty() {
                break;
            }
            assert!(page.len() <= most && page.iter().all(|event| !all.contains(event)), "an event is listed once");
            all.extend(page);
        }
        pages.push(all);
    }
    let about = EventAbout::Subscription(sold.subscription, Some(order.key.purchase));
    assert!(pages[0].iter().any(|event| event.about == about), "{:?}", pages[0]);
    assert_eq!(pages[0], pages[1]);
}

/// What may still be charged is listed, in pages of any size, each once, as it was sold and as it stands; what is over is not.
pub async fn what_may_be_charged_is_listed(cashier: &dyn Cashier) {
    let payments = cashier.fresh().await;
    assert_eq!(walk(&*payments, 2).await, [], "nothing was sold");
    let first = order(cashier, &*payments, 1).await;
    let renewed = sold(payments.subscribe(&first).await);
    cashier.renew(&*payments, &renewed).await;
    let mut all = vec![(first, renewed, false)];
    for n in 2..=5 {
        let order = order(cashier, &*payments, n).await;
        let sold = sold(payments.subscribe(&order).await);
        all.push((order, sold, n == 3));
    }
    for (n, give_back) in [(1, GiveBack::Everything), (2, GiveBack::Nothing)] {
        let stop = Stop { subscription: all[n].1.subscription.clone(), give_back };
        assert!(payments.stop(&stop).await.is_ok());
    }
    all.remove(1);
    let mut expected = Vec::new();
    for (order, sold, ends) in &all {
        let remote = payments.subscription(&sold.subscription).await.unwrap_or_else(|fault| panic!("{fault:?}"));
        let remote = remote.unwrap_or_else(|| panic!("it was sold"));
        expected.push(Running {
            subscription: sold.subscription.clone(),
            purchase: Some(order.key.purchase),
            standing: RemoteStanding::Live,
            ends_with_period: *ends,
            period: remote.period,
            sold: Some((order.option, order.price)),
            paid: remote.paid.last().cloned(),
            unpaid: None,
        });
    }
    assert_eq!(expected[0].paid.as_ref().map(|paid| paid.amount), Some(all[0].0.renewal), "the newest");
    for most in [1, 2, 100] {
        let mut found = walk(&*payments, most).await;
        found.sort_by_key(|one| one.purchase);
        assert_eq!(found, expected, "{most} at once");
    }
}

/// Everything that may be charged, in pages of this size.
async fn walk(payments: &dyn Payments, most: usize) -> Vec<Running> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = payments.running(after, most).await.unwrap_or_else(|fault| panic!("{fault:?}"));
        assert!(page.running.len() <= most);
        all.extend(page.running);
        match page.next {
            Some(next) => after = Some(next),
            None => return all,
        }
    }
}

/// What is stopped stays so, and its money is given back as asked, once.
pub async fn a_stop_stops_once(cashier: &dyn Cashier) {
    let payments = cashier.fresh().await;
    for (n, give_back, kept) in [
        (1, GiveBack::Everything, 0),
        (2, GiveBack::ChargedAfter(Time::from_micros(i64::MAX)), 1),
        (3, GiveBack::ChargedAfter(Time::from_micros(0)), 0),
    ] {
        let order = order(cashier, &*payments, n).await;
        let sold = sold(payments.subscribe(&order).await);
        let stop = Stop { subscription: sold.subscription.clone(), give_back };
        for _ in 0..2 {
            assert!(payments.stop(&stop).await.is_ok());
            let remote = payments.subscription(&sold.subscription).await.unwrap_or_else(|fault| panic!("{fault:?}"));
            assert!(
                remote.is_none_or(|r| r.standing == RemoteStanding::Ended && r.paid.len() == kept),
                "{give_back:?}"
            );
        }
    }
    let order = order(cashier, &*payments, 4).await;
    let sold = sold(payments.subscribe(&order).await);
    let stop = Stop { subscription: sold.subscription.clone(), give_back: GiveBack::Nothing };
    assert!(payments.stop(&stop).await.is_ok());
    let remote = payments.subscription(&sold.subscription).await.unwrap_or_else(|fault| panic!("{fault:?}"));
    assert!(remote.is_some_and(|r| r.standing == RemoteStanding::Live), "it runs until the end of its period");
}

/// An event is believed when the provider signed it, and not otherwise; it is the same event each time.
pub async fn an_event_is_believed_when_it_is_signed(cashier: &dyn Cashier, events: &dyn PaymentEvents) {
    let name = SubscriptionRef::parse("sub_1").unwrap_or_else(|error| panic!("{error}"));
    let (event, body, signature) = cashier.event(events, &name, NOON);
    for _ in 0..2 {
        assert!(events.verify(&body, &signature, NOON).is_ok_and(|read| read.id == event));
    }
    assert_eq!(events.verify(&body, "", NOON), Err(EventRefused::Signature));
    assert_eq!(events.verify(&body, "t=1,v1=00", NOON), Err(EventRefused::Signature));
}

async fn customer(payments: &dyn Payments, n: u128) -> CustomerRef {
    let email = email(&format!("account{n}@example.com"));
    let who = Customer { account: id(n), email, name: PersonName::default() };
    payments.customer(&who).await.unwrap_or_else(|fault| panic!("{fault:?}"))
}

async fn order(cashier: &dyn Cashier, payments: &dyn Payments, n: u128) -> Order {
    let customer = customer(payments, n).await;
    let card = cashier.enter_card(payments, &customer).await.reference;
    let usd = |minor| Money::new(minor, Currency::USD);
    Order {
        key: Key { purchase: id::<PurchaseId>(n + 100), step: 0 },
        customer,
        card,
        option: PlanOption::ALL[1],
        price: usd(10_000),
        credit: usd(484),
        tax: usd(714),
        total: usd(10_230),
        renewal: usd(10_750),
    }
}

fn sold(answer: Answer) -> Sold {
    match answer {
        Answer::Confirmed(sold) => sold,
        Answer::Unknown(Doubt::NoAnswer) => panic!("the provider cannot be reached"),
        other => panic!("a good card was not charged: {other:?}"),
    }
}

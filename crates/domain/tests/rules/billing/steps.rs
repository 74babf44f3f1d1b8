//! The steps of one purchase, and its price, apart from the world.

use std::time::Duration;

use practice_domain::billing::calendar::Date;
use practice_domain::billing::plan::{Cart, Holding, PriceList};
use practice_domain::billing::{Doubt, Purchase, PurchaseState, Terms};
use practice_domain::fact::Log;
use practice_domain::value::{SubscriptionId, Time};
use uuid::Uuid;

use crate::billing::shop::{ANN, BOSS, MONTH, Shop, YEAR};
use crate::world::MINUTE;

/// A purchase as the shop wrote it down.
fn ordered() -> (Shop, Purchase) {
    let shop = Shop::open();
    let quoted = shop.quote(BOSS, ANN, &[MONTH]).expect("a price");
    let purchase = shop.confirm(BOSS, quoted.quote.id).expect("ordered").pop().expect("one");
    (shop, purchase)
}

fn unknown(purchase: &Purchase) -> (u32, u32, Time) {
    let PurchaseState::Unknown { step, tries, due, .. } = purchase.state else { panic!("{:?}", purchase.state) };
    (step, tries, due)
}

/// BILL-3: tries are counted, a spent key gives way to the next one, and the pauses grow from half a minute to a quarter of an hour.
#[test]
fn a_purchase_counts_its_tries_and_its_keys() {
    let (_, purchase) = ordered();
    let now = purchase.ordered_at;
    let mut asked = purchase.becomes(PurchaseState::Pending { due: now }).ask(now);
    assert_eq!(unknown(&asked), (0, 1, now.plus(Duration::from_secs(90))));
    for (tries, seconds) in [(1, 30), (2, 60), (3, 120), (4, 240), (5, 480), (6, 900), (7, 900)] {
        let doubted = asked.clone().doubted(Doubt::NoAnswer, now);
        assert_eq!(unknown(&doubted), (0, tries, now.plus(Duration::from_secs(seconds))));
        asked = doubted.ask(now);
    }
    let spent = asked.doubted(Doubt::KeySpent, now);
    let second = spent.with_next_key(now);
    assert_eq!(unknown(&second), (1, 8, now.plus(Duration::from_secs(90))));
    let third = second.doubted(Doubt::KeySpent, now).with_next_key(now);
    assert_eq!(unknown(&third).0, 2);
}

/// BILL-3, BILL-4, PM-04: an order of an hour ago is not charged any more; a bank's page is looked at again after ten minutes.
#[test]
fn an_order_grows_old_in_an_hour() {
    let (_, purchase) = ordered();
    let then = purchase.ordered_at;
    assert!(!purchase.is_stale(then.plus(60 * MINUTE).minus(Duration::from_micros(1))));
    assert!(purchase.is_stale(then.plus(60 * MINUTE)));
    assert_eq!(purchase.needs_action(None, then).due(), Some(then.plus(10 * MINUTE)));
}

/// BILL-3: the codes that the API shows.
#[test]
fn states_of_a_purchase_have_stable_codes() {
    let at = Time::from_micros(0);
    let subscription = SubscriptionId(Uuid::from_u128(1));
    let why = practice_domain::billing::Decline::CardExpired;
    let states = [
        (PurchaseState::Pending { due: at }, "pending"),
        (PurchaseState::Unknown { step: 0, doubt: Doubt::NoAnswer, tries: 1, due: at }, "unknown"),
        (PurchaseState::ActionNeeded { url: None, due: at }, "action-needed"),
        (PurchaseState::Paid { at, subscription }, "paid"),
        (PurchaseState::Declined { at, why }, "declined"),
        (PurchaseState::Expired { at }, "expired"),
        (PurchaseState::Abandoned { at }, "abandoned"),
        (PurchaseState::Returned { at, subscription }, "returned"),
    ];
    for (state, code) in states {
        assert_eq!(state.code(), code);
    }
}

/// BILL-5, PRA-6: what is left of the former plan is taken off only where the policy says so.
#[test]
fn what_is_left_is_taken_off_where_the_policy_says_so() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH]);
    let (live, prices) = (shop.plans(ANN), PriceList::default());
    let cart = Cart::fill(Holding::of([MONTH]), &[YEAR]).expect("an upgrade");
    let line = |credit| {
        Terms::of(cart, &live, &prices, credit, shop.world.now()).expect("priced").lines().next().expect("one line")
    };
    assert!(line(true).credit.minor() > 0);
    assert_eq!((line(false).credit.minor(), line(false).replaces), (0, line(true).replaces));
}

/// BILL-8: the end of a plan is told to the practice whose seat it pays for.
#[test]
fn a_cancelled_plan_is_told_to_its_practice() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH]);
    let plan = shop.plans(ANN).pop().expect("a plan");
    shop.cancel(BOSS, &plan).expect("cancelled");
    let told = shop.world.memory.audit().into_iter().rfind(|entry| entry.fact.code().starts_with("subscription.end"));
    assert_eq!(told.expect("recorded").log, Log::Practice(shop.practice));
}

/// BILL-5: four centuries of days, each the day after the one before it.
#[test]
fn every_day_of_four_centuries_has_its_date() {
    let mut before = Date::from_days(-1 - 146_097);
    for days in -146_097..146_097 {
        let date = Date::from_days(days);
        assert_eq!(date.days(), days);
        assert!((before.year, before.month, before.day) < (date.year, date.month, date.day), "{days}");
        before = date;
    }
}

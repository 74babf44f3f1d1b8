//! What comes between: an order that is under way, an answer that is lost or told twice, a plan that ends at the provider.

use practice_domain::billing::plan::Ware;
use practice_domain::billing::{BillingFact, EndReason, PurchaseState, Subscription, SubscriptionState};
use practice_domain::channel::Placement;
use practice_domain::commit::Guard;
use practice_domain::fact::{Fact, Log};
use practice_domain::member::{Kind, Tier};
use practice_domain::usecase;
use practice_domain::usecase::billing::{self, CancelPlanError};
use practice_domain::value::SubscriptionId;
use practice_testkit::fakes::Mood;

use crate::billing::shop::{ANN, BOSS, MONTH, PLUGIN, Shop, YEAR};
use crate::world::check::check;
use crate::world::interleave::{run, run_until};
use crate::world::{DAY, GOOD, Grain, MINUTE, origin};

fn plan(shop: &Shop, ware: Ware) -> Subscription {
    Subscription::live_of(&shop.plans(ANN), ware).expect("bought").clone()
}

/// Why each plan ended, as it was recorded.
fn ended(shop: &Shop) -> Vec<(SubscriptionId, EndReason)> {
    let audit = shop.world.memory.audit().into_iter();
    audit
        .filter_map(|entry| match entry.fact {
            Fact::Billing(BillingFact::SubscriptionEnded { subscription, why }) => Some((subscription, why)),
            _ => None,
        })
        .collect()
}

fn walk(shop: &Shop) {
    let mut after = None;
    while let Some(next) = run(billing::walk_subscriptions(&shop.world.till, after)).expect("walked") {
        after = Some(next);
    }
}

/// BILL-8: SecureMail is not cancelled while another option of it is being paid for; the plugin, which nobody is buying, is.
#[test]
fn a_plan_is_not_cancelled_while_it_is_being_bought() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH, PLUGIN]);
    shop.world.bank.next(Mood::LosesRequest);
    shop.buy(BOSS, ANN, &[YEAR]);
    let mail = plan(&shop, Ware::SecureMail);
    assert!(matches!(shop.cancel(BOSS, &mail), Err(CancelPlanError::InProgress)));
    let plugin = plan(&shop, Ware::OutlookPlugin);
    assert_eq!(shop.cancel(BOSS, &plugin).expect("nobody buys it").plans.len(), 1);
    assert_eq!(shop.tier(ANN), Tier::Paid);
    check(&shop.world);
}

/// BILL-8, AU-01: a cancellation stands in the log of the practice whose seat was paid for, wherever the payer works at the moment.
#[test]
fn a_cancellation_stands_in_the_log_of_its_practice() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH]);
    let other = shop.world.office("other@y.example");
    let id = shop.world.invite(&other, BOSS, Kind::Doctor, Placement::InPractice).expect("delivered").id;
    let cookie = shop.world.try_sign_in(BOSS, GOOD, None).expect("signed in").cookie;
    let who = || run(usecase::authenticate(&shop.world.ports, &cookie, origin())).expect("asked").expect("live");
    run(usecase::confirm_joining(&shop.world.ports, &who(), &shop.world.link(id))).expect("joined");
    let who = who();
    assert_eq!(who.place().map(|(practice, _)| practice.id), Some(other.practice));
    run(billing::cancel_plan(&shop.world.till, &who, plan(&shop, Ware::SecureMail).id)).expect("cancelled");
    let told = shop.world.memory.audit().into_iter().rfind(|entry| {
        let Fact::Billing(fact) = &entry.fact else { return false };
        matches!(fact, BillingFact::SubscriptionEnded { .. } | BillingFact::SubscriptionEnding { .. })
    });
    assert_eq!(told.expect("recorded").log, Log::Practice(shop.practice));
    check(&shop.world);
}

/// BILL-8, BILL-10: a plan that ended at the provider ended there; the plugin that falls with it was cancelled with it; each once.
#[test]
fn a_plan_that_ends_at_the_provider_is_recorded_with_what_falls() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH, PLUGIN]);
    let (mail, plugin) = (plan(&shop, Ware::SecureMail).id, plan(&shop, Ware::OutlookPlugin).id);
    shop.world.bank.end_one();
    shop.deliver_events();
    assert_eq!(ended(&shop), [(mail, EndReason::ByProvider), (plugin, EndReason::Cancelled)]);
    check(&shop.world);
}

/// BILL-8: a plan that was to end with its period was cancelled, although it is the provider that says that it is over.
#[test]
fn a_plan_that_was_to_end_was_cancelled() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH]);
    let mail = plan(&shop, Ware::SecureMail).id;
    let seat = shop.member(ANN).id;
    run(billing::release_seats(&shop.world.till, &shop.world.admin(BOSS), seat)).expect("released");
    shop.reconcile();
    assert_eq!(ended(&shop), []);
    shop.days_pass(31);
    shop.world.bank.renew_due(true);
    shop.deliver_events();
    assert_eq!(ended(&shop), [(mail, EndReason::Cancelled)]);
    check(&shop.world);
}

/// BILL-9, BILL-10: invoices of half a year that nobody told of are all found, also those that one look leaves to the next one.
#[test]
fn invoices_that_one_look_leaves_are_found_by_the_next() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH]);
    for _ in 0..6 {
        shop.days_pass(31);
        shop.world.bank.renew_due(true);
    }
    drop(shop.world.bank.take_events());
    walk(&shop);
    assert_eq!(shop.invoices(BOSS).len(), 5);
    walk(&shop);
    assert_eq!(shop.invoices(BOSS).len(), 7);
    check(&shop.world);
}

/// BILL-3, BILL-4, PM-04: an order that never reached the provider is sent again, under its key or, where that is spent, under the next one;
/// the plugin waits for SecureMail meanwhile.
#[test]
fn an_order_that_was_lost_is_sent_again_and_the_plugin_waits() {
    for lost in [Mood::LosesRequest, Mood::FailsBefore] {
        let shop = Shop::open();
        shop.world.bank.next(lost);
        let states = shop.buy(BOSS, ANN, &[MONTH, PLUGIN]);
        assert!(
            matches!(states[..], [PurchaseState::Unknown { .. }, PurchaseState::Pending { .. }]),
            "{lost:?}: {states:?}"
        );
        let asked = shop.world.facts_of("purchase.asked").len();
        for _ in 0..3 {
            shop.world.later(2 * MINUTE);
            shop.reconcile();
        }
        assert_eq!(shop.tier(ANN), Tier::PaidWithPlugin, "{lost:?}");
        assert_eq!(shop.world.bank.subscriptions().len(), 2, "{lost:?}");
        assert!(shop.world.facts_of("purchase.asked").len() > asked);
        check(&shop.world);
    }
}

/// BILL-4, BILL-10: that a payer did not confirm is heard once, however often it is told.
#[test]
fn an_answer_about_an_order_that_is_over_changes_nothing() {
    let shop = Shop::open();
    shop.world.bank.next(Mood::Asks);
    let states = shop.buy(BOSS, ANN, &[MONTH]);
    assert!(matches!(states[..], [PurchaseState::ActionNeeded { .. }]), "{states:?}");
    shop.world.bank.confirm_waiting(false);
    shop.deliver_events();
    let declined = |entry: &practice_domain::fact::Entry| {
        matches!(entry.fact, Fact::Billing(BillingFact::PurchaseDeclined { .. }))
    };
    assert_eq!(shop.world.memory.audit().iter().filter(|entry| declined(entry)).count(), 1);
    check(&shop.world);
}

/// BILL-3, BILL-5: until an order is written down, what its price was made of stays: the plan that is replaced, and the SecureMail
/// that a plugin alone goes with.
#[test]
fn what_a_price_was_made_of_is_guarded() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH]);
    let mail = plan(&shop, Ware::SecureMail);
    let guarded = |shop: &Shop| {
        let ordered = shop.world.store.commits().into_iter().rfind(|commit| {
            let of = |fact: &Fact| matches!(fact, Fact::Billing(BillingFact::PurchaseOrdered { .. }));
            commit.entries().iter().any(|entry| of(&entry.fact))
        });
        ordered.expect("written down").guards().contains(&Guard::Subscription(mail.id, mail.version))
    };
    assert!(!guarded(&shop), "it was not there yet");
    let plugin = shop.quote(BOSS, ANN, &[PLUGIN]).expect("a price").quote.id;
    shop.confirm(BOSS, plugin).expect("ordered");
    assert!(guarded(&shop), "the plugin goes with it");
    let year = shop.quote(BOSS, ANN, &[YEAR]).expect("a price").quote.id;
    shop.confirm(BOSS, year).expect("ordered");
    assert!(guarded(&shop), "it is replaced");
    check(&shop.world);
}

/// BILL-3: an order that was left behind a quarter of a minute ago is looked after.
#[test]
fn an_order_is_left_alone_for_a_quarter_of_a_minute() {
    let shop = Shop::open();
    let quote = shop.quote(BOSS, ANN, &[MONTH]).expect("a price").quote.id;
    let who = shop.fresh(BOSS);
    shop.world.store.set(Grain::Commits);
    assert!(run_until(billing::confirm_purchase(&shop.world.till, &who, quote), 1).is_none(), "written ahead");
    shop.world.store.set(Grain::Whole);
    shop.world.later(MINUTE / 4 - std::time::Duration::from_micros(1));
    shop.reconcile();
    assert!(shop.world.bank.subscriptions().is_empty());
    shop.world.later(std::time::Duration::from_micros(1));
    shop.reconcile();
    assert_eq!(shop.tier(ANN), Tier::Paid);
    check(&shop.world);
}

/// WH-04, BILL-10: events of the last six days are caught up with, or those since the moment that is given.
#[test]
fn events_of_six_days_are_caught_up_with() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH]);
    drop(shop.world.bank.take_events());
    let then = shop.world.now();
    let due = |since| run(billing::catch_up(&shop.world.till, since)).expect("listed").due;
    shop.world.later(6 * DAY + std::time::Duration::from_micros(1));
    assert_eq!(due(None), 0, "the provider is not asked for more");
    assert_eq!(due(Some(shop.world.now())), 0);
    shop.world.set_clock(then.plus(6 * DAY));
    assert!(due(None) > 0, "six days to the moment");
    assert_eq!(due(Some(then)), 0, "each is looked at once");
    let fresh = Shop::open();
    fresh.buy(BOSS, ANN, &[MONTH]);
    let then = fresh.world.now();
    fresh.world.later(7 * DAY);
    assert!(run(billing::catch_up(&fresh.world.till, Some(then))).expect("listed").due > 0, "when one says since when");
    assert!(matches!(plan(&fresh, Ware::SecureMail).state, SubscriptionState::Active { .. }));
    check(&shop.world);
}

//! What whoever operates the portal must hear of: an invoice that says something else, and money that goes back.

use practice_domain::billing::{Decline, Purchase, PurchaseState, ReturnReason};
use practice_domain::member::Tier;
use practice_domain::port::{Alarm, Ledger as _};
use practice_domain::usecase::billing::{self, ComparePlans};
use practice_domain::value::QuoteId;
use practice_testkit::fakes::Mood;
use practice_testkit::scene::operator;

use crate::billing::comparing::nothing_differs;
use crate::billing::shop::{ANN, BO, BOSS, MONTH, PLUGIN, Shop};
use crate::world::MINUTE;
use crate::world::check::check;
use crate::world::interleave::run;

/// A way by which an answer of the provider comes to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Again,
    Event,
    Missed,
    Round,
    Operator,
}

const WAYS: [Way; 5] = [Way::Again, Way::Event, Way::Missed, Way::Round, Way::Operator];

impl Way {
    fn go(self, shop: &Shop, quote: QuoteId) {
        let till = &shop.world.till;
        match self {
            Self::Again => drop(shop.confirm(BOSS, quote).expect("ordered before")),
            Self::Event => shop.deliver_events(),
            Self::Missed => assert!(run(billing::catch_up(till, None)).expect("listed").faults.is_empty()),
            Self::Round => shop.reconcile(),
            Self::Operator => {
                let followed = run(billing::follow_provider(till, &operator(), ComparePlans::default()));
                assert!(followed.expect("both answer").faults.is_empty());
            }
        }
    }
}

/// Orders a month for Ann while the provider is in this mood, and says OK.
fn order(shop: &Shop, mood: Mood) -> Purchase {
    let quote = shop.quote(BOSS, ANN, &[MONTH]).expect("a price").quote.id;
    shop.world.bank.next(mood);
    shop.confirm(BOSS, quote).expect("ordered").remove(0)
}

fn order_now(shop: &Shop, order: &Purchase) -> Purchase {
    run(shop.world.memory.purchase(order.id)).expect("stored").expect("ordered")
}

/// Whatever comes later says nothing new, and rings for nothing.
fn rang_for(shop: &Shop, order: &Purchase, alarm: Alarm, story: &str) {
    for way in WAYS.into_iter().chain(WAYS) {
        assert_eq!(shop.world.bell.rung(), [(order.id, alarm)], "{story}, before {way:?}");
        shop.world.later(2 * MINUTE);
        way.go(shop, order.quote);
    }
    assert_eq!(shop.world.bell.rung(), [(order.id, alarm)], "{story}");
    assert_eq!((shop.tier(ANN), shop.plans(ANN).len()), (Tier::Free, 0), "{story}");
    nothing_differs(shop, story);
    check(&shop.world);
}

/// PM-06: somebody who was charged another amount than they confirmed is given nothing, has it back, and whoever operates hears of it
/// once, whichever way the answer comes.
#[test]
fn another_amount_rings_once_whichever_way_it_is_heard() {
    let shop = Shop::open();
    let told = order(&shop, Mood::Overcharges);
    assert!(matches!(told.state, PurchaseState::Returned { .. }), "{:?}", told.state);
    let at_once = shop.world.bank.subscriptions();
    assert!(at_once.len() == 1 && at_once[0].1.kept().next().is_none(), "the money is not back: {at_once:?}");
    rang_for(&shop, &told, Alarm::Returned(ReturnReason::OtherAmount), "at the OK");
    for way in WAYS {
        let shop = Shop::open();
        let lost = order(&shop, Mood::LosesAnswer);
        shop.world.bank.edit(|all| {
            let charge = &mut all.values_mut().next().expect("charged").charges[0].0;
            charge.amount = charge.amount.plus(charge.amount).expect("twice as much");
        });
        shop.world.later(2 * MINUTE);
        assert_eq!(shop.world.bell.rung(), [], "nobody knows yet");
        way.go(&shop, lost.quote);
        let state = order_now(&shop, &lost).state;
        assert!(matches!(state, PurchaseState::Returned { .. }), "{way:?}: {state:?}");
        rang_for(&shop, &lost, Alarm::Returned(ReturnReason::OtherAmount), &format!("{way:?}"));
    }
}

/// PM-06: an invoice of another amount that was not charged rings, too; the payer hears that nothing was charged.
#[test]
fn an_invoice_that_differs_rings_although_nothing_was_charged() {
    let shop = Shop::open();
    let told = order(&shop, Mood::FindsOtherAmount);
    assert!(matches!(told.state, PurchaseState::Declined { why: Decline::Refused, .. }), "{:?}", told.state);
    assert!(shop.world.bank.subscriptions().is_empty());
    rang_for(&shop, &told, Alarm::InvoiceDiffers, "not charged");
    let shop = Shop::open();
    let declined = order(&shop, Mood::Declines(Decline::Refused));
    assert!(matches!(declined.state, PurchaseState::Declined { .. }));
    assert_eq!(shop.world.bell.rung(), [], "a bank that says no is nobody's alarm");
}

/// PM-06, BILL-4: money that goes back for another reason rings with that reason.
#[test]
fn money_that_goes_back_rings_with_its_reason() {
    let codes = ["other-amount", "order-ended", "not-eligible", "plan-changed"];
    assert_eq!(ReturnReason::ALL.map(ReturnReason::code), codes, "metrics and operators' rules know these");
    let rung = |shop: &Shop| -> Vec<Alarm> { shop.world.bell.rung().into_iter().map(|(_, alarm)| alarm).collect() };

    let shop = Shop::open();
    shop.world.bank.next(Mood::LosesAnswer);
    shop.buy(BOSS, BO, &[MONTH]);
    shop.becomes_patient(BO);
    shop.deliver_events();
    assert_eq!(rung(&shop), [Alarm::Returned(ReturnReason::NotEligible)]);
    nothing_differs(&shop, "given back");

    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH]);
    shop.world.bank.next(Mood::IsLate);
    shop.buy(BOSS, ANN, &[PLUGIN]);
    shop.world.bank.end_one();
    shop.deliver_events();
    assert_eq!(rung(&shop), [], "that a plan ends at the provider is no alarm");
    shop.world.bank.arrive();
    shop.deliver_events();
    assert_eq!(rung(&shop), [Alarm::Returned(ReturnReason::PlanChanged)]);
    check(&shop.world);

    let shop = Shop::open();
    shop.world.bank.next(Mood::IsLate);
    shop.buy(BOSS, ANN, &[MONTH]);
    shop.days_pass(1);
    shop.reconcile();
    assert_eq!((shop.world.facts_of("purchase.abandoned").len(), rung(&shop)), (1, Vec::new()));
    shop.world.bank.arrive();
    shop.deliver_events();
    assert_eq!(rung(&shop), [Alarm::Returned(ReturnReason::OrderEnded)]);
    assert_eq!(shop.tier(ANN), Tier::Free);
    check(&shop.world);
}

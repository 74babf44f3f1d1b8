//! The end of the process at each step of an OK, and again at each step of what looks after it: not some of them, all.

use practice_domain::billing::plan::{Holding, PlanOption};
use practice_domain::billing::{Decline, PurchaseState, Subscription};
use practice_domain::member::Tier;
use practice_domain::port::Ledger as _;
use practice_domain::usecase::billing;
use practice_domain::value::{Currency, Money, QuoteId};
use practice_testkit::fakes::Mood;

use crate::billing::comparing::nothing_differs;
use crate::billing::shop::{ANN, BOSS, MONTH, PLUGIN, Shop};
use crate::world::check::check;
use crate::world::interleave::{run, run_until};
use crate::world::{Grain, MINUTE};

/// BILL-3, BILL-4, PM-03, F-20, F-21, F-22: whatever the provider does with the order, and wherever between OK and the last write the process
/// ends, and ends once more while somebody looks after what was left: at most one subscription and one kept charge for each option, nothing
/// open, and both books agree.
#[test]
fn an_ok_is_one_charge_wherever_it_ends() {
    let mut crashes = 0;
    for mood in [
        Mood::Charges,
        Mood::Declines(Decline::InsufficientFunds),
        Mood::Asks,
        Mood::LosesRequest,
        Mood::LosesAnswer,
        Mood::IsLate,
        Mood::FailsBefore,
        Mood::FailsAfter,
    ] {
        for options in [&[MONTH][..], &[MONTH, PLUGIN]] {
            let mut first = 0;
            loop {
                let (ended, steps) = until(mood, options, first, None);
                crashes += usize::from(!ended);
                for second in 0..steps {
                    until(mood, options, first, Some(second));
                    crashes += 1;
                }
                if ended {
                    break;
                }
                first += 1;
            }
            assert!(first >= 5, "{mood:?}: an OK takes more than {first} steps");
        }
    }
    assert!(crashes > 300, "{crashes} crashes");
}

/// The process ends after so many steps of an OK, and perhaps again after so many of looking after it. Whether the OK came to its end
/// before, and how many steps looking after it took.
fn until(mood: Mood, options: &[PlanOption], first: usize, second: Option<usize>) -> (bool, usize) {
    let case = format!("{mood:?}, {} options, ended after {first} and {second:?}", options.len());
    let shop = Shop::open();
    shop.world.bank.next(mood);
    let quote = shop.quote(BOSS, ANN, options).expect("a price").quote.id;
    let who = shop.fresh(BOSS);
    shop.world.store.set(Grain::Commits);
    let ended = run_until(billing::confirm_purchase(&shop.world.till, &who, quote), first).is_some();
    shop.world.bank.arrive();
    shop.world.later(2 * MINUTE);
    let mut steps = 0;
    match second {
        Some(second) => drop(run_until(billing::reconcile_payments(&shop.world.till), second)),
        None => {
            while run_until(billing::reconcile_payments(&shop.world.till), steps).is_none() {
                steps += 1;
                shop.world.later(2 * MINUTE);
            }
        }
    }
    shop.world.store.set(Grain::Whole);
    for _ in 0..8 {
        shop.world.later(16 * MINUTE);
        shop.world.bank.confirm_waiting(true);
        run(billing::reconcile_payments(&shop.world.till)).expect("listed");
    }
    settled(&shop, quote, options, &case);
    (ended, steps)
}

/// What holds in the end: every order has ended, once, and what was paid for is what she has.
fn settled(shop: &Shop, quote: QuoteId, options: &[PlanOption], case: &str) {
    let orders = run(shop.world.memory.purchases_of(quote)).expect("stored");
    assert!(orders.is_empty() || orders.len() == options.len(), "{case}: all or nothing is written down");
    assert!(orders.iter().all(|order| !order.is_open()), "{case}: {orders:?}");
    let remote = shop.world.bank.subscriptions();
    for order in &orders {
        let of_it = remote.iter().filter(|(_, one)| one.purchase == order.id);
        let (all, kept) = of_it.fold((0, 0), |(all, kept), (_, one)| (all + 1, kept + one.kept().count()));
        let paid = matches!(order.state, PurchaseState::Paid { .. });
        assert!(
            all <= 1 && kept == usize::from(paid),
            "{case}: {all} subscriptions, {kept} charges, {:?}",
            order.state
        );
    }
    let plans = shop.plans(ANN);
    let paid = orders.iter().filter(|order| matches!(order.state, PurchaseState::Paid { .. }));
    let bought = Holding::of(paid.map(|order| order.line.option));
    assert_eq!((shop.tier(ANN), Subscription::holding(&plans).tier()), (bought.tier(), bought.tier()), "{case}");
    assert_eq!(shop.invoices(BOSS).len(), plans.len(), "{case}");
    nothing_differs(shop, case);
    check(&shop.world);
}

/// PM-06: a charge of another amount than the confirmation named is not granted, and goes back.
#[test]
fn another_amount_than_was_agreed_is_not_granted() {
    for more in [-1, 1, 100] {
        let shop = Shop::open();
        shop.world.bank.next(Mood::LosesAnswer);
        shop.buy(BOSS, ANN, &[MONTH]);
        shop.world.bank.edit(|all| {
            let charge = &mut all.values_mut().next().expect("charged").charges[0].0;
            charge.amount = Money::new(charge.amount.minor() + more, Currency::USD);
        });
        shop.world.later(2 * MINUTE);
        shop.reconcile();
        let kept: usize = shop.world.bank.subscriptions().iter().map(|(_, one)| one.kept().count()).sum();
        assert_eq!((shop.tier(ANN), shop.plans(ANN).len(), kept), (Tier::Free, 0, 0), "{more}");
        assert_eq!(shop.world.facts_of("purchase.returned").len(), 1, "{more}");
        nothing_differs(&shop, "given back");
        check(&shop.world);
    }
}

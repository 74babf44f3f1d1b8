//! Plans here and subscriptions at the provider, held against each other.

use practice_domain::access::Operator;
use practice_domain::billing::{Decline, PurchaseState, Subscription, SubscriptionRef, SubscriptionState};
use practice_domain::member::Tier;
use practice_domain::port::RemoteStanding;
use practice_domain::usecase::billing::{self, ComparePlans, Compared, Finding, FollowProviderError, Followed, Remedy};
use practice_domain::value::{Currency, Money, PracticeId, PurchaseId};
use practice_testkit::fakes::{FakeSubscription, Mood};
use practice_testkit::scene::operator;
use uuid::Uuid;

use crate::billing::shop::{ANN, BO, BOSS, MONTH, PLUGIN, SECOND, Shop, YEAR};
use crate::world::DAY;
use crate::world::check::check;
use crate::world::interleave::run;

/// What differs, in the order of the provider's list.
fn compare(shop: &Shop, cmd: ComparePlans) -> (Vec<Finding>, Compared) {
    let mut found = Vec::new();
    let compared = run(billing::compare_plans(&shop.world.till, cmd, &mut |finding| found.push(finding.clone())));
    assert!(found.iter().all(|finding| finding.difference.to_string().len() > 20));
    (found, compared.expect("both answer"))
}

fn codes(shop: &Shop) -> Vec<&'static str> {
    compare(shop, ComparePlans::default()).0.iter().map(|finding| finding.difference.code()).collect()
}

fn follow(shop: &Shop) -> Followed {
    run(billing::follow_provider(&shop.world.till, &operator(), ComparePlans::default())).expect("both answer")
}

/// Fails where both are not the same.
#[track_caller]
pub(super) fn nothing_differs(shop: &Shop, story: &str) {
    let (found, _) = compare(shop, ComparePlans::default());
    assert!(found.is_empty(), "{story}{found:#?}");
}

/// A practice in which BO and SECOND have plans that nobody touches, and ANN has a month: the plan.
fn sold() -> (Shop, Subscription) {
    let shop = Shop::open();
    shop.buy(BOSS, BO, &[YEAR, PLUGIN]);
    shop.buy(SECOND, SECOND, &[MONTH]);
    shop.buy(BOSS, ANN, &[MONTH]);
    let plan = shop.plans(ANN).remove(0);
    (shop, plan)
}

/// Changes Ann's subscription at the provider.
fn edit(shop: &Shop, plan: &Subscription, act: impl FnOnce(&mut FakeSubscription)) {
    shop.world.bank.edit(|all| act(all.get_mut(&plan.reference).expect("sold")));
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

/// BILL-10, BK-02: while everything goes as it should nothing differs: sold, renewed, cancelled, over, declined, or waiting for its payer.
#[test]
fn nothing_differs_while_all_goes_well() {
    let (shop, plan) = sold();
    let (found, compared) = compare(&shop, ComparePlans::default());
    assert_eq!((found, compared), (Vec::new(), Compared { here: 4, there: 4, ..Compared::default() }));
    shop.days_pass(31);
    shop.world.bank.renew_due(true);
    shop.deliver_events();
    nothing_differs(&shop, "renewed");
    release(&shop);
    run(billing::follow_subscription(&shop.world.till, plan.id, None)).expect("told");
    nothing_differs(&shop, "ending");
    shop.days_pass(31);
    shop.world.bank.renew_due(true);
    shop.deliver_events();
    assert_eq!(shop.tier(ANN), Tier::Free);
    nothing_differs(&shop, "over");
    shop.world.bank.next(Mood::Declines(Decline::InsufficientFunds));
    shop.buy(BOSS, ANN, &[MONTH]);
    nothing_differs(&shop, "declined");
    shop.world.bank.next(Mood::Asks);
    shop.buy(BOSS, ANN, &[MONTH]);
    nothing_differs(&shop, "waits for its payer");
    shop.world.bank.confirm_waiting(true);
    assert_eq!(codes(&shop), ["not-settled-here"]);
    shop.deliver_events();
    nothing_differs(&shop, "confirmed");
    check(&shop.world);
}

/// BILL-10, BK-02: each thing that can differ is told by its code, with what heals it, and nothing else is; what the provider says is followed
/// when somebody lets it, and what is left is for people.
#[test]
fn each_difference_is_told_and_what_can_be_followed_is() {
    type Makes = fn(&Shop, &Subscription);
    let cases: &[(&[&str], Makes, &[&str])] = &[
        (&["ended-there"], |shop, plan| edit(shop, plan, |one| one.standing = Some(RemoteStanding::Ended)), &[]),
        (&["missing-there"], |shop, plan| shop.world.bank.edit(|all| drop(all.remove(&plan.reference))), &[]),
        (
            &["failed-there", "unpaid-invoice"],
            |shop, plan| edit(shop, plan, |one| one.standing = Some(RemoteStanding::Failed)),
            &[],
        ),
        (
            &["failed-there", "unpaid-invoice"],
            |shop, plan| {
                edit(shop, plan, |one| (one.standing, one.ends_with_period) = (Some(RemoteStanding::Failed), true));
            },
            &[],
        ),
        (
            &["failed-there", "unpaid-invoice"],
            |shop, plan| {
                release(shop);
                edit(shop, plan, |one| one.standing = Some(RemoteStanding::Failed));
            },
            &[],
        ),
        (&["ends-there"], |shop, plan| edit(shop, plan, |one| one.ends_with_period = true), &["ends-there"]),
        (&["option"], |shop, plan| edit(shop, plan, |one| one.order.option = YEAR), &["option"]),
        (&["price"], |shop, plan| edit(shop, plan, |one| one.order.price = usd(900)), &["price"]),
        (
            &["option", "price"],
            |shop, plan| {
                edit(shop, plan, |one| (one.order.option, one.order.price) = (YEAR, usd(900)));
            },
            &["option", "price"],
        ),
        (&["period-end"], |shop, plan| edit(shop, plan, |one| one.period.ends = one.period.ends.plus(DAY)), &[]),
        (
            &["period-end", "unknown-invoice"],
            |shop, _| {
                shop.days_pass(31);
                shop.world.bank.renew_due(true);
                let others: Vec<Subscription> = [BO, SECOND].iter().flat_map(|who| shop.plans(who)).collect();
                for other in others {
                    run(billing::follow_subscription(&shop.world.till, other.id, None)).expect("followed");
                }
            },
            &[],
        ),
        (
            &["renews-there"],
            |shop, plan| {
                release(shop);
                run(billing::follow_subscription(&shop.world.till, plan.id, None)).expect("told");
                edit(shop, plan, |one| one.ends_with_period = false);
            },
            &["renews-there"],
        ),
        (
            &["renews-there"],
            |shop, _| {
                release(shop);
                let plans = shop.plans(ANN);
                assert!(matches!(plans[0].state, SubscriptionState::Ending { told: false, .. }), "{plans:?}");
            },
            &[],
        ),
        (
            &["runs-there"],
            |shop, plan| {
                edit(shop, plan, |one| one.standing = Some(RemoteStanding::Ended));
                run(billing::follow_subscription(&shop.world.till, plan.id, None)).expect("followed");
                edit(shop, plan, |one| one.standing = Some(RemoteStanding::Live));
            },
            &["runs-there"],
        ),
        (&["unknown-here"], |shop, plan| copy(shop, plan, PurchaseId(Uuid::from_u128(77))), &["unknown-here"]),
        (
            &["second-there"],
            |shop, plan| {
                let began = shop.world.bank.subscriptions().into_iter().find(|(name, _)| *name == plan.reference);
                copy(shop, plan, began.expect("sold").1.purchase);
            },
            &["second-there"],
        ),
        (
            &["not-granted-here"],
            |shop, plan| {
                shop.world.bank.next(Mood::Declines(Decline::Refused));
                let quoted = shop.quote(BOSS, ANN, &[YEAR]).expect("a price").quote;
                let ordered = shop.confirm(BOSS, quoted.id).expect("ordered").remove(0);
                assert!(matches!(ordered.state, PurchaseState::Declined { .. }));
                copy(shop, plan, ordered.id);
            },
            &[],
        ),
        (
            &["not-settled-here"],
            |shop, _| {
                shop.world.bank.next(Mood::LosesAnswer);
                let bought = shop.buy(BOSS, BOSS, &[MONTH]);
                assert!(matches!(bought[0], PurchaseState::Unknown { .. }));
            },
            &[],
        ),
    ];
    for (expected, makes, left) in cases {
        let (shop, plan) = sold();
        makes(&shop, &plan);
        let before = shop.world.store.commits().len();
        assert_eq!(codes(&shop), *expected);
        assert_eq!(shop.world.store.commits().len(), before, "{expected:?}: a look changes nothing");
        let (found, _) = compare(&shop, ComparePlans::default());
        let healing = found.iter().any(|one| matches!(one.remedy, Remedy::Follow(_) | Remedy::Settle(_)));
        let followed = follow(&shop);
        assert!(followed.faults.is_empty(), "{expected:?}: {:?}", followed.faults);
        assert_eq!(followed.followed > 0, healing, "{expected:?}");
        assert_eq!(codes(&shop), *left, "{expected:?}");
        assert_eq!(shop.world.facts_of("plans.provider-followed").len(), usize::from(healing), "{expected:?}");
        assert_eq!((shop.tier(BO), shop.tier(SECOND)), (Tier::PaidWithPlugin, Tier::Paid), "{expected:?}");
    }
}

/// Ann's seat is to end with what is paid for; the provider is not told yet.
fn release(shop: &Shop) {
    let admin = shop.world.admin(BOSS);
    let ending = run(billing::release_seats(&shop.world.till, &admin, shop.member(ANN).id));
    assert_eq!(ending.expect("here"), 1);
}

/// Another subscription like Ann's, of this purchase.
fn copy(shop: &Shop, plan: &Subscription, purchase: PurchaseId) {
    shop.world.bank.edit(|all| {
        let mut one = all[&plan.reference].clone();
        one.purchase = purchase;
        all.insert(SubscriptionRef::parse("sub_9999").expect("a name"), one);
    });
}

/// BILL-10: what the provider charges for something that was not sold here is counted, and no difference.
#[test]
fn what_was_not_sold_here_is_no_difference() {
    let (shop, plan) = sold();
    copy(&shop, &plan, PurchaseId(Uuid::nil()));
    let (found, compared) = compare(&shop, ComparePlans::default());
    assert_eq!((found, compared), (Vec::new(), Compared { here: 4, there: 4, foreign: 1, unplaced: 0 }));
}

/// BILL-8, PM-05: what is followed is as it is at the provider: a plan that is over there is over here, and one that was paid for is given.
#[test]
fn what_is_followed_is_as_at_the_provider() {
    let (shop, plan) = sold();
    edit(&shop, &plan, |one| one.standing = Some(RemoteStanding::Ended));
    shop.world.bank.next(Mood::LosesAnswer);
    shop.buy(BOSS, BOSS, &[MONTH]);
    assert_eq!(codes(&shop), ["not-settled-here", "ended-there"], "what is listed comes first");
    assert_eq!(follow(&shop).followed, 2);
    assert_eq!((shop.tier(ANN), shop.tier(BOSS)), (Tier::Free, Tier::Paid));
    nothing_differs(&shop, "followed");
    assert_eq!(follow(&shop).followed, 0);
    assert_eq!(shop.world.facts_of("plans.provider-followed").len(), 1, "there was nothing to do the second time");
    check(&shop.world);
}

/// BILL-10: what was paid for an order that has ended is given back, and nobody has it.
#[test]
fn what_cannot_be_granted_is_given_back() {
    let (shop, plan) = sold();
    shop.world.bank.next(Mood::Declines(Decline::Refused));
    let quoted = shop.quote(BOSS, BOSS, &[MONTH]).expect("a price").quote;
    let ordered = shop.confirm(BOSS, quoted.id).expect("ordered").remove(0);
    copy(&shop, &plan, ordered.id);
    follow(&shop);
    let all = shop.world.bank.subscriptions();
    let (_, copied) = all.iter().find(|(name, _)| name.as_str() == "sub_9999").expect("there");
    assert_eq!((copied.standing, copied.kept().count()), (Some(RemoteStanding::Ended), 0));
    assert_eq!((shop.tier(BOSS), shop.tier(ANN)), (Tier::Free, Tier::Paid));
    nothing_differs(&shop, "given back");
}

/// BILL-10: however few plans are remembered at once, the same is found.
#[test]
fn the_same_is_found_piece_by_piece() {
    let (shop, plan) = sold();
    edit(&shop, &plan, |one| one.standing = Some(RemoteStanding::Ended));
    let gone = shop.plans(SECOND).remove(0);
    shop.world.bank.edit(|all| drop(all.remove(&gone.reference)));
    copy(&shop, &shop.plans(BO)[0], PurchaseId(Uuid::from_u128(77)));
    let sorted = |at_once| {
        let (mut found, compared) = compare(&shop, ComparePlans { at_once, ..ComparePlans::default() });
        found.sort_by_key(|one| one.subscription.to_string());
        (found, compared)
    };
    let whole = sorted(50_000);
    assert_eq!(whole.0.len(), 3);
    assert_eq!(whole.1, Compared { here: 4, there: 3, ..Compared::default() });
    for at_once in [0, 1, 2, 3, 4] {
        assert_eq!(sorted(at_once), whole, "{at_once} at once");
    }
}

/// BILL-10: one practice is compared by itself; what belongs to nobody who is known is counted, because it may be its own.
#[test]
fn one_practice_is_compared_by_itself() {
    let (shop, plan) = sold();
    edit(&shop, &plan, |one| one.ends_with_period = true);
    copy(&shop, &plan, PurchaseId(Uuid::from_u128(77)));
    let within = |practice| compare(&shop, ComparePlans { within: Some(practice), ..ComparePlans::default() });
    let (found, compared) = within(shop.practice);
    assert_eq!(found.iter().map(|one| one.difference.code()).collect::<Vec<_>>(), ["ends-there"]);
    assert_eq!((found[0].practice, found[0].plan), (Some(shop.practice), Some(plan.id)));
    assert_eq!(compared, Compared { here: 4, there: 4, unplaced: 1, ..Compared::default() });
    let (found, compared) = within(PracticeId(Uuid::from_u128(5)));
    assert_eq!((found, compared), (Vec::new(), Compared { unplaced: 1, ..Compared::default() }));
}

/// BILL-10: while the provider is down nothing is compared, nothing is followed, and nothing changes.
#[test]
fn nothing_is_compared_with_a_provider_that_is_down() {
    let (shop, plan) = sold();
    edit(&shop, &plan, |one| one.standing = Some(RemoteStanding::Ended));
    shop.world.bank.set_down(true);
    let before = shop.world.store.commits().len();
    let mut found = 0;
    let compared = run(billing::compare_plans(&shop.world.till, ComparePlans::default(), &mut |_| found += 1));
    assert!(compared.is_err() && found == 0);
    let followed = run(billing::follow_provider(&shop.world.till, &operator(), ComparePlans::default()));
    assert!(matches!(followed, Err(FollowProviderError::Fault(_))));
    assert_eq!(shop.world.store.commits().len(), before);
    assert_eq!(shop.tier(ANN), Tier::Paid);
}

/// Section 13: who lets plans follow says why.
#[test]
fn nothing_is_followed_without_a_reason() {
    let (shop, plan) = sold();
    edit(&shop, &plan, |one| one.standing = Some(RemoteStanding::Ended));
    let nameless = Operator::at_the_command_line("somebody".to_owned(), None);
    let refused = run(billing::follow_provider(&shop.world.till, &nameless, ComparePlans::default()));
    assert!(matches!(refused, Err(FollowProviderError::NoReason)));
    assert_eq!(codes(&shop), ["ended-there"]);
}

//! Whoever leaves is not paid for, and what no event told is found.

use practice_domain::billing::{CannotBuy, SubscriptionState};
use practice_domain::commit::{Commit, Write};
use practice_domain::employee::Login;
use practice_domain::fact::{Actor, Entry, Fact, Log, Origin};
use practice_domain::member::{Member, Tier};
use practice_domain::port::Store as _;
use practice_domain::usecase::billing::{self, ConfirmPurchaseError, QuotePurchaseError};
use practice_domain::usecase::{self, Idempotency};
use practice_domain::value::EmployeeId;

use crate::billing::shop::{ANN, BO, BOSS, MONTH, PLUGIN, Shop, YEAR};
use crate::world::DAY;
use crate::world::check::check;
use crate::world::interleave::run;

/// As if an administrator had deactivated somebody, and the server had ended before it released the seat.
fn leaves(shop: &Shop, who: &str) {
    let member = shop.member(who);
    let fact = Fact::MemberJoined { member: member.id, account: member.account };
    let (log, actor, origin) = (Log::Practice(shop.practice), Actor::Operator("test".to_owned()), Origin::default());
    let entry = Entry { log, fact, actor, origin, at: shop.world.now() };
    let row = Write::Unlist(shop.practice, member.id.into());
    let (account, at) = (member.account, shop.world.now());
    let end = Write::EndSessions { account, within: Some(shop.practice), except: None, at };
    let commit = Commit::recording(entry).write(row).write(end).update(Member { active: false, ..member });
    run(shop.world.store.commit(&commit)).expect("stored");
}

/// BILL-2, EMP-3, SE-07: nothing is quoted, ordered or given for somebody who has left; what was charged meanwhile goes back.
#[test]
fn nobody_pays_for_somebody_who_has_left() {
    let shop = Shop::open();
    let quoted = shop.quote(BOSS, ANN, &[MONTH]).expect("a price");
    leaves(&shop, ANN);
    let refused = |answer| matches!(answer, Err(QuotePurchaseError::Refused(CannotBuy::Deactivated)));
    assert!(refused(shop.quote(BOSS, ANN, &[MONTH])));
    let refused = shop.confirm(BOSS, quoted.quote.id);
    assert!(matches!(refused, Err(ConfirmPurchaseError::Refused(CannotBuy::Deactivated))), "{refused:?}");
    assert!(shop.world.bank.subscriptions().is_empty());
    check(&shop.world);
}

/// EMP-3, BILL-8: a seat that nobody released is found, and is not paid for again; whoever left does not come back to the list.
#[test]
fn a_seat_that_was_never_released_is_found() {
    let shop = Shop::open();
    shop.buy(BOSS, BO, &[MONTH, PLUGIN]);
    leaves(&shop, BO);
    let mut after = None;
    while let Some(next) = run(billing::walk_subscriptions(&shop.world.till, after)).expect("walked") {
        after = Some(next);
    }
    for plan in shop.plans(BO) {
        assert!(matches!(plan.state, SubscriptionState::Ending { told: true, .. }), "{plan:?}");
    }
    assert_eq!(shop.member(BO).tier, Tier::PaidWithPlugin, "paid for is paid for");
    shop.days_pass(31);
    shop.world.bank.renew_due(true);
    shop.deliver_events();
    shop.reconcile();
    assert_eq!((shop.member(BO).tier, shop.invoices(BOSS).len()), (Tier::Free, 2));
    assert!(shop.world.row_of(shop.practice, BO).is_none(), "they have left");
    check(&shop.world);
}

/// EMP-3: deactivating through the rules and releasing the seat fit together.
#[test]
fn a_deactivation_names_the_seat_to_release() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[YEAR]);
    let admin = shop.world.admin(BOSS);
    let rows = shop.world.employees(shop.practice);
    let is_ann = |login: &Login| matches!(login, Login::Member { member, .. } if *member == shop.member(ANN).id);
    let ann: EmployeeId = rows.iter().find(|row| is_ann(&row.employee.login)).expect("an employee").employee.id;
    let gone = run(usecase::deactivate_employee(&shop.world.ports, &admin, ann)).expect("deactivated");
    let seat = gone.seat.expect("she is a member");
    assert_eq!(run(billing::release_seats(&shop.world.till, &admin, seat)).expect("released"), 1);
    shop.reconcile();
    assert!(shop.world.bank.subscriptions().iter().all(|(_, one)| one.ends_with_period));
    check(&shop.world);
}

/// WH-04, BILL-10: when no webhook arrives, one pass over the provider's list brings everything to where it is there.
#[test]
fn what_no_webhook_told_is_found_in_one_pass() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH]);
    shop.world.bank.end_one();
    let dropped = shop.world.bank.take_events();
    assert!(!dropped.is_empty());
    let done = run(billing::catch_up(&shop.world.till, None)).expect("listed");
    assert!(done.faults.is_empty() && done.due > 0, "{done:?}");
    assert_eq!(shop.tier(ANN), Tier::Free);
    let again = run(billing::catch_up(&shop.world.till, None)).expect("listed");
    assert_eq!(again.due, 0, "an event is looked at once");
    shop.world.later(14 * DAY);
    assert_eq!(run(billing::forget_events(&shop.world.till)).expect("kept"), 0, "for fourteen days");
    shop.world.later(std::time::Duration::from_micros(1));
    assert_eq!(run(billing::forget_events(&shop.world.till)).expect("forgotten"), done.due);
    check(&shop.world);
}

/// BILL-3, HT-06: a key of a program counts for one quote; the quote itself counts once, with or without it.
#[test]
fn a_program_s_key_counts_for_one_request() {
    let shop = Shop::open();
    let who = shop.fresh(BOSS);
    let named = |key: u8, request: u8| Some(Idempotency { key: [key; 32], request: [request; 32] });
    let confirm = |quote, request| run(billing::confirm_purchase_once(&shop.world.till, &who, quote, request));
    let (first, second) = (
        shop.quote(BOSS, ANN, &[MONTH]).expect("a price").quote,
        shop.quote(BOSS, BO, &[MONTH]).expect("a price").quote,
    );
    let done = confirm(first.id, named(1, 1)).expect("ordered");
    assert!(!done.replayed);
    let again = confirm(first.id, named(1, 1)).expect("told again");
    assert_eq!((again.replayed, again.purchases.len(), again.purchases[0].id), (true, 1, done.purchases[0].id));
    assert!(matches!(confirm(second.id, named(1, 2)), Err(ConfirmPurchaseError::KeyReused)));
    assert!(confirm(first.id, None).expect("told again").replayed);
    assert_eq!(shop.world.bank.subscriptions().len(), 1);
    check(&shop.world);
}

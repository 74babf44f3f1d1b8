use practice_domain::billing::BillingName;
use practice_domain::billing::plan::Ware;
use practice_domain::commit::{Budget, Name, Spend};
use practice_domain::passkey::Handle;
use practice_domain::port::CommitError;
use practice_domain::value::{PracticeId, Time};
use uuid::Uuid;

use crate::contract::commits::{full, nothing_of};
use crate::contract::join::join;
use crate::contract::samples::{NOON, commit, email, id, practice};
use crate::contract::{Harness, Stores};

/// Old events are forgotten, and only they.
pub async fn only_old_events_are_forgotten(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    let name = |n: u32| Name::from(BillingName::Event(format!("evt_{n}")));
    for n in 0..6 {
        let seen_at = Uuid::from_u128(1_000 + u128::from(n));
        assert!(stores.store.commit(&commit().hold(name(n), seen_at)).await.is_ok());
    }
    let other = Name::from(BillingName::Object("sub_1".to_owned()));
    assert!(stores.store.commit(&commit().hold(other.clone(), Uuid::from_u128(1))).await.is_ok());
    let before = Time::from_micros(1_004);
    let mut forgotten = 0;
    for most in [3, 9, 9] {
        let done = stores.ledger.forget_events(before, most).await.unwrap_or_else(|fault| panic!("{fault:?}"));
        assert!(done <= most);
        forgotten += done;
    }
    for n in 0..6 {
        let held = stores.store.holder(&name(n)).await.is_ok_and(|holder| holder.is_some());
        assert_eq!(held, n >= 4, "event {n}");
    }
    assert_eq!(forgotten, 4, "so many are said to be gone");
    assert!(stores.store.holder(&other).await.is_ok_and(|holder| holder.is_some()));
}

/// Of many who want a name at once, one gets it; whoever else does, changes nothing.
pub async fn a_claim_is_held_once(harness: &dyn Harness) {
    for name in names() {
        let stores = harness.fresh().await.with_world().await;
        let rivals: Vec<_> = (10..18).map(|n| commit().hold(name.clone(), id::<Uuid>(n))).collect();
        let answers = join(rivals.iter().map(|rival| stores.store.commit(rival))).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        let taken = |error: &CommitError| matches!(error, CommitError::Taken(taken) if *taken == name);
        assert!(answers.iter().filter_map(|answer| answer.as_ref().err()).all(taken), "{answers:?}");
        let winner = answers.iter().position(Result::is_ok).map(|at| id::<Uuid>(10 + at as u128));
        assert_eq!(holder(&stores, &name).await, winner);
        let other = Name::FirstUserManager(id(2));
        let late = full(commit()).update(practice(1)).hold(other, id::<Uuid>(1)).hold(name.clone(), id::<Uuid>(9));
        nothing_of(&stores, &late, taken).await;
    }
}

/// Releases come before holds, so a name can change hands in one commit; only its owner can release it.
pub async fn a_released_claim_can_be_held_again(harness: &dyn Harness) {
    for name in names() {
        let stores = harness.fresh().await.with_world().await;
        let (first, second) = (id::<Uuid>(1), id::<Uuid>(2));
        let other = Name::FirstUserManager(id(3));
        stores.accept(commit().hold(name.clone(), first).hold(other.clone(), first)).await;
        let wrong = full(commit()).release(other, first).release(name.clone(), second);
        nothing_of(&stores, &wrong, |error| matches!(error, CommitError::Stale)).await;
        stores.accept(commit().hold(name.clone(), second).release(name.clone(), first)).await;
        assert_eq!(holder(&stores, &name).await, Some(second));
        stores.accept(commit().release(name.clone(), second)).await;
        assert_eq!(holder(&stores, &name).await, None);
        let gone = commit().release(name.clone(), second);
        nothing_of(&stores, &gone, |error| matches!(error, CommitError::Stale)).await;
        stores.accept(commit().hold(name, first)).await;
    }
}

/// The unit after the last one is refused, with everything else in its commit.
pub async fn a_spent_budget_changes_nothing(harness: &dyn Harness) {
    for budget in budgets() {
        let stores = harness.fresh().await.with_world().await;
        let spend = Spend { budget: budget.clone(), window: NOON.day(), limit: 3 };
        let rivals: Vec<_> = (0..8).map(|_| commit().spend(spend.clone())).collect();
        let answers = join(rivals.iter().map(|rival| stores.store.commit(rival))).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3, "{answers:?}");
        let spent = |error: &CommitError| matches!(error, CommitError::Spent(spent) if *spent == budget);
        let late = full(commit()).update(practice(1)).spend(spend);
        nothing_of(&stores, &late, spent).await;
    }
    let stores = harness.fresh().await;
    let none = Spend { budget: Budget::PracticeMails(id::<PracticeId>(1)), window: NOON.day(), limit: 0 };
    nothing_of(&stores, &commit().spend(none), |error| matches!(error, CommitError::Spent(_))).await;
}

/// Each window has its own units, each budget too; a window that has passed counts in the one that is now.
pub async fn a_budget_starts_anew_in_the_next_window(harness: &dyn Harness) {
    let stores = harness.fresh().await;
    let spend = |budget: &Budget, window: Time| Spend { budget: budget.clone(), window, limit: 1 };
    for budget in budgets() {
        stores.accept(commit().spend(spend(&budget, NOON.day()))).await;
    }
    for budget in budgets() {
        let again = stores.store.commit(&commit().spend(spend(&budget, NOON.day()))).await;
        assert!(matches!(again, Err(CommitError::Spent(_))), "{again:?}");
        stores.accept(commit().spend(spend(&budget, NOON.next_day()))).await;
        for window in [NOON.day(), NOON.next_day()] {
            let late = stores.store.commit(&commit().spend(spend(&budget, window))).await;
            assert!(matches!(late, Err(CommitError::Spent(_))), "{late:?}");
        }
    }
}

async fn holder(stores: &Stores, name: &Name) -> Option<Uuid> {
    stores.store.holder(name).await.unwrap_or_else(|fault| panic!("{fault:?}"))
}

fn names() -> [Name; 10] {
    let ann = email("Ann@example.com");
    [
        Name::address(&ann),
        Name::open_invitation(id(1), &ann),
        Name::FirstUserManager(id(1)),
        Name::Membership(id(1), id(1)),
        Name::Passkey(Handle(vec![1, 0, 255])),
        BillingName::OpenPurchase(id(1), id(1), Ware::SecureMail).into(),
        BillingName::LivePlan(id(1), id(1), Ware::OutlookPlugin).into(),
        BillingName::SpentQuote(id(1), id(1)).into(),
        BillingName::Event("evt_1".to_owned()).into(),
        BillingName::Object("sub_1".to_owned()).into(),
    ]
}

fn budgets() -> [Budget; 4] {
    [
        Budget::AddressMails(id(1), "ann@example.com".to_owned()),
        Budget::AddressMails(id(2), "ann@example.com".to_owned()),
        Budget::AddressMails(id(1), "bo@example.com".to_owned()),
        Budget::PracticeMails(id(1)),
    ]
}

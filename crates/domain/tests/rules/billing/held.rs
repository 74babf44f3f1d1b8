//! After a restore: nothing is sent or sold until somebody says so.

use std::time::Duration;

use practice_domain::member::Tier;
use practice_domain::notice::{About, Notice};
use practice_domain::usecase::ReleaseOutbox;
use practice_domain::usecase::billing::ConfirmPurchaseError;
use practice_domain::value::{AccountId, NoticeId, RegistrationId, Time};
use practice_testkit::fakes::Mood;
use uuid::Uuid;

use crate::billing::shop::{ANN, BO, BOSS, MONTH, Shop};
use crate::world::MINUTE;
use crate::world::check::check;

/// BK-02: an order of before the restore is looked up. What was charged is granted; what was not is given up, and not asked for again;
/// and what arrives later goes back.
#[test]
fn an_order_of_before_a_restore_is_looked_up_and_never_charged_anew() {
    for (lost, tier) in [(Mood::LosesRequest, Tier::Free), (Mood::LosesAnswer, Tier::Paid), (Mood::IsLate, Tier::Free)]
    {
        let shop = Shop::open();
        let quote = shop.quote(BOSS, BO, &[MONTH]).expect("a price").quote.id;
        shop.world.bank.next(lost);
        shop.confirm(BOSS, quote).expect("ordered");
        shop.world.memory.hold(true);
        for _ in 0..3 {
            shop.world.later(5 * MINUTE);
            shop.reconcile();
        }
        let kept = || {
            shop.world.bank.subscriptions().iter().flat_map(|(_, one)| one.kept().cloned().collect::<Vec<_>>()).count()
        };
        assert_eq!((shop.tier(BO), kept()), (tier, usize::from(tier == Tier::Paid)), "{lost:?}");
        shop.world.bank.arrive();
        shop.deliver_events();
        shop.reconcile();
        assert_eq!(
            (shop.tier(BO), kept()),
            (tier, usize::from(tier == Tier::Paid)),
            "{lost:?}: what is late goes back"
        );
        shop.world.memory.hold(false);
        check(&shop.world);
    }
}

/// BK-02: nobody can buy while the store is held; letters wait.
#[test]
fn nothing_is_sold_or_sent_while_a_store_is_held() {
    let shop = Shop::open();
    shop.world.deliver();
    shop.world.memory.hold(true);
    let quote = shop.quote(BOSS, ANN, &[MONTH]).expect("a price").quote.id;
    let refused = shop.confirm(BOSS, quote);
    assert!(matches!(refused, Err(ConfirmPurchaseError::Held)), "{refused:?}");
    assert!(shop.world.bank.subscriptions().is_empty());
    shop.world.memory.hold(false);
    shop.confirm(BOSS, quote).expect("ordered");
    assert_eq!(shop.tier(ANN), Tier::Paid);
    let before = shop.world.mailbox.letters_to(&crate::world::email(BOSS)).len();
    shop.world.memory.hold(true);
    shop.world.deliver();
    assert_eq!(shop.world.mailbox.letters_to(&crate::world::email(BOSS)).len(), before, "the receipt waits");
    shop.world.memory.hold(false);
    shop.world.deliver();
    assert_eq!(shop.world.mailbox.letters_to(&crate::world::email(BOSS)).len(), before + 1);
}

/// BK-02: what is too old, over, or for something that the restore has ended is dropped; what came after the restore is not old.
#[test]
fn a_release_sends_what_is_still_worth_it() {
    let hour = |n: i64| Time::from_micros(n * 3_600_000_000);
    let notice = |id: u128, about, ordered: i64, expires: i64| Notice {
        id: NoticeId(Uuid::from_u128(id)),
        about,
        ordered_at: hour(ordered),
        expires_at: hour(expires),
    };
    let locked = About::Locked { account: AccountId(Uuid::from_u128(1)) };
    let code = About::SecretCode { registration: RegistrationId(Uuid::from_u128(1)), serial: 1 };
    let waiting = vec![
        notice(1, locked, 95, 200),
        notice(2, locked, 70, 200),
        notice(3, locked, 95, 100),
        notice(4, code, 95, 200),
        notice(5, locked, 60, 200),
        notice(6, code, 99, 200),
    ];
    let released = ReleaseOutbox { within: Duration::from_secs(30 * 3600) }.decide(waiting, hour(98), hour(100));
    let ids = |notices: &[Notice]| notices.iter().map(|notice| notice.id.0.as_u128()).collect::<Vec<_>>();
    assert_eq!((ids(&released.sent), ids(&released.dropped)), (vec![1, 2, 6], vec![3, 4, 5]));
}

//! What products hear of tiers (section 13).

use practice_domain::channel::Product;
use practice_domain::event::Event;
use practice_domain::member::Tier;
use practice_domain::usecase;

use crate::billing::shop::{ANN, BO, BOSS, MONTH, PLUGIN, Shop};
use crate::world::interleave::run;

fn tiers(shop: &Shop, who: &str) -> Vec<Tier> {
    let member = shop.member(who).id;
    let heard = shop.world.bulletin.heard().len();
    shop.world.announce(Product::Operator);
    let news = shop.world.bulletin.heard().split_off(heard);
    let changed = |event| match event {
        Event::TierChanged(whose, tier) if whose == member => tier,
        other => panic!("{other:?}"),
    };
    assert!(news.iter().all(|heard| heard.event.practice == shop.practice));
    news.into_iter().map(|heard| changed(heard.event.event)).collect()
}

fn listening() -> Shop {
    let mut shop = Shop::open();
    shop.world.listen(&[Product::Operator]);
    shop
}

/// BILL-1, BILL-4, BILL-8: a tier is told of when it is granted, when more is added, and when it is cancelled; a quote and a plan that
/// changes no tier are not.
#[test]
fn each_change_of_a_tier_is_told_of_once() {
    let shop = listening();
    let quoted = shop.quote(BOSS, BO, &[MONTH]).expect("a price");
    assert_eq!(tiers(&shop, BO), []);
    shop.confirm(BOSS, quoted.quote.id).expect("ordered");
    assert_eq!(tiers(&shop, BO), [Tier::Paid]);
    shop.confirm(BOSS, quoted.quote.id).expect("answered");
    assert_eq!(tiers(&shop, BO), [], "a second OK");
    shop.buy(BOSS, BO, &[PLUGIN]);
    assert_eq!(tiers(&shop, BO), [Tier::PaidWithPlugin]);
    let mail = shop.plans(BO).into_iter().find(|plan| plan.option == MONTH).expect("bought");
    shop.cancel(BOSS, &mail).expect("cancelled");
    assert_eq!(tiers(&shop, BO), [Tier::Free]);
    shop.reconcile();
    assert_eq!(tiers(&shop, BO), []);
}

/// BILL-8, EMP-3: a tier ends with a renewal that failed, and with what is paid for when somebody has left.
#[test]
fn a_tier_that_ends_by_itself_is_told_of() {
    let shop = listening();
    shop.buy(BOSS, ANN, &[MONTH]);
    assert_eq!(tiers(&shop, ANN), [Tier::Paid]);
    shop.days_pass(31);
    shop.world.bank.renew_due(false);
    shop.deliver_events();
    assert_eq!(tiers(&shop, ANN), [Tier::Free]);

    let shop = listening();
    shop.buy(BOSS, ANN, &[MONTH]);
    let member = shop.member(ANN).id;
    let admin = shop.world.admin(BOSS);
    assert_eq!(run(usecase::billing::release_seats(&shop.world.till, &admin, member)).expect("released"), 1);
    shop.reconcile();
    assert_eq!(tiers(&shop, ANN), [Tier::Paid], "until the end of what is paid for");
    shop.days_pass(31);
    shop.world.bank.renew_due(true);
    shop.deliver_events();
    assert_eq!(tiers(&shop, ANN), [Tier::Free]);
}

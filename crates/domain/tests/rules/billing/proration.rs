//! BILL-5: to the cent, over every calendar.

use practice_domain::billing::PurchaseState;
use practice_domain::billing::calendar::{Cadence, Date, Period, days_in};
use practice_domain::billing::plan::unused_part;
use practice_domain::member::Tier;
use practice_domain::value::{Currency, Money, Time};
use proptest::prelude::*;

use crate::billing::shop::{ANN, BOSS, MONTH, PLUGIN, PLUGIN_YEAR, Shop, YEAR};
use crate::world::cases;
use crate::world::check::check;

fn cadence() -> impl Strategy<Value = Cadence> {
    prop_oneof![Just(Cadence::Monthly), Just(Cadence::Annual)]
}

/// Any moment of four centuries, often at the end of a month.
fn anchor() -> impl Strategy<Value = Time> {
    let any_day = (1900..2300_i64, 1..13_u8, 1..32_u8);
    let late = (1900..2300_i64, 1..13_u8, 28..32_u8);
    (prop_oneof![any_day, late], 0..86_400_000_000_i64).prop_map(|((year, month, day), micros)| {
        let day = day.min(days_in(year, month));
        Time::from_micros(Date { year, month, day }.days() * 86_400_000_000 + micros)
    })
}

fn money() -> impl Strategy<Value = Money> {
    let currency = prop_oneof![Just("USD"), Just("JPY"), Just("KWD")];
    let minor = prop_oneof![4 => 0..1_000_000_i64, 1 => any::<i64>()];
    (minor, currency).prop_map(|(minor, code)| Money::new(minor, Currency::parse(code).expect("listed")))
}

proptest! {
    #![proptest_config(cases(2_000))]

    /// BILL-5: wherever a period is cut, the used and the unused part add up to the price, and neither is below nothing.
    #[test]
    fn used_and_unused_add_up(anchor in anchor(), cadence in cadence(), number in 0..60_u32, at in any::<u64>(), price in 0..10_000_000_i64) {
        let period = cadence.period(anchor, number);
        let price = Money::new(price, Currency::USD);
        let cut = period.starts.plus(std::time::Duration::from_micros(at % (period.length() + 2)));
        let unused = unused_part(price, period, cut);
        let used = price.minus(unused).expect("one currency");
        prop_assert_eq!(used.plus(unused), Ok(price));
        prop_assert!(unused.minor() >= 0 && used.minor() >= 0);
        prop_assert_eq!(unused_part(price, period, period.starts), price);
        prop_assert_eq!(unused_part(price, period, period.ends).minor(), 0);
    }

    /// BILL-5: what is left only shrinks.
    #[test]
    fn what_is_left_only_shrinks(anchor in anchor(), cadence in cadence(), a in any::<u64>(), b in any::<u64>()) {
        let period = cadence.period(anchor, 0);
        let at = |n: u64| period.starts.plus(std::time::Duration::from_micros(n % period.length()));
        let (first, second) = (at(a).min(at(b)), at(a).max(at(b)));
        let price = Money::new(10_000, Currency::USD);
        prop_assert!(unused_part(price, period, first).minor() >= unused_part(price, period, second).minor());
    }

    /// BILL-5: however an amount is divided, its parts add up to it, in every currency.
    #[test]
    fn parts_add_up_to_the_whole(amount in money(), weights in prop::collection::vec(0..1_000_u32, 1..40)) {
        let parts = amount.apportion(&weights);
        let sum = parts.iter().map(|part| i128::from(part.minor())).sum::<i128>();
        prop_assert_eq!(parts.len(), weights.len());
        prop_assert_eq!(sum, i128::from(amount.minor()));
    }

    /// BILL-5: periods follow each other without a gap, begin on the anchor's day or the last of a shorter month, and never drift.
    #[test]
    fn periods_follow_each_other(anchor in anchor(), cadence in cadence(), number in 0..600_u32) {
        let Period { starts, ends } = cadence.period(anchor, number);
        prop_assert_eq!(ends, cadence.period(anchor, number + 1).starts);
        prop_assert!(starts < ends);
        let (first, day) = (Date::of(anchor), Date::of(starts));
        prop_assert_eq!(day.day, first.day.min(days_in(day.year, day.month)));
        let months = (day.year - first.year) * 12 + i64::from(day.month) - i64::from(first.month);
        prop_assert_eq!(months, i64::from(number) * cadence.months());
        prop_assert_eq!(starts.micros().rem_euclid(86_400_000_000), anchor.micros().rem_euclid(86_400_000_000));
    }
}

/// BILL-5: an upgrade half-way through a month costs the year less half a month, replaces the month at the provider, and the plugin's
/// upgrade does the same; the plugin itself replaces nothing.
#[test]
fn an_upgrade_credits_the_unused_part() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH, PLUGIN]);
    shop.days_pass(15);
    let quoted = shop.quote(BOSS, ANN, &[YEAR]).expect("a price").quote;
    assert_eq!(quoted.terms.total().expect("counted").minor(), 10_000 - 500, "June 22 to July 22 has 30 days");
    assert!(matches!(shop.confirm(BOSS, quoted.id).expect("ordered")[0].state, PurchaseState::Paid { .. }));
    let states = shop.buy(BOSS, ANN, &[PLUGIN_YEAR]);
    assert!(matches!(states[..], [PurchaseState::Paid { .. }]), "{states:?}");
    assert_eq!(shop.tier(ANN), Tier::PaidWithPlugin);
    let amounts: Vec<i64> = shop.invoices(BOSS).iter().map(|invoice| invoice.amount.minor()).collect();
    assert_eq!(
        {
            let mut sorted = amounts.clone();
            sorted.sort_unstable();
            sorted
        },
        [500, 1_000, 4_750, 9_500]
    );
    let live = shop
        .world
        .bank
        .subscriptions()
        .into_iter()
        .filter(|(_, one)| one.standing == Some(practice_domain::port::RemoteStanding::Live));
    let live: Vec<_> = live.map(|(_, one)| one.order.option).collect();
    assert_eq!(live, [YEAR, PLUGIN_YEAR], "what was replaced ended at the provider, too");
    check(&shop.world);
}

//! Quotes, purchases, and whom nothing is bought for.

use practice_domain::access::{Denied, SignedIn};
use practice_domain::billing::plan::{BadCart, PlanOption};
use practice_domain::billing::{CannotBuy, NoCard, Purchase, PurchaseState};
use practice_domain::member::Tier;
use practice_domain::notice::About;
use practice_domain::policy::Preset;
use practice_domain::usecase::billing::{
    self, BeginCardEntryError, ConfirmPurchaseError, QuotePurchase, QuotePurchaseError,
};
use practice_domain::value::{Currency, Money, PersonId};
use practice_testkit::fakes::Mood;

use crate::billing::shop::{ANN, BO, BOSS, MONTH, PLUGIN, PLUGIN_YEAR, SECOND, Shop, YEAR};
use crate::world::check::check;
use crate::world::interleave::{Job, Orders, interleave, run, run_until};
use crate::world::{Grain, MINUTE};

/// What a confirmation answers.
type Told = Result<Vec<Purchase>, ConfirmPurchaseError>;

fn usd(cents: i64) -> Money {
    Money::new(cents, Currency::USD)
}

fn why(shop: &Shop, who: &str, whom: impl Into<PersonId>, options: &[PlanOption]) -> CannotBuy {
    let cmd = QuotePurchase { person: whom.into(), options: options.to_vec() };
    let payer = match shop.payer(who) {
        Ok(payer) => payer,
        Err(why) => return why,
    };
    match run(billing::quote_purchase(&shop.world.till, &payer, cmd)) {
        Err(QuotePurchaseError::Refused(why)) => why,
        other => panic!("must be refused: {other:?}"),
    }
}

/// BILL-1, BILL-2, BILL-3, BILL-4, PM-06: the confirmation names everything, the OK charges it once, and the tier is there at once.
#[test]
fn a_manager_buys_for_a_colleague() {
    let shop = Shop::open();
    let quoted = shop.quote(BOSS, BO, &[MONTH]).expect("a price");
    assert_eq!(quoted.quote.terms.total(), Some(usd(1_000)));
    assert_eq!((quoted.card.last4.as_str(), quoted.card.expiry.year()), ("4242", 2030));
    assert_eq!(shop.tier(BO), Tier::Free, "a quote gives nothing");
    let bought = shop.confirm(BOSS, quoted.quote.id).expect("ordered");
    assert!(matches!(bought[..], [ref one] if matches!(one.state, PurchaseState::Paid { .. })), "{bought:?}");
    assert_eq!(shop.tier(BO), Tier::Paid);
    let again = shop.confirm(BOSS, quoted.quote.id).expect("answered");
    assert_eq!(again[0].id, bought[0].id, "a second OK tells of the first");
    assert_eq!(shop.world.bank.subscriptions().len(), 1);
    let mine = shop.invoices(BOSS);
    assert!(matches!(mine[..], [ref one] if one.amount == usd(1_000) && one.option == MONTH && !one.is_own()));
    assert!(shop.invoices(BO).is_empty(), "BILL-9: who is paid for sees no invoice");
    shop.world.deliver();
    let to_boss = shop.world.mailbox.letters_to(&crate::world::email(BOSS));
    assert_eq!(
        to_boss.iter().filter(|letter| letter.subject == "receipt").count(),
        1,
        "BILL-4: one receipt, to the payer"
    );
    check(&shop.world);
}

/// BILL-1, BILL-2, BILL-6: both wares at once are two orders, SecureMail first, with a receipt each.
#[test]
fn mail_and_plugin_are_bought_together() {
    let shop = Shop::open();
    let quote = shop.quote(BOSS, ANN, &[PLUGIN_YEAR, YEAR]).expect("a price").quote.id;
    let bought = shop.confirm(BOSS, quote).expect("ordered");
    let offered: Vec<_> = bought.iter().map(|one| (one.line.option, one.offers_installer())).collect();
    assert_eq!(offered, [(YEAR, false), (PLUGIN_YEAR, true)], "BILL-6: the installer comes with the plugin");
    assert_eq!(shop.tier(ANN), Tier::PaidWithPlugin);
    let receipts = shop.world.memory.notices().iter().filter(|n| matches!(n.about, About::Billing(_))).count();
    assert_eq!(receipts, 2);
    let none = why(&shop, BOSS, shop.member(ANN).id, &[MONTH]);
    assert_eq!((none, none.code()), (CannotBuy::Cart(BadCart::NoPlansLeft), "no-plans-left"));
    assert_eq!(none.to_string(), "there are no additional plans for this person");
    check(&shop.world);
}

/// BILL-2, BILL-7, PM-02: no card, no cart; nothing for patients, unregistered people or other practices' people; nobody but a User Manager
/// buys for others.
#[test]
fn nothing_is_bought_for_whom_it_must_not() {
    let shop = Shop::open();
    let bo = shop.member(BO).id;
    assert_eq!(why(&shop, BO, bo, &[MONTH]), CannotBuy::NoCard(NoCard::None));
    assert_eq!(why(&shop, ANN, bo, &[MONTH]), CannotBuy::Denied(Denied::NotUserManager));
    let invited = shop.world.ask(shop.practice, "new@x.example");
    assert_eq!(why(&shop, BOSS, invited, &[MONTH]), CannotBuy::NotRegistered);
    let elsewhere = shop.world.office("other@y.example");
    let stranger = shop.world.member(elsewhere.practice, "other@y.example").expect("a member").id;
    assert_eq!(why(&shop, BOSS, stranger, &[MONTH]), CannotBuy::NotHere);
    assert_eq!(why(&shop, BOSS, bo, &[PLUGIN]), CannotBuy::Cart(BadCart::NeedsSecureMail));
    let quoted = shop.quote(BOSS, BO, &[MONTH]).expect("a price");
    shop.becomes_patient(BO);
    assert_eq!(why(&shop, BOSS, bo, &[MONTH]), CannotBuy::Patient);
    assert!(matches!(shop.confirm(BOSS, quoted.quote.id), Err(ConfirmPurchaseError::Refused(CannotBuy::Patient))));
    let patient = shop.who(BO);
    let entry = run(billing::begin_card_entry(&shop.world.till, &patient, ""));
    assert!(matches!(entry, Err(BeginCardEntryError::Refused(CannotBuy::Patient))));
    assert!(shop.world.bank.subscriptions().is_empty(), "nothing was charged");
}

/// BILL-7: a doctor buys for themselves; a tier that somebody else pays for is no card.
#[test]
fn a_doctor_buys_for_themselves() {
    let shop = Shop::open();
    assert!(matches!(shop.buy(ANN, ANN, &[MONTH])[..], [PurchaseState::Paid { .. }]));
    assert!(shop.invoices(ANN)[0].is_own());
    shop.buy(BOSS, BO, &[MONTH]);
    assert!(matches!(shop.payer(BO), Err(CannotBuy::NoCard(NoCard::None))), "BO is paid for, and has no card");
    check(&shop.world);
}

/// BILL-2, BILL-7: an expired card is no card, and the OK and the card page need a fresh password.
#[test]
fn cards_expire_and_proofs_grow_old() {
    let shop = Shop::open();
    shop.world.enter_card(ANN, 2026);
    let stale: SignedIn = shop.who(ANN);
    let payer = run(billing::prove_payer(&shop.world.till, stale.clone())).expect("asked").expect("a payer");
    shop.world.later(6 * MINUTE);
    let cookie = shop.world.try_sign_in(ANN, crate::world::GOOD, None).expect("signed in").cookie;
    shop.world.later(6 * MINUTE);
    let ports = &shop.world.ports;
    let old = run(practice_domain::usecase::authenticate(ports, &cookie, crate::world::origin()))
        .expect("asked")
        .expect("live");
    let entry = run(billing::begin_card_entry(&shop.world.till, &old, ""));
    assert!(matches!(entry, Err(BeginCardEntryError::Denied(Denied::NotFresh))));
    let unfresh = run(billing::prove_payer(&shop.world.till, old)).expect("asked").expect("a payer").fresh();
    assert!(matches!(unfresh, Err(Denied::NotFresh)));
    drop(payer);
    shop.days_pass(365);
    assert!(matches!(shop.payer(ANN), Err(CannotBuy::NoCard(NoCard::Expired))));
}

/// BILL-3: a quote that has expired, or whose price or card is another one now, is refused with the new figure; that one works.
#[test]
fn a_stale_quote_is_refused_with_the_new_figure() {
    let shop = Shop::open();
    let quoted = shop.quote(BOSS, BO, &[MONTH]).expect("a price");
    shop.world.later(15 * MINUTE);
    let Err(ConfirmPurchaseError::Stale(new)) = shop.confirm(BOSS, quoted.quote.id) else { panic!("it has expired") };
    assert_eq!(new.quote.terms, quoted.quote.terms);
    shop.world.enter_card(BOSS, 2031);
    let Err(ConfirmPurchaseError::Stale(newer)) = shop.confirm(BOSS, new.quote.id) else { panic!("another card") };
    assert_eq!(newer.card.expiry.year(), 2031);
    assert!(shop.world.bank.subscriptions().is_empty());
    assert!(matches!(shop.confirm(BOSS, newer.quote.id).expect("ordered")[0].state, PurchaseState::Paid { .. }));
    let theirs = shop.quote(SECOND, ANN, &[MONTH]).expect("a price");
    let stolen = shop.confirm(BOSS, theirs.quote.id);
    assert!(matches!(stolen, Err(ConfirmPurchaseError::NoSuchQuote)), "{stolen:?}");
}

/// BILL-3: when the subscription that is replaced has changed since, the credit is another one, and the quote is stale.
#[test]
fn a_quote_is_stale_when_what_it_replaces_is_renewed() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH]);
    shop.days_pass(29);
    shop.world.later(std::time::Duration::from_secs(23 * 60 * 60 + 55 * 60));
    let quoted = shop.quote(BOSS, ANN, &[YEAR]).expect("a price");
    shop.world.later(6 * MINUTE);
    shop.world.bank.renew_due(true);
    shop.deliver_events();
    let Err(ConfirmPurchaseError::Stale(new)) = shop.confirm(BOSS, quoted.quote.id) else {
        panic!("renewed meanwhile")
    };
    assert!(new.quote.terms != quoted.quote.terms);
}

/// BILL-3, PM-03: a double click, in two tabs, in every order: one order, one charge, and both hear of it.
#[test]
fn two_clicks_charge_once() {
    let orders = Orders::each(|orders| {
        let shop = Shop::open();
        let quote = shop.quote(BOSS, BO, &[MONTH]).expect("a price").quote.id;
        let who = [shop.fresh(BOSS), shop.fresh(BOSS)];
        shop.world.store.set(Grain::Commits);
        let jobs =
            who.iter().map(|who| Box::pin(billing::confirm_purchase(&shop.world.till, who, quote)) as Job<'_, Told>);
        let told: Vec<Told> = interleave(jobs.collect(), |of| orders.choose(of));
        shop.world.store.set(Grain::Whole);
        for told in told {
            let known = told.expect("both hear of the one order");
            let confirmed =
                |state: &PurchaseState| matches!(state, PurchaseState::Paid { .. } | PurchaseState::Unknown { .. });
            assert!(confirmed(&known[0].state), "{known:?}");
        }
        assert_eq!(shop.world.bank.subscriptions().len(), 1);
        assert_eq!(shop.tier(BO), Tier::Paid);
        check(&shop.world);
    });
    assert!(orders >= 10, "only {orders} orders");
}

/// BILL-3: a click that comes to its end between two reads of another one: both hear of the one order.
#[test]
fn a_click_between_two_reads_of_another_orders_nothing_more() {
    for before in 0..40 {
        let shop = Shop::open();
        let quote = shop.quote(BOSS, BO, &[MONTH]).expect("a price").quote.id;
        let who = [shop.fresh(BOSS), shop.fresh(BOSS)];
        shop.world.store.set(Grain::Calls);
        let jobs =
            who.iter().map(|who| Box::pin(billing::confirm_purchase(&shop.world.till, who, quote)) as Job<'_, Told>);
        let mut steps = 0;
        let told: Vec<Told> = interleave(jobs.collect(), |of| {
            steps += 1;
            usize::from(of == 2 && steps > before)
        });
        shop.world.store.set(Grain::Whole);
        let ordered: Vec<_> = told.into_iter().map(|told| told.expect("ordered, now or before")[0].id).collect();
        assert_eq!(ordered[0], ordered[1], "after {before} steps");
        assert_eq!(shop.world.bank.subscriptions().len(), 1, "after {before} steps");
    }
}

/// BILL-3, PM-03: two managers who buy the same for the same person, in every order of their commits: one charge; the other one is refused.
#[test]
fn two_managers_charge_once() {
    let orders = Orders::each(|orders| {
        let shop = Shop::open();
        let quotes = [BOSS, SECOND].map(|who| shop.quote(who, BO, &[MONTH]).expect("a price").quote.id);
        let who = [shop.fresh(BOSS), shop.fresh(SECOND)];
        shop.world.store.set(Grain::Commits);
        let jobs = who.iter().zip(quotes);
        let jobs =
            jobs.map(|(who, quote)| Box::pin(billing::confirm_purchase(&shop.world.till, who, quote)) as Job<'_, Told>);
        let told: Vec<Told> = interleave(jobs.collect(), |of| orders.choose(of));
        shop.world.store.set(Grain::Whole);
        assert_eq!(told.iter().filter(|told| told.is_ok()).count(), 1, "{told:?}");
        let lost = told.iter().find_map(|told| told.as_ref().err()).expect("one lost");
        let fits = matches!(
            lost,
            ConfirmPurchaseError::Refused(CannotBuy::InProgress | CannotBuy::Cart(BadCart::AlreadyHeld))
        );
        assert!(fits, "{lost:?}");
        assert_eq!(shop.world.bank.subscriptions().len(), 1);
        check(&shop.world);
    });
    assert!(orders >= 10, "only {orders} orders");
}

/// PRA-6, BILL-3: what a practice may decide about quotes is in its policy.
#[test]
fn the_life_of_a_quote_is_policy() {
    let life = practice_domain::policy::Policy::of(Preset::Standard).billing.quote_life;
    let quoted = Shop::open().quote(BOSS, BO, &[MONTH]).expect("a price").quote;
    assert_eq!(quoted.expires_at, quoted.priced_at.plus(life));
}

/// BILL-2, PM-02: what was ordered before somebody became a patient is not charged, or goes back.
#[test]
fn nobody_pays_for_a_patient() {
    for lost in [None, Some(Mood::LosesRequest), Some(Mood::LosesAnswer), Some(Mood::IsLate)] {
        let shop = Shop::open();
        let quote = shop.quote(BOSS, BO, &[MONTH]).expect("a price").quote.id;
        let who = shop.fresh(BOSS);
        if let Some(lost) = lost {
            shop.world.bank.next(lost);
            shop.confirm(BOSS, quote).expect("ordered");
        } else {
            shop.world.store.set(Grain::Commits);
            assert!(run_until(billing::confirm_purchase(&shop.world.till, &who, quote), 1).is_none(), "written ahead");
            shop.world.store.set(Grain::Whole);
        }
        shop.becomes_patient(BO);
        shop.world.bank.arrive();
        for _ in 0..9 {
            shop.world.later(16 * MINUTE);
            shop.reconcile();
        }
        let kept =
            shop.world.bank.subscriptions().iter().flat_map(|(_, one)| one.kept().cloned().collect::<Vec<_>>()).count();
        assert_eq!((kept, shop.tier(BO), shop.invoices(BOSS).len()), (0, Tier::Free, 0), "{lost:?}");
        let refused = shop.quote(BOSS, BO, &[MONTH]);
        assert!(matches!(refused, Err(QuotePurchaseError::Refused(CannotBuy::Patient))));
        assert_eq!(CannotBuy::Patient.code(), "not-purchasable");
    }
}

/// BILL-3, BILL-4: a worker leaves an order alone that was written down a moment ago; what was left behind is found soon, and the
/// plugin right after SecureMail.
#[test]
fn a_fresh_order_is_left_alone_and_one_left_behind_is_found() {
    let shop = Shop::open();
    let quote = shop.quote(BOSS, ANN, &[MONTH, PLUGIN]).expect("a price").quote.id;
    let who = shop.fresh(BOSS);
    shop.world.store.set(Grain::Commits);
    assert!(run_until(billing::confirm_purchase(&shop.world.till, &who, quote), 1).is_none(), "written ahead");
    shop.world.store.set(Grain::Whole);
    shop.reconcile();
    assert!(shop.world.bank.subscriptions().is_empty(), "somebody is about to ask");
    shop.world.later(MINUTE);
    shop.reconcile();
    shop.reconcile();
    assert_eq!(shop.tier(ANN), Tier::PaidWithPlugin);
    check(&shop.world);
}

//! Cancelling, failed renewals, expiring cards, invoices.

use practice_domain::access::Administrator;
use practice_domain::billing::plan::Ware;
use practice_domain::billing::{EndReason, Invoice, PurchaseState, SubscriptionState};
use practice_domain::member::Tier;
use practice_domain::port::{EventRefused, Ledger, PaymentEvents, RemoteStanding};
use practice_domain::usecase::billing::{self, CancelPlanError, ReleaseSeatsError};
use practice_domain::value::MemberId;
use uuid::Uuid;

use crate::billing::shop::{ANN, BO, BOSS, MONTH, PLUGIN, SECOND, Shop};
use crate::world::check::check;
use crate::world::email;
use crate::world::interleave::run;

fn standings(shop: &Shop) -> Vec<Option<RemoteStanding>> {
    shop.world.bank.subscriptions().into_iter().map(|(_, one)| one.standing).collect()
}

/// BILL-8: nobody but the payer cancels, nor learns that there is a plan; SecureMail takes the plugin along, whoever pays for it.
#[test]
fn only_the_payer_cancels_and_the_plugin_goes_along() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH]);
    shop.buy(SECOND, ANN, &[PLUGIN]);
    let mail = shop.plans(ANN).into_iter().find(|plan| plan.option == MONTH).expect("bought");
    for other in [SECOND, ANN, BO] {
        assert!(matches!(shop.cancel(other, &mail), Err(CancelPlanError::NoSuchPlan)), "{other}");
    }
    assert_eq!(shop.tier(ANN), Tier::PaidWithPlugin);
    assert_eq!(shop.cancel(BOSS, &mail).expect("cancelled").plans.len(), 2);
    assert_eq!((shop.tier(ANN), shop.plans(ANN)), (Tier::Free, Vec::new()));
    assert_eq!(standings(&shop), [Some(RemoteStanding::Ended); 2], "at the provider, too");
    assert!(matches!(shop.cancel(BOSS, &mail), Err(CancelPlanError::NoSuchPlan)), "a second click");
    assert!(matches!(shop.buy(BOSS, ANN, &[MONTH])[..], [PurchaseState::Paid { .. }]), "it can be bought anew");
    check(&shop.world);
}

/// BILL-8, BILL-10: a provider that is down hears of a cancellation later; the tier is gone at once.
#[test]
fn a_cancellation_reaches_a_provider_that_was_down() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH]);
    shop.world.bank.set_down(true);
    shop.cancel(BOSS, &shop.plans(ANN)[0]).expect("cancelled");
    assert_eq!(shop.tier(ANN), Tier::Free);
    assert_eq!(standings(&shop), [Some(RemoteStanding::Live)]);
    let tried = run(billing::reconcile_payments(&shop.world.till)).expect("listed");
    assert_eq!((tried.due, tried.faults.len()), (1, 1));
    shop.world.bank.set_down(false);
    shop.reconcile();
    assert_eq!(standings(&shop), [Some(RemoteStanding::Ended)]);
    assert_eq!(run(billing::reconcile_payments(&shop.world.till)).expect("listed").due, 0);
}

/// BILL-8, PM-05: a failed renewal drops the tier to Free, tells the payer, and a new card alone restarts nothing.
#[test]
fn a_failed_renewal_drops_the_tier() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH, PLUGIN]);
    shop.days_pass(31);
    shop.world.bank.renew_due(false);
    shop.deliver_events();
    assert_eq!(shop.tier(ANN), Tier::Free);
    let last = run(shop.world.memory.last_plan_of(shop.practice, shop.member(ANN).id, Ware::SecureMail));
    let last = last.expect("stored").expect("there was one");
    assert!(
        matches!(last.state, SubscriptionState::Ended { why: EndReason::PaymentFailed, told: true, .. }),
        "{last:?}"
    );
    shop.world.enter_card(BOSS, 2032);
    shop.deliver_events();
    shop.reconcile();
    assert_eq!(shop.tier(ANN), Tier::Free, "a new card restarts nothing");
    assert_eq!(standings(&shop), [Some(RemoteStanding::Ended); 2], "nothing is charged later");
    shop.world.deliver();
    let failed = shop.world.mailbox.letters_to(&email(BOSS));
    assert!(failed.iter().any(|letter| letter.subject == "payment failed"));
    assert!(matches!(shop.buy(BOSS, ANN, &[MONTH])[..], [PurchaseState::Paid { .. }]), "Buy Now");
    check(&shop.world);
}

/// BILL-8, BILL-9: a renewal is another invoice and another receipt, found with the event or without it.
#[test]
fn renewals_are_billed_with_and_without_events() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH]);
    for month in 2..=4 {
        shop.days_pass(31);
        shop.world.bank.renew_due(true);
        if month == 3 {
            shop.deliver_events();
        } else {
            drop(shop.world.bank.take_events());
            shop.reconcile();
        }
        assert_eq!((shop.invoices(BOSS).len(), shop.tier(ANN)), (month, Tier::Paid));
    }
    let first = run(billing::list_invoices(&shop.world.till, &shop.who(BOSS), None, 3)).expect("stored");
    let edge = first.last().map(|invoice| (invoice.charged_at, invoice.id));
    let rest = run(billing::list_invoices(&shop.world.till, &shop.who(BOSS), edge, 3)).expect("stored");
    assert_eq!((first.len(), rest.len()), (3, 1), "page by page, newest first");
    assert!(rest[0].charged_at < first[2].charged_at);
    check(&shop.world);
}

/// BILL-8: a card is announced a month before its last month is over, once, to its owner.
#[test]
fn an_expiring_card_is_announced_once() {
    let shop = Shop::open();
    shop.world.enter_card(ANN, 2026);
    drop(shop.world.deliver());
    shop.reconcile();
    let told = || shop.world.mailbox.letters_to(&email(ANN)).iter().filter(|letter| letter.subject == "card").count();
    shop.world.set_clock(practice_domain::billing::Expiry::new(2026, 12).expect("a month").month_before());
    for _ in 0..2 {
        shop.reconcile();
        shop.world.deliver();
        assert_eq!(told(), 1);
    }
    check(&shop.world);
}

/// BILL-9: the mail goes to oneself and holds one's own payments only; the list holds those for others as well.
#[test]
fn a_summary_holds_ones_own_payments() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH]);
    shop.buy(BOSS, BOSS, &[MONTH]);
    assert_eq!(shop.invoices(BOSS).len(), 2);
    assert!(shop.invoices(SECOND).is_empty(), "nobody else sees them");
    run(billing::mail_invoice_summary(&shop.world.till, &shop.who(BOSS))).expect("ordered");
    shop.world.deliver();
    let mailed = shop.world.mailbox.letters_to(&email(BOSS));
    let mailed: Vec<_> = mailed.iter().filter(|letter| letter.subject == "invoices").collect();
    let own = shop.invoices(BOSS).into_iter().find(Invoice::is_own).expect("one's own");
    assert!(matches!(mailed[..], [letter] if letter.text == own.number), "{:?}", mailed.len());
    let (mut everywhere, all) = (shop.world.memory.notices(), practice_domain::notice::BillingNews::AllInvoices);
    everywhere.retain(|notice| notice.about == practice_domain::notice::About::Billing(all(own.payer)));
    assert!(everywhere.is_empty());
}

/// EMP-3, BILL-8: who leaves is paid for until the end of the period, and no longer.
#[test]
fn a_released_seat_ends_with_its_period() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH, PLUGIN]);
    let who = Administrator::prove(shop.who(BOSS)).expect("the Owner");
    let release = |member| run(billing::release_seats(&shop.world.till, &who, member));
    assert_eq!(release(shop.member(ANN).id).expect("released"), 2);
    assert_eq!(release(shop.member(ANN).id).expect("answered"), 0, "a second time changes nothing");
    assert!(matches!(release(MemberId(Uuid::from_u128(9))), Err(ReleaseSeatsError::NotHere)));
    shop.reconcile();
    assert_eq!(shop.tier(ANN), Tier::PaidWithPlugin);
    shop.days_pass(31);
    shop.world.bank.renew_due(true);
    shop.deliver_events();
    assert_eq!((shop.tier(ANN), shop.invoices(BOSS).len()), (Tier::Free, 2));
    check(&shop.world);
}

/// BILL-10: an event is believed when it is signed, and then it is looked at once.
#[test]
fn an_event_is_verified_and_looked_at_once() {
    let shop = Shop::open();
    shop.buy(BOSS, ANN, &[MONTH]);
    let (name, _) = shop.world.bank.subscriptions().remove(0);
    let body = format!("evt_9 {name}");
    let verify = |signature| shop.world.bank.verify(body.as_bytes(), signature, shop.world.now());
    assert_eq!(verify("bad"), Err(EventRefused::Signature));
    let event = verify("good").expect("signed");
    for seen in [1, 1, 1] {
        run(billing::apply_payment_event(&shop.world.till, &event)).expect("applied");
        assert_eq!(shop.world.facts_of("payments.event-noted").len(), seen);
    }
    check(&shop.world);
}

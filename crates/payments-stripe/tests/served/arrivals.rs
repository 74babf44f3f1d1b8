//! Webhooks by their names, in every order: what they say is not believed, so that the order is nobody's business.

use std::collections::BTreeSet;
use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use practice_domain::billing::PurchaseState;
use practice_domain::billing::plan::PlanOption;
use practice_domain::member::{Member, Tier};
use practice_domain::port::{Ledger as _, PaymentEvents as _, Store as _};
use practice_domain::usecase::billing::{self, QuotePurchase, Till};
use practice_domain::value::{AccountId, PracticeId};
use practice_payments_stripe::{Stripe, StripeEvents};
use practice_testkit::fakes::Bell;
use practice_testkit::scene::Scene;
use secrecy::SecretString;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::books::Manner;
use crate::server::{Mishap, Server};
use crate::world::settings;

/// What the four are about; each is about the same subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Created,
    Updated,
    Paid,
    Deleted,
}

/// When it ends at Stripe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    /// It does not, although we are told so.
    Never,
    /// Before anything is told.
    Before,
    /// Just before we are told so.
    Told,
}

/// WH-03, F-24, BILL-10: created, updated, paid and deleted in all 24 orders, one of them twice, in each place, too: in the end both
/// have the same, whenever it ended at Stripe, and whether or not our own question was answered.
#[tokio::test]
async fn created_updated_paid_and_deleted_end_as_at_stripe_in_every_order() {
    let all = orders();
    assert_eq!((all.iter().filter(|order| order.len() == 4).count(), all.len()), (24, 24 + 240));
    for order in &all {
        for ends in [Ends::Never, Ends::Before, Ends::Told] {
            for answered in [true, false] {
                told(order, ends, answered).await;
            }
        }
    }
}

/// WH-03: the same when three of the four are lost for ever: each of them is enough.
#[tokio::test]
async fn one_of_the_four_is_enough() {
    for what in EACH {
        for ends in [Ends::Never, Ends::Before] {
            for answered in [true, false] {
                told(&[what], ends, answered).await;
            }
        }
    }
}

/// PM-05, F-25: the same when all four are lost, and our own question was not answered: nobody has what is over when it is found.
#[tokio::test]
async fn what_is_found_over_is_not_given() {
    for over in [true, false] {
        let shop = Shop::open().await;
        shop.server.plan("POST", "/pay", Mishap::LosesAnswer);
        shop.buy(false).await;
        if over {
            shop.end();
        }
        shop.scene.later(std::time::Duration::from_secs(60 * 60));
        let done = billing::reconcile_payments(&shop.till).await.expect("listed");
        assert_eq!((done.due, done.faults.len()), (1, 0));
        assert_eq!(shop.member().await.tier, if over { Tier::Free } else { Tier::Paid });
        assert_eq!(shop.server.books(|books| books.kept()), (1_000, 1));
    }
}

/// Somebody buys a month, and events come in this order.
async fn told(order: &[What], ends: Ends, answered: bool) {
    let case = format!("{order:?}, ends {ends:?}, answered: {answered}");
    let shop = Shop::open().await;
    if !answered {
        shop.server.plan("POST", "/pay", Mishap::LosesAnswer);
    }
    shop.buy(answered).await;
    if ends == Ends::Before {
        shop.end();
    }
    for (n, what) in order.iter().enumerate() {
        if ends == Ends::Told && *what == What::Deleted {
            shop.end();
        }
        // The second of two has the name of the first, as Stripe sends it again.
        shop.hear(*what, n).await;
    }
    let tier = if ends == Ends::Never { Tier::Paid } else { Tier::Free };
    assert_eq!(shop.member().await.tier, tier, "{case}");
    let plans = shop.scene.memory.plans_of(shop.practice, shop.member().await.id).await.expect("stored");
    assert_eq!(plans.len(), usize::from(ends == Ends::Never), "{case}");
    let invoices = shop.scene.memory.invoices(shop.boss, None, 9).await.expect("stored");
    let kept: i64 = invoices.iter().map(|invoice| invoice.amount.minor()).sum();
    assert_eq!((kept, invoices.len()), (1_000, 1), "{case}");
    assert_eq!(shop.server.books(|books| books.kept()), (1_000, 1), "{case}");
    let facts = |code: &str| shop.scene.memory.audit().iter().filter(|entry| entry.fact.code() == code).count();
    assert_eq!((facts("purchase.paid"), facts("subscription.ended")), (1, usize::from(ends != Ends::Never)), "{case}");
    assert!(shop.bell.rung().is_empty(), "what is over was granted before: {case}");
    let done = billing::reconcile_payments(&shop.till).await.expect("listed");
    assert_eq!((done.due, done.faults.len()), (0, 0), "nothing is left to do: {case}");
}

/// A practice whose manager buys for Ann, through Stripe.
struct Shop {
    scene: Scene,
    till: Till,
    bell: Arc<Bell>,
    server: Server,
    events: StripeEvents,
    practice: PracticeId,
    boss: AccountId,
    ann: AccountId,
}

impl Shop {
    async fn open() -> Self {
        let (scene, server) = (Scene::new(), Server::start().await);
        let stripe = Arc::new(Stripe::new(settings(&server.origin())).expect("fine"));
        let (ports, ledger) = (scene.ports.clone(), scene.memory.clone());
        let bell = Arc::new(Bell::default());
        let till = Till { ports, ledger, payments: stripe, prices: Arc::default(), alarms: bell.clone() };
        let events = StripeEvents::new(vec![SecretString::from(SECRET)], false).expect("good secrets");
        let practice = scene.given_practice(BOSS);
        let ann = scene.given_colleague(practice, ANN);
        let boss = scene.account_of(BOSS).expect("an account");
        Self { scene, till, bell, server, events, practice, boss, ann }
    }

    async fn member(&self) -> Member {
        self.scene.memory.member(self.practice, self.ann).await.expect("stored").expect("a member")
    }

    async fn buy(&self, answered: bool) {
        let who = self.scene.given_signed_in(BOSS);
        billing::begin_card_entry(&self.till, &who, "https://portal.example").await.expect("a page");
        self.server.books(|books| {
            let customer = books.customers[0].id.clone();
            books.enter_card(&customer, Manner::Good)
        });
        billing::card_stored(&self.till, self.boss, None).await.expect("stored");
        let payer = billing::prove_payer(&self.till, who).await.expect("stored").expect("a payer");
        let options = vec![PlanOption::ALL[0]];
        let cmd = QuotePurchase { person: self.member().await.id.into(), options };
        let quoted = billing::quote_purchase(&self.till, &payer, cmd).await.expect("a price");
        let payer = payer.fresh().expect("fresh");
        let bought = billing::confirm_purchase(&self.till, &payer, quoted.quote.id).await.expect("ordered");
        let paid = matches!(bought[0].state, PurchaseState::Paid { .. });
        assert_eq!((paid, self.server.books(|books| books.kept())), (answered, (1_000, 1)));
        self.scene.later(std::time::Duration::from_secs(60));
    }

    fn end(&self) {
        self.server.books(|books| books.subscriptions[0].status = "canceled");
    }

    /// Stripe tells this, signed.
    async fn hear(&self, what: What, n: usize) {
        let body = self.server.books(|books| {
            let (sold, invoice) = (&books.subscriptions[0], &books.invoices[0]);
            body(what, &sold.id, &invoice.id, &json!(sold.notes)).to_string()
        });
        let now = self.scene.now();
        let seconds = now.micros() / 1_000_000;
        let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length");
        let mac = mac.chain_update(format!("{seconds}.{body}")).finalize().into_bytes();
        let digits: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
        let event = self.events.verify(body.as_bytes(), &format!("t={seconds},v1={digits}"), now).expect("signed");
        let applied = billing::apply_payment_event(&self.till, &event).await;
        applied.unwrap_or_else(|fault| panic!("{what:?}, the {n}th: {fault}"));
    }
}

/// An event as Stripe words it. What it says of its object is what was so when it happened.
fn body(what: What, subscription: &str, invoice: &str, notes: &Value) -> Value {
    let of = |status: &str| json!({"id": subscription, "object": "subscription", "status": status, "metadata": notes});
    let parent = json!({
        "type": "subscription_details", "subscription_details": {"subscription": subscription, "metadata": notes},
    });
    let (kind, object) = match what {
        What::Created => ("customer.subscription.created", of("incomplete")),
        What::Updated => ("customer.subscription.updated", of("active")),
        What::Paid => ("invoice.paid", json!({"id": invoice, "object": "invoice", "status": "paid", "parent": parent})),
        What::Deleted => ("customer.subscription.deleted", of("canceled")),
    };
    json!({
        "id": format!("evt_{what:?}"), "object": "event", "type": kind, "livemode": false, "data": {"object": object},
    })
}

/// Every order of the four, and of the four with one of them twice.
fn orders() -> BTreeSet<Vec<What>> {
    let mut all = arranged(&EACH);
    for twice in EACH {
        all.extend(arranged(&[&EACH[..], &[twice]].concat()));
    }
    all
}

/// These in every order.
fn arranged(of: &[What]) -> BTreeSet<Vec<What>> {
    if of.is_empty() {
        return BTreeSet::from([Vec::new()]);
    }
    let first = |n: usize| {
        let rest = [&of[..n], &of[n + 1..]].concat();
        arranged(&rest).into_iter().map(move |rest| [&[of[n]][..], &rest].concat())
    };
    (0..of.len()).flat_map(first).collect()
}

const EACH: [What; 4] = [What::Created, What::Updated, What::Paid, What::Deleted];
const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";
const SECRET: &str = "whsec_0123456789";

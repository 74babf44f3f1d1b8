//! The card simulator keeps the contract of every provider, survives a restart, and never pretends to be real.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use practice_domain::billing::plan::PlanOption;
use practice_domain::billing::{Card, CustomerRef, Doubt, EventRef, NoCard, SubscriptionRef, Wallet};
use practice_domain::port::{Answer, Clock as _, Customer, Key, Order, PaymentEvents, Payments, RemoteStanding, Sold};
use practice_domain::value::{AccountId, Currency, Email, Money, PersonName, PurchaseId, Time};
use practice_sandbox::{Bank, bank_router};
use practice_testkit::contract::payments::{self, Cashier};
use practice_testkit::fakes::{FakeClock, FakeKeys};
use tempfile::TempDir;
use tower::ServiceExt;
use uuid::Uuid;

const PORTAL: &str = "http://127.0.0.1:8080";

struct Desk {
    folder: TempDir,
    clock: Arc<FakeClock>,
    bank: Mutex<Option<Arc<Bank>>>,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a directory");
        Self { folder, clock: Arc::new(FakeClock::default()), bank: Mutex::default() }
    }

    fn open(&self, name: &str) -> Arc<Bank> {
        let bank =
            Bank::open(self.folder.path().join(name), PORTAL, self.clock.clone(), Arc::new(FakeKeys)).expect("opened");
        let bank = Arc::new(bank);
        *self.bank.lock().expect("nobody panicked") = Some(bank.clone());
        bank
    }

    fn pages(&self) -> Router {
        let bank = self.bank.lock().expect("nobody panicked").clone().expect("open");
        Router::new().nest("/sandbox/bank", bank_router(bank))
    }

    async fn get(&self, path: &str) -> (StatusCode, String) {
        text(self.pages().oneshot(Request::get(path).body(Body::empty()).expect("a request")).await.expect("answered"))
            .await
    }

    async fn post(&self, path: &str, form: String) -> Response<Body> {
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.pages().oneshot(request.body(Body::from(form)).expect("a request")).await.expect("answered")
    }

    async fn choose(&self, customer: &CustomerRef, manner: &str) {
        let form = format!("customer={customer}&back=/profile&manner={manner}&years=3");
        let answer = self.post("/sandbox/bank/card", form).await;
        assert_eq!(answer.headers()["location"], "/profile");
    }
}

async fn text(answer: Response<Body>) -> (StatusCode, String) {
    let status = answer.status();
    let body = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
    (status, String::from_utf8(body.to_vec()).expect("text"))
}

#[async_trait]
impl Cashier for Desk {
    async fn fresh(&self) -> Arc<dyn Payments> {
        self.open(&Uuid::from_u128(self.folder.path().read_dir().expect("readable").count() as u128).to_string())
    }

    async fn enter_card(&self, payments: &dyn Payments, customer: &CustomerRef) -> Card {
        self.choose(customer, "good").await;
        payments.card(customer).await.expect("reachable").expect("entered")
    }

    async fn renew(&self, _: &dyn Payments, sold: &Sold) {
        self.clock.set(sold.period.ends);
    }

    /// The simulator tells of what happened: here a card, whatever the subscription.
    fn event(&self, _: &dyn PaymentEvents, _: &SubscriptionRef, at: Time) -> (EventRef, Vec<u8>, String) {
        let bank = self.bank.lock().expect("nobody panicked").clone().expect("open");
        self.clock.set(at.plus(std::time::Duration::from_secs(2)));
        let posting = bank.postings().expect("readable").remove(0);
        (EventRef::parse(&posting.event).expect("a name"), posting.body, posting.signature)
    }
}

/// BILL-3, BILL-7, BILL-10
#[tokio::test]
async fn the_simulator_keeps_the_contract() {
    let desk = Desk::new();
    payments::an_account_is_one_customer(&desk).await;
    payments::a_key_charges_once(&desk).await;
    payments::a_look_up_finds_what_was_sold(&desk).await;
    payments::a_renewal_charges_the_whole_price_and_its_tax(&desk).await;
    payments::a_stop_stops_once(&desk).await;
    payments::what_happened_is_listed(&desk).await;
    payments::what_may_be_charged_is_listed(&desk).await;
}

/// BILL-10: what happens is told twice, signed, and until it arrives; nothing else is believed.
#[tokio::test]
async fn the_simulator_tells_what_happens_until_it_is_heard() {
    let desk = Desk::new();
    let bank = desk.open("bank");
    let customer = customer(&bank).await;
    desk.choose(&customer, "good").await;
    let order = order(&bank, &customer, 1).await;
    assert!(matches!(bank.subscribe(&order).await, Answer::Confirmed(_)));
    assert!(bank.postings().expect("readable").is_empty(), "it takes a moment");
    let minute = std::time::Duration::from_secs(60);
    desk.clock.advance(minute);
    let waiting = bank.postings().expect("readable");
    assert_eq!(waiting.len(), 3, "a card, a subscription that waits, and one that was paid");
    let bank = desk.open("bank");
    for round in 0..4 {
        desk.clock.advance(minute);
        for posting in bank.postings().expect("readable") {
            let read = bank.verify(&posting.body, &posting.signature, desk.clock.now()).expect("signed a moment ago");
            assert_eq!(read.id.as_str(), posting.event);
            bank.told(&posting, round > 0).expect("kept");
        }
    }
    assert!(bank.postings().expect("readable").is_empty(), "twice is enough");
    let desk = Desk::new();
    let bank = desk.open("bank");
    let customer = bank.customer(&ann()).await.expect("made");
    desk.choose(&customer, "good").await;
    payments::an_event_is_believed_when_it_is_signed(&desk, &*bank).await;
}

fn ann() -> Customer {
    let (account, email) = (AccountId(Uuid::from_u128(1)), Email::parse("ann@example.com").expect("an address"));
    Customer { account, email, name: PersonName::default() }
}

async fn customer(bank: &Bank) -> CustomerRef {
    bank.customer(&ann()).await.expect("made")
}

async fn order(bank: &Bank, customer: &CustomerRef, n: u128) -> Order {
    let usd = |minor| Money::new(minor, Currency::USD);
    Order {
        key: Key { purchase: PurchaseId(Uuid::from_u128(n)), step: 0 },
        customer: customer.clone(),
        card: bank.card(customer).await.expect("readable").expect("on file").reference,
        option: PlanOption::ALL[0],
        price: usd(1_000),
        credit: usd(0),
        tax: usd(0),
        total: usd(1_000),
        renewal: usd(1_000),
    }
}

/// BILL-10: that it failed is what a provider says under the same key for ever, whether or not it has charged.
#[tokio::test]
async fn a_failure_is_kept_under_its_key_also_after_a_restart() {
    let desk = Desk::new();
    let customer = customer(&desk.open("bank")).await;
    for (n, manner, charged) in [(1, "stumbles", false), (2, "misreports", true)] {
        desk.choose(&customer, manner).await;
        let first = order(&desk.open("bank"), &customer, n).await;
        for _ in 0..2 {
            assert_eq!(desk.open("bank").subscribe(&first).await, Answer::Unknown(Doubt::KeySpent), "{manner}");
        }
        let bank = desk.open("bank");
        let found = bank.look_up(first.key.purchase, &customer).await.expect("readable");
        assert_eq!(matches!(found, Some(Answer::Confirmed(_))), charged, "{manner}");
        let next = Order { key: Key { step: 1, ..first.key }, ..first };
        let answer = bank.subscribe(&next).await;
        assert!(matches!(answer, Answer::Confirmed(_)), "{manner}");
        assert!(found.is_none_or(|found| found == answer), "{manner}: what was charged is not charged again");
    }
}

/// BILL-3, BILL-4, BILL-8, BILL-10: every kind of card does what it says, also after a restart.
#[tokio::test]
async fn cards_behave_as_chosen_also_after_a_restart() {
    let desk = Desk::new();
    let customer = customer(&desk.open("bank")).await;
    desk.choose(&customer, "silent").await;
    let bank = desk.open("bank");
    let silent = order(&bank, &customer, 1).await;
    assert!(matches!(bank.subscribe(&silent).await, Answer::Unknown(_)));
    let bank = desk.open("bank");
    let found = bank.look_up(silent.key.purchase, &customer).await.expect("readable");
    let Some(Answer::Confirmed(sold)) = found else { panic!("it was charged: {found:?}") };
    desk.choose(&customer, "declined").await;
    let declined = order(&bank, &customer, 2).await;
    assert!(matches!(bank.subscribe(&declined).await, Answer::Declined(_)));
    desk.clock.set(sold.period.ends);
    let remote = bank.subscription(&sold.subscription).await.expect("readable").expect("sold");
    assert_eq!((remote.standing, remote.paid.len()), (RemoteStanding::Failed, 1), "its renewal is declined, too");
    desk.choose(&customer, "asks").await;
    let asks = order(&bank, &customer, 3).await;
    let Answer::ActionNeeded(Some(url)) = bank.subscribe(&asks).await else { panic!("it asks") };
    let path = url.strip_prefix(PORTAL).expect("of the portal").to_owned();
    let (_, page) = desk.get(&path).await;
    assert!(page.contains("USD 10.00") && page.contains("This is a simulator. No money moves."), "{page}");
    desk.post(&path, "confirm=true".to_owned()).await;
    assert!(matches!(bank.look_up(asks.key.purchase, &customer).await, Ok(Some(Answer::Confirmed(_)))));
    assert_eq!(desk.get(&path).await.0, StatusCode::NOT_FOUND, "it is asked once");
}

/// BILL-4, PM-05: who does not confirm within 23 hours has bought nothing.
#[tokio::test]
async fn what_is_not_confirmed_in_time_is_over() {
    let desk = Desk::new();
    let bank = desk.open("bank");
    let customer = customer(&bank).await;
    desk.choose(&customer, "asks").await;
    let asks = order(&bank, &customer, 1).await;
    assert!(matches!(bank.subscribe(&asks).await, Answer::ActionNeeded(Some(_))));
    desk.clock.advance(std::time::Duration::from_secs(22 * 60 * 60));
    assert!(matches!(bank.look_up(asks.key.purchase, &customer).await, Ok(Some(Answer::ActionNeeded(_)))));
    desk.clock.advance(std::time::Duration::from_secs(60 * 60));
    assert!(matches!(bank.look_up(asks.key.purchase, &customer).await, Ok(Some(Answer::Declined(_)))));
}

/// BILL-10: whoever is on any page of it reads that it is a simulator: its banner, its title, and where money is spoken of once more.
#[tokio::test]
async fn every_page_of_the_bank_says_that_it_is_a_simulator() {
    let desk = Desk::new();
    let bank = desk.open("bank");
    let customer = customer(&bank).await;
    let entry = bank.card_entry(&customer, PORTAL).await.expect("a page").url;
    let entry = entry.strip_prefix(PORTAL).expect("of the portal").to_owned();
    let empty = desk.get("/sandbox/bank").await.1;
    assert!(empty.contains("No charges yet"), "{empty}");
    desk.choose(&customer, "asks").await;
    let asks = order(&bank, &customer, 1).await;
    let Answer::ActionNeeded(Some(url)) = bank.subscribe(&asks).await else { panic!("it asks") };
    let confirm = url.strip_prefix(PORTAL).expect("of the portal").to_owned();
    desk.choose(&customer, "good").await;
    let bought = order(&bank, &customer, 2).await;
    assert!(matches!(bank.subscribe(&bought).await, Answer::Confirmed(_)));
    let said = "<strong>This is a simulator. ";
    for (path, again) in [
        ("/sandbox/bank", said),
        (&*entry, said),
        (&*confirm, said),
        ("/sandbox/bank/installer", said),
        ("/sandbox/bank/confirm/none", ""),
        ("/sandbox/bank/else", ""),
    ] {
        let (_, page) = desk.get(path).await;
        assert!(page.contains("<strong>Simulator.</strong> Nothing you see here has left this machine."), "{path}");
        assert!(page.contains(" – Simulator</title>") && page.contains(again), "{path}: {page}");
    }
    let (_, books) = desk.get("/sandbox/bank").await;
    assert!(books.contains("SIMULATED-") && books.contains("USD 10.00"), "its invoices say it, too: {books}");
}

/// BILL-7: the page where a card is chosen has nothing to type a number into, says what it is, and leads back to the portal only.
#[tokio::test]
async fn no_card_is_ever_typed() {
    let desk = Desk::new();
    let bank = desk.open("bank");
    let customer = customer(&bank).await;
    let entry = bank.card_entry(&customer, &format!("{PORTAL}/profile?tab=card")).await.expect("a page").url;
    let (status, page) = desk.get(entry.strip_prefix(PORTAL).expect("of the portal")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("This is a simulator") && page.contains("value=\"/profile?tab=card\""), "{page}");
    assert!(!page.contains("type=\"text\"") && !page.contains("inputmode"), "{page}");
    let abroad = bank.card_entry(&customer, "https://evil.example/").await.expect("a page").url;
    assert!(abroad.ends_with("&back=%2F"), "{abroad}");
    let form = format!("customer={customer}&back=//evil.example&manner=good&years=0");
    assert_eq!(desk.post("/sandbox/bank/card", form).await.headers()["location"], "/");
    let stranger = desk.post("/sandbox/bank/card", "customer=x&manner=good&years=0".to_owned()).await;
    assert_eq!(stranger.status(), StatusCode::NOT_FOUND);
    let wallet = Wallet::open(AccountId(Uuid::from_u128(1)), customer.clone());
    let wallet = wallet.hold(bank.card(&customer).await.expect("readable"));
    let now = Time::from_micros(1_782_129_600_000_000);
    assert!(wallet.chargeable(now).is_ok(), "it expires at the end of this month");
    assert_eq!(wallet.chargeable(now.plus(std::time::Duration::from_secs(40 * 24 * 60 * 60))), Err(NoCard::Expired));
}

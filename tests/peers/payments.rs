//! The simulator answers as somebody else's stand-ins for Stripe do, wherever both answer. `cargo xtask test --only peers` installs and
//! names them.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use practice_domain::billing::{CustomerRef, SubscriptionRef};
use practice_domain::port::{Customer, Fault, GiveBack, Payments, Stop};
use practice_domain::value::{AccountId, Currency, Email, PersonName, PurchaseId};
use practice_payments_stripe::{Stripe, StripeSettings};
use practice_sandbox::{Bank, bank_router};
use practice_testkit::fakes::{FakeClock, FakeKeys};
use reqwest::Client;
use secrecy::SecretString;
use tempfile::TempDir;
use tower::ServiceExt as _;
use uuid::Uuid;

/// BILL-3, BILL-7: who cannot do something does not count, and each peer can do something.
#[tokio::test]
async fn the_simulator_agrees_with_other_stand_ins_for_stripe() {
    let folder = tempfile::tempdir().expect("a folder");
    let bank = Bank::open(folder.path(), PORTAL, Arc::new(FakeClock::default()), Arc::new(FakeKeys));
    let bank = Arc::new(bank.expect("opened"));
    let simulator = answers(&*bank, &Till::Simulator(bank.clone())).await;
    assert!(simulator.iter().all(|(_, answer)| answer.is_some()), "the simulator can do everything: {simulator:?}");
    let localstripe = Peer::start("python/bin/python", &["-m", "localstripe", "--from-scratch", "--port"], "").await;
    let stateful = Peer::start("node", &["peers/node_modules/stripe-stateful-mock/dist/cli.js"], "PORT").await;
    // The first knows no keys, the second no cards.
    for (peer, at_least, cannot) in [(&localstripe, 7, "one account is one customer"), (&stateful, 4, "")] {
        let other = answers(&peer.stripe(), &Till::Peer(peer)).await;
        let mut both = 0;
        for ((question, ours), (_, theirs)) in simulator.iter().zip(&other) {
            if theirs.is_some() && *question != cannot {
                both += 1;
                assert_eq!(ours, theirs, "{question}, at {}", peer.origin);
            }
        }
        assert!(both >= at_least, "{both} answers of {other:?}");
    }
}

type Answers = Vec<(&'static str, Option<bool>)>;

/// What a provider says to the same questions; none where it cannot say.
async fn answers(payments: &dyn Payments, till: &Till<'_>) -> Answers {
    let ann = payments.customer(&somebody(1)).await.ok();
    let again = payments.customer(&somebody(1)).await.ok();
    let bo = payments.customer(&somebody(2)).await.ok();
    let nobody = CustomerRef::parse("cus_none").expect("a name");
    let known = ann.clone().unwrap_or(nobody.clone());
    let none = SubscriptionRef::parse("sub_none").expect("a name");
    let purchase = PurchaseId(Uuid::from_u128(9));
    let mut all = vec![
        ("one account is one customer", ann.as_ref().zip(again.as_ref()).map(|(ann, again)| ann == again)),
        ("two accounts are two customers", ann.as_ref().zip(bo.as_ref()).map(|(ann, bo)| ann != bo)),
        ("a new customer has no card", said(payments.card(&known).await, Option::is_none)),
        ("nobody has no card", said(payments.card(&nobody).await, Option::is_none)),
        ("nobody bought nothing", said(payments.look_up(purchase, &known).await, Option::is_none)),
        ("there is no such subscription", said(payments.subscription(&none).await, Option::is_none)),
    ];
    for give_back in [GiveBack::Nothing, GiveBack::Everything] {
        let stop = Stop { subscription: none.clone(), give_back };
        all.push(("what is not there can be ended", said(payments.stop(&stop).await, |()| true)));
    }
    if till.enter_card(&known).await {
        let once = payments.card(&known).await;
        let twice = payments.card(&known).await;
        let same = once.as_ref().ok().zip(twice.as_ref().ok()).map(|(once, twice)| once == twice);
        all.push(("a card that was entered is on file", said(once, Option::is_some)));
        all.push(("it stays the same card", same));
        let other = bo.unwrap_or(nobody);
        all.push(("and is nobody else's", said(payments.card(&other).await, Option::is_none)));
    }
    all
}

fn said<T>(answer: Result<T, Fault>, about: impl FnOnce(&T) -> bool) -> Option<bool> {
    answer.ok().map(|answer| about(&answer))
}

fn somebody(n: u128) -> Customer {
    let email = Email::parse(&format!("somebody{n}@example.com")).expect("an address");
    Customer { account: AccountId(Uuid::from_u128(n)), email, name: PersonName::parse("Some", "Body").expect("a name") }
}

/// Where cards are entered.
enum Till<'a> {
    Simulator(Arc<Bank>),
    Peer(&'a Peer),
}

impl Till<'_> {
    /// Enters a good card, where there is somewhere to.
    async fn enter_card(&self, customer: &CustomerRef) -> bool {
        match self {
            Self::Simulator(bank) => {
                let form = format!("customer={customer}&back=/profile&manner=good&years=3");
                let request =
                    axum::http::Request::post("/card").header("content-type", "application/x-www-form-urlencoded");
                let request = request.body(axum::body::Body::from(form)).expect("a request");
                bank_router(bank.clone()).oneshot(request).await.is_ok_and(|answer| answer.status().is_redirection())
            }
            Self::Peer(peer) => {
                let card = [
                    ("type", "card"),
                    ("card[number]", "4242424242424242"),
                    ("card[exp_month]", "12"),
                    ("card[exp_year]", "2031"),
                    ("card[cvc]", "123"),
                ];
                let Some(made) = peer.post("/v1/payment_methods", &card).await else { return false };
                let id = made["id"].as_str().expect("a name");
                let attach = format!("/v1/payment_methods/{id}/attach");
                peer.post(&attach, &[("customer", customer.as_str())]).await.is_some()
            }
        }
    }
}

/// A server that none of us wrote, until the test ends.
struct Peer {
    child: Child,
    origin: String,
    client: Client,
    _folder: TempDir,
}

impl Peer {
    /// Starts it on a free port, which it is told as its last argument or in a variable.
    async fn start(program: &str, words: &[&str], variable: &str) -> Self {
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let tools = std::env::var_os("PORTAL_TOOLS").map_or_else(|| here.join("../target/tools"), PathBuf::from);
        let tools = std::path::absolute(tools).expect("a path");
        let folder = tempfile::tempdir().expect("a folder");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let in_tools = |word: &str| if word.contains('/') { tools.join(word) } else { PathBuf::from(word) };
        let mut command = Command::new(in_tools(program));
        command.args(words.iter().map(|word| in_tools(word))).current_dir(folder.path()).env("TMPDIR", folder.path());
        match variable {
            "" => command.arg(port.to_string()),
            variable => command.env(variable, port.to_string()),
        };
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().unwrap_or_else(|why| panic!("{program}: {why}; run `cargo xtask tools`"));
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().build().expect("a client");
        let mut peer = Self { child, origin: format!("http://localhost:{port}"), client, _folder: folder };
        for _ in 0..900 {
            if peer.client.get(&peer.origin).send().await.is_ok() {
                return peer;
            }
            assert!(peer.child.try_wait().is_ok_and(|ended| ended.is_none()), "{program} {words:?} has ended");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{program} {words:?} never answers");
    }

    fn stripe(&self) -> Stripe {
        let settings = StripeSettings::new(SecretString::from(KEY), Currency::USD);
        let settings = StripeSettings { base_url: self.origin.clone(), patience: Duration::from_secs(20), ..settings };
        Stripe::new(settings).expect("fine")
    }

    /// What it answers; none when it refuses.
    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Option<serde_json::Value> {
        let request = self.client.post(format!("{}{path}", self.origin)).bearer_auth(KEY).form(fields);
        let answer = request.send().await.ok().filter(|answer| answer.status().is_success())?;
        serde_json::from_slice(&answer.bytes().await.ok()?).ok()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const PORTAL: &str = "http://127.0.0.1:8080";
const KEY: &str = "sk_test_0123456789";

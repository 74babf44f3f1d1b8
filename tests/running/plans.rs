//! Plans here and subscriptions at the provider, held against each other with the running binary (`BILL-10`, `BK-02`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;

use practice_testkit::cluster::Cluster;
use serde_json::{Map, Value, json};

use crate::server::Server;
use crate::stand_in::server::Server as StandIn;
use crate::stripe::{a_paid_seat, settings};
use crate::visitor::Visitor;

/// BILL-10, BK-02: whatever differs from the simulator's books is told, with the code 1, and nothing changes; what can be followed is, with a
/// reason; and what is left is for people.
#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_told_and_followed() {
    differ(Server::start()).await;
}

/// The same in a cluster.
#[tokio::test(flavor = "multi_thread")]
async fn what_differs_from_a_cluster_is_told_and_followed() {
    let cluster = Cluster::start(Path::new(env!("CARGO_TARGET_TMPDIR")));
    differ(Server::start_on(&cluster.url(&cluster.database(None)), None)).await;
}

async fn differ(mut server: Server) {
    same(&server);
    let boss = Visitor::manager(&server.base).await;
    let first = buy(&boss, &boss.unpaid().await[0]).await;
    assert!(first.contains("active"), "{first}");
    server.kill();
    Books::change(&server, |books| books.cards("declined"));
    server.start_again();
    let boss = Visitor::manager(&server.base).await;
    let declined = buy(&boss, &boss.unpaid().await[0]).await;
    assert!(declined.contains("declined"), "{declined}");
    server.kill();
    Books::change(&server, |books| books.cards("good"));
    server.start_again();
    let boss = Visitor::manager(&server.base).await;
    let (bank, away) = (server.data().join("bank"), server.data().join("away"));
    let person = boss.unpaid().await.remove(0);
    let asked = boss.offer(&person).await;
    std::fs::rename(&bank, &away).expect("the provider fails");
    assert!(boss.fill(&asked, &asked, &[]).await.1.contains("is being confirmed"));
    server.kill();
    std::fs::rename(&away, &bank).expect("it is back");
    let open = last_order(&server, &server.told("Practice id:"));
    let ended = Books::change(&server, |books| books.make_trouble(&open));
    let before = entries(&server);
    for _ in 0..2 {
        assert_eq!(kinds(&server.command(&["plans", "compare"])), counted(EVERYTHING));
    }
    assert_eq!(entries(&server), before, "a look changes nothing");

    let alone = server.command(&["plans", "compare", "--follow"]);
    assert_eq!(alone.status.code(), Some(2), "a reason is needed: {alone:?}");
    let followed = server.command(&["plans", "compare", "--follow", "--reason", "somebody edited the books"]);
    assert_eq!(kinds(&followed), counted(LEFT));
    assert!(text(&followed.stdout).contains("followed the provider, 0 could not"), "{followed:?}");
    let alarms = text(&followed.stderr).matches("the money goes back").count();
    assert_eq!(alarms, 1, "what was paid for the declined order goes back: {followed:?}");
    let told = server.command(&["audit", "search", "--code", "plans.provider-followed"]);
    assert!(text(&told.stdout).contains("somebody edited the books"), "{told:?}");
    assert!(server.command(&["audit", "verify"]).status.success());

    Books::change(&server, |books| {
        books.plan(&ended)["standing"] = json!("live");
        books.mend();
    });
    assert_eq!(kinds(&server.command(&["plans", "compare"])), counted(&[("ends-there", 1), ("runs-there", 1)]));
    Books::change(&server, |books| books.plan(&ended)["standing"] = json!("ended"));
    Books::change(&server, |books| books.ends_there(false));
    same(&server);

    // Beside a running server, too: it and the command have the same provider.
    server.start_again();
    let boss = Visitor::manager(&server.base).await;
    let (_, row) = boss.get(&format!("/manage/users/{person}")).await;
    assert!(row.contains("is-paid\">Paid"), "what was charged was granted: {row}");
    Books::change(&server, |books| books.plan(GRANTED)["standing"] = json!("ended"));
    let followed = server.command(&["plans", "compare", "--follow", "--reason", "ended by hand"]);
    assert!(followed.status.success(), "{followed:?}");
    let (_, row) = boss.get(&format!("/manage/users/{person}")).await;
    assert!(row.contains("is-free\">Free"), "{row}");
    assert!(buy(&boss, &person).await.contains("active"));
    same(&server);
}

/// Every kind that somebody made at the provider.
const EVERYTHING: &[(&str, usize)] = &[
    ("ended-there", 1),
    ("ends-there", 1),
    ("failed-there", 1),
    ("missing-there", 1),
    ("not-granted-here", 1),
    ("not-settled-here", 1),
    ("option", 1),
    ("period-end", 1),
    ("price", 1),
    ("second-there", 1),
    ("unknown-here", 1),
    ("unknown-invoice", 1),
    ("unpaid-invoice", 1),
];

/// What no following heals.
const LEFT: &[(&str, usize)] =
    &[("ends-there", 1), ("option", 1), ("price", 1), ("second-there", 1), ("unknown-here", 1)];

/// BILL-10: a practice is compared by itself, and one that is not there is a mistake.
#[tokio::test(flavor = "multi_thread")]
async fn one_practice_is_compared_by_itself() {
    let mut server = Server::start();
    server.kill();
    let practice = server.told("Practice id:");
    let name = Books::change(&server, |books| {
        let (one, _) = books.sold("securemail-monthly").remove(0);
        books.plan(&one)["ends_with_period"] = json!(true);
        one
    });
    let all = server.command(&["plans", "compare"]);
    assert_eq!(kinds(&all), counted(&[("ends-there", 1)]));
    let line = text(&all.stdout);
    assert!(line.contains(&name) && !line.contains('@'), "{line}");
    let here = line.contains(&format!("practice {practice}"));
    let one = server.command(&["plans", "compare", "--practice", &practice]);
    assert_eq!(one.status.code(), Some(i32::from(here)), "{one:?}");
    let nobody = server.command(&["plans", "compare", "--practice", "00000000-0000-0000-0000-000000000000"]);
    assert_eq!(nobody.status.code(), Some(2), "{nobody:?}");
    let off = server.command_with(&["plans", "compare"], &[("PORTAL_PAYMENTS_PROVIDER", "off".to_owned())]);
    assert!(off.status.code() == Some(2) && text(&off.stderr).contains("payments.provider"), "{off:?}");
}

/// BILL-10: through Stripe, and while Stripe is down: that is said, with the code 4, and nothing changes.
#[tokio::test(flavor = "multi_thread")]
async fn plans_are_compared_with_stripe_and_not_while_it_is_down() {
    let stripe = StandIn::start().await;
    let mut server = Server::start();
    server.kill();
    // The demo's cards and plans are the simulator's.
    server.edit("DELETE FROM wallet");
    server.edit("DELETE FROM invoice");
    server.edit("DELETE FROM subscription");
    server.serve(&settings(&stripe.origin()));
    let (boss, row) = a_paid_seat(&server, &stripe).await;
    let compare =
        |args: &[&str], origin: &str| server.command_with(&[&["plans", "compare"], args].concat(), &settings(origin));
    let (good, follow) = (stripe.origin(), ["--follow", "--reason", "to see"]);
    let told = compare(&[], &good);
    assert!(told.status.success(), "{told:?}");
    assert!(text(&told.stdout).contains("1 plan here and 1 subscription at"), "{told:?}");

    stripe.books(|books| books.subscriptions[0].status = "canceled");
    let before = entries(&server);
    for args in [&[][..], &follow] {
        let down = compare(args, "http://127.0.0.1:1");
        assert_eq!(down.status.code(), Some(4), "{down:?}");
        assert!(
            text(&down.stderr).contains("plans cannot be compared: list Stripe's subscriptions failed"),
            "{down:?}"
        );
        assert!(down.stdout.is_empty(), "{down:?}");
    }
    assert_eq!(entries(&server), before, "nothing changed");
    assert!(boss.get(&row).await.1.contains(crate::stripe::PAID));
    assert_eq!(kinds(&compare(&[], &good)), counted(&[("ended-there", 1)]));
    let followed = compare(&follow, &good);
    assert!(followed.status.success(), "{followed:?}");
    assert!(!boss.get(&row).await.1.contains(crate::stripe::PAID), "it ended at Stripe");
}

/// The simulator's books, as nobody else may change them.
struct Books(Value);

impl Books {
    /// Changes the file; whoever reads it next has it so.
    fn change<T>(server: &Server, act: impl FnOnce(&mut Self) -> T) -> T {
        let file: PathBuf = server.data().join("bank").join("bank.json");
        let lock = std::fs::File::create(file.with_extension("lock")).expect("a lock");
        lock.lock().expect("alone");
        let mut books = Self(serde_json::from_slice(&std::fs::read(&file).expect("its books")).expect("JSON"));
        let told = act(&mut books);
        std::fs::write(&file, books.0.to_string()).expect("written");
        told
    }

    fn plans(&mut self) -> &mut Map<String, Value> {
        self.0["plans"].as_object_mut().expect("plans")
    }

    fn plan(&mut self, name: &str) -> &mut Value {
        self.plans().get_mut(name).unwrap_or_else(|| panic!("{name} is there"))
    }

    /// What runs and was sold as this.
    fn sold(&mut self, option: &str) -> Vec<(String, Value)> {
        let is = |plan: &Value| plan["option"] == option && plan["standing"] == "live";
        self.plans().iter().filter(|(_, plan)| is(plan)).map(|(name, plan)| (name.clone(), plan.clone())).collect()
    }

    /// From now on every card behaves like this.
    fn cards(&mut self, manner: &str) {
        let cards = self.0["cards"].as_object_mut().expect("cards");
        cards.values_mut().for_each(|card| card["manner"] = json!(manner));
    }

    fn ends_there(&mut self, ends: bool) {
        self.plans().values_mut().for_each(|plan| plan["ends_with_period"] = json!(ends));
    }

    /// Another subscription of a month, charged once, of this purchase.
    fn add(&mut self, name: &str, purchase: &str) {
        let (_, mut plan) = self.sold("securemail-monthly").pop().expect("somebody has one");
        plan["purchase"] = json!(purchase);
        plan["charges"][0]["name"] = json!(name.replace("simsub", "simin"));
        self.plans().insert(name.to_owned(), plan);
    }

    /// One of each kind; the name of what ended.
    fn make_trouble(&mut self, open: &str) -> String {
        let months = self.sold("securemail-monthly");
        let plugins = self.sold("outlook-plugin-annual");
        let declined = self.0["declined"].as_array_mut().and_then(Vec::pop).expect("an order was declined");
        let last = months.last().expect("bought just now").1["purchase"].as_str().expect("an id").to_owned();
        self.add(GRANTED, open);
        self.add("simsub_900002", declined.as_str().expect("an id"));
        self.add("simsub_900003", &last);
        self.add("simsub_900004", "00000000-0000-0000-0000-000000000077");
        self.plan(&months[0].0)["standing"] = json!("ended");
        self.plans().remove(&months[1].0);
        self.plan(&months[2].0)["standing"] = json!("failed");
        self.plan(&months[3].0)["option"] = json!("outlook-plugin-monthly");
        self.plan(&months[4].0)["before_tax"] = json!(900);
        self.plan(&plugins[0].0)["ends_with_period"] = json!(true);
        let anchor = self.plan(&plugins[1].0)["anchor"].as_i64().expect("a moment");
        self.plan(&plugins[1].0)["anchor"] = json!(anchor + 24 * 60 * 60 * 1_000_000);
        let again = json!({"name": "simin_900009", "minor": 5_000, "at": anchor, "given_back": false});
        self.plan(&plugins[2].0)["charges"].as_array_mut().expect("charges").push(again);
        months[0].0.clone()
    }

    /// Somebody sees to what is left, but for the plan that ends there.
    fn mend(&mut self) {
        for name in ["simsub_900003", "simsub_900004"] {
            self.plan(name)["standing"] = json!("ended");
        }
        for (_, plan) in self.plans().iter_mut().filter(|(_, plan)| plan["standing"] == "live") {
            if plan["option"] == "outlook-plugin-monthly" {
                plan["option"] = json!("securemail-monthly");
            }
            if plan["before_tax"] == 900 {
                plan["before_tax"] = json!(1_000);
            }
        }
    }
}

/// What the subscription of the open order is called.
const GRANTED: &str = "simsub_900001";

#[track_caller]
fn same(server: &Server) {
    let told = server.command(&["plans", "compare"]);
    assert!(told.status.success() && text(&told.stdout).contains("Nothing differs."), "{told:?}");
}

/// How many differences of each kind were told, line by line; the last line says so, too.
#[track_caller]
fn kinds(told: &Output) -> BTreeMap<String, usize> {
    assert_eq!(told.status.code(), Some(1), "{told:?}");
    let mut kinds = BTreeMap::new();
    for line in text(&told.stdout).lines().filter(|line| line.contains("  sim") || line.contains("  sub_")) {
        let kind = line.split(' ').next().expect("a word").to_owned();
        assert!(text(&told.stderr).contains(&kind), "{told:?}");
        *kinds.entry(kind).or_default() += 1;
    }
    let number: usize = kinds.values().sum();
    assert!(text(&told.stderr).contains(&format!("differ: {number} difference")), "{told:?}");
    kinds
}

fn counted(kinds: &[(&str, usize)]) -> BTreeMap<String, usize> {
    kinds.iter().map(|(kind, number)| ((*kind).to_owned(), *number)).collect()
}

/// How many entries all logs have.
fn entries(server: &Server) -> String {
    text(&server.command(&["audit", "verify"]).stdout)
}

/// The order that was asked for last.
fn last_order(server: &Server, practice: &str) -> String {
    let found = server.command(&["audit", "search", "--practice", practice, "--code", "purchase.ordered"]);
    let found = text(&found.stdout);
    let last = found.lines().rev().find(|line| line.contains("purchase.ordered")).expect("an order");
    let order: Value = serde_json::from_str(last).expect("JSON");
    let details = order.to_string();
    let at = details.find("\"purchase\"").unwrap_or_else(|| panic!("{details}"));
    let id = details[at..].split('"').nth(3).expect("an id");
    assert_eq!(id.len(), 36, "{details}");
    id.to_owned()
}

/// Buys a month for somebody; what the page says then.
async fn buy(boss: &Visitor, person: &str) -> String {
    let offer = boss.offer(person).await;
    boss.fill(&offer, &offer, &[]).await.1
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

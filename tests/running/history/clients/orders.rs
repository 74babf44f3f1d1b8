//! A manager who buys the same thing for somebody again and again, with many offers and many clicks.

use std::collections::BTreeSet;
use std::sync::Mutex;

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{Told, World, answer, text};
use crate::history::chance::Chance;
use crate::history::rules::OfOrder;

/// Somebody without a plan, and what was offered for them.
pub(super) struct Buyer {
    person: String,
    offers: Mutex<Vec<String>>,
}

impl World {
    /// Registered people without a plan, and the charges that are in the provider's books already.
    pub(super) async fn buyers(&self) -> (Vec<Buyer>, usize) {
        let people = self.managed(self.manager.get(self.here(0, "/people?status=registered&tier=free")));
        let people = answer(people).await;
        let people = people["people"].as_array().expect("people").iter();
        let buyer = |person: &Value| Buyer { person: text(person, "id"), offers: Mutex::default() };
        let staff = people.filter(|person| person["kind"] != "patient");
        (staff.take(BUYERS).map(buyer).collect(), self.charges().await.len())
    }

    /// Somebody asks what it costs, or says OK to what was offered before.
    pub(super) async fn at_order(&self, n: usize, server: usize, chance: &mut Chance) {
        let offers = self.buyers[n].offers();
        if offers.is_empty() || (offers.len() < OFFERS && chance.of(3) == 0) {
            return self.ask_price(n, server).await;
        }
        let offer = chance.of(offers.len());
        self.say_ok(n, offer, &offers[offer], server).await;
    }

    /// OK to everything that was offered, once more; then nobody was charged twice, and whoever was told that it is paid was charged.
    pub(super) async fn see_orders(&self, server: usize) {
        let (mut orders, mut paid) = (BTreeSet::new(), BTreeSet::new());
        for (n, buyer) in self.buyers.iter().enumerate() {
            for (offer, quote) in buyer.offers().iter().enumerate() {
                let Some(order) = self.say_ok(n, offer, quote, server).await else { continue };
                if order["state"] == "paid" {
                    paid.insert(text(&order, "id"));
                }
                orders.insert(text(&order, "id"));
            }
        }
        let charges = self.charges().await;
        let new = &charges[..charges.len() - self.charged];
        let charged: BTreeSet<String> = new.iter().map(|charge| text(charge, "purchase")).collect();
        assert_eq!(charged.len(), new.len(), "charged twice: {new:#?}");
        assert!(charged.is_subset(&orders), "nobody ordered it: {orders:?} {new:#?}");
        assert!(paid.is_subset(&charged), "not charged: {paid:?} {new:#?}");
        assert!(!paid.is_empty(), "nothing was bought");
    }

    async fn ask_price(&self, n: usize, server: usize) {
        let buyer = &self.buyers[n];
        let began = self.now();
        let body = json!({"person": buyer.person, "options": ["securemail-monthly"]});
        let told = self.told(self.managed(self.manager.post(self.at(server, "/quotes"))).json(&body)).await;
        match told.known(&[(201, true), (409, false)]) {
            Ok(Some(true)) => {
                let Told::Answer(_, quote) = told else { unreachable!("it is known") };
                buyer.offers.lock().expect("no panic").push(text(&quote, "id"));
            }
            Ok(Some(false)) => {
                assert!(told.is_because(&["purchase-in-progress", "already-held"]), "{told:?}");
                self.orders.note(n, began, Some(self.now()), OfOrder::Sold);
            }
            Ok(None) | Err(()) => {}
        }
    }

    async fn say_ok(&self, n: usize, offer: usize, quote: &str, server: usize) -> Option<Value> {
        let began = self.now();
        let body = json!({"quote": quote});
        let told = self.told(self.managed(self.manager.post(self.at(server, "/purchases"))).json(&body)).await;
        let known = told.known(&[(201, true), (202, true), (409, false)]).ok()?;
        let refused = ["purchase-in-progress", "already-held", "quote-stale"];
        assert!(known != Some(false) || told.is_because(&refused), "{told:?}");
        let order = match &told {
            Told::Answer(_, body) if known == Some(true) => Some(body["purchases"][0].clone()),
            _ => None,
        };
        let name = known.map(|_| order.as_ref().map(|order| text(order, "id")));
        self.orders.note(n, began, known.map(|_| self.now()), OfOrder::Ok { offer, told: name });
        order
    }

    /// What the provider has charged, newest first.
    async fn charges(&self) -> Vec<Value> {
        let books = self.manager.get(format!("{}/sandbox/bank/books.json", self.base(0))).send().await;
        let books = books.expect("an answer");
        assert_eq!(books.status(), StatusCode::OK);
        books.json().await.expect("JSON")
    }
}

impl Buyer {
    fn offers(&self) -> Vec<String> {
        self.offers.lock().expect("no panic").clone()
    }
}

const BUYERS: usize = 10;

/// Of each person.
const OFFERS: usize = 4;

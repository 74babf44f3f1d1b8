//! A small world for the rules: everything in memory, a clock that stands still, and people who know their passwords.

pub(crate) mod check;
mod line;
pub(crate) mod people;
mod second_step;
pub(crate) mod staff;
mod stepping;
pub(crate) mod telling;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use practice_domain::billing::BillingFact;
use practice_domain::channel::Product;
use practice_domain::fact::{Entry, Fact};
use practice_domain::port::{Alarm, Clock, Store};
use practice_domain::usecase::billing::Till;
use practice_domain::value::{Phone, Phones, PurchaseId};
use practice_testkit::fakes::{Bell, FakePayments, FakeSeal};
use practice_testkit::memory::Memory;
use practice_testkit::scene::Scene;
use proptest::test_runner::Config;

pub(crate) use practice_testkit::interleave;
pub(crate) use practice_testkit::scene::{GOOD, TERMS, cell_phone, email, name, origin, password};
pub(crate) use stepping::{Grain, Stepping, Steps};

use line::Line;

/// A scene whose store gives way, with a bank.
pub(crate) struct World {
    pub(crate) scene: Scene,
    pub(crate) store: Arc<Stepping>,
    pub(crate) bank: Arc<FakePayments>,
    pub(crate) bell: Arc<Bell>,
    pub(crate) till: Till,
}

impl Deref for World {
    type Target = Scene;

    fn deref(&self) -> &Scene {
        &self.scene
    }
}

impl World {
    pub(crate) fn new() -> Self {
        let memory = Arc::new(Memory::new(Arc::new(FakeSeal)));
        let store = Arc::new(Stepping::new(Arc::clone(&memory), Steps::default()));
        let scene = Scene::over(memory, Arc::clone(&store) as Arc<dyn Store>);
        let bank = Arc::new(FakePayments::new(Arc::clone(&scene.clock) as Arc<dyn Clock>));
        let bell = Arc::new(Bell::default());
        let till = Till {
            ports: scene.ports.clone(),
            ledger: scene.memory.clone(),
            payments: Arc::new(Line { bank: Arc::clone(&bank), store: Arc::clone(&store) }),
            prices: Arc::default(),
            alarms: bell.clone(),
        };
        Self { scene, store, bank, bell, till }
    }

    /// A world whose events are told to these endpoints.
    pub(crate) fn listening(listeners: &[Product]) -> Self {
        let mut world = Self::new();
        world.listen(listeners);
        world
    }

    /// From now on whatever happens is told to these endpoints.
    pub(crate) fn listen(&mut self, listeners: &[Product]) {
        self.scene.listen(listeners);
        self.till.ports.platform = Arc::clone(&self.scene.ports.platform);
    }

    /// The purchases whose money goes back: as recorded, and as whoever operates heard of them.
    pub(crate) fn returned(&self) -> (Vec<PurchaseId>, Vec<PurchaseId>) {
        let recorded = self.memory.audit().into_iter().filter_map(|entry| match entry.fact {
            Fact::Billing(BillingFact::PurchaseReturned { purchase, .. }) => Some(purchase),
            _ => None,
        });
        let heard = self.bell.rung().into_iter().filter(|(_, alarm)| matches!(alarm, Alarm::Returned(_)));
        (recorded.collect(), heard.map(|(purchase, _)| purchase).collect())
    }

    /// The entries with facts of this code.
    pub(crate) fn facts_of(&self, code: &str) -> Vec<Entry> {
        self.memory.audit().into_iter().filter(|entry| entry.fact.code() == code).collect()
    }
}

pub(crate) fn both_phones() -> Phones {
    Phones { landline: Some(Phone::parse("(415) 555-2672").expect("a number")), ..cell_phone() }
}

/// How many cases a property is tried with, unless the environment says otherwise.
pub(crate) fn cases(cases: u32) -> Config {
    let config = Config { failure_persistence: None, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_some() { config } else { Config { cases, ..config } }
}

/// Nobody's password.
pub(crate) const WRONG: &str = "Wq8$-Otter-Quartz-Lump";
pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

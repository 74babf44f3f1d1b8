//! A small world for the rules: everything in memory, a clock that stands still, and people who know their passwords.

pub(crate) mod check;
pub(crate) mod interleave;
mod line;
pub(crate) mod people;
mod second_step;
pub(crate) mod staff;
mod stepping;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use practice_domain::access::Operator;
use practice_domain::channel::Catalogue;
use practice_domain::fact::{Entry, Origin};
use practice_domain::port::{Clock, Reader, Store};
use practice_domain::relay::{Delivered, Relay};
use practice_domain::usecase::billing::Till;
use practice_domain::usecase::{Platform, Ports};
use practice_domain::value::{Email, Password, PersonName, Phone, Phones, Reason, Time};
use practice_testkit::fakes::{
    self, FakeClock, FakeKeys, FakePayments, FakeSeal, Mailbox, PlainComposer, PlainPasswords,
};
use practice_testkit::memory::Memory;
use proptest::test_runner::Config;
use uuid::Uuid;

pub(crate) use stepping::{Grain, Stepping, Steps};

use interleave::{give_way, run};
use line::Line;

/// Everything that a rule meets.
pub(crate) struct World {
    pub(crate) memory: Arc<Memory>,
    pub(crate) store: Arc<Stepping>,
    pub(crate) clock: Arc<Still>,
    pub(crate) passwords: Arc<PlainPasswords>,
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) phone: Arc<fakes::Phone>,
    pub(crate) ports: Ports,
    pub(crate) relay: Relay,
    pub(crate) bank: Arc<FakePayments>,
    pub(crate) till: Till,
}

/// A clock that only a test moves: who waits gives way, and no time passes.
#[derive(Default)]
pub(crate) struct Still(FakeClock);

#[async_trait]
impl Clock for Still {
    fn now(&self) -> Time {
        self.0.now()
    }

    async fn wait(&self, _: Duration) {
        give_way().await;
    }
}

impl World {
    pub(crate) fn new() -> Self {
        let memory = Arc::new(Memory::new(Arc::new(FakeSeal)));
        let store = Arc::new(Stepping::new(Arc::clone(&memory), Steps::default()));
        let clock = Arc::new(Still::default());
        let (passwords, mailbox, phone) =
            (Arc::<PlainPasswords>::default(), Arc::<Mailbox>::default(), Arc::<fakes::Phone>::default());
        let platform =
            Platform { brand: "Practice Portal".to_owned(), catalogue: Catalogue::default(), terms: TERMS.to_owned() };
        let ports = Ports {
            store: Arc::clone(&store) as Arc<dyn Store>,
            reader: Arc::clone(&memory) as Arc<dyn Reader>,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: Arc::new(fakes::SeededEntropy::new(7)),
            keys: Arc::new(FakeKeys),
            passwords: passwords.clone(),
            platform: Arc::new(platform),
        };
        let relay = Relay {
            ports: ports.clone(),
            ledger: memory.clone(),
            outbox: memory.clone(),
            composer: Arc::new(PlainComposer),
            mailer: mailbox.clone(),
            texter: phone.clone(),
            worker: Uuid::from_u128(1),
        };
        let bank = Arc::new(FakePayments::new(Arc::clone(&clock) as Arc<dyn Clock>));
        let till = Till {
            ports: ports.clone(),
            ledger: memory.clone(),
            payments: Arc::new(Line { bank: Arc::clone(&bank), store: Arc::clone(&store) }),
            prices: Arc::default(),
        };
        Self { memory, store, clock, passwords, mailbox, phone, ports, relay, bank, till }
    }

    pub(crate) fn now(&self) -> Time {
        self.clock.now()
    }

    pub(crate) fn later(&self, span: Duration) {
        self.clock.0.advance(span);
    }

    pub(crate) fn set_clock(&self, now: Time) {
        self.clock.0.set(now);
    }

    /// Delivers what is due, until nothing is.
    pub(crate) fn deliver(&self) -> Vec<Delivered> {
        std::iter::from_fn(|| run(self.relay.deliver_next()).expect("the store works")).collect()
    }

    /// The codes of the facts since there were `before` entries.
    pub(crate) fn facts_of(&self, code: &str) -> Vec<Entry> {
        self.memory.audit().into_iter().filter(|entry| entry.fact.code() == code).collect()
    }
}

pub(crate) fn email(text: &str) -> Email {
    Email::parse(text).expect("a good address")
}

pub(crate) fn name(first: &str, last: &str) -> PersonName {
    PersonName::parse(first, last).expect("a good name")
}

pub(crate) fn password(text: &str) -> Password {
    Password::parse(text).expect("a short password")
}

pub(crate) fn cell_phone() -> Phones {
    Phones { cell: Some(Phone::parse("(415) 555-2671").expect("a number")), landline: None }
}

pub(crate) fn both_phones() -> Phones {
    Phones { landline: Some(Phone::parse("(415) 555-2672").expect("a number")), ..cell_phone() }
}

pub(crate) fn origin() -> Origin {
    Origin { address: None, agent: "Firefox".to_owned(), request: "r-1".to_owned() }
}

pub(crate) fn operator() -> Operator {
    Operator::at_the_command_line("casey".to_owned(), Some(Reason::parse("asked by phone").expect("a reason")))
}

/// How many cases a property is tried with, unless the environment says otherwise.
pub(crate) fn cases(cases: u32) -> Config {
    let config = Config { failure_persistence: None, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_some() { config } else { Config { cases, ..config } }
}

/// The password of everybody who has not another one.
pub(crate) const GOOD: &str = "Wq8$-Otter-Quartz-Lamp";
/// Nobody's password.
pub(crate) const WRONG: &str = "Wq8$-Otter-Quartz-Lump";
/// The terms in force.
pub(crate) const TERMS: &str = "2026-05-04";
pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

//! Rules told as stories: given people, when somebody acts, then this was recorded, ordered or refused. Everything is in memory, the
//! clock stands still, and no async runtime is needed.
//!
//! ```
//! use practice_domain::usecase::{self, SignInError};
//! use practice_testkit::scene::{GOOD, Scene, sign_in};
//!
//! let scene = Scene::new();
//! let practice = scene.given_practice("marisol@practice.example");
//! scene.given_colleague(practice, "ann@practice.example");
//!
//! for failure in 1..7 {
//!     let wrong = usecase::sign_in(&scene.ports, sign_in("ann@practice.example", "not hers"));
//!     scene.when(wrong).records(&["sign-in.failed"]);
//! }
//! let seventh = usecase::sign_in(&scene.ports, sign_in("ann@practice.example", "not hers"));
//! let then = scene.when(seventh).records(&["sign-in.failed", "account.locked"]);
//! assert_eq!(then.notices.len(), 1, "she is told");
//! assert!(matches!(then.refused(), SignInError::Refused));
//!
//! let right = usecase::sign_in(&scene.ports, sign_in("ann@practice.example", GOOD));
//! assert!(matches!(scene.when(right).refused(), SignInError::Refused));
//! ```

mod given;
mod then;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use practice_domain::access::Operator;
use practice_domain::channel::{Catalogue, Product};
use practice_domain::fact::Origin;
use practice_domain::port::{Clock, Queue, Reader, Store};
use practice_domain::relay::{Delivered, Relay};
use practice_domain::usecase::{Platform, Ports, SignIn};
use practice_domain::value::{Email, Password, PersonName, Phone, Phones, Reason, Regions, Time};
use uuid::Uuid;

pub use then::Then;

use crate::fakes::{self, FakeClock, FakeKeys, FakeSeal, Mailbox, PlainComposer, PlainPasswords, SeededEntropy};
use crate::interleave::{give_way, run};
use crate::memory::Memory;

/// Everything that a rule meets: a store, a clock, chance, keys, passwords, a mailbox and a telephone.
pub struct Scene {
    /// What is kept.
    pub memory: Arc<Memory>,
    /// What the time is.
    pub clock: Arc<Still>,
    /// How often a password was checked.
    pub passwords: Arc<PlainPasswords>,
    /// Letters that arrived.
    pub mailbox: Arc<Mailbox>,
    /// Texts and calls that arrived.
    pub phone: Arc<fakes::Phone>,
    /// Events that products were told of.
    pub bulletin: Arc<fakes::Bulletin>,
    /// What every use case is given.
    pub ports: Ports,
    /// What brings notices out; see [`Scene::deliver`].
    pub relay: Relay,
}

impl Scene {
    /// A world without practices.
    #[must_use]
    pub fn new() -> Self {
        let memory = Arc::new(Memory::new(Arc::new(FakeSeal)));
        Self::over(Arc::clone(&memory), memory)
    }

    /// One whose rules go through a store that stands before `memory`: one that gives way, fails or forgets.
    #[must_use]
    pub fn over(memory: Arc<Memory>, store: Arc<dyn Store>) -> Self {
        let clock = Arc::new(Still::default());
        let (passwords, mailbox, phone) =
            (Arc::<PlainPasswords>::default(), Arc::<Mailbox>::default(), Arc::<fakes::Phone>::default());
        let bulletin = Arc::<fakes::Bulletin>::default();
        let platform = Platform {
            brand: "Practice Portal".to_owned(),
            catalogue: Catalogue::default(),
            terms: TERMS.to_owned(),
            regions: Regions::default(),
            listeners: Vec::new(),
        };
        let ports = Ports {
            store,
            reader: Arc::clone(&memory) as Arc<dyn Reader>,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: Arc::new(SeededEntropy::new(7)),
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
            announcer: bulletin.clone(),
            queue: Queue::People,
            worker: Uuid::from_u128(1),
            unlimited: false,
        };
        Self { memory, clock, passwords, mailbox, phone, bulletin, ports, relay }
    }

    /// What the time is.
    #[must_use]
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// Lets time pass.
    pub fn later(&self, span: Duration) {
        self.clock.0.advance(span);
    }

    /// Moves the clock, also backwards.
    pub fn set_clock(&self, now: Time) {
        self.clock.0.set(now);
    }

    /// Delivers letters, texts and calls that are due, until nothing is.
    ///
    /// # Panics
    ///
    /// If the store fails.
    pub fn deliver(&self) -> Vec<Delivered> {
        Self::empty(&self.relay)
    }

    /// Tells one endpoint of the events that are due, until there is none.
    ///
    /// # Panics
    ///
    /// If the store fails.
    pub fn announce(&self, to: Product) -> Vec<Delivered> {
        Self::empty(&Relay { queue: Queue::Events(to), ..self.relay.clone() })
    }

    fn empty(relay: &Relay) -> Vec<Delivered> {
        std::iter::from_fn(|| run(relay.deliver_next()).expect("the store works")).collect()
    }

    /// From now on whatever happens is told to these endpoints.
    pub fn listen(&mut self, listeners: &[Product]) {
        let platform = Platform { listeners: listeners.to_vec(), ..(*self.ports.platform).clone() };
        self.ports.platform = Arc::new(platform);
        self.relay.ports.platform = self.ports.platform.clone();
    }
}

impl Default for Scene {
    fn default() -> Self {
        Self::new()
    }
}

/// A clock that only a test moves: who waits gives way to others, and no time passes.
#[derive(Debug, Default)]
pub struct Still(FakeClock);

#[async_trait]
impl Clock for Still {
    fn now(&self) -> Time {
        self.0.now()
    }

    async fn wait(&self, _: Duration) {
        give_way().await;
    }
}

/// An address.
///
/// # Panics
///
/// If it is none.
#[must_use]
pub fn email(text: &str) -> Email {
    Email::parse(text).expect("a good address")
}

/// A name.
///
/// # Panics
///
/// If it is none.
#[must_use]
pub fn name(first: &str, last: &str) -> PersonName {
    PersonName::parse(first, last).expect("a good name")
}

/// A password.
///
/// # Panics
///
/// If it is too long to be looked at.
#[must_use]
pub fn password(text: &str) -> Password {
    Password::parse(text).expect("a short password")
}

/// One cell phone.
///
/// # Panics
///
/// Never: the number is a good one.
#[must_use]
pub fn cell_phone() -> Phones {
    Phones { cell: Some(Phone::parse("(415) 555-2671").expect("a number")), landline: None }
}

/// Somebody's browser.
#[must_use]
pub fn origin() -> Origin {
    Origin { address: None, agent: "Firefox".to_owned(), request: "r-1".to_owned() }
}

/// An operator with a reason.
///
/// # Panics
///
/// Never: the reason is a good one.
#[must_use]
pub fn operator() -> Operator {
    Operator::at_the_command_line("casey".to_owned(), Some(Reason::parse("asked by phone").expect("a reason")))
}

/// What somebody types on the sign-in page of a browser that nobody knows.
#[must_use]
pub fn sign_in(who: &str, with: &str) -> SignIn {
    SignIn { email: email(who), password: password(with), device: None, origin: origin(), units: Vec::new() }
}

/// The password of everybody who has not another one.
pub const GOOD: &str = "Wq8$-Otter-Quartz-Lamp";

/// The terms in force.
pub const TERMS: &str = "2026-05-04";

//! Ports that do what a test tells them: the clock stands still, chance repeats itself, letters stay in a mailbox.

mod authenticators;
mod bell;
mod bot_check;
mod bulletin;
mod clock;
mod entropy;
mod keys;
mod mail;
mod passwords;
mod payments;
mod phone;

pub use authenticators::PaperAuthenticators;
pub use bell::Bell;
pub use bot_check::Doorman;
pub use bulletin::{Bulletin, Heard};
pub use clock::FakeClock;
pub use entropy::SeededEntropy;
pub use keys::{FakeKeys, FakeSeal};
pub use mail::{Mailbox, PlainComposer};
pub use passwords::PlainPasswords;
pub use payments::{FakePayments, FakeSubscription, Mood};
pub use phone::{Phone, Ring, WordText};

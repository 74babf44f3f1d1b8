//! The fakes keep the contract of the ports that they stand for, and one that lies does not.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use async_trait::async_trait;
use practice_domain::channel::Product;
use practice_domain::event::Announcement;
use practice_domain::member::Tier;
use practice_domain::port::{Announcer, Letter, Mailer, SendError, Texter};
use practice_testkit::contract::{self, PeerHarness, Turn, Wire};
use practice_testkit::fakes::{Bulletin, Mailbox, Phone};
use practice_testkit::{announcer_contract, mailer_contract, texter_contract};

struct Fakes;

#[async_trait]
impl PeerHarness<dyn Mailer> for Fakes {
    async fn play(&self, turns: &[Turn]) -> Option<Wire<dyn Mailer>> {
        let mailbox = Arc::new(Mailbox::default());
        for failure in failures(turns)? {
            mailbox.fail_next(failure);
        }
        let arrived = {
            let mailbox = mailbox.clone();
            move || mailbox.letters().iter().map(|l| format!("{} {} {}", l.to.normal(), l.subject, l.text)).collect()
        };
        Some(Wire { port: mailbox, arrived: Box::new(arrived), keep: Box::new(()) })
    }
}

#[async_trait]
impl PeerHarness<dyn Texter> for Fakes {
    async fn play(&self, turns: &[Turn]) -> Option<Wire<dyn Texter>> {
        let phone = Arc::new(Phone::default());
        for failure in failures(turns)? {
            phone.fail_next(failure);
        }
        let arrived = {
            let phone = phone.clone();
            move || phone.rings().iter().map(|ring| format!("{} {}", ring.to.e164(), ring.code)).collect()
        };
        Some(Wire { port: phone, arrived: Box::new(arrived), keep: Box::new(()) })
    }
}

#[async_trait]
impl PeerHarness<dyn Announcer> for Fakes {
    async fn play(&self, turns: &[Turn]) -> Option<Wire<dyn Announcer>> {
        let bulletin = Arc::new(Bulletin::default());
        for failure in failures(turns)? {
            bulletin.fail_next(failure);
        }
        for other in [Product::SecureMail, Product::TruForm, Product::Collaborator] {
            bulletin.go_deaf(other);
        }
        let arrived = {
            let bulletin = bulletin.clone();
            let said = |event: Announcement| {
                let tier = event.event.tier().map_or("", Tier::code);
                let (id, practice, account) = (event.id, event.practice, event.account);
                format!("{id} {practice} {account} {} {} {tier}", event.event.code(), event.event.subject())
            };
            move || bulletin.heard().iter().map(|heard| said(heard.event)).collect()
        };
        Some(Wire { port: bulletin, arrived: Box::new(arrived), keep: Box::new(()) })
    }
}

/// A fake fails first, then takes whatever comes. It cannot fall silent.
fn failures(turns: &[Turn]) -> Option<Vec<SendError>> {
    let reply = || "451 later".to_owned();
    let failures = turns.iter().filter(|turn| **turn != Turn::Take).map(|turn| match turn {
        Turn::RefuseForGood => Some(SendError::Permanent { reply: reply() }),
        Turn::RefuseForNow => Some(SendError::Transient { reply: reply() }),
        Turn::LoseAnswer => Some(SendError::Ambiguous { reply: reply() }),
        Turn::Take | Turn::FallSilent => None,
    });
    failures.collect()
}

mod events {
    use super::*;

    announcer_contract!(Fakes);
}

mod mail {
    use super::*;

    mailer_contract!(Fakes);
}

mod text {
    use super::*;

    texter_contract!(Fakes);
}

/// Says that every letter was taken.
struct Liar;

#[async_trait]
impl Mailer for Liar {
    async fn send(&self, _: &Letter) -> Result<(), SendError> {
        Ok(())
    }
}

#[async_trait]
impl PeerHarness<dyn Mailer> for Liar {
    async fn play(&self, _: &[Turn]) -> Option<Wire<dyn Mailer>> {
        Some(Wire { port: Arc::new(Self), arrived: Box::new(Vec::new), keep: Box::new(()) })
    }
}

#[test]
fn a_mailer_that_lies_breaks_the_contract() {
    let breaks = |law: std::pin::Pin<Box<dyn Future<Output = ()>>>| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        catch_unwind(AssertUnwindSafe(|| runtime.block_on(law))).is_err()
    };
    assert!(breaks(Box::pin(contract::a_letter_arrives(&Liar))));
    assert!(breaks(Box::pin(contract::a_mailer_says_what_became_of_a_letter(&Liar))));
    assert!(breaks(Box::pin(contract::a_failed_letter_does_not_hold_the_next(&Liar))));
}

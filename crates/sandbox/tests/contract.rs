//! Mailbox and handset keep the contract of the ports that they stand in for.

use std::sync::Arc;

use async_trait::async_trait;
use practice_domain::port::{Mailer, Texter};
use practice_sandbox::{Handset, Mailbox};
use practice_testkit::contract::{PeerHarness, Turn, Wire};
use practice_testkit::fakes::FakeClock;
use practice_testkit::{mailer_contract, texter_contract};

/// Takes everything, and can do nothing else.
struct Sandbox;

#[async_trait]
impl PeerHarness<dyn Mailer> for Sandbox {
    async fn play(&self, turns: &[Turn]) -> Option<Wire<dyn Mailer>> {
        let mailbox = Arc::new(Mailbox::in_memory(Arc::new(FakeClock::default())));
        let kept = mailbox.clone();
        let arrived =
            move || kept.letters("").iter().map(|post| format!("{} {} {}", post.to, post.subject, post.text)).collect();
        takes_all(turns).then_some(())?;
        Some(Wire { port: mailbox, arrived: Box::new(arrived), keep: Box::new(()) })
    }
}

#[async_trait]
impl PeerHarness<dyn Texter> for Sandbox {
    async fn play(&self, turns: &[Turn]) -> Option<Wire<dyn Texter>> {
        let handset = Arc::new(Handset::in_memory(Arc::new(FakeClock::default())));
        let kept = handset.clone();
        let arrived = move || kept.messages("").iter().map(|m| format!("{} {}", m.to, m.words)).collect();
        takes_all(turns).then_some(())?;
        Some(Wire { port: handset, arrived: Box::new(arrived), keep: Box::new(()) })
    }
}

fn takes_all(turns: &[Turn]) -> bool {
    turns.iter().all(|turn| *turn == Turn::Take)
}

mod mail {
    use super::*;

    mailer_contract!(Sandbox);
}

mod text {
    use super::*;

    texter_contract!(Sandbox);
}

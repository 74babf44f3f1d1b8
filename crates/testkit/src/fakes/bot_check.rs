use std::net::IpAddr;
use std::sync::Mutex;

use async_trait::async_trait;
use practice_domain::access::Gate;
use practice_domain::port::{BotCheck, BotVerdict, Keys as _};

use crate::fakes::FakeKeys;
use crate::lock;

/// A check that knows one good answer for each gate, and is out of order when it is told to be.
#[derive(Debug, Default)]
pub struct Doorman {
    out_of_order: Mutex<bool>,
    asked: Mutex<usize>,
}

impl Doorman {
    /// A good answer for this gate; `number` makes different ones.
    #[must_use]
    pub fn answer(gate: Gate, number: u32) -> String {
        format!("good for {} {number}", gate.code())
    }

    /// From now on nobody can be asked, or somebody can again.
    pub fn is_out_of_order(&self, out_of_order: bool) {
        *lock(&self.out_of_order) = out_of_order;
    }

    /// How often it was asked.
    #[must_use]
    pub fn asked(&self) -> usize {
        *lock(&self.asked)
    }
}

#[async_trait]
impl BotCheck for Doorman {
    async fn verify(&self, answer: &str, gate: Gate, _client: Option<IpAddr>) -> BotVerdict {
        *lock(&self.asked) += 1;
        if *lock(&self.out_of_order) {
            BotVerdict::Unavailable
        } else if answer.starts_with(&format!("good for {} ", gate.code())) {
            BotVerdict::Passed { task: FakeKeys.digest(answer.as_bytes()) }
        } else {
            BotVerdict::Failed
        }
    }

    fn task(&self, gate: Gate) -> String {
        format!("a task for {}", gate.code())
    }
}

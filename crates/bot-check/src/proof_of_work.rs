use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use altcha::{Challenge, CreateChallengeOptions, Payload, VerifySolutionOptions, create_challenge, verify_solution};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use practice_domain::access::Gate;
use practice_domain::port::{BotCheck, BotVerdict, Clock};
use serde_json::Value;

use crate::{LIFE, named};

/// ALTCHA, served by ourselves: some 256 derivations of a key, each of so many rounds. Checking an answer costs one.
pub struct ProofOfWork {
    secret: String,
    rounds: u32,
    clock: Arc<dyn Clock>,
}

impl ProofOfWork {
    /// All instances of a portal share the secret. `rounds` from 1 to 100 000: the work of one derivation.
    #[must_use]
    pub fn new(secret: &[u8; 32], rounds: u32, clock: Arc<dyn Clock>) -> Self {
        let secret = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { secret, rounds: rounds.clamp(1, MOST_ROUNDS), clock }
    }

    fn now(&self) -> i64 {
        self.clock.now().micros() / 1_000_000
    }

    fn is_good(&self, payload: &Payload, gate: Gate) -> bool {
        let Payload { challenge, solution } = payload;
        let made_for = challenge.parameters.data.as_ref().and_then(|data| data.get(GATE)?.as_str());
        let in_time = challenge.parameters.expires_at.is_some_and(|end| end > self.now());
        let options = VerifySolutionOptions::new(challenge, solution, self.secret.as_str());
        made_for == Some(gate.code()) && in_time && verify_solution(options).is_ok_and(|result| result.verified)
    }
}

#[async_trait]
impl BotCheck for ProofOfWork {
    async fn verify(&self, answer: &str, gate: Gate, _client: Option<IpAddr>) -> BotVerdict {
        let read = STANDARD.decode(answer).ok().and_then(|json| serde_json::from_slice::<Payload>(&json).ok());
        match read.filter(|payload| self.is_good(payload, gate)).and_then(|payload| payload.challenge.signature) {
            Some(signature) => BotVerdict::Passed { task: named(&["proof of work", &signature]) },
            None => BotVerdict::Failed,
        }
    }

    fn task(&self, gate: Gate) -> String {
        let options = CreateChallengeOptions {
            cost: self.rounds,
            data: Some(BTreeMap::from([(GATE.to_owned(), Value::from(gate.code()))])),
            expires_at: Some(self.now() + LIFE.as_secs().cast_signed()),
            hmac_signature_secret: Some(self.secret.clone()),
            ..CreateChallengeOptions::default()
        };
        let json = |task: Challenge| serde_json::to_string(&task).ok();
        // Nothing of a task comes from outside, so that making one cannot fail; an empty one is never good.
        create_challenge(options).ok().and_then(json).unwrap_or_default()
    }
}

const GATE: &str = "gate";
const MOST_ROUNDS: u32 = 100_000;

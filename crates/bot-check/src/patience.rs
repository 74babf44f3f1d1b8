use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use hmac::{Hmac, KeyInit as _, Mac as _};
use practice_domain::access::Gate;
use practice_domain::port::{BotCheck, BotVerdict, Clock, Entropy};
use practice_domain::value::Time;
use sha2::Sha256;

use crate::{LIFE, named};

/// A ticket that is good for nothing yet: the only thing that a browser without script can do is wait.
pub struct Patience {
    secret: [u8; 32],
    wait: Duration,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Patience {
    /// All instances of a portal share the secret. A ticket is good after `wait`.
    #[must_use]
    pub fn new(secret: [u8; 32], wait: Duration, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { secret, wait, clock, entropy }
    }

    fn seal(&self, issued: &str, number: &str, gate: Gate) -> Option<Hmac<Sha256>> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.secret).ok()?;
        Some(mac.chain_update(format!("patience {} {issued} {number}", gate.code())))
    }

    fn is_ripe(&self, ticket: &str, gate: Gate) -> Option<bool> {
        let mut parts = ticket.split('.');
        let (issued, number, given, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
            return None;
        };
        self.seal(issued, number, gate)?.verify_slice(&unhex(given)?).ok()?;
        let issued = Time::from_micros(issued.parse().ok()?);
        let now = self.clock.now();
        Some(issued.plus(self.wait) <= now && now < issued.plus(LIFE))
    }
}

#[async_trait]
impl BotCheck for Patience {
    async fn verify(&self, answer: &str, gate: Gate, _client: Option<IpAddr>) -> BotVerdict {
        match self.is_ripe(answer, gate) {
            Some(true) => BotVerdict::Passed { task: named(&["patience", answer]) },
            Some(false) | None => BotVerdict::Failed,
        }
    }

    fn task(&self, gate: Gate) -> String {
        let (issued, number) = (self.clock.now().micros().to_string(), self.entropy.id().simple().to_string());
        let seal = self.seal(&issued, &number, gate).map(|mac| mac.finalize().into_bytes());
        let seal: String = seal.iter().flatten().map(|byte| format!("{byte:02x}")).collect();
        format!("{issued}.{number}.{seal}")
    }
}

/// Reads what was written as lower case hex, and only that: a ticket has one spelling.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(*pair.get(1)?)?)).collect()
}

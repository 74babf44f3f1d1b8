use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use practice_domain::access::Gate;
use practice_domain::port::{BotCheck, BotVerdict};

/// A third party's security check, and whether it answered when it was last asked (`BC-03`). That it stopped answering, and that it
/// answers again, is logged once each; `GET /readyz` says how it is.
pub struct Watched {
    check: Arc<dyn BotCheck>,
    degraded: AtomicBool,
}

impl Watched {
    /// Watches this check; it is thought to be well until it fails to answer.
    #[must_use]
    pub fn new(check: Arc<dyn BotCheck>) -> Self {
        Self { check, degraded: AtomicBool::new(false) }
    }

    /// Whether it did not answer when it was last asked.
    #[must_use]
    pub fn is_degraded(&self) -> bool {
        self.degraded.load(Ordering::Relaxed)
    }

    /// Asks it about an answer that is none, if it did not answer before: any verdict means that it is back.
    pub async fn probe(&self) {
        if self.is_degraded() {
            self.verify("probe", Gate::SignIn, None).await;
        }
    }

    fn note(&self, degraded: bool) {
        match (self.degraded.swap(degraded, Ordering::Relaxed), degraded) {
            (false, true) => tracing::error!(bot_check_degraded = 1, "nobody checks answers to the security check"),
            (true, false) => tracing::info!(bot_check_degraded = 0, "answers to the security check are checked again"),
            (true, true) | (false, false) => {}
        }
    }
}

#[async_trait]
impl BotCheck for Watched {
    async fn verify(&self, answer: &str, gate: Gate, client: Option<IpAddr>) -> BotVerdict {
        let verdict = self.check.verify(answer, gate, client).await;
        self.note(verdict == BotVerdict::Unavailable);
        verdict
    }

    fn task(&self, gate: Gate) -> String {
        self.check.task(gate)
    }
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watched").field("degraded", &self.is_degraded()).finish_non_exhaustive()
    }
}

//! Puts the checks of people and programs before the gates.

use std::sync::Arc;
use std::time::Duration;

use practice_bot_check::{Patience, ProofOfWork, Turnstile, TurnstileError};
use practice_domain::usecase::Ports;
use practice_http_axum::{Bots, Gates, Watched};
use tokio::sync::watch;

use crate::config::{BotCheckSettings, Check, Config};

/// What stands before gates. The secrets of our own checks are made from the portal's keys, so that all instances share them.
pub(crate) fn gates(config: &Config, ports: &Ports) -> Result<Gates, TurnstileError> {
    let BotCheckSettings { check, rounds } = &config.bot_check;
    let third_party = match check {
        Check::Off => return Ok(Gates { bots: None, unlimited: !config.limits }),
        Check::Altcha => None,
        Check::Turnstile(settings) => {
            let turnstile = Turnstile::new(settings.clone(), ports.entropy.clone())?;
            Some(Arc::new(Watched::new(Arc::new(turnstile))))
        }
    };
    let own = ProofOfWork::new(&ports.keys.digest(b"bot check: proof of work"), *rounds, ports.clock.clone());
    let secret = ports.keys.digest(b"bot check: patience");
    let patience = Patience::new(secret, WAIT, ports.clock.clone(), ports.entropy.clone());
    let bots = Bots { own: Arc::new(own), third_party, patience: Arc::new(patience), wait: WAIT };
    Ok(Gates { bots: Some(bots), unlimited: !config.limits })
}

/// Looks, until `stop` says so, whether a third party that did not answer does so again (`BC-03`).
pub(crate) async fn probe(check: Arc<Watched>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        tokio::select! {
            () = tokio::time::sleep(PROBE) => check.probe().await,
            _ = stop.changed() => {}
        }
    }
}

/// How often a third party is asked that did not answer.
const PROBE: Duration = Duration::from_secs(30);

/// How long a browser without script waits before it may send a form.
const WAIT: Duration = Duration::from_secs(5);

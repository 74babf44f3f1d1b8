//! Puts the checks of people and programs before the gates.

use std::sync::Arc;
use std::time::Duration;

use practice_bot_check::{Patience, ProofOfWork, Turnstile, TurnstileError};
use practice_domain::port::BotCheck;
use practice_domain::usecase::Ports;
use practice_http_axum::{Bots, Gates};

use crate::config::{BotCheckSettings, Check, Config};

/// What stands before gates. The secrets of our own checks are made from the portal's keys, so that all instances share them.
pub(crate) fn gates(config: &Config, ports: &Ports) -> Result<Gates, TurnstileError> {
    let BotCheckSettings { check, rounds } = &config.bot_check;
    let third_party: Option<Arc<dyn BotCheck>> = match check {
        Check::Off => return Ok(Gates { bots: None, unlimited: !config.limits }),
        Check::Altcha => None,
        Check::Turnstile(settings) => Some(Arc::new(Turnstile::new(settings.clone(), ports.entropy.clone())?)),
    };
    let own = ProofOfWork::new(&ports.keys.digest(b"bot check: proof of work"), *rounds, ports.clock.clone());
    let secret = ports.keys.digest(b"bot check: patience");
    let patience = Patience::new(secret, WAIT, ports.clock.clone(), ports.entropy.clone());
    let bots = Bots { own: Arc::new(own), third_party, patience: Arc::new(patience), wait: WAIT };
    Ok(Gates { bots: Some(bots), unlimited: !config.limits })
}

/// How long a browser without script waits before it may send a form.
const WAIT: Duration = Duration::from_secs(5);

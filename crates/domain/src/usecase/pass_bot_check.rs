use std::net::IpAddr;

use crate::access::{Checked, Gated};
use crate::port::{BotCheck, BotVerdict, Fault};
use crate::rate::{Limit, Taken};
use crate::usecase::Ports;

/// Who checks answers.
#[derive(Clone, Copy)]
pub struct BotChecks<'a> {
    /// The check that pages show.
    pub primary: &'a dyn BotCheck,
    /// What stands in for it while a third party cannot be asked: our own proof of work. None where the primary is that already.
    pub fallback: Option<&'a dyn BotCheck>,
}

/// What a form brought; what it did not bring is empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct BotAnswers<'a> {
    /// The answer to the check.
    pub primary: &'a str,
    /// The answer to the fallback.
    pub fallback: &'a str,
}

/// Why a gate stays shut. Nothing else was looked at.
#[derive(Debug, thiserror::Error)]
pub enum BotCheckError {
    /// No answer, or not a good one; also one that was used before.
    #[error("please complete the security check")]
    Failed,
    /// Whoever checks answers cannot be asked, and behind this gate mails or texts are sent.
    #[error("the security check is not available; try again in a few minutes")]
    Unavailable,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// `BOT-1`, `BOT-2`: passes the check before a gate, before anything else is looked at. While the third party cannot be asked, proof
/// of work opens the gate to sign-in, and no other; nothing opens because nobody answered.
///
/// # Errors
///
/// [`BotCheckError`].
pub async fn pass_bot_check<G: Gated>(
    ports: &Ports,
    checks: BotChecks<'_>,
    answers: BotAnswers<'_>,
    client: Option<IpAddr>,
) -> Result<Checked<G>, BotCheckError> {
    let by_fallback = match verify::<G>(checks.primary, answers.primary, client).await {
        BotVerdict::Passed => false,
        BotVerdict::Failed => return Err(BotCheckError::Failed),
        BotVerdict::Unavailable => match checks.fallback {
            Some(fallback) if G::GATE.has_fallback() => match verify::<G>(fallback, answers.fallback, client).await {
                BotVerdict::Passed => true,
                BotVerdict::Failed => return Err(BotCheckError::Failed),
                BotVerdict::Unavailable => return Err(BotCheckError::Unavailable),
            },
            _ => return Err(BotCheckError::Unavailable),
        },
    };
    let answer = if by_fallback { answers.fallback } else { answers.primary };
    spend(ports, answer).await?;
    Ok(Checked::new(by_fallback))
}

async fn verify<G: Gated>(check: &dyn BotCheck, answer: &str, client: Option<IpAddr>) -> BotVerdict {
    if answer.len() > LONGEST { BotVerdict::Failed } else { check.verify(answer, G::GATE, client).await }
}

/// An answer is good once, on all instances and over restarts.
async fn spend(ports: &Ports, answer: &str) -> Result<(), BotCheckError> {
    let ask = Limit::BotAnswer.ask(&*ports.keys, answer);
    match ports.store.take_units(&[ask], ports.clock.now()).await? {
        Taken::Granted => Ok(()),
        Taken::Refused { .. } => Err(BotCheckError::Failed),
    }
}

/// Longer answers are not looked at (`BC-02`).
const LONGEST: usize = 2_048;

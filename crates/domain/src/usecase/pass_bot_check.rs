use std::net::IpAddr;

use crate::access::{Checked, Gated};
use crate::port::{BotCheck, BotVerdict, Fault};
use crate::rate::{Limit, Taken};
use crate::usecase::Ports;
use crate::value::{Digest, hex};

/// Who checks answers.
#[derive(Clone, Copy)]
pub struct BotChecks<'a> {
    /// The check that pages show.
    pub primary: &'a dyn BotCheck,
    /// What stands in for it while a third party cannot be asked: our own proof of work. None where the primary is that already.
    pub fallback: Option<&'a dyn BotCheck>,
    /// What a browser does that runs no script, and so can work for nobody: it waits. None where there is no such way.
    pub patience: Option<&'a dyn BotCheck>,
}

/// What a form brought; what it did not bring is empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct BotAnswers<'a> {
    /// The answer to the check.
    pub primary: &'a str,
    /// The answer to the fallback.
    pub fallback: &'a str,
    /// What waiting earned.
    pub patience: &'a str,
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
/// A browser without script brings neither answer, but may have waited. That opens every gate while we check answers ourselves, and
/// where a third party does, only the gate to sign-in. It counts as a fallback: limits are tighter then.
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
    let (verdict, by_fallback) = match unscripted::<G>(checks, answers) {
        Some(patience) => (verify::<G>(patience, answers.patience, client).await, true),
        None => scripted::<G>(checks, answers, client).await,
    };
    match verdict {
        BotVerdict::Passed { task } => spend(ports, &task).await?,
        BotVerdict::Failed => return Err(BotCheckError::Failed),
        BotVerdict::Unavailable => return Err(BotCheckError::Unavailable),
    }
    Ok(Checked::new(by_fallback))
}

/// Who says whether somebody waited long enough, where that is all that they bring and it may open this gate.
fn unscripted<'a, G: Gated>(checks: BotChecks<'a>, answers: BotAnswers<'_>) -> Option<&'a dyn BotCheck> {
    let only_waited = answers.primary.is_empty() && answers.fallback.is_empty() && !answers.patience.is_empty();
    let may_open = checks.fallback.is_none() || G::GATE.has_fallback();
    checks.patience.filter(|_| only_waited && may_open)
}

/// What the checks say, and whether it was the fallback's word.
async fn scripted<G: Gated>(
    checks: BotChecks<'_>,
    answers: BotAnswers<'_>,
    client: Option<IpAddr>,
) -> (BotVerdict, bool) {
    match (verify::<G>(checks.primary, answers.primary, client).await, checks.fallback) {
        (BotVerdict::Unavailable, Some(fallback)) if G::GATE.has_fallback() => {
            (verify::<G>(fallback, answers.fallback, client).await, true)
        }
        (verdict, _) => (verdict, false),
    }
}

async fn verify<G: Gated>(check: &dyn BotCheck, answer: &str, client: Option<IpAddr>) -> BotVerdict {
    if answer.len() > LONGEST { BotVerdict::Failed } else { check.verify(answer, G::GATE, client).await }
}

/// A task is good for one answer, on all instances and over restarts.
async fn spend(ports: &Ports, task: &Digest) -> Result<(), BotCheckError> {
    let ask = Limit::BotAnswer.ask(&*ports.keys, &hex(task));
    match ports.store.take_units(&[ask], ports.clock.now()).await? {
        Taken::Granted => Ok(()),
        Taken::Refused { .. } => Err(BotCheckError::Failed),
    }
}

/// Longer answers are not looked at (`BC-02`).
const LONGEST: usize = 2_048;

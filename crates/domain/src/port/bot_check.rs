use std::net::IpAddr;

use async_trait::async_trait;

use crate::access::Gate;
use crate::value::Digest;

/// Tells people from programs (`BOT-1`, `BOT-2`).
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait BotCheck: Send + Sync {
    /// Whether this is a good answer to the check that stands before this gate. MUST come back within ten seconds, and MUST refuse
    /// an answer that was made for another gate or another site, or more than five minutes ago. An empty answer is never good: it is
    /// [`BotVerdict::Unavailable`] while whoever checks answers cannot be asked, otherwise [`BotVerdict::Failed`].
    ///
    /// A task is good for one answer; [`pass_bot_check`](crate::usecase::pass_bot_check) sees to that for all instances.
    async fn verify(&self, answer: &str, gate: Gate, client: Option<IpAddr>) -> BotVerdict;

    /// What a page before this gate hands out, so that a browser can make an answer: a task as JSON, a ticket, a public key of the site.
    fn task(&self, gate: Gate) -> String;
}

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BotVerdict {
    /// A good answer.
    Passed {
        /// What the task is known by: the same for every answer to it, however that is spelled.
        task: Digest,
    },
    /// Not one.
    Failed,
    /// Whoever checks answers cannot be asked; never taken for a pass.
    Unavailable,
}

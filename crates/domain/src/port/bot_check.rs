use std::net::IpAddr;

use async_trait::async_trait;

use crate::access::Gate;

/// Tells people from programs (`BOT-1`, `BOT-2`).
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait BotCheck: Send + Sync {
    /// Whether this is a good answer to the check that stands before this gate. MUST come back within ten seconds, and MUST refuse
    /// an answer that was made for another gate or another site, or more than five minutes ago. An empty answer is never good: it is
    /// [`BotVerdict::Unavailable`] while whoever checks answers cannot be asked, otherwise [`BotVerdict::Failed`].
    ///
    /// An answer is good once; [`pass_bot_check`](crate::usecase::pass_bot_check) sees to that for all instances.
    async fn verify(&self, answer: &str, gate: Gate, client: Option<IpAddr>) -> BotVerdict;
}

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BotVerdict {
    /// A good answer.
    Passed,
    /// Not one.
    Failed,
    /// Whoever checks answers cannot be asked; never taken for a pass.
    Unavailable,
}

//! Events go out to endpoints (section 13), each in a queue of its own.

use std::time::Duration;

use crate::channel::Product;
use crate::event::{Announcement, Event};
use crate::invitation::InvitationState;
use crate::member::Member;
use crate::notice::Notice;
use crate::port::Fault;
use crate::relay::{Errand, Relay};
use crate::value::PracticeId;

impl Relay {
    /// An event, unless nobody listens any more, or the product is not in use in the practice.
    pub(super) async fn event(
        &self,
        notice: &Notice,
        to: Product,
        practice: PracticeId,
        event: Event,
    ) -> Result<Option<Errand>, Fault> {
        if !self.announcer.listens(to) || !self.is_used(to, practice).await? {
            return Ok(None);
        }
        let account = match (event, event.member()) {
            (Event::InvitationAccepted(id), _) => match self.ports.store.invitation(id).await?.map(|found| found.state)
            {
                Some(InvitationState::Accepted { account, .. }) => Some(account),
                _ => None,
            },
            (_, Some(id)) => {
                let member = self.ports.store.member_by_id(practice, id).await?;
                member.filter(|member| holds(event, notice, member)).map(|member| member.account)
            }
            (_, None) => None,
        };
        let announcement = |account| Announcement { id: notice.id, at: notice.ordered_at, practice, account, event };
        Ok(account.map(|account| Errand::Announce(to, announcement(account))))
    }

    /// A product hears of practices that it has a working key for (`INV-2`); the vendor hears of all.
    async fn is_used(&self, by: Product, practice: PracticeId) -> Result<bool, Fault> {
        if by == Product::Operator {
            return Ok(true);
        }
        let keys = self.ports.store.api_keys(practice).await?;
        Ok(keys.iter().any(|key| key.product == by && key.works()))
    }
}

/// Whether it is so. Only what was ordered ahead can have become untrue: the end date is another one by now, or none, where somebody's
/// place was taken away before it, which was told then (`EMP-2`). A place that was taken away afterwards had ended before.
fn holds(event: Event, notice: &Notice, member: &Member) -> bool {
    match event {
        Event::EndReached(_) => member.until == Some(notice.ordered_at),
        _ => true,
    }
}

/// How long an event is tried by itself.
pub(super) const TRIED: Duration = Duration::from_secs(3 * 24 * 60 * 60);

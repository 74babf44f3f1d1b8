//! What support does is told to the practices that it touches (LK-08, section 13): in their audit logs, with the reason, and by mail to
//! their User Managers. Break-glass is never silent.

use crate::account::Account;
use crate::commit::Commit;
use crate::fact::{Entry, Log};
use crate::notice::{About, Notice, SupportAct};
use crate::port::Fault;
use crate::usecase::{NEWS, Ports};
use crate::value::{AccountId, NoticeId, PracticeId, Time};

/// The practices that an act of support touches.
pub(super) struct Touched {
    /// Its home first, where an account is acted on that has one.
    practices: Vec<PracticeId>,
    /// Who hears of it anyway.
    subject: Option<AccountId>,
}

impl Touched {
    /// Whoever works with this account: its home, and every practice where it has a place.
    pub(super) async fn by(ports: &Ports, account: &Account, now: Time) -> Result<Self, Fault> {
        let mut practices: Vec<_> = account.home.into_iter().collect();
        let places = ports.store.memberships(account.id).await?;
        practices.extend(places.into_iter().filter(|place| place.works(now)).map(|place| place.practice));
        let mut seen = std::collections::BTreeSet::new();
        practices.retain(|practice| seen.insert(*practice));
        Ok(Self { practices, subject: Some(account.id) })
    }

    /// This practice, where there is one.
    pub(super) fn only(practice: Option<PracticeId>) -> Self {
        Self { practices: practice.into_iter().collect(), subject: None }
    }

    /// A commit that records the act in the log of each; in the platform's, where there is none.
    pub(super) fn recording(&self, entry: impl Fn(Log) -> Entry) -> Commit {
        let mut logs = self.practices.iter().copied().map(Log::Practice);
        let first = Commit::recording(entry(logs.next().unwrap_or(Log::Platform)));
        logs.fold(first, |commit, log| commit.and(entry(log)))
    }

    /// The same commit, with a mail to the User Managers of each; the person acted on has their own.
    pub(super) async fn tell(
        &self,
        ports: &Ports,
        mut commit: Commit,
        act: SupportAct,
        now: Time,
    ) -> Result<Commit, Fault> {
        for practice in self.practices.iter().copied() {
            for account in managers(ports, practice, now).await? {
                if Some(account) == self.subject {
                    continue;
                }
                let about = About::Support { account, practice, act };
                let id = NoticeId(ports.entropy.id());
                commit = commit.notify(Notice { id, about, ordered_at: now, expires_at: now.plus(NEWS) });
            }
        }
        Ok(commit)
    }
}

/// The accounts of the practice's User Managers who work there.
pub(super) async fn managers(ports: &Ports, practice: PracticeId, now: Time) -> Result<Vec<AccountId>, Fault> {
    let managers = ports.store.user_managers(practice, MOST_TOLD).await?;
    Ok(managers.into_iter().filter(|manager| manager.works(now)).map(|manager| manager.account).collect())
}

/// User Managers who are told, however many there are.
const MOST_TOLD: usize = 20;

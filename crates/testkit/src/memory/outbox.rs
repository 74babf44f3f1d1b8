use std::time::Duration;

use async_trait::async_trait;
use practice_domain::notice::{About, Notice};
use practice_domain::person::{Enrolment, MailState};
use practice_domain::port::{Backlog, Fault, Leased, Outbox, Parked, Queue, Settlement};
use practice_domain::value::{NoticeId, Time};
use uuid::Uuid;

use crate::lock;
use crate::memory::Memory;
use crate::memory::state::{State, Waiting};

#[async_trait]
impl Outbox for Memory {
    async fn lease(
        &self,
        queue: Queue,
        worker: Uuid,
        now: Time,
        lease: Duration,
        most: usize,
    ) -> Result<Vec<Leased>, Fault> {
        let mut state = lock(&self.state);
        if state.held {
            return Ok(Vec::new());
        }
        let is_due = |w: &&mut Waiting| Queue::of(w.notice.about) == queue && w.due.is_some_and(|due| due <= now);
        let mut due: Vec<&mut Waiting> = state.notices.values_mut().filter(is_due).collect();
        due.sort_by_key(|w| (w.due, w.notice.id));
        due.truncate(most);
        Ok(due
            .into_iter()
            .map(|w| {
                *w = Waiting {
                    due: Some(now.plus(lease)),
                    worker: Some(worker),
                    attempt: w.attempt + 1,
                    notice: w.notice.clone(),
                    parked: None,
                };
                Leased { notice: w.notice.clone(), worker, attempt: w.attempt }
            })
            .collect())
    }

    async fn settle(&self, leased: &Leased, settlement: Settlement, now: Time) -> Result<bool, Fault> {
        Ok(lock(&self.state).settle(leased, settlement, now))
    }

    async fn pass_on(&self, leased: &Leased, others: &[Notice], now: Time) -> Result<bool, Fault> {
        let mut state = lock(&self.state);
        let settled = state.settle(leased, Settlement::Sent, now);
        if settled {
            state.notices.extend(others.iter().map(|other| (other.id, Waiting::ordered(other))));
        }
        Ok(settled)
    }

    async fn parked(&self, most: usize) -> Result<Vec<Parked>, Fault> {
        let state = lock(&self.state);
        let parked = |waiting: &Waiting| {
            waiting.parked.map(|(why, since)| Parked { notice: waiting.notice.clone(), why, since })
        };
        let mut all: Vec<Parked> = state.notices.values().filter_map(parked).collect();
        all.sort_by_key(|parked| (std::cmp::Reverse(parked.since), parked.notice.id));
        all.truncate(most);
        Ok(all)
    }

    async fn backlog(&self) -> Result<Backlog, Fault> {
        let state = lock(&self.state);
        let count = |test: fn(&Waiting) -> bool| state.notices.values().filter(|one| test(one)).count() as u64;
        let oldest = state.notices.values().filter_map(|one| one.due).min();
        Ok(Backlog { waiting: count(|one| one.due.is_some()), oldest, parked: count(|one| one.parked.is_some()) })
    }

    async fn retry(&self, notice: NoticeId, now: Time) -> Result<bool, Fault> {
        let mut state = lock(&self.state);
        let Some(waiting) = state.notices.get_mut(&notice) else { return Ok(false) };
        if waiting.parked.is_none() || waiting.notice.expires_at <= now {
            return Ok(false);
        }
        (waiting.parked, waiting.due) = (None, Some(now));
        let about = waiting.notice.about;
        state.show(about, Settlement::Retry(now));
        Ok(true)
    }
}

impl State {
    /// What became of a notice that this worker holds; false when it holds it no more.
    fn settle(&mut self, leased: &Leased, settlement: Settlement, now: Time) -> bool {
        let Some(waiting) = self.notices.get_mut(&leased.notice.id) else { return false };
        if waiting.worker != Some(leased.worker) || waiting.attempt != leased.attempt {
            return false;
        }
        waiting.worker = None;
        waiting.due = match settlement {
            Settlement::Retry(at) => Some(at),
            Settlement::Sent | Settlement::Parked(_) | Settlement::Obsolete => None,
        };
        waiting.parked = match settlement {
            Settlement::Parked(why) => Some((why, now)),
            Settlement::Retry(_) | Settlement::Sent | Settlement::Obsolete => None,
        };
        let about = waiting.notice.about;
        self.show(about, settlement);
        true
    }

    /// The row of an invited person shows how the mail with the newest link fares.
    fn show(&mut self, about: About, settlement: Settlement) {
        let About::Invitation { invitation, generation } = about else { return };
        let mail = match settlement {
            Settlement::Sent => MailState::Sent,
            Settlement::Retry(_) => MailState::Queued,
            Settlement::Parked(why) => MailState::Undeliverable(why),
            Settlement::Obsolete => return,
        };
        let Some(invitation) = self.invitations.get(&invitation).filter(|i| i.generation == generation) else { return };
        if let Some(person) = self.people.get_mut(&(invitation.practice, invitation.id.into()))
            && person.standing == Enrolment::NotRegistered
        {
            person.mail = mail;
        }
    }
}

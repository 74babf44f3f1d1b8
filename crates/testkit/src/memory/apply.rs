use std::collections::BTreeMap;

use practice_domain::commit::{Claim, Commit, Guard, Record, Spend, Write};
use practice_domain::fact::Entry;
use practice_domain::lockout::Counter;
use practice_domain::person::Person;
use practice_domain::port::{CommitError, Seal, SealedEntry};
use practice_domain::session::Session;
use practice_domain::value::{TicketId, Version};

use crate::memory::state::{State, Waiting};

pub(super) type Applied = Result<(), CommitError>;

impl State {
    /// Applies a commit step by step. After an error some of it is done: whoever calls this must do it to a copy.
    pub(super) fn apply(&mut self, commit: &Commit, seal: &dyn Seal) -> Applied {
        commit.guards().iter().try_for_each(|guard| self.check(guard))?;
        let (releases, holds): (Vec<_>, Vec<_>) =
            commit.claims().iter().partition(|claim| matches!(claim, Claim::Release(..)));
        releases.into_iter().chain(holds).try_for_each(|claim| self.claim(claim))?;
        commit.spends().iter().try_for_each(|spend| self.spend(spend))?;
        commit.writes().iter().try_for_each(|write| self.write(write))?;
        commit.entries().iter().for_each(|entry| self.record(entry, seal));
        for notice in commit.notices() {
            let waiting = Waiting { notice: notice.clone(), due: Some(notice.ordered_at), worker: None, attempt: 0 };
            insert(&mut self.notices, notice.id, waiting)?;
        }
        Ok(())
    }

    fn check(&self, guard: &Guard) -> Applied {
        fresh(match guard {
            Guard::Practice(id, version) => self.practices.get(id).is_some_and(|r| r.version == *version),
            Guard::Invitation(id, version) => self.invitations.get(id).is_some_and(|r| r.version == *version),
            Guard::Registration(id, version) => self.registrations.get(id).is_some_and(|r| r.version == *version),
            Guard::Counter(subject, scope, version) => self.counter(*subject, *scope).version == *version,
            Guard::Subscription(id, version) => self.books.subscription(*id).is_some_and(|r| r.version == *version),
            Guard::Free(name) => !self.holders.contains_key(name),
            Guard::OpenInvitations(address, number) => {
                let open = self.invitations.values().filter(|i| i.is_open() && i.email.normal() == address);
                open.count() == *number
            }
        })
    }

    fn claim(&mut self, claim: &Claim) -> Applied {
        match claim {
            Claim::Release(name, owner) => {
                fresh(self.holders.get(name) == Some(owner))?;
                self.holders.remove(name);
            }
            Claim::Hold(name, _) if self.holders.contains_key(name) => return Err(CommitError::Taken(name.clone())),
            Claim::Hold(name, owner) => {
                self.holders.insert(name.clone(), *owner);
            }
        }
        Ok(())
    }

    /// A window that has passed counts in the one that is now.
    fn spend(&mut self, spend: &Spend) -> Applied {
        let (window, spent) = match self.budgets.get(&spend.budget) {
            Some((window, spent)) if *window >= spend.window => (*window, *spent),
            _ => (spend.window, 0),
        };
        if spent >= spend.limit {
            return Err(CommitError::Spent(spend.budget.clone()));
        }
        self.budgets.insert(spend.budget.clone(), (window, spent + 1));
        Ok(())
    }

    fn write(&mut self, write: &Write) -> Applied {
        match write {
            Write::Insert(record) => return self.insert(record),
            Write::Update(record) => return self.update(record),
            Write::Count { counter, gone } => return self.count(counter, gone),
            Write::List(person) => self.list(person),
            Write::Unlist(practice, id) => {
                self.people.remove(&(*practice, *id));
            }
            Write::ListLocked(account, locked) => {
                for person in self.people.values_mut().filter(|p| p.account == Some(*account)) {
                    person.locked = *locked;
                }
            }
            Write::ListActive(account, practice, at) => self.active(*practice, *account, *at),
            Write::EndSessions { account, except, at } => {
                let live = |s: &&mut Session| s.account == *account && s.ended_at.is_none() && Some(s.id) != *except;
                for session in self.sessions.values_mut().filter(live) {
                    session.ended_at = Some(*at);
                    session.version = session.version.next();
                }
            }
        }
        Ok(())
    }

    fn insert(&mut self, record: &Record) -> Applied {
        self.must_be_unique(record)?;
        match record.clone() {
            Record::Practice(r) => insert(&mut self.practices, r.id, r),
            Record::Account(r) => insert(&mut self.accounts, r.id, r),
            Record::Member(r) => insert(&mut self.members, (r.practice, r.id), r),
            Record::Invitation(r) => insert(&mut self.invitations, r.id, r),
            Record::Registration(r) => insert(&mut self.registrations, r.id, r),
            Record::Session(r) => insert(&mut self.sessions, r.id, r),
            Record::ApiKey(r) => insert(&mut self.api_keys, r.id, r),
            Record::Billing(r) => self.books.insert(*r),
            Record::Replay(r) => insert(&mut self.replays, r.key, r),
        }
    }

    fn update(&mut self, record: &Record) -> Applied {
        self.must_be_unique(record)?;
        match record.clone() {
            Record::Practice(r) => update(&mut self.practices, r.id, r, |r| &mut r.version),
            Record::Account(r) => update(&mut self.accounts, r.id, r, |r| &mut r.version),
            Record::Member(r) => update(&mut self.members, (r.practice, r.id), r, |r| &mut r.version),
            Record::Invitation(r) => update(&mut self.invitations, r.id, r, |r| &mut r.version),
            Record::Registration(r) => update(&mut self.registrations, r.id, r, |r| &mut r.version),
            Record::Session(mut r) => {
                r.seen_at = r.seen_at.max(self.sessions.get(&r.id).map_or(r.seen_at, |s| s.seen_at));
                update(&mut self.sessions, r.id, r, |r| &mut r.version)
            }
            Record::Billing(r) => self.books.update(*r),
            Record::ApiKey(_) | Record::Replay(_) => Err(CommitError::Stale),
        }
    }

    /// What is looked up by something else than its id must be the only one there.
    fn must_be_unique(&self, record: &Record) -> Applied {
        fresh(!match record {
            Record::Account(r) => self.accounts.values().any(|o| o.id != r.id && o.email == r.email),
            Record::Member(r) => self.seat(r.practice, r.account).is_some_and(|o| o.id != r.id),
            Record::Registration(r) => self.registrations.values().any(|o| o.id != r.id && o.cookie == r.cookie),
            Record::Session(r) => self.sessions.values().any(|o| o.id != r.id && o.cookie == r.cookie),
            Record::ApiKey(r) => self.api_keys.values().any(|o| o.id != r.id && o.digest == r.digest),
            Record::Practice(_) | Record::Invitation(_) | Record::Replay(_) | Record::Billing(_) => false,
        })
    }

    fn count(&mut self, counter: &Counter, gone: &[TicketId]) -> Applied {
        let stored = self.counter(counter.subject, counter.scope);
        fresh(stored.version == counter.version)?;
        let mut tickets = stored.tickets;
        tickets.retain(|ticket| !gone.contains(&ticket.id));
        let counted = Counter { version: counter.version.next(), tickets, ..counter.clone() };
        self.counters.insert((counter.subject, counter.scope), counted);
        Ok(())
    }

    fn list(&mut self, person: &Person) {
        let key = (person.practice, person.id);
        let active_at = person.active_at.max(self.people.get(&key).and_then(|p| p.active_at));
        self.people.insert(key, Person { active_at, ..person.clone() });
    }

    fn record(&mut self, entry: &Entry, seal: &dyn Seal) {
        let log = self.logs.entry(entry.log).or_default();
        let number = log.len() as u64 + 1;
        let before = log.last().map_or([0; 32], |(_, sealed)| sealed.seal);
        let text = format!("{} {} {:?}", entry.at.micros(), entry.fact.code(), entry.fact.details());
        let seal = seal.seal(number, &before, &text);
        log.push((entry.clone(), SealedEntry { number, text, seal }));
    }
}

pub(super) fn insert<K: Ord, R>(records: &mut BTreeMap<K, R>, key: K, record: R) -> Applied {
    fresh(!records.contains_key(&key))?;
    records.insert(key, record);
    Ok(())
}

pub(super) fn update<K: Ord + Copy, R>(
    records: &mut BTreeMap<K, R>,
    key: K,
    mut record: R,
    version: impl Fn(&mut R) -> &mut Version,
) -> Applied {
    let stored = records.get_mut(&key).ok_or(CommitError::Stale)?;
    fresh(version(stored) == version(&mut record))?;
    let next = version(&mut record).next();
    *version(&mut record) = next;
    *stored = record;
    Ok(())
}

fn fresh(fresh: bool) -> Applied {
    if fresh { Ok(()) } else { Err(CommitError::Stale) }
}

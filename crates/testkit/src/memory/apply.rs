use std::collections::BTreeMap;

use practice_domain::commit::{Claim, Commit, Guard, Record, Spend, Write};
use practice_domain::fact::Entry;
use practice_domain::lockout::Counter;
use practice_domain::person::Person;
use practice_domain::port::{CommitError, Seal, SealedEntry};
use practice_domain::session::{Session, Stage};
use practice_domain::value::{AccountId, TicketId, Time, Version};

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
            insert(&mut self.notices, notice.id, Waiting::ordered(notice))?;
        }
        Ok(())
    }

    fn check(&self, guard: &Guard) -> Applied {
        fresh(match guard {
            Guard::Practice(id, version) => self.practices.get(id).is_some_and(|r| r.version == *version),
            Guard::Account(id, version) => self.accounts.get(id).is_some_and(|r| r.version == *version),
            Guard::Member(practice, id, version) => {
                self.members.get(&(*practice, *id)).is_some_and(|r| r.version == *version)
            }
            Guard::SecondFactor(id, version) => self.second_factors.get(id).map(|r| r.version) == *version,
            Guard::RoleDefinition(practice, role, version) => {
                self.roles.get(&(*practice, *role)).map(|r| r.version) == *version
            }
            Guard::InRole(practice, role, number) => self.in_role(*practice, *role) == *number,
            Guard::Invitation(id, version) => self.invitations.get(id).is_some_and(|r| r.version == *version),
            Guard::Registration(id, version) => self.registrations.get(id).is_some_and(|r| r.version == *version),
            Guard::PasswordLink(id, version) => self.password_links.get(id).is_some_and(|r| r.version == *version),
            Guard::CodeWord(id, version) => self.code_words.get(id).is_some_and(|r| r.version == *version),
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
            Write::EndSessions { account, within, except, at } => {
                let named = |s: &Session| s.account == *account && (within.is_none() || s.practice == *within);
                let live = |s: &&mut Session| named(s) && s.ended_at.is_none() && Some(s.id) != *except;
                for session in self.sessions.values_mut().filter(live) {
                    session.ended_at = Some(*at);
                    session.version = session.version.next();
                }
            }
            Write::CapSessions { account, most, unused_since, begun_before, at } => {
                self.cap_sessions(*account, *most, *unused_since, *begun_before, *at);
            }
        }
        Ok(())
    }

    fn cap_sessions(&mut self, account: AccountId, most: usize, unused_since: Time, begun_before: Time, at: Time) {
        let live = |s: &&mut Session| s.account == account && s.ended_at.is_none();
        let mut live: Vec<&mut Session> = self.sessions.values_mut().filter(live).collect();
        live.sort_by_key(|s| std::cmp::Reverse((s.started_at, s.id)));
        let mut whole = 0;
        for session in live {
            let old = session.seen_at <= unused_since || session.started_at <= begun_before;
            whole += usize::from(!old && matches!(session.stage, Stage::Whole { .. }));
            if old || (whole > most && matches!(session.stage, Stage::Whole { .. })) {
                session.ended_at = Some(at);
                session.version = session.version.next();
            }
        }
    }

    fn insert(&mut self, record: &Record) -> Applied {
        self.must_be_unique(record)?;
        match record.clone() {
            Record::Practice(r) => insert(&mut self.practices, r.id, r),
            Record::Account(r) => insert(&mut self.accounts, r.id, r),
            Record::SecondFactor(r) => insert(&mut self.second_factors, r.account, r),
            Record::EmailChange(r) => insert(&mut self.email_changes, r.account, r),
            Record::Member(r) => insert(&mut self.members, (r.practice, r.id), r),
            Record::RoleDefinition(r) => insert(&mut self.roles, (r.practice, r.role), r),
            Record::Invitation(r) => insert(&mut self.invitations, r.id, r),
            Record::Registration(r) => insert(&mut self.registrations, r.id, r),
            Record::Employee(r) => insert(&mut self.employees, (r.practice, r.id), r),
            Record::PasswordLink(r) => insert(&mut self.password_links, r.id, r),
            Record::PasswordRun(r) => insert(&mut self.password_runs, r.id, r),
            Record::CodeWord(r) => insert(&mut self.code_words, r.practice, r),
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
            Record::SecondFactor(r) => update(&mut self.second_factors, r.account, r, |r| &mut r.version),
            Record::EmailChange(r) => update(&mut self.email_changes, r.account, r, |r| &mut r.version),
            Record::Member(r) => update(&mut self.members, (r.practice, r.id), r, |r| &mut r.version),
            Record::RoleDefinition(r) => update(&mut self.roles, (r.practice, r.role), r, |r| &mut r.version),
            Record::Invitation(r) => update(&mut self.invitations, r.id, r, |r| &mut r.version),
            Record::Registration(r) => update(&mut self.registrations, r.id, r, |r| &mut r.version),
            Record::Employee(r) => update(&mut self.employees, (r.practice, r.id), r, |r| &mut r.version),
            Record::PasswordLink(r) => update(&mut self.password_links, r.id, r, |r| &mut r.version),
            Record::PasswordRun(r) => update(&mut self.password_runs, r.id, r, |r| &mut r.version),
            Record::CodeWord(r) => update(&mut self.code_words, r.practice, r, |r| &mut r.version),
            Record::Session(mut r) => {
                r.seen_at = r.seen_at.max(self.sessions.get(&r.id).map_or(r.seen_at, |s| s.seen_at));
                update(&mut self.sessions, r.id, r, |r| &mut r.version)
            }
            Record::Billing(r) => self.books.update(*r),
            Record::ApiKey(r) => update(&mut self.api_keys, r.id, r, |r| &mut r.version),
            Record::Replay(_) => Err(CommitError::Stale),
        }
    }

    /// What is looked up by something else than its id must be the only one there.
    fn must_be_unique(&self, record: &Record) -> Applied {
        fresh(!match record {
            Record::Account(r) => self.accounts.values().any(|o| o.id != r.id && o.email == r.email),
            Record::Member(r) => self.seat(r.practice, r.account).is_some_and(|o| o.id != r.id),
            Record::RoleDefinition(r) => r.removed_at.is_none() && self.roles.values().any(|o| o.has_name_of(r)),
            Record::Registration(r) => self.registrations.values().any(|o| o.id != r.id && o.cookie == r.cookie),
            Record::PasswordRun(r) => self.password_runs.values().any(|o| o.id != r.id && o.cookie == r.cookie),
            Record::Session(r) => self.sessions.values().any(|o| o.id != r.id && o.cookie == r.cookie),
            Record::ApiKey(r) => self.api_keys.values().any(|o| o.id != r.id && o.digest == r.digest),
            Record::Practice(_)
            | Record::Invitation(_)
            | Record::Employee(_)
            | Record::PasswordLink(_)
            | Record::CodeWord(_)
            | Record::SecondFactor(_)
            | Record::EmailChange(_)
            | Record::Billing(_)
            | Record::Replay(_) => false,
        })
    }

    fn count(&mut self, counter: &Counter, gone: &[TicketId]) -> Applied {
        let stored = self.counter(counter.subject, counter.scope);
        fresh(stored.version == counter.version)?;
        let same = Counter { tickets: stored.tickets.clone(), ..counter.clone() } == stored;
        let version = if same { counter.version } else { counter.version.next() };
        let mut tickets = stored.tickets;
        tickets.retain(|ticket| !gone.contains(&ticket.id));
        let counted = Counter { version, tickets, ..counter.clone() };
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

//! What products hear of (section 13) follows from what is recorded: each fact of a commit that a product must know becomes an event in
//! the same commit, for each endpoint. No use case orders one, so none can forget to.

use std::time::Duration;

use uuid::Uuid;

use crate::billing::BillingFact;
use crate::commit::{Commit, Record, Write};
use crate::event::Event;
use crate::fact::{EmployeeFact, Fact};
use crate::invitation::Invitation;
use crate::member::Member;
use crate::notice::{About, Notice};
use crate::port::Fault;
use crate::usecase::Ports;
use crate::value::{AccountId, InvitationId, MemberId, NoticeId, PracticeId, Time};

/// An event, where and when.
type Happening = (PracticeId, Event, Time);

/// Whose lock was shut or opened, and when.
enum Lock {
    /// An account's, or that of an address without one.
    Shut(Option<AccountId>, Time),
    Opened(AccountId, Time),
}

/// Adds to a commit the events that follow from its facts; nothing while nobody listens.
///
/// That a lock is to be told is kept alike for every address, with an account or without: [`lock_events`] follow later (`EN-02`).
pub(super) async fn announce(ports: &Ports, commit: Commit) -> Result<Commit, Fault> {
    if ports.platform.listeners.is_empty() {
        return Ok(commit);
    }
    let mut found = happenings(&commit);
    let mut shut = None;
    match lock(&commit) {
        Some(Lock::Shut(account, at)) => {
            let account = account.unwrap_or(AccountId(Uuid::nil()));
            shut = Some(notice(ports, About::LockToTell { account }, at));
        }
        Some(Lock::Opened(account, at)) => found.extend(at_each_place(ports, account, Event::Unlocked, at).await?),
        None => {}
    }
    let commit = shut.into_iter().fold(commit, Commit::notify);
    Ok(to_each_listener(ports, found).into_iter().fold(commit, Commit::notify))
}

/// The events that a lock of this moment becomes: one for each practice where the account works, and each endpoint (`LOCK-5`). None for
/// an address without an account.
pub(crate) async fn lock_events(ports: &Ports, account: AccountId, at: Time) -> Result<Vec<Notice>, Fault> {
    Ok(to_each_listener(ports, at_each_place(ports, account, Event::Locked, at).await?))
}

async fn at_each_place(
    ports: &Ports,
    account: AccountId,
    event: fn(MemberId) -> Event,
    at: Time,
) -> Result<Vec<Happening>, Fault> {
    let places = ports.store.memberships(account).await?;
    let places = places.into_iter().filter(|place| place.works(at) && place.joined_at <= at);
    Ok(places.map(|place| (place.practice, event(place.id), at)).collect())
}

fn to_each_listener(ports: &Ports, found: Vec<Happening>) -> Vec<Notice> {
    let listeners = &ports.platform.listeners;
    let each = found.into_iter().flat_map(|happening| listeners.iter().map(move |to| (*to, happening)));
    each.map(|(to, (practice, event, at))| notice(ports, About::Event { to, practice, event }, at)).collect()
}

fn notice(ports: &Ports, about: About, at: Time) -> Notice {
    Notice { id: NoticeId(ports.entropy.id()), about, ordered_at: at, expires_at: at.plus(KEPT) }
}

/// What a commit says of invitations, places and tiers. Which practice it is stands in the record that changes with the fact.
fn happenings(commit: &Commit) -> Vec<Happening> {
    let mut found = Vec::new();
    for entry in commit.entries() {
        match &entry.fact {
            Fact::AccountRegistered { invitation, .. } => {
                let accepted = written(commit, |record| invitation_in(record, *invitation));
                found.extend(accepted.map(|one| (one.practice, Event::InvitationAccepted(one.id), entry.at)));
            }
            Fact::MemberJoined { member, .. } | Fact::Employee(EmployeeFact::UserRestored { member, .. }) => {
                let Some(member) = written(commit, |record| member_in(record, Some(*member))) else { continue };
                found.push((member.practice, Event::MemberRegistered(member.id), entry.at));
                found.extend(end(member, entry.at));
            }
            Fact::Employee(EmployeeFact::Changed { .. }) => {
                found
                    .extend(written(commit, |record| member_in(record, None)).and_then(|member| end(member, entry.at)));
            }
            Fact::Employee(EmployeeFact::UserDeactivated { member: Some(member), .. }) => {
                // Whose end date was reached has left then, and that is told.
                let left = written(commit, |record| member_in(record, Some(*member)));
                let left = left.filter(|one| one.until.is_none_or(|until| entry.at < until));
                found.extend(left.map(|one| (one.practice, Event::MemberLeft(one.id), entry.at)));
            }
            Fact::Billing(BillingFact::TierChanged { member, after, .. }) => {
                let changed = written(commit, |record| member_in(record, Some(*member)));
                found.extend(changed.map(|one| (one.practice, Event::TierChanged(one.id, *after), entry.at)));
            }
            _ => {}
        }
    }
    found.sort();
    found.dedup();
    found
}

/// When somebody's place ends who works there: ordered ahead, or at once where the date is past already (`EMP-2`).
fn end(member: &Member, now: Time) -> Option<Happening> {
    let until = member.until.filter(|_| member.active)?;
    Some(if now < until {
        (member.practice, Event::EndReached(member.id), until)
    } else {
        (member.practice, Event::MemberLeft(member.id), now)
    })
}

/// Whose lock a commit shuts or opens, if it does: once, however many logs say so.
fn lock(commit: &Commit) -> Option<Lock> {
    commit.entries().iter().find_map(|entry| match &entry.fact {
        Fact::Locked { account, .. } => Some(Lock::Shut(*account, entry.at)),
        Fact::Unlocked { account, .. } => Some(Lock::Opened(*account, entry.at)),
        _ => None,
    })
}

/// The record that a commit writes, of those that `pick` wants.
fn written<T>(commit: &Commit, pick: impl Fn(&Record) -> Option<&T>) -> Option<&T> {
    commit.writes().iter().find_map(|write| match write {
        Write::Insert(record) | Write::Update(record) => pick(record),
        _ => None,
    })
}

/// The member with this id, or whichever it is.
fn member_in(record: &Record, id: Option<MemberId>) -> Option<&Member> {
    match record {
        Record::Member(member) if id.is_none_or(|id| member.id == id) => Some(member),
        _ => None,
    }
}

fn invitation_in(record: &Record, id: InvitationId) -> Option<&Invitation> {
    match record {
        Record::Invitation(invitation) if invitation.id == id => Some(invitation),
        _ => None,
    }
}

/// How long an event can be sent again by hand; it is tried for less, see the relay.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

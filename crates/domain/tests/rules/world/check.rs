//! What must hold in every world at every moment, said once. It trusts nothing but single records, and the list of what was ever
//! inserted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use practice_domain::access::{SignedIn, session_policy};
use practice_domain::commit::{Claim, Commit, Name, Record, Write};
use practice_domain::employee::Login;
use practice_domain::fact::{Fact, Log};
use practice_domain::invitation::{Invitation, InvitationState};
use practice_domain::lockout::Scope;
use practice_domain::member::{Kind, Member, Role};
use practice_domain::notice::About;
use practice_domain::person::{MailState, Person};
use practice_domain::policy::Policy;
use practice_domain::port::{EmployeeQuery, Head, Reader, Seal, Store, Tally};
use practice_domain::registration::Step;
use practice_domain::session::{SESSIONS_AT_MOST, Stage};
use practice_domain::value::{AccountId, InvitationId, MemberId, PersonId, PracticeId, RegistrationId, SessionId};
use practice_testkit::fakes::FakeSeal;

use crate::world::interleave::run;
use crate::world::telling;
use crate::world::{World, origin};

/// Everything that was ever inserted, by id.
#[derive(Default)]
struct Known {
    practices: BTreeSet<PracticeId>,
    accounts: BTreeSet<AccountId>,
    members: BTreeSet<(PracticeId, MemberId)>,
    invitations: BTreeSet<InvitationId>,
    registrations: BTreeSet<RegistrationId>,
    sessions: BTreeSet<SessionId>,
}

/// Fails with everything that is wrong in this world.
#[track_caller]
pub(crate) fn check(world: &World) {
    let wrong = problems(world);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Everything that is wrong in this world.
pub(crate) fn problems(world: &World) -> Vec<String> {
    let known = known(world);
    let mut wrong = Wrong::default();
    invitations(world, &known, &mut wrong);
    staff(world, &known, &mut wrong);
    claims(world, &mut wrong);
    accounts(world, &known, &mut wrong);
    registrations(world, &known, &mut wrong);
    for practice in &known.practices {
        list(world, &known, *practice, &mut wrong);
        managers(world, &known, *practice, &mut wrong);
    }
    locks(world, &known, &mut wrong);
    sessions(world, &known, &mut wrong);
    caps(world, &known, &mut wrong);
    audit(world, &mut wrong);
    let (recorded, heard) = world.returned();
    wrong.differ("PM-06: alarms", &heard, &recorded);
    if !world.ports.platform.listeners.is_empty() {
        wrong.differ("events", &telling::told(world), &telling::expected(world));
        let (ordered, expected) = telling::locks(world);
        wrong.differ("locks to tell", &ordered, &expected);
    }
    wrong.0
}

#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn unless(&mut self, right: bool, what: impl FnOnce() -> String) {
        if !right {
            self.0.push(what());
        }
    }

    fn differ<T: PartialEq + Debug>(&mut self, what: &str, found: &T, expected: &T) {
        self.unless(found == expected, || format!("{what}: {found:?} instead of {expected:?}"));
    }
}

fn known(world: &World) -> Known {
    let mut known = Known::default();
    for commit in world.store.commits() {
        for write in commit.writes() {
            match write {
                Write::Insert(Record::Practice(r)) => _ = known.practices.insert(r.id),
                Write::Insert(Record::Account(r)) => _ = known.accounts.insert(r.id),
                Write::Insert(Record::Member(r)) => _ = known.members.insert((r.practice, r.id)),
                Write::Insert(Record::Invitation(r)) => _ = known.invitations.insert(r.id),
                Write::Insert(Record::Registration(r)) => _ = known.registrations.insert(r.id),
                Write::Insert(Record::Session(r)) => _ = known.sessions.insert(r.id),
                _ => {}
            }
        }
    }
    known
}

fn members_of(world: &World, known: &Known, practice: PracticeId) -> Vec<Member> {
    let ids = known.members.iter().filter(|(of, _)| *of == practice);
    ids.filter_map(|(of, id)| run(world.memory.member_by_id(*of, *id)).expect("stored")).collect()
}

fn holder(world: &World, name: &Name) -> Option<uuid::Uuid> {
    run(world.memory.holder(name)).expect("stored")
}

/// At most one open invitation for an address and practice, and the claim says which; none that stays open outside for an address
/// with an account.
fn invitations(world: &World, known: &Known, wrong: &mut Wrong) {
    let mut open: BTreeMap<(PracticeId, String), InvitationId> = BTreeMap::new();
    for id in &known.invitations {
        let invitation = world.invitation(*id);
        let name = Name::open_invitation(invitation.practice, &invitation.email);
        let held = holder(world, &name) == Some(id.0);
        wrong.differ("INV-4, the claim of an open invitation", &held, &invitation.is_open());
        if let InvitationState::Accepted { account, .. } = invitation.state {
            wrong.unless(known.accounts.contains(&account), || "REG-6: accepted by nobody".to_owned());
        }
        if invitation.is_open() {
            let key = (invitation.practice, invitation.email.normal().to_owned());
            let other = open.insert(key, *id);
            wrong.unless(other.is_none(), || "INV-4: two open invitations for one address".to_owned());
            let registered = holder(world, &Name::address(&invitation.email)).is_some();
            wrong.unless(!registered || invitation.joins(), || {
                "LIST-1: somebody with an account is still invited from outside".to_owned()
            });
        }
        told(world, &invitation, wrong);
    }
}

/// A name that was ever held for an open invitation is held by one that is open and has that address, or is free.
fn claims(world: &World, wrong: &mut Wrong) {
    let commits = world.store.commits();
    let held = commits.iter().flat_map(Commit::claims).filter_map(|claim| match claim {
        Claim::Hold(name @ Name::OpenInvitation(practice, address), _) => Some((name, practice, address)),
        _ => None,
    });
    for (name, practice, address) in held {
        let Some(id) = holder(world, name) else { continue };
        let owner = world.invitation(InvitationId(id));
        let fits = owner.is_open() && owner.practice == *practice && owner.email.normal() == address;
        wrong.unless(fits, || "INV-4: an address is held by an invitation that has left it".to_owned());
    }
}

/// `INV-5`, `INV-7`: every generation of the link was ordered once.
fn told(world: &World, invitation: &Invitation, wrong: &mut Wrong) {
    let mut told: Vec<u32> = (world.memory.notices().iter())
        .filter_map(|notice| match notice.about {
            About::Invitation { invitation: id, generation } if id == invitation.id => Some(generation),
            _ => None,
        })
        .collect();
    told.sort_unstable();
    wrong.differ("INV-7, the links that were ordered", &told, &(1..=invitation.generation).collect());
}

/// An address and an account hold each other; a place in a practice is claimed by its member.
fn accounts(world: &World, known: &Known, wrong: &mut Wrong) {
    for id in &known.accounts {
        let account = run(world.memory.account(*id)).expect("stored").expect("an account");
        wrong.differ("REG-6, the address's holder", &holder(world, &Name::address(&account.email)), &Some(id.0));
        wrong.unless(!account.terms.version.is_empty(), || "REG-3: no terms were accepted".to_owned());
    }
    for (practice, id) in &known.members {
        let member = run(world.memory.member_by_id(*practice, *id)).expect("stored").expect("a member");
        let name = Name::Membership(*practice, member.account);
        wrong.differ("the membership's holder", &holder(world, &name), &Some(id.0));
    }
}

/// Every doctor and staff member stands in the list of employees once; nobody who was taken away has a session there (`EMP-3`).
fn staff(world: &World, known: &Known, wrong: &mut Wrong) {
    for practice in &known.practices {
        let query = EmployeeQuery { practice: *practice, active: None, after: None, size: 200 };
        let rows = run(world.memory.employees(&query)).expect("stored").rows;
        let listed: Vec<MemberId> = (rows.iter())
            .filter_map(|row| match row.employee.login {
                Login::Member { member, .. } => Some(member),
                Login::None | Login::Pending(_) => None,
            })
            .collect();
        for member in members_of(world, known, *practice) {
            let times = listed.iter().filter(|id| **id == member.id).count();
            wrong.differ(
                "EMP-1, a member in the list of employees",
                &times,
                &usize::from(member.kind != Kind::Patient),
            );
        }
        let owners = members_of(world, known, *practice);
        let left = owners.is_empty() || owners.iter().any(|m| m.role == Role::Owner && m.active);
        wrong.unless(left, || "TN-06: no Owner is left".to_owned());
    }
    for id in &known.sessions {
        let session = run(world.memory.session(*id)).expect("stored").expect("a session");
        let Some(practice) = session.practice.filter(|_| session.ended_at.is_none()) else { continue };
        let member = run(world.memory.member(practice, session.account)).expect("stored");
        wrong.unless(member.is_none_or(|m| m.active), || "EMP-3: a session of somebody sent away".to_owned());
    }
}

fn registrations(world: &World, known: &Known, wrong: &mut Wrong) {
    for id in &known.registrations {
        let run_through = run(world.memory.registration(*id)).expect("stored").expect("a registration");
        let Step::Done { account } = run_through.step else { continue };
        let state = world.invitation(run_through.invitation).state;
        let accepted = matches!(state, InvitationState::Accepted { account: by, .. } if by == account);
        wrong.unless(accepted, || "REG-6: a run ended without its invitation".to_owned());
    }
}

/// The list holds exactly the open invitations and the members, as they are; the tally agrees with it.
fn list(world: &World, known: &Known, practice: PracticeId, wrong: &mut Wrong) {
    let mut expected: BTreeMap<PersonId, Person> = BTreeMap::new();
    for id in &known.invitations {
        let invitation = world.invitation(*id);
        if invitation.practice == practice && invitation.is_open() {
            expected.insert((*id).into(), Person::invited(&invitation));
        }
    }
    for member in members_of(world, known, practice).into_iter().filter(|member| member.active) {
        let account = run(world.memory.account(member.account)).expect("stored").expect("an account");
        expected.insert(member.id.into(), Person::registered(&member, &account, world.is_locked(account.id)));
    }
    let rows = world.rows(practice);
    let mut groups: BTreeMap<_, u64> = BTreeMap::new();
    for row in &rows {
        *groups.entry((row.cell(), row.locked)).or_default() += 1;
    }
    let groups: Vec<_> = groups.into_iter().map(|((cell, locked), number)| (cell, locked, number)).collect();
    wrong.differ("LIST-2, the tally", &run(world.memory.tally(practice)).expect("stored"), &Tally { groups });
    let shown: Vec<PersonId> = rows.iter().map(|row| row.id).collect();
    let of_list: BTreeSet<PersonId> = shown.iter().copied().collect();
    wrong.unless(shown.len() == of_list.len(), || "LIST-6: a row is shown twice".to_owned());
    wrong.differ("LIST-1, the rows", &of_list, &expected.keys().copied().collect());
    for row in rows {
        let active = row.active_at.is_none() || row.is_registered();
        wrong.unless(active, || "LIST-2: activity of somebody who has not registered".to_owned());
        wrong.unless(!row.is_registered() || row.mail == MailState::Sent, || {
            "INV-10: mail of somebody who has registered".to_owned()
        });
        if let Some(expected) = expected.remove(&row.id) {
            let (active_at, mail) = (row.active_at, row.mail);
            wrong.differ("LIST-1, a row", &row, &Person { active_at, mail, ..expected });
        }
    }
}

/// One bootstrap manager once anybody has registered, at least one manager, and the practice counts them right.
fn managers(world: &World, known: &Known, practice: PracticeId, wrong: &mut Wrong) {
    let members = members_of(world, known, practice);
    let stored = run(world.memory.practice(practice)).expect("stored").expect("a practice");
    let flags =
        u32::try_from(members.iter().filter(|member| member.user_manager && member.active).count()).expect("few");
    wrong.differ("PRA-3, the count of User Managers", &stored.user_managers, &flags);
    wrong.unless(members.is_empty() || flags > 0, || "PRA-3: no User Manager is left".to_owned());
    let bootstraps = (world.memory.audit().iter())
        .filter(|entry| entry.log == Log::Practice(practice))
        .filter(|entry| matches!(entry.fact, Fact::UserManagerGranted { reason: None, .. }))
        .count();
    wrong.differ("PRA-2, the bootstrap managers", &bootstraps, &usize::from(!members.is_empty()));
    let first = holder(world, &Name::FirstUserManager(practice));
    wrong.differ("PRA-2, the claim", &first.is_some(), &!members.is_empty());
}

/// Failures and checks in flight never exceed the limit, and a lock stands where the limit was reached.
fn locks(world: &World, known: &Known, wrong: &mut Wrong) {
    let now = world.now();
    for id in &known.accounts {
        let account = run(world.memory.account(*id)).expect("stored").expect("an account");
        let home = account.home.and_then(|home| run(world.memory.practice(home)).expect("stored"));
        let policy = home.map_or_else(|| Policy::of(Default::default()), |home| home.policy()).lockout;
        for counter in world.counters(*id) {
            let limit = usize::from(policy.lock_at_failure);
            let all = usize::from(counter.failures) + counter.tickets.len();
            wrong.unless(all <= limit, || format!("LOCK-1: {all} failures and checks in flight"));
            let reached = usize::from(counter.failures) >= limit;
            wrong.unless(!reached || counter.locked_at.is_some(), || "LOCK-1: the limit did not lock".to_owned());
            let by_another = counter.scope == Scope::Account;
            wrong.unless(counter.locked_at.is_none() || reached || by_another, || {
                format!("LOCK-1: {:?} locked at {} failures at {now:?}", counter.scope, counter.failures)
            });
        }
    }
}

/// No session works past its limits.
fn sessions(world: &World, known: &Known, wrong: &mut Wrong) {
    let now = world.now();
    for id in &known.sessions {
        let session = run(world.memory.session(*id)).expect("stored").expect("a session");
        let standing = run(world.memory.standing(&session.cookie)).expect("stored").expect("a standing");
        let policy = session_policy(&standing);
        let live = SignedIn::prove(standing, origin(), now).is_ok();
        let whole = matches!(session.stage, Stage::Whole { .. });
        wrong.unless(!live || whole, || "SESS-3: a half-way sign-in opens doors".to_owned());
        let old = now.since(session.started_at) >= policy.absolute || now.since(session.seen_at) >= policy.idle;
        wrong.unless(!live || !(old || session.ended_at.is_some()), || "SESS-1: a session outlived itself".to_owned());
    }
}

/// No account has more live sessions than it may.
fn caps(world: &World, known: &Known, wrong: &mut Wrong) {
    for id in &known.accounts {
        let live = run(world.memory.sessions(*id)).expect("stored").len();
        wrong.unless(live <= SESSIONS_AT_MOST, || format!("SE-09: {live} sessions at once"));
    }
}

/// Nothing was written without a fact, and every log is whole.
fn audit(world: &World, wrong: &mut Wrong) {
    let commits = world.store.commits();
    wrong.unless(commits.iter().all(|commit| !commit.entries().is_empty()), || "a commit without a fact".to_owned());
    let facts: usize = commits.iter().map(|commit| commit.entries().len()).sum();
    wrong.differ("the audit log's length", &world.memory.audit().len(), &facts);
    for Head { log, .. } in run(world.memory.heads()).expect("stored") {
        let mut before = [0; 32];
        for (number, entry) in (1..).zip(run(world.memory.entries(log, 1, usize::MAX)).expect("stored")) {
            let seal = FakeSeal.seal(number, &before, &entry.text);
            wrong.unless(entry.number == number && entry.seal == seal, || format!("{log:?} breaks at {number}"));
            before = entry.seal;
        }
    }
}

//! Roles: editing, copying and removing them, and giving them to people.

use practice_domain::access::{Administrator, Denied, Holder, permit};
use practice_domain::fact::Log;
use practice_domain::member::{Kind, Role};
use practice_domain::role::{Permission, Permissions, RoleFact};
use practice_domain::usecase::{
    self, AssignRole, AssignRoleError, Assigned, CannotGrant, CopyRole, CopyRoleError, EditRole, EditRoleError,
    RemoveRoleError, RenameRole, RenameRoleError,
};
use practice_domain::value::{MemberId, RoleId, RoleName, Version};

use crate::world::check::check;
use crate::world::interleave::{Job, Orders, interleave, run};
use crate::world::people::Office;
use crate::world::{Grain, MINUTE, World};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";
const BO: &str = "bo@x.example";

fn rename(world: &World, who: &Administrator, role: RoleId, seen: u32, name: &str) -> Result<bool, RenameRoleError> {
    let cmd = RenameRole { role, seen: Some(Version(seen)), name: RoleName::parse(name).expect("a name") };
    run(usecase::rename_role(&world.ports, who, cmd))
}

/// An Owner, and two colleagues at the front desk.
fn three_people() -> (World, Office) {
    let world = World::new();
    let office = world.office(BOSS);
    world.colleague(&office, ANN);
    world.colleague(&office, BO);
    (world, office)
}

fn member(world: &World, office: &Office, who: &str) -> MemberId {
    world.member(office.practice, who).expect("a member").id
}

fn admin(world: &World, who: &str) -> Administrator {
    Administrator::prove(world.signed_in(who)).expect("an administrator")
}

fn assign(
    world: &World,
    office: &Office,
    who: &Administrator,
    to: &str,
    role: Role,
) -> Result<Assigned, AssignRoleError> {
    run(usecase::assign_role(&world.ports, who, AssignRole { member: member(world, office, to), role }))
}

fn add(world: &World, who: &Administrator, role: Role, add: Permission) -> Result<Permissions, EditRoleError> {
    run(usecase::edit_role(&world.ports, who, EditRole { role, add: add.into(), remove: Permissions::NONE }))
}

fn remove(world: &World, who: &Administrator, role: Role, one: Permission) -> Result<Permissions, EditRoleError> {
    run(usecase::edit_role(&world.ports, who, EditRole { role, add: Permissions::NONE, remove: one.into() }))
}

fn copy(world: &World, who: &Administrator, of: Role, name: &str) -> Result<RoleId, CopyRoleError> {
    let name = RoleName::parse(name).expect("a name");
    run(usecase::copy_role(&world.ports, who, CopyRole { of, name }))
}

/// ROLE-1, ROLE-2: what a role lists can be edited, holds at the next request, and is in the audit log; without its parent it has
/// no effect.
#[test]
fn an_edited_role_holds_at_the_next_request() {
    let (world, office) = three_people();
    let boss = admin(&world, BOSS);
    assert!(world.signed_in(ANN).permissions().has(Permission::ViewPatients));
    remove(&world, &boss, Role::FrontDesk, Permission::ViewPatients).expect("edited");
    assert!(!world.signed_in(ANN).permissions().has(Permission::ViewPatients));
    add(&world, &boss, Role::FrontDesk, Permission::SaveQueries).expect("edited");
    assert!(!world.signed_in(ANN).permissions().has(Permission::SaveQueries), "blocked by its parent");
    add(&world, &boss, Role::FrontDesk, Permission::RunQueries).expect("edited");
    assert!(world.signed_in(ANN).permissions().has(Permission::SaveQueries));
    remove(&world, &boss, Role::FrontDesk, Permission::ViewPracticeData).expect("edited");
    assert_eq!(world.signed_in(ANN).permissions(), Permissions::NONE, "without the base every page is blank");
    let commits = world.store.commits().len();
    remove(&world, &boss, Role::FrontDesk, Permission::ViewPracticeData).expect("nothing to do");
    assert_eq!(world.store.commits().len(), commits);
    let facts = world.facts_of("role.edited");
    assert_eq!(facts.len(), 4);
    assert!(facts.iter().all(|fact| fact.log == Log::Practice(office.practice)));
    assert_eq!(facts[0].fact.details()[2], ("removed", "view-patients".to_owned()));
    check(&world);
}

/// ROLE-2: nobody gives what they lack, by editing a role, by completing what another permission waits for, or by copying.
#[test]
fn nobody_edits_more_into_a_role_than_they_have() {
    let (world, office) = three_people();
    let boss = admin(&world, BOSS);
    assign(&world, &office, &boss, ANN, Role::OfficeAdministrator).expect("assigned");
    let ann = admin(&world, ANN);
    for role in [Role::FrontDesk, Role::OfficeAdministrator] {
        let lacks = add(&world, &ann, role, Permission::ReadAudit);
        assert!(matches!(lacks, Err(EditRoleError::CannotGrant(CannotGrant::Lacks(Permission::ReadAudit)))));
    }
    add(&world, &boss, Role::FrontDesk, Permission::ReadAudit).expect("waits for its parent");
    let completes = add(&world, &ann, Role::FrontDesk, Permission::ChangeSettings);
    assert!(matches!(completes, Err(EditRoleError::CannotGrant(CannotGrant::Lacks(Permission::ReadAudit)))));
    let copied = copy(&world, &ann, Role::Owner, "Second Owner");
    assert!(matches!(copied, Err(CopyRoleError::CannotGrant(CannotGrant::Lacks(_)))), "{copied:?}");
    assert!(matches!(add(&world, &boss, Role::Owner, Permission::ReadAudit), Err(EditRoleError::Owner)));
    assert!(matches!(remove(&world, &ann, Role::Owner, Permission::ReadAudit), Err(EditRoleError::Owner)));
    let all = Role::Copied(copy(&world, &boss, Role::Owner, "Deputy").expect("copied"));
    let above = remove(&world, &ann, all, Permission::ReadAudit);
    assert!(matches!(above, Err(EditRoleError::CannotGrant(CannotGrant::Above))), "{above:?}");
    check(&world);
}

/// ROLE-2, TN-06: nobody gives a role that does more than theirs, raises themselves, or touches who stands above them.
#[test]
fn nobody_assigns_what_they_lack() {
    let (world, office) = three_people();
    let boss = admin(&world, BOSS);
    let deputy = Role::Copied(copy(&world, &boss, Role::Owner, "Deputy").expect("copied"));
    assign(&world, &office, &boss, ANN, Role::OfficeAdministrator).expect("assigned");
    let ann = admin(&world, ANN);
    assign(&world, &office, &ann, BO, Role::OfficeAdministrator).expect("up to her own");
    let told = assign(&world, &office, &ann, BO, deputy);
    assert!(matches!(told, Err(AssignRoleError::CannotGrant(CannotGrant::Lacks(_)))), "{told:?}");
    assert!(matches!(assign(&world, &office, &ann, BO, Role::Owner), Err(AssignRoleError::NotOwner)));
    assert!(matches!(assign(&world, &office, &ann, BOSS, Role::FrontDesk), Err(AssignRoleError::NotOwner)));
    for role in [deputy, Role::Owner] {
        assert!(matches!(assign(&world, &office, &ann, ANN, role), Err(AssignRoleError::Oneself)));
    }
    assign(&world, &office, &boss, BO, deputy).expect("assigned");
    let told = assign(&world, &office, &ann, BO, Role::FrontDesk);
    assert!(matches!(told, Err(AssignRoleError::CannotGrant(CannotGrant::Above))), "{told:?}");
    let bo = admin(&world, BO);
    assert!(
        matches!(assign(&world, &office, &bo, ANN, Role::Owner), Err(AssignRoleError::NotOwner)),
        "has all, is not"
    );
    assign(&world, &office, &ann, ANN, Role::FrontDesk).expect("down");
    let told = assign(&world, &office, &ann, ANN, Role::RestrictedStaff);
    let denied = Err(Denied::NotAdministrator);
    assert!(matches!(told, Err(AssignRoleError::CannotGrant(CannotGrant::Denied(Denied::NotAdministrator)))));
    assert_eq!(Administrator::prove(world.signed_in(ANN)).map(|_| ()), denied, "effective at the next request");
    check(&world);
}

/// ROLE-2: who is not there, or a patient, gets no role, and nobody gets one that is not there.
#[test]
fn roles_go_to_people_of_the_practice() {
    let (world, office) = three_people();
    let boss = admin(&world, BOSS);
    let other = world.office("other@y.example");
    let told = assign(&world, &other, &boss, other.manager, Role::FrontDesk);
    assert!(matches!(told, Err(AssignRoleError::NoSuchMember)), "another practice's member is not there");
    let theirs = copy(&world, &admin(&world, other.manager), Role::FrontDesk, "Evening").expect("copied");
    let told = assign(&world, &office, &boss, ANN, Role::Copied(theirs));
    assert!(matches!(told, Err(AssignRoleError::CannotGrant(CannotGrant::NoSuchRole))), "{told:?}");
    let told = copy(&world, &boss, Role::Copied(theirs), "Evening");
    assert!(matches!(told, Err(CopyRoleError::CannotGrant(CannotGrant::NoSuchRole))), "{told:?}");
    check(&world);
    let patient = world.patient(&office, "pat@x.example");
    let told = run(usecase::assign_role(&world.ports, &boss, AssignRole { member: patient, role: Role::FrontDesk }));
    assert!(matches!(told, Err(AssignRoleError::Patient)), "{told:?}");
    assert_eq!(world.signed_in("pat@x.example").permissions(), Permissions::NONE);
}

/// ROLE-1: copies have names of their own, in whatever spelling; one that somebody has stays; a removed one frees its name.
#[test]
fn copies_come_and_go() {
    let (world, office) = three_people();
    let boss = admin(&world, BOSS);
    let id = copy(&world, &boss, Role::FrontDesk, "Évening").expect("copied");
    for name in ["EVENING", "front desk"] {
        assert!(matches!(copy(&world, &boss, Role::Dentist, name), Err(CopyRoleError::NameTaken)), "{name}");
    }
    assign(&world, &office, &boss, ANN, Role::Copied(id)).expect("assigned");
    assert_eq!(world.signed_in(ANN).permissions(), Role::FrontDesk.predefined_permissions().expect("predefined"));
    add(&world, &boss, Role::Copied(id), Permission::SetGoals).expect("edited");
    assert!(world.signed_in(ANN).permissions().has(Permission::SetGoals));
    assert!(!world.signed_in(BO).permissions().has(Permission::SetGoals), "the original stays as it was");
    assert!(matches!(run(usecase::remove_role(&world.ports, &boss, id)), Err(RemoveRoleError::InUse)));
    assign(&world, &office, &boss, ANN, Role::FrontDesk).expect("assigned");
    run(usecase::remove_role(&world.ports, &boss, id)).expect("removed");
    let told = run(usecase::remove_role(&world.ports, &boss, id));
    assert!(matches!(told, Err(RemoveRoleError::CannotGrant(CannotGrant::NoSuchRole))), "{told:?}");
    for n in 0..50 {
        copy(&world, &boss, Role::FrontDesk, &format!("Evening {n}")).expect("copied");
    }
    assert!(matches!(copy(&world, &boss, Role::Dentist, "evening"), Err(CopyRoleError::TooMany)));
    check(&world);
}

/// ROLE-1, ROLE-2: a copy is called something else, by whoever could change it, from the name that they saw; nobody loses it.
#[test]
fn copies_are_renamed() {
    let (world, office) = three_people();
    let boss = admin(&world, BOSS);
    let (id, other) = (copy(&world, &boss, Role::Owner, "Deputy"), copy(&world, &boss, Role::FrontDesk, "Evening"));
    let (id, other) = (id.expect("copied"), other.expect("copied"));
    assign(&world, &office, &boss, ANN, Role::Copied(id)).expect("assigned");
    assert!(rename(&world, &boss, id, 0, "DEPUTY").expect("its own name, spelled anew"));
    assert!(!rename(&world, &boss, id, 0, "DEPUTY").expect("nothing to do"), "which is no conflict");
    assert!(matches!(rename(&world, &boss, id, 0, "Second"), Err(RenameRoleError::Changed)));
    for taken in ["évening", "owner"] {
        assert!(matches!(rename(&world, &boss, id, 1, taken), Err(RenameRoleError::NameTaken)), "{taken}");
    }
    assign(&world, &office, &boss, BO, Role::OfficeAdministrator).expect("assigned");
    let above = rename(&world, &admin(&world, BO), id, 1, "Second");
    assert!(matches!(above, Err(RenameRoleError::CannotGrant(CannotGrant::Above))), "{above:?}");
    assert!(rename(&world, &admin(&world, BO), other, 0, "Night").expect("renamed"));
    assert!(world.signed_in(ANN).permissions().has(Permission::ReadAudit), "she has it still");
    run(usecase::remove_role(&world.ports, &boss, other)).expect("removed");
    let gone = rename(&world, &boss, other, 2, "Morning");
    assert!(matches!(gone, Err(RenameRoleError::CannotGrant(CannotGrant::NoSuchRole))), "{gone:?}");
    let facts = world.facts_of("role.renamed");
    let told: Vec<_> = facts.iter().map(|fact| fact.fact.details()).collect();
    assert_eq!(told, [id, other].map(|role| vec![("role", role.to_string())]), "by their ids, not by their names");
    check(&world);
}

/// ROLE-1, CODE-1: a role without the permission shows and rotates no code word, from its next request on.
#[test]
fn the_code_word_is_for_whose_role_has_it() {
    let (world, office) = three_people();
    let boss = admin(&world, BOSS);
    assign(&world, &office, &boss, ANN, Role::OfficeAdministrator).expect("assigned");
    let may = || Holder::<permit::UseCodeWord>::prove(world.signed_in(ANN)).map(|_| ());
    assert_eq!(may(), Ok(()));
    remove(&world, &boss, Role::OfficeAdministrator, Permission::UseCodeWord).expect("edited");
    assert_eq!(may(), Err(Denied::Lacks(Permission::UseCodeWord)));
}

/// ROLE-2, SESS-2: Owners are made and unmade by Owners with a fresh sign-in; the last one stays.
#[test]
fn owners_are_made_by_owners() {
    let (world, office) = three_people();
    let boss = admin(&world, BOSS);
    assert!(matches!(assign(&world, &office, &boss, BOSS, Role::FrontDesk), Err(AssignRoleError::LastOwner)));
    let cookie = world.try_sign_in(BOSS, crate::world::GOOD, None).expect("signed in").cookie;
    world.later(6 * MINUTE);
    let again =
        run(usecase::authenticate(&world.ports, &cookie, crate::world::origin())).expect("asked").expect("live");
    let stale = Administrator::prove(again).expect("an administrator");
    let told = assign(&world, &office, &stale, ANN, Role::Owner);
    assert!(matches!(told, Err(AssignRoleError::CannotGrant(CannotGrant::Denied(Denied::NotFresh)))), "{told:?}");
    assign(&world, &office, &stale, ANN, Role::OfficeAdministrator).expect("needs no fresh sign-in");
    assign(&world, &office, &admin(&world, BOSS), ANN, Role::Owner).expect("assigned");
    assign(&world, &office, &admin(&world, ANN), BOSS, Role::FrontDesk).expect("assigned");
    assert!(world.manager(BOSS).practice().id == office.practice, "User Manager is no matter of roles");
    assert!(matches!(
        assign(&world, &office, &admin(&world, ANN), ANN, Role::Dentist),
        Err(AssignRoleError::LastOwner)
    ));
    let last = world.facts_of("role.assigned").pop().expect("a fact");
    let expected =
        RoleFact::Assigned { member: member(&world, &office, BOSS), before: Role::Owner, after: Role::FrontDesk };
    assert_eq!(last.fact, practice_domain::fact::Fact::Role(expected));
    check(&world);
}

/// ROLE-2, TN-06: two Owners who demote each other at once: exactly one does, whoever is first.
#[test]
fn two_owners_who_demote_each_other_leave_one() {
    let orders = Orders::each(|orders| {
        let (world, office) = three_people();
        assign(&world, &office, &admin(&world, BOSS), ANN, Role::Owner).expect("assigned");
        let demote = |who: &'static str, whom: &'static str| {
            let (ports, who, member) = (world.ports.clone(), admin(&world, who), member(&world, &office, whom));
            let cmd = AssignRole { member, role: Role::FrontDesk };
            Box::pin(async move { usecase::assign_role(&ports, &who, cmd).await })
                as Job<'static, Result<Assigned, AssignRoleError>>
        };
        let jobs = vec![demote(BOSS, ANN), demote(ANN, BOSS)];
        world.store.set(Grain::Commits);
        let told = interleave(jobs, |of| orders.choose(of));
        world.store.set(Grain::Whole);
        assert_eq!(told.iter().filter(|told| told.is_ok()).count(), 1, "{told:?}");
        assert_eq!(owners(&world, &office), 1);
        check(&world);
    });
    assert!(orders >= 2);
}

/// ROLE-1: a copy that is assigned while somebody removes it is not both, in whatever order.
#[test]
fn a_role_is_never_removed_from_under_somebody() {
    let orders = Orders::each(|orders| {
        let (world, office) = three_people();
        let boss = admin(&world, BOSS);
        let id = copy(&world, &boss, Role::FrontDesk, "Evening").expect("copied");
        let cmd = AssignRole { member: member(&world, &office, ANN), role: Role::Copied(id) };
        let (one, two) = ((world.ports.clone(), boss.clone()), (world.ports.clone(), boss));
        let jobs: Vec<Job<'static, bool>> = vec![
            Box::pin(async move { usecase::assign_role(&one.0, &one.1, cmd).await.is_ok() }),
            Box::pin(async move { usecase::remove_role(&two.0, &two.1, id).await.is_ok() }),
        ];
        world.store.set(Grain::Calls);
        let told = interleave(jobs, |of| orders.choose(of));
        world.store.set(Grain::Whole);
        assert_eq!(told.iter().filter(|done| **done).count(), 1, "{told:?}");
        let kept = run(world.ports.store.roles(office.practice)).expect("stored").len();
        assert_eq!(kept == 1, told[0], "somebody has it, or it is gone");
    });
    assert!(orders >= 2);
}

/// ROLE-2: whoever loses the right to give a permission while giving it, gives it not.
#[test]
fn a_right_that_is_taken_meanwhile_gives_nothing() {
    Orders::each(|orders| {
        let (world, office) = three_people();
        assign(&world, &office, &admin(&world, BOSS), ANN, Role::OfficeAdministrator).expect("assigned");
        let (boss, ann) = (admin(&world, BOSS), admin(&world, ANN));
        let demote = AssignRole { member: ann.member().id, role: Role::FrontDesk };
        let raise = AssignRole { member: member(&world, &office, BO), role: Role::OfficeAdministrator };
        let (one, two) = (world.ports.clone(), world.ports.clone());
        let jobs: Vec<Job<'static, bool>> = vec![
            Box::pin(async move { usecase::assign_role(&one, &boss, demote).await.is_ok() }),
            Box::pin(async move { usecase::assign_role(&two, &ann, raise).await.is_ok() }),
        ];
        world.store.set(Grain::Commits);
        let before = world.memory.audit().len();
        let told = interleave(jobs, |of| orders.choose(of));
        world.store.set(Grain::Whole);
        assert!(told[0], "the Owner's word holds");
        let facts = world.memory.audit().split_off(before);
        let raised = facts.iter().filter(|entry| entry.fact.code() == "role.assigned").count();
        assert_eq!(raised, if told[1] { 2 } else { 1 });
        let order: Vec<_> = facts.iter().map(|entry| entry.actor.clone()).collect();
        let boss = practice_domain::fact::Actor::Account(world.account(BOSS).expect("an account").id);
        assert!(!told[1] || order[0] != boss, "raised only before the demotion");
    });
}

pub(crate) fn owners(world: &World, office: &Office) -> usize {
    run(world.ports.store.in_role(office.practice, Role::Owner)).expect("counted")
}

impl World {
    /// A registered patient who became a member by joining, as if products could add patients.
    pub(crate) fn patient(&self, office: &Office, who: &str) -> MemberId {
        self.colleague(office, who);
        let stored = self.member(office.practice, who).expect("a member");
        let patient = practice_domain::member::Member { kind: Kind::Patient, ..stored };
        self.rewrite(&patient, who);
        patient.id
    }
}

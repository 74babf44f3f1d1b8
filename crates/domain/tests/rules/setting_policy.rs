//! An Owner changes the practice's policy.

use std::time::Duration;

use practice_domain::access::{Administrator, Denied, Fresh, Holder, permit};
use practice_domain::fact::{Fact, Log};
use practice_domain::member::Role;
use practice_domain::notice::About;
use practice_domain::policy::{Policy, Preset, TwoStep, Value};
use practice_domain::port::Store;
use practice_domain::role::{Permission, Permissions};
use practice_domain::usecase::{self, AssignRole, EditRole, SetPolicy, SetPolicyError};
use practice_domain::value::Version;

use crate::world::check::check;
use crate::world::interleave::run;
use crate::world::people::Office;
use crate::world::{GOOD, MINUTE, World, origin};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";

type Keeper = Holder<permit::ChangePolicy>;

fn owner(world: &World, who: &str) -> Fresh<Keeper> {
    Keeper::prove(world.signed_in(who)).and_then(Keeper::fresh).expect("an Owner, fresh")
}

fn set(world: &World, who: &Fresh<Keeper>, policy: Policy) -> Result<Policy, SetPolicyError> {
    run(usecase::set_policy(&world.ports, who, SetPolicy { seen: None, policy }))
}

fn policy_of(world: &World, office: &Office) -> Policy {
    run(world.memory.practice(office.practice)).expect("stored").expect("a practice").policy()
}

fn shorter() -> Policy {
    let given = [("session.idle_minutes", Value::Number(20)), ("lockout.lock_at_failure", Value::Number(3))];
    Policy::with(Preset::Standard, given).expect("within bounds")
}

/// PRA-6: what changed is recorded by key, once, and counts from then on.
#[test]
fn an_owner_sets_the_policy_and_it_counts() {
    let world = World::new();
    let office = world.office(BOSS);
    let who = owner(&world, BOSS);
    assert_eq!(set(&world, &who, shorter()).expect("set"), Policy::of(Preset::Standard));
    assert_eq!(policy_of(&world, &office), shorter());
    let facts = world.facts_of("policy.changed");
    assert!(matches!(facts[..], [ref one] if one.log == Log::Practice(office.practice)), "{facts:?}");
    let details = [
        ("preset_before", "standard"),
        ("preset", "standard"),
        ("deviates", "false"),
        ("lockout.lock_at_failure", "7 to 3"),
        ("session.idle_minutes", "30 to 20"),
    ];
    assert_eq!(facts[0].fact.details(), details.map(|(name, value)| (name, value.to_owned())));
    assert!(world.facts_of("policy.deviation").is_empty());
    let commits = world.store.commits().len();
    assert_eq!(set(&world, &who, shorter()).expect("answered"), shorter(), "a second time changes nothing");
    assert_eq!(world.store.commits().len(), commits);
    let cookie = world.try_sign_in(BOSS, GOOD, None).expect("signed in").cookie;
    for _ in 0..3 {
        assert!(world.try_sign_in(BOSS, "wrong", None).is_err());
    }
    assert!(world.is_locked(world.account(BOSS).expect("an account").id), "LOCK-1: the third failure locks now");
    let ask = || run(usecase::authenticate(&world.ports, &cookie, origin())).expect("asked");
    world.later(20 * MINUTE - Duration::from_micros(1));
    assert!(ask().is_ok(), "LOCK-4: a lock ends no session");
    world.later(20 * MINUTE);
    assert_eq!(ask().map(|_| ()), Err(Denied::NotSignedIn), "SESS-1: idle for twenty minutes, not thirty");
    check(&world);
}

/// LIST-9, OT-09: whoever sets a whole policy may set the switches with it; the User Managers hear of that, and of nothing else in it.
#[test]
fn switches_that_change_with_the_policy_are_told() {
    let world = World::new();
    let office = world.office(BOSS);
    let who = owner(&world, BOSS);
    let about =
        About::TwoStepChanged { account: world.account(BOSS).expect("an account").id, practice: office.practice };
    let told = || world.memory.notices().iter().filter(|notice| notice.about == about).count();
    set(&world, &who, shorter()).expect("set");
    assert_eq!(told(), 0);
    let off = Policy::with(Preset::Standard, [("two_step.patients", Value::Switch(false))]).expect("within bounds");
    set(&world, &who, off).expect("set");
    assert_eq!(told(), 1);
    check(&world);
}

/// PRA-6, ROLE-1, SESS-2: an Owner, and whomever an Owner lets.
#[test]
fn only_whoever_may_and_signed_in_freshly_does() {
    let world = World::new();
    let office = world.office(BOSS);
    world.colleague(&office, ANN);
    let lacks = Err(Denied::Lacks(Permission::ChangePolicy));
    let boss = Administrator::prove(world.signed_in(BOSS)).expect("an administrator");
    let assign = |role| {
        let member = world.member(office.practice, ANN).expect("a member").id;
        run(usecase::assign_role(&world.ports, &boss, AssignRole { member, role })).expect("assigned");
    };
    assign(Role::OfficeAdministrator);
    assert_eq!(Keeper::prove(world.signed_in(ANN)).map(|_| ()), lacks);
    let add = Permission::ChangePolicy.into();
    let cmd = EditRole { role: Role::OfficeAdministrator, add, remove: Permissions::NONE };
    run(usecase::edit_role(&world.ports, &boss, cmd)).expect("edited");
    assert_eq!(set(&world, &owner(&world, ANN), shorter()).expect("set"), Policy::of(Preset::Standard));
    assign(Role::FrontDesk);
    assert_eq!(Keeper::prove(world.signed_in(ANN)).map(|_| ()), lacks);
    let cookie = world.try_sign_in(BOSS, GOOD, None).expect("signed in").cookie;
    world.later(5 * MINUTE);
    let late = run(usecase::authenticate(&world.ports, &cookie, origin())).expect("asked").expect("live");
    assert_eq!(Keeper::prove(late).and_then(Keeper::fresh).map(|_| ()), Err(Denied::NotFresh));
}

/// PRA-6: of two who look at the same policy, the later one is told.
#[test]
fn a_policy_that_somebody_else_changed_is_not_overwritten() {
    let world = World::new();
    let office = world.office(BOSS);
    let who = owner(&world, BOSS);
    let seen = Some(who.who().practice().version);
    let change = |seen, policy| run(usecase::set_policy(&world.ports, &who, SetPolicy { seen, policy }));
    change(seen, shorter()).expect("set");
    let strict = Policy::of(Preset::Strict);
    assert!(matches!(change(seen, strict), Err(SetPolicyError::Changed)));
    assert_eq!(policy_of(&world, &office), shorter());
    change(seen, shorter()).expect("what holds already is no conflict");
    change(seen.map(|Version(n)| Version(n + 1)), strict).expect("set");
    assert_eq!(policy_of(&world, &office), strict);
    check(&world);
}

/// PWD-1, PW-04: a policy that deviates from a norm says so in the audit log, also when it is the first one.
#[test]
fn a_policy_that_deviates_is_recorded_with_the_norm() {
    let world = World::new();
    world.office(BOSS);
    assert!(world.facts_of("policy.deviation").is_empty());
    set(&world, &owner(&world, BOSS), Policy::of(Preset::Portal)).expect("set");
    let changed = world.facts_of("policy.changed");
    assert!(
        matches!(&changed[0].fact, Fact::PolicyChanged(change) if change.deviates && change.after == Preset::Portal)
    );
    let found = world.facts_of("policy.deviation");
    let details = found[0].fact.details();
    assert!(details.contains(&("password.four_classes", "NIST SP 800-63B-4 §3.1.1.2(5), ASVS 6.2.5".to_owned())));
    let (practice, _) = world.found("dora@x.example", Preset::Office);
    let born = world.facts_of("policy.deviation");
    assert!(matches!(born[1..], [ref one] if one.log == Log::Practice(practice)), "{born:?}");
}

/// LIST-9, PRA-6: the switches of Manage Account are two values of the policy.
#[test]
fn the_two_step_switches_are_part_of_the_policy() {
    let world = World::new();
    let office = world.office(BOSS);
    world.set_two_step(BOSS, false, true);
    let policy = policy_of(&world, &office);
    assert_eq!(policy.stored(), "two_step.doctors=false");
    assert_eq!(policy.two_step, TwoStep { doctors: false, patients: true });
    set(&world, &owner(&world, BOSS), Policy::of(Preset::Standard)).expect("set");
    assert!(world.manager(BOSS).practice().two_step().doctors);
    check(&world);
}

//! Roles, capabilities, policy and the staff list: whole use cases over a store that forgets.

use std::rc::Rc;

use practice_domain::access::{Administrator, Holder};
use practice_domain::employee::Employment;
use practice_domain::member::Role;
use practice_domain::policy::{Policy, Preset, Value};
use practice_domain::role::{Permission, Permissions};
use practice_domain::usecase::{
    self, AssignRole, ChangeEmployee, CopyRole, EditRole, ReadAudit, RenameRole, SetPolicy,
};
use practice_domain::value::{EmployeeId, MemberId, RoleId, RoleName};
use practice_testkit::scene::operator;

use crate::world::interleave::run;
use crate::world::{World, email, name};
use crate::{Case, done};

const OWNER: &str = "owner@x.example";
const ANN: &str = "ann@x.example";
const BO: &str = "bo@x.example";
const DESK: &str = "desk@x.example";

/// A practice with a role of its own that nobody has, a second User Manager, an employee with a user account and one who has left;
/// from then on nothing changes.
pub(crate) fn all() -> Vec<Case> {
    let world = Rc::new(World::new());
    let office = world.office(OWNER);
    world.colleague(&office, ANN);
    world.colleague(&office, BO);
    run(usecase::grant_user_manager(&world.ports, &operator(), office.practice, &email(BO))).expect("granted");
    let employee = world.hire(&office, DESK, Role::FrontDesk);
    let admin = Rc::new(world.admin(OWNER));
    let gone = world.add_employee(&office);
    run(usecase::deactivate_employee(&world.ports, &admin, gone)).expect("deactivated");
    let copy = CopyRole { of: Role::FrontDesk, name: RoleName::parse("Night desk").expect("a name") };
    let role = run(usecase::copy_role(&world.ports, &admin, copy)).expect("copied");
    let member = world.member(office.practice, ANN).expect("a member").id;
    let keeper = Holder::prove(world.signed_in(OWNER)).and_then(Holder::fresh).expect("may change the policy");
    let reader = Holder::prove(world.signed_in(OWNER)).expect("may read the log");
    let idle = [("session.idle_minutes", Value::Number(20))];
    let policy = Policy::with(Preset::Standard, idle).expect("within bounds");
    let (practice, support) = (office.practice, Rc::new(operator()));
    let (front, back) = (RoleName::parse("Front").expect("a name"), RoleName::parse("Back").expect("a name"));
    world.store.forget();

    let mut cases = roles(&world, &admin, role, member, [front, back]);
    cases.extend(staff(&world, &admin, employee, gone));
    let (to_grant, to_revoke, ann, bo) = (Rc::clone(&support), support, email(ANN), email(BO));
    cases.extend([
        Case::decide(&world, "grant_user_manager", "decide/grant manager", move |world| {
            let decided = run(usecase::grant_user_manager(&world.ports, &to_grant, practice, &ann));
            assert!(decided.expect("decided"), "they were none");
        }),
        Case::decide(&world, "revoke_user_manager", "decide/revoke manager", move |world| {
            let decided = run(usecase::revoke_user_manager(&world.ports, &to_revoke, practice, &bo));
            assert!(decided.expect("decided"), "they were one");
        }),
        Case::decide(&world, "set_policy", "decide/set policy", move |world| {
            done(usecase::set_policy(&world.ports, &keeper, SetPolicy { seen: None, policy }));
        }),
        Case::decide(&world, "read_audit", "decide/read audit", move |world| {
            done(usecase::read_audit(&world.ports, &reader, ReadAudit { size: 1, ..ReadAudit::default() }));
        }),
    ]);
    cases
}

fn roles(
    world: &Rc<World>,
    admin: &Rc<Administrator>,
    role: RoleId,
    member: MemberId,
    [front, back]: [RoleName; 2],
) -> Vec<Case> {
    let (to_assign, to_copy, to_edit) = (Rc::clone(admin), Rc::clone(admin), Rc::clone(admin));
    let (to_rename, to_remove) = (Rc::clone(admin), Rc::clone(admin));
    vec![
        Case::decide(world, "assign_role", "decide/assign role", move |world| {
            let cmd = AssignRole { member, role: Role::OfficeAdministrator };
            done(usecase::assign_role(&world.ports, &to_assign, cmd));
        }),
        Case::decide(world, "copy_role", "decide/copy role", move |world| {
            let cmd = CopyRole { of: Role::FrontDesk, name: front.clone() };
            done(usecase::copy_role(&world.ports, &to_copy, cmd));
        }),
        Case::decide(world, "edit_role", "decide/edit role", move |world| {
            let add = Permission::ReadAudit.into();
            let cmd = EditRole { role: Role::FrontDesk, add, remove: Permissions::NONE };
            done(usecase::edit_role(&world.ports, &to_edit, cmd));
        }),
        Case::decide(world, "rename_role", "decide/rename role", move |world| {
            let cmd = RenameRole { role, seen: None, name: back.clone() };
            assert!(run(usecase::rename_role(&world.ports, &to_rename, cmd)).expect("decided"), "another name");
        }),
        Case::decide(world, "remove_role", "decide/remove role", move |world| {
            done(usecase::remove_role(&world.ports, &to_remove, role));
        }),
    ]
}

fn staff(world: &Rc<World>, admin: &Rc<Administrator>, employee: EmployeeId, gone: EmployeeId) -> Vec<Case> {
    let (to_change, to_leave) = (Rc::clone(admin), Rc::clone(admin));
    let (to_take, to_return) = (Rc::clone(admin), Rc::clone(admin));
    let change = ChangeEmployee { employee, seen: None, name: name("Petra", "Lee"), employment: Employment::Employed };
    vec![
        Case::decide(world, "change_employee", "decide/change employee", move |world| {
            done(usecase::change_employee(&world.ports, &to_change, change.clone()));
        }),
        Case::decide(world, "deactivate_employee", "decide/deactivate", move |world| {
            done(usecase::deactivate_employee(&world.ports, &to_leave, employee));
        }),
        Case::decide(world, "deactivate_user_account", "decide/take account", move |world| {
            done(usecase::deactivate_user_account(&world.ports, &to_take, employee));
        }),
        Case::decide(world, "reactivate_employee", "decide/reactivate", move |world| {
            done(usecase::reactivate_employee(&world.ports, &to_return, gone));
        }),
    ]
}

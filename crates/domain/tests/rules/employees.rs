//! Employees and user accounts (`EMP-1` to `EMP-3`).

use practice_domain::access::{Administrator, Denied};
use practice_domain::code_word::Told;
use practice_domain::employee::{Employment, Login};
use practice_domain::member::Role;
use practice_domain::policy::Preset;
use practice_domain::port::UserAccount;
use practice_domain::usecase::{
    self, ActivateEmployeeError, Activated, AddEmployee, AddEmployeeError, ChangeEmployee, DeactivateEmployeeError,
    LinkLeads, OpenPasswordLinkError, WordAfter,
};
use practice_domain::value::{PasswordLinkId, PersonName};
use practice_testkit::scene::operator;

use crate::world::check::check;
use crate::world::interleave::run;
use crate::world::people::Office;
use crate::world::staff::cell;
use crate::world::{DAY, GOOD, World, email, name, origin};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";

fn office() -> (World, Office) {
    let world = World::new();
    let office = world.office_of(BOSS, Preset::Office);
    world.deliver();
    (world, office)
}

fn subjects(world: &World, who: &str) -> Vec<String> {
    world.deliver();
    world.mailbox.letters_to(&email(who)).into_iter().map(|letter| letter.subject).collect()
}

/// EMP-1: somebody is added by name, renamed, taken out of use and put back, and never gone.
#[test]
fn an_employee_is_added_by_name_and_never_deleted() {
    let (world, office) = office();
    let admin = world.admin(BOSS);
    let nameless = AddEmployee { name: PersonName::default(), employment: Employment::Employed, active: true };
    let refused = run(usecase::add_employee(&world.ports, &admin, nameless));
    assert!(matches!(refused, Err(AddEmployeeError::NoName(_))));
    let id = world.add_employee(&office);
    let seen = Some(world.employee(office.practice, id).version);
    let change = |name| ChangeEmployee { employee: id, seen, name, employment: Employment::Consultant { until: None } };
    run(usecase::change_employee(&world.ports, &admin, change(name("Petra", "Vogel")))).expect("changed");
    let late = run(usecase::change_employee(&world.ports, &admin, change(name("Petra", "Adler"))));
    assert!(matches!(late, Err(AddEmployeeError::Changed)));
    let gone = run(usecase::deactivate_employee(&world.ports, &admin, id)).expect("deactivated");
    assert_eq!((gone.seat, gone.word), (None, WordAfter::Stays), "they never had an account");
    assert!(!world.employee(office.practice, id).active);
    run(usecase::reactivate_employee(&world.ports, &admin, id)).expect("reactivated");
    let employee = world.employee(office.practice, id);
    assert_eq!((employee.active, employee.name.to_string()), (true, "Petra Vogel".to_owned()));
    check(&world);
}

/// EMP-1, EMP-2: the lists name everybody on the staff by name, with the state of their user account.
#[test]
fn the_list_of_employees_shows_every_state_of_a_user_account() {
    let (world, office) = office();
    let pending = world.add_employee(&office);
    world.activate(&office, pending, "petra@x.example", Role::FrontDesk).expect("activated");
    world.hire(&office, ANN, Role::Hygienist);
    let states: Vec<_> = (world.employees(office.practice).into_iter())
        .map(|row| match row.user {
            UserAccount::None => "none",
            UserAccount::Pending { expires_at: Some(_), .. } => "pending",
            UserAccount::Pending { expires_at: None, .. } => "closed",
            UserAccount::Member { active: true, locked: false, .. } => "active",
            UserAccount::Member { .. } => "inactive or locked",
        })
        .collect();
    assert_eq!(states.iter().filter(|state| **state == "active").count(), 2, "the manager and Ann: {states:?}");
    assert_eq!(states.iter().filter(|state| **state == "pending").count(), 1, "{states:?}");
    check(&world);
}

/// EMP-2, CODE-2: a mail with the link, a text with the word, and at the end an account with the role.
#[test]
fn the_active_box_sends_a_link_by_mail_and_the_word_by_text() {
    let (world, office) = office();
    let id = world.add_employee(&office);
    let activated = world.activate(&office, id, ANN, Role::TreatmentCoordinator).expect("activated");
    assert_eq!(activated, Activated::Sent { texted: true });
    assert!(world.account(ANN).is_none() && world.row_of(office.practice, ANN).is_none());
    assert_eq!(subjects(&world, ANN), ["setup"]);
    let words = world.phone.words();
    assert_eq!((words.len(), &words[0].to), (1, &cell()));
    assert_eq!(words[0].word.expose(), world.word(office.practice).expose());
    let link = world.mailbox.letters_to(&email(ANN))[0].text.clone();
    let face = run(usecase::open_password_link(&world.ports, &link)).expect("works");
    assert_eq!((face.leads, face.asks_word), (LinkLeads::Setup, true));
    let cookie = world.open(&link);
    world.give(&cookie, &words[0].word).expect("looked at");
    world.set(&cookie, GOOD).expect("set");
    let member = world.member(office.practice, ANN).expect("a member");
    assert_eq!((member.role, member.user_manager), (Role::TreatmentCoordinator, false));
    assert_eq!(world.signed_in(ANN).place().map(|(practice, _)| practice.id), Some(office.practice));
    assert!(world.row_of(office.practice, ANN).is_some());
    check(&world);
}

/// EMP-2: only active employees, and saving again sends a new link, also to a corrected address; the old one is dead.
#[test]
fn saving_again_replaces_the_link() {
    let (world, office) = office();
    let id = world.add_employee(&office);
    world.activate(&office, id, "typo@x.example", Role::FrontDesk).expect("activated");
    let old = world.password_link(PasswordLinkId(id.0));
    world.activate(&office, id, ANN, Role::FrontDesk).expect("activated");
    assert!(run(usecase::open_password_link(&world.ports, &old)).is_err(), "the old link works");
    assert_eq!((subjects(&world, "typo@x.example").len(), subjects(&world, ANN).len()), (0, 1));
    world.activate(&office, id, ANN, Role::FrontDesk).expect("the third");
    let fourth = world.activate(&office, id, ANN, Role::FrontDesk);
    assert!(matches!(fourth, Err(ActivateEmployeeError::TooSoon(_))));
    run(usecase::deactivate_employee(&world.ports, &world.admin(BOSS), id)).expect("deactivated");
    assert!(matches!(world.employee(office.practice, id).login, Login::None));
    let refused = world.activate(&office, id, ANN, Role::FrontDesk);
    assert!(matches!(refused, Err(ActivateEmployeeError::Inactive(_))));
    check(&world);
}

/// EMP-2, INV-3, PRA-5: an address with an account elsewhere is answered alike, and its person joins with it.
#[test]
fn somebody_with_an_account_joins_with_it() {
    let (world, office) = office();
    let other = world.office("other@y.example");
    world.colleague(&other, ANN);
    world.deliver();
    let id = world.add_employee(&office);
    let unknown = world.add_employee(&office);
    let told = world.activate(&office, id, ANN, Role::Hygienist).expect("activated");
    assert_eq!(told, world.activate(&office, unknown, "new@x.example", Role::Hygienist).expect("activated"));
    let link = world.password_link(PasswordLinkId(id.0));
    let face = run(usecase::open_password_link(&world.ports, &link)).expect("works");
    assert_eq!(face.leads, LinkLeads::Join);
    let begun = run(usecase::begin_password_run(&world.ports, &link, &origin()));
    assert!(matches!(begun.map(|_| ()), Err(OpenPasswordLinkError::HasAccount)), "a setup never sets a password over");
    assert!(run(usecase::join_by_setup(&world.ports, &world.signed_in(BOSS), &link)).is_err());
    let before = world.account(ANN);
    run(usecase::join_by_setup(&world.ports, &world.signed_in(ANN), &link)).expect("joined");
    assert_eq!(world.account(ANN), before, "one account, one password");
    assert_eq!(world.member(office.practice, ANN).expect("a member").role, Role::Hygienist);
    assert!(run(usecase::join_by_setup(&world.ports, &world.signed_in(ANN), &link)).is_err(), "twice");
    let again = world.activate(&office, unknown, ANN, Role::Hygienist);
    assert!(matches!(again, Err(ActivateEmployeeError::AlreadyMember)));
    check(&world);
}

/// EMP-3, SESS-1, EN-01, SE-07: deactivating ends sessions at the next request, and the sign-in page says what it says to strangers.
#[test]
fn somebody_who_was_deactivated_is_out_at_the_next_request() {
    let (world, office) = office();
    let id = world.hire(&office, ANN, Role::Hygienist);
    let cookie = world.try_sign_in(ANN, GOOD, None).expect("signed in").cookie;
    let member = world.member(office.practice, ANN).expect("a member");
    world.ask_for_reset(ANN);
    let link = world.password_link(world.reset_link(ANN));
    let half_way = world.open(&link);
    world.give(&half_way, &world.word(office.practice)).expect("looked at");
    let gone = run(usecase::deactivate_user_account(&world.ports, &world.admin(BOSS), id)).expect("deactivated");
    assert_eq!((gone.seat, gone.word), (Some(member.id), WordAfter::RotationProposed));
    let asked = run(usecase::authenticate(&world.ports, &cookie, origin())).expect("asked");
    assert!(matches!(asked, Err(Denied::NotSignedIn)));
    assert!(run(usecase::open_password_link(&world.ports, &link)).is_err(), "the reset link works");
    assert!(world.set(&half_way, "harbor violet moss 77").is_err(), "a reset that was under way goes on");
    let (sent_away, unknown) = (world.try_sign_in(ANN, GOOD, None), world.try_sign_in("no@x.example", GOOD, None));
    assert_eq!(format!("{:?}", sent_away.err()), format!("{:?}", unknown.err()));
    assert!(world.row_of(office.practice, ANN).is_none(), "still listed");
    assert_eq!(
        world.member(office.practice, ANN).expect("a member").tier,
        member.tier,
        "seats are for the billing rules"
    );
    let before = subjects(&world, ANN).len();
    world.ask_for_reset(ANN);
    assert_eq!(subjects(&world, ANN).len(), before, "a mail to somebody deactivated");
    check(&world);
    let restored = world.activate(&office, id, ANN, Role::Dentist).expect("restored");
    assert_eq!(restored, Activated::Restored);
    assert_eq!(world.activate(&office, id, ANN, Role::Dentist).expect("restored"), Activated::Already);
    assert_eq!(world.signed_in(ANN).place().map(|(_, member)| member.role), Some(Role::Dentist));
    check(&world);
}

/// EMP-3, PRA-5: who was sent away by one practice still works in the other, and begins there.
#[test]
fn somebody_sent_away_by_one_practice_works_on_in_another() {
    let (world, office) = office();
    let other = world.office("other@y.example");
    let id = world.hire(&office, ANN, Role::Hygienist);
    let second = world.add_employee(&other);
    world.activate(&other, second, ANN, Role::FrontDesk).expect("activated");
    let link = world.password_link(PasswordLinkId(second.0));
    run(usecase::join_by_setup(&world.ports, &world.signed_in(ANN), &link)).expect("joined");
    run(usecase::deactivate_employee(&world.ports, &world.admin(BOSS), id)).expect("deactivated");
    assert_eq!(world.signed_in(ANN).place().map(|(practice, _)| practice.id), Some(other.practice));
    check(&world);
}

/// EMP-2: a non-employee's account works until its end date and not a moment longer; without one, as long as the policy says.
#[test]
fn a_consultants_account_ends_by_the_clock() {
    let (world, office) = office();
    let until = world.now().plus(2 * DAY);
    let id = world.add_employee_as(&office, Employment::Consultant { until: Some(until) });
    world.activate(&office, id, ANN, Role::RestrictedStaff).expect("activated");
    let cookie = world.open(&world.password_link(PasswordLinkId(id.0)));
    world.give(&cookie, &world.word(office.practice)).expect("looked at");
    world.set(&cookie, GOOD).expect("set");
    assert!(world.try_sign_in(ANN, GOOD, None).is_ok());
    world.set_clock(until);
    assert!(world.try_sign_in(ANN, GOOD, None).is_err(), "the end date is past");
    let ended = world.activate(&office, id, ANN, Role::RestrictedStaff);
    assert!(matches!(ended, Err(ActivateEmployeeError::Ended)));
    let change = ChangeEmployee {
        employee: id,
        seen: None,
        name: name("Petra", "Novak"),
        employment: Employment::Consultant { until: None },
    };
    run(usecase::change_employee(&world.ports, &world.admin(BOSS), change)).expect("changed");
    assert!(world.try_sign_in(ANN, GOOD, None).is_ok());
    world.later(90 * DAY);
    assert!(world.try_sign_in(ANN, GOOD, None).is_err(), "ninety days are past");
}

/// TN-06, PRA-3, ROLE-2: the last Owner and the last User Manager stay, and nobody reaches above themselves.
#[test]
fn the_last_owner_stays_and_nobody_reaches_above_themselves() {
    let (world, office) = office();
    let boss = world.employees(office.practice)[0].employee.id;
    let refused = run(usecase::deactivate_employee(&world.ports, &world.admin(BOSS), boss));
    assert!(matches!(refused, Err(DeactivateEmployeeError::LastOwner)));
    world.hire(&office, ANN, Role::OfficeAdministrator);
    let admin = world.admin(ANN);
    let refused = run(usecase::deactivate_employee(&world.ports, &admin, boss));
    assert!(matches!(refused, Err(DeactivateEmployeeError::AboveYourself)));
    let id = world.add_employee(&office);
    let cmd =
        usecase::ActivateEmployee { employee: id, email: email("new@x.example"), cell: cell(), role: Role::Owner };
    let refused = run(usecase::activate_employee(&world.ports, &admin, cmd));
    assert!(matches!(refused, Err(ActivateEmployeeError::AboveYourself)));
    world.hire(&office, "second@x.example", Role::Owner);
    let refused = run(usecase::deactivate_employee(&world.ports, &world.admin("second@x.example"), boss));
    assert!(matches!(refused, Err(DeactivateEmployeeError::LastUserManager(_))));
    check(&world);
}

/// EMP-2, ROLE-2, PRA-3: a place that was taken away is given back by whoever may give that role, and an Owner's by an Owner only;
/// somebody who managed before manages again.
#[test]
fn a_place_is_given_back_within_the_rights_of_whoever_gives_it() {
    let (world, office) = office();
    let second = world.hire(&office, "second@x.example", Role::Owner);
    let ann = world.hire(&office, ANN, Role::OfficeAdministrator);
    run(usecase::grant_user_manager(&world.ports, &operator(), office.practice, &email("second@x.example")))
        .expect("granted");
    let gone = |id| {
        run(usecase::deactivate_employee(&world.ports, &world.admin(BOSS), id)).expect("deactivated");
        run(usecase::reactivate_employee(&world.ports, &world.admin(BOSS), id)).expect("reactivated");
    };
    let give = |by: &str, id, who: &str, role| {
        let cmd = usecase::ActivateEmployee { employee: id, email: email(who), cell: cell(), role };
        run(usecase::activate_employee(&world.ports, &world.admin(by), cmd))
    };
    gone(second);
    let above = give(ANN, second, "second@x.example", Role::FrontDesk);
    assert!(matches!(above, Err(ActivateEmployeeError::AboveYourself)));
    let other = give(BOSS, second, "third@x.example", Role::Owner);
    assert!(matches!(other, Err(ActivateEmployeeError::OtherAddress)));
    assert_eq!(give(BOSS, second, "second@x.example", Role::Owner).expect("given back"), Activated::Restored);
    let restored = world.member(office.practice, "second@x.example").expect("a member");
    assert!(restored.active && restored.user_manager && restored.role == Role::Owner && restored.until.is_none());
    gone(ann);
    assert_eq!(give("second@x.example", ann, ANN, Role::FrontDesk).expect("given back"), Activated::Restored);
    assert_eq!(give(BOSS, ann, ANN, Role::FrontDesk).expect("works"), Activated::Already);
    check(&world);
    let boss = world.employees(office.practice).into_iter().find(|row| {
        matches!(row.employee.login, Login::Member { member, .. } if Some(member) == world.member(office.practice, BOSS).map(|m| m.id))
    });
    let boss = boss.expect("an employee").employee.id;
    run(usecase::deactivate_employee(&world.ports, &world.admin("second@x.example"), boss))
        .expect("another one manages");
    check(&world);
}

/// EMP-1, ROLE-2, TN-01: whoever may not manage logins gets no proof, and another practice's employees are not there.
#[test]
fn other_practices_employees_are_not_there() {
    let (world, office) = office();
    let other = world.office("other@y.example");
    let id = world.add_employee(&office);
    let admin = world.admin(other.manager);
    assert!(run(usecase::deactivate_employee(&world.ports, &admin, id)).is_err());
    assert!(run(usecase::reset_password_of(&world.ports, &admin, id)).is_err());
    assert!(run(usecase::record_code_word_told(&world.ports, &admin, id, Told::ByPhone)).is_err());
    assert!(world.activate(&other, id, ANN, Role::FrontDesk).is_err());
    world.colleague(&office, ANN);
    let denied = Administrator::prove(world.signed_in(ANN));
    assert!(matches!(denied, Err(Denied::NotAdministrator)));
}

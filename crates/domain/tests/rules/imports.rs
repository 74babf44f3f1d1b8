//! Files carried out row by row (section 12): nothing before "Go", nothing twice, nothing without a right to it.

use std::collections::BTreeSet;
use std::time::Duration;

use practice_domain::channel::{Placement, Product};
use practice_domain::employee::Login;
use practice_domain::import::{Came, Content, Halt, Import, Stage};
use practice_domain::intake::{SheetError, Verdict};
use practice_domain::member::{Kind, Role};
use practice_domain::policy::Preset;
use practice_domain::port::Store as _;
use practice_domain::usecase::import::{self, GoImport, ImportError, UploadImport};
use practice_domain::usecase::{self, WithdrawInvitation};
use practice_domain::value::{Digest, InvitationId};

use crate::world::check::check;
use crate::world::interleave::{run, run_until};
use crate::world::people::Office;
use crate::world::{DAY, Grain, World, email};

const BOSS: &str = "boss@x.example";

const STAFF: &str = "First Name,Last Name,Email,Cell Phone,Role\n\
    Ann,Lee,ann@x.example,(415) 555-2671,Front Desk\n\
    Tunde,Oyelaran,,,\n\
    Bo,Li,bo@x.example,555-01,Dentist\n\
    Eve,Ray,eve@x.example,,Dentist\n\
    Tundе,Oyelaran,,,\n";

const GUESTS: &str = "Email,Last Name,Kind,Placement,Cell Phone\n\
    one@y.example,One,Patient,Outside,(415) 555-2671\n\
    known@y.example,Known,Patient,Outside,\n\
    two@y.example,Two,Patient,Outside,\n";

fn office() -> (World, Office) {
    let world = World::new();
    let office = world.office_of(BOSS, Preset::Office);
    world.deliver();
    (world, office)
}

fn upload(world: &World, content: Content, text: &str) -> Result<Import, ImportError> {
    let cmd = UploadImport { content, name: "staff.csv".to_owned(), bytes: text.as_bytes().to_vec() };
    run(import::upload_import(&world.ports, &world.admin(BOSS), cmd))
}

fn seen(world: &World, import: &Import) -> Digest {
    import::seen(&world.ports, &run(import::judge_import(&world.ports, import)).expect("judged"))
}

fn go(world: &World, import: &Import, look: &[u64]) -> Result<Import, ImportError> {
    let looked_at: BTreeSet<u64> = look.iter().copied().collect();
    let cmd = GoImport { import: import.id, looked_at, seen: seen(world, import) };
    run(import::go_import(&world.ports, &world.admin(BOSS), cmd))
}

/// Uploads, says "Go", and works until nothing is left to do.
fn carry_out(world: &World, content: Content, text: &str) -> Import {
    let import = upload(world, content, text).expect("uploaded");
    go(world, &import, &[]).expect("went");
    while run(import::carry_on_imports(&world.ports)).expect("the store works") {}
    found(world, &import)
}

fn found(world: &World, import: &Import) -> Import {
    run(world.memory.import(import.practice, import.id)).expect("stored").expect("a file")
}

fn came(import: &Import) -> Vec<(u64, Came)> {
    import.done.iter().map(|outcome| (outcome.line, outcome.came.clone())).collect()
}

fn mails(world: &World) -> usize {
    world.deliver();
    ["ann@x.example", "one@y.example", "known@y.example", "two@y.example"]
        .iter()
        .map(|who| world.mailbox.letters_to(&email(who)).len())
        .sum()
}

/// EMP-1, EMP-2: a dry run saves and sends nothing; "Go" does what was shown; the same file again does nothing.
#[test]
fn employees_are_imported_once_and_only_after_go() {
    let (world, office) = office();
    let before = world.employees(office.practice).len();
    let import = upload(&world, Content::Employees, STAFF).expect("uploaded");
    let run_of = run(import::judge_import(&world.ports, &import)).expect("judged");
    let verdicts: Vec<&Verdict> = run_of.rows().iter().map(|judged| &judged.verdict).collect();
    assert!(
        matches!(
            verdicts[..],
            [Verdict::New(_), Verdict::LookAlike(..), Verdict::Bad(_), Verdict::Bad(_), Verdict::LookAlike(..)]
        ),
        "{verdicts:?}"
    );
    assert!(!run(import::carry_on_imports(&world.ports)).expect("the store works"), "nobody said Go");
    assert_eq!((world.employees(office.practice).len(), mails(&world)), (before, 0));

    go(&world, &import, &[3]).expect("went");
    assert!(matches!(go(&world, &import, &[3]), Err(ImportError::OutOfStep(_))), "twice");
    assert!(run(import::carry_on_imports(&world.ports)).expect("the store works"));
    let done = found(&world, &import);
    assert_eq!((done.stage, came(&done)), (Stage::Done, vec![(2, Came::Created), (3, Came::Created)]));
    let rows = world.employees(office.practice);
    let ann = rows.iter().find(|row| row.employee.name.first() == "Ann").expect("Ann");
    assert!(matches!(&ann.employee.login, Login::Pending(pending) if pending.role == Role::FrontDesk));
    assert_eq!((rows.len(), mails(&world)), (before + 2, 1));
    assert_eq!(world.facts_of("list.import-started").len(), 1);

    let again = carry_out(&world, Content::Employees, STAFF);
    assert_eq!((again.stage, again.plan.len()), (Stage::Done, 0));
    assert_eq!((world.employees(office.practice).len(), mails(&world)), (before + 2, 1));
    check(&world);
}

/// INV-2, INV-3, INV-6: invitations go through the same rules; the same text sends nothing twice, to nobody; what a budget refuses today
/// can be sent another day.
#[test]
fn invitations_are_imported_once_and_budgets_hold() {
    let (world, office) = office();
    let other = world.office("other@y.example");
    world.colleague(&other, "known@y.example");
    let before = mails(&world);
    let content = Content::Invitations(Product::TruForm);
    let first = carry_out(&world, content, GUESTS);
    assert_eq!(came(&first), [(2, Came::Created), (3, Came::Created), (4, Came::Created)]);
    assert_eq!(mails(&world), before + 3);
    let again = carry_out(&world, content, GUESTS);
    assert_eq!(came(&again), [(3, Came::AlreadyThere)], "who has an account gets no second notice");
    assert_eq!(mails(&world), before + 3);

    let kept = run(world.memory.practice(office.practice)).expect("stored").expect("a practice");
    let limit = kept.policy().invitation.sends_per_practice;
    let many: String = (0..=limit).map(|n| format!("p{n}@z.example,P,Patient,Outside,\n")).collect();
    let many = format!("Email,Last Name,Kind,Placement,Cell Phone\n{many}");
    let import = carry_out(&world, content, &many);
    let refused = import.count(|came| matches!(came, Came::Refused(_)));
    assert!(refused > 0 && refused < import.plan.len(), "{refused} of {}", import.plan.len());
    assert!(came(&import).iter().any(|(_, came)| *came == Came::Refused("too many invitations today".to_owned())));
    world.later(DAY);
    let rest = carry_out(&world, content, &many);
    assert_eq!((rest.plan.len(), rest.count(|came| *came == Came::Created)), (refused, refused));
    check(&world);
}

/// INV-2: through SecureMail only those invite who have a paid plan; each row says so.
#[test]
fn a_refusal_stands_at_its_row() {
    let world = World::new();
    let (practice, invitation) = world.found(BOSS, Preset::Standard);
    world.register(invitation);
    let text = "Email,Kind,Placement\nnew@y.example,Staff,Outside\n";
    let import = carry_out(&world, Content::Invitations(Product::SecureMail), text);
    let why = "the inviter needs a paid SecureMail plan to invite people";
    assert_eq!(came(&import), [(2, Came::Refused(why.to_owned()))]);
    world.pay(practice, BOSS);
    let import = carry_out(&world, Content::Invitations(Product::SecureMail), text);
    assert_eq!(came(&import), [(2, Came::Created)]);
    check(&world);
}

/// EMP-1: what was shown is what happens, or nothing does.
#[test]
fn go_does_what_was_seen_or_says_that_it_changed() {
    let (world, office) = office();
    let import = upload(&world, Content::Employees, "First Name,Last Name\nPetra,Novak\nUma,Rao\n").expect("uploaded");
    let before = seen(&world, &import);
    world.add_employee(&office);
    let cmd = GoImport { import: import.id, looked_at: BTreeSet::new(), seen: before };
    let refused = run(import::go_import(&world.ports, &world.admin(BOSS), cmd));
    assert!(matches!(refused, Err(ImportError::Changed)));
    go(&world, &import, &[]).expect("went");
    let uma = "First Name,Last Name\nUma,Rao\n";
    let rival = upload(&world, Content::Employees, uma).expect("uploaded");
    go(&world, &rival, &[]).expect("went");
    while run(import::carry_on_imports(&world.ports)).expect("the store works") {}
    assert_eq!(came(&found(&world, &import)), [(3, Came::Created)]);
    assert_eq!(came(&found(&world, &rival)), [(2, Came::AlreadyThere)], "the other file was first");
    check(&world);
}

/// EMP-3, ROLE-2: the rights of whoever vouches count row by row; somebody else can go on.
#[test]
fn a_file_stops_with_the_rights_of_its_administrator() {
    let (world, office) = office();
    let boss = world.admin(BOSS);
    let import = upload(&world, Content::Employees, "Last Name\nOne\nTwo\n").expect("uploaded");
    let going = go(&world, &import, &[]).expect("went");
    run(usecase::end_session(&world.ports, &world.signed_in(BOSS), session_of(&world, &going))).expect("ended");
    assert!(run(import::carry_on_imports(&world.ports)).expect("the store works"));
    let stopped = found(&world, &import);
    assert_eq!((stopped.stage, stopped.done.len()), (Stage::Stopped(Halt::NotAllowed), 0));
    assert!(!run(import::carry_on_imports(&world.ports)).expect("the store works"));
    run(import::resume_import(&world.ports, &boss, import.id)).expect("resumed");
    run(import::stop_import(&world.ports, &boss, import.id)).expect("stopped");
    assert!(matches!(run(import::stop_import(&world.ports, &boss, import.id)), Err(ImportError::OutOfStep(_))));
    assert!(!run(import::carry_on_imports(&world.ports)).expect("the store works"));
    run(import::resume_import(&world.ports, &boss, import.id)).expect("resumed");
    assert!(run(import::carry_on_imports(&world.ports)).expect("the store works"));
    assert_eq!(found(&world, &import).stage, Stage::Done);
    let other = world.office("other@y.example");
    let foreign = run(import::find_import(&world.ports, &world.admin(other.manager), import.id));
    assert!(matches!(foreign, Err(ImportError::NoSuchImport)));
    world.later(Import::KEPT);
    let late = run(import::find_import(&world.ports, &world.admin(BOSS), import.id));
    assert!(matches!(late, Err(ImportError::NoSuchImport)));
    assert!(world.employees(office.practice).len() >= 3);
}

/// EMP-1, EMP-2, INV-2: however often the work is cut off, at any call, each row is carried out once.
#[test]
fn work_that_is_cut_off_anywhere_is_done_once() {
    let staff = "First Name,Last Name,Email,Cell Phone,Role\n\
        Ann,Lee,ann@x.example,(415) 555-2671,Front Desk\n\
        Tunde,Oyelaran,,,\n";
    for (content, text, rows, letters) in
        [(Content::Employees, staff, 2, 1), (Content::Invitations(Product::TruForm), GUESTS, 3, 3)]
    {
        let mut ended = false;
        let mut steps = 0;
        while !ended {
            let (world, office) = office();
            let import = upload(&world, content, text).expect("uploaded");
            go(&world, &import, &[]).expect("went");
            let before = world.employees(office.practice).len();
            world.store.set(Grain::Calls);
            ended = run_until(import::carry_on_imports(&world.ports), steps).is_some();
            world.store.set(Grain::Whole);
            world.later(Duration::from_secs(61));
            while run(import::carry_on_imports(&world.ports)).expect("the store works") {}
            let done = found(&world, &import);
            let failed = done.count(|came| matches!(came, Came::Refused(_) | Came::Changed));
            assert_eq!((done.stage, done.done.len(), failed), (Stage::Done, rows, 0), "cut off after {steps}");
            assert_eq!(mails(&world), letters, "cut off after {steps}");
            if content == Content::Employees {
                assert_eq!(world.employees(office.practice).len(), before + rows, "cut off after {steps}");
            }
            check(&world);
            steps += 1;
        }
        assert!(steps > 10, "the work has that many calls");
    }
}

/// INV-1, IN-05
#[test]
fn what_is_no_such_file_is_refused_at_once() {
    let (world, _) = office();
    let upload = |content, text| upload(&world, content, text).map(|_| ());
    assert!(matches!(upload(Content::Employees, "Shoe Size\n44\n"), Err(ImportError::Sheet(SheetError::NoHeader))));
    assert!(matches!(upload(Content::Employees, "Last Name\n\n"), Err(ImportError::Empty)));
    let trueform = Content::Invitations(Product::TruForm);
    assert!(matches!(upload(trueform, "Email\na@y.example\n"), Err(ImportError::Sheet(SheetError::Missing(_)))));
    let operator = Content::Invitations(Product::Operator);
    assert!(matches!(upload(operator, GUESTS), Err(ImportError::NoSuchContent)));
}

/// INV-7: somebody who was invited otherwise meanwhile is there already.
#[test]
fn somebody_invited_meanwhile_is_not_invited_again() {
    let (world, office) = office();
    let content = Content::Invitations(Product::SecureMail);
    let text = "Email,Last Name,Kind,Placement\nnew@y.example,Lee,Staff,Outside\n";
    let import = upload(&world, content, text).expect("uploaded");
    go(&world, &import, &[]).expect("went");
    world.invite(&office, "new@y.example", Kind::Staff, Placement::Outside).expect("invited");
    while run(import::carry_on_imports(&world.ports)).expect("the store works") {}
    let done = came(&found(&world, &import));
    assert!(matches!(done[..], [(2, Came::AlreadyThere | Came::Changed)]), "{done:?}");
    check(&world);
}

fn session_of(world: &World, import: &Import) -> practice_domain::value::SessionId {
    run(world.memory.standing(&import.cookie)).expect("stored").expect("a session").session.id
}

/// HT-06: "Go", "Stop" and "Go on" answer with the file as it is kept then.
#[test]
fn what_is_answered_of_a_file_is_what_is_kept() {
    let (world, _) = office();
    let import = upload(&world, Content::Employees, "Last Name\nOne\nTwo\n").expect("uploaded");
    let going = go(&world, &import, &[]).expect("went");
    assert!(going == found(&world, &import));
    let stopped = run(import::stop_import(&world.ports, &world.admin(BOSS), import.id)).expect("stopped");
    assert!(stopped == found(&world, &import));
    let resumed = run(import::resume_import(&world.ports, &world.admin(BOSS), import.id)).expect("resumed");
    assert!(resumed == found(&world, &import));
}

/// EMP-2: a row that was cut off half-way is left alone where somebody has given that employee a user account since, whichever.
#[test]
fn half_a_row_that_somebody_finished_is_left_alone() {
    let text = "First Name,Last Name,Email,Cell Phone,Role\nAnn,Lee,ann@x.example,(415) 555-2671,Front Desk\n";
    for given in ["ann@x.example", "lee@x.example"] {
        let halved = (0..100).any(|steps| {
            let (world, office) = office();
            let import = upload(&world, Content::Employees, text).expect("uploaded");
            go(&world, &import, &[]).expect("went");
            world.store.set(Grain::Calls);
            let _ = run_until(import::carry_on_imports(&world.ports), steps);
            world.store.set(Grain::Whole);
            let ann = || world.employees(office.practice).into_iter().find(|row| row.employee.name.first() == "Ann");
            let Some(added) = ann().filter(|row| row.employee.login == Login::None) else { return false };
            world.activate(&office, added.employee.id, given, Role::Dentist).expect("activated");
            world.later(Duration::from_secs(61));
            assert!(run(import::carry_on_imports(&world.ports)).expect("the store works"));
            assert_eq!(came(&found(&world, &import)), [(2, Came::Changed)]);
            let Some(Login::Pending(pending)) = ann().map(|row| row.employee.login) else { panic!("she is asked") };
            assert_eq!((pending.email, pending.role), (email(given), Role::Dentist));
            true
        });
        assert!(halved, "the work can be cut off between the two halves");
    }
}

/// INV-2: the same row of the same text is sent once, whoever uploads it again, also when its invitation was taken back since.
#[test]
fn a_row_whose_invitation_was_taken_back_is_not_sent_again() {
    let (world, office) = office();
    let content = Content::Invitations(Product::TruForm);
    let text = "Email,Last Name,Kind,Placement\none@y.example,One,Patient,Outside\n";
    assert_eq!(came(&carry_out(&world, content, text)), [(2, Came::Created)]);
    let row = world.row_of(office.practice, "one@y.example").expect("listed");
    let cmd = WithdrawInvitation { invitation: InvitationId(row.id.0), seen: None };
    run(usecase::withdraw_invitation(&world.ports, &world.manager(BOSS), cmd)).expect("withdrawn");
    assert_eq!(came(&carry_out(&world, content, text)), [(2, Came::AlreadyThere)]);
    assert!(world.row_of(office.practice, "one@y.example").is_none());
    check(&world);
}

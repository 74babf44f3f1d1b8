//! Lists as files (section 12): everybody once, recorded, and read again they change nothing (IN-05).

use practice_domain::access::{Administrator, Denied, Holder, UserManager, permit};
use practice_domain::channel::{Placement, Product};
use practice_domain::fact::FactKind;
use practice_domain::import::Content;
use practice_domain::intake::{Presence, Verdict};
use practice_domain::member::{Kind, Role};
use practice_domain::policy::Preset;
use practice_domain::port::HistoryFilter;
use practice_domain::usecase::import::{UploadImport, judge_import, upload_import};
use practice_domain::usecase::{self, Export};

use crate::world::World;
use crate::world::interleave::run;

const BOSS: &str = "boss@x.example";

fn whole(world: &World, mut export: Export) -> (String, usize) {
    let mut text = String::new();
    let mut pieces = 0;
    while let Some(piece) = run(export.next(&world.ports)).expect("memory") {
        text.push_str(&piece);
        pieces += 1;
    }
    (text, pieces)
}

/// The verdicts on every row of a text, as a file that is uploaded.
fn again(world: &World, content: Content, text: &str) -> Vec<Verdict> {
    let cmd = UploadImport { content, name: String::new(), bytes: text.as_bytes().to_vec() };
    let import = run(upload_import(&world.ports, &world.admin(BOSS), cmd)).expect("our own file");
    let dry_run = run(judge_import(&world.ports, &import)).expect("judged");
    dry_run.rows().iter().map(|judged| judged.verdict.clone()).collect()
}

/// EMP-1, IN-05, AU-05: active and inactive, with and without an account, in several pieces; recorded once.
#[test]
fn employees_come_back_as_they_were() {
    let world = World::new();
    let office = world.office_of(BOSS, Preset::Office);
    let pending = world.add_employee(&office);
    world.activate(&office, pending, "petra@x.example", Role::FrontDesk).expect("activated");
    world.hire(&office, "ann@x.example", Role::Hygienist);
    let admin = world.admin(BOSS);
    for n in 0..230 {
        let name = crate::world::name(&format!("=Cmd{n}"), "O'Hara, Jr.");
        let cmd = usecase::AddEmployee {
            name,
            employment: practice_domain::employee::Employment::Employed,
            active: n % 3 > 0,
        };
        run(usecase::add_employee(&world.ports, &admin, cmd)).expect("added");
    }
    let lister = Holder::<permit::ExportPeople>::prove(world.signed_in(BOSS)).and_then(Holder::fresh).expect("fresh");
    let export = run(usecase::export_employees(&world.ports, &lister)).expect("exported");
    let (text, pieces) = whole(&world, export);
    assert_eq!(pieces, 3, "a header and two pages");
    assert_eq!(world.facts_of("list.exported").len(), 1);
    assert!(text.contains("\r\n'=Cmd7,\"O'Hara, Jr.\",,,,Yes\r\n"), "{text}");
    let verdicts = again(&world, Content::Employees, &text);
    assert_eq!(verdicts.len(), 233);
    assert!(verdicts.iter().all(|verdict| matches!(verdict, Verdict::AlreadyThere(_))), "{verdicts:?}");
    assert!(verdicts.contains(&Verdict::AlreadyThere(Presence::Inactive)));
}

/// LIST-1, IN-05: everybody on Manage Account, also those whom no file could invite.
#[test]
fn people_come_back_as_they_were() {
    let world = World::new();
    let office = world.office(BOSS);
    world.colleague(&office, "ann@x.example");
    world.invite(&office, "new@y.example", Kind::Patient, Placement::Outside).expect("invited");
    let fresh = world.manager(BOSS).fresh().expect("fresh");
    let (text, _) = whole(&world, run(usecase::export_people(&world.ports, &fresh)).expect("exported"));
    assert!(text.starts_with("\u{feff}First Name,Last Name,Email,Kind,Placement,Status\r\n"), "{text}");
    assert!(text.contains("new@y.example,Patient,Outside,Not registered"), "{text}");
    let verdicts = again(&world, Content::Invitations(Product::TruForm), &text);
    assert_eq!(verdicts.len(), 3);
    assert!(verdicts.iter().all(|verdict| matches!(verdict, Verdict::AlreadyThere(_))), "{verdicts:?}");
}

/// AU-05: the practice's own log, as far as the filter keeps it, the newest first; the export is an entry and not in its own file.
#[test]
fn the_log_comes_as_a_file() {
    let world = World::new();
    let office = world.office(BOSS);
    world.colleague(&office, "ann@x.example");
    let other = world.office("boss@y.example");
    let keeper = || Holder::<permit::ReadAudit>::prove(world.signed_in(BOSS)).and_then(Holder::fresh).expect("fresh");
    let export = |filter| {
        let who = keeper();
        world.later(std::time::Duration::from_secs(1));
        whole(
            &world,
            run(usecase::export_audit(&world.ports, &who, filter, |at| at.micros().to_string())).expect("exported"),
        )
        .0
    };
    let text = export(HistoryFilter::default());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.first(), Some(&"\u{feff}Number,When,Code,Topic,Event,Done by,Who,Address,Details"));
    let numbers: Vec<u64> =
        lines.iter().skip(1).map(|line| line.split(',').next().expect("a number").parse().expect("digits")).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).rev().collect::<Vec<_>>(), "every entry once");
    assert!(text.contains(",practice.founded,") && !text.contains("list.exported"), "{text}");
    assert!(!text.contains(&other.practice.to_string()), "another practice's log");
    assert_eq!(world.facts_of("list.exported").len(), 1);
    let exports = export(HistoryFilter {
        topic: FactKind::with_code("list.exported").map(FactKind::topic),
        ..HistoryFilter::default()
    });
    assert!(!exports.contains("practice.founded") && exports.matches(",list.exported,").count() == 1, "{exports}");
}

/// SE-08: nobody takes a list away without their password.
#[test]
fn a_list_needs_the_password() {
    let world = World::new();
    world.office(BOSS);
    let who = world.signed_in(BOSS);
    let cookie = who.session().cookie;
    world.later(std::time::Duration::from_secs(301));
    let standing = run(world.ports.store.standing(&cookie)).expect("memory").expect("a session");
    let later = practice_domain::access::SignedIn::prove(standing, crate::world::origin(), world.now()).expect("live");
    let admin = Administrator::prove(later.clone()).expect("an administrator");
    assert_eq!(admin.fresh().map(|_| ()), Err(Denied::NotFresh));
    assert_eq!(UserManager::prove(later).expect("a manager").fresh().map(|_| ()), Err(Denied::NotFresh));
}

//! What pages, mails and stores are given of the rules: names, codes, words, and hints of what comes next.

use std::sync::{Arc, Mutex};

use practice_domain::billing::{BillingRecord, Expiry};
use practice_domain::channel::Placement;
use practice_domain::employee::Employment;
use practice_domain::fact::Topic;
use practice_domain::import::Content;
use practice_domain::intake::{DryRun, Wanted, read};
use practice_domain::member::{Kind, Role};
use practice_domain::notice::SupportAct;
use practice_domain::password::PasswordRule;
use practice_domain::policy::{KEYS, Key, Policy, PolicyRefused, Preset, Value};
use practice_domain::port::{Composer, Letter, Occasion, Store, WordComes};
use practice_domain::relay::Relay;
use practice_domain::role::PermissionGroup;
use practice_domain::texts::{Texts, remembered};
use practice_domain::usecase::import::{self, GoImport, UploadImport};
use practice_domain::usecase::{self, SetPasswordError, TextLimitError, limit_code, practice_behind};
use practice_domain::value::{Email, NoticeId, PasswordLinkId, PersonName, PracticeName, TimeZone};
use practice_testkit::fakes::PlainComposer;

use crate::world::check::check;
use crate::world::interleave::run;
use crate::world::people::Office;
use crate::world::staff::cell;
use crate::world::{World, cell_phone, email, name, origin};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";

fn office() -> (World, Office) {
    let world = World::new();
    let office = world.office(BOSS);
    world.deliver();
    (world, office)
}

/// Writes letters, and keeps what each was about.
#[derive(Default)]
struct Keeper(Mutex<Vec<Occasion>>);

impl Composer for Keeper {
    fn compose(&self, notice: NoticeId, to: &Email, occasion: &Occasion) -> Letter {
        self.0.lock().expect("nobody panicked").push(occasion.clone());
        PlainComposer.compose(notice, to, occasion)
    }
}

/// What the newest letter is about.
fn newest(world: &World) -> Occasion {
    let keeper = Arc::new(Keeper::default());
    let relay = Relay { composer: Arc::clone(&keeper) as Arc<dyn Composer>, ..world.relay.clone() };
    while run(relay.deliver_next()).expect("the store works").is_some() {}
    let newest = keeper.0.lock().expect("nobody panicked").pop();
    newest.expect("a letter")
}

/// INV-2, EMP-2, EMP-4, CODE-2: a letter names who invites, and says how the code word comes: by text where there is a cell phone and
/// the practice texts it, and else from somebody's mouth.
#[test]
fn letters_name_who_invites_and_how_the_word_comes() {
    let (world, office) = office();
    world.invite(&office, "new@x.example", Kind::Staff, Placement::InPractice).expect("invited");
    let Occasion::Invitation { inviter, practice, .. } = newest(&world) else { panic!("an invitation") };
    assert_eq!(inviter, Some(name("Marisol", "Vega")));
    assert_eq!(practice.to_string(), "Bright Smile Dental");
    let word = |world: &World| match newest(world) {
        Occasion::Setup { word, .. } | Occasion::Reset { word, .. } => word,
        other => panic!("{other:?}"),
    };
    let id = world.add_employee(&office);
    world.activate(&office, id, ANN, Role::FrontDesk).expect("activated");
    assert_eq!(word(&world), WordComes::ByText);
    let spoken = [("code_word.delivery", Value::Word("in_person_only".to_owned()))];
    world.set_policy(BOSS, &spoken);
    let other = world.add_employee(&office);
    world.activate(&office, other, "bo@x.example", Role::FrontDesk).expect("activated");
    assert_eq!(word(&world), WordComes::Spoken);
}

/// Section 11: whoever is signed in is called by their name; places and zones are called as they were given.
#[test]
fn people_practices_and_zones_have_their_names() {
    let (world, _) = office();
    assert_eq!(*world.signed_in(BOSS).name(), name("Marisol", "Vega"));
    assert_eq!(PracticeName::parse("Bright Smile Dental").expect("a name").to_string(), "Bright Smile Dental");
    assert_eq!(TimeZone::parse("Europe/Berlin").expect("a zone").name(), "Europe/Berlin");
}

/// LK-08, ROLE-1, section 13: codes lead back to what they stand for, and headings are the documented ones.
#[test]
fn codes_and_headings_are_the_documented_ones() {
    let codes = ["unlocked", "password-distrusted", "api-key-issued", "api-key-revoked", "notice-retried"];
    assert_eq!(SupportAct::ALL.map(SupportAct::code), codes.map(|code| format!("support-{code}")));
    assert_eq!(SupportAct::ALL.map(|act| SupportAct::with_code(act.code())), SupportAct::ALL.map(Some));
    let groups = ["General", "Communication", "Appointment", "Analytics", "Payments", "Forms"];
    assert_eq!(PermissionGroup::ALL.map(PermissionGroup::name), groups);
    assert_eq!(PermissionGroup::ALL.map(PermissionGroup::code), groups.map(str::to_lowercase));
    assert_eq!(Topic::Plans.name(), "Plans and cards");
}

/// PRA-6: a value that is refused is refused with its key and with what it may be; no two keys are the same.
#[test]
fn a_refused_value_names_its_key_and_its_bounds() {
    let key = Key::named("session.idle_minutes").expect("a key");
    let refused = Policy::with(Preset::Standard, [(key.name, Value::Number(4))]).expect_err("too little");
    assert_eq!(refused.key(), Some(key));
    let PolicyRefused::OutOfBounds(out) = refused else { panic!("{refused:?}") };
    assert_eq!(out.bound(), "5 to 60 minutes");
    assert!(KEYS.iter().all(|other| (other == key) == (other.name == key.name)));
}

/// BILL-7, BILL-8: a card shows its month; what is kept about money is kept under its own id.
#[test]
fn cards_and_what_is_kept_about_money() {
    assert_eq!(Expiry::new(2030, 7).map(|expiry| (expiry.year(), expiry.month())), Some((2030, 7)));
    let (world, _) = office();
    world.enter_card(BOSS, 2030);
    let account = world.account(BOSS).expect("an account").id;
    let wallet = run(practice_domain::port::Ledger::wallet(&*world.memory, account)).expect("stored").expect("opened");
    assert_eq!(BillingRecord::Wallet(wallet).key(), account.0);
}

/// Section 12: a plan with a row in it is not empty; the name of a file is one line.
#[test]
fn a_plan_is_empty_without_rows_and_a_file_has_a_name_of_one_line() {
    let plan = |text: &str| {
        let sheet = read(text.as_bytes()).expect("a sheet");
        DryRun::of(sheet, Wanted::Employees, &[]).expect("all columns").go(&[].into()).is_empty()
    };
    assert!(!plan("Last Name\nNovak\n") && plan("Last Name\n"));
    let (world, _) = office();
    let bytes = b"Last Name\nNovak\n".to_vec();
    let cmd = UploadImport { content: Content::Employees, name: "sta\nff\u{7}.csv".to_owned(), bytes };
    let import = run(import::upload_import(&world.ports, &world.admin(BOSS), cmd)).expect("uploaded");
    assert_eq!(import.name, "staff.csv");
    let seen = import::seen(&world.ports, &run(import::judge_import(&world.ports, &import)).expect("judged"));
    let cmd = GoImport { import: import.id, looked_at: [].into(), seen };
    run(import::go_import(&world.ports, &world.admin(BOSS), cmd)).expect("went");
    assert!(run(import::carry_on_imports(&world.ports)).expect("the store works"));
    let added = world.facts_of("employee.added").pop().expect("recorded");
    assert_eq!(added.origin.request, format!("import {}", import.id), "the log says for which file");
}

/// PWD-1, REG-4: the page of a new password lists its rules, the last one about the present password.
#[test]
fn the_rules_of_a_new_password_are_listed() {
    let (world, _) = office();
    let rules = run(usecase::password_rules(&world.ports, &world.signed_in(BOSS))).expect("listed");
    let standard = Policy::of(Preset::Standard).password;
    let former = PasswordRule::NotFormer(standard.remembered());
    assert_eq!(rules, [standard.rules(), vec![former]].concat());
}

/// PWD-1: one's own name is no password, also where a link leads to it.
#[test]
fn ones_own_name_is_no_password_behind_a_link() {
    let (world, office) = office();
    let named = PersonName::parse("Maximiliana", "Featherstone").expect("a name");
    let cmd = usecase::AddEmployee { name: named, employment: Employment::Employed, active: true };
    let id = run(usecase::add_employee(&world.ports, &world.admin(BOSS), cmd)).expect("added");
    world.activate(&office, id, ANN, Role::FrontDesk).expect("activated");
    let cookie = world.open(&world.password_link(PasswordLinkId(id.0)));
    world.give(&cookie, &world.word(office.practice)).expect("looked at");
    let refused = world.set(&cookie, "Maximiliana-Featherstone");
    let Err(SetPasswordError::Password(unmet)) = refused else { panic!("{refused:?}") };
    assert_eq!(unmet.0, [PasswordRule::NotContext]);
    check(&world);
}

/// REG-1, WH-06: the page asks for a number only where none is known, and says before a code is ordered that the number wants no texts.
#[test]
fn a_run_says_what_it_needs_and_what_will_not_arrive() {
    let (world, office) = office();
    let at = |cookie: &[u8]| run(usecase::in_progress(&world.ports, cookie)).expect("in progress");
    let known = world.begin(&world.link(world.ask(office.practice, "known@x.example")));
    assert!(at(&known).registration.two_step && !at(&known).asks_phone);
    assert!(!at(&known).texts_stopped);
    let number = remembered(&*world.ports.keys, &cell());
    run(world.memory.note_texts(&number, Texts::Stopped, world.now())).expect("noted");
    assert!(at(&known).texts_stopped && !at(&known).code_failed);
    world.set_two_step(BOSS, false, false);
    let id = world.invite(&office, "new@x.example", Kind::Staff, Placement::InPractice).expect("invited").id;
    assert!(!at(&world.begin(&world.link(id))).asks_phone, "no code, no number");
}

/// RL-03: one number gets one code in half a minute, whoever asks.
#[test]
fn codes_to_one_number_are_limited() {
    let (world, office) = office();
    let to = cell_phone().cell.expect("a number");
    let ask = || run(limit_code(&world.ports, &to, office.practice, None));
    assert!(ask().is_ok());
    assert!(matches!(ask(), Err(TextLimitError::TooOften { .. })));
}

/// INV-5: the page of a dead link says whom to call; of a link that is none of ours, nobody.
#[test]
fn a_dead_link_says_whom_to_call() {
    let (world, office) = office();
    let link = world.link(world.ask(office.practice, "new@x.example"));
    let found = |link: &str| run(practice_behind(&world.ports, link)).expect("asked").map(|(name, _)| name.to_string());
    assert_eq!(found(&link), Some("Bright Smile Dental".to_owned()));
    assert_eq!(found("nonsense"), None);
}

/// RL-02: a wish for a reset that came too often sends nothing, and stands in the log.
#[test]
fn a_reset_that_was_asked_too_often_is_recorded() {
    let (world, _) = office();
    let before = world.memory.notices().len();
    run(usecase::refuse_reset(&world.ports, &email(BOSS), &origin())).expect("recorded");
    assert_eq!(world.facts_of("password-link.not-sent").len(), 1);
    assert_eq!(world.memory.notices().len(), before);
}

/// EMP-2, CODE-3: whoever joins with an account is asked for no word on the page of their link.
#[test]
fn whoever_joins_is_asked_for_no_word() {
    let (world, office) = office();
    let other = world.office("other@y.example");
    world.colleague(&other, ANN);
    let asks = |who: &str| {
        let id = world.add_employee(&office);
        world.activate(&office, id, who, Role::FrontDesk).expect("activated");
        let link = world.password_link(PasswordLinkId(id.0));
        run(usecase::open_password_link(&world.ports, &link)).expect("opened").asks_word
    };
    assert!(!asks(ANN) && asks("new@x.example"));
    world.set_policy(BOSS, &[("code_word.required", Value::Switch(false))]);
    assert!(!asks("newer@x.example"), "nobody is, where no word is asked for");
}

/// PRA-6: whoever writes a policy that is none is told what was expected, and where.
#[cfg(feature = "serde")]
#[test]
fn a_malformed_policy_is_told_what_was_expected() {
    let said = |json: &str| serde_json::from_str::<Policy>(json).expect_err("no policy").to_string();
    for (json, expected) in [
        ("5", "a policy: a preset, and sections of values"),
        (r#"{"session": 5}"#, "session: invalid type: integer `5`, expected a section of values"),
        (r#"{"session": {"idle_minutes": []}}"#, "expected a whole number, true, false or a word"),
    ] {
        assert!(said(json).contains(expected), "{}", said(json));
    }
}

//! Cases that are seldom met, each decided as the usual ones are.

use practice_domain::channel::{Placement, Product};
use practice_domain::code_word::CodeWord;
use practice_domain::import::{Content, Import};
use practice_domain::intake::{Column, Conflict, Presence, Verdict};
use practice_domain::invitation::InvitationState;
use practice_domain::member::{Kind, Role};
use practice_domain::notice::About;
use practice_domain::password::{Context, PasswordRule};
use practice_domain::policy::{Policy, Preset, Value};
use practice_domain::texts::remembered;
use practice_domain::usecase;
use practice_domain::usecase::import::{self, UploadImport};
use practice_domain::value::{PasswordLinkId, Phone, PracticeId, SealedWord, Time};
use uuid::Uuid;

use crate::world::check::check;
use crate::world::interleave::run;
use crate::world::people::Office;
use crate::world::staff::BETTER;
use crate::world::{GOOD, MINUTE, World, email, name, origin, password};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";
const PAT: &str = "pat@z.example";

fn office() -> (World, Office) {
    let world = World::new();
    let office = world.office(BOSS);
    world.deliver();
    (world, office)
}

/// CODE-3: counting begins anew as soon as a pause ends, also within the hour in which it began.
#[test]
fn wrong_words_are_counted_anew_when_a_pause_ends() {
    let noon = Time::from_micros(0);
    let policy = Policy::of(Preset::Standard).code_word;
    let word = CodeWord::first(PracticeId(Uuid::from_u128(1)), SealedWord(vec![1]), noon);
    let paused = (0..20).fold(word, |word, _| word.count_wrong(noon, policy));
    let until = noon.plus(15 * MINUTE);
    assert_eq!(paused.paused_until, Some(until));
    let next = paused.count_wrong(until, policy);
    assert_eq!((next.wrong, next.counted_from, next.paused_until), (1, until, None));
}

/// PWD-1, PRA-6: a preset that asks for a symbol refuses a password with every other sort of character; a space is no symbol.
#[test]
fn a_password_without_a_symbol_is_refused_where_one_is_asked_for() {
    let (who, address) = (name("Ann", "Lee"), email(ANN));
    let context = || Context { email: &address, name: &who, names: &[] };
    let asked =
        Policy::with(Preset::Standard, [("password.four_classes", Value::Switch(true))]).expect("within bounds");
    let unmet = |text| asked.password.check(&password(text), context(), false).map_err(|refused| refused.0);
    assert_eq!(unmet("Wq8Otter7Quartz4Lump"), Err(vec![PasswordRule::Symbol]));
    assert_eq!(unmet("Wq8 Otter7 Quartz4 Lump"), Err(vec![PasswordRule::Symbol]));
    assert_eq!(unmet("Wq8$Otter7Quartz4Lump"), Ok(()));
}

/// WH-06: what one number wants is remembered of that number.
#[test]
fn each_number_is_remembered_by_itself() {
    let (world, _) = office();
    let keys = &*world.ports.keys;
    let number = |text| Phone::parse(text).expect("a number");
    let key = |text| remembered(keys, &number(text));
    assert_ne!(key("(415) 555-2671"), key("(415) 555-2672"));
    assert_eq!(key("(415) 555-2671"), key("+1 415 555 2671"));
}

/// CODE-2: a reset promises no text where the word is only ever said; CODE-3: where no word is required, none is asked for.
#[test]
fn a_reset_asks_and_texts_as_the_policy_says() {
    let (world, office) = office();
    let ann = world.hire(&office, ANN, Role::Hygienist);
    let reset = || run(usecase::reset_password_of(&world.ports, &world.admin(BOSS), ann)).expect("sent");
    assert!(reset().texted);
    world.set_policy(BOSS, &[("code_word.delivery", Value::Word("in_person_only".to_owned()))]);
    assert!(!reset().texted);
    world.set_policy(BOSS, &[("code_word.required", Value::Switch(false))]);
    assert!(!reset().texted);
    let cookie = world.open(&world.password_link(world.reset_link(ANN)));
    assert!(!run(usecase::password_in_progress(&world.ports, &cookie)).expect("in progress").wants_word);
    world.set(&cookie, BETTER).expect("set");
    check(&world);
}

/// CODE-3: a word that rotates at the very moment at which a setup link ends is not texted to its holder.
#[test]
fn a_link_that_ends_now_waits_for_no_word() {
    let (world, office) = office();
    let id = world.add_employee(&office);
    world.activate(&office, id, ANN, Role::FrontDesk).expect("activated");
    let life = Policy::of(Preset::Standard).link.setup;
    let texts = || {
        let word = |about: &About| matches!(about, About::CodeWord { link, .. } if *link == PasswordLinkId(id.0));
        world.memory.notices().iter().filter(|notice| word(&notice.about)).count()
    };
    let before = texts();
    world.later(life);
    run(usecase::rotate_code_word(&world.ports, &world.word_keeper(BOSS))).expect("rotated");
    assert_eq!(texts(), before);
}

/// PRA-1, PRA-5: a patient's account has no home until it joins a practice, by an invitation or by a setup link.
#[test]
fn an_account_is_at_home_where_it_joins_first() {
    let (world, office) = office();
    let patient = |who| {
        world.register(world.invite(&office, who, Kind::Patient, Placement::Outside).expect("invited").id);
        assert_eq!(world.account(who).expect("an account").home, None);
    };
    patient(PAT);
    let asked = world.invite(&office, PAT, Kind::Staff, Placement::InPractice).expect("delivered").id;
    run(usecase::confirm_joining(&world.ports, &world.signed_in(PAT), &world.link(asked))).expect("joined");
    assert_eq!(world.account(PAT).expect("an account").home, Some(office.practice));
    patient("second@z.example");
    let id = world.add_employee(&office);
    world.activate(&office, id, "second@z.example", Role::FrontDesk).expect("activated");
    let link = world.password_link(PasswordLinkId(id.0));
    run(usecase::join_by_setup(&world.ports, &world.signed_in("second@z.example"), &link)).expect("joined");
    assert_eq!(world.account("second@z.example").expect("an account").home, Some(office.practice));
    check(&world);
}

/// AU-01, PRA-5: a session that worked in no practice leaves none when it enters one.
#[test]
fn a_session_leaves_only_a_practice_that_it_was_in() {
    let (world, office) = office();
    world.register(world.invite(&office, PAT, Kind::Patient, Placement::Outside).expect("invited").id);
    let cookie = world.try_sign_in(PAT, GOOD, None).expect("signed in").cookie;
    let asked = world.invite(&office, PAT, Kind::Staff, Placement::InPractice).expect("delivered").id;
    run(usecase::confirm_joining(&world.ports, &world.signed_in(PAT), &world.link(asked))).expect("joined");
    let who = run(usecase::authenticate(&world.ports, &cookie, origin())).expect("asked").expect("live");
    assert_eq!(who.session().practice, None);
    run(usecase::choose_practice(&world.ports, &who, office.practice)).expect("entered");
    assert_eq!(world.facts_of("practice.entered").len(), 1);
    assert!(world.facts_of("practice.left").is_empty());
    check(&world);
}

/// EMP-2, INV-4: whoever joins with a setup link needs no invitation of that practice any more; those of others stay.
#[test]
fn invitations_of_the_same_practice_give_way_to_a_setup_link() {
    let (world, office) = office();
    let (two, three) = (world.office("two@y.example"), world.office("three@y.example"));
    world.colleague(&office, ANN);
    let [here, elsewhere] = [&two, &three]
        .map(|office| world.invite(office, ANN, Kind::Staff, Placement::InPractice).expect("delivered").id);
    let id = world.add_employee(&two);
    world.activate(&two, id, ANN, Role::FrontDesk).expect("activated");
    let link = world.password_link(PasswordLinkId(id.0));
    run(usecase::join_by_setup(&world.ports, &world.signed_in(ANN), &link)).expect("joined");
    assert!(!matches!(world.invitation(here).state, InvitationState::Open { .. }), "nothing is left to join");
    assert!(matches!(world.invitation(elsewhere).state, InvitationState::Open { .. }));
    assert!(world.row(two.practice, here).is_none());
    check(&world);
}

fn judged(world: &World, content: Content, text: &str) -> Vec<Verdict> {
    let cmd = UploadImport { content, name: "list.csv".to_owned(), bytes: text.as_bytes().to_vec() };
    let import: Import = run(import::upload_import(&world.ports, &world.admin(BOSS), cmd)).expect("uploaded");
    let run_of = run(import::judge_import(&world.ports, &import)).expect("judged");
    run_of.rows().iter().map(|judged| judged.verdict.clone()).collect()
}

fn conflict(presence: Presence, column: Column) -> Verdict {
    Verdict::Conflict(Conflict::Known { presence, columns: vec![column] })
}

/// Section 12, EMP-2: a row that gives somebody another role than they have, or than they are asked to take, contradicts it.
#[test]
fn a_row_with_another_role_is_a_conflict() {
    let (world, office) = office();
    world.hire(&office, ANN, Role::Hygienist);
    let row = |role| {
        let text = format!("First Name,Last Name,Email,Cell Phone,Role\nPetra,Novak,{ANN},(415) 555-2671,{role}\n");
        judged(&world, Content::Employees, &text)
    };
    assert_eq!(row("Hygienist"), [Verdict::AlreadyThere(Presence::Registered)]);
    assert_eq!(row("Front Desk"), [conflict(Presence::Registered, Column::Role)]);
}

/// Section 12, INV-4: a row about somebody who is invited is held against the invitation; the numbers of somebody who is registered are
/// theirs, whatever a row says.
#[test]
fn a_row_is_held_against_the_invitation() {
    let (world, office) = office();
    world.colleague(&office, ANN);
    world.invite(&office, "new@y.example", Kind::Staff, Placement::InPractice).expect("invited");
    let row = |who: &str, placement: &str, cell: &str| {
        let text = format!("Email,Kind,Placement,Cell Phone\n{who},Staff,{placement},{cell}\n");
        judged(&world, Content::Invitations(Product::SecureMail), &text)
    };
    let invited = |placement, cell| row("new@y.example", placement, cell);
    assert_eq!(invited("In Practice", ""), [Verdict::AlreadyThere(Presence::Invited)]);
    assert_eq!(invited("Outside", ""), [conflict(Presence::Invited, Column::Placement)]);
    assert_eq!(invited("In Practice", "(415) 555-2679"), [conflict(Presence::Invited, Column::CellPhone)]);
    assert_eq!(row(ANN, "In Practice", "(415) 555-2679"), [Verdict::AlreadyThere(Presence::Registered)]);
}

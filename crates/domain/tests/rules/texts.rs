//! Texts and calls that do not go as they should: haste, silence, refusals, and people who want none (`F-19`, `F-26`, `F-27`, `WH-06`).

use std::time::Duration;

use practice_domain::challenge::Delivery;
use practice_domain::channel::Placement;
use practice_domain::member::{Kind, Role};
use practice_domain::person::Undeliverable;
use practice_domain::policy::Preset;
use practice_domain::port::{EmployeeRow, SendError, Settlement};
use practice_domain::registration::Line;
use practice_domain::relay::Delivered;
use practice_domain::texts::{TextFate, TextReport, Texts};
use practice_domain::usecase::{
    self, Activated, ChangeProfile, NoWordByText, StepError, no_word_by_text, note_text_report,
};
use practice_domain::value::{NoticeId, PasswordLinkId, Phone, Phones, PracticeId};
use uuid::Uuid;

use crate::world::check::check;
use crate::world::interleave::run;
use crate::world::people::Office;
use crate::world::staff::cell;
use crate::world::{MINUTE, World, both_phones, email, origin};

const BOSS: &str = "boss@x.example";
const NEW: &str = "new.person@x.example";
const BY_TEXT: (Delivery, Line) = (Delivery::Text, Line::Cell);

/// Somebody waits for the text with a code, and nothing else waits.
fn waiting() -> (World, [u8; 32]) {
    let world = World::new();
    let office = world.office(BOSS);
    let id = world.invite(&office, NEW, Kind::Staff, Placement::InPractice).expect("invited").id;
    world.deliver();
    let cookie = world.begin(&world.link(id));
    run(usecase::give_phones(&world.ports, &cookie, both_phones(), &origin())).expect("given");
    run(usecase::send_secret_code(&world.ports, &cookie, BY_TEXT, &origin())).expect("ordered");
    (world, cookie)
}

fn later(seconds: u64) -> SendError {
    SendError::Later { reply: "429".to_owned(), after: Duration::from_secs(seconds) }
}

fn transient() -> SendError {
    SendError::Transient { reply: "429".to_owned() }
}

fn ambiguous() -> SendError {
    SendError::Ambiguous { reply: "silence".to_owned() }
}

fn permanent() -> SendError {
    SendError::Permanent { reply: "30007".to_owned() }
}

fn stopped() -> SendError {
    SendError::Stopped { reply: "21610".to_owned() }
}

fn next(world: &World) -> Delivered {
    run(world.relay.deliver_next()).expect("the store works").expect("due")
}

/// Tries now, and again whenever the relay wants to; what became of it in the end.
fn in_the_end(world: &World) -> Settlement {
    loop {
        match next(world).settlement {
            Settlement::Retry(at) => world.set_clock(at),
            settlement => return settlement,
        }
    }
}

fn report(world: &World, report: TextReport) {
    run(note_text_report(&world.ports, &report)).expect("noted");
}

fn reply(texts: Texts) -> TextReport {
    TextReport::Reply { from: cell(), texts }
}

fn code_notice(world: &World) -> NoticeId {
    world.memory.notices().last().expect("a code was ordered").id
}

/// F-19: too many requests twice, and then one text, never before the moment that was asked for.
#[test]
fn haste_is_waited_out_and_one_text_goes_out() {
    let (world, _) = waiting();
    let start = world.now();
    world.phone.fail_next(later(200));
    world.phone.fail_next(later(1));
    let Settlement::Retry(first) = next(&world).settlement else { panic!("no second try") };
    assert_eq!(first.since(start), Duration::from_secs(200));
    world.set_clock(first);
    let Settlement::Retry(second) = next(&world).settlement else { panic!("no third try") };
    let pause = second.since(first);
    assert!(
        pause >= Duration::from_secs(24) && pause <= Duration::from_secs(36),
        "as after a first failure: {pause:?}"
    );
    world.set_clock(second);
    assert_eq!(next(&world).settlement, Settlement::Sent);
    let rings = world.phone.rings();
    assert_eq!(rings.len(), 1);
    assert_eq!(rings[0].good_for, 10 * MINUTE - second.since(start), "no longer than the code itself");
}

/// F-19: too many requests for eleven minutes: the code expires, and nothing is sent after that.
#[test]
fn a_code_is_not_sent_after_its_end() {
    for waits in [10, 60, 240] {
        let (world, cookie) = waiting();
        let start = world.now();
        for _ in 0..100 {
            world.phone.fail_next(later(waits));
        }
        assert_eq!(in_the_end(&world), Settlement::Parked(Undeliverable::GaveUp));
        assert!(world.now().since(start) < 10 * MINUTE);
        world.later(11 * MINUTE);
        assert!(run(world.relay.deliver_next()).expect("the store works").is_none());
        assert!(world.phone.rings().is_empty());
        assert!(run(usecase::in_progress(&world.ports, &cookie)).expect("goes on").code_failed);
        check(&world);
    }
}

/// F-19: nobody came to send it in time.
#[test]
fn a_code_that_waited_too_long_is_not_sent() {
    let (world, _) = waiting();
    world.later(10 * MINUTE);
    assert_eq!(next(&world).settlement, Settlement::Parked(Undeliverable::GaveUp));
    assert!(world.phone.rings().is_empty());
}

/// F-26: when its fate is unknown, the same code goes out once more while five minutes of it are left, and after that not at all.
#[test]
fn a_code_of_unknown_fate_is_repeated_once_and_only_in_time() {
    let (world, _) = waiting();
    world.phone.fail_next(ambiguous());
    world.phone.fail_next(ambiguous());
    assert_eq!(in_the_end(&world), Settlement::Parked(Undeliverable::GaveUp));
    let rings = world.phone.rings();
    assert_eq!((rings.len(), &rings[0].code), (2, &rings[1].code));

    for (after, repeated) in [(4 * MINUTE, true), (5 * MINUTE, false), (9 * MINUTE, false)] {
        let (world, _) = waiting();
        world.later(after);
        world.phone.fail_next(ambiguous());
        let settlement = next(&world).settlement;
        assert_eq!(matches!(settlement, Settlement::Retry(_)), repeated, "{after:?}: {settlement:?}");
        world.later(10 * MINUTE);
        world.deliver();
        assert_eq!(world.phone.rings().len(), 1, "too late for another one now");
    }
}

/// F-27, WH-06: a number that wants no texts gets none, is remembered, and may be called; START opens it again.
#[test]
fn a_number_that_answered_stop_gets_no_texts() {
    let (world, cookie) = waiting();
    world.phone.fail_next(stopped());
    assert_eq!(in_the_end(&world), Settlement::Parked(Undeliverable::Refused));
    let run_of = || run(usecase::in_progress(&world.ports, &cookie)).expect("goes on");
    assert!(run_of().texts_stopped && run_of().code_failed);
    world.later(MINUTE);
    let before = world.memory.notices().len();
    let again = run(usecase::resend_secret_code(&world.ports, &cookie, &origin()));
    assert!(matches!(again, Err(StepError::TextsStopped)), "{again:?}");
    assert_eq!(world.memory.notices().len(), before);
    run(usecase::send_secret_code(&world.ports, &cookie, (Delivery::Call, Line::Cell), &origin())).expect("called");
    assert_eq!(in_the_end(&world), Settlement::Sent);
    assert!(!run_of().code_failed, "of the newest code nothing bad is known");

    world.later(MINUTE);
    report(&world, reply(Texts::Wanted));
    assert!(!run_of().texts_stopped);
    run(usecase::send_secret_code(&world.ports, &cookie, BY_TEXT, &origin())).expect("texted");
    assert_eq!(in_the_end(&world), Settlement::Sent);
    assert_eq!(world.phone.rings().len(), 2);
}

/// WH-06: STOP counts also for what was ordered before it.
#[test]
fn stop_counts_for_what_is_on_its_way() {
    let (world, _) = waiting();
    report(&world, reply(Texts::Stopped));
    assert_eq!(in_the_end(&world), Settlement::Parked(Undeliverable::Refused));
    assert!(world.phone.rings().is_empty());
}

/// F-27: a receipt says later what the answer did not: the person learns that the code did not arrive.
#[test]
fn a_receipt_shows_on_the_page_of_whoever_waits() {
    let (world, cookie) = waiting();
    assert_eq!(in_the_end(&world), Settlement::Sent);
    let failed = || run(usecase::in_progress(&world.ports, &cookie)).expect("goes on").code_failed;
    assert!(!failed());
    let notice = code_notice(&world);
    let receipt = |fate, stopped| TextReport::Receipt { notice, fate, stopped };
    for _ in 0..2 {
        report(&world, receipt(TextFate::Failed, None));
        assert!(failed());
    }
    report(&world, receipt(TextFate::Delivered, None));
    assert!(!failed(), "it arrived after all");
    report(&world, receipt(TextFate::Failed, Some(cell())));
    assert!(run(usecase::in_progress(&world.ports, &cookie)).expect("goes on").texts_stopped);
    report(&world, TextReport::Other);
    check(&world);
}

/// Petra's row, and what is known of texts to her.
fn petra(world: &World, office: &Office) -> (EmployeeRow, Option<NoWordByText>) {
    let row = world.employees(office.practice).into_iter().find(|row| row.employee.name.first() == "Petra");
    let row = row.expect("she stands in the list");
    let known = run(no_word_by_text(&world.ports, office.practice, &row)).expect("stored");
    (row, known)
}

/// F-27, F-44, WH-06, EMP-2, CODE-2: the letter goes out whatever becomes of the text, and the administrator learns that the word must be said.
#[test]
fn a_refused_text_never_holds_the_letter_and_is_shown() {
    for (failure, shown) in [(permanent(), NoWordByText::Failed), (stopped(), NoWordByText::Stopped)] {
        let world = World::new();
        let office = world.office_of(BOSS, Preset::Office);
        let id = world.add_employee(&office);
        let sent = world.activate(&office, id, NEW, Role::Hygienist).expect("sent");
        assert_eq!((sent, petra(&world, &office).1), (Activated::Sent { texted: true }, None));
        world.phone.fail_next(failure);
        world.deliver();
        assert_eq!(petra(&world, &office).1, Some(shown));
        assert_eq!(world.mailbox.letters_to(&email(NEW)).len(), 1);
        assert!(world.phone.words().is_empty());
        let cookie = world.open(&world.password_link(PasswordLinkId(id.0)));
        world.give(&cookie, &world.word(office.practice)).expect("the link works");
        world.later(MINUTE);
        let texted = shown == NoWordByText::Failed;
        assert_eq!(world.activate(&office, id, NEW, Role::Hygienist).expect("again"), Activated::Sent { texted });
        world.deliver();
        assert_eq!(world.phone.words().len(), usize::from(texted));
        check(&world);
    }
}

/// WH-06, EMP-4: after START the word is texted again; a reset that somebody asks for themselves stays silent about all of it.
#[test]
fn start_brings_the_word_back() {
    let world = World::new();
    let office = world.office_of(BOSS, Preset::Office);
    let id = world.hire(&office, NEW, Role::Hygienist);
    world.deliver();
    let words = world.phone.words().len();
    report(&world, reply(Texts::Stopped));
    world.ask_for_reset(NEW);
    world.deliver();
    let letters = world.mailbox.letters_to(&email(NEW)).len();
    assert_eq!(world.phone.words().len(), words);
    let sent = run(usecase::reset_password_of(&world.ports, &world.admin(BOSS), id)).expect("sent");
    assert!(!sent.texted);
    assert_eq!(petra(&world, &office).1, Some(NoWordByText::Stopped));
    world.later(MINUTE);
    report(&world, reply(Texts::Wanted));
    let sent = run(usecase::reset_password_of(&world.ports, &world.admin(BOSS), id)).expect("sent");
    assert!(sent.texted && petra(&world, &office).1.is_none());
    world.deliver();
    assert_eq!(world.phone.words().len(), words + 1);
    assert_eq!(world.mailbox.letters_to(&email(NEW)).len(), letters + 1, "of two links in a row the newest goes out");
    check(&world);
}

/// F-19: what fails without a word about when is tried again as any notice is.
#[test]
fn trouble_without_a_word_about_when_is_tried_again() {
    let (world, _) = waiting();
    world.phone.fail_next(transient());
    world.phone.fail_next(transient());
    assert_eq!(in_the_end(&world), Settlement::Sent);
    assert_eq!(world.phone.rings().len(), 1);
}

/// RL-03, EMP-2: three code words go to one number in ten minutes; the fourth waits for its turn, and no letter does.
#[test]
fn code_words_to_one_number_wait_for_their_turn() {
    let world = World::new();
    let office = world.office_of(BOSS, Preset::Office);
    let start = world.now();
    for n in 0..4 {
        let id = world.add_employee(&office);
        world.activate(&office, id, &format!("p{n}@x.example"), Role::FrontDesk).expect("sent");
    }
    let delivered = world.deliver();
    let waits = delivered.iter().filter(|one| matches!(one.settlement, Settlement::Retry(_))).count();
    assert_eq!((world.phone.words().len(), waits), (3, 1));
    for n in 0..4 {
        assert_eq!(world.mailbox.letters_to(&email(&format!("p{n}@x.example"))).len(), 1);
    }
    assert!(delivered.iter().all(|one| one.settlement != Settlement::Parked(Undeliverable::GaveUp)));
    world.set_clock(start.plus(10 * MINUTE));
    world.deliver();
    assert_eq!(world.phone.words().len(), 4);
    check(&world);
}

/// RL-03: numbers in a row share a budget, and so do those of a country, whichever practices ask for them: no row of numbers is worth
/// much to whoever is paid for calls to it.
#[test]
fn numbers_in_a_row_and_of_a_country_share_a_budget() {
    let world = World::new();
    let ask = |n: u128, number: &str| {
        let (to, practice) = (Phone::parse(number).expect("a number"), PracticeId(Uuid::from_u128(n / 150)));
        run(usecase::limit_code(&world.ports, &to, practice, None)).map_err(|error| format!("{error:?}"))
    };
    let areas = [415, 218, 212, 305, 312, 404, 503];
    for n in 0..1_800_u128 {
        let (area, last) = (areas[usize::try_from(n / 300).expect("few")], 2_000 + n % 300);
        ask(n, &format!("+1{area}555{last}")).unwrap_or_else(|error| panic!("{n}: {error}"));
        if n == 299 {
            assert!(ask(9_000, "+14155552999").expect_err("the row has had its share").contains("TooOften"));
            assert_eq!(ask(9_000, "+14154442999"), Ok(()), "another row");
            world.later(48 * MINUTE / 60);
        }
    }
    assert!(ask(9_000, "+15035552999").expect_err("the country has had its share").contains("TooOften"));
    assert_eq!(ask(9_000, "+16137827274"), Ok(()), "another country");
}

/// RL-03: a code word is not texted to another numbering plan, however the number came there; whoever gives it out sees why.
#[test]
fn a_code_word_goes_to_no_other_numbering_plan() {
    let world = World::new();
    let office = world.office_of(BOSS, Preset::Office);
    let id = world.hire(&office, NEW, Role::Hygienist);
    world.deliver();
    let far = Phones { cell: Some(Phone::parse("+18765551234").expect("a number")), landline: None };
    let cmd = ChangeProfile { name: crate::world::name("Petra", "Novak"), phones: far, time_zone: None };
    run(usecase::change_profile(&world.ports, &world.signed_in(NEW), cmd)).expect("changed");
    let words = world.phone.words().len();
    let sent = run(usecase::reset_password_of(&world.ports, &world.admin(BOSS), id)).expect("sent");
    assert!(!sent.texted);
    world.deliver();
    assert_eq!((world.phone.words().len(), petra(&world, &office).1), (words, Some(NoWordByText::OutOfReach)));
}

/// REG-2: a code that a newer one replaced while its text waited is not sent.
#[test]
fn a_code_that_was_replaced_while_it_waited_is_not_sent() {
    let (world, cookie) = waiting();
    world.later(MINUTE);
    run(usecase::resend_secret_code(&world.ports, &cookie, &origin())).expect("ordered");
    world.deliver();
    assert_eq!(world.phone.rings().len(), 1);
}

//! Links to a password and the code word (`EMP-2`, `EMP-4`, `CODE-1` to `CODE-3`).

use practice_domain::access::Denied;
use practice_domain::channel::Placement;
use practice_domain::code_word::Told;
use practice_domain::member::{Kind, Role};
use practice_domain::password_link::{LinkDead, Purpose, RunRefused};
use practice_domain::policy::Preset;
use practice_domain::port::Store;
use practice_domain::usecase::{
    self, GiveCodeWordError, OpenPasswordLinkError, PasswordRunError, ResetPasswordOfError, SetPasswordError,
    WordAnswer,
};
use practice_domain::value::{EmployeeId, PasswordLinkId};

use crate::world::check::check;
use crate::world::interleave::run;
use crate::world::people::Office;
use crate::world::staff::{BETTER, set, wrong_word};
use crate::world::{DAY, GOOD, MINUTE, WRONG, World, email, origin};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";

/// Ann works in the office, and nothing waits.
fn ann() -> (World, Office, EmployeeId) {
    let world = World::new();
    let office = world.office_of(BOSS, Preset::Office);
    let id = world.hire(&office, ANN, Role::Hygienist);
    world.deliver();
    (world, office, id)
}

fn subjects(world: &World, who: &str) -> Vec<String> {
    world.deliver();
    world.mailbox.letters_to(&email(who)).into_iter().map(|letter| letter.subject).collect()
}

/// EMP-4, CODE-2, CODE-3: the whole way of a reset by an administrator.
#[test]
fn a_reset_needs_the_link_and_the_word_and_is_told() {
    let (world, office, id) = ann();
    let session = world.try_sign_in(ANN, GOOD, None).expect("signed in").cookie;
    let sent = run(usecase::reset_password_of(&world.ports, &world.admin(BOSS), id)).expect("sent");
    assert_eq!((sent.purpose, sent.texted), (Purpose::Reset, true));
    let words = world.phone.words().len();
    assert_eq!(subjects(&world, ANN).last().map(String::as_str), Some("reset"));
    assert_eq!(world.phone.words().len(), words + 1);
    assert!(world.try_sign_in(ANN, GOOD, None).is_ok(), "the old password works until then");
    let cookie = world.open(&world.mailbox.letters_to(&email(ANN)).last().expect("a letter").text);
    let right = world.give(&cookie, &world.word(office.practice)).expect("looked at");
    assert_eq!(right, WordAnswer::Right);
    world.set(&cookie, BETTER).expect("set");
    assert!(matches!(world.set(&cookie, GOOD), Err(SetPasswordError::Run(PasswordRunError::Dead(LinkDead::Used)))));
    let asked = run(usecase::authenticate(&world.ports, &session, origin())).expect("asked");
    assert!(matches!(asked, Err(Denied::NotSignedIn)), "a session stayed");
    assert!(world.try_sign_in(ANN, GOOD, None).is_err() && world.try_sign_in(ANN, BETTER, None).is_ok());
    assert_eq!(subjects(&world, ANN).last().map(String::as_str), Some("password changed"));
    check(&world);
}

/// EMP-2, EMP-4: whoever holds a dead link learns whom to ask for another one; whoever holds none of ours, nothing.
#[test]
fn a_dead_link_still_says_where_it_came_from() {
    let (world, office, id) = ann();
    for (link, purpose) in [(PasswordLinkId(id.0), Purpose::Setup), (world.reset_link(ANN), Purpose::Reset)] {
        if purpose == Purpose::Reset {
            world.ask_for_reset(ANN);
            world.later(30 * DAY);
        }
        let text = world.password_link(link);
        assert!(run(usecase::open_password_link(&world.ports, &text)).is_err(), "the link works");
        let sender = run(usecase::sender_of_link(&world.ports, &text)).expect("stored").expect("ours");
        let practice = run(world.memory.practice(office.practice)).expect("stored").expect("a practice");
        assert_eq!((sender.purpose, sender.practice), (purpose, Some((practice.name, practice.phone))));
    }
    assert!(run(usecase::sender_of_link(&world.ports, "nonsense")).expect("stored").is_none());
}

/// CODE-3: the link alone never sets a password, and neither does the word alone.
#[test]
fn link_alone_or_word_alone_never_sets_a_password() {
    let (world, office, id) = ann();
    run(usecase::reset_password_of(&world.ports, &world.admin(BOSS), id)).expect("sent");
    let cookie = world.open(&world.password_link(world.reset_link(ANN)));
    let refused = world.set(&cookie, BETTER);
    assert!(matches!(refused, Err(SetPasswordError::Run(PasswordRunError::Refused(RunRefused::WordFirst)))));
    let word = world.word(office.practice);
    let without_link = world.give(&[7; 32], &word);
    assert!(matches!(without_link, Err(GiveCodeWordError::Run(PasswordRunError::NoSuchRun))));
    world.give(&cookie, &word).expect("looked at");
    let another_browser = world.open(&world.password_link(world.reset_link(ANN)));
    assert!(world.set(&another_browser, BETTER).is_err(), "the word was given in another browser");
    let setup = world.add_employee(&office);
    world.activate(&office, setup, "new@x.example", Role::FrontDesk).expect("activated");
    let cookie = world.open(&world.password_link(PasswordLinkId(setup.0)));
    assert!(world.set(&cookie, BETTER).is_err() && world.account("new@x.example").is_none());
    check(&world);
}

/// EMP-4, TK-08: looking changes nothing; TK-04: three days to the second; TK-06: the newest wins.
#[test]
fn the_newest_link_works_until_its_last_moment() {
    let (world, _, id) = ann();
    let admin = world.admin(BOSS);
    run(usecase::reset_password_of(&world.ports, &admin, id)).expect("sent");
    let old = world.password_link(world.reset_link(ANN));
    run(usecase::reset_password_of(&world.ports, &admin, id)).expect("sent");
    let link = world.password_link(world.reset_link(ANN));
    let before = world.stored_link(world.reset_link(ANN));
    for _ in 0..20 {
        run(usecase::open_password_link(&world.ports, &link)).expect("works");
    }
    assert_eq!(world.stored_link(world.reset_link(ANN)), before);
    let dead = |link: &str| match run(usecase::open_password_link(&world.ports, link)) {
        Err(OpenPasswordLinkError::Dead(why)) => Some(why),
        _ => None,
    };
    assert_eq!(dead(&old), Some(LinkDead::Newer));
    assert_eq!(dead("junk"), Some(LinkDead::Unknown));
    world.later(3 * DAY - std::time::Duration::from_micros(1));
    assert_eq!(dead(&link), None);
    world.later(std::time::Duration::from_micros(1));
    assert_eq!(dead(&link), Some(LinkDead::Expired));
    world.deliver();
    assert!(!subjects(&world, ANN).contains(&"reset".to_owned()), "a dead link went out");
}

/// EMP-4, EN-03, RL-02: one answer for everybody; only who may have one gets a mail, three at once and one an hour.
#[test]
fn asking_for_oneself_tells_nothing_and_is_bounded() {
    let (world, office, _) = ann();
    for _ in 0..7 {
        assert!(world.try_sign_in(ANN, WRONG, None).is_err());
    }
    let invited = world.add_employee(&office);
    world.activate(&office, invited, "new@x.example", Role::FrontDesk).expect("activated");
    world.deliver();
    for who in [ANN, "nobody@x.example", "new@x.example"] {
        world.ask_for_reset(who);
    }
    assert_eq!(world.facts_of("password-link.asked").len(), 3);
    assert_eq!(world.facts_of("password-link.not-sent").len(), 0, "nobody is not somebody who may have none");
    assert_eq!(subjects(&world, ANN).iter().filter(|s| *s == "reset").count(), 1, "a lock is no reason");
    assert_eq!(subjects(&world, "new@x.example"), ["setup"]);
    let resets = || subjects(&world, ANN).iter().filter(|s| *s == "reset").count();
    for _ in 0..5 {
        world.ask_for_reset(ANN);
        world.deliver();
    }
    assert_eq!(resets(), 3);
    world.later(60 * MINUTE);
    world.ask_for_reset(ANN);
    world.ask_for_reset(ANN);
    assert_eq!(resets(), 4);
    check(&world);
}

/// EMP-4, LOCK-2: a lock stays until the new password is set, and is open then.
#[test]
fn a_completed_reset_opens_the_lock() {
    let (world, office, _) = ann();
    for _ in 0..7 {
        assert!(world.try_sign_in(ANN, WRONG, None).is_err());
    }
    let account = world.account(ANN).expect("an account").id;
    world.ask_for_reset(ANN);
    assert!(world.is_locked(account), "asking opened it");
    let cookie = world.open(&world.password_link(world.reset_link(ANN)));
    world.give(&cookie, &world.word(office.practice)).expect("looked at");
    world.set(&cookie, BETTER).expect("set");
    assert!(!world.is_locked(account) && world.try_sign_in(ANN, BETTER, None).is_ok());
    assert!(world.row_of(office.practice, ANN).is_some_and(|row| !row.locked));
    assert_eq!(world.facts_of("account.unlocked").len(), 1);
    check(&world);
}

/// EMP-4, CODE-3: a patient needs no code word, and gets no text.
#[test]
fn a_patient_needs_no_code_word() {
    let (world, office, _) = ann();
    let patient = "pat@z.example";
    world.register(world.invite(&office, patient, Kind::Patient, Placement::Outside).expect("invited").id);
    world.deliver();
    let words = world.phone.words().len();
    world.ask_for_reset(patient);
    world.deliver();
    assert_eq!(world.phone.words().len(), words);
    let cookie = world.open(&world.password_link(world.reset_link(patient)));
    assert!(!run(usecase::password_in_progress(&world.ports, &cookie)).expect("in progress").wants_word);
    world.set(&cookie, BETTER).expect("set");
    assert!(world.try_sign_in(patient, BETTER, None).is_ok());
    check(&world);
}

/// EMP-4, PRA-5: any practice of a person may reset, with its own word; the newest link wins.
#[test]
fn each_practice_resets_with_its_own_word() {
    let (world, office, _) = ann();
    let other = world.office("other@y.example");
    let second = world.add_employee(&other);
    world.activate(&other, second, ANN, Role::FrontDesk).expect("activated");
    let link = world.password_link(PasswordLinkId(second.0));
    run(usecase::join_by_setup(&world.ports, &world.signed_in(ANN), &link)).expect("joined");
    run(usecase::reset_password_of(&world.ports, &world.admin(other.manager), second)).expect("sent");
    let cookie = world.open(&world.password_link(world.reset_link(ANN)));
    let not_theirs = world.give(&cookie, &world.word(office.practice)).expect("looked at");
    assert_eq!(not_theirs, WordAnswer::Wrong { tries_left: 4 });
    assert_eq!(world.give(&cookie, &world.word(other.practice)).expect("looked at"), WordAnswer::Right);
    world.set(&cookie, BETTER).expect("set");
    check(&world);
}

/// CODE-3: five wrong words kill the link, for the right one too.
#[test]
fn five_wrong_words_kill_the_link() {
    let (world, office, _) = ann();
    world.ask_for_reset(ANN);
    let cookie = world.open(&world.password_link(world.reset_link(ANN)));
    for tries_left in (0..5).rev() {
        assert_eq!(world.give(&cookie, &wrong_word()).expect("looked at"), WordAnswer::Wrong { tries_left });
    }
    let right = world.give(&cookie, &world.word(office.practice));
    assert!(matches!(right, Err(GiveCodeWordError::Run(PasswordRunError::Dead(LinkDead::Closed)))));
    check(&world);
}

/// CODE-3, CW-04: twenty wrong words in a practice pause all its links, for the right one too; signing in goes on.
#[test]
fn twenty_wrong_words_pause_the_practice() {
    let (world, office, _) = ann();
    let cookies: Vec<_> = (0..5)
        .map(|n| {
            let id = world.add_employee(&office);
            world.activate(&office, id, &format!("new{n}@x.example"), Role::FrontDesk).expect("activated");
            world.open(&world.password_link(PasswordLinkId(id.0)))
        })
        .collect();
    for cookie in &cookies[..4] {
        for _ in 0..5 {
            world.give(cookie, &wrong_word()).expect("looked at");
        }
    }
    assert_eq!(world.facts_of("code-word.paused").len(), 1);
    let paused = |given| matches!(world.give(&cookies[4], &given), Err(GiveCodeWordError::Paused(_)));
    assert!(paused(world.word(office.practice)));
    run(usecase::rotate_code_word(&world.ports, &world.word_keeper(BOSS))).expect("rotated");
    assert!(paused(world.word(office.practice)), "rotating is no way around");
    assert!(world.try_sign_in(ANN, GOOD, None).is_ok());
    world.later(15 * MINUTE);
    assert_eq!(world.give(&cookies[4], &world.word(office.practice)).expect("looked at"), WordAnswer::Right);
    check(&world);
}

/// CODE-1, CODE-3, CW-06: rotating kills the old word at once, also where it was given; who waits gets the new one by text.
#[test]
fn rotating_kills_the_old_word_at_once() {
    let (world, office, id) = ann();
    let waiting = world.add_employee(&office);
    world.activate(&office, waiting, "new@x.example", Role::FrontDesk).expect("activated");
    run(usecase::reset_password_of(&world.ports, &world.admin(BOSS), id)).expect("sent");
    world.deliver();
    let old = world.word(office.practice);
    let (given, fresh) = (
        world.open(&world.password_link(world.reset_link(ANN))),
        world.open(&world.password_link(PasswordLinkId(waiting.0))),
    );
    world.give(&given, &old).expect("looked at");
    let texts = world.phone.words().len();
    let rotated = run(usecase::rotate_code_word(&world.ports, &world.word_keeper(BOSS))).expect("rotated");
    assert_eq!(rotated.serial, 2);
    let new = world.word(office.practice);
    assert_ne!(old.expose(), new.expose());
    assert_eq!(world.give(&fresh, &old).expect("looked at"), WordAnswer::Wrong { tries_left: 4 });
    assert!(matches!(
        world.set(&given, BETTER),
        Err(SetPasswordError::Run(PasswordRunError::Refused(RunRefused::WordFirst)))
    ));
    assert!(run(usecase::password_in_progress(&world.ports, &given)).expect("in progress").wants_word);
    world.deliver();
    let told: Vec<_> = world.phone.words().into_iter().skip(texts).map(|text| text.word.expose().to_owned()).collect();
    assert_eq!(told, [new.expose()], "one text, to the setup that waits");
    assert_eq!(world.give(&given, &new).expect("looked at"), WordAnswer::Right);
    world.set(&given, BETTER).expect("set");
    check(&world);
}

/// CODE-2, CODE-3: a word that was rotated before its text went out is not texted; the new one is, once.
#[test]
fn a_text_that_rotation_has_overtaken_is_dropped() {
    let (world, office, _) = ann();
    let id = world.add_employee(&office);
    world.activate(&office, id, "new@x.example", Role::FrontDesk).expect("activated");
    run(usecase::rotate_code_word(&world.ports, &world.word_keeper(BOSS))).expect("rotated");
    let texts = world.phone.words().len();
    world.deliver();
    let told: Vec<_> = world.phone.words().into_iter().skip(texts).map(|text| text.word.expose().to_owned()).collect();
    assert_eq!(told, [world.word(office.practice).expose()]);
}

/// CODE-1, CODE-2, CW-06: each showing is audited, needs a fresh sign-in, and what was said aloud is recorded as an act.
#[test]
fn each_showing_of_the_word_is_audited() {
    let world = World::new();
    let office = world.office(BOSS);
    assert!(run(world.memory.code_word(office.practice)).expect("stored").is_none());
    let admin = world.admin(BOSS);
    let shown = run(usecase::show_code_word(&world.ports, &world.word_keeper(BOSS))).expect("shown");
    assert_eq!(shown.expose(), world.word(office.practice).expose(), "made when it is first asked for");
    run(usecase::show_code_word(&world.ports, &world.word_keeper(BOSS))).expect("shown");
    assert_eq!((world.facts_of("code-word.made").len(), world.facts_of("code-word.shown").len()), (1, 2));
    let id = world.add_employee(&office);
    run(usecase::record_code_word_told(&world.ports, &admin, id, Told::InPerson)).expect("recorded");
    assert_eq!(world.facts_of("code-word.told").len(), 1);
    let cookie = world.try_sign_in(BOSS, GOOD, None).expect("signed in").cookie;
    world.later(6 * MINUTE);
    let asked = run(usecase::authenticate(&world.ports, &cookie, origin())).expect("asked").expect("live");
    let stale = practice_domain::access::Administrator::prove(asked).expect("an administrator").fresh();
    assert!(matches!(stale.map(|_| ()), Err(Denied::NotFresh)));
    check(&world);
}

/// CODE-2: after everything that can happen to it, the word is in no mail, audit row, notice, commit or Debug output.
#[test]
fn the_word_is_nowhere_but_in_texts() {
    let (world, office, id) = ann();
    let mut words = vec![world.word(office.practice)];
    run(usecase::show_code_word(&world.ports, &world.word_keeper(BOSS))).expect("shown");
    run(usecase::rotate_code_word(&world.ports, &world.word_keeper(BOSS))).expect("rotated");
    words.push(world.word(office.practice));
    run(usecase::reset_password_of(&world.ports, &world.admin(BOSS), id)).expect("sent");
    world.deliver();
    let cookie = world.open(&world.password_link(world.reset_link(ANN)));
    let wrong = world.give(&cookie, &words[0]);
    let right = world.give(&cookie, &words[1]);
    let run_now = run(usecase::password_in_progress(&world.ports, &cookie));
    world.set(&cookie, BETTER).expect("set");
    let delivered = world.deliver();
    let mut seen = format!("{wrong:?}{right:?}{run_now:?}{delivered:?}{:?}", set(BETTER));
    seen += &format!("{:?}{:?}", world.memory.audit(), world.memory.notices());
    seen += &format!("{:?}{:?}", world.store.commits(), world.stored_word(office.practice));
    seen += &format!("{words:?}{:?}", world.phone.words());
    for entry in world.memory.audit() {
        seen += &format!("{:?}", entry.fact.details());
    }
    for letter in world.mailbox.letters() {
        seen += &[letter.subject, letter.text, letter.html].concat();
    }
    for word in words {
        assert!(!seen.to_lowercase().contains(word.expose()), "the word is in what was written");
    }
    assert!(!world.phone.words().is_empty(), "but it was texted");
}

/// EMP-4: there is nothing to reset for whoever has no account or may not work.
#[test]
fn a_reset_needs_an_account_that_works() {
    let (world, office, id) = ann();
    let admin = world.admin(BOSS);
    let bare = world.add_employee(&office);
    let refused = run(usecase::reset_password_of(&world.ports, &admin, bare));
    assert!(matches!(refused, Err(ResetPasswordOfError::NoAccount)));
    run(usecase::deactivate_user_account(&world.ports, &admin, id)).expect("deactivated");
    let refused = run(usecase::reset_password_of(&world.ports, &admin, id));
    assert!(matches!(refused, Err(ResetPasswordOfError::Inactive)));
    world.activate(&office, bare, "new@x.example", Role::FrontDesk).expect("activated");
    let again = run(usecase::reset_password_of(&world.ports, &admin, bare)).expect("sent");
    assert_eq!(again.purpose, Purpose::Setup, "whoever waits gets the setup link again");
}

/// PWD-1, REG-3, REG-4: the rules of a new password count here as well, and a new account needs the terms accepted.
#[test]
fn a_new_password_meets_the_rules() {
    let (world, office, _) = ann();
    let id = world.add_employee(&office);
    world.activate(&office, id, "new@x.example", Role::FrontDesk).expect("activated");
    let cookie = world.open(&world.password_link(PasswordLinkId(id.0)));
    world.give(&cookie, &world.word(office.practice)).expect("looked at");
    assert!(matches!(world.set(&cookie, "short"), Err(SetPasswordError::Password(_))));
    let differ = usecase::SetPassword { again: set(GOOD).password, ..set(BETTER) };
    let refused = run(usecase::set_password(&world.ports, &cookie, differ, &origin()));
    assert!(matches!(refused.map(|_| ()), Err(SetPasswordError::NotTheSame)));
    for terms in [None, Some("1999-01-01".to_owned())] {
        let cmd = usecase::SetPassword { terms, ..set(BETTER) };
        let refused = run(usecase::set_password(&world.ports, &cookie, cmd, &origin()));
        assert!(matches!(refused.map(|_| ()), Err(SetPasswordError::Terms)));
    }
    world.set(&cookie, BETTER).expect("set");
    check(&world);
}

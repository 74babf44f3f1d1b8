//! Passwords that grow old, are distrusted, are changed, or are guessed at too often.

use practice_domain::account::Account;
use practice_domain::commit::{Commit, Write};
use practice_domain::fact::{AccountFact, Actor, Entry, Fact, Log, Origin};
use practice_domain::lockout::CEILING;
use practice_domain::notice::{About, AccountNews};
use practice_domain::password::{Outdated, PasswordRefused, PasswordRule};
use practice_domain::policy::{Preset, Value};
use practice_domain::port::{Passwords, Store};
use practice_domain::usecase::{self, ChangePassword, ChangePasswordError, SignInError, UnlockAccountError};
use practice_testkit::scene::operator;

use crate::world::check::check;
use crate::world::interleave::run;
use crate::world::people::Office;
use crate::world::{DAY, GOOD, MINUTE, WRONG, World, email, origin, password};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";
const NEW: &str = "Zt4!-Heron-Copper-Sail";

fn office_of(preset: Preset) -> (World, Office) {
    let world = World::new();
    let office = world.office_of(BOSS, preset);
    (world, office)
}

/// As if the person had set this password long ago, when less was asked for.
fn keeps(world: &World, who: &str, text: &str) {
    let account = world.account(who).expect("an account");
    let hash = run(world.passwords.hash(&password(text))).expect("hashed");
    let fact = Fact::Account(AccountFact::PasswordChanged { account: account.id });
    let entry = Entry { log: Log::Platform, fact, actor: Actor::Visitor, origin: Origin::default(), at: world.now() };
    let changed = Account { password: hash, ..account };
    run(world.store.commit(&Commit::recording(entry).write(Write::Update(changed.into())))).expect("kept");
}

fn outdated(answer: Result<usecase::Welcome, SignInError>) -> bool {
    matches!(answer, Err(SignInError::PasswordOutdated(_)))
}

/// BOT-3, PW-06, C20, C21: too short, too common, too old or distrusted: a right one begins a forced reset, a wrong one tells nothing.
#[test]
fn a_right_password_that_is_outdated_signs_nobody_in_and_a_wrong_one_tells_nothing() {
    for (text, why) in [("short one", Outdated::TooShort), ("an all too common one", Outdated::Common)] {
        let (world, _) = office_of(Preset::Standard);
        keeps(&world, BOSS, text);
        assert!(matches!(world.try_sign_in(BOSS, WRONG, None), Err(SignInError::Refused)));
        let account = world.account(BOSS).expect("an account").id;
        let told = world.try_sign_in(BOSS, text, None).map(|_| ());
        assert!(matches!(told, Err(SignInError::PasswordOutdated(id)) if id == account));
        let facts = world.facts_of("sign-in.password-outdated");
        assert!(
            matches!(&facts[..], [Entry { fact: Fact::Account(AccountFact::PasswordOutdated { why: told, .. }), .. }]
            if *told == why)
        );
        check(&world);
    }
}

/// PW-06: ninety days in the portal's preset, to the second; never in the standard one.
#[test]
fn passwords_expire_where_the_policy_says_so() {
    let second = MINUTE / 60;
    let (world, _) = office_of(Preset::Portal);
    world.later(90 * DAY - second);
    assert!(world.try_sign_in(BOSS, GOOD, None).is_ok());
    world.later(second);
    assert!(outdated(world.try_sign_in(BOSS, GOOD, None)));
    let (world, _) = office_of(Preset::Standard);
    world.later(3_650 * DAY);
    assert!(world.try_sign_in(BOSS, GOOD, None).is_ok());
}

/// PW-06: a distrusted password opens nothing, every session ends, and it needs a reason.
#[test]
fn a_distrusted_password_ends_every_session() {
    let (world, _) = office_of(Preset::Standard);
    let welcome = world.try_sign_in(BOSS, GOOD, None).expect("signed in");
    let silent = practice_domain::access::Operator::at_the_command_line("casey".to_owned(), None);
    assert!(run(usecase::distrust_password(&world.ports, &silent, &email(BOSS))).is_err());
    assert!(run(usecase::distrust_password(&world.ports, &operator(), &email("nobody@x.example"))).is_err());
    assert!(run(usecase::distrust_password(&world.ports, &operator(), &email(BOSS))).expect("distrusted"));
    assert!(!run(usecase::distrust_password(&world.ports, &operator(), &email(BOSS))).expect("known already"));
    assert!(run(usecase::authenticate(&world.ports, &welcome.cookie, origin())).expect("asked").is_err());
    assert!(outdated(world.try_sign_in(BOSS, GOOD, None)));
    assert!(matches!(world.try_sign_in(BOSS, WRONG, None), Err(SignInError::Refused)));
    check(&world);
}

/// BOT-3, LOCK-1: a right but outdated password resets no counter and locks nothing; once locked, it is answered like any other.
#[test]
fn an_outdated_password_is_neither_a_success_nor_a_guess() {
    let (world, _) = office_of(Preset::Standard);
    keeps(&world, BOSS, "short one");
    for _ in 0..6 {
        assert!(matches!(world.try_sign_in(BOSS, WRONG, None), Err(SignInError::Refused)));
        assert!(outdated(world.try_sign_in(BOSS, "short one", None)));
    }
    for _ in 0..20 {
        assert!(outdated(world.try_sign_in(BOSS, "short one", None)), "it locks nothing");
    }
    assert!(matches!(world.try_sign_in(BOSS, WRONG, None), Err(SignInError::Refused)));
    assert!(matches!(world.try_sign_in(BOSS, "short one", None), Err(SignInError::Refused)), "the seventh locked");
    check(&world);
}

/// LOCK-3, BOT-3: one hash and one commit for every attempt, whatever comes of it.
#[test]
fn every_attempt_costs_one_hash() {
    let (world, office) = office_of(Preset::Standard);
    world.colleague(&office, ANN);
    world.colleague(&office, "old@x.example");
    keeps(&world, "old@x.example", "short one");
    world.enrol(&world.fresh_person(ANN)).expect("enrolled");
    for (who, with) in [
        (BOSS, GOOD),
        (BOSS, WRONG),
        (ANN, GOOD),
        (ANN, WRONG),
        ("old@x.example", "short one"),
        ("old@x.example", WRONG),
        ("nobody@x.example", GOOD),
    ] {
        let checks = || world.passwords.real_checks() + world.passwords.dummy_checks();
        let (before, commits) = (checks(), world.store.commits().len());
        let _ = world.enter(who, with, None);
        assert_eq!((checks() - before, world.store.commits().len() - commits), (1, 1), "{who} {with}");
    }
}

/// LK-09: fourteen locks and unlocks make 98 failures; two more, and the password opens nothing until there is a new one.
#[test]
fn unlocking_does_not_take_failures_back() {
    let (world, office) = office_of(Preset::Standard);
    world.colleague(&office, ANN);
    let who = world.manager(BOSS);
    let member = world.member(office.practice, ANN).expect("a member").id;
    let fail = |times: u32| {
        for _ in 0..times {
            assert!(matches!(world.try_sign_in(ANN, WRONG, None), Err(SignInError::Refused)));
        }
    };
    let unlock = || run(usecase::unlock_account(&world.ports, &who, member));
    for _ in 0..14 {
        fail(7);
        assert!(!unlock().expect("unlocked").already);
    }
    fail(1);
    check(&world);
    fail(1);
    assert_eq!(world.facts_of("account.locked").len(), 15, "each lock is told, this one, too");
    assert!(matches!(world.try_sign_in(ANN, GOOD, None), Err(SignInError::Refused)), "the same answer");
    assert!(matches!(unlock(), Err(UnlockAccountError::Exhausted)));
    assert!(world.row_of(office.practice, ANN).expect("listed").locked, "and the badge says so");
    assert_eq!(world.facts_of("account.locked").len(), 15, "nor is it told again");
    let account = world.account(ANN).expect("an account").id;
    assert!(world.counters(account).iter().any(|counter| counter.unforgiven == CEILING));
    let renewed: Vec<_> = world.counters(account).into_iter().map(|counter| counter.renew(world.now())).collect();
    assert!(
        renewed.iter().all(|counter| counter.unforgiven == 0 && counter.locked_at.is_none()),
        "a new password does"
    );
    check(&world);
}

/// LOCK-2, LK-08, LK-09: where the policy says so a completed reset opens no lock; it takes the failures back all the same, so that a User
/// Manager can open it, and then the new password is right.
#[test]
fn a_reset_leaves_the_lock_where_the_policy_says_so() {
    for scope in ["device_aware", "account"] {
        let (world, office) = office_of(Preset::Standard);
        world.colleague(&office, ANN);
        let scope = ("lockout.scope", Value::Word(scope.to_owned()));
        world.set_policy(BOSS, &[("lockout.reset_unlocks", Value::Switch(false)), scope]);
        for _ in 0..7 {
            assert!(world.try_sign_in(ANN, WRONG, None).is_err());
        }
        world.ask_for_reset(ANN);
        let cookie = world.open(&world.password_link(world.reset_link(ANN)));
        world.give(&cookie, &world.word(office.practice)).expect("looked at");
        world.set(&cookie, NEW).expect("set");
        let row = world.row_of(office.practice, ANN).expect("listed");
        assert!(world.facts_of("account.unlocked").is_empty() && row.locked);
        let account = world.account(ANN).expect("an account").id;
        let counters = world.counters(account);
        assert!(counters.iter().all(|counter| counter.unforgiven == 0), "nothing of the old one's: {counters:?}");
        assert!(matches!(world.try_sign_in(ANN, NEW, None), Err(SignInError::Refused)));
        check(&world);
        let member = world.member(office.practice, ANN).expect("a member").id;
        run(usecase::unlock_account(&world.ports, &world.manager(BOSS), member)).expect("unlocked");
        assert!(world.try_sign_in(ANN, NEW, None).is_ok());
        check(&world);
    }
}

/// LK-09: a success between them takes all failures back.
#[test]
fn a_success_takes_failures_back() {
    let (world, _) = office_of(Preset::Standard);
    for _ in 0..30 {
        for _ in 0..6 {
            assert!(world.try_sign_in(BOSS, WRONG, None).is_err());
        }
        world.try_sign_in(BOSS, GOOD, None).expect("signed in");
        let account = world.account(BOSS).expect("an account").id;
        assert!(world.counters(account).iter().all(|counter| counter.unforgiven == 0));
    }
}

/// SE-09: the eleventh session ends the oldest, and is no failure; half-way sign-ins push nobody out.
#[test]
fn the_eleventh_session_ends_the_oldest() {
    let (world, _) = office_of(Preset::Standard);
    let account = world.account(BOSS).expect("an account").id;
    let sessions: Vec<_> = (0..10)
        .map(|_| {
            world.later(MINUTE);
            world.try_sign_in(BOSS, GOOD, None).expect("signed in").cookie
        })
        .collect();
    let live = |cookie: &[u8; 32]| run(usecase::authenticate(&world.ports, cookie, origin())).expect("asked").is_ok();
    assert!(sessions.iter().all(live));
    let counters = world.counters(account);
    world.try_sign_in(BOSS, GOOD, None).expect("signed in");
    assert_eq!(sessions.iter().map(live).collect::<Vec<_>>(), [[false].as_slice(), &[true; 9]].concat());
    let failures = |counters: &[practice_domain::lockout::Counter]| counters.iter().map(|c| c.failures).max();
    assert_eq!(failures(&world.counters(account)), failures(&counters));
    world.enrol(&world.fresh_person(BOSS)).expect("enrolled");
    let before: Vec<_> = sessions.iter().map(live).collect();
    for _ in 0..12 {
        world.half(BOSS);
    }
    assert_eq!(sessions.iter().map(live).collect::<Vec<_>>(), before);
    check(&world);
}

fn change(world: &World, cookie: &[u8; 32], current: &str, new: &str) -> Result<[u8; 32], ChangePasswordError> {
    let who = run(usecase::authenticate(&world.ports, cookie, origin())).expect("asked").expect("live");
    let cmd = ChangePassword { current: password(current), new: password(new), again: password(new) };
    run(usecase::change_password(&world.ports, &who, cmd)).map(|confirmed| confirmed.cookie)
}

/// PW-07, SE-06: a change needs the present password, ends every other session, renews this one, and is told.
#[test]
fn changing_a_password_ends_the_other_sessions() {
    let (world, _) = office_of(Preset::Standard);
    let cookies = [0; 3].map(|_| world.try_sign_in(BOSS, GOOD, None).expect("signed in").cookie);
    let live = |cookie: &[u8; 32]| run(usecase::authenticate(&world.ports, cookie, origin())).expect("asked").is_ok();
    let renewed = change(&world, &cookies[0], GOOD, NEW).expect("changed");
    assert!(!cookies.iter().any(live), "every former one");
    assert!(live(&renewed));
    assert!(world.try_sign_in(BOSS, GOOD, None).is_err());
    assert!(world.try_sign_in(BOSS, NEW, None).is_ok());
    let account = world.account(BOSS).expect("an account").id;
    let told = About::Account { account, news: AccountNews::PasswordChanged };
    assert_eq!(world.memory.notices().iter().filter(|notice| notice.about == told).count(), 1);
    world.deliver();
    let letter = world.mailbox.letters_to(&email(BOSS)).pop().expect("a letter");
    assert!(letter.subject == "password changed" && !letter.text.contains(NEW));
    check(&world);
}

/// PW-07, LK-04: a wrong present password counts where sign-in counts, and locks there.
#[test]
fn a_wrong_present_password_is_a_failure_like_any_other() {
    let (world, _) = office_of(Preset::Standard);
    let welcome = world.try_sign_in(BOSS, GOOD, None).expect("signed in");
    for _ in 0..7 {
        assert!(matches!(change(&world, &welcome.cookie, WRONG, NEW), Err(ChangePasswordError::WrongCurrent)));
    }
    assert!(matches!(change(&world, &welcome.cookie, GOOD, NEW), Err(ChangePasswordError::WrongCurrent)));
    assert!(world.try_sign_in(BOSS, GOOD, Some(&welcome.device.0)).is_err());
    assert_eq!(world.facts_of("account.locked").len(), 1);
    check(&world);
}

/// PWD-1: a new password meets every rule, and is none of the last six where the policy remembers them; never the present one.
#[test]
fn a_new_password_is_new() {
    for (preset, remembered) in [(Preset::Standard, 1), (Preset::Portal, 6)] {
        let (world, _) = office_of(preset);
        let mut cookie = world.try_sign_in(BOSS, GOOD, None).expect("signed in").cookie;
        assert!(matches!(change(&world, &cookie, GOOD, "short"), Err(ChangePasswordError::Password(_))));
        let mut present = GOOD.to_owned();
        let refused = |answer| match answer {
            Err(ChangePasswordError::Password(PasswordRefused(rules))) => {
                rules == [PasswordRule::NotFormer(remembered)]
            }
            _ => false,
        };
        for n in 0..remembered {
            assert!(refused(change(&world, &cookie, &present, GOOD)), "{preset:?} {n}");
            let next = format!("{NEW}-{n}");
            cookie = change(&world, &cookie, &present, &next).expect("changed");
            present = next;
        }
        assert!(change(&world, &cookie, &present, GOOD).is_ok(), "{preset:?}: forgotten by now");
        check(&world);
    }
}

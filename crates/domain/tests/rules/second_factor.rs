//! The second step of a sign-in.

use practice_domain::access::{Administrator, Denied, SignedIn};
use practice_domain::lockout::{Scope, Subject};
use practice_domain::member::{Member, Role};
use practice_domain::notice::{About, AccountNews};
use practice_domain::policy::{Demand, Policy, Preset, SecondFactorPolicy};
use practice_domain::port::Store;
use practice_domain::second_factor::{FactorRefused, FactorState, demand};
use practice_domain::usecase::{self, EnrolError, Enroller, Entrance, RedeemError, RemoveSecondFactorError};

use crate::world::check::check;
use crate::world::interleave::run;
use crate::world::people::Office;
use crate::world::{GOOD, MINUTE, WRONG, World, origin};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";

/// An office where Ann has set up an app a minute ago, with her recovery codes.
fn enrolled() -> (World, Office, [String; 10]) {
    let world = World::new();
    let office = world.office(BOSS);
    world.colleague(&office, ANN);
    let recovery = world.enrol(&world.fresh_person(ANN)).expect("enrolled").recovery;
    world.later(MINUTE);
    (world, office, recovery)
}

fn wrong(answer: Result<usecase::Welcome, RedeemError>) -> Option<u8> {
    match answer {
        Err(RedeemError::WrongCode { left }) => Some(left),
        _ => None,
    }
}

/// SESS-3, LK-07: the password alone opens nothing, and makes no browser known; the code does.
#[test]
fn a_half_way_sign_in_opens_nothing_until_the_code_is_right() {
    let (world, ..) = enrolled();
    let half = world.half(ANN);
    let account = half.session.account;
    assert!(!half.enrols);
    let door = run(usecase::authenticate(&world.ports, &half.cookie, origin())).expect("asked");
    assert_eq!(door.map(|_| ()), Err(Denied::NotSignedIn));
    let standing = run(world.store.standing(&half.session.cookie)).expect("stored").expect("a session");
    assert!(SignedIn::prove(standing, origin(), world.now()).is_err());
    check(&world);
    let welcome = world.redeem(&half, &world.app(account, 0)).expect("signed in");
    assert!(welcome.session.has_second_factor());
    assert_ne!(welcome.cookie, half.cookie, "a new identity");
    assert!(run(usecase::authenticate(&world.ports, &welcome.cookie, origin())).expect("asked").is_ok());
    let again = run(usecase::authenticate_half_way(&world.ports, &half.cookie, origin())).expect("asked");
    assert!(again.is_err(), "the half-way session is over");
    let device = world.ports.keys.read_device_token(account, &welcome.device.0);
    assert_eq!(device, Some(half.session.device));
    assert_eq!(world.facts_of("second-factor.asked").len(), 1);
    check(&world);
}

/// OT-08: the code of a step is good once, one step each way is tolerated, and a clock that is set back revives nothing.
#[test]
fn a_code_is_good_once_and_one_step_each_way() {
    let (world, ..) = enrolled();
    let account = world.account(ANN).expect("an account").id;
    for steps in [-2, 2] {
        assert_eq!(wrong(world.redeem(&world.half(ANN), &world.app(account, steps))), Some(4), "{steps}");
    }
    for steps in [-1, 0, 1] {
        assert!(world.redeem(&world.half(ANN), &world.app(account, steps)).is_ok(), "{steps}");
        assert!(world.redeem(&world.half(ANN), &world.app(account, steps)).is_err(), "{steps} again");
    }
    let used = world.app(account, 0);
    world.set_clock(world.now().minus(MINUTE / 2));
    assert_eq!(wrong(world.redeem(&world.half(ANN), &used)), Some(4), "the clock was set back");
    check(&world);
}

/// SESS-3, LK-04: the fifth wrong code ends the sign-in, and no counter of failures changes.
#[test]
fn the_fifth_wrong_code_ends_the_sign_in() {
    let (world, ..) = enrolled();
    let half = world.half(ANN);
    let (account, who) = (half.session.account, world.half_way(&half));
    let counters = world.counters(account);
    let give = |code: &str| run(usecase::redeem_second_factor(&world.ports, &who, code));
    for left in [4, 3, 2, 1, 0] {
        assert_eq!(wrong(give("nonsense")), Some(left));
    }
    assert!(matches!(give(&world.app(account, 0)), Err(RedeemError::Over)), "even the right one");
    assert_eq!(world.counters(account), counters);
    assert!(world.redeem(&world.half(ANN), &world.app(account, 0)).is_ok(), "a new sign-in");
    check(&world);
}

/// SESS-3: an account has ten tries, however often the sign-in begins again; one comes back every three minutes.
#[test]
fn codes_of_one_account_are_limited() {
    let (world, ..) = enrolled();
    for _ in 0..10 {
        assert_eq!(wrong(world.redeem(&world.half(ANN), "nonsense")), Some(4));
    }
    let half = world.half(ANN);
    let code = world.app(half.session.account, 0);
    let Err(RedeemError::TooOften { possible_at }) = world.redeem(&half, &code) else { panic!("the eleventh") };
    world.set_clock(possible_at);
    assert!(world.redeem(&half, &world.app(half.session.account, 0)).is_ok());
}

/// SESS-3: a half-way sign-in is over after ten minutes.
#[test]
fn a_half_way_sign_in_does_not_wait_for_ever() {
    let (world, ..) = enrolled();
    let half = world.half(ANN);
    let who = world.half_way(&half);
    world.later(10 * MINUTE);
    let late = run(usecase::redeem_second_factor(&world.ports, &who, &world.app(who.account(), 0)));
    assert!(matches!(late, Err(RedeemError::Over)));
    assert!(run(usecase::authenticate_half_way(&world.ports, &half.cookie, origin())).expect("asked").is_err());
}

/// SESS-3: each recovery code serves once, however it is typed, and only digests are kept.
#[test]
fn recovery_codes_serve_once_each() {
    let (world, _, recovery) = enrolled();
    let account = world.account(ANN).expect("an account").id;
    let typed = recovery[3].to_uppercase().replace('-', " ");
    assert!(world.redeem(&world.half(ANN), &typed).is_ok());
    assert!(world.redeem(&world.half(ANN), &recovery[3]).is_err(), "once");
    assert!(world.redeem(&world.half(ANN), &recovery[4]).is_ok());
    let factor = run(world.store.second_factor(account)).expect("stored").expect("a second factor");
    let FactorState::On { recovery: kept, .. } = &factor.state else { panic!("{factor:?}") };
    assert_eq!(kept.len(), 8);
    assert!(kept.iter().all(|digest| recovery.iter().all(|code| digest[..] != code.as_bytes()[..])));
    assert_eq!(world.facts_of("second-factor.recovery-code-used").len(), 2);
    check(&world);
}

/// SESS-3: the secret is confirmed with a code before it counts; that code is used then; the person is told.
#[test]
fn an_app_counts_from_its_first_code_on() {
    let world = World::new();
    world.office(BOSS);
    let who = world.fresh_person(BOSS);
    let account = who.who().account();
    let enroller = Enroller::SignedIn(&who);
    let confirm = |code: &str| run(usecase::confirm_second_factor(&world.ports, enroller, code)).map(|_| ());
    assert!(matches!(confirm("000000"), Err(EnrolError::Refused(FactorRefused::NotBegun))));
    let begun = run(usecase::begin_second_factor(&world.ports, enroller)).expect("begun");
    assert_eq!(begun.secret.len(), 32);
    assert!(begun.uri.starts_with("otpauth://totp/Practice%20Portal:boss%40x.example?secret="), "{}", begun.uri);
    assert!(matches!(world.enter(BOSS, GOOD, None), Ok(Entrance::Whole(_))), "not yet");
    let former = world.app(account, 0);
    run(usecase::begin_second_factor(&world.ports, enroller)).expect("begun anew");
    assert!(matches!(confirm(&former), Err(EnrolError::Refused(FactorRefused::WrongCode))), "the first secret is void");
    world.later(10 * MINUTE);
    assert!(matches!(confirm(&world.app(account, 0)), Err(EnrolError::Refused(FactorRefused::NotBegun))), "too late");
    run(usecase::begin_second_factor(&world.ports, enroller)).expect("begun again");
    confirm(&world.app(account, 0)).expect("confirmed");
    assert!(world.redeem(&world.half(BOSS), &world.app(account, 0)).is_err(), "that code was used");
    assert!(matches!(
        run(usecase::begin_second_factor(&world.ports, enroller)),
        Err(EnrolError::Refused(FactorRefused::AlreadyOn))
    ));
    let told = About::Account { account, news: AccountNews::SecondFactorChanged };
    assert_eq!(world.memory.notices().iter().filter(|notice| notice.about == told).count(), 1);
    check(&world);
}

/// SESS-3: where the policy asks for a second factor, nobody comes in without, nobody can remove it, and an administrator's reset
/// leads to a new one.
#[test]
fn a_policy_that_asks_for_a_second_factor_gets_one() {
    let world = World::new();
    let (practice, invitation) = world.found(BOSS, Preset::Strict);
    world.register(invitation);
    let half = world.half(BOSS);
    assert!(half.enrols);
    let account = half.session.account;
    assert!(matches!(world.redeem(&half, "000000"), Err(RedeemError::Over)), "there is nothing to redeem");
    let enrolled = world.set_up(Enroller::HalfWay(&world.half_way(&half)), account).expect("set up");
    let cookie = enrolled.welcome.expect("signed in").cookie;
    let boss = || run(usecase::authenticate(&world.ports, &cookie, origin())).expect("asked").expect("live");
    let removed = run(usecase::remove_second_factor(&world.ports, &boss().fresh().expect("fresh")));
    assert!(matches!(removed, Err(RemoveSecondFactorError::Required)));
    let administrator = Administrator::prove(boss()).expect("the Owner").fresh().expect("fresh");
    let member = world.member(practice, BOSS).expect("a member").id;
    assert!(run(usecase::reset_second_factor(&world.ports, &administrator, member)).expect("reset"));
    assert!(!run(usecase::reset_second_factor(&world.ports, &administrator, member)).expect("nothing to do"));
    assert!(world.half(BOSS).enrols, "the requirement stays");
    assert_eq!(world.facts_of("second-factor.reset").len(), 1);
    check(&world);
}

/// SESS-3: administrators reset their own people's, and nobody else's; people remove their own where none is asked for.
#[test]
fn a_second_factor_goes_by_its_person_or_its_administrator() {
    let (world, office, _) = enrolled();
    let other = world.office("other@y.example");
    let administrator =
        |who: &str| Administrator::prove(world.signed_in(who)).expect("the Owner").fresh().expect("fresh");
    let member = world.member(office.practice, ANN).expect("a member").id;
    let foreign = run(usecase::reset_second_factor(&world.ports, &administrator(other.manager), member));
    assert!(matches!(foreign, Err(RemoveSecondFactorError::NoSuchMember)));
    assert!(run(usecase::reset_second_factor(&world.ports, &administrator(BOSS), member)).expect("reset"));
    let ann = world.fresh_person(ANN);
    assert!(!run(usecase::remove_second_factor(&world.ports, &ann)).expect("nothing to do"));
    world.enrol(&ann).expect("enrolled");
    assert!(run(usecase::remove_second_factor(&world.ports, &ann)).expect("removed"));
    assert!(matches!(world.enter(ANN, GOOD, None), Ok(Entrance::Whole(_))));
    check(&world);
}

/// LK-05: a lock between the steps is asked for at the second one; a lock of strangers does not stop a browser that is known.
#[test]
fn a_lock_between_the_steps_stops_the_second() {
    let (world, ..) = enrolled();
    let account = world.account(ANN).expect("an account").id;
    let device = world.redeem(&world.half(ANN), &world.app(account, 0)).expect("signed in").device.0;
    world.later(MINUTE);
    let Ok(Entrance::Half(known)) = world.enter(ANN, GOOD, Some(&device)) else { panic!("half-way") };
    let stranger = world.half(ANN);
    for _ in 0..7 {
        assert!(world.enter(ANN, WRONG, None).is_err());
    }
    let counters = run(world.store.counters(Subject(account.0), Scope::Strangers)).expect("stored");
    assert!(counters[1].locked_at.is_some());
    let code = world.app(account, 0);
    let who = world.half_way(&stranger);
    assert!(matches!(world.redeem(&stranger, &code), Err(RedeemError::Over)));
    assert!(matches!(run(usecase::redeem_second_factor(&world.ports, &who, &code)), Err(RedeemError::Over)));
    assert_eq!(world.facts_of("second-factor.refused").len(), 1);
    assert!(world.redeem(&known, &code).is_ok(), "the lock is the strangers'");
    check(&world);
}

/// SESS-3: what a policy asks of managers it asks of Owners, of Office Administrators and of User Managers, each by themselves.
#[test]
fn each_sort_of_manager_answers_to_what_is_asked_of_managers() {
    let (world, office, _) = enrolled();
    let usual = Policy::of(Preset::Standard).second_factor;
    let policy = SecondFactorPolicy { managers: Demand::Required, others: Demand::Off, ..usual };
    let ann = world.member(office.practice, ANN).expect("a member");
    let asked = |role, user_manager| demand(policy, &Member { role, user_manager, ..ann.clone() });
    for (role, user_manager) in [(Role::Owner, false), (Role::OfficeAdministrator, false), (Role::FrontDesk, true)] {
        assert_eq!(asked(role, user_manager), Demand::Required, "{role:?}");
    }
    assert_eq!(asked(Role::FrontDesk, false), Demand::Off);
}

/// SESS-3: a sign-in that was to set up an app begins again when one was set up elsewhere meanwhile; its code is not taken here.
#[test]
fn a_sign_in_that_sets_up_an_app_takes_no_code_of_another() {
    let world = World::new();
    let (_, invitation) = world.found(BOSS, Preset::Strict);
    let account = world.register(invitation);
    let (first, second) = (world.half(BOSS), world.half(BOSS));
    assert!(first.enrols && second.enrols);
    world.set_up(Enroller::HalfWay(&world.half_way(&first)), account).expect("set up");
    world.later(MINUTE);
    assert!(matches!(world.redeem(&second, &world.app(account, 0)), Err(RedeemError::Over)));
    check(&world);
}

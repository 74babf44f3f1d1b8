//! How long things last, to the moment.

use std::time::Duration;

use practice_domain::channel::Product;
use practice_domain::email_change::{ChangeRefused, ChangeState, EmailChange, LINK_LIFE};
use practice_domain::import::Import;
use practice_domain::notice::About;
use practice_domain::passkey::{Asked, Ceremony, Purpose};
use practice_domain::password_link::{LinkDead, PasswordLink, PasswordRun, RunRefused};
use practice_domain::second_factor::PENDING_LIFE;
use practice_domain::session::{LONGEST_IDLE, LONGEST_LIFE};
use practice_domain::usecase::{self, ChangePassword};
use practice_domain::value::{AccountId, EmployeeId, PasskeyName, PasswordRunId, SessionId, Time};
use uuid::Uuid;

use crate::world::interleave::run;
use crate::world::{DAY, GOOD, MINUTE, World, email, password};

const BOSS: &str = "boss@x.example";
const MOMENT: Duration = Duration::from_micros(1);

/// Section 11, SESS-3, SE-09: the lives that other crates rely on.
#[test]
fn lives_are_the_documented_ones() {
    assert_eq!((LINK_LIFE, Import::KEPT, PENDING_LIFE), (DAY, 7 * DAY, 10 * MINUTE));
    assert_eq!((LONGEST_IDLE, LONGEST_LIFE), (60 * MINUTE, DAY));
}

/// Section 11: another request for the same account gives the link a whole day again.
#[test]
fn a_link_that_is_asked_for_again_lives_a_whole_day() {
    let (account, noon) = (AccountId(Uuid::from_u128(1)), Time::from_micros(0));
    let first = EmailChange::ask(account, email("new@x.example"), noon);
    let later = noon.plus(DAY / 2);
    let second = first.ask_again(email("newer@x.example"), later);
    assert_eq!(second.state, ChangeState::Open { expires_at: later.plus(DAY) });
    assert_eq!(second.open_by(2, later.plus(DAY).minus(MOMENT)), Ok(()));
    assert_eq!(second.open_by(2, later.plus(DAY)), Err(ChangeRefused::Expired));
}

/// Section 11, TK-07: a request that is called off is over, and its link stays dead also when another one is asked for; one that is too
/// old, or was called off before, is not called off.
#[test]
fn a_link_that_was_called_off_never_works_again() {
    let (account, noon) = (AccountId(Uuid::from_u128(1)), Time::from_micros(0));
    let open = EmailChange::ask(account, email("new@x.example"), noon);
    let last = noon.plus(DAY).minus(MOMENT);
    assert_eq!(open.clone().call_off(noon.plus(DAY)), None);
    let over = open.call_off(last).expect("it is open until then");
    assert_eq!(over.open_by(1, last), Err(ChangeRefused::Dead));
    assert_eq!(over.open_by(over.serial, last), Err(ChangeRefused::Expired), "nobody has another link");
    assert_eq!(over.clone().call_off(last), None);
    let again = over.ask_again(email("new@x.example"), last);
    assert_eq!(again.open_by(1, last), Err(ChangeRefused::Dead));
    assert_eq!(again.open_by(again.serial, last), Ok(()));
}

/// SESS-3: a question to an authenticator is open for five minutes.
#[test]
fn a_question_to_an_authenticator_waits_five_minutes() {
    let begun_at = Time::from_micros(0);
    let purpose = Purpose::Add(PasskeyName::parse("My phone").expect("a name"));
    let asked = Asked(String::new());
    let question = Ceremony { session: SessionId(Uuid::from_u128(1)), purpose, asked, begun_at };
    assert!(question.is_open(begun_at.plus(5 * MINUTE).minus(MOMENT)));
    assert!(!question.is_open(begun_at.plus(5 * MINUTE)));
}

/// REG-5: a registration may take four hours.
#[test]
fn a_registration_may_take_four_hours() {
    let world = World::new();
    let office = world.office(BOSS);
    let cookie = world.begin(&world.link(world.ask(office.practice, "ann@x.example")));
    let registration = run(usecase::in_progress(&world.ports, &cookie)).expect("in progress").registration;
    assert_eq!(registration.expires_at, world.now().plus(4 * 60 * MINUTE));
}

/// INV-10, PW-07: a mail with news is tried for three days.
#[test]
fn a_mail_with_news_is_tried_for_three_days() {
    let world = World::new();
    world.office(BOSS);
    let new = || password("Zt4!-Heron-Copper-Sail");
    let cmd = ChangePassword { current: password(GOOD), new: new(), again: new() };
    run(usecase::change_password(&world.ports, &world.signed_in(BOSS), cmd)).expect("changed");
    let news = world.memory.notices().pop().expect("a mail");
    assert_eq!(news.expires_at, world.now().plus(3 * DAY));
}

/// Section 13: an event can be sent again for thirty days.
#[test]
fn an_event_is_kept_for_thirty_days() {
    let world = World::listening(&[Product::Operator]);
    world.office(BOSS);
    let event = world.memory.notices().into_iter().find(|notice| matches!(notice.about, About::Event { .. }));
    let event = event.expect("somebody registered");
    assert_eq!(event.expires_at, event.ordered_at.plus(30 * DAY));
}

/// EMP-3, EMP-4: a link that did its work or was closed is open to nobody, and says which of both it was.
#[test]
fn a_link_that_is_used_or_closed_is_open_to_nobody() {
    let now = Time::from_micros(0);
    let never_sent = PasswordLink::for_setup(EmployeeId(Uuid::from_u128(1)), now);
    assert!(!never_sent.is_open());
    let sent = never_sent.send(None, now, DAY, 5).expect("the first");
    assert!(sent.is_open() && sent.open_by(1, now).is_ok());
    let (used, closed) = (sent.clone().use_up(now), sent.clone().close(now));
    assert_eq!((used.is_open(), used.open_by(1, now)), (false, Err(LinkDead::Used)));
    assert_eq!((closed.is_open(), closed.open_by(1, now)), (false, Err(LinkDead::Closed)));
}

/// CODE-3, EMP-4: a run asks for the word, then for the password, then for nothing; it takes an hour at most.
#[test]
fn a_run_goes_from_word_to_password_to_its_end() {
    let now = Time::from_micros(0);
    let link = PasswordLink::for_setup(EmployeeId(Uuid::from_u128(1)), now).send(None, now, DAY, 5).expect("sent");
    let begin = |asks_word| PasswordRun::begin(PasswordRunId(Uuid::from_u128(2)), &link, [0; 32], asks_word, now);
    let asked = begin(true);
    assert!(!asked.proved_word());
    assert_eq!(asked.at_password(Some(1), now), Err(RunRefused::WordFirst));
    let proven = asked.prove(1, now).expect("asked for");
    assert!(proven.proved_word());
    assert_eq!(proven.at_password(Some(1), now), Ok(()));
    assert_eq!(proven.at_password(Some(1), now.plus(60 * MINUTE)), Err(RunRefused::Ended));
    let done = proven.finish();
    assert!(!done.proved_word());
    assert_eq!(done.at_password(Some(1), now), Err(RunRefused::OutOfOrder));
    let unasked = begin(false);
    assert!(!unasked.proved_word() && unasked.at_password(None, now).is_ok());
}

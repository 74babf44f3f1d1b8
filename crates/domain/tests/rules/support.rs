//! What support does is told: in the log of every practice that it touches, with the reason, and to the User Managers (LK-08).

use practice_domain::access::Operator;
use practice_domain::channel::{Placement, Product};
use practice_domain::fact::{Actor, Fact, Log};
use practice_domain::member::Kind;
use practice_domain::notice::{About, SupportAct};
use practice_domain::port::{SendError, Store};
use practice_domain::usecase::{self, IssueApiKeyError, RetryNoticeError, RevokeApiKeyError};
use practice_domain::value::{AccountId, ApiKeyId, NoticeId, PracticeId};
use practice_testkit::scene::operator;
use uuid::Uuid;

use crate::world::check::check;
use crate::world::interleave::run;
use crate::world::people::Office;
use crate::world::{World, email, origin};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";
const MAE: &str = "mae@x.example";

/// A practice with two User Managers and Ann, who is none.
fn three_people() -> (World, Office) {
    let world = World::new();
    let office = world.office(BOSS);
    world.colleague(&office, ANN);
    world.colleague(&office, MAE);
    run(usecase::grant_user_manager(&world.ports, &operator(), office.practice, &email(MAE))).expect("granted");
    world.deliver();
    (world, office)
}

fn silent() -> Operator {
    Operator::at_the_command_line("casey".to_owned(), None)
}

fn account(world: &World, who: &str) -> AccountId {
    world.account(who).expect("an account").id
}

/// Who is told of an act, by practice.
fn told(world: &World, act: SupportAct) -> Vec<(AccountId, PracticeId)> {
    let about = world.memory.notices().into_iter().filter_map(|notice| match notice.about {
        About::Support { account, practice, act: done } if done == act => Some((account, practice)),
        _ => None,
    });
    let mut told: Vec<_> = about.collect();
    told.sort();
    told
}

fn both_managers(world: &World, office: &Office) -> Vec<(AccountId, PracticeId)> {
    let mut both = vec![(account(world, BOSS), office.practice), (account(world, MAE), office.practice)];
    both.sort();
    both
}

/// PRA-3, LK-08: every User Manager hears of a change, not only the first; the person is told once.
#[test]
fn every_user_manager_hears_who_manages() {
    let (world, office) = three_people();
    run(usecase::grant_user_manager(&world.ports, &operator(), office.practice, &email(ANN))).expect("granted");
    let before = |who| account(&world, who);
    let about = |account| About::UserManagersChanged { account, practice: office.practice };
    for (who, times) in [(BOSS, 2), (MAE, 2), (ANN, 1)] {
        let got = world.memory.notices().iter().filter(|n| n.about == about(before(who))).count();
        assert_eq!(got, times, "{who}");
    }
}

/// LK-08, LOCK-2: an unlock by support stands in the log of each practice where the person works, and the User Managers there are told.
#[test]
fn an_unlock_by_support_is_told_wherever_the_person_works() {
    let (world, office) = three_people();
    let other = world.office("other@y.example");
    let joins = world.invite(&other, ANN, Kind::Staff, Placement::InPractice).expect("invited").id;
    let who = world.signed_in(ANN);
    run(usecase::confirm_joining(&world.ports, &who, &world.link(joins))).expect("joined");
    world.given_locked(ANN);
    run(usecase::unlock_account_by_operator(&world.ports, &operator(), &email(ANN))).expect("unlocked");
    let mut expected = both_managers(&world, &office);
    expected.push((account(&world, "other@y.example"), other.practice));
    expected.sort();
    assert_eq!(told(&world, SupportAct::Unlocked), expected);
    let facts = world.facts_of("account.unlocked");
    let logs: Vec<_> = facts.iter().map(|entry| entry.log).collect();
    assert_eq!(logs, [Log::Practice(office.practice), Log::Practice(other.practice)], "home first");
    for entry in facts {
        assert!(matches!(entry.fact, Fact::Unlocked { reason: Some(_), .. }) && entry.actor == casey(), "{entry:?}");
    }
    check(&world);
}

fn casey() -> Actor {
    Actor::Operator("casey".to_owned())
}

/// LK-08: a sole User Manager hears of their own unlock by the one mail that says so.
#[test]
fn a_sole_user_manager_has_one_mail_of_their_own_unlock() {
    let world = World::new();
    world.office(BOSS);
    world.given_locked(BOSS);
    run(usecase::unlock_account_by_operator(&world.ports, &operator(), &email(BOSS))).expect("unlocked");
    assert_eq!(told(&world, SupportAct::Unlocked), []);
    let unlocked = About::Unlocked { account: account(&world, BOSS) };
    assert_eq!(world.memory.notices().iter().filter(|notice| notice.about == unlocked).count(), 1);
}

/// PW-06, LK-08
#[test]
fn a_password_that_support_distrusts_is_told() {
    let (world, office) = three_people();
    run(usecase::distrust_password(&world.ports, &operator(), &email(ANN))).expect("distrusted");
    assert_eq!(told(&world, SupportAct::PasswordDistrusted), both_managers(&world, &office));
}

/// INV-2: a key is made with a reason, taken away with one, refused from then on, and both are told.
#[test]
fn keys_are_made_and_taken_away_with_a_reason() {
    let (world, office) = three_people();
    let other = world.office("other@y.example");
    let issue = |who: &Operator| run(usecase::issue_api_key(&world.ports, who, office.practice, Product::TruForm));
    assert!(matches!(issue(&silent()), Err(IssueApiKeyError::NoReason)));
    let key = issue(&operator()).expect("issued");
    let twin = issue(&operator()).expect("issued");
    let asks = |secret: &[u8]| run(usecase::authenticate_product(&world.ports, secret, origin())).expect("asked");
    assert!(asks(&key.secret).is_ok());

    let revoke = |who: &Operator, practice, key| run(usecase::revoke_api_key(&world.ports, who, practice, key));
    assert!(matches!(revoke(&silent(), office.practice, key.id), Err(RevokeApiKeyError::NoReason)));
    assert!(matches!(revoke(&operator(), other.practice, key.id), Err(RevokeApiKeyError::NoSuchKey)));
    let unknown = ApiKeyId(Uuid::from_u128(1));
    assert!(matches!(revoke(&operator(), office.practice, unknown), Err(RevokeApiKeyError::NoSuchKey)));
    assert!(asks(&key.secret).is_ok(), "refusals changed nothing");
    assert!(revoke(&operator(), office.practice, key.id).expect("revoked"));
    assert!(!revoke(&operator(), office.practice, key.id).expect("answered"), "a second time changes nothing");
    assert!(asks(&key.secret).is_err() && asks(&twin.secret).is_ok());

    let kept = run(world.memory.api_keys(office.practice)).expect("memory");
    let revoked = kept.iter().find(|one| one.id == key.id).expect("kept");
    assert_eq!(revoked.revoked_at, Some(world.now()));
    let facts = world.facts_of("api-key.revoked");
    assert!(matches!(&facts[..], [entry] if entry.log == Log::Practice(office.practice) && entry.actor == casey()));
    let (issued, taken) = (told(&world, SupportAct::ApiKeyIssued), told(&world, SupportAct::ApiKeyRevoked));
    assert_eq!((issued.len(), taken), (4, both_managers(&world, &office)));
    check(&world);
}

/// INV-10: a mail that support sends again stands in the log of the practice that it is about, and is told.
#[test]
fn a_second_try_is_told_to_the_practice() {
    let (world, office) = three_people();
    let invited = world.invite(&office, "new@x.example", Kind::Staff, Placement::InPractice).expect("invited").id;
    world.mailbox.fail_next(SendError::Permanent { reply: "550 no".to_owned() });
    world.deliver();
    let about = About::Invitation { invitation: invited, generation: 1 };
    let notice = world.memory.notices().into_iter().find(|notice| notice.about == about).expect("ordered");
    run(usecase::retry_notice(&world.ports, &*world.memory, &operator(), notice.id)).expect("tried");
    assert_eq!(told(&world, SupportAct::NoticeRetried), both_managers(&world, &office));
    let facts = world.facts_of("notice.retried");
    assert!(matches!(&facts[..], [entry] if entry.log == Log::Practice(office.practice)));
}

/// INV-10: what expired while it was given up is not sent again, and nothing is recorded of the wish.
#[test]
fn what_expired_is_not_sent_again() {
    let (world, office) = three_people();
    let invited = world.invite(&office, "new@x.example", Kind::Staff, Placement::InPractice).expect("invited").id;
    world.mailbox.fail_next(SendError::Permanent { reply: "550 no".to_owned() });
    world.deliver();
    let about = About::Invitation { invitation: invited, generation: 1 };
    let notice = world.memory.notices().into_iter().find(|notice| notice.about == about).expect("ordered");
    let retry = |id| run(usecase::retry_notice(&world.ports, &*world.memory, &operator(), id));
    assert!(matches!(retry(NoticeId(Uuid::nil())), Err(RetryNoticeError::NotParked)), "there is no such notice");
    world.set_clock(notice.expires_at);
    assert!(matches!(retry(notice.id), Err(RetryNoticeError::NotParked)));
    assert!(world.facts_of("notice.retried").is_empty());
    assert!(told(&world, SupportAct::NoticeRetried).is_empty());
}

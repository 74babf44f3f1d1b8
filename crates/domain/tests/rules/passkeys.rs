//! Passkeys: added beside an app, used in its place, removed.

use practice_domain::access::{Administrator, Fresh, Holder, SignedIn, permit};
use practice_domain::notice::{About, AccountNews};
use practice_domain::passkey::{Handle, PASSKEYS_AT_MOST, PasskeyRefused};
use practice_domain::policy::{self, Policy, Preset};
use practice_domain::port::Store;
use practice_domain::usecase::{
    self, AddPasskeyError, Entrance, HalfWelcome, RedeemPasskeyError, RemovePasskeyError, SetPolicy, Welcome,
};
use practice_domain::value::{PasskeyId, PasskeyName};
use practice_testkit::fakes::PaperAuthenticators;

use crate::world::check::check;
use crate::world::interleave::{Job, Orders, interleave, run};
use crate::world::people::Office;
use crate::world::people::sign_in;
use crate::world::{GOOD, Grain, MINUTE, WRONG, World};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";

/// Ann's world, and what stands for her authenticators.
struct Desk {
    world: World,
    office: Office,
    paper: PaperAuthenticators,
    ann: Fresh<SignedIn>,
    /// Another browser of hers.
    elsewhere: Fresh<SignedIn>,
}

impl Desk {
    /// Ann has an app, and no passkey.
    fn new() -> Self {
        let world = World::new();
        let office = world.office(BOSS);
        world.colleague(&office, ANN);
        let (ann, elsewhere) = (world.fresh_person(ANN), world.fresh_person(ANN));
        world.enrol(&ann).expect("enrolled");
        world.later(MINUTE);
        Self { world, office, paper: PaperAuthenticators::default(), ann, elsewhere }
    }

    /// Ann has this passkey, too, which counts from 1.
    fn with(passkey: u8) -> Self {
        let desk = Self::new();
        desk.add(&desk.ann, passkey, 1).expect("added");
        desk
    }

    fn begin(&self, who: &Fresh<SignedIn>) -> Result<String, AddPasskeyError> {
        let name = PasskeyName::parse("My phone").expect("a name");
        run(usecase::begin_passkey(&self.world.ports, &self.paper, who, name))
    }

    /// Begins and completes in one session, as a browser does.
    fn add(&self, who: &Fresh<SignedIn>, passkey: u8, counter: u32) -> Result<PasskeyId, AddPasskeyError> {
        let answer = PaperAuthenticators::answer(&self.begin(who)?, passkey, counter);
        run(usecase::add_passkey(&self.world.ports, &self.paper, who, &answer))
    }

    fn ask(&self, half: &HalfWelcome) -> Result<String, RedeemPasskeyError> {
        run(usecase::ask_for_passkey(&self.world.ports, &self.paper, &self.world.half_way(half)))
    }

    fn give(&self, half: &HalfWelcome, answer: &str) -> Result<Welcome, RedeemPasskeyError> {
        run(usecase::redeem_passkey(&self.world.ports, &self.paper, &self.world.half_way(half), answer))
    }

    /// Signs in with this passkey at this count.
    fn enter(&self, passkey: u8, counter: u32) -> Result<Welcome, RedeemPasskeyError> {
        let half = self.world.half(ANN);
        let options = self.ask(&half)?;
        self.give(&half, &PaperAuthenticators::answer(&options, passkey, counter))
    }

    fn kept(&self) -> Vec<practice_domain::passkey::Passkey> {
        let account = self.world.account(ANN).expect("an account").id;
        let factor = run(self.world.store.second_factor(account)).expect("stored").expect("a second factor");
        factor.passkeys().to_vec()
    }

    fn mails(&self) -> usize {
        let account = self.world.account(ANN).expect("an account").id;
        let told = About::Account { account, news: AccountNews::SecondFactorChanged };
        self.world.memory.notices().iter().filter(|notice| notice.about == told).count()
    }

    /// Her practice lets its staff use passkeys no more.
    fn forbid(&self) {
        let given = [("second_factor.other_passkeys", policy::Value::Switch(false))];
        let policy = Policy::with(Preset::Standard, given).expect("within bounds");
        let owner = Holder::<permit::ChangePolicy>::prove(self.world.signed_in(BOSS)).and_then(Holder::fresh);
        let set = SetPolicy { seen: None, policy };
        run(usecase::set_policy(&self.world.ports, &owner.expect("an Owner, fresh"), set)).expect("set");
    }
}

/// SESS-3: a passkey is the second step in place of the app's code, and each question is good once.
#[test]
fn a_passkey_is_the_second_step() {
    let desk = Desk::with(7);
    let half = desk.world.half(ANN);
    assert!(run(usecase::second_step_of(&desk.world.ports, &desk.world.half_way(&half))).expect("asked"));
    let options = desk.ask(&half).expect("asked");
    let answer = PaperAuthenticators::answer(&options, 7, 2);
    let who = desk.world.half_way(&half);
    let welcome = desk.give(&half, &answer).expect("signed in");
    assert!(welcome.session.has_second_factor());
    let again = run(usecase::redeem_passkey(&desk.world.ports, &desk.paper, &who, &answer));
    assert!(matches!(again, Err(RedeemPasskeyError::Over)), "the half-way session is over");
    let [kept] = &desk.kept()[..] else { panic!("one passkey") };
    assert_eq!((kept.counter, kept.used_at, kept.name.as_str()), (2, Some(desk.world.now()), "My phone"));
    assert_eq!(kept.credential.0, "paper 07 2", "what the port gave is kept");
    assert_eq!(desk.world.facts_of("passkey.used").len(), 1);
    assert!(
        desk.world.redeem(&desk.world.half(ANN), &desk.world.app(half.session.account, 0)).is_ok(),
        "so is the app"
    );
    check(&desk.world);
}

/// SESS-3: an answer counts for its own sign-in, its own question, and five minutes.
#[test]
fn a_question_is_for_one_sign_in_once_and_not_for_long() {
    let desk = Desk::with(7);
    let (first, second) = (desk.world.half(ANN), desk.world.half(ANN));
    let options = desk.ask(&first).expect("asked");
    let answer = PaperAuthenticators::answer(&options, 7, 2);
    assert!(matches!(desk.give(&second, &answer), Err(RedeemPasskeyError::NotAsked)), "nothing was asked there");
    let other = desk.ask(&second).expect("asked");
    assert!(matches!(desk.give(&second, &answer), Err(RedeemPasskeyError::NotProven { left: 4 })), "another question");
    let late = PaperAuthenticators::answer(&other, 7, 2);
    assert!(matches!(desk.give(&second, &late), Err(RedeemPasskeyError::NotAsked)), "a wrong answer spent it");
    desk.world.later(5 * MINUTE);
    assert!(matches!(desk.give(&first, &answer), Err(RedeemPasskeyError::NotAsked)), "too late");
    desk.ask(&first).expect("asked anew");
    assert!(matches!(desk.give(&first, &answer), Err(RedeemPasskeyError::NotProven { left: 4 })), "the former one");
    check(&desk.world);
}

/// SESS-3: a question to make a passkey is answered in the session that asked, once.
#[test]
fn a_passkey_is_made_where_it_was_asked_for() {
    let desk = Desk::new();
    let options = desk.begin(&desk.ann).expect("begun");
    let answer = PaperAuthenticators::answer(&options, 7, 0);
    let add = |who: &_| run(usecase::add_passkey(&desk.world.ports, &desk.paper, who, &answer));
    let elsewhere = add(&desk.elsewhere);
    assert!(matches!(elsewhere, Err(AddPasskeyError::Refused(PasskeyRefused::NotBegun))), "another session");
    let half = desk.world.half(ANN);
    assert!(matches!(desk.give(&half, &answer), Err(RedeemPasskeyError::NotAsked)), "another purpose");
    desk.begin(&desk.elsewhere).expect("begun");
    assert!(matches!(add(&desk.elsewhere), Err(AddPasskeyError::NotProven)), "another question");
    assert!(matches!(add(&desk.elsewhere), Err(AddPasskeyError::Refused(PasskeyRefused::NotBegun))), "it is spent");
    assert_eq!(desk.world.facts_of("passkey.not-added").len(), 1);
    assert!(desk.kept().is_empty());
    check(&desk.world);
}

/// SESS-3: a counter that does not go on lets nobody in, is recorded, and looks like any other wrong answer.
#[test]
fn a_counter_that_goes_backwards_is_refused_and_recorded() {
    let desk = Desk::with(7);
    assert!(desk.enter(7, 5).is_ok());
    for counter in [5, 4, 0] {
        let refused = desk.enter(7, counter);
        assert!(matches!(refused, Err(RedeemPasskeyError::NotProven { left: 4 })), "{counter}");
    }
    assert_eq!(desk.world.facts_of("passkey.backwards").len(), 3);
    assert_eq!(desk.kept()[0].counter, 5, "nothing is learnt of it");
    assert!(matches!(desk.enter(8, 9), Err(RedeemPasskeyError::NotProven { left: 4 })), "unknown: the same answer");
    assert_eq!(desk.world.facts_of("passkey.backwards").len(), 3);
    assert_eq!(desk.world.facts_of("passkey.wrong").len(), 4);
    let silent = Desk::new();
    silent.add(&silent.ann, 9, 0).expect("added");
    assert!(silent.enter(9, 0).is_ok() && silent.enter(9, 0).is_ok(), "some do not count");
    check(&desk.world);
}

/// LK-05: a lock between the question and the answer stops the sign-in.
#[test]
fn a_lock_between_question_and_answer_stops_the_sign_in() {
    let desk = Desk::with(7);
    let half = desk.world.half(ANN);
    let options = desk.ask(&half).expect("asked");
    for _ in 0..7 {
        assert!(desk.world.enter(ANN, WRONG, None).is_err());
    }
    let refused = desk.give(&half, &PaperAuthenticators::answer(&options, 7, 2));
    assert!(matches!(refused, Err(RedeemPasskeyError::Over)));
    assert_eq!(desk.world.facts_of("second-factor.refused").len(), 1);
    assert_eq!(desk.kept()[0].used_at, None);
    check(&desk.world);
}

/// SESS-3: the fifth wrong answer ends the sign-in, codes counted in; questions take of the tries that the account has.
#[test]
fn wrong_answers_end_a_sign_in_and_questions_are_limited() {
    let desk = Desk::with(7);
    let half = desk.world.half(ANN);
    assert!(desk.world.redeem(&half, "nonsense").is_err());
    for left in [3, 2, 1, 0] {
        desk.ask(&half).expect("asked");
        let wrong = desk.give(&half, "nonsense");
        assert!(matches!(wrong, Err(RedeemPasskeyError::NotProven { left: now }) if now == left), "{left}");
    }
    let over = run(usecase::authenticate_half_way(&desk.world.ports, &half.cookie, crate::world::origin()));
    assert!(over.expect("asked").is_err());
    let half = desk.world.half(ANN);
    for _ in 0..5 {
        desk.ask(&half).expect("asked");
    }
    assert!(matches!(desk.ask(&half), Err(RedeemPasskeyError::TooOften { .. })), "ten in all");
    check(&desk.world);
}

/// SESS-3: an app comes first, ten passkeys are enough, one passkey is one account's, and its person is told.
#[test]
fn passkeys_come_on_top_of_an_app_and_belong_to_one_account() {
    let desk = Desk::new();
    let boss = desk.world.fresh_person(BOSS);
    let without = desk.begin(&boss);
    assert!(matches!(without, Err(AddPasskeyError::Refused(PasskeyRefused::NoApp))));
    let mails = desk.mails();
    let room = |who: &SignedIn| run(usecase::own_passkeys(&desk.world.ports, who)).expect("stored").room;
    assert!(!room(boss.who()), "there is no app");
    for passkey in 1..=10 {
        assert!(room(desk.ann.who()), "{passkey}");
        desk.add(&desk.ann, passkey, 0).expect("added");
    }
    assert!(!room(desk.ann.who()));
    assert_eq!(desk.mails(), mails + PASSKEYS_AT_MOST);
    assert!(matches!(desk.begin(&desk.ann), Err(AddPasskeyError::Refused(PasskeyRefused::TooMany))));
    desk.world.enrol(&boss).expect("enrolled");
    let taken = desk.add(&boss, 3, 0);
    assert!(matches!(taken, Err(AddPasskeyError::Refused(PasskeyRefused::AlreadyAdded))), "it is Ann's");
    assert_eq!(desk.kept().len(), PASSKEYS_AT_MOST);
    check(&desk.world);
}

/// SESS-3: a passkey that is removed signs nobody in, also where it was asked for before, and can be added again.
#[test]
fn a_removed_passkey_signs_nobody_in() {
    let desk = Desk::with(7);
    let half = desk.world.half(ANN);
    let options = desk.ask(&half).expect("asked");
    let (id, mails) = (desk.kept()[0].id, desk.mails());
    let remove = |id| run(usecase::remove_passkey(&desk.world.ports, &desk.ann, id));
    assert!(matches!(remove(PasskeyId(uuid::Uuid::nil())), Err(RemovePasskeyError::NoSuchPasskey)));
    remove(id).expect("removed");
    assert!(matches!(remove(id), Err(RemovePasskeyError::NoSuchPasskey)), "once");
    assert_eq!(desk.mails(), mails + 1);
    assert!(desk.give(&half, &PaperAuthenticators::answer(&options, 7, 2)).is_err());
    assert!(matches!(desk.ask(&half), Err(RedeemPasskeyError::NotOffered)));
    assert!(!run(usecase::second_step_of(&desk.world.ports, &desk.world.half_way(&half))).expect("asked"));
    desk.add(&desk.ann, 7, 0).expect("added again");
    check(&desk.world);
}

/// SESS-3: whoever removes the app, and an administrator who resets it, removes the passkeys with it.
#[test]
fn passkeys_go_with_the_app() {
    let desk = Desk::with(7);
    let boss = Administrator::prove(desk.world.signed_in(BOSS)).expect("the Owner").fresh().expect("fresh");
    let member = desk.world.member(desk.office.practice, ANN).expect("a member").id;
    assert!(run(usecase::reset_second_factor(&desk.world.ports, &boss, member)).expect("reset"));
    assert!(desk.kept().is_empty());
    assert!(matches!(desk.world.enter(ANN, GOOD, None), Ok(Entrance::Whole(_))), "nothing is asked for");
    let name = practice_domain::commit::Name::Passkey(Handle(vec![7]));
    assert_eq!(run(desk.world.store.holder(&name)).expect("stored"), None);
    desk.world.enrol(&desk.ann).expect("enrolled");
    assert!(desk.kept().is_empty(), "a new app begins without");
    desk.add(&desk.ann, 7, 0).expect("added");
    assert!(run(usecase::remove_second_factor(&desk.world.ports, &desk.ann)).expect("removed"));
    assert_eq!(desk.world.facts_of("passkey.removed").len(), 2);
    check(&desk.world);
}

/// SESS-3: where the policy for a role allows none, none is added and none is used; the app still is.
#[test]
fn a_role_decides_whether_passkeys_are_used() {
    let desk = Desk::with(7);
    let half = desk.world.half(ANN);
    let options = desk.ask(&half).expect("asked");
    desk.forbid();
    let given = desk.give(&half, &PaperAuthenticators::answer(&options, 7, 2));
    assert!(matches!(given, Err(RedeemPasskeyError::NotOffered)), "asked again at the answer");
    assert!(matches!(desk.ask(&half), Err(RedeemPasskeyError::NotOffered)));
    assert!(!run(usecase::second_step_of(&desk.world.ports, &desk.world.half_way(&half))).expect("asked"));
    assert!(matches!(desk.begin(&desk.ann), Err(AddPasskeyError::NotOffered)));
    let own = run(usecase::own_passkeys(&desk.world.ports, desk.ann.who())).expect("stored");
    assert_eq!((own.allowed, own.kept.len()), (false, 1), "shown, to be removed");
    let account = half.session.account;
    assert!(desk.world.redeem(&half, &desk.world.app(account, 0)).is_ok(), "the app");
    let boss = desk.world.fresh_person(BOSS);
    desk.world.enrol(&boss).expect("enrolled");
    desk.add(&boss, 8, 0).expect("managers may");
    check(&desk.world);
}

/// SESS-3: one answer that arrives twice at the same moment opens one session.
#[test]
fn one_answer_twice_at_once_opens_one_session() {
    let orders = Orders::each(|orders| {
        let desk = Desk::with(7);
        let half = desk.world.half(ANN);
        let answer = PaperAuthenticators::answer(&desk.ask(&half).expect("asked"), 7, 2);
        let who = desk.world.half_way(&half);
        let give = || async { usecase::redeem_passkey(&desk.world.ports, &desk.paper, &who, &answer).await.is_ok() };
        desk.world.store.set(Grain::Commits);
        let both: Vec<Job<'_, bool>> = vec![Box::pin(give()), Box::pin(give())];
        let mut told = interleave(both, |of| orders.choose(of));
        desk.world.store.set(Grain::Whole);
        told.sort_unstable();
        assert_eq!(told, [false, true]);
        check(&desk.world);
    });
    assert!(orders > 1);
}

/// LK-05: whichever order the seventh failure and the passkey come in, nobody comes in after the lock.
#[test]
fn a_lock_and_a_passkey_have_an_order() {
    let orders = Orders::each(|orders| {
        let desk = Desk::with(7);
        let half = desk.world.half(ANN);
        let answer = PaperAuthenticators::answer(&desk.ask(&half).expect("asked"), 7, 2);
        let who = desk.world.half_way(&half);
        for _ in 0..6 {
            assert!(desk.world.enter(ANN, WRONG, None).is_err());
        }
        let ports = &desk.world.ports;
        desk.world.store.set(Grain::Commits);
        let both: Vec<Job<'_, bool>> = vec![
            Box::pin(async { usecase::redeem_passkey(ports, &desk.paper, &who, &answer).await.is_ok() }),
            Box::pin(async { usecase::sign_in(ports, sign_in(ANN, WRONG, None)).await.is_ok() }),
        ];
        interleave(both, |of| orders.choose(of));
        desk.world.store.set(Grain::Whole);
        let audit = desk.world.memory.audit();
        let locked = audit.iter().position(|entry| entry.fact.code() == "account.locked").expect("locked");
        let after = audit[locked..].iter().filter(|entry| entry.fact.code() == "passkey.used").count();
        assert_eq!(after, 0, "somebody signed in after the lock");
        check(&desk.world);
    });
    assert!(orders > 1);
}

/// SESS-3: a passkey that is removed while it is used was used before, or lets nobody in.
#[test]
fn using_and_removing_a_passkey_have_an_order() {
    let orders = Orders::each(|orders| {
        let desk = Desk::with(7);
        let half = desk.world.half(ANN);
        let answer = PaperAuthenticators::answer(&desk.ask(&half).expect("asked"), 7, 2);
        let (who, id) = (desk.world.half_way(&half), desk.kept()[0].id);
        let ports = &desk.world.ports;
        desk.world.store.set(Grain::Commits);
        let both: Vec<Job<'_, bool>> = vec![
            Box::pin(async { usecase::redeem_passkey(ports, &desk.paper, &who, &answer).await.is_ok() }),
            Box::pin(async { usecase::remove_passkey(ports, &desk.ann, id).await.is_ok() }),
        ];
        let told = interleave(both, |of| orders.choose(of));
        desk.world.store.set(Grain::Whole);
        assert!(told[1] && desk.kept().is_empty());
        let order = |code: &str| desk.world.memory.audit().iter().rposition(|entry| entry.fact.code() == code);
        if told[0] {
            assert!(order("passkey.used") < order("passkey.removed"));
        }
        check(&desk.world);
    });
    assert!(orders > 1);
}

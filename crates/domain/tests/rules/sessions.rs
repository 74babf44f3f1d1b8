//! Sessions of other people: whoever has the permission sees and ends those that work in the practice (`SESS-1`, `SESS-2`, `PRA-5`).

use practice_domain::access::{Denied, Fresh, Holder, SignedIn, WhyNot, permit};
use practice_domain::channel::Placement;
use practice_domain::fact::{Entry, Fact};
use practice_domain::member::Kind;
use practice_domain::notice::About;
use practice_domain::port::{SessionFace, Store};
use practice_domain::usecase::{self, EndSessionError, Welcome};
use practice_domain::value::{MemberId, PracticeId, SessionId};

use crate::world::check::check;
use crate::world::interleave::{Job, Orders, interleave, run};
use crate::world::people::Office;
use crate::world::{GOOD, Grain, MINUTE, World, origin, password};

type Over = Holder<permit::EndSessions>;

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";

fn two_people() -> (World, Office, MemberId) {
    let world = World::new();
    let office = world.office(BOSS);
    world.colleague(&office, ANN);
    let ann = world.member(office.practice, ANN).expect("a member").id;
    (world, office, ann)
}

fn sign_in(world: &World, who: &str) -> Welcome {
    world.try_sign_in(who, GOOD, None).expect("signed in")
}

fn ask(world: &World, cookie: &[u8]) -> Result<SignedIn, Denied> {
    run(usecase::authenticate(&world.ports, cookie, origin())).expect("asked")
}

fn fresh(who: SignedIn) -> Fresh<Over> {
    Holder::prove(who).expect("the permission").fresh().expect("fresh")
}

fn seen(world: &World, who: &Fresh<Over>, member: MemberId) -> Vec<SessionId> {
    let seen: Vec<SessionFace> = run(usecase::member_sessions(&world.ports, who, member)).expect("a member");
    seen.into_iter().map(|session| session.id).collect()
}

fn end(world: &World, who: &Fresh<Over>, member: MemberId, session: SessionId) -> Result<(), EndSessionError> {
    run(usecase::end_member_session(&world.ports, who, member, session))
}

fn end_all(world: &World, who: &Fresh<Over>, member: MemberId) -> Result<(), EndSessionError> {
    run(usecase::end_member_sessions(&world.ports, who, member))
}

/// Who was told, and by which practice.
fn told(world: &World) -> Vec<PracticeId> {
    let about = |about| if let About::SessionsEnded { practice, .. } = about { Some(practice) } else { None };
    world.memory.notices().into_iter().filter_map(|notice| about(notice.about)).collect()
}

/// SESS-1: a manager sees where a member is signed in and ends one, or all: from the next request on, recorded, told, and once only.
#[test]
fn a_manager_ends_one_session_of_a_member_or_all() {
    let (world, office, member) = two_people();
    let cookies: Vec<Welcome> = (0..3).map(|_| sign_in(&world, ANN)).collect();
    let who = world.over_sessions(BOSS);
    let mut all: Vec<SessionId> = cookies.iter().map(|welcome| welcome.session.id).collect();
    all.sort();
    let mut shown = seen(&world, &who, member);
    shown.sort();
    assert_eq!(shown, all);

    let first = cookies[0].session.id;
    end(&world, &who, member, first).expect("ended");
    assert_eq!(ask(&world, &cookies[0].cookie).map(drop), Err(Denied::NotSignedIn));
    assert!(cookies[1..].iter().all(|welcome| ask(&world, &welcome.cookie).is_ok()));
    assert!(!seen(&world, &who, member).contains(&first));
    end(&world, &who, member, first).expect("over already");
    assert_eq!((told(&world), world.facts_of("member.sessions-ended").len()), (vec![office.practice], 1));

    end_all(&world, &who, member).expect("ended");
    assert!(cookies.iter().all(|welcome| ask(&world, &welcome.cookie).is_err()));
    assert!(ask(&world, &sign_in(&world, BOSS).cookie).is_ok() && seen(&world, &who, member).is_empty());
    end_all(&world, &who, member).expect("over already");
    assert_eq!(told(&world).len(), 2);
    let facts = world.facts_of("member.sessions-ended");
    let [one, every] = &facts[..] else { panic!("{facts:?}") };
    assert!(matches!(one.fact, Fact::MemberSessionsEnded { session: Some(id), .. } if id == first));
    assert!(
        matches!(&every, Entry { fact: Fact::MemberSessionsEnded { member: m, session: None, .. }, .. } if *m == member)
    );
    assert!(ask(&world, &sign_in(&world, ANN).cookie).is_ok(), "the password is the same");
    check(&world);
}

/// PRA-5, SESS-1: a practice sees and ends only what works there, also of a member of two.
#[test]
fn a_practice_has_no_say_over_sessions_that_work_elsewhere() {
    let (world, one, at_one) = two_people();
    let two = world.office("other@y.example");
    let invitation = world.invite(&two, ANN, Kind::Staff, Placement::InPractice).expect("delivered").id;
    let joining = sign_in(&world, ANN);
    let who = ask(&world, &joining.cookie).expect("live");
    run(usecase::confirm_joining(&world.ports, &who, &world.link(invitation))).expect("joined");
    let home = sign_in(&world, ANN);
    let at_two = world.member(two.practice, ANN).expect("a member").id;
    let (here, there) = (world.over_sessions(one.manager), world.over_sessions(two.manager));
    assert_eq!(seen(&world, &here, at_one), [home.session.id]);
    assert_eq!(seen(&world, &there, at_two), [joining.session.id]);

    let foreign = end(&world, &there, at_two, home.session.id);
    assert!(matches!(foreign, Err(EndSessionError::NoSuchSession)), "{foreign:?}");
    let own = run(world.memory.session(home.session.id)).expect("stored").expect("a session");
    end_all(&world, &there, at_two).expect("ended");
    assert!(ask(&world, &joining.cookie).is_err() && ask(&world, &home.cookie).is_ok());
    assert_eq!(run(world.memory.session(home.session.id)).expect("stored"), Some(own), "touched");
    assert_eq!(told(&world), [two.practice]);

    let nobody = MemberId(world.ports.entropy.id());
    for member in [at_one, nobody] {
        let refused =
            |told: Result<(), EndSessionError>| matches!(told, Err(EndSessionError::Refused(WhyNot::NotHere)));
        let seen = run(usecase::member_sessions(&world.ports, &there, member)).map(drop);
        assert!(refused(seen), "seen");
        assert!(refused(end(&world, &there, member, home.session.id)), "ended");
        assert!(refused(end_all(&world, &there, member)), "all ended");
    }
    let strange = end(&world, &here, at_one, sign_in(&world, BOSS).session.id);
    assert!(matches!(strange, Err(EndSessionError::NoSuchSession)), "a session of somebody else in the same practice");
    check(&world);
}

/// SESS-2: five minutes after the password was given, other people's sessions are out of reach.
#[test]
fn other_people_s_sessions_need_a_fresh_sign_in() {
    let (world, ..) = two_people();
    let cookie = sign_in(&world, BOSS).cookie;
    let prove = || Over::prove(ask(&world, &cookie).expect("live")).expect("the permission").fresh().map(drop);
    world.later(5 * MINUTE - std::time::Duration::from_micros(1));
    assert_eq!(prove(), Ok(()));
    world.later(std::time::Duration::from_micros(1));
    assert_eq!(prove(), Err(Denied::NotFresh));
}

/// SESS-1: a manager who ends all their own keeps the one that asks, and is sent no mail about it.
#[test]
fn a_manager_who_ends_their_own_keeps_the_one_that_asks() {
    let (world, office, _) = two_people();
    let (here, there) = (sign_in(&world, BOSS), sign_in(&world, BOSS));
    let boss = world.member(office.practice, BOSS).expect("a member").id;
    let who = fresh(ask(&world, &here.cookie).expect("live"));
    end_all(&world, &who, boss).expect("ended");
    assert!(ask(&world, &here.cookie).is_ok() && ask(&world, &there.cookie).is_err());
    end_all(&world, &who, boss).expect("nothing to end");
    assert_eq!((told(&world).len(), world.facts_of("member.sessions-ended").len()), (0, 1));
}

/// SESS-1: a session that has run out is not shown, and nobody is told of its end.
#[test]
fn a_session_that_has_run_out_is_not_shown() {
    let (world, _, member) = two_people();
    let old = sign_in(&world, ANN);
    world.later(30 * MINUTE);
    let who = world.over_sessions(BOSS);
    assert!(seen(&world, &who, member).is_empty());
    end(&world, &who, member, old.session.id).expect("ended for good");
    end_all(&world, &who, member).expect("nothing to end");
    assert!(told(&world).is_empty());
    let live = sign_in(&world, ANN);
    assert_eq!(seen(&world, &who, member), [live.session.id]);
}

/// SESS-1, SESS-2: whoever gives their password again while all their sessions are ended keeps none, in whatever order it happens.
#[test]
fn no_session_slips_through_by_giving_way_to_a_new_one() {
    let orders = Orders::each(|orders| {
        let (world, _, member) = two_people();
        let (ann, boss) = (world.signed_in(ANN), world.over_sessions(BOSS));
        world.store.set(Grain::Commits);
        let (ports, theirs) = (world.ports.clone(), world.ports.clone());
        let ending: Job<'static, ()> =
            Box::pin(async move { usecase::end_member_sessions(&ports, &boss, member).await.expect("ended") });
        let confirming: Job<'static, ()> =
            Box::pin(async move { drop(usecase::confirm_password(&theirs, &ann, &password(GOOD)).await) });
        interleave(vec![ending, confirming], |of| orders.choose(of));
        world.store.set(Grain::Whole);
        assert!(seen(&world, &world.over_sessions(BOSS), member).is_empty());
        check(&world);
    });
    assert!(orders >= 2);
}

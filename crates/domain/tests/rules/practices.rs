//! People who work in several practices.

use practice_domain::channel::Placement;
use practice_domain::commit::{Commit, Write};
use practice_domain::fact::{AccountFact, Actor, Entry, Fact, Log, Origin};
use practice_domain::member::{Kind, Member, Role};
use practice_domain::policy::Preset;
use practice_domain::port::Store;
use practice_domain::usecase::{self, ChoosePracticeError};

use crate::world::check::check;
use crate::world::interleave::{Job, Orders, interleave, run};
use crate::world::people::Office;
use crate::world::{GOOD, Grain, World, origin};

const ANN: &str = "ann@x.example";

/// Ann works in both of these.
fn two_offices() -> (World, Office, Office) {
    let world = World::new();
    let (first, second) = (world.office("boss@x.example"), world.office("other@y.example"));
    world.colleague(&first, ANN);
    let invitation = world.invite(&second, ANN, Kind::Staff, Placement::InPractice).expect("invited").id;
    let who = world.signed_in(ANN);
    run(usecase::confirm_joining(&world.ports, &who, &world.link(invitation))).expect("joined");
    (world, first, second)
}

/// PRA-5, SE-02: one password and one lockout; a session works in one practice at a time, under a new identity after each choice.
#[test]
fn a_session_works_in_the_practice_that_was_chosen() {
    let (world, first, second) = two_offices();
    let welcome = world.try_sign_in(ANN, GOOD, None).expect("signed in");
    assert!(welcome.chooses);
    assert!(!world.try_sign_in("boss@x.example", GOOD, None).expect("signed in").chooses);
    let who = |cookie: &[u8; 32]| run(usecase::authenticate(&world.ports, cookie, origin())).expect("asked");
    let ann = who(&welcome.cookie).expect("live");
    let offered = run(usecase::practices_to_choose(&world.ports, &ann)).expect("stored");
    let offered: Vec<_> = offered.iter().map(|(practice, member)| (practice.id, member.practice)).collect();
    assert_eq!(offered, [(first.practice, first.practice), (second.practice, second.practice)]);
    let mut cookie = welcome.cookie;
    for practice in [second.practice, first.practice, first.practice] {
        let before = who(&cookie).expect("live");
        let chosen = run(usecase::choose_practice(&world.ports, &before, practice)).expect("chosen");
        assert!(who(&cookie).is_err(), "the former identity is void");
        cookie = chosen.cookie;
        let now = who(&cookie).expect("live");
        assert_eq!(now.place().map(|(place, member)| (place.id, member.practice)), Some((practice, practice)));
        assert_eq!(now.session().started_at, before.session().started_at, "no new life");
        check(&world);
    }
}

/// PRA-5: nobody chooses a practice that they have no place in.
#[test]
fn a_practice_that_one_has_no_place_in_cannot_be_chosen() {
    let (world, ..) = two_offices();
    let foreign = world.office("third@z.example");
    for practice in [foreign.practice, world.ports.entropy.id().into()] {
        let refused = run(usecase::choose_practice(&world.ports, &world.signed_in(ANN), practice));
        assert!(matches!(refused, Err(ChoosePracticeError::NotAMember)));
    }
}

/// PRA-5, EMP-3: a practice that has sent somebody away is not offered, and cannot be chosen; nothing is left to choose from then.
#[test]
fn a_practice_that_sent_one_away_cannot_be_chosen() {
    let (world, first, second) = two_offices();
    let ann = world.signed_in(ANN);
    assert!(ann.has_elsewhere());
    let member = world.member(second.practice, ANN).expect("a member");
    let fact = Fact::Account(AccountFact::ProfileChanged { account: ann.account() });
    let log = Log::Practice(second.practice);
    let entry = Entry { log, fact, actor: Actor::Visitor, origin: Origin::default(), at: world.now() };
    let gone = Commit::recording(entry).write(Write::Update(Member { active: false, ..member }.into()));
    run(world.store.commit(&gone)).expect("kept");
    let offered = run(usecase::practices_to_choose(&world.ports, &ann)).expect("stored");
    assert_eq!(offered.iter().map(|(practice, _)| practice.id).collect::<Vec<_>>(), [first.practice]);
    let refused = run(usecase::choose_practice(&world.ports, &ann, second.practice));
    assert!(matches!(refused, Err(ChoosePracticeError::NotAMember)));
    assert!(!world.try_sign_in(ANN, GOOD, None).expect("signed in").chooses);
    assert!(!world.signed_in("boss@x.example").has_elsewhere());
}

/// PRA-5: each practice's log tells of itself only.
#[test]
fn a_choice_is_recorded_in_both_logs_and_names_neither_to_the_other() {
    let (world, first, second) = two_offices();
    let ann = world.signed_in(ANN);
    let entries = world.memory.audit().len();
    run(usecase::choose_practice(&world.ports, &ann, second.practice)).expect("chosen");
    let audit: Vec<Entry> = world.memory.audit();
    assert_eq!(audit.len(), entries + 2);
    let about = |code: &str| audit.iter().rev().find(|entry| entry.fact.code() == code).cloned().expect("recorded");
    let (entered, left) = (about("practice.entered"), about("practice.left"));
    assert_eq!((entered.log, left.log), (Log::Practice(second.practice), Log::Practice(first.practice)));
    assert_eq!(entered.actor, Actor::Account(ann.account()));
    let names = |entry: &Entry, other: &Office| {
        entry.fact.details().iter().any(|(_, value)| *value == other.practice.to_string())
    };
    assert!(!names(&entered, &first) && !names(&left, &second));
}

/// PRA-5, SESS-3: a practice that asks for a second factor is entered with one only, whichever way.
#[test]
fn a_practice_that_asks_for_a_second_factor_is_entered_with_one() {
    let world = World::new();
    let first = world.office("boss@x.example");
    world.colleague(&first, ANN);
    let (strict, invitation) = world.found("strict@z.example", Preset::Strict);
    world.register(invitation);
    let asked = world.ask(strict, ANN);
    let before = world.signed_in(ANN);
    run(usecase::confirm_joining(&world.ports, &before, &world.link(asked))).expect("joined");
    let session = run(world.store.session(before.session().id)).expect("stored").expect("there");
    assert_eq!(session.practice, Some(first.practice), "joining does not lead past the second step");
    let refused = run(usecase::choose_practice(&world.ports, &before, strict));
    assert!(matches!(refused, Err(ChoosePracticeError::NeedsSecondFactor)));
    let half = world.half(ANN);
    assert!(half.enrols, "the most that any of them asks for counts");
    let welcome = world.second_step(&half).expect("signed in");
    assert!(welcome.chooses);
    let ann = run(usecase::authenticate(&world.ports, &welcome.cookie, origin())).expect("asked").expect("live");
    run(usecase::choose_practice(&world.ports, &ann, strict)).expect("chosen");
    check(&world);
}

/// PRA-5: a choice while one's place there changes: it is decided on the place as it is.
#[test]
fn a_choice_and_a_change_of_the_place_have_an_order() {
    let orders = Orders::each(|orders| {
        let (world, _, second) = two_offices();
        let ann = world.signed_in(ANN);
        let member = world.member(second.practice, ANN).expect("a member");
        let fact = Fact::Account(AccountFact::ProfileChanged { account: ann.account() });
        let log = Log::Practice(second.practice);
        let entry = Entry { log, fact, actor: Actor::Visitor, origin: Origin::default(), at: world.now() };
        let changed = Member { role: Role::RestrictedStaff, ..member.clone() };
        let change = Commit::recording(entry).write(Write::Update(changed.into()));
        world.store.set(Grain::Commits);
        let both: Vec<Job<'_, bool>> = vec![
            Box::pin(async { usecase::choose_practice(&world.ports, &ann, second.practice).await.is_ok() }),
            Box::pin(async { world.store.commit(&change).await.is_ok() }),
        ];
        assert_eq!(interleave(both, |of| orders.choose(of)), [true, true]);
        world.store.set(Grain::Whole);
        let tried = world.store.commits().iter().flat_map(Commit::guards).any(|guard| {
            matches!(guard, practice_domain::commit::Guard::Member(practice, id, _)
                if *practice == second.practice && *id == member.id)
        });
        assert!(tried, "the place is guarded");
    });
    assert!(orders > 1);
}

//! Several people act on one invitation at the same moment, in every order that there is.

use practice_domain::access::UserManager;
use practice_domain::channel::{Placement, Product};
use practice_domain::invitation::{DeadLink, InvitationState, NotOpen};
use practice_domain::member::Kind;
use practice_domain::usecase::{
    self, CompleteRegistration, CompleteRegistrationError, CorrectInvitation, CorrectInvitationError,
    InvitePersonError, Reinvite, ReinviteError, StepError, WithdrawInvitation, WithdrawInvitationError,
};
use practice_domain::value::{InvitationId, Version};

use crate::world::check::problems;
use crate::world::interleave::{Dice, Job, Orders, interleave, run};
use crate::world::people::{Office, invite, to};
use crate::world::{GOOD, Grain, World, origin, password};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Actor {
    Accept,
    Correct,
    Withdraw,
    Resend,
}

/// What an actor was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Done,
    HasAccount,
    Dead(DeadLink),
    NotOpen(NotOpen),
    Changed,
}

struct Scene {
    world: World,
    office: Office,
    manager: UserManager,
    id: InvitationId,
    cookie: [u8; 32],
}

const OLD: &str = "new.person@x.example";
const RIGHT: &str = "right.person@x.example";

/// A manager, and somebody who is at the last step of a registration.
fn scene(placement: Placement) -> Scene {
    let world = World::new();
    let office = world.office("boss@x.example");
    world.set_two_step(office.manager, false, false);
    let id = world.invite(&office, OLD, Kind::Staff, placement).expect("invited").id;
    let cookie = world.begin(&world.link(id));
    world.walk(&cookie);
    let manager = world.manager(office.manager);
    Scene { world, office, manager, id, cookie }
}

async fn act(scene: &Scene, actor: Actor, seen: Option<Version>) -> Told {
    let ports = &scene.world.ports;
    let invitation = scene.id;
    match actor {
        Actor::Accept => {
            let cmd = CompleteRegistration { password: password(GOOD), again: password(GOOD) };
            match usecase::complete_registration(ports, &scene.cookie, cmd, &origin()).await {
                Ok(_) => Told::Done,
                Err(CompleteRegistrationError::Step(StepError::Dead(why))) => Told::Dead(why),
                Err(CompleteRegistrationError::HasAccount) => Told::HasAccount,
                Err(other) => panic!("{other:?}"),
            }
        }
        Actor::Correct => {
            let cmd = CorrectInvitation { invitation, seen, to: to(RIGHT) };
            match usecase::correct_invitation(ports, &scene.manager, cmd).await {
                Ok(_) => Told::Done,
                Err(CorrectInvitationError::NotOpen(why)) => Told::NotOpen(why),
                Err(CorrectInvitationError::Changed) => Told::Changed,
                Err(other) => panic!("{other:?}"),
            }
        }
        Actor::Withdraw => {
            match usecase::withdraw_invitation(ports, &scene.manager, WithdrawInvitation { invitation, seen }).await {
                Ok(_) => Told::Done,
                Err(WithdrawInvitationError::NotOpen(why)) => Told::NotOpen(why),
                Err(WithdrawInvitationError::Changed) => Told::Changed,
                Err(other) => panic!("{other:?}"),
            }
        }
        Actor::Resend => match usecase::reinvite(ports, &scene.manager, Reinvite { invitation }).await {
            Ok(_) => Told::Done,
            Err(ReinviteError::NotOpen(why)) => Told::NotOpen(why),
            Err(other) => panic!("{other:?}"),
        },
    }
}

/// Runs these actors in every order of their steps, and checks the end of each.
fn every_order(actors: &[Actor], grain: Grain, seen: bool, placement: Placement) -> usize {
    Orders::each(|orders| one_order(actors, grain, seen, placement, |of| orders.choose(of)))
}

fn one_order(actors: &[Actor], grain: Grain, seen: bool, placement: Placement, choose: impl FnMut(usize) -> usize) {
    let scene = scene(placement);
    let seen = seen.then(|| scene.world.invitation(scene.id).version);
    scene.world.store.set(grain);
    let jobs = actors.iter().map(|actor| Box::pin(act(&scene, *actor, seen)) as Job<'_, Told>);
    let told = interleave(jobs.collect(), choose);
    scene.world.store.set(Grain::Whole);
    verify(&scene, &actors.iter().copied().zip(told).collect::<Vec<_>>(), seen.is_some());
}

fn verify(scene: &Scene, told: &[(Actor, Told)], seen: bool) {
    let memory = &scene.world.memory;
    let wrong = problems(&scene.world);
    assert!(wrong.is_empty(), "{told:?}: {wrong:#?}");
    let done = |actor| told.iter().any(|(who, what)| *who == actor && *what == Told::Done);
    let winners = told.iter().filter(|(_, what)| *what == Told::Done).count();
    let invitation = scene.world.invitation(scene.id);
    let accounts = memory.audit().iter().filter(|entry| entry.fact.code() == "account.registered").count() - 1;
    assert_eq!(accounts, usize::from(done(Actor::Accept)), "{told:?}");
    if done(Actor::Accept) {
        assert_eq!(winners, 1, "a registration and {told:?}");
        assert!(matches!(invitation.state, InvitationState::Accepted { .. }));
        assert_eq!(invitation.generation, 1, "nothing was sent after it: {told:?}");
        let is_member = scene.world.member(scene.office.practice, OLD).is_some();
        assert_eq!(is_member, invitation.joins());
        assert!(scene.world.account(RIGHT).is_none());
        let refused = |what: &Told| match what {
            Told::Done | Told::HasAccount | Told::Changed => true,
            Told::NotOpen(NotOpen::Registered) | Told::Dead(DeadLink::Used) => true,
            Told::NotOpen(_) | Told::Dead(_) => false,
        };
        assert!(told.iter().all(|(_, what)| refused(what)), "{told:?}");
        return;
    }
    assert!(winners >= 1, "somebody must win: {told:?}");
    assert!(!seen || winners == 1, "each saw the same version: {told:?}");
    assert!(scene.world.account(OLD).is_none() && scene.world.account(RIGHT).is_none());
    let withdrawn = matches!(invitation.state, InvitationState::Withdrawn { .. });
    assert_eq!(withdrawn, done(Actor::Withdraw), "{told:?}");
    let address = if done(Actor::Correct) { RIGHT } else { OLD };
    assert_eq!(invitation.email, to(address).email, "{told:?}");
    assert_eq!(scene.world.row_of(scene.office.practice, address).is_some(), !withdrawn);
    let sends = usize::from(done(Actor::Correct)) + usize::from(done(Actor::Resend));
    assert_eq!(invitation.generation as usize, 1 + sends, "each send made one link: {told:?}");
}

const PAIRS: [[Actor; 2]; 6] = [
    [Actor::Accept, Actor::Correct],
    [Actor::Accept, Actor::Withdraw],
    [Actor::Accept, Actor::Resend],
    [Actor::Correct, Actor::Withdraw],
    [Actor::Correct, Actor::Resend],
    [Actor::Withdraw, Actor::Resend],
];

/// REG-6, INV-5, INV-7, INV-9, LIST-1
#[test]
fn of_two_who_act_at_once_one_wins_and_nothing_is_half_done() {
    for pair in PAIRS {
        let orders = every_order(&pair, Grain::Calls, false, Placement::InPractice);
        assert!(orders > 2, "{pair:?} met in {orders} orders only");
    }
}

/// REG-6, LIST-1, PRA-4
#[test]
fn an_outside_registration_races_in_the_same_way() {
    for pair in &PAIRS[..3] {
        every_order(pair, Grain::Calls, false, Placement::Outside);
    }
}

/// REG-6, INV-4, INV-5, INV-7, INV-9
#[test]
fn of_three_or_four_who_act_at_once_nothing_is_half_done() {
    use Actor::{Accept, Correct, Resend, Withdraw};
    for trio in [[Accept, Correct, Withdraw], [Accept, Correct, Resend], [Accept, Withdraw, Resend]] {
        every_order(&trio, Grain::Commits, false, Placement::InPractice);
    }
    every_order(&[Accept, Correct, Withdraw, Resend], Grain::Commits, false, Placement::Outside);
}

/// INV-7, INV-9: two managers who look at the same page cannot both change it.
#[test]
fn two_managers_who_saw_the_same_version_cannot_both_change_it() {
    every_order(&[Actor::Correct, Actor::Withdraw], Grain::Calls, true, Placement::InPractice);
    every_order(&[Actor::Withdraw, Actor::Withdraw], Grain::Calls, true, Placement::InPractice);
}

/// INV-4, INV-7: the loser of a double click is told that it was changed, not that somebody else has the address.
#[test]
fn a_correction_that_comes_twice_at_once_changes_it_once() {
    every_order(&[Actor::Correct, Actor::Correct], Grain::Calls, true, Placement::InPractice);
}

/// REG-6: a double click on the last button.
#[test]
fn two_simultaneous_completions_make_one_account() {
    let both = [Actor::Accept, Actor::Accept];
    let orders = every_order(&both, Grain::Commits, false, Placement::InPractice);
    assert!(orders >= 2);
    for seed in 0..300 {
        let mut dice = Dice(seed);
        one_order(&both, Grain::Calls, false, Placement::InPractice, |of| dice.below(of));
    }
}

/// LIST-1, INV-3: whichever is first, nobody with an account is left in a list as invited from outside.
#[test]
fn an_invitation_from_outside_that_meets_a_registration_leaves_nothing_behind() {
    let orders = Orders::each(|orders| {
        let scene = scene(Placement::InPractice);
        let world = &scene.world;
        let other = world.office("other@y.example");
        let caller = world.product(other.practice, Product::SecureMail);
        world.store.set(Grain::Commits);
        let told = interleave(
            vec![
                Box::pin(async { act(&scene, Actor::Accept, None).await == Told::Done }) as Job<'_, bool>,
                Box::pin(async {
                    let cmd = invite(other.manager, OLD, Kind::Doctor, Placement::Outside);
                    usecase::invite_person(&world.ports, &caller, cmd).await.is_ok()
                }),
            ],
            |of| orders.choose(of),
        );
        world.store.set(Grain::Whole);
        assert_eq!(told, [true, true]);
        let wrong = problems(world);
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
    assert!(orders >= 2);
}

/// LIST-1, INV-3, INV-9: as many are open as before, and yet not the same ones.
#[test]
fn a_registration_sees_also_what_took_the_place_of_another_invitation() {
    Orders::each(|orders| {
        let scene = scene(Placement::InPractice);
        let world = &scene.world;
        let (second, third) = (world.office("second@y.example"), world.office("third@z.example"));
        let invitation = world.invite(&second, OLD, Kind::Staff, Placement::InPractice).expect("invited").id;
        let (manager, caller) = (world.manager(second.manager), world.product(third.practice, Product::SecureMail));
        world.store.set(Grain::Commits);
        interleave(
            vec![
                Box::pin(async { act(&scene, Actor::Accept, None).await == Told::Done }) as Job<'_, bool>,
                Box::pin(async {
                    let cmd = WithdrawInvitation { invitation, seen: None };
                    usecase::withdraw_invitation(&world.ports, &manager, cmd).await.is_ok()
                }),
                Box::pin(async {
                    let cmd = invite(third.manager, OLD, Kind::Doctor, Placement::Outside);
                    usecase::invite_person(&world.ports, &caller, cmd).await.is_ok()
                }),
            ],
            |of| orders.choose(of),
        );
        world.store.set(Grain::Whole);
        let wrong = problems(world);
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}

/// INV-7, LIST-1: a correction to an address that is registering elsewhere.
#[test]
fn a_correction_that_meets_a_registration_of_the_new_address_leaves_nothing_behind() {
    Orders::each(|orders| {
        let scene = scene(Placement::InPractice);
        let world = &scene.world;
        let other = world.office("other@y.example");
        let invited = world.invite(&other, "typo@x.example", Kind::Doctor, Placement::Outside).expect("invited").id;
        let manager = world.manager(other.manager);
        world.store.set(Grain::Commits);
        interleave(
            vec![
                Box::pin(async { act(&scene, Actor::Accept, None).await == Told::Done }) as Job<'_, bool>,
                Box::pin(async {
                    let cmd = CorrectInvitation { invitation: invited, seen: None, to: to(OLD) };
                    match usecase::correct_invitation(&world.ports, &manager, cmd).await {
                        Ok(_) => true,
                        Err(CorrectInvitationError::HasAccount) => false,
                        Err(other) => panic!("{other:?}"),
                    }
                }),
            ],
            |of| orders.choose(of),
        );
        world.store.set(Grain::Whole);
        let wrong = problems(world);
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}

/// INV-4: a product's double call makes one invitation.
#[test]
fn two_invitations_of_one_address_at_once_make_one() {
    Orders::each(|orders| {
        let scene = scene(Placement::InPractice);
        let world = &scene.world;
        let caller = world.product(scene.office.practice, Product::SecureMail);
        world.store.set(Grain::Calls);
        let ask = || async {
            let cmd = invite(scene.office.manager, "twice@x.example", Kind::Staff, Placement::InPractice);
            match usecase::invite_person(&world.ports, &caller, cmd).await {
                Ok(_) => true,
                Err(InvitePersonError::AlreadyInvited(_)) => false,
                Err(other) => panic!("{other:?}"),
            }
        };
        let told = interleave(vec![Box::pin(ask()) as Job<'_, bool>, Box::pin(ask())], |of| orders.choose(of));
        world.store.set(Grain::Whole);
        assert_eq!(told.iter().filter(|done| **done).count(), 1);
        assert!(problems(world).is_empty());
    });
}

/// REG-6: the same address registers with the invitations of two practices; the second run is told, not kept waiting.
#[test]
fn a_second_run_of_an_address_that_has_registered_is_refused_in_words() {
    let scene = scene(Placement::InPractice);
    let world = &scene.world;
    let other = world.office("other@y.example");
    world.set_two_step(other.manager, false, false);
    let second = world.invite(&other, OLD, Kind::Staff, Placement::InPractice).expect("invited").id;
    let cookie = world.begin(&world.link(second));
    world.walk(&cookie);
    world.complete(&scene.cookie).expect("the first completes");
    let refused = world.complete(&cookie).expect_err("there is an account");
    assert!(matches!(refused, CompleteRegistrationError::HasAccount), "{refused:?}");
    let opened = run(usecase::open_invitation(&world.ports, &world.link(second)));
    assert!(matches!(opened, Ok(usecase::Opening::Join(_))), "the link asks them to join");
}

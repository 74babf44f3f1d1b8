//! The second step, when others come between.

use practice_domain::usecase::{self, Enroller, Entrance, RedeemError};

use crate::world::check::check;
use crate::world::interleave::{Dice, Job, Orders, interleave, run};
use crate::world::people::sign_in;
use crate::world::{GOOD, Grain, MINUTE, WRONG, World};

const ANN: &str = "ann@x.example";

fn enrolled() -> World {
    let world = World::new();
    let office = world.office("boss@x.example");
    world.colleague(&office, ANN);
    world.enrol(&world.fresh_person(ANN)).expect("enrolled");
    world.later(MINUTE);
    world
}

/// OT-08: two sign-ins with the same code at the same moment: one comes in.
#[test]
fn one_code_at_two_doors_opens_one() {
    let orders = Orders::each(|orders| {
        let world = enrolled();
        let halves = [world.half(ANN), world.half(ANN)].map(|half| world.half_way(&half));
        let code = world.app(halves[0].account(), 0);
        world.store.set(Grain::Commits);
        let (ports, code) = (&world.ports, &code);
        let redeem = |half| async move { usecase::redeem_second_factor(ports, half, code).await.is_ok() };
        let both = halves.iter().map(|half| Box::pin(redeem(half)) as Job<'_, bool>).collect();
        let mut told = interleave(both, |of| orders.choose(of));
        world.store.set(Grain::Whole);
        told.sort_unstable();
        assert_eq!(told, [false, true]);
        check(&world);
    });
    assert!(orders > 1);
}

/// SESS-3: twenty guesses at one half-way sign-in at once: five are answered, the right one among the late ones opens nothing.
#[test]
fn of_twenty_codes_at_once_five_are_looked_at() {
    for seed in 0..8 {
        let world = enrolled();
        let half = world.half(ANN);
        let (who, mut dice) = (world.half_way(&half), Dice(seed));
        world.store.set(Grain::Calls);
        let guess = || async {
            matches!(
                usecase::redeem_second_factor(&world.ports, &who, "nonsense").await,
                Err(RedeemError::WrongCode { .. })
            )
        };
        let jobs = (0..20).map(|_| Box::pin(guess()) as Job<'_, bool>).collect();
        let looked = interleave(jobs, |of| dice.below(of)).into_iter().filter(|looked| *looked).count();
        world.store.set(Grain::Whole);
        assert_eq!(looked, 5);
        assert_eq!(world.facts_of("second-factor.wrong").len(), 5);
        let code = world.app(who.account(), 0);
        assert!(run(usecase::redeem_second_factor(&world.ports, &who, &code)).is_err());
        check(&world);
    }
}

/// LK-05: whichever order the seventh failure and the second step come in, nobody comes in after the lock.
#[test]
fn a_lock_and_a_second_step_have_an_order() {
    let orders = Orders::each(|orders| {
        let world = enrolled();
        let half = world.half_way(&world.half(ANN));
        for _ in 0..6 {
            assert!(world.enter(ANN, WRONG, None).is_err());
        }
        let code = world.app(half.account(), 0);
        world.store.set(Grain::Commits);
        let both: Vec<Job<'_, bool>> = vec![
            Box::pin(async { usecase::redeem_second_factor(&world.ports, &half, &code).await.is_ok() }),
            Box::pin(async { usecase::sign_in(&world.ports, sign_in(ANN, WRONG, None)).await.is_ok() }),
        ];
        let told = interleave(both, |of| orders.choose(of));
        world.store.set(Grain::Whole);
        assert!(!told[1]);
        let audit = world.memory.audit();
        let locked = audit.iter().position(|entry| entry.fact.code() == "account.locked").expect("locked");
        let after = audit[locked..].iter().filter(|entry| entry.fact.code() == "sign-in.succeeded").count();
        assert_eq!(after, 0, "somebody signed in after the lock");
        check(&world);
    });
    assert!(orders > 1);
}

/// SESS-3: whoever sets up a second factor while somebody signs in with the password alone: once it is there, nobody comes in
/// without it, however long the password took to check.
#[test]
fn a_second_factor_that_is_set_up_meanwhile_is_asked_for() {
    let orders = Orders::each(|orders| {
        let world = World::new();
        let office = world.office("boss@x.example");
        world.colleague(&office, ANN);
        let ann = world.fresh_person(ANN);
        run(usecase::begin_second_factor(&world.ports, Enroller::SignedIn(&ann))).expect("begun");
        let code = world.app(ann.who().account(), 0);
        let begun = world.memory.audit().len();
        world.store.set(Grain::Calls);
        let both: Vec<Job<'_, bool>> = vec![
            Box::pin(async {
                usecase::confirm_second_factor(&world.ports, Enroller::SignedIn(&ann), &code).await.is_ok()
            }),
            Box::pin(async {
                let entrance = usecase::sign_in(&world.ports, sign_in(ANN, GOOD, None)).await;
                matches!(entrance.expect("the password is right"), Entrance::Whole(_))
            }),
        ];
        let told = interleave(both, |of| orders.choose(of));
        world.store.set(Grain::Whole);
        assert!(told[0]);
        let audit = &world.memory.audit()[begun..];
        let order = |code: &str| audit.iter().position(|entry| entry.fact.code() == code);
        assert_eq!(told[1], order("sign-in.succeeded").is_some());
        if told[1] {
            assert!(order("sign-in.succeeded") < order("second-factor.enrolled"), "somebody came in without it");
        }
        check(&world);
    });
    assert!(orders > 1);
}

/// SESS-3: an administrator's reset, or the person's removal, while a code is on its way: what was asked for is asked for still.
#[test]
fn a_second_factor_that_is_taken_away_meanwhile_lets_nobody_in_with_its_code() {
    Orders::each(|orders| {
        let world = enrolled();
        let device = world.half(ANN);
        let half = world.half_way(&device);
        let code = world.app(half.account(), 0);
        let welcome = world.redeem(&world.half(ANN), &world.app(half.account(), -1)).expect("signed in");
        let ann = run(usecase::authenticate(&world.ports, &welcome.cookie, crate::world::origin()));
        let ann = ann.expect("asked").expect("live").fresh().expect("fresh");
        world.store.set(Grain::Commits);
        let both: Vec<Job<'_, bool>> = vec![
            Box::pin(async { usecase::redeem_second_factor(&world.ports, &half, &code).await.is_ok() }),
            Box::pin(async { usecase::remove_second_factor(&world.ports, &ann).await.expect("removed") }),
        ];
        let told = interleave(both, |of| orders.choose(of));
        world.store.set(Grain::Whole);
        assert!(told[1]);
        let order = |code: &str| world.memory.audit().iter().rposition(|entry| entry.fact.code() == code);
        if told[0] {
            assert!(order("sign-in.succeeded") < order("second-factor.removed"));
        }
        assert!(world.try_sign_in(ANN, GOOD, None).is_ok());
        check(&world);
    });
}

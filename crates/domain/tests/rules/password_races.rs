//! What happens to links and code words when several people are fastest at once.

use practice_domain::employee::Login;
use practice_domain::member::Role;
use practice_domain::policy::Preset;
use practice_domain::usecase::{self, DeactivateEmployeeError, WordAnswer};
use practice_domain::value::PasswordLinkId;
use practice_testkit::scene::operator;

use crate::world::check::check;
use crate::world::interleave::{Dice, Job, Orders, interleave, run};
use crate::world::people::Office;
use crate::world::staff::{BETTER, set, wrong_word};
use crate::world::{GOOD, Grain, World, email, origin};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";

fn office() -> (World, Office) {
    let world = World::new();
    let office = world.office_of(BOSS, Preset::Office);
    (world, office)
}

/// CODE-3, CW-04: of fifty guesses at once, in as many browsers with the same link, at most five are looked at.
#[test]
fn fifty_parallel_guesses_get_five_tries() {
    for seed in 0..20 {
        let (world, office) = office();
        world.hire(&office, ANN, Role::Hygienist);
        world.ask_for_reset(ANN);
        let link = world.password_link(world.reset_link(ANN));
        let cookies: Vec<_> = (0..50).map(|_| world.open(&link)).collect();
        let (wrong, origin) = (wrong_word(), origin());
        world.store.set(if seed % 2 == 0 { Grain::Calls } else { Grain::Commits });
        let jobs: Vec<Job<'_, bool>> = (cookies.iter())
            .map(|cookie| -> Job<'_, bool> {
                let guess = usecase::give_code_word(&world.ports, cookie, &wrong, &origin);
                Box::pin(async { guess.await.is_ok() })
            })
            .collect();
        let mut dice = Dice(seed);
        let looked_at = interleave(jobs, |of| dice.below(of)).into_iter().filter(|looked_at| *looked_at).count();
        world.store.set(Grain::Whole);
        assert_eq!((looked_at, world.facts_of("code-word.wrong").len()), (5, 5), "seed {seed}");
        assert!(world.give(&cookies[0], &world.word(office.practice)).is_err());
        check(&world);
    }
}

/// CODE-3: the right word and the last wrong one at once, in one browser: either it leads on, or the link is dead; never both.
#[test]
fn a_word_that_was_taken_leads_on_in_any_order() {
    let mut taken = [0, 0];
    let orders = Orders::each(|orders| {
        let (world, office) = office();
        world.hire(&office, ANN, Role::Hygienist);
        world.ask_for_reset(ANN);
        let cookie = world.open(&world.password_link(world.reset_link(ANN)));
        let (right, wrong, origin) = (world.word(office.practice), wrong_word(), origin());
        for _ in 0..4 {
            world.give(&cookie, &wrong).expect("looked at");
        }
        world.store.set(Grain::Commits);
        let [right, wrong] = [&right, &wrong].map(|word| usecase::give_code_word(&world.ports, &cookie, word, &origin));
        let jobs: Vec<Job<'_, bool>> = vec![
            Box::pin(async { matches!(right.await, Ok(WordAnswer::Right)) }),
            Box::pin(async { matches!(wrong.await, Ok(WordAnswer::Wrong { tries_left: 0 })) }),
        ];
        let answers = interleave(jobs, |of| orders.choose(of));
        world.store.set(Grain::Whole);
        assert_ne!(answers[0], answers[1], "one of both");
        assert_eq!(world.set(&cookie, BETTER).is_ok(), answers[0]);
        taken[usize::from(answers[0])] += 1;
        check(&world);
    });
    assert!(orders > 1 && taken.iter().all(|times| *times > 0), "{orders} orders, {taken:?}");
}

/// CODE-1, CODE-3: in no order does a word that was rotated lead to a password.
#[test]
fn a_rotated_word_sets_no_password_in_any_order() {
    let orders = Orders::each(|orders| {
        let (world, office) = office();
        world.hire(&office, ANN, Role::Hygienist);
        world.ask_for_reset(ANN);
        let cookie = world.open(&world.password_link(world.reset_link(ANN)));
        let (old, admin, origin) = (world.word(office.practice), world.word_keeper(BOSS), origin());
        world.store.set(Grain::Commits);
        let guess = usecase::give_code_word(&world.ports, &cookie, &old, &origin);
        let rotation = usecase::rotate_code_word(&world.ports, &admin);
        let jobs: Vec<Job<'_, Option<bool>>> = vec![
            Box::pin(async { Some(matches!(guess.await, Ok(WordAnswer::Right))) }),
            Box::pin(async { rotation.await.map(|_| None).expect("rotated") }),
        ];
        interleave(jobs, |of| orders.choose(of));
        world.store.set(Grain::Whole);
        assert!(world.set(&cookie, BETTER).is_err(), "a dead word led to a password");
        assert!(world.try_sign_in(ANN, GOOD, None).is_ok());
        check(&world);
    });
    assert!(orders > 1, "{orders} orders");
}

/// CODE-1, CODE-3: a rotation between the word and the password.
#[test]
fn a_rotation_beside_set_password_has_one_winner() {
    let orders = Orders::each(|orders| {
        let (world, office) = office();
        world.hire(&office, ANN, Role::Hygienist);
        world.ask_for_reset(ANN);
        let cookie = world.open(&world.password_link(world.reset_link(ANN)));
        world.give(&cookie, &world.word(office.practice)).expect("looked at");
        let (admin, origin) = (world.word_keeper(BOSS), origin());
        let before = world.store.commits().len();
        world.store.set(Grain::Commits);
        let setting = usecase::set_password(&world.ports, &cookie, set(BETTER), &origin);
        let rotation = usecase::rotate_code_word(&world.ports, &admin);
        let jobs: Vec<Job<'_, bool>> =
            vec![Box::pin(async { setting.await.is_ok() }), Box::pin(async { rotation.await.is_ok() })];
        let answers = interleave(jobs, |of| orders.choose(of));
        world.store.set(Grain::Whole);
        let facts: Vec<_> = world.store.commits()[before..].iter().map(|c| c.entries()[0].fact.code()).collect();
        let first = facts.first().copied();
        assert_eq!(answers[0], first == Some("account.password-set"), "{facts:?}");
        assert!(answers[1], "a rotation always comes through");
        check(&world);
    });
    assert!(orders > 1, "{orders} orders");
}

/// EMP-2, EMP-3: whoever is fastest, a deactivated employee has no account that works.
#[test]
fn deactivation_beside_a_setup_leaves_nobody_who_can_sign_in() {
    let orders = Orders::each(|orders| {
        let (world, office) = office();
        let id = world.add_employee(&office);
        world.activate(&office, id, ANN, Role::FrontDesk).expect("activated");
        let cookie = world.open(&world.password_link(PasswordLinkId(id.0)));
        world.give(&cookie, &world.word(office.practice)).expect("looked at");
        let (admin, origin) = (world.admin(BOSS), origin());
        world.store.set(Grain::Commits);
        let setting = usecase::set_password(&world.ports, &cookie, set(BETTER), &origin);
        let leaving = usecase::deactivate_employee(&world.ports, &admin, id);
        let jobs: Vec<Job<'_, bool>> =
            vec![Box::pin(async { setting.await.is_ok() }), Box::pin(async { leaving.await.is_ok() })];
        let answers = interleave(jobs, |of| orders.choose(of));
        world.store.set(Grain::Whole);
        assert!(answers[1], "a deactivation always comes through");
        assert_eq!(world.account(ANN).is_some(), answers[0]);
        assert!(!world.employee(office.practice, id).active);
        assert!(world.try_sign_in(ANN, BETTER, None).is_err());
        check(&world);
    });
    assert!(orders > 1, "{orders} orders");
}

/// EMP-3, EMP-4: the same beside a reset.
#[test]
fn deactivation_beside_a_reset_leaves_nobody_who_can_sign_in() {
    let orders = Orders::each(|orders| {
        let (world, office) = office();
        let id = world.hire(&office, ANN, Role::Hygienist);
        world.ask_for_reset(ANN);
        let cookie = world.open(&world.password_link(world.reset_link(ANN)));
        world.give(&cookie, &world.word(office.practice)).expect("looked at");
        let (admin, origin) = (world.admin(BOSS), origin());
        world.store.set(Grain::Commits);
        let setting = usecase::set_password(&world.ports, &cookie, set(BETTER), &origin);
        let leaving = usecase::deactivate_user_account(&world.ports, &admin, id);
        let jobs: Vec<Job<'_, bool>> =
            vec![Box::pin(async { setting.await.is_ok() }), Box::pin(async { leaving.await.is_ok() })];
        let answers = interleave(jobs, |of| orders.choose(of));
        world.store.set(Grain::Whole);
        assert!(answers[1], "a deactivation always comes through");
        assert!(world.try_sign_in(ANN, BETTER, None).is_err() && world.try_sign_in(ANN, GOOD, None).is_err());
        check(&world);
    });
    assert!(orders > 1, "{orders} orders");
}

/// TN-06, PRA-3: two Owners who deactivate each other: one succeeds.
#[test]
fn two_owners_who_deactivate_each_other_leave_one() {
    let orders = Orders::each(|orders| {
        let (world, office) = office();
        let second = world.hire(&office, ANN, Role::Owner);
        run(usecase::grant_user_manager(&world.ports, &operator(), office.practice, &email(ANN))).expect("granted");
        let boss = world.account(BOSS).expect("an account").id;
        let first = world
            .employees(office.practice)
            .into_iter()
            .map(|row| row.employee)
            .find(|employee| matches!(employee.login, Login::Member { account, .. } if account == boss));
        let first = first.expect("listed").id;
        let (one, two) = (world.admin(BOSS), world.admin(ANN));
        world.store.set(Grain::Commits);
        let jobs: Vec<Job<'_, Result<(), DeactivateEmployeeError>>> = vec![
            Box::pin(async { usecase::deactivate_employee(&world.ports, &one, second).await.map(|_| ()) }),
            Box::pin(async { usecase::deactivate_user_account(&world.ports, &two, first).await.map(|_| ()) }),
        ];
        let answers = interleave(jobs, |of| orders.choose(of));
        world.store.set(Grain::Whole);
        let done = answers.iter().filter(|answer| answer.is_ok()).count();
        let last = answers.iter().filter(|a| matches!(a, Err(DeactivateEmployeeError::LastOwner))).count();
        assert_eq!((done, last), (1, 1), "{answers:?}");
        check(&world);
    });
    assert!(orders > 1, "{orders} orders");
}

/// TK-03: one link, many browsers with the word: one password.
#[test]
fn a_link_sets_one_password() {
    for seed in 0..20 {
        let (world, office) = office();
        let id = world.add_employee(&office);
        world.activate(&office, id, ANN, Role::FrontDesk).expect("activated");
        let link = world.password_link(PasswordLinkId(id.0));
        let cookies: Vec<_> = (0..10).map(|_| world.open(&link)).collect();
        for cookie in &cookies {
            world.give(cookie, &world.word(office.practice)).expect("looked at");
        }
        let origin = origin();
        world.store.set(Grain::Calls);
        let jobs: Vec<Job<'_, bool>> = (cookies.iter())
            .map(|cookie| -> Job<'_, bool> {
                let setting = usecase::set_password(&world.ports, cookie, set(BETTER), &origin);
                Box::pin(async { setting.await.is_ok() })
            })
            .collect();
        let mut dice = Dice(seed);
        let done = interleave(jobs, |of| dice.below(of)).into_iter().filter(|done| *done).count();
        world.store.set(Grain::Whole);
        assert_eq!((done, world.facts_of("account.password-set").len()), (1, 1), "seed {seed}");
        check(&world);
    }
}

/// CODE-3: an activation beside a rotation: whoever waits is texted the word in force.
#[test]
fn nobody_who_waits_misses_a_rotation() {
    let orders = Orders::each(|orders| {
        let (world, office) = office();
        let (first, id) = (world.add_employee(&office), world.add_employee(&office));
        world.activate(&office, first, "first@x.example", Role::FrontDesk).expect("activated");
        world.deliver();
        let (admin, fresh) = (world.admin(BOSS), world.word_keeper(BOSS));
        let before = world.phone.words().len();
        let cmd = usecase::ActivateEmployee {
            employee: id,
            email: email(ANN),
            cell: crate::world::staff::cell(),
            role: Role::FrontDesk,
        };
        world.store.set(Grain::Commits);
        let activation = usecase::activate_employee(&world.ports, &admin, cmd);
        let rotation = usecase::rotate_code_word(&world.ports, &fresh);
        let jobs: Vec<Job<'_, bool>> =
            vec![Box::pin(async { activation.await.is_ok() }), Box::pin(async { rotation.await.is_ok() })];
        assert_eq!(interleave(jobs, |of| orders.choose(of)), [true, true]);
        world.store.set(Grain::Whole);
        world.deliver();
        let texts = world.phone.words();
        let new = world.word(office.practice);
        assert_eq!(texts.len() - before, 2, "one text for each who waits");
        assert!(texts[before..].iter().all(|text| text.word.expose() == new.expose()), "somebody got a dead word");
        check(&world);
    });
    assert!(orders > 1, "{orders} orders");
}

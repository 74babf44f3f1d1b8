//! Changing an address while others want the same one, and a profile while a lock falls.

use practice_domain::channel::Placement;
use practice_domain::commit::Name;
use practice_domain::member::Kind;
use practice_domain::port::Store;
use practice_domain::usecase;

use crate::world::check::check;
use crate::world::interleave::{Job, Orders, interleave, run};
use crate::world::people::sign_in;
use crate::world::{GOOD, Grain, WRONG, World, email, name, origin, password};

const ANN: &str = "ann@x.example";
const NEW: &str = "new@y.example";

fn asked(world: &World, who: &str) -> String {
    let fresh = world.fresh_person(who);
    run(usecase::ask_email_change(&world.ports, &fresh, email(NEW))).expect("asked");
    let account = fresh.who().account();
    let serial = run(world.store.email_change(account)).expect("stored").expect("there").serial;
    world.ports.keys.email_change_link(account, serial).0
}

/// Section 11, REG-6: of an address that is confirmed and registered at the same moment one account comes.
#[test]
fn a_change_and_a_registration_of_one_address_make_one_account() {
    let (mut changed, mut registered) = (0, 0);
    let orders = Orders::each(|orders| {
        let world = World::new();
        let office = world.office("boss@x.example");
        world.colleague(&office, ANN);
        let invitation = world.invite(&office, NEW, Kind::Staff, Placement::InPractice).expect("invited").id;
        let cookie = world.begin(&world.link(invitation));
        world.walk(&cookie);
        let link = asked(&world, ANN);
        world.store.set(Grain::Commits);
        let complete = || async {
            let cmd = usecase::CompleteRegistration { password: password(GOOD), again: password(GOOD) };
            usecase::complete_registration(&world.ports, &cookie, cmd, &origin()).await.is_ok()
        };
        let both: Vec<Job<'_, bool>> = vec![
            Box::pin(async { usecase::confirm_email_change(&world.ports, &link, &origin()).await.is_ok() }),
            Box::pin(complete()),
        ];
        let told = interleave(both, |of| orders.choose(of));
        world.store.set(Grain::Whole);
        assert_ne!(told[0], told[1], "one of them has the address");
        changed += usize::from(told[0]);
        registered += usize::from(told[1]);
        assert!(run(world.store.holder(&Name::address(&email(NEW)))).expect("stored").is_some());
        check(&world);
    });
    assert!(orders > 1 && changed > 0 && registered > 0);
}

/// Section 11: of two who confirm the same address at the same moment one has it.
#[test]
fn two_changes_to_one_address_have_one_winner() {
    Orders::each(|orders| {
        let world = World::new();
        let office = world.office("boss@x.example");
        world.colleague(&office, ANN);
        let links = [asked(&world, ANN), asked(&world, "boss@x.example")];
        world.store.set(Grain::Commits);
        let (ports, here) = (&world.ports, &origin());
        let confirm = |link| async move { usecase::confirm_email_change(ports, link, here).await.is_ok() };
        let both = links.iter().map(|link| Box::pin(confirm(link)) as Job<'_, bool>).collect();
        let mut told = interleave(both, |of| orders.choose(of));
        world.store.set(Grain::Whole);
        told.sort_unstable();
        assert_eq!(told, [false, true]);
        check(&world);
    });
}

/// LIST-1: an invitation from outside to an address that becomes somebody's at that moment does not stay open.
#[test]
fn an_invitation_to_a_changing_address_gives_way_or_is_not_made() {
    Orders::each(|orders| {
        let world = World::new();
        let office = world.office("boss@x.example");
        world.colleague(&office, ANN);
        let link = asked(&world, ANN);
        let caller = world.product(office.practice, practice_domain::channel::Product::SecureMail);
        let cmd = crate::world::people::invite("boss@x.example", NEW, Kind::Patient, Placement::Outside);
        world.store.set(Grain::Commits);
        let both: Vec<Job<'_, bool>> = vec![
            Box::pin(async { usecase::confirm_email_change(&world.ports, &link, &origin()).await.is_ok() }),
            Box::pin(async { usecase::invite_person(&world.ports, &caller, cmd).await.is_ok() }),
        ];
        assert_eq!(interleave(both, |of| orders.choose(of)), [true, true]);
        world.store.set(Grain::Whole);
        check(&world);
    });
}

/// LOCK-2: the badge on the row agrees with the lock when the row is written anew at that moment.
#[test]
fn the_badge_agrees_with_the_lock_when_a_profile_changes() {
    Orders::each(|orders| {
        let world = World::new();
        let office = world.office("boss@x.example");
        world.colleague(&office, ANN);
        let who = world.signed_in(ANN);
        for _ in 0..6 {
            assert!(world.try_sign_in(ANN, WRONG, None).is_err());
        }
        let phones = world.account(ANN).expect("an account").phones;
        let cmd = usecase::ChangeProfile { name: name("Anna", "Leeds"), phones, time_zone: None };
        world.store.set(Grain::Commits);
        let both: Vec<Job<'_, bool>> = vec![
            Box::pin(async { usecase::change_profile(&world.ports, &who, cmd).await.is_ok() }),
            Box::pin(async { usecase::sign_in(&world.ports, sign_in(ANN, WRONG, None)).await.is_ok() }),
        ];
        assert_eq!(interleave(both, |of| orders.choose(of)), [true, false]);
        world.store.set(Grain::Whole);
        assert!(world.row_of(office.practice, ANN).expect("listed").locked);
        check(&world);
    });
}

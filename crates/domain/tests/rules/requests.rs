//! Requests that come twice, too often, or at once.

use practice_domain::access::{ProductCaller, UserManager};
use practice_domain::channel::{Placement, Product};
use practice_domain::member::Kind;
use practice_domain::usecase::{
    self, CorrectInvitation, CorrectInvitationError, Idempotency, InvitePersonError, Invited, Reinvite, ReinviteError,
};
use practice_domain::value::InvitationId;

use crate::world::check::check;
use crate::world::interleave::{Job, Orders, interleave, run};
use crate::world::people::{Office, invite, to};
use crate::world::{DAY, Grain, MINUTE, World};

const NEW: &str = "new.person@x.example";

fn scene() -> (World, Office, ProductCaller, UserManager) {
    let world = World::new();
    let office = world.office("boss@x.example");
    let caller = world.product(office.practice, Product::TruForm);
    let who = world.manager(office.manager);
    (world, office, caller, who)
}

async fn ask(
    world: &World,
    caller: &ProductCaller,
    who: &str,
    idempotency: Option<Idempotency>,
) -> Result<Invited, InvitePersonError> {
    let cmd = invite("boss@x.example", who, Kind::Patient, Placement::Outside);
    usecase::invite_person(&world.ports, caller, usecase::InvitePerson { idempotency, ..cmd }).await
}

fn send_again(world: &World, who: &UserManager, invitation: InvitationId) -> Result<(), ReinviteError> {
    run(usecase::reinvite(&world.ports, who, Reinvite { invitation })).map(|_| ())
}

/// INV-4
#[test]
fn an_address_has_one_open_invitation_in_a_practice() {
    let (world, office, caller, who) = scene();
    let first = run(ask(&world, &caller, NEW, None)).expect("invited").id;
    let again = run(ask(&world, &caller, "New.Person@X.EXAMPLE", None));
    assert!(matches!(again, Err(InvitePersonError::AlreadyInvited(id)) if id == first));
    let other = run(ask(&world, &caller, "other.person@x.example", None)).expect("invited").id;
    let cmd = CorrectInvitation { invitation: other, seen: None, to: to(NEW) };
    let taken = run(usecase::correct_invitation(&world.ports, &who, cmd));
    assert!(matches!(taken, Err(CorrectInvitationError::AlreadyInvited)));
    let elsewhere = world.office("other@y.example");
    assert!(world.invite(&elsewhere, NEW, Kind::Patient, Placement::Outside).is_ok(), "other practices may ask too");
    assert_eq!(world.rows(office.practice).len(), 3);
    check(&world);
}

/// INV-4, INV-5: an expired invitation gives way to a new one.
#[test]
fn a_new_invitation_takes_the_place_of_an_expired_one() {
    let (world, office, caller, _) = scene();
    let first = run(ask(&world, &caller, NEW, None)).expect("invited").id;
    world.later(7 * DAY);
    let second = run(ask(&world, &caller, NEW, None)).expect("invited").id;
    assert_ne!(first, second);
    assert!(world.row(office.practice, first).is_none() && world.row(office.practice, second).is_some());
    assert_eq!(world.facts_of("invitation.superseded").len(), 1);
    check(&world);
}

/// INV-3, INV-7: nobody's address is corrected to one that has an account.
#[test]
fn a_correction_to_an_address_with_an_account_is_refused() {
    let (world, office, caller, who) = scene();
    let invitation = run(ask(&world, &caller, NEW, None)).expect("invited").id;
    let commits = world.store.commits().len();
    let cmd = CorrectInvitation { invitation, seen: None, to: to(office.manager) };
    let refused = run(usecase::correct_invitation(&world.ports, &who, cmd));
    assert!(matches!(refused, Err(CorrectInvitationError::HasAccount)));
    assert_eq!(world.store.commits().len(), commits);
}

/// INV-7: a page that shows an old version changes nothing.
#[test]
fn a_correction_of_what_has_changed_meanwhile_is_refused() {
    let (world, _, caller, who) = scene();
    let invitation = run(ask(&world, &caller, NEW, None)).expect("invited").id;
    let seen = Some(world.invitation(invitation).version);
    send_again(&world, &who, invitation).expect("sent again");
    let refused = run(usecase::correct_invitation(
        &world.ports,
        &who,
        CorrectInvitation { invitation, seen, to: to("b@x.example") },
    ));
    assert!(matches!(refused, Err(CorrectInvitationError::Changed)));
    let cmd = usecase::WithdrawInvitation { invitation, seen };
    let refused = run(usecase::withdraw_invitation(&world.ports, &who, cmd));
    assert!(matches!(refused, Err(usecase::WithdrawInvitationError::Changed)));
    check(&world);
}

/// INV-6: thirty people in an hour, and each of them once more.
#[test]
fn onboarding_thirty_people_in_an_hour_passes() {
    let (world, office, caller, who) = scene();
    for number in 0..30 {
        let id = run(ask(&world, &caller, &format!("person{number}@x.example"), None)).expect("invited").id;
        world.later(MINUTE);
        send_again(&world, &who, id).expect("sent again");
        world.later(MINUTE);
    }
    assert_eq!(world.rows(office.practice).len(), 31);
    check(&world);
}

/// INV-6: the seventh mail to one address on one day is refused, with the moment from which on it is possible.
#[test]
fn an_address_gets_six_mails_a_day() {
    let (world, _, caller, who) = scene();
    let invitation = run(ask(&world, &caller, NEW, None)).expect("invited").id;
    for _ in 0..5 {
        send_again(&world, &who, invitation).expect("sent again");
    }
    let commits = world.store.commits().len();
    let tomorrow = world.now().next_day();
    let refused = send_again(&world, &who, invitation);
    assert!(matches!(refused, Err(ReinviteError::TooMany { possible_at }) if possible_at == tomorrow), "{refused:?}");
    let cmd = CorrectInvitation { invitation, seen: None, to: to(NEW) };
    let refused = run(usecase::correct_invitation(&world.ports, &who, cmd));
    assert!(matches!(refused, Err(CorrectInvitationError::TooMany { possible_at }) if possible_at == tomorrow));
    assert_eq!(world.store.commits().len(), commits, "nothing was changed");
    let cmd = CorrectInvitation { invitation, seen: None, to: to("right@x.example") };
    run(usecase::correct_invitation(&world.ports, &who, cmd)).expect("another address has a budget of its own");
    world.set_clock(tomorrow);
    send_again(&world, &who, invitation).expect("sent again");
    check(&world);
}

/// INV-3, INV-6: plain notices to one person are limited in the same way.
#[test]
fn plain_notices_are_limited_too() {
    let (world, office, caller, _) = scene();
    for _ in 0..6 {
        run(ask(&world, &caller, office.manager, None)).expect("delivered");
    }
    let refused = run(ask(&world, &caller, office.manager, None));
    assert!(matches!(refused, Err(InvitePersonError::TooMany { .. })), "{refused:?}");
}

/// INV-2: a repeated request creates nothing more and gets the same answer; the key is for one request only.
#[test]
fn a_repeated_request_is_answered_from_memory() {
    let (world, _, caller, _) = scene();
    let idempotency = Some(Idempotency { key: [1; 32], request: [2; 32] });
    let first = run(ask(&world, &caller, NEW, idempotency)).expect("invited");
    let commits = world.store.commits().len();
    let again = run(ask(&world, &caller, NEW, idempotency)).expect("answered");
    assert_eq!((again.id, first.replayed, again.replayed), (first.id, false, true));
    assert_eq!(world.store.commits().len(), commits);
    let reused = Some(Idempotency { key: [1; 32], request: [3; 32] });
    let refused = run(ask(&world, &caller, "b@x.example", reused));
    assert!(matches!(refused, Err(InvitePersonError::KeyReused)));
    check(&world);
}

/// INV-2, INV-4: the same request twice at the same moment: one invitation, one answer.
#[test]
fn a_request_that_comes_twice_at_once_has_one_effect() {
    Orders::each(|orders| {
        let (world, _, caller, _) = scene();
        let idempotency = Some(Idempotency { key: [1; 32], request: [2; 32] });
        world.store.set(Grain::Calls);
        let both = (0..2).map(|_| Box::pin(ask(&world, &caller, NEW, idempotency)) as Job<'_, Result<Invited, _>>);
        let told = interleave(both.collect(), |of| orders.choose(of));
        world.store.set(Grain::Whole);
        let ids: Vec<_> = told.iter().map(|told| told.as_ref().expect("answered").id).collect();
        assert_eq!(ids[0], ids[1]);
        assert_eq!(world.facts_of("invitation.issued").len(), 2, "the manager's and this one");
        check(&world);
    });
}

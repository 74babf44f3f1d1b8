//! What becomes of notices: letters, texts, second tries, and what the row shows of it.

use std::time::Duration;

use practice_domain::challenge::Delivery;
use practice_domain::channel::Placement;
use practice_domain::member::Kind;
use practice_domain::person::{MailState, Undeliverable};
use practice_domain::port::{Outbox, Queue, SendError, Settlement};
use practice_domain::registration::Line;
use practice_domain::relay::Delivered;
use practice_domain::usecase::{self, CorrectInvitation, Reinvite, WithdrawInvitation};
use practice_domain::value::InvitationId;
use practice_testkit::scene::operator;
use uuid::Uuid;

use crate::world::check::check;
use crate::world::interleave::run;
use crate::world::people::{Office, to};
use crate::world::{DAY, MINUTE, WRONG, World, both_phones, email, origin};

const BOSS: &str = "boss@x.example";
const NEW: &str = "new.person@x.example";

/// Somebody is invited, and nothing else waits.
fn invited() -> (World, Office, InvitationId) {
    let world = World::new();
    let office = world.office(BOSS);
    world.deliver();
    let id = world.invite(&office, NEW, Kind::Staff, Placement::InPractice).expect("invited").id;
    (world, office, id)
}

fn transient() -> SendError {
    SendError::Transient { reply: "451 later".to_owned() }
}

fn ambiguous() -> SendError {
    SendError::Ambiguous { reply: "the line is dead".to_owned() }
}

fn next(world: &World) -> Option<Delivered> {
    run(world.relay.deliver_next()).expect("the store works")
}

fn mail(world: &World, office: &Office, id: InvitationId) -> MailState {
    world.row(office.practice, id).expect("listed").mail
}

fn subjects(world: &World, who: &str) -> Vec<String> {
    world.mailbox.letters_to(&email(who)).into_iter().map(|letter| letter.subject).collect()
}

/// LOCK-2, LOCK-5, SESS-1, PRA-3, INV-3, INV-10, REG-2: each notice becomes the letter, text or call that it is about.
#[test]
fn every_notice_becomes_its_letter() {
    let (world, office, id) = invited();
    let cookie = world.begin(&world.link(id));
    world.deliver();
    run(usecase::give_phones(&world.ports, &cookie, both_phones(), &origin())).expect("given");
    let landline = (Delivery::Call, Line::Landline);
    let sent = run(usecase::send_secret_code(&world.ports, &cookie, landline, &origin())).expect("ordered");
    world.deliver();
    let rings = world.phone.rings();
    let code = world.ports.keys.secret_code(sent.id, 1);
    assert_eq!((rings.len(), rings[0].by, &rings[0].code), (1, Delivery::Call, &code));
    assert_eq!(Some(&rings[0].to), both_phones().landline.as_ref());
    run(usecase::verify_secret_code(&world.ports, &cookie, &code, &origin())).expect("verified");
    world.walk_on(&cookie);
    world.complete(&cookie).expect("registered");
    for _ in 0..7 {
        assert!(world.try_sign_in(NEW, WRONG, None).is_err());
    }
    world.deliver();
    let member = world.member(office.practice, NEW).expect("a member").id;
    run(usecase::unlock_account(&world.ports, &world.manager(BOSS), member)).expect("unlocked");
    world.signed_in(NEW);
    run(usecase::end_member_sessions(&world.ports, &world.over_sessions(BOSS), member)).expect("ended");
    run(usecase::grant_user_manager(&world.ports, &operator(), office.practice, &email(NEW))).expect("granted");
    let other = world.office("other@y.example");
    world.invite(&other, NEW, Kind::Doctor, Placement::Outside).expect("delivered");
    world.deliver();
    world.invite(&other, NEW, Kind::Doctor, Placement::InPractice).expect("delivered");
    world.deliver();
    let expected = ["invitation", "locked", "unlocked", "sessions", "user managers", "notice", "joining"];
    assert_eq!(subjects(&world, NEW), expected);
    assert_eq!(subjects(&world, BOSS), ["user managers"]);
    assert!(next(&world).is_none());
    check(&world);
}

/// INV-5, INV-7, INV-9: what time has overtaken is dropped; of three sends in a row the newest link goes out.
#[test]
fn what_time_has_overtaken_is_dropped() {
    let (world, office, invitation) = invited();
    let who = world.manager(BOSS);
    run(usecase::reinvite(&world.ports, &who, Reinvite { invitation })).expect("sent again");
    let cmd = CorrectInvitation { invitation, seen: None, to: to("right@x.example") };
    run(usecase::correct_invitation(&world.ports, &who, cmd)).expect("corrected");
    let settled: Vec<_> = world.deliver().into_iter().map(|delivered| delivered.settlement).collect();
    assert_eq!(settled, [Settlement::Obsolete, Settlement::Obsolete, Settlement::Sent]);
    assert!(subjects(&world, NEW).is_empty());
    assert_eq!(world.mailbox.letters_to(&email("right@x.example"))[0].text, world.link(invitation));
    assert_eq!(mail(&world, &office, invitation), MailState::Sent);
    run(usecase::reinvite(&world.ports, &who, Reinvite { invitation })).expect("sent again");
    run(usecase::withdraw_invitation(&world.ports, &who, WithdrawInvitation { invitation, seen: None })).expect("gone");
    assert!(world.deliver().iter().all(|delivered| delivered.settlement == Settlement::Obsolete));
    check(&world);
}

/// INV-10: pauses grow, the row says that the mail waits, and every try is the same mail.
#[test]
fn a_mail_that_fails_is_tried_again_with_growing_pauses() {
    let (world, office, id) = invited();
    let mut notices = Vec::new();
    for (attempt, seconds) in [(1, 30), (2, 120), (3, 600), (4, 1_800), (5, 3_600), (6, 3_600)] {
        world.mailbox.fail_next(if attempt % 2 == 0 { ambiguous() } else { transient() });
        let delivered = next(&world).expect("due");
        assert_eq!(delivered.attempt, attempt);
        let Settlement::Retry(at) = delivered.settlement else { panic!("{delivered:?}") };
        let pause = at.since(world.now());
        let (least, most) = (Duration::from_secs(seconds * 8 / 10), Duration::from_secs(seconds * 12 / 10));
        assert!(pause >= least && pause <= most, "{attempt}: {pause:?}");
        assert_eq!(mail(&world, &office, id), MailState::Queued);
        assert!(next(&world).is_none(), "not before its time");
        world.set_clock(at);
        notices.push(delivered.notice.id);
    }
    assert_eq!(next(&world).expect("due").settlement, Settlement::Sent);
    assert_eq!(mail(&world, &office, id), MailState::Sent);
    let letters = world.mailbox.letters_to(&email(NEW));
    assert_eq!(letters.len(), 4, "three whose fate was unknown, and the last");
    assert!(letters.iter().all(|letter| *letter == letters[0] && notices.iter().all(|id| *id == letter.notice)));
    check(&world);
}

/// INV-10: refused for good: the row says so at once, and a correction begins anew.
#[test]
fn a_mail_that_is_refused_for_good_is_shown_and_corrected() {
    let (world, office, invitation) = invited();
    world.mailbox.fail_next(SendError::Permanent { reply: "550 no such user".to_owned() });
    assert_eq!(next(&world).expect("due").settlement, Settlement::Parked(Undeliverable::Refused));
    assert_eq!(mail(&world, &office, invitation), MailState::Undeliverable(Undeliverable::Refused));
    world.later(DAY);
    assert!(next(&world).is_none());
    let cmd = CorrectInvitation { invitation, seen: None, to: to("right@x.example") };
    run(usecase::correct_invitation(&world.ports, &world.manager(BOSS), cmd)).expect("corrected");
    assert_eq!(mail(&world, &office, invitation), MailState::Queued);
    world.deliver();
    assert_eq!(mail(&world, &office, invitation), MailState::Sent);
    check(&world);
}

/// INV-10: when every try failed until the link expired, the row says that it gave up.
#[test]
fn a_mail_that_fails_until_its_link_expires_is_given_up() {
    let (world, office, id) = invited();
    for _ in 0..1_000 {
        world.mailbox.fail_next(transient());
        match next(&world).expect("due").settlement {
            Settlement::Retry(at) => world.set_clock(at),
            settlement => {
                assert_eq!(settlement, Settlement::Parked(Undeliverable::GaveUp));
                assert_eq!(mail(&world, &office, id), MailState::Undeliverable(Undeliverable::GaveUp));
                return;
            }
        }
    }
    panic!("it never gives up");
}

/// INV-10: a mail that nobody came to send before its link expired will never be sent; the row must not say that it waits.
#[test]
fn a_mail_that_was_never_tried_in_time_does_not_wait_for_ever() {
    let (world, office, id) = invited();
    world.later(7 * DAY);
    world.deliver();
    assert!(next(&world).is_none());
    assert!(subjects(&world, NEW).is_empty());
    assert_eq!(mail(&world, &office, id), MailState::Undeliverable(Undeliverable::GaveUp));
}

/// INV-10: the mail of an old link says nothing about the row any more.
#[test]
fn only_the_newest_mail_shows_on_the_row() {
    let (world, office, invitation) = invited();
    let leased =
        run(world.memory.lease(Queue::People, Uuid::from_u128(2), world.now(), MINUTE, 1)).expect("leased").remove(0);
    run(usecase::reinvite(&world.ports, &world.manager(BOSS), Reinvite { invitation })).expect("sent again");
    assert!(run(world.memory.settle(&leased, Settlement::Sent, world.now())).expect("settled"));
    assert_eq!(mail(&world, &office, invitation), MailState::Queued);
}

/// REG-2: a code whose fate is unknown is sent once more at most, and one that was used or replaced not at all.
#[test]
fn a_code_goes_out_twice_at_most() {
    let (world, _, id) = invited();
    world.deliver();
    let cookie = world.begin(&world.link(id));
    run(usecase::give_phones(&world.ports, &cookie, both_phones(), &origin())).expect("given");
    run(usecase::send_secret_code(&world.ports, &cookie, (Delivery::Text, Line::Cell), &origin())).expect("ordered");
    world.phone.fail_next(ambiguous());
    world.phone.fail_next(ambiguous());
    let Some(Delivered { settlement: Settlement::Retry(at), .. }) = next(&world) else { panic!("no second try") };
    world.set_clock(at);
    assert_eq!(next(&world).expect("due").settlement, Settlement::Parked(Undeliverable::GaveUp));
    world.later(9 * MINUTE);
    assert!(next(&world).is_none());
    let rings = world.phone.rings();
    assert_eq!(rings.len(), 2);
    assert_eq!((&rings[0].to, &rings[0].code), (&rings[1].to, &rings[1].code));
    run(usecase::resend_secret_code(&world.ports, &cookie, &origin())).expect("ordered");
    world.phone.fail_next(SendError::Permanent { reply: "21610".to_owned() });
    assert_eq!(next(&world).expect("due").settlement, Settlement::Parked(Undeliverable::Refused));
}

/// INV-10: a worker that was too slow cannot note what became of a notice that another one holds.
#[test]
fn a_worker_that_lost_its_lease_notes_nothing() {
    let (world, office, id) = invited();
    let slow =
        run(world.memory.lease(Queue::People, Uuid::from_u128(2), world.now(), MINUTE, 1)).expect("leased").remove(0);
    assert!(next(&world).is_none(), "leased to somebody else");
    world.later(MINUTE);
    world.mailbox.fail_next(transient());
    assert!(matches!(next(&world).expect("due").settlement, Settlement::Retry(_)));
    let noted = run(world.memory.settle(&slow, Settlement::Parked(Undeliverable::Refused), world.now()));
    assert!(!noted.expect("answered"));
    assert_eq!(mail(&world, &office, id), MailState::Queued);
}

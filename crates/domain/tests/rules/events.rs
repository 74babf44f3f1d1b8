//! What products hear of without asking: registered, left, tier changed, locked, unlocked (section 13).

use std::mem::discriminant;
use std::time::Duration;

use practice_domain::channel::{Placement, Product};
use practice_domain::commit::Commit;
use practice_domain::employee::Employment;
use practice_domain::event::Event;
use practice_domain::fact::Fact;
use practice_domain::member::{Kind, Role};
use practice_domain::person::Undeliverable;
use practice_domain::port::{Outbox, Queue, SendError, Settlement};
use practice_domain::relay::Relay;
use practice_domain::usecase::{self, ChangeEmployee};
use practice_domain::value::{EmployeeId, MemberId, NoticeId, PasswordLinkId, Time};
use practice_testkit::fakes::Heard;
use practice_testkit::scene::operator;
use uuid::Uuid;

use crate::world::check::check;
use crate::world::interleave::run;
use crate::world::people::Office;
use crate::world::{DAY, GOOD, MINUTE, WRONG, World, email, name};

const BOSS: &str = "boss@x.example";
const OTHER: &str = "other@y.example";
const ANN: &str = "ann@x.example";

/// A practice whose events the vendor hears of.
fn heard_by_the_vendor() -> (World, Office) {
    let world = World::listening(&[Product::Operator]);
    let office = world.office(BOSS);
    world.announce(Product::Operator);
    (world, office)
}

/// What the vendor hears of that it has not heard before, once letters have gone out: a lock becomes events there.
fn news(world: &World) -> Vec<Heard> {
    let before = world.bulletin.heard().len();
    world.deliver();
    world.announce(Product::Operator);
    world.bulletin.heard().split_off(before)
}

fn events(world: &World) -> Vec<Event> {
    news(world).into_iter().map(|heard| heard.event.event).collect()
}

fn member(world: &World, office: &Office, who: &str) -> MemberId {
    world.member(office.practice, who).expect("a member").id
}

/// INV-2, REG-6: whoever invited somebody hears that they registered, with the invitation's id, and that there is a member, both of the
/// same account and moment.
#[test]
fn a_registration_is_told_of() {
    let (world, office) = heard_by_the_vendor();
    let invitation = world.invite(&office, ANN, Kind::Staff, Placement::InPractice).expect("invited").id;
    assert_eq!(events(&world), [], "an invitation alone is nothing");
    let account = world.register(invitation);
    let news = news(&world);
    let found: Vec<_> = news.iter().map(|heard| heard.event.event).collect();
    let member = member(&world, &office, ANN);
    assert_eq!(found.len(), 2);
    for event in [Event::InvitationAccepted(invitation), Event::MemberRegistered(member)] {
        assert!(found.contains(&event), "{found:?}");
    }
    for told in news.iter().map(|heard| heard.event) {
        assert_eq!((told.practice, told.account, told.at), (office.practice, account, world.now()));
    }
    check(&world);
}

/// INV-1, PRA-4: of somebody who was invited from outside the practice hears that they registered; a doctor's place is told of in the
/// practice of their own, and a patient has none.
#[test]
fn an_outside_invitee_is_no_member_here() {
    for (kind, places) in [(Kind::Patient, 0), (Kind::Doctor, 1)] {
        let (world, office) = heard_by_the_vendor();
        let invitation = world.invite(&office, ANN, kind, Placement::Outside).expect("invited").id;
        world.register(invitation);
        let (here, there): (Vec<_>, Vec<_>) =
            news(&world).into_iter().map(|heard| heard.event).partition(|told| told.practice == office.practice);
        assert_eq!(here.iter().map(|told| told.event).collect::<Vec<_>>(), [Event::InvitationAccepted(invitation)]);
        assert_eq!(there.len(), places, "{there:?}");
        assert!(there.iter().all(|told| matches!(told.event, Event::MemberRegistered(_))));
        check(&world);
    }
}

/// LOCK-2, LOCK-5, PRA-5: each practice that somebody works in hears of the lock and of its end, whoever opens it, once.
#[test]
fn a_lock_is_told_of_in_every_practice() {
    let (world, one) = heard_by_the_vendor();
    let two = world.office(OTHER);
    let here = world.colleague(&one, ANN);
    let there = world.add_employee(&two);
    world.activate(&two, there, ANN, Role::FrontDesk).expect("activated");
    let link = world.password_link(PasswordLinkId(there.0));
    run(usecase::join_by_setup(&world.ports, &world.signed_in(ANN), &link)).expect("joined");
    let (first, second) = (member(&world, &one, ANN), member(&world, &two, ANN));
    news(&world);
    let lock = || {
        for _ in 0..7 {
            assert!(world.try_sign_in(ANN, WRONG, None).is_err());
        }
        let mut told = events(&world);
        told.sort();
        let mut expected = vec![Event::Locked(first), Event::Locked(second)];
        expected.sort();
        assert_eq!(told, expected);
    };
    let opened = || {
        let mut told = events(&world);
        told.sort();
        let mut expected = vec![Event::Unlocked(first), Event::Unlocked(second)];
        expected.sort();
        assert_eq!(told, expected);
    };
    lock();
    run(usecase::unlock_account(&world.ports, &world.manager(BOSS), first)).expect("unlocked");
    opened();
    run(usecase::unlock_account(&world.ports, &world.manager(BOSS), first)).expect("a second click");
    assert_eq!(events(&world), []);
    lock();
    run(usecase::unlock_account_by_operator(&world.ports, &operator(), &email(ANN))).expect("unlocked");
    opened();
    assert!(!world.is_locked(here));
    check(&world);
}

/// LOCK-3, EN-02: nobody hears of a lock of an address that has no account, and the commit that locks it orders as much as any other.
#[test]
fn the_lock_of_a_stranger_is_told_to_nobody() {
    let (world, office) = heard_by_the_vendor();
    world.colleague(&office, ANN);
    let mut ordered = Vec::new();
    for who in ["nobody@z.example", ANN] {
        news(&world);
        for _ in 0..9 {
            assert!(world.try_sign_in(who, WRONG, None).is_err());
        }
        let commits = world.store.commits();
        let locks = |commit: &&Commit| commit.entries().iter().any(|entry| matches!(entry.fact, Fact::Locked { .. }));
        let kinds = |commit: &Commit| commit.notices().iter().map(|one| discriminant(&one.about)).collect::<Vec<_>>();
        ordered.extend(commits.iter().rfind(locks).map(kinds));
        assert_eq!(events(&world).len(), usize::from(who == ANN), "{who}");
    }
    assert_eq!(world.facts_of("account.locked").len(), 2);
    assert_eq!((ordered[0].len(), &ordered[0]), (2, &ordered[1]));
    check(&world);
}

/// EMP-2, EMP-3: whoever is taken away has left, and whoever comes back is registered again.
#[test]
fn leaving_and_coming_back_are_told_of() {
    let (world, office) = heard_by_the_vendor();
    let employee = world.hire(&office, ANN, Role::Hygienist);
    let member = member(&world, &office, ANN);
    assert_eq!(events(&world), [Event::MemberRegistered(member)]);
    run(usecase::deactivate_user_account(&world.ports, &world.admin(BOSS), employee)).expect("taken away");
    assert_eq!(events(&world), [Event::MemberLeft(member)]);
    run(usecase::deactivate_employee(&world.ports, &world.admin(BOSS), employee)).expect("deactivated");
    assert_eq!(events(&world), [], "there was no place any more");
    run(usecase::reactivate_employee(&world.ports, &world.admin(BOSS), employee)).expect("reactivated");
    world.activate(&office, employee, ANN, Role::Hygienist).expect("given back");
    assert_eq!(events(&world), [Event::MemberRegistered(member)]);
    check(&world);
}

/// A consultant whose place ends in two days.
fn consultant(world: &World, office: &Office) -> (EmployeeId, MemberId, Time) {
    let until = world.now().plus(2 * DAY);
    let id = world.add_employee_as(office, Employment::Consultant { until: Some(until) });
    world.activate(office, id, ANN, Role::RestrictedStaff).expect("activated");
    let cookie = world.open(&world.password_link(PasswordLinkId(id.0)));
    world.give(&cookie, &world.word(office.practice)).expect("looked at");
    world.set(&cookie, GOOD).expect("set");
    let member = member(world, office, ANN);
    assert_eq!(events(world), [Event::MemberRegistered(member)]);
    (id, member, until)
}

fn ends(world: &World, employee: EmployeeId, until: Time) {
    let employment = Employment::Consultant { until: Some(until) };
    let cmd = ChangeEmployee { employee, seen: None, name: name("Petra", "Novak"), employment };
    run(usecase::change_employee(&world.ports, &world.admin(BOSS), cmd)).expect("changed");
}

/// EMP-2: an end date is told of when it is reached, and not before; one that was moved, or that nobody reached, is not.
#[test]
fn an_end_date_is_told_of_when_it_is_reached() {
    let (world, office) = heard_by_the_vendor();
    let (employee, member, until) = consultant(&world, &office);
    ends(&world, employee, until.plus(DAY));
    world.set_clock(until);
    assert_eq!(events(&world), [], "it is another date now");
    world.set_clock(until.plus(DAY));
    let told = news(&world);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].event.event, told[0].event.event.code()), (Event::EndReached(member), "member.left"));
    assert_eq!(told[0].event.at, until.plus(DAY));
    ends(&world, employee, until.plus(9 * DAY));
    assert_eq!(events(&world), [Event::MemberRegistered(member)], "they may work again");
    ends(&world, employee, until);
    assert_eq!(events(&world), [Event::MemberLeft(member)], "a date that is past is reached at once");
    ends(&world, employee, until.plus(9 * DAY));
    assert_eq!(events(&world), [Event::MemberRegistered(member)]);
    ends(&world, employee, world.now());
    assert_eq!(events(&world), [Event::MemberLeft(member)], "so is the present moment");
}

/// EMP-3: whoever is taken away before the end date has left then, and once.
#[test]
fn an_end_date_that_nobody_reached_is_not_told_of() {
    let (world, office) = heard_by_the_vendor();
    let (employee, member, until) = consultant(&world, &office);
    run(usecase::deactivate_user_account(&world.ports, &world.admin(BOSS), employee)).expect("taken away");
    assert_eq!(events(&world), [Event::MemberLeft(member)]);
    world.set_clock(until);
    assert_eq!(events(&world), []);
    check(&world);
}

/// EMP-2, EMP-3: whoever's end date is reached has left then, and once: not again when their place is taken away afterwards, also where
/// the event was still on its way.
#[test]
fn an_end_date_and_the_end_of_an_account_are_one_leaving() {
    for (told_before, after) in [(true, DAY), (false, DAY), (true, Duration::ZERO)] {
        let (world, office) = heard_by_the_vendor();
        let (employee, member, until) = consultant(&world, &office);
        world.set_clock(until);
        if told_before {
            assert_eq!(events(&world), [Event::EndReached(member)]);
        }
        world.later(after);
        run(usecase::deactivate_user_account(&world.ports, &world.admin(BOSS), employee)).expect("taken away");
        let late = news(&world);
        assert_eq!(late.len(), usize::from(!told_before), "{late:?}");
        for heard in late {
            assert_eq!((heard.event.event, heard.event.at), (Event::EndReached(member), until));
        }
        world.later(9 * DAY);
        assert_eq!(events(&world), []);
        check(&world);
    }
}

/// EMP-2, EMP-3: a date that is changed for somebody whose place was taken away tells nothing; given back, they are registered, and leave at
/// the new date.
#[test]
fn a_date_of_somebody_who_has_left_tells_nothing() {
    let (world, office) = heard_by_the_vendor();
    let (employee, member, until) = consultant(&world, &office);
    run(usecase::deactivate_user_account(&world.ports, &world.admin(BOSS), employee)).expect("taken away");
    assert_eq!(events(&world), [Event::MemberLeft(member)]);
    for date in [until.plus(DAY), until] {
        ends(&world, employee, date);
    }
    world.set_clock(until);
    assert_eq!(events(&world), []);
    ends(&world, employee, until.plus(3 * DAY));
    world.activate(&office, employee, ANN, Role::RestrictedStaff).expect("given back");
    assert_eq!(events(&world), [Event::MemberRegistered(member)]);
    world.set_clock(until.plus(3 * DAY));
    assert_eq!(events(&world), [Event::EndReached(member)]);
}

/// INV-2: a product hears only of practices that it has a working key for; the vendor's own endpoint hears of all.
#[test]
fn a_product_hears_of_its_own_practices() {
    let world = World::listening(&[Product::SecureMail, Product::TruForm, Product::Operator]);
    let (one, two) = (world.office(BOSS), world.office(OTHER));
    world.product(one.practice, Product::TruForm);
    let issued =
        run(usecase::issue_api_key(&world.ports, &operator(), two.practice, Product::TruForm)).expect("issued");
    run(usecase::revoke_api_key(&world.ports, &operator(), two.practice, issued.id)).expect("revoked");
    for to in [Product::SecureMail, Product::TruForm, Product::Operator] {
        world.announce(to);
    }
    let heard = |by| world.bulletin.heard().into_iter().filter(|heard| heard.by == by).collect::<Vec<_>>();
    assert_eq!(heard(Product::SecureMail), []);
    assert!(heard(Product::TruForm).iter().all(|heard| heard.event.practice == one.practice));
    assert_eq!((heard(Product::TruForm).len(), heard(Product::Operator).len()), (2, 4));
}

/// Section 13: while nobody listens nothing is written, and what waits for an endpoint that is gone is dropped.
#[test]
fn nothing_waits_for_nobody() {
    let world = World::new();
    let office = world.office(BOSS);
    world.colleague(&office, ANN);
    assert_eq!(crate::world::telling::told(&world), []);
    let (world, office) = heard_by_the_vendor();
    world.colleague(&office, ANN);
    world.bulletin.go_deaf(Product::Operator);
    let dropped = world.announce(Product::Operator);
    assert_eq!(dropped.len(), 2);
    assert!(dropped.iter().all(|one| one.settlement == Settlement::Obsolete));
}

/// Section 13: an event is told until somebody takes it, with the same id; pauses grow, and after three days it is given up. Letters do
/// not wait for it, and support can send it again, which no practice hears of.
#[test]
fn an_event_is_told_until_it_is_taken() {
    let (world, office) = heard_by_the_vendor();
    world.colleague(&office, ANN);
    let down = || SendError::Transient { reply: "500".to_owned() };
    world.bulletin.fail_next(SendError::Ambiguous { reply: "no answer".to_owned() });
    world.bulletin.fail_next(down());
    let tried = world.announce(Product::Operator);
    assert!(tried.iter().all(|one| matches!(one.settlement, Settlement::Retry(_))), "{tried:?}");
    assert_eq!(tried.len(), 2);
    assert!(!world.deliver().is_empty(), "letters go out meanwhile");
    world.later(MINUTE);
    let again = news(&world);
    assert_eq!(again.len(), 2);
    let first = world.bulletin.heard().into_iter().rev().nth(2).expect("the answer was lost");
    assert!(again.iter().any(|heard| heard.event == first.event && heard.at > first.at), "the same event, later");

    world.bulletin.fail_next(SendError::Permanent { reply: "410".to_owned() });
    let member = member(&world, &office, ANN);
    let locked = world.account(ANN).expect("an account").id;
    for _ in 0..7 {
        assert!(world.try_sign_in(ANN, WRONG, None).is_err());
    }
    world.deliver();
    let parked = world.announce(Product::Operator).remove(0);
    assert_eq!(parked.settlement, Settlement::Parked(Undeliverable::Refused));
    let letters = world.memory.notices().len();
    run(usecase::retry_notice(&world.ports, &*world.memory, &operator(), parked.notice.id)).expect("it goes out again");
    assert_eq!(world.memory.notices().len(), letters, "nobody is told of it");
    let told = news(&world).remove(0).event;
    assert_eq!((told.id, told.account, told.event), (parked.notice.id, locked, Event::Locked(member)));

    run(usecase::unlock_account(&world.ports, &world.manager(BOSS), member)).expect("unlocked");
    for _ in 0..200 {
        world.bulletin.fail_next(down());
    }
    let since = world.now();
    let mut tries = 0;
    let given_up: NoticeId = loop {
        world.later(5 * MINUTE);
        match world.announce(Product::Operator).pop() {
            None => {}
            Some(one) if matches!(one.settlement, Settlement::Retry(_)) => tries += 1,
            Some(one) => {
                assert_eq!(one.settlement, Settlement::Parked(Undeliverable::GaveUp));
                break one.notice.id;
            }
        }
    };
    let took = world.now().since(since);
    assert!((2 * DAY..=3 * DAY).contains(&took) && (60..110).contains(&tries), "{tries} tries in {took:?}");
    world.later(9 * DAY);
    run(usecase::retry_notice(&world.ports, &*world.memory, &operator(), given_up)).expect("it goes out again");
}

/// Section 13, F-19: an endpoint may say when it can be told again, as long as that is within three days of what happened.
#[test]
fn an_endpoint_may_ask_for_less_than_three_days() {
    let moment = Duration::from_micros(1);
    for (after, becomes) in [
        (3 * DAY - moment, Settlement::Retry as fn(Time) -> Settlement),
        (3 * DAY, |_| Settlement::Parked(Undeliverable::GaveUp)),
    ] {
        let (world, office) = heard_by_the_vendor();
        world.hire(&office, ANN, Role::Hygienist);
        world.bulletin.fail_next(SendError::Later { reply: "429".to_owned(), after });
        let told = world.announce(Product::Operator).remove(0);
        assert_eq!(told.settlement, becomes(world.now().plus(after)), "{after:?}");
    }
}

/// Section 13: what was ordered ahead waits also where a move to another store has made everything due.
#[test]
fn what_is_ordered_ahead_is_not_told_early() {
    let (world, office) = heard_by_the_vendor();
    let (_, member, until) = consultant(&world, &office);
    let queue = Queue::Events(Product::Operator);
    let early = run(world.memory.lease(queue, Uuid::from_u128(9), until, MINUTE, 1)).expect("leased").remove(0);
    assert!(run(world.memory.settle(&early, Settlement::Retry(world.now()), world.now())).expect("settled"));
    let relay = Relay { queue, ..world.relay.clone() };
    let waits = run(relay.deliver_next()).expect("the store works").expect("it is due");
    assert_eq!(waits.settlement, Settlement::Retry(until));
    assert_eq!(events(&world), []);
    world.set_clock(until);
    assert_eq!(events(&world), [Event::EndReached(member)]);
}

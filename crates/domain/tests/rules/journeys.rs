//! From a founded practice to people who work in it.

use practice_domain::access::UserManager;
use practice_domain::channel::{NoSuchChannel, Placement, Product};
use practice_domain::invitation::DeadLink;
use practice_domain::member::{Kind, Role};
use practice_domain::person::{Enrolment, MailState};
use practice_domain::policy::Preset;
use practice_domain::usecase::{
    self, CorrectInvitation, FoundPracticeError, InvitePersonError, OpenInvitationError, Opening, Reinvite,
    WithdrawInvitation,
};
use practice_domain::value::{InvitationId, PersonName, PracticeName};
use practice_testkit::scene::operator;

use crate::world::check::check;
use crate::world::interleave::{Dice, Job, interleave, run};
use crate::world::people::{invite, to};
use crate::world::{DAY, GOOD, Grain, World, email, origin, password};

const BOSS: &str = "boss@x.example";
const NEW: &str = "new.person@x.example";

/// What a link of this generation opens.
fn opened(world: &World, id: InvitationId, generation: u32) -> Result<Opening, DeadLink> {
    let link = world.ports.keys.invitation_link(id, generation).0;
    match run(usecase::open_invitation(&world.ports, &link)) {
        Ok(opening) => Ok(opening),
        Err(OpenInvitationError::Dead { why }) => Err(why),
        Err(other) => panic!("{other:?}"),
    }
}

fn dead(world: &World, id: InvitationId, generation: u32) -> DeadLink {
    opened(world, id, generation).expect_err("a dead link")
}

/// PRA-1, PRA-2, LIST-1, INV-10, SESS-4: the first person is invited, registers, and manages the practice.
#[test]
fn a_practice_begins_with_an_invitation_and_its_first_account_manages_it() {
    let world = World::new();
    let (practice, invitation) = world.found(BOSS, Preset::Standard);
    let row = world.row(practice, invitation).expect("listed");
    assert_eq!((row.standing, row.mail), (Enrolment::NotRegistered, MailState::Queued));
    world.deliver();
    assert_eq!(world.row(practice, invitation).expect("listed").mail, MailState::Sent);
    let letters = world.mailbox.letters_to(&email(BOSS));
    assert_eq!((letters.len(), &letters[0].text), (1, &world.link(invitation)));
    check(&world);
    world.register(invitation);
    let member = world.member(practice, BOSS).expect("a member");
    assert_eq!((member.user_manager, member.role, member.kind), (true, Role::Owner, Kind::Doctor));
    let who = world.signed_in(BOSS);
    assert!(who.is_user_manager());
    assert_eq!(UserManager::prove(who).expect("a User Manager").practice().id, practice);
    assert_eq!(world.rows(practice).len(), 1);
    check(&world);
}

/// PRA-1
#[test]
fn a_patient_cannot_begin_a_practice() {
    let world = World::new();
    let cmd = usecase::FoundPractice {
        name: PracticeName::parse("Lone").expect("a name"),
        phone: None,
        preset: Preset::Standard,
        email: email(BOSS),
        person: PersonName::default(),
        kind: Kind::Patient,
    };
    let refused = run(usecase::found_practice(&world.ports, &operator(), cmd));
    assert!(matches!(refused, Err(FoundPracticeError::Patient)));
    assert!(world.store.commits().is_empty());
}

/// PRA-2, TN-04: of many who register first at the same moment one becomes User Manager, and all become members; twenty, once.
#[test]
fn of_many_first_registrations_at_once_one_makes_a_manager() {
    for seed in 0..30 {
        let world = World::new();
        let (practice, first) = world.found(BOSS, Preset::Standard);
        let mut invitations = vec![first];
        let others = if seed == 0 { 19 } else { 3 };
        invitations.extend((0..others).map(|n| world.ask(practice, &format!("p{n}@x.example"))));
        let cookies: Vec<_> = invitations.iter().map(|id| world.begin(&world.link(*id))).collect();
        cookies.iter().for_each(|cookie| world.walk(cookie));
        let mut dice = Dice(seed);
        world.store.set(Grain::Calls);
        let jobs = cookies.iter().map(|cookie| {
            Box::pin(async {
                let cmd = usecase::CompleteRegistration { password: password(GOOD), again: password(GOOD) };
                usecase::complete_registration(&world.ports, cookie, cmd, &origin()).await.map(|_| ())
            }) as Job<'_, _>
        });
        let told = interleave(jobs.collect(), |of| dice.below(of));
        world.store.set(Grain::Whole);
        assert!(told.iter().all(Result::is_ok), "{told:?}");
        assert_eq!(world.rows(practice).iter().filter(|row| row.user_manager).count(), 1);
        assert_eq!(world.rows(practice).iter().filter(|row| row.is_registered()).count(), others + 1);
        check(&world);
    }
}

/// PRA-2, REG-5: who comes later manages nobody.
#[test]
fn a_colleague_joins_without_managing_anybody() {
    let world = World::new();
    let office = world.office(BOSS);
    world.colleague(&office, NEW);
    let member = world.member(office.practice, NEW).expect("a member");
    assert_eq!((member.user_manager, member.role, member.kind), (false, Role::FrontDesk, Kind::Staff));
    let row = world.row_of(office.practice, NEW).expect("listed");
    assert_eq!(row.standing, Enrolment::Proven);
    assert!(UserManager::prove(world.signed_in(NEW)).is_err(), "LIST-1");
    assert!(!world.signed_in(NEW).is_user_manager());
    check(&world);
}

/// PRA-4, LIST-1: an outside doctor gets a practice and manages it, and leaves the inviter's list at that moment.
#[test]
fn an_outside_doctor_gets_a_practice_and_leaves_the_list() {
    let world = World::new();
    let office = world.office(BOSS);
    let id = world.invite(&office, NEW, Kind::Doctor, Placement::Outside).expect("invited").id;
    assert!(world.row(office.practice, id).is_some());
    world.register(id);
    assert!(world.row_of(office.practice, NEW).is_none());
    assert!(world.member(office.practice, NEW).is_none());
    let who = world.manager(NEW);
    assert_ne!(who.practice().id, office.practice);
    assert_eq!(world.account(NEW).expect("an account").home, Some(who.practice().id));
    let rows = world.rows(who.practice().id);
    assert!(matches!(&rows[..], [row] if row.user_manager && row.email == email(NEW)));
    check(&world);
}

/// PRA-4, LIST-1, SESS-4: a patient has an account, and no practice.
#[test]
fn a_patient_gets_an_account_and_no_practice() {
    let world = World::new();
    let office = world.office(BOSS);
    let id = world.invite(&office, NEW, Kind::Patient, Placement::Outside).expect("invited").id;
    world.register(id);
    assert!(world.row_of(office.practice, NEW).is_none());
    assert_eq!(world.account(NEW).expect("an account").home, None);
    let who = world.signed_in(NEW);
    assert!(who.place().is_none() && !who.is_user_manager());
    assert!(UserManager::prove(who).is_err());
    check(&world);
}

/// LIST-1, INV-5: who was invited by two practices leaves both lists when they register through one.
#[test]
fn registering_through_one_practice_closes_the_invitations_of_others() {
    let world = World::new();
    let (one, two) = (world.office(BOSS), world.office("other@y.example"));
    let first = world.invite(&one, NEW, Kind::Doctor, Placement::Outside).expect("invited").id;
    let second = world.invite(&two, NEW, Kind::Doctor, Placement::Outside).expect("invited").id;
    let cookie = world.begin(&world.link(second));
    world.register(first);
    assert!(world.row(one.practice, first).is_none() && world.row(two.practice, second).is_none());
    assert_eq!((dead(&world, first, 1), dead(&world, second, 1)), (DeadLink::Used, DeadLink::Closed));
    assert!(run(usecase::in_progress(&world.ports, &cookie)).is_err(), "and their runs end");
    check(&world);
}

/// INV-5, INV-6, INV-7, INV-8, INV-9: what kills a link, and what the dead one says.
#[test]
fn an_old_link_says_why_it_is_dead_and_never_to_whom_a_newer_went() {
    let world = World::new();
    let office = world.office(BOSS);
    let who = world.manager(BOSS);
    let invitation = world.invite(&office, NEW, Kind::Staff, Placement::InPractice).expect("invited").id;
    for _ in 0..20 {
        let commits = world.store.commits().len();
        assert!(matches!(opened(&world, invitation, 1), Ok(Opening::Register(_))));
        assert_eq!(world.store.commits().len(), commits, "looking consumes nothing");
    }
    run(usecase::reinvite(&world.ports, &who, Reinvite { invitation })).expect("sent again");
    assert_eq!(dead(&world, invitation, 1), DeadLink::Newer);
    assert!(opened(&world, invitation, 2).is_ok());
    let cmd = CorrectInvitation { invitation, seen: None, to: to("right@x.example") };
    let corrected = run(usecase::correct_invitation(&world.ports, &who, cmd)).expect("corrected");
    assert!(corrected.address_changed);
    let old = dead(&world, invitation, 2);
    assert_eq!(old, DeadLink::Newer);
    assert!(!old.to_string().contains("right"), "{old}");
    world.deliver();
    assert!(world.mailbox.letters_to(&email(NEW)).is_empty(), "the old address gets nothing any more");
    assert_eq!(world.mailbox.letters_to(&email("right@x.example")).len(), 1);
    run(usecase::withdraw_invitation(&world.ports, &who, WithdrawInvitation { invitation, seen: None }))
        .expect("withdrawn");
    assert!((1..=3).all(|generation| dead(&world, invitation, generation) == DeadLink::Closed));
    assert!(world.row(office.practice, invitation).is_none());
    let used = world.invite(&office, NEW, Kind::Staff, Placement::InPractice).expect("invited").id;
    world.register(used);
    assert_eq!(dead(&world, used, 1), DeadLink::Used);
    assert_eq!(dead(&world, InvitationId(used.0), 9), DeadLink::Used);
    assert!(run(usecase::open_invitation(&world.ports, "nonsense")).is_err());
    check(&world);
}

/// INV-7: with the address unchanged saving sends once more, and the old link is dead as well.
#[test]
fn a_correction_of_the_name_alone_sends_once() {
    let world = World::new();
    let office = world.office(BOSS);
    let who = world.manager(BOSS);
    let invitation = world.invite(&office, NEW, Kind::Staff, Placement::InPractice).expect("invited").id;
    world.deliver();
    let cmd = CorrectInvitation { invitation, seen: None, to: to("New.Person@X.example") };
    let corrected = run(usecase::correct_invitation(&world.ports, &who, cmd)).expect("corrected");
    assert!(!corrected.address_changed);
    let row = world.row(office.practice, invitation).expect("listed");
    assert_eq!((row.name.first(), row.mail), ("Ann", MailState::Queued));
    world.deliver();
    assert_eq!(world.mailbox.letters_to(&email(NEW)).len(), 2);
    assert_eq!(dead(&world, invitation, 1), DeadLink::Newer);
    check(&world);
}

/// INV-5, INV-6: an expired invitation is listed, and comes to life again.
#[test]
fn an_expired_invitation_is_renewed_by_reinviting() {
    let world = World::new();
    let office = world.office(BOSS);
    let invitation = world.invite(&office, NEW, Kind::Patient, Placement::Outside).expect("invited").id;
    world.later(7 * DAY);
    assert_eq!(dead(&world, invitation, 1), DeadLink::Expired);
    assert!(world.row(office.practice, invitation).is_some());
    let who = world.manager(BOSS);
    run(usecase::reinvite(&world.ports, &who, Reinvite { invitation })).expect("sent again");
    world.later(7 * DAY - crate::world::MINUTE);
    assert!(opened(&world, invitation, 2).is_ok());
    check(&world);
}

/// INV-1, INV-2: only what the catalogue lists, only for a member who invites, and through SecureMail only when they pay.
#[test]
fn a_product_invites_only_what_it_may() {
    let world = World::new();
    let office = world.office(BOSS);
    world.colleague(&office, NEW);
    let ask = |product, inviter: &str, kind, placement| {
        let caller = world.product(office.practice, product);
        run(usecase::invite_person(&world.ports, &caller, invite(inviter, "somebody@z.example", kind, placement)))
    };
    let patient = ask(Product::SecureMail, BOSS, Kind::Patient, Placement::InPractice);
    assert!(matches!(patient, Err(InvitePersonError::NoSuchChannel(NoSuchChannel))));
    let staff = ask(Product::TruForm, BOSS, Kind::Staff, Placement::Outside);
    assert!(matches!(staff, Err(InvitePersonError::NoSuchChannel(NoSuchChannel))));
    let stranger = ask(Product::TruForm, "stranger@z.example", Kind::Patient, Placement::Outside);
    assert!(matches!(stranger, Err(InvitePersonError::NoSuchInviter)));
    let unpaid = ask(Product::SecureMail, NEW, Kind::Patient, Placement::Outside);
    assert!(matches!(unpaid, Err(InvitePersonError::InviterNotPaid)));
    assert!(world.row_of(office.practice, "somebody@z.example").is_none());
    ask(Product::TruForm, NEW, Kind::Patient, Placement::Outside).expect("free of charge");
    check(&world);
}

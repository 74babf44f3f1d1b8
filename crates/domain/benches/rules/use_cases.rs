//! Whole use cases over a store that forgets.

use std::hint::black_box;
use std::rc::Rc;

use practice_domain::channel::{Placement, Product};
use practice_domain::member::Kind;
use practice_domain::policy::TwoStep;
use practice_domain::usecase::{self, CorrectInvitation, Reinvite, WithdrawInvitation};
use practice_testkit::scene::operator;

use crate::world::interleave::run;
use crate::world::people::{invite, to};
use crate::world::{WRONG, World, email, origin};
use crate::{Case, done};

const BOSS: &str = "boss@x.example";
const STAFF: &str = "staff@x.example";
const NEW: &str = "new.person@x.example";

/// A practice with a manager, a locked colleague and somebody invited; from then on nothing changes.
pub(crate) fn all() -> Vec<Case> {
    let world = Rc::new(World::new());
    let office = world.office(BOSS);
    let _ = world.colleague(&office, STAFF);
    let invitation = world.invite(&office, NEW, Kind::Staff, Placement::InPractice).expect("invited").id;
    for _ in 0..10 {
        let _ = world.try_sign_in(STAFF, WRONG, None);
    }
    let staff = world.member(office.practice, STAFF).expect("a member");
    assert!(world.is_locked(staff.account), "the colleague is locked");
    let link = world.link(invitation);
    let product = world.product(office.practice, Product::SecureMail);
    let manager = Rc::new(world.manager(BOSS));
    let fresh = world.fresh(BOSS);
    let welcome = world.try_sign_in(BOSS, crate::world::GOOD, None).expect("signed in");
    // Parsed once: what parsing costs is measured by itself.
    let correction = to("other.person@x.example");
    let wish = invite(BOSS, "third@x.example", Kind::Staff, Placement::InPractice);
    let version = world.invitation(invitation).version;
    let (operator, locked) = (operator(), email(STAFF));
    world.store.forget();

    let (to_reinvite, to_correct, to_withdraw, to_unlock) =
        (Rc::clone(&manager), Rc::clone(&manager), Rc::clone(&manager), manager);
    vec![
        Case::decide(&world, "reinvite", "decide/reinvite", move |world| {
            done(usecase::reinvite(&world.ports, &to_reinvite, Reinvite { invitation }));
        }),
        Case::decide(&world, "correct_invitation", "decide/correct", move |world| {
            let cmd = CorrectInvitation { invitation, seen: Some(version), to: correction.clone() };
            done(usecase::correct_invitation(&world.ports, &to_correct, cmd));
        }),
        Case::decide(&world, "withdraw_invitation", "decide/withdraw", move |world| {
            let cmd = WithdrawInvitation { invitation, seen: Some(version) };
            done(usecase::withdraw_invitation(&world.ports, &to_withdraw, cmd));
        }),
        Case::decide(&world, "unlock_account", "decide/unlock", move |world| {
            done(usecase::unlock_account(&world.ports, &to_unlock, staff.id));
        }),
        Case::decide(&world, "unlock_account_by_operator", "decide/unlock, operator", move |world| {
            done(usecase::unlock_account_by_operator(&world.ports, &operator, &locked));
        }),
        Case::decide(&world, "set_two_step", "decide/set two-step", move |world| {
            let after = TwoStep { doctors: false, patients: false };
            done(usecase::set_two_step(&world.ports, &fresh, after));
        }),
        Case::decide(&world, "invite_person", "decide/invite", move |world| {
            done(usecase::invite_person(&world.ports, &product, wish.clone()));
        }),
        Case::decide(&world, "begin_registration", "decide/begin", move |world| {
            done(usecase::begin_registration(&world.ports, &link, &origin()));
        }),
        Case::look(&world, "authenticate", "authenticate", move |world| {
            let found = run(usecase::authenticate(&world.ports, &welcome.cookie, origin())).expect("asked");
            drop(black_box(found.expect("live")));
        }),
    ]
}

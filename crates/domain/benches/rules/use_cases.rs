//! Whole use cases over a store that forgets.

use std::hint::black_box;
use std::rc::Rc;

use practice_domain::channel::{Placement, Product};
use practice_domain::member::Kind;
use practice_domain::policy::TwoStep;
use practice_domain::usecase::{self, CorrectInvitation, Reinvite, WithdrawInvitation};

use crate::Case;
use crate::world::interleave::run;
use crate::world::people::{invite, to};
use crate::world::{WRONG, World, origin};

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
    world.store.forget();

    let case = |name, decide: Box<dyn Fn(&World)>| {
        let world = Rc::clone(&world);
        Case::new(name, move || decide(&world))
    };
    let (to_reinvite, to_correct, to_withdraw, to_unlock) =
        (Rc::clone(&manager), Rc::clone(&manager), Rc::clone(&manager), manager);
    vec![
        case(
            "decide/reinvite",
            Box::new(move |world| {
                let cmd = Reinvite { invitation };
                black_box(run(usecase::reinvite(&world.ports, &to_reinvite, cmd)).expect("sent again"));
            }),
        ),
        case(
            "decide/correct",
            Box::new(move |world| {
                let cmd = CorrectInvitation { invitation, seen: Some(version), to: correction.clone() };
                black_box(run(usecase::correct_invitation(&world.ports, &to_correct, cmd)).expect("corrected"));
            }),
        ),
        case(
            "decide/withdraw",
            Box::new(move |world| {
                let cmd = WithdrawInvitation { invitation, seen: Some(version) };
                black_box(run(usecase::withdraw_invitation(&world.ports, &to_withdraw, cmd)).expect("withdrawn"));
            }),
        ),
        case(
            "decide/unlock",
            Box::new(move |world| {
                black_box(run(usecase::unlock_account(&world.ports, &to_unlock, staff.id)).expect("unlocked"));
            }),
        ),
        case(
            "decide/set two-step",
            Box::new(move |world| {
                let after = TwoStep { doctors: true, patients: true };
                black_box(run(usecase::set_two_step(&world.ports, &fresh, after)).expect("set"));
            }),
        ),
        case(
            "decide/invite",
            Box::new(move |world| {
                black_box(run(usecase::invite_person(&world.ports, &product, wish.clone())).expect("invited"));
            }),
        ),
        case(
            "decide/begin",
            Box::new(move |world| {
                black_box(run(usecase::begin_registration(&world.ports, &link, &origin())).expect("begun"));
            }),
        ),
        case(
            "authenticate",
            Box::new(move |world| {
                let found = run(usecase::authenticate(&world.ports, &welcome.cookie, origin())).expect("asked");
                black_box(found.expect("live"));
            }),
        ),
    ]
}

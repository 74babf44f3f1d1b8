//! From a practice and its invitations to accounts and places: whole use cases over a store that forgets.

use std::hint::black_box;
use std::rc::Rc;

use practice_domain::challenge::Delivery;
use practice_domain::channel::{Placement, Product};
use practice_domain::member::{Kind, Role};
use practice_domain::policy::Preset;
use practice_domain::registration::Line;
use practice_domain::usecase::{self, CompleteRegistration, FoundPractice, IssuedApiKey};
use practice_domain::value::{PasswordLinkId, PracticeName};
use practice_testkit::scene::operator;

use crate::world::interleave::run;
use crate::world::{GOOD, MINUTE, TERMS, World, cell_phone, email, name, origin, password};
use crate::{Case, done};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@y.example";
const BO: &str = "bo@y.example";
const OFFER: (Delivery, Line) = (Delivery::Text, Line::Cell);

/// A practice to which somebody has come at each step of a registration, and which two people of another practice may join; from then
/// on nothing changes.
pub(crate) fn all() -> Vec<Case> {
    let world = Rc::new(World::new());
    let office = world.office(BOSS);
    let other = world.office("other@y.example");
    let invite = |who| world.invite(&office, who, Kind::Staff, Placement::InPractice).expect("invited").id;
    let begin = |who| world.begin(&world.link(invite(who)));
    let phones = |cookie: [u8; 32]| {
        run(usecase::give_phones(&world.ports, &cookie, cell_phone(), &origin())).expect("given");
        cookie
    };
    let link = world.link(invite("first@x.example"));
    let begun = begin("second@x.example");
    let reachable = phones(begin("third@x.example"));
    let waiting = phones(begin("fourth@x.example"));
    let sent = run(usecase::send_secret_code(&world.ports, &waiting, OFFER, &origin())).expect("sent");
    let code = world.ports.keys.secret_code(sent.id, sent.codes_sent);
    let proven = phones(begin("fifth@x.example"));
    let sent = run(usecase::send_secret_code(&world.ports, &proven, OFFER, &origin())).expect("sent");
    let known = world.ports.keys.secret_code(sent.id, sent.codes_sent);
    run(usecase::verify_secret_code(&world.ports, &proven, &known, &origin())).expect("verified");
    let last = begin("sixth@x.example");
    world.walk(&last);
    let choice = CompleteRegistration { password: password(GOOD), again: password(GOOD) };

    world.colleague(&other, ANN);
    world.colleague(&other, BO);
    let joining = world.link(invite(ANN));
    let employee = world.add_employee(&office);
    world.activate(&office, employee, BO, Role::FrontDesk).expect("activated");
    let setup = world.password_link(PasswordLinkId(employee.0));
    let (ann, bo) = (world.signed_in(ANN), world.signed_in(BO));
    let key = run(usecase::issue_api_key(&world.ports, &operator(), office.practice, Product::SecureMail));
    let IssuedApiKey { id: issued, secret: key } = key.expect("issued");
    let (support, practice, phone) = (operator(), office.practice, cell_phone());
    let found = FoundPractice {
        name: PracticeName::parse("Bright Smile Dental").expect("a name"),
        phone: None,
        preset: Preset::Standard,
        email: email("marisol@z.example"),
        person: name("Marisol", "Vega"),
        kind: Kind::Doctor,
    };
    // Past the pause between two codes.
    world.later(MINUTE);
    world.store.forget();

    let (to_issue, to_revoke, to_look) = (operator(), operator(), link.clone());
    vec![
        Case::decide(&world, "found_practice", "decide/found practice", move |world| {
            done(usecase::found_practice(&world.ports, &support, found.clone()));
        }),
        Case::decide(&world, "revoke_api_key", "decide/revoke API key", move |world| {
            let revoked = run(usecase::revoke_api_key(&world.ports, &to_revoke, practice, issued));
            assert!(revoked.expect("decided"), "it worked until now");
        }),
        Case::decide(&world, "issue_api_key", "decide/issue API key", move |world| {
            done(usecase::issue_api_key(&world.ports, &to_issue, practice, Product::SecureMail));
        }),
        Case::look(&world, "authenticate_product", "authenticate, product", move |world| {
            let found = run(usecase::authenticate_product(&world.ports, &key, origin())).expect("asked");
            drop(black_box(found.expect("known")));
        }),
        Case::look(&world, "open_invitation", "decide/open invitation", move |world| {
            done(usecase::open_invitation(&world.ports, &link));
        }),
        Case::look(&world, "practice_behind", "decide/practice behind", move |world| {
            let found = run(usecase::practice_behind(&world.ports, &to_look)).expect("asked");
            drop(black_box(found.expect("a practice")));
        }),
        Case::look(&world, "in_progress", "decide/in progress", move |world| {
            done(usecase::in_progress(&world.ports, &waiting));
        }),
        Case::decide(&world, "give_phones", "decide/give phones", move |world| {
            done(usecase::give_phones(&world.ports, &begun, phone.clone(), &origin()));
        }),
        Case::decide(&world, "send_secret_code", "decide/send code", move |world| {
            done(usecase::send_secret_code(&world.ports, &reachable, OFFER, &origin()));
        }),
        Case::decide(&world, "resend_secret_code", "decide/resend code", move |world| {
            done(usecase::resend_secret_code(&world.ports, &waiting, &origin()));
        }),
        Case::decide(&world, "verify_secret_code", "decide/verify code", move |world| {
            done(usecase::verify_secret_code(&world.ports, &waiting, &code, &origin()));
        }),
        Case::decide(&world, "accept_terms", "decide/accept terms", move |world| {
            done(usecase::accept_terms(&world.ports, &proven, TERMS, &origin()));
        }),
        Case::decide(&world, "complete_registration", "decide/register", move |world| {
            done(usecase::complete_registration(&world.ports, &last, choice.clone(), &origin()));
        }),
        Case::decide(&world, "confirm_joining", "decide/join", move |world| {
            done(usecase::confirm_joining(&world.ports, &ann, &joining));
        }),
        Case::decide(&world, "join_by_setup", "decide/join by setup", move |world| {
            done(usecase::join_by_setup(&world.ports, &bo, &setup));
        }),
    ]
}

//! Parsers and pure rules.

use std::hint::black_box;
use std::time::Duration;

use practice_domain::access::{Action, explain};
use practice_domain::channel::{Catalogue, Channel, Placement, Product};
use practice_domain::intake::{Column, DryRun, Entry, Known, Part, Presence, Wanted, read, write};
use practice_domain::invitation::Invitation;
use practice_domain::lockout::{Admission, Counter, Outcome, Scope, Subject};
use practice_domain::member::Kind;
use practice_domain::person::Person;
use practice_domain::policy::{Policy, Preset};
use practice_domain::value::{
    Email, InvitationId, PersonId, PersonName, Phone, PracticeId, Regions, TicketId, Time, fold,
};
use uuid::Uuid;

use crate::Case;
use crate::world::people::to;
use crate::world::staff::cell;
use crate::world::{World, cell_phone, email, name};

const BOSS: &str = "boss@x.example";
const ROWS: u32 = 1_000;

pub(crate) fn all() -> Vec<Case> {
    let mut cases = parsers();
    cases.extend([lockout_ticket(), resend(), explain_page()]);
    cases.extend(csv());
    cases
}

fn parsers() -> Vec<Case> {
    let (real, forged) = (email("ann.miller@brightsmile.com"), email("ann.rniller@brightsmi1e.com"));
    let far = (email("ann@bücher.example"), email("ann@bũcher.example"));
    let (regions, phone) = (Regions::default(), cell());
    vec![
        Case::new("parse email", || drop(black_box(Email::parse(black_box("Ann.Miller@BrightSmile.com"))))),
        Case::new("parse email, IDN", || drop(black_box(Email::parse(black_box("ann@bücher.example"))))),
        Case::new("parse phone", || drop(black_box(Phone::parse(black_box("(415) 555-2671"))))),
        Case::new("parse phone, as stored", || drop(black_box(Phone::parse(black_box("+14155552671"))))),
        Case::new("parse phone, abroad", || drop(black_box(Phone::parse(black_box("+49 30 901820"))))),
        Case::new("reach of a phone", move || regions.reach(black_box(&phone)).expect("an ordinary number")),
        Case::new("parse name", || drop(black_box(PersonName::parse(black_box("Renée"), black_box("O’Donnell"))))),
        Case::new("parse name, plain", || drop(black_box(PersonName::parse(black_box("Mary"), black_box("Miller"))))),
        Case::new("fold", || drop(black_box(fold(black_box("Renée Ångström-ŁÓDŹ"))))),
        Case::new("look-alike", move || assert!(black_box(&real).is_look_alike(black_box(&forged)))),
        Case::new("look-alike, IDN", move || assert!(!black_box(&far.0).is_look_alike(black_box(&far.1)))),
    ]
}

/// LOCK-1: a ticket is given, and settled with a wrong password.
fn lockout_ticket() -> Case {
    let policy = Policy::of(Preset::Standard).lockout;
    let counter = Counter::fresh(Subject(Uuid::from_u128(1)), Scope::Strangers);
    Case::new("lockout ticket", move || {
        let (now, id) = (Time::from_micros(1), TicketId(Uuid::from_u128(2)));
        let mut counter = counter.clone();
        let Admission::Granted(ticket) = counter.admit(id, now, policy) else { panic!("nothing is locked") };
        counter.tickets.push(ticket);
        drop(black_box(counter.settle(Some(id), Outcome::Wrong, now, policy)));
    })
}

/// INV-5, INV-6
fn resend() -> Case {
    let channel = Channel { product: Product::SecureMail, placement: Placement::InPractice, kind: Kind::Staff };
    let (id, practice) = (InvitationId(Uuid::from_u128(1)), PracticeId(Uuid::from_u128(2)));
    let (now, life) = (Time::from_micros(1), Duration::from_secs(60));
    let invitation = Invitation::issue(id, practice, None, channel, to("new@x.example"), now, life);
    Case::new("resend an invitation", move || drop(black_box(invitation.clone().resend(now, life))))
}

/// LIST-7: every button of a page.
fn explain_page() -> Case {
    let world = World::new();
    let office = world.office(BOSS);
    let manager = world.manager(BOSS);
    let row = world.row_of(office.practice, BOSS).expect("listed");
    let page: Vec<Person> =
        (0..50).map(|n| Person { id: PersonId(Uuid::from_u128(n)), locked: n % 3 == 0, ..row.clone() }).collect();
    Case::new("explain 50 rows", move || {
        for person in &page {
            for action in Action::ALL {
                let _ = black_box(explain(&manager, black_box(person), action));
            }
        }
    })
}

/// A file of 1,000 invitations to a practice that knows 1,000 people, half of them in the file.
fn csv() -> Vec<Case> {
    let catalogue = Catalogue::default();
    let file: Vec<Entry> = (0..ROWS).map(person).collect();
    let there: Vec<Known> =
        (ROWS / 2..ROWS + ROWS / 2).map(|n| Known { entry: person(n), presence: Presence::Registered }).collect();
    let text = write(&Column::ALL, &file);
    let sheet = read(text.as_bytes()).expect("our own file");
    vec![
        Case::new("CSV, write 1,000 rows", move || drop(black_box(write(&Column::ALL, &file)))),
        Case::new("CSV, read 1,000 rows", move || drop(black_box(read(text.as_bytes())))),
        Case::new("CSV, judge 1,000 rows", move || {
            let wanted = Wanted::Invitations { product: Product::SecureMail, catalogue: &catalogue };
            drop(black_box(DryRun::of(sheet.clone(), wanted, &there)));
        }),
    ]
}

fn person(number: u32) -> Entry {
    Entry {
        name: name(&format!("First{number}"), &format!("O’Last{number}")),
        email: Some(email(&format!("person{number}@office.example"))),
        phones: cell_phone(),
        part: Part::Invitee(Kind::Staff, Placement::InPractice),
    }
}

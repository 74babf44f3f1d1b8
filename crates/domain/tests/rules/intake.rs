//! Files of employees and invitations (section 12): verdicts, plans, and exports that come back.

mod model;
mod round_trip;

use std::collections::BTreeSet;

use practice_domain::channel::{Catalogue, NoSuchChannel, Placement, Product};
use practice_domain::intake::{
    CellError, Column, Conflict, DryRun, Entry, Flaw, Known, Like, Mentions, Part, Presence, SheetError, Verdict,
    Wanted, read,
};
use practice_domain::member::{Kind, Role};
use practice_domain::value::{EmailError, NameError, Phone, PhoneError, Phones};

use crate::world::{email, name};

/// SecureMail's invitations.
fn invitations(catalogue: &Catalogue) -> Wanted<'_> {
    Wanted::Invitations { product: Product::SecureMail, catalogue }
}

fn invitee(who: &str, first: &str, last: &str) -> Entry {
    let part = Part::Invitee(Kind::Staff, Placement::InPractice);
    Entry { name: name(first, last), email: Some(email(who)), phones: Phones::default(), part }
}

fn employee(who: Option<&str>, first: &str, last: &str) -> Entry {
    let (email, part) = (who.map(email), Part::Employee(None));
    Entry { name: name(first, last), email, phones: Phones::default(), part }
}

fn known(entry: Entry, presence: Presence) -> Known {
    Known { entry, presence }
}

fn dry_run(text: &str, wanted: Wanted<'_>, known: &[Known]) -> DryRun {
    DryRun::of(read(text.as_bytes()).expect("a sheet"), wanted, known).expect("all columns")
}

fn verdicts(text: &str, wanted: Wanted<'_>, known: &[Known]) -> Vec<Verdict> {
    dry_run(text, wanted, known).rows().iter().map(|judged| judged.verdict.clone()).collect()
}

/// EMP-2: an address, a cell phone and a role come together or not at all.
#[test]
fn half_a_user_account_is_none() {
    let text = "First Name,Last Name,Email,Cell Phone,Role\n\
        Ann,Lee,ann@x.example,,\n\
        Bo,Li,,(415) 555-2671,\n\
        Eve,Ray,,,Dentist\n\
        Tom,Day,,,\n\
        Mae,Fox,mae@x.example,(415) 555-2672,Dentist\n";
    let run = dry_run(text, Wanted::Employees, &[]).complete();
    let new: Vec<_> = run.rows().iter().map(|judged| matches!(judged.verdict, Verdict::New(_))).collect();
    assert_eq!(new, [false, false, false, true, true]);
}

/// INV-1, INV-4
#[test]
fn every_row_of_a_file_of_invitations_gets_its_verdict() {
    let there = [
        known(invitee("ann@smile.com", "Ann", "Lee"), Presence::Invited),
        known(invitee("bob@smile.com", "Bob", "Ray"), Presence::Registered),
    ];
    let text = "Email,First Name,Last Name,Kind,Placement,Cell Phone\n\
        new@smile.com,New,Person,staff,in practice,(415) 555-2671\n\
        ANN@Smile.com,Ann,,Staff,In Practice,\n\
        bob@smile.com,Robert,Ray,Doctor,In Practice,(415) 555-2671\n\
        ann@smi1e.com,Ann,Lee,Staff,In Practice,\n\
        twice@x.com,One,,Staff,Outside,\n\
        Twice@x.com,One,,Staff,Outside,\n\
        rnary@x.com,,,Staff,Outside,\n\
        mary@x.com,,,Staff,Outside,\n";
    let catalogue = Catalogue::default();
    let verdicts = verdicts(text, invitations(&catalogue), &there);
    let new = Entry {
        phones: Phones { cell: Some(Phone::parse("+14155552671").expect("a number")), landline: None },
        ..invitee("new@smile.com", "New", "Person")
    };
    let outside = |who| Entry { part: Part::Invitee(Kind::Staff, Placement::Outside), ..invitee(who, "", "") };
    assert_eq!(
        verdicts,
        [
            Verdict::New(new),
            Verdict::AlreadyThere(Presence::Invited),
            Verdict::Conflict(Conflict::Known {
                presence: Presence::Registered,
                columns: vec![Column::FirstName, Column::CellPhone, Column::Kind],
            }),
            Verdict::LookAlike(invitee("ann@smi1e.com", "Ann", "Lee"), Like::Known(Box::new(there[0].clone()))),
            Verdict::Conflict(Conflict::Row { line: 7 }),
            Verdict::Conflict(Conflict::Row { line: 6 }),
            Verdict::LookAlike(outside("rnary@x.com"), Like::Row { line: 9 }),
            Verdict::LookAlike(outside("mary@x.com"), Like::Row { line: 8 }),
        ]
    );
}

/// IN-01, IN-02, IN-03, INV-1
#[test]
fn a_bad_row_names_every_field_and_why() {
    let text = "Email,First Name,Last Name,Kind,Placement,Cell Phone,Phone\n\
        a@x,see evil.com,Lee,Nurse,Here,123,(415) 555-267\n\
        ,\"A\nB\",,,,,\n\
        p@x.com,,,Patient,In Practice,,\n\
        q@x.com,,,Patient,Outside,,,oops\n";
    let catalogue = Catalogue::default();
    let flaw = |column, why| Flaw { column, why };
    let verdicts = verdicts(text, invitations(&catalogue), &[]);
    assert_eq!(
        verdicts,
        [
            Verdict::Bad(vec![
                flaw(Column::FirstName, CellError::Name(NameError::HasUrl)),
                flaw(Column::Email, CellError::Email(EmailError::Malformed)),
                flaw(Column::CellPhone, CellError::Phone(PhoneError::Invalid)),
                flaw(Column::Phone, CellError::Phone(PhoneError::Invalid)),
                flaw(Column::Kind, CellError::NoSuchKind),
                flaw(Column::Placement, CellError::NoSuchPlacement),
            ]),
            Verdict::Bad(vec![
                flaw(Column::FirstName, CellError::Name(NameError::Control)),
                flaw(Column::Email, CellError::Empty),
                flaw(Column::Kind, CellError::Empty),
                flaw(Column::Placement, CellError::Empty),
            ]),
            Verdict::Bad(vec![flaw(Column::Placement, CellError::NoSuchChannel(NoSuchChannel))]),
            Verdict::Bad(vec![flaw(Column::FirstName, CellError::TooWide)]),
        ]
    );
}

/// EMP-1, ROLE-1
#[test]
fn employees_are_known_by_their_address_or_by_their_name() {
    let there = [
        known(employee(None, "Ann", "Lee"), Presence::Employee),
        known(employee(Some("bob@x.com"), "Bob", "Ray"), Presence::Inactive),
    ];
    let text = "First Name,Last Name,Email,Role\n\
        ANN,Lée,,\n\
        Ann,Lee,,\n\
        Ann,Lee,ann@x.com,\n\
        Bob,Ray,,\n\
        Rob,Ray,other@x.com,front desk\n\
        Кim,,,\n\
        Kim,,,\n\
        ,,nobody@x.com,Boss\n";
    let other = Entry { part: Part::Employee(Some(Role::FrontDesk)), ..employee(Some("other@x.com"), "Rob", "Ray") };
    let contradicts = |columns| Verdict::Conflict(Conflict::Known { presence: Presence::Employee, columns });
    assert_eq!(
        verdicts(text, Wanted::Employees, &there),
        [
            contradicts(vec![Column::FirstName, Column::LastName]),
            Verdict::AlreadyThere(Presence::Employee),
            contradicts(vec![Column::Email]),
            Verdict::AlreadyThere(Presence::Inactive),
            Verdict::New(other),
            Verdict::LookAlike(employee(None, "Кim", ""), Like::Row { line: 8 }),
            Verdict::LookAlike(employee(None, "Kim", ""), Like::Row { line: 7 }),
            Verdict::Bad(vec![
                Flaw { column: Column::LastName, why: CellError::Empty },
                Flaw { column: Column::Role, why: CellError::NoSuchRole },
            ]),
        ]
    );
}

/// INV-4
#[test]
fn go_creates_what_is_new_and_only_the_look_alikes_that_somebody_looked_at() {
    let text = "Email,Kind,Placement\nnew@x.com,Staff,Outside\nrnary@x.com,Staff,Outside\nmary@x.com,Staff,Outside\n";
    let catalogue = Catalogue::default();
    let planned = |looked_at: &[u64]| {
        let looked_at: BTreeSet<u64> = looked_at.iter().copied().collect();
        let plan = dry_run(text, invitations(&catalogue), &[]).go(&looked_at);
        plan.entries().iter().filter_map(|entry| Some(entry.email.as_ref()?.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(planned(&[]), ["new@x.com"]);
    assert_eq!(planned(&[2, 3]), ["new@x.com", "rnary@x.com"]);
    assert_eq!(planned(&[3, 4]), ["new@x.com", "rnary@x.com", "mary@x.com"]);
}

/// EMP-1, INV-1
#[test]
fn a_file_without_a_column_that_is_needed_is_refused() {
    let catalogue = Catalogue::default();
    let refused = |text: &str, wanted| DryRun::of(read(text.as_bytes()).expect("a sheet"), wanted, &[]).err();
    assert_eq!(refused("Email\n", Wanted::Employees), Some(SheetError::Missing(Column::LastName)));
    assert_eq!(refused("First Name\n", Wanted::Employees), None);
    assert_eq!(refused("Email,Kind\n", invitations(&catalogue)), Some(SheetError::Missing(Column::Placement)));
    assert_eq!(refused("Kind\n", invitations(&catalogue)), Some(SheetError::Missing(Column::Email)));
}

/// Section 12: a row with a cell that cannot be read is bad, also where the rest of it is known.
#[test]
fn what_cannot_be_read_is_bad_even_of_somebody_who_is_known() {
    let there = [known(employee(None, "Petra", "Novak"), Presence::Employee)];
    let verdict = |cell: &str| {
        let text = format!("First Name,Last Name,Cell Phone\nPetra,Novak,{cell}\n");
        verdicts(&text, Wanted::Employees, &there).remove(0)
    };
    assert_eq!(verdict(""), Verdict::AlreadyThere(Presence::Employee));
    let why = CellError::Phone(PhoneError::Invalid);
    assert_eq!(verdict("555-01"), Verdict::Bad(vec![Flaw { column: Column::CellPhone, why }]));
}

/// Section 12: a file means whoever has an address of it, a name of it, or looks like somebody in it, and nobody else.
#[test]
fn a_file_means_whom_it_names_or_resembles() {
    let text = "First Name,Last Name,Email\nAnn,Miller,ann.miller@y.example\nTunde,Oyelaran,\n";
    let mentions = Mentions::of(&read(text.as_bytes()).expect("a sheet"), Wanted::Employees);
    let means = |who: Option<&str>, first: &str, last: &str| mentions.mean(&employee(who, first, last));
    assert!(means(Some("ann.miller@y.example"), "Anna", "Maria"), "by the address alone");
    assert!(means(Some("other@y.example"), "Tunde", "Oyelaran"), "by the name alone");
    assert!(means(Some("ann.rniller@y.example"), "Eve", "Ray"), "by what the address looks like");
    assert!(!means(Some("eve@y.example"), "Eve", "Ray") && !means(None, "Eve", "Ray"));
}

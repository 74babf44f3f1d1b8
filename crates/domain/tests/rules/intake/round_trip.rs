//! Exports are safe in spreadsheets and come back unchanged (IN-05).

use std::collections::BTreeSet;

use practice_domain::channel::{Catalogue, Placement};
use practice_domain::intake::{
    Column, DryRun, Entry, Known, Part, Presence, Verdict, Wanted, guard, read, unguard, write,
};
use practice_domain::member::{Kind, Role};
use practice_domain::value::{PersonName, Phone, Phones};
use proptest::prelude::*;

use super::{employee, invitations};
use crate::world::{cases, email, name};

/// Text as people and attackers write it, as a name if it can be one.
pub(super) fn names() -> impl Strategy<Value = PersonName> {
    let part = prop_oneof![
        "[A-Z][a-z]{0,8}",
        "['=+@\u{ff1d}\u{ff0b}\u{ff20}-]{0,3}[a-z\",; '=]{0,12}",
        "\\PC{0,20}",
        Just("=HYPERLINK(\"http//x\",\"y\")".to_owned()),
    ];
    (part.clone(), part).prop_filter_map("a name", |(first, last)| PersonName::parse(&first, &last).ok())
}

fn phones() -> impl Strategy<Value = Phones> {
    let some = || {
        let numbers = prop_oneof!["415555[0-9]{4}", Just("+49 30 901820".to_owned())];
        proptest::option::of(numbers.prop_filter_map("a number", |text| Phone::parse(&text).ok()))
    };
    (some(), some()).prop_map(|(cell, landline)| Phones { cell, landline })
}

fn part(of_employees: bool) -> BoxedStrategy<Part> {
    if of_employees {
        let roles = vec![None, Some(Role::Owner), Some(Role::FrontDesk), Some(Role::TreatmentCoordinator)];
        return proptest::sample::select(roles).prop_map(Part::Employee).boxed();
    }
    let channels = vec![
        (Kind::Staff, Placement::InPractice),
        (Kind::Doctor, Placement::Outside),
        (Kind::Patient, Placement::Outside),
    ];
    proptest::sample::select(channels).prop_map(|(kind, placement)| Part::Invitee(kind, placement)).boxed()
}

fn people(of_employees: bool) -> impl Strategy<Value = Vec<Known>> {
    let presences = vec![Presence::Employee, Presence::Inactive, Presence::Invited, Presence::Registered];
    let one = (names(), phones(), part(of_employees), proptest::sample::select(presences), any::<bool>());
    proptest::collection::vec(one, 0..12).prop_map(move |people| {
        let numbered = people.into_iter().enumerate();
        let all = numbered.map(|(at, (name, phones, part, presence, has_address))| {
            let bare = of_employees && !has_address && !name.is_empty();
            let email = (!bare).then(|| email(&format!("p{at}@x.com")));
            let name = if of_employees && name.is_empty() { super::name("A", "B") } else { name };
            Known { entry: Entry { name, email, phones, part }, presence }
        });
        all.collect()
    })
}

proptest! {
    #![proptest_config(cases(200))]

    /// IN-05, EMP-1
    #[test]
    fn an_export_that_is_imported_again_changes_nothing(
        (of_employees, people) in any::<bool>().prop_flat_map(|which| (Just(which), people(which))),
    ) {
        let catalogue = Catalogue::default();
        let wanted = if of_employees { Wanted::Employees } else { invitations(&catalogue) };
        let text = write(&Column::ALL, people.iter().map(|known| &known.entry));
        let again = DryRun::of(read(text.as_bytes()).expect("our own file"), wanted, &people).expect("all columns");
        prop_assert_eq!(again.rows().len(), people.len());
        for judged in again.rows() {
            prop_assert!(matches!(judged.verdict, Verdict::AlreadyThere(_)), "{:?}", judged.verdict);
        }
        prop_assert!(again.go(&BTreeSet::new()).is_empty());
    }

    /// IN-05
    #[test]
    fn cells_come_back_as_they_were_and_none_is_a_formula(cells in proptest::collection::vec(".{0,12}", 1..6)) {
        for cell in &cells {
            let guarded = guard(cell);
            prop_assert!(!guarded.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠']));
            prop_assert_eq!(unguard(&guarded), cell.as_str());
        }
    }

    /// IN-05
    #[test]
    fn a_name_comes_back_from_the_file_that_it_was_written_to(name in names()) {
        let entry = Entry { name, ..employee(None, "x", "y") };
        let marked = Entry { email: Some(email("mark@x.com")), ..entry };
        let text = write(&Column::ALL, [&marked]);
        let sheet = read(text.as_bytes()).expect("our own file");
        prop_assert_eq!(sheet.rows[0].cell(Column::FirstName), marked.name.first());
        prop_assert_eq!(sheet.rows[0].cell(Column::LastName), marked.name.last());
    }
}

/// IN-05
#[test]
fn formulas_are_written_as_the_requirement_says() {
    let formula = Entry { name: name("=HYPERLINK(\"x\",\"y\")", "-5"), ..employee(None, "a", "b") };
    let text = write(&[Column::FirstName, Column::LastName, Column::Role], [&formula]);
    assert_eq!(text, "\u{feff}First Name,Last Name,Role\r\n\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\",'-5,\r\n");
}

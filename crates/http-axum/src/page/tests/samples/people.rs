//! The people of a sample practice.

use super::{Names, text, when};
use crate::page::{Marked, PersonRow, Role, Status, Tier};

/// A page of people, in every state a row can have.
pub(super) fn page(names: &Names) -> Vec<PersonRow> {
    vec![
        registered("1", "Claire", "Abernathy", Tier::Paid, Status::Registered),
        PersonRow { other_practice: true, ..invited("2", "Joost", "Achterberg", Role::DoctorStaff) },
        invited("3", "Folake", "Adeyemi", Role::Patient),
        registered("4", "Renée", "Baptiste", Tier::PaidPlugin, Status::Registered),
        PersonRow { can_reinvite: false, just_sent: true, ..invited("5", "Anika", "Bhattacharya", Role::DoctorStaff) },
        registered("6", "Karin", "Bjornstad", Tier::Paid, Status::Locked),
        registered("7", "Inés", "Castellanos", Tier::Free, Status::TwoStepPending),
        PersonRow {
            undeliverable: Some(text("the mailbox does not exist")),
            ..invited("8", "Nadia", "Kowalczyk", Role::DoctorStaff)
        },
        PersonRow {
            first: Marked::default(),
            last: Marked::default(),
            email: Marked::plain("someone.without.a.name@a-rather-long-domain-name.example"),
            ..invited("9", "", "", Role::Patient)
        },
        registered("10", "Marisol", &names.last, Tier::PaidPlugin, Status::Registered),
        registered("11", "Wolfeschlegelsteinhausen", "Bergerdorff-Featherstonehaugh", Tier::Paid, Status::Locked),
    ]
}

/// What a search for `lind` finds.
pub(super) fn found() -> Vec<PersonRow> {
    vec![
        PersonRow {
            other_practice: true,
            email: Marked::find("guy@lindgrovedental.example", "lind"),
            ..invited("12", "Guy", "Lafontaine", Role::DoctorStaff)
        },
        PersonRow {
            last: Marked::find("Lindqvist", "lind"),
            ..registered("13", "Theo", "Lindqvist", Tier::Free, Status::Registered)
        },
    ]
}

fn invited(id: &str, first: &str, last: &str, role: Role) -> PersonRow {
    PersonRow {
        id: text(id),
        first: Marked::plain(first),
        last: Marked::plain(last),
        email: Marked::plain("person@brightwater-dental.example"),
        role,
        other_practice: false,
        created: when("Jun 2, 2026", "2026-06-02"),
        last_activity: None,
        status: Status::NotRegistered,
        tier: Tier::Free,
        can_reinvite: true,
        just_sent: false,
        can_unlock: false,
        undeliverable: None,
    }
}

fn registered(id: &str, first: &str, last: &str, tier: Tier, status: Status) -> PersonRow {
    PersonRow {
        last_activity: Some(when("Today, 8:47 AM", "2026-06-09T08:47-05:00")),
        status,
        tier,
        can_reinvite: false,
        can_unlock: status == Status::Locked,
        ..invited(id, first, last, Role::DoctorStaff)
    }
}

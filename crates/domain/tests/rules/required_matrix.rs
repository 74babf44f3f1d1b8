//! The matrix that `requirements.md` asks for, against what the rules answer.

use practice_domain::access::{Action, Affair, Asker, Who, Whom, WhyNot, may, may_at_all};
use practice_domain::member::Tier;

use crate::matrix::{who, whom};

/// `requirements.md` §1.14, row by row: `+` allowed, `-` denied, `R` with a fresh sign-in, `4` not found, `r` with a reason, `9`
/// registered, `2` a patient. The columns: visitor, patient, staff, invitee from outside, manager, administrator, owner, support.
/// Inviting from Manage Account is a row of it, too, and nowhere in the product (`INV-2`).
const REQUIRED: [(&str, &str); 23] = [
    ("own profile", "- + + - + + + -"),
    ("list users", "- - - - + + + +"),
    ("invite through product", "- - + - + + + -"),
    ("reinvite unregistered", "- - - - + + + -"),
    ("edit unregistered", "- - - - + + + -"),
    ("edit registered", "- - - - 9 9 9 -"),
    ("unlock", "- - - - + + + r"),
    ("unlock external", "- - - - 4 4 4 r"),
    ("create employee", "- - - - - + + -"),
    ("assign role", "- - - - - + + -"),
    ("assign owner", "- - - - - - R r"),
    ("grant user manager", "- - - - - - - r"),
    ("show code word", "- - - - - R R -"),
    ("rotate code word", "- - - - - R R -"),
    ("two-step", "- - - - R R R -"),
    ("security policy", "- - - - - - R -"),
    ("buy for staff", "- - - - R - R -"),
    ("buy for a patient", "- - - - 2 - 2 -"),
    ("card on file", "- - - - R - R -"),
    ("invoices", "- - - - + - + -"),
    ("export", "- - - - R R R -"),
    ("read audit", "- - - - - - + +"),
    ("end sessions", "- - - - - R R r"),
];

/// Where the numbered rules decide otherwise than §1.14, and how: Manage Account, its buttons, its switches and buying for others
/// belong to User Managers only (`LIST-1`, `LOCK-2`, `LIST-9`, `BILL-2`); every doctor and staff member may have a card and sees what
/// they paid (`BILL-7`, `BILL-9`); support has no command that makes an Owner (section 13); and what belongs to another practice is never more than not found.
const DECIDED_OTHERWISE: [(&str, &[usize], &str); 11] = [
    ("reinvite unregistered", &[5, 6], "-"),
    ("edit unregistered", &[5, 6], "-"),
    ("edit registered", &[5, 6], "-"),
    ("unlock", &[5, 6], "-"),
    ("two-step", &[5, 6], "-"),
    ("buy for staff", &[6], "-"),
    ("buy for a patient", &[6], "-"),
    ("assign owner", &[7], "-"),
    ("card on file", &[2, 5], "R"),
    ("invoices", &[2, 5], "+"),
    ("unlock external", &[1, 2], "4"),
];

fn answer(row: &str, who: &Who) -> Result<(), WhyNot> {
    let to = |state, action| may(who, &whom(state), action);
    match row {
        "own profile" => may_at_all(who, Affair::KeepProfile),
        "list users" => {
            may_at_all(who, Affair::OpenManageAccount).or_else(|_| may_at_all(who, Affair::OpenUserAccounts))
        }
        "invite through product" => may_at_all(who, Affair::Invite),
        "reinvite unregistered" => to("invited", Action::Reinvite),
        "edit unregistered" => to("invited", Action::Correct),
        "edit registered" => to("member", Action::Correct),
        "unlock" => to("locked", Action::Unlock),
        "unlock external" => may(who, &Whom { here: false, ..whom("locked") }, Action::Unlock),
        "create employee" => may_at_all(who, Affair::AddEmployee),
        "assign role" => to("member", Action::AssignRole),
        "assign owner" => to("member", Action::MakeOwner),
        "grant user manager" => to("member", Action::GrantUserManager),
        "show code word" => may_at_all(who, Affair::ShowCodeWord),
        "rotate code word" => may_at_all(who, Affair::RotateCodeWord),
        "two-step" => may_at_all(who, Affair::SetTwoStep),
        "security policy" => may_at_all(who, Affair::ChangePolicy),
        "buy for staff" => to("member", Action::Buy),
        "buy for a patient" => to("patient", Action::Buy),
        "card on file" => may_at_all(who, Affair::KeepCard),
        "invoices" => may_at_all(who, Affair::SeeInvoices),
        "export" => may_at_all(who, Affair::Export),
        "read audit" => may_at_all(who, Affair::ReadAudit),
        "end sessions" => to("member", Action::EndSessions),
        other => panic!("{other}"),
    }
}

/// The sign that an asker's cell should bear.
fn sign(row: &str, column: usize) -> &'static str {
    let asker = |fresh, reason| match column {
        0 | 3 => Who::Visitor,
        7 => Who::Operator { reason },
        _ => match who(["", "patient", "staff", "", "manager", "administrator", "owner"][column], fresh, true) {
            Who::Person(asker) => Who::Person(Asker { tier: Tier::Paid, ..asker }),
            other => other,
        },
    };
    let (least, most) = (answer(row, &asker(false, false)), answer(row, &asker(true, true)));
    match (least, most) {
        (Ok(()), Ok(())) => "+",
        (Err(WhyNot::NotFresh), Ok(())) => "R",
        (Err(WhyNot::NoReason), Ok(())) => "r",
        (_, Err(WhyNot::NotHere)) if (1..7).contains(&column) => "4",
        (_, Err(WhyNot::Registered)) => "9",
        (_, Err(WhyNot::Patient)) => "2",
        _ => "-",
    }
}

/// TN-02, LIST-7: §1.14 cell by cell, but for what the numbered rules decide otherwise.
#[test]
fn the_required_matrix_holds_cell_by_cell() {
    for (row, cells) in REQUIRED {
        for (column, required) in cells.split_whitespace().enumerate() {
            let mut rules = DECIDED_OTHERWISE.iter().filter(|(of, columns, _)| *of == row && columns.contains(&column));
            let otherwise = rules.next().map(|(_, _, sign)| *sign);
            assert_ne!(otherwise, Some(required), "{row}, column {column} is not decided otherwise");
            let expected = otherwise.unwrap_or(required);
            assert_eq!(sign(row, column), expected, "{row}, column {column}");
        }
    }
}

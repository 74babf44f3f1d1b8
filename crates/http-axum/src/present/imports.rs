use practice_domain::channel::Product;
use practice_domain::import::{Came, Content, Import};
use practice_domain::intake::{CellError, Column, Conflict, DryRun, Judged, Like, Presence, Row, Verdict};

use practice_domain::usecase::Resemblance;

use crate::page::{ImportKind, ImportProblem, ImportRow, RowVerdict, Tallied};
use crate::refusal::sentence;

/// Something that a file can hold, as pages say it; nothing for vendor support's own.
pub(crate) fn import_kind(content: Content) -> Option<ImportKind> {
    let invited = |product: &str| format!("Invitations through {product}");
    let (code, label) = match content {
        Content::Employees => ("employees", "Employees".to_owned()),
        Content::Invitations(Product::SecureMail) => ("securemail", invited("SecureMail")),
        Content::Invitations(Product::TruForm) => ("truform", invited("TruForm")),
        Content::Invitations(Product::Collaborator) => ("collaborator", invited("Collaborator")),
        Content::Invitations(Product::Operator) => return None,
    };
    let columns = match content {
        Content::Employees => "First Name, Last Name, Email, Cell Phone, Role",
        Content::Invitations(_) => "First Name, Last Name, Email, Cell Phone, Phone, Kind, Placement",
    };
    Some(ImportKind { code, label, columns, chosen: false })
}

/// What a file is called.
pub(crate) fn import_name(import: &Import) -> String {
    if import.name.is_empty() { "Pasted text".to_owned() } else { import.name.clone() }
}

/// A row and its verdict.
pub(crate) fn import_row(judged: &Judged) -> ImportRow {
    let verdict = match judged.verdict {
        Verdict::New(_) => RowVerdict::New,
        Verdict::AlreadyThere(_) => RowVerdict::AlreadyThere,
        Verdict::Conflict(_) => RowVerdict::Conflict,
        Verdict::LookAlike(..) => RowVerdict::LookAlike,
        Verdict::Bad(_) => RowVerdict::Bad,
    };
    let row = &judged.row;
    ImportRow { line: row.line, name: named(row), email: row.cell(Column::Email).trim().to_owned(), verdict }
}

/// How many rows came to what; what no row came to is left out.
pub(crate) fn counted_rows(import: &Import, run: Option<&DryRun>) -> Vec<Tallied> {
    let tallied = |rows, label| Tallied { rows, label };
    let all = match run {
        Some(run) => {
            let count = |wanted| run.rows().iter().filter(|judged| import_row(judged).verdict == wanted).count();
            vec![
                tallied(count(RowVerdict::New), "new"),
                tallied(count(RowVerdict::LookAlike), "look like somebody else"),
                tallied(count(RowVerdict::AlreadyThere), "already there"),
                tallied(count(RowVerdict::Conflict), "in conflict"),
                tallied(count(RowVerdict::Bad), "need fixing"),
            ]
        }
        None => vec![
            tallied(import.count(|came| *came == Came::Created), "done"),
            tallied(import.count(|came| *came == Came::AlreadyThere), "already there"),
            tallied(import.count(|came| *came == Came::Changed), "changed meanwhile"),
            tallied(import.count(|came| matches!(came, Came::Refused(_))), "refused"),
        ],
    };
    all.into_iter().filter(|tallied| tallied.rows > 0).collect()
}

/// What somebody must put right in a row.
pub(crate) fn problems_of(judged: &Judged) -> Vec<ImportProblem> {
    let row = &judged.row;
    let line = row.line;
    match &judged.verdict {
        Verdict::Bad(flaws) => {
            let problem = |column: Column, why: &CellError| ImportProblem {
                line,
                column: if *why == CellError::TooWide { "" } else { column.header() },
                sent: if *why == CellError::TooWide { String::new() } else { row.cell(column).trim().to_owned() },
                say: sentence(why).replace("?.", "?"),
            };
            flaws.iter().map(|flaw| problem(flaw.column, &flaw.why)).collect()
        }
        Verdict::Conflict(Conflict::Row { line: other }) => {
            let say = format!("Row {other} is about the same person. Keep one of them.");
            vec![ImportProblem { line, column: "", sent: cells(row), say }]
        }
        Verdict::Conflict(Conflict::Known { presence, columns }) => {
            let known = match presence {
                Presence::Employee | Presence::Registered => "somebody who is in the list",
                Presence::Inactive => "an inactive employee",
                Presence::Invited => "somebody who is invited",
            };
            let of = |column: &Column| ImportProblem {
                line,
                column: column.header(),
                sent: row.cell(*column).trim().to_owned(),
                say: format!("This is {known}, with another {}. Change it there.", column.header()),
            };
            columns.iter().map(of).collect()
        }
        Verdict::New(_) | Verdict::AlreadyThere(_) | Verdict::LookAlike(..) => Vec::new(),
    }
}

/// Whom a row resembles.
pub(crate) fn resembles(like: &Like) -> String {
    match like {
        Like::Row { line } => format!("Looks like row {line}, and is not the same."),
        Like::Known(known) => {
            let email = known.entry.email.as_ref().map(ToString::to_string);
            let name = Some(known.entry.name.to_string()).filter(|name| !name.is_empty());
            let who = [name, email].into_iter().flatten().collect::<Vec<_>>().join(", ");
            format!("Looks like {who}, and is not the same.")
        }
    }
}

/// What an address looks like. Whose it is only those are told who see the list of people.
pub(crate) fn looks_like(like: &Resemblance, sees_the_list: bool) -> String {
    match like {
        Resemblance::Domain(domain) => format!("It looks like an address at {domain}, and is not one."),
        Resemblance::Person(_) if !sees_the_list => {
            "It looks like the address of somebody else in the practice, and is not the same.".to_owned()
        }
        Resemblance::Person(known) => resembles(&Like::Known(known.clone())).replacen("Looks", "It looks", 1),
    }
}

/// Whom a row is about, in short.
pub(crate) fn cells(row: &Row) -> String {
    let email = row.cell(Column::Email).trim();
    let parts = [named(row), email.to_owned()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn named(row: &Row) -> String {
    format!("{} {}", row.cell(Column::FirstName).trim(), row.cell(Column::LastName).trim()).trim().to_owned()
}

/// Words of the rules as a sentence.
pub(crate) fn spoken(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

//! Files on their way in.

use askama::Template;

use super::{Names, text};
use crate::page::{
    Chrome, ImportFormPage, ImportKind, ImportPage, ImportProblem, ImportRow, ImportStage, LookAlikeRow, Nav, Problems,
    RowVerdict, Tallied,
};

pub(super) fn all(names: &Names) -> Vec<(&'static str, askama::Result<String>)> {
    let kind = |code, label: &str, chosen| ImportKind {
        code,
        label: text(label),
        columns: "First Name, Last Name, Email, Cell Phone, Role",
        chosen,
    };
    let form = ImportFormPage {
        chrome: Chrome {
            problems: Problems::one("file", "Choose a file, or paste its rows below."),
            ..names.chrome(Nav::Settings)
        },
        kinds: vec![kind("employees", "Employees", true), kind("truform", "Invitations through TruForm", false)],
        text: format!("Last Name\n{}", names.last),
    };
    let judged = |ready| ImportStage::Judged {
        ready,
        go: text("Add 212 employees"),
        sends: text("12 of them get a setup email and a code word text."),
    };
    let why = "Somebody stopped it.";
    vec![
        ("settings-import", form.render()),
        ("settings-import-judged", run(names, judged(212)).render()),
        ("settings-import-nothing", ImportPage { look_alikes: Vec::new(), ..run(names, judged(0)) }.render()),
        ("settings-import-going", run(names, ImportStage::Going { done: 138, of: 212 }).render()),
        ("settings-import-stopped", run(names, ImportStage::Stopped { done: 138, of: 212, why }).render()),
        ("settings-import-done", run(names, ImportStage::Done).render()),
    ]
}

fn run(names: &Names, stage: ImportStage) -> ImportPage {
    let row = |line, verdict| ImportRow {
        line,
        name: names.manager(),
        email: text("someone@a-rather-long-domain-name.example"),
        verdict,
    };
    let problem =
        |line, column, sent: &str, say: &str| ImportProblem { line, column, sent: text(sent), say: text(say) };
    let judged = matches!(stage, ImportStage::Judged { .. });
    let verdicts =
        [RowVerdict::New, RowVerdict::AlreadyThere, RowVerdict::Conflict, RowVerdict::LookAlike, RowVerdict::Bad];
    let like = LookAlikeRow { line: 9, who: names.manager(), like: text("Looks like row 12, and is not the same.") };
    ImportPage {
        chrome: names.chrome(Nav::Settings),
        id: text("9"),
        name: text("front-desk-staff.csv"),
        kind: text("Employees"),
        stage,
        tallied: vec![Tallied { rows: 212, label: "new" }, Tallied { rows: 4, label: "need fixing" }],
        problems: vec![
            problem(14, "Cell Phone", "555-01", "Enter a phone number with 10 digits."),
            problem(58, "Last Name", "", "This must not be empty."),
            problem(91, "", "someone@a-rather-long-domain-name.example", "Row 92 is about the same person."),
        ],
        more_problems: 3,
        look_alikes: if judged { vec![like] } else { Vec::new() },
        rows: if judged { (2..).zip(verdicts).map(|(line, verdict)| row(line, verdict)).collect() } else { Vec::new() },
        next: judged.then(|| text("/settings/import/9?after=50#rows")),
        seen: text("x"),
    }
}

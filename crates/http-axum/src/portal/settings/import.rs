//! Settings › Import: a file is judged, carried out after "Go", and its progress shown.

use std::collections::BTreeSet;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::{HeaderName, HeaderValue};
use axum::response::Response;
use practice_domain::access::Administrator;
use practice_domain::billing::looks_like_card_number;
use practice_domain::channel::Product;
use practice_domain::import::{Came, Content, Halt, Import, Stage};
use practice_domain::intake::{DryRun, Entry, Judged, Verdict};
use practice_domain::usecase::import::{
    GoImport, ImportError, UploadImport, find_import, go_import, judge_import, resume_import, seen, stop_import,
    upload_import,
};
use practice_domain::value::ImportId;
use uuid::Uuid;

use crate::cards;
use crate::cookie::{read_secret, write_secret};
use crate::door::{Admin, AdminForm, AdminUpload, Id, Watching};
use crate::flash::see;
use crate::page::{ImportFormPage, ImportKind, ImportPage, ImportProblem, ImportStage, LookAlikeRow, Nav, Problems};
use crate::portal::page;
use crate::present;
use crate::refusal::{Face, sentence};
use crate::site::Portal;

/// `GET /settings/import`.
pub(crate) async fn blank(State(portal): State<Portal>, Admin(who): Admin) -> Result<Response, Face> {
    page(StatusCode::OK, &form(&portal, &who, "employees", String::new()))
}

/// `POST /settings/import`: a file, or pasted text.
pub(crate) async fn upload(State(portal): State<Portal>, form: AdminUpload) -> Result<Response, Face> {
    let AdminUpload { who, fields, file } = form;
    let (code, text) = (fields.text("content"), fields.text("text"));
    // Pasted text is shown again with what is wrong with it, but never a card's number.
    let card = looks_like_card_number(text);
    if card && file.is_some() {
        return Err(cards::refused("text"));
    }
    let mut again = self::form(&portal, &who, code, if card { String::new() } else { text.to_owned() });
    let Some(content) = CONTENTS.into_iter().find(|one| kind(*one).is_some_and(|kind| kind.code == code)) else {
        again.chrome.problems = Problems::one("content", "Choose what the file holds.");
        return page(StatusCode::UNPROCESSABLE_ENTITY, &again);
    };
    let (name, bytes) = match file {
        Some((name, bytes)) => (name, bytes.to_vec()),
        None if !text.trim().is_empty() => (String::new(), text.as_bytes().to_vec()),
        None => {
            again.chrome.problems = Problems::one("file", "Choose a file, or paste its rows below.");
            return page(StatusCode::UNPROCESSABLE_ENTITY, &again);
        }
    };
    match upload_import(&portal.ports, &who, UploadImport { content, name, bytes }).await {
        Ok(import) => Ok(see(&format!("/settings/import/{}", import.id))),
        Err(error @ (ImportError::Sheet(_) | ImportError::CardNumber(_) | ImportError::Empty)) => {
            again.chrome.problems = Problems::one("file", &sentence(&error));
            page(Face::from(error).status, &again)
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /settings/import/{id}`: the dry run, the progress or the result. While the file is under way the page loads itself again.
pub(crate) async fn show(
    State(portal): State<Portal>,
    Watching(who): Watching,
    Id(id): Id,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, Face> {
    let import = find_import(&portal.ports, &who, ImportId(id)).await?;
    let after = query.iter().find(|(name, _)| name == "after").and_then(|(_, line)| line.parse().ok()).unwrap_or(0);
    let shown = stand(&portal, &who, &import, after).await?;
    let mut response = page(StatusCode::OK, &shown)?;
    if import.stage == Stage::Going {
        response.headers_mut().insert(REFRESH, HeaderValue::from_static("2"));
    }
    Ok(response)
}

/// `POST /settings/import/{id}/go`: what was seen is carried out, and nothing else.
pub(crate) async fn go(State(portal): State<Portal>, Id(id): Id, form: AdminForm) -> Result<Response, Face> {
    let AdminForm { who, fields } = form;
    let looked_at: BTreeSet<u64> = fields.all("look").filter_map(|line| line.parse().ok()).collect();
    let seen = read_secret(fields.text("seen")).unwrap_or_default();
    match go_import(&portal.ports, &who, GoImport { import: ImportId(id), looked_at, seen }).await {
        Ok(_) | Err(ImportError::OutOfStep(_)) => Ok(back(id)),
        Err(error @ ImportError::Changed) => {
            let import = find_import(&portal.ports, &who, ImportId(id)).await?;
            let mut shown = stand(&portal, &who, &import, 0).await?;
            shown.chrome.problems = Problems::one("main", &sentence(&error));
            page(StatusCode::CONFLICT, &shown)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/import/{id}/stop`.
pub(crate) async fn stop(State(portal): State<Portal>, Id(id): Id, form: AdminForm) -> Result<Response, Face> {
    match stop_import(&portal.ports, &form.who, ImportId(id)).await {
        Ok(_) | Err(ImportError::OutOfStep(_)) => Ok(back(id)),
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/import/{id}/resume`.
pub(crate) async fn resume(State(portal): State<Portal>, Id(id): Id, form: AdminForm) -> Result<Response, Face> {
    match resume_import(&portal.ports, &form.who, ImportId(id)).await {
        Ok(_) | Err(ImportError::OutOfStep(_)) => Ok(back(id)),
        Err(error) => Err(error.into()),
    }
}

fn back(id: Uuid) -> Response {
    see(&format!("/settings/import/{id}"))
}

fn form(portal: &Portal, who: &Administrator, chosen: &str, text: String) -> ImportFormPage {
    let kinds = CONTENTS.into_iter().filter_map(kind).map(|kind| ImportKind { chosen: kind.code == chosen, ..kind });
    ImportFormPage { chrome: present::chrome(portal, who.person(), Nav::Settings), kinds: kinds.collect(), text }
}

fn kind(content: Content) -> Option<ImportKind> {
    present::import_kind(content)
}

/// The page of a file, as it stands now.
async fn stand(portal: &Portal, who: &Administrator, import: &Import, after: u64) -> Result<ImportPage, Face> {
    let run = match import.stage {
        Stage::Judged => Some(judge_import(&portal.ports, import).await?),
        Stage::Going | Stage::Stopped(_) | Stage::Done => None,
    };
    let mut problems = match &run {
        Some(run) => run.rows().iter().flat_map(present::problems_of).collect(),
        None => refusals(import),
    };
    let more_problems = problems.len().saturating_sub(SHOWN);
    problems.truncate(SHOWN);
    let judged = run.as_ref().map(DryRun::rows).unwrap_or_default();
    let page: Vec<&Judged> = judged.iter().filter(|judged| judged.row.line > after).take(PAGE + 1).collect();
    let next =
        (page.len() > PAGE).then(|| format!("/settings/import/{}?after={}#rows", import.id, page[PAGE - 1].row.line));
    Ok(ImportPage {
        chrome: present::chrome(portal, who.person(), Nav::Settings),
        id: import.id.to_string(),
        name: present::import_name(import),
        kind: present::import_kind(import.content).map(|kind| kind.label).unwrap_or_default(),
        stage: stage(import, judged),
        tallied: present::counted_rows(import, run.as_ref()),
        problems,
        more_problems,
        look_alikes: judged.iter().filter_map(look_alike).take(SHOWN).collect(),
        rows: page.into_iter().take(PAGE).map(present::import_row).collect(),
        next,
        seen: run.as_ref().map(|run| write_secret(&seen(&portal.ports, run))).unwrap_or_default(),
    })
}

fn stage(import: &Import, judged: &[Judged]) -> ImportStage {
    let (done, of) = (import.done.len(), import.plan.len());
    match import.stage {
        Stage::Going => ImportStage::Going { done, of },
        Stage::Stopped(Halt::Asked) => ImportStage::Stopped { done, of, why: "Somebody stopped it." },
        Stage::Stopped(Halt::NotAllowed) => {
            let why = "Whoever started it has signed out, or may not do this any more. Press Go On to take it over.";
            ImportStage::Stopped { done, of, why }
        }
        Stage::Done => ImportStage::Done,
        Stage::Judged => {
            let new: Vec<&Entry> = judged.iter().filter_map(|judged| new(&judged.verdict)).collect();
            let accounts = new.iter().filter(|entry| entry.email.is_some()).count();
            let (go, sends) = match import.content {
                Content::Employees => (
                    format!("Add {}", counted(new.len(), "employee")),
                    format!("{accounts} of them get a setup email and a code word text."),
                ),
                Content::Invitations(_) => {
                    (format!("Send {}", counted(new.len(), "invitation")), "Each person gets an email.".to_owned())
                }
            };
            ImportStage::Judged { ready: new.len(), go, sends }
        }
    }
}

fn new(verdict: &Verdict) -> Option<&Entry> {
    match verdict {
        Verdict::New(entry) => Some(entry),
        _ => None,
    }
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn look_alike(judged: &Judged) -> Option<LookAlikeRow> {
    match &judged.verdict {
        Verdict::LookAlike(_, like) => Some(LookAlikeRow {
            line: judged.row.line,
            who: present::cells(&judged.row),
            like: present::resembles(like),
        }),
        _ => None,
    }
}

/// The rows that were not carried out, and why.
fn refusals(import: &Import) -> Vec<ImportProblem> {
    let sheet = practice_domain::intake::read(import.text.as_bytes()).map(|sheet| sheet.rows).unwrap_or_default();
    let who = |line| sheet.iter().find(|row| row.line == line).map(present::cells).unwrap_or_default();
    let told = import.done.iter().filter_map(|outcome| {
        let say = match &outcome.came {
            Came::Refused(why) => present::spoken(why),
            Came::Changed => "The practice has changed meanwhile. Import the file again to see how.".to_owned(),
            Came::Created | Came::AlreadyThere => return None,
        };
        Some((outcome.line, say))
    });
    let problem = |(line, say)| ImportProblem { line, column: "", sent: who(line), say };
    told.map(problem).collect()
}

/// What a file can hold.
pub(crate) const CONTENTS: [Content; 4] = [
    Content::Employees,
    Content::Invitations(Product::SecureMail),
    Content::Invitations(Product::TruForm),
    Content::Invitations(Product::Collaborator),
];

/// Rows on a page.
const PAGE: usize = 50;

/// Problems, and look-alikes, on a page.
const SHOWN: usize = 200;

const REFRESH: HeaderName = HeaderName::from_static("refresh");

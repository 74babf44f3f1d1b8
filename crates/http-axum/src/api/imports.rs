use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, LOCATION};
use axum::response::{IntoResponse, Response};
use practice_domain::import::{self, Came, Halt};
use practice_domain::intake::{self, DryRun, Judged};
use practice_domain::usecase::import::{
    GoImport, UploadImport, find_import, go_import, judge_import, resume_import, seen, stop_import, upload_import,
};
use practice_domain::value::ImportId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::body::{Sent, Wrong};
use crate::cookie::{read_secret, write_secret};
use crate::door::{ApiAdmin, ApiCsv, ApiWatching, Id};
use crate::portal::IMPORTS;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// What the document is.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it only describes the parameters; they are read one by one")]
pub(crate) struct UploadParams {
    /// What it holds: employees, or invitations through a product.
    content: Content,
    /// What it is called.
    #[param(max_length = 100)]
    name: Option<String>,
}

/// Where to go on.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it only describes the parameters; they are read one by one")]
pub(crate) struct RowsParams {
    /// The row after which to begin, from `next`.
    after: Option<u64>,
}

/// What a file holds: employees, or invitations through a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Content {
    Employees,
    Securemail,
    Truform,
    Collaborator,
}

/// How far a file has come. Asking does not keep a session alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Stage {
    /// Its rows are judged; nothing was done.
    Judged,
    /// Its rows are being carried out.
    Going,
    /// Somebody stopped it.
    Stopped,
    /// Whoever started it has signed out, or may not any more.
    NotAllowed,
    /// Every row was carried out.
    Done,
}

/// A file of employees or invitations.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Import {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    content: Option<Content>,
    stage: Stage,
    /// While it is judged: what would become of its rows.
    verdicts: Option<Verdicts>,
    /// Rows that are to be carried out.
    planned: usize,
    /// Rows that were.
    done: usize,
    /// Of these, rows that made somebody new.
    created: usize,
    /// Of these, rows that said nothing new.
    already_there: usize,
    /// Of these, rows that other changes came before.
    changed: usize,
    /// Of these, rows that were refused.
    refused: usize,
}

/// What would become of the rows of a file.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Verdicts {
    new: usize,
    already_there: usize,
    conflict: usize,
    look_alike: usize,
    bad: usize,
    /// Names what was seen; "go" sends it back.
    seen: String,
}

/// What would become of a row, or became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    New,
    AlreadyThere,
    Conflict,
    LookAlike,
    Bad,
    Created,
    Changed,
    Refused,
}

/// A row.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ImportRow {
    /// Its number as spreadsheets count.
    line: u64,
    verdict: Verdict,
    /// What to do about it, for people.
    details: Vec<String>,
}

/// A page of rows.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ImportRows {
    rows: Vec<ImportRow>,
    /// Where the next page is, if there is one.
    next: Option<String>,
}

/// "Go".
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Go {
    /// What was seen, from `verdicts`.
    #[schema(max_length = 43)]
    seen: String,
    /// Look-alikes that are right, by their lines.
    #[serde(default)]
    #[schema(max_items = 10000)]
    confirm: Vec<u64>,
}

/// Uploads a file and judges it. Nothing else is done before "go".
#[utoipa::path(
    post,
    path = "/api/v1/practices/{practice}/imports",
    tag = "Imports",
    params(("practice" = Uuid, Path, description = "The caller's practice."), UploadParams),
    request_body(content = String, content_type = "text/csv"),
    responses(
        (status = 201, description = "The file, judged.", body = Import, headers(("Location" = String))),
        (status = 413, description = "The file is larger than 4 MiB.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 415, description = "The content is not `text/csv`.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn upload(
    State(portal): State<Portal>,
    Query(query): Query<Vec<(String, String)>>,
    sent: ApiCsv,
) -> Result<Response, Face> {
    let text = |name: &str| query.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let content = IMPORTS.into_iter().find(|one| present::import_kind(*one).is_some_and(|k| k.code == text("content")));
    let Some(content) = content else {
        let mut wrong = Wrong::default();
        wrong.note("invalid-query", "content", "One of: employees, securemail, truform, collaborator.");
        wrong.done()?;
        return Err(Face::internal());
    };
    let cmd = UploadImport { content, name: text("name").to_owned(), bytes: sent.bytes.to_vec() };
    let import = upload_import(&portal.ports, &sent.who, cmd).await?;
    let at = format!("/api/v1/practices/{}/imports/{}", import.practice, import.id);
    let at = HeaderValue::try_from(at).map_err(|_| Face::internal())?;
    Ok((StatusCode::CREATED, [(LOCATION, at)], answer(&portal, &import).await?).into_response())
}

/// How far a file has come.
#[utoipa::path(
    get,
    path = "/api/v1/practices/{practice}/imports/{id}",
    tag = "Imports",
    params(("practice" = Uuid, Path, description = "The caller's practice."), ("id" = Uuid, Path, description = "The file.")),
    responses((status = 200, description = "The file.", body = Import)),
    security(("session" = [])),
)]
pub(crate) async fn show(
    State(portal): State<Portal>,
    ApiWatching(who): ApiWatching,
    Id(id): Id,
) -> Result<Json<Import>, Face> {
    let import = find_import(&portal.ports, &who, ImportId(id)).await?;
    answer(&portal, &import).await
}

/// The rows of a file: what would become of them while it is judged, and then what became of those that were carried out.
#[utoipa::path(
    get,
    path = "/api/v1/practices/{practice}/imports/{id}/rows",
    tag = "Imports",
    params(("practice" = Uuid, Path, description = "The caller's practice."), ("id" = Uuid, Path, description = "The file."),
        RowsParams),
    responses((status = 200, description = "A page of rows.", body = ImportRows)),
    security(("session" = [])),
)]
pub(crate) async fn rows(
    State(portal): State<Portal>,
    ApiAdmin(who): ApiAdmin,
    Id(id): Id,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Json<ImportRows>, Face> {
    let after = query.iter().find(|(name, _)| name == "after").map_or(Ok(0), |(_, line)| line.parse::<u64>());
    let Ok(after) = after else {
        let mut wrong = Wrong::default();
        wrong.note("invalid-query", "after", "The number of a row.");
        wrong.done()?;
        return Err(Face::internal());
    };
    let import = find_import(&portal.ports, &who, ImportId(id)).await?;
    let mut rows: Vec<ImportRow> = match import.stage {
        import::Stage::Judged => {
            let run = judge_import(&portal.ports, &import).await?;
            run.rows().iter().filter(|one| one.row.line > after).take(PAGE + 1).map(judged).collect()
        }
        import::Stage::Going | import::Stage::Stopped(_) | import::Stage::Done => {
            import.done.iter().filter(|one| one.line > after).take(PAGE + 1).map(outcome).collect()
        }
    };
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let link = |row: &ImportRow| format!("/api/v1/practices/{}/imports/{id}/rows?after={}", import.practice, row.line);
    Ok(Json(ImportRows { next: if more { rows.last().map(link) } else { None }, rows }))
}

/// "Go": the new rows are carried out, and the look-alikes that are confirmed. `GET` says how far it is.
#[utoipa::path(
    post,
    path = "/api/v1/practices/{practice}/imports/{id}/go",
    tag = "Imports",
    params(("practice" = Uuid, Path, description = "The caller's practice."), ("id" = Uuid, Path, description = "The file.")),
    request_body = Go,
    responses(
        (status = 202, description = "The file is under way.", body = Import),
        (status = 409, description = "The verdicts are others now, or somebody said \"go\" before.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn go(
    State(portal): State<Portal>,
    ApiAdmin(who): ApiAdmin,
    Id(id): Id,
    Sent(sent): Sent<Go>,
) -> Result<Response, Face> {
    let seen = read_secret(&sent.seen).unwrap_or_default();
    let cmd = GoImport { import: ImportId(id), looked_at: sent.confirm.into_iter().collect(), seen };
    let import = go_import(&portal.ports, &who, cmd).await?;
    Ok((StatusCode::ACCEPTED, answer(&portal, &import).await?).into_response())
}

/// Stops a file that is under way. What is done stays done.
#[utoipa::path(
    post,
    path = "/api/v1/practices/{practice}/imports/{id}/stop",
    tag = "Imports",
    params(("practice" = Uuid, Path, description = "The caller's practice."), ("id" = Uuid, Path, description = "The file.")),
    responses(
        (status = 200, description = "The file, stopped.", body = Import),
        (status = 409, description = "It is not under way.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn stop(
    State(portal): State<Portal>,
    ApiAdmin(who): ApiAdmin,
    Id(id): Id,
) -> Result<Json<Import>, Face> {
    answer(&portal, &stop_import(&portal.ports, &who, ImportId(id)).await?).await
}

/// Goes on with a file that was stopped; the caller vouches for the rest of it.
#[utoipa::path(
    post,
    path = "/api/v1/practices/{practice}/imports/{id}/resume",
    tag = "Imports",
    params(("practice" = Uuid, Path, description = "The caller's practice."), ("id" = Uuid, Path, description = "The file.")),
    responses(
        (status = 200, description = "The file, under way.", body = Import),
        (status = 409, description = "It does not wait.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn resume(
    State(portal): State<Portal>,
    ApiAdmin(who): ApiAdmin,
    Id(id): Id,
) -> Result<Json<Import>, Face> {
    answer(&portal, &resume_import(&portal.ports, &who, ImportId(id)).await?).await
}

async fn answer(portal: &Portal, import: &import::Import) -> Result<Json<Import>, Face> {
    let stage = match import.stage {
        import::Stage::Judged => Stage::Judged,
        import::Stage::Going => Stage::Going,
        import::Stage::Stopped(Halt::Asked) => Stage::Stopped,
        import::Stage::Stopped(Halt::NotAllowed) => Stage::NotAllowed,
        import::Stage::Done => Stage::Done,
    };
    let verdicts = match stage {
        Stage::Judged => Some(verdicts(portal, &judge_import(&portal.ports, import).await?)),
        Stage::Going | Stage::Stopped | Stage::NotAllowed | Stage::Done => None,
    };
    let content = match present::import_kind(import.content).map(|kind| kind.code) {
        Some("employees") => Some(Content::Employees),
        Some("securemail") => Some(Content::Securemail),
        Some("truform") => Some(Content::Truform),
        Some("collaborator") => Some(Content::Collaborator),
        _ => None,
    };
    Ok(Json(Import {
        id: import.id.to_string(),
        name: import.name.clone(),
        content,
        stage,
        verdicts,
        planned: import.plan.len(),
        done: import.done.len(),
        created: import.count(|came| *came == Came::Created),
        already_there: import.count(|came| *came == Came::AlreadyThere),
        changed: import.count(|came| *came == Came::Changed),
        refused: import.count(|came| matches!(came, Came::Refused(_))),
    }))
}

fn verdicts(portal: &Portal, run: &DryRun) -> Verdicts {
    let count = |wanted| run.rows().iter().filter(|one| verdict(&one.verdict) == wanted).count();
    Verdicts {
        new: count(Verdict::New),
        already_there: count(Verdict::AlreadyThere),
        conflict: count(Verdict::Conflict),
        look_alike: count(Verdict::LookAlike),
        bad: count(Verdict::Bad),
        seen: write_secret(&seen(&portal.ports, run)),
    }
}

fn verdict(verdict: &intake::Verdict) -> Verdict {
    match verdict {
        intake::Verdict::New(_) => Verdict::New,
        intake::Verdict::AlreadyThere(_) => Verdict::AlreadyThere,
        intake::Verdict::Conflict(_) => Verdict::Conflict,
        intake::Verdict::LookAlike(..) => Verdict::LookAlike,
        intake::Verdict::Bad(_) => Verdict::Bad,
    }
}

fn judged(one: &Judged) -> ImportRow {
    let details =
        match &one.verdict {
            intake::Verdict::LookAlike(_, like) => vec![present::resembles(like)],
            _ => present::problems_of(one)
                .into_iter()
                .map(|problem| {
                    if problem.column.is_empty() { problem.say } else { format!("{}: {}", problem.column, problem.say) }
                })
                .collect(),
        };
    ImportRow { line: one.row.line, verdict: verdict(&one.verdict), details }
}

fn outcome(one: &import::Outcome) -> ImportRow {
    let (verdict, details) = match &one.came {
        Came::Created => (Verdict::Created, Vec::new()),
        Came::AlreadyThere => (Verdict::AlreadyThere, Vec::new()),
        Came::Changed => (Verdict::Changed, Vec::new()),
        Came::Refused(why) => (Verdict::Refused, vec![present::spoken(why)]),
    };
    ImportRow { line: one.line, verdict, details }
}

const PAGE: usize = 100;

use axum::Json;
use axum::extract::{Query, State};
use axum::response::Response;
use practice_domain::member;
use practice_domain::person::{self, Column};
use practice_domain::port::Sort;
use practice_domain::usecase::export_people;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::body::Wrong;
use crate::api::shape::{Person, Status, Tier};
use crate::cursor::{self, LONGEST_SEARCH, Wanted};
use crate::door::ApiManager;
use crate::download;
use crate::next::encode;
use crate::refusal::Face;
use crate::site::Portal;

/// Which people, in which order.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "it only describes the parameters; they are read one by one, so that all that is wrong is told"
)]
pub(crate) struct PeopleParams {
    /// A part of first name, last name or email.
    #[param(max_length = 100)]
    q: Option<String>,
    /// Only people who have come so far.
    status: Option<Status>,
    /// Only doctors and staff, or only patients.
    role: Option<RoleName>,
    /// Only people who have this.
    tier: Option<Tier>,
    /// Only people who are locked, or only others.
    locked: Option<bool>,
    /// By what; `last` unless given.
    sort: Option<SortName>,
    /// `asc` unless given.
    dir: Option<DirName>,
    /// How many at once; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    size: Option<u16>,
    /// Where to go on, from `next` or `previous`; what is none begins at the start.
    cursor: Option<String>,
}

/// Doctors and staff, or patients.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RoleName {
    DoctorStaff,
    Patient,
}

/// What to sort by.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SortName {
    Last,
    First,
    Role,
    Created,
    Activity,
    Status,
    Tier,
}

/// In which direction.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DirName {
    Asc,
    Desc,
}

/// A page of people.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct People {
    people: Vec<Person>,
    /// The address of the next page, where there is one.
    next: Option<String>,
    /// The address of the page before, where there is one.
    previous: Option<String>,
}

/// The people of Manage Account (`LIST-1` to `LIST-6`).
#[utoipa::path(
    get,
    path = "/api/v1/practices/{practice}/people",
    tag = "People",
    params(("practice" = Uuid, Path, description = "The caller's practice."), PeopleParams),
    responses((status = 200, description = "A page of people.", body = People)),
    security(("session" = [])),
)]
pub(crate) async fn list(
    State(portal): State<Portal>,
    ApiManager(who): ApiManager,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Json<People>, Face> {
    let wanted = read(&query)?;
    let sort = wanted.sort;
    let found = portal.ports.reader.people(&wanted.of(who.practice())).await?;
    let kept = query.iter().filter(|(name, _)| name != "cursor");
    let kept: String = kept.map(|(name, value)| format!("{}={}&", encode(name), encode(value))).collect();
    let practice = who.practice().id;
    let link = |place| format!("/api/v1/practices/{practice}/people?{kept}cursor={}", cursor::write(place, sort));
    Ok(Json(People {
        people: found.people.iter().map(|person| Person::row(&who, person)).collect(),
        next: found.after.as_ref().map(link),
        previous: found.before.as_ref().map(link),
    }))
}

fn read(query: &[(String, String)]) -> Result<Wanted, Face> {
    let text = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let mut wrong = Wrong::default();
    let status = choose(&mut wrong, "status", text("status"), &STATUSES);
    let patients = choose(&mut wrong, "role", text("role"), &ROLES);
    let tier = choose(&mut wrong, "tier", text("tier"), &TIERS);
    let locked = choose(&mut wrong, "locked", text("locked"), &[("true", true), ("false", false)]);
    let by = choose(&mut wrong, "sort", text("sort"), &COLUMNS).unwrap_or_default();
    let descending = choose(&mut wrong, "dir", text("dir"), &[("asc", false), ("desc", true)]).unwrap_or_default();
    let size = match text("size").map(str::parse::<u16>) {
        None => 50,
        Some(Ok(size @ 1..=200)) => size,
        Some(_) => {
            wrong.note("invalid-query", "size", "A number from 1 to 200.");
            0
        }
    };
    let search = text("q").unwrap_or_default().to_owned();
    if search.chars().count() > LONGEST_SEARCH {
        wrong.note("invalid-query", "q", format!("At most {LONGEST_SEARCH} characters."));
    }
    let sort = Sort { by, descending };
    wrong.done()?;
    let from = text("cursor").and_then(|text| cursor::read(text, sort));
    Ok(Wanted { search, status, patients, tier, locked, sort, from, size })
}

fn choose<T: Copy>(wrong: &mut Wrong, name: &'static str, text: Option<&str>, all: &[(&str, T)]) -> Option<T> {
    let text = text?;
    let found = all.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    if found.is_none() {
        let words: Vec<&str> = all.iter().map(|(word, _)| *word).collect();
        wrong.note("invalid-query", name, format!("One of: {}.", words.join(", ")));
    }
    found
}

const STATUSES: [(&str, person::Status); 3] = [
    ("not-registered", person::Status::NotRegistered),
    ("2-step-pending", person::Status::TwoStepPending),
    ("registered", person::Status::Registered),
];

const ROLES: [(&str, bool); 2] = [("doctor-staff", false), ("patient", true)];

const TIERS: [(&str, member::Tier); 3] =
    [("free", member::Tier::Free), ("paid", member::Tier::Paid), ("paid-plugin", member::Tier::PaidWithPlugin)];

const COLUMNS: [(&str, Column); 7] = [
    ("last", Column::LastName),
    ("first", Column::FirstName),
    ("role", Column::Role),
    ("created", Column::Created),
    ("activity", Column::LastActivity),
    ("status", Column::Status),
    ("tier", Column::Tier),
];

/// Everybody on the list as a CSV document; as invitations it can be imported again. Needs a fresh sign-in: `POST
/// /api/v1/session/confirm`.
#[utoipa::path(
    get,
    path = "/api/v1/practices/{practice}/people/export",
    tag = "People",
    params(("practice" = Uuid, Path, description = "The caller's practice.")),
    responses((status = 200, description = "The list.", body = String, content_type = "text/csv")),
    security(("session" = [])),
)]
pub(crate) async fn export(State(portal): State<Portal>, ApiManager(who): ApiManager) -> Result<Response, Face> {
    let export = export_people(&portal.ports, &who.fresh()?).await?;
    Ok(download::csv(&portal, export, download::PEOPLE))
}

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::permit;
use practice_domain::fact::Topic;
use practice_domain::port::{ActorKind, EmployeeQuery, Fault, HistoryFilter, UserAccount};
use practice_domain::practice::Practice;
use practice_domain::usecase::{ReadAudit, export_audit, read_audit};
use practice_domain::value::fold;
use uuid::Uuid;

use crate::cursor::{self, Wanted};
use crate::door::Held;
use crate::download;
use crate::flash::see;
use crate::next::encode;
use crate::page::{AuditLine, AuditPage, Nav};
use crate::portal::page;
use crate::portal::settings::code_word::first_confirm;
use crate::portal::settings::naming::Naming;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /settings/audit?from=…&to=…&person=…&by=…&event=…&page=…` (section 13, `AU-05`).
pub(crate) async fn show(
    State(portal): State<Portal>,
    Held(who): Held<permit::ReadAudit>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, Face> {
    let text = |name: &str| query.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim());
    let person: String = text("person").chars().take(cursor::LONGEST_SEARCH).collect();
    let Narrowed { filter, problems } = narrowed(&portal, who.practice(), &query).await?;
    let before = cursor::read_history(text("page"));
    let mut audit = AuditPage {
        chrome: present::chrome(&portal, who.person(), Nav::Settings),
        from: text("from").to_owned(),
        to: text("to").to_owned(),
        actors: ActorKind::ALL.map(|one| (one.code(), actor_name(one), Some(one) == filter.actor)).to_vec(),
        topics: Topic::ALL.map(|one| (one.code(), one.name(), Some(one) == filter.topic)).to_vec(),
        entries: Vec::new(),
        newest: None,
        older: None,
        export: address(EXPORT, &query, None),
        time_zone: portal.calendar.zone().to_owned(),
        person,
    };
    for (field, words) in problems {
        audit.chrome.problems.add(field, words);
    }
    if !audit.chrome.problems.is_empty() {
        return page(StatusCode::UNPROCESSABLE_ENTITY, &audit);
    }
    let found = read_audit(&portal.ports, &who, ReadAudit { filter, before, size: PAGE }).await?;
    let mut naming = Naming::new(&portal, who.practice().id).await?;
    for line in &found.lines {
        audit.entries.push(AuditLine {
            at: portal.calendar.second(line.at),
            who: naming.actor(line).await?,
            event: line.sentence(&naming.roles),
            about: naming.about(line).await?,
            address: line.address.map(|address| address.to_string()),
        });
    }
    audit.newest = before.map(|_| address(PATH, &query, None));
    audit.older = found.older.map(|mark| address(PATH, &query, Some(&cursor::write_history(mark))));
    page(StatusCode::OK, &audit)
}

/// `GET /settings/audit/export` with the same choices (`AU-05`).
pub(crate) async fn export(
    State(portal): State<Portal>,
    Held(who): Held<permit::ReadAudit>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, Face> {
    let Narrowed { filter, problems } = narrowed(&portal, who.practice(), &query).await?;
    if !problems.is_empty() {
        return Ok(see(&address(PATH, &query, None)));
    }
    let Ok(fresh) = who.fresh() else { return Ok(first_confirm(&address(EXPORT, &query, None))) };
    let export = export_audit(&portal.ports, &fresh, filter, present::rfc3339).await?;
    Ok(download::csv(&portal, export, download::AUDIT))
}

/// Which entries are wanted, and what is wrong with how that was said, by field.
struct Narrowed {
    filter: HistoryFilter,
    problems: Vec<(&'static str, &'static str)>,
}

async fn narrowed(portal: &Portal, practice: &Practice, query: &[(String, String)]) -> Result<Narrowed, Fault> {
    let text = |name: &str| query.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim());
    let term: String = text("person").chars().take(cursor::LONGEST_SEARCH).collect();
    let filter = HistoryFilter {
        from: portal.calendar.start_of_day(text("from")),
        until: portal.calendar.end_of_day(text("to")),
        actor: ActorKind::with_code(text("by")),
        topic: Topic::with_code(text("event")),
        about: if term.is_empty() { None } else { Some(people(portal, practice, &term).await?) },
    };
    let mut problems = Vec::new();
    let days = [("from", filter.from.is_none()), ("to", filter.until.is_none())];
    for (field, _) in days.into_iter().filter(|(field, none)| *none && !text(field).is_empty()) {
        problems.push((field, "Enter a day like 2026-06-30."));
    }
    if filter.about.as_ref().is_some_and(Vec::is_empty) {
        problems.push(("person", "We find nobody of this name or address in your practice."));
    }
    Ok(Narrowed { filter, problems })
}

/// The ids under which entries name the people of these words: of their accounts, places, invitations and rows of the staff list.
async fn people(portal: &Portal, practice: &Practice, term: &str) -> Result<Vec<Uuid>, Fault> {
    let mut ids = Vec::new();
    let wanted = Wanted { search: term.to_owned(), size: MATCHES, ..Wanted::default() };
    for person in portal.ports.reader.people(&wanted.of(practice)).await?.people {
        ids.push(person.id.0);
        let Some(account) = person.account else { continue };
        ids.push(account.0);
        let member = portal.ports.store.member(practice.id, account).await?;
        ids.extend(member.and_then(|member| member.invitation).map(|invitation| invitation.0));
    }
    let (term, mut after) = (fold(term), None);
    for _ in 0..STAFF_PAGES {
        let query = EmployeeQuery { practice: practice.id, active: None, after, size: MATCHES };
        let found = portal.ports.reader.employees(&query).await?;
        for row in found.rows {
            let email = match &row.user {
                UserAccount::None => None,
                UserAccount::Pending { pending, .. } => Some(&pending.email),
                UserAccount::Member { email, .. } => Some(email),
            };
            let fits = |text: &str| fold(text).contains(&term);
            if fits(&row.employee.name.to_string()) || email.is_some_and(|email| fits(email.normal())) {
                ids.push(row.employee.id.0);
                if let UserAccount::Member { member, account, .. } = row.user {
                    ids.extend([member.0, account.0]);
                }
            }
        }
        after = found.after;
        if after.is_none() {
            break;
        }
    }
    Ok(ids)
}

/// The address of another page with the same choices.
fn address(path: &str, query: &[(String, String)], page: Option<&str>) -> String {
    let kept = query.iter().filter(|(name, value)| CHOICES.contains(&name.as_str()) && !value.is_empty());
    let kept = kept.map(|(name, value)| format!("{name}={}", encode(value)));
    let all: Vec<String> = kept.chain(page.map(|page| format!("page={page}"))).collect();
    if all.is_empty() { path.to_owned() } else { format!("{path}?{}", all.join("&")) }
}

fn actor_name(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::Account => "People who had signed in",
        ActorKind::Visitor => "People not signed in",
        ActorKind::Product => "Products",
        ActorKind::Operator => "Support",
        ActorKind::Payments => "The payment provider",
    }
}

const PATH: &str = "/settings/audit";

const EXPORT: &str = "/settings/audit/export";

const CHOICES: [&str; 5] = ["from", "to", "person", "by", "event"];

/// Entries on a page.
const PAGE: u16 = 50;

/// People that words may stand for.
const MATCHES: u16 = 200;

/// Pages of the staff list that are looked through for them.
const STAFF_PAGES: usize = 10;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::SignedIn;
use practice_domain::account::Account;
use practice_domain::port::Fault;
use practice_domain::usecase::{self, ChangeProfile, ChangeProfileError, change_profile, end_session, own_passkeys};
use practice_domain::value::{PersonName, SessionId, TimeZone};

use crate::door::{Asker, Fields, Id, SignedForm};
use crate::flash::{Flash, Flashed, and_say};
use crate::page::{Chrome, Details, Nav, Problems, ProfilePage};
use crate::portal::billing::card;
use crate::portal::step_forms::phones;
use crate::portal::{page, toast};
use crate::present::{self, Calendar};
use crate::refusal::{Face, sentence};
use crate::site::Portal;

/// `GET /profile`.
pub(crate) async fn show(State(portal): State<Portal>, Asker(who): Asker, flashed: Flashed) -> Result<Response, Face> {
    let mut chrome = present::chrome(&portal, &who, Nav::Profile);
    chrome.toast = flashed.0.and_then(toast::own);
    let account = account(&portal, &who).await?;
    let details = present::details(&account, &portal.calendar, who.is_fresh());
    let mut response = answer(&portal, &who, &account, chrome, details, StatusCode::OK).await?;
    flashed.told(&portal, response.headers_mut());
    Ok(response)
}

/// `POST /profile`: names, numbers and time zone.
pub(crate) async fn submit(
    State(portal): State<Portal>,
    SignedForm { who, fields }: SignedForm,
) -> Result<Response, Face> {
    let (status, problems) = match read(&fields) {
        Ok(cmd) => match change_profile(&portal.ports, &who, cmd).await {
            Ok(changed) => return Ok(and_say(&portal, "/profile", Flash::ProfileSaved(changed))),
            Err(error @ ChangeProfileError::NotFresh) => {
                (StatusCode::FORBIDDEN, Problems::one("cell", &sentence(&error)))
            }
            Err(error) => return Err(error.into()),
        },
        Err(problems) => (StatusCode::UNPROCESSABLE_ENTITY, problems),
    };
    let mut chrome = present::chrome(&portal, &who, Nav::Profile);
    chrome.problems = problems;
    let typed = |name| fields.again(name);
    let details = Details {
        first: typed("first"),
        last: typed("last"),
        cell: typed("cell"),
        phone: typed("phone"),
        phones_open: who.is_fresh(),
        zones: present::zones(&typed("time_zone"), &portal.calendar),
    };
    let account = account(&portal, &who).await?;
    answer(&portal, &who, &account, chrome, details, status).await
}

/// `POST /profile/sessions/{id}/end`.
pub(crate) async fn end(State(portal): State<Portal>, Id(id): Id, form: SignedForm) -> Result<Response, Face> {
    end_session(&portal.ports, &form.who, SessionId(id)).await?;
    Ok(and_say(&portal, "/profile", Flash::SessionEnded))
}

/// The account of whoever asks.
pub(crate) async fn account(portal: &Portal, who: &SignedIn) -> Result<Account, Fault> {
    let account = portal.ports.store.account(who.account()).await?;
    account.ok_or_else(|| Fault::corrupt("session", "its account is missing"))
}

async fn answer(
    portal: &Portal,
    who: &SignedIn,
    account: &Account,
    chrome: Chrome,
    details: Details,
    status: StatusCode,
) -> Result<Response, Face> {
    let now = portal.ports.clock.now();
    let own = account.time_zone.as_ref().map(|zone| Calendar::new(zone.name()));
    let calendar = own.as_ref().unwrap_or(&portal.calendar);
    let mut sessions = portal.ports.reader.sessions(who.account()).await?;
    sessions.sort_by_key(|session| session.id != who.session().id);
    let rows = sessions.iter().map(|session| present::session(calendar, session, who.session().id, now));
    let role = who.place().map(|(_, member)| present::kind_role(member.kind).label().to_owned());
    let factor = portal.ports.store.second_factor(who.account()).await?;
    let passkeys = own_passkeys(&portal.ports, who).await?;
    let used = passkeys.allowed && portal.settings.passkeys.is_some();
    let profile = ProfilePage {
        chrome,
        details,
        texts_stopped: texts_stopped(portal, account).await?,
        role: role.unwrap_or_else(|| "No practice".to_owned()),
        second_factor: factor.is_some_and(|factor| factor.is_on()),
        passkeys: used.then_some(passkeys.kept.len()),
        card: card::panel(portal, who).await?,
        sessions: rows.collect(),
        time_zone: calendar.zone().to_owned(),
    };
    page(status, &profile)
}

/// Whether the person's cell phone gets no texts any more.
pub(crate) async fn texts_stopped(portal: &Portal, account: &Account) -> Result<bool, Fault> {
    match &account.phones.cell {
        Some(cell) => usecase::texts_stopped(&portal.ports, cell).await,
        None => Ok(false),
    }
}

fn read(fields: &Fields) -> Result<ChangeProfile, Problems> {
    let mut problems = Problems::default();
    let (first, last) = (fields.text("first"), fields.text("last"));
    for (field, first, last) in [("first", first, ""), ("last", "", last)] {
        if let Err(why) = PersonName::parse(first, last) {
            problems.add(field, &sentence(&why));
        }
    }
    let phones = phones(fields).map_err(|wrong| problems.0.extend(wrong.0)).ok();
    let time_zone: Option<Option<TimeZone>> =
        present::time_zone(fields.text("time_zone")).map_err(|words| problems.add("time-zone", words)).ok();
    match (PersonName::parse(first, last), phones, time_zone) {
        (Ok(name), Some(phones), Some(time_zone)) if problems.is_empty() => {
            Ok(ChangeProfile { name, phones, time_zone })
        }
        _ => Err(problems),
    }
}

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::usecase::end_session;
use practice_domain::value::SessionId;

use crate::door::{Asker, Id, SignedForm};
use crate::flash::{Flash, Flashed, and_say};
use crate::page::{Nav, ProfilePage};
use crate::portal::{page, toast};
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /profile`.
pub(crate) async fn show(State(portal): State<Portal>, Asker(who): Asker, flashed: Flashed) -> Result<Response, Face> {
    let now = portal.ports.clock.now();
    let mut chrome = present::chrome(&portal, &who, Nav::Profile);
    chrome.toast = flashed.0.and_then(toast::own);
    let mut sessions = portal.ports.reader.sessions(who.account()).await?;
    sessions.sort_by_key(|session| session.id != who.session().id);
    let rows = sessions.iter().map(|session| present::session(&portal.calendar, session, who.session().id, now));
    let role = who.place().map(|(_, member)| present::kind_role(member.kind).label().to_owned());
    let profile = ProfilePage {
        chrome,
        role: role.unwrap_or_else(|| "No practice".to_owned()),
        sessions: rows.collect(),
        time_zone: portal.calendar.zone().to_owned(),
    };
    let mut response = page(StatusCode::OK, &profile)?;
    flashed.told(&portal, response.headers_mut());
    Ok(response)
}

/// `POST /profile/sessions/{id}/end`.
pub(crate) async fn end(State(portal): State<Portal>, Id(id): Id, form: SignedForm) -> Result<Response, Face> {
    end_session(&portal.ports, &form.who, SessionId(id)).await?;
    Ok(and_say(&portal, "/profile", Flash::SessionEnded))
}

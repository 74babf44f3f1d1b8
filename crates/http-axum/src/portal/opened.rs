use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use practice_domain::access::{Gate, gate};
use practice_domain::invitation::DeadLink;
use practice_domain::usecase::{BeginRegistrationError, Opening, begin_registration, open_invitation, practice_behind};

use crate::cookie::Cookie;
use crate::door::{Call, Visit, VisitForm};
use crate::flash::see;
use crate::gates::{pass_form, security_check};
use crate::page::{OpenedPage, Problems};
use crate::portal::page_with_check;
use crate::portal::refused::dead_link;
use crate::portal::step_pages::path;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /register/{token}`: the link goes into a cookie and out of the address (`TK-09`). Consumes nothing (`INV-8`).
pub(crate) async fn follow(State(portal): State<Portal>, Path(token): Path<String>) -> Result<Response, Face> {
    Ok(kept(&portal, &token, "/register").ok_or(DeadLink::Unknown)?)
}

/// Goes on with the link in a cookie; none for a text that is no link.
pub(super) fn kept(portal: &Portal, token: &str, to: &str) -> Option<Response> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
    if token.len() > LONGEST_LINK || !token.bytes().all(plain) {
        return None;
    }
    let mut response = see(to);
    portal.set(response.headers_mut(), Cookie::Link, token);
    Some(response)
}

/// `GET /register`: who invited, and Get Started.
pub(crate) async fn show(State(portal): State<Portal>, headers: HeaderMap, visit: Visit) -> Result<Response, Face> {
    let link = portal.shown(&headers, Cookie::Link).ok_or(DeadLink::Unknown)?;
    show_face(&portal, link, &visit, StatusCode::OK, Problems::default()).await
}

async fn show_face(
    portal: &Portal,
    link: &str,
    visit: &Visit,
    status: StatusCode,
    problems: Problems,
) -> Result<Response, Face> {
    let face = match open_invitation(&portal.ports, link).await {
        Ok(Opening::Join(_)) => return Ok(see("/join")),
        Ok(Opening::Register(face)) => face,
        Err(error) => {
            let practice = practice_behind(&portal.ports, link).await?;
            return dead_link(portal, &visit.token, error.into(), practice);
        }
    };
    let mut visitor = present::visitor(portal, &visit.token);
    visitor.problems = problems;
    visitor.practice = Some(face.practice.to_string());
    let opened = OpenedPage {
        visitor,
        action: "/register".to_owned(),
        practice: face.practice.to_string(),
        inviter: face.inviter.map(|name| name.to_string()),
        two_step: face.two_step,
        check: security_check(portal, Gate::Registration),
        works_until: face.expires_at.map(|at| portal.calendar.day(at)).unwrap_or_default(),
    };
    page_with_check(status, &opened)
}

/// `POST /register`: begins the steps.
pub(crate) async fn begin(
    State(portal): State<Portal>,
    call: Call,
    headers: HeaderMap,
    VisitForm { visit, fields }: VisitForm,
) -> Result<Response, Face> {
    let link = portal.shown(&headers, Cookie::Link).ok_or(DeadLink::Unknown)?;
    if let Err(face) = pass_form::<gate::Registration>(&portal, &call, &fields).await {
        if face.fields.is_empty() {
            return Err(face);
        }
        let problems = Problems::one("security-check", &face.sentence);
        return show_face(&portal, link, &visit, face.status, problems).await;
    }
    match begin_registration(&portal.ports, link, &call.origin).await {
        Ok(begun) => {
            let mut response = see(path(begun.registration.at()));
            portal.set_secret(response.headers_mut(), Cookie::Flow, &begun.cookie);
            Ok(response)
        }
        Err(BeginRegistrationError::HasAccount) => Ok(see("/register")),
        Err(error) => Err(error.into()),
    }
}

const LONGEST_LINK: usize = 300;

//! A mailed link to a password: exchanged for a cookie, looked at, begun.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use practice_domain::password_link::{LinkDead, Purpose, RunStep};
use practice_domain::usecase::{
    LinkFace, LinkLeads, OpenPasswordLinkError, begin_password_run, open_password_link, sender_of_link,
};

use crate::cookie::Cookie;
use crate::door::{Call, Visit, VisitForm};
use crate::flash::see;
use crate::page::{DeadPasswordLinkPage, PasswordLinkPage, Visitor};
use crate::portal::opened::kept;
use crate::portal::page;
use crate::portal::refused::ended;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /setup/{token}` and `GET /reset/{token}`: the link goes into a cookie and out of the address (`TK-09`). Consumes nothing
/// (`TK-08`). What it is for, the link itself says.
pub(crate) async fn follow(State(portal): State<Portal>, Path(token): Path<String>) -> Result<Response, Face> {
    Ok(kept(&portal, &token, "/password").ok_or(LinkDead::Unknown)?)
}

/// `GET /password`: what the link leads to, and Continue.
pub(crate) async fn show(State(portal): State<Portal>, headers: HeaderMap, visit: Visit) -> Result<Response, Face> {
    let link = link(&portal, &headers)?;
    let face = match open_password_link(&portal.ports, link).await {
        Ok(face) if face.leads == LinkLeads::Join => return Ok(see("/password/join")),
        Ok(face) => face,
        Err(error) => return over(&portal, &headers, &visit.token, error.into()).await,
    };
    let opened = PasswordLinkPage {
        visitor: frame(&portal, &visit.token, &face),
        setup: face.leads == LinkLeads::Setup,
        asks_word: face.asks_word,
        texts_word: face.texts_word,
        works_until: portal.calendar.moment(face.expires_at),
    };
    page(StatusCode::OK, &opened)
}

/// `POST /password`: begins the steps.
pub(crate) async fn begin(
    State(portal): State<Portal>,
    call: Call,
    headers: HeaderMap,
    VisitForm { visit, .. }: VisitForm,
) -> Result<Response, Face> {
    match begin_password_run(&portal.ports, link(&portal, &headers)?, &call.origin).await {
        Ok(begun) => {
            let word = begun.run.step == RunStep::Word;
            let mut response = see(if word { "/password/code-word" } else { "/password/new" });
            portal.set_secret(response.headers_mut(), Cookie::Flow, &begun.cookie);
            Ok(response)
        }
        Err(OpenPasswordLinkError::HasAccount) => Ok(see("/password/join")),
        Err(error) => over(&portal, &headers, &visit.token, error.into()).await,
    }
}

/// The link that the browser opened last.
pub(super) fn link<'a>(portal: &Portal, headers: &'a HeaderMap) -> Result<&'a str, Face> {
    Ok(portal.shown(headers, Cookie::Link).ok_or(LinkDead::Unknown)?)
}

/// The frame of a page about a link.
pub(super) fn frame(portal: &Portal, token: &str, face: &LinkFace) -> Visitor {
    let practice = face.practice.as_ref().map(ToString::to_string);
    Visitor { practice, ..present::visitor(portal, token) }
}

/// The page for a link, or a way from it, that is over, which says whom to ask for another. Any other face stays as it is, and so does
/// that of a link which is none of ours: nobody knows where it came from.
pub(super) async fn over(portal: &Portal, headers: &HeaderMap, token: &str, face: Face) -> Result<Response, Face> {
    let Some(why) = ended(&face).filter(|_| face.code != "password-link-unknown") else { return Err(face) };
    let sender = match portal.shown(headers, Cookie::Link) {
        Some(link) => sender_of_link(&portal.ports, link).await?,
        None => None,
    };
    let can_ask = sender.as_ref().is_none_or(|sender| sender.purpose == Purpose::Reset);
    let (name, phone) = sender.and_then(|sender| sender.practice).unzip();
    let visitor = Visitor { practice: name.map(|name| name.to_string()), ..present::visitor(portal, token) };
    let call = phone.flatten().as_ref().map(present::phone);
    page(face.status, &DeadPasswordLinkPage { visitor, why, can_ask, call })
}

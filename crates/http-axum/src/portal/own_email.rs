//! One's own email address: asked for in the profile, confirmed by a link that the new mailbox gets.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use practice_domain::access::{Fresh, SignedIn};
use practice_domain::email_change::ChangeRefused;
use practice_domain::usecase::{
    AskEmailChangeError, ConfirmEmailChangeError, ask_email_change, confirm_email_change, open_email_change,
};
use practice_domain::value::Email;

use crate::cookie::Cookie;
use crate::door::{Asker, Call, SignedForm, Visit, VisitForm, signed_in};
use crate::flash::{Flash, and_say, see};
use crate::next::by_way_of;
use crate::page::{ChangeEmailPage, ConfirmEmailPage, Nav, Problems};
use crate::portal::page;
use crate::present;
use crate::refusal::{Face, sentence};
use crate::site::Portal;

/// `GET /profile/email`, for somebody who gave their password a moment ago (`SE-08`).
pub(crate) async fn show(State(portal): State<Portal>, Asker(who): Asker) -> Result<Response, Face> {
    let Ok(who) = who.fresh() else { return Ok(first_confirm()) };
    ask(&portal, &who, "", StatusCode::OK, Problems::default())
}

/// `POST /profile/email`: sends the link. Whether somebody else has the address is not told.
pub(crate) async fn submit(State(portal): State<Portal>, form: SignedForm) -> Result<Response, Face> {
    let Ok(who) = form.who.fresh() else { return Ok(first_confirm()) };
    let typed = form.fields.text("email").trim();
    let to = match Email::parse(typed) {
        Ok(to) => to,
        Err(why) => {
            let problems = Problems::one("email", &sentence(&why));
            return ask(&portal, &who, typed, StatusCode::UNPROCESSABLE_ENTITY, problems);
        }
    };
    match ask_email_change(&portal.ports, &who, to).await {
        Ok(_) => Ok(and_say(&portal, "/profile", Flash::EmailAsked)),
        Err(error @ (AskEmailChangeError::Same | AskEmailChangeError::TooOften { .. })) => {
            let face = Face::from(error);
            ask(&portal, &who, typed, face.status, Problems::one("email", &face.sentence))
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /email/{token}`: the link goes into a cookie and out of the address (`TK-09`). Changes nothing.
pub(crate) async fn follow(State(portal): State<Portal>, Path(token): Path<String>) -> Result<Response, Face> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
    if token.len() > LONGEST_LINK || !token.bytes().all(plain) {
        return Err(ChangeRefused::Dead.into());
    }
    let mut response = see("/email");
    portal.set(response.headers_mut(), Cookie::Link, &token);
    Ok(response)
}

/// `GET /email`: the question.
pub(crate) async fn opened(State(portal): State<Portal>, headers: HeaderMap, visit: Visit) -> Result<Response, Face> {
    let to = open_email_change(&portal.ports, link(&portal, &headers)?).await?;
    question(&portal, &visit, to.as_typed(), StatusCode::OK, Problems::default())
}

/// `POST /email`: the new address is the username from now on.
pub(crate) async fn confirm(
    State(portal): State<Portal>,
    call: Call,
    headers: HeaderMap,
    VisitForm { visit, .. }: VisitForm,
) -> Result<Response, Face> {
    let link = link(&portal, &headers)?;
    match confirm_email_change(&portal.ports, link, &call.origin).await {
        Ok(_) => {
            let here = signed_in(&portal, &headers, &call).await.is_ok();
            let mut response = and_say(&portal, if here { "/profile" } else { "/login" }, Flash::EmailChanged);
            portal.expire(response.headers_mut(), Cookie::Link);
            Ok(response)
        }
        Err(error @ ConfirmEmailChangeError::Taken) => {
            let to = open_email_change(&portal.ports, link).await?;
            let face = Face::from(error);
            question(&portal, &visit, to.as_typed(), face.status, Problems::one("main", &face.sentence))
        }
        Err(error) => Err(error.into()),
    }
}

fn link<'a>(portal: &Portal, headers: &'a HeaderMap) -> Result<&'a str, Face> {
    Ok(portal.shown(headers, Cookie::Link).ok_or(ChangeRefused::Dead)?)
}

fn question(
    portal: &Portal,
    visit: &Visit,
    to: &str,
    status: StatusCode,
    problems: Problems,
) -> Result<Response, Face> {
    let mut visitor = present::visitor(portal, &visit.token);
    visitor.problems = problems;
    page(status, &ConfirmEmailPage { visitor, email: to.to_owned() })
}

fn ask(
    portal: &Portal,
    who: &Fresh<SignedIn>,
    typed: &str,
    status: StatusCode,
    problems: Problems,
) -> Result<Response, Face> {
    let mut chrome = present::chrome(portal, who.who(), Nav::Profile);
    chrome.problems = problems;
    page(status, &ChangeEmailPage { chrome, email: typed.to_owned() })
}

/// The password first.
fn first_confirm() -> Response {
    see(&by_way_of("/confirm-password", Some("/profile/email")))
}

const LONGEST_LINK: usize = 300;

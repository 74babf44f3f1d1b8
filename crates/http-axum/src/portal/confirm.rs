use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::SignedIn;
use practice_domain::port::Fault;
use practice_domain::usecase::{ConfirmPasswordError, Confirmed, confirm_password};
use practice_domain::value::Password;

use crate::cookie::Cookie;
use crate::door::{Asker, Call, SignedForm};
use crate::flash::see;
use crate::gates::limit_password;
use crate::next::own_path;
use crate::page::{ConfirmPasswordPage, Nav, Problems};
use crate::portal::page;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /confirm-password` (`SESS-2`).
pub(crate) async fn show(
    State(portal): State<Portal>,
    Asker(who): Asker,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, Face> {
    let next = query.iter().find(|(name, _)| name == "next").and_then(|(_, next)| own_path(next));
    ask(&portal, &who, next.unwrap_or("/dashboard"), StatusCode::OK, Problems::default())
}

/// `POST /confirm-password`: the session gives way to a new one.
pub(crate) async fn submit(
    State(portal): State<Portal>,
    call: Call,
    SignedForm { who, fields }: SignedForm,
) -> Result<Response, Face> {
    let next = own_path(fields.text("next")).unwrap_or("/dashboard");
    let Ok(password) = Password::parse(fields.text("password")) else {
        return ask(
            &portal,
            &who,
            next,
            StatusCode::UNPROCESSABLE_ENTITY,
            Problems::one("password", "That is too long."),
        );
    };
    limit_password(&portal, &call, &who).await?;
    match checked(&portal, &who, password).await {
        Ok(confirmed) => {
            let mut response = see(next);
            portal.set_secret(response.headers_mut(), Cookie::Session, &confirmed.cookie);
            Ok(response)
        }
        Err(error @ ConfirmPasswordError::Refused) => {
            let face = Face::from(error);
            ask(&portal, &who, next, face.status, Problems::one("password", &face.sentence))
        }
        Err(error) => Err(error.into()),
    }
}

/// Runs the check in a task of its own: once begun, it runs to its end.
pub(crate) async fn checked(
    portal: &Portal,
    who: &SignedIn,
    password: Password,
) -> Result<Confirmed, ConfirmPasswordError> {
    let (ports, who, span) = (portal.ports.clone(), who.clone(), tracing::Span::current());
    let task = async move { confirm_password(&ports, &who, &password).await };
    let task = tokio::spawn(tracing::Instrument::instrument(task, span));
    task.await.unwrap_or_else(|panic| Err(ConfirmPasswordError::Fault(Fault::corrupt("password check", panic))))
}

fn ask(portal: &Portal, who: &SignedIn, next: &str, status: StatusCode, problems: Problems) -> Result<Response, Face> {
    let mut chrome = present::chrome(portal, who, Nav::Elsewhere);
    chrome.problems = problems;
    let (purpose, back) = match next {
        _ if next.starts_with("/manage/two-step") => ("change 2-step verification", "/manage"),
        _ if next.ends_with("/purchase") => ("buy plans", next.trim_end_matches("/purchase")),
        _ if next.starts_with("/purchase/") => ("charge your card", "/dashboard"),
        _ if next.starts_with("/profile?for=card") => ("enter or change your credit card", "/profile"),
        _ if next.starts_with("/manage/users/") => ("see and end the sessions of other people", next),
        _ if next.starts_with("/profile/email") => ("change your email address", "/profile"),
        _ if next.starts_with("/profile/second-factor") => ("set up or remove your authenticator app", "/profile"),
        _ if next.starts_with("/profile") => ("change your phone numbers", "/profile"),
        _ if next.starts_with("/settings/code-word/rotate") => {
            ("rotate the Practice Code Word", "/settings/user-accounts")
        }
        _ if next.starts_with("/settings/code-word") => ("see the Practice Code Word", "/settings/user-accounts"),
        _ if next.starts_with("/settings/user-accounts/") && next.ends_with("/second-factor") => {
            ("reset somebody's authenticator app", next.trim_end_matches("/second-factor"))
        }
        _ if next.starts_with("/settings/user-accounts/") && next.ends_with("#sessions") => {
            ("see and end the sessions of other people", next)
        }
        _ if next.starts_with("/settings/user-accounts/") => ("change who is an Owner", next),
        _ => ("do something sensitive", "/dashboard"),
    };
    let confirm = ConfirmPasswordPage {
        chrome,
        next: next.to_owned(),
        purpose: purpose.to_owned(),
        cancel_href: back.to_owned(),
    };
    page(status, &confirm)
}

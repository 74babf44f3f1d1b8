//! One's own password (`PW-07`).

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::SignedIn;
use practice_domain::password::PasswordRule;
use practice_domain::port::Fault;
use practice_domain::usecase::{ChangePassword, ChangePasswordError, Confirmed, change_password, password_rules};
use practice_domain::value::Password;

use crate::cookie::Cookie;
use crate::door::{Asker, Call, SignedForm};
use crate::flash::{Flash, and_say};
use crate::gates::limit_password;
use crate::page::{ChangePasswordPage, Nav, Problems};
use crate::portal::page;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /profile/password`.
pub(crate) async fn show(State(portal): State<Portal>, Asker(who): Asker) -> Result<Response, Face> {
    ask(&portal, &who, StatusCode::OK, Problems::default(), None).await
}

/// `POST /profile/password`: the other sessions end, and this one gives way to a new one (`SE-06`).
pub(crate) async fn submit(
    State(portal): State<Portal>,
    call: Call,
    SignedForm { who, fields }: SignedForm,
) -> Result<Response, Face> {
    let read = |name| Password::parse(fields.text(name));
    let (Ok(current), Ok(new), Ok(again)) = (read("current_password"), read("new_password"), read("again")) else {
        let problems = Problems::one("new-password", "A password has at most 4096 bytes.");
        return ask(&portal, &who, StatusCode::UNPROCESSABLE_ENTITY, problems, None).await;
    };
    limit_password(&portal, &call, &who).await?;
    let error = match changed(&portal, &who, ChangePassword { current, new, again }).await {
        Ok(confirmed) => {
            let mut response = and_say(&portal, "/profile", Flash::PasswordChanged);
            portal.set_secret(response.headers_mut(), Cookie::Session, &confirmed.cookie);
            return Ok(response);
        }
        Err(error) => error,
    };
    let (field, words, unmet) = match &error {
        ChangePasswordError::WrongCurrent => ("current-password", None, None),
        ChangePasswordError::NotTheSame => ("again", None, Some(Vec::new())),
        ChangePasswordError::Password(refused) => {
            ("new-password", Some(present::unmet(&refused.0)), Some(refused.0.clone()))
        }
        ChangePasswordError::SignedOut | ChangePasswordError::Fault(_) => return Err(error.into()),
    };
    let face = Face::from(error);
    let problems = Problems::one(field, &words.unwrap_or_else(|| face.sentence.to_string()));
    ask(&portal, &who, face.status, problems, unmet.as_deref()).await
}

/// Runs the change in a task of its own: a check of a password, once begun, runs to its end.
pub(crate) async fn changed(
    portal: &Portal,
    who: &SignedIn,
    cmd: ChangePassword,
) -> Result<Confirmed, ChangePasswordError> {
    let (ports, who, span) = (portal.ports.clone(), who.clone(), tracing::Span::current());
    let task = async move { change_password(&ports, &who, cmd).await };
    let task = tokio::spawn(tracing::Instrument::instrument(task, span));
    task.await.unwrap_or_else(|panic| Err(ChangePasswordError::Fault(Fault::corrupt("password change", panic))))
}

async fn ask(
    portal: &Portal,
    who: &SignedIn,
    status: StatusCode,
    problems: Problems,
    unmet: Option<&[PasswordRule]>,
) -> Result<Response, Face> {
    let mut chrome = present::chrome(portal, who, Nav::Profile);
    chrome.problems = problems;
    let rules = present::password_rules(&password_rules(&portal.ports, who).await?, unmet);
    page(status, &ChangePasswordPage { chrome, rules })
}

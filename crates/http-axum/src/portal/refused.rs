use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;

use practice_domain::value::{Phone, PracticeName};

use crate::page::{DeadLinkPage, DeadPasswordLinkPage, ErrorKind, ErrorPage, Link, PasswordLinkEnd, Visitor};
use crate::refusal::Face;
use crate::site::Portal;
use crate::{page, present};

/// The page for a refusal that no form can show.
pub(crate) fn refused(portal: &Portal, face: &Face, request: &str) -> Response {
    let visitor = present::visitor(portal, "");
    let rendered = match (dead(face), ended(face)) {
        (Some(why), _) => super::page(face.status, &DeadLinkPage { visitor, why, lifetime: None, call: None }),
        (None, Some(why)) => {
            super::page(face.status, &DeadPasswordLinkPage { visitor, why, can_ask: true, call: None })
        }
        (None, None) => {
            let kind = kind(face);
            let status = if kind == ErrorKind::StaleForm { StatusCode::FORBIDDEN } else { face.status };
            let sentence = match face.code {
                "not-administrator" => Some("Ask an Owner or Office Administrator in your practice.".to_owned()),
                "not-permitted" => {
                    Some("Ask an Owner in your practice to do this, or to let your role do it.".to_owned())
                }
                _ => (kind == ErrorKind::Other).then(|| face.sentence.to_string()),
            };
            let reference = Some(request.to_owned());
            super::page(status, &ErrorPage { visitor, kind, sentence, reference, onward: Some(onward(kind)) })
        }
    };
    rendered.unwrap_or_else(|_| {
        let mut response = Response::new(Body::from("Something went wrong on our side. Nothing was saved."));
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}

/// The page for a dead link of a practice, which says whom to call.
pub(crate) fn dead_link(
    portal: &Portal,
    token: &str,
    face: Face,
    practice: Option<(PracticeName, Option<Phone>)>,
) -> Result<Response, Face> {
    let (Some(why), Some((name, phone))) = (dead(&face), practice) else {
        return Err(face);
    };
    let visitor = Visitor { practice: Some(name.to_string()), ..present::visitor(portal, token) };
    let call = phone.as_ref().map(present::phone);
    super::page(face.status, &DeadLinkPage { visitor, why, lifetime: None, call })
}

fn dead(face: &Face) -> Option<page::DeadLink> {
    match face.code {
        "link-expired" => Some(page::DeadLink::Expired),
        "link-superseded" => Some(page::DeadLink::Newer),
        "link-unknown" | "link-closed" | "no-such-registration" => Some(page::DeadLink::Gone),
        "link-used" | "has-account" => Some(page::DeadLink::Registered),
        _ => None,
    }
}

/// How a way to a password ended, if this is what a face says.
pub(super) fn ended(face: &Face) -> Option<PasswordLinkEnd> {
    match face.code {
        "password-link-expired" => Some(PasswordLinkEnd::Expired),
        "password-link-superseded" => Some(PasswordLinkEnd::Newer),
        "password-link-unknown" | "password-link-closed" | "no-such-password-run" => Some(PasswordLinkEnd::Gone),
        "password-link-used" => Some(PasswordLinkEnd::Used),
        "password-run-ended" => Some(PasswordLinkEnd::TooSlow),
        _ => None,
    }
}

fn kind(face: &Face) -> ErrorKind {
    match (face.status, face.code) {
        (_, "csrf" | "not-signed-in" | "sign-in-over") => ErrorKind::StaleForm,
        (_, "email-link-dead" | "email-link-expired" | "email-link-used") => ErrorKind::Other,
        (StatusCode::FORBIDDEN, "not-user-manager" | "not-administrator" | "not-permitted") => ErrorKind::Forbidden,
        (StatusCode::NOT_FOUND, _) => ErrorKind::NotFound,
        (StatusCode::GONE, _) => ErrorKind::Gone,
        (StatusCode::TOO_MANY_REQUESTS, _) => ErrorKind::TooMany,
        (status, "internal") if status.is_server_error() => ErrorKind::Internal,
        _ => ErrorKind::Other,
    }
}

fn onward(kind: ErrorKind) -> Link {
    match kind {
        ErrorKind::StaleForm => Link { label: "Sign in".to_owned(), href: "/login".to_owned() },
        _ => Link { label: "Go to Dashboard".to_owned(), href: "/dashboard".to_owned() },
    }
}

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Json, Redirect, Response};
use axum::routing::get;
use axum::{Router, middleware};
use serde::Deserialize;

use crate::handset::Handset;
use crate::mailbox::Mailbox;
use crate::page::{LetterJson, LetterPage, MailPage, MissingPage, PhonePage};

/// The pages, to be nested at `/sandbox`.
pub fn router(mailbox: Arc<Mailbox>, handset: Arc<Handset>) -> Router {
    Router::new()
        .route("/", get(async || Redirect::to("/sandbox/mail")))
        .route("/mail", get(mail))
        .route("/mail.json", get(mail_json))
        .route("/mail/{id}", get(letter))
        .route("/mail/{id}/html", get(letter_html))
        .route("/phone", get(phone))
        .route("/phone.json", get(phone_json))
        .route("/sandbox.css", get(async || ([(CONTENT_TYPE, "text/css; charset=utf-8")], CSS)))
        .fallback(async || missing())
        .layer(middleware::map_response(guard))
        .with_state(Desk { mailbox, handset })
}

#[derive(Clone)]
struct Desk {
    mailbox: Arc<Mailbox>,
    handset: Arc<Handset>,
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    to: String,
}

async fn mail(State(desk): State<Desk>, Query(search): Query<Search>) -> Response {
    page(&MailPage { letters: desk.mailbox.letters(&search.to), to: search.to })
}

async fn mail_json(State(desk): State<Desk>, Query(search): Query<Search>) -> Response {
    let letters: Vec<LetterJson> = desk.mailbox.letters(&search.to).into_iter().map(Into::into).collect();
    Json(letters).into_response()
}

async fn letter(State(desk): State<Desk>, Path(id): Path<String>) -> Response {
    match id.parse().ok().and_then(|id| desk.mailbox.letter(id)) {
        Some(letter) => page(&LetterPage { letter }),
        None => missing(),
    }
}

/// The HTML part as it was written, but for where its links open: not within the frame that shows it.
async fn letter_html(State(desk): State<Desk>, Path(id): Path<String>) -> Response {
    match id.parse().ok().and_then(|id| desk.mailbox.letter(id)) {
        Some(letter) => {
            let html = letter.html.replacen("<head>", "<head><base target=\"_top\">", 1);
            ([(CONTENT_SECURITY_POLICY, MAIL_POLICY)], Html(html)).into_response()
        }
        None => missing(),
    }
}

async fn phone(State(desk): State<Desk>, Query(search): Query<Search>) -> Response {
    page(&PhonePage { messages: desk.handset.messages(&search.to), to: search.to })
}

async fn phone_json(State(desk): State<Desk>, Query(search): Query<Search>) -> Response {
    Json(desk.handset.messages(&search.to)).into_response()
}

fn missing() -> Response {
    (StatusCode::NOT_FOUND, page(&MissingPage)).into_response()
}

pub(crate) fn page(template: &impl Template) -> Response {
    Html(template.render().expect("writing to memory does not fail")).into_response()
}

/// What every answer tells the browser.
pub(crate) async fn guard(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

const CSS: &str = include_str!("../assets/sandbox.css");
const POLICY: &str = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Mail brings its own style, and nothing else: no script runs, since none is allowed to come from anywhere. That its frame may
/// have some is for the tools that test pages.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-scripts allow-top-navigation-by-user-activation";

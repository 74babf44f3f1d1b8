use std::sync::Arc;

use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Redirect, Response};
use axum::routing::get;
use axum::{Router, middleware};
use serde::Deserialize;

use crate::bank::books::Manner;
use crate::bank::{Bank, put};
use crate::page::{BooksPage, CardPage, ConfirmPage, InstallerPage, MissingPage};
use crate::web::{guard, page};

/// The provider's pages, to be nested at `/sandbox/bank`.
pub fn bank_router(bank: Arc<Bank>) -> Router {
    Router::new()
        .route("/", get(books))
        .route("/books.json", get(books_json))
        .route("/installer", get(async || page(&InstallerPage)))
        .route("/card", get(card).post(choose))
        .route("/confirm/{plan}", get(confirm).post(decide))
        .fallback(async || missing())
        .layer(middleware::map_response(guard))
        .with_state(bank)
}

#[derive(Deserialize)]
struct Entry {
    customer: String,
    #[serde(default)]
    back: String,
}

#[derive(Deserialize)]
struct Choice {
    customer: String,
    #[serde(default)]
    back: String,
    manner: Manner,
    /// Years until it expires; none is this month.
    years: u16,
}

#[derive(Deserialize)]
struct Decision {
    confirm: bool,
}

async fn books(State(bank): State<Arc<Bank>>) -> Response {
    match bank.change(|books, _| Ok(books.booked())) {
        Ok(charges) => page(&BooksPage { charges }),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn books_json(State(bank): State<Arc<Bank>>) -> Response {
    match bank.change(|books, _| Ok(books.booked())) {
        Ok(charges) => Json(charges).into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn card(Query(entry): Query<Entry>) -> Response {
    page(&CardPage { customer: entry.customer, back: entry.back })
}

async fn choose(State(bank): State<Arc<Bank>>, Form(choice): Form<Choice>) -> Response {
    let kept = bank.change(|books, now| Ok(put(books, &choice.customer, choice.manner, choice.years, now)));
    let local = choice.back.starts_with('/') && !choice.back.starts_with("//") && !choice.back.contains('\\');
    match kept {
        Ok(true) => Redirect::to(if local { &choice.back } else { "/" }).into_response(),
        Ok(false) => missing(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn confirm(State(bank): State<Arc<Bank>>, Path(plan): Path<String>) -> Response {
    match bank.change(|books, _| Ok(books.waits(&plan))) {
        Ok(Some(amount)) => page(&ConfirmPage { plan, amount }),
        Ok(None) => missing(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn decide(State(bank): State<Arc<Bank>>, Path(plan): Path<String>, Form(form): Form<Decision>) -> Response {
    let decided = bank.change(|books, now| {
        books.confirm(&plan, form.confirm, now);
        Ok(())
    });
    if decided.is_ok() { Redirect::to("/").into_response() } else { StatusCode::SERVICE_UNAVAILABLE.into_response() }
}

fn missing() -> Response {
    (StatusCode::NOT_FOUND, page(&MissingPage)).into_response()
}

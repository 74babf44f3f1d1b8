use std::sync::Arc;

use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Router, middleware};
use practice_domain::billing::calendar::Date;
use serde::Deserialize;

use crate::bank::Bank;
use crate::bank::books::{Manner, Plastic};
use crate::page::{CardPage, ConfirmPage, MissingPage};
use crate::web::{guard, page};

/// The provider's pages, to be nested at `/sandbox/bank`.
pub fn bank_router(bank: Arc<Bank>) -> Router {
    Router::new()
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

async fn card(Query(entry): Query<Entry>) -> Response {
    page(&CardPage { customer: entry.customer, back: entry.back })
}

async fn choose(State(bank): State<Arc<Bank>>, Form(choice): Form<Choice>) -> Response {
    let kept = bank.change(|books, now| {
        if books.customers.values().any(|known| *known == choice.customer) {
            let today = Date::of(now);
            let year = u16::try_from(today.year).unwrap_or(2026).saturating_add(choice.years.min(9));
            let name = books.draw("simcard");
            let plastic = Plastic { name, manner: choice.manner, year, month: today.month };
            books.cards.insert(choice.customer.clone(), plastic);
            return Ok(true);
        }
        Ok(false)
    });
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

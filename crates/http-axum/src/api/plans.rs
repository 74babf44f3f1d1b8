//! What one pays for: plans, invoices and the card (`BILL-7` to `BILL-9`).

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use practice_domain::billing::{self, Brand, Subscription, SubscriptionState};
use practice_domain::usecase::billing::{begin_card_entry, cancel_plan, list_invoices, mail_invoice_summary};
use practice_domain::value::SubscriptionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::billing::{Money, PlanCode};
use crate::cursor;
use crate::door::{ApiAsker, Id};
use crate::present::rfc3339;
use crate::refusal::Face;
use crate::site::Portal;

/// A card, as much of it as its owner needs to know it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct CardOnFile {
    /// `visa`, `mastercard`, `amex`, `discover` or `other`.
    brand: String,
    /// Four digits.
    last4: String,
    /// Like `2026-06`: the last month in which it can be charged.
    expires: String,
}

/// The card on file.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Card {
    card: Option<CardOnFile>,
}

/// A page of the payment provider, where the card is entered. Whoever has the address may use it.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct CardPage {
    url: String,
}

/// The plans that one pays for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Plans {
    plans: Vec<Plan>,
}

/// A plan that one pays for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Plan {
    #[schema(format = Uuid)]
    id: String,
    option: PlanCode,
    #[schema(format = Uuid)]
    practice: String,
    /// Who has it: their row among the people.
    #[schema(format = Uuid)]
    person: String,
    /// A period's, before tax.
    price: Money,
    /// `active`, `ending` with its period, or `ended`.
    state: String,
    /// RFC 3339: until when it is paid for; none once it is over.
    paid_until: Option<String>,
}

/// What one was charged, newest first.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Invoices {
    invoices: Vec<Invoice>,
    /// Names the next page, where there is one.
    next: Option<String>,
}

/// Something that was charged.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Invoice {
    #[schema(format = Uuid)]
    id: String,
    number: String,
    amount: Money,
    option: PlanCode,
    /// Whether one paid for oneself.
    own: bool,
    /// RFC 3339.
    charged_at: String,
}

/// The plans that the caller pays for, for themselves and for others.
#[utoipa::path(
    get,
    path = "/api/v1/plans",
    tag = "Billing",
    responses((status = 200, description = "The plans.", body = Plans)),
    security(("session" = [])),
)]
pub(crate) async fn list(State(portal): State<Portal>, ApiAsker(who): ApiAsker) -> Result<Json<Plans>, Face> {
    let plans = portal.till()?.ledger.plans_paid_by(who.account()).await?;
    Ok(Json(Plans { plans: plans.iter().map(Plan::from).collect() }))
}

/// Cancels a plan, and with SecureMail the person's plugin (`BILL-8`). Only its payer can.
#[utoipa::path(
    delete,
    path = "/api/v1/plans/{id}",
    tag = "Billing",
    params(("id" = Uuid, Path, description = "The plan.")),
    responses(
        (status = 200, description = "What ended, or ends with what is paid for.", body = Plans),
        (status = 409, description = "A purchase for the same person is being confirmed.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn cancel(
    State(portal): State<Portal>,
    ApiAsker(who): ApiAsker,
    Id(id): Id,
) -> Result<Json<Plans>, Face> {
    let done = cancel_plan(portal.till()?, &who, SubscriptionId(id)).await?;
    Ok(Json(Plans { plans: done.plans.iter().map(Plan::from).collect() }))
}

/// What the caller was charged, for themselves and for others (`BILL-9`).
#[utoipa::path(
    get,
    path = "/api/v1/invoices",
    tag = "Billing",
    params(("cursor" = Option<String>, Query, description = "Where to go on, from `next`; what is none begins at the start.")),
    responses((status = 200, description = "A page of invoices.", body = Invoices)),
    security(("session" = [])),
)]
pub(crate) async fn invoices(
    State(portal): State<Portal>,
    ApiAsker(who): ApiAsker,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Json<Invoices>, Face> {
    let from = query.iter().find(|(name, _)| name == "cursor").and_then(|(_, text)| cursor::read_invoice(text));
    let mut found = list_invoices(portal.till()?, &who, from, PAGE + 1).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let last = found.last().filter(|_| more);
    let next = last.map(|invoice| cursor::write_invoice(invoice.charged_at, invoice.id));
    Ok(Json(Invoices { invoices: found.iter().map(Invoice::from).collect(), next }))
}

/// Mails the caller's invoices to the caller's own address, and to no other.
#[utoipa::path(
    post,
    path = "/api/v1/invoices/summary",
    tag = "Billing",
    responses((status = 202, description = "The mail is on its way.")),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn mail(State(portal): State<Portal>, ApiAsker(who): ApiAsker) -> Result<StatusCode, Face> {
    mail_invoice_summary(portal.till()?, &who).await?;
    Ok(StatusCode::ACCEPTED)
}

/// The caller's card.
#[utoipa::path(
    get,
    path = "/api/v1/card",
    tag = "Billing",
    responses((status = 200, description = "The card on file, if there is one.", body = Card)),
    security(("session" = [])),
)]
pub(crate) async fn card(State(portal): State<Portal>, ApiAsker(who): ApiAsker) -> Result<Json<Card>, Face> {
    let wallet = portal.till()?.ledger.wallet(who.account()).await?;
    let card = wallet.and_then(|wallet| wallet.card);
    Ok(Json(Card { card: card.as_ref().map(CardOnFile::of) }))
}

/// Opens a page of the payment provider, where the caller enters or changes their card (`BILL-7`). Needs a fresh sign-in:
/// `POST /api/v1/session/confirm`. Card numbers are taken nowhere else.
#[utoipa::path(
    post,
    path = "/api/v1/card",
    tag = "Billing",
    responses(
        (status = 201, description = "The page.", body = CardPage),
        (status = 422, description = "Nothing is sold to patients.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn enter_card(
    State(portal): State<Portal>,
    ApiAsker(who): ApiAsker,
) -> Result<(StatusCode, Json<CardPage>), Face> {
    let back = format!("{}/profile/card/done", portal.settings.base_url.trim_end_matches('/'));
    let entry = begin_card_entry(portal.till()?, &who, &back).await?;
    Ok((StatusCode::CREATED, Json(CardPage { url: entry.url })))
}

impl CardOnFile {
    pub(crate) fn of(card: &billing::Card) -> Self {
        let brand = match card.brand {
            Brand::Visa => "visa",
            Brand::Mastercard => "mastercard",
            Brand::Amex => "amex",
            Brand::Discover => "discover",
            Brand::Other => "other",
        };
        Self {
            brand: brand.to_owned(),
            last4: card.last4.as_str().to_owned(),
            expires: format!("{}-{:02}", card.expiry.year(), card.expiry.month()),
        }
    }
}

impl From<&Subscription> for Plan {
    fn from(plan: &Subscription) -> Self {
        let state = match plan.state {
            SubscriptionState::Active { .. } => "active",
            SubscriptionState::Ending { .. } => "ending",
            SubscriptionState::Ended { .. } => "ended",
        };
        Self {
            id: plan.id.to_string(),
            option: plan.option.into(),
            practice: plan.practice.to_string(),
            person: plan.member.to_string(),
            price: plan.price.into(),
            state: state.to_owned(),
            paid_until: plan.period().map(|period| rfc3339(period.ends)),
        }
    }
}

impl From<&billing::Invoice> for Invoice {
    fn from(invoice: &billing::Invoice) -> Self {
        Self {
            id: invoice.id.to_string(),
            number: invoice.number.clone(),
            amount: invoice.amount.into(),
            option: invoice.option.into(),
            own: invoice.is_own(),
            charged_at: rfc3339(invoice.charged_at),
        }
    }
}

/// Invoices on a page.
const PAGE: usize = 50;

//! What plans cost, buying them, and how an order stands (`BILL-2` to `BILL-7`).

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use practice_domain::access::{Fresh, Payer, SignedIn};
use practice_domain::billing::plan::PlanOption;
use practice_domain::billing::{self, CannotBuy, PurchaseState};
use practice_domain::port::Fault;
use practice_domain::usecase::Idempotency;
use practice_domain::usecase::billing::{
    ConfirmPurchaseError, OnceConfirmed, QuotePurchase, confirm_purchase_once, list_offers, prove_payer, quote_purchase,
};
use practice_domain::value::{self, PersonId, PurchaseId, QuoteId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::body::{Sent, Wrong, sure};
use crate::api::invitations::idempotency_key;
use crate::api::plans::CardOnFile;
use crate::door::{ApiAsker, Id};
use crate::portal::known;
use crate::present::rfc3339;
use crate::refusal::{Face, declined};
use crate::site::Portal;

/// An amount, in the smallest unit of its currency: 1000 is ten dollars.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Money {
    pub(crate) minor: i64,
    /// ISO 4217.
    pub(crate) currency: String,
}

/// Something sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) enum PlanCode {
    #[serde(rename = "securemail-monthly")]
    SecureMailMonthly,
    #[serde(rename = "securemail-annual")]
    SecureMailAnnual,
    #[serde(rename = "outlook-plugin-monthly")]
    PluginMonthly,
    #[serde(rename = "outlook-plugin-annual")]
    PluginAnnual,
}

/// What can be bought for somebody: the options above what they have. None is "no additional plans".
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Offers {
    #[schema(format = Uuid)]
    person: String,
    options: Vec<Offer>,
}

/// An option and its price.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Offer {
    option: PlanCode,
    /// A period's, before tax.
    price: Money,
}

/// What is to be bought, and for whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewQuote {
    /// A row of the people; absent for oneself.
    #[serde(default)]
    #[schema(format = Uuid)]
    person: Option<String>,
    #[schema(max_items = 4)]
    options: Vec<PlanCode>,
}

/// What it costs: to be confirmed until it expires, once.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Quote {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    person: String,
    lines: Vec<Line>,
    /// What is charged now.
    total: Money,
    /// The card that is charged.
    card: CardOnFile,
    /// RFC 3339.
    expires_at: String,
}

/// One option with its amounts.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Line {
    option: PlanCode,
    price: Money,
    /// The unused part of what it replaces.
    credit: Money,
    tax: Money,
}

/// OK to a quote.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPurchase {
    #[schema(format = Uuid)]
    quote: String,
}

/// What came of an OK.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Purchases {
    /// SecureMail first.
    purchases: Vec<Purchase>,
}

/// One option that was ordered.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Purchase {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    quote: String,
    #[schema(format = Uuid)]
    person: String,
    line: Line,
    /// `pending`, `unknown` (being confirmed), `action-needed`, `paid`, `declined`, `expired`, `abandoned` or `returned`.
    state: String,
    /// Where the payer confirms with their bank, when that is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirm_at: Option<String>,
    /// Why the bank said no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// Where the plugin's installer is, when the plugin was bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    installer: Option<String>,
    /// RFC 3339.
    ordered_at: String,
}

/// What can be bought for a doctor or staff member of the practice, or for oneself.
#[utoipa::path(
    get,
    path = "/api/v1/people/{id}/offers",
    tag = "Billing",
    params(("id" = Uuid, Path, description = "The person; one's own row is allowed to everybody who has a card.")),
    responses(
        (status = 200, description = "The options.", body = Offers),
        (status = 409, description = "The caller has no card, or the person has not registered or has left.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 422, description = "Nothing is sold to patients.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn offers(
    State(portal): State<Portal>,
    ApiAsker(who): ApiAsker,
    Id(id): Id,
) -> Result<Json<Offers>, Face> {
    known(&portal, &who, PersonId(id)).await?;
    let payer = payer(&portal, &who).await?;
    let offers = list_offers(portal.till()?, &payer, PersonId(id)).await?;
    let options = offers.options.into_iter();
    let options = options.map(|(option, price)| Offer { option: option.into(), price: price.into() });
    Ok(Json(Offers { person: id.to_string(), options: options.collect() }))
}

/// Asks what options cost. Nothing is charged.
#[utoipa::path(
    post,
    path = "/api/v1/quotes",
    tag = "Billing",
    request_body = NewQuote,
    responses(
        (status = 201, description = "The quote.", body = Quote),
        (status = 404, description = "There is no such person in the practice.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 409, description = "The caller has no card, a purchase is being confirmed, or nothing is left to buy.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn quote(
    State(portal): State<Portal>,
    ApiAsker(who): ApiAsker,
    Sent(sent): Sent<NewQuote>,
) -> Result<(StatusCode, Json<Quote>), Face> {
    let person = match &sent.person {
        Some(text) => {
            let person = PersonId(id_of("person", text)?);
            known(&portal, &who, person).await?;
            person
        }
        None => who.place().ok_or(CannotBuy::NotHere)?.1.id.into(),
    };
    let options = sent.options.into_iter().map(PlanOption::from).collect();
    let payer = payer(&portal, &who).await?;
    let quoted = quote_purchase(portal.till()?, &payer, QuotePurchase { person, options }).await?;
    let card = CardOnFile::of(&quoted.card);
    Ok((StatusCode::CREATED, Json(view(&quoted.quote, card)?)))
}

/// OK: orders what a quote says and charges the card (`BILL-3`). Needs a fresh sign-in: `POST /api/v1/session/confirm`. A quote is spent
/// once: said again, OK orders nothing more and tells how the order stands.
#[utoipa::path(
    post,
    path = "/api/v1/purchases",
    tag = "Billing",
    params(("Idempotency-Key" = Option<String>, Header, description = "A quoted string that names this request.",
        pattern = r#"^"[ !#-\[\]-~]{1,255}"$"#)),
    request_body = NewPurchase,
    responses(
        (status = 201, description = "Everything is paid for. A repetition carries `Idempotent-Replayed: true`.",
            body = Purchases),
        (status = 202, description = "Something is being confirmed, or waits for the payer.", body = Purchases),
        (status = 402, description = "The bank said no; nothing was charged.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such quote, or it is somebody else's.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 409, description = "The quote is stale: ask for a new one.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn purchase(
    State(portal): State<Portal>,
    ApiAsker(who): ApiAsker,
    headers: HeaderMap,
    Sent(sent): Sent<NewPurchase>,
) -> Result<Response, Face> {
    let quote = QuoteId(id_of("quote", &sent.quote)?);
    let key = idempotency_key(&headers)?;
    let fresh = payer(&portal, &who).await?.fresh()?;
    let request = key.map(|key| {
        let digest = |bytes: &[u8]| portal.ports.keys.digest(bytes);
        let scope = [who.account().0.as_bytes().as_slice(), b"POST purchases", key.as_bytes()].concat();
        Idempotency { key: digest(&scope), request: digest(quote.0.as_bytes()) }
    });
    let done = ordered(&portal, fresh, quote, request).await?;
    answer(&portal, done)
}

/// How an order stands, for its payer.
#[utoipa::path(
    get,
    path = "/api/v1/purchases/{id}",
    tag = "Billing",
    params(("id" = Uuid, Path, description = "The purchase.")),
    responses((status = 200, description = "The purchase.", body = Purchase)),
    security(("session" = [])),
)]
pub(crate) async fn show(
    State(portal): State<Portal>,
    ApiAsker(who): ApiAsker,
    Id(id): Id,
) -> Result<Json<Purchase>, Face> {
    let found = portal.till()?.ledger.purchase(PurchaseId(id)).await?;
    let own = found.filter(|purchase| purchase.payer == who.account()).ok_or_else(Face::not_found)?;
    Ok(Json(one(&portal, &own)?))
}

/// Runs to its end in a task of its own, whoever hangs up.
async fn ordered(
    portal: &Portal,
    who: Fresh<Payer>,
    quote: QuoteId,
    request: Option<Idempotency>,
) -> Result<OnceConfirmed, Face> {
    let (till, span) = (portal.till()?.clone(), tracing::Span::current());
    let task = async move { confirm_purchase_once(&till, &who, quote, request).await };
    let task = tokio::spawn(tracing::Instrument::instrument(task, span));
    let done = task.await.unwrap_or_else(|panic| Err(ConfirmPurchaseError::Fault(Fault::corrupt("purchase", panic))));
    Ok(done?)
}

fn answer(portal: &Portal, done: OnceConfirmed) -> Result<Response, Face> {
    let paid = |purchase: &billing::Purchase| matches!(purchase.state, PurchaseState::Paid { .. });
    let open = done.purchases.iter().any(billing::Purchase::is_open);
    if !open && !done.purchases.iter().any(paid) {
        return Err(refusal(&done.purchases));
    }
    let status = if open { StatusCode::ACCEPTED } else { StatusCode::CREATED };
    let purchases = done.purchases.iter().map(|purchase| one(portal, purchase)).collect::<Result<_, _>>()?;
    let mut response = (status, Json(Purchases { purchases })).into_response();
    if done.replayed {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// Why nothing was bought.
fn refusal(purchases: &[billing::Purchase]) -> Face {
    let why = purchases.iter().find_map(|purchase| match purchase.state {
        PurchaseState::Declined { why, .. } => Some(why),
        PurchaseState::Expired { .. } => Some(billing::Decline::NotConfirmed),
        _ => None,
    });
    declined(why.unwrap_or(billing::Decline::Refused))
}

async fn payer(portal: &Portal, who: &SignedIn) -> Result<Payer, Face> {
    Ok(prove_payer(portal.till()?, who.clone()).await??)
}

fn id_of(name: &'static str, text: &str) -> Result<Uuid, Face> {
    let mut wrong = Wrong::default();
    let id = Uuid::try_parse(text).map_err(|_| wrong.note("wrong-value", name, "That is no id."));
    wrong.done()?;
    sure(id.ok())
}

fn view(quote: &billing::Quote, card: CardOnFile) -> Result<Quote, Face> {
    Ok(Quote {
        id: quote.id.to_string(),
        person: quote.member.to_string(),
        lines: quote.terms.lines().map(Line::from).collect(),
        total: quote.terms.total().map(Money::from).ok_or_else(Face::internal)?,
        card,
        expires_at: rfc3339(quote.expires_at),
    })
}

fn one(portal: &Portal, purchase: &billing::Purchase) -> Result<Purchase, Face> {
    let installer = portal.billing()?.installer.clone().filter(|_| purchase.offers_installer());
    let (confirm_at, why) = match &purchase.state {
        PurchaseState::ActionNeeded { url, .. } => (url.clone(), None),
        PurchaseState::Declined { why, .. } => (None, Some(why.code().to_owned())),
        _ => (None, None),
    };
    Ok(Purchase {
        id: purchase.id.to_string(),
        quote: purchase.quote.to_string(),
        person: purchase.member.to_string(),
        line: purchase.line.into(),
        state: purchase.state.code().to_owned(),
        confirm_at,
        why,
        installer,
        ordered_at: rfc3339(purchase.ordered_at),
    })
}

impl From<value::Money> for Money {
    fn from(amount: value::Money) -> Self {
        Self { minor: amount.minor(), currency: amount.currency().to_string() }
    }
}

impl From<billing::Line> for Line {
    fn from(line: billing::Line) -> Self {
        Self { option: line.option.into(), price: line.price.into(), credit: line.credit.into(), tax: line.tax.into() }
    }
}

const CODES: [(PlanCode, PlanOption); 4] = [
    (PlanCode::SecureMailMonthly, PlanOption::ALL[0]),
    (PlanCode::SecureMailAnnual, PlanOption::ALL[1]),
    (PlanCode::PluginMonthly, PlanOption::ALL[2]),
    (PlanCode::PluginAnnual, PlanOption::ALL[3]),
];

impl From<PlanOption> for PlanCode {
    fn from(option: PlanOption) -> Self {
        CODES.iter().find(|(_, known)| *known == option).map_or(Self::SecureMailMonthly, |(code, _)| *code)
    }
}

impl From<PlanCode> for PlanOption {
    fn from(code: PlanCode) -> Self {
        CODES.iter().find(|(known, _)| *known == code).map_or(Self::ALL[0], |(_, option)| *option)
    }
}

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_has_its_own_name() {
        for option in PlanOption::ALL {
            let code = PlanCode::from(option);
            assert_eq!(PlanOption::from(code), option);
            assert_eq!(serde_json::to_value(code).expect("JSON"), option.code());
        }
    }
}

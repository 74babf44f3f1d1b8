use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::{Fresh, Payer, SignedIn};
use practice_domain::billing::plan::{Cart, PlanOption};
use practice_domain::billing::{CannotBuy, Line, PurchaseState, Quote, Subscription};
use practice_domain::port::Fault;
use practice_domain::usecase::billing::{ConfirmPurchaseError, confirm_purchase, list_offers};
use practice_domain::value::{Money, PersonId, QuoteId};
use uuid::Uuid;

use crate::door::{Asker, Id, SignedForm};
use crate::flash::{Flash, Flashed, and_say};
use crate::page::{BoughtLine, Problems, PurchaseQuestion};
use crate::portal::billing::choose::picker;
use crate::portal::billing::outcome::outcome;
use crate::portal::billing::{Whom, first_confirm, payer};
use crate::portal::page;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /purchase/{id}`: the confirmation of an offer, over the plans that it was made of; once OK was said, what came of it
/// (`BILL-2`, `BILL-4`). For its payer only.
pub(crate) async fn look(
    State(portal): State<Portal>,
    Asker(who): Asker,
    Id(id): Id,
    flashed: Flashed,
) -> Result<Response, Face> {
    let quote = offered(&portal, &who, id).await?;
    let purchases = portal.till()?.ledger.purchases_of(quote.id).await?;
    let mut response = if purchases.is_empty() {
        let renewed = flashed.0 == Some(Flash::Requoted);
        asked(&portal, &who, &quote, renewed, None).await?
    } else {
        outcome(&portal, &who, &quote, &purchases, flashed.0 == Some(Flash::Ordered)).await?
    };
    flashed.told(&portal, response.headers_mut());
    Ok(response)
}

/// `POST /purchase/{id}`: OK (`BILL-3`). However often it is said, the answer is the page that tells what came of it.
pub(crate) async fn confirm(State(portal): State<Portal>, Id(id): Id, form: SignedForm) -> Result<Response, Face> {
    let who = form.who;
    let (quote, here) = (offered(&portal, &who, id).await?, format!("/purchase/{id}"));
    let whom = Whom::of(&who, quote.member.into());
    let payer = match payer(&portal, &who, whom).await? {
        Ok(payer) => payer,
        Err(missing) => return Ok(missing),
    };
    let Ok(fresh) = payer.fresh() else { return Ok(first_confirm(&here)) };
    match order(&portal, fresh, quote.id).await {
        Ok(()) => {
            a_moment(&portal, quote.id).await?;
            Ok(and_say(&portal, &here, Flash::Ordered))
        }
        Err(ConfirmPurchaseError::Stale(quoted)) => {
            Ok(and_say(&portal, &format!("/purchase/{}", quoted.quote.id), Flash::Requoted))
        }
        Err(ConfirmPurchaseError::Refused(why @ (CannotBuy::Cart(_) | CannotBuy::InProgress))) => {
            asked(&portal, &who, &quote, false, Some(why)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Says OK in a task of its own: once begun, it runs to its end. A provider that takes long is not waited for: the page says that it
/// is being confirmed.
async fn order(portal: &Portal, who: Fresh<Payer>, quote: QuoteId) -> Result<(), ConfirmPurchaseError> {
    let (till, span) = match portal.till() {
        Ok(till) => (till.clone(), tracing::Span::current()),
        Err(_) => return Err(ConfirmPurchaseError::NoSuchQuote),
    };
    let task = async move { confirm_purchase(&till, &who, quote).await };
    let task = tokio::spawn(tracing::Instrument::instrument(task, span));
    match tokio::time::timeout(PATIENCE, task).await {
        Ok(Ok(confirmed)) => confirmed.map(drop),
        Ok(Err(panic)) => Err(Fault::corrupt("purchase", panic).into()),
        Err(_) => Ok(()),
    }
}

/// Waits a moment for whoever else is at the order: a second click, or a worker that came by. What is open after it is shown so.
async fn a_moment(portal: &Portal, quote: QuoteId) -> Result<(), Face> {
    for _ in 0..LOOKS {
        let purchases = portal.till()?.ledger.purchases_of(quote).await?;
        if !purchases.iter().any(|purchase| matches!(purchase.state, PurchaseState::Unknown { .. })) {
            return Ok(());
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    Ok(())
}

/// The offer, for whoever it was made to.
async fn offered(portal: &Portal, who: &SignedIn, id: Uuid) -> Result<Quote, Face> {
    let quote = portal.till()?.ledger.quote(QuoteId(id)).await?;
    let here = who.place().map(|(practice, _)| practice.id);
    let own = |quote: &Quote| quote.payer == who.account() && Some(quote.practice) == here;
    quote.filter(own).ok_or_else(Face::not_found)
}

/// The confirmation, or why there is none any more.
async fn asked(
    portal: &Portal,
    who: &SignedIn,
    quote: &Quote,
    renewed: bool,
    refused: Option<CannotBuy>,
) -> Result<Response, Face> {
    let whom = Whom::of(who, quote.member.into());
    let payer = match payer(portal, who, whom).await? {
        Ok(payer) => payer,
        Err(missing) => return Ok(missing),
    };
    let offers = list_offers(portal.till()?, &payer, PersonId::from(quote.member)).await?;
    let chosen: Vec<PlanOption> = quote.terms.lines().map(|line| line.option).collect();
    let mut over = picker(portal, &payer, who, whom, &offers.member, &offers.options, &chosen).await?;
    let holding = Subscription::holding(&offers.live);
    let refused = refused.or_else(|| Cart::fill(holding, &chosen).err().map(CannotBuy::from));
    if let Some(why) = refused {
        let face = Face::from(why);
        over.chrome.problems = Problems::one("options", &face.sentence);
        return page(face.status, &over);
    }
    let total = quote.terms.total().ok_or_else(Face::internal)?;
    over.question = Some(PurchaseQuestion {
        href: format!("/purchase/{}", quote.id),
        close: whom.href(),
        renewed,
        lines: quote.terms.lines().map(bought).collect(),
        total: present::money(total),
        renewal: renewal(portal, quote),
    });
    page(StatusCode::OK, &over)
}

/// A line of an offer or an order, in words.
pub(super) fn bought(line: Line) -> BoughtLine {
    let zero = Money::zero(line.price.currency());
    let off = zero.minus(line.credit).ok().filter(|credit| credit.minor() != 0);
    BoughtLine {
        name: present::plan(line.option).to_owned(),
        price: present::money(line.price),
        credit: off.map(present::money),
        tax: (line.tax.minor() != 0).then(|| present::money(line.tax)),
    }
}

/// When each plan is charged again.
fn renewal(portal: &Portal, quote: &Quote) -> String {
    let now = portal.ports.clock.now();
    let next = |line: Line| portal.calendar.day(line.option.cadence.period(now, 0).ends);
    let lines: Vec<Line> = quote.terms.lines().collect();
    match lines.as_slice() {
        [only] => format!("It renews on {} until you cancel it.", next(*only)),
        [first, second] if next(*first) == next(*second) => {
            format!("Both plans renew on {} until you cancel them.", next(*first))
        }
        lines => {
            let each = lines.iter().map(|line| format!("{} on {}", present::plan(line.option), next(*line)));
            format!("They renew until you cancel them: {}.", each.collect::<Vec<_>>().join("; "))
        }
    }
}

/// How often, and how long after each other, an order is looked at before it is shown as open.
const LOOKS: u32 = 8;
const BETWEEN_LOOKS: Duration = Duration::from_millis(250);

/// How long a browser waits for the provider.
const PATIENCE: Duration = Duration::from_secs(20);

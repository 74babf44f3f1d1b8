use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::{Payer, SignedIn};
use practice_domain::billing::CannotBuy;
use practice_domain::billing::plan::PlanOption;
use practice_domain::usecase::billing::{Offers, QuotePurchase, QuotePurchaseError, list_offers, quote_purchase};
use practice_domain::value::{Money, PersonId};

use crate::door::{Asker, Fields, Id, Manager, ManagerForm, SignedForm};
use crate::flash::see;
use crate::page::{NoPlansPage, OptionLine, Problems, PurchasePage};
use crate::portal::billing::{Whom, beneficiary, first_confirm, payer, ticked};
use crate::portal::page;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /manage/users/{id}/purchase` (`BILL-2`), for a User Manager who gave their password a moment ago.
pub(crate) async fn show(State(portal): State<Portal>, Manager(who): Manager, Id(id): Id) -> Result<Response, Face> {
    let who = who.person();
    choose(&portal, who, Whom::of(who, PersonId(id)), PersonId(id)).await
}

/// `GET /profile/messaging/purchase` (`BILL-7`).
pub(crate) async fn own(State(portal): State<Portal>, Asker(who): Asker) -> Result<Response, Face> {
    let person = oneself(&who)?;
    choose(&portal, &who, Whom::Oneself, person).await
}

/// `POST /manage/users/{id}/purchase`: asks what it costs.
pub(crate) async fn review(
    State(portal): State<Portal>,
    Id(id): Id,
    ManagerForm { who, fields }: ManagerForm,
) -> Result<Response, Face> {
    let who = who.person();
    offer(&portal, who, Whom::of(who, PersonId(id)), PersonId(id), &fields).await
}

/// `POST /profile/messaging/purchase`.
pub(crate) async fn review_own(
    State(portal): State<Portal>,
    SignedForm { who, fields }: SignedForm,
) -> Result<Response, Face> {
    let person = oneself(&who)?;
    offer(&portal, &who, Whom::Oneself, person, &fields).await
}

fn oneself(who: &SignedIn) -> Result<PersonId, Face> {
    let (_, member) = who.place().ok_or(CannotBuy::NotHere)?;
    Ok(member.id.into())
}

async fn choose(portal: &Portal, who: &SignedIn, whom: Whom, person: PersonId) -> Result<Response, Face> {
    portal.till()?;
    if !who.is_fresh() {
        return Ok(first_confirm(&whom.href()));
    }
    let payer = match payer(portal, who, whom).await? {
        Ok(payer) => payer,
        Err(missing) => return Ok(missing),
    };
    let offers = list_offers(portal.till()?, &payer, person).await?;
    if offers.options.is_empty() {
        let whom_words = beneficiary(portal, whom, &offers.member).await?;
        let nothing = NoPlansPage { chrome: present::chrome(portal, who, whom.nav()), whom: whom_words };
        return page(StatusCode::OK, &nothing);
    }
    let (options, member) = (offers.options, offers.member);
    page(StatusCode::OK, &picker(portal, &payer, who, whom, &member, &options, &[]).await?)
}

async fn offer(
    portal: &Portal,
    who: &SignedIn,
    whom: Whom,
    person: PersonId,
    fields: &Fields,
) -> Result<Response, Face> {
    portal.till()?;
    if !who.is_fresh() {
        return Ok(first_confirm(&whom.href()));
    }
    let payer = match payer(portal, who, whom).await? {
        Ok(payer) => payer,
        Err(missing) => return Ok(missing),
    };
    let options = ticked(fields);
    let cmd = QuotePurchase { person, options: options.clone() };
    match quote_purchase(portal.till()?, &payer, cmd).await {
        Ok(quoted) => Ok(see(&format!("/purchase/{}", quoted.quote.id))),
        Err(QuotePurchaseError::Refused(why @ (CannotBuy::Cart(_) | CannotBuy::InProgress))) => {
            let face = Face::from(why);
            let Offers { member, options: all, .. } = list_offers(portal.till()?, &payer, person).await?;
            let mut again = picker(portal, &payer, who, whom, &member, &all, &options).await?;
            again.chrome.problems = Problems::one("options", &face.sentence);
            page(face.status, &again)
        }
        Err(error) => Err(error.into()),
    }
}

/// The page where plans are chosen.
pub(super) async fn picker(
    portal: &Portal,
    payer: &Payer,
    who: &SignedIn,
    whom: Whom,
    member: &practice_domain::member::Member,
    options: &[(PlanOption, Money)],
    chosen: &[PlanOption],
) -> Result<PurchasePage, Face> {
    let now = portal.ports.clock.now();
    let card = payer.wallet().chargeable(now).map_err(CannotBuy::from)?;
    let line = |(option, price): &(PlanOption, Money)| OptionLine {
        code: option.code().to_owned(),
        name: present::plan(*option).to_owned(),
        hint: present::plan_hint(*option).to_owned(),
        price: present::money(*price),
        per: present::per(*option).to_owned(),
        ticked: chosen.contains(option),
    };
    Ok(PurchasePage {
        chrome: present::chrome(portal, who, whom.nav()),
        whom: beneficiary(portal, whom, member).await?,
        action: whom.href(),
        options: options.iter().map(line).collect(),
        card: present::card(card, now),
        question: None,
    })
}

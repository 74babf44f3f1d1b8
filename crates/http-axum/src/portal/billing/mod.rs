//! Buying plans, and what one pays for.

pub(super) mod card;
mod choose;
mod confirm;
pub(super) mod messaging;
pub(super) mod notices;
mod outcome;

use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::{Payer, SignedIn};
use practice_domain::billing::{CannotBuy, NoCard};
use practice_domain::member::Member;
use practice_domain::usecase::billing::prove_payer;
use practice_domain::value::PersonId;

use crate::door::Fields;
use crate::flash::see;
use crate::next::by_way_of;
use crate::page::{Beneficiary, Link, Nav, NoCardPage};
use crate::portal::page;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

pub(crate) use choose::{own, review, review_own, show};
pub(crate) use confirm::{confirm, look};

/// Whether somebody buys for themselves, or for somebody of their practice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whom {
    Oneself,
    Other(PersonId),
}

impl Whom {
    fn of(who: &SignedIn, person: PersonId) -> Self {
        let oneself = who.place().is_some_and(|(_, member)| PersonId::from(member.id) == person);
        if oneself { Self::Oneself } else { Self::Other(person) }
    }

    /// Where plans are chosen.
    fn href(self) -> String {
        match self {
            Self::Oneself => "/profile/messaging/purchase".to_owned(),
            Self::Other(person) => format!("/manage/users/{person}/purchase"),
        }
    }

    fn nav(self) -> Nav {
        match self {
            Self::Oneself => Nav::Profile,
            Self::Other(_) => Nav::Manage,
        }
    }
}

/// Somebody who can pay, or the page that says what is missing.
async fn payer(portal: &Portal, who: &SignedIn, whom: Whom) -> Result<Result<Payer, Response>, Face> {
    if let Whom::Other(person) = whom {
        known(portal, who, person).await?;
    }
    match prove_payer(portal.till()?, who.clone()).await? {
        Ok(payer) => Ok(Ok(payer)),
        Err(CannotBuy::NoCard(why)) => {
            let (label, href) = match whom {
                Whom::Oneself => ("My Profile, Messaging", "/profile/messaging".to_owned()),
                Whom::Other(person) => ("Edit User", format!("/manage/users/{person}")),
            };
            let missing = NoCardPage {
                chrome: present::chrome(portal, who, whom.nav()),
                expired: why == NoCard::Expired,
                back: Link { label: label.to_owned(), href },
            };
            Ok(Err(page(StatusCode::CONFLICT, &missing)?))
        }
        Err(why) => Err(why.into()),
    }
}

/// Whether somebody is of the practice: asked before anything else is told.
pub(crate) async fn known(portal: &Portal, who: &SignedIn, person: PersonId) -> Result<(), Face> {
    let (practice, _) = who.place().ok_or(CannotBuy::NotHere)?;
    let row = portal.ports.reader.person(practice.id, person).await?;
    row.map(drop).ok_or_else(Face::not_found)
}

/// For whom it is, in words.
async fn beneficiary(portal: &Portal, whom: Whom, member: &Member) -> Result<Beneficiary, Face> {
    let person = portal.ports.reader.person(member.practice, member.id.into()).await?;
    let known = person.as_ref().map(present::who).ok_or_else(Face::not_found)?;
    let back = match whom {
        Whom::Oneself => Link { label: "My Profile, Messaging".to_owned(), href: "/profile/messaging".to_owned() },
        Whom::Other(person) => {
            Link { label: format!("Edit {}", known.name()), href: format!("/manage/users/{person}") }
        }
    };
    Ok(Beneficiary {
        name: known.name(),
        short: known.short().to_owned(),
        oneself: whom == Whom::Oneself,
        tier: present::tier(member.tier),
        back,
    })
}

/// The password first, and then here again.
fn first_confirm(to: &str) -> Response {
    see(&by_way_of("/confirm-password", Some(to)))
}

/// The options that were ticked; what is no option is left out, as if its box were not there.
fn ticked(fields: &Fields) -> Vec<practice_domain::billing::plan::PlanOption> {
    fields.all("option").filter_map(practice_domain::billing::plan::PlanOption::of_code).collect()
}

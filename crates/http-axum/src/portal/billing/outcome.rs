use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::SignedIn;
use practice_domain::billing::{Decline, Purchase, PurchaseState, Quote};

use crate::page::{LineState, Outcome, OutcomePage};
use crate::portal::billing::confirm::bought;
use crate::portal::billing::{Whom, beneficiary};
use crate::portal::page;
use crate::present;
use crate::refusal::{Face, declined};
use crate::site::Portal;

/// The page that tells what came of an order (`BILL-4`).
pub(super) async fn outcome(
    portal: &Portal,
    who: &SignedIn,
    quote: &Quote,
    purchases: &[Purchase],
    just_ordered: bool,
) -> Result<Response, Face> {
    let whom = Whom::of(who, quote.member.into());
    let member = portal.ports.store.member_by_id(quote.practice, quote.member).await?.ok_or_else(Face::not_found)?;
    let words = beneficiary(portal, whom, &member).await?;
    let mut chrome = present::chrome(portal, who, whom.nav());
    let outcome = stands(purchases);
    if just_ordered && outcome == Outcome::Active {
        let name = if words.oneself { "you" } else { &words.name };
        chrome.toast = Some(format!("Purchase complete. {} active for {name}.", active(purchases)));
    }
    let bought_plugin = purchases.iter().any(Purchase::offers_installer);
    let installer = portal.billing()?.installer.clone().filter(|_| bought_plugin);
    let told = OutcomePage {
        chrome,
        whom: words,
        outcome,
        lines: purchases.iter().map(|purchase| (bought(purchase.line), line(&purchase.state))).collect(),
        href: format!("/purchase/{}", quote.id),
        again: whom.href(),
        installer,
    };
    page(StatusCode::OK, &told)
}

fn active(purchases: &[Purchase]) -> String {
    let names: Vec<&str> = purchases
        .iter()
        .map(|purchase| match purchase.line.option.ware {
            practice_domain::billing::plan::Ware::SecureMail => "SecureMail",
            practice_domain::billing::plan::Ware::OutlookPlugin => "The Outlook Plugin",
        })
        .collect();
    match names.as_slice() {
        [only] => format!("{only} is"),
        [first, second] => format!("{first} and {} are", second.replace("The", "the")),
        _ => "Everything is".to_owned(),
    }
}

/// How an order stands as a whole.
fn stands(purchases: &[Purchase]) -> Outcome {
    let paid = |purchase: &&Purchase| matches!(purchase.state, PurchaseState::Paid { .. });
    if purchases.iter().all(|purchase| paid(&purchase)) {
        return Outcome::Active;
    }
    for purchase in purchases {
        if let PurchaseState::ActionNeeded { url, .. } = &purchase.state {
            return Outcome::ActionNeeded(url.clone());
        }
    }
    if purchases.iter().any(Purchase::is_open) {
        return Outcome::BeingConfirmed;
    }
    let why = purchases.iter().find_map(|purchase| refusal(&purchase.state)).unwrap_or_default();
    if purchases.iter().any(|purchase| paid(&purchase)) { Outcome::Partly(why) } else { Outcome::Refused(why) }
}

/// Why a plan was not given.
fn refusal(state: &PurchaseState) -> Option<String> {
    match state {
        PurchaseState::Declined { why, .. } => Some(declined(*why).sentence.into_owned()),
        PurchaseState::Expired { .. } => Some(declined(Decline::NotConfirmed).sentence.into_owned()),
        PurchaseState::Abandoned { .. } => {
            Some("The payment did not come through. Nothing was charged. Start again.".to_owned())
        }
        PurchaseState::Returned { .. } => {
            Some("The plan could not be given any more. What was charged goes back to your card.".to_owned())
        }
        PurchaseState::Pending { .. }
        | PurchaseState::Unknown { .. }
        | PurchaseState::ActionNeeded { .. }
        | PurchaseState::Paid { .. } => None,
    }
}

fn line(state: &PurchaseState) -> LineState {
    match state {
        PurchaseState::Paid { .. } => LineState::Active,
        PurchaseState::Pending { .. } | PurchaseState::Unknown { .. } | PurchaseState::ActionNeeded { .. } => {
            LineState::Waiting
        }
        PurchaseState::Declined { .. } | PurchaseState::Expired { .. } | PurchaseState::Abandoned { .. } => {
            LineState::NotCharged
        }
        PurchaseState::Returned { .. } => LineState::Returned,
    }
}

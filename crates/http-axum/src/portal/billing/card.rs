//! The card on file: entered at the payment provider, and never here (`BILL-7`).

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::SignedIn;
use practice_domain::member::Kind;
use practice_domain::usecase::billing::{BeginCardEntryError, begin_card_entry, card_stored};

use crate::door::{Asker, SignedForm};
use crate::flash::{Flash, and_say};
use crate::page::{CardEntryPage, CardPanel, Nav};
use crate::portal::billing::first_confirm;
use crate::portal::page;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `POST /profile/card`: shows the way to the provider's page. The browser goes there by a link, so that no form of ours leads
/// elsewhere.
pub(crate) async fn begin(State(portal): State<Portal>, form: SignedForm) -> Result<Response, Face> {
    let till = portal.till()?;
    let back = format!("{}/profile/card/done", portal.settings.base_url.trim_end_matches('/'));
    match begin_card_entry(till, &form.who, &back).await {
        Ok(entry) => {
            let wallet = till.ledger.wallet(form.who.account()).await?;
            let chrome = present::chrome(&portal, &form.who, Nav::Profile);
            let another = wallet.is_some_and(|wallet| wallet.card.is_some());
            page(StatusCode::OK, &CardEntryPage { chrome, href: entry.url, another })
        }
        Err(BeginCardEntryError::Denied(_)) => Ok(first_confirm("/profile?for=card")),
        Err(error) => Err(error.into()),
    }
}

/// `GET /profile/card/done`: back from the provider's page. The provider is asked what is on file now; that somebody came here is
/// believed of nobody.
pub(crate) async fn done(State(portal): State<Portal>, Asker(who): Asker) -> Result<Response, Face> {
    let till = portal.till()?;
    let before = till.ledger.wallet(who.account()).await?.and_then(|wallet| wallet.card);
    card_stored(till, who.account(), None).await?;
    let after = till.ledger.wallet(who.account()).await?.and_then(|wallet| wallet.card);
    let flash = if after.is_some() && after != before { Flash::CardUpdated } else { Flash::ProfileSaved(false) };
    Ok(and_say(&portal, "/profile", flash))
}

/// The card on one's profile.
pub(crate) async fn panel(portal: &Portal, who: &SignedIn) -> Result<CardPanel, Face> {
    let is_staff = who.place().is_some_and(|(_, member)| member.kind != Kind::Patient);
    let Some(billing) = portal.settings.billing.as_ref().filter(|_| is_staff) else { return Ok(CardPanel::Absent) };
    let wallet = billing.till.ledger.wallet(who.account()).await?;
    let Some(card) = wallet.and_then(|wallet| wallet.card) else { return Ok(CardPanel::None) };
    let plans = billing.till.ledger.plans_paid_by(who.account()).await?;
    let people: BTreeSet<_> = plans.iter().map(|plan| plan.beneficiary).collect();
    Ok(CardPanel::OnFile(present::card(&card, portal.ports.clock.now()), people.len()))
}

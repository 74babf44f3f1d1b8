//! What pages elsewhere say about money.

use practice_domain::access::{SignedIn, UserManager};
use practice_domain::billing::plan::Ware;
use practice_domain::billing::{CannotBuy, EndReason, SubscriptionState};
use practice_domain::member::{Kind, Member, Tier};
use practice_domain::usecase::billing::prove_payer;

use crate::page::{CardNotice, CardPanel, Cart};
use crate::portal::billing::card;
use crate::refusal::Face;
use crate::site::Portal;

/// Whether a manager is shown the shopping cart for a member (`BILL-2`).
pub(crate) async fn cart(portal: &Portal, who: &UserManager, member: &Member) -> Result<Cart, Face> {
    let Some(billing) = &portal.settings.billing else { return Ok(Cart::Absent) };
    match prove_payer(&billing.till, who.person().clone()).await? {
        Ok(payer) if payer.may_pay_for(member).is_ok() => Ok(Cart::Open),
        Err(CannotBuy::NoCard(_)) if member.kind != Kind::Patient => Ok(Cart::NoCard),
        Ok(_) | Err(_) => Ok(Cart::Absent),
    }
}

/// Whether somebody is on the free tier because a payment failed (`BILL-8`).
pub(crate) async fn payment_failed(portal: &Portal, who: &SignedIn) -> Result<bool, Face> {
    let (Some(billing), Some((practice, member))) = (&portal.settings.billing, who.place()) else { return Ok(false) };
    if member.tier != Tier::Free || member.kind == Kind::Patient {
        return Ok(false);
    }
    let last = billing.till.ledger.last_plan_of(practice.id, member.id, Ware::SecureMail).await?;
    let failed = |state| matches!(state, SubscriptionState::Ended { why: EndReason::PaymentFailed, .. });
    Ok(last.is_some_and(|plan| failed(plan.state)))
}

/// A card that expires soon, and pays for somebody.
pub(crate) async fn card_expires(portal: &Portal, who: &SignedIn) -> Result<Option<CardNotice>, Face> {
    let CardPanel::OnFile(face, people) = card::panel(portal, who).await? else { return Ok(None) };
    let Some(warning) = face.warning.filter(|_| people > 0) else { return Ok(None) };
    let pays = if people == 1 { "1 person".to_owned() } else { format!("{people} people") };
    let title = if warning == "Expired" { "Your card has expired" } else { "Your card expires this month" };
    let hint = format!("{} pays for {pays}. If a payment fails, they fall back to the free plan.", face.name);
    Ok(Some(CardNotice { title: title.to_owned(), hint }))
}

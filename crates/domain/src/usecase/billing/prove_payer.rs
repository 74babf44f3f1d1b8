use crate::access::{Payer, SignedIn};
use crate::billing::CannotBuy;
use crate::port::Fault;
use crate::usecase::billing::Till;

/// Whether somebody who has signed in can pay (`BILL-2`, `BILL-7`): the cart is shown to nobody else.
///
/// # Errors
///
/// A [`Fault`] when the world failed. That they cannot pay is an answer.
pub async fn prove_payer(till: &Till, who: SignedIn) -> Result<Result<Payer, CannotBuy>, Fault> {
    let wallet = till.ledger.wallet(who.account()).await?;
    Ok(Payer::prove(who, wallet, till.now()))
}

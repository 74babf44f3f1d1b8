//! stripe-stateful-mock: keys that are kept as Stripe keeps them.

use std::process::Command;

use practice_domain::port::{Customer, Payments};
use practice_domain::value::{AccountId, Email};
use uuid::Uuid;

use crate::process::{Peer, tools};
use crate::world::ann;

async fn start() -> Option<Peer> {
    let script = tools()?.join("peers/node_modules/stripe-stateful-mock/dist/cli.js");
    let command = |port: u16| {
        let mut command = Command::new("node");
        command.arg(&script).env("PORT", port.to_string());
        command
    };
    Some(Peer::start(command).await)
}

/// BILL-7: it cannot be searched, so an account is one customer by its key alone; also when it is called something else meanwhile.
#[tokio::test]
async fn an_account_is_one_customer_by_its_key() {
    let Some(peer) = start().await else { return };
    let stripe = peer.stripe();
    let first = stripe.customer(&ann()).await.expect("made");
    let renamed = Customer { email: Email::parse("ann.lee@example.com").expect("an address"), ..ann() };
    assert_eq!(stripe.customer(&renamed).await.expect("made"), first);
    let other = Customer { account: AccountId(Uuid::from_u128(2)), ..ann() };
    assert_ne!(stripe.customer(&other).await.expect("made"), first);
    let (_, known) = peer.post(&format!("/v1/customers/{first}"), &[("description", "read by somebody else")]).await;
    assert_eq!(known["metadata"]["account"], ann().account.to_string());
    assert_eq!(known["email"], "ann.lee@example.com");
}

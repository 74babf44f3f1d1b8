//! Stripe's own Python library knows every field that we send, in the version of the API that we ask for.

use std::process::Command;

use practice_domain::port::{GiveBack, Payments, Stop};
use practice_domain::value::Time;
use serde_json::{Value, json};

use crate::books::Manner;
use crate::process::{ask, script, tools};
use crate::world::World;

#[tokio::test]
async fn stripes_library_knows_every_field_that_we_send() {
    let Some(tools) = tools() else { return };
    let world = World::with_card(Manner::Good).await;
    world.stripe.card_entry(&world.customer, "https://portal.example/profile").await.expect("a page");
    let sold = world.sold().await;
    world.look_up().await;
    for give_back in [GiveBack::Nothing, GiveBack::Everything] {
        let stop = Stop { subscription: sold.subscription.clone(), give_back };
        world.stripe.stop(&stop).await.expect("ended");
        world.stripe.subscription(&sold.subscription).await.expect("reachable");
    }
    let event = practice_domain::billing::EventRef::parse("evt_1").expect("a name");
    for after in [None, Some(event)] {
        world.stripe.events(Time::from_micros(0), after, 100).await.expect("reachable");
    }
    world.stripe.running(None, 100).await.expect("reachable");
    world.stripe.running(Some(sold.subscription.clone()), 100).await.expect("reachable");
    let declined = World::with_card(Manner::Declines("expired_card")).await;
    declined.subscribe(0).await;
    let heard = [world.server.heard(), declined.server.heard()].concat();
    let mut sent: Vec<Value> =
        heard.iter().map(|one| json!({"method": one.method, "path": one.path, "fields": one.fields})).collect();
    // A field that nobody knows, so that it is seen that they are looked at.
    sent.push(json!({"method": "POST", "path": "/v1/refunds", "fields": [["payment_intnet", "pi_1"]]}));
    let mut python = Command::new(tools.join("python/bin/python"));
    let mut judged = ask(python.arg(script("stripe_described.py")), &sent);
    assert_eq!(judged.pop().as_deref(), Some("payment_intnet"));
    for (sent, unknown) in sent.iter().zip(&judged) {
        assert_eq!(unknown, "", "{sent}");
    }
}

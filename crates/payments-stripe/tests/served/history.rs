//! What Stripe tells when it is asked what happened.

use practice_domain::billing::SubscriptionRef;
use practice_domain::port::{EventAbout, Payments};
use practice_domain::value::Time;
use serde_json::json;

use crate::books::Manner;
use crate::world::World;

/// WH-04: every event since a moment, the oldest first, however many pages Stripe makes of them, and none that says nothing of ours.
#[tokio::test]
async fn what_happened_is_told_in_order() {
    let world = World::with_card(Manner::Good).await;
    world.server.books(|books| {
        books.events = (0..350)
            .map(|n| {
                let kind = if n % 5 == 0 { "charge.succeeded" } else { "customer.subscription.updated" };
                let object = json!({"id": format!("sub_{n}"), "metadata": {}});
                json!({"id": format!("evt_{n}"), "created": 1_000 + n, "type": kind, "livemode": false, "data": {"object": object}})
            })
            .collect();
    });
    let since = Time::from_micros(1_010 * 1_000_000);
    let expected: Vec<String> = (10..350).filter(|n| n % 5 != 0).map(|n| format!("evt_{n}")).collect();
    for most in [1_000, 100, 7] {
        let (mut told, mut after) = (Vec::new(), None);
        loop {
            let page = world.stripe.events(since, after.clone(), most).await.expect("reachable");
            assert!(page.len() <= most);
            let Some(last) = page.last() else { break };
            after = Some(last.id.clone());
            told.extend(page);
        }
        let names: Vec<&str> = told.iter().map(|event| event.id.as_str()).collect();
        assert_eq!(names, expected, "{most} at once");
        let first = SubscriptionRef::parse("sub_11").expect("a name");
        assert_eq!(told[0].about, EventAbout::Subscription(first, None));
    }
}

//! What Stripe publishes of its API knows everything that we send. `PORTAL_SPECS` names the folder with its description; without it the
//! test says so and passes.

use std::path::Path;

use practice_domain::port::{GiveBack, Payments, Stop};
use practice_domain::value::Time;

use crate::books::Manner;
use crate::server::{Mishap, Request};
use crate::world::World;
use crate::yaml::Node;

#[tokio::test]
async fn every_field_that_we_send_is_one_that_stripe_describes() {
    let Some(folder) = std::env::var_os("PORTAL_SPECS") else {
        println!("skipped: PORTAL_SPECS does not say where Stripe's description is");
        return;
    };
    let file = Path::new(&folder).join("stripe_spec3_2023-08-16.yaml");
    let text = std::fs::read_to_string(file).expect("the description is there");
    let paths = Node::read(&text, "paths:");
    let paths = paths.get("paths").expect("paths");
    for request in everything().await {
        let path =
            paths.names().find(|path| leads_to(path, &request.path)).unwrap_or_else(|| panic!("{}", request.path));
        let method = request.method.to_ascii_lowercase();
        let described = paths.at(&[path, &method]).unwrap_or_else(|| panic!("{method} {path} is not described"));
        let form = ["requestBody", "content", "application/x-www-form-urlencoded", "schema"];
        for (name, value) in request.fields.iter().filter(|(name, _)| !NEWER.contains(&(path, name))) {
            let parts: Vec<&str> = name.split(['[', ']']).filter(|part| !part.is_empty()).collect();
            let fits = if method == "post" {
                described.at(&form).is_some_and(|schema| fits(schema, &parts, value))
            } else {
                let all = described.get("parameters").expect("parameters");
                let one = all.members().find(|one| one.get("name").is_some_and(|name| name.words == parts[0]));
                one.and_then(|one| one.get("schema")).is_some_and(|schema| fits(schema, &parts[1..], value))
            };
            assert!(fits, "{method} {path} takes no {name} of {value}");
        }
        let required = described.at(&form).and_then(|schema| schema.get("required"));
        for name in required.into_iter().flat_map(Node::members).map(|one| &one.words) {
            let given = request.fields.iter().any(|(known, _)| known.split('[').next() == Some(name));
            assert!(given, "{method} {path} needs {name}");
        }
    }
}

/// What is younger than the description; Stripe's own library knows it.
const NEWER: &[(&str, &str)] = &[
    ("/v1/checkout/sessions", "allowed_payment_method_types[0]"),
    ("/v1/checkout/sessions", "wallet_options[link][display]"),
];

/// Whether a path with names in it is the one that was asked for. Whole words come before names.
fn leads_to(described: &str, asked: &str) -> bool {
    let (described, asked): (Vec<&str>, Vec<&str>) = (described.split('/').collect(), asked.split('/').collect());
    let is_name = |part: &str| part.starts_with('{');
    let name = |part: &str| part.contains('_') && part.bytes().any(|byte| byte.is_ascii_digit());
    described.len() == asked.len() && described.iter().zip(&asked).all(|(d, a)| d == a || (is_name(d) && name(a)))
}

/// Whether a schema takes a value at this place.
fn fits(schema: &Node, place: &[&str], value: &str) -> bool {
    if let Some(any) = schema.get("anyOf") {
        return any.members().any(|one| fits(one, place, value));
    }
    let Some((first, rest)) = place.split_first() else {
        let kind = schema.get("type").map(|kind| &*kind.words);
        let listed = schema.get("enum").is_none_or(|all| all.members().any(|one| one.words == value));
        return listed
            && match kind {
                Some("integer") => value.parse::<i64>().is_ok(),
                Some("boolean") => value == "true" || value == "false",
                Some("string") => true,
                _ => false,
            };
    };
    let below = match first.parse::<usize>() {
        Ok(_) => schema.get("items"),
        Err(_) => schema.at(&["properties", first]).or_else(|| schema.get("additionalProperties")),
    };
    below.is_some_and(|schema| fits(schema, rest, value))
}

/// Everything that can be sent.
async fn everything() -> Vec<Request> {
    let mut heard = Vec::new();
    let world = World::with_card(Manner::Good).await;
    world.stripe.card_entry(&world.customer, "https://portal.example/profile").await.expect("a page");
    world.server.plan("POST", "/pay", Mishap::FailsAfter);
    world.subscribe(0).await;
    let Some(practice_domain::port::Answer::Confirmed(sold)) = world.look_up().await else { panic!("it was charged") };
    let stop = |give_back| Stop { subscription: sold.subscription.clone(), give_back };
    world.stripe.stop(&stop(GiveBack::Nothing)).await.expect("cancelled");
    world.server.books(|books| {
        books.renew(sold.subscription.as_str());
        books.methods[0].manner = Manner::Declines("expired_card");
        books.renew(sold.subscription.as_str());
        books.invoices[1].status = "draft";
    });
    world.stripe.subscription(&sold.subscription).await.expect("reachable");
    world.stripe.stop(&stop(GiveBack::ChargedAfter(Time::from_micros(0)))).await.expect("ended");
    let event = practice_domain::billing::EventRef::parse("evt_000001").expect("a name");
    for after in [None, Some(event)] {
        world.stripe.events(Time::from_micros(0), after, 100).await.expect("reachable");
    }
    let next = world.stripe.running(None, 100).await.expect("reachable").next;
    assert!(next.is_none(), "there is one, and it is over");
    let one = practice_domain::billing::SubscriptionRef::parse("sub_000001").expect("a name");
    world.stripe.running(Some(one), 100).await.expect("reachable");
    heard.extend(world.server.heard());
    let declined = World::with_card(Manner::Declines("expired_card")).await;
    declined.subscribe(0).await;
    heard.extend(declined.server.heard());
    for (method, ends) in
        [("POST", "/void"), ("DELETE", ""), ("POST", "/refunds"), ("GET", "/search"), ("POST", "/sessions")]
    {
        let there = heard.iter().any(|one| one.method == method && one.path.ends_with(ends));
        assert!(there, "{method} {ends} was never sent");
    }
    assert!(heard.iter().any(|one| one.field("auto_advance").is_some()), "a draft was never kept");
    heard
}

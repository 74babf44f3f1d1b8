//! Stripe's own libraries: Node's signs, Python's and we judge the same cases.

use std::process::Command;

use practice_domain::port::PaymentEvents;
use practice_domain::value::Time;
use practice_payments_stripe::{API_VERSION, StripeEvents};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::process::{ask, script, tools};

const SECRET: &str = "whsec_0123456789abcdef";

/// WH-01: whatever Stripe's library signs is believed, and of everything else both judges say the same.
#[test]
fn we_and_stripes_library_believe_the_same_events() {
    let Some(tools) = tools() else { return };
    let mut node = Command::new("node");
    node.arg(script("stripe_signs.mjs")).env("PORTAL_TOOLS", &tools);
    let signed = ask(&mut node, &cases());
    let headers: Vec<Value> = signed.iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let told: Vec<Value> = cases().iter().zip(&headers).map(|(case, signed)| told(case, signed)).collect();
    let mut python = Command::new(tools.join("python/bin/python"));
    let judged = ask(python.arg(script("stripe_judges.py")), &told);
    let (mut believed, mut refused) = (0, 0);
    for (told, judged) in told.iter().zip(&judged) {
        let events = StripeEvents::new(vec![SecretString::from(SECRET)], false).expect("a secret");
        let (body, header) = (told["payload"].as_str().expect("a body"), told["header"].as_str().expect("a header"));
        let now = Time::from_micros(told["now"].as_i64().expect("a time") * 1_000_000);
        let ours = events.verify(body.as_bytes(), header, now);
        // Stripe's library takes an event of the future; nobody sends one.
        let expected = judged == "good" && told["offset"].as_i64() <= Some(300);
        assert_eq!(ours.is_ok(), expected, "{told}: {ours:?}, and the library says {judged}");
        if expected { believed += 1 } else { refused += 1 }
    }
    assert!(believed >= 8 && refused >= 12, "{believed} believed, {refused} refused");
}

/// The version that we ask for is the one of the libraries that judge us.
#[test]
fn the_version_is_the_one_of_stripes_library() {
    let Some(tools) = tools() else { return };
    let mut python = Command::new(tools.join("python/bin/python"));
    let said =
        ask(python.args(["-c", "import stripe, sys; sys.stdin.read(); print(stripe.api_version)"]), &[json!({})]);
    assert_eq!(said, [API_VERSION]);
}

fn cases() -> Vec<Value> {
    let body = |purchase: &str| {
        let object = json!({"id": "sub_1", "object": "subscription", "metadata": {"purchase": purchase}});
        json!({
            "id": "evt_1", "object": "event", "type": "customer.subscription.updated", "livemode": false,
            "data": {"object": object},
        })
    };
    let plain = body("00000000-0000-0000-0000-000000000007").to_string();
    let payloads = [
        plain.clone(),
        serde_json::to_string_pretty(&body("x")).expect("JSON"),
        body("Nähe & 漢字 \u{1f600}").to_string(),
        format!(" {plain}\n"),
    ];
    let case = |payload: &str, secret: &str, offset: i64, change: &str| json!({"payload": payload, "secret": secret, "offset": offset, "change": change});
    let mut cases = Vec::new();
    for payload in &payloads {
        for offset in [0, -200, -1_000, 1_000] {
            cases.push(case(payload, SECRET, offset, "none"));
        }
        for change in ["body", "time", "scheme", "no-time", "no-signature", "cut", "empty", "another-first", "space"] {
            cases.push(case(payload, SECRET, 0, change));
        }
        cases.push(case(payload, "whsec_another_secret", 0, "none"));
    }
    cases
}

/// A case as it comes to a judge: signed by Stripe's library, and then perhaps changed.
fn told(case: &Value, signed: &Value) -> Value {
    let (mut payload, header) =
        (case["payload"].as_str().expect("a body").to_owned(), signed["header"].as_str().expect("a header"));
    let (time, signature) = header.split_once(',').expect("two fields");
    let header = match case["change"].as_str().expect("a change") {
        "body" => {
            payload = payload.replacen("sub_1", "sub_2", 1);
            header.to_owned()
        }
        "space" => {
            payload.push(' ');
            header.to_owned()
        }
        "time" => format!("t={},{signature}", signed["now"].as_i64().expect("a time") + 1),
        "scheme" => format!("{time},{}", signature.replace("v1=", "v0=")),
        "no-time" => signature.to_owned(),
        "no-signature" => time.to_owned(),
        "cut" => header[..header.len() - 2].to_owned(),
        "empty" => String::new(),
        "another-first" => format!("{time},v1={},{signature}", "0".repeat(64)),
        _ => header.to_owned(),
    };
    json!({"payload": payload, "header": header, "secret": SECRET, "now": signed["now"], "offset": case["offset"]})
}

//! `Webhook` against Twilio's own helper. `cargo xtask test peers` installs and names it; without it the test says so and passes.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use practice_sms_twilio::{Unsigned, Webhook};
use secrecy::SecretString;
use serde_json::{Value, json};

/// WH-05
#[test]
fn what_twilios_helper_signs_is_twilios_and_nothing_else() {
    let Some(tools) = std::env::var_os("PORTAL_TOOLS") else {
        println!("skipped: PORTAL_TOOLS does not say where Twilio's helper is");
        return;
    };
    let calls = calls();
    let signatures = signed(Path::new(&tools), &calls);
    assert_eq!(signatures.len(), calls.len());
    for (call, signature) in calls.iter().zip(&signatures) {
        let webhook = Webhook::new(SecretString::from(TOKEN), ORIGIN);
        let url = call["url"].as_str().expect("an address");
        let path = url.strip_prefix(ORIGIN).expect("ours");
        assert_eq!(verify(&webhook, call, path, signature), Ok(()), "{call}");
        for other in [format!("{path}x"), "/elsewhere".to_owned()] {
            assert_eq!(verify(&webhook, call, &other, signature), Err(Unsigned), "{call} at {other}");
        }
        let forged = Webhook::new(SecretString::from("another"), ORIGIN);
        assert_eq!(verify(&forged, call, path, signature), Err(Unsigned), "{call}");
        let elsewhere = Webhook::new(SecretString::from(TOKEN), "https://portal.example.org");
        assert_eq!(verify(&elsewhere, call, path, signature), Err(Unsigned), "{call}");
    }
}

fn verify(webhook: &Webhook, call: &Value, path: &str, signature: &str) -> Result<(), Unsigned> {
    if let Some(body) = call["body"].as_str() {
        return webhook.verify_body(path, body.as_bytes(), signature);
    }
    let field = |pair: &Value| (text(&pair[0]), text(&pair[1]));
    let form: Vec<_> = call["form"].as_array().expect("fields").iter().map(field).collect();
    webhook.verify_form(path, &form, signature)
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// Receipts, texts that came in, fields that nobody knows, fields twice, letters of every kind, and JSON.
fn calls() -> Vec<Value> {
    let form =
        |path: &str, form: Value| json!({"token": TOKEN, "url": format!("{ORIGIN}{path}"), "form": form, "body": null});
    let digest = "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862";
    vec![
        form(
            "/webhooks/twilio",
            json!([["MessageSid", "SM1"], ["MessageStatus", "delivered"], ["To", "+14155552671"]]),
        ),
        form("/webhooks/twilio?a=1&b=%20", json!([["Body", "STOP"], ["From", "+14155552671"], ["New_Field", ""]])),
        form("/webhooks/twilio", json!([["Body", "Nähe & 漢字 \u{1f600}"], ["body", "lower"], ["Z", "1"], ["A", "2"]])),
        form("/webhooks/twilio", json!([["MediaUrl", "b"], ["MediaUrl", "a"], ["MediaUrl", "b"]])),
        form("/webhooks/twilio", json!([])),
        json!({
            "token": TOKEN,
            "url": format!("{ORIGIN}/webhooks/twilio?bodySHA256={digest}"),
            "form": [],
            "body": r#"{"a":1}"#,
        }),
    ]
}

fn signed(tools: &Path, calls: &[Value]) -> Vec<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/twilio_signatures.py");
    let mut command = Command::new(tools.join("python/bin/python"));
    let mut helper =
        command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the helper starts");
    let lines: String = calls.iter().map(|call| format!("{call}\n")).collect();
    helper.stdin.take().expect("piped").write_all(lines.as_bytes()).expect("it listens");
    let output = helper.wait_with_output().expect("it ends");
    assert!(output.status.success(), "the helper failed");
    String::from_utf8(output.stdout).expect("base 64").lines().map(str::to_owned).collect()
}

const TOKEN: &str = "0123456789abcdef";
const ORIGIN: &str = "https://portal.example.com";

//! What the portal tells products by itself, as the document describes it (section 13).

use practice_domain::event::Event;
use serde_json::{Value, json};
use utoipa::Modify;

/// The webhooks that go out.
pub(super) struct Hooks;

impl Modify for Hooks {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let each = Event::CODES.into_iter().map(|code| (code.to_owned(), item(code)));
        document.webhooks = serde_json::from_value(Value::Object(each.collect())).ok();
    }
}

/// One event, as whoever listens gets it.
fn item(code: &str) -> Value {
    let id = |what: &str| json!({ "type": "string", "format": "uuid", "description": what });
    let mut data = json!({ "practice": id("Where it happened."), "account": id("Whose account.") });
    let subject = if code == "invitation.accepted" { "invitation" } else { "member" };
    data[subject] = id("Which one.");
    let mut required = vec!["practice", "account", subject];
    if code == "member.tier-changed" {
        let said = "What the member may use from now on.";
        data["tier"] = json!({ "type": "string", "enum": ["free", "paid", "paid-with-plugin"], "description": said });
        required.push("tier");
    }
    let body = json!({
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": { "type": "string", "enum": [code] },
            "timestamp": { "type": "string", "format": "date-time", "description": "When it happened." },
            "data": { "type": "object", "required": required, "properties": data },
        },
    });
    let header = |name: &str, said: &str| {
        json!({
            "name": name, "in": "header", "required": true, "description": said, "schema": { "type": "string" },
        })
    };
    json!({
        "post": {
            "tags": ["Events"],
            "operationId": format!("event {code}"),
            "summary": words(code),
            "parameters": [
                header("webhook-id", "The same on every try."),
                header("webhook-timestamp", "When this try was made, in seconds since 1970."),
                header("webhook-signature", "`v1,` and the HMAC-SHA256 of id, timestamp and body in base64; one for each secret."),
            ],
            "requestBody": { "required": true, "content": { "application/json": { "schema": body } } },
            "responses": {
                "204": { "description": "Taken. Any status from 200 to 299 says so." },
                "410": { "description": "The endpoint is gone for good." },
            },
        },
    })
}

fn words(code: &str) -> &'static str {
    match code {
        "invitation.accepted" => "Whom the practice had invited has registered, or joined.",
        "member.registered" => "Somebody has a place in the practice, or has it again.",
        "member.left" => "Somebody's place was taken away, or its end date is reached.",
        "member.tier-changed" => "A member has another tier.",
        "account.locked" => "Sign-in to a member's account is locked.",
        _ => "Sign-in to a member's account is open again.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Section 13: each event that goes out is described.
    #[test]
    fn every_event_is_in_the_document() {
        let document: Value = serde_json::from_str(&crate::api::doc::document()).expect("JSON");
        let hooks = document["webhooks"].as_object().expect("webhooks");
        assert!(
            hooks.keys().map(String::as_str).eq(Event::CODES.into_iter().collect::<std::collections::BTreeSet<_>>())
        );
        for (code, item) in hooks {
            let body = &item["post"]["requestBody"]["content"]["application/json"]["schema"];
            assert_eq!(body["properties"]["type"]["enum"], json!([code]));
            assert_eq!(
                body["properties"]["data"]["required"].as_array().map(Vec::len),
                Some(if code == "member.tier-changed" { 4 } else { 3 })
            );
            assert_eq!(item["post"]["parameters"].as_array().map(Vec::len), Some(3));
        }
    }
}

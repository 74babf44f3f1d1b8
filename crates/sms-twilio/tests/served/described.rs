//! What Twilio publishes of its API knows everything that we send. `PORTAL_SPECS` names the folder with `twilio_api_v2010.json`; without
//! it the test says so and passes.

use std::path::Path;

use practice_domain::challenge::Delivery;
use practice_domain::port::Texter;
use practice_domain::value::{NoticeId, Phone};
use practice_sms_twilio::{Twilio, TwilioSettings};
use serde_json::Value;
use uuid::Uuid;

use crate::server::{ACCOUNT, Answer, Request, Server};

#[tokio::test]
async fn every_field_that_we_send_is_one_that_twilio_describes() {
    let Some(folder) = std::env::var_os("PORTAL_SPECS") else {
        println!("skipped: PORTAL_SPECS does not say where Twilio's description is");
        return;
    };
    let text = std::fs::read(Path::new(&folder).join("twilio_api_v2010.json")).expect("the description is there");
    let description: Value = serde_json::from_slice(&text).expect("JSON");
    for request in sent().await {
        let path = request.line.split(' ').nth(1).expect("a path").replace(ACCOUNT, "{AccountSid}");
        let body = &description["paths"][&path]["post"]["requestBody"]["content"][request.header("content-type")];
        let schema = &body["schema"];
        let known = schema["properties"].as_object().unwrap_or_else(|| panic!("{path} is not described"));
        for (name, value) in &request.fields {
            let field = known.get(name).unwrap_or_else(|| panic!("{path} knows no {name}"));
            let fits = field["type"] != "integer" || value.parse::<u32>().is_ok();
            assert!(fits, "{name} is {value}");
        }
        for name in schema["required"].as_array().into_iter().flatten() {
            assert!(!request.field(name.as_str().expect("a name")).is_empty(), "{path} needs {name}");
        }
    }
}

const LIFE: std::time::Duration = std::time::Duration::from_secs(600);

/// Everything that can be sent, once.
async fn sent() -> Vec<Request> {
    let server = Server::start(vec![Answer::new(201, "{}"); 3]).await;
    let receipts = Some("https://portal.example.com/webhooks/twilio".to_owned());
    let settings = TwilioSettings { status_callback: receipts, ..server.settings() };
    let service = Some("MG0123456789abcdef0123456789abcdef".to_owned());
    let by_service = TwilioSettings { messaging_service_sid: service, ..settings.clone() };
    for (settings, by) in [(&settings, Delivery::Text), (&settings, Delivery::Call), (&by_service, Delivery::Text)] {
        let twilio = Twilio::new(settings.clone()).expect("fine");
        let to = Phone::parse("+14155552671").expect("a number");
        twilio.deliver_code(NoticeId(Uuid::from_u128(7)), &to, by, "012345", LIFE).await.expect("taken");
    }
    server.heard()
}

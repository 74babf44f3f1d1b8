//! What whoever runs the server can watch, over the running binary.

use crate::server::Server;
use crate::visitor::Visitor;

/// The value of a series, as it is written.
pub(crate) fn value<'a>(text: &'a str, series: &str) -> &'a str {
    let found = text.lines().find_map(|line| line.strip_prefix(series).and_then(|rest| rest.strip_prefix(' ')));
    found.unwrap_or_else(|| panic!("{series} in {text}"))
}

/// What can be read at this address.
pub(crate) async fn read(address: &str) -> String {
    let answer = reqwest::get(format!("http://{address}/metrics")).await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200);
    answer.text().await.expect("text")
}

pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// BC-03, PV-01: counts at an address of their own, off by default, without anything that somebody typed.
#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_counted_at_an_address_of_its_own() {
    let mut server = Server::start();
    let practice = server.told("Practice id:");
    server.kill();
    let address = format!("127.0.0.1:{}", free_port());
    server.serve(&[("PORTAL_METRICS_LISTEN", address.clone())]);
    let visitor = Visitor::new(&server.base);
    assert_eq!(visitor.get("/metrics").await.0, 404, "never where the public is served");
    for path in ["/login?next=/canary-in-a-query", "/setup/canary-in-a-link", "/canary-in-a-path"] {
        visitor.get(path).await;
    }
    let key = reqwest::Client::new().post(format!("{}/api/v1/practices/{practice}/invitations", server.base));
    assert_eq!(key.bearer_auth("pp_canary").send().await.expect("an answer").status().as_u16(), 401);
    let founded = ["practice", "create", "--name", "Elm Street Dental", "--email", "first@elm-dental.example"];
    assert!(server.command(&founded).status.success());
    visitor.link("first@elm-dental.example", &[]).await;

    let mut text = read(&address).await;
    for _ in 0..100 {
        if text.contains("portal_notices_total") && text.contains("portal_payments_due") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        text = read(&address).await;
    }
    let login = r#"portal_http_request_seconds_count{method="GET",route="/login",status="200"}"#;
    assert_eq!(value(&text, login), "1");
    assert_eq!(value(&text, r#"portal_refusals_total{code="invalid-api-key"}"#), "1");
    assert_eq!(value(&text, "portal_outbox_parked"), "0");
    assert_eq!(value(&text, "portal_passwords_refused_total"), "0");
    assert_eq!(value(&text, "bot_check_degraded"), "0");
    let sent = r#"portal_notices_total{what="mail",outcome="sent"}"#;
    assert!(value(&text, sent).parse::<u64>().expect("a number") >= 1);
    assert!(text.contains("portal_http_request_seconds_bucket") && text.contains("# TYPE portal_outbox_waiting gauge"));
    for secret in ["canary", &practice, "elm-dental", "127.0.0.1"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let elsewhere = reqwest::get(format!("http://{address}/login")).await.expect("an answer");
    assert_eq!(elsewhere.status().as_u16(), 404, "nothing else is there");
}

//! What a product hears by itself: the real server, a listener of the test's own, and signatures that are checked anew.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::secrets::newest_code;
use crate::server::Server;
use crate::visitor::{Visitor, token};

/// What arrived, with its id.
type Heard = Arc<Mutex<Vec<(String, Value)>>>;

/// Section 13, INV-2, BILL-1, BILL-8: a person registers, a plan is bought and cancelled, and the vendor's product hears each of it, once and
/// signed. Names and addresses stay here.
#[tokio::test(flavor = "multi_thread")]
async fn a_product_hears_of_registrations_and_tiers() {
    let heard = Heard::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/hooks", listener.local_addr().expect("an address"));
    let router = Router::new().route("/hooks", post(take)).with_state(heard.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });

    let mut server = Server::start();
    let (practice, key) = (server.told("Practice id:"), server.told("API key (SecureMail):"));
    server.kill();
    let file = server.data().join("portal.toml");
    std::fs::write(&file, format!("[[events.endpoint]]\nproduct = 'securemail'\nurl = '{url}'\n")).expect("written");
    let secret = ("PORTAL_EVENTS_SECRET_SECUREMAIL", SECRET.to_owned());
    server.serve(&[("PORTAL_CONFIG", file.display().to_string()), secret]);

    let invitation = register(&server, &practice, &key).await;
    let news = wait_for(&heard, 2).await;
    let of = |kind: &str| news.iter().find(|(_, event)| event["type"] == kind).map(|(_, event)| event["data"].clone());
    let accepted = of("invitation.accepted").expect("told");
    assert_eq!((&accepted["practice"], &accepted["invitation"]), (&json!(practice), &json!(invitation)));
    let registered = of("member.registered").expect("told");
    assert_eq!((&registered["practice"], &registered["account"]), (&json!(practice), &accepted["account"]));

    let boss = Visitor::new(&server.base);
    assert!(boss.sign_in("marisol.vega@brightwater-dental.example", "harbor lamp seventeen").await);
    let member = registered["member"].as_str().expect("an id");
    let before = plans(&boss).await;
    let path = format!("/manage/users/{member}/purchase");
    let (_, page) = boss.fill(&path, &path, &[("option", "securemail-monthly")]).await;
    let offer = page.split("action=\"/purchase/").nth(1).and_then(|rest| rest.split('"').next());
    let offer = format!("/purchase/{}", offer.unwrap_or_else(|| panic!("a question in {page}")));
    boss.fill(&offer, &offer, &[]).await;
    let bought = wait_for(&heard, 3).await;
    let plan = plans(&boss).await.into_iter().find(|plan| !before.contains(plan)).expect("a new plan");
    boss.fill(&plan, &plan, &[]).await;
    let cancelled = wait_for(&heard, 4).await;
    for (told, tier) in [(&bought[2].1, "paid"), (&cancelled[3].1, "free")] {
        assert_eq!((&told["type"], &told["data"]["tier"]), (&json!("member.tier-changed"), &json!(tier)), "{told}");
        assert_eq!(told["data"]["member"], json!(member));
    }
    let all = format!("{cancelled:?}");
    assert!(!all.contains("Kowalczyk") && !all.contains("@"), "{all}");
    assert!(!server.log().contains(&SECRET[6..]), "the secret stands in the log");
}

/// Takes what is signed.
async fn take(State(heard): State<Heard>, headers: HeaderMap, body: String) -> StatusCode {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).expect("a header").to_owned();
    let id = header("webhook-id");
    let key = STANDARD.decode(&SECRET[6..]).expect("base64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any key");
    mac.update(format!("{id}.{}.{body}", header("webhook-timestamp")).as_bytes());
    if header("webhook-signature") != format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())) {
        return StatusCode::UNAUTHORIZED;
    }
    let mut heard = heard.lock().expect("no panic");
    heard.push((id, serde_json::from_str(&body).expect("JSON")));
    StatusCode::NO_CONTENT
}

/// What arrived, once there is so much of it, and a moment later no more.
async fn wait_for(heard: &Heard, number: usize) -> Vec<(String, Value)> {
    for _ in 0..400 {
        if heard.lock().expect("no panic").len() >= number {
            tokio::time::sleep(Duration::from_millis(600)).await;
            let heard = heard.lock().expect("no panic").clone();
            assert_eq!(heard.len(), number, "{heard:#?}");
            return heard;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{:#?} and no more", heard.lock().expect("no panic"))
}

/// Somebody is invited by a product and takes every step; the invitation.
async fn register(server: &Server, practice: &str, key: &str) -> String {
    let email = "nadia.kowalczyk@brightwater-dental.example";
    let person = Visitor::new(&server.base);
    let body = json!({
        "inviter": "marisol.vega@brightwater-dental.example", "email": email, "kind": "staff", "placement": "in-practice",
        "first_name": "Nadia", "last_name": "Kowalczyk", "cell": "(218) 555-0163",
    });
    let answer = person.invite(practice, key, &body).await.expect("an answer");
    let invitation: Value = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
    let link = person.link(email, &[]).await;
    let (_, opened) = person.get(&link).await;
    let (_, mut page) = person.send(&token(&opened), "/register", &[]).await;
    (_, page) = person.send(&token(&page), "/register/verify-identity", &[("method", "text-cell")]).await;
    let code = newest_code(&person).await;
    (_, page) = person.send(&token(&page), "/register/code", &[("code", &code)]).await;
    let version =
        page.split("name=\"version\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("terms");
    let (_, page) = person.send(&token(&page), "/register/terms", &[("version", version), ("read", "yes")]).await;
    let fields = [("new_password", "Quartz-Otter-71-Lamp"), ("again", "Quartz-Otter-71-Lamp")];
    let (_, done) = person.send(&token(&page), "/register/password", &fields).await;
    assert!(done.contains("You are registered."), "{done}");
    invitation["id"].as_str().expect("an id").to_owned()
}

/// The plans that somebody pays for.
async fn plans(payer: &Visitor) -> Vec<String> {
    let (_, page) = payer.get("/profile/messaging").await;
    let parts = page.split("href=\"/profile/messaging/plans/").skip(1);
    parts.map(|rest| format!("/profile/messaging/plans/{}", rest.split('"').next().unwrap_or_default())).collect()
}

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

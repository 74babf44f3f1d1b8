use practice_domain::channel::Product;
use practice_domain::value::InvitationId;
use serde_json::json;
use uuid::Uuid;

use crate::house::{House, MANAGER, PASSWORD};

#[tokio::test]
async fn a_link_leads_through_all_steps_to_an_account_and_signs_nobody_in() {
    let house = House::new().await;
    let mut browser = house.browser();
    house.register(&mut browser, house.first, 1).await;
    assert!(!browser.cookies.contains_key("__Host-session"));
    assert!(!browser.cookies.contains_key("__Host-flow"));
    browser.get("/dashboard").await.goes_to("/login?next=%2Fdashboard");
    browser.sign_in(MANAGER, PASSWORD).await.goes_to("/dashboard");
    browser.get("/dashboard").await.is(200).says("Marisol").says("SecureMail").says("Manage Account");
}

#[tokio::test]
async fn looking_at_a_link_consumes_nothing_and_leaves_no_token_in_the_address() {
    let house = House::new().await;
    let link = house.link(house.first, 1);
    for _ in 0..20 {
        let mut scanner = house.browser();
        scanner.send(axum::http::Method::HEAD, &link, &[], String::new()).await.goes_to("/register");
        scanner.get(&link).await.goes_to("/register");
        scanner.get("/register").await.is(200).says("Brightwater Family Dental").says_not(MANAGER);
    }
    let mut browser = house.browser();
    house.register(&mut browser, house.first, 1).await;
    browser.get(&link).await.goes_to("/register");
    browser.get("/register").await.is(410).says("You are already registered");
}

#[tokio::test]
async fn dead_links_have_a_page() {
    let house = House::new().await;
    let mut browser = house.browser();
    browser.get("/register").await.is(410).says("This link no longer works");
    browser.get("/register/nonsense").await.goes_to("/register");
    browser.get("/register").await.is(410).says("This link no longer works");
    browser.get("/register/non%20sense").await.is(410);
    browser.get("/register/phone").await.is(410);
    browser.get(&house.link(InvitationId(Uuid::from_u128(5)), 1)).await.goes_to("/register");
    browser.get("/register").await.is(410);
    house.clock.advance(std::time::Duration::from_secs(8 * 24 * 60 * 60));
    browser.get(&house.link(house.first, 1)).await.goes_to("/register");
    browser.get("/register").await.is(410).says("This link has expired");
}

/// REG-5, OT-05, OT-06: whoever is to get a text or a call is told what it is worth, and what is safer.
#[tokio::test]
async fn steps_cannot_be_skipped_and_going_back_works() {
    let house = House::new().await;
    let mut browser = house.browser();
    browser.get(&house.link(house.first, 1)).await;
    browser.get("/register").await;
    browser.post("/register", &[]).await.goes_to("/register/phone");
    for step in ["verify-identity", "code", "terms", "password"] {
        browser.get(&format!("/register/{step}")).await.goes_to("/register/phone");
    }
    browser.post("/register/terms", &[("version", "2026-05-04"), ("read", "yes")]).await.goes_to("/register/phone");
    browser.post("/register/phone", &[]).await.is(422).says("Enter a cell phone or a phone number");
    browser.post("/register/phone", &[("cell", "12")]).await.is(422).says("10-digit").says("value=\"12\"");
    browser.post("/register/phone", &[("phone", "(415) 555-2671")]).await.goes_to("/register/verify-identity");
    let ways = browser.get("/register/verify-identity").await;
    ways.is(200)
        .says("call-phone")
        .says_not("text-")
        .says("Texts and calls can be intercepted")
        .says("authenticator app");
    browser.post("/register/verify-identity", &[("method", "text-cell")]).await.is(422);
    browser.get("/register/phone").await.is(200).says("(415) 555-2671");
    browser.post("/register/verify-identity", &[("method", "call-phone")]).await.goes_to("/register/code");
    browser.get("/register/verify-identity").await.is(200);
    browser.get("/register/terms").await.goes_to("/register/code");
}

/// REG-2, OT-04: asked for too soon nothing is sent; a new code kills the former one.
#[tokio::test]
async fn codes_are_counted_and_sent_again_after_a_pause() {
    let house = House::new().await;
    let mut browser = house.browser();
    browser.get(&house.link(house.first, 1)).await;
    browser.get("/register").await;
    browser.post("/register", &[]).await;
    browser.post("/register/phone", &[("cell", "4155552671")]).await;
    browser.post("/register/verify-identity", &[("method", "text-cell")]).await.goes_to("/register/code");
    let old = house.code();
    browser.post("/register/code", &[("code", "no")]).await.is(422).says("You have 4 tries left.");
    browser.post("/register/code/resend", &[]).await.is(429).says("Wait 30 seconds");
    house.clock.advance(std::time::Duration::from_secs(31));
    browser.post("/register/code/resend", &[]).await.goes_to("/register/code");
    browser.get("/register/code").await.is(200).says("New code sent. The old code no longer works.");
    browser.get("/register/code").await.is(200).says_not("New code sent.");
    browser.post("/register/code", &[("code", &old)]).await.is(422);
    let spaced: Vec<String> = house.code().chars().map(|c| format!("{c} ")).collect();
    browser.post("/register/code", &[("code", &spaced.concat())]).await.goes_to("/register/terms");
    browser.post("/register/terms", &[("version", "2026-05-04")]).await.is(422);
    browser.post("/register/terms", &[("version", "1999-01-01"), ("read", "yes")]).await.is(409);
    browser.post("/register/terms", &[("version", "2026-05-04"), ("read", "yes")]).await.goes_to("/register/password");
    let short = [("new_password", "short"), ("again", "short")];
    browser.post("/register/password", &short).await.is(422).says("at least 15 characters").says_not("value=\"short\"");
    let unlike = [("new_password", PASSWORD), ("again", "something else")];
    browser.post("/register/password", &unlike).await.is(422).says("The two passwords are not the same");
}

#[tokio::test]
async fn an_account_of_its_own_joins_with_a_confirmation() {
    let (house, mut manager) = House::managed().await;
    let key = house.key(Product::Collaborator).await;
    let (other, owner) = house.another().await;
    let mut doctor = house.browser();
    house.register(&mut doctor, owner, 1).await;
    let asked =
        json!({"inviter": MANAGER, "email": "owner@elsewhere.example", "kind": "doctor", "placement": "in-practice"});
    let path = format!("/api/v1/practices/{}/invitations", house.practice);
    let bearer = format!("Bearer {key}");
    let answer = house.browser().json(axum::http::Method::POST, &path, &[("authorization", &bearer)], &asked).await;
    let id: Uuid = answer.is(201).json()["id"].as_str().expect("an id").parse().expect("a uuid");
    doctor.get(&house.link(InvitationId(id), 1)).await.goes_to("/register");
    doctor.get("/register").await.goes_to("/join");
    doctor.get("/join").await.is(200).says("Sign in to join").says("/login?next=%2Fjoin");
    doctor.get("/login?next=%2Fjoin").await;
    let credentials = [("email", "owner@elsewhere.example"), ("password", PASSWORD), ("next", "/join")];
    doctor.post("/login", &credentials).await.goes_to("/join");
    manager.get(&house.link(InvitationId(id), 1)).await;
    manager.get("/join").await.is(200);
    manager.post("/join", &[]).await.is(409).says("This invitation is for another account");
    doctor.get("/join").await.is(200).says("owner@elsewhere.example");
    doctor.post("/join", &[]).await.goes_to("/dashboard");
    doctor.get("/dashboard").await.is(200).says("You have joined the practice.").says("Brightwater Family Dental");
    assert_ne!(other, house.practice);
    manager.get("/manage").await.is(200).says("2 people");
}

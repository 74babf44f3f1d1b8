//! Codes as people paste them: with blanks, dashes and digits of other widths.

use std::time::Duration;

use axum::http::Method;
use serde_json::json;

use crate::account::{code, hidden, with_app};
use crate::house::{House, MANAGER, PASSWORD};

/// What a code may look like on its way from a text message, an app or a mail.
fn pasted(code: &str) -> [String; 6] {
    let (front, back) = code.split_at(code.len() / 2);
    let wide = |text: &str| -> String {
        text.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).expect("a wide form")).collect()
    };
    [
        format!("  {code}\r\n"),
        format!("{front} {back}"),
        format!("\u{a0}{front}\u{a0}{back}\u{3000}"),
        format!("{front}-{back}"),
        format!("{front} \u{2013} {back}\u{200b}"),
        format!("\u{feff}{}\u{2011}{}", wide(front), wide(back)),
    ]
}

/// REG-2: the code of a text message or a call.
#[tokio::test]
async fn a_code_that_was_texted_can_be_pasted_as_it_came() {
    for n in 0..6 {
        let house = House::new().await;
        let mut browser = house.browser();
        browser.get(&house.link(house.first, 1)).await.goes_to("/register");
        browser.get("/register").await.is(200);
        browser.post("/register", &[]).await.goes_to("/register/phone");
        browser.post("/register/phone", &[("cell", "(415) 555-2671")]).await.goes_to("/register/verify-identity");
        let chosen = [("method", "text-cell")];
        browser.post("/register/verify-identity", &chosen).await.goes_to("/register/code");
        browser.get("/register/code").await.is(200);
        let code = house.code();
        let (short, long) = (&code[1..], format!("{code}0"));
        browser.post("/register/code", &[("code", short)]).await.is(422);
        browser.post("/register/code", &[("code", &long)]).await.is(422);
        browser.post("/register/code", &[("code", &pasted(&code)[n])]).await.goes_to("/register/terms");
    }
}

/// SESS-3: the code of an app, where it is set up and where it is asked for, on the pages and in the API; and a recovery code.
#[tokio::test]
async fn a_code_of_an_app_can_be_pasted_as_it_came() {
    for n in 0..6 {
        let (house, mut manager) = House::managed().await;
        manager.get("/profile/second-factor").await.is(200);
        let page = manager.post("/profile/second-factor", &[]).await;
        let key = hidden(page.is(200), "key").to_owned();
        let shown = pasted(&code(&house, &key));
        let done = manager.post("/profile/second-factor/confirm", &[("code", &shown[n])]).await;
        done.is(200).says("Your recovery codes");

        house.clock.advance(Duration::from_secs(60));
        let mut browser = house.browser();
        browser.sign_in(MANAGER, PASSWORD).await.goes_to("/login/code");
        browser.get("/login/code").await.is(200);
        let shown = pasted(&code(&house, &key));
        browser.post("/login/code", &[("code", &shown[n])]).await.goes_to("/dashboard");

        house.clock.advance(Duration::from_secs(60));
        let mut program = house.browser();
        let body = json!({"email": MANAGER, "password": PASSWORD});
        let half = program.json(Method::POST, "/api/v1/session", &[], &body).await.json();
        half["csrf_token"].as_str().expect("a token").clone_into(&mut program.token);
        let body = json!({"code": pasted(&code(&house, &key))[n]});
        program.json(Method::POST, "/api/v1/session/second-factor", &[], &body).await.is(201);
    }
}

/// SESS-3: a recovery code is as forgiving, in its letters too.
#[tokio::test]
async fn a_recovery_code_can_be_pasted_as_it_came() {
    let (house, mut manager) = House::managed().await;
    let (_, codes) = with_app(&house, &mut manager).await;
    for (n, code) in codes.iter().take(6).enumerate() {
        let mut browser = house.browser();
        browser.sign_in(MANAGER, PASSWORD).await.goes_to("/login/code");
        browser.get("/login/code?with=recovery").await.is(200);
        let typed = &pasted(&code.replace('-', "").to_uppercase())[n];
        browser.post("/login/code", &[("code", typed), ("with", "recovery")]).await.goes_to("/dashboard");
    }
}

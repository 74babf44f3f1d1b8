//! Settings › Security, and the API beside it.

use std::time::Duration;

use axum::http::Method;
use practice_domain::policy::{KEYS, Policy, Preset, Value as Kept};
use practice_domain::port::Store as _;
use serde_json::{Value, json};

use crate::browser::Answer;
use crate::house::{House, PASSWORD};
use crate::managing::with_anika;

const PAGE: &str = "/settings/security";

async fn policy(house: &House) -> Policy {
    house.memory.practice(house.practice).await.expect("memory").expect("a practice").policy()
}

/// What a browser sends of the form: the values of a preset, but for some.
fn filled(page: &Answer, preset: Preset, others: &[(&'static str, &'static str)]) -> Vec<(String, String)> {
    let version = page.body.split("name=\"version\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let mut fields = vec![("version", version.expect("a version").to_owned()), ("preset", preset.name().to_owned())];
    for key in &KEYS {
        let own = others.iter().find(|(name, _)| *name == key.name).map(|(_, value)| (*value).to_owned());
        let value = own.unwrap_or_else(|| key.preset(preset).to_string());
        // A browser sends nothing of a switch that is off.
        if value != "false" {
            fields.push((key.name, value));
        }
    }
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// PRA-6, SESS-2
#[tokio::test]
async fn an_owner_changes_the_policy_and_it_holds_at_once() {
    let (house, mut manager) = House::managed().await;
    manager.get("/settings").await.is(200).says("href=\"/settings/security\"");
    let page = manager.get(PAGE).await;
    page.is(200).says("Sign people out when idle for").says("5 to 60 minutes. Standard: 30.").says_not("Your Password");
    for key in &KEYS {
        page.says(&format!("name=\"{}\"", key.name));
    }
    let same = filled(&page, Preset::Standard, &[]);
    manager.post(PAGE, &pairs(&same)).await.goes_to(PAGE);
    manager.get(PAGE).await.says("Nothing was changed.");
    let changes =
        [("session.idle_minutes", "20"), ("two_step.patients", "false"), ("code_word.on_leaving", "automatic")];
    let fields = filled(&page, Preset::Standard, &changes);
    manager.post(PAGE, &pairs(&fields)).await.goes_to(PAGE);
    manager.get(PAGE).await.is(200).says("Settings saved.").says("value=\"20\"");
    let expected = "session.idle_minutes=20 two_step.patients=false code_word.on_leaving=automatic";
    assert_eq!(policy(&house).await.stored(), expected);
    let late = filled(&page, Preset::Standard, &[("session.idle_minutes", "25")]);
    let told = manager.post(PAGE, &pairs(&late)).await;
    told.is(412).says("Somebody else changed the practice meanwhile").says("value=\"25\"");
    house.clock.advance(Duration::from_secs(20 * 60));
    manager.get(PAGE).await.goes_to("/login?next=%2Fsettings%2Fsecurity");
}

/// PRA-6, POL-00: each value that cannot be taken is named with its bound, nothing is kept, and nothing typed is lost.
#[tokio::test]
async fn values_out_of_bounds_are_named_and_nothing_is_saved() {
    let (house, mut manager) = House::managed().await;
    let page = manager.get(PAGE).await;
    let odd = [
        ("session.idle_minutes", "61"),
        ("lockout.lock_at_failure", "many"),
        ("password.max_age_days", "5"),
        ("password.min_length", "14"),
        ("lockout.scope", "nowhere"),
        ("link.setup_days", "4"),
    ];
    let fields = filled(&page, Preset::Standard, &odd);
    let told = manager.post(PAGE, &pairs(&fields)).await;
    told.is(422).says("href=\"#session-idle-minutes\"").says("Sign people out when idle for: enter 5 to 60 minutes.");
    told.says("enter 3 to 20 failures.").says("enter 0 (never), or 30 to 365 days.").says("enter 15 to 64 characters.");
    told.says("What counts together: choose one of the list.").says("value=\"many\"").says("value=\"4\"");
    assert_eq!(policy(&house).await, Policy::of(Preset::Standard));
    manager.post(PAGE, &[("preset", "dragon")]).await.is(422).says("There is no preset");
}

/// PRA-6, PW-04: a preset fills the form in and saves nothing; what a norm advises against is said.
#[tokio::test]
async fn a_preset_fills_the_form_in() {
    let (house, mut manager) = House::managed().await;
    let preview = manager.get("/settings/security?preset=portal").await;
    preview.is(200).says("They are not saved yet.").says("name=\"preset\" value=\"portal\"");
    preview.says("NIST SP 800-63B-4 §3.1.1.2(6), ASVS 6.2.10");
    assert_eq!(policy(&house).await, Policy::of(Preset::Standard));
    let fields = filled(&preview, Preset::Portal, &[]);
    manager.post(PAGE, &pairs(&fields)).await.goes_to(PAGE);
    manager.get(PAGE).await.is(200).says("Settings saved.").says_not("They are not saved yet.");
    assert_eq!(policy(&house).await, Policy::of(Preset::Portal));
}

/// SESS-2: whoever gave their password too long ago gives it with the form; what they typed stays.
#[tokio::test]
async fn the_password_is_asked_for_with_the_form() {
    let (house, mut manager) = House::managed().await;
    house.clock.advance(Duration::from_secs(301));
    let page = manager.get(PAGE).await;
    page.is(200).says("Your Password");
    let mut fields = filled(&page, Preset::Standard, &[("session.idle_minutes", "20")]);
    manager.post(PAGE, &pairs(&fields)).await.is(403).says("Enter your password again to save.").says("value=\"20\"");
    fields.push(("password".to_owned(), "not the password".to_owned()));
    let told = manager.post(PAGE, &pairs(&fields)).await;
    assert!([401, 403, 422].contains(&told.status.as_u16()), "{}", told.status);
    told.says("value=\"20\"").says("id=\"password-err\"").says_not("not the password");
    assert_eq!(policy(&house).await, Policy::of(Preset::Standard));
    fields.last_mut().expect("a field").1 = PASSWORD.to_owned();
    let before = manager.cookies["__Host-session"].clone();
    manager.post(PAGE, &pairs(&fields)).await.goes_to(PAGE);
    assert_ne!(manager.cookies["__Host-session"], before, "SE-02: a new session");
    manager.get(PAGE).await.is(200).says("Settings saved.").says_not("Your Password");
}

/// PRA-6, ROLE-1: only whose role may.
#[tokio::test]
async fn who_may_not_change_the_policy_sees_none_of_it() {
    let (house, _, anika) = with_anika().await;
    house.register(&mut house.browser(), anika, 1).await;
    let mut anika = house.browser();
    anika.sign_in("anika@brightwater.example", PASSWORD).await.goes_to("/dashboard");
    anika.get(PAGE).await.is(403).says("You cannot open this page").says("Ask an Owner in your practice");
    anika.post(PAGE, &[]).await.is(403);
    let path = format!("/api/v1/practices/{}/policy", house.practice);
    anika.get(&path).await.refuses(403, "not-permitted");
    anika.get(&format!("{path}/keys")).await.refuses(403, "not-permitted");
}

/// PRA-6, POL-00, SESS-2
#[tokio::test]
async fn the_api_reads_and_sets_the_policy() {
    let (house, mut manager) = House::managed().await;
    manager.get("/profile").await.is(200);
    let path = format!("/api/v1/practices/{}/policy", house.practice);
    let read = manager.get(&path).await;
    let shown = read.is(200).json();
    assert_eq!((&shown["preset"], &shown["session"]["idle_minutes"]), (&"standard".into(), &30.into()));
    let keys = manager.get(&format!("{path}/keys")).await.is(200).json();
    let keys = keys["keys"].as_array().expect("keys").clone();
    assert_eq!(keys.len(), KEYS.len());
    let idle = keys.iter().find(|key| key["name"] == "session.idle_minutes").expect("a key");
    assert_eq!((&idle["least"], &idle["most"], &idle["strict"]), (&5.into(), &60.into(), &"15".into()));
    let much = json!({"session": {"idle_minutes": 61}});
    let told = manager.json(Method::PUT, &path, &[("if-match", "*")], &much).await.refuses(422, "policy-out-of-bounds");
    assert_eq!(told["errors"][0]["field"], "session.idle_minutes");
    assert_eq!(told["errors"][0]["detail"], "Session.idle_minutes must be 5 to 60 minutes.");
    let refused = |body: Value, code: &'static str| (body, code);
    for (body, code) in [
        refused(json!({"preset": "dragon"}), "policy-unknown-preset"),
        refused(json!({"session": {"idle": 5}}), "policy-unknown-key"),
        refused(json!({"lockout": {"scope": "nowhere"}}), "policy-not-allowed"),
        refused(json!({"session": 5}), "wrong-value"),
    ] {
        manager.json(Method::PUT, &path, &[("if-match", "*")], &body).await.refuses(422, code);
    }
    let office = json!({"preset": "office", "session": {"idle_minutes": 20}});
    manager.json(Method::PUT, &path, &[], &office).await.refuses(428, "if-match-required");
    manager.json(Method::PUT, &path, &[("if-match", "\"77\"")], &office).await.refuses(412, "changed");
    let set = manager.json(Method::PUT, &path, &[("if-match", read.header("etag"))], &office).await;
    assert_eq!(set.is(200).json()["password"]["min_length"], 9);
    assert_ne!(set.header("etag"), read.header("etag"));
    let given = [("session.idle_minutes", Kept::Number(20))];
    assert_eq!(policy(&house).await, Policy::with(Preset::Office, given).expect("within bounds"));
    house.clock.advance(Duration::from_secs(301));
    manager.json(Method::PUT, &path, &[("if-match", "*")], &office).await.refuses(403, "reauth-required");
}

//! The second step of signing in, and one's own account.

use std::time::Duration;

use axum::http::Method;
use practice_domain::channel::Product;
use practice_domain::commit::Commit;
use practice_domain::fact::{Actor, Entry, Fact, Log, Origin};
use practice_domain::notice::{About, AccountNews};
use practice_domain::policy::{self, Policy, Preset};
use practice_domain::port::{Clock as _, Keys as _};
use practice_domain::second_factor::step_at;
use practice_testkit::fakes::FakeKeys;
use serde_json::{Value, json};

use crate::browser::{Answer, Browser};
use crate::house::{House, MANAGER, PASSWORD};

const NEW: &str = "copper heron violet 41";

/// The value of a hidden field.
pub(crate) fn hidden<'a>(page: &'a Answer, name: &str) -> &'a str {
    let from = page.body.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("the field");
    from.split('"').next().expect("a value")
}

/// The code that an app with this key shows now.
pub(crate) fn code(house: &House, key: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: Vec<u8> = key
        .bytes()
        .map(|letter| LETTERS.iter().position(|known| *known == letter).expect("base32"))
        .flat_map(|value| (0..5).rev().map(move |bit| (value >> bit & 1) as u8))
        .collect();
    let secret: Vec<u8> = bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |n, bit| n << 1 | bit)).collect();
    FakeKeys::totp(&secret, step_at(house.clock.now()))
}

/// Sets an app up in the profile: its key, and the recovery codes.
pub(crate) async fn with_app(house: &House, browser: &mut Browser) -> (String, Vec<String>) {
    browser.get("/profile/second-factor").await.is(200).says("Set Up an App");
    let page = browser.post("/profile/second-factor", &[]).await;
    page.is(200).says("otpauth://totp/").says("role=\"img\"");
    let (key, uri) = (hidden(&page, "key").to_owned(), hidden(&page, "uri").replace("&#38;", "&"));
    let wrong = [("key", key.as_str()), ("uri", uri.as_str()), ("code", "000000")];
    let again = browser.post("/profile/second-factor/confirm", &wrong).await;
    again.is(422).says("That code is not right");
    assert_eq!(hidden(&again, "key"), key, "a wrong code does not lose the key");
    let right = code(house, &key);
    let page = browser.post("/profile/second-factor/confirm", &[("code", &right)]).await;
    page.is(200).says("Your recovery codes");
    let codes = page.body.split("<li><code>").skip(1).filter_map(|rest| rest.split('<').next());
    let codes: Vec<String> = codes.map(str::to_owned).collect();
    assert_eq!(codes.len(), 10);
    browser.get("/profile/second-factor").await.is(200).says("Remove App").says("<dd>10</dd>");
    (key, codes)
}

/// `SESS-3`, `OT-08`
#[tokio::test]
async fn with_an_app_a_sign_in_takes_a_second_step() {
    let (house, mut manager) = House::managed().await;
    let (key, codes) = with_app(&house, &mut manager).await;
    let mut browser = house.browser();
    browser.sign_in(MANAGER, PASSWORD).await.goes_to("/login/code");
    browser.get("/dashboard").await.goes_to("/login?next=%2Fdashboard");
    browser.get("/login/code").await.is(200).says("autocomplete=\"one-time-code\"").says("inputmode=\"numeric\"");
    let used = code(&house, &key);
    browser.post("/login/code", &[("code", &used)]).await.is(422).says("You have 4 tries left");
    house.clock.advance(Duration::from_secs(60));
    browser.post_bare("/login/code", &[("code", &code(&house, &key))], &[]).await.is(403);
    browser.post("/login/code", &[("code", &code(&house, &key)), ("next", "/profile")]).await.goes_to("/profile");
    browser.get("/profile").await.is(200).says("On: asked for at each sign-in.");
    browser.get("/login/code").await.goes_to("/login");

    for (times, lands) in [(1, true), (2, false)] {
        let mut other = house.browser();
        other.sign_in(MANAGER, PASSWORD).await.goes_to("/login/code");
        other.get("/login/code?with=recovery").await.is(200).says("Enter a recovery code");
        let answer = other.post("/login/code", &[("code", &codes[0]), ("with", "recovery")]).await;
        if lands {
            answer.goes_to("/dashboard");
        } else {
            answer.is(422).says("Enter a recovery code");
        }
        assert_eq!(answer.status == 303, lands, "time {times}");
    }
}

/// `SESS-3`: the fifth wrong code ends the sign-in.
#[tokio::test]
async fn five_wrong_codes_end_a_sign_in() {
    let (house, mut manager) = House::managed().await;
    let (key, _) = with_app(&house, &mut manager).await;
    let mut browser = house.browser();
    browser.sign_in(MANAGER, PASSWORD).await.goes_to("/login/code");
    browser.get("/login/code").await.is(200);
    for _ in 0..4 {
        browser.post("/login/code", &[("code", "000000")]).await.is(422);
    }
    browser.post("/login/code", &[("code", "000000")]).await.is(403).says("Sign in again");
    house.clock.advance(Duration::from_secs(60));
    browser.post("/login/code", &[("code", &code(&house, &key))]).await.is(403);
    browser.get("/login/code").await.goes_to("/login");
}

/// `SESS-3`: where the policy asks for an app, a sign-in stops until there is one.
#[tokio::test]
async fn somebody_who_needs_an_app_sets_it_up_on_the_way_in() {
    let (house, mut manager) = House::managed().await;
    let practice = house.ports.store.practice(house.practice).await.expect("memory").expect("founded");
    let policy = Policy::with(Preset::Standard, [("second_factor.managers", policy::Value::parse("required"))])
        .expect("a policy");
    let fact = Fact::PracticeFounded { practice: practice.id, reason: None };
    let (log, at) = (Log::Practice(practice.id), house.clock.now());
    let entry = Entry { log, fact, actor: Actor::Visitor, origin: Origin::default(), at };
    let change = Commit::recording(entry).update(practice.with_policy(policy));
    house.ports.store.commit(&change).await.expect("kept");

    let mut browser = house.browser();
    browser.get("/login").await.is(200);
    let fields = [("email", MANAGER), ("password", PASSWORD), ("next", "/manage")];
    browser.post("/login", &fields).await.goes_to("/login/code?next=%2Fmanage");
    browser
        .get("/login/code?next=%2Fmanage")
        .await
        .is(200)
        .says("Your practice asks for a code")
        .says("value=\"/manage\"");
    browser.post("/login/code", &[("code", "000000")]).await.is(403);
    let page = browser.post("/login/code/setup", &[("next", "/manage")]).await;
    let (key, uri) = (hidden(page.is(200), "key").to_owned(), hidden(&page, "uri").replace("&#38;", "&"));
    let wrong = [("key", key.as_str()), ("uri", uri.as_str()), ("code", "000000"), ("next", "/manage")];
    let again = browser.post("/login/code/confirm", &wrong).await;
    assert_eq!(hidden(again.is(422), "key"), key);
    browser.get("/dashboard").await.goes_to("/login?next=%2Fdashboard");
    let right = [("code", code(&house, &key)), ("next", "/manage".to_owned())];
    let right: Vec<(&str, &str)> = right.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post("/login/code/confirm", &right).await.is(200).says("Your recovery codes").says("href=\"/manage\"");
    browser.get("/manage").await.is(200);
    browser.get("/profile/second-factor").await.is(200);
    let refused = browser.post("/profile/second-factor/remove", &[]).await;
    refused.is(409).says("ask an administrator to reset it");
    manager.get("/dashboard").await.is(200);
}

/// `SESS-2`, `SESS-3`
#[tokio::test]
async fn an_app_is_set_up_and_removed_only_a_moment_after_the_password() {
    let (house, mut manager) = House::managed().await;
    with_app(&house, &mut manager).await;
    house.clock.advance(Duration::from_secs(301));
    let confirm = "/confirm-password?next=%2Fprofile%2Fsecond-factor";
    manager.get("/profile/second-factor").await.goes_to(confirm);
    for path in ["/profile/second-factor", "/profile/second-factor/confirm", "/profile/second-factor/remove"] {
        manager.post(path, &[]).await.goes_to(confirm);
    }
    manager.get(confirm).await.is(200).says("set up or remove your authenticator app");
    let again = [("next", "/profile/second-factor"), ("password", PASSWORD)];
    manager.post("/confirm-password", &again).await.goes_to("/profile/second-factor");
    manager.get("/profile/second-factor").await.is(200);
    manager.post("/profile/second-factor/remove", &[]).await.goes_to("/profile");
    manager.get("/profile").await.says("Your authenticator app is removed.");
    house.browser().sign_in(MANAGER, PASSWORD).await.goes_to("/dashboard");
}

/// `SE-06`, `PW-07`
#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let (house, mut manager) = House::managed().await;
    let mut other = house.browser();
    other.sign_in(MANAGER, PASSWORD).await.goes_to("/dashboard");
    manager.get("/profile/password").await.is(200).says("At least ").says("Not the password that you have now");
    let send = |current, new, again| [("current_password", current), ("new_password", new), ("again", again)];
    manager
        .post("/profile/password", &send("wrong", NEW, NEW))
        .await
        .is(403)
        .says("Your current password is not right.");
    manager
        .post("/profile/password", &send(PASSWORD, NEW, "x"))
        .await
        .is(422)
        .says("The two passwords are not the same.");
    manager.post("/profile/password", &send(PASSWORD, "short", "short")).await.is(422).says("Password needs: ");
    manager
        .post("/profile/password", &send(PASSWORD, PASSWORD, PASSWORD))
        .await
        .is(422)
        .says("not the password that you have");
    let before = manager.cookies["__Host-session"].clone();
    manager.post("/profile/password", &send(PASSWORD, NEW, NEW)).await.goes_to("/profile");
    assert_ne!(manager.cookies["__Host-session"], before);
    manager.get("/profile").await.is(200).says("Your password is changed.");
    other.get("/dashboard").await.goes_to("/login?next=%2Fdashboard");
    house.browser().sign_in(MANAGER, PASSWORD).await.is(401);
    house.browser().sign_in(MANAGER, NEW).await.goes_to("/dashboard");
}

/// Section 11, `SE-08`, `TK-09`
#[tokio::test]
async fn a_new_address_counts_once_its_link_is_followed() {
    let (house, mut manager) = House::managed().await;
    manager.get("/profile/email").await.is(200);
    manager.post("/profile/email", &[("email", "nonsense")]).await.is(422).says("value=\"nonsense\"");
    manager.post("/profile/email", &[("email", MANAGER)]).await.is(422).says("This is your email address already.");
    manager.post("/profile/email", &[("email", "new@brightwater.example")]).await.goes_to("/profile");
    manager.get("/profile").await.says("We sent a link to the new address.").says(MANAGER);
    let asked = house.memory.notices().into_iter().find_map(|notice| match notice.about {
        About::Account { account, news: AccountNews::EmailChange { serial } } => Some((account, serial)),
        _ => None,
    });
    let (account, serial) = asked.expect("a link was ordered");
    let link = FakeKeys.email_change_link(account, serial).0;

    let mut mailbox = house.browser();
    mailbox.get("/email").await.is(410);
    mailbox.get(&format!("/email/{link}")).await.goes_to("/email");
    for _ in 0..2 {
        mailbox.get("/email").await.is(200).says("new@brightwater.example");
    }
    house.browser().sign_in(MANAGER, PASSWORD).await.goes_to("/dashboard");
    mailbox.post("/email", &[]).await.goes_to("/login");
    mailbox.get("/login").await.says("Your email address is changed. Sign in with the new one.");
    mailbox.get(&format!("/email/{link}")).await.goes_to("/email");
    mailbox.get("/email").await.is(410).says("Your address has been changed already");
    house.browser().sign_in(MANAGER, PASSWORD).await.is(401);
    house.browser().sign_in("new@brightwater.example", PASSWORD).await.goes_to("/dashboard");
    let told = |about: &About| matches!(about, About::Account { news: AccountNews::EmailChanged { .. }, .. });
    assert!(house.memory.notices().iter().any(|notice| told(&notice.about)));
}

/// Section 11, `SE-08`
#[tokio::test]
async fn people_change_what_they_say_of_themselves() {
    let (house, mut manager) = House::managed().await;
    manager.get("/profile").await.is(200).says("value=\"(415) 555-2671\"");
    let form = |last, cell, zone| [("first", "Marisol"), ("last", last), ("cell", cell), ("time_zone", zone)];
    manager.post("/profile", &form("Rivera", "(415) 555-2671", "America/Denver")).await.goes_to("/profile");
    manager
        .get("/profile")
        .await
        .says("Your profile is saved.")
        .says("Marisol Rivera")
        .says("Times are in Mountain Time.");
    manager
        .post("/profile", &form("Rivera", "12", "Mars/Olympus"))
        .await
        .is(422)
        .says("value=\"12\"")
        .says("Choose a time zone");
    house.clock.advance(Duration::from_secs(301));
    manager.get("/profile").await.says("/confirm-password?next=%2Fprofile").says("readonly");
    manager.post("/profile", &form("Rivera", "(415) 555-2672", "")).await.is(403).says("Enter your password again");
    manager.post("/profile", &form("Vega", "(415) 555-2671", "")).await.goes_to("/profile");
}

/// A house whose manager has joined another practice, too.
async fn in_two() -> (House, Browser, String) {
    let (house, mut manager) = House::managed().await;
    let (other, owner) = house.another().await;
    house.register(&mut house.browser(), owner, 1).await;
    let reason = practice_domain::value::Reason::parse("test").expect("plain");
    let operator = practice_domain::access::Operator::at_the_command_line("test".to_owned(), Some(reason));
    let key = practice_domain::usecase::issue_api_key(&house.ports, &operator, other, Product::Collaborator).await;
    let key = {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(key.expect("a practice").secret)
    };
    let body =
        json!({"inviter": "owner@elsewhere.example", "email": MANAGER, "kind": "doctor", "placement": "in-practice"});
    let bearer = format!("Bearer pp_{key}");
    let path = format!("/api/v1/practices/{other}/invitations");
    let invited = house.browser().json(Method::POST, &path, &[("authorization", &bearer)], &body).await;
    let id = invited.is(201).json()["id"].as_str().expect("an id").parse().expect("an id");
    let invitation = practice_domain::value::InvitationId(id);
    manager.get(&house.link(invitation, 1)).await.goes_to("/register");
    manager.get("/register").await.goes_to("/join");
    manager.get("/join").await.is(200);
    manager.post("/join", &[]).await.goes_to("/dashboard");
    (house, manager, other.to_string())
}

/// `PRA-5`, `SE-02`
#[tokio::test]
async fn somebody_in_two_practices_chooses_one_and_switches() {
    let (house, mut manager, other) = in_two().await;
    manager.get("/dashboard").await.is(200).says("href=\"/practices\"");
    let mut browser = house.browser();
    browser.sign_in(MANAGER, PASSWORD).await.goes_to("/practices");
    browser.get("/practices").await.is(200).says("Brightwater Family Dental").says("Elsewhere Dental");
    let before = browser.cookies["__Host-session"].clone();
    let stranger = uuid_of(9);
    browser.post("/practices", &[("practice", &stranger)]).await.is(404).says("You have no place in that practice.");
    browser.post("/practices", &[("practice", &other), ("next", "/profile")]).await.goes_to("/profile");
    assert_ne!(browser.cookies["__Host-session"], before);
    browser.get("/profile").await.is(200).says("<small>Elsewhere Dental</small>").says("You have switched practices.");
    browser.get("/manage").await.is(403);
    browser.get("/practices").await.is(200);
    browser.post("/practices", &[("practice", &house.practice.to_string())]).await.goes_to("/dashboard");
    browser.get("/manage").await.is(200);
    let (alone, mut only) = House::managed().await;
    only.get("/dashboard").await.is(200).says_not("href=\"/practices\"");
    drop(alone);
}

fn uuid_of(n: u8) -> String {
    format!("00000000-0000-4000-8000-0000000000{n:02}")
}

/// `SESS-3`, `SE-06`, `PRA-5`
#[tokio::test]
async fn programs_take_the_same_steps() {
    let (house, mut manager, other) = in_two().await;
    let credentials = json!({"email": MANAGER, "password": PASSWORD});
    let mut program = house.browser();
    let session = program.json(Method::POST, "/api/v1/session", &[], &credentials).await.is(201).json();
    token(&mut program, &session);
    let profile = "/api/v1/profile";
    let key = program.json(Method::POST, "/api/v1/profile/second-factor/setup", &[], &Value::Null).await.is(200).json();
    let key = key["secret"].as_str().expect("a key").to_owned();
    let confirm = "/api/v1/profile/second-factor/confirm";
    program.json(Method::POST, confirm, &[], &json!({"code": "000000"})).await.refuses(422, "wrong-code");
    let codes = program.json(Method::POST, confirm, &[], &json!({"code": code(&house, &key)})).await.is(200).json();
    let recovery = codes["recovery_codes"][3].as_str().expect("a code").to_owned();

    let mut second = house.browser();
    let half = second.json(Method::POST, "/api/v1/session", &[], &credentials).await.is(202).json();
    assert_eq!(half["second_step"], "code");
    token(&mut second, &half);
    second.json(Method::GET, profile, &[], &Value::Null).await.refuses(401, "not-signed-in");
    let step = "/api/v1/session/second-factor";
    second.json(Method::POST, step, &[], &json!({"code": 1})).await.refuses(422, "wrong-value");
    second.json(Method::POST, step, &[], &json!({"code": "1", "x": 1})).await.refuses(422, "unknown-field");
    second.json(Method::POST, step, &[], &json!({"code": "000000"})).await.refuses(422, "wrong-code");
    let whole = second.json(Method::POST, step, &[], &json!({"code": recovery})).await.is(201).json();
    token(&mut second, &whole);
    let factor = second.json(Method::GET, "/api/v1/profile/second-factor", &[], &Value::Null).await.is(200).json();
    assert_eq!(factor, json!({"on": true, "recovery_codes_left": 9}));

    let patch = json!({"last_name": "Rivera", "time_zone": "America/Denver"});
    let changed = second.json(Method::PATCH, profile, &[], &patch).await.is(200).json();
    assert_eq!((&changed["first_name"], &changed["last_name"]), (&json!("Marisol"), &json!("Rivera")));
    second.json(Method::PATCH, profile, &[], &json!({"time_zone": "Mars/X"})).await.refuses(422, "time-zone-unknown");
    let asked = second.json(Method::POST, "/api/v1/profile/email", &[], &json!({"email": "n@x.example"})).await;
    assert_eq!(asked.is(202).json()["email"], "n@x.example");
    let dead = json!({"token": "nonsense"});
    second.json(Method::POST, "/api/v1/email-changes", &[], &dead).await.refuses(410, "email-link-dead");

    let practices = second.json(Method::GET, "/api/v1/practices", &[], &Value::Null).await.is(200).json();
    assert_eq!(practices["practices"].as_array().map(Vec::len), Some(2));
    let choose = "/api/v1/practices/choose";
    second.json(Method::POST, choose, &[], &json!({"practice": "x"})).await.refuses(422, "wrong-value");
    second.json(Method::POST, choose, &[], &json!({"practice": uuid_of(9)})).await.refuses(404, "not-found");
    let session = second.json(Method::POST, choose, &[], &json!({"practice": other})).await.is(200).json();
    assert_eq!(session["practice"]["name"], "Elsewhere Dental");
    token(&mut second, &session);

    let wrong = json!({"current_password": "wrong", "new_password": NEW});
    second.json(Method::PUT, "/api/v1/profile/password", &[], &wrong).await.refuses(403, "wrong-password");
    let right = json!({"current_password": PASSWORD, "new_password": NEW});
    second.json(Method::PUT, "/api/v1/profile/password", &[], &right).await.is(200);
    program.json(Method::GET, profile, &[], &Value::Null).await.refuses(401, "not-signed-in");
    manager.get("/dashboard").await.goes_to("/login?next=%2Fdashboard");
}

fn token(browser: &mut Browser, answer: &Value) {
    answer["csrf_token"].as_str().expect("a token").clone_into(&mut browser.token);
}

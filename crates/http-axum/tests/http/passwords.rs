//! From a forgotten password, or a user account that an administrator gives, to a new password.

use std::time::Duration;

use axum::http::Method;
use practice_domain::access::{Administrator, Operator};
use practice_domain::employee::Employment;
use practice_domain::member::Role;
use practice_domain::usecase::{ActivateEmployee, AddEmployee, activate_employee, add_employee, distrust_password};
use practice_domain::value::{Email, PersonName, Phone, Reason};
use serde_json::json;

use crate::account::{code, with_app};
use crate::browser::Browser;
use crate::house::{House, MANAGER, PASSWORD};

pub(crate) const BETTER: &str = "Zk3!-Harbor-Violet-Moss";

impl House {
    /// Asks for a reset link and gives back its address.
    pub(crate) async fn forgot(&self, email: &str) -> String {
        let mut browser = self.browser();
        browser.get("/forgot").await.is(200);
        browser.post("/forgot", &[("email", email)]).await.goes_to("/forgot/sent");
        self.password_link().await.0
    }

    /// An employee for whom the manager has ticked Active; gives back the link's address.
    pub(crate) async fn employ(&self, manager: &Browser, email: &str) -> String {
        let admin = || async { Administrator::prove(self.person(manager).await).expect("an administrator") };
        let name = PersonName::parse("Hodan", "Farah").expect("plain");
        let cmd = AddEmployee { name, employment: Employment::Employed, active: true };
        let employee = add_employee(&self.ports, &admin().await, cmd).await.expect("added");
        let (email, cell) = (Email::parse(email).expect("plain"), Phone::parse("(415) 555-2671").expect("a number"));
        let cmd = ActivateEmployee { employee, email, cell, role: Role::FrontDesk };
        activate_employee(&self.ports, &admin().await, cmd).await.expect("activated");
        self.password_link().await.0.replace("/reset/", "/setup/")
    }
}

impl Browser {
    /// Opens a link and begins the steps.
    pub(crate) async fn begin(&mut self, link: &str, first: &str) {
        self.get(link).await.goes_to("/password");
        self.get("/password").await.is(200);
        self.post("/password", &[]).await.goes_to(first);
        self.get(first).await.is(200);
    }

    pub(crate) async fn give_word(&mut self, word: &str) -> crate::browser::Answer {
        self.post("/password/code-word", &[("code_word", word)]).await
    }

    pub(crate) async fn choose(&mut self, password: &str) -> crate::browser::Answer {
        self.post("/password/new", &[("new_password", password), ("again", password)]).await
    }
}

/// `EMP-4`, `CODE-3`, `LK-08`, `SESS-1`
#[tokio::test]
async fn a_locked_person_resets_the_password_and_is_unlocked_and_signed_out_everywhere() {
    let (house, mut elsewhere) = House::managed().await;
    let mut attacker = house.browser();
    for _ in 0..8 {
        attacker.sign_in(MANAGER, "wrong wrong wrong").await.is(401);
    }
    house.browser().sign_in(MANAGER, PASSWORD).await.is(401).says("/forgot");
    let link = house.forgot(MANAGER).await;
    let mut browser = house.browser();
    browser.get(&link).await.goes_to("/password");
    browser.get("/password").await.is(200).says("Choose a new password").says("code word").says_not(MANAGER);
    browser.post("/password", &[]).await.goes_to("/password/code-word");
    browser.get("/password/code-word").await.is(200).says("Step 1 of 2").says("Ask your office in person or by phone");
    let spoken = house.word().await.to_uppercase().replace('-', " ");
    browser.give_word(&spoken).await.goes_to("/password/new");
    browser.get("/password/new").await.is(200).says(MANAGER).says_not("name=\"terms\"");
    browser.choose("short").await.is(422).says("at least 15 characters").says_not("value=\"short\"");
    let unlike = [("new_password", BETTER), ("again", "something else")];
    browser.post("/password/new", &unlike).await.is(422).says("The two passwords are not the same");
    elsewhere.get("/dashboard").await.is(200);
    browser.choose(BETTER).await.goes_to("/login");
    assert!(
        !browser.cookies.keys().any(|name| ["__Host-session", "__Host-flow", "__Host-link"].contains(&name.as_str()))
    );
    browser.get("/login").await.is(200).says("Your new password is saved. Sign in with it.");
    elsewhere.get("/dashboard").await.goes_to("/login?next=%2Fdashboard");
    browser.sign_in(MANAGER, PASSWORD).await.is(401);
    browser.sign_in(MANAGER, BETTER).await.goes_to("/dashboard");
}

/// `EMP-2`, `REG-3`
#[tokio::test]
async fn an_employee_sets_an_account_up_with_the_code_word_and_the_terms() {
    let (house, manager) = House::managed().await;
    let link = house.employ(&manager, "hodan@brightwater.example").await;
    let mut browser = house.browser();
    browser.get(&link).await.goes_to("/password");
    browser.get("/password").await.is(200).says("Set up your account").says("Brightwater").says_not("hodan@");
    browser.post("/password", &[]).await.goes_to("/password/code-word");
    browser.give_word(&house.word().await).await.goes_to("/password/new");
    browser.get("/password/new").await.is(200).says("hodan@brightwater.example").says("value=\"2026-05-04\"");
    browser.choose(BETTER).await.is(422).says("Accept the terms of use.");
    let old = [("new_password", BETTER), ("again", BETTER), ("terms", "1999-01-01")];
    browser.post("/password/new", &old).await.is(422).says("Accept the terms of use.");
    let accepted = [("new_password", BETTER), ("again", BETTER), ("terms", "2026-05-04")];
    browser.post("/password/new", &accepted).await.goes_to("/login");
    browser.get("/dashboard").await.goes_to("/login?next=%2Fdashboard");
    browser.sign_in("hodan@brightwater.example", BETTER).await.goes_to("/dashboard");
    browser.get(&link).await.goes_to("/password");
    browser
        .get("/password")
        .await
        .is(410)
        .says("This link has been used")
        .says("Brightwater")
        .says_not("ask for a new link");
}

/// `EMP-2`, `PRA-5`
#[tokio::test]
async fn somebody_with_an_account_elsewhere_joins_with_it() {
    let (house, mut manager) = House::managed().await;
    let (_, owner) = house.another().await;
    let mut browser = house.browser();
    house.register(&mut browser, owner, 1).await;
    let link = house.employ(&manager, "owner@elsewhere.example").await;
    browser.get(&link).await.goes_to("/password");
    browser.get("/password").await.goes_to("/password/join");
    let href = "/login?next=%2Fpassword%2Fjoin";
    browser.get("/password/join").await.is(200).says(href).says("Brightwater").says_not("owner@");
    browser.post("/password", &[]).await.goes_to("/password/join");
    browser.get(href).await;
    let credentials = [("email", "owner@elsewhere.example"), ("password", PASSWORD), ("next", "/password/join")];
    browser.post("/login", &credentials).await.goes_to("/password/join");
    manager.get(&link).await;
    manager.get("/password/join").await.is(200);
    manager.post("/password/join", &[]).await.is(409).says("This link is for another account");
    browser.get("/password/join").await.is(200).says("owner@elsewhere.example");
    browser.post("/password/join", &[]).await.goes_to("/dashboard");
    browser.get("/dashboard").await.is(200).says("You have joined the practice.").says("Brightwater Family Dental");
    browser.get(&link).await;
    browser.get("/password/join").await.is(410).says("This link has been used");
}

/// `BOT-3`, `BC-04`
#[tokio::test]
async fn a_right_password_that_must_be_renewed_begins_a_reset_and_a_wrong_one_does_not() {
    let (house, _) = House::managed().await;
    let reason = Reason::parse("seen in a leak").expect("plain");
    let operator = Operator::at_the_command_line("test".to_owned(), Some(reason));
    let email = Email::parse(MANAGER).expect("plain");
    distrust_password(&house.ports, &operator, &email).await.expect("an account");
    let links = || house.memory.notices().len();
    let before = links();
    let mut browser = house.browser();
    browser.sign_in(MANAGER, "wrong wrong wrong").await.is(401).says_not("must be renewed");
    assert_eq!(links(), before);
    browser.sign_in(MANAGER, PASSWORD).await.is(403).says("Your password must be renewed").says_not(MANAGER);
    assert!(!browser.cookies.contains_key("__Host-session"));
    assert!(links() > before);
    assert_eq!(house.make_resets().await, 1);
    let body = json!({"email": MANAGER, "password": PASSWORD});
    let mut api = house.browser();
    api.json(Method::POST, "/api/v1/session", &[], &body).await.refuses(403, "password-update-required");
    let (link, number) = house.password_link().await;
    assert_eq!(number, 2);
    browser.begin(&link, "/password/code-word").await;
    browser.give_word(&house.word().await).await.goes_to("/password/new");
    browser.get("/password/new").await;
    browser.choose(PASSWORD).await.is(422);
    browser.choose(BETTER).await.goes_to("/login");
    browser.sign_in(MANAGER, BETTER).await.goes_to("/dashboard");
}

/// `TK-08`, `TK-09`
#[tokio::test]
async fn looking_at_a_link_consumes_nothing_and_leaves_no_token_in_the_address() {
    let (house, _) = House::managed().await;
    let link = house.forgot(MANAGER).await;
    for _ in 0..20 {
        let mut scanner = house.browser();
        scanner.send(Method::HEAD, &link, &[], String::new()).await.goes_to("/password");
        let answer = scanner.get(&link).await;
        answer.goes_to("/password");
        let header = |name| answer.header(name);
        assert_eq!((header("referrer-policy"), header("cache-control")), ("no-referrer", "no-store"));
        assert!(header("set-cookie").starts_with("__Host-link="));
        assert!(header("set-cookie").contains("; Path=/; Secure; HttpOnly; SameSite=Lax"));
        scanner.get("/password").await.is(200);
    }
    let mut browser = house.browser();
    browser.begin(&link, "/password/code-word").await;
    assert!(browser.cookies.contains_key("__Host-flow"));
    browser.give_word(&house.word().await).await.goes_to("/password/new");
}

/// CW-05: a link and the code word set a password, and are no second factor: the app is asked for as before.
#[tokio::test]
async fn the_code_word_stands_in_for_no_second_factor() {
    let (house, mut manager) = House::managed().await;
    let (key, _) = with_app(&house, &mut manager).await;
    let link = house.forgot(MANAGER).await;
    let mut browser = house.browser();
    browser.begin(&link, "/password/code-word").await;
    browser.give_word(&house.word().await).await.goes_to("/password/new");
    browser.choose(BETTER).await.goes_to("/login");
    browser.sign_in(MANAGER, BETTER).await.goes_to("/login/code");
    browser.get("/dashboard").await.goes_to("/login?next=%2Fdashboard");
    browser.get("/login/code").await.is(200);
    browser.post("/login/code", &[("code", &house.word().await)]).await.is(422);
    house.clock.advance(Duration::from_secs(60));
    browser.post("/login/code", &[("code", &code(&house, &key))]).await.goes_to("/dashboard");
}

/// PW-03: every printing character counts, blanks at both ends too; two spellings of one letter are one, and letters that only look like
/// others are not.
#[tokio::test]
async fn a_password_may_have_any_alphabet() {
    let (house, _) = House::managed().await;
    let composed = "o'r 1=1;-- \u{1f642}\u{6f22}\u{5b57} na\u{ef}ve";
    let apart = composed.replace('\u{ef}', "i\u{308}");
    let ligature = "\u{fb01}sh and chips for two";
    for (password, same, other) in [
        (composed, apart.as_str(), "o'r 1=1;-- \u{1f642}\u{6f22}\u{5b57} naive"),
        ("ro\u{308}ntgen lamp quartz", "r\u{f6}ntgen lamp quartz", "rontgen lamp quartz"),
        (ligature, ligature, "fish and chips for two"),
        ("  otter at both ends ", "  otter at both ends ", "otter at both ends"),
        ("<b>\"&amp;\" % + = \\ \u{a7}</b>", "<b>\"&amp;\" % + = \\ \u{a7}</b>", "<b>\"&\" % + = \\ \u{a7}</b>"),
    ] {
        house.clock.advance(Duration::from_secs(60 * 60));
        let link = house.forgot(MANAGER).await;
        let mut browser = house.browser();
        browser.begin(&link, "/password/code-word").await;
        browser.give_word(&house.word().await).await.goes_to("/password/new");
        browser.get("/password/new").await.is(200);
        browser.choose(password).await.goes_to("/login");
        house.browser().sign_in(MANAGER, other).await.is(401);
        house.browser().sign_in(MANAGER, same).await.goes_to("/dashboard");
        house.browser().sign_in(MANAGER, password).await.goes_to("/dashboard");
    }
}

use axum::http::Method;
use practice_domain::channel::Product;
use practice_domain::value::InvitationId;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::browser::{Answer, Browser, likeness};
use crate::house::{House, MANAGER, PASSWORD};

struct Caller<'a> {
    house: &'a House,
    bearer: String,
}

impl Caller<'_> {
    async fn send(&self, headers: &[(&str, &str)], body: &Value) -> Answer {
        let path = format!("/api/v1/practices/{}/invitations", self.house.practice);
        let mut headers = headers.to_vec();
        headers.push(("authorization", &self.bearer));
        self.house.browser().json(Method::POST, &path, &headers, body).await
    }
}

fn anika(email: &str) -> Value {
    json!({"inviter": MANAGER, "email": email, "kind": "doctor", "placement": "in-practice", "first_name": "Anika"})
}

/// Signs in over the API.
async fn signed_in(house: &House) -> Browser {
    let mut browser = house.browser();
    let body = json!({"email": MANAGER, "password": PASSWORD});
    let session = browser.json(Method::POST, "/api/v1/session", &[], &body).await;
    session.is(201).json()["csrf_token"].as_str().expect("a token").clone_into(&mut browser.token);
    browser
}

/// `INV-3`, `EN-04`
#[tokio::test]
async fn a_product_hears_delivered_whether_or_not_the_address_has_an_account() {
    let (house, _) = House::managed().await;
    let (_, owner) = house.another().await;
    house.register(&mut house.browser(), owner, 1).await;
    let caller = Caller { house: &house, bearer: format!("Bearer {}", house.key(Product::Collaborator).await) };
    for email in ["new@x.example", "owner@elsewhere.example"] {
        let answer = caller.send(&[], &anika(email)).await;
        let keys: Vec<String> = answer.is(201).json().as_object().expect("an object").keys().cloned().collect();
        assert_eq!((keys, &answer.json()["status"]), (vec!["id".to_owned(), "status".to_owned()], &"delivered".into()));
    }
    caller.send(&[], &anika("new@x.example")).await.refuses(409, "already-invited");
}

#[tokio::test]
async fn a_body_is_read_strictly() {
    let (house, _) = House::managed().await;
    let caller = Caller { house: &house, bearer: format!("Bearer {}", house.key(Product::Collaborator).await) };
    let with = |name: &str, value: Value| {
        let mut body = anika("a@x.example");
        body[name] = value;
        body
    };
    let unknown = caller.send(&[], &with("practice_id", json!("x"))).await.refuses(422, "unknown-field");
    assert_eq!(unknown["errors"][0]["field"], "practice_id");
    let invalid =
        caller.send(&[], &with("email", json!("a@x.example, b@x.example"))).await.refuses(422, "email-invalid");
    assert_eq!(invalid["errors"][0]["field"], "email");
    caller.send(&[], &with("email", json!("a@x.example\r\nBcc: b@x.example"))).await.refuses(422, "email-invalid");
    caller.send(&[], &with("first_name", json!("see http://evil.example"))).await.refuses(422, "name-has-url");
    caller.send(&[], &with("cell", json!("+1415555267"))).await.refuses(422, "phone-invalid");
    caller.send(&[], &with("kind", json!("dentist"))).await.refuses(422, "wrong-value");
    caller.send(&[], &with("kind", json!(7))).await.refuses(422, "wrong-value");
    caller.send(&[], &with("kind", json!("staff"))).await.refuses(422, "no-such-channel");
    caller.send(&[], &with("inviter", json!("nobody@x.example"))).await.refuses(422, "no-such-inviter");
    let missing = json!({"inviter": MANAGER});
    caller.send(&[], &missing).await.refuses(422, "missing-field");
    let path = format!("/api/v1/practices/{}/invitations", house.practice);
    let raw = |kind: &'static str, body: String| {
        let (mut browser, path, bearer) = (house.browser(), path.clone(), caller.bearer.clone());
        async move {
            let headers = [("content-type", kind), ("authorization", bearer.as_str())];
            browser.send(Method::POST, &path, &headers, body).await
        }
    };
    raw("text/plain", anika("a@x.example").to_string()).await.refuses(415, "unsupported-media-type");
    raw("application/json", "{".to_owned()).await.refuses(400, "malformed-json");
    raw("application/json", format!("{} x", anika("a@x.example"))).await.refuses(400, "malformed-json");
    raw("application/json", "[".repeat(2000)).await.is(400);
    raw("application/json", r#"{"email":"a","email":"b"}"#.to_owned()).await.refuses(422, "duplicate-field");
    raw("application/json; charset=utf-8", anika("a@x.example").to_string()).await.is(201);
    let foreign = house.browser().json(Method::POST, &path, &[("authorization", "Bearer pp_x")], &Value::Null).await;
    foreign.refuses(401, "invalid-api-key");
    assert_eq!(foreign.header("www-authenticate"), "Bearer realm=\"portal\"");
}

/// `HT-06`
#[tokio::test]
async fn a_repetition_creates_nothing_more() {
    let (house, _) = House::managed().await;
    let caller = Caller { house: &house, bearer: format!("Bearer {}", house.key(Product::Collaborator).await) };
    let key = [("idempotency-key", "\"order 7\"")];
    let first = caller.send(&key, &anika("a@x.example")).await;
    let second = caller.send(&key, &anika("a@x.example")).await;
    assert_eq!((first.is(201).json(), first.header("idempotent-replayed")), (second.is(201).json(), ""));
    assert_eq!(second.header("idempotent-replayed"), "true");
    caller.send(&key, &anika("b@x.example")).await.refuses(422, "idempotency-key-reused");
    for odd in ["unquoted", "\"\"", "\"a", "\"a\"b\""] {
        caller.send(&[("idempotency-key", odd)], &anika("c@x.example")).await.refuses(400, "idempotency-key-malformed");
    }
}

#[tokio::test]
async fn a_session_is_opened_shown_confirmed_and_ended() {
    let (house, _) = House::managed().await;
    house.browser().get("/api/v1/session").await.refuses(401, "not-signed-in");
    let mut browser = signed_in(&house).await;
    let session = browser.get("/api/v1/session").await;
    let shown = session.is(200).json();
    assert_eq!((&shown["practice"]["user_manager"], &shown["fresh"]), (&true.into(), &true.into()));
    assert_eq!(
        shown["capabilities"],
        json!([
            "manage-people",
            "change-two-step",
            "manage-user-accounts",
            "edit-roles",
            "use-code-word",
            "change-policy",
            "read-audit",
        ])
    );
    house.clock.advance(std::time::Duration::from_secs(300));
    let two_step = format!("/api/v1/practices/{}/two-step", house.practice);
    let off = json!({"doctors": false, "patients": true});
    browser.json(Method::PUT, &two_step, &[], &off).await.refuses(403, "reauth-required");
    let wrong = json!({"password": "wrong wrong"});
    browser.json(Method::POST, "/api/v1/session/confirm", &[], &wrong).await.refuses(403, "wrong-password");
    let right = json!({"password": PASSWORD});
    let confirmed = browser.json(Method::POST, "/api/v1/session/confirm", &[], &right).await;
    confirmed.is(200).json()["csrf_token"].as_str().expect("a token").clone_into(&mut browser.token);
    assert_eq!(browser.json(Method::PUT, &two_step, &[], &off).await.is(200).json(), off);
    assert_eq!(browser.get(&two_step).await.is(200).json(), off);
    let other = signed_in(&house).await;
    let sessions = browser.get("/api/v1/sessions").await.is(200).json();
    let sessions = sessions["sessions"].as_array().expect("sessions");
    assert_eq!(sessions.iter().filter(|session| session["current"] == true).count(), 1);
    for session in sessions.iter().filter(|session| session["current"] == false) {
        let path = format!("/api/v1/sessions/{}", session["id"].as_str().expect("an id"));
        browser.json(Method::DELETE, &path, &[], &Value::Null).await.is(204);
    }
    let mut other = other;
    other.get("/api/v1/session").await.refuses(401, "not-signed-in");
    browser.json(Method::DELETE, "/api/v1/sessions/nonsense", &[], &Value::Null).await.refuses(404, "not-found");
    browser.json(Method::DELETE, "/api/v1/session", &[], &Value::Null).await.is(204);
    browser.get("/api/v1/session").await.refuses(401, "not-signed-in");
}

#[tokio::test]
async fn people_are_listed_with_what_may_be_done_and_why_not() {
    let (house, _) = House::managed().await;
    let caller = Caller { house: &house, bearer: format!("Bearer {}", house.key(Product::Collaborator).await) };
    for n in 0..5 {
        caller.send(&[], &anika(&format!("a{n}@x.example"))).await.is(201);
    }
    let mut browser = signed_in(&house).await;
    let path = format!("/api/v1/practices/{}/people", house.practice);
    let (mut next, mut seen) = (Some(format!("{path}?size=2&sort=created&dir=desc")), Vec::new());
    while let Some(address) = next {
        let page = browser.get(&address).await.is(200).json();
        seen.extend(page["people"].as_array().expect("people").clone());
        next = page["next"].as_str().map(str::to_owned);
    }
    assert_eq!(seen.len(), 6);
    let manager = seen.iter().find(|person| person["email"] == MANAGER).expect("the manager");
    assert_eq!(manager["actions"]["reinvite"], json!({"allowed": false, "reason": "already-registered"}));
    assert_eq!(manager["actions"]["unlock"], json!({"allowed": false, "reason": "not-locked"}));
    assert_eq!((&manager["mail"], &manager["user_manager"]), (&Value::Null, &true.into()));
    let invited = browser.get(&format!("{path}?status=not-registered&q=A3%40X")).await.is(200).json();
    assert_eq!(invited["people"].as_array().map(Vec::len), Some(1));
    assert_eq!(invited["people"][0]["actions"]["reinvite"], json!({"allowed": true}));
    let odd =
        browser.get(&format!("{path}?sort=password_hash&size=0&locked=maybe")).await.refuses(422, "invalid-query");
    assert_eq!(odd["errors"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        browser.get(&format!("{path}?cursor=nonsense")).await.is(200).json()["people"].as_array().map(Vec::len),
        Some(6)
    );
    let percent = browser.get(&format!("{path}?q=%25")).await.is(200).json();
    assert_eq!(percent["people"], json!([]));
}

/// `HT-07`
#[tokio::test]
async fn an_edit_needs_the_tag_of_what_was_read() {
    let (house, _) = House::managed().await;
    let caller = Caller { house: &house, bearer: format!("Bearer {}", house.key(Product::Collaborator).await) };
    let id = caller.send(&[], &anika("a@x.example")).await.is(201).json()["id"].as_str().expect("an id").to_owned();
    let mut browser = signed_in(&house).await;
    let path = format!("/api/v1/practices/{}/people/{id}", house.practice);
    let shown = browser.get(&path).await;
    assert_eq!(shown.is(200).header("etag"), "\"0\"");
    let change = json!({"cell": "(415) 555-2671"});
    browser.json(Method::PATCH, &path, &[], &change).await.refuses(428, "if-match-required");
    browser.json(Method::PATCH, &path, &[("if-match", "\"3\"")], &change).await.refuses(412, "changed");
    let changed = browser.json(Method::PATCH, &path, &[("if-match", "\"0\"")], &change).await;
    assert_eq!((changed.is(200).header("etag"), &changed.json()["cell"]), ("\"1\"", &"+14155552671".into()));
    browser.json(Method::PATCH, &path, &[("if-match", "\"0\"")], &change).await.refuses(412, "changed");
    let gone = browser.json(Method::PATCH, &path, &[("if-match", "\"1\"")], &json!({"cell": null})).await;
    assert_eq!((gone.is(200).json().get("cell"), gone.header("etag")), (None, "\"2\""));
    let role = json!({"role": "owner"});
    browser.json(Method::PATCH, &path, &[("if-match", "\"2\"")], &role).await.refuses(422, "unknown-field");
    let taken = json!({"email": MANAGER});
    browser.json(Method::PATCH, &path, &[("if-match", "\"2\"")], &taken).await.refuses(409, "has-account");
    let again = browser.json(Method::POST, &format!("{path}/reinvite"), &[], &Value::Null).await;
    assert_eq!(again.is(200).header("etag"), "\"3\"");
    browser.json(Method::POST, &format!("{path}/unlock"), &[], &Value::Null).await.refuses(409, "not-registered");
    browser.json(Method::DELETE, &path, &[("if-match", "\"0\"")], &Value::Null).await.refuses(412, "changed");
    browser.json(Method::DELETE, &path, &[("if-match", "\"3\"")], &Value::Null).await.is(204);
    browser.get(&path).await.refuses(404, "not-found");
}

#[tokio::test]
async fn a_registered_person_stays_as_they_are_and_strangers_look_like_nothing() {
    let (house, _) = House::managed().await;
    let (other, owner) = house.another().await;
    let caller = Caller { house: &house, bearer: format!("Bearer {}", house.key(Product::Collaborator).await) };
    let id = caller.send(&[], &anika("a@x.example")).await.is(201).json()["id"].as_str().expect("an id").to_owned();
    let invitation = InvitationId(id.parse::<Uuid>().expect("a uuid"));
    house.register(&mut house.browser(), invitation, 1).await;
    let mut browser = signed_in(&house).await;
    let people = format!("/api/v1/practices/{}/people", house.practice);
    let found = browser.get(&format!("{people}?q=a%40x")).await.is(200).json();
    let path = format!("{people}/{}", found["people"][0]["id"].as_str().expect("an id"));
    let email = json!({"email": "b@x.example"});
    browser.json(Method::PATCH, &path, &[("if-match", "*")], &email).await.refuses(409, "email-immutable");
    browser.json(Method::POST, &format!("{path}/reinvite"), &[], &Value::Null).await.refuses(409, "already-registered");
    browser.json(Method::DELETE, &path, &[], &Value::Null).await.refuses(409, "already-registered");
    let unlocked = browser.json(Method::POST, &format!("{path}/unlock"), &[], &Value::Null).await;
    assert_eq!(unlocked.is(200).json()["already"], true);
    let nothing = format!("{people}/{}", Uuid::from_u128(9));
    for path in
        [nothing, format!("{people}/{owner}"), format!("/api/v1/practices/{other}/people"), format!("{people}/x")]
    {
        browser.get(&path).await.refuses(404, "not-found");
    }
    let foreign = format!("{people}/{owner}/reinvite");
    browser.json(Method::POST, &foreign, &[], &Value::Null).await.refuses(404, "not-found");
    browser.get(&format!("/manage/users/{owner}")).await.is(404);
}

/// `TN-03`, `LIST-1`: somebody from outside is on the list of whoever invited them until they register, and at the next request is nowhere:
/// not in the list, a search, a file or a count, and not by their id.
#[tokio::test]
async fn somebody_from_outside_is_seen_until_they_register() {
    let (house, mut manager) = House::managed().await;
    let caller = Caller { house: &house, bearer: format!("Bearer {}", house.key(Product::TruForm).await) };
    let outside = json!({"inviter": MANAGER, "email": "pat@far.example", "kind": "patient", "placement": "outside",
        "first_name": "Pat", "last_name": "Quill"});
    let id = caller.send(&[], &outside).await.is(201).json()["id"].as_str().expect("an id").to_owned();
    let mut browser = signed_in(&house).await;
    let people = format!("/api/v1/practices/{}/people", house.practice);
    let (person, page) = (format!("{people}/{id}"), format!("/manage/users/{id}"));
    let nobody = format!("{people}/{}", Uuid::from_u128(9));
    let file = format!("{people}/export");
    let listed = |answer: &Answer| answer.json()["people"].as_array().map(Vec::len);

    assert_eq!(listed(&browser.get(&people).await), Some(2));
    let found = browser.get(&format!("{people}?q=quill")).await;
    assert_eq!(found.json()["people"][0]["actions"]["reinvite"], json!({"allowed": true}));
    browser.get(&file).await.is(200).says("pat@far.example");
    browser.get(&person).await.is(200);
    manager.get("/manage?q=quill").await.is(200).says("Reinvite<span class=\"vh\"> Pat Quill</span>").says(&page);
    manager.get(&page).await.is(200);

    let invitation = InvitationId(id.parse::<Uuid>().expect("a uuid"));
    house.register(&mut house.browser(), invitation, 1).await;
    assert_eq!(listed(&browser.get(&people).await), Some(1));
    assert_eq!(listed(&browser.get(&format!("{people}?q=quill")).await), Some(0));
    assert_eq!(listed(&browser.get(&format!("{people}?status=not-registered")).await), Some(0));
    browser.get(&file).await.is(200).says(MANAGER).says_not("far.example").says_not("Quill");
    let (gone, never) = (browser.get(&person).await, browser.get(&nobody).await);
    gone.refuses(404, "not-found");
    assert_eq!(likeness(&gone, &id), likeness(&never, &Uuid::from_u128(9).to_string()));
    let reinvite = format!("{person}/reinvite");
    browser.json(Method::POST, &reinvite, &[], &Value::Null).await.refuses(404, "not-found");
    manager.get("/manage").await.is(200).says_not("Quill").says_not("far.example");
    manager.get("/manage?q=quill").await.is(200).says_not("Pat Quill");
    manager.get(&page).await.is(404);
}

/// TN-05, PW-10, TN-04: what nobody may set is refused and named, wherever it is sent; nobody chooses another's password or makes a User
/// Manager; a list holds what is documented and nothing else.
#[tokio::test]
async fn what_nobody_may_set_is_refused_by_name() {
    let (house, _) = House::managed().await;
    let caller = Caller { house: &house, bearer: format!("Bearer {}", house.key(Product::Collaborator).await) };
    let invited =
        caller.send(&[], &anika("a@x.example")).await.is(201).json()["id"].as_str().expect("an id").to_owned();
    let mut browser = signed_in(&house).await;
    let here = format!("/api/v1/practices/{}", house.practice);
    let people =
        browser.get(&format!("{here}/people")).await.is(200).json()["people"].as_array().expect("people").clone();
    let mut keys: Vec<_> = people.iter().flat_map(|row| row.as_object().expect("a row").keys().cloned()).collect();
    keys.sort();
    keys.dedup();
    let documented = [
        "actions",
        "active_at",
        "email",
        "first_name",
        "id",
        "invited_at",
        "kind",
        "last_name",
        "locked",
        "mail",
        "placement",
        "status",
        "tier",
        "user_manager",
    ];
    assert_eq!(keys, documented);
    let manager =
        people.iter().find(|row| row["email"] == MANAGER).expect("the manager")["id"].as_str().expect("an id");
    let new = json!({"last_name": "Novak", "employment": "employed"});
    for (name, value) in [
        ("role", json!("owner")),
        ("password", json!("otter quartz lamp 93")),
        ("practice_id", json!(Uuid::from_u128(9))),
        ("user_manager", json!(true)),
        ("tier", json!("paid")),
        ("hint", json!("a pet")),
    ] {
        for (method, path, body) in [
            (Method::PATCH, format!("{here}/people/{manager}"), json!({})),
            (Method::PATCH, format!("{here}/people/{invited}"), json!({})),
            (Method::PATCH, "/api/v1/profile".to_owned(), json!({})),
            (Method::POST, format!("{here}/employees"), new.clone()),
        ] {
            let mut body = body;
            body[name] = value.clone();
            let refused = browser.json(method, &path, &[("if-match", "*")], &body).await.refuses(422, "unknown-field");
            assert_eq!(refused["errors"][0]["field"], name, "{path}");
        }
    }
    let role = json!({"role": "owner", "user_manager": true});
    let employees = browser.get(&format!("{here}/employees")).await.is(200).json();
    let own = employees["employees"][0]["id"].as_str().expect("an id");
    let path = format!("{here}/employees/{own}/user-account/role");
    browser.json(Method::PUT, &path, &[], &role).await.refuses(422, "unknown-field");
}

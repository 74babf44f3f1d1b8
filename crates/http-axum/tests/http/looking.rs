//! Settings for those whose roles let them do a part of it: look, see where people are signed in, take lists away; and no more.

use std::time::Duration;

use axum::http::Method;
use practice_domain::notice::About;
use serde_json::{Value, json};

use crate::browser::{Browser, encode};
use crate::house::{House, MANAGER, PASSWORD};
use crate::managing::with_anika;

const ANIKA: &str = "anika@brightwater.example";

/// Two colleagues of a manager: one, signed in, has a copy of Front Desk with these permissions more; the other is Petra, an
/// employee without a user account. The manager, the colleague, and the rows of both.
struct Office {
    house: House,
    manager: Browser,
    anika: Browser,
    hers: String,
    petra: String,
}

async fn office(permissions: &[&str]) -> Office {
    let (house, mut manager, invitation) = with_anika().await;
    house.register(&mut house.browser(), invitation, 1).await;
    manager.get("/settings/employees/add").await.is(200);
    let petra = [("first", "Petra"), ("last", "Novak"), ("ends", ""), ("active", "yes")];
    let added = manager.post("/settings/employees", &petra).await;
    let petra = added.is(303).header("location").rsplit('/').next().expect("an id").to_owned();
    let made = manager.post("/settings/roles/front-desk/copy", &[("name", "Part")]).await;
    let role = made.is(303).header("location").to_owned();
    for permission in permissions {
        manager.post(&format!("{role}/add"), &[("permission", permission)]).await.is(303);
    }
    let list = manager.get(&format!("/api/v1/practices/{}/employees", house.practice)).await.is(200).json();
    let list = list["employees"].as_array().expect("a list").clone();
    let hers = list.iter().find(|one| one["first_name"] == "Anika").expect("listed")["id"].clone();
    let hers = hers.as_str().expect("an id").to_owned();
    let code = role.rsplit('/').next().expect("a code").to_owned();
    let give = [("active", "yes"), ("role", code.as_str())];
    manager.post(&format!("/settings/user-accounts/{hers}"), &give).await.goes_to("/settings/user-accounts");
    let mut anika = house.browser();
    anika.sign_in(ANIKA, PASSWORD).await.goes_to("/dashboard");
    anika.get("/dashboard").await.is(200);
    Office { house, manager, anika, hers, petra }
}

const LOOK: [&str; 2] = ["change-settings", "view-user-accounts"];

/// EMP-1, EMP-2, ROLE-1, LIST-7: whoever may view user accounts and not edit them sees the pages, and nothing on them that they could
/// press.
#[tokio::test]
async fn those_who_may_only_look_see_pages_without_anything_to_press() {
    let Office { mut anika, hers, petra, .. } = office(&LOOK).await;
    anika.get("/dashboard").await.is(200).says("href=\"/settings\"");
    let settings = anika.get("/settings").await;
    settings.is(200).says("/settings/employees").says("/settings/user-accounts").says_not("/settings/roles");
    settings.says_not("/settings/import").says_not("Quick Links").says_not("Code Word");
    let said = "You can look at this page, and change nothing here. Ask an Owner or Office Administrator";
    for path in ["/settings/employees", "/settings/user-accounts"] {
        let list = anika.get(path).await;
        list.is(200)
            .says(said)
            .says("View<span class=\"vh\"> Petra Novak</span>")
            .says_not("method=\"post\" action=\"/settings");
        list.says_not("Add Employee")
            .says_not("Export")
            .says_not(">Import")
            .says_not("Code Word")
            .says_not("/settings/roles");
    }
    for path in [format!("/settings/employees/{petra}"), format!("/settings/user-accounts/{hers}")] {
        let page = anika.get(&path).await;
        page.is(200)
            .says(said)
            .says(" readonly ")
            .says_not("action=\"/settings")
            .says_not("Deactivate")
            .says_not(">Save<");
        assert_eq!(page.body.matches("<input id=").count(), page.body.matches(" readonly value=").count(), "{path}");
    }
    anika.get(&format!("/settings/employees/{petra}")).await.says("value=\"Petra\"").says("value=\"Novak\"");
    let account = anika.get(&format!("/settings/user-accounts/{hers}")).await;
    account.says(ANIKA).says("value=\"Part\"").says_not("Sessions").says_not("Where Anika");
    anika.get(&format!("/settings/user-accounts/{petra}")).await.is(200).says("Petra Novak has no user account.");
}

/// ROLE-1, ROLE-2: what such pages do not offer is refused, too; the API shows what the pages show, and no more.
#[tokio::test]
async fn those_who_may_only_look_change_nothing() {
    let Office { house, mut anika, hers, petra, .. } = office(&LOOK).await;
    let before = house.memory.audit().len();
    let typed =
        [("version", "0"), ("first", "P"), ("last", "N"), ("active", "yes"), ("role", "owner"), ("how", "by-phone")];
    for path in [
        "/settings/employees".to_owned(),
        format!("/settings/employees/{petra}"),
        format!("/settings/employees/{petra}/deactivate"),
        format!("/settings/employees/{petra}/reactivate"),
        format!("/settings/user-accounts/{hers}"),
        format!("/settings/user-accounts/{hers}/deactivate"),
        format!("/settings/user-accounts/{hers}/reset"),
        format!("/settings/user-accounts/{hers}/told"),
        format!("/settings/user-accounts/{hers}/second-factor"),
        format!("/settings/user-accounts/{hers}/sessions/end"),
    ] {
        anika.post(&path, &typed).await.is(403);
    }
    for path in ["/settings/employees/add", "/settings/employees/export", "/settings/code-word", "/settings/roles"] {
        anika.get(path).await.is(403);
    }
    let all = format!("/api/v1/practices/{}/employees", house.practice);
    let one = anika.get(&format!("{all}/{petra}")).await;
    assert_eq!(one.is(200).json()["first_name"], "Petra");
    assert_eq!(anika.get(&all).await.is(200).json()["employees"].as_array().map(Vec::len), Some(3));
    let changed = json!({"last_name": "Novak", "employment": "employed"});
    let tag = [("if-match", "*")];
    anika.json(Method::PUT, &format!("{all}/{petra}"), &tag, &changed).await.refuses(403, "not-administrator");
    anika
        .json(Method::DELETE, &format!("{all}/{hers}/user-account"), &[], &Value::Null)
        .await
        .refuses(403, "not-administrator");
    anika.get(&format!("{all}/export")).await.refuses(403, "not-permitted");
    assert_eq!(house.memory.audit().len(), before);
}

/// SESS-1, SESS-2, ROLE-1: the permission to end sessions works on User Accounts for somebody who is no User Manager.
#[tokio::test]
async fn whoever_may_end_sessions_needs_not_be_a_user_manager() {
    let mut permissions = LOOK.to_vec();
    permissions.extend(["end-sessions", "export-people"]);
    let Office { house, mut manager, mut anika, hers, .. } = office(&permissions).await;
    anika.get("/settings/employees").await.is(200).says("Export").says_not("Add Employee");
    anika.get("/settings/employees/export").await.is(200).says("Novak");
    let list = manager.get(&format!("/api/v1/practices/{}/employees", house.practice)).await.is(200).json();
    let first = list["employees"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|one| one["role"] == "owner")
        .expect("listed")
        .clone();
    let text = |name: &str| first[name].as_str().expect("text").to_owned();
    let (row, member) = (format!("/settings/user-accounts/{}", text("id")), text("member"));
    let mut second = house.browser();
    second.sign_in(MANAGER, PASSWORD).await.goes_to("/dashboard");

    let page = anika.get(&row).await;
    page.is(200).says("Where Marisol Vega is signed in").says("End All Sessions").says("change nothing here");
    let ends: Vec<&str> = page.body.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let one = ends.iter().find(|path| path.starts_with(&row) && !path.ends_with("/sessions/end")).expect("one of them");
    let back = format!("{row}#sessions");
    anika.post(one, &[]).await.goes_to(&back);
    anika.get(&row).await.says("That session of Marisol Vega has ended.");
    anika.post(&format!("/settings/user-accounts/{hers}/sessions/end"), &[]).await.is(303);
    anika.get(&row).await.is(200);

    house.clock.advance(Duration::from_secs(301));
    let confirm = format!("/confirm-password?next={}", encode(&back));
    anika.get(&row).await.is(200).says(&confirm).says_not("Firefox");
    anika.post(&format!("{row}/sessions/end"), &[]).await.goes_to(&confirm);
    anika.get(&confirm).await.is(200).says("see and end the sessions of other people");
    anika.post("/confirm-password", &[("next", &back), ("password", PASSWORD)]).await.goes_to(&back);
    anika.get(&row).await.is(200);
    anika.post(&format!("{row}/sessions/end"), &[]).await.goes_to(&back);
    anika.get(&row).await.says("All sessions of Marisol Vega have ended.").says("Marisol Vega is not signed in now.");
    for browser in [&mut manager, &mut second] {
        browser.get("/dashboard").await.goes_to("/login?next=%2Fdashboard");
    }
    let told = house.memory.notices().into_iter().filter(|notice| matches!(notice.about, About::SessionsEnded { .. }));
    assert_eq!(told.count(), 2, "one letter for each time");

    let sessions = format!("/api/v1/practices/{}/people/{member}/sessions", house.practice);
    assert_eq!(anika.get(&sessions).await.is(200).json(), json!({"sessions": []}));
    anika.get(&format!("/api/v1/practices/{}/people/{member}", house.practice)).await.refuses(403, "not-user-manager");
    anika.get(&format!("/manage/users/{member}")).await.is(403);
}

/// SESS-1, ROLE-1: being User Manager alone is not enough: the role has to let them, on the page and in the API.
#[tokio::test]
async fn a_user_manager_whose_role_may_not_end_sessions_does_not() {
    let Office { house, mut anika, .. } = office(&LOOK).await;
    use practice_domain::access::Operator;
    use practice_domain::usecase::grant_user_manager;
    use practice_domain::value::{Email, Reason};
    let operator = Operator::at_the_command_line("test".to_owned(), Some(Reason::parse("test").expect("plain")));
    let address = Email::parse(ANIKA).expect("plain");
    grant_user_manager(&house.ports, &operator, house.practice, &address).await.expect("granted");
    let list = anika.get("/manage?q=marisol").await;
    let id =
        list.is(200).body.split("<tr role=\"row\" id=\"u").nth(1).map(|rest| rest[..36].to_owned()).expect("listed");
    let row = format!("/manage/users/{id}");
    anika.get(&row).await.is(200).says_not("Sessions");
    anika
        .post(&format!("{row}/sessions/end"), &[])
        .await
        .is(403)
        .says("Ask an Owner in your practice to do this, or to let your role do it.");
    let person = format!("/api/v1/practices/{}/people/{id}", house.practice);
    let shown = anika.get(&person).await.is(200).json();
    assert_eq!(shown["actions"]["end_sessions"], json!({"allowed": false, "reason": "not-permitted"}));
    anika.get(&format!("{person}/sessions")).await.refuses(403, "not-permitted");
    anika.json(Method::DELETE, &format!("{person}/sessions"), &[], &Value::Null).await.refuses(403, "not-permitted");
}

/// EMP-2, section 12: an address for a user account that looks like somebody's is asked about, once, before anything goes out.
#[tokio::test]
async fn an_address_for_a_user_account_that_looks_like_another_is_asked_about() {
    let Office { house, mut manager, petra, .. } = office(&LOOK).await;
    let row = format!("/settings/user-accounts/{petra}");
    let typed = |email: &'static str, confirmed: &'static str| {
        [("active", "yes"), ("email", email), ("cell", "(415) 555-2672"), ("role", "dentist"), ("confirmed", confirmed)]
    };
    let before = house.memory.notices().len();
    let asked = manager.post(&row, &typed("an1ka@brightwater.example", "")).await;
    asked
        .is(409)
        .says("Look twice at the address.")
        .says("It looks like Anika Bhattacharya, anika@brightwater.example");
    asked.says("Nothing was saved or sent.").says("name=\"confirmed\" value=\"an1ka@brightwater.example\"");
    asked.says("value=\"an1ka@brightwater.example\"").says("<option value=\"dentist\" selected>");
    let domain = manager.post(&row, &typed("petra@gmaiI.com", "an1ka@brightwater.example")).await;
    domain.is(409).says("It looks like an address at gmail.com, and is not one.");
    assert_eq!(house.memory.notices().len(), before);

    let account = format!("/api/v1/practices/{}/employees/{petra}/user-account", house.practice);
    let sent = |confirm: bool| json!({"email": "an1ka@brightwater.example", "cell": "(415) 555-2672", "role": "dentist", "confirm": confirm});
    let refused = manager.json(Method::PUT, &account, &[], &sent(false)).await.refuses(409, "look-alike");
    assert!(refused["detail"].as_str().is_some_and(|text| text.contains("Anika Bhattacharya")), "{refused}");
    assert_eq!(house.memory.notices().len(), before);
    manager.json(Method::PUT, &account, &[], &sent(true)).await.is(200);
    // What was sent once is not asked about again.
    manager.post(&row, &typed("an1ka@brightwater.example", "")).await.goes_to("/settings/user-accounts");
}

/// Section 12: whose address it looks like is for those who see the list of people.
#[tokio::test]
async fn whom_an_address_looks_like_is_told_to_those_who_see_the_list() {
    let mut permissions = LOOK.to_vec();
    permissions.push("edit-user-accounts");
    let Office { house, mut anika, petra, .. } = office(&permissions).await;
    anika.get("/settings").await.is(200);
    let typed =
        [("active", "yes"), ("email", "anlka@brightwater.example"), ("cell", "(415) 555-2672"), ("role", "front-desk")];
    let asked = anika.post(&format!("/settings/user-accounts/{petra}"), &typed).await;
    asked.is(409).says("It looks like the address of somebody else in the practice, and is not the same.");
    asked.says_not("It looks like Anika");
    assert!(!house.memory.notices().iter().any(|notice| matches!(notice.about, About::CodeWord { .. })));
}

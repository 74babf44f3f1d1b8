//! Settings › Roles Definitions, as an administrator sees it, and the API beside it.

use axum::http::Method;
use practice_domain::port::Store as _;
use practice_domain::role::{Permission, Roles};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::house::{House, MANAGER, PASSWORD};
use crate::managing::with_anika;

/// A manager, and an Office Administrator signed in at another browser.
async fn with_administrator() -> (House, Browser, Browser) {
    let (house, mut manager, anika) = with_anika().await;
    house.register(&mut house.browser(), anika, 1).await;
    let employees = manager.get(&format!("/api/v1/practices/{}/employees", house.practice)).await.is(200).json();
    let employees = employees["employees"].as_array().expect("a list").clone();
    let row = employees.iter().find(|one| one["first_name"] == "Anika").expect("listed")["id"].clone();
    let row = format!("/settings/user-accounts/{}", row.as_str().expect("an id"));
    manager.get(&row).await.is(200);
    manager.post(&row, &[("active", "yes"), ("role", "office-administrator")]).await.is(303);
    let mut anika = house.browser();
    anika.sign_in("anika@brightwater.example", PASSWORD).await.goes_to("/dashboard");
    anika.get("/dashboard").await.is(200);
    (house, manager, anika)
}

async fn stored(house: &House) -> Roles {
    Roles::of(house.memory.roles(house.practice).await.expect("memory"))
}

/// ROLE-1
#[tokio::test]
async fn a_role_is_edited_copied_renamed_and_removed() {
    let (house, mut manager) = House::managed().await;
    manager.get("/settings").await.is(200).says("href=\"/settings/roles\"");
    manager.get("/settings/roles").await.is(200).says("Front Desk").says("Predefined").says_not("Predefined, edited");
    let desk = "/settings/roles/front-desk";
    manager.get(desk).await.is(200).says("Blocked by Change practice settings, which is not included");
    let back = format!("{desk}?c=general");
    manager.post(&format!("{desk}/add?c=general"), &[("permission", "view-user-accounts")]).await.goes_to(&back);
    let page = manager.get(&back).await;
    page.is(200).says("Can view user accounts added to Front Desk.");
    page.says("No effect until Change practice settings is included");
    let searched = format!("{desk}?q=patient%20s");
    manager.get(&searched).await.is(200).says("Use patient search").says_not("View patient window");
    let search = [("permission", "search-patients")];
    manager.post(&format!("{desk}/remove?q=patient%20s"), &search).await.goes_to(&searched);
    manager.get(&searched).await.says("Use patient search removed from Front Desk.");
    manager.post(&format!("{desk}/add"), &[("permission", "fly")]).await.is(422).says("There is no such permission.");
    manager.get("/settings/roles").await.says("Predefined, edited");

    manager.post(&format!("{desk}/copy"), &[("name", " ")]).await.is(422).says("Enter a name.");
    let taken = manager.post(&format!("{desk}/copy"), &[("name", "DENTIST")]).await;
    taken.is(409).says("A role has this name already.").says("value=\"DENTIST\"");
    let copied = manager.post(&format!("{desk}/copy"), &[("name", "Evening Desk")]).await;
    let copy = copied.is(303).header("location").to_owned();
    let page = manager.get(&copy).await;
    page.is(200)
        .says("Evening Desk is there now.")
        .says("Remove the role Evening Desk")
        .says("name=\"version\" value=\"0\"");
    let rename = |name: &'static str| [("version", "0"), ("name", name)];
    manager.post(&format!("{copy}/rename"), &rename("owner")).await.is(409).says("value=\"owner\"");
    manager.post(&format!("{copy}/rename"), &rename("Evening")).await.goes_to(&copy);
    manager.get(&copy).await.says("The role is called Evening now.");
    manager.post(&format!("{copy}/rename"), &rename("Night")).await.is(412).says("Somebody else changed this role");
    for fixed in ["rename", "delete"] {
        manager.post(&format!("{desk}/{fixed}"), &rename("Desk")).await.is(404);
    }
    manager.get(&format!("{copy}/delete")).await.is(200).says("Remove the role Evening?");
    manager.post(&format!("{copy}/delete"), &[]).await.goes_to("/settings/roles");
    manager.get("/settings/roles").await.is(200).says("The role is removed.").says_not("Evening");
    manager.get(&copy).await.is(404);
    assert!(
        !stored(&house)
            .await
            .listed(practice_domain::member::Role::FrontDesk)
            .expect("listed")
            .has(Permission::SearchPatients)
    );
}

/// ROLE-2: an Office Administrator changes nothing of what stands above, gives nothing that they lack, and sees why.
#[tokio::test]
async fn nobody_edits_above_themselves_and_the_page_says_why() {
    let (_, mut manager, mut anika) = with_administrator().await;
    let owner = anika.get("/settings/roles/owner").await;
    owner.is(200).says("The Owner role always has every permission.").says_not(">Remove<span");
    let add = |code: &'static str| [("permission", code)];
    anika.post("/settings/roles/owner/remove", &add("read-audit")).await.is(409).says("always has every permission");
    let own = anika.get("/settings/roles/office-administrator").await;
    own.is(200).says("You cannot give a permission that you do not have: Read the audit log.");
    let refused = anika.post("/settings/roles/front-desk/add", &add("read-audit")).await;
    refused.is(403).says("You cannot give a permission that you do not have: Read the audit log.");
    anika.post("/settings/roles/owner/copy", &[("name", "Second Owner")]).await.is(403).says("value=\"Second Owner\"");
    manager.post("/settings/roles/owner/copy", &[("name", "Deputy")]).await.is(303);
    let list = anika.get("/settings/roles").await;
    let row = list.is(200).body.split("Deputy</th>").nth(1).expect("listed");
    let deputy = row.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an address").to_owned();
    anika.get(&deputy).await.is(200).says("This role may do more than yours").says_not("Rename this role");
    anika.post(&format!("{deputy}/rename"), &[("version", "0"), ("name", "Mine")]).await.is(403);
    anika.post(&format!("{deputy}/delete"), &[]).await.is(403);
}

/// ROLE-1, CODE-1: what a role loses holds at the next request, also for the code word.
#[tokio::test]
async fn a_permission_that_is_taken_is_gone_at_the_next_request() {
    let (house, mut manager, mut anika) = with_administrator().await;
    anika.get("/settings/code-word/rotate").await.is(200);
    let role = "/settings/roles/office-administrator";
    manager.get("/dashboard").await.is(200);
    manager.post(&format!("{role}/remove"), &[("permission", "use-code-word")]).await.is(303);
    for path in ["/settings/code-word", "/settings/code-word/rotate"] {
        anika.get(path).await.is(403).says("Ask an Owner in your practice to do this, or to let your role do it.");
    }
    let rotate = format!("/api/v1/practices/{}/code-word/rotate", house.practice);
    anika.json(Method::POST, &rotate, &[], &Value::Null).await.refuses(403, "not-permitted");
    anika.get("/settings/user-accounts").await.is(200);
    manager.post(&format!("{role}/remove"), &[("permission", "view-user-accounts")]).await.is(303);
    anika.get("/settings/user-accounts").await.is(403);
    anika.get("/settings").await.is(200).says_not("href=\"/settings/user-accounts\"");
}

/// ROLE-1, ROLE-2
#[tokio::test]
async fn the_api_edits_roles() {
    let (house, mut manager, mut anika) = with_administrator().await;
    let all = format!("/api/v1/practices/{}/roles", house.practice);
    let list = manager.get(&all).await.is(200).json();
    assert_eq!(list["roles"].as_array().expect("roles").len(), 8);
    assert_eq!(list["permissions"].as_array().expect("permissions").len(), Permission::ALL.len());
    assert_eq!((&list["roles"][0]["role"], &list["roles"][0]["people"]), (&"owner".into(), &1.into()));
    let made = manager.json(Method::POST, &all, &[], &json!({"of": "front-desk", "name": "Evening"})).await;
    let copy = made.is(201).json();
    assert_eq!((&copy["origin"], made.header("etag")), (&"copied".into(), "\"0\""));
    let one = format!("{all}/{}", copy["role"].as_str().expect("an id"));
    manager.json(Method::POST, &all, &[], &json!({"of": "dragon", "name": "X"})).await.refuses(422, "no-such-role");
    manager
        .json(Method::POST, &all, &[], &json!({"of": "owner", "name": "evening"}))
        .await
        .refuses(409, "role-name-taken");
    let edit = json!({"add": ["save-queries"], "remove": ["view-patients"]});
    let edited = manager.json(Method::PATCH, &one, &[], &edit).await.is(200).json();
    let has = |set: &Value, code: &str| set.as_array().expect("codes").iter().any(|one| one == code);
    assert!(has(&edited["permissions"], "save-queries") && !has(&edited["effective"], "save-queries"));
    assert!(!has(&edited["permissions"], "view-patients"));
    manager.json(Method::PATCH, &one, &[], &json!({"add": ["fly"]})).await.refuses(422, "no-such-permission");
    let gives = json!({"add": ["change-policy"]});
    anika.json(Method::PATCH, &one, &[], &gives).await.refuses(403, "lacks-permission");
    manager.json(Method::PATCH, &format!("{all}/owner"), &[], &gives).await.refuses(409, "owner-role-fixed");
    let name = json!({"name": "Night"});
    let path = format!("{one}/name");
    manager.json(Method::PUT, &path, &[], &name).await.refuses(428, "if-match-required");
    manager.json(Method::PUT, &path, &[("if-match", "\"0\"")], &name).await.refuses(412, "changed");
    let renamed = manager.json(Method::PUT, &path, &[("if-match", "\"1\"")], &name).await;
    assert_eq!((&renamed.is(200).json()["name"], renamed.header("etag")), (&"Night".into(), "\"2\""));
    manager
        .json(Method::PUT, &format!("{all}/owner/name"), &[("if-match", "*")], &name)
        .await
        .refuses(404, "not-found");
    manager.json(Method::DELETE, &format!("{all}/dentist"), &[], &Value::Null).await.refuses(404, "not-found");
    manager.json(Method::DELETE, &one, &[], &Value::Null).await.is(204);
    manager.get(&one).await.refuses(404, "not-found");
    manager.get(&format!("{all}/Owner")).await.refuses(404, "not-found");
    let mut staff = house.browser();
    staff.sign_in(MANAGER, PASSWORD).await.goes_to("/dashboard");
    let other = house.another().await.0;
    staff.get(&format!("/api/v1/practices/{other}/roles")).await.refuses(404, "not-found");
}

/// TN-05, ROLE-2: an Office Administrator makes nobody an Owner, themselves included, by whatever door.
#[tokio::test]
async fn an_administrator_makes_no_owner() {
    let (house, _, mut administrator) = with_administrator().await;
    let session = administrator.get("/api/v1/session").await;
    session.is(200).json()["csrf_token"].as_str().expect("a token").clone_into(&mut administrator.token);
    let all = format!("/api/v1/practices/{}/employees", house.practice);
    let employees = administrator.get(&all).await.is(200).json()["employees"].as_array().expect("a list").clone();
    assert_eq!(employees.len(), 2);
    for employee in &employees {
        let path = format!("{all}/{}/user-account/role", employee["id"].as_str().expect("an id"));
        for role in ["owner", "front-desk"] {
            let answer = administrator.json(Method::PUT, &path, &[], &json!({ "role": role })).await;
            let owner = employee["role"] == "owner";
            let oneself = !owner && role == "front-desk";
            assert!(oneself || answer.status == 403 || answer.status == 409, "{role} for {employee}: {}", answer.body);
        }
    }
    let roles: Vec<_> = employees.iter().map(|employee| employee["role"].clone()).collect();
    assert_eq!(roles.iter().filter(|role| **role == "owner").count(), 1, "{roles:?}");
}

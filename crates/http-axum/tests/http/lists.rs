//! Lists as files, and addresses that look like others.

use axum::http::Method;
use practice_domain::channel::Product;
use serde_json::json;

use crate::house::{House, MANAGER, PASSWORD};
use crate::managing::with_anika;

/// IN-05, SE-08
#[tokio::test]
async fn lists_are_saved_as_files_after_the_password() {
    let (house, mut manager, _) = with_anika().await;
    manager.get("/manage").await.is(200).says("href=\"/manage/export\"");
    manager.get("/settings/employees").await.is(200).says("href=\"/settings/employees/export\"");
    let api = format!("/api/v1/practices/{}", house.practice);
    for (path, name, row) in [
        (
            "/manage/export",
            "people.csv",
            "Anika,Bhattacharya,anika@brightwater.example,Doctor,In Practice,Not registered\r\n",
        ),
        ("/settings/employees/export", "employees.csv", MANAGER),
        (&format!("{api}/people/export"), "people.csv", "anika@brightwater.example"),
        (&format!("{api}/employees/export"), "employees.csv", MANAGER),
    ] {
        let file = manager.get(path).await;
        file.is(200).says(row);
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8; header=present", "{path}");
        assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"{name}\""), "{path}");
        assert_eq!(file.header("x-content-type-options"), "nosniff", "{path}");
    }
    house.clock.advance(std::time::Duration::from_secs(301));
    let confirm = "/confirm-password?next=%2Fmanage%2Fexport";
    manager.get("/manage/export").await.goes_to(confirm);
    manager.get("/settings/employees/export").await.goes_to("/confirm-password?next=%2Fsettings%2Femployees%2Fexport");
    manager.get(&format!("{api}/people/export")).await.refuses(403, "reauth-required");
    manager.get(&format!("{api}/employees/export")).await.refuses(403, "reauth-required");
    manager.get(confirm).await.is(200);
    let confirmed = [("next", "/manage/export"), ("password", PASSWORD)];
    manager.post("/confirm-password", &confirmed).await.goes_to("/manage/export");
    manager.get("/manage/export").await.is(200).says("anika@brightwater.example");
}

/// IN-01, INV-7
#[tokio::test]
async fn a_corrected_address_that_looks_like_another_is_asked_about_once() {
    let (house, mut manager, anika) = with_anika().await;
    let row = format!("/manage/users/{anika}");
    manager.get(&row).await.is(200).says_not("Send Anyway");
    let forged = "marisol@brightwater.examp1e";
    let mut fields = vec![("version", "0"), ("email", forged), ("first", "Anika"), ("last", "B"), ("cell", "")];
    let asked = manager.post(&row, &fields).await;
    asked.is(409).says("Look twice at the address.").says("marisol@brightwater.example").says("Send Anyway");
    asked.says(&format!("value=\"{forged}\"")).says("name=\"last\" type=\"text\" autocomplete=\"off\" value=\"B\"");
    fields.push(("confirmed", "somebody@else.example"));
    manager.post(&row, &fields).await.is(409).says("Send Anyway");
    fields.pop();
    fields.push(("confirmed", forged));
    manager.post(&row, &fields).await.goes_to(&format!("/manage#u{anika}"));
    manager.get("/manage").await.is(200).says(&format!("Invitation sent to {forged}."));

    let path = format!("/api/v1/practices/{}/people/{anika}", house.practice);
    let match_all = [("if-match", "*")];
    let change = json!({ "email": "someone@gmai1.com" });
    let refused = manager.json(Method::PATCH, &path, &match_all, &change).await.refuses(409, "look-alike");
    assert_eq!(refused["errors"][0]["field"], "email");
    let change = json!({ "email": "someone@gmai1.com", "confirm": true });
    manager.json(Method::PATCH, &path, &match_all, &change).await.is(200);
}

/// IN-01, INV-2: a product is warned without being told who.
#[tokio::test]
async fn a_product_confirms_an_address_that_looks_like_another() {
    let (house, _) = House::managed().await;
    let bearer = format!("Bearer {}", house.key(Product::Collaborator).await);
    let path = format!("/api/v1/practices/{}/invitations", house.practice);
    let mut asked = json!({
        "inviter": MANAGER, "email": "rnarisol@brightwater.example", "kind": "doctor", "placement": "in-practice",
    });
    let headers = [("authorization", bearer.as_str())];
    let refused = house.browser().json(Method::POST, &path, &headers, &asked).await.refuses(409, "look-alike");
    assert!(!refused.to_string().contains(MANAGER), "{refused}");
    asked["confirm"] = true.into();
    house.browser().json(Method::POST, &path, &headers, &asked).await.is(201);
}

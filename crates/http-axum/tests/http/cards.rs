//! Card numbers stay out, wherever somebody puts one.

use axum::http::Method;
use practice_domain::channel::Product;
use serde_json::{Value, json};

use crate::house::House;
use crate::managing::with_anika;

const NUMBER: &str = "4242 4242 4242 4242";

/// BILL-7, PM-01: names, searches, forms and bodies with a card's number are refused, and nobody reads it again.
#[tokio::test]
async fn card_numbers_are_refused_everywhere() {
    let (house, mut manager, anika) = with_anika().await;
    manager
        .get("/manage?q=4242%204242%204242%204242")
        .await
        .is(422)
        .says("This looks like a card number")
        .says_not("4242");
    manager.get("/profile").await.is(200);
    let details = [("first", "Marisol"), ("last", NUMBER), ("cell", "(415) 555-2671"), ("phone", "")];
    let refused = manager.post("/profile", &details).await;
    refused.is(422).says("id=\"last-err\"").says("This looks like a card number").says("value=\"Marisol\"");
    let other = manager.post("/profile", &[("time_zone", NUMBER)]).await;
    other.is(422).says("This looks like a card number").says_not("4242");
    let name = json!({ "first_name": NUMBER });
    let said = manager.json(Method::PATCH, "/api/v1/profile", &[], &name).await.refuses(422, "card-data-refused");
    assert_eq!(said["errors"][0]["field"], "first_name");
    for field in ["number", "cvc", "card"] {
        let body = json!({ "options": [], field: "1" });
        manager.json(Method::POST, "/api/v1/quotes", &[], &body).await.refuses(422, "card-data-refused");
    }
    let path = format!("/api/v1/practices/{}/people?q=4242-4242-4242-4242", house.practice);
    manager.get(&path).await.refuses(422, "card-data-refused");
    let key = format!("Bearer {}", house.key(Product::Collaborator).await);
    let asked = json!({
        "inviter": crate::house::MANAGER, "email": "new@x.example", "kind": "doctor", "placement": "in-practice",
        "last_name": NUMBER,
    });
    let path = format!("/api/v1/practices/{}/invitations", house.practice);
    let answer = house.browser().json(Method::POST, &path, &[("authorization", &key)], &asked).await;
    answer.refuses(422, "card-data-refused");
    answer.says_not("4242");
    let row = format!("/manage/users/{anika}");
    manager.get(&row).await.is(200);
    manager.get(&format!("{row}?q={}", House::managed().await.0.practice)).await.is(200);
    let fine: Value = json!({ "first_name": "Marisol" });
    manager.json(Method::PATCH, "/api/v1/profile", &[], &fine).await.is(200);
}

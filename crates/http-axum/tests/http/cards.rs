//! Card numbers stay out, wherever somebody puts one.

use axum::http::Method;
use practice_domain::channel::Product;
use serde_json::{Value, json};

use crate::browser::{Answer, Browser};
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
    let deep = json!({ "options": [{ "note": [NUMBER] }] });
    manager.json(Method::POST, "/api/v1/quotes", &[], &deep).await.refuses(422, "card-data-refused");
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

/// BILL-7, PM-01: a file with a card's number is neither kept nor shown again, wherever in it the number stands.
#[tokio::test]
async fn files_with_card_numbers_are_not_kept() {
    let (house, mut manager) = House::managed().await;
    manager.get("/settings/import").await.is(200);
    let token = manager.token.clone();
    let head = "First Name,Last Name,Email,Notes";
    let staff = |row: &str| format!("{head}\r\nPetra,Novak,,\r\n{row}\r\n");
    let base = format!("/api/v1/practices/{}/imports?content=employees", house.practice);
    for row in
        [format!("Tunde,{NUMBER},,"), format!("Tunde,Oyelaran,,\"pays with {NUMBER}\""), format!("a,b,,,{NUMBER}")]
    {
        let file = Upload { text: &staff(&row), ..Upload::default() };
        let refused = file.send(&mut manager, &token).await;
        refused.is(422).says("id=\"file-err\"").says("Row 3: this looks like a card number").says_not("4242");
        let pasted = Upload { name: "", text: "", pasted: &staff(&row), ..Upload::default() };
        pasted.send(&mut manager, &token).await.is(422).says("Row 3: this looks like a card number").says_not("4242");
        let csv = [("content-type", "text/csv"), ("x-csrf-token", token.as_str())];
        let answer = manager.send(Method::POST, &base, &csv, staff(&row)).await;
        answer.says_not("4242");
        assert_eq!(answer.refuses(422, "card-data-refused")["errors"][0]["field"], "file");
    }
    let fine = staff("Tunde,Oyelaran,,");
    let called = Upload { name: "4242-4242-4242-4242.csv", text: &fine, ..Upload::default() };
    called.send(&mut manager, &token).await.is(422).says("This looks like a card number").says_not("4242");
    let csv = [("content-type", "text/csv"), ("x-csrf-token", token.as_str())];
    let named = format!("{base}&name=4242%204242%204242%204242");
    manager.send(Method::POST, &named, &csv, fine.clone()).await.refuses(422, "card-data-refused");
    let both = Upload { text: &fine, pasted: NUMBER, ..Upload::default() };
    both.send(&mut manager, &token).await.is(422).says("This looks like a card number").says_not("4242");
    let unsure = Upload { content: "shoes", name: "", text: "", pasted: NUMBER };
    unsure.send(&mut manager, &token).await.is(422).says("Choose what the file holds.").says_not("4242");
    assert_eq!(house.memory.imports(), 0, "nothing of it is kept");

    let numbers =
        format!("{head},Cell Phone,Id\r\nPetra,Novak,,NPI 808401234567893,+49 151 2345 6787,1767614400003\r\n");
    let file = Upload { name: "staff-20261122103017.csv", text: &numbers, ..Upload::default() };
    let at = file.send(&mut manager, &token).await.is(303).header("location").to_owned();
    manager.get(&at).await.is(200).says("Import of staff-20261122103017.csv");
    let pasted = Upload { name: "", text: "", pasted: &numbers, ..Upload::default() };
    pasted.send(&mut manager, &token).await.is(303);
    let named = format!("{base}&name=staff-20261122103017.csv");
    manager.send(Method::POST, &named, &csv, numbers).await.is(201);
}

/// A form with a file, as browsers send it.
struct Upload<'a> {
    content: &'a str,
    name: &'a str,
    text: &'a str,
    pasted: &'a str,
}

impl Default for Upload<'_> {
    fn default() -> Self {
        Self { content: "employees", name: "staff.csv", text: "", pasted: "" }
    }
}

impl Upload<'_> {
    async fn send(&self, browser: &mut Browser, token: &str) -> Answer {
        let mut body = String::new();
        for (name, value) in [("csrf", token), ("content", self.content), ("text", self.pasted)] {
            body.push_str(&format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
        }
        let head = "Content-Disposition: form-data; name=\"file\"; filename=";
        let (name, text) = (self.name, self.text);
        body.push_str(&format!("--edge\r\n{head}\"{name}\"\r\nContent-Type: text/csv\r\n\r\n{text}\r\n--edge--\r\n"));
        let kind = [("content-type", "multipart/form-data; boundary=edge")];
        browser.send(Method::POST, "/settings/import", &kind, body).await
    }
}

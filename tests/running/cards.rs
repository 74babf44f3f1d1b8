use reqwest::{Client, RequestBuilder, Response};
use serde_json::json;

use crate::server::Server;
use crate::stand_in::server::Server as StandIn;
use crate::stripe::settings;
use crate::visitor::{Visitor, client, token};

/// PM-01, BILL-7: a card's number that somebody enters anywhere but at the provider is refused, and stands nowhere afterwards: not in
/// an answer, not in the log at its most talkative, not in the database.
#[tokio::test(flavor = "multi_thread")]
async fn a_card_number_that_was_refused_stands_nowhere() {
    let mut server = Server::start();
    server.kill();
    let stripe = StandIn::start().await;
    server.serve(&settings(&stripe.origin()));
    let desk = Desk::open(&server).await;
    for number in NUMBERS {
        desk.pages(number).await;
        desk.documents(number).await;
        desk.files(number).await;
    }
    // What is logged, and kept, is in the files by now: a request that comes after them was answered.
    assert!(desk.visitor.get("/dashboard").await.1.contains("Brightwater"));
    let log = server.log();
    assert!(log.lines().count() > 20, "the log is talkative");
    let database = server.database();
    assert!(!database.is_empty());
    for number in NUMBERS {
        for shape in shapes(number) {
            assert!(!log.contains(&shape), "{shape} stands in the log");
            let found = database.windows(shape.len()).any(|window| window == shape.as_bytes());
            assert!(!found, "{shape} stands in the database");
        }
    }
    for request in stripe.heard() {
        let fields = format!("{:?} {}", request.fields, request.path);
        assert!(NUMBERS.iter().all(|number| !bare(&fields).contains(&bare(number))), "{fields}");
    }
}

/// PM-01: cards are entered at the provider, to which a link leads. So no page lets a script of the provider in, or asks for a number.
#[tokio::test(flavor = "multi_thread")]
async fn no_page_lets_in_what_takes_card_numbers() {
    let mut server = Server::start();
    server.kill();
    server.edit("DELETE FROM wallet");
    let stripe = StandIn::start().await;
    server.serve(&settings(&stripe.origin()));
    let desk = Desk::open(&server).await;
    let purchase = format!("/manage/users/{}/purchase", desk.visitor.unpaid().await[0]);
    let mut pages = Vec::new();
    for path in [
        "/login",
        "/dashboard",
        "/profile",
        "/profile/messaging",
        "/profile/messaging/purchase",
        "/profile/messaging/invoices",
        &purchase,
    ] {
        pages.push((path, desk.client.get(format!("{}{path}", server.base)).send().await.expect("an answer")));
    }
    let entry = desk.form("/profile/card", &[]).send().await.expect("an answer");
    pages.push(("/profile/card", entry));
    for (path, answer) in pages {
        let policy = answer.headers()["content-security-policy"].to_str().expect("text").to_owned();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; "), "{path}: {policy}");
        assert!(!policy.contains("stripe") && !policy.contains("frame-src"), "{path}: {policy}");
        let page = answer.text().await.expect("a page");
        assert!(!page.contains("js.stripe.com") && !page.contains("<iframe"), "{path}");
        for asked in ["cc-number", "cc-csc", "name=\"number\"", "name=\"cvc\"", "name=\"card\""] {
            assert!(!page.contains(asked), "{path} asks for {asked}");
        }
        let leads = page.contains("href=\"https://checkout.stripe.example/");
        assert_eq!(leads, path == "/profile/card", "{path}");
    }
}

/// The manager, who types a card's number wherever something can be typed.
struct Desk {
    visitor: Visitor,
    client: Client,
    base: String,
    /// The token of a page's forms.
    token: String,
    practice: String,
    csrf: String,
}

impl Desk {
    async fn open(server: &Server) -> Self {
        let base = server.base.clone();
        let visitor = Visitor::new(&base);
        assert!(visitor.sign_in(MANAGER, PASSWORD).await);
        let client = client().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let body = json!({"email": MANAGER, "password": PASSWORD});
        let session = client.post(format!("{base}/api/v1/session")).json(&body).send().await.expect("an answer");
        let session: serde_json::Value = session.json().await.expect("JSON");
        let csrf = session["csrf_token"].as_str().unwrap_or_else(|| panic!("{session}")).to_owned();
        let page = client.get(format!("{base}/profile")).send().await.expect("an answer").text().await.expect("a page");
        let practice = format!("/api/v1/practices/{}", server.told("Practice id:"));
        Self { visitor, client, base, token: token(&page), practice, csrf }
    }

    fn form(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let mut all = vec![("csrf", self.token.as_str())];
        all.extend_from_slice(fields);
        self.client.post(format!("{}{path}", self.base)).header("Origin", &self.base).form(&all)
    }

    /// Forms, searches, and addresses that somebody typed into the wrong line.
    async fn pages(&self, number: &str) {
        let get = |path: &str| self.client.get(format!("{}{path}", self.base));
        let search = get(&format!("/manage?q={}", in_address(number)));
        refused(search, 422, number).await;
        let details = [("first", "Marisol"), ("last", number), ("cell", "(415) 555-2671"), ("phone", "")];
        refused(self.form("/profile", &details), 422, number).await;
        let phones = [("first", "Marisol"), ("last", "Vega"), ("cell", number), ("phone", "")];
        refused(self.form("/profile", &phones), 422, number).await;
        refused(self.form("/profile", &[("number", number), ("cvc", "123")]), 422, number).await;
        refused(self.form("/profile/messaging/purchase", &[("option", number)]), 422, number).await;
        refused(self.form("/profile/card", &[("number", number)]), 422, number).await;
        refused(get(&format!("/profile/{number}")), 404, number).await;
    }

    /// Bodies and queries of the API.
    async fn documents(&self, number: &str) {
        let send = |method, path: String| {
            let request = self.client.request(method, format!("{}{path}", self.base));
            request.header("X-CSRF-Token", &self.csrf).header("Origin", &self.base)
        };
        use reqwest::Method;
        for body in [
            json!({ "first_name": number }),
            json!({ "number": number, "cvc": "123" }),
            json!({ "deep": [{ "note": [number] }] }),
            json!({ number: "a name" }),
            json!({ "first_name": bare(number).parse::<u64>().expect("digits") }),
        ] {
            refused(send(Method::PATCH, "/api/v1/profile".to_owned()).json(&body), 422, number).await;
            refused(send(Method::POST, "/api/v1/quotes".to_owned()).json(&body), 422, number).await;
        }
        let search = send(Method::GET, format!("{}/people?q={}", self.practice, in_address(number)));
        refused(search, 422, number).await;
        let broken = send(Method::PATCH, "/api/v1/profile".to_owned()).header("content-type", "application/json");
        refused(broken.body(format!("{{\"first_name\": \"{number}")), 400, number).await;
    }

    /// Files, as a browser and as a program sends them, and their names.
    async fn files(&self, number: &str) {
        let row = format!("First Name,Last Name,Email,Notes\r\nPetra,Novak,,\"pays with {number}\"\r\n");
        let kind = "multipart/form-data; boundary=edge";
        for (name, text, pasted) in [("staff.csv", row.as_str(), ""), ("", "", &row), (number, "First Name\r\n", "")] {
            let mut body = String::new();
            for (name, value) in [("csrf", self.token.as_str()), ("content", "employees"), ("text", pasted)] {
                body.push_str(&format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
            }
            let head = "Content-Disposition: form-data; name=\"file\"; filename=";
            body.push_str(&format!(
                "--edge\r\n{head}\"{name}\"\r\nContent-Type: text/csv\r\n\r\n{text}\r\n--edge--\r\n"
            ));
            let upload = self.client.post(format!("{}/settings/import", self.base)).header("Origin", &self.base);
            refused(upload.header("content-type", kind).body(body), 422, number).await;
        }
        for (name, text) in [("staff.csv", row.as_str()), (number, "First Name\r\n")] {
            let (base, practice, name) = (&self.base, &self.practice, in_address(name));
            let file = self.client.post(format!("{base}{practice}/imports?content=employees&name={name}"));
            let file = file.header("X-CSRF-Token", &self.csrf).header("Origin", &self.base);
            refused(file.header("content-type", "text/csv").body(text.to_owned()), 422, number).await;
        }
    }
}

/// It is refused with this status, and the answer does not repeat the number.
async fn refused(request: RequestBuilder, status: u16, number: &str) {
    let answer: Response = request.send().await.expect("an answer");
    let (url, found) = (answer.url().path().to_owned(), answer.status().as_u16());
    let headers = format!("{:?}", answer.headers());
    let body = answer.text().await.expect("a body");
    assert_eq!(found, status, "{url}: {body}");
    for shape in shapes(number) {
        assert!(!body.contains(&shape) && !headers.contains(&shape), "{url} repeats {shape}: {body}");
    }
}

/// How the number could be written: as it was typed, without anything between, and as addresses have it.
fn shapes(number: &str) -> [String; 4] {
    [number.to_owned(), bare(number), in_address(number), number.replace(' ', "+")]
}

fn in_address(text: &str) -> String {
    text.replace(' ', "%20")
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ' ' | '-' | '+')).collect()
}

const MANAGER: &str = "marisol.vega@brightwater-dental.example";
const PASSWORD: &str = "harbor lamp seventeen";
/// Numbers for tests, of three networks, as people write them.
const NUMBERS: [&str; 3] = ["4000056655665556", "5200 8282 8282 8210", "3714-496353-98431"];

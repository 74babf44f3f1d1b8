//! Registrations in two steps, and guesses at the code of each.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{World, tries_left};
use crate::history::chance::Chance;
use crate::history::rules::{Guessed, OfCode};
use crate::instances::{MANAGER, link_from};
use crate::server::Server;
use crate::visitor::{Visitor, token};

/// A registration that waits for its code: the browser, the token of its form, and the code.
pub(super) struct AskedCode {
    browser: Visitor,
    token: String,
    code: String,
}

/// Opens one invitation in several browsers, and has a code sent to a phone of its own for each.
pub(super) async fn codes(servers: &[Server; 2]) -> Vec<AskedCode> {
    let server = &servers[0];
    let (practice, key) = (server.told("Practice id:"), server.told("API key (TruForm):"));
    let email = "of.codes@mail.example";
    let body = json!({"inviter": MANAGER, "email": email, "kind": "patient", "placement": "outside", "confirm": true});
    let answer = Visitor::new(&server.base).invite(&practice, &key, &body).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::CREATED);
    let link = link_from(servers, email, "/register/").await;
    let mut codes = Vec::new();
    for n in 0..CODES {
        codes.push(AskedCode::send(servers, &link, &format!("(218) 555-02{n:02}")).await);
    }
    codes
}

impl AskedCode {
    /// Opens a link in a browser of its own, and has a code sent to a phone.
    pub(super) async fn send(servers: &[Server; 2], link: &str, cell: &str) -> Self {
        let browser = Visitor::elsewhere(&servers[0].base);
        let (_, opened) = browser.get(link).await;
        let (_, phone) = browser.send(&token(&opened), "/register", &[]).await;
        let (_, ways) = browser.send(&token(&phone), "/register/phone", &[("cell", cell), ("phone", "")]).await;
        let way = [("method", "text-cell")];
        let (_, page) = browser.send(&token(&ways), "/register/verify-identity", &way).await;
        assert!(page.contains("name=\"code\""), "{page}");
        Self { token: token(&page), browser, code: texted(servers, cell).await }
    }

    /// Gives the right code, and returns the browser and the page that follows.
    pub(super) async fn proven(self) -> (Visitor, String) {
        let (_, page) = self.browser.send(&self.token, "/register/code", &[("code", &self.code)]).await;
        (self.browser, page)
    }
}

impl World {
    /// Somebody guesses.
    pub(super) async fn at_code(&self, n: usize, server: usize, chance: &mut Chance) {
        self.guess(n, server, chance.of(6) == 0).await;
    }

    /// Gives the right code, or another one.
    pub(super) async fn guess(&self, n: usize, server: usize, right: bool) {
        let AskedCode { browser, token, code } = &self.codes[n];
        let wrong = if code == "271828" { "314159" } else { "271828" };
        let began = self.now();
        let given = [("code", if right { code.as_str() } else { wrong })];
        let told = self.told(browser.at(&self.base(server)).form(token, "/register/code", &given)).await;
        let Ok(known) = told.known(&[(303, Guessed::Led), (410, Guessed::Ended), (422, Guessed::Wrong(0))]) else {
            return;
        };
        let known = known.map(|guessed| match guessed {
            Guessed::Led => {
                assert!(told.leads_to("/register/terms"));
                Guessed::Led
            }
            Guessed::Wrong(_) => Guessed::Wrong(told.says(tries_left)),
            Guessed::Ended => Guessed::Ended,
        });
        self.guesses.note(n, began, known.map(|_| self.now()), OfCode { right, told: known });
    }
}

/// The code that was texted to a phone, whichever server sent it.
async fn texted(servers: &[Server; 2], cell: &str) -> String {
    let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
    for _ in 0..400 {
        for server in servers {
            let (_, text) = Visitor::new(&server.base).get(&format!("/sandbox/phone.json?to={digits}")).await;
            let all: Vec<Value> = serde_json::from_str(&text).expect("JSON");
            if let Some(code) = all.first().and_then(|one| one["code"].as_str()) {
                return code.to_owned();
            }
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("no text to {cell}")
}

const CODES: usize = 12;

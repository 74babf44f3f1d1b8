//! Browsers that register with the same link.

use reqwest::StatusCode;
use serde_json::json;

use super::codes::AskedCode;
use super::{Told, World};
use crate::history::rules::OfLink;
use crate::instances::{MANAGER, link_from};
use crate::races::{accept_terms, password, up_to_the_password};
use crate::server::Server;
use crate::visitor::{Visitor, token};

/// A link, and browsers that have come up to the password with it, with the token of their form.
pub(super) struct OpenLink {
    email: String,
    /// The practice of which its account is the first one.
    founds: Option<String>,
    browsers: Vec<(Visitor, String)>,
}

/// Invites somebody several times over, each to be a member once, and opens each link in a few browsers.
pub(super) async fn links(servers: &[Server; 2]) -> Vec<OpenLink> {
    let server = &servers[0];
    let (practice, key) = (server.told("Practice id:"), server.told("API key (SecureMail):"));
    let mut links = Vec::new();
    for n in 0..LINKS {
        let email = format!("link-{n}@mail.example");
        let body =
            json!({"inviter": MANAGER, "email": email, "kind": "staff", "placement": "in-practice", "confirm": true});
        let product = Visitor::new(&server.base);
        let answer = product.invite(&practice, &key, &body).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::CREATED);
        let link = link_from(servers, &email, "/register/").await;
        let mut browsers = Vec::new();
        for _ in 0..3 {
            let browser = Visitor::new(&server.base);
            let page = up_to_the_password(&browser, &link).await;
            let token = token(&page);
            browsers.push((browser, token));
        }
        links.push(OpenLink { email, founds: None, browsers });
    }
    for n in 0..FOUNDED {
        links.push(founder(servers, n).await);
    }
    links
}

/// Founds a practice, and opens the link of its first account in a few browsers.
async fn founder(servers: &[Server; 2], n: usize) -> OpenLink {
    let email = format!("founder-{n}@mail.example");
    let found = ["practice", "create", "--name", "Founded While All Fails", "--kind", "staff", "--email", &email];
    let found = servers[0].command(&found);
    let practice = String::from_utf8_lossy(&found.stdout);
    let practice = practice.lines().find_map(|line| line.strip_prefix("practice "));
    let practice = practice.unwrap_or_else(|| panic!("{found:?}")).to_owned();
    let link = link_from(servers, &email, "/register/").await;
    let mut browsers = Vec::new();
    for browser in 0..3 {
        let cell = format!("(218) 555-03{n}{browser}");
        let (browser, terms) = AskedCode::send(servers, &link, &cell).await.proven().await;
        let page = accept_terms(&browser, &terms).await;
        let token = token(&page);
        browsers.push((browser, token));
    }
    OpenLink { email, founds: Some(practice), browsers }
}

impl World {
    /// Somebody with this link chooses a password.
    pub(super) async fn at_link(&self, n: usize, server: usize, browser: usize) {
        let link = &self.links[n];
        let browser = browser % link.browsers.len();
        let (visitor, token) = &link.browsers[browser];
        let (began, password) = (self.now(), password(browser));
        let fields = [("new_password", password.as_str()), ("again", password.as_str())];
        let told = self.told(visitor.at(&self.base(server)).form(token, "/register/password", &fields)).await;
        let Ok(answer) = told.known(&[(303, ()), (409, ()), (410, ())]) else { return };
        let made = answer.map(|()| told.leads_to("/login"));
        self.completions.note(n, began, made.map(|_| self.now()), OfLink::Complete { browser, made });
    }

    /// Whose password it is.
    pub(super) async fn see_link(&self, n: usize, server: usize) {
        let link = &self.links[n];
        for browser in 0..link.browsers.len() {
            let began = self.now();
            let told = self.sign_in(server, &link.email, &password(browser)).await;
            let Ok(Some(works)) = told.known(&[(201, true), (401, false)]) else { continue };
            if let (true, Some(practice), Told::Answer(_, session)) = (works, &link.founds, told) {
                let place = &session["practice"];
                assert!(place["id"] == **practice && place["user_manager"] == true, "TN-04: {session}");
            }
            self.completions.note(n, began, Some(self.now()), OfLink::SignIn { browser, works });
        }
    }

    /// Each practice that was founded has one User Manager, or nobody yet (TN-04).
    pub(in crate::history) fn see_founded(&self, server: &Server) {
        for practice in self.links.iter().filter_map(|link| link.founds.as_ref()) {
            let shown = server.command(&["practice", "show", "--practice", practice]);
            let told = String::from_utf8_lossy(&shown.stdout);
            let has = |people| told.contains(&format!("user managers {people}\n"));
            assert!(has(u8::from(told.contains("\nowner "))), "{shown:?}");
        }
    }
}

const LINKS: usize = 4;

const FOUNDED: usize = 3;

//! Browsers that register with the same link.

use reqwest::StatusCode;
use serde_json::json;

use super::World;
use crate::history::rules::OfLink;
use crate::instances::{MANAGER, link_from};
use crate::races::{password, up_to_the_password};
use crate::server::Server;
use crate::visitor::{Visitor, token};

/// A link, and browsers that have come up to the password with it, with the token of their form.
pub(super) struct OpenLink {
    email: String,
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
        links.push(OpenLink { email, browsers });
    }
    links
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
            let works = self.sign_in(server, &link.email, &password(browser)).await.is(StatusCode::CREATED);
            self.completions.note(n, began, Some(self.now()), OfLink::SignIn { browser, works });
        }
    }
}

const LINKS: usize = 4;

//! A browser without pictures: keeps cookies, fills in forms with the token that the page gave.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU16, Ordering};

use reqwest::{Client, RequestBuilder, Response, StatusCode};

/// A client that keeps cookies. What talks to Twilio has made TLS part of every client, so there must be somebody who does it.
pub(crate) fn client() -> reqwest::ClientBuilder {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().cookie_store(true)
}

/// The same, in a network of its own: a server on this machine is reached from any address that is this machine, and sees which.
pub(crate) fn elsewhere() -> reqwest::ClientBuilder {
    static LAST: AtomicU16 = AtomicU16::new(0);
    let [high, low] = LAST.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    client().local_address(Some(Ipv4Addr::new(127, 1, high, low).into()))
}

/// Somebody at a browser of their own.
#[derive(Clone)]
pub(crate) struct Visitor {
    client: Client,
    base: String,
}

impl Visitor {
    pub(crate) fn new(base: &str) -> Self {
        Self::with(client(), base)
    }

    /// Somebody in a network of their own.
    pub(crate) fn elsewhere(base: &str) -> Self {
        Self::with(elsewhere(), base)
    }

    fn with(client: reqwest::ClientBuilder, base: &str) -> Self {
        let client = client.redirect(reqwest::redirect::Policy::none());
        Self { client: client.build().expect("a client"), base: base.to_owned() }
    }

    /// The same browser, with its cookies, at another server on this machine.
    pub(crate) fn at(&self, base: &str) -> Self {
        Self { client: self.client.clone(), base: base.to_owned() }
    }

    pub(crate) async fn get(&self, path: &str) -> (StatusCode, String) {
        let response = self.follow(self.client.get(self.url(path)).send().await.expect("an answer")).await;
        (response.status(), response.text().await.expect("a page"))
    }

    /// What comes back, wherever it may lead.
    pub(crate) async fn ask(&self, path: &str) -> Response {
        self.client.get(self.url(path)).send().await.expect("an answer")
    }

    /// Opens a page, and sends a form of it.
    pub(crate) async fn fill(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
        let (_, text) = self.get(page).await;
        self.send(&token(&text), action, fields).await
    }

    /// Sends a form with a token that a page gave before.
    pub(crate) async fn send(&self, token: &str, action: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
        let response = self.form(token, action, fields).send().await.expect("an answer");
        let response = self.follow(response).await;
        (response.status(), response.text().await.expect("a page"))
    }

    /// A form, ready to be sent.
    pub(crate) fn form(&self, token: &str, action: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let mut all = vec![("csrf", token)];
        all.extend_from_slice(fields);
        self.client.post(self.url(action)).header("Origin", &self.base).form(&all)
    }

    /// Signs in; true when it leads on.
    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> bool {
        let (status, text) = self.fill("/login", "/login", &[("email", email), ("password", password)]).await;
        status == StatusCode::OK && !text.contains("We could not sign you in")
    }

    /// The manager of the demo, at a browser of their own.
    pub(crate) async fn manager(base: &str) -> Self {
        let boss = Self::new(base);
        assert!(boss.sign_in("marisol.vega@brightwater-dental.example", "harbor lamp seventeen").await);
        boss
    }

    /// Registered people without a plan.
    pub(crate) async fn unpaid(&self) -> Vec<String> {
        let (_, page) = self.get("/manage?status=registered&tier=free").await;
        let rows: Vec<String> =
            page.split("<tr role=\"row\" id=\"u").skip(1).map(|rest| rest[..36].to_owned()).collect();
        assert!(!rows.is_empty(), "a row in {page}");
        rows
    }

    /// The address of an offer of a month for somebody.
    pub(crate) async fn offer(&self, person: &str) -> String {
        let path = format!("/manage/users/{person}/purchase");
        let (_, page) = self.fill(&path, &path, &[("option", "securemail-monthly")]).await;
        let action = page.split("action=\"/purchase/").nth(1).and_then(|rest| rest.split('"').next());
        format!("/purchase/{}", action.unwrap_or_else(|| panic!("a question in {page}")))
    }

    /// Invites somebody as a product does.
    pub(crate) async fn invite(
        &self,
        practice: &str,
        key: &str,
        body: &serde_json::Value,
    ) -> Result<Response, reqwest::Error> {
        let url = self.url(&format!("/api/v1/practices/{practice}/invitations"));
        self.client.post(url).bearer_auth(key).json(body).send().await
    }

    /// The mails that the sandbox keeps for an address, newest first; for everybody with an empty one.
    pub(crate) async fn mails(&self, to: &str) -> Vec<serde_json::Value> {
        let (_, text) = self.get(&format!("/sandbox/mail.json?to={to}")).await;
        serde_json::from_str::<Vec<serde_json::Value>>(&text).unwrap_or_else(|e| panic!("{e}: {text}"))
    }

    /// The path of the link in the newest mail to an address; waits until there is one that is not `old`.
    pub(crate) async fn link(&self, to: &str, old: &[String]) -> String {
        for _ in 0..400 {
            for mail in self.mails(to).await {
                let text = mail["text"].as_str().expect("a text part");
                let at = text.find("/register/").expect("a link");
                let end = text[at..].find(char::is_whitespace).map_or(text.len(), |end| at + end);
                let path = text[at..end].to_owned();
                if !old.contains(&path) {
                    return path;
                }
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("no mail to {to}")
    }

    async fn follow(&self, mut response: Response) -> Response {
        for _ in 0..6 {
            let Some(next) = response.headers().get("location") else { break };
            let next = next.to_str().expect("a path").to_owned();
            let url = if next.starts_with("http") { next } else { self.url(&next) };
            response = self.client.get(url).send().await.expect("an answer");
        }
        response
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

/// The token of a page's forms.
pub(crate) fn token(page: &str) -> String {
    let at = page.find("name=\"csrf\" value=\"").unwrap_or_else(|| panic!("a form in {page}"))
        + "name=\"csrf\" value=\"".len();
    page[at..].split('"').next().unwrap_or_default().to_owned()
}

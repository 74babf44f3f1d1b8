//! People and products that do this and that at either server, and write down what they were told.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, RwLock};
use std::time::{Duration, Instant};

use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::chance::{Chance, number, word};
use super::rules::{Call, Invited, OfAddress, OfLink, OfLock, OfRole};
use crate::instances::MANAGER;
use crate::races::password;
use crate::server::Server;
use crate::visitor::{Visitor, client};

/// Where everything happens, and what was seen of it.
pub(super) struct World {
    /// Where the servers listen; one that was killed listens elsewhere afterwards.
    pub(super) bases: RwLock<[String; 2]>,
    began: Instant,
    manager: Client,
    stranger: Client,
    csrf: String,
    practice: String,
    key: String,
    /// Whose password is tried: address and id.
    pub(super) accounts: Vec<(String, String)>,
    /// Employees whose role changes.
    pub(super) employees: Vec<String>,
    pub(super) links: Vec<OpenLink>,
    invited: AtomicU32,
    pub(super) addresses: Log<u32, OfAddress>,
    pub(super) locks: Log<usize, OfLock>,
    pub(super) roles: Log<usize, OfRole>,
    pub(super) completions: Log<usize, OfLink>,
}

/// A link, and browsers that have come up to the password with it, with the token of their form.
pub(super) struct OpenLink {
    pub(super) email: String,
    pub(super) browsers: Vec<(Visitor, String)>,
}

/// What was asked, thing by thing.
pub(super) struct Log<K, O>(Mutex<BTreeMap<K, Vec<Call<O>>>>);

/// What somebody was told.
enum Told {
    Answer(StatusCode, Value),
    /// Nothing was done, for sure.
    Nothing,
    /// Perhaps it was done.
    Unknown,
}

impl World {
    /// Signs the manager in, and looks for people to work with.
    pub(super) async fn of(server: &Server, bases: [String; 2], links: Vec<OpenLink>) -> Self {
        let patient = |builder: reqwest::ClientBuilder| builder.timeout(PATIENCE).build().expect("a client");
        let mut world = Self {
            bases: RwLock::new(bases),
            began: Instant::now(),
            manager: patient(client()),
            stranger: patient(client().cookie_store(false)),
            csrf: String::new(),
            practice: server.told("Practice id:"),
            key: server.told("API key (TruForm):"),
            accounts: Vec::new(),
            employees: Vec::new(),
            links,
            invited: AtomicU32::new(0),
            addresses: Log::default(),
            locks: Log::default(),
            roles: Log::default(),
            completions: Log::default(),
        };
        let session =
            world.manager.post(world.at(0, "/session")).json(&json!({"email": MANAGER, "password": PASSWORD}));
        world.csrf = text(&answer(session).await, "csrf_token");
        let registered = world.managed(world.manager.get(world.here(0, "/people?status=registered&tier=free")));
        for person in answer(registered).await["people"].as_array().expect("people") {
            let (email, id) = (text(person, "email"), text(person, "id"));
            if world.accounts.len() < 3 && world.sign_in(0, &email, PASSWORD).await.is(StatusCode::CREATED) {
                world.accounts.push((email, id));
            }
        }
        let employees = answer(world.managed(world.manager.get(world.here(0, "/employees?active=true")))).await;
        for employee in employees["employees"].as_array().expect("employees") {
            if world.employees.len() < 2 && employee["role"].as_str().is_some_and(|role| role != "owner") {
                let n = world.employees.len();
                world.employees.push(text(employee, "id"));
                world.give_role(n, 0, ROLES[n]).await;
            }
        }
        assert_eq!((world.accounts.len(), world.employees.len()), (3, 2), "nobody to work with");
        world
    }

    /// One thing after the other until the time is up.
    pub(super) async fn work(&self, seed: u64, until: Instant) {
        let mut chance = Chance::new(seed);
        while Instant::now() < until {
            let server = chance.of(2);
            match chance.of(20) {
                0..10 => {
                    // Of each address so few mails go out in a day (INV-6) that others have their turn in time.
                    let newest = self.invited.load(Ordering::SeqCst) / 4;
                    self.at_address(newest + chance.of(3) as u32, server, &mut chance).await;
                }
                10..16 => self.at_lock(chance.of(self.accounts.len()), server, &mut chance).await,
                16..19 => self.at_role(chance.of(self.employees.len()), server, &mut chance).await,
                _ => {
                    let link = chance.of(self.links.len());
                    let browser = chance.of(self.links[link].browsers.len());
                    self.complete(link, browser, server).await;
                }
            }
        }
    }

    /// Looks at everything once more, when everything is well again.
    pub(super) async fn look_at_all(&self) {
        for address in self.addresses.keys() {
            self.see_address(address, 0).await.expect("the servers are well");
        }
        for account in 0..self.accounts.len() {
            self.see_lock(account, 1).await;
        }
        for role in 0..self.employees.len() {
            self.see_role(role, 1).await;
        }
        for (n, link) in self.links.iter().enumerate() {
            for browser in 0..link.browsers.len() {
                let began = self.now();
                let works = self.sign_in(1, &link.email, &password(browser)).await.is(StatusCode::CREATED);
                self.completions.note(n, began, Some(self.now()), OfLink::SignIn { browser, works });
            }
        }
    }

    async fn at_address(&self, address: u32, server: usize, chance: &mut Chance) {
        if chance.of(3) == 0 {
            return self.invite(address, server).await;
        }
        let Some(Some((id, tag, seen))) = self.see_address(address, server).await else { return };
        let (began, server) = (self.now(), chance.of(2));
        let url = self.here(server, &format!("/people/{id}"));
        if chance.of(3) == 0 {
            let told = self.told(self.managed(self.manager.delete(url))).await;
            let Ok(done) = told.known(&[(204, true), (404, false), (409, false)]) else { return };
            let what = OfAddress::Withdraw { which: seen.which, done };
            return self.addresses.note(address, began, done.map(|_| self.now()), what);
        }
        let text = self.invited.fetch_add(1, Ordering::SeqCst);
        let change = self.managed(self.manager.patch(url)).header("If-Match", tag);
        let told = self.told(change.json(&json!({"last_name": word(text)}))).await;
        if let Ok(done) = told.known(&[(200, true), (404, false), (409, false), (412, false)]) {
            self.addresses.note(address, began, done.map(|_| self.now()), OfAddress::Correct { seen, text, done });
        }
    }

    async fn invite(&self, address: u32, server: usize) {
        let which = self.invited.fetch_add(1, Ordering::SeqCst);
        let new = Invited { which, text: 0 };
        let body = json!({
            "inviter": MANAGER, "email": email(address), "kind": "patient", "placement": "outside", "confirm": true,
            "first_name": word(which), "last_name": word(0),
        });
        let began = self.now();
        let told = self.told(self.stranger.post(self.here(server, "/invitations")).bearer_auth(&self.key).json(&body));
        if let Ok(made) = told.await.known(&[(201, true), (409, false)]) {
            self.addresses.note(address, began, made.map(|_| self.now()), OfAddress::Invite { new, made });
        }
    }

    /// What the practice has of an address: the person's id, the version and the text; none where nobody could say.
    async fn see_address(&self, address: u32, server: usize) -> Option<Option<(String, String, Invited)>> {
        let began = self.now();
        let list = self.managed(self.manager.get(self.here(server, &format!("/people?q={}", email(address)))));
        let Told::Answer(status, list) = self.told(list).await else { return None };
        assert_eq!(status, StatusCode::OK, "{list}");
        let Some(row) = list["people"].as_array().expect("people").first() else {
            self.addresses.note(address, began, Some(self.now()), OfAddress::See(None));
            return Some(None);
        };
        self.addresses.note(address, began, Some(self.now()), OfAddress::See(Some(invited(row))));
        let (began, id) = (self.now(), text(row, "id"));
        let one = self.managed(self.manager.get(self.here(server, &format!("/people/{id}")))).send().await.ok()?;
        let tag = one.headers().get("etag").and_then(|tag| tag.to_str().ok()).map(str::to_owned);
        if one.status() != StatusCode::OK {
            assert!([404, 503].contains(&one.status().as_u16()), "{}", one.status());
            return Some(None);
        }
        let seen = invited(&one.json().await.ok()?);
        self.addresses.note(address, began, Some(self.now()), OfAddress::See(Some(seen)));
        Some(Some((id, tag.expect("a version"), seen)))
    }

    async fn at_lock(&self, account: usize, server: usize, chance: &mut Chance) {
        let (email, id) = &self.accounts[account];
        let began = self.now();
        let (what, known) = match chance.of(10) {
            0..5 => {
                let Ok(told) = self.sign_in(server, email, "a wrong password").await.known(&[(401, ())]) else {
                    return;
                };
                (OfLock::Wrong { told }, told.is_some())
            }
            5..8 => {
                let told = self.sign_in(server, email, PASSWORD).await;
                let Ok(signed_in) = told.known(&[(201, true), (401, false)]) else { return };
                (OfLock::Right { signed_in }, signed_in.is_some())
            }
            8 => return self.see_lock(account, server).await,
            _ => {
                let told = self
                    .told(self.managed(self.manager.post(self.here(server, &format!("/people/{id}/unlock")))))
                    .await;
                let was_open = match told {
                    Told::Answer(StatusCode::OK, unlocked) => unlocked["already"].as_bool(),
                    Told::Answer(status, body) => panic!("{status}: {body}"),
                    Told::Nothing => return,
                    Told::Unknown => None,
                };
                (OfLock::Unlock { was_open }, was_open.is_some())
            }
        };
        self.locks.note(account, began, known.then(|| self.now()), what);
    }

    async fn see_lock(&self, account: usize, server: usize) {
        let began = self.now();
        let url = self.here(server, &format!("/people/{}", self.accounts[account].1));
        let Told::Answer(status, person) = self.told(self.managed(self.manager.get(url))).await else { return };
        assert_eq!(status, StatusCode::OK, "{person}");
        let locked = person["locked"].as_bool().expect("whether");
        self.locks.note(account, began, Some(self.now()), OfLock::See(locked));
    }

    async fn at_role(&self, n: usize, server: usize, chance: &mut Chance) {
        match chance.of(2) {
            0 => self.give_role(n, server, ROLES[chance.of(ROLES.len())]).await,
            _ => self.see_role(n, server).await,
        }
    }

    async fn give_role(&self, n: usize, server: usize, role: &'static str) {
        let began = self.now();
        let url = self.here(server, &format!("/employees/{}/user-account/role", self.employees[n]));
        let told = self.told(self.managed(self.manager.put(url)).json(&json!({"role": role}))).await;
        if let Ok(told) = told.known(&[(200, ())]) {
            self.roles.note(n, began, told.map(|()| self.now()), OfRole::Give(role));
        }
    }

    async fn see_role(&self, n: usize, server: usize) {
        let began = self.now();
        let url = self.here(server, &format!("/employees/{}", self.employees[n]));
        let Told::Answer(status, employee) = self.told(self.managed(self.manager.get(url))).await else { return };
        assert_eq!(status, StatusCode::OK, "{employee}");
        self.roles.note(n, began, Some(self.now()), OfRole::See(text(&employee, "role")));
    }

    async fn complete(&self, link: usize, browser: usize, server: usize) {
        let (visitor, token) = &self.links[link].browsers[browser];
        let (began, password) = (self.now(), password(browser));
        let fields = [("new_password", password.as_str()), ("again", password.as_str())];
        let form = visitor.at(&self.base(server)).form(token, "/register/password", &fields);
        let made = match form.timeout(PATIENCE).send().await {
            Err(error) if error.is_connect() => return,
            Err(_) => None,
            Ok(answer) if answer.status() == StatusCode::SERVICE_UNAVAILABLE => None,
            Ok(answer) => {
                assert!([303, 409, 410].contains(&answer.status().as_u16()), "{}", answer.status());
                Some(answer.headers().get("location").is_some_and(|to| to == "/login"))
            }
        };
        let what = OfLink::Complete { browser, made };
        self.completions.note(link, began, made.map(|_| self.now()), what);
    }

    async fn sign_in(&self, server: usize, email: &str, password: &str) -> Told {
        let body = json!({"email": email, "password": password});
        self.told(self.stranger.post(self.at(server, "/session")).json(&body)).await
    }

    async fn told(&self, request: RequestBuilder) -> Told {
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) if error.is_connect() => return Told::Nothing,
            Err(_) => return Told::Unknown,
        };
        let status = answer.status();
        let Ok(body) = answer.text().await else { return Told::Unknown };
        match status.as_u16() {
            429 => Told::Nothing,
            503 if body.contains("Nothing was saved") => Told::Nothing,
            503 => Told::Unknown,
            _ => Told::Answer(status, serde_json::from_str(&body).unwrap_or(Value::String(body))),
        }
    }

    fn managed(&self, request: RequestBuilder) -> RequestBuilder {
        request.header("X-CSRF-Token", &self.csrf)
    }

    fn base(&self, server: usize) -> String {
        self.bases.read().expect("no panic")[server].clone()
    }

    fn at(&self, server: usize, path: &str) -> String {
        format!("{}/api/v1{path}", self.base(server))
    }

    fn here(&self, server: usize, path: &str) -> String {
        self.at(server, &format!("/practices/{}{path}", self.practice))
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).expect("not so long")
    }
}

impl Told {
    fn is(&self, wanted: StatusCode) -> bool {
        matches!(self, Self::Answer(status, _) if *status == wanted)
    }

    /// What a status means; nothing where nobody knows, and an error where nothing was done.
    #[track_caller]
    fn known<T: Copy>(&self, meanings: &[(u16, T)]) -> Result<Option<T>, ()> {
        match self {
            Self::Nothing => Err(()),
            Self::Unknown => Ok(None),
            Self::Answer(status, body) => {
                let meaning = meanings.iter().find(|(known, _)| status.as_u16() == *known);
                Ok(Some(meaning.unwrap_or_else(|| panic!("{status}: {body}")).1))
            }
        }
    }
}

impl<K: Copy + Ord, O: Clone + Debug> Log<K, O> {
    fn note(&self, of: K, began: u64, ended: Option<u64>, what: O) {
        let call = Call { began, ended, what };
        self.0.lock().expect("no panic").entry(of).or_default().push(call);
    }

    fn keys(&self) -> Vec<K> {
        self.0.lock().expect("no panic").keys().copied().collect()
    }

    pub(super) fn all(&self) -> BTreeMap<K, Vec<Call<O>>> {
        self.0.lock().expect("no panic").clone()
    }
}

impl<K, O> Default for Log<K, O> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

fn email(address: u32) -> String {
    format!("of.history.{}@mail.example", word(address))
}

fn invited(person: &Value) -> Invited {
    Invited { which: number(&text(person, "first_name")), text: number(&text(person, "last_name")) }
}

async fn answer(request: RequestBuilder) -> Value {
    request.send().await.expect("an answer").json().await.expect("JSON")
}

#[track_caller]
fn text(of: &Value, name: &str) -> String {
    of[name].as_str().unwrap_or_else(|| panic!("{name} in {of}")).to_owned()
}

const PASSWORD: &str = "harbor lamp seventeen";

const ROLES: [&str; 4] = ["dentist", "hygienist", "front-desk", "restricted-staff"];

/// Longer than any server lets somebody wait.
const PATIENCE: Duration = Duration::from_secs(30);

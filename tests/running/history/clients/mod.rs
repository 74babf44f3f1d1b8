//! People and products that do this and that at either server, and write down what they were told.

mod addresses;
mod codes;
mod links;
mod members;
mod networks;
mod orders;
mod words;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, RwLock};
use std::time::{Duration, Instant};

use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio::time::sleep;

use self::codes::AskedCode;
use self::links::OpenLink;
use self::members::ROLES;
use self::orders::Buyer;
use self::words::Words;
use super::chance::Chance;
use super::rules::{Call, OfAddress, OfCode, OfLink, OfLock, OfNetwork, OfOrder, OfRole, OfWord};
use crate::instances::MANAGER;
use crate::races::without_codes;
use crate::server::Server;
use crate::visitor::{client, elsewhere};

/// Where everything happens, and what was seen of it.
pub(super) struct World {
    /// Where the servers listen; one that was killed listens elsewhere afterwards.
    pub(super) bases: RwLock<[String; 2]>,
    began: Instant,
    manager: Client,
    /// Each in a network of its own, so that all may sign in often (RL-01).
    strangers: Vec<Client>,
    asked: AtomicUsize,
    csrf: String,
    practice: String,
    key: String,
    /// Whose password is tried: address and id.
    pub(super) accounts: Vec<(String, String)>,
    /// Employees whose role changes.
    pub(super) employees: Vec<String>,
    links: Vec<OpenLink>,
    words: Words,
    codes: Vec<AskedCode>,
    buyers: Vec<Buyer>,
    /// Browsers, each in a network of its own, with a link that is none of ours.
    networks: Vec<Client>,
    /// What the provider had charged before.
    charged: usize,
    invited: AtomicU32,
    pub(super) addresses: Log<u32, OfAddress>,
    pub(super) locks: Log<usize, OfLock>,
    pub(super) roles: Log<usize, OfRole>,
    pub(super) completions: Log<usize, OfLink>,
    pub(super) givings: Log<usize, OfWord>,
    pub(super) guesses: Log<usize, OfCode>,
    pub(super) orders: Log<usize, OfOrder>,
    pub(super) strays: Log<usize, OfNetwork>,
}

/// What was asked, thing by thing.
pub(super) struct Log<K, O>(Mutex<BTreeMap<K, Vec<Call<O>>>>);

/// What somebody was told.
#[derive(Debug)]
enum Told {
    Answer(StatusCode, Value),
    /// Nothing was done, for sure.
    Nothing,
    /// Perhaps it was done.
    Unknown,
}

impl World {
    /// Signs the manager in, looks for people to work with, and sends links and codes to others.
    pub(super) async fn of(servers: &[Server; 2]) -> Self {
        let server = &servers[0];
        let patient = |builder: reqwest::ClientBuilder| builder.timeout(PATIENCE).build().expect("a client");
        let mut world = Self {
            bases: RwLock::new([0, 1].map(|n| servers[n].base.clone())),
            began: Instant::now(),
            manager: patient(client()),
            strangers: (0..STRANGERS).map(|_| patient(elsewhere().cookie_store(false))).collect(),
            asked: AtomicUsize::new(0),
            csrf: String::new(),
            practice: server.told("Practice id:"),
            key: server.told("API key (TruForm):"),
            accounts: Vec::new(),
            employees: Vec::new(),
            links: Vec::new(),
            words: Words::default(),
            codes: Vec::new(),
            buyers: Vec::new(),
            networks: Vec::new(),
            charged: 0,
            invited: AtomicU32::new(0),
            addresses: Log::default(),
            locks: Log::default(),
            roles: Log::default(),
            completions: Log::default(),
            givings: Log::default(),
            guesses: Log::default(),
            orders: Log::default(),
            strays: Log::default(),
        };
        let session =
            world.manager.post(world.at(0, "/session")).json(&json!({"email": MANAGER, "password": PASSWORD}));
        world.csrf = text(&answer(session).await, "csrf_token");
        let registered = world.managed(world.manager.get(world.here(0, "/people?status=registered&tier=free")));
        for person in answer(registered).await["people"].as_array().expect("people") {
            let (email, id) = (text(person, "email"), text(person, "id"));
            if world.accounts.len() < ACCOUNTS && world.sign_in(0, &email, PASSWORD).await.is(StatusCode::CREATED) {
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
        assert_eq!((world.accounts.len(), world.employees.len()), (ACCOUNTS, 2), "nobody to work with");
        (world.buyers, world.charged) = world.buyers().await;
        world.give_way_to_guesses().await;
        without_codes(server).await;
        world.links = links::links(servers).await;
        world.words = world.words(servers).await;
        world.codes = codes::codes(servers).await;
        world.networks = world.networks().await;
        world
    }

    /// The practice bears so many wrong code words that no guess at one link pauses another.
    async fn give_way_to_guesses(&self) {
        let policy = json!({"code_word": {"tries_per_practice": 100}, "session": {"fresh_minutes": 15}});
        let change = self.managed(self.manager.put(self.here(0, "/policy"))).header("If-Match", "*").json(&policy);
        let changed = change.send().await.expect("an answer");
        assert_eq!(changed.status(), StatusCode::OK, "{}", changed.text().await.unwrap_or_default());
    }

    /// One thing after the other until the time is up.
    pub(super) async fn work(&self, seed: u64, until: Instant) {
        let mut chance = Chance::new(seed);
        let begun = Instant::now();
        while Instant::now() < until {
            let server = chance.of(2);
            // What can be used up is worked at in turn, so that some of it is new at any time. So are passwords, which may be tried once a
            // second after a while (RL-01).
            let part = begun.elapsed().div_duration_f64(until - begun);
            let turn = |many: usize, chance: &mut Chance| ((part * many as f64) as usize + chance.of(2)) % many;
            match chance.of(34) {
                0..10 => {
                    // Of each address so few mails go out in a day (INV-6) that others have their turn in time.
                    let newest = self.invited.load(Ordering::SeqCst) / 4;
                    self.at_address(newest + chance.of(3) as u32, server, &mut chance).await;
                }
                10..16 => self.at_lock(turn(self.accounts.len(), &mut chance), server, &mut chance).await,
                16..19 => self.at_role(chance.of(self.employees.len()), server, &mut chance).await,
                19 => self.at_link(turn(self.links.len(), &mut chance), server, chance.of(3)).await,
                20..24 => {
                    let link = turn(self.words.links.len(), &mut chance);
                    if self.givings.has_room(link) {
                        self.at_word(link, server, &mut chance).await;
                    }
                }
                24..27 => {
                    let code = turn(self.codes.len(), &mut chance);
                    if self.guesses.has_room(code) {
                        self.at_code(code, server, &mut chance).await;
                    }
                }
                27..30 => {
                    let buyer = turn(self.buyers.len(), &mut chance);
                    if self.orders.has_room(buyer) {
                        self.at_order(buyer, server, &mut chance).await;
                    }
                }
                _ => {
                    let network = turn(self.networks.len(), &mut chance);
                    if self.strays.has_room(network) {
                        self.stray(network, server).await;
                    }
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
        for link in 0..self.links.len() {
            self.see_link(link, 1).await;
        }
        for link in 0..self.words.links.len() {
            self.see_word(link, 1).await;
        }
        for code in 0..self.codes.len() {
            self.guess(code, 1, true).await;
        }
        self.see_orders(1).await;
        for network in 0..self.networks.len() {
            self.stray_on(network).await;
        }
    }

    async fn sign_in(&self, server: usize, email: &str, password: &str) -> Told {
        let body = json!({"email": email, "password": password});
        self.told(self.stranger().post(self.at(server, "/session")).json(&body)).await
    }

    fn stranger(&self) -> &Client {
        &self.strangers[self.asked.fetch_add(1, Ordering::Relaxed) % self.strangers.len()]
    }

    /// What somebody is told. Whoever does not learn what came of it takes a breath: while nothing works, more of the same says nothing.
    async fn told(&self, request: RequestBuilder) -> Told {
        let told = self.heard(request).await;
        if !matches!(told, Told::Answer(..)) {
            sleep(BREATH).await;
        }
        told
    }

    async fn heard(&self, request: RequestBuilder) -> Told {
        let answer = match request.timeout(PATIENCE).send().await {
            Ok(answer) => answer,
            Err(error) if error.is_connect() => return Told::Nothing,
            Err(_) => return Told::Unknown,
        };
        let status = answer.status();
        if let Some(to) = answer.headers().get("location").filter(|_| status.is_redirection()) {
            return Told::Answer(status, json!({"location": to.to_str().expect("text")}));
        }
        let Ok(body) = answer.text().await else { return Told::Unknown };
        match status.as_u16() {
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

    /// Whether it leads there.
    fn leads_to(&self, path: &str) -> bool {
        matches!(self, Self::Answer(_, body) if body["location"] == path)
    }

    /// Whether a program is refused for one of these reasons.
    fn is_because(&self, reasons: &[&str]) -> bool {
        let Self::Answer(_, body) = self else { return false };
        body["type"]
            .as_str()
            .and_then(|kind| kind.strip_prefix("/problems/"))
            .is_some_and(|kind| reasons.contains(&kind))
    }

    /// What its page says.
    fn says<T>(&self, read: impl FnOnce(&str) -> T) -> T {
        let Self::Answer(_, Value::String(page)) = self else { panic!("no page") };
        read(page)
    }

    /// What a status means; nothing where nobody knows, and an error where nothing was done, also because it was asked for too often.
    #[track_caller]
    fn known<T: Copy>(&self, meanings: &[(u16, T)]) -> Result<Option<T>, ()> {
        match self {
            Self::Nothing => Err(()),
            Self::Unknown => Ok(None),
            Self::Answer(status, body) => {
                let meaning = meanings.iter().find(|(known, _)| status.as_u16() == *known);
                match meaning {
                    Some((_, meaning)) => Ok(Some(*meaning)),
                    None if *status == StatusCode::TOO_MANY_REQUESTS => Err(()),
                    None => panic!("{status}: {body}"),
                }
            }
        }
    }
}

impl<K: Copy + Ord, O: Clone + Debug> Log<K, O> {
    fn note(&self, of: K, began: u64, ended: Option<u64>, what: O) {
        let call = Call { began, ended, what };
        self.0.lock().expect("no panic").entry(of).or_default().push(call);
    }

    /// Whether one more leaves the search for an order short: each unknown call doubles it.
    fn has_room(&self, of: K) -> bool {
        let unknown = |calls: &[Call<O>]| calls.iter().filter(|call| call.ended.is_none()).count();
        let calls = self.0.lock().expect("no panic");
        calls.get(&of).is_none_or(|calls| calls.len() < MOST && unknown(calls) < MOST_UNKNOWN)
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

async fn answer(request: RequestBuilder) -> Value {
    request.send().await.expect("an answer").json().await.expect("JSON")
}

#[track_caller]
fn text(of: &Value, name: &str) -> String {
    of[name].as_str().unwrap_or_else(|| panic!("{name} in {of}")).to_owned()
}

const PASSWORD: &str = "harbor lamp seventeen";

/// How many tries a page says there are; none where it says that there were too many.
fn tries_left(page: &str) -> u8 {
    let Some((_, rest)) = page.split_once("You have ") else {
        assert!(page.contains("Too many wrong codes"), "{page}");
        return 0;
    };
    rest.split(' ').next().and_then(|many| many.parse().ok()).unwrap_or_else(|| panic!("how many in {page}"))
}

/// So many that everybody together may sign in at any time.
const STRANGERS: usize = 24;

/// Whose passwords are tried.
const ACCOUNTS: usize = 6;

/// Calls of one thing that can be used up.
const MOST: usize = 60;

/// Of these, such as nobody knows the end of.
const MOST_UNKNOWN: usize = 6;

/// Between an error and the next try.
const BREATH: Duration = Duration::from_millis(50);

/// Longer than any server lets somebody wait.
const PATIENCE: Duration = Duration::from_secs(30);

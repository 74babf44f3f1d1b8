//! `cargo xtask bench sign-in`: people signing in over HTTP as fast as they can, beside the bare password hash with the same
//! parameters on the same cores in the same run; and how an ordinary page and the health check fare meanwhile.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::world::{World, median};
use practice_domain::channel::Catalogue;
use practice_domain::port::Passwords;
use practice_domain::usecase::{Platform, Ports};
use practice_domain::value::{Password, Regions};
use practice_http_axum::Settings;
use practice_keyring::{ArgonPool, Cost, Memory, OsEntropy, PoolSettings, SystemClock, bare_argon2id};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const PASSWORD: &str = "harbor lamp seventeen";
/// So many people at once for each thread that hashes: where fewer wait, their passwords are answered for one by one.
const AT_ONCE: usize = 8;
/// Each of those at once signs in to several accounts by turns, each time from another network: limits count, and none is reached.
const ACCOUNTS: usize = 12;
/// Short rounds by turns, each beside the bare hash before and after it: what the machine is busy with besides is shared by both.
const ROUND: Duration = Duration::from_millis(500);
const ROUNDS: u32 = 100;
/// How long people sign in before a round of theirs counts: until as many are on their way as ever will be.
const WARM_UP: Duration = Duration::from_millis(250);
/// How much later than the first round the last one begins to count, and those between them by turns. Where many wait, answers go out
/// a few at a time, every tenth of a second or so; this is many times as long, or the moment at which rounds begin would tell.
const STAGGER: Duration = Duration::from_millis(500);

pub(crate) async fn run() {
    let world = World::new().await;
    let settings = PoolSettings::new(Cost::default());
    let pool = Arc::new(ArgonPool::start(world.keyring.clone(), settings).expect("threads"));
    let base = serve(&world, pool.clone()).await;
    let hash = pool.hash(&Password::parse(PASSWORD).expect("short")).await.expect("a hash");
    // What talks to Twilio has made TLS part of every client, so there must be somebody who does it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let networks = Arc::new(AtomicU64::new(0));
    let mut visitors = Vec::new();
    let at_once = AT_ONCE * settings.threads;
    for at in 0..at_once {
        let mut emails = Vec::new();
        for n in at * ACCOUNTS..(at + 1) * ACCOUNTS {
            emails.push(world.member(n, &hash).await.to_string());
        }
        visitors.push(Visitor::come(&client, &base, emails, networks.clone()).await);
    }
    let mut probe = Probe::come(&base).await;
    let (mut ratios, mut served, mut others) = (Vec::new(), Vec::new(), Vec::new());
    // What the bare hash could do in the same rounds. Answers come a few at a time: all rounds together say more than the
    // one in the middle.
    let mut could = 0.0;
    let mut before = bare(settings.threads);
    for round in 0..ROUNDS {
        let (hashed, asked) = (pool.checks().real, networks.load(Ordering::Relaxed));
        let (rate, other);
        (rate, other, visitors) = storm(visitors, &mut probe, WARM_UP + STAGGER * round / ROUNDS).await;
        let (hashed, asked) = (pool.checks().real - hashed, networks.load(Ordering::Relaxed) - asked);
        assert!(hashed >= asked, "every sign-in costs a hash");
        let after = bare(settings.threads);
        let beside = f64::midpoint(before, after);
        could += beside;
        ratios.push(rate / beside);
        before = after;
        served.push(rate);
        others.push(other);
    }
    let Probe { mut health, mut page, .. } = probe;
    println!("threads {}, people signing in at once {at_once}, {ROUNDS} rounds of {ROUND:?} each", settings.threads);
    println!("bare Argon2id    {:8.1} hashes/s", could / f64::from(ROUNDS));
    println!("sign-ins         {:8.1} /s", served.iter().sum::<f64>() / f64::from(ROUNDS));
    ratios.sort_by(f64::total_cmp);
    let (all, [low, high]) =
        (served.iter().sum::<f64>() / could, [1, 3].map(|quarter| ratios[ratios.len() * quarter / 4]));
    println!("ratio            {all:8.3}   (half of all rounds: {low:.3} to {high:.3}; at least 0.9 is wanted)");
    println!("besides the hash {:8.0} µs of processor time each, the load client's among it", median(others));
    println!(
        "GET /healthz     {:8.2} ms p99 meanwhile ({} requests; below 50 is wanted)",
        p99(&mut health),
        health.len()
    );
    println!("GET /login       {:8.2} ms p99 meanwhile ({} requests; below 50 is wanted)", p99(&mut page), page.len());
}

async fn serve(world: &World, passwords: Arc<ArgonPool>) -> String {
    let platform = Platform {
        brand: "Bench".to_owned(),
        catalogue: Catalogue::default(),
        terms: "1".to_owned(),
        regions: Regions::default(),
        listeners: Vec::new(),
    };
    let ports = Ports {
        store: world.store.clone(),
        reader: world.store.clone(),
        clock: Arc::new(SystemClock::default()),
        entropy: Arc::new(OsEntropy),
        keys: world.keyring.clone(),
        passwords,
        platform: Arc::new(platform),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let here = std::net::IpAddr::from([127, 0, 0, 1]);
    let settings = Settings { base_url: base.clone(), trusted_proxies: vec![here], ..Settings::default() };
    let router = practice_http_axum::router(ports, settings);
    tokio::spawn(async move {
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).await.expect("serves");
    });
    base
}

/// Hashes a second of the function alone, on as many threads. Each is counted up to its own last hash.
fn bare(threads: usize) -> f64 {
    let hashes = || {
        let mut memory = Memory::of(Cost::default());
        let (start, mut number) = (Instant::now(), 0.0);
        while start.elapsed() < ROUND {
            std::hint::black_box(bare_argon2id(PASSWORD.as_bytes(), &[7; 16], Cost::default(), &mut memory));
            number += 1.0;
        }
        number / start.elapsed().as_secs_f64()
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(hashes)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
    })
}

/// Asks for ordinary pages now and then, over a connection of its own, and keeps how long they took, in milliseconds.
struct Probe {
    stream: TcpStream,
    host: String,
    health: Vec<f64>,
    page: Vec<f64>,
}

impl Probe {
    async fn come(base: &str) -> Self {
        let host = base.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host).await.expect("a connection");
        Self { stream, host, health: Vec::new(), page: Vec::new() }
    }

    async fn ask(&mut self) {
        for (path, times) in [("/healthz", &mut self.health), ("/login", &mut self.page)] {
            let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.host);
            let asked = Instant::now();
            assert_eq!(send(&mut self.stream, &request).await, "200", "{path}");
            times.push(asked.elapsed().as_secs_f64() * 1_000.0);
        }
    }
}

/// Somebody who signs in to some accounts by turns, over one connection.
struct Visitor {
    requests: Vec<(String, String)>,
    next: usize,
    stream: TcpStream,
    networks: Arc<AtomicU64>,
}

impl Visitor {
    async fn come(client: &reqwest::Client, base: &str, emails: Vec<String>, networks: Arc<AtomicU64>) -> Self {
        let (cookie, token) = visit(client, base).await;
        let host = base.trim_start_matches("http://");
        let requests = emails.iter().map(|email| {
            let fields = [("csrf", token.as_str()), ("email", email), ("password", PASSWORD)];
            let form = client.post(base).form(&fields).build().expect("a form");
            let form = form.body().and_then(|body| body.as_bytes()).expect("a body");
            let form = std::str::from_utf8(form).expect("text");
            let head = format!("POST /login HTTP/1.1\r\nHost: {host}\r\nOrigin: {base}\r\nCookie: {cookie}\r\n");
            let length = form.len();
            let rest =
                format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}");
            (head, rest)
        });
        let requests = requests.collect();
        let stream = TcpStream::connect(host).await.expect("a connection");
        Self { requests, next: 0, stream, networks }
    }

    async fn sign_in(&mut self) {
        let (head, rest) = &self.requests[self.next];
        self.next = (self.next + 1) % self.requests.len();
        let [.., a, b, c] = self.networks.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let request = format!("{head}X-Forwarded-For: 10.{a}.{b}.{c}\r\n{rest}");
        assert_eq!(send(&mut self.stream, &request).await, "303", "signed in");
    }
}

/// All visitors sign in as fast as they can; sign-ins answered a second, once all are at it, and what each takes besides its hash.
async fn storm(visitors: Vec<Visitor>, probe: &mut Probe, warm_up: Duration) -> (f64, f64, Vec<Visitor>) {
    let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut running = JoinSet::new();
    for mut visitor in visitors {
        let (stop, answered) = (stop.clone(), answered.clone());
        running.spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                visitor.sign_in().await;
                answered.fetch_add(1, Ordering::Relaxed);
            }
            visitor
        });
    }
    tokio::time::sleep(warm_up).await;
    let (start, before, spent) = (Instant::now(), answered.load(Ordering::Relaxed), besides_hashing());
    while start.elapsed() < ROUND {
        probe.ask().await;
        tokio::time::sleep(Duration::from_millis(125)).await;
    }
    let number = (answered.load(Ordering::Relaxed) - before) as f64;
    let (rate, other) = (number / start.elapsed().as_secs_f64(), (besides_hashing() - spent) / number);
    stop.store(true, Ordering::Relaxed);
    (rate, other, running.join_all().await)
}

/// The processor time of all threads but those that hash, in microseconds; not a number where the system does not say. Unlike the
/// ratio it hardly depends on what else the machine is busy with.
fn besides_hashing() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let spent = tasks.filter_map(|task| {
        let read = |name| std::fs::read_to_string(task.path().join(name)).ok();
        let hashes = read("comm")?.trim() == "password";
        let nanoseconds: u64 = read("schedstat")?.split(' ').next()?.parse().ok()?;
        Some(if hashes { 0.0 } else { nanoseconds as f64 / 1_000.0 })
    });
    Some(spent.sum()).filter(|spent| *spent > 0.0).unwrap_or(f64::NAN)
}

/// The status of the answer to a request, over a connection that stays open. The bare protocol, because what a browser costs is not
/// the server's to pay.
async fn send(stream: &mut TcpStream, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.expect("sent");
    let (mut answer, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut part).await.expect("an answer");
        assert!(read > 0, "the connection was closed after {} bytes", answer.len());
        answer.extend_from_slice(&part[..read]);
        let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&answer[..end]).expect("text");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if answer.len() - end - 4 == length.map_or(0, |length| length.parse().expect("a length")) {
            return head[9..12].to_owned();
        }
    }
}

/// A visitor's cookie, and the token of the form.
async fn visit(client: &reqwest::Client, base: &str) -> (String, String) {
    let answer = client.get(format!("{base}/login")).send().await.expect("an answer");
    let cookies = answer.headers().get_all("set-cookie").iter();
    let cookie = cookies.filter_map(|c| c.to_str().ok()?.split(';').next()).collect::<Vec<_>>().join("; ");
    let text = answer.text().await.expect("a page");
    let token = text.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a token");
    (cookie, token.to_owned())
}

fn p99(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() * 99 / 100]
}

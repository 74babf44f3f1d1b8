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
const AT_ONCE: usize = 16;
/// Each of those at once signs in to several accounts by turns, each time from another network: limits count, and none is reached.
const ACCOUNTS: usize = 12;
const ROUND: Duration = Duration::from_secs(5);
const ROUNDS: usize = 5;

pub(crate) async fn run() {
    let world = World::new().await;
    let settings = PoolSettings::new(Cost::default());
    let pool = Arc::new(ArgonPool::start(world.keyring.clone(), settings).expect("threads"));
    let base = serve(&world, pool.clone()).await;
    let hash = pool.hash(&Password::parse(PASSWORD).expect("short")).await.expect("a hash");
    let mut people = Vec::new();
    for n in 0..AT_ONCE * ACCOUNTS {
        people.push(world.member(n, &hash).await.to_string());
    }
    let (mut ratios, mut bares, mut served) = (Vec::new(), Vec::new(), Vec::new());
    let (mut health, mut page) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let bare = bare(settings.threads);
        let before = pool.checks();
        let storm = storm(&base, &people, &mut health, &mut page).await;
        let hashed = pool.checks().real - before.real;
        assert!(hashed >= storm.signed_in, "every sign-in costs a hash");
        let rate = storm.signed_in as f64 / ROUND.as_secs_f64();
        ratios.push(rate / bare);
        bares.push(bare);
        served.push(rate);
    }
    println!("threads {}, people signing in at once {AT_ONCE}, {ROUNDS} rounds of {ROUND:?}", settings.threads);
    println!("bare Argon2id    {:8.1} hashes/s", median(bares));
    println!("sign-ins         {:8.1} /s", median(served));
    println!("ratio            {:8.3}   (at least 0.9 is wanted)", median(ratios));
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

/// Hashes a second of the function alone, on as many threads.
fn bare(threads: usize) -> f64 {
    let count = AtomicU64::new(0);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut memory = Memory::of(Cost::default());
                while start.elapsed() < ROUND {
                    std::hint::black_box(bare_argon2id(PASSWORD.as_bytes(), &[7; 16], Cost::default(), &mut memory));
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    count.into_inner() as f64 / start.elapsed().as_secs_f64()
}

struct Storm {
    signed_in: u64,
}

async fn storm(base: &str, people: &[String], health: &mut Vec<f64>, page: &mut Vec<f64>) -> Storm {
    // What talks to Twilio has made TLS part of every client, so there must be somebody who does it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let stop = Arc::new(AtomicBool::new(false));
    let mut running = JoinSet::new();
    let networks = Arc::new(AtomicU64::new(0));
    for emails in people.chunks(ACCOUNTS) {
        let (client, base, emails, stop) = (client.clone(), base.to_owned(), emails.to_vec(), stop.clone());
        let networks = networks.clone();
        running.spawn(async move {
            let (cookie, token) = visit(&client, &base).await;
            let host = base.trim_start_matches("http://");
            let mut stream = TcpStream::connect(host).await.expect("a connection");
            let mut signed_in = 0;
            for email in emails.iter().cycle() {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let fields = [("csrf", token.as_str()), ("email", email), ("password", PASSWORD)];
                let [.., a, b, c] = networks.fetch_add(1, Ordering::Relaxed).to_be_bytes();
                let form = client.post(&base).form(&fields).build().expect("a form");
                let form = form.body().and_then(|body| body.as_bytes()).expect("a body");
                let form = std::str::from_utf8(form).expect("text");
                let request = format!(
                    "POST /login HTTP/1.1\r\nHost: {host}\r\nOrigin: {base}\r\nCookie: {cookie}\r\nX-Forwarded-For: 10.{a}.{b}.{c}\r\n\
                    Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
                    form.len()
                );
                assert_eq!(post(&mut stream, &request).await, "303", "signed in");
                signed_in += 1;
            }
            signed_in
        });
    }
    let start = Instant::now();
    while start.elapsed() < ROUND {
        for (path, times) in [("/healthz", &mut *health), ("/login", &mut *page)] {
            let asked = Instant::now();
            let answer = client.get(format!("{base}{path}")).send().await.expect("an answer");
            assert!(answer.status().is_success());
            times.push(asked.elapsed().as_secs_f64() * 1_000.0);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    stop.store(true, Ordering::Relaxed);
    Storm { signed_in: running.join_all().await.into_iter().sum() }
}

/// The status of the answer to a request, over a connection that stays open. The bare protocol, because what a browser costs is not
/// the server's to pay.
async fn post(stream: &mut TcpStream, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.expect("sent");
    let (mut answer, mut part) = (String::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut part).await.expect("an answer");
        assert!(read > 0, "the connection was closed: {answer}");
        answer.push_str(std::str::from_utf8(&part[..read]).expect("text"));
        let Some((head, body)) = answer.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() == length.map_or(0, |length| length.parse().expect("a length")) {
            return answer[9..12].to_owned();
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

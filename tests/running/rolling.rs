//! F-40: servers are replaced one after the other behind a load balancer, and nobody's request fails.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use reqwest::StatusCode;
use tokio::net::TcpListener;
use tokio::task::{AbortHandle, JoinSet};

use crate::cuts::invite;
use crate::instances::{MANAGER, Pair};
use crate::server::Server;
use crate::visitor::{Visitor, client, token};

/// A load balancer as they are: it asks each server whether it is ready, sends requests in turn to those that are, over connections that it
/// keeps, and tries none twice.
struct Balancer {
    base: String,
    fleet: Arc<Fleet>,
    running: [AbortHandle; 2],
}

struct Fleet {
    client: reqwest::Client,
    bases: [String; 2],
    ready: [AtomicBool; 2],
    turn: AtomicUsize,
    /// How many each has answered.
    answered: [AtomicUsize; 2],
}

impl Balancer {
    async fn start(pair: &Pair) -> Self {
        let client = client().redirect(reqwest::redirect::Policy::none()).cookie_store(false).build();
        let fleet = Arc::new(Fleet {
            client: client.expect("a client"),
            bases: [pair.base(0).to_owned(), pair.base(1).to_owned()],
            ready: Default::default(),
            turn: AtomicUsize::new(0),
            answered: Default::default(),
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(forward).with_state(fleet.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("serves") });
        let looking = tokio::spawn(look(fleet.clone()));
        Self { base, fleet, running: [serving.abort_handle(), looking.abort_handle()] }
    }

    async fn until(&self, server: usize, ready: bool) {
        for _ in 0..1_200 {
            if self.fleet.ready[server].load(Ordering::SeqCst) == ready {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("server {server} is not seen as ready: {ready}");
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.running.iter().for_each(AbortHandle::abort);
    }
}

/// Asks each server again and again.
async fn look(fleet: Arc<Fleet>) {
    loop {
        for (base, ready) in fleet.bases.iter().zip(&fleet.ready) {
            let asked = fleet.client.get(format!("{base}/readyz")).timeout(LOOK).send().await;
            ready.store(asked.is_ok_and(|answer| answer.status() == StatusCode::OK), Ordering::SeqCst);
        }
        tokio::time::sleep(LOOK / 10).await;
    }
}

async fn forward(State(fleet): State<Arc<Fleet>>, request: Request) -> Response {
    let turn = fleet.turn.fetch_add(1, Ordering::SeqCst);
    let Some(chosen) = [turn % 2, (turn + 1) % 2].into_iter().find(|n| fleet.ready[*n].load(Ordering::SeqCst)) else {
        return (StatusCode::BAD_GATEWAY, "nobody is ready").into_response();
    };
    let (parts, body) = request.into_parts();
    let url = format!("{}{}", fleet.bases[chosen], parts.uri);
    let body = to_bytes(body, 1 << 20).await.expect("a body");
    let asked = fleet.client.request(parts.method, url).headers(parts.headers).body(body).send().await;
    let answer = match asked {
        Ok(answer) => answer,
        Err(why) => return (StatusCode::BAD_GATEWAY, format!("server {chosen}: {why:?}")).into_response(),
    };
    fleet.answered[chosen].fetch_add(1, Ordering::SeqCst);
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    for hop in ["connection", "content-length", "transfer-encoding"] {
        headers.remove(hop);
    }
    match answer.bytes().await {
        Ok(body) => (status, headers, Body::from(body)).into_response(),
        Err(why) => (StatusCode::BAD_GATEWAY, format!("server {chosen}: {why:?}")).into_response(),
    }
}

/// F-40, F-33: each of two servers is told to stop and replaced while people work. No request fails, both end by themselves, and nothing is
/// left undone.
#[tokio::test(flavor = "multi_thread")]
async fn servers_are_replaced_and_nobody_notices() {
    let mut pair = Pair::start();
    let told = [pair.servers[0].told("Practice id:"), pair.servers[0].told("API key (TruForm):")];
    pair.servers.iter_mut().for_each(Server::kill);
    let balancer = Balancer::start(&pair).await;
    let settings =
        [("PORTAL_BASE_URL", balancer.base.clone()), ("PORTAL_LEAVING_SECONDS", LEAVING.as_secs().to_string())];
    for (n, server) in pair.servers.iter_mut().enumerate() {
        server.serve(&settings);
        balancer.until(n, true).await;
    }
    let (over, failed) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
    let mut people = JoinSet::new();
    for person in 0..6 {
        let (base, told, over, failed) = (balancer.base.clone(), told.clone(), over.clone(), failed.clone());
        people.spawn(async move {
            let browser = Visitor::new(&base);
            let mut done = 0;
            while !over.load(Ordering::SeqCst) {
                if let Err(why) = work(&browser, &base, &told, person, done).await {
                    failed.lock().expect("no panic").push(why);
                }
                done += 1;
            }
            done
        });
    }
    let answered = |n: usize| balancer.fleet.answered[n].load(Ordering::SeqCst);
    for n in 0..2 {
        let before = answered(n);
        while answered(n) < before + 10 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        pair.servers[n].signal("TERM");
        balancer.until(n, false).await;
        let ended = pair.servers[n].ended(Duration::from_secs(60)).expect("it ends");
        assert!(ended.success(), "server {n}: {ended}");
        pair.servers[n].serve(&settings);
        balancer.until(n, true).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    over.store(true, Ordering::SeqCst);
    let done: usize = people.join_all().await.into_iter().sum();
    println!("{done} rounds, {} and {} answers", answered(0), answered(1));
    assert_eq!(*failed.lock().expect("no panic"), Vec::<String>::new(), "of {done}");
    let kept = pair.cluster.sql("portal_0", "SELECT count(*) FROM invitation WHERE email LIKE 'rolling-%'");
    assert_eq!(kept.parse::<usize>().expect("a number"), done);
    for server in &pair.servers {
        let log = server.log();
        assert!(log.contains("stopped") && !log.contains("stopped before everything was done"));
    }
    pair.verify_audit();
}

/// Invites somebody, signs in where nobody has, and looks at the list.
pub(crate) async fn work(
    browser: &Visitor,
    base: &str,
    told: &[String; 2],
    person: usize,
    n: usize,
) -> Result<(), String> {
    let email = format!("rolling-{person}-{n}@mail.example");
    let answer = invite(base, (&told[0], &told[1]), &email, &email).await.map_err(|why| why.to_string())?;
    is(answer, StatusCode::CREATED, "invite").await?;
    if n == 0 {
        let page = is(browser.ask("/login").await, StatusCode::OK, "login").await?;
        let fields = [("email", MANAGER), ("password", "harbor lamp seventeen")];
        let answer = browser.form(&token(&page), "/login", &fields).send().await.map_err(|why| why.to_string())?;
        is(answer, StatusCode::SEE_OTHER, "sign in").await?;
    }
    is(browser.ask("/manage?q=rolling").await, StatusCode::OK, "list").await.map(drop)
}

async fn is(answer: reqwest::Response, status: StatusCode, what: &str) -> Result<String, String> {
    let told = answer.status();
    let text = answer.text().await.map_err(|why| format!("{what}: {why}"))?;
    if told == status { Ok(text) } else { Err(format!("{what}: {told} {text}")) }
}

/// How long the balancer waits for a server to say whether it is ready; it asks ten times as often.
const LOOK: Duration = Duration::from_secs(1);

/// More than two looks.
const LEAVING: Duration = Duration::from_secs(4);

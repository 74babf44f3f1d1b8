//! Random work at two servers on one database while everything fails, written down and then explained: what everybody was told must be what
//! one thing after the other would have come to (F-32, H6).

mod chance;
mod clients;
mod faults;
mod proofs;
mod rules;

use std::collections::BTreeMap;
use std::env;
use std::fmt::Debug;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use practice_testkit::cluster::Cluster;
use reqwest::StatusCode;
use serde_json::json;
use todc_utils::Specification;
use tokio::task::JoinSet;

use self::clients::{OpenLink, World};
use self::faults::Machines;
use self::rules::{Address, Call, Link, Lock, Role, is_explained};
use crate::instances::{MANAGER, link_from};
use crate::outages::{RECOVERED, is_ready_within};
use crate::proxy::{Manner, Proxy};
use crate::races::{up_to_the_password, without_codes};
use crate::server::Server;
use crate::visitor::{Visitor, token};

/// F-32: LK-02, TK-03, INV-4, INV-7, ROLE-2. `HISTORY_SEED` does the same again, as far as chance goes; `HISTORY_SECONDS` goes on for longer.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_two_servers_say_while_everything_fails_is_explained_by_some_order() {
    let seed = number("HISTORY_SEED").unwrap_or_else(|| RandomState::new().hash_one(()) % 1_000_000);
    let seconds = number("HISTORY_SECONDS").unwrap_or(15);
    println!("HISTORY_SEED={seed} HISTORY_SECONDS={seconds}");
    let mut machines = begin().await;
    let links = links(&machines.servers).await;
    let bases = [0, 1].map(|n| machines.servers[n].base.clone());
    let world = Arc::new(World::of(&machines.servers[0], bases, links).await);

    let until = Instant::now() + Duration::from_secs(seconds);
    let mut clients = JoinSet::new();
    for client in 1..=CLIENTS {
        let world = world.clone();
        clients.spawn(async move { world.work(seed.wrapping_add(client << 32), until).await });
    }
    let failed = machines.fail(&world, seed, until).await;
    clients.join_all().await;
    for (proxy, server) in machines.proxies.iter().zip(&machines.servers) {
        proxy.lost_one();
        proxy.set(Manner::Pass);
        is_ready_within(&server.base, Instant::now(), 3 * RECOVERED).await;
    }
    world.look_at_all().await;

    let checked = tokio::task::spawn_blocking(move || {
        [
            explained::<Address, _>("address", &world.addresses.all()),
            explained::<Lock, _>("lock", &world.locks.all()),
            explained::<Role, _>("role", &world.roles.all()),
            explained::<Link, _>("link", &world.completions.all()),
        ]
    });
    let checked = tokio::time::timeout(PATIENCE, checked).await.expect("too long to tell").expect("explained");
    let [all, unknown] = [0, 1].map(|n| checked.iter().map(|one| one[n]).sum::<usize>());
    println!("{all} things were asked while {failed} faults happened; of {unknown} nobody knows what came of them");
    assert!(checked.iter().all(|one| one[0] > 10) && failed > 5 && unknown > 0, "{checked:?}");
    let verified = machines.servers[0].command(&["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
}

async fn begin() -> Machines {
    let cluster = Cluster::start(Path::new(env!("CARGO_TARGET_TMPDIR")));
    let proxies = [Proxy::before(&cluster).await, Proxy::before(&cluster).await];
    let database = cluster.database(None);
    let first = Server::start_on(&proxies[0].url(&database), None);
    let second = Server::start_on(&proxies[1].url(&database), Some(&first));
    Machines { servers: [first, second], proxies, cluster }
}

/// Invites somebody several times over, each to be a member once, and opens each link in a few browsers.
async fn links(servers: &[Server; 2]) -> Vec<OpenLink> {
    let server = &servers[0];
    without_codes(server).await;
    let (practice, key) = (server.told("Practice id:"), server.told("API key (SecureMail):"));
    let mut links = Vec::new();
    for n in 0..LINKS {
        let email = format!("link-{n}@mail.example");
        let body =
            json!({"inviter": MANAGER, "email": email, "kind": "staff", "placement": "in-practice", "confirm": true});
        let product = Visitor::new(&server.base);
        let answer = product.invite(&practice, &key, &body).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::CREATED);
        let link = link_from(servers, &email).await;
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

/// Whether everything of a kind is explained; how much there was, and of how much nobody knows.
fn explained<S: Specification, K: Debug>(kind: &str, things: &BTreeMap<K, Vec<Call<S::Operation>>>) -> [usize; 2] {
    for (thing, calls) in things {
        let mut told = calls.clone();
        told.sort_by_key(|call| call.began);
        let told: Vec<String> = told.iter().map(|call| format!("{call:?}")).collect();
        assert!(is_explained::<S>(calls), "{kind} {thing:?} cannot be explained:\n{}", told.join("\n"));
    }
    let all = things.values().flatten();
    [all.clone().count(), all.filter(|call| call.ended.is_none()).count()]
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap_or_else(|why| panic!("{name}: {why}")))
}

const CLIENTS: u64 = 16;

const LINKS: usize = 4;

/// How long the search for an order may take; it takes milliseconds where there is one.
const PATIENCE: Duration = Duration::from_secs(60);

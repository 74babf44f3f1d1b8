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
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use practice_testkit::cluster::Cluster;
use todc_utils::Specification;
use tokio::task::JoinSet;

use self::clients::World;
use self::faults::Machines;
use self::rules::{Address, Call, Code, Link, Lock, Network, Order, Role, Word, is_explained};
use crate::outages::{RECOVERED, is_ready_within};
use crate::proxy::{Manner, Proxy};
use crate::server::Server;

/// F-32: LK-02, TK-03, TN-04, CW-04, OT-03, PM-03, RL-05, INV-4, INV-7, ROLE-2. `HISTORY_SEED` does the same again, as far as chance goes; `HISTORY_SECONDS` goes on for longer.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_two_servers_say_while_everything_fails_is_explained_by_some_order() {
    let seed = number("HISTORY_SEED").unwrap_or_else(|| RandomState::new().hash_one(()) % 1_000_000);
    let seconds = number("HISTORY_SECONDS").unwrap_or(15);
    println!("HISTORY_SEED={seed} HISTORY_SECONDS={seconds}");
    let mut machines = begin().await;
    let world = Arc::new(World::of(&machines.servers).await);

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
    world.see_founded(&machines.servers[0]);

    let checked = [
        explained::<Address, _>("address", world.addresses.all()),
        explained::<Lock, _>("lock", world.locks.all()),
        explained::<Role, _>("role", world.roles.all()),
        explained::<Link, _>("link", world.completions.all()),
        explained::<Word, _>("word", world.givings.all()),
        explained::<Code, _>("code", world.guesses.all()),
        explained::<Order, _>("order", world.orders.all()),
        explained::<Network, _>("network", world.strays.all()),
    ];
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
    let first = Server::start_limited(tempfile::tempdir().expect("a folder"), proxies[0].url(&database));
    // Both are paid through one provider, whose books lie in the first one's folder.
    let beside = first.elsewhere();
    std::fs::remove_dir_all(beside.path().join("bank")).expect("its own books");
    std::os::unix::fs::symlink(first.data().join("bank"), beside.path().join("bank")).expect("the same books");
    let second = Server::start_limited(beside, proxies[1].url(&database));
    Machines { servers: [first, second], proxies, cluster }
}

/// Whether everything of a kind is explained; how much there was, and of how much nobody knows.
fn explained<S: Specification, K: Debug>(kind: &str, things: BTreeMap<K, Vec<Call<S::Operation>>>) -> [usize; 2]
where
    S::Operation: Send + 'static,
{
    let all = things.values().flatten();
    let [all, unknown] = [all.clone().count(), all.filter(|call| call.ended.is_none()).count()];
    println!("{kind}: {all} calls at {} things, {unknown} unknown", things.len());
    for (thing, calls) in things {
        let mut told = calls.clone();
        told.sort_by_key(|call| call.began);
        let told: Vec<String> = told.iter().map(|call| format!("{call:?}")).collect();
        // In a thread that nobody waits for: where there is no order, the search may go on for long.
        let (say, hear) = channel();
        thread::spawn(move || say.send(is_explained::<S>(&calls)));
        let explained = hear.recv_timeout(PATIENCE);
        assert!(explained == Ok(true), "{kind} {thing:?} cannot be explained ({explained:?}):\n{}", told.join("\n"));
    }
    [all, unknown]
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap_or_else(|why| panic!("{name}: {why}")))
}

const CLIENTS: u64 = 16;

/// How long the search for an order may take; it takes milliseconds where there is one.
const PATIENCE: Duration = Duration::from_secs(60);

//! What goes wrong meanwhile, drawn like cards, so that everything has its turn.

use std::time::{Duration, Instant};

use practice_testkit::cluster::Cluster;
use tokio::task::block_in_place;
use tokio::time::sleep;

use super::chance::Chance;
use super::clients::World;
use crate::proxy::{Ending, Manner, Proxy};
use crate::server::Server;

/// Two servers, each with a way of its own to the one database.
pub(super) struct Machines {
    pub(super) servers: [Server; 2],
    pub(super) proxies: [Proxy; 2],
    pub(super) cluster: Cluster,
}

#[derive(Debug, Clone, Copy)]
enum Fault {
    /// All connections are cut, and no new ones are made for a while.
    Cut,
    /// Every answer is late.
    Late,
    /// Everything is swallowed for a while.
    Silence,
    /// A COMMIT is kept, and its answer is lost with the connection, or without a word.
    Commit(Ending),
    /// A question does not arrive.
    Question,
    /// A server is killed, and starts again.
    Server,
    /// The database is killed, and starts again.
    Database,
}

impl Machines {
    /// Lets one thing after the other go wrong until the time is up; how many did.
    pub(super) async fn fail(&mut self, world: &World, seed: u64, until: Instant) -> usize {
        let mut chance = Chance::new(seed);
        let mut deck: Vec<Fault> = Vec::new();
        let mut many = 0;
        loop {
            sleep(Duration::from_millis(300 + chance.of(700) as u64)).await;
            if Instant::now() >= until {
                return many;
            }
            if deck.is_empty() {
                deck = DECK.to_vec();
            }
            let (fault, n) = (deck.swap_remove(chance.of(deck.len())), chance.of(2));
            println!("{fault:?} at server {n}");
            self.do_fail(world, fault, n, &mut chance).await;
            many += 1;
        }
    }

    async fn do_fail(&mut self, world: &World, fault: Fault, n: usize, chance: &mut Chance) {
        let proxy = &self.proxies[n];
        let (manner, most) = match fault {
            Fault::Cut => (Manner::Refuse, 300),
            Fault::Late => (Manner::Delay(Duration::from_millis(5 + chance.of(60) as u64)), 600),
            Fault::Silence => (Manner::Swallow, 1_500),
            Fault::Commit(ending) => return proxy.end_at_commit(1 + chance.of(4) as u32, "", ending),
            Fault::Question => return proxy.lose_question("SELECT"),
            Fault::Server => {
                return block_in_place(|| {
                    self.servers[n].kill();
                    self.servers[n].start_again();
                    world.bases.write().expect("no panic")[n] = self.servers[n].base.clone();
                });
            }
            Fault::Database => {
                return block_in_place(|| {
                    self.cluster.kill();
                    self.cluster.revive();
                });
            }
        };
        proxy.set(manner);
        sleep(Duration::from_millis(20 + chance.of(most) as u64)).await;
        proxy.set(Manner::Pass);
    }
}

const DECK: [Fault; 11] = [
    Fault::Cut,
    Fault::Cut,
    Fault::Late,
    Fault::Silence,
    Fault::Commit(Ending::Closed),
    Fault::Commit(Ending::Closed),
    Fault::Commit(Ending::Alone),
    Fault::Commit(Ending::Unheard),
    Fault::Question,
    Fault::Server,
    Fault::Database,
];

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;

use crate::server::Server;
use crate::visitor::{Visitor, token};

/// BILL-3, F-20, F-21, F-22, PM-03: the server is killed again and again between OK and the last write. In the end every OK is one charge in
/// the provider's books, and one tier here.
#[tokio::test(flavor = "multi_thread")]
async fn an_ok_is_one_charge_whenever_the_server_is_killed() {
    let mut server = Server::start();
    let people = Visitor::manager(&server.base).await.unpaid().await;
    assert!(people.len() >= ROUNDS, "{} people", people.len());
    let before = charges(&server).await.len();
    let mut offers = BTreeMap::new();
    for (round, person) in people.iter().take(ROUNDS).enumerate() {
        let boss = Visitor::manager(&server.base).await;
        let offer = boss.offer(person).await;
        let (_, page) = boss.get(&offer).await;
        let request = boss.form(&token(&page), &offer, &[]);
        let ok = tokio::spawn(request.send());
        tokio::time::sleep(Duration::from_millis(round as u64 * 4)).await;
        server.kill();
        let _ = ok.await;
        offers.insert(person.clone(), offer);
        server.start_again();
    }
    let boss = Visitor::manager(&server.base).await;
    for offer in offers.values() {
        let (status, _) = boss.fill(offer, offer, &[]).await;
        assert_eq!(status, StatusCode::OK);
    }
    for (person, offer) in &offers {
        wait_until_active(&boss, person, offer).await;
    }
    let charged = charges(&server).await;
    assert_eq!(charged.len() - before, offers.len(), "{charged:#?}");
    let mut purchases: Vec<&str> = charged.iter().filter_map(|charge| charge["purchase"].as_str()).collect();
    purchases.sort_unstable();
    purchases.dedup();
    assert_eq!(purchases.len(), charged.len(), "no order was charged twice");
    assert!(charged.iter().all(|charge| charge["given_back"] == false));
    let verified = server.command(&["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
}

/// Whoever was asked when the server was killed is asked again when the lease ends.
async fn wait_until_active(boss: &Visitor, person: &str, offer: &str) {
    for _ in 0..1_300 {
        let (_, page) = boss.get(offer).await;
        if page.contains("are active") {
            let (_, row) = boss.get(&format!("/manage/users/{person}")).await;
            assert!(row.contains("is-paid\">Paid"), "{row}");
            return;
        }
        assert!(page.contains("is being confirmed"), "{page}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{offer} is still open")
}

async fn charges(server: &Server) -> Vec<Value> {
    let (_, text) = Visitor::new(&server.base).get("/sandbox/bank/books.json").await;
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

const ROUNDS: usize = 10;

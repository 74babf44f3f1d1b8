use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;
use tokio::task::JoinSet;

use crate::server::Server;
use crate::visitor::Visitor;

/// The server is killed again and again while products invite people: what was acknowledged stays, each invitation's mail is sent,
/// none goes out for what was not kept, and the audit log holds together.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let mut server = Server::start();
    let (practice, key) = (server.told("Practice id:"), server.told("API key (TruForm):"));
    let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
    for round in 0..CRASHES {
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            let (base, practice, key) = (server.base.clone(), practice.clone(), key.clone());
            let acknowledged = acknowledged.clone();
            clients.spawn(async move {
                let product = Visitor::new(&base);
                for n in 0..EACH {
                    let email = format!("crash-{round}-{client}-{n}@mail.example");
                    let body = json!({
                        "inviter": "marisol.vega@brightwater-dental.example",
                        "email": email, "kind": "patient", "placement": "outside", "last_name": "Crashtest",
                    });
                    match product.invite(&practice, &key, &body).await {
                        Ok(answer) if answer.status() == StatusCode::CREATED => {
                            acknowledged.lock().expect("no panic").insert(email);
                        }
                        Ok(answer) => panic!("{}: {}", answer.status(), answer.text().await.unwrap_or_default()),
                        Err(_) => break,
                    }
                }
            });
        }
        tokio::time::sleep(Duration::from_millis(150 + 100 * round)).await;
        server.kill();
        clients.join_all().await;
        server.start_again();
    }
    let acknowledged = acknowledged.lock().expect("no panic").clone();
    assert!(acknowledged.len() > 20, "only {} were acknowledged", acknowledged.len());

    let manager = Visitor::new(&server.base);
    assert!(manager.sign_in("marisol.vega@brightwater-dental.example", "harbor lamp seventeen").await);
    let kept = listed(&manager).await;
    let lost: Vec<_> = acknowledged.difference(&kept).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {} like {:?}", lost.len(), lost[0]);
    let mailed = mailed(&manager, &kept).await;
    let never_kept: Vec<_> = mailed.difference(&kept).collect();
    assert!(never_kept.is_empty(), "mailed and not kept: {never_kept:?}");
    let verified = server.command(&["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
}

/// The addresses that the list holds, page by page.
async fn listed(manager: &Visitor) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut path = "/manage?q=crash-".to_owned();
    loop {
        let (_, page) = manager.get(&path).await;
        let plain = page.replace("<mark>", "").replace("</mark>", "");
        for part in plain.split("crash-").skip(1) {
            if let Some(end) = part.find("@mail.example") {
                found.insert(format!("crash-{}@mail.example", &part[..end]));
            }
        }
        let next =
            page.split("href=\"").find(|part| part.split('>').next().is_some_and(|tag| tag.contains("rel=\"next\"")));
        let Some(next) = next else { return found };
        path = next.split('"').next().expect("a path").replace("&amp;", "&").replace("&#38;", "&");
    }
}

/// The addresses that mail went to, once every mail is out: those in hand when the server was killed come after their lease.
async fn mailed(visitor: &Visitor, kept: &BTreeSet<String>) -> BTreeSet<String> {
    for _ in 0..1_400 {
        let mails = visitor.mails("crash-").await;
        let to = mails.iter().filter_map(|mail| mail["to"].as_str()).map(str::to_owned).collect::<BTreeSet<_>>();
        if to.len() >= kept.len() {
            return to;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("mails are missing")
}

const CRASHES: u64 = 6;
const CLIENTS: usize = 4;
/// The sandbox keeps the last 500 mails.
const EACH: usize = 19;

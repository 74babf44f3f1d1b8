use reqwest::StatusCode;
use serde_json::json;

use crate::server::Server;
use crate::visitor::{Visitor, token};

/// INV-5, INV-7
#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_address_kills_everything_that_was_sent_before() {
    let server = Server::start();
    let product = Visitor::new(&server.base);
    let (practice, key) = (server.told("Practice id:"), server.told("API key (SecureMail):"));
    let old = "nadia.kowalczik@brightwater-dental.example";
    let new = "nadia.kowalczyk-right@brightwater-dental.example";
    let body = json!({
        "inviter": "marisol.vega@brightwater-dental.example", "email": old, "kind": "staff", "placement": "in-practice",
        "first_name": "Nadia", "last_name": "Kowalczyk", "cell": "(218) 555-0163",
    });
    let answer = product.invite(&practice, &key, &body).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::CREATED);
    let first = product.link(old, &[]).await;

    let begun = Visitor::new(&server.base);
    let (_, opened) = begun.get(&first).await;
    let (status, step) = begun.send(&token(&opened), "/register", &[]).await;
    assert_eq!(status, StatusCode::OK, "{step}");

    let manager = Visitor::new(&server.base);
    assert!(manager.sign_in("marisol.vega@brightwater-dental.example", "harbor lamp seventeen").await);
    let (_, list) = manager.get(&format!("/manage?q={old}")).await;
    let edit = list.split("href=\"").find(|part| part.starts_with("/manage/users/")).expect("an Edit link");
    let edit = edit.split('"').next().expect("a path").split('?').next().expect("a path").to_owned();
    let (_, form) = manager.get(&edit).await;
    let version =
        form.split("name=\"version\" value=\"").nth(1).expect("a version").split('"').next().expect("a value");
    let fields = [
        ("version", version),
        ("email", new),
        ("first", "Nadia"),
        ("last", "Kowalczyk"),
        ("cell", "(218) 555-0163"),
        ("phone", ""),
    ];
    let (_, saved) = manager.send(&token(&form), &edit, &fields).await;
    assert!(saved.contains(&format!("Invitation sent to {new}. The old link no longer works.")), "{saved}");

    let (status, page) = Visitor::new(&server.base).get(&first).await;
    assert_eq!(status, StatusCode::GONE);
    assert!(page.contains("newer invitation was sent"), "{page}");
    assert!(!page.contains(new) && !page.contains("Nadia"), "a dead link tells nobody whom it was for");
    let (status, _) = begun.send(&token(&step), "/register/verify-identity", &[("method", "text-cell")]).await;
    assert_eq!(status, StatusCode::GONE, "a registration that the old link began has ended");

    let second = product.link(new, &[]).await;
    assert_ne!(first, second);
    let (status, page) = Visitor::new(&server.base).get(&second).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Brightwater Family Dental"));
    assert_eq!(product.mails(old).await.len(), 1, "nothing more went to the old address");
}

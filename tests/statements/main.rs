//! Nobody learns from the work behind an answer how it stands with an address: what SQLite is asked at each door, statement by statement,
//! is the same for all (`EN-02`, `EN-03`).

#[path = "../running/visitor.rs"]
#[expect(dead_code, reason = "its other half is for servers with a sandbox")]
mod visitor;
mod watch;
mod world;

use std::fmt::Debug;

use practice_domain::channel::Product;
use reqwest::StatusCode;

use crate::visitor::{Visitor, token};
use crate::watch::statements_of;
use crate::world::{MANAGER, PASSWORD, World};

const LOCKED: &str = "locked@brightwater.example";
const LOCKED_NOBODY: &str = "locked@x.example";
const NOBODY: &str = "nobody@x.example";
const GONE: &str = "gone@brightwater.example";
const INVITED: &str = "invited@brightwater.example";
const WRONG: &str = "wrong wrong wrong";

/// EN-02: nobody's address, a wrong password, a lock, somebody sent away, and somebody who has not registered.
#[tokio::test]
async fn signing_in_asks_the_same_of_the_database_whatever_the_address() {
    let world = peopled().await;
    let cases = [
        (MANAGER, WRONG),
        (NOBODY, PASSWORD),
        (LOCKED, PASSWORD),
        (LOCKED, WRONG),
        (LOCKED_NOBODY, PASSWORD),
        (GONE, PASSWORD),
        (INVITED, PASSWORD),
        // Not for the first time.
        (MANAGER, WRONG),
        (NOBODY, WRONG),
    ];
    let mut seen = Vec::new();
    for (address, password) in cases {
        let (status, asked) = sign_in(&world, address, password).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{address}");
        seen.push((format!("{address}, {password}"), asked));
    }
    alike(&seen);
}

/// EN-02, LOCK-5: also at the failure that locks: somebody is told, and nobody is told as much. Where products listen, that they be told
/// is ordered once, whatever the address and however many they are.
#[tokio::test]
async fn the_failure_that_locks_asks_the_same_of_the_database_whatever_the_address() {
    for (listeners, notices) in [(&[][..], 1), (&[Product::Operator, Product::SecureMail][..], 2)] {
        let world = in_it(World::heard_by(listeners).await).await;
        let mut seen = Vec::new();
        for address in [MANAGER, NOBODY, GONE] {
            for _ in 0..6 {
                sign_in(&world, address, WRONG).await;
            }
            let (_, asked) = sign_in(&world, address, WRONG).await;
            let ordered: usize = asked.iter().map(|sql| sql.matches("INSERT INTO notice").count()).sum();
            assert_eq!(ordered, notices, "{address}: {asked:#?}");
            seen.push((address.to_owned(), asked));
        }
        alike(&seen);
    }
}

/// EN-02, EN-03: asking for a reset.
#[tokio::test]
async fn asking_for_a_reset_asks_the_same_of_the_database_whatever_the_address() {
    let world = peopled().await;
    let mut seen = Vec::new();
    for address in [MANAGER, NOBODY, LOCKED, LOCKED_NOBODY, GONE, INVITED, MANAGER] {
        let visitor = Visitor::new(&world.base);
        let token = token(&visitor.get("/forgot").await.1);
        let form = visitor.form(&token, "/forgot", &[("email", address)]);
        let (answer, asked) = statements_of(form.send()).await;
        let answer = answer.expect("an answer");
        assert_eq!(
            (answer.status(), answer.headers()["location"].as_bytes()),
            (StatusCode::SEE_OTHER, &b"/forgot/sent"[..])
        );
        seen.push((address.to_owned(), asked));
    }
    alike(&seen);
}

/// CODE-3, EN-02: a wrong code word, with the link of somebody who is locked or is not.
#[tokio::test]
async fn a_wrong_code_word_asks_the_same_of_the_database_whosever_link_it_is() {
    let world = peopled().await;
    let mut seen = Vec::new();
    for address in [MANAGER, LOCKED] {
        let visitor = Visitor::new(&world.base);
        let (_, page) = visitor.get(&world.reset_link(address).await).await;
        let (_, page) = visitor.send(&token(&page), "/password", &[]).await;
        let form = visitor.form(&token(&page), "/password/code-word", &[("code_word", "wrong-word-here")]);
        let (answer, asked) = statements_of(form.send()).await;
        assert_eq!(answer.expect("an answer").status(), StatusCode::UNPROCESSABLE_ENTITY, "{address}");
        seen.push((address.to_owned(), asked));
    }
    alike(&seen);
}

/// REG-5, OT-03, EN-02: a wrong secret code, of somebody invited into the practice or outside it.
#[tokio::test]
async fn registering_asks_the_same_of_the_database_whoever_was_invited() {
    let world = peopled().await;
    let mut seen = Vec::new();
    for (address, cell) in [("in@x.example", "(415) 555-2671"), ("out@x.example", "(415) 555-2672")] {
        let visitor = Visitor::new(&world.base);
        let (_, page) = visitor.get(&world.invite(address, address.starts_with("in")).await).await;
        let (_, page) = visitor.send(&token(&page), "/register", &[]).await;
        let (_, page) = visitor.send(&token(&page), "/register/phone", &[("cell", cell)]).await;
        let (_, page) = visitor.send(&token(&page), "/register/verify-identity", &[("method", "text-cell")]).await;
        let form = visitor.form(&token(&page), "/register/code", &[("code", "999999")]);
        let (answer, asked) = statements_of(form.send()).await;
        assert_eq!(answer.expect("an answer").status(), StatusCode::UNPROCESSABLE_ENTITY, "{address}");
        seen.push((address.to_owned(), asked));
    }
    alike(&seen);
}

async fn peopled() -> World {
    in_it(World::new().await).await
}

/// A world with people of each kind.
async fn in_it(world: World) -> World {
    for address in [MANAGER, LOCKED, GONE] {
        world.member(address, address != GONE).await;
    }
    world.invite(INVITED, true).await;
    for address in [LOCKED, LOCKED_NOBODY] {
        world.lock(address).await;
    }
    world
}

/// What comes back to somebody who signs in, and what the database was asked for it.
async fn sign_in(world: &World, address: &str, password: &str) -> (StatusCode, Vec<String>) {
    let visitor = Visitor::new(&world.base);
    let token = token(&visitor.get("/login").await.1);
    let form = visitor.form(&token, "/login", &[("email", address), ("password", password)]);
    let (answer, asked) = statements_of(form.send()).await;
    (answer.expect("an answer").status(), asked)
}

fn alike<T: PartialEq + Debug>(seen: &[(String, T)]) {
    for (whose, asked) in seen {
        assert_eq!(asked, &seen[0].1, "{whose}, and {}", seen[0].0);
    }
}

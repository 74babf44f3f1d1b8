use std::time::Duration;

use serde_json::{Value, json};

use crate::server::Server;
use crate::visitor::{Visitor, token};

const MANAGER: &str = "marisol.vega@brightwater-dental.example";
const PASSWORD: &str = "harbor lamp seventeen";
const NEW: &str = "canary.hire@brightwater-dental.example";
const CELL: &str = "(218) 555-0157";

/// CODE-2, CW-03: after everything that a code word is for, it stands in texts and on the one page that shows it: in no mail, address,
/// line of the log, audit entry, other page, answer of the API or export, and in no byte of the database.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_word_stands_in_texts_alone() {
    let server = Server::start();
    let manager = Visitor::new(&server.base);
    assert!(manager.sign_in(MANAGER, PASSWORD).await);
    let practice = server.told("Practice id:");
    let added = [("first", "Canary"), ("last", "Hire"), ("employed", "yes"), ("active", "yes")];
    let (_, page) = manager.get("/settings/employees/add").await;
    let form = manager.form(&token(&page), "/settings/employees", &added);
    let to = form.send().await.expect("an answer").headers()["location"].to_str().expect("text").to_owned();
    let row = format!("/settings/user-accounts/{}", to.rsplit('/').next().expect("an id"));
    let account = [("active", "yes"), ("email", NEW), ("cell", CELL), ("role", "front-desk")];
    manager.fill(&row, &row, &account).await;
    let first = texted(&manager, &[]).await;
    let rotate = "/settings/code-word/rotate";
    manager.fill(rotate, rotate, &[]).await;
    let second = texted(&manager, std::slice::from_ref(&first)).await;
    assert!(manager.get("/settings/code-word").await.1.contains(&second), "this page shows it");

    let hire = Visitor::new(&server.base);
    let mut seen = vec![hire.get(&link(&hire, "/setup/").await).await.1];
    seen.push(hire.send(&token(&seen[0]), "/password", &[]).await.1);
    for word in [&first, &second] {
        let page = seen.last().expect("a page").clone();
        seen.push(hire.send(&token(&page), "/password/code-word", &[("code_word", word)]).await.1);
    }
    let choice = [
        ("new_password", "canary lantern meadow 77"),
        ("again", "canary lantern meadow 77"),
        ("terms", &terms(&seen[3])),
    ];
    seen.push(hire.send(&token(&seen[3]), "/password/new", &choice).await.1);
    assert!(hire.sign_in(NEW, "canary lantern meadow 77").await, "{}", seen[4]);
    manager.fill(&row, &format!("{row}/reset"), &[]).await;
    link(&hire, "/reset/").await;
    let words = [first, second];
    texts(&manager, 3).await.iter().for_each(|text| assert!(words.contains(text), "{text}"));

    let api = format!("/api/v1/practices/{practice}");
    for path in [
        "/settings/user-accounts",
        "/settings/employees",
        "/settings/audit",
        &row,
        "/manage",
        "/dashboard",
        "/settings/audit/export",
        "/settings/employees/export",
        "/manage/export",
        "/api/v1/session",
        "/api/v1/profile",
        &format!("{api}/employees"),
        &format!("{api}/audit"),
        &format!("{api}/policy"),
        &format!("{api}/people"),
        &format!("{api}/audit/export"),
    ] {
        let answer = manager.ask(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let headers = format!("{:?}", answer.headers());
        seen.push(headers + &answer.text().await.expect("text"));
    }
    for letter in manager.mails("").await {
        seen.push(letter.to_string());
    }
    seen.push(server.log());
    let database = server.database();
    assert!(database.len() > 100_000, "{} bytes", database.len());
    assert!(seen.last().expect("a log").lines().count() > 20, "the log is talkative");
    for word in &words {
        for spelled in [word.clone(), word.replace('-', " "), word.replace('-', "")] {
            let places = seen.iter().filter(|text| text.to_lowercase().contains(&spelled)).count();
            assert_eq!(places, 0, "{spelled}");
            assert!(
                !database.windows(spelled.len()).any(|bytes| bytes == spelled.as_bytes()),
                "{spelled} is in the database"
            );
        }
    }
    let audited = server.audited("code-word.shown");
    assert_eq!(audited, 1);
}

/// The code words on the phone; waits until there are so many.
async fn texts(visitor: &Visitor, most: usize) -> Vec<String> {
    let mut found = Vec::new();
    for _ in 0..400 {
        let (_, text) = visitor.get("/sandbox/phone.json").await;
        let all: Vec<Value> = serde_json::from_str(&text).expect("JSON");
        let words = all.iter().filter_map(|one| one["code"].as_str()).filter(|code| code.contains('-'));
        found = words.map(str::to_owned).collect();
        if found.len() >= most {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{most} texts with a code word; {}", json!(found.len()))
}

/// The newest code word that was texted.
async fn texted(visitor: &Visitor, before: &[String]) -> String {
    texts(visitor, before.len() + 1).await.into_iter().find(|word| !before.contains(word)).expect("another one")
}

/// The path of the newest link of this kind that was mailed to the new colleague.
async fn link(visitor: &Visitor, kind: &str) -> String {
    for _ in 0..400 {
        for letter in visitor.mails(NEW).await {
            let text = letter["text"].as_str().expect("a text part");
            if let Some(at) = text.find(kind) {
                return text[at..].split_whitespace().next().expect("a link").to_owned();
            }
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("no link came")
}

fn terms(page: &str) -> String {
    let found = page.split("name=\"terms\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    found.expect("the version of the terms").to_owned()
}

//! The simulator, as a browser and a test see it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use practice_domain::challenge::Delivery;
use practice_domain::port::{Clock, Letter, Mailer, SendError, Texter};
use practice_domain::value::{Email, NoticeId, Phone, PracticeName, Time, Word};
use practice_sandbox::{Handset, Mailbox, router};
use serde_json::Value;
use tower::ServiceExt;
use uuid::Uuid;

#[tokio::test]
async fn letters_are_listed_newest_first_and_found_by_address() {
    let sandbox = Sandbox::new();
    for (number, to) in ["Ann@example.org", "bob@example.org", "ann.lee@example.org"].iter().enumerate() {
        sandbox.mail(number, to).await;
    }
    let (_, page) = sandbox.page("/sandbox/mail").await;
    let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is not in {page}"));
    assert!(
        place("ann.lee@example.org") < place("bob@example.org") && place("bob@example.org") < place("Ann@example.org")
    );
    assert!(page.contains("Jun 9, 2026, 7:04:05 PM UTC"));

    let (_, found) = sandbox.page("/sandbox/mail?to=ANN").await;
    assert!(found.contains("Ann@example.org") && found.contains("ann.lee@example.org") && !found.contains("bob@"));
    let (_, nothing) = sandbox.page("/sandbox/mail?to=%3Cscript%3E").await;
    assert!(nothing.contains("No letters to an address with “&#60;script&#62;” in it"), "{nothing}");
}

#[tokio::test]
async fn a_letter_shows_its_text_with_a_link_and_its_html_in_a_frame() {
    let sandbox = Sandbox::new();
    sandbox.mail(0, "ann@example.org").await;
    let (_, page) = sandbox.page("/sandbox/mail/1").await;
    assert!(page.contains("<a href=\"https://portal.example.com/register/tok-0\">https://portal"), "{page}");
    assert!(page.contains("&#60;b&#62;not bold&#60;/b&#62;"));
    assert!(page.contains("<iframe src=\"/sandbox/mail/1/html\" title=\"The letter as HTML\" sandbox="));

    let (headers, html) = sandbox.page("/sandbox/mail/1/html").await;
    assert!(html.contains("<head><base target=\"_top\">") && html.contains("<p>Hello</p>"));
    let policy = policy(&headers);
    assert!(policy.contains("default-src 'none'") && policy.contains("; sandbox ") && !policy.contains("script-src"));
}

#[tokio::test]
async fn programs_get_the_links_and_the_codes() {
    let sandbox = Sandbox::new();
    sandbox.mail(7, "ann@example.org").await;
    sandbox.code("218-555-0100", Delivery::Text, "012345").await;
    let mail = sandbox.json("/sandbox/mail.json?to=ann@example.org").await;
    assert_eq!(mail[0]["links"][0], "https://portal.example.com/register/tok-7");
    assert_eq!(mail[0]["subject"], "Letter 7");
    assert_eq!(sandbox.json("/sandbox/mail.json?to=nobody").await, Value::Array(Vec::new()));
    let phone = sandbox.json("/sandbox/phone.json?to=(218)+555-0100").await;
    assert_eq!(
        (&phone[0]["code"], &phone[0]["by"], &phone[0]["to"]),
        (&"012345".into(), &"text".into(), &"+12185550100".into())
    );
}

/// OT-07
#[tokio::test]
async fn texts_and_calls_show_number_and_code_and_name_nobody() {
    let sandbox = Sandbox::new();
    sandbox.code("218-555-0100", Delivery::Text, "012345").await;
    sandbox.code("218-555-0199", Delivery::Call, "678901").await;
    let (_, page) = sandbox.page("/sandbox/phone").await;
    for text in
        ["(218) 555-0100", ">012345<", "Your code is 012345. Never share it.", "(218) 555-0199", "6, 7, 8, 9, 0, 1"]
    {
        assert!(page.contains(text), "{text} is not in {page}");
    }
    assert!(page.find("678901") < page.find("012345"));
}

#[tokio::test]
async fn every_page_says_what_it_is_and_allows_nothing_from_elsewhere() {
    let sandbox = Sandbox::new();
    for full in [false, true] {
        if full {
            sandbox.mail(0, "ann@example.org").await;
            sandbox.code("218-555-0100", Delivery::Text, "012345").await;
        }
        for path in ["/sandbox/mail", "/sandbox/phone", "/sandbox/mail/1", "/sandbox/mail/none"] {
            let (headers, page) = sandbox.page(path).await;
            assert!(page.contains("<strong>Simulator.</strong> Nothing you see here has left this machine."), "{path}");
            assert!(page.contains("<html lang=\"en\">") && page.contains(" – Simulator</title>"), "{path}");
            assert_eq!((page.matches("<h1>").count(), page.matches("<main").count()), (1, 1), "{path}");
            assert!(!page.contains("<script") && !page.contains("style=") && !page.contains("<style"), "{path}");
            assert!(policy(&headers).starts_with("default-src 'none'; style-src 'self';"), "{path}");
            assert_eq!(headers["cache-control"], "no-store");
            assert_eq!(page.matches("<input").count(), page.matches("<label for=\"to\"").count(), "{path}");
        }
    }
    let (headers, css) = sandbox.page("/sandbox/sandbox.css").await;
    assert_eq!(headers["content-type"], "text/css; charset=utf-8");
    assert!(css.contains("main {"));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let sandbox = Sandbox::new();
    for path in ["/sandbox/mail/1", "/sandbox/mail/x", "/sandbox/mail/1/html", "/sandbox/else"] {
        assert_eq!(sandbox.answer(path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn an_undeliverable_address_refuses_for_good() {
    let sandbox = Sandbox::new();
    let sent = sandbox.mailbox.send(&letter(1, "Undeliverable+x@example.org")).await;
    assert!(matches!(sent, Err(SendError::Permanent { .. })));
    assert!(sandbox.mailbox.letters("").is_empty());
}

#[tokio::test]
async fn the_last_five_hundred_are_kept() {
    let sandbox = Sandbox::new();
    for number in 0..510 {
        sandbox.mail(number, "ann@example.org").await;
    }
    let letters = sandbox.mailbox.letters("");
    assert_eq!((letters.len(), letters[0].id, letters[499].id), (500, 510, 11));
    assert!(sandbox.mailbox.letter(10).is_none());
}

#[tokio::test]
async fn a_restart_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mail");
    let open = || (Mailbox::open(&path, clock()).expect("opened"), Handset::open(&path, clock()).expect("opened"));
    let (mailbox, handset) = open();
    mailbox.send(&letter(1, "ann@example.org")).await.expect("kept");
    handset.deliver_code(notice(2), &phone("218-555-0100"), Delivery::Call, "000123", LIFE).await.expect("kept");
    let before = (mailbox.letters(""), handset.messages(""));
    drop((mailbox, handset));

    std::fs::OpenOptions::new()
        .append(true)
        .open(path.join("letters.jsonl"))
        .and_then(|mut file| std::io::Write::write_all(&mut file, b"{\"id\": 2, \"cut off"))
        .expect("written");
    let (mailbox, handset) = open();
    assert_eq!((mailbox.letters(""), handset.messages("")), before);
    mailbox.send(&letter(3, "bob@example.org")).await.expect("kept");
    assert_eq!(mailbox.letters("")[0].id, 2);
    let (mailbox, _) = open();
    assert_eq!(mailbox.letters("").len(), 2);
}

/// CODE-2: a code word comes as a text, and is shown like any other.
#[tokio::test]
async fn a_code_word_is_a_text_with_the_practices_name() {
    let sandbox = Sandbox::new();
    let practice = PracticeName::parse("Bright Smile Dental").expect("a name");
    let word = Word::parse("otter-quartz-lamp").expect("a word");
    let to = phone("218-555-0100");
    sandbox.handset.deliver_code_word(notice(9), &to, &practice, &word).await.expect("kept");
    let (_, page) = sandbox.page("/sandbox/phone").await;
    for part in ["otter-quartz-lamp", "Bright Smile Dental", "Text", "(218) 555-0100"] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert_eq!(sandbox.handset.messages("")[0].by, "text");
}

struct Sandbox {
    mailbox: Arc<Mailbox>,
    handset: Arc<Handset>,
    router: Router,
}

impl Sandbox {
    fn new() -> Self {
        let mailbox = Arc::new(Mailbox::in_memory(clock()));
        let handset = Arc::new(Handset::in_memory(clock()));
        let router = Router::new().nest("/sandbox", router(Arc::clone(&mailbox), Arc::clone(&handset)));
        Self { mailbox, handset, router }
    }

    async fn mail(&self, number: usize, to: &str) {
        self.mailbox.send(&letter(number, to)).await.expect("kept");
    }

    async fn code(&self, to: &str, by: Delivery, code: &str) {
        self.handset.deliver_code(notice(9), &phone(to), by, code, LIFE).await.expect("kept");
    }

    async fn answer(&self, path: &str) -> (StatusCode, HeaderMap, String) {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        (head.status, head.headers, String::from_utf8(body.to_vec()).expect("text"))
    }

    async fn page(&self, path: &str) -> (HeaderMap, String) {
        let (_, headers, body) = self.answer(path).await;
        (headers, body)
    }

    async fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.page(path).await.1).expect("JSON")
    }
}

struct StandingClock;

#[async_trait]
impl Clock for StandingClock {
    fn now(&self) -> Time {
        Time::from_micros(1_781_031_845_000_000)
    }

    async fn wait(&self, _: Duration) {}
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(StandingClock)
}

fn letter(number: usize, to: &str) -> Letter {
    Letter {
        notice: notice(1),
        to: Email::parse(to).expect("an address"),
        subject: format!("Letter {number}"),
        text: format!("Hello <b>not bold</b>\n\nhttps://portal.example.com/register/tok-{number}\n\nBye\n"),
        html: "<!doctype html><html><head><title>x</title></head><body><p>Hello</p></body></html>".to_owned(),
    }
}

const LIFE: Duration = Duration::from_secs(600);

fn notice(number: u128) -> NoticeId {
    NoticeId(Uuid::from_u128(number))
}

fn phone(text: &str) -> Phone {
    Phone::parse(text).expect("a number")
}

fn policy(headers: &HeaderMap) -> &str {
    headers["content-security-policy"].to_str().expect("text")
}

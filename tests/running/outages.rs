//! The database goes away and comes back while people work at two servers (F-01, F-04), is reached over a link that is slow or cut, has no
//! connection to spare (F-05), and cannot put transactions in line (F-06).

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use practice_testkit::cluster::Cluster;
use reqwest::{Response, StatusCode};
use tokio::task::JoinSet;

use crate::cuts::{Behind, invite, is_away};
use crate::instances::{MANAGER, Pair, ready};
use crate::proxy::Manner;
use crate::server::Server;
use crate::visitor::{Visitor, token};

/// F-01, F-04: a process of PostgreSQL is killed, PostgreSQL is stopped at once, and it is killed as a whole, while several people do five
/// hundred different things. Whoever asks meanwhile is told 503; nobody has to start anything anew; what was acknowledged is there,
/// what was not is found by its repetition; nothing is sent twice.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_outlives_every_end_of_the_database() {
    let mut pair = Pair::start();
    let told = Arc::new(Told::of(&pair));
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let (told, bases) = (told.clone(), [pair.base(client).to_owned(), pair.base(client + 1).to_owned()]);
        clients.spawn(async move { told.work(client, &bases).await });
    }
    for (end, done) in (1..).zip([EACH * CLIENTS / 6, EACH * CLIENTS / 3, EACH * CLIENTS / 2]) {
        told.wait_for(done).await;
        match end {
            1 => pair.cluster.kill_backend("portal_0"),
            2 => pair.cluster.stop(),
            _ => pair.cluster.kill(),
        }
        if end > 1 {
            for n in 0..2 {
                is_down(pair.base(n)).await;
            }
            pair.cluster.revive();
        }
        let back = Instant::now();
        for n in 0..2 {
            is_ready_within(pair.base(n), back, 3 * RECOVERED).await;
        }
    }
    clients.join_all().await;
    assert!(told.away.load(Ordering::SeqCst) > 0, "nobody noticed");
    assert!(told.done.load(Ordering::SeqCst) == EACH * CLIENTS, "somebody gave up");

    told.repeat_what_is_unknown(pair.base(0)).await;
    let kept =
        pair.cluster.sql("portal_0", "SELECT email, count(*) FROM invitation WHERE email LIKE 'out-%' GROUP BY 1");
    let kept: BTreeMap<&str, &str> = kept.lines().filter_map(|line| line.split_once('|')).collect();
    let invited = told.invited.lock().expect("no panic").clone();
    assert!(invited.len() > EACH * CLIENTS / 4, "only {} were invited", invited.len());
    let lost: Vec<_> = invited.iter().filter(|(email, _)| kept.get(email.as_str()) != Some(&"1")).collect();
    assert!(lost.is_empty(), "{} of {} acknowledged invitations, like {:?}", lost.len(), invited.len(), lost.first());
    let signed_in = told.signed_in.lock().expect("no panic").clone();
    assert!(!signed_in.is_empty());
    // Of each account's sessions the ten newest live (SESS-5).
    for (browser, n) in signed_in.iter().rev().take(5).zip(0..) {
        let (status, page) = browser.at(pair.base(n)).get("/manage").await;
        assert!(status == StatusCode::OK && !page.contains("name=\"password\""), "an acknowledged sign-in is gone");
    }
    pair.verify_audit();
    told.is_mailed_once(&pair).await;
}

/// What the clients were told.
struct Told {
    practice: String,
    key: String,
    /// Who was invited, and the id that was told.
    invited: Mutex<BTreeMap<String, String>>,
    /// Whose invitation may have been kept, or not.
    unknown: Mutex<Vec<String>>,
    signed_in: Mutex<Vec<Visitor>>,
    done: AtomicUsize,
    /// How many answers were 503.
    away: AtomicUsize,
}

impl Told {
    fn of(pair: &Pair) -> Self {
        Self {
            practice: pair.servers[0].told("Practice id:"),
            key: pair.servers[0].told("API key (TruForm):"),
            invited: Mutex::default(),
            unknown: Mutex::default(),
            signed_in: Mutex::default(),
            done: AtomicUsize::new(0),
            away: AtomicUsize::new(0),
        }
    }

    /// One client's share: invitations, pages, searches, sign-ins, at either server in turn.
    async fn work(&self, client: usize, bases: &[String; 2]) {
        let mut manager: Option<Visitor> = None;
        for n in 0..EACH {
            let base = &bases[n % 2];
            match (n % 5, &manager) {
                (0 | 2, _) => self.invite(base, &format!("out-{client}-{n}@mail.example")).await,
                (1 | 3, Some(browser)) => {
                    let path = if n % 2 == 0 { "/manage" } else { "/manage?q=out-" };
                    let answer = browser.at(base).ask(path).await;
                    self.count(&answer);
                }
                _ => {
                    let browser = Visitor::new(base);
                    if self.sign_in(&browser).await {
                        self.signed_in.lock().expect("no panic").push(browser.clone());
                        manager = Some(browser);
                    }
                }
            }
            self.done.fetch_add(1, Ordering::SeqCst);
        }
    }

    async fn invite(&self, base: &str, email: &str) {
        let answer = invite(base, (&self.practice, &self.key), email, email).await.expect("an answer");
        if self.count(&answer) {
            self.unknown.lock().expect("no panic").push(email.to_owned());
            return;
        }
        assert_eq!(answer.status(), StatusCode::CREATED);
        let told: serde_json::Value = answer.json().await.expect("JSON");
        let id = told["id"].as_str().expect("an id").to_owned();
        let before = self.invited.lock().expect("no panic").insert(email.to_owned(), id);
        assert_eq!(before, None);
    }

    async fn sign_in(&self, browser: &Visitor) -> bool {
        let page = browser.ask("/login").await;
        if self.count(&page) {
            return false;
        }
        let page = page.text().await.expect("a page");
        let fields = [("email", MANAGER), ("password", "harbor lamp seventeen")];
        let answer = browser.form(&token(&page), "/login", &fields).send().await.expect("an answer");
        !self.count(&answer) && answer.status() == StatusCode::SEE_OTHER
    }

    /// Whether the server could not do it. Anything else that is wrong is wrong.
    fn count(&self, answer: &Response) -> bool {
        let away = answer.status() == StatusCode::SERVICE_UNAVAILABLE;
        if away {
            is_away(answer);
            self.away.fetch_add(1, Ordering::SeqCst);
        }
        assert!(away || !answer.status().is_server_error(), "{}: {}", answer.url(), answer.status());
        away
    }

    async fn wait_for(&self, done: usize) {
        while self.done.load(Ordering::SeqCst) < done {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Asks again with the same keys.
    async fn repeat_what_is_unknown(&self, base: &str) {
        let unknown = std::mem::take(&mut *self.unknown.lock().expect("no panic"));
        for email in unknown {
            self.invite(base, &email).await;
            assert!(self.invited.lock().expect("no panic").contains_key(&email), "{email}: the database is back");
        }
    }

    /// Waits until every mail is out, and then for those that should not come.
    async fn is_mailed_once(&self, pair: &Pair) {
        let waiting = "SELECT count(*) FROM notice WHERE due_at IS NOT NULL AND about = 'invitation'";
        let mut tries = 0;
        while pair.cluster.sql("portal_0", waiting) != "0" {
            tries += 1;
            assert!(tries < 120, "{} mails are missing", pair.cluster.sql("portal_0", waiting));
            // A worker that could not look up what its mail is about has left it; as if the lease had passed.
            if tries % 10 == 0 {
                pair.cluster.sql("portal_0", "UPDATE notice SET due_at = 0 WHERE due_at IS NOT NULL");
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for server in &pair.servers {
            for mail in Visitor::new(&server.base).mails("out-").await {
                *times.entry(mail["to"].as_str().expect("an address").to_owned()).or_default() += 1;
            }
        }
        let twice: Vec<_> = times.iter().filter(|(_, times)| **times > 1).collect();
        assert!(twice.is_empty(), "sent more than once: {twice:?}");
        assert_eq!(times.len(), self.invited.lock().expect("no panic").len(), "one for each");
    }
}

/// What a server says while its database is away: it lives, is not ready, and lets people know in time.
async fn is_down(base: &str) {
    let visitor = Visitor::new(base);
    let began = Instant::now();
    assert_eq!(ready(base).await, 503);
    let took = began.elapsed();
    assert!(took < 3 * TOLD, "told after {took:?}");
    assert_eq!(visitor.ask("/healthz").await.status(), StatusCode::OK);
    let (_, page) = Visitor::new(base).get("/login").await;
    let fields = [("email", MANAGER), ("password", "harbor lamp seventeen")];
    let began = Instant::now();
    let answer = Visitor::new(base).form(&token(&page), "/login", &fields).send().await.expect("an answer");
    println!("told 503 after {:?}, and at /readyz after {took:?}", began.elapsed());
    assert!(began.elapsed() < 3 * TOLD, "told after {:?}", began.elapsed());
    assert!([503, 403].contains(&answer.status().as_u16()), "nobody signs in: {}", answer.status());
}

pub(crate) async fn is_ready_within(base: &str, since: Instant, patience: Duration) {
    while ready(base).await != 200 {
        assert!(since.elapsed() < patience, "not ready after {:?}", since.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    println!("ready again after {:?}", since.elapsed());
}

/// F-01: a slow link is slow, and a link that is cut is made anew, in the middle of things.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_link_works_and_a_cut_one_is_made_anew() {
    let behind = Behind::start().await;
    behind.proxy.set(Manner::Delay(Duration::from_millis(20)));
    assert_eq!(behind.invite("slow@mail.example", "slow").await.status(), StatusCode::CREATED);
    let mut unknown = Vec::new();
    for n in 0..12 {
        let (base, email) = (behind.server.base.clone(), format!("cut-link-{n}@mail.example"));
        let told = [behind.server.told("Practice id:"), behind.server.told("API key (TruForm):")];
        let asked = email.clone();
        let asking = tokio::spawn(async move { invite(&base, (&told[0], &told[1]), &asked, &asked).await });
        tokio::time::sleep(Duration::from_millis(30 * n)).await;
        behind.proxy.set(Manner::Refuse);
        tokio::time::sleep(Duration::from_millis(20)).await;
        behind.proxy.set(Manner::Delay(Duration::from_millis(10)));
        let answer = asking.await.expect("no panic").expect("an answer");
        match answer.status() {
            StatusCode::CREATED => {}
            _ => is_away(&answer),
        }
        unknown.push(email);
    }
    behind.proxy.set(Manner::Pass);
    for email in unknown {
        assert_eq!(behind.invite(&email, &email).await.status(), StatusCode::CREATED, "{email}");
        assert_eq!(behind.count(&format!("invitation WHERE email = '{email}'")), 1, "{email}");
    }
    behind.is_sound().await;
}

/// F-05: fifty people wait for a table that somebody holds, and there are two connections. Each is told 503 in the end, the process
/// lives, and afterwards everybody is served.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_connection_to_spare_people_are_told_so() {
    let cluster = Cluster::start(Path::new(env!("CARGO_TARGET_TMPDIR")));
    let mut server = Server::start_on(&cluster.url(&cluster.database(None)), None);
    server.kill();
    server.serve(&[("PORTAL_STORAGE_CONNECTIONS", "2".to_owned())]);
    let boss = Visitor::new(&server.base);
    assert!(boss.sign_in(MANAGER, "harbor lamp seventeen").await);
    let began = Instant::now();
    let holder = std::thread::spawn(move || {
        cluster.sql("portal_0", "BEGIN; LOCK TABLE person; SELECT pg_sleep(8); COMMIT");
        cluster
    });
    let held = "person is held";
    let mut waited = 0;
    while boss.ask("/manage").await.status() == StatusCode::OK {
        waited += 1;
        assert!(waited < 1_000, "{held}");
    }
    let mut people = JoinSet::new();
    for _ in 0..50 {
        let boss = boss.clone();
        people.spawn(async move { boss.ask("/manage").await });
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let health = Instant::now();
    assert_eq!(boss.ask("/healthz").await.status(), StatusCode::OK);
    println!("alive after {:?}", health.elapsed());
    let answers = people.join_all().await;
    let told = answers.iter().filter(|answer| answer.status() == StatusCode::SERVICE_UNAVAILABLE);
    assert!(told.inspect(|answer| is_away(answer)).count() >= 40, "{:?}", began.elapsed());
    assert!(answers.iter().all(|answer| [200, 503].contains(&answer.status().as_u16())));
    let cluster = tokio::task::spawn_blocking(|| holder.join()).await.expect("no panic").expect("no panic");
    let (status, page) = boss.get("/manage").await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert_eq!(cluster.sql("portal_0", "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%'"), "0");
}

/// F-06: transactions that cannot be put in line are tried again, not for ever, and nobody is told 500.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_cannot_be_put_in_line_is_tried_again() {
    let behind = Behind::start().await;
    for (code, name) in [("40001", "serialization"), ("40P01", "deadlock")] {
        for (failures, status) in [(3, 201), (50, 503)] {
            behind.sql(&format!(
                "DROP TRIGGER IF EXISTS trap ON invitation; DROP SEQUENCE IF EXISTS tries; CREATE SEQUENCE tries;
                CREATE OR REPLACE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF nextval('tries') <= {failures} THEN RAISE EXCEPTION 'in the way' USING ERRCODE = '{code}'; END IF;
                    RETURN new; END $$;
                CREATE TRIGGER trap BEFORE INSERT ON invitation FOR EACH ROW EXECUTE FUNCTION trap()"
            ));
            let email = format!("{name}-{failures}@mail.example");
            let answer = behind.invite(&email, &email).await;
            assert_eq!(answer.status().as_u16(), status, "{code} {failures} times");
            if status == 503 {
                is_away(&answer);
                assert_eq!(behind.sql("SELECT last_value FROM tries"), "4", "once, and three times more");
            }
            let kept = u32::from(status == 201);
            assert_eq!(behind.count(&format!("invitation WHERE email = '{email}'")), kept);
        }
    }
    behind.sql("DROP TRIGGER trap ON invitation");
    for name in ["serialization-50", "deadlock-50"] {
        let email = format!("{name}@mail.example");
        assert_eq!(behind.invite(&email, &email).await.status(), StatusCode::CREATED, "the same key, later");
    }
    behind.is_sound().await;
}

const CLIENTS: usize = 5;
const EACH: usize = 100;

/// F-01 promises that people are told within so long, and that a server is ready again so soon. Three times as long is a failure on a
/// machine that is busy with other tests.
pub(crate) const TOLD: Duration = Duration::from_secs(3);
pub(crate) const RECOVERED: Duration = Duration::from_secs(5);

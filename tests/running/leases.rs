//! What a server had in hand when it was killed, when it froze, and when it was told to stop.

use std::time::{Duration, Instant};

use reqwest::StatusCode;

use crate::cuts::invite;
use crate::instances::{Pair, ready};
use crate::server::Server;
use crate::sink::Sink;

/// Two servers that mail to places of their own. The first one hesitates over the mails to `held-0` and `held-1`; the second one began to
/// serve after that.
struct Mailing {
    pair: Pair,
    held: Sink,
    open: Sink,
    told: [String; 2],
}

impl Mailing {
    async fn start(mails: usize) -> Self {
        let mut pair = Pair::start();
        let told = [pair.servers[0].told("Practice id:"), pair.servers[0].told("API key (TruForm):")];
        let (held, open) = (Sink::start(false).await, Sink::start(true).await);
        pair.servers.iter_mut().for_each(Server::kill);
        // What the demo had not yet sent.
        pair.cluster.sql("portal_0", "DELETE FROM notice WHERE due_at IS NOT NULL");
        pair.servers[0].serve(&held.settings());
        let mailing = Self { pair, held, open, told };
        for n in 0..mails {
            mailing.invite(0, &format!("held-{n}@mail.example")).await;
        }
        mailing.held.has_begun(mails).await;
        let mut mailing = mailing;
        mailing.pair.servers[1].serve(&mailing.open.settings());
        mailing
    }

    async fn invite(&self, server: usize, email: &str) {
        let told = (self.told[0].as_str(), self.told[1].as_str());
        let answer = invite(self.pair.base(server), told, email, email).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::CREATED);
    }

    /// Ninety seconds are over: the leases that are held end now.
    fn leases_end(&self) {
        let now = "(extract(epoch FROM now()) * 1000000)::bigint";
        self.pair.cluster.sql("portal_0", &format!("UPDATE notice SET due_at = {now} WHERE worker IS NOT NULL"));
    }

    /// How the mails that were held fare.
    fn fate(&self) -> String {
        let sql =
            "SELECT n.outcome, n.attempt, n.settled_at, n.worker FROM notice n JOIN invitation i ON i.id = n.subject
            WHERE i.email LIKE 'held-%' ORDER BY i.email";
        self.pair.cluster.sql("portal_0", sql)
    }
}

/// F-11, P3: a server is killed while the other one goes on. What it was sending is sent by the other one when its lease has ended, and
/// not before; what was acknowledged stays.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_server_had_in_hand_is_sent_by_the_other_one() {
    let mut mailing = Mailing::start(2).await;
    for n in 0..6 {
        mailing.invite(n, &format!("other-{n}@mail.example")).await;
    }
    mailing.pair.servers[0].kill();
    mailing.invite(1, "later@mail.example").await;
    mailing.open.has_taken(1, "later").await;
    mailing.open.has_taken(6, "other").await;
    assert!(mailing.open.taken("held").is_empty(), "they were still leased");
    mailing.leases_end();
    mailing.open.has_taken(2, "held").await;
    for n in 0..6 {
        assert_eq!(mailing.open.taken(&format!("other-{n}")).len(), 1, "{n}");
    }
    assert_eq!(mailing.open.taken("held").len(), 2, "once each");
    assert!(mailing.held.taken("").is_empty());
    let kept = "SELECT count(*) FROM invitation WHERE email ~ '^(held-|other-|later@)'";
    assert_eq!(mailing.pair.cluster.sql("portal_0", kept), "9");
    mailing.pair.servers[0].serve(&mailing.open.settings());
    assert_eq!(ready(mailing.pair.base(0)).await, 200);
    mailing.pair.verify_audit();
}

/// F-31: a server stands still for longer than its lease, with a mail in hand, and wakes up when another one has sent it. The mail goes out
/// twice at most, as the same mail, and what is noted about it is what the other one noted.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_froze_beyond_its_lease_is_fenced_off() {
    let mailing = Mailing::start(1).await;
    mailing.pair.servers[0].signal("STOP");
    mailing.leases_end();
    let sent = mailing.open.has_taken(1, "held").await;
    let noted = settled(&mailing).await;
    assert!(noted.starts_with("sent|2|"), "{noted}");
    mailing.held.open();
    mailing.pair.servers[0].signal("CONT");
    let again = mailing.held.has_taken(1, "held").await;
    assert_eq!(again[0].message_id, sent[0].message_id, "the same mail");
    assert!(!sent[0].message_id.is_empty());
    // Whatever it would note comes before the next mail that it takes.
    mailing.invite(0, "next@mail.example").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(settled(&mailing).await, noted, "the newer attempt's word stands");
    assert_eq!((mailing.held.taken("held").len(), mailing.open.taken("held").len()), (1, 1));
    assert_eq!(mailing.held.taken("next").len() + mailing.open.taken("next").len(), 1, "both work");
    mailing.pair.verify_audit();
}

async fn settled(mailing: &Mailing) -> String {
    for _ in 0..400 {
        let fate = mailing.fate();
        if fate.starts_with("sent") {
            return fate;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("not noted: {}", mailing.fate())
}

/// F-40: whoever is told to stop finishes the mail in hand, and waits for it 25 seconds at most; told a second time, it ends at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_stop_waits_for_what_is_in_hand_but_not_for_ever() {
    let sinks = [Sink::start(false).await, Sink::start(false).await, Sink::start(false).await];
    let mut servers = [Server::start(), Server::start(), Server::start()];
    for (server, sink) in servers.iter_mut().zip(&sinks) {
        let told = (server.told("Practice id:"), server.told("API key (TruForm):"));
        server.kill();
        server.serve(&sink.settings());
        let answer = invite(&server.base, (&told.0, &told.1), "in-hand@mail.example", "one").await;
        assert_eq!(answer.expect("an answer").status(), StatusCode::CREATED);
        sink.has_begun(1).await;
    }
    let began = Instant::now();
    servers.iter().for_each(|server| server.signal("TERM"));
    let [finishes, waits, hurries] = &mut servers;
    for server in [&mut *finishes, &mut *waits, &mut *hurries] {
        assert!(server.ended(Duration::from_secs(1)).is_none(), "a mail is in hand");
        assert!(std::net::TcpStream::connect(server.base.trim_start_matches("http://")).is_err(), "it is closed");
    }
    hurries.signal("TERM");
    assert!(hurries.ended(Duration::from_secs(15)).expect("at once").success());
    println!("ended {:?} after the first signal", began.elapsed());
    sinks[0].open();
    assert!(finishes.ended(Duration::from_secs(15)).expect("when it was sent").success());
    assert_eq!(sinks[0].taken("in-hand").len(), 1);
    let ended = waits.ended(Duration::from_secs(60)).expect("in bounds");
    println!("gave up after {:?}", began.elapsed());
    assert!(ended.success());
    assert!(began.elapsed() >= Duration::from_secs(25), "it waited");
    assert!(waits.log().contains("stopped before everything was done"));
    assert!(!finishes.log().contains("stopped before everything was done"));
}

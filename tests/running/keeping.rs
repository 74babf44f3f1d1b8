//! Backup, restore and what goes on after it (`BK-01`, `BK-02`), with the running binary.

use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use practice_testkit::cluster::Cluster;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::server::{Server, settings};
use crate::visitor::Visitor;

const MANAGER: &str = "marisol.vega@brightwater-dental.example";
const PASSWORD: &str = "harbor lamp seventeen";

/// BK-01, BK-02, F-37: an old backup, taken under load, is restored elsewhere. Nothing is sent, nothing is charged twice, nobody is still
/// signed in, and what the provider has charged meanwhile is found there.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_backup_is_restored_and_neither_sends_nor_charges_again() {
    let old = Before::make().await;
    let data = old.server.elsewhere();
    let restored = restore(data.path(), None, &old.file, "the disk died");
    assert!(restored.status.success(), "{restored:?}");
    let again = restore(data.path(), None, &old.file, "once more");
    assert_eq!(again.status.code(), Some(1), "it is not empty: {again:?}");
    assert!(text(&again.stderr).contains("the store is not empty"), "{again:?}");
    let server = Server::start_in(data, None);
    old.look_around(&server).await;
    assert_eq!(server.audited("store.restored"), 1);
    old.release(&server).await;
    assert_eq!(server.audited("outbox.released"), 1);
}

/// BK-01: what one store kept another one can keep, and give back.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_file_is_restored_in_a_cluster_and_back() {
    let old = Before::make().await;
    let cluster = Cluster::start(Path::new(env!("CARGO_TARGET_TMPDIR")));
    let url = cluster.url(&cluster.database(None));
    let data = old.server.elsewhere();
    let restored = restore(data.path(), Some(&url), &old.file, "to the cluster");
    assert!(restored.status.success(), "{restored:?}");
    let server = Server::start_in(data, Some(url.clone()));
    old.look_around(&server).await;
    old.release(&server).await;
    let file = server.data().join("again.backup");
    let written = server.command(&["backup", "--to", path(&file)]);
    assert!(written.status.success(), "{written:?}");
    let served = restore(server.data(), Some(&url), &file, "while a server has it");
    assert_eq!(served.status.code(), Some(3), "{served:?}");
    let verified = server.command(&["backup", "verify", path(&file)]);
    assert!(verified.status.success(), "{verified:?}");
    let data = server.elsewhere();
    let restored = restore(data.path(), None, &file, "back to a file");
    assert!(restored.status.success(), "{restored:?}");
    let third = Server::start_in(data, None);
    let boss = Visitor::new(&third.base);
    assert!(boss.sign_in(MANAGER, PASSWORD).await);
    assert!(
        boss.get("/manage?q=under-load-0").await.1.contains("kept-under-load-0@mail.example"),
        "rows are found by their letters"
    );
    assert!(third.command(&["audit", "verify"]).status.success());
}

/// BK-01, P8: a backup tells nothing, and one flipped bit makes it useless.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_hides_what_it_holds_and_a_flipped_bit_is_refused() {
    let server = Server::start();
    let file = server.data().join("one.backup");
    assert!(server.command(&["backup", "--to", path(&file)]).status.success());
    let twice = server.command(&["backup", "--to", path(&file)]);
    assert_eq!(twice.status.code(), Some(4), "a file is not written over: {twice:?}");
    let good = std::fs::read(&file).expect("a backup");
    for known in [MANAGER, "brightwater", "@mail.example", "argon2id"] {
        let found = good.windows(known.len()).any(|window| window == known.as_bytes());
        assert!(!found, "{known} stands in the backup");
    }
    let told = server.command(&["backup", "verify", path(&file)]);
    assert!(told.status.success() && text(&told.stdout).contains("verified"), "{told:?}");
    let data = server.elsewhere();
    for at in [0, good.len() / 2, good.len() - 1] {
        let mut bad = good.clone();
        bad[at] ^= 1;
        let spoilt = server.data().join("spoilt.backup");
        std::fs::write(&spoilt, bad).expect("written");
        for refused in
            [server.command(&["backup", "verify", path(&spoilt)]), restore(data.path(), None, &spoilt, "a flipped bit")]
        {
            assert_eq!(refused.status.code(), Some(1), "flipped at {at}: {refused:?}");
        }
    }
    let left: Vec<_> = std::fs::read_dir(server.data()).expect("a folder").filter_map(Result::ok).collect();
    assert!(!left.iter().any(|one| one.file_name().to_string_lossy().starts_with("rehearsal")), "{left:?}");
    let whole = restore(data.path(), None, &file, "nothing had come");
    assert!(whole.status.success(), "{whole:?}");
}

/// A server that was backed up under load, and went on.
struct Before {
    server: Server,
    file: PathBuf,
    boss: Visitor,
    /// A link that was mailed before the backup.
    link: String,
    /// Somebody whose plan was ordered before the backup, and charged after it.
    person: String,
    /// How many charges the provider knows of in the end.
    charges: usize,
}

impl Before {
    async fn make() -> Self {
        let server = Server::start();
        let boss = Visitor::new(&server.base);
        assert!(boss.sign_in(MANAGER, PASSWORD).await);
        invite(&server, "kept-under-load-0@mail.example").await;
        let link = boss.link("kept-under-load-0@mail.example", &[]).await;
        for n in 0..5 {
            invite(&server, &format!("still-waiting-{n}@mail.example")).await;
            boss.link(&format!("still-waiting-{n}@mail.example"), &[]).await;
        }
        server.edit(
            "UPDATE notice SET outcome = NULL, settled_at = NULL, due_at = 9000000000000000 WHERE subject IN
            (SELECT id FROM invitation WHERE email LIKE 'still-waiting-%')",
        );
        let person = boss.unpaid().await.remove(0);
        let (bank, away) = (server.data().join("bank"), server.data().join("away"));
        let offer = boss.offer(&person).await;
        std::fs::rename(&bank, &away).expect("the provider fails");
        let (_, page) = boss.fill(&offer, &offer, &[]).await;
        assert!(page.contains("is being confirmed"), "{page}");
        let mut load = JoinSet::new();
        for n in 1..40 {
            let (product, practice, key) = product(&server);
            load.spawn(async move {
                let email = format!("kept-under-load-{n}@mail.example");
                let body = json!({"inviter": MANAGER, "email": email, "kind": "patient", "placement": "outside"});
                product.invite(&practice, &key, &body).await.expect("an answer").status()
            });
        }
        let file = server.data().join("one.backup");
        let written = server.command(&["backup", "--to", path(&file)]);
        assert!(written.status.success(), "{written:?}");
        assert!(load.join_all().await.into_iter().all(|status| status == StatusCode::CREATED));
        come_back(&away, &bank);
        server.edit("UPDATE purchase SET due_at = 0 WHERE due_at IS NOT NULL");
        server.edit("UPDATE notice SET due_at = 0 WHERE due_at > 8000000000000000");
        wait_until_paid(&boss, &person).await;
        let later = boss.unpaid().await.remove(0);
        let offer = boss.offer(&later).await;
        boss.fill(&offer, &offer, &[]).await;
        wait_until_paid(&boss, &later).await;
        let charges = charges(&server).await.len();
        Self { server, file, boss, link, person, charges }
    }

    /// What is so after the restore, before anybody released anything.
    async fn look_around(&self, server: &Server) {
        let stale = self.boss.at(&server.base);
        let (_, page) = stale.get("/manage").await;
        assert!(page.contains("name=\"password\""), "the old cookie opens nothing");
        let (status, page) = Visitor::new(&server.base).get(&self.link).await;
        assert!(status != StatusCode::OK && !page.contains("csrf"), "the old link opens nothing: {status} {page}");
        let boss = Visitor::new(&server.base);
        assert!(boss.sign_in(MANAGER, PASSWORD).await, "the old password does");
        wait_until_paid(&boss, &self.person).await;
        let charged = charges(server).await;
        assert_eq!(charged.len(), self.charges, "found, not charged: {charged:#?}");
        assert!(charged.iter().all(|charge| charge["given_back"] == false), "{charged:#?}");
        let compared = server.command(&["plans", "compare"]);
        assert_eq!(compared.status.code(), Some(1), "a plan was bought after the backup: {compared:?}");
        assert!(text(&compared.stderr).contains("1 difference (unknown-here 1)"), "{compared:?}");
        let other = boss.unpaid().await.remove(0);
        let offer = boss.offer(&other).await;
        let (status, page) = boss.fill(&offer, &offer, &[]).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{page}");
        assert!(page.contains("purchases are paused") || page.contains("Purchases are paused"), "{page}");
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert!(boss.mails("").await.is_empty(), "nothing is sent");
        assert!(server.command(&["audit", "verify"]).status.success());
    }

    /// Sets mails and purchases going again, once.
    async fn release(&self, server: &Server) {
        let early = server.command(&["outbox", "release"]);
        assert_eq!(early.status.code(), Some(2), "a reason is needed: {early:?}");
        let released = server.command(&["outbox", "release", "--reason", "everything was looked at"]);
        assert!(released.status.success(), "{released:?}");
        assert!(text(&released.stdout).contains("invitations"), "{released:?}");
        let twice = server.command(&["outbox", "release", "--reason", "again"]);
        assert_eq!(twice.status.code(), Some(1), "{twice:?}");
        let visitor = Visitor::new(&server.base);
        for n in 0..5 {
            let link = visitor.link(&format!("still-waiting-{n}@mail.example"), &[]).await;
            assert_eq!(visitor.get(&link).await.0, StatusCode::OK, "a new link, which works");
        }
        assert_eq!(charges(server).await.len(), self.charges);
        assert!(server.command(&["audit", "verify"]).status.success());
    }
}

/// The card provider has its books again; where it has written newer ones meanwhile, those.
fn come_back(away: &Path, bank: &Path) {
    std::fs::create_dir_all(bank).expect("a folder");
    if !bank.join("bank.json").exists() {
        std::fs::copy(away.join("bank.json"), bank.join("bank.json")).expect("its books");
    }
}

fn restore(data: &Path, url: Option<&str>, file: &Path, reason: &str) -> Output {
    let mut command = settings(data, url);
    command.args(["restore", path(file), "--reason", reason]).output().expect("the command runs")
}

fn product(server: &Server) -> (Visitor, String, String) {
    (Visitor::new(&server.base), server.told("Practice id:"), server.told("API key (TruForm):"))
}

async fn invite(server: &Server, email: &str) {
    let (product, practice, key) = product(server);
    let body = json!({"inviter": MANAGER, "email": email, "kind": "patient", "placement": "outside"});
    let answer = product.invite(&practice, &key, &body).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::CREATED);
}

async fn wait_until_paid(boss: &Visitor, person: &str) {
    for _ in 0..600 {
        let (_, row) = boss.get(&format!("/manage/users/{person}")).await;
        if row.contains("is-paid\">Paid") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{person} has no plan")
}

async fn charges(server: &Server) -> Vec<Value> {
    let (_, text) = Visitor::new(&server.base).get("/sandbox/bank/books.json").await;
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn path(file: &Path) -> &str {
    file.to_str().expect("a plain path")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

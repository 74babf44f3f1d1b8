//! From one database to another, with the running binary, killed on the way.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Output, Stdio};

use practice_testkit::cluster::Cluster;

use crate::server::{Server, settings};
use crate::visitor::Visitor;

const MANAGER: &str = "marisol.vega@brightwater-dental.example";
const PASSWORD: &str = "harbor lamp seventeen";

/// Everything of a file is moved to a cluster, killed in the middle and gone on with, then served there; and back again. Whoever was signed in
/// still is, and the database that was left is not served.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_is_moved_to_a_cluster_killed_gone_on_with_and_served() {
    let mut server = Server::start();
    let boss = Visitor::new(&server.base);
    assert!(boss.sign_in(MANAGER, PASSWORD).await);
    let cluster = Cluster::start(Path::new(env!("CARGO_TARGET_TMPDIR")));
    let url = cluster.url(&cluster.database(None));
    let urls = server.data().join("url");
    write_privately(&urls, &url);
    let (file, there) =
        (format!("sqlite:{}", path(&server.data().join("portal.db"))), format!("url-file:{}", path(&urls)));

    let served = migrate(server.data(), &file, &there);
    assert_eq!(served.status.code(), Some(3), "a server has it: {served:?}");
    server.kill();
    let mut command = settings(server.data(), None);
    command.args(["migrate-store", "--from", &file, "--to", &there, "--reason", "we grow"]).stdout(Stdio::piped());
    let mut moving = command.spawn().expect("the command runs");
    let lines = BufReader::new(moving.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
    let mut seen = lines.skip_while(|line| !line.ends_with("  member"));
    assert!(seen.next().is_some(), "it came as far as members");
    moving.kill().expect("the process is ours");
    moving.wait().expect("it ends");
    let half = cluster.sql("portal_0", "SELECT stage FROM life");
    assert_eq!(half, "filling");
    let unfinished = settings(server.data(), Some(&url)).arg("serve").output().expect("the command runs");
    assert_eq!(unfinished.status.code(), Some(3), "{unfinished:?}");
    assert!(text(&unfinished.stderr).contains("store-unfinished"), "{unfinished:?}");
    until_nobody_serves(&cluster).await;

    let moved = migrate(server.data(), &file, &there);
    assert!(moved.status.success(), "{moved:?}");
    assert!(text(&moved.stdout).contains("going on with what was interrupted"), "{moved:?}");
    let left = settings(server.data(), None).arg("serve").output().expect("the command runs");
    assert_eq!(left.status.code(), Some(3), "{left:?}");
    assert!(text(&left.stderr).contains("store-moved"), "{left:?}");
    let again = migrate(server.data(), &file, &there);
    assert_eq!(again.status.code(), Some(1), "it is there already: {again:?}");

    let there_now = Server::start_in(server.elsewhere(), Some(url.clone()));
    let still = boss.at(&there_now.base);
    let (_, page) = still.get("/manage").await;
    assert!(page.contains("Manage Account") && !page.contains("name=\"password\""), "still signed in");
    assert!(still.get("/manage?q=theo").await.1.contains("Lindqvist"), "rows are found by their letters");
    assert!(there_now.command(&["audit", "verify"]).status.success());
    let moves = "SELECT count(*) FROM audit WHERE text::jsonb ->> 'code' = 'store.moved'";
    assert_eq!(cluster.sql("portal_0", moves), "1");
    let served = migrate(server.data(), &there, &format!("sqlite:{}", path(&server.data().join("back.db"))));
    assert_eq!(served.status.code(), Some(3), "a server has it: {served:?}");
    drop(there_now);
    until_nobody_serves(&cluster).await;

    let data = server.elsewhere();
    let back = migrate(server.data(), &there, &format!("sqlite:{}", path(&data.path().join("portal.db"))));
    assert!(back.status.success(), "{back:?}");
    let home = Server::start_in(data, None);
    assert!(Visitor::new(&home.base).sign_in(MANAGER, PASSWORD).await);
    assert!(home.command(&["audit", "verify"]).status.success());
}

/// CF-01: a URL on the command line holds no password; a database that has rows of its own is left alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_is_not_moved_where_it_does_not_belong() {
    let mut one = Server::start();
    let mut two = Server::start();
    let (from, to) = [&one, &two].map(|server| format!("sqlite:{}", path(&server.data().join("portal.db")))).into();
    one.kill();
    two.kill();
    let full = migrate(one.data(), &from, &to);
    assert_eq!(full.status.code(), Some(1), "{full:?}");
    assert!(text(&full.stderr).contains("not empty"), "{full:?}");
    let told = migrate(one.data(), &from, "postgres://portal:hunter2@localhost/portal");
    assert_eq!(told.status.code(), Some(2), "{told:?}");
    assert!(text(&told.stderr).contains("command line") && !text(&told.stderr).contains("hunter2"), "{told:?}");
    one.start_again();
    assert!(Visitor::new(&one.base).sign_in(MANAGER, PASSWORD).await, "nothing was changed");
}

/// A cluster notices a moment later that a server has ended.
async fn until_nobody_serves(cluster: &Cluster) {
    let served = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'practice-portal'";
    while cluster.sql("portal_0", served) != "0" {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

fn migrate(data: &Path, from: &str, to: &str) -> Output {
    let mut command = settings(data, None);
    command
        .args(["migrate-store", "--from", from, "--to", to, "--reason", "we grow"])
        .output()
        .expect("the command runs")
}

fn write_privately(file: &Path, text: &str) {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(file).expect("a new file");
    writeln!(file, "{text}").expect("written");
}

fn path(file: &Path) -> &str {
    file.to_str().expect("a plain path")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

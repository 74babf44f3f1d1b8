//! AU-03, AU-04: what was cut off a log, or an older database in the place of this one, shows against the anchors.

use crate::server::Server;

fn verify(server: &Server, anchors: &str) -> (Option<i32>, String) {
    let done = server.command(&["audit", "verify", "--anchors", anchors]);
    (done.status.code(), String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_cut_off_a_log_shows_against_its_anchors() {
    let mut server = Server::start();
    let file = server.data().join("anchors");
    let anchors = file.to_str().expect("a path").to_owned();
    assert!(!file.exists(), "nothing was anchored yet");
    server.stop();
    let first = std::fs::read_to_string(&file).expect("the ends are anchored when a server stops");
    let older = std::fs::read(server.data().join("portal.db")).expect("the database, which nobody has open");

    server.start_again();
    let change =
        ["user-manager", "grant", "--practice", &server.told("Practice id:"), "--reason", "asked by the owner"];
    let theo = ["--email", "theo.lindqvist@brightwater-dental.example"];
    assert!(server.command(&[&change[..], &theo].concat()).status.success());
    server.stop();
    let text = std::fs::read_to_string(&file).expect("the anchors");
    assert!(text.starts_with(&first) && text.len() > first.len(), "anchors are added and never written anew");
    let (code, told) = verify(&server, &anchors);
    assert!(code == Some(0) && told.contains("of them against anchors"), "{told}");

    let newest = "DELETE FROM audit WHERE number = (SELECT max(number) FROM audit AS a WHERE a.log = audit.log)";
    server.edit("DROP TRIGGER audit_never_shrinks");
    server.edit(newest);
    let alone = server.command(&["audit", "verify"]);
    assert!(alone.status.success(), "nothing in the log itself tells: {alone:?}");
    let (code, told) = verify(&server, &anchors);
    assert!(code == Some(1) && told.contains("rolled-back"), "{told}");

    for journal in ["portal.db-wal", "portal.db-shm"] {
        let _ = std::fs::remove_file(server.data().join(journal));
    }
    std::fs::write(server.data().join("portal.db"), older).expect("an older database");
    let (code, told) = verify(&server, &anchors);
    assert!(code == Some(1) && told.contains("rolled-back"), "{told}");
    std::fs::write(&file, &first).expect("the anchors of that time");
    assert_eq!(verify(&server, &anchors).0, Some(0));

    let unfinished = first.clone() + "eyJh";
    std::fs::write(&file, unfinished).expect("what a power cut leaves");
    assert_eq!(verify(&server, &anchors).0, Some(0));
    let at = first.len() / 2;
    let other = if first.as_bytes()[at] == b'A' { "B" } else { "A" };
    std::fs::write(&file, format!("{}{other}{}", &first[..at], &first[at + 1..])).expect("forged");
    let (code, told) = verify(&server, &anchors);
    assert!(code == Some(1) && told.contains("not signed by us"), "{told}");

    let keys = server.command(&["audit", "anchor-keys"]);
    assert!(String::from_utf8_lossy(&keys.stdout).contains("\"crv\":\"Ed25519\""), "{keys:?}");
}

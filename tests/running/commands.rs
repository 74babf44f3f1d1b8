use crate::server::{Server, binary};
use crate::visitor::Visitor;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// PRA-1, PRA-3, LOCK-2: vendor support works beside the running server.
#[tokio::test(flavor = "multi_thread")]
async fn operators_work_beside_the_running_server() {
    let server = Server::start();
    let practice = server.told("Practice id:");
    let theo = "theo.lindqvist@brightwater-dental.example";
    let marisol = "marisol.vega@brightwater-dental.example";

    let founded = ["practice", "create", "--name", "Elm Street Dental", "--email", "first@elm-dental.example"];
    let founded = server.command(&founded);
    assert!(founded.status.success(), "{founded:?}");
    let visitor = Visitor::new(&server.base);
    assert!(visitor.link("first@elm-dental.example", &[]).await.len() > 40, "the server sends the invitation");

    let change = |verb, email, reason| {
        ["user-manager", verb, "--practice", &practice, "--email", email, "--reason", reason].map(str::to_owned)
    };
    let run = |args: [String; 8]| server.command(&args.each_ref().map(String::as_str));
    let last = run(change("revoke", marisol, "left"));
    assert_eq!(last.status.code(), Some(1));
    assert!(text(&last.stderr).contains("at least one User Manager"), "{last:?}");
    let without = server.command(&["user-manager", "grant", "--practice", &practice, "--email", theo]);
    assert_eq!(without.status.code(), Some(2), "a reason is needed");
    assert!(run(change("grant", theo, "asked by the owner")).status.success());
    assert!(run(change("revoke", marisol, "left the practice")).status.success());

    let unlocked = server.command(&["member", "unlock", "--email", theo, "--reason", "called"]);
    assert!(text(&unlocked.stdout).contains("There was no lock"), "{unlocked:?}");
    assert!(server.command(&["audit", "verify"]).status.success());
}

#[test]
fn bad_settings_are_refused_by_name() {
    let mut command = std::process::Command::new(binary());
    command.arg("serve").env("PORTAL_BASE_URL", "http://portal.example.com").env("PORTAL_KEYS", "x");
    let refused = command.output().expect("the command runs");
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("base_url"), "{refused:?}");
}

#[test]
fn the_description_of_the_api_is_printed() {
    let printed = std::process::Command::new(binary()).arg("openapi").output().expect("the command runs");
    let document: serde_json::Value = serde_json::from_slice(&printed.stdout).expect("JSON");
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")), "{}", document["openapi"]);
    assert!(document["paths"].as_object().is_some_and(|paths| paths.len() > 8));
}

/// One server a file.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_on_the_same_file_is_refused() {
    let server = Server::start();
    let refused = server.command(&["serve"]);
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    assert!(text(&refused.stderr).contains("database-in-use"), "{refused:?}");
}

/// PRA-6, POL-00
#[tokio::test(flavor = "multi_thread")]
async fn a_server_does_not_start_with_a_policy_outside_its_bounds() {
    let mut server = Server::start();
    server.kill();
    server.edit("UPDATE practice SET policy = 'session.idle_minutes=61'").await;
    let refused = server.command(&["serve"]);
    assert_eq!(refused.status.code(), Some(4), "{refused:?}");
    assert!(text(&refused.stderr).contains("session.idle_minutes must be 5 to 60 minutes"), "{refused:?}");
}

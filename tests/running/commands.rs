use crate::server::{Server, binary};
use crate::visitor::Visitor;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// PRA-1, PRA-3, LOCK-2, TN-04: vendor support works beside the running server.
#[tokio::test(flavor = "multi_thread")]
async fn operators_work_beside_the_running_server() {
    let server = Server::start();
    let practice = server.told("Practice id:");
    let theo = "theo.lindqvist@brightwater-dental.example";
    let marisol = "marisol.vega@brightwater-dental.example";

    let first = "first@elm-dental.example";
    let founded =
        ["practice", "create", "--name", "Elm Street Dental", "--email", first, "--reason", "signed up by phone"];
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

    let listed = server.command(&["practice", "list"]);
    assert!(
        text(&listed.stdout).contains("Elm Street Dental") && text(&listed.stdout).contains(&practice),
        "{listed:?}"
    );
    let shown = server.command(&["practice", "show", "--practice", &practice]);
    let told = text(&shown.stdout);
    assert!(told.contains(&format!("owner {marisol}")) && told.contains("user managers 1"), "{told}");
    assert!(!told.contains(theo), "only owners are named");
    let nobody = ["practice", "show", "--practice", "00000000-0000-0000-0000-000000000000"];
    assert_eq!(server.command(&nobody).status.code(), Some(2));
    let search = ["audit", "search", "--practice", &practice, "--code", "user-manager.", "--text", "left the practice"];
    let found = text(&server.command(&search).stdout);
    let entries: Vec<&str> = found.lines().collect();
    assert!(
        matches!(entries[..], [entry, last] if entry.contains("user-manager.revoked") && last.starts_with("1 of ")),
        "{found}"
    );

    let began = server.command(&["audit", "search", "--practice", &practice_of(&founded.stdout), "--text", "by phone"]);
    assert!(text(&began.stdout).contains("practice.founded"), "the reason is kept: {began:?}");

    let unlocked = server.command(&["member", "unlock", "--email", theo, "--reason", "called"]);
    assert!(text(&unlocked.stdout).contains("There was no lock"), "{unlocked:?}");
    assert!(server.command(&["audit", "verify"]).status.success());
}

/// The practice that was founded.
fn practice_of(stdout: &[u8]) -> String {
    let told = text(stdout);
    told.lines().find_map(|line| line.strip_prefix("practice ")).unwrap_or_else(|| panic!("{told}")).to_owned()
}

/// INV-2, LK-08: a key is made and taken away with a reason, while the server runs; its next request is refused, and the practice hears.
#[tokio::test(flavor = "multi_thread")]
async fn keys_are_listed_and_revoked_beside_the_running_server() {
    let server = Server::start();
    let practice = server.told("Practice id:");
    let visitor = Visitor::new(&server.base);
    let marisol = "marisol.vega@brightwater-dental.example";
    let create = ["api-key", "create", "--practice", &practice, "--product", "truform"];
    assert_eq!(server.command(&create).status.code(), Some(2), "a reason is needed");
    let list = || text(&server.command(&["api-key", "list", "--practice", &practice]).stdout);
    let before = list();
    let made = server.command(&[&create[..], &["--reason", "forms go live"]].concat());
    let secret = text(&made.stdout).trim().to_owned();
    assert!(made.status.success() && secret.starts_with("pp_"), "{made:?}");
    let listed = list();
    assert!(!listed.contains(&secret[3..]), "the list shows no key: {listed}");
    let id = listed.lines().find(|line| !before.contains(*line)).and_then(|line| line.split(' ').next());
    let id = id.unwrap_or_else(|| panic!("{listed}"));

    let asked = || async {
        let request = reqwest::Client::new()
            .post(format!("{}/api/v1/practices/{practice}/invitations", server.base))
            .bearer_auth(&secret);
        request.json(&serde_json::json!({})).send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(asked().await, 422, "the key is known, and the request holds nothing");
    let revoke = ["api-key", "revoke", "--practice", &practice, "--key", id];
    assert_eq!(server.command(&revoke).status.code(), Some(2), "a reason is needed");
    let revoke = [&revoke[..], &["--reason", "it was pasted into a chat"]].concat();
    assert!(text(&server.command(&revoke).stdout).contains("Revoked"));
    assert_eq!(asked().await, 401, "refused at the next request");
    assert!(text(&server.command(&revoke).stdout).contains("already"));
    assert!(list().lines().any(|line| line.starts_with(id) && line.contains("revoked 2")), "{}", list());
    for _ in 0..100 {
        if visitor.mails(marisol).await.len() >= 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(visitor.mails(marisol).await.len(), 2, "one of the key, one of its end");
}

/// INV-10: what was given up is listed, and goes out again with a reason.
#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_was_given_up_goes_out_again() {
    let server = Server::start();
    let visitor = Visitor::new(&server.base);
    let founded = ["practice", "create", "--name", "Oak Street Dental", "--email", "first@oak-dental.example"];
    assert!(server.command(&founded).status.success());
    let first = visitor.link("first@oak-dental.example", &[]).await;
    server.edit(
        "UPDATE notice SET outcome = 'gave-up' WHERE id = (SELECT id FROM notice ORDER BY settled_at DESC, id LIMIT 1)",
    );
    let listed = text(&server.command(&["notice", "list", "--most", "5"]).stdout);
    let id = listed.lines().find(|line| line.contains("gave up  invitation")).and_then(|line| line.split(' ').next());
    let id = id.unwrap_or_else(|| panic!("{listed}"));
    assert!(!listed.contains('@'), "no addresses: {listed}");
    assert_eq!(server.command(&["notice", "retry", "--notice", id]).status.code(), Some(2), "a reason is needed");
    let retry = ["notice", "retry", "--notice", id, "--reason", "their mail server is back"];
    let again = server.command(&retry);
    assert!(again.status.success(), "{again:?}");
    let twice = server.command(&retry);
    assert_eq!(twice.status.code(), Some(1), "{twice:?}");
    assert_eq!(server.audited("notice.retried"), 1);
    for _ in 0..100 {
        if visitor.mails("first@oak-dental.example").await.len() == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let mails = visitor.mails("first@oak-dental.example").await;
    assert_eq!(mails.len(), 2, "sent again, with the link {first}");
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
    server.edit("UPDATE practice SET policy = 'session.idle_minutes=61'");
    let refused = server.command(&["serve"]);
    assert_eq!(refused.status.code(), Some(4), "{refused:?}");
    assert!(text(&refused.stderr).contains("session.idle_minutes must be 5 to 60 minutes"), "{refused:?}");
}

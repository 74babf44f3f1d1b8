//! `Webhooks` judged by the specification's own library. `cargo xtask test --only peers` installs and names it; without it the test says
//! so and passes.

#[expect(dead_code, reason = "the server of the other tests does more than is needed here")]
#[path = "../served/server.rs"]
mod server;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use practice_domain::channel::Product;
use practice_domain::port::Announcer;
use practice_domain::value::Time;
use serde_json::{Value, json};

use server::{Answer, BEFORE, SECRET, Server, told};

/// Section 13: the specification's library believes every request that we send, whichever of two secrets it knows, and none that was changed.
#[tokio::test]
async fn the_specifications_library_believes_what_we_sign() {
    let Some(tools) = std::env::var_os("PORTAL_TOOLS") else {
        println!("skipped: PORTAL_TOOLS does not say where the library of Standard Webhooks is");
        return;
    };
    let mut cases = Vec::new();
    for secrets in [&[SECRET][..], &[BEFORE, SECRET], &[SECRET, BEFORE], &[BEFORE]] {
        let server = Server::start(vec![Answer::Say(204, "")]).await;
        server.webhooks(secrets).announce(Product::Operator, &told(5), now()).await.expect("taken");
        let request = server.heard().remove(0);
        let header = |name: &str| request.header(name).to_owned();
        let headers = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(header);
        let good = secrets.contains(&SECRET);
        let case = |body: &str, [id, at, by]: &[String; 3], good: bool| {
            (json!({"body": body, "id": id, "at": at, "by": by}), good)
        };
        let with = |which: usize, text: &str| {
            let mut changed = headers.clone();
            text.clone_into(&mut changed[which]);
            changed
        };
        cases.push(case(&request.body, &headers, good));
        cases.push(case(&request.body.replace("registered", "left"), &headers, false));
        cases.push(case(&request.body, &with(0, "another"), false));
        let later = headers[1].parse::<i64>().expect("seconds") + 1;
        cases.push(case(&request.body, &with(1, &later.to_string()), false));
        cases.push(case(&request.body, &with(2, &headers[2].replace("v1,", "v2,")), false));
    }
    let mut judge = Command::new(Path::new(&tools).join("python/bin/python"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/standard_webhooks.py");
    let mut judge =
        judge.arg(script).arg(SECRET).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let lines: String = cases.iter().map(|(case, _): &(Value, bool)| format!("{case}\n")).collect();
    judge.stdin.take().expect("piped").write_all(lines.as_bytes()).expect("it listens");
    let output = judge.wait_with_output().expect("it ends");
    assert!(output.status.success(), "the judge failed");
    let judged = String::from_utf8(output.stdout).expect("text");
    let judged: Vec<bool> = judged.lines().map(|line| line == "good").collect();
    assert_eq!(judged, cases.iter().map(|(_, good)| *good).collect::<Vec<_>>());
}

#[expect(
    clippy::disallowed_methods,
    reason = "the library believes what was signed within five minutes of the machine's time"
)]
fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    Time::from_micros(i64::try_from(since.as_micros()).expect("soon enough"))
}

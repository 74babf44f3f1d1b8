//! `cargo xtask bench start`: how soon the server answers after its start on an existing database, and how much memory it holds
//! when nobody asks for anything. The binary of the release profile is measured, as its own process.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const TIMES: usize = 11;

pub(crate) fn run() {
    let data = tempfile::tempdir().expect("a folder");
    let (mut first, _) = start(data.path());
    stop(&mut first);
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let (mut server, took) = start(data.path());
        times.push(took);
        stop(&mut server);
    }
    times.sort();
    let (mut server, _) = start(data.path());
    std::thread::sleep(Duration::from_secs(15));
    let memory = resident(server.id());
    stop(&mut server);
    println!(
        "first answer after {:?}, at most {:?} of {TIMES} starts   (below 300 ms is wanted)",
        times[TIMES / 2],
        times[TIMES - 1]
    );
    println!("idle memory {:.1} MiB   (below 40 is wanted)", memory as f64 / 1024.0);
}

/// Starts the server; the time until a sign-in page came back in full.
fn start(data: &Path) -> (Child, Duration) {
    let started = Instant::now();
    let mut command = Command::new(binary());
    command.args(["demo", "--listen", "127.0.0.1:0", "--data"]).arg(data).env("PORTAL_LOG", "warn");
    command.env("PORTAL_BOT_CHECK", "off").env("PORTAL_LIMITS", "off");
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the release binary");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
    let open = lines.find(|line| line.starts_with("Open ")).expect("it says where");
    let address = open.trim_start_matches("Open http://").trim_end_matches('/').to_owned();
    let mut stream = TcpStream::connect(&address).expect("it listens");
    write!(stream, "GET /login HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    (child, started.elapsed())
}

fn stop(server: &mut Child) {
    server.kill().expect("ours");
    server.wait().expect("it ends");
}

fn resident(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("Linux tells");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a line");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number")
}

fn binary() -> PathBuf {
    let here = std::env::current_exe().expect("a path");
    here.ancestors().nth(2).expect("target/release/deps/<bench>").join("practice-portal")
}

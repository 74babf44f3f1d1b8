//! What a client may cost the real server: how large and how slow a head, a body and a whole request may be, and how long a page of a
//! list (`RL-06`). Each bound at its limit, and one beyond it.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use reqwest::StatusCode;

use crate::server::Server;
use crate::visitor::Visitor;

const MANAGER: &str = "marisol.vega@brightwater-dental.example";
const PASSWORD: &str = "harbor lamp seventeen";
const MOST_BYTES: usize = 64 * 1024;
const MOST_BYTES_OF_HEAD: usize = 16 * 1024;

/// A body of 64 KiB is read, one byte more is not; nor where its length is not told before.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_one_byte_too_many_is_refused() {
    let server = Server::start();
    let (json, form) = ("application/json", "application/x-www-form-urlencoded");
    for (path, kind) in [("/api/v1/session", json), ("/login", form)] {
        for (bytes, refused) in [(MOST_BYTES, false), (MOST_BYTES + 1, true)] {
            let told = answer_to(&server, &with_length(&server, path, kind, bytes));
            assert_eq!(status(&told) == 413, refused, "{path} with {bytes} bytes: {told}");
            let streamed = answer_to(&server, &in_pieces(&server, path, kind, bytes));
            assert_eq!(status(&streamed) == 413, refused, "{path} with {bytes} bytes in pieces: {streamed}");
        }
    }
    assert_eq!(server.audited("sign-in.failed"), 0, "no password was looked at");
}

/// A head of 16 KiB is read, one byte more is 431.
#[test]
fn a_head_of_one_byte_too_many_is_refused() {
    let server = Server::start();
    let head = |filler: usize| {
        format!(
            "GET /healthz HTTP/1.1\r\nhost: {}\r\nconnection: close\r\nx-filler: {}\r\n\r\n",
            host(&server),
            "x".repeat(filler)
        )
    };
    let room = MOST_BYTES_OF_HEAD - head(0).len();
    // The library wants a byte of room behind the head.
    assert_eq!(status(&answer_to(&server, &head(room - 1))), 200);
    assert_eq!(status(&answer_to(&server, &head(room + 1))), 431);
}

/// Whoever is slower than ten seconds with the head is let go, and slower than thirty with the whole request is told so; everybody else
/// is answered meanwhile.
#[test]
fn who_is_too_slow_is_let_go() {
    let server = Server::start();
    let began = Instant::now();
    let mut head = connect(&server);
    head.write_all(b"GET /healthz HTTP/1.1\r\nhost: ").expect("sent");
    let mut body = connect(&server);
    let request = format!(
        "POST /login HTTP/1.1\r\nhost: {}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\nemail=",
        host(&server)
    );
    body.write_all(request.as_bytes()).expect("sent");
    let others = || {
        let health = format!("GET /healthz HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", host(&server));
        assert_eq!(status(&answer_to(&server, &health)), 200);
    };
    others();
    let ended = read_to_end(&mut head);
    let after = began.elapsed();
    assert!(after >= Duration::from_secs(10) && after < Duration::from_secs(20), "{after:?}");
    assert!(!ended.contains(" 200 "), "{ended}");
    others();
    let mut first = [0; 12];
    body.read_exact(&mut first).expect("an answer");
    let after = began.elapsed();
    assert_eq!(&first, b"HTTP/1.1 503");
    assert!(after >= Duration::from_secs(30) && after < Duration::from_secs(45), "{after:?}");
    others();
}

/// Two hundred rows on a page are given, two hundred and one are not.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_one_row_too_many_is_refused() {
    let server = Server::start();
    let manager = Visitor::new(&server.base);
    assert!(manager.sign_in(MANAGER, PASSWORD).await);
    let practice = server.told("Practice id:");
    for (size, expected) in [(200, StatusCode::OK), (201, StatusCode::UNPROCESSABLE_ENTITY)] {
        let (found, page) = manager.get(&format!("/api/v1/practices/{practice}/people?size={size}")).await;
        assert_eq!(found, expected, "{page}");
    }
}

fn with_length(server: &Server, path: &str, kind: &str, bytes: usize) -> String {
    let body = "x".repeat(bytes);
    format!(
        "POST {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: {kind}\r\ncontent-length: {bytes}\r\n\r\n{body}",
        host(server)
    )
}

fn in_pieces(server: &Server, path: &str, kind: &str, bytes: usize) -> String {
    let body = "x".repeat(bytes);
    format!(
        "POST {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: {kind}\r\ntransfer-encoding: chunked\r\n\r\n\
        {bytes:x}\r\n{body}\r\n0\r\n\r\n",
        host(server)
    )
}

fn host(server: &Server) -> &str {
    server.base.trim_start_matches("http://")
}

fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(host(server)).expect("a connection")
}

/// What comes back for these bytes, until the server closes; it may close before it has read all of them.
fn answer_to(server: &Server, bytes: &str) -> String {
    let mut stream = connect(server);
    let _ = stream.write_all(bytes.as_bytes());
    read_to_end(&mut stream)
}

fn read_to_end(stream: &mut TcpStream) -> String {
    let (mut answer, mut part) = (Vec::new(), [0; 4096]);
    loop {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(read) => answer.extend_from_slice(&part[..read]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => panic!("{error}"),
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// The status of an answer; none where there is no answer.
fn status(answer: &str) -> u16 {
    answer.get(9..12).and_then(|text| text.parse().ok()).unwrap_or(0)
}

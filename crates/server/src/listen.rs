//! Takes connections and answers requests, with bounds on what a client may cost: how many connections, how long and how large the
//! head of a request.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::{CONNECTION, CONTENT_LENGTH, RETRY_AFTER};
use axum::http::{HeaderValue, Request, StatusCode};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt;

/// Serves until `stop` says so; then takes no more connections, and comes back when the requests under way are answered.
pub(crate) async fn serve(listener: TcpListener, router: Router, leaving: Leaving, mut stop: watch::Receiver<bool>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).max_buf_size(HEAD_WITHIN_BYTES);
    let under_way = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &room) => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let Some((stream, peer, place)) = accepted else { continue };
        let (router, leaving) = (router.clone(), leaving.clone());
        let service = service_fn(move |request| answer(router.clone(), leaving.clone(), request, peer));
        let connection = under_way.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    under_way.shutdown().await;
}

/// The next connection, once there is room for it.
async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let place = room.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            let _ = stream.set_nodelay(true);
            Some((stream, peer, place))
        }
        Err(error) => {
            tracing::warn!(%error, "no connection could be taken");
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

async fn answer(
    router: Router,
    leaving: Leaving,
    mut request: Request<Incoming>,
    peer: SocketAddr,
) -> Result<Response, Infallible> {
    request.extensions_mut().insert(ConnectInfo(peer));
    let asks = request.uri().path() == "/readyz";
    let answer = router.oneshot(request.map(Body::new)).await?;
    Ok(if leaving.has_begun() { last(answer, asks) } else { answer })
}

/// Whether this server is about to stop: it serves, and asks to be sent nobody any more.
#[derive(Clone, Default)]
pub(crate) struct Leaving(Arc<AtomicBool>);

impl Leaving {
    /// From now on.
    pub(crate) fn begin(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    fn has_begun(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// The last answer on its connection: otherwise a request could come in the moment in which the connection is closed. Whoever asks
/// whether the server is ready is told no.
fn last(mut answer: Response, asks: bool) -> Response {
    if asks {
        *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        *answer.body_mut() = Body::from("leaving");
        answer.headers_mut().remove(CONTENT_LENGTH);
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}

/// Connections at a time; one more waits.
const CONNECTIONS: usize = 1_000;

/// How long a client may take for the head of a request; also how long a connection may idle.
const HEAD_WITHIN: Duration = Duration::from_secs(10);

/// How large the head of a request may be; beyond it the answer is 431.
const HEAD_WITHIN_BYTES: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// A server that says "ok", until what comes second is dropped.
    async fn started() -> (SocketAddr, watch::Sender<bool>) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(serve(listener, router(), Leaving::default(), stopped));
        (address, stop)
    }

    fn router() -> Router {
        Router::new().route("/", get(async || "ok")).route("/readyz", get(async || "ready"))
    }

    /// What comes back for these bytes, until the server closes.
    async fn answer_to(address: SocketAddr, bytes: &str) -> String {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(bytes.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn head(filler: usize) -> String {
        format!(
            "GET / HTTP/1.1\r\nhost: portal.example\r\nconnection: close\r\nx-filler: {}\r\n\r\n",
            "x".repeat(filler)
        )
    }

    /// RL-06: a head of sixteen kilobytes is read, a larger one is answered with 431.
    #[tokio::test]
    async fn a_head_that_is_too_large_is_refused() {
        let (address, _stop) = started().await;
        let room = HEAD_WITHIN_BYTES - head(0).len();
        assert!(answer_to(address, &head(room - 1)).await.starts_with("HTTP/1.1 200 "));
        let refused = answer_to(address, &head(room + 1)).await;
        assert!(refused.starts_with("HTTP/1.1 431 "), "{refused}");
    }

    /// RL-06: whoever takes longer than ten seconds for a head is let go, and holds up nobody meanwhile.
    #[tokio::test]
    async fn a_client_that_is_too_slow_is_let_go() {
        let (address, _stop) = started().await;
        let mut slow = TcpStream::connect(address).await.expect("a connection");
        let began = Instant::now();
        slow.write_all(b"GET / HTTP/1.1\r\nhost: portal").await.expect("sent");
        for _ in 0..20 {
            assert!(answer_to(address, &head(1)).await.ends_with("ok"));
        }
        assert!(began.elapsed() < HEAD_WITHIN);
        let mut answer = Vec::new();
        let _ = slow.read_to_end(&mut answer).await;
        let took = began.elapsed();
        assert!(took >= HEAD_WITHIN && took < 2 * HEAD_WITHIN, "{took:?}");
        assert!(!String::from_utf8_lossy(&answer).contains("200"), "{answer:?}");
        assert!(answer_to(address, &head(1)).await.ends_with("ok"));
    }

    /// RL-06: one connection more than there is room for waits until another ends.
    #[tokio::test]
    async fn a_connection_without_room_waits_for_its_turn() {
        let (address, _stop) = started().await;
        let mut held = Vec::new();
        for _ in 0..CONNECTIONS {
            held.push(TcpStream::connect(address).await.expect("a connection"));
        }
        let waits = tokio::spawn(async move { answer_to(address, &head(1)).await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!waits.is_finished(), "there was room");
        drop(held.pop());
        let answer = tokio::time::timeout(HEAD_WITHIN / 2, waits).await.expect("in time").expect("an answer");
        assert!(answer.ends_with("ok"), "{answer}");
    }

    /// F-40: whoever is about to stop still answers, closes each connection behind it, and says that it is not ready.
    #[tokio::test]
    async fn a_server_that_leaves_answers_and_is_not_ready() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (leaving, (_stop, stopped)) = (Leaving::default(), watch::channel(false));
        tokio::spawn(serve(listener, router(), leaving.clone(), stopped));
        let kept = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: portal.example\r\n\r\n");
        let waits = tokio::time::timeout(Duration::from_millis(300), answer_to(address, &kept("/readyz"))).await;
        assert!(waits.is_err(), "the connection was closed: {waits:?}");
        leaving.begin();
        let page = answer_to(address, &kept("/")).await;
        assert!(page.starts_with("HTTP/1.1 200 ") && page.contains("connection: close"), "{page}");
        let ready = answer_to(address, &kept("/readyz")).await;
        assert!(ready.starts_with("HTTP/1.1 503 ") && ready.contains("retry-after: 5"), "{ready}");
        assert!(ready.contains("content-length: 7") && ready.ends_with("leaving"), "{ready}");
    }
}

use std::time::{Duration, Instant};

use practice_domain::channel::Product;
use practice_domain::port::{Announcer, SendError};
use practice_events_http::{EndpointSettings, EventsError, Webhooks};

use crate::server::{Answer, BEFORE, NOW, SECRET, Server, told};

async fn answered(answer: Answer) -> Result<(), SendError> {
    let server = Server::start(vec![answer]).await;
    let said = server.webhooks(&[SECRET]).announce(Product::Operator, &told(1), NOW).await;
    assert_eq!(server.heard().len(), 1, "it is asked once");
    said
}

/// Section 13: one `POST` with the three headers; the same event is the same to the byte on every try, but for the moment.
#[tokio::test]
async fn a_request_is_as_the_specification_says() {
    let server = Server::start(vec![Answer::Say(500, ""), Answer::Say(204, "")]).await;
    let webhooks = server.webhooks(&[SECRET, BEFORE]);
    let later = NOW.plus(Duration::from_secs(60));
    assert!(webhooks.announce(Product::Operator, &told(5), NOW).await.is_err());
    webhooks.announce(Product::Operator, &told(5), later).await.expect("taken");
    let heard = server.heard();
    for (request, seconds) in heard.iter().zip(["1780000000", "1780000060"]) {
        assert_eq!(request.line, "POST /hooks?from=portal HTTP/1.1");
        assert_eq!(request.header("content-type"), "application/json");
        assert_eq!(request.header("webhook-id"), "00000000-0000-0000-0000-000000000005");
        assert_eq!(request.header("webhook-timestamp"), seconds);
        let signatures: Vec<&str> = request.header("webhook-signature").split(' ').collect();
        assert_eq!(signatures.len(), 2, "one for each secret");
        assert!(
            signatures.iter().all(|one| one.starts_with("v1,") && one.len() == 47) && signatures[0] != signatures[1]
        );
    }
    assert_eq!(heard[0].body, heard[1].body);
    assert_ne!(heard[0].header("webhook-signature"), heard[1].header("webhook-signature"));
}

/// Section 13: any 2xx is enough, 410 is for good, everything else comes again; a redirect leads nowhere.
#[tokio::test]
async fn only_two_hundreds_are_taken() {
    for status in [200, 201, 202, 204, 299] {
        assert!(answered(Answer::Say(status, "")).await.is_ok(), "{status}");
    }
    let gone = answered(Answer::Say(410, "")).await;
    assert!(matches!(&gone, Err(SendError::Permanent { reply }) if reply == "410"), "{gone:?}");
    for status in [301, 302, 307, 308] {
        let said = answered(Answer::Say(status, "location: /elsewhere\r\n")).await;
        assert!(matches!(said, Err(SendError::Transient { .. })), "{status}: {said:?}");
    }
    for status in [304, 400, 401, 403, 404, 422, 429, 500, 502, 503] {
        let said = answered(Answer::Say(status, "")).await;
        assert!(matches!(said, Err(SendError::Transient { .. })), "{status}: {said:?}");
    }
}

/// F-19: an endpoint that is busy says when it is not, within reason.
#[tokio::test]
async fn a_busy_endpoint_is_left_alone_as_it_asks() {
    for (status, header, seconds) in [
        (429, "retry-after: 120\r\n", Some(120)),
        (503, "retry-after: 999999\r\n", Some(3_600)),
        (503, "retry-after: Fri, 31 Dec 1999 23:59:59 GMT\r\n", None),
        (500, "retry-after: 120\r\n", None),
    ] {
        let said = answered(Answer::Say(status, header)).await.expect_err("refused");
        let after = match said {
            SendError::Later { after, .. } => Some(after.as_secs()),
            _ => None,
        };
        assert_eq!(after, seconds, "{status} {header}");
    }
}

/// Section 13: nobody waits for an endpoint longer than is said, and nobody reads what it says.
#[tokio::test]
async fn an_endpoint_costs_no_more_than_its_time() {
    let start = Instant::now();
    assert!(matches!(answered(Answer::Silence).await, Err(SendError::Ambiguous { .. })));
    assert!(start.elapsed() < Duration::from_secs(3));
    let start = Instant::now();
    assert!(answered(Answer::Ramble).await.is_ok());
    assert!(start.elapsed() < Duration::from_secs(1));
    let nobody = Server::start(Vec::new()).await;
    let webhooks = nobody.webhooks(&[SECRET]);
    drop(nobody);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let said = webhooks.announce(Product::Operator, &told(1), NOW).await;
    assert!(matches!(&said, Err(SendError::Transient { reply }) if reply == "no connection"), "{said:?}");
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let endpoint = |to| EndpointSettings { to, url: "https://a.example".to_owned(), secrets: vec![SECRET.into()] };
    let new =
        |all: &[EndpointSettings], seconds| Webhooks::new(all, Duration::from_secs(seconds)).map(|all| all.listeners());
    let two = [endpoint(Product::SecureMail), endpoint(Product::Operator)];
    assert_eq!(new(&two, 10), Ok(vec![Product::SecureMail, Product::Operator]));
    assert_eq!(new(&[endpoint(Product::SecureMail), endpoint(Product::SecureMail)], 10), Err(EventsError::Twice));
    assert_eq!((new(&two, 0), new(&two, 26)), (Err(EventsError::Patience), Err(EventsError::Patience)));
    assert_eq!(
        new(&[EndpointSettings { url: "http://a.example".to_owned(), ..endpoint(Product::Operator) }], 10),
        Err(EventsError::Url)
    );
}

//! What `Twilio` says to a server, and how it bears what the server says, each played by a script.

use std::time::{Duration, Instant};

use crate::server::{ACCOUNT, Answer, Request, Server, settings};
use practice_domain::challenge::Delivery;
use practice_domain::port::{SendError, Texter};
use practice_domain::value::{NoticeId, Phone, PracticeName, Word};
use practice_sms_twilio::{Auth, Twilio, TwilioSettings};
use secrecy::SecretString;
use tokio::net::TcpListener;
use uuid::Uuid;

/// OT-07
#[tokio::test]
async fn a_code_is_texted_in_fixed_words_and_not_kept_in_a_queue_for_longer_than_it_lasts() {
    let server = Server::start(vec![taken()]).await;
    text(&server.twilio()).await.expect("taken");
    let [request] = one(&server);
    assert_eq!(request.line, format!("POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json HTTP/1.1"));
    let words = "Your code is 012345. It ends in 10 minutes. Never share it.\n@app.example #012345";
    let expected = [("To", "+14155552671"), ("Body", words), ("From", "+15005550006"), ("ValidityPeriod", "600")];
    assert_eq!(request.fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(request.header("content-type"), "application/x-www-form-urlencoded");
}

/// OT-07
#[tokio::test]
async fn a_code_is_spoken_twice() {
    let server = Server::start(vec![taken()]).await;
    server.twilio().deliver_code(notice(), &number(), Delivery::Call, "012345", LIFE).await.expect("taken");
    let [request] = one(&server);
    assert_eq!(request.line, format!("POST /2010-04-01/Accounts/{ACCOUNT}/Calls.json HTTP/1.1"));
    assert_eq!((request.field("To"), request.field("From")), ("+14155552671", "+15005550006"));
    assert_eq!(request.field("Twiml").matches("0, 1, 2, 3, 4, 5").count(), 2);
}

/// CODE-2
#[tokio::test]
async fn a_code_word_is_texted() {
    let server =
        Server::start(vec![taken(), Answer::new(400, r#"{"code":21610,"message":"velvet-otter-lamp"}"#)]).await;
    let practice = PracticeName::parse("Bright & Smile Dental").expect("a name");
    let word = Word::parse("velvet-otter-lamp").expect("a word");
    let twilio = server.twilio();
    twilio.deliver_code_word(notice(), &number(), &practice, &word).await.expect("taken");
    let [request] = one(&server);
    assert!(request.line.contains("/Messages.json "));
    let body = request.field("Body");
    assert!(body.contains(practice.as_str()) && body.contains(word.expose()), "{body}");
    let error = twilio.deliver_code_word(notice(), &number(), &practice, &word).await.expect_err("opted out");
    assert!(matches!(error, SendError::Stopped { .. }));
    assert!(!format!("{error} {error:?}").contains("otter"), "{error:?}");
}

#[tokio::test]
async fn the_account_signs_in_with_its_token_or_with_a_key() {
    let server = Server::start(vec![taken(), taken()]).await;
    text(&server.twilio()).await.expect("taken");
    let key = "SK0123456789abcdef0123456789abcdef".to_owned();
    let auth = Auth::ApiKey { sid: key, secret: SecretString::from("the-secret") };
    text(&Twilio::new(TwilioSettings { auth, ..server.settings() }).expect("fine")).await.expect("taken");
    let said: Vec<_> = server.heard().iter().map(|request| request.header("authorization").to_owned()).collect();
    // The name and the secret with a colon between them, in base 64.
    let token = "Basic QUMwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjp0aGUtdG9rZW4=";
    let key = "Basic U0swMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjp0aGUtc2VjcmV0";
    assert_eq!(said, [token, key]);
}

#[tokio::test]
async fn texts_come_from_the_messaging_service_and_calls_from_the_number() {
    let server = Server::start(vec![taken(), taken()]).await;
    let service = "MG0123456789abcdef0123456789abcdef";
    let receipts = "https://portal.example.com/webhooks/twilio";
    let settings = TwilioSettings {
        messaging_service_sid: Some(service.to_owned()),
        status_callback: Some(receipts.to_owned()),
        ..server.settings()
    };
    let twilio = Twilio::new(settings).expect("fine");
    text(&twilio).await.expect("taken");
    twilio.deliver_code(notice(), &number(), Delivery::Call, "012345", LIFE).await.expect("taken");
    let heard = server.heard();
    assert_eq!((heard[0].field("MessagingServiceSid"), heard[0].field("From")), (service, ""));
    assert_eq!((heard[1].field("MessagingServiceSid"), heard[1].field("From")), ("", "+15005550006"));
    let receipts = format!("{receipts}?notice={}", notice());
    assert!(heard.iter().all(|request| request.field("StatusCallback") == receipts));
}

/// F-19: what Twilio asks for is handed on, and nothing is asked twice at once.
#[tokio::test]
async fn haste_is_forgiven_when_twilio_says() {
    let busy = |headers| Answer::with(429, headers, r#"{"code":20429}"#);
    let server = Server::start(vec![
        busy("retry-after: 7\r\n"),
        busy("retry-after: 86400\r\n"),
        busy("retry-after: Wed, 21 Oct 2026 07:28:00 GMT\r\n"),
        busy(""),
        taken(),
    ])
    .await;
    let twilio = server.twilio();
    let told = |answer| match answer {
        Err(SendError::Later { after, .. }) => Some(after.as_secs()),
        Err(SendError::Transient { .. }) => None,
        other => panic!("{other:?}"),
    };
    let mut waits = Vec::new();
    for _ in 0..4 {
        waits.push(told(text(&twilio).await));
    }
    assert_eq!(waits, [Some(7), Some(3_600), None, None], "an hour at most, and seconds only");
    text(&twilio).await.expect("taken");
    assert_eq!(server.heard().len(), 5);
}

/// F-19: Twilio drops a code that it keeps waiting for longer than the code is good for.
#[tokio::test]
async fn a_code_waits_no_longer_than_it_is_good_for() {
    let server = Server::start(vec![taken(), taken()]).await;
    for left in [Duration::from_secs(330), Duration::from_millis(1)] {
        let sent = server.twilio().deliver_code(notice(), &number(), Delivery::Text, "012345", left).await;
        sent.expect("taken");
    }
    let heard = server.heard();
    let spans: Vec<_> = heard.iter().map(|request| request.field("ValidityPeriod")).collect();
    assert_eq!(spans, ["330", "1"]);
}

/// F-26
#[tokio::test]
async fn silence_or_a_hang_up_after_the_request_is_ambiguous_and_not_repeated() {
    for answer in [Answer::Silence, Answer::HangUp] {
        let server = Server::start(vec![answer, taken()]).await;
        let start = Instant::now();
        assert!(matches!(text(&server.twilio()).await, Err(SendError::Ambiguous { .. })));
        assert!(start.elapsed() < Duration::from_secs(3));
        assert_eq!(server.heard().len(), 1);
    }
}

/// A refusal counts even when its body does not end.
#[tokio::test]
async fn a_refusal_with_half_a_body_is_a_refusal() {
    let head = "HTTP/1.1 400 So\r\ncontent-length: 99\r\n\r\n".to_owned();
    let server = Server::start(vec![Answer::Say { head, body: r#"{"code":21211"#.to_owned() }]).await;
    assert!(matches!(text(&server.twilio()).await, Err(SendError::Permanent { .. })));
}

/// TL-02
#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::start(vec![taken()]).await;
    for status in [301, 302, 307, 308] {
        let location = format!("location: {}/2010-04-01/x\r\n", elsewhere.settings().base_url);
        let server = Server::start(vec![Answer::with(status, &location, "")]).await;
        assert!(matches!(text(&server.twilio()).await, Err(SendError::Transient { .. })), "{status}");
    }
    assert!(elsewhere.heard().is_empty());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_transient() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base_url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let twilio = Twilio::new(settings(&base_url)).expect("fine");
    assert!(matches!(text(&twilio).await, Err(SendError::Transient { .. })));
}

fn taken() -> Answer {
    Answer::new(201, r#"{"sid":"SM0","status":"queued"}"#)
}

fn one(server: &Server) -> [Request; 1] {
    server.heard().try_into().expect("one request")
}

async fn text(twilio: &Twilio) -> Result<(), SendError> {
    let answer = twilio.deliver_code(notice(), &number(), Delivery::Text, "012345", LIFE).await;
    if let Err(error) = &answer {
        let said = format!("{error} {error:?}");
        assert!(!said.contains("4155552671") && !said.contains("012345"), "{said}");
    }
    answer
}

const LIFE: Duration = Duration::from_secs(600);

fn number() -> Phone {
    Phone::parse("+14155552671").expect("a number")
}

fn notice() -> NoticeId {
    NoticeId(Uuid::from_u128(7))
}

use crate::scripted::{Act, Form, HOST, Peer, refusal, success};
use practice_domain::access::Gate;
use practice_domain::port::{BotCheck as _, BotVerdict};

/// What the check says when the server plays this, and the calls that it got.
async fn played(acts: Vec<Act>, answer: &str) -> (BotVerdict, Vec<Form>) {
    let peer = Peer::playing(acts).await;
    let verdict = peer.turnstile().verify(answer, Gate::SignIn, Some([192, 0, 2, 7].into())).await;
    let calls = peer.calls.lock().expect("nobody panics").clone();
    (verdict, calls)
}

fn passed(verdict: BotVerdict) -> bool {
    matches!(verdict, BotVerdict::Passed { .. })
}

/// BOT-1, BOT-2
#[tokio::test]
async fn a_good_answer_passes_with_one_call_that_says_what_it_must() {
    let (verdict, calls) = played(vec![success(HOST, "sign-in")], "token").await;
    assert!(passed(verdict));
    let [call] = calls.as_slice() else { panic!("{calls:?}") };
    let told = |name: &str| call[name].as_str();
    assert_eq!((told("secret"), told("response"), told("remoteip")), ("a secret", "token", "192.0.2.7"));
    assert_eq!(told("idempotency_key").len(), 36);
}

/// BC-02: used, from another site, for another gate, too long.
#[tokio::test]
async fn an_answer_that_is_not_for_here_and_now_fails() {
    for act in [
        refusal("timeout-or-duplicate"),
        refusal("invalid-input-response"),
        success("evil.example", "sign-in"),
        success(HOST, "reset"),
        Act::Say(200, r#"{"success":true}"#.to_owned()),
    ] {
        let (verdict, calls) = played(vec![act], "token").await;
        assert_eq!((verdict, calls.len()), (BotVerdict::Failed, 1));
    }
    let (verdict, calls) = played(vec![success(HOST, "sign-in")], &"x".repeat(2_049)).await;
    assert_eq!((verdict, calls.len()), (BotVerdict::Failed, 0));
}

/// BC-02, BC-03: a lost reply is asked for once more, as the same question.
#[tokio::test]
async fn a_lost_reply_is_asked_for_again_under_the_same_key() {
    for first in [Act::Lose, Act::Say(500, "no".to_owned()), refusal("internal-error")] {
        let (verdict, calls) = played(vec![first, success(HOST, "sign-in")], "token").await;
        assert!(passed(verdict));
        let keys: Vec<_> = calls.iter().map(|call| call["idempotency_key"].as_str()).collect();
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[0], keys[1]);
    }
}

/// BOT-2, BC-03, F-28: nothing passes because nobody answered.
#[tokio::test]
async fn an_outage_is_no_pass() {
    let page = "<!doctype html><title>Just a moment</title>".to_owned();
    let moved = Act::Say(302, String::new());
    for act in [
        Act::Say(500, "no".to_owned()),
        Act::Say(200, page),
        Act::Say(200, "{}".to_owned()),
        refusal("invalid-input-secret"),
        Act::Lose,
        moved,
    ] {
        let (verdict, calls) = played(vec![act], "token").await;
        assert_eq!((verdict, calls.len()), (BotVerdict::Unavailable, 2));
    }
}

/// BC-03: two tries of three seconds, and no longer.
#[tokio::test]
async fn silence_is_not_waited_for() {
    let began = tokio::time::Instant::now();
    let (verdict, _) = played(vec![Act::Stall], "").await;
    assert_eq!(verdict, BotVerdict::Unavailable);
    assert!(began.elapsed().as_secs() < 10, "the port promises ten seconds");
}

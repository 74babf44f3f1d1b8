//! `Twilio` keeps the contract of a texter, whatever the server does.

use std::sync::Arc;

use crate::server::{Answer, Server};
use async_trait::async_trait;
use practice_domain::port::Texter;
use practice_testkit::contract::{PeerHarness, Turn, Wire};
use practice_testkit::texter_contract;

texter_contract!(OverHttp);

struct OverHttp;

#[async_trait]
impl PeerHarness<dyn Texter> for OverHttp {
    async fn play(&self, turns: &[Turn]) -> Option<Wire<dyn Texter>> {
        let answers = turns.iter().map(|turn| match turn {
            Turn::Take => Answer::new(201, r#"{"sid":"SM0","status":"queued"}"#),
            Turn::RefuseForGood => Answer::new(400, r#"{"code":21211,"message":"'To' +14155552671 is not a number"}"#),
            Turn::RefuseForNow => Answer::new(429, r#"{"code":20429,"message":"+14155552671: too many requests"}"#),
            Turn::LoseAnswer => Answer::HangUp,
            Turn::FallSilent => Answer::Silence,
        });
        let server = Server::start(answers.collect()).await;
        let heard = server.heard.clone();
        let arrived = move || {
            let heard = heard.lock().expect("nobody panics with it");
            heard.iter().map(|request| format!("{} {}", request.field("To"), request.words())).collect()
        };
        let port = Arc::new(server.twilio());
        Some(Wire { port, arrived: Box::new(arrived), keep: Box::new(server) })
    }
}

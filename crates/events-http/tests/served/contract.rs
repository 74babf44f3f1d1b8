//! `Webhooks` keeps the contract of an announcer, whatever the endpoint does.

use std::sync::Arc;

use async_trait::async_trait;
use practice_domain::port::Announcer;
use practice_testkit::announcer_contract;
use practice_testkit::contract::{PeerHarness, Turn, Wire};

use crate::server::{Answer, SECRET, Server};

announcer_contract!(OverHttp);

struct OverHttp;

#[async_trait]
impl PeerHarness<dyn Announcer> for OverHttp {
    async fn play(&self, turns: &[Turn]) -> Option<Wire<dyn Announcer>> {
        let answers = turns.iter().map(|turn| match turn {
            Turn::Take => Answer::Say(204, ""),
            Turn::RefuseForGood => Answer::Say(410, ""),
            Turn::RefuseForNow => Answer::Say(500, ""),
            Turn::LoseAnswer => Answer::HangUp,
            Turn::FallSilent => Answer::Silence,
        });
        let server = Server::start(answers.collect()).await;
        let heard = server.heard.clone();
        let arrived = move || {
            let heard = heard.lock().expect("nobody panics with it");
            heard.iter().map(|request| format!("{} {}", request.header("webhook-id"), request.body)).collect()
        };
        let port = Arc::new(server.webhooks(&[SECRET]));
        Some(Wire { port, arrived: Box::new(arrived), keep: Box::new(server) })
    }
}

//! Browsers that come with a link that is none of ours, again and again, each in a network of its own.

use reqwest::{Client, StatusCode, redirect};

use super::World;
use crate::history::rules::OfNetwork;
use crate::visitor::elsewhere;

impl World {
    /// Has each browser open such a link, which it keeps.
    pub(super) async fn networks(&self) -> Vec<Client> {
        let mut networks = Vec::new();
        for _ in 0..NETWORKS {
            let browser = elsewhere().redirect(redirect::Policy::none()).build().expect("a client");
            let link = format!("{}/register/{}", self.base(0), "A".repeat(43));
            let opened = browser.get(link).send().await.expect("an answer");
            assert_eq!(opened.status(), StatusCode::SEE_OTHER, "nothing is looked up yet");
            networks.push(browser);
        }
        networks
    }

    /// Somebody there is told that it is none of ours, or to wait.
    pub(super) async fn stray(&self, n: usize, server: usize) {
        let began = self.now();
        let told = self.told(self.networks[n].get(format!("{}/register", self.base(server)))).await;
        let Ok(granted) = told.known(&[(410, true), (429, false)]) else { return };
        let ended = self.now();
        self.strays.note(n, began, granted.map(|_| ended), OfNetwork { began, ended, granted });
    }

    /// Takes whatever may be left, at both servers, so that somebody is told to wait.
    pub(super) async fn stray_on(&self, n: usize) {
        for time in 0..TOO_MANY {
            self.stray(n, time % 2).await;
        }
    }
}

const NETWORKS: usize = 4;

/// One more than there are.
const TOO_MANY: usize = 21;

//! A product that invites, and a manager who corrects and takes back.

use std::sync::atomic::Ordering;

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{Told, World, text};
use crate::history::chance::{Chance, number, word};
use crate::history::rules::{Invited, OfAddress};
use crate::instances::MANAGER;

impl World {
    pub(super) async fn at_address(&self, address: u32, server: usize, chance: &mut Chance) {
        if chance.of(3) == 0 {
            return self.invite(address, server).await;
        }
        let Some(Some((id, tag, seen))) = self.see_address(address, server).await else { return };
        let (began, server) = (self.now(), chance.of(2));
        let url = self.here(server, &format!("/people/{id}"));
        if chance.of(3) == 0 {
            let told = self.told(self.managed(self.manager.delete(url))).await;
            let Ok(done) = told.known(&[(204, true), (404, false), (409, false)]) else { return };
            let what = OfAddress::Withdraw { which: seen.which, done };
            return self.addresses.note(address, began, done.map(|_| self.now()), what);
        }
        let text = self.invited.fetch_add(1, Ordering::SeqCst);
        let change = self.managed(self.manager.patch(url)).header("If-Match", tag);
        let told = self.told(change.json(&json!({"last_name": word(text)}))).await;
        if let Ok(done) = told.known(&[(200, true), (404, false), (409, false), (412, false)]) {
            self.addresses.note(address, began, done.map(|_| self.now()), OfAddress::Correct { seen, text, done });
        }
    }

    async fn invite(&self, address: u32, server: usize) {
        let which = self.invited.fetch_add(1, Ordering::SeqCst);
        let new = Invited { which, text: 0 };
        let body = json!({
            "inviter": MANAGER, "email": email(address), "kind": "patient", "placement": "outside", "confirm": true,
            "first_name": word(which), "last_name": word(0),
        });
        let began = self.now();
        let told =
            self.told(self.stranger().post(self.here(server, "/invitations")).bearer_auth(&self.key).json(&body));
        if let Ok(made) = told.await.known(&[(201, true), (409, false)]) {
            self.addresses.note(address, began, made.map(|_| self.now()), OfAddress::Invite { new, made });
        }
    }

    /// What the practice has of an address: the person's id, the version and the text; none where nobody could say.
    pub(super) async fn see_address(&self, address: u32, server: usize) -> Option<Option<(String, String, Invited)>> {
        let began = self.now();
        let list = self.managed(self.manager.get(self.here(server, &format!("/people?q={}", email(address)))));
        let Told::Answer(status, list) = self.told(list).await else { return None };
        assert_eq!(status, StatusCode::OK, "{list}");
        let Some(row) = list["people"].as_array().expect("people").first() else {
            self.addresses.note(address, began, Some(self.now()), OfAddress::See(None));
            return Some(None);
        };
        self.addresses.note(address, began, Some(self.now()), OfAddress::See(Some(invited(row))));
        let (began, id) = (self.now(), text(row, "id"));
        let one = self.managed(self.manager.get(self.here(server, &format!("/people/{id}")))).send().await.ok()?;
        let tag = one.headers().get("etag").and_then(|tag| tag.to_str().ok()).map(str::to_owned);
        if one.status() != StatusCode::OK {
            assert!([404, 503].contains(&one.status().as_u16()), "{}", one.status());
            return Some(None);
        }
        let seen = invited(&one.json().await.ok()?);
        self.addresses.note(address, began, Some(self.now()), OfAddress::See(Some(seen)));
        Some(Some((id, tag.expect("a version"), seen)))
    }
}

fn email(address: u32) -> String {
    format!("of.history.{}@mail.example", word(address))
}

fn invited(person: &Value) -> Invited {
    Invited { which: number(&text(person, "first_name")), text: number(&text(person, "last_name")) }
}

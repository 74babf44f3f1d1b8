//! People who sign in, whom a manager unlocks, and whose role changes.

use reqwest::StatusCode;
use serde_json::json;

use super::{PASSWORD, Told, World, text};
use crate::history::chance::Chance;
use crate::history::rules::{OfLock, OfRole};

impl World {
    pub(super) async fn at_lock(&self, account: usize, server: usize, chance: &mut Chance) {
        let (email, id) = &self.accounts[account];
        let began = self.now();
        let (what, known) = match chance.of(10) {
            0..5 => {
                let Ok(told) = self.sign_in(server, email, "a wrong password").await.known(&[(401, ())]) else {
                    return;
                };
                (OfLock::Wrong { told }, told.is_some())
            }
            5..8 => {
                let told = self.sign_in(server, email, PASSWORD).await;
                let Ok(signed_in) = told.known(&[(201, true), (401, false)]) else { return };
                (OfLock::Right { signed_in }, signed_in.is_some())
            }
            8 => return self.see_lock(account, server).await,
            _ => {
                let told = self
                    .told(self.managed(self.manager.post(self.here(server, &format!("/people/{id}/unlock")))))
                    .await;
                let was_open = match told {
                    Told::Answer(StatusCode::OK, unlocked) => unlocked["already"].as_bool(),
                    Told::Answer(status, body) => panic!("{status}: {body}"),
                    Told::Nothing => return,
                    Told::Unknown => None,
                };
                (OfLock::Unlock { was_open }, was_open.is_some())
            }
        };
        self.locks.note(account, began, known.then(|| self.now()), what);
    }

    pub(super) async fn see_lock(&self, account: usize, server: usize) {
        let began = self.now();
        let url = self.here(server, &format!("/people/{}", self.accounts[account].1));
        let Told::Answer(status, person) = self.told(self.managed(self.manager.get(url))).await else { return };
        assert_eq!(status, StatusCode::OK, "{person}");
        let locked = person["locked"].as_bool().expect("whether");
        self.locks.note(account, began, Some(self.now()), OfLock::See(locked));
    }

    pub(super) async fn at_role(&self, n: usize, server: usize, chance: &mut Chance) {
        match chance.of(2) {
            0 => self.give_role(n, server, ROLES[chance.of(ROLES.len())]).await,
            _ => self.see_role(n, server).await,
        }
    }

    pub(super) async fn give_role(&self, n: usize, server: usize, role: &'static str) {
        let began = self.now();
        let url = self.here(server, &format!("/employees/{}/user-account/role", self.employees[n]));
        let told = self.told(self.managed(self.manager.put(url)).json(&json!({"role": role}))).await;
        if let Ok(told) = told.known(&[(200, ())]) {
            self.roles.note(n, began, told.map(|()| self.now()), OfRole::Give(role));
        }
    }

    pub(super) async fn see_role(&self, n: usize, server: usize) {
        let began = self.now();
        let url = self.here(server, &format!("/employees/{}", self.employees[n]));
        let Told::Answer(status, employee) = self.told(self.managed(self.manager.get(url))).await else { return };
        assert_eq!(status, StatusCode::OK, "{employee}");
        self.roles.note(n, began, Some(self.now()), OfRole::See(text(&employee, "role")));
    }
}

pub(super) const ROLES: [&str; 4] = ["dentist", "hygienist", "front-desk", "restricted-staff"];

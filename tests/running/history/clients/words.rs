//! Employees who set their account up with a mailed link and the practice's code word, or guess at it.

use std::time::Duration;

use serde_json::{Value, json};

use super::{World, answer, text, tries_left};
use crate::history::chance::Chance;
use crate::history::rules::{Given, OfWord, Taken};
use crate::instances::link_from;
use crate::races::password;
use crate::server::Server;
use crate::visitor::{Visitor, token};

/// Links that want a code word, and what everybody who has one may know.
#[derive(Default)]
pub(super) struct Words {
    pub(super) links: Vec<WordLink>,
    word: String,
    /// The version of the terms that a new account accepts.
    terms: String,
}

/// A link, and browsers that are asked for the word, with the token of their forms.
pub(super) struct WordLink {
    email: String,
    browsers: Vec<(Visitor, String)>,
}

impl World {
    /// Adds employees and opens the link of each in a few browsers; with one more link it finds out what the page after the word asks.
    pub(super) async fn words(&self, servers: &[Server; 2]) -> Words {
        let mut links = Vec::new();
        for n in 0..=LINKS {
            let email = format!("of.words.{n}@mail.example");
            let employee = json!({"first_name": "Canary", "last_name": "Hire", "employment": "employed"});
            let added = answer(self.managed(self.manager.post(self.here(0, "/employees"))).json(&employee)).await;
            let url = self.here(0, &format!("/employees/{}/user-account", text(&added, "id")));
            let cell = format!("(218) 555-01{n:02}");
            let account = json!({"email": email, "cell": cell, "role": "front-desk", "confirm": true});
            let sent = answer(self.managed(self.manager.put(url)).json(&account)).await;
            assert_eq!(text(&sent, "outcome"), "sent", "{sent}");
            let link = link_from(servers, &email, "/setup/").await;
            let mut browsers = Vec::new();
            for _ in 0..BROWSERS {
                let browser = Visitor::new(&servers[0].base);
                let (_, opened) = browser.get(&link).await;
                let (_, page) = browser.send(&token(&opened), "/password", &[]).await;
                assert!(page.contains("name=\"code_word\""), "{page}");
                browsers.push((browser, token(&page)));
            }
            links.push(WordLink { email, browsers });
        }
        let word = texted_word(servers).await;
        let spare = links.pop().expect("one more");
        let (browser, token) = &spare.browsers[0];
        let (_, page) = browser.send(token, "/password/code-word", &[("code_word", &word)]).await;
        let terms = page.split("name=\"terms\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let terms = terms.unwrap_or_else(|| panic!("the version of the terms in {page}")).to_owned();
        Words { links, word, terms }
    }

    /// Somebody gives a word, or chooses a password.
    pub(super) async fn at_word(&self, n: usize, server: usize, chance: &mut Chance) {
        let browser = chance.of(BROWSERS);
        let began = self.now();
        if chance.of(4) == 0 {
            let what = self.choose(n, browser, server).await;
            return self.noted(n, began, what, |told| OfWord::Choose { browser, told });
        }
        let right = chance.of(4) == 0;
        let word = if right { &self.words.word } else { "never-the-right-one" };
        let told = self.at_form(n, browser, server, "/password/code-word", &[("code_word", word)]).await;
        let Ok(known) = told.known(&[(303, Given::Led), (410, Given::Dead), (422, Given::Wrong(0))]) else { return };
        let known = known.map(|given| match given {
            Given::Led => {
                assert!(told.leads_to("/password/new"));
                Given::Led
            }
            Given::Wrong(_) => Given::Wrong(told.says(tries_left)),
            Given::Dead => Given::Dead,
        });
        let see = |works| self.givings.note(n, began, Some(self.now()), OfWord::See { works });
        match known {
            // It was counted, or the link was dead by then. In either case it was dead when the page was made.
            Some(Given::Dead) if !right => {
                see(false);
                self.givings.note(n, began, Some(self.now()), OfWord::Give { browser, right, told: None });
            }
            Some(Given::Wrong(_)) => {
                see(true);
                self.noted(n, began, Ok(known), |told| OfWord::Give { browser, right, told });
            }
            known => self.noted(n, began, Ok(known), |told| OfWord::Give { browser, right, told }),
        }
    }

    /// Every browser tries its password.
    pub(super) async fn see_word(&self, n: usize, server: usize) {
        for browser in 0..BROWSERS {
            let began = self.now();
            let told = self.sign_in(server, &self.words.links[n].email, &password(browser)).await;
            let Ok(Some(works)) = told.known(&[(201, true), (401, false)]) else { continue };
            self.givings.note(n, began, Some(self.now()), OfWord::SignIn { browser, works });
        }
    }

    async fn choose(&self, n: usize, browser: usize, server: usize) -> Result<Option<Taken>, ()> {
        let password = password(browser);
        let fields = [("new_password", password.as_str()), ("again", password.as_str()), ("terms", &self.words.terms)];
        let told = self.at_form(n, browser, server, "/password/new", &fields).await;
        let known = told.known(&[(303, ()), (410, ())])?;
        Ok(known.map(|()| match () {
            () if told.leads_to("/login") => Taken::Made,
            () if told.leads_to("/password/code-word") => Taken::WordFirst,
            // To join with the account that another browser has just made, or to nothing.
            () => Taken::Dead,
        }))
    }

    fn noted<T>(&self, n: usize, began: u64, what: Result<Option<T>, ()>, of: impl FnOnce(Option<T>) -> OfWord) {
        if let Ok(told) = what {
            let ended = told.is_some().then(|| self.now());
            self.givings.note(n, began, ended, of(told));
        }
    }

    async fn at_form(
        &self,
        n: usize,
        browser: usize,
        server: usize,
        path: &str,
        fields: &[(&str, &str)],
    ) -> super::Told {
        let (visitor, token) = &self.words.links[n].browsers[browser];
        self.told(visitor.at(&self.base(server)).form(token, path, fields)).await
    }
}

/// The code word in the texts that went out.
async fn texted_word(servers: &[Server; 2]) -> String {
    for _ in 0..400 {
        for server in servers {
            let (_, text) = Visitor::new(&server.base).get("/sandbox/phone.json").await;
            let all: Vec<Value> = serde_json::from_str(&text).expect("JSON");
            let mut codes = all.iter().filter_map(|one| one["code"].as_str());
            if let Some(word) = codes.find(|code| code.contains('-')) {
                return word.to_owned();
            }
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("no code word was texted")
}

/// Fewer than the practice bears with all tries wrong (CODE-3).
const LINKS: usize = 12;

const BROWSERS: usize = 2;

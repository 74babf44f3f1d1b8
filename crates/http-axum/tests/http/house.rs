use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use practice_domain::access::{Operator, SignedIn};
use practice_domain::billing::plan::PriceList;
use practice_domain::channel::{Catalogue, Product};
use practice_domain::fact::Origin;
use practice_domain::member::Kind;
use practice_domain::notice::{About, Notice};
use practice_domain::policy::Preset;
use practice_domain::port::{Keys as _, Ledger, Reader, Store};
use practice_domain::usecase::billing::Till;
use practice_domain::usecase::{
    FoundPractice, Platform, Ports, authenticate, found_practice, issue_api_key, send_asked_reset,
};
use practice_domain::value::{AccountId, Email, InvitationId, PersonName, PracticeId, PracticeName, Reason, Regions};
use practice_http_axum::{Billing, Gates, Passkeys, PaymentHook, ProductTile, Settings, router};
use practice_passkeys_webauthn::WebAuthn;
use practice_testkit::fakes::{Bell, FakeClock, FakeKeys, FakePayments, FakeSeal, PlainPasswords, SeededEntropy};
use practice_testkit::memory::{Beside, Memory};

use crate::browser::Browser;
use crate::kept;

pub(crate) const HOST: &str = "portal.example";
pub(crate) const PASSWORD: &str = "otter quartz lamp 92";
pub(crate) const MANAGER: &str = "marisol@brightwater.example";

/// A practice, its first invitation, and the router in front of it all. Everything is kept where [`kept`] says; `memory` has all of it, too.
pub(crate) struct House {
    pub(crate) memory: Arc<Memory>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) passwords: Arc<PlainPasswords>,
    pub(crate) ports: Ports,
    pub(crate) bank: Arc<FakePayments>,
    pub(crate) bell: Arc<Bell>,
    pub(crate) till: Till,
    pub(crate) router: Router,
    pub(crate) practice: PracticeId,
    pub(crate) first: InvitationId,
}

impl House {
    pub(crate) async fn new() -> Self {
        let memory = Arc::new(Memory::new(Arc::new(FakeSeal)));
        let elsewhere = kept::elsewhere().await;
        let (store, reader, ledger): (Arc<dyn Store>, Arc<dyn Reader>, Arc<dyn Ledger>) = match elsewhere {
            Some(stores) => {
                let beside = Arc::new(Beside::new(stores, memory.clone()));
                (beside.clone(), beside.clone(), beside)
            }
            None => (memory.clone(), memory.clone(), memory.clone()),
        };
        let (clock, passwords) = (Arc::new(FakeClock::default()), Arc::new(PlainPasswords::default()));
        let ports = Ports {
            store,
            reader,
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(7)),
            keys: Arc::new(FakeKeys),
            passwords: passwords.clone(),
            platform: Arc::new(Platform {
                brand: "Practice Portal".to_owned(),
                catalogue: Catalogue::default(),
                terms: "2026-05-04".to_owned(),
                regions: Regions::default(),
                listeners: Vec::new(),
            }),
        };
        let (practice, first) = found(&ports, "Brightwater Family Dental", MANAGER).await;
        let bank = Arc::new(FakePayments::new(clock.clone()));
        let (payments, prices, bell) = (bank.clone(), Arc::new(PriceList::default()), Arc::new(Bell::default()));
        let till = Till { ports: ports.clone(), ledger, payments, prices, alarms: bell.clone() };
        let hook = Some(PaymentHook { events: bank.clone(), header: "x-signature" });
        let installer = Some("https://downloads.example/plugin.msi".to_owned());
        let billing = Some(Billing { till: till.clone(), hook, installer });
        let router = router(ports.clone(), Settings { billing, ..settings() });
        Self { memory, clock, passwords, ports, bank, bell, till, router, practice, first }
    }

    /// A house whose first person has registered, and their browser, signed in.
    pub(crate) async fn managed() -> (Self, Browser) {
        let house = Self::new().await;
        let mut browser = house.browser();
        house.register(&mut browser, house.first, 1).await;
        browser.sign_in(MANAGER, PASSWORD).await.goes_to("/dashboard");
        (house, browser)
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// The address of an invitation's link.
    pub(crate) fn link(&self, invitation: InvitationId, generation: u32) -> String {
        format!("/register/{}", FakeKeys.invitation_link(invitation, generation).0)
    }

    /// The newest secret code that was ordered.
    pub(crate) fn code(&self) -> String {
        let newest = self.memory.notices().into_iter().rev().find_map(|notice| match notice.about {
            About::SecretCode { registration, serial } => Some((registration, serial)),
            _ => None,
        });
        let (registration, serial) = newest.expect("a code was ordered");
        FakeKeys.secret_code(registration, serial)
    }

    /// Takes every step of a registration in this browser.
    pub(crate) async fn register(&self, browser: &mut Browser, invitation: InvitationId, generation: u32) {
        browser.get(&self.link(invitation, generation)).await.goes_to("/register");
        browser.get("/register").await.is(200);
        browser.post("/register", &[]).await.goes_to("/register/phone");
        browser.get("/register/phone").await.is(200);
        browser.post("/register/phone", &[("cell", "(415) 555-2671")]).await.goes_to("/register/verify-identity");
        browser.get("/register/verify-identity").await.is(200);
        browser.post("/register/verify-identity", &[("method", "text-cell")]).await.goes_to("/register/code");
        browser.get("/register/code").await.is(200);
        browser.post("/register/code", &[("code", &self.code())]).await.goes_to("/register/terms");
        browser.get("/register/terms").await.is(200);
        let accepted = [("version", "2026-05-04"), ("read", "yes")];
        browser.post("/register/terms", &accepted).await.goes_to("/register/password");
        browser.get("/register/password").await.is(200);
        let chosen = [("new_password", PASSWORD), ("again", PASSWORD)];
        browser.post("/register/password", &chosen).await.goes_to("/login");
        let login = browser.get("/login").await;
        assert!(login.body.contains("You are registered. Sign in with your new password."));
    }

    /// Makes the resets that were asked for, as whoever brings notices out does; says how many links to a password were ordered by then.
    pub(crate) async fn make_resets(&self) -> usize {
        for notice in self.memory.notices() {
            if let About::PasswordLink { link, generation: 0 } = notice.about {
                send_asked_reset(&self.ports, AccountId(link.0), notice.ordered_at).await.expect("kept");
            }
        }
        self.clock.advance(Duration::from_micros(1));
        let made = |notice: &&Notice| matches!(notice.about, About::PasswordLink { generation: 1.., .. });
        self.memory.notices().iter().filter(made).count()
    }

    /// The address of the newest link to a password, and how many were ordered.
    pub(crate) async fn password_link(&self) -> (String, usize) {
        self.make_resets().await;
        let links = self.memory.notices().into_iter().filter_map(|notice| match notice.about {
            About::PasswordLink { link, generation: generation @ 1.. } => {
                Some(FakeKeys.password_link(link, generation).0)
            }
            _ => None,
        });
        let links: Vec<String> = links.collect();
        (links.last().map(|link| format!("/reset/{link}")).expect("a link was ordered"), links.len())
    }

    /// The practice's code word.
    pub(crate) async fn word(&self) -> String {
        let word = self.memory.code_word(self.practice).await.expect("memory").expect("a code word");
        let opened = FakeKeys.open_code_word(self.practice, word.serial, &word.sealed).expect("ours");
        opened.expose().to_owned()
    }

    /// Whoever is signed in with this browser.
    pub(crate) async fn person(&self, browser: &Browser) -> SignedIn {
        let cookie = URL_SAFE_NO_PAD.decode(&browser.cookies["__Host-session"]).expect("base64");
        authenticate(&self.ports, &cookie, Origin::default()).await.expect("stored").expect("signed in")
    }

    /// An API key of this product for the practice.
    pub(crate) async fn key(&self, product: Product) -> String {
        let reason = Reason::parse("test").expect("plain");
        let operator = Operator::at_the_command_line("test".to_owned(), Some(reason));
        let issued = issue_api_key(&self.ports, &operator, self.practice, product).await.expect("a practice");
        format!("pp_{}", URL_SAFE_NO_PAD.encode(issued.secret))
    }

    /// Another practice, with an invitation that is none of this one's business.
    pub(crate) async fn another(&self) -> (PracticeId, InvitationId) {
        found(&self.ports, "Elsewhere Dental", "owner@elsewhere.example").await
    }

    /// The address of a person's newest invitation, by id.
    pub(crate) async fn generation(&self, invitation: InvitationId) -> u32 {
        self.memory.invitation(invitation).await.expect("memory").expect("an invitation").generation
    }
}

pub(crate) fn settings() -> Settings {
    let webauthn = WebAuthn::new(&format!("https://{HOST}"), "Practice Portal").expect("an address with a host");
    Settings {
        base_url: format!("https://{HOST}"),
        support_phone: Some("(415) 555-0100".to_owned()),
        products: vec![ProductTile {
            name: "SecureMail".to_owned(),
            hint: "Messages and replies".to_owned(),
            icon: "mail".to_owned(),
            href: "https://mail.example/".to_owned(),
        }],
        time_zone: "America/Chicago".to_owned(),
        gates: Gates { unlimited: true, ..Gates::default() },
        passkeys: Some(Passkeys(Arc::new(webauthn))),
        ..Settings::default()
    }
}

async fn found(ports: &Ports, name: &str, email: &str) -> (PracticeId, InvitationId) {
    let cmd = FoundPractice {
        name: PracticeName::parse(name).expect("plain"),
        phone: None,
        preset: Preset::Standard,
        email: Email::parse(email).expect("plain"),
        person: PersonName::parse("Marisol", "Vega").expect("plain"),
        kind: Kind::Doctor,
    };
    let operator = Operator::at_the_command_line("test".to_owned(), None);
    let founded = found_practice(ports, &operator, cmd).await.expect("founded");
    (founded.practice, founded.invitation)
}

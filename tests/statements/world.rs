//! A practice on SQLite behind the web portal, with people of each kind.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use practice_domain::account::{Account, Terms};
use practice_domain::channel::{Catalogue, Channel, Placement, Product};
use practice_domain::commit::{Commit, Name, Write};
use practice_domain::fact::{Actor, Entry, Fact, Log, Origin};
use practice_domain::invitation::{Correction, Invitation};
use practice_domain::lockout::{Counter, Scope, Subject};
use practice_domain::member::{Kind, Member, Role, Tier};
use practice_domain::policy::Preset;
use practice_domain::practice::Practice;
use practice_domain::usecase::{Platform, Ports, request_reset, send_asked_reset};
use practice_domain::value::{
    AccountId, Email, InvitationId, MemberId, Password, PasswordLinkId, PersonName, Phone, Phones, PracticeId,
    PracticeName, Regions, Time, Version,
};
use practice_http_axum::Settings;
use practice_storage_sqlite::Sqlite;
use practice_testkit::fakes::{FakeClock, FakeKeys, FakeSeal, PlainPasswords, SeededEntropy};
use tempfile::TempDir;

use crate::watch;

pub(crate) const MANAGER: &str = "marisol@brightwater.example";
pub(crate) const PASSWORD: &str = "otter quartz lamp 92";

/// A portal of one practice, and where it listens.
pub(crate) struct World {
    ports: Ports,
    practice: PracticeId,
    pub(crate) base: String,
    _folder: TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::heard_by(&[]).await
    }

    /// The same, where products listen to what happens.
    pub(crate) async fn heard_by(listeners: &[Product]) -> Self {
        watch::start();
        let folder = tempfile::tempdir().expect("a folder");
        let store =
            Arc::new(Sqlite::open(folder.path().join("portal.db"), Arc::new(FakeSeal)).await.expect("a database"));
        let terms = "2026-05-04".to_owned();
        let ports = Ports {
            store: store.clone(),
            reader: store,
            clock: Arc::new(FakeClock::default()),
            entropy: Arc::new(SeededEntropy::new(7)),
            keys: Arc::new(FakeKeys),
            passwords: Arc::new(PlainPasswords::default()),
            platform: Arc::new(Platform {
                brand: "Practice Portal".to_owned(),
                catalogue: Catalogue::default(),
                terms,
                regions: Regions::default(),
                listeners: listeners.to_vec(),
            }),
        };
        let name = PracticeName::parse("Brightwater Family Dental").expect("a name");
        let practice = Practice::found(PracticeId(ports.entropy.id()), name, None, Preset::Standard, ports.clock.now());
        let (id, base) = (practice.id, serve(&ports).await);
        let world = Self { ports, practice: id, base, _folder: folder };
        world.keep(|commit| commit.insert(practice)).await;
        world
    }

    /// Somebody who can sign in, unless they were sent away.
    pub(crate) async fn member(&self, address: &str, active: bool) {
        let (id, member) = (AccountId(self.ports.entropy.id()), MemberId(self.ports.entropy.id()));
        let (email, now) = (email(address), self.now());
        let password = Password::parse(PASSWORD).expect("short");
        let account = Account {
            id,
            version: Version::default(),
            email: email.clone(),
            name: PersonName::parse("Hodan", "Farah").expect("a name"),
            phones: Phones { cell: Some(Phone::parse("(415) 555-2671").expect("a number")), landline: None },
            proven: None,
            password: self.ports.passwords.hash(&password).await.expect("a hash"),
            password_set_at: now,
            former: Vec::new(),
            compromised: false,
            time_zone: None,
            terms: Terms { version: self.ports.platform.terms.clone(), accepted_at: now },
            home: Some(self.practice),
            registered_at: now,
        };
        let place = Member {
            id: member,
            version: Version::default(),
            practice: self.practice,
            account: id,
            kind: Kind::Staff,
            role: Role::FrontDesk,
            user_manager: false,
            tier: Tier::Free,
            invitation: None,
            invited_at: now,
            joined_at: now,
            active,
            until: None,
        };
        let membership = Name::Membership(self.practice, id);
        let names = |commit: Commit| commit.hold(Name::address(&email), id).hold(membership, member);
        self.keep(|commit| names(commit).insert(account).insert(place)).await;
    }

    /// As if so many wrong passwords had been given for the address, by strangers.
    pub(crate) async fn lock(&self, address: &str) {
        let email = email(address);
        let account = self.ports.store.candidate(&email).await.expect("readable").map(|found| found.account.id);
        let subject = account.map_or_else(|| self.ports.keys.stranger(&email), |id| Subject(id.0));
        let counter = Counter { failures: 7, locked_at: Some(self.now()), ..Counter::fresh(subject, Scope::Strangers) };
        self.keep(|commit| commit.write(Write::Count { counter, gone: Vec::new() })).await;
    }

    /// Invites somebody through SecureMail; gives back the link's address.
    pub(crate) async fn invite(&self, address: &str, in_practice: bool) -> String {
        let placement = if in_practice { Placement::InPractice } else { Placement::Outside };
        let channel = Channel { product: Product::SecureMail, placement, kind: Kind::Doctor };
        let person = Correction { email: email(address), name: PersonName::default(), phones: Phones::default() };
        let id = InvitationId(self.ports.entropy.id());
        let week = Duration::from_secs(7 * 24 * 60 * 60);
        let invitation = Invitation::issue(id, self.practice, None, channel, person, self.now(), week);
        let link = self.ports.keys.invitation_link(id, invitation.generation);
        let name = Name::OpenInvitation(self.practice, invitation.email.normal().to_owned());
        self.keep(|commit| commit.hold(name, id).insert(invitation)).await;
        format!("/register/{}", link.0)
    }

    /// The address of a reset link that somebody asked for.
    pub(crate) async fn reset_link(&self, address: &str) -> String {
        let email = email(address);
        request_reset(&self.ports, &email, &Origin::default()).await.expect("asked");
        let account = self.ports.store.candidate(&email).await.expect("readable").expect("an account").account.id;
        send_asked_reset(&self.ports, account, self.now()).await.expect("made");
        format!("/reset/{}", self.ports.keys.password_link(PasswordLinkId(account.0), 1).0)
    }

    async fn keep(&self, changes: impl FnOnce(Commit) -> Commit) {
        let fact = Fact::PracticeFounded { practice: self.practice, reason: None };
        let (log, actor) = (Log::Practice(self.practice), Actor::Operator("test".to_owned()));
        let entry = Entry { log, fact, actor, origin: Origin::default(), at: self.now() };
        self.ports.store.commit(&changes(Commit::recording(entry))).await.expect("kept");
    }

    fn now(&self) -> Time {
        self.ports.clock.now()
    }
}

async fn serve(ports: &Ports) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let settings = Settings { base_url: base.clone(), ..Settings::default() };
    let router = practice_http_axum::router(ports.clone(), settings);
    tokio::spawn(async move {
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).await.expect("serves");
    });
    base
}

fn email(address: &str) -> Email {
    Email::parse(address).expect("an address")
}

//! Plain values to build commits from.

use std::time::Duration;

use practice_domain::account::{Account, Terms};
use practice_domain::channel::{Channel, Placement, Product};
use practice_domain::commit::Commit;
use practice_domain::fact::{Actor, Entry, Fact, Log, Origin};
use practice_domain::invitation::{Correction, Invitation};
use practice_domain::member::{Kind, Member, Role, Tier};
use practice_domain::notice::{About, Notice};
use practice_domain::password_link::PasswordLink;
use practice_domain::person::Person;
use practice_domain::policy::Preset;
use practice_domain::practice::Practice;
use practice_domain::registration::Registration;
use practice_domain::session::{Session, Stage};
use practice_domain::value::{
    AccountId, DeviceId, Email, InvitationId, MemberId, NoticeId, PasswordHash, PersonName, Phones, PracticeId,
    PracticeName, RegistrationId, SessionId, Time, Version,
};
use uuid::Uuid;

use crate::contract::Stores;

/// The moment at which everything in here happens.
pub(crate) const NOON: Time = Time::from_micros(1_782_129_600_000_000);

pub(crate) fn id<T: From<Uuid>>(n: u128) -> T {
    Uuid::from_u128(n).into()
}

pub(crate) fn email(text: &str) -> Email {
    Email::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub(crate) fn name(first: &str, last: &str) -> PersonName {
    PersonName::parse(first, last).unwrap_or_else(|error| panic!("{first} {last}: {error}"))
}

pub(crate) fn entry(log: Log) -> Entry {
    let fact = Fact::SignInRefused { account: None };
    Entry { log, fact, actor: Actor::Visitor, origin: Origin::default(), at: NOON }
}

/// A commit that records something, and so far changes nothing.
pub(crate) fn commit() -> Commit {
    Commit::recording(entry(Log::Platform))
}

pub(crate) fn practice(n: u128) -> Practice {
    let name = PracticeName::parse(&format!("Practice {n}")).unwrap_or_else(|error| panic!("{error}"));
    Practice::found(id::<PracticeId>(n), name, None, Preset::Standard, NOON)
}

pub(crate) fn account(n: u128) -> Account {
    Account {
        id: id::<AccountId>(n),
        version: Version::default(),
        email: email(&format!("Account{n}@example.com")),
        name: name("Ann", "Lee"),
        phones: Phones::default(),
        proven: None,
        password: PasswordHash::new("plain:secret".to_owned()),
        password_set_at: NOON,
        former: Vec::new(),
        compromised: false,
        time_zone: None,
        terms: Terms { version: "2026-05-04".to_owned(), accepted_at: NOON },
        home: None,
        registered_at: NOON,
    }
}

pub(crate) fn member(n: u128, practice: PracticeId, account: AccountId) -> Member {
    Member {
        id: id::<MemberId>(n),
        version: Version::default(),
        practice,
        account,
        kind: Kind::Doctor,
        role: Role::Dentist,
        user_manager: false,
        tier: Tier::Free,
        invitation: None,
        invited_at: NOON,
        joined_at: NOON,
        active: true,
        until: None,
    }
}

pub(crate) fn invitation(n: u128, practice: PracticeId, to: &str) -> Invitation {
    let channel = Channel { product: Product::SecureMail, placement: Placement::InPractice, kind: Kind::Staff };
    let person = Correction { email: email(to), name: name("Bo", "Ng"), phones: Phones::default() };
    let week = Duration::from_secs(7 * 24 * 60 * 60);
    Invitation::issue(id::<InvitationId>(n), practice, None, channel, person, NOON, week)
}

pub(crate) fn registration(n: u128, invitation: &Invitation) -> Registration {
    let cookie = [n.to_le_bytes()[0]; 32];
    Registration::begin(id::<RegistrationId>(n), invitation, cookie, true, NOON)
}

pub(crate) fn session(n: u128, account: AccountId, practice: Option<PracticeId>) -> Session {
    Session {
        id: id::<SessionId>(n),
        version: Version::default(),
        cookie: [n.to_le_bytes()[0]; 32],
        account,
        practice,
        device: id::<DeviceId>(n),
        agent: "Browser".to_owned(),
        started_at: NOON,
        proved_at: NOON,
        seen_at: NOON,
        ended_at: None,
        stage: Stage::Whole { second_factor: false },
    }
}

pub(crate) fn notice(n: u128, about: About) -> Notice {
    Notice { id: id::<NoticeId>(n), about, ordered_at: NOON, expires_at: NOON.next_day() }
}

/// The row of somebody who was invited.
pub(crate) fn person(n: u128, practice: PracticeId, first: &str, last: &str, address: &str) -> Person {
    let invitation = Invitation { name: name(first, last), ..invitation(n, practice, address) };
    Person::invited(&invitation)
}

impl Stores {
    /// Commits what must succeed.
    pub(crate) async fn accept(&self, commit: Commit) {
        if let Err(error) = self.store.commit(&commit).await {
            panic!("{error:?}: {commit:?}");
        }
    }

    /// A store with practices, accounts and their reset links 1 to 3.
    pub(crate) async fn with_world(self) -> Self {
        let link = |n| PasswordLink::for_reset(id(n), NOON);
        let commit = (1..=3).fold(commit(), |commit, n| commit.insert(practice(n)).insert(account(n)).insert(link(n)));
        self.accept(commit).await;
        self
    }
}

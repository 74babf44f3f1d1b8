//! A store on a file of its own, filled quickly: for benchmarks.

use std::sync::Arc;
use std::time::Duration;

use practice_domain::account::{Account, Terms};
use practice_domain::commit::{Commit, Name, Write};
use practice_domain::fact::{Actor, Entry, Fact, Log, Origin};
use practice_domain::member::{Kind, Member, Role, Tier};
use practice_domain::person::Person;
use practice_domain::policy::Preset;
use practice_domain::port::{Entropy, Store};
use practice_domain::practice::Practice;
use practice_domain::value::{
    AccountId, Email, MemberId, PasswordHash, PersonName, Phones, PracticeId, PracticeName, Time, Version,
};
use practice_keyring::{Key, Keyring, OsEntropy};
use practice_storage_sqlite::Sqlite;
use secrecy::ExposeSecret;
use tempfile::TempDir;

/// A database, and where it lies.
pub(crate) struct World {
    pub(crate) store: Arc<Sqlite>,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) practice: Practice,
    pub(crate) folder: TempDir,
}

impl World {
    /// A practice with nobody in it.
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let key = Key::parse(Key::fresh_text().expose_secret()).expect("a key");
        let keyring = Arc::new(Keyring::new(key, Vec::new()).expect("one key"));
        let store = Sqlite::open(folder.path().join("portal.db"), keyring.clone()).await.expect("a database");
        let name = PracticeName::parse("Brightwater Family Dental").expect("a name");
        let practice = Practice::found(PracticeId(OsEntropy.id()), name, None, Preset::Standard, NOW);
        let commit = Commit::recording(entry(&practice)).insert(practice.clone());
        store.commit(&commit).await.expect("a new practice");
        Self { store: Arc::new(store), keyring, practice, folder }
    }

    /// Adds so many rows to Manage Account, and nothing else: lists read no other table.
    pub(crate) async fn fill(&self, from: usize, to: usize) {
        for start in (from..to).step_by(BATCH) {
            let mut commit = Commit::recording(entry(&self.practice));
            for n in start..to.min(start + BATCH) {
                commit = commit.write(Write::List(self.somebody(n)));
            }
            self.store.commit(&commit).await.expect("new rows");
        }
    }

    /// A member who can sign in; the first is User Manager.
    pub(crate) async fn member(&self, n: usize, hash: &PasswordHash) -> Email {
        let Person { email, name, .. } = self.somebody(n);
        let (id, member_id) = (AccountId(OsEntropy.id()), MemberId(OsEntropy.id()));
        let account = Account {
            id,
            version: Version::default(),
            email: email.clone(),
            name,
            phones: Phones::default(),
            proven: None,
            password: hash.clone(),
            password_set_at: NOW,
            former: Vec::new(),
            compromised: false,
            time_zone: None,
            terms: Terms { version: "1".to_owned(), accepted_at: NOW },
            home: Some(self.practice.id),
            registered_at: NOW,
        };
        let member = Member {
            id: member_id,
            version: Version::default(),
            practice: self.practice.id,
            account: id,
            kind: Kind::Staff,
            role: Role::FrontDesk,
            user_manager: n == 0,
            tier: Tier::Free,
            invitation: None,
            invited_at: NOW,
            joined_at: NOW,
            active: true,
            until: None,
        };
        let row = Person::registered(&member, &account, false);
        let commit = Commit::recording(entry(&self.practice))
            .hold(Name::address(&email), id)
            .hold(Name::Membership(self.practice.id, id), member_id)
            .insert(account)
            .insert(member)
            .write(Write::List(row));
        self.store.commit(&commit).await.expect("a new member");
        email
    }

    /// The person with this number. Two hundred of the first thousand have an address elsewhere than all others.
    pub(crate) fn somebody(&self, n: usize) -> Person {
        let syllable = |k: usize| SYLLABLES[k % SYLLABLES.len()];
        let word = |k: usize| format!("{}{}{}", syllable(k), syllable(k / 31 + k), syllable(k / 7));
        let (first, last) = (word(n * 13), word(n * 29 + 5));
        let host = if n < 1_000 && n.is_multiple_of(5) { "harbor" } else { "mail" };
        let practice = self.practice.id;
        let invitation = practice_domain::invitation::Invitation::issue(
            practice_domain::value::InvitationId(OsEntropy.id()),
            practice,
            None,
            practice_domain::channel::Channel {
                product: practice_domain::channel::Product::SecureMail,
                placement: practice_domain::channel::Placement::Outside,
                kind: if n.is_multiple_of(3) { Kind::Doctor } else { Kind::Patient },
            },
            practice_domain::invitation::Correction {
                email: Email::parse(&format!("{first}.{last}.{n}@{host}.example")).expect("an address"),
                name: PersonName::parse(&first, &last).expect("a name"),
                phones: Phones::default(),
            },
            NOW.minus(Duration::from_secs((n as u64 * 7_919) % 40_000_000)),
            Duration::from_secs(1),
        );
        Person::invited(&invitation)
    }
}

fn entry(practice: &Practice) -> Entry {
    let fact = Fact::PracticeFounded { practice: practice.id, reason: None };
    let actor = Actor::Operator("bench".to_owned());
    Entry { log: Log::Practice(practice.id), fact, actor, origin: Origin::default(), at: NOW }
}

/// The median of some measurements.
pub(crate) fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    of[of.len() / 2]
}

pub(crate) const NOW: Time = Time::from_micros(1_780_000_000_000_000);

const BATCH: usize = 500;

pub(crate) const SYLLABLES: [&str; 31] = [
    "an", "bel", "cor", "dan", "el", "fin", "gar", "hol", "in", "jor", "kas", "lim", "mar", "nor", "ol", "per", "quin",
    "ros", "smi", "tor", "ul", "vas", "wen", "xan", "yor", "zel", "bran", "cla", "dre", "sto", "thi",
];

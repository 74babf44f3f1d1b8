//! Fills an empty database, through the same commits as everything else. A database that holds the practice is left as it is.

use std::time::Duration;

use practice_domain::account::{Account, Terms};
use practice_domain::channel::Channel;
use practice_domain::commit::{Commit, Name, Write};
use practice_domain::employee::Employee;
use practice_domain::fact::{Actor, Entry, Fact, Log, Origin};
use practice_domain::invitation::{Correction, Invitation};
use practice_domain::lockout::{Counter, Scope, Subject};
use practice_domain::member::{Kind, Member, Role, Tier};
use practice_domain::notice::{About, Notice};
use practice_domain::person::{MailState, Person, Undeliverable};
use practice_domain::policy::Preset;
use practice_domain::port::{CommitError, Fault};
use practice_domain::practice::Practice;
use practice_domain::product::ApiKey;
use practice_domain::usecase::Ports;
use practice_domain::value::{
    AccountId, ApiKeyId, Email, InvitationId, MemberId, NoticeId, Password, PasswordHash, PersonName, Phone, Phones,
    PracticeId, PracticeName, Time, Version,
};

use practice_domain::channel::Product;

use super::people::{Somebody, asked, somebody};
use super::plans::Seated;
use crate::payments::Shop;

pub(super) const MANAGER: &str = "marisol.vega@brightwater-dental.example";
pub(super) const STAFF: &str = "theo.lindqvist@brightwater-dental.example";
/// Works in both practices (`PRA-5`).
pub(super) const BOTH: &str = "noor.haddad@lakeside-ortho.example";
pub(super) const PASSWORD: &str = "harbor lamp seventeen";

/// Why the demo's people could not be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum SeedError {
    #[error("the practice cannot be written")]
    Commit(#[from] CommitError),
    #[error("the practice cannot be read")]
    Fault(#[from] Fault),
    #[error("the demo's own data are wrong: {0}")]
    Data(String),
}

/// The practice, made at the first start.
pub(super) async fn open_or_make(ports: &Ports, shop: Option<&Shop>) -> Result<PracticeId, SeedError> {
    let manager = Name::address(&email(MANAGER)?);
    if let Some(account) = ports.store.holder(&manager).await? {
        let places = ports.store.memberships(AccountId(account)).await?;
        let place = places.first().ok_or_else(|| SeedError::Data("the manager has no practice".to_owned()))?;
        return Ok(place.practice);
    }
    let password = Password::parse(PASSWORD).map_err(|e| SeedError::Data(e.to_string()))?;
    let hash = ports.passwords.hash(&password).await?;
    let seed = Seed { ports, shop, hash, now: ports.clock.now() };
    seed.elsewhere().await?;
    seed.brightwater().await
}

pub(super) struct Seed<'a> {
    pub(super) ports: &'a Ports,
    shop: Option<&'a Shop>,
    hash: PasswordHash,
    pub(super) now: Time,
}

/// Somebody who has registered, and what of them is out of the ordinary.
struct Registered {
    who: Somebody,
    kind: Kind,
    role: Role,
    tier: Tier,
    user_manager: bool,
    proven: bool,
    locked: bool,
    days: u64,
    active: u64,
}

/// Who pays for somebody.
#[derive(Clone, Copy)]
enum Pays {
    /// They do, with a card of their own.
    Oneself,
    /// They do, with a card that expires this month (`BILL-8`).
    Soon,
    /// Their User Manager does.
    Manager,
}

impl Seed<'_> {
    /// A small practice next door: its people have accounts, so inviting them shows what happens then (`INV-3`).
    async fn elsewhere(&self) -> Result<(), SeedError> {
        let practice = self.practice("Lakeside Orthodontics", "(218) 555-0177")?;
        self.found(&practice).await?;
        let who = named("Ruth", "Lakeland", "ruth.lakeland@lakeside-ortho.example", "(218) 555-0178");
        let (kind, role) = (Kind::Doctor, Role::Owner);
        let ruth = Registered {
            who,
            kind,
            role,
            tier: Tier::Paid,
            user_manager: true,
            proven: true,
            locked: false,
            days: 400,
            active: 2,
        };
        let seated = self.register(&practice, &ruth).await?;
        self.sell(&[(&seated, Pays::Soon)]).await?;
        let who = named("Noor", "Haddad", BOTH, "(218) 555-0179");
        let role = Role::first_for(kind);
        let tier = Tier::Free;
        let noor = Registered { who, role, tier, user_manager: false, days: 300, active: 3, ..ruth };
        self.register(&practice, &noor).await?;
        Ok(())
    }

    async fn brightwater(&self) -> Result<PracticeId, SeedError> {
        let practice = self.practice("Brightwater Family Dental", "(218) 555-0142")?;
        self.found(&practice).await?;
        for product in [Product::SecureMail, Product::TruForm, Product::Collaborator] {
            let id = ApiKeyId(self.ports.entropy.id());
            let digest = self.ports.keys.digest(&super::api_key(self.ports, product));
            let key = ApiKey::issue(id, digest, practice.id, product, self.now);
            let fact = Fact::ApiKeyIssued { key: id, product, reason: None };
            self.ports.store.commit(&Commit::recording(self.entry(practice.id, fact, self.now)).insert(key)).await?;
        }
        for n in 0..156 {
            self.invite(&practice, n).await?;
        }
        let mut seated = Vec::new();
        for n in 0..92 {
            seated.push(self.register(&practice, &member(n)).await?);
        }
        let theo = named("Theo", "Lindqvist", STAFF, "(218) 555-0163");
        let (kind, role) = (Kind::Staff, Role::FrontDesk);
        let theo = Registered {
            who: theo,
            kind,
            role,
            tier: Tier::Free,
            user_manager: false,
            proven: true,
            locked: false,
            days: 374,
            active: 1,
        };
        self.register(&practice, &theo).await?;
        let marisol = named("Marisol", "Vega", MANAGER, "(218) 555-0199");
        let role = Role::Owner;
        let marisol = Registered {
            who: marisol,
            kind,
            role,
            tier: Tier::PaidWithPlugin,
            user_manager: true,
            proven: true,
            locked: false,
            days: 2_100,
            active: 0,
        };
        let marisol = self.register(&practice, &marisol).await?;
        let paid = seated.iter().filter(|one| one.member.tier.is_paid()).enumerate();
        let paid: Vec<_> = paid.map(|(n, one)| (one, if n % 2 == 0 { Pays::Manager } else { Pays::Oneself })).collect();
        self.sell(&[vec![(&marisol, Pays::Oneself)], paid].concat()).await?;
        self.join(&practice, BOTH).await?;
        self.staff(&practice).await?;
        Ok(practice.id)
    }

    /// Somebody who has an account joins another practice with it, as a doctor.
    async fn join(&self, practice: &Practice, address: &str) -> Result<(), SeedError> {
        let missing = || SeedError::Data(format!("{address} has no account"));
        let id = AccountId(self.ports.store.holder(&Name::address(&email(address)?)).await?.ok_or_else(missing)?);
        let account = self.ports.store.account(id).await?.ok_or_else(missing)?;
        let (kind, joined_at) = (Kind::Doctor, self.ago(120));
        let member = Member {
            id: MemberId(self.ports.entropy.id()),
            version: Version::default(),
            practice: practice.id,
            account: id,
            kind,
            role: Role::first_for(kind),
            user_manager: false,
            tier: Tier::Free,
            invitation: None,
            invited_at: self.ago(121),
            joined_at,
            active: true,
            until: None,
        };
        let fact = Fact::MemberJoined { member: member.id, account: id };
        let commit = Commit::recording(self.entry(practice.id, fact, joined_at))
            .hold(Name::Membership(practice.id, id), member.id)
            .insert(Employee::joined(member.id, id, practice.id, account.name.clone(), joined_at))
            .write(Write::List(Person::registered(&member, &account, false)))
            .write(Write::ListActive(id, practice.id, self.ago(3)))
            .insert(member);
        Ok(self.ports.store.commit(&commit).await?)
    }

    fn practice(&self, name: &str, phone: &str) -> Result<Practice, SeedError> {
        let name = PracticeName::parse(name).map_err(|e| SeedError::Data(e.to_string()))?;
        let id = PracticeId(self.ports.entropy.id());
        let founded = Practice::found(id, name, Some(number(phone)?), Preset::Standard, self.ago(2_200));
        Ok(founded.gain_user_manager())
    }

    async fn found(&self, practice: &Practice) -> Result<(), SeedError> {
        let fact = Fact::PracticeFounded { practice: practice.id, reason: None };
        let entry = self.entry(practice.id, fact, practice.created_at);
        Ok(self.ports.store.commit(&Commit::recording(entry).insert(practice.clone())).await?)
    }

    async fn invite(&self, practice: &Practice, n: usize) -> Result<(), SeedError> {
        let (product, placement, kind, domain) = asked(n);
        let who = somebody(n + 200, domain);
        let days = (n as u64 * 5) % 40;
        let sent = self.ago(days.min(if n.is_multiple_of(6) { 40 } else { 6 }));
        let id = InvitationId(self.ports.entropy.id());
        let phones = if n.is_multiple_of(3) {
            Phones::default()
        } else {
            Phones { cell: Some(number(&who.cell)?), landline: None }
        };
        let person = Correction { email: email(&who.email)?, name: name(&who)?, phones };
        let channel = Channel { product, placement, kind };
        let life = practice.policy().invitation.life;
        let mut invitation = Invitation::issue(id, practice.id, None, channel, person, sent, life);
        invitation.created_at = self.ago(days);
        let mail = match n % 31 {
            7 => MailState::Undeliverable(Undeliverable::Refused),
            3 if days < 6 => MailState::Queued,
            _ => MailState::Sent,
        };
        let row = Person { mail, ..Person::invited(&invitation) };
        let fact = Fact::PersonInvited { invitation: id, product, kind };
        let mut commit = Commit::recording(self.entry(practice.id, fact, invitation.created_at))
            .write(Write::List(row))
            .hold(Name::open_invitation(practice.id, &invitation.email), id);
        if mail == MailState::Queued {
            let about = About::Invitation { invitation: id, generation: 1 };
            let (notice, expires_at) = (NoticeId(self.ports.entropy.id()), sent.plus(life));
            commit = commit.notify(Notice { id: notice, about, ordered_at: sent, expires_at });
        }
        Ok(self.ports.store.commit(&commit.insert(invitation)).await?)
    }

    async fn register(&self, practice: &Practice, one: &Registered) -> Result<Seated, SeedError> {
        let (id, member_id) = (AccountId(self.ports.entropy.id()), MemberId(self.ports.entropy.id()));
        let cell = number(&one.who.cell)?;
        let at = self.ago(one.days);
        let account = Account {
            id,
            version: Version::default(),
            email: email(&one.who.email)?,
            name: name(&one.who)?,
            phones: Phones { cell: Some(cell.clone()), landline: None },
            proven: one.proven.then_some(cell),
            password: self.hash.clone(),
            password_set_at: self.now,
            former: Vec::new(),
            compromised: false,
            time_zone: None,
            terms: Terms { version: self.ports.platform.terms.clone(), accepted_at: at },
            home: Some(practice.id),
            registered_at: at,
        };
        let member = Member {
            id: member_id,
            version: Version::default(),
            practice: practice.id,
            account: id,
            kind: one.kind,
            role: one.role,
            user_manager: one.user_manager,
            tier: one.tier,
            invitation: None,
            invited_at: self.ago(one.days + 1),
            joined_at: at,
            active: true,
            until: None,
        };
        let employee = Employee::joined(member_id, id, practice.id, account.name.clone(), at);
        let row = Person::registered(&member, &account, one.locked);
        let entry = |fact| self.entry(practice.id, fact, at);
        let mut commit = Commit::recording(entry(Fact::MemberJoined { member: member_id, account: id }))
            .hold(Name::address(&account.email), id)
            .hold(Name::Membership(practice.id, id), member_id)
            .insert(account.clone())
            .insert(member.clone())
            .write(Write::List(row))
            .write(Write::ListActive(id, practice.id, self.ago(one.active)));
        if one.kind != Kind::Patient {
            commit = commit.insert(employee);
        }
        if one.user_manager {
            commit = commit.and(entry(Fact::UserManagerGranted { member: member_id, reason: None }));
            commit = commit.hold(Name::FirstUserManager(practice.id), id);
        }
        if one.locked {
            let failures = practice.policy().lockout.lock_at_failure;
            let fresh = Counter::fresh(Subject(id.0), Scope::Strangers);
            let counter = Counter { failures, locked_at: Some(self.ago(one.active)), ..fresh };
            commit = commit.write(Write::Count { counter, gone: Vec::new() });
            commit = commit.and(entry(Fact::Locked { account: Some(id), scope: Scope::Strangers, failures }));
        }
        self.ports.store.commit(&commit).await?;
        Ok(Seated { member, account })
    }

    /// Lets people pay for what they have; the first of them is the manager.
    async fn sell(&self, people: &[(&Seated, Pays)]) -> Result<(), SeedError> {
        let Some((shop, bank)) = self.shop.and_then(|shop| Some((shop, shop.bank.as_ref()?))) else { return Ok(()) };
        let mut manager = None;
        for (who, pays) in people {
            let own = match (pays, manager.clone()) {
                (Pays::Manager, Some(wallet)) => wallet,
                (Pays::Soon, _) => self.card(bank, who, 0).await?,
                (Pays::Manager | Pays::Oneself, _) => self.card(bank, who, 3).await?,
            };
            manager.get_or_insert(own.clone());
            self.pay(bank, &shop.till.prices, &own, who).await?;
        }
        Ok(())
    }

    pub(super) fn entry(&self, practice: PracticeId, fact: Fact, at: Time) -> Entry {
        let actor = Actor::Operator("demo".to_owned());
        Entry { log: Log::Practice(practice), fact, actor, origin: Origin::default(), at }
    }

    pub(super) fn ago(&self, days: u64) -> Time {
        self.now.minus(Duration::from_secs(days * 24 * 60 * 60 + days * 2_917 % 30_000))
    }
}

/// The `n`th member of Brightwater.
fn member(n: usize) -> Registered {
    let kind = if n.is_multiple_of(4) { Kind::Doctor } else { Kind::Staff };
    let tier = match n % 5 {
        0 if n.is_multiple_of(15) => Tier::Paid,
        1 if n % 30 == 1 => Tier::PaidWithPlugin,
        _ => Tier::Free,
    };
    let n64 = n as u64;
    Registered {
        who: somebody(n, "brightwater-dental.example"),
        kind,
        role: Role::first_for(kind),
        tier,
        user_manager: false,
        proven: n % 11 != 4,
        locked: n % 17 == 9,
        days: 20 + n64 * 37 % 2_000,
        active: n64 * 13 % 45,
    }
}

fn named(first: &'static str, last: &'static str, email: &str, cell: &str) -> Somebody {
    Somebody { first, last, email: email.to_owned(), cell: cell.to_owned() }
}

pub(super) fn email(text: &str) -> Result<Email, SeedError> {
    Email::parse(text).map_err(|e| SeedError::Data(format!("{text}: {e}")))
}

pub(super) fn number(text: &str) -> Result<Phone, SeedError> {
    Phone::parse(text).map_err(|e| SeedError::Data(format!("{text}: {e}")))
}

fn name(who: &Somebody) -> Result<PersonName, SeedError> {
    PersonName::parse(who.first, who.last).map_err(|e| SeedError::Data(format!("{}: {e}", who.last)))
}

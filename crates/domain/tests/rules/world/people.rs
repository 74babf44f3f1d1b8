//! What people do in tests, each in one line.

use practice_domain::access::{Fresh, ProductCaller, SignedIn, UserManager};
use practice_domain::account::Account;
use practice_domain::channel::{Channel, Placement, Product};
use practice_domain::commit::{Commit, Name, Write};
use practice_domain::fact::{Actor, Entry, Fact, Log, Origin};
use practice_domain::invitation::{Correction, Invitation};
use practice_domain::lockout::{Counter, Subject};
use practice_domain::member::{Kind, Member, Tier};
use practice_domain::notice::{About, Notice};
use practice_domain::person::Person;
use practice_domain::policy::{Preset, TwoStep};
use practice_domain::port::{Filter, Ledger, PeopleQuery, Reader, Sort, Store};
use practice_domain::usecase::billing;
use practice_domain::usecase::{self, Entrance, InvitePersonError, Invited, SignInError, Welcome};
use practice_domain::value::{AccountId, InvitationId, NoticeId, PersonId, PersonName, Phones, PracticeId};

use crate::world::interleave::run;
use crate::world::{DAY, TERMS, World, cell_phone, email, name, origin, password};

/// A practice with its first User Manager, who has paid.
pub(crate) struct Office {
    pub(crate) practice: PracticeId,
    pub(crate) manager: &'static str,
}

impl World {
    pub(crate) fn found(&self, first: &str, preset: Preset) -> (PracticeId, InvitationId) {
        self.given_founded(first, preset)
    }

    pub(crate) fn office_of(&self, manager: &'static str, preset: Preset) -> Office {
        let (practice, invitation) = self.found(manager, preset);
        self.register(invitation);
        self.pay(practice, manager);
        Office { practice, manager }
    }

    pub(crate) fn office(&self, manager: &'static str) -> Office {
        self.office_of(manager, Preset::Standard)
    }

    /// As if the person had bought SecureMail.
    pub(crate) fn pay(&self, practice: PracticeId, who: &str) {
        self.given_tier(practice, who, Tier::Paid);
    }

    /// Stores a member otherwise than any use case would.
    pub(crate) fn rewrite(&self, member: &Member, who: &str) {
        let account = self.account(who).expect("an account");
        let fact = Fact::MemberJoined { member: member.id, account: account.id };
        let entry = self.by_operator(member.practice, fact);
        let row = Person::registered(member, &account, self.is_locked(account.id));
        run(self.store.commit(&Commit::recording(entry).write(Write::List(row)).update(member.clone()))).expect("kept");
    }

    /// As if the operator had invited another person into the practice.
    pub(crate) fn ask(&self, practice: PracticeId, who: &str) -> InvitationId {
        self.ask_as(practice, who, Kind::Doctor, Placement::InPractice)
    }

    /// The same for anybody, also for whom nobody could be invited so, or not any more.
    pub(crate) fn ask_as(&self, practice: PracticeId, who: &str, kind: Kind, placement: Placement) -> InvitationId {
        let channel = Channel { product: Product::Operator, placement, kind };
        let id = InvitationId(self.ports.entropy.id());
        let invitation = Invitation::issue(id, practice, None, channel, to(who), self.now(), 7 * DAY);
        let fact = Fact::PersonInvited { invitation: id, product: channel.product, kind: channel.kind };
        let about = About::Invitation { invitation: id, generation: 1 };
        let notice = NoticeId(self.ports.entropy.id());
        let (ordered_at, expires_at) = (self.now(), self.now().plus(7 * DAY));
        let commit = Commit::recording(self.by_operator(practice, fact))
            .write(Write::List(Person::invited(&invitation)))
            .hold(Name::open_invitation(practice, &invitation.email), id)
            .notify(Notice { id: notice, about, ordered_at, expires_at })
            .insert(invitation);
        run(self.store.commit(&commit)).expect("invited");
        id
    }

    fn by_operator(&self, practice: PracticeId, fact: Fact) -> Entry {
        let actor = Actor::Operator("test".to_owned());
        Entry { log: Log::Practice(practice), fact, actor, origin: Origin::default(), at: self.now() }
    }

    pub(crate) fn set_two_step(&self, manager: &str, doctors: bool, patients: bool) {
        let who = self.fresh(manager);
        run(usecase::set_two_step(&self.ports, &who, TwoStep { doctors, patients })).expect("set");
    }

    pub(crate) fn invitation(&self, id: InvitationId) -> Invitation {
        run(self.memory.invitation(id)).expect("stored").expect("an invitation")
    }

    pub(crate) fn begin(&self, link: &str) -> [u8; 32] {
        self.given_begun(link)
    }

    /// Takes every step up to the password.
    pub(crate) fn walk(&self, cookie: &[u8]) {
        self.given_steps(cookie);
    }

    /// The last step before the password.
    pub(crate) fn walk_on(&self, cookie: &[u8]) {
        run(usecase::accept_terms(&self.ports, cookie, TERMS, &origin())).expect("accepted");
    }

    /// From the newest link to an account.
    pub(crate) fn register(&self, id: InvitationId) -> AccountId {
        self.given_registered(id)
    }

    pub(crate) fn try_sign_in(&self, who: &str, with: &str, device: Option<&str>) -> Result<Welcome, SignInError> {
        self.enter(who, with, device).map(|entrance| match entrance {
            Entrance::Whole(welcome) => welcome,
            Entrance::Half(_) => panic!("a second factor is asked for"),
        })
    }

    pub(crate) fn enter(&self, who: &str, with: &str, device: Option<&str>) -> Result<Entrance, SignInError> {
        run(usecase::sign_in(&self.ports, sign_in(who, with, device)))
    }

    pub(crate) fn signed_in(&self, who: &str) -> SignedIn {
        self.given_signed_in(who)
    }

    pub(crate) fn manager(&self, who: &str) -> UserManager {
        UserManager::prove(self.signed_in(who)).expect("a User Manager")
    }

    pub(crate) fn fresh(&self, who: &str) -> Fresh<UserManager> {
        self.manager(who).fresh().expect("fresh")
    }

    pub(crate) fn product(&self, practice: PracticeId, product: Product) -> ProductCaller {
        self.given_product(practice, product)
    }

    /// Invites through SecureMail.
    pub(crate) fn invite(
        &self,
        from: &Office,
        who: &str,
        kind: Kind,
        placement: Placement,
    ) -> Result<Invited, InvitePersonError> {
        let caller = self.product(from.practice, Product::SecureMail);
        run(usecase::invite_person(&self.ports, &caller, invite(from.manager, who, kind, placement)))
    }

    /// Somebody with an account in the practice, who registered with an invitation.
    pub(crate) fn colleague(&self, office: &Office, who: &str) -> AccountId {
        self.register(self.invite(office, who, Kind::Staff, Placement::InPractice).expect("invited").id)
    }

    /// A card that works to the end of this year, entered on the bank's page.
    pub(crate) fn enter_card(&self, who: &str, year: u16) {
        let who = self.signed_in(who);
        let entry = run(billing::begin_card_entry(&self.till, &who, "https://portal.example")).expect("a page");
        assert!(entry.url.starts_with("https://pay.example/"));
        let wallet = run(self.memory.wallet(who.account())).expect("stored").expect("opened");
        self.bank.enter_card(&wallet.customer, "4242", year, 12);
        run(billing::card_stored(&self.till, who.account(), None)).expect("stored");
    }

    pub(crate) fn account(&self, who: &str) -> Option<Account> {
        let id = run(self.memory.holder(&Name::address(&email(who)))).expect("stored")?;
        run(self.memory.account(AccountId(id))).expect("stored")
    }

    pub(crate) fn member(&self, practice: PracticeId, who: &str) -> Option<Member> {
        run(self.memory.member(practice, self.account(who)?.id)).expect("stored")
    }

    pub(crate) fn counters(&self, account: AccountId) -> Vec<Counter> {
        run(self.memory.all_counters(Subject(account.0))).expect("stored")
    }

    pub(crate) fn is_locked(&self, account: AccountId) -> bool {
        self.counters(account).iter().any(|counter| counter.locked_at.is_some())
    }

    pub(crate) fn row(&self, practice: PracticeId, id: impl Into<PersonId>) -> Option<Person> {
        run(self.memory.person(practice, id.into())).expect("stored")
    }

    pub(crate) fn row_of(&self, practice: PracticeId, who: &str) -> Option<Person> {
        self.rows(practice).into_iter().find(|row| row.email == email(who))
    }

    /// Every row, page by page.
    pub(crate) fn rows(&self, practice: PracticeId) -> Vec<Person> {
        let mut query = all_of(practice);
        let mut rows = Vec::new();
        loop {
            let page = run(self.memory.people(&query)).expect("stored");
            rows.extend(page.people);
            query.from = page.after;
            if query.from.is_none() {
                return rows;
            }
        }
    }
}

pub(crate) fn all_of(practice: PracticeId) -> PeopleQuery {
    let (filter, sort) = (Filter::default(), Sort::default());
    PeopleQuery { practice, search: String::new(), filter, sort, from: None, size: 200 }
}

pub(crate) fn sign_in(who: &str, with: &str, device: Option<&str>) -> usecase::SignIn {
    usecase::SignIn {
        email: email(who),
        password: password(with),
        device: device.map(str::to_owned),
        origin: origin(),
        units: Vec::new(),
    }
}

pub(crate) fn invite(inviter: &str, who: &str, kind: Kind, placement: Placement) -> usecase::InvitePerson {
    usecase::InvitePerson {
        inviter: email(inviter),
        email: email(who),
        kind,
        placement,
        name: PersonName::default(),
        phones: Phones::default(),
        idempotency: None,
    }
}

pub(crate) fn to(who: &str) -> Correction {
    Correction { email: email(who), name: name("Ann", "Lee"), phones: cell_phone() }
}

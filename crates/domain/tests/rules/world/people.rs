//! What people do in tests, each in one line.

use practice_domain::access::{Fresh, ProductCaller, SignedIn, UserManager};
use practice_domain::account::Account;
use practice_domain::challenge::Delivery;
use practice_domain::channel::{Channel, Placement, Product};
use practice_domain::commit::{Commit, Name, Write};
use practice_domain::fact::{Actor, Entry, Fact, Log, Origin};
use practice_domain::invitation::{Correction, Invitation};
use practice_domain::lockout::{Counter, Subject};
use practice_domain::member::{Kind, Member, Tier};
use practice_domain::notice::{About, Notice};
use practice_domain::person::Person;
use practice_domain::policy::{Preset, TwoStep};
use practice_domain::port::{Filter, PeopleQuery, Reader, Sort, Store};
use practice_domain::registration::{Line, StepName};
use practice_domain::usecase::{
    self, CompleteRegistrationError, Entrance, InvitePersonError, Invited, SignInError, Welcome,
};
use practice_domain::value::{
    AccountId, InvitationId, NoticeId, PersonId, PersonName, Phones, PracticeId, PracticeName,
};

use crate::world::interleave::run;
use crate::world::{DAY, GOOD, TERMS, World, cell_phone, email, name, operator, origin, password};

/// A practice with its first User Manager, who has paid.
pub(crate) struct Office {
    pub(crate) practice: PracticeId,
    pub(crate) manager: &'static str,
}

impl World {
    pub(crate) fn found(&self, first: &str, preset: Preset) -> (PracticeId, InvitationId) {
        let cmd = usecase::FoundPractice {
            name: PracticeName::parse("Bright Smile Dental").expect("a name"),
            phone: None,
            preset,
            email: email(first),
            person: name("Marisol", "Vega"),
            kind: Kind::Doctor,
        };
        let founded = run(usecase::found_practice(&self.ports, &operator(), cmd)).expect("founded");
        (founded.practice, founded.invitation)
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
        self.rewrite(&Member { tier: Tier::Paid, ..self.member(practice, who).expect("a member") }, who);
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
        let channel = Channel { product: Product::Operator, placement: Placement::InPractice, kind: Kind::Doctor };
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

    pub(crate) fn link(&self, id: InvitationId) -> String {
        self.ports.keys.invitation_link(id, self.invitation(id).generation).0
    }

    pub(crate) fn begin(&self, link: &str) -> [u8; 32] {
        run(usecase::begin_registration(&self.ports, link, &origin())).expect("begun").cookie
    }

    /// Takes every step up to the password.
    pub(crate) fn walk(&self, cookie: &[u8]) {
        let at = || run(usecase::in_progress(&self.ports, cookie)).expect("in progress").registration;
        if at().at() == StepName::Phones {
            run(usecase::give_phones(&self.ports, cookie, cell_phone(), &origin())).expect("given");
        }
        if at().at() == StepName::Delivery {
            let offer = (Delivery::Text, Line::Cell);
            let sent = run(usecase::send_secret_code(&self.ports, cookie, offer, &origin())).expect("sent");
            let code = self.ports.keys.secret_code(sent.id, sent.codes_sent);
            run(usecase::verify_secret_code(&self.ports, cookie, &code, &origin())).expect("verified");
        }
        self.walk_on(cookie);
    }

    /// The last step before the password.
    pub(crate) fn walk_on(&self, cookie: &[u8]) {
        run(usecase::accept_terms(&self.ports, cookie, TERMS, &origin())).expect("accepted");
    }

    pub(crate) fn complete(&self, cookie: &[u8]) -> Result<AccountId, CompleteRegistrationError> {
        let cmd = usecase::CompleteRegistration { password: password(GOOD), again: password(GOOD) };
        run(usecase::complete_registration(&self.ports, cookie, cmd, &origin())).map(|registered| registered.account)
    }

    /// From the newest link to an account.
    pub(crate) fn register(&self, id: InvitationId) -> AccountId {
        let cookie = self.begin(&self.link(id));
        self.walk(&cookie);
        self.complete(&cookie).expect("registered")
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
        let welcome = self.try_sign_in(who, GOOD, None).expect("signed in");
        run(usecase::authenticate(&self.ports, &welcome.cookie, origin())).expect("asked").expect("live")
    }

    pub(crate) fn manager(&self, who: &str) -> UserManager {
        UserManager::prove(self.signed_in(who)).expect("a User Manager")
    }

    pub(crate) fn fresh(&self, who: &str) -> Fresh<UserManager> {
        self.manager(who).fresh().expect("fresh")
    }

    pub(crate) fn product(&self, practice: PracticeId, product: Product) -> ProductCaller {
        let key = run(usecase::issue_api_key(&self.ports, &operator(), practice, product)).expect("issued");
        run(usecase::authenticate_product(&self.ports, &key.secret, origin())).expect("asked").expect("known")
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
    usecase::SignIn { email: email(who), password: password(with), device: device.map(str::to_owned), origin: origin() }
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

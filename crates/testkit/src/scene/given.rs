use practice_domain::access::{ProductCaller, SignedIn};
use practice_domain::challenge::Delivery;
use practice_domain::channel::{Placement, Product};
use practice_domain::commit::{Commit, Name, Write};
use practice_domain::fact::{Actor, Entry, Fact, Log};
use practice_domain::member::{Kind, Member, Tier};
use practice_domain::person::Person;
use practice_domain::policy::Preset;
use practice_domain::port::{Reader, Store};
use practice_domain::product::ApiKey;
use practice_domain::registration::{Line, StepName};
use practice_domain::usecase::{self, CompleteRegistrationError, Entrance, InvitePerson};
use practice_domain::value::{AccountId, ApiKeyId, Email, InvitationId, PersonName, Phones, PracticeId, PracticeName};

use super::{GOOD, Scene, TERMS, cell_phone, email, name, operator, origin, password, sign_in};
use crate::interleave::run;

/// What was there before. Each goes through the use cases, as people do; a rule that forbids it fails the test.
#[expect(
    clippy::missing_panics_doc,
    reason = "all of them panic where the rules refuse what is given, and the heading says so"
)]
impl Scene {
    /// A practice with the policy `standard`, whose first User Manager has registered and has SecureMail, paid.
    pub fn given_practice(&self, manager: &str) -> PracticeId {
        let (practice, invitation) = self.given_founded(manager, Preset::Standard);
        self.given_registered(invitation);
        self.given_tier(practice, manager, Tier::Paid);
        practice
    }

    /// As if somebody had bought this for the member; no purchase is kept.
    pub fn given_tier(&self, practice: PracticeId, who: &str, tier: Tier) {
        let account = self.account_of(who).expect("an account");
        let account = run(self.memory.account(account)).expect("stored").expect("an account");
        let member = run(self.memory.member(practice, account.id)).expect("stored").expect("a member");
        let row = run(self.memory.person(practice, member.id.into())).expect("stored").expect("listed");
        let fact = Fact::MemberJoined { member: member.id, account: account.id };
        let (log, actor) = (Log::Practice(practice), Actor::Operator("scene".to_owned()));
        let entry = Entry { log, fact, actor, origin: origin(), at: self.now() };
        let row = Person { tier, ..row };
        let commit = Commit::recording(entry).write(Write::List(row)).update(Member { tier, ..member });
        run(self.ports.store.commit(&commit)).expect("kept");
    }

    /// A practice whose first User Manager is invited.
    pub fn given_founded(&self, manager: &str, preset: Preset) -> (PracticeId, InvitationId) {
        let cmd = usecase::FoundPractice {
            name: PracticeName::parse("Bright Smile Dental").expect("a name"),
            phone: None,
            preset,
            email: email(manager),
            person: name("Marisol", "Vega"),
            kind: Kind::Doctor,
        };
        let founded = run(usecase::found_practice(&self.ports, &operator(), cmd)).expect("founded");
        (founded.practice, founded.invitation)
    }

    /// Somebody whom the practice's first User Manager invited through SecureMail.
    pub fn given_invited(&self, practice: PracticeId, who: &str, kind: Kind, placement: Placement) -> InvitationId {
        let caller = self.given_product(practice, Product::SecureMail);
        let cmd = InvitePerson {
            inviter: self.first_manager(practice),
            email: email(who),
            kind,
            placement,
            name: PersonName::default(),
            phones: Phones::default(),
            idempotency: None,
        };
        run(usecase::invite_person(&self.ports, &caller, cmd)).expect("invited").id
    }

    /// A product that calls for the practice with a key of its own. The key is as if it had been there for long: nobody is told.
    pub fn given_product(&self, practice: PracticeId, product: Product) -> ProductCaller {
        let secret = self.ports.entropy.secret();
        let id = ApiKeyId(self.ports.entropy.id());
        let key = ApiKey::issue(id, self.ports.keys.digest(&secret), practice, product, self.now());
        let fact = Fact::ApiKeyIssued { key: id, product, reason: None };
        let (log, actor) = (Log::Practice(practice), Actor::Operator("scene".to_owned()));
        let entry = Entry { log, fact, actor, origin: origin(), at: self.now() };
        run(self.ports.store.commit(&Commit::recording(entry).insert(key))).expect("kept");
        run(usecase::authenticate_product(&self.ports, &secret, origin())).expect("asked").expect("known")
    }

    fn first_manager(&self, practice: PracticeId) -> Email {
        let first =
            run(self.memory.holder(&Name::FirstUserManager(practice))).expect("stored").expect("a User Manager");
        run(self.memory.account(AccountId(first))).expect("stored").expect("an account").email
    }

    /// Somebody of the practice's staff, who was invited and has registered with [`GOOD`].
    pub fn given_colleague(&self, practice: PracticeId, who: &str) -> AccountId {
        self.given_registered(self.given_invited(practice, who, Kind::Staff, Placement::InPractice))
    }

    /// From the newest link of an invitation to an account.
    pub fn given_registered(&self, invitation: InvitationId) -> AccountId {
        let cookie = self.given_begun(&self.link(invitation));
        self.given_steps(&cookie);
        self.complete(&cookie).expect("registered")
    }

    /// A registration that was begun with this link; its cookie.
    pub fn given_begun(&self, link: &str) -> [u8; 32] {
        run(usecase::begin_registration(&self.ports, link, &origin())).expect("begun").cookie
    }

    /// Every step of a registration up to the password.
    pub fn given_steps(&self, cookie: &[u8]) {
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
        run(usecase::accept_terms(&self.ports, cookie, TERMS, &origin())).expect("accepted");
    }

    /// The last step of a registration: the password is [`GOOD`].
    ///
    /// # Errors
    ///
    /// What the use case refuses.
    pub fn complete(&self, cookie: &[u8]) -> Result<AccountId, CompleteRegistrationError> {
        let cmd = usecase::CompleteRegistration { password: password(GOOD), again: password(GOOD) };
        run(usecase::complete_registration(&self.ports, cookie, cmd, &origin())).map(|registered| registered.account)
    }

    /// Somebody who has signed in with [`GOOD`], without a second step.
    pub fn given_signed_in(&self, who: &str) -> SignedIn {
        let entrance = run(usecase::sign_in(&self.ports, sign_in(who, GOOD))).expect("signed in");
        let Entrance::Whole(welcome) = entrance else { panic!("a second factor is asked for") };
        run(usecase::authenticate(&self.ports, &welcome.cookie, origin())).expect("asked").expect("live")
    }

    /// Somebody who has tried wrong passwords until there was a lock.
    pub fn given_locked(&self, who: &str) {
        let account = self.account_of(who).expect("an account");
        for _ in 0..100 {
            let _ = run(usecase::sign_in(&self.ports, sign_in(who, "nobody's password")));
            let counters = run(self.memory.all_counters(practice_domain::lockout::Subject(account.0))).expect("stored");
            if counters.iter().any(|counter| counter.locked_at.is_some()) {
                return;
            }
        }
        panic!("a hundred wrong passwords locked nobody");
    }

    /// The newest link of an invitation.
    #[must_use]
    pub fn link(&self, id: InvitationId) -> String {
        let invitation = run(self.memory.invitation(id)).expect("stored").expect("an invitation");
        self.ports.keys.invitation_link(id, invitation.generation).0
    }

    /// Whose account has this address; none when nobody's.
    #[must_use]
    pub fn account_of(&self, who: &str) -> Option<AccountId> {
        run(self.memory.holder(&Name::address(&email(who)))).expect("stored").map(AccountId)
    }
}

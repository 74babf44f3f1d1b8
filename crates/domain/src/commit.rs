//! Everything that one decision changes, as one value: all of it is stored, or none.

use uuid::Uuid;

use crate::account::Account;
use crate::billing::{BillingName, BillingRecord};
use crate::code_word::CodeWord;
use crate::email_change::EmailChange;
use crate::employee::Employee;
use crate::fact::Entry;
use crate::invitation::Invitation;
use crate::lockout::{Counter, Scope, Subject};
use crate::member::{Member, Role};
use crate::notice::Notice;
use crate::passkey::Handle;
use crate::password_link::{PasswordLink, PasswordRun};
use crate::person::Person;
use crate::practice::Practice;
use crate::product::ApiKey;
use crate::registration::Registration;
use crate::role::RoleDefinition;
use crate::second_factor::SecondFactor;
use crate::session::Session;
use crate::value::{
    AccountId, Digest, Email, InvitationId, MemberId, PasswordLinkId, PersonId, PracticeId, RegistrationId, SessionId,
    SubscriptionId, TicketId, Time, Version,
};

/// All that one decision changes: facts, writes, guards, claims, budgets and notices. It always holds a fact, so nothing is
/// written that the audit log does not know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    entries: Vec<Entry>,
    writes: Vec<Write>,
    guards: Vec<Guard>,
    claims: Vec<Claim>,
    spends: Vec<Spend>,
    notices: Vec<Notice>,
}

/// A change of stored state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// A record that must not exist yet.
    Insert(Record),
    /// A record that must be as it was when it was loaded: its stored version equals the record's, and becomes the next one.
    Update(Record),
    /// A lockout counter, guarded like an update; one that was never used is at version 0. The version rises only when something
    /// else does change, so that tries which change nothing never make each other decide anew. Of its tickets those named are gone,
    /// whether or not there ever were such; others, granted meanwhile, stay, whatever `counter` says.
    Count {
        /// The counter afterwards.
        counter: Counter,
        /// Tickets that were settled or abandoned.
        gone: Vec<TicketId>,
    },
    /// A row of Manage Account, new or instead of the one with its id; of their two last activities the later stays.
    List(Person),
    /// A row that leaves the list.
    Unlist(PracticeId, PersonId),
    /// The lock badge on every row of an account, in all its practices.
    ListLocked(AccountId, bool),
    /// The last activity on an account's row in one practice.
    ListActive(AccountId, PracticeId, Time),
    /// Every live session of an account but this one is over, at its next version.
    EndSessions {
        /// Whose.
        account: AccountId,
        /// Only those that work in this practice, where one is named (`PRA-5`).
        within: Option<PracticeId>,
        /// Which stays.
        except: Option<SessionId>,
        /// When.
        at: Time,
    },
    /// Sessions of an account that have long been unused or have lasted too long are over; and of those that are left and whole, all
    /// but the newest (`SE-09`). Each that ends is at its next version.
    CapSessions {
        /// Whose.
        account: AccountId,
        /// How many whole ones stay.
        most: usize,
        /// Those last seen at this moment or before are over.
        unused_since: Time,
        /// Those begun at this moment or before are over.
        begun_before: Time,
        /// When.
        at: Time,
    },
}

/// Whatever is stored under an id and a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// See [`Practice`].
    Practice(Practice),
    /// See [`Account`].
    Account(Account),
    /// See [`SecondFactor`].
    SecondFactor(SecondFactor),
    /// See [`EmailChange`].
    EmailChange(EmailChange),
    /// See [`Member`].
    Member(Member),
    /// See [`RoleDefinition`].
    RoleDefinition(RoleDefinition),
    /// See [`Invitation`].
    Invitation(Invitation),
    /// See [`Registration`].
    Registration(Registration),
    /// See [`Employee`].
    Employee(Employee),
    /// See [`PasswordLink`].
    PasswordLink(PasswordLink),
    /// See [`PasswordRun`].
    PasswordRun(PasswordRun),
    /// See [`CodeWord`]; one for each practice.
    CodeWord(CodeWord),
    /// See [`Session`].
    Session(Session),
    /// See [`ApiKey`].
    ApiKey(ApiKey),
    /// See [`BillingRecord`].
    Billing(Box<BillingRecord>),
    /// See [`Replay`]; only ever inserted.
    Replay(Replay),
}

/// The memory of a creating request, so that its repetition creates nothing more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// Digest of who asked, where, and the key that they chose.
    pub key: Digest,
    /// Digest of what was asked: a key is for one request only.
    pub request: Digest,
    /// What was created.
    pub created: Uuid,
    /// When.
    pub at: Time,
}

/// Something that the decision read and that must not have changed meanwhile. Until the commit is kept, nobody else may change it:
/// a guard excludes whoever writes the same thing, also where there is no row yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// The practice is at this version.
    Practice(PracticeId, Version),
    /// The account is at this version.
    Account(AccountId, Version),
    /// The member of this practice is at this version.
    Member(PracticeId, MemberId, Version),
    /// The account's second factor is at this version; none while it has never had one.
    SecondFactor(AccountId, Option<Version>),
    /// What the practice has made of the role is at this version; none while it has made nothing of it.
    RoleDefinition(PracticeId, Role, Option<Version>),
    /// So many members of the practice have the role.
    InRole(PracticeId, Role, usize),
    /// The invitation is at this version.
    Invitation(InvitationId, Version),
    /// The registration is at this version.
    Registration(RegistrationId, Version),
    /// The link is at this version.
    PasswordLink(PasswordLinkId, Version),
    /// The practice's code word is at this version.
    CodeWord(PracticeId, Version),
    /// The counter is at this version; one that was never used is at version 0.
    Counter(Subject, Scope, Version),
    /// The subscription is at this version.
    Subscription(SubscriptionId, Version),
    /// Nobody holds the name.
    Free(Name),
    /// So many invitations of this normalised address are open, in all practices.
    OpenInvitations(String, usize),
}

/// A name that only one owner can hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// A username: the normalised address of an account.
    Address(String),
    /// `INV-4`: the open invitation of an address in a practice.
    OpenInvitation(PracticeId, String),
    /// `PRA-2`: the first account of a practice.
    FirstUserManager(PracticeId),
    /// An account's place in a practice.
    Membership(PracticeId, AccountId),
    /// `SESS-3`: a passkey, which belongs to one account.
    Passkey(Handle),
    /// See [`BillingName`].
    Billing(BillingName),
}

/// Taking or giving up a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// From now on it is held by this owner; refused when anyone holds it.
    Hold(Name, Uuid),
    /// It is free again; refused unless this owner holds it.
    Release(Name, Uuid),
}

/// One unit of a budget, within a window of time; refused when the limit is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spend {
    /// Which budget.
    pub budget: Budget,
    /// The start of the window.
    pub window: Time,
    /// Units that may be spent in the window.
    pub limit: u32,
}

/// What is counted so that it cannot be misused (`INV-6`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Budget {
    /// Invitation mails from a practice to one normalised address.
    AddressMails(PracticeId, String),
    /// Invitation mails from a practice.
    PracticeMails(PracticeId),
}

impl Name {
    /// The name that an account's address is.
    #[must_use]
    pub fn address(email: &Email) -> Self {
        Self::Address(email.normal().to_owned())
    }

    /// The name that an open invitation holds (`INV-4`).
    #[must_use]
    pub fn open_invitation(practice: PracticeId, email: &Email) -> Self {
        Self::OpenInvitation(practice, email.normal().to_owned())
    }
}

impl Commit {
    /// A commit that records this, and so far changes nothing.
    #[must_use]
    pub fn recording(entry: Entry) -> Self {
        Self {
            entries: vec![entry],
            writes: Vec::new(),
            guards: Vec::new(),
            claims: Vec::new(),
            spends: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// Another fact.
    #[must_use]
    pub fn and(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }

    /// A change.
    #[must_use]
    pub fn write(mut self, write: Write) -> Self {
        self.writes.push(write);
        self
    }

    /// A new record.
    #[must_use]
    pub fn insert(self, record: impl Into<Record>) -> Self {
        self.write(Write::Insert(record.into()))
    }

    /// A changed record.
    #[must_use]
    pub fn update(self, record: impl Into<Record>) -> Self {
        self.write(Write::Update(record.into()))
    }

    /// Something that must not have changed.
    #[must_use]
    pub fn guard(mut self, guard: Guard) -> Self {
        self.guards.push(guard);
        self
    }

    /// A name taken.
    #[must_use]
    pub fn hold(mut self, name: Name, owner: impl Into<Uuid>) -> Self {
        self.claims.push(Claim::Hold(name, owner.into()));
        self
    }

    /// A name given up.
    #[must_use]
    pub fn release(mut self, name: Name, owner: impl Into<Uuid>) -> Self {
        self.claims.push(Claim::Release(name, owner.into()));
        self
    }

    /// A unit of a budget.
    #[must_use]
    pub fn spend(mut self, spend: Spend) -> Self {
        self.spends.push(spend);
        self
    }

    /// Somebody who must hear of it.
    #[must_use]
    pub fn notify(mut self, notice: Notice) -> Self {
        self.notices.push(notice);
        self
    }

    /// What happened; at least one entry.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What changes, in the order in which it is to be applied.
    #[must_use]
    pub fn writes(&self) -> &[Write] {
        &self.writes
    }

    /// What must not have changed, several at once.
    #[must_use]
    pub fn guard_all(mut self, guards: impl IntoIterator<Item = Guard>) -> Self {
        self.guards.extend(guards);
        self
    }

    /// What must not have changed.
    #[must_use]
    pub fn guards(&self) -> &[Guard] {
        &self.guards
    }

    /// Names taken and given up: all releases are applied before any hold.
    #[must_use]
    pub fn claims(&self) -> &[Claim] {
        &self.claims
    }

    /// Budgets spent.
    #[must_use]
    pub fn spends(&self) -> &[Spend] {
        &self.spends
    }

    /// Who must hear of it.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }
}

macro_rules! records {
    ($($name:ident),+) => {$(
        impl From<$name> for Record {
            fn from(record: $name) -> Self {
                Self::$name(record)
            }
        }
    )+};
}

records!(
    Practice,
    Account,
    SecondFactor,
    EmailChange,
    Member,
    RoleDefinition,
    Invitation,
    Registration,
    Employee,
    PasswordLink,
    PasswordRun,
    CodeWord,
    Session,
    ApiKey,
    Replay
);

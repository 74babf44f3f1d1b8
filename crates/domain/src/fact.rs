//! The audit vocabulary: one variant for each thing that happened. Facts hold ids and numbers, never addresses, names or secrets.

mod account;
mod employee;
mod keeping;
mod kind;
mod list;
pub(crate) mod words;

use std::net::IpAddr;

use crate::billing::BillingFact;
use crate::channel::Product;
use crate::lockout::Scope;
use crate::member::Kind;
use crate::policy::{Deviation, PolicyChange, TwoStep};
use crate::role::RoleFact;
use crate::value::{
    AccountId, ApiKeyId, InvitationId, MemberId, NoticeId, PracticeId, Reason, RegistrationId, SessionId, Time,
};

pub use account::AccountFact;
pub use employee::EmployeeFact;
pub use keeping::KeepingFact;
pub use kind::{FactKind, Topic};
pub use list::{ListFact, Listed};

/// One line of an audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which log.
    pub log: Log,
    /// What happened.
    pub fact: Fact,
    /// Who did it.
    pub actor: Actor,
    /// Where from.
    pub origin: Origin,
    /// When.
    pub at: Time,
}

/// A log: its entries are numbered without gaps, and each is sealed together with the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Log {
    /// What belongs to no practice.
    Platform,
    /// A practice's own.
    Practice(PracticeId),
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person with an account.
    Account(AccountId),
    /// Somebody who has not signed in.
    Visitor,
    /// A vendor application.
    Product(Product),
    /// Vendor support, by name.
    Operator(String),
    /// The payment provider: what it answered, or was found to know.
    Payments,
}

/// Where an act came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The network address, as the edge saw it.
    pub address: Option<IpAddr>,
    /// The browser's own words, shortened.
    pub agent: String,
    /// Names the request in the logs.
    pub request: String,
}

/// What happened. The fields are the particulars that [`Fact::details`] spells out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the ids and numbers are named by their types")]
pub enum Fact {
    /// `PRA-1`, `PRA-4`: a practice began.
    PracticeFounded { practice: PracticeId, reason: Option<Reason> },
    /// A product may call for a practice.
    ApiKeyIssued { key: ApiKeyId, product: Product, reason: Option<Reason> },
    /// A product's key works no more.
    ApiKeyRevoked { key: ApiKeyId, product: Product, reason: Reason },
    /// Something about money, plans or cards.
    Billing(BillingFact),
    /// `INV-2`: somebody was invited.
    PersonInvited { invitation: InvitationId, product: Product, kind: Kind },
    /// `INV-3`: a product named an address that has an account; a plain notice went out.
    AccountNotified { account: AccountId, product: Product },
    /// `INV-6`: an invitation was sent again.
    InvitationResent { invitation: InvitationId, generation: u32 },
    /// `INV-7`: an unregistered person's data were changed.
    InvitationCorrected { invitation: InvitationId, generation: u32, address_changed: bool },
    /// `INV-9`: an invitation was taken back.
    InvitationWithdrawn { invitation: InvitationId },
    /// `INV-5`: an invitation gave way.
    InvitationSuperseded { invitation: InvitationId },
    /// A link was opened and its cookie given.
    RegistrationBegun { registration: RegistrationId, invitation: InvitationId, two_step: bool },
    /// Numbers were given.
    PhonesGiven { registration: RegistrationId },
    /// `REG-2`: a code was ordered.
    CodeSent { registration: RegistrationId, serial: u32 },
    /// `REG-2`: a code was right.
    CodeProven { registration: RegistrationId, serial: u32 },
    /// `REG-2`: a code was wrong.
    CodeWrong { registration: RegistrationId, serial: u32, tries_left: u8 },
    /// `REG-3`: the terms of use were accepted.
    TermsAccepted { registration: RegistrationId, version: String },
    /// `REG-6`: there is an account.
    AccountRegistered { account: AccountId, invitation: InvitationId },
    /// Employees, their user accounts, the links that set passwords, and the code word.
    Employee(EmployeeFact),
    /// Files of employees and people, in and out.
    List(ListFact),
    /// Somebody became a member of a practice.
    MemberJoined { member: MemberId, account: AccountId },
    /// `PRA-2`, `PRA-3`: a member became User Manager.
    UserManagerGranted { member: MemberId, reason: Option<Reason> },
    /// `PRA-3`: a member is User Manager no more.
    UserManagerRevoked { member: MemberId, reason: Reason },
    /// `ROLE-1`, `ROLE-2`: something about roles.
    Role(RoleFact),
    /// `LIST-9`: who must give a code.
    TwoStepChanged { before: TwoStep, after: TwoStep },
    /// `PRA-6`: values of the practice's policy are others now.
    PolicyChanged(PolicyChange),
    /// PW-04: a policy came into force that a norm advises against.
    PolicyDeviates(Vec<Deviation>),
    /// Somebody signed in.
    SignedIn { account: AccountId, session: SessionId },
    /// `LOCK-1`: a password was wrong. Without an account, for an address that has none.
    SignInFailed { account: Option<AccountId>, failures: u8 },
    /// `LOCK-3`: an attempt was not looked at, because of a lock.
    SignInRefused { account: Option<AccountId> },
    /// `LOCK-5`: the failures reached the limit.
    Locked { account: Option<AccountId>, scope: Scope, failures: u8 },
    /// `LOCK-2`: a lock was opened.
    Unlocked { account: AccountId, failures: u8, reason: Option<Reason> },
    /// `SESS-2`: the password was given again.
    PasswordConfirmed { session: SessionId },
    /// What somebody did with their own account.
    Account(AccountFact),
    /// `INV-10`: support made a mail or text go out again that had been given up.
    NoticeRetried { notice: NoticeId, reason: Reason },
    /// What support did with everything that is kept.
    Keeping(KeepingFact),
    /// `SESS-1`: a session was ended.
    SessionEnded { session: SessionId },
    /// `SESS-1`: a User Manager ended a session of a member, or all that worked in the practice.
    MemberSessionsEnded { member: MemberId, account: AccountId, session: Option<SessionId> },
    /// `AU-05`: somebody read the audit log.
    AuditRead,
}

impl Fact {
    /// The stable code of this kind of fact: what is stored, searched for and documented.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind().code()
    }

    /// Which kind of fact it is.
    #[must_use]
    pub fn kind(&self) -> FactKind {
        match self {
            Self::PracticeFounded { .. } => FactKind::PracticeFounded,
            Self::ApiKeyIssued { .. } => FactKind::ApiKeyIssued,
            Self::ApiKeyRevoked { .. } => FactKind::ApiKeyRevoked,
            Self::Billing(fact) => fact.kind(),
            Self::PersonInvited { .. } => FactKind::InvitationIssued,
            Self::AccountNotified { .. } => FactKind::AccountNotified,
            Self::InvitationResent { .. } => FactKind::InvitationResent,
            Self::InvitationCorrected { .. } => FactKind::InvitationCorrected,
            Self::InvitationWithdrawn { .. } => FactKind::InvitationWithdrawn,
            Self::InvitationSuperseded { .. } => FactKind::InvitationSuperseded,
            Self::RegistrationBegun { .. } => FactKind::RegistrationBegun,
            Self::PhonesGiven { .. } => FactKind::RegistrationPhonesGiven,
            Self::CodeSent { .. } => FactKind::RegistrationCodeSent,
            Self::CodeProven { .. } => FactKind::RegistrationCodeProven,
            Self::CodeWrong { .. } => FactKind::RegistrationCodeWrong,
            Self::TermsAccepted { .. } => FactKind::RegistrationTermsAccepted,
            Self::AccountRegistered { .. } => FactKind::AccountRegistered,
            Self::Employee(fact) => fact.kind(),
            Self::MemberJoined { .. } => FactKind::MemberJoined,
            Self::UserManagerGranted { .. } => FactKind::UserManagerGranted,
            Self::UserManagerRevoked { .. } => FactKind::UserManagerRevoked,
            Self::Role(fact) => fact.kind(),
            Self::TwoStepChanged { .. } => FactKind::TwoStepChanged,
            Self::PolicyChanged(_) => FactKind::PolicyChanged,
            Self::PolicyDeviates(_) => FactKind::PolicyDeviation,
            Self::SignedIn { .. } => FactKind::SignInSucceeded,
            Self::SignInFailed { .. } => FactKind::SignInFailed,
            Self::SignInRefused { .. } => FactKind::SignInRefused,
            Self::Locked { .. } => FactKind::AccountLocked,
            Self::Unlocked { .. } => FactKind::AccountUnlocked,
            Self::PasswordConfirmed { .. } => FactKind::SessionPasswordConfirmed,
            Self::Account(fact) => fact.kind(),
            Self::SessionEnded { .. } => FactKind::SessionEnded,
            Self::MemberSessionsEnded { .. } => FactKind::MemberSessionsEnded,
            Self::AuditRead => FactKind::AuditRead,
            Self::List(fact) => fact.kind(),
            Self::NoticeRetried { .. } => FactKind::NoticeRetried,
            Self::Keeping(fact) => fact.kind(),
        }
    }

    /// The particulars, as names and values in a fixed order: what is sealed.
    #[must_use]
    pub fn details(&self) -> Vec<(&'static str, String)> {
        let switch = |on: bool| if on { "on" } else { "off" }.to_owned();
        match self {
            Self::PracticeFounded { practice, reason } => {
                with_reason(vec![("practice", practice.to_string())], reason.as_ref())
            }
            Self::ApiKeyIssued { key, product, reason } => with_reason(key_of(*key, *product), reason.as_ref()),
            Self::ApiKeyRevoked { key, product, reason } => with_reason(key_of(*key, *product), Some(reason)),
            Self::Billing(fact) => fact.details(),
            Self::PersonInvited { invitation, product, kind } => vec![
                ("invitation", invitation.to_string()),
                ("product", product_code(*product).to_owned()),
                ("kind", kind_code(*kind).to_owned()),
            ],
            Self::AccountNotified { account, product } => {
                vec![("account", account.to_string()), ("product", product_code(*product).to_owned())]
            }
            Self::InvitationResent { invitation, generation } => {
                vec![("invitation", invitation.to_string()), ("generation", generation.to_string())]
            }
            Self::InvitationCorrected { invitation, generation, address_changed } => vec![
                ("invitation", invitation.to_string()),
                ("generation", generation.to_string()),
                ("address_changed", address_changed.to_string()),
            ],
            Self::InvitationWithdrawn { invitation } | Self::InvitationSuperseded { invitation } => {
                vec![("invitation", invitation.to_string())]
            }
            Self::RegistrationBegun { registration, invitation, two_step } => vec![
                ("registration", registration.to_string()),
                ("invitation", invitation.to_string()),
                ("two_step", switch(*two_step)),
            ],
            Self::PhonesGiven { registration } => vec![("registration", registration.to_string())],
            Self::CodeSent { registration, serial } | Self::CodeProven { registration, serial } => {
                vec![("registration", registration.to_string()), ("serial", serial.to_string())]
            }
            Self::CodeWrong { registration, serial, tries_left } => vec![
                ("registration", registration.to_string()),
                ("serial", serial.to_string()),
                ("tries_left", tries_left.to_string()),
            ],
            Self::TermsAccepted { registration, version } => {
                vec![("registration", registration.to_string()), ("version", version.clone())]
            }
            Self::AccountRegistered { account, invitation } => {
                vec![("account", account.to_string()), ("invitation", invitation.to_string())]
            }
            Self::Employee(fact) => fact.details(),
            Self::List(fact) => fact.details(),
            Self::MemberJoined { member, account } => {
                vec![("member", member.to_string()), ("account", account.to_string())]
            }
            Self::UserManagerGranted { member, reason } => {
                with_reason(vec![("member", member.to_string())], reason.as_ref())
            }
            Self::UserManagerRevoked { member, reason } => {
                with_reason(vec![("member", member.to_string())], Some(reason))
            }
            Self::Role(fact) => fact.details(),
            Self::TwoStepChanged { before, after } => vec![
                ("doctors_before", switch(before.doctors)),
                ("doctors", switch(after.doctors)),
                ("patients_before", switch(before.patients)),
                ("patients", switch(after.patients)),
            ],
            Self::PolicyChanged(change) => change.details(),
            Self::PolicyDeviates(found) => found.iter().map(|d| (d.key.name, d.norm.to_owned())).collect(),
            Self::SignedIn { account, session } => {
                vec![("account", account.to_string()), ("session", session.to_string())]
            }
            Self::SignInFailed { account, failures } => {
                with_account(*account, vec![("failures", failures.to_string())])
            }
            Self::SignInRefused { account } => with_account(*account, Vec::new()),
            Self::Locked { account, scope, failures } => with_account(
                *account,
                vec![("scope", scope_code(*scope).to_owned()), ("failures", failures.to_string())],
            ),
            Self::Unlocked { account, failures, reason } => {
                with_reason(vec![("account", account.to_string()), ("failures", failures.to_string())], reason.as_ref())
            }
            Self::Account(fact) => fact.details(),
            Self::Keeping(fact) => fact.details(),
            Self::NoticeRetried { notice, reason } => with_reason(vec![("notice", notice.to_string())], Some(reason)),
            Self::PasswordConfirmed { session } | Self::SessionEnded { session } => {
                vec![("session", session.to_string())]
            }
            Self::MemberSessionsEnded { member, account, session } => vec![
                ("member", member.to_string()),
                ("account", account.to_string()),
                ("session", session.map_or_else(|| "all".to_owned(), |session| session.to_string())),
            ],
            Self::AuditRead => Vec::new(),
        }
    }
}

/// The stable code of a product, also its name in the API.
#[must_use]
pub fn product_code(product: Product) -> &'static str {
    match product {
        Product::SecureMail => "securemail",
        Product::TruForm => "truform",
        Product::Collaborator => "collaborator",
        Product::Operator => "operator",
    }
}

/// The stable code of a kind of person, also its name in the API.
#[must_use]
pub fn kind_code(kind: Kind) -> &'static str {
    match kind {
        Kind::Doctor => "doctor",
        Kind::Staff => "staff",
        Kind::Patient => "patient",
    }
}

fn scope_code(scope: Scope) -> &'static str {
    match scope {
        Scope::Account => "account",
        Scope::Strangers => "strangers",
        Scope::Device(_) => "device",
    }
}

fn key_of(key: ApiKeyId, product: Product) -> Vec<(&'static str, String)> {
    vec![("key", key.to_string()), ("product", product_code(product).to_owned())]
}

fn with_account(account: Option<AccountId>, mut rest: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
    if let Some(account) = account {
        rest.insert(0, ("account", account.to_string()));
    }
    rest
}

fn with_reason(mut rest: Vec<(&'static str, String)>, reason: Option<&Reason>) -> Vec<(&'static str, String)> {
    if let Some(reason) = reason {
        rest.push(("reason", reason.to_string()));
    }
    rest
}

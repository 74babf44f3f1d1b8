//! A row of Manage Account: an unregistered person who was invited, or a registered member (`LIST-1`, `LIST-2`).

use crate::account::Account;
use crate::channel::Placement;
use crate::invitation::Invitation;
use crate::member::{Kind, Member, Tier};
use crate::policy::TwoStep;
use crate::port::Cell;
use crate::value::{AccountId, Email, PersonId, PersonName, PracticeId, Time, fold};

/// A row of Manage Account. It is stored beside the records it shows, and changes in the same commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The practice whose list it stands in.
    pub practice: PracticeId,
    /// The invitation's id, or the member's.
    pub id: PersonId,
    /// The account, once registered.
    pub account: Option<AccountId>,
    /// The name.
    pub name: PersonName,
    /// The address.
    pub email: Email,
    /// As what.
    pub kind: Kind,
    /// Whether they belong to the practice, or are to.
    pub placement: Placement,
    /// When they were invited.
    pub invited_at: Time,
    /// The last request of a registered member, give or take a minute.
    pub active_at: Option<Time>,
    /// How far they have come.
    pub standing: Enrolment,
    /// What they may use of SecureMail.
    pub tier: Tier,
    /// Whether a lock stands against them (`LOCK-2`).
    pub locked: bool,
    /// Whether they manage the practice's people.
    pub user_manager: bool,
    /// How the newest mail to an unregistered person fares (`INV-10`).
    pub mail: MailState,
}

/// How far a person has come; what a row's status is made of (`REG-5`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Enrolment {
    /// Invited.
    NotRegistered,
    /// Registered while no code was asked for.
    Unproven,
    /// Registered, and a code proved a number.
    Proven,
}

/// The registered status that managers see (`REG-5`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Invited.
    NotRegistered,
    /// Registered without a code, and the practice asks for one now: it is given at the next reset.
    TwoStepPending,
    /// Registered.
    Registered,
}

/// How an invitation's newest mail fares (`INV-10`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MailState {
    /// Waits for its turn, or for another try.
    Queued,
    /// A mail server took it.
    Sent,
    /// It will not arrive.
    Undeliverable(Undeliverable),
}

/// Why a mail will not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Undeliverable {
    /// The mail server knows no such mailbox, or refuses it for good.
    Refused,
    /// Every try failed until the link expired.
    GaveUp,
}

impl Person {
    /// The row of an invitation that waits for its person.
    #[must_use]
    pub fn invited(invitation: &Invitation) -> Self {
        Self {
            practice: invitation.practice,
            id: invitation.id.into(),
            account: None,
            name: invitation.name.clone(),
            email: invitation.email.clone(),
            kind: invitation.channel.kind,
            placement: invitation.channel.placement,
            invited_at: invitation.created_at,
            active_at: None,
            standing: Enrolment::NotRegistered,
            tier: Tier::Free,
            locked: false,
            user_manager: false,
            mail: MailState::Queued,
        }
    }

    /// The row of a member.
    #[must_use]
    pub fn registered(member: &Member, account: &Account, locked: bool) -> Self {
        Self {
            practice: member.practice,
            id: member.id.into(),
            account: Some(account.id),
            name: account.name.clone(),
            email: account.email.clone(),
            kind: member.kind,
            placement: Placement::InPractice,
            invited_at: member.invited_at,
            active_at: None,
            standing: if account.proven.is_some() { Enrolment::Proven } else { Enrolment::Unproven },
            tier: member.tier,
            locked,
            user_manager: member.user_manager,
            mail: MailState::Sent,
        }
    }

    /// What the row's status is made of.
    #[must_use]
    pub fn cell(&self) -> Cell {
        Cell { standing: self.standing, patient: self.kind == Kind::Patient }
    }

    /// The status that a manager of a practice with these switches sees.
    #[must_use]
    pub fn status(&self, two_step: TwoStep) -> Status {
        self.cell().status(two_step)
    }

    /// Whether the person has an account in this practice.
    #[must_use]
    pub fn is_registered(&self) -> bool {
        self.standing != Enrolment::NotRegistered
    }

    /// What the row sorts by in this column. Ties sort by [`Person::name_key`], then by id.
    #[must_use]
    pub fn sort_key(&self, column: Column) -> SortKey {
        match column {
            Column::FirstName => SortKey::Text(fold(self.name.first())),
            Column::LastName => SortKey::Text(fold(self.name.last())),
            Column::Role => SortKey::Number(i64::from(self.kind == Kind::Patient)),
            Column::Created => SortKey::Number(self.invited_at.micros()),
            Column::LastActivity => SortKey::Number(self.active_at.map_or(0, Time::micros)),
            Column::Status => SortKey::Number(self.standing as i64),
            Column::Tier => SortKey::Number(self.tier as i64),
        }
    }

    /// What breaks ties: last name, then first name, then address.
    #[must_use]
    pub fn name_key(&self) -> String {
        format!("{}\u{1}{}\u{1}{}", fold(self.name.last()), fold(self.name.first()), self.email.normal())
    }

    /// What a search looks in: first name, last name and address, folded (`LIST-3`).
    #[must_use]
    pub fn search_key(&self) -> String {
        format!("{}\n{}\n{}", fold(self.name.first()), fold(self.name.last()), fold(self.email.normal()))
    }
}

/// The columns of Manage Account, without the one that holds the buttons (`LIST-2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Column {
    /// First Name.
    FirstName,
    /// Last Name.
    #[default]
    LastName,
    /// User Role: Doctor/Staff, then Patient.
    Role,
    /// Date of invitation.
    Created,
    /// Last Activity.
    LastActivity,
    /// Registered Status.
    Status,
    /// SecureMail Tier.
    Tier,
}

impl Column {
    /// Every column, in the order of the page.
    pub const ALL: [Self; 7] =
        [Self::FirstName, Self::LastName, Self::Role, Self::Created, Self::LastActivity, Self::Status, Self::Tier];
}

/// What a row sorts by in one column: text by its bytes, numbers by size. The same in every store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SortKey {
    /// Folded text.
    Text(String),
    /// A number.
    Number(i64),
}

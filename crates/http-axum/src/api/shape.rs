//! The shapes that resources share.

use practice_domain::access::{Action, UserManager, WhyNot, explain};
use practice_domain::channel;
use practice_domain::invitation::Invitation;
use practice_domain::member;
use practice_domain::person::{self, MailState, Undeliverable};
use practice_domain::value::Phone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::present::rfc3339;

/// What somebody is to a practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    Doctor,
    Staff,
    Patient,
}

/// Whether somebody joins the practice that invites them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Placement {
    InPractice,
    Outside,
}

/// How far somebody has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) enum Status {
    #[serde(rename = "not-registered")]
    NotRegistered,
    #[serde(rename = "2-step-pending")]
    TwoStepPending,
    #[serde(rename = "registered")]
    Registered,
}

/// What somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Tier {
    Free,
    Paid,
    PaidPlugin,
}

/// How the newest mail to an unregistered person fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mail {
    Queued,
    Sent,
    /// The mail server refuses it for good.
    Refused,
    /// Every try failed.
    GaveUp,
}

/// Whether an action is possible, and why not.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Possible {
    pub(crate) allowed: bool,
    /// The stable code of the reason why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

/// What the caller may do with a person.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Actions {
    pub(crate) reinvite: Possible,
    pub(crate) correct: Possible,
    pub(crate) withdraw: Possible,
    pub(crate) unlock: Possible,
    pub(crate) end_sessions: Possible,
}

/// An unregistered person who was invited, or a registered member.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Person {
    #[schema(format = Uuid)]
    pub(crate) id: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) kind: Kind,
    pub(crate) placement: Placement,
    pub(crate) status: Status,
    pub(crate) locked: bool,
    pub(crate) tier: Tier,
    pub(crate) user_manager: bool,
    /// RFC 3339.
    pub(crate) invited_at: String,
    /// RFC 3339; none unless registered.
    pub(crate) active_at: Option<String>,
    /// None once registered.
    pub(crate) mail: Option<Mail>,
    pub(crate) actions: Actions,
    /// Only of one unregistered person, asked for alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cell: Option<String>,
    /// Only of one unregistered person, asked for alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<String>,
}

impl Person {
    /// A row of the list.
    pub(crate) fn row(who: &UserManager, person: &person::Person) -> Self {
        let may = |action| possible(explain(who, person, action));
        Self {
            id: person.id.to_string(),
            first_name: person.name.first().to_owned(),
            last_name: person.name.last().to_owned(),
            email: person.email.as_typed().to_owned(),
            kind: person.kind.into(),
            placement: person.placement.into(),
            status: person.status(who.practice().two_step()).into(),
            locked: person.locked,
            tier: person.tier.into(),
            user_manager: person.user_manager,
            invited_at: rfc3339(person.invited_at),
            active_at: person.active_at.map(rfc3339),
            mail: (!person.is_registered()).then(|| person.mail.into()),
            actions: Actions {
                reinvite: may(Action::Reinvite),
                correct: may(Action::Correct),
                withdraw: may(Action::Withdraw),
                unlock: may(Action::Unlock),
                end_sessions: may(Action::EndSessions),
            },
            cell: None,
            phone: None,
        }
    }

    /// One unregistered person, with their numbers.
    pub(crate) fn invitee(who: &UserManager, person: &person::Person, invitation: &Invitation) -> Self {
        let number = |phone: &Option<Phone>| phone.as_ref().map(|phone| phone.e164().to_owned());
        // All of it from where the version is: the list may have been read just before somebody changed it.
        Self {
            first_name: invitation.name.first().to_owned(),
            last_name: invitation.name.last().to_owned(),
            email: invitation.email.as_typed().to_owned(),
            cell: number(&invitation.phones.cell),
            phone: number(&invitation.phones.landline),
            ..Self::row(who, person)
        }
    }
}

fn possible(explained: Result<(), WhyNot>) -> Possible {
    match explained {
        Ok(()) => Possible { allowed: true, reason: None },
        Err(why) => Possible { allowed: false, reason: Some(why.code().to_owned()) },
    }
}

impl From<member::Kind> for Kind {
    fn from(kind: member::Kind) -> Self {
        match kind {
            member::Kind::Doctor => Self::Doctor,
            member::Kind::Staff => Self::Staff,
            member::Kind::Patient => Self::Patient,
        }
    }
}

impl From<Kind> for member::Kind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Doctor => Self::Doctor,
            Kind::Staff => Self::Staff,
            Kind::Patient => Self::Patient,
        }
    }
}

impl From<channel::Placement> for Placement {
    fn from(placement: channel::Placement) -> Self {
        match placement {
            channel::Placement::InPractice => Self::InPractice,
            channel::Placement::Outside => Self::Outside,
        }
    }
}

impl From<Placement> for channel::Placement {
    fn from(placement: Placement) -> Self {
        match placement {
            Placement::InPractice => Self::InPractice,
            Placement::Outside => Self::Outside,
        }
    }
}

impl From<person::Status> for Status {
    fn from(status: person::Status) -> Self {
        match status {
            person::Status::NotRegistered => Self::NotRegistered,
            person::Status::TwoStepPending => Self::TwoStepPending,
            person::Status::Registered => Self::Registered,
        }
    }
}

impl From<member::Tier> for Tier {
    fn from(tier: member::Tier) -> Self {
        match tier {
            member::Tier::Free => Self::Free,
            member::Tier::Paid => Self::Paid,
            member::Tier::PaidWithPlugin => Self::PaidPlugin,
        }
    }
}

impl From<MailState> for Mail {
    fn from(mail: MailState) -> Self {
        match mail {
            MailState::Queued => Self::Queued,
            MailState::Sent => Self::Sent,
            MailState::Undeliverable(Undeliverable::Refused) => Self::Refused,
            MailState::Undeliverable(Undeliverable::GaveUp) => Self::GaveUp,
        }
    }
}

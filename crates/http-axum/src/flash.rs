//! What to say once on the next page: a code and ids in a short-lived cookie, never words.

mod roles;
mod staff;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use practice_domain::member::Role;
use practice_domain::policy::TwoStep;
use practice_domain::value::Time;
use uuid::Uuid;

use crate::cookie::Cookie;
use crate::refusal::Face;
use crate::site::Portal;

pub(crate) use roles::RoleDeed;
pub(crate) use staff::Deed;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flash {
    Registered,
    SignedOut,
    Joined,
    /// The new address may be the one to sign in with next.
    EmailChanged,
    EmailAsked,
    FactorRemoved,
    PasskeyAdded,
    PasskeyRemoved,
    PasswordChanged,
    PracticeChosen,
    /// The flag is whether anything was different.
    ProfileSaved(bool),
    /// What an administrator did about an employee.
    Staff(Deed, Uuid),
    /// The flag is whether anything was different.
    PolicySaved(bool),
    /// What an administrator did about a role.
    Role(RoleDeed, Role),
    CodeSent,
    PasswordSet,
    CardUpdated,
    SummaryMailed,
    /// An offer was not good any more, and this is the new one.
    Requoted,
    Ordered,
    /// The flag is whether a plugin ended with the plan.
    PlanCancelled {
        plan: Uuid,
        plugin: bool,
    },
    SessionEnded,
    SessionsEnded(Uuid),
    Reinvited(Uuid),
    /// The flag is whether the address changed.
    Corrected(Uuid, bool),
    Withdrawn(Uuid),
    /// The flag is whether there was nothing to do.
    Unlocked(Uuid, bool),
    TooMany(Uuid, Time),
    /// The invitation was closed or used meanwhile; the flag is whether the person registered.
    Raced(Uuid, bool),
    TwoStep {
        before: TwoStep,
        after: TwoStep,
    },
}

/// What happened, as the request's cookie says; shown once.
pub(crate) struct Flashed(pub(crate) Option<Flash>);

impl FromRequestParts<Portal> for Flashed {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Self::Rejection> {
        Ok(Self(portal.shown(&parts.headers, Cookie::Flash).and_then(Flash::read)))
    }
}

impl Flashed {
    /// Takes the cookie away again from whoever was told.
    pub(crate) fn told(&self, portal: &Portal, headers: &mut HeaderMap) {
        if self.0.is_some() {
            portal.expire(headers, Cookie::Flash);
        }
    }
}

/// Goes on elsewhere, and says there what happened.
pub(crate) fn and_say(portal: &Portal, to: &str, flash: Flash) -> Response {
    let mut response = see(to);
    portal.set(response.headers_mut(), Cookie::Flash, &flash.write());
    response
}

/// Goes on elsewhere with a `GET`.
pub(crate) fn see(to: &str) -> Response {
    let response = Redirect::to(to).into_response();
    if response.status() == StatusCode::SEE_OTHER { response } else { Face::internal().into_response() }
}

impl Flash {
    fn write(self) -> String {
        let on = u8::from;
        match self {
            Self::Registered => "registered".to_owned(),
            Self::SignedOut => "signed-out".to_owned(),
            Self::Joined => "joined".to_owned(),
            Self::EmailChanged => "email-changed".to_owned(),
            Self::EmailAsked => "email-asked".to_owned(),
            Self::PasskeyAdded => "passkey-added".to_owned(),
            Self::PasskeyRemoved => "passkey-removed".to_owned(),
            Self::FactorRemoved => "factor-removed".to_owned(),
            Self::PasswordChanged => "password-changed".to_owned(),
            Self::PracticeChosen => "practice-chosen".to_owned(),
            Self::ProfileSaved(changed) => format!("profile-saved.{}", on(changed)),
            Self::Staff(deed, id) => format!("staff.{}.{}", id.simple(), deed.code()),
            Self::PolicySaved(changed) => format!("policy-saved.{}", on(changed)),
            Self::Role(deed, role) => deed.write(role),
            Self::CodeSent => "code-sent".to_owned(),
            Self::PasswordSet => "password-set".to_owned(),
            Self::CardUpdated => "card-updated".to_owned(),
            Self::SummaryMailed => "summary-mailed".to_owned(),
            Self::Requoted => "requoted".to_owned(),
            Self::Ordered => "ordered".to_owned(),
            Self::PlanCancelled { plan, plugin } => format!("plan-cancelled.{}.{}", plan.simple(), on(plugin)),
            Self::SessionEnded => "session-ended".to_owned(),
            Self::SessionsEnded(id) => format!("sessions-ended.{}", id.simple()),
            Self::Reinvited(id) => format!("reinvited.{}", id.simple()),
            Self::Corrected(id, address) => format!("corrected.{}.{}", id.simple(), on(address)),
            Self::Withdrawn(id) => format!("withdrawn.{}", id.simple()),
            Self::Unlocked(id, already) => format!("unlocked.{}.{}", id.simple(), on(already)),
            Self::TooMany(id, at) => format!("too-many.{}.{}", id.simple(), at.micros()),
            Self::Raced(id, registered) => format!("raced.{}.{}", id.simple(), on(registered)),
            Self::TwoStep { before, after } => {
                let bits = [before.doctors, before.patients, after.doctors, after.patients].map(on);
                format!("two-step.{}{}{}{}", bits[0], bits[1], bits[2], bits[3])
            }
        }
    }

    fn read(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        let id = || Uuid::try_parse(parts.get(1)?).ok();
        let flag = || Some(*parts.get(2)? == "1");
        Some(match *parts.first()? {
            "registered" => Self::Registered,
            "signed-out" => Self::SignedOut,
            "joined" => Self::Joined,
            "email-changed" => Self::EmailChanged,
            "email-asked" => Self::EmailAsked,
            "passkey-added" => Self::PasskeyAdded,
            "passkey-removed" => Self::PasskeyRemoved,
            "factor-removed" => Self::FactorRemoved,
            "password-changed" => Self::PasswordChanged,
            "practice-chosen" => Self::PracticeChosen,
            "profile-saved" => Self::ProfileSaved(*parts.get(1)? == "1"),
            "staff" => Self::Staff(Deed::with_code(parts.get(2)?)?, id()?),
            "policy-saved" => Self::PolicySaved(*parts.get(1)? == "1"),
            "role" => {
                let (deed, role) = RoleDeed::read(&parts[1..])?;
                Self::Role(deed, role)
            }
            "code-sent" => Self::CodeSent,
            "password-set" => Self::PasswordSet,
            "card-updated" => Self::CardUpdated,
            "summary-mailed" => Self::SummaryMailed,
            "requoted" => Self::Requoted,
            "ordered" => Self::Ordered,
            "plan-cancelled" => Self::PlanCancelled { plan: id()?, plugin: flag()? },
            "session-ended" => Self::SessionEnded,
            "sessions-ended" => Self::SessionsEnded(id()?),
            "reinvited" => Self::Reinvited(id()?),
            "corrected" => Self::Corrected(id()?, flag()?),
            "withdrawn" => Self::Withdrawn(id()?),
            "unlocked" => Self::Unlocked(id()?, flag()?),
            "too-many" => Self::TooMany(id()?, Time::from_micros(parts.get(2)?.parse().ok()?)),
            "raced" => Self::Raced(id()?, flag()?),
            "two-step" => {
                let [a, b, c, d] = <[u8; 4]>::try_from(parts.get(1)?.as_bytes()).ok()?.map(|bit| bit == b'1');
                let switches = |doctors, patients| TwoStep { doctors, patients };
                Self::TwoStep { before: switches(a, b), after: switches(c, d) }
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use practice_domain::usecase::WordAfter;

    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let id = Uuid::from_u128(7);
        let (off, on) = (TwoStep { doctors: true, patients: false }, TwoStep { doctors: true, patients: true });
        for flash in [
            Flash::Registered,
            Flash::EmailChanged,
            Flash::ProfileSaved(true),
            Flash::PolicySaved(true),
            Flash::SessionsEnded(id),
            Flash::Requoted,
            Flash::PlanCancelled { plan: id, plugin: true },
            Flash::Reinvited(id),
            Flash::Staff(Deed::Left(WordAfter::Rotated), id),
            Flash::Role(RoleDeed::Gone, Role::Copied(practice_domain::value::RoleId(id))),
            Flash::Role(RoleDeed::Added(practice_domain::role::Permission::SetGoals), Role::FrontDesk),
            Flash::Corrected(id, true),
            Flash::Unlocked(id, false),
            Flash::TooMany(id, Time::from_micros(5)),
            Flash::TwoStep { before: off, after: on },
        ] {
            assert_eq!(Flash::read(&flash.write()), Some(flash));
        }
        for odd in ["", "reinvited", "reinvited.x", "two-step.1", "<b>"] {
            assert_eq!(Flash::read(odd), None);
        }
    }
}

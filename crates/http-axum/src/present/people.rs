use practice_domain::access::{Action, UserManager, explain};
use practice_domain::channel::Placement;
use practice_domain::member::{self, Kind};
use practice_domain::person::{self, MailState, Person, Undeliverable};
use practice_domain::policy::TwoStep;
use practice_domain::port::Tally;
use practice_domain::value::Time;

use crate::page::{Counts, Delivery, Marked, PersonRow, Role, Status, Tier, Who};
use crate::present::Calendar;

/// A row of Manage Account.
pub(crate) fn row(calendar: &Calendar, manager: &UserManager, person: &Person, q: &str, now: Time) -> PersonRow {
    let undeliverable = match mail_delivery(person.mail) {
        Delivery::Undeliverable(reason) if !person.is_registered() => Some(reason),
        _ => None,
    };
    PersonRow {
        id: person.id.to_string(),
        first: Marked::find(person.name.first(), q),
        last: Marked::find(person.name.last(), q),
        email: Marked::find(person.email.as_typed(), q),
        role: kind_role(person.kind),
        other_practice: person.placement == Placement::Outside && person.kind != Kind::Patient,
        created: calendar.when(person.invited_at, now),
        last_activity: person.active_at.map(|at| calendar.when(at, now)),
        status: standing(person, manager.practice().two_step()),
        tier: tier(person.tier),
        can_reinvite: explain(manager, person, Action::Reinvite).is_ok(),
        just_sent: false,
        can_unlock: explain(manager, person, Action::Unlock).is_ok(),
        undeliverable,
    }
}

/// The badge of a row: a lock before anything else.
pub(crate) fn standing(person: &Person, two_step: TwoStep) -> Status {
    match person.status(two_step) {
        person::Status::NotRegistered => Status::NotRegistered,
        _ if person.locked => Status::Locked,
        person::Status::TwoStepPending => Status::TwoStepPending,
        person::Status::Registered => Status::Registered,
    }
}

pub(crate) fn kind_role(kind: Kind) -> Role {
    match kind {
        Kind::Doctor | Kind::Staff => Role::DoctorStaff,
        Kind::Patient => Role::Patient,
    }
}

pub(crate) fn tier(tier: member::Tier) -> Tier {
    match tier {
        member::Tier::Free => Tier::Free,
        member::Tier::Paid => Tier::Paid,
        member::Tier::PaidWithPlugin => Tier::PaidPlugin,
    }
}

pub(crate) fn mail_delivery(mail: MailState) -> Delivery {
    match mail {
        MailState::Queued => Delivery::Queued,
        MailState::Sent => Delivery::Sent,
        MailState::Undeliverable(Undeliverable::Refused) => {
            Delivery::Undeliverable("the mailbox does not exist or takes no mail".to_owned())
        }
        MailState::Undeliverable(Undeliverable::GaveUp) => {
            Delivery::Undeliverable("the mail server did not answer".to_owned())
        }
    }
}

/// Whom a page is about.
pub(crate) fn who(person: &Person) -> Who {
    Who {
        first: person.name.first().to_owned(),
        last: person.name.last().to_owned(),
        email: person.email.as_typed().to_owned(),
    }
}

/// The numbers on the filter chips.
pub(crate) fn counts(tally: &Tally, two_step: TwoStep) -> Counts {
    let with = |status| counted(tally.with(status, two_step));
    Counts {
        all: counted(tally.all()),
        not_registered: with(person::Status::NotRegistered),
        registered: with(person::Status::Registered),
        two_step_pending: with(person::Status::TwoStepPending),
        locked: counted(tally.locked()),
    }
}

/// A number with separators: `12,345`.
pub(crate) fn counted(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 63, 1_000, 1_234_567].map(counted), ["0", "63", "1,000", "1,234,567"]);
    }
}

//! Edit a person who has not registered yet.

use super::{Chrome, Place, Role, Status, When, Who};
use askama::Template;

/// `GET /manage/users/{id}` for an unregistered person, and `GET /manage/users/{id}/withdraw` with
/// the question open over it. Fields: `version`, `email`, `first`, `last`, `cell`, `phone`.
#[derive(Template)]
#[template(path = "edit_invitee.html")]
pub struct EditInviteePage {
    /// The frame; problems go to the field names.
    pub chrome: Chrome,
    /// Where the manager came from in the list.
    pub place: Place,
    /// What the addresses name the person by.
    pub id: String,
    /// The person as stored; the fields below hold what was typed.
    pub who: Who,
    /// Doctor or staff, or patient.
    pub role: Role,
    /// Whether the person was invited as one of another practice.
    pub other_practice: bool,
    /// What tells a change by somebody else; sent back as the field `version`.
    pub version: String,
    /// Email address.
    pub email: String,
    /// First name.
    pub first: String,
    /// Last name.
    pub last: String,
    /// Cell phone.
    pub cell: String,
    /// Other phone.
    pub phone: String,
    /// The facts beside the form.
    pub invitation: InvitationFacts,
    /// The time zone of the times on the page: `Central Time`.
    pub time_zone: String,
    /// Whether the invitation can be withdrawn.
    pub can_withdraw: bool,
    /// Whether the question before withdrawing is open.
    pub asks_withdraw: bool,
    /// What the address that was typed looks like without being it.
    pub look_alike: Option<LookAlike>,
}

/// An address that looks like another one.
#[derive(Clone, Debug)]
pub struct LookAlike {
    /// What it looks like, in words.
    pub words: String,
    /// What the field `confirmed` holds when this very address is right.
    pub confirms: String,
}

/// The facts of an invitation.
#[derive(Clone, Debug)]
pub struct InvitationFacts {
    /// Who sent it; none when the vendor did.
    pub sent_by: Option<String>,
    /// The product it came through: `SecureMail`.
    pub through: String,
    /// When it was made.
    pub created: When,
    /// When the newest email was sent.
    pub last_email: Option<When>,
    /// How far the newest email has come.
    pub delivery: Delivery,
    /// When the link stops working, or stopped.
    pub until: When,
    /// Whether the link has stopped working.
    pub expired: bool,
    /// Whether a secret code will be asked for.
    pub two_step: bool,
}

/// How far an email has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Waiting to be sent.
    Queued,
    /// Sent.
    Sent,
    /// It could not be delivered, because: `the mailbox does not exist`.
    Undeliverable(String),
}

impl EditInviteePage {
    /// The name of the page.
    #[must_use]
    pub fn title(&self) -> String {
        if self.asks_withdraw {
            return format!("Withdraw the invitation of {}?", self.who.name());
        }
        format!("Edit {}", self.who.name())
    }

    /// What the email address is for.
    #[must_use]
    pub fn email_hint(&self) -> String {
        format!("This becomes {}’s user name.", self.who.short())
    }
}

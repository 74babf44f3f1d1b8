//! Look at a registered person, unlock them, and end their sessions.

use super::{Chrome, Place, Role, SessionRow, Status, Tier, When, Who};
use askama::Template;

/// `GET /manage/users/{id}` for a registered person. A manager can never change the email address.
#[derive(Template)]
#[template(path = "edit_member.html")]
pub struct EditMemberPage {
    /// The frame.
    pub chrome: Chrome,
    /// Where the manager came from in the list.
    pub place: Place,
    /// What the addresses name the person by.
    pub id: String,
    /// The person.
    pub who: Who,
    /// Doctor or staff, or patient.
    pub role: Role,
    /// How far the person has come.
    pub status: Status,
    /// What the person has.
    pub tier: Tier,
    /// Whether Unlock is offered.
    pub can_unlock: bool,
    /// When the person was invited.
    pub invited: Option<When>,
    /// Who invited the person.
    pub invited_by: Option<String>,
    /// When the person registered.
    pub registered: Option<When>,
    /// When the person was last active.
    pub last_activity: Option<When>,
    /// When the account was locked, if it is.
    pub locked_since: Option<When>,
    /// The time zone of the times on the page: `Central Time`.
    pub time_zone: String,
    /// Whether the person is a User Manager.
    pub user_manager: bool,
    /// Where the person is signed in.
    pub sessions: SessionsPanel,
    /// Whether plans can be bought for the person.
    pub cart: Cart,
}

impl EditMemberPage {
    /// What the addresses of their sessions begin with.
    #[must_use]
    pub fn own_address(&self) -> String {
        format!("/manage/users/{}", self.id)
    }
}

/// Whether plans can be bought for a person (`BILL-2`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cart {
    /// Not for this person, or nothing is sold here.
    Absent,
    /// Once whoever looks has a card on file.
    NoCard,
    /// Yes.
    Open,
}

/// Where a person is signed in to the practice.
#[derive(Clone, Debug)]
pub enum SessionsPanel {
    /// Not a question to ask of this person.
    Absent,
    /// To be seen after the password was given again, at this address.
    Behind(String),
    /// The sessions, newest first.
    Open(Vec<SessionRow>),
}

impl SessionsPanel {
    /// Whether they are the sessions of whoever looks at the page.
    #[must_use]
    pub fn is_own(&self) -> bool {
        matches!(self, Self::Open(rows) if rows.iter().any(|row| row.current))
    }

    /// Whether any of these sessions can be ended here: the one that asks cannot.
    #[must_use]
    pub fn can_end(&self) -> bool {
        matches!(self, Self::Open(rows) if rows.iter().any(|row| !row.current))
    }
}

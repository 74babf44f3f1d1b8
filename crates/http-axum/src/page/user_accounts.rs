//! Settings › User Accounts: who of the employees can sign in.

use super::{Chrome, LookAlike, SessionsPanel};
use askama::Template;

/// `GET /settings/user-accounts`, and `GET /settings/code-word` with the word shown (`EMP-2`, `CODE-1`).
#[derive(Template)]
#[template(path = "settings/user_accounts.html")]
pub struct UserAccountsPage {
    /// The frame.
    pub chrome: Chrome,
    /// The practice's code word, on the one page that shows it.
    pub code_word: Option<String>,
    /// Whether the system texts the word; otherwise it is only ever said.
    pub texts_word: bool,
    /// The active employees of this page of the list.
    pub users: Vec<UserLine>,
    /// Where the page after begins, if there is one.
    pub next: Option<String>,
    /// Whether to propose that the code word be rotated: somebody who knew it has left (`EMP-3`).
    pub proposes_rotation: bool,
}

/// A row of the list.
#[derive(Clone, Debug)]
pub struct UserLine {
    /// Names the row in addresses.
    pub id: String,
    /// The full name, or what stands for it.
    pub name: String,
    /// The address that they sign in with.
    pub email: Option<String>,
    /// The number that the code word goes to.
    pub cell: Option<String>,
    /// Their role.
    pub role: Option<String>,
    /// How their user account stands.
    pub account: AccountState,
}

/// How a user account stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// There is none.
    None,
    /// There is none, and there can be none while the employee is not in use.
    Impossible,
    /// The setup link went out on this day.
    Pending(String),
    /// The setup link works no more.
    Expired,
    /// They can sign in.
    Active,
    /// They are locked out.
    Locked,
    /// An administrator took it away.
    Inactive,
    /// Its end date is past.
    Ended,
}

/// `GET /settings/user-accounts/{id}`.
#[derive(Template)]
#[template(path = "settings/user_account.html")]
pub struct UserAccountPage {
    /// The frame.
    pub chrome: Chrome,
    /// Names the employee in addresses.
    pub id: String,
    /// The full name, or what stands for it.
    pub name: String,
    /// How the account stands.
    pub account: AccountState,
    /// Whether the box Active is ticked.
    pub active: bool,
    /// Whether a person has set the account up: from then on the address and the number are theirs to change.
    pub settled: bool,
    /// The address.
    pub email: String,
    /// The number.
    pub cell: String,
    /// The roles to choose from.
    pub roles: Vec<RoleChoice>,
    /// `We send the setup link here. It works for 3 days.`
    pub email_hint: String,
    /// Why the code word does not reach them by text, where something is known.
    pub no_text: Option<NoText>,
    /// `We text the Practice Code Word here.`
    pub cell_hint: &'static str,
    /// Whether the system texts the word; otherwise it is only ever said.
    pub texts_word: bool,
    /// Whether an authenticator app is asked for when the person signs in.
    pub second_factor: bool,
    /// Whether the practice asks the person for one.
    pub factor_required: bool,
    /// Whether the page asks if it is really to be reset.
    pub asks_factor: bool,
    /// Where the person is signed in.
    pub sessions: SessionsPanel,
    /// What the address that was typed looks like without being it.
    pub look_alike: Option<LookAlike>,
    /// Whether the page asks if the account is really to be deactivated.
    pub asks_deactivate: bool,
}

/// Why the code word does not reach somebody by text (`WH-06`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoText {
    /// The number told us to stop.
    Stopped,
    /// It is no number that we text.
    OutOfReach,
    /// The newest text did not arrive.
    Failed,
}

/// A role that can be chosen.
#[derive(Clone, Debug)]
pub struct RoleChoice {
    /// How the form spells it.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl UserAccountPage {
    /// What the addresses of their sessions begin with.
    #[must_use]
    pub fn own_address(&self) -> String {
        format!("/settings/user-accounts/{}", self.id)
    }

    /// The role that is chosen, in words; what is not among the choices has none.
    #[must_use]
    pub fn role_name(&self) -> &str {
        self.roles.iter().find(|role| role.chosen).map_or("None", |role| role.name.as_str())
    }
}

impl AccountState {
    /// The words.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::None => "No account".to_owned(),
            Self::Impossible => "Not possible while inactive".to_owned(),
            Self::Pending(day) => format!("Setup sent {day}"),
            Self::Expired => "Setup link expired".to_owned(),
            Self::Active => "Active".to_owned(),
            Self::Locked => "Locked".to_owned(),
            Self::Inactive => "Inactive".to_owned(),
            Self::Ended => "Ended".to_owned(),
        }
    }

    /// The classes of its badge.
    #[must_use]
    pub const fn look(&self) -> &'static str {
        match self {
            Self::None | Self::Impossible | Self::Inactive | Self::Ended => "dot hollow",
            Self::Pending(_) | Self::Expired => "is-warn dot",
            Self::Active => "is-ok dot",
            Self::Locked => "is-hot",
        }
    }

    /// Whether a person is behind it, or is to be: somebody who needs the code word.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Pending(_) | Self::Expired | Self::Active | Self::Locked)
    }

    /// Whether a lock stands against it.
    #[must_use]
    pub const fn is_locked(&self) -> bool {
        matches!(self, Self::Locked)
    }

    /// Whether nobody has set it up yet.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        matches!(self, Self::Pending(_) | Self::Expired)
    }

    /// Whether there is an account that a person has set up.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        matches!(self, Self::Active | Self::Locked | Self::Inactive | Self::Ended)
    }
}

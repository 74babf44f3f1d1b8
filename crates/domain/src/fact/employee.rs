use super::FactKind;
use crate::code_word::Told;
use crate::member::Role;
use crate::value::{AccountId, EmployeeId, MemberId, PasswordLinkId, PasswordRunId};

/// What happened to employees, their user accounts, the links that set passwords, and code words. Never a word itself (`CODE-2`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the ids and numbers are named by their types")]
pub enum EmployeeFact {
    /// `EMP-1`: somebody stands in the list now.
    Added { employee: EmployeeId },
    /// `EMP-1`: another name, or another sort of work.
    Changed { employee: EmployeeId },
    /// `EMP-1`: active again.
    Reactivated { employee: EmployeeId },
    /// `EMP-1`, `EMP-3`: not active any more.
    Deactivated { employee: EmployeeId },
    /// `EMP-2`: a user account was asked for.
    UserAsked { employee: EmployeeId, role: Role },
    /// `EMP-2`: the employee has a place in the practice.
    UserSetUp { employee: EmployeeId, member: MemberId },
    /// `EMP-2`: a place that was taken away was given back.
    UserRestored { employee: EmployeeId, member: MemberId, role: Role },
    /// `EMP-3`: a user account was taken away. Without a member, before it was set up.
    UserDeactivated { employee: EmployeeId, member: Option<MemberId> },
    /// `EMP-2`, `EMP-4`: a link to a password was sent.
    LinkSent { link: PasswordLinkId, generation: u32 },
    /// `EMP-4`: somebody asked for a reset for an address, which this account has, if any.
    ResetAsked { account: Option<AccountId> },
    /// `EMP-4`: a reset was asked for and no mail went out: nobody who may work, or too many mails.
    ResetNotSent { account: Option<AccountId> },
    /// A link was opened and its cookie given.
    LinkOpened { link: PasswordLinkId, run: PasswordRunId },
    /// `PRA-5`: an account joined a practice with a setup link.
    LinkJoined { link: PasswordLinkId, account: AccountId },
    /// `CODE-3`: a code word was right.
    WordProven { link: PasswordLinkId, serial: u32 },
    /// `CODE-3`: a code word was wrong.
    WordWrong { link: PasswordLinkId, tries_left: u8 },
    /// `CODE-3`: too many were; for a while none is looked at.
    WordsPaused { serial: u32 },
    /// `EMP-4`: the account has another password.
    PasswordSet { account: AccountId },
    /// `CODE-1`: the practice has its first code word.
    WordMade { serial: u32 },
    /// `CODE-1`: it was shown.
    WordShown { serial: u32 },
    /// CW-02: what is kept of it was not sealed for this practice and serial, so that nobody can read it.
    WordUnreadable { serial: u32 },
    /// `CODE-1`: it was rotated; this is the new one's serial.
    WordRotated { serial: u32 },
    /// `CODE-2`: an authorised person said it to somebody.
    WordTold { employee: EmployeeId, serial: u32, how: Told },
}

impl EmployeeFact {
    pub(super) fn kind(&self) -> FactKind {
        match self {
            Self::Added { .. } => FactKind::EmployeeAdded,
            Self::Changed { .. } => FactKind::EmployeeChanged,
            Self::Reactivated { .. } => FactKind::EmployeeReactivated,
            Self::Deactivated { .. } => FactKind::EmployeeDeactivated,
            Self::UserAsked { .. } => FactKind::UserAccountAsked,
            Self::UserSetUp { .. } => FactKind::UserAccountSetUp,
            Self::UserRestored { .. } => FactKind::UserAccountRestored,
            Self::UserDeactivated { .. } => FactKind::UserAccountDeactivated,
            Self::LinkSent { .. } => FactKind::PasswordLinkSent,
            Self::ResetAsked { .. } => FactKind::PasswordLinkAsked,
            Self::ResetNotSent { .. } => FactKind::PasswordLinkNotSent,
            Self::LinkOpened { .. } => FactKind::PasswordLinkOpened,
            Self::LinkJoined { .. } => FactKind::PasswordLinkJoined,
            Self::WordProven { .. } => FactKind::CodeWordProven,
            Self::WordWrong { .. } => FactKind::CodeWordWrong,
            Self::WordsPaused { .. } => FactKind::CodeWordPaused,
            Self::PasswordSet { .. } => FactKind::AccountPasswordSet,
            Self::WordMade { .. } => FactKind::CodeWordMade,
            Self::WordShown { .. } => FactKind::CodeWordShown,
            Self::WordUnreadable { .. } => FactKind::CodeWordUnreadable,
            Self::WordRotated { .. } => FactKind::CodeWordRotated,
            Self::WordTold { .. } => FactKind::CodeWordTold,
        }
    }

    pub(super) fn details(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Added { employee }
            | Self::Changed { employee }
            | Self::Reactivated { employee }
            | Self::Deactivated { employee } => vec![("employee", employee.to_string())],
            Self::UserAsked { employee, role } => {
                vec![("employee", employee.to_string()), ("role", role.to_string())]
            }
            Self::UserSetUp { employee, member } => {
                vec![("employee", employee.to_string()), ("member", member.to_string())]
            }
            Self::UserRestored { employee, member, role } => {
                vec![("employee", employee.to_string()), ("member", member.to_string()), ("role", role.to_string())]
            }
            Self::UserDeactivated { employee, member } => {
                let member = member.map(|member| ("member", member.to_string()));
                [("employee", employee.to_string())].into_iter().chain(member).collect()
            }
            Self::LinkSent { link, generation } => {
                vec![("link", link.to_string()), ("generation", generation.to_string())]
            }
            Self::ResetAsked { account } | Self::ResetNotSent { account } => {
                account.iter().map(|id| ("account", id.to_string())).collect()
            }
            Self::LinkOpened { link, run } => vec![("link", link.to_string()), ("run", run.to_string())],
            Self::LinkJoined { link, account } => {
                vec![("link", link.to_string()), ("account", account.to_string())]
            }
            Self::WordProven { link, serial } => vec![("link", link.to_string()), ("serial", serial.to_string())],
            Self::WordWrong { link, tries_left } => {
                vec![("link", link.to_string()), ("tries_left", tries_left.to_string())]
            }
            Self::PasswordSet { account } => vec![("account", account.to_string())],
            Self::WordsPaused { serial }
            | Self::WordMade { serial }
            | Self::WordShown { serial }
            | Self::WordUnreadable { serial }
            | Self::WordRotated { serial } => vec![("serial", serial.to_string())],
            Self::WordTold { employee, serial, how } => vec![
                ("employee", employee.to_string()),
                ("serial", serial.to_string()),
                ("how", if *how == Told::InPerson { "in-person" } else { "by-phone" }.to_owned()),
            ],
        }
    }
}

use super::FactKind;
use crate::password::Outdated;
use crate::value::{AccountId, MemberId, PasskeyId, Reason, SessionId};

/// What happened to an account at its person's own hands, or for its person's safety.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the ids and numbers are named by their types")]
pub enum AccountFact {
    /// `BOT-3`: a right password did not sign in.
    PasswordOutdated { account: AccountId, why: Outdated },
    /// `PW-07`: somebody changed their password.
    PasswordChanged { account: AccountId },
    /// `PW-06`: support has reason to think that others know the password.
    PasswordCompromised { account: AccountId, reason: Reason },
    /// `SESS-3`: the password was right, and the second step is asked for.
    SecondFactorAsked { account: AccountId, session: SessionId },
    /// `SESS-3`: a code was wrong.
    SecondFactorWrong { account: AccountId, wrong: u8 },
    /// `LK-05`: a right code came too late, because of a lock.
    SecondFactorRefused { account: AccountId },
    /// `SESS-3`: a recovery code was used.
    RecoveryCodeUsed { account: AccountId, left: usize },
    /// `SESS-3`: an authenticator app was shown a secret.
    SecondFactorBegun { account: AccountId },
    /// `SESS-3`: an authenticator app is asked for from now on.
    SecondFactorEnrolled { account: AccountId },
    /// `SESS-3`: it is asked for no more.
    SecondFactorRemoved { account: AccountId },
    /// `SESS-3`: an administrator took it away; the requirement stays.
    SecondFactorReset { account: AccountId, member: MemberId },
    /// `SESS-3`: an authenticator was asked to make a passkey.
    PasskeyBegun { account: AccountId },
    /// `SESS-3`: a passkey may stand in for the app from now on.
    PasskeyAdded { account: AccountId, passkey: PasskeyId },
    /// `SESS-3`: what an authenticator made was not taken.
    PasskeyNotAdded { account: AccountId },
    /// `SESS-3`: a passkey may stand in no more.
    PasskeyRemoved { account: AccountId, passkey: PasskeyId },
    /// `SESS-3`: a passkey is asked for in the second step.
    PasskeyAsked { account: AccountId },
    /// `SESS-3`: a passkey was the second step.
    PasskeyUsed { account: AccountId, passkey: PasskeyId },
    /// `SESS-3`: an answer in the second step proved nothing.
    PasskeyWrong { account: AccountId, wrong: u8 },
    /// `SESS-3`: a passkey's counter did not go on, as when two authenticators hold the same key; it let nobody in.
    PasskeyBackwards { account: AccountId, passkey: PasskeyId },
    /// Somebody asked for another address.
    EmailChangeAsked { account: AccountId, serial: u32 },
    /// The new address is the username.
    EmailChanged { account: AccountId, serial: u32 },
    /// Names, numbers or the time zone changed.
    ProfileChanged { account: AccountId },
    /// `PRA-5`: a session works in this practice from now on.
    PracticeEntered { account: AccountId, session: SessionId },
    /// `PRA-5`: a session works in this practice no more.
    PracticeLeft { account: AccountId, session: SessionId },
}

impl AccountFact {
    /// Which kind of fact it is.
    #[must_use]
    pub fn kind(&self) -> FactKind {
        match self {
            Self::PasswordOutdated { .. } => FactKind::SignInPasswordOutdated,
            Self::PasswordChanged { .. } => FactKind::PasswordChanged,
            Self::PasswordCompromised { .. } => FactKind::PasswordCompromised,
            Self::SecondFactorAsked { .. } => FactKind::SecondFactorAsked,
            Self::SecondFactorWrong { .. } => FactKind::SecondFactorWrong,
            Self::SecondFactorRefused { .. } => FactKind::SecondFactorRefused,
            Self::RecoveryCodeUsed { .. } => FactKind::SecondFactorRecoveryCodeUsed,
            Self::SecondFactorBegun { .. } => FactKind::SecondFactorBegun,
            Self::SecondFactorEnrolled { .. } => FactKind::SecondFactorEnrolled,
            Self::SecondFactorRemoved { .. } => FactKind::SecondFactorRemoved,
            Self::SecondFactorReset { .. } => FactKind::SecondFactorReset,
            Self::PasskeyBegun { .. } => FactKind::PasskeyBegun,
            Self::PasskeyAdded { .. } => FactKind::PasskeyAdded,
            Self::PasskeyNotAdded { .. } => FactKind::PasskeyNotAdded,
            Self::PasskeyRemoved { .. } => FactKind::PasskeyRemoved,
            Self::PasskeyAsked { .. } => FactKind::PasskeyAsked,
            Self::PasskeyUsed { .. } => FactKind::PasskeyUsed,
            Self::PasskeyWrong { .. } => FactKind::PasskeyWrong,
            Self::PasskeyBackwards { .. } => FactKind::PasskeyBackwards,
            Self::EmailChangeAsked { .. } => FactKind::EmailChangeAsked,
            Self::EmailChanged { .. } => FactKind::EmailChanged,
            Self::ProfileChanged { .. } => FactKind::ProfileChanged,
            Self::PracticeEntered { .. } => FactKind::PracticeEntered,
            Self::PracticeLeft { .. } => FactKind::PracticeLeft,
        }
    }

    /// See [`Fact::details`](super::Fact::details).
    #[must_use]
    pub fn details(&self) -> Vec<(&'static str, String)> {
        let (account, more) = match self {
            Self::PasswordOutdated { account, why } => (account, Some(("why", why.code().to_owned()))),
            Self::PasswordCompromised { account, reason } => (account, Some(("reason", reason.to_string()))),
            Self::SecondFactorWrong { account, wrong } | Self::PasskeyWrong { account, wrong } => {
                (account, Some(("wrong", wrong.to_string())))
            }
            Self::PasskeyAdded { account, passkey }
            | Self::PasskeyBackwards { account, passkey }
            | Self::PasskeyRemoved { account, passkey }
            | Self::PasskeyUsed { account, passkey } => (account, Some(("passkey", passkey.to_string()))),
            Self::RecoveryCodeUsed { account, left } => (account, Some(("left", left.to_string()))),
            Self::SecondFactorReset { account, member } => (account, Some(("member", member.to_string()))),
            Self::EmailChangeAsked { account, serial } | Self::EmailChanged { account, serial } => {
                (account, Some(("serial", serial.to_string())))
            }
            Self::SecondFactorAsked { account, session }
            | Self::PracticeEntered { account, session }
            | Self::PracticeLeft { account, session } => (account, Some(("session", session.to_string()))),
            Self::PasswordChanged { account }
            | Self::SecondFactorRefused { account }
            | Self::SecondFactorBegun { account }
            | Self::SecondFactorEnrolled { account }
            | Self::SecondFactorRemoved { account }
            | Self::PasskeyBegun { account }
            | Self::PasskeyNotAdded { account }
            | Self::PasskeyAsked { account }
            | Self::ProfileChanged { account } => (account, None),
        };
        std::iter::once(("account", account.to_string())).chain(more).collect()
    }
}

//! The link that sets a user account up or resets a password, and one browser's way from it to a password (`EMP-2`, `EMP-4`,
//! `CODE-3`). The link alone never sets the password of a doctor or staff member, nor does the code word alone.

use std::time::Duration;

use crate::value::{AccountId, Digest, EmployeeId, PasswordLinkId, PasswordRunId, PracticeId, Time, Version};

/// A link that leads to a password. Each employee has at most one for the setup, and each account one for resets: sending it again
/// makes the next generation, and the former are dead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordLink {
    /// Its identity.
    pub id: PasswordLinkId,
    /// Counts its changes.
    pub version: Version,
    /// What for.
    pub purpose: Purpose,
    /// The practice whose code word goes with it and whose policy counts; none for somebody who belongs to none.
    pub practice: Option<PracticeId>,
    /// Counts the links: the newest wins.
    pub generation: u32,
    /// When the mails that it has cost are forgotten: three at once, then one an hour.
    pub forgotten_at: Time,
    /// Where it stands.
    pub state: LinkState,
}

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// An employee gets a user account (`EMP-2`).
    Setup,
    /// An account gets another password (`EMP-4`).
    Reset,
}

/// What is stored of a link's progress. That an open one has expired is for the clock to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// Waits for the person.
    Open {
        /// When the newest mail was ordered.
        sent_at: Time,
        /// From this moment on it is dead.
        expires_at: Time,
        /// Wrong code words that it survives.
        tries_left: u8,
    },
    /// It set a password, or joined an account to the practice.
    Used {
        /// When.
        at: Time,
    },
    /// Too many wrong words, or somebody was deactivated.
    Closed {
        /// When.
        at: Time,
    },
}

/// Why a link opens nothing. None of them says whom it was sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum LinkDead {
    /// It is not one of ours, or not for this.
    #[error("this link does not work")]
    Unknown,
    /// A newer one was sent.
    #[error("a newer link was sent")]
    Newer,
    /// Too old.
    #[error("this link has expired")]
    Expired,
    /// It was given up.
    #[error("this link is closed; ask for a new one")]
    Closed,
    /// It did its work.
    #[error("this link was used")]
    Used,
}

/// Another link was asked for too soon: three at once, then one an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many links were sent; wait before you send another one")]
pub struct LinkTooSoon {
    /// When it is possible.
    pub possible_at: Time,
}

/// One browser's way from an opened link to a password. It is bound to the browser and to one generation of the link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordRun {
    /// Its identity.
    pub id: PasswordRunId,
    /// Counts its changes.
    pub version: Version,
    /// The link.
    pub link: PasswordLinkId,
    /// The link's generation.
    pub generation: u32,
    /// Digest of the cookie that stands for this run.
    pub cookie: Digest,
    /// The step that comes next.
    pub step: RunStep,
    /// From this moment on the run is over.
    pub expires_at: Time,
}

/// The step that the person is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunStep {
    /// The practice's code word is needed (`CODE-3`).
    Word,
    /// A password is to be chosen.
    Password {
        /// The serial of the code word that was given, where one was asked for.
        word: Option<u32>,
    },
    /// There is a password.
    Done,
}

/// Why a step was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RunRefused {
    /// `CODE-3`: no code word, no password.
    #[error("enter the code word first")]
    WordFirst,
    /// The word was given already, or the password set.
    #[error("another step comes next")]
    OutOfOrder,
    /// The run took too long.
    #[error("this took too long; open the link in your email again")]
    Ended,
}

impl PasswordLink {
    /// The link that sets an employee's user account up, before it was ever sent.
    #[must_use]
    pub fn for_setup(employee: EmployeeId, now: Time) -> Self {
        Self::unsent(PasswordLinkId(employee.0), Purpose::Setup, now)
    }

    /// The link that resets an account's password, before it was ever sent.
    #[must_use]
    pub fn for_reset(account: AccountId, now: Time) -> Self {
        Self::unsent(PasswordLinkId(account.0), Purpose::Reset, now)
    }

    fn unsent(id: PasswordLinkId, purpose: Purpose, now: Time) -> Self {
        Self {
            id,
            version: Version::default(),
            purpose,
            practice: None,
            generation: UNSENT,
            forgotten_at: now,
            state: LinkState::Closed { at: now },
        }
    }

    /// The employee whom a setup link is for.
    #[must_use]
    pub fn employee(&self) -> Option<EmployeeId> {
        (self.purpose == Purpose::Setup).then_some(EmployeeId(self.id.0))
    }

    /// The account that a reset link is for.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        (self.purpose == Purpose::Reset).then_some(AccountId(self.id.0))
    }

    /// Sends it, the first time or again, for this practice: a new link, a new life, new tries.
    ///
    /// # Errors
    ///
    /// [`LinkTooSoon`] when three were sent of late.
    pub fn send(self, practice: Option<PracticeId>, now: Time, life: Duration, tries: u8) -> Result<Self, LinkTooSoon> {
        let possible_at = self.forgotten_at.minus((BURST - 1) * EVERY);
        if now < possible_at {
            return Err(LinkTooSoon { possible_at });
        }
        let state = LinkState::Open { sent_at: now, expires_at: now.plus(life), tries_left: tries };
        let forgotten_at = self.forgotten_at.max(now).plus(EVERY);
        Ok(Self { practice, generation: self.generation + 1, forgotten_at, state, ..self })
    }

    /// Whether a link of this generation opens it now. Asking consumes nothing.
    ///
    /// # Errors
    ///
    /// [`LinkDead`] says why not.
    pub fn open_by(&self, generation: u32, now: Time) -> Result<(), LinkDead> {
        if generation > self.generation {
            return Err(LinkDead::Unknown);
        }
        if generation < self.generation {
            return Err(LinkDead::Newer);
        }
        match self.state {
            LinkState::Open { expires_at, .. } if now < expires_at => Ok(()),
            LinkState::Open { .. } => Err(LinkDead::Expired),
            LinkState::Used { .. } => Err(LinkDead::Used),
            LinkState::Closed { .. } => Err(LinkDead::Closed),
        }
    }

    /// Whether anybody waits for it, expired or not.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state, LinkState::Open { .. })
    }

    /// A wrong code word was given (`CODE-3`): one try less, and the last one closes it.
    #[must_use]
    pub fn count_wrong(self, now: Time) -> (Self, u8) {
        let LinkState::Open { sent_at, expires_at, tries_left } = self.state else { return (self, 0) };
        let tries_left = tries_left.saturating_sub(1);
        let state = match tries_left {
            0 => LinkState::Closed { at: now },
            _ => LinkState::Open { sent_at, expires_at, tries_left },
        };
        (Self { state, ..self }, tries_left)
    }

    /// It did its work.
    #[must_use]
    pub fn use_up(self, now: Time) -> Self {
        Self { state: LinkState::Used { at: now }, ..self }
    }

    /// It leads nowhere any more (`EMP-3`).
    #[must_use]
    pub fn close(self, now: Time) -> Self {
        Self { state: LinkState::Closed { at: now }, ..self }
    }
}

impl PasswordRun {
    /// Begins a run from an opened link; `asks_word` is whether a code word must be given.
    #[must_use]
    pub fn begin(id: PasswordRunId, link: &PasswordLink, cookie: Digest, asks_word: bool, now: Time) -> Self {
        let step = if asks_word { RunStep::Word } else { RunStep::Password { word: None } };
        let (version, generation) = (Version::default(), link.generation);
        Self { id, version, link: link.id, generation, cookie, step, expires_at: now.plus(RUN_LIFE) }
    }

    /// The code word of this serial was given.
    ///
    /// # Errors
    ///
    /// [`RunRefused`] when it is not asked for.
    pub fn prove(self, serial: u32, now: Time) -> Result<Self, RunRefused> {
        self.at_word(serial, now)?;
        Ok(Self { step: RunStep::Password { word: Some(serial) }, ..self })
    }

    /// Whether a code word is asked for now; `serial` is that of the one in force. One that was given before it was rotated is
    /// asked for again.
    ///
    /// # Errors
    ///
    /// [`RunRefused`] says why not.
    pub fn at_word(&self, serial: u32, now: Time) -> Result<(), RunRefused> {
        self.must_run(now)?;
        match self.step {
            RunStep::Word => Ok(()),
            RunStep::Password { word: Some(given) } if given != serial => Ok(()),
            RunStep::Password { .. } | RunStep::Done => Err(RunRefused::OutOfOrder),
        }
    }

    /// Whether a password may be chosen now; `serial` is that of the code word in force. A word that was given before it was
    /// rotated counts for nothing (`CODE-3`).
    ///
    /// # Errors
    ///
    /// [`RunRefused`] says why not.
    pub fn at_password(&self, serial: Option<u32>, now: Time) -> Result<(), RunRefused> {
        self.must_run(now)?;
        match self.step {
            RunStep::Password { word } if word.is_none() || word == serial => Ok(()),
            RunStep::Password { .. } | RunStep::Word => Err(RunRefused::WordFirst),
            RunStep::Done => Err(RunRefused::OutOfOrder),
        }
    }

    /// Whether a code word was given.
    #[must_use]
    pub fn proved_word(&self) -> bool {
        matches!(self.step, RunStep::Password { word: Some(_) })
    }

    /// There is a password.
    #[must_use]
    pub fn finish(self) -> Self {
        Self { step: RunStep::Done, ..self }
    }

    fn must_run(&self, now: Time) -> Result<(), RunRefused> {
        if now < self.expires_at { Ok(()) } else { Err(RunRefused::Ended) }
    }
}

/// The generation of a link that was never sent.
pub(crate) const UNSENT: u32 = 0;

/// Links that may be sent at once.
const BURST: u32 = 3;

/// How long it takes until one more may be sent.
const EVERY: Duration = Duration::from_secs(60 * 60);

/// How long one run may take.
const RUN_LIFE: Duration = Duration::from_secs(60 * 60);

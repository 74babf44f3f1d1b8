//! An address asked to register: sent, sent again, corrected, withdrawn, accepted (`INV-4` to `INV-9`).

use std::time::Duration;

use crate::channel::Channel;
use crate::value::{AccountId, Email, InvitationId, PersonName, Phones, PracticeId, Time, Version};

/// An address asked to register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its identity, the same through every resend and correction.
    pub id: InvitationId,
    /// Counts its changes.
    pub version: Version,
    /// The practice that asks.
    pub practice: PracticeId,
    /// The member who asks; none for an operator's.
    pub inviter: Option<AccountId>,
    /// Through what, where to, as what.
    pub channel: Channel,
    /// The address.
    pub email: Email,
    /// The person's name, as far as known.
    pub name: PersonName,
    /// The person's numbers, as far as known.
    pub phones: Phones,
    /// Counts the links: every send makes a new one, and the old ones are dead (`INV-5`).
    pub generation: u32,
    /// When it was first made.
    pub created_at: Time,
    /// Where it stands.
    pub state: InvitationState,
}

/// What is stored of an invitation's progress. That an open one has expired is for the clock to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    /// Waits for the person.
    Open {
        /// When the newest mail was ordered.
        sent_at: Time,
        /// From this moment on the newest link is dead.
        expires_at: Time,
    },
    /// The person registered, or joined.
    Accepted {
        /// When.
        at: Time,
        /// As whom.
        account: AccountId,
    },
    /// Somebody took it back (`INV-9`).
    Withdrawn {
        /// When.
        at: Time,
    },
    /// The address registered another way, or a newer invitation took its place.
    Superseded {
        /// When.
        at: Time,
    },
}

/// An invitation's state as people see it at one moment (`INV-5`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Progress {
    /// The newest link works.
    Pending,
    /// The newest link is too old; reinviting renews it.
    Expired,
    /// Registered.
    Accepted,
    /// Taken back.
    Withdrawn,
    /// Replaced.
    Superseded,
}

/// Why a link opens nothing. None of them says whom anything was sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DeadLink {
    /// It is not one of ours, or not for this.
    #[error("this link does not work")]
    Unknown,
    /// A newer one was sent (`INV-5`).
    #[error("a newer invitation was sent")]
    Newer,
    /// Too old.
    #[error("this link has expired")]
    Expired,
    /// Taken back or replaced.
    #[error("this invitation is no longer open")]
    Closed,
    /// It did its work.
    #[error("this invitation was used")]
    Used,
}

/// The invitation is not open any more, so it cannot be sent, changed or taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotOpen {
    /// The person has registered (`INV-6`, `INV-7`).
    #[error("this person has registered")]
    Registered,
    /// Withdrawn or superseded.
    #[error("this invitation is closed")]
    Closed,
}

/// What may be changed on an unregistered person (`INV-7`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The address.
    pub email: Email,
    /// The name.
    pub name: PersonName,
    /// The numbers.
    pub phones: Phones,
}

impl Invitation {
    /// A new invitation, with its first link.
    #[must_use]
    pub fn issue(
        id: InvitationId,
        practice: PracticeId,
        inviter: Option<AccountId>,
        channel: Channel,
        person: Correction,
        at: Time,
        life: Duration,
    ) -> Self {
        let Correction { email, name, phones } = person;
        let state = InvitationState::Open { sent_at: at, expires_at: at.plus(life) };
        Self {
            id,
            version: Version::default(),
            practice,
            inviter,
            channel,
            email,
            name,
            phones,
            generation: 1,
            created_at: at,
            state,
        }
    }

    /// Where it stands at this moment.
    #[must_use]
    pub fn progress(&self, now: Time) -> Progress {
        match self.state {
            InvitationState::Open { expires_at, .. } if now < expires_at => Progress::Pending,
            InvitationState::Open { .. } => Progress::Expired,
            InvitationState::Accepted { .. } => Progress::Accepted,
            InvitationState::Withdrawn { .. } => Progress::Withdrawn,
            InvitationState::Superseded { .. } => Progress::Superseded,
        }
    }

    /// Whether it is pending or expired: listed, and the one its address may have in this practice (`INV-4`).
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state, InvitationState::Open { .. })
    }

    /// Whether the person is to become a member of the practice that asks.
    #[must_use]
    pub fn joins(&self) -> bool {
        self.channel.joins()
    }

    /// Whether a link of this generation opens it now (`INV-5`). Asking consumes nothing (`INV-8`).
    ///
    /// # Errors
    ///
    /// [`DeadLink`] says why not.
    pub fn open_by(&self, generation: u32, now: Time) -> Result<(), DeadLink> {
        match self.progress(now) {
            Progress::Accepted => Err(DeadLink::Used),
            Progress::Withdrawn | Progress::Superseded => Err(DeadLink::Closed),
            Progress::Pending | Progress::Expired if generation < self.generation => Err(DeadLink::Newer),
            Progress::Pending | Progress::Expired if generation > self.generation => Err(DeadLink::Unknown),
            Progress::Pending => Ok(()),
            Progress::Expired => Err(DeadLink::Expired),
        }
    }

    /// Sends it again: a new link, a new life (`INV-6`).
    ///
    /// # Errors
    ///
    /// [`NotOpen`] when nobody waits for it any more.
    pub fn resend(self, at: Time, life: Duration) -> Result<Self, NotOpen> {
        self.still_open()?;
        let state = InvitationState::Open { sent_at: at, expires_at: at.plus(life) };
        Ok(Self { generation: self.generation + 1, state, ..self })
    }

    /// Changes what is known of the person and sends it again; everything sent before is dead (`INV-7`).
    ///
    /// # Errors
    ///
    /// [`NotOpen`] when the person has registered, or nobody waits for it any more.
    pub fn correct(self, to: Correction, at: Time, life: Duration) -> Result<Self, NotOpen> {
        let Correction { email, name, phones } = to;
        Ok(Self { email, name, phones, ..self.resend(at, life)? })
    }

    /// Takes it back; its links die (`INV-9`).
    ///
    /// # Errors
    ///
    /// [`NotOpen`] when there is nothing to take back.
    pub fn withdraw(self, at: Time) -> Result<Self, NotOpen> {
        self.still_open()?;
        Ok(Self { state: InvitationState::Withdrawn { at }, ..self })
    }

    /// Gives way to another registration or invitation of the same address (`INV-5`).
    ///
    /// # Errors
    ///
    /// [`NotOpen`] when it has ended before.
    pub fn supersede(self, at: Time) -> Result<Self, NotOpen> {
        self.still_open()?;
        Ok(Self { state: InvitationState::Superseded { at }, ..self })
    }

    /// Whether a run that a link of this generation began may go on. The link's life does not count any more; a newer link, a
    /// withdrawal or another registration ends the run (`INV-7`, `REG-6`).
    ///
    /// # Errors
    ///
    /// [`DeadLink`] says why not.
    pub fn goes_on(&self, generation: u32) -> Result<(), DeadLink> {
        match self.state {
            InvitationState::Open { .. } if generation == self.generation => Ok(()),
            InvitationState::Open { .. } => Err(DeadLink::Newer),
            InvitationState::Accepted { .. } => Err(DeadLink::Used),
            InvitationState::Withdrawn { .. } | InvitationState::Superseded { .. } => Err(DeadLink::Closed),
        }
    }

    /// Whether anybody waits for it.
    ///
    /// # Errors
    ///
    /// [`NotOpen`] says why not.
    pub fn still_open(&self) -> Result<(), NotOpen> {
        match self.state {
            InvitationState::Open { .. } => Ok(()),
            InvitationState::Accepted { .. } => Err(NotOpen::Registered),
            InvitationState::Withdrawn { .. } | InvitationState::Superseded { .. } => Err(NotOpen::Closed),
        }
    }

    /// The person registered, or joined, in a run that a link of this generation began.
    ///
    /// # Errors
    ///
    /// [`DeadLink`] when that run may not go on.
    pub fn accept(self, generation: u32, account: AccountId, at: Time) -> Result<Self, DeadLink> {
        self.goes_on(generation)?;
        Ok(Self { state: InvitationState::Accepted { at, account }, ..self })
    }
}

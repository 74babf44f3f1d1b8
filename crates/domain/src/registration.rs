//! The steps from an opened link to an active account (`REG-1` to `REG-6`).

use std::time::Duration;

use crate::account::Terms;
use crate::challenge::{Challenge, CodeRefused, Delivery, TooSoon};
use crate::policy::CodePolicy;
use crate::value::{AccountId, Digest, InvitationId, Phone, Phones, PracticeId, RegistrationId, Time, Version};

/// One run through the steps, begun from a link. It is bound to one browser, one invitation and one generation of its link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Its identity.
    pub id: RegistrationId,
    /// Counts its changes.
    pub version: Version,
    /// The invitation.
    pub invitation: InvitationId,
    /// The link's generation.
    pub generation: u32,
    /// The practice that asked.
    pub practice: PracticeId,
    /// Digest of the cookie that stands for this run.
    pub cookie: Digest,
    /// Whether a code is asked for: settled when the run began, and it stays (`REG-1`).
    pub two_step: bool,
    /// The person's numbers, as far as given.
    pub phones: Phones,
    /// How many codes were sent.
    pub codes_sent: u32,
    /// When the newest of them was ordered.
    pub code_sent_at: Option<Time>,
    /// Wrong codes so far.
    pub wrong_codes: u8,
    /// The step that comes next.
    pub step: Step,
    /// From this moment on the run is over.
    pub expires_at: Time,
}

/// The step that the person is at. Each holds what only it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A number is needed.
    Phones,
    /// The person chooses how the code travels.
    Delivery,
    /// A code is on its way.
    Code(Challenge),
    /// The terms of use are to be accepted.
    Terms {
        /// The number that a code proved.
        proven: Option<Phone>,
    },
    /// A password is to be chosen.
    Password {
        /// The number that a code proved.
        proven: Option<Phone>,
        /// What was accepted.
        terms: Terms,
    },
    /// There is an account.
    Done {
        /// Which.
        account: AccountId,
    },
}

/// A step without its data: what pages are named after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepName {
    /// See [`Step::Phones`].
    Phones,
    /// See [`Step::Delivery`].
    Delivery,
    /// See [`Step::Code`].
    Code,
    /// See [`Step::Terms`].
    Terms,
    /// See [`Step::Password`].
    Password,
    /// See [`Step::Done`].
    Done,
}

/// Why a step was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StepRefused {
    /// Another step comes next (`REG-5`).
    #[error("another step comes first")]
    OutOfOrder(StepName),
    /// The run took too long, or too many codes were wrong.
    #[error("this registration has ended; open the link in your email again")]
    Ended,
    /// Neither number was given.
    #[error("enter a cell phone or a phone number")]
    NoPhone,
    /// A text to a number that is not a cell phone, or a number that was not given.
    #[error("choose one of the ways that are offered")]
    NoSuchDelivery,
    /// Another code was asked for too soon.
    #[error(transparent)]
    TooSoon(#[from] TooSoon),
    /// The terms on the page are not today's.
    #[error("the terms of use have changed; read them again")]
    OldTerms,
}

/// Which of a person's numbers a code travels to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    /// The cell phone.
    Cell,
    /// The other number.
    Landline,
}

/// The two numbers of an offer: how, and to which line (`REG-2`).
pub type Offer = (Delivery, Line);

impl Registration {
    /// Begins a run from an opened link.
    #[must_use]
    pub fn begin(
        id: RegistrationId,
        invitation: &crate::invitation::Invitation,
        cookie: Digest,
        two_step: bool,
        now: Time,
    ) -> Self {
        let phones = invitation.phones.clone();
        let step = match (two_step, phones.is_empty()) {
            (true, true) => Step::Phones,
            (true, false) => Step::Delivery,
            (false, _) => Step::Terms { proven: None },
        };
        Self {
            id,
            version: Version::default(),
            invitation: invitation.id,
            generation: invitation.generation,
            practice: invitation.practice,
            cookie,
            two_step,
            phones,
            codes_sent: 0,
            code_sent_at: None,
            wrong_codes: 0,
            step,
            expires_at: now.plus(LIFE),
        }
    }

    /// The name of the step that comes next.
    #[must_use]
    pub fn at(&self) -> StepName {
        match self.step {
            Step::Phones => StepName::Phones,
            Step::Delivery => StepName::Delivery,
            Step::Code(_) => StepName::Code,
            Step::Terms { .. } => StepName::Terms,
            Step::Password { .. } => StepName::Password,
            Step::Done { .. } => StepName::Done,
        }
    }

    /// The ways a code can travel: a call to every number, a text to a cell phone (`REG-2`).
    #[must_use]
    pub fn offers(&self) -> Vec<Offer> {
        let mut offers = Vec::new();
        if self.phones.cell.is_some() {
            offers.extend([(Delivery::Text, Line::Cell), (Delivery::Call, Line::Cell)]);
        }
        if self.phones.landline.is_some() {
            offers.push((Delivery::Call, Line::Landline));
        }
        offers
    }

    /// The person gives numbers, or changes them before a code was proven.
    ///
    /// # Errors
    ///
    /// [`StepRefused`] at another step, or without any number.
    pub fn give_phones(self, phones: Phones, now: Time) -> Result<Self, StepRefused> {
        self.must_run(now)?;
        if !matches!(self.step, Step::Phones | Step::Delivery | Step::Code(_)) {
            return Err(StepRefused::OutOfOrder(self.at()));
        }
        if phones.is_empty() {
            return Err(StepRefused::NoPhone);
        }
        Ok(Self { phones, step: Step::Delivery, ..self })
    }

    /// Sends a code, the first or another one; a former code is dead.
    ///
    /// # Errors
    ///
    /// [`StepRefused`] at another step, for a way that is not offered, or too soon after the former code.
    pub fn send_code(self, (delivery, line): Offer, now: Time, policy: CodePolicy) -> Result<Self, StepRefused> {
        self.must_run(now)?;
        if !matches!(self.step, Step::Delivery | Step::Code(_)) {
            return Err(StepRefused::OutOfOrder(self.at()));
        }
        if self.wrong_codes >= policy.tries_in_all {
            return Err(StepRefused::Ended);
        }
        if !self.offers().contains(&(delivery, line)) {
            return Err(StepRefused::NoSuchDelivery);
        }
        let to = match line {
            Line::Cell => self.phones.cell.clone(),
            Line::Landline => self.phones.landline.clone(),
        };
        let to = to.ok_or(StepRefused::NoSuchDelivery)?;
        let serial = self.codes_sent + 1;
        let challenge = Challenge::next(self.code_sent_at, serial, delivery, to, now, policy)?;
        Ok(Self { codes_sent: serial, code_sent_at: Some(now), step: Step::Code(challenge), ..self })
    }

    /// Takes one guess at the code; `right` is whether it was the one on its way.
    ///
    /// # Errors
    ///
    /// [`StepRefused`] at another step. A wrong guess is an answer, not an error: it changes the registration.
    pub fn guess_code(self, right: bool, now: Time, policy: CodePolicy) -> Result<Guessed, StepRefused> {
        self.must_run(now)?;
        if self.wrong_codes >= policy.tries_in_all {
            return Err(StepRefused::Ended);
        }
        let Step::Code(challenge) = self.step else {
            return Err(StepRefused::OutOfOrder(self.at()));
        };
        let proven = challenge.to.clone();
        Ok(match challenge.guess(right, now) {
            Ok(()) => Guessed::Right(Self { step: Step::Terms { proven: Some(proven) }, ..self }),
            Err((challenge, why)) => {
                let wrong_codes = self.wrong_codes.saturating_add(u8::from(!right));
                Guessed::Wrong(Self { wrong_codes, step: Step::Code(challenge), ..self }, why)
            }
        })
    }

    /// The person accepts the terms of use (`REG-3`); `current` is the version in force.
    ///
    /// # Errors
    ///
    /// [`StepRefused`] at another step, or when `shown` is not the version in force.
    pub fn accept_terms(self, shown: &str, current: &str, now: Time) -> Result<Self, StepRefused> {
        self.must_run(now)?;
        let Step::Terms { proven } = self.step else {
            return Err(StepRefused::OutOfOrder(self.at()));
        };
        if shown != current {
            return Err(StepRefused::OldTerms);
        }
        let terms = Terms { version: current.to_owned(), accepted_at: now };
        Ok(Self { step: Step::Password { proven, terms }, ..self })
    }

    /// Ends the run with an account. Gives back what the steps proved.
    ///
    /// # Errors
    ///
    /// [`StepRefused`] at another step.
    pub fn complete(self, account: AccountId, now: Time) -> Result<(Self, Option<Phone>, Terms), StepRefused> {
        self.must_run(now)?;
        let Step::Password { proven, terms } = self.step else {
            return Err(StepRefused::OutOfOrder(self.at()));
        };
        Ok((Self { step: Step::Done { account }, ..self }, proven, terms))
    }

    fn must_run(&self, now: Time) -> Result<(), StepRefused> {
        if now < self.expires_at { Ok(()) } else { Err(StepRefused::Ended) }
    }
}

/// What a guess led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guessed {
    /// On to the terms.
    Right(Registration),
    /// One try less, and why.
    Wrong(Registration, CodeRefused),
}

/// How long one run may take: a working day's worth of interruptions.
const LIFE: Duration = Duration::from_secs(4 * 60 * 60);

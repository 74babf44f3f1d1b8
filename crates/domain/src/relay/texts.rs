//! Codes and code words go out by text or call. Each costs money and may annoy somebody, so they are sent more sparingly than letters.

use std::time::Duration;

use crate::challenge::{Challenge, Delivery};
use crate::notice::Notice;
use crate::port::{Fault, Leased, SendError, Settlement};
use crate::registration::Step;
use crate::relay::{Errand, Relay};
use crate::texts::{Awaited, TextFate, Texts, remembered};
use crate::usecase::{TextLimitError, limit_word};
use crate::value::{Phone, PracticeId, PracticeName, RegistrationId, Time, Word};

/// A text or a call.
pub(super) enum Ring {
    /// A registration's code, the way that the person chose.
    Code { registration: RegistrationId, challenge: Challenge },
    /// A practice's code word.
    Word { to: Phone, practice: (PracticeId, PracticeName), word: Word },
}

impl Relay {
    /// The code of this serial, while it is the newest.
    pub(super) async fn code(&self, id: RegistrationId, serial: u32) -> Result<Option<Errand>, Fault> {
        let registration = self.ports.store.registration(id).await?;
        Ok(registration.and_then(|registration| match registration.step {
            Step::Code(challenge) if challenge.serial == serial => {
                Some(Errand::Ring(Ring::Code { registration: registration.id, challenge }))
            }
            _ => None,
        }))
    }

    /// Texts or calls, unless the number wants no texts (`WH-06`). That it wants none may also be the answer.
    pub(super) async fn ring(&self, leased: &Leased, ring: &Ring) -> Result<Result<(), SendError>, Fault> {
        if self.ports.platform.regions.reach(ring.to()).is_err() {
            return Ok(Err(SendError::Permanent { reply: "nobody texts or calls there".to_owned() }));
        }
        let number = ring.texts().map(|to| remembered(&*self.ports.keys, to));
        if let Some(number) = &number
            && self.ports.store.texts_stopped(number).await?.is_some()
        {
            return Ok(Err(SendError::Stopped { reply: "the number told us before".to_owned() }));
        }
        let notice = leased.notice.id;
        let sent = match ring {
            Ring::Code { registration, challenge } => {
                let code = self.ports.keys.secret_code(*registration, challenge.serial);
                let good_for = challenge.expires_at.since(self.ports.clock.now());
                self.texter.deliver_code(notice, &challenge.to, challenge.delivery, &code, good_for).await
            }
            Ring::Word { to, practice: (id, name), word } => match self.limited(to, *id).await? {
                Some(later) => Err(later),
                None => self.texter.deliver_code_word(notice, to, name, word).await,
            },
        };
        if let (Some(number), Err(SendError::Stopped { .. })) = (&number, &sent) {
            self.ports.store.note_texts(number, Texts::Stopped, self.ports.clock.now()).await?;
        }
        Ok(sent)
    }

    /// `RL-03`: why a text with a code word has to wait, where it has to. Codes were limited when they were ordered.
    async fn limited(&self, to: &Phone, practice: PracticeId) -> Result<Option<SendError>, Fault> {
        if self.unlimited {
            return Ok(None);
        }
        let (possible_at, why) = match limit_word(&self.ports, to, practice).await {
            Ok(()) => return Ok(None),
            Err(TextLimitError::Fault(fault)) => return Err(fault),
            Err(TextLimitError::TooOften { possible_at }) => (possible_at, "too many texts to that number or practice"),
            Err(TextLimitError::Paused { possible_at, .. }) => {
                (possible_at, "the platform sent all its texts of today; somebody must look")
            }
        };
        let after = possible_at.since(self.ports.clock.now());
        Ok(Some(SendError::Later { reply: why.to_owned(), after }))
    }

    /// Notes how a text or call fares, for the pages of whoever waits for it.
    pub(super) async fn note_fate(&self, notice: &Notice, settlement: Settlement) -> Result<(), Fault> {
        let fate = match settlement {
            Settlement::Sent => TextFate::Sent,
            Settlement::Parked(_) => TextFate::Failed,
            Settlement::Retry(_) | Settlement::Obsolete => return Ok(()),
        };
        match Awaited::by(notice.about) {
            Some(_) => self.ports.store.note_text(notice.id, fate).await,
            None => Ok(()),
        }
    }
}

impl Ring {
    fn to(&self) -> &Phone {
        match self {
            Self::Code { challenge, .. } => &challenge.to,
            Self::Word { to, .. } => to,
        }
    }

    /// The number, when it is texted and not called.
    fn texts(&self) -> Option<&Phone> {
        match self {
            Self::Code { challenge, .. } if challenge.delivery == Delivery::Call => None,
            Self::Code { .. } | Self::Word { .. } => Some(self.to()),
        }
    }

    /// Whether it may go out at this moment although it may have gone out before (`F-26`): once more at most, since two texts cost
    /// twice; and a code only while it is still good for five minutes. After that the person asks for another one.
    pub(super) fn may_repeat(&self, attempt: u32, at: Time) -> bool {
        attempt <= 1
            && match self {
                Self::Code { challenge, .. } => at.plus(WORTH_REPEATING) <= challenge.expires_at,
                Self::Word { .. } => true,
            }
    }
}

/// What must be left of a code's life for a second try whose first may have arrived.
const WORTH_REPEATING: Duration = Duration::from_secs(5 * 60);

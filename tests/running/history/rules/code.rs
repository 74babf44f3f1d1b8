//! A code that was sent to a phone.

use todc_utils::Specification;

/// The one code of a registration (REG-2, OT-03).
#[derive(Debug)]
pub(crate) struct Code;

/// A guess at it.
#[derive(Debug, Clone)]
pub(crate) struct OfCode {
    pub(crate) right: bool,
    pub(crate) told: Option<Guessed>,
}

/// What came of a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guessed {
    /// The next step comes, by this guess or one before.
    Led,
    /// It was wrong, and so many may still be; with none, the code is dead.
    Wrong(u8),
    /// Too many were wrong: the registration is over.
    Ended,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Sent {
    /// Wrong guesses that are left.
    left: u8,
    /// Wrong guesses of this registration, also at a dead code.
    wrong: u8,
    proven: bool,
}

impl Sent {
    fn guess(self, right: bool) -> (Guessed, Self) {
        if self.wrong >= IN_ALL {
            return (Guessed::Ended, self);
        }
        if self.proven {
            return (Guessed::Led, self);
        }
        if right && self.left > 0 {
            return (Guessed::Led, Self { proven: true, ..self });
        }
        let then = Self { left: self.left.saturating_sub(1), wrong: self.wrong + u8::from(!right), ..self };
        (Guessed::Wrong(then.left), then)
    }
}

impl Specification for Code {
    type State = Sent;
    type Operation = OfCode;

    fn init() -> Sent {
        Sent { left: TRIES, wrong: 0, proven: false }
    }

    fn apply(asked: &OfCode, now: &Sent) -> (bool, Sent) {
        let (guessed, then) = now.guess(asked.right);
        (asked.told.is_none_or(|told| told == guessed), then)
    }
}

/// Wrong guesses that end a code.
const TRIES: u8 = 5;

/// Wrong guesses that end a registration.
const IN_ALL: u8 = 10;

//! Gates that only people may pass, and the proof that somebody did (`BOT-1`, `BOT-2`).

use std::marker::PhantomData;

/// A gate with a bot check before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gate {
    /// Signing in.
    SignIn,
    /// Asking for a link that resets a password.
    Reset,
    /// Beginning a registration.
    Registration,
    /// Giving the practice's code word.
    CodeWord,
}

/// A gate as a type, so that a proof for one opens no other.
pub trait Gated {
    /// Which.
    const GATE: Gate;
}

/// The gates as types.
pub mod gate {
    use super::{Gate, Gated};

    macro_rules! gates {
        ($($(#[$doc:meta])* $name:ident)+) => {$(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub enum $name {}

            impl Gated for $name {
                const GATE: Gate = Gate::$name;
            }
        )+};
    }

    gates! {
        /// See [`Gate::SignIn`].
        SignIn
        /// See [`Gate::Reset`].
        Reset
        /// See [`Gate::Registration`].
        Registration
        /// See [`Gate::CodeWord`].
        CodeWord
    }
}

/// Somebody gave a good answer to the check before this gate.
#[derive(Debug)]
pub struct Checked<G: Gated> {
    by_fallback: bool,
    gate: PhantomData<G>,
}

impl Gate {
    /// The stable code: the action that an answer is made for.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Reset => "reset",
            Self::Registration => "registration",
            Self::CodeWord => "code-word",
        }
    }

    /// Whether proof of work will do while the third party cannot be asked: only to sign in. Behind every other gate mails or texts
    /// are sent, and it stays shut (`BOT-2`).
    #[must_use]
    pub fn has_fallback(self) -> bool {
        match self {
            Self::SignIn => true,
            Self::Reset | Self::Registration | Self::CodeWord => false,
        }
    }
}

impl<G: Gated> Checked<G> {
    pub(crate) fn new(by_fallback: bool) -> Self {
        Self { by_fallback, gate: PhantomData }
    }

    /// Whether it was the fallback that let them pass: limits are tighter then (`BC-03`).
    #[must_use]
    pub fn by_fallback(&self) -> bool {
        self.by_fallback
    }
}

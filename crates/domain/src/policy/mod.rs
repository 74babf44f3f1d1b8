//! What a practice has decided for its people: numbers and switches with names (`PRA-6`).
//!
//! [`KEYS`] lists every one of them, with its bounds, what each preset says and why. A [`Policy`] outside those bounds cannot be made.

mod change;
#[cfg(feature = "serde")]
mod document;
mod key;
mod table;
mod values;

use std::collections::BTreeSet;
use std::ops::Deref;

pub use change::{Changed, Deviation, PolicyChange};
#[cfg(feature = "serde")]
pub use document::Document;
pub use key::{Bounds, Key, PolicyOutOfBounds, PolicyRefused, Value};
pub use table::KEYS;
pub use values::{
    BillingPolicy, CodePolicy, CodeWordPolicy, Demand, InvitationPolicy, LinkPolicy, LockoutPolicy, PeoplePolicy,
    Rotation, SecondFactorPolicy, SessionPolicy, TwoStep, Values,
};

/// A named set of values that a practice starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Preset {
    /// The modern defaults.
    #[default]
    Standard,
    /// The habits that the portal article documents.
    Portal,
    /// The habits that the office article documents.
    Office,
    /// Shorter sessions, fewer guesses.
    Strict,
}

/// The policy of a practice: a preset, and the values in which it differs. Every value is within its bounds, and they agree with one
/// another. It reads like its [`Values`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    preset: Preset,
    values: Values,
}

impl Preset {
    /// Every preset, in the order of the table's columns.
    pub const ALL: [Self; 4] = [Self::Standard, Self::Portal, Self::Office, Self::Strict];

    /// Its name in documents, commands and the audit log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Portal => "portal",
            Self::Office => "office",
            Self::Strict => "strict",
        }
    }

    /// The preset of this name.
    ///
    /// # Errors
    ///
    /// [`PolicyRefused::UnknownPreset`].
    pub fn named(name: &str) -> Result<Self, PolicyRefused> {
        let found = Self::ALL.into_iter().find(|preset| preset.name() == name);
        found.ok_or_else(|| PolicyRefused::UnknownPreset { preset: name.to_owned() })
    }
}

impl Policy {
    /// The values of a preset (`PWD-1`, `PRA-6`).
    #[must_use]
    pub fn of(preset: Preset) -> Self {
        let mut values = values::BLANK;
        for key in &KEYS {
            key.write(&mut values, key.in_preset(preset));
        }
        Self { preset, values }
    }

    /// A preset with other values for these keys.
    ///
    /// # Errors
    ///
    /// [`PolicyRefused`] names the key, and what it may be.
    pub fn with<'a>(preset: Preset, given: impl IntoIterator<Item = (&'a str, Value)>) -> Result<Self, PolicyRefused> {
        let mut policy = Self::of(preset);
        let mut seen = BTreeSet::new();
        for (name, value) in given {
            let key = Key::named(name)?;
            if !seen.insert(key.name) {
                return Err(PolicyRefused::Twice { key });
            }
            key.write(&mut policy.values, key.accept(&value)?);
        }
        policy.agrees()?;
        Ok(policy)
    }

    /// A preset with other values, from the words that [`Policy::changes`] are stored as: `session.idle_minutes=20 …`.
    ///
    /// # Errors
    ///
    /// [`PolicyRefused`] names the key, and what it may be.
    pub fn restore(preset: Preset, text: &str) -> Result<Self, PolicyRefused> {
        let word = |word| str::split_once(word, '=').unwrap_or((word, ""));
        Self::with(preset, text.split_whitespace().map(word).map(|(key, value)| (key, Value::parse(value))))
    }

    /// The values that differ from the preset's, as words for [`Policy::restore`].
    #[must_use]
    pub fn stored(&self) -> String {
        let words: Vec<_> = self.changes().map(|(key, value)| format!("{}={value}", key.name)).collect();
        words.join(" ")
    }

    /// What it started from.
    #[must_use]
    pub fn preset(&self) -> Preset {
        self.preset
    }

    /// The value of a key.
    #[must_use]
    pub fn value(&self, key: &Key) -> Value {
        key.bounds.value(key.read(&self.values))
    }

    /// The values that differ from the preset's.
    pub fn changes(&self) -> impl Iterator<Item = (&'static Key, Value)> {
        let preset = self.preset;
        let differs = move |key: &&'static Key| key.read(&self.values) != key.in_preset(preset);
        KEYS.iter().filter(differs).map(|key| (key, self.value(key)))
    }

    /// The same with other 2-step switches (`LIST-9`): they have no bounds.
    pub(crate) fn with_two_step(self, two_step: TwoStep) -> Self {
        Self { values: Values { two_step, ..self.values }, ..self }
    }

    /// Rules across keys. A password that is all there is has 15 characters (NIST SP 800-63B-4 §3.1.1.2); a shorter one is only for
    /// where everybody needs a second factor, or for a documented habit, which is then a [`Deviation`].
    fn agrees(&self) -> Result<(), PolicyRefused> {
        if self.asks_everybody_twice() {
            return Ok(());
        }
        let key = Key::named(MIN_LENGTH)?;
        let habit = matches!(self.preset, Preset::Portal | Preset::Office).then(|| key.in_preset(self.preset));
        let least = habit.unwrap_or(SINGLE_FACTOR);
        if key.read(&self.values) < least {
            return Err(PolicyOutOfBounds { key, least, most: key.most() }.into());
        }
        Ok(())
    }

    /// Whether nobody signs in with a password alone.
    fn asks_everybody_twice(&self) -> bool {
        self.second_factor.managers == Demand::Required && self.second_factor.others == Demand::Required
    }
}

impl Deref for Policy {
    type Target = Values;

    fn deref(&self) -> &Values {
        &self.values
    }
}

const MIN_LENGTH: &str = "password.min_length";

/// The least length of a password that is all there is.
const SINGLE_FACTOR: u32 = 15;

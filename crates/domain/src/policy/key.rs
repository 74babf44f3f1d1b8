use std::fmt;
use std::time::Duration;

use crate::policy::{Demand, KEYS, Preset, Rotation, Values};

/// One value of a policy: what it is called, what it may be, what it is in each preset, and why.
pub struct Key {
    /// Section and key, like `session.idle_minutes`.
    pub name: &'static str,
    /// What people read.
    pub label: &'static str,
    /// What it may be.
    pub bounds: Bounds,
    /// Why these bounds, and whose.
    pub why: &'static str,
    pub(super) presets: [u32; 4],
    pub(super) slot: fn(&mut Values) -> Slot<'_>,
}

/// What a value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bounds {
    /// A whole number.
    Number {
        /// Of what: `minutes`.
        unit: &'static str,
        /// The least.
        least: u32,
        /// The most.
        most: u32,
        /// What 0 means, where it is allowed below the least.
        zero: Option<&'static str>,
    },
    /// `true` or `false`.
    Switch,
    /// One of these words.
    Choice(&'static [&'static str]),
}

/// A value, as a document spells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number, in the key's unit.
    Number(i64),
    /// On or off.
    Switch(bool),
    /// One of several words.
    Word(String),
}

/// `PRA-6`: a number outside what its key may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyOutOfBounds {
    /// Which key.
    pub key: &'static Key,
    /// The least that it may be here; another value of the policy may ask for more than the key alone.
    pub least: u32,
    /// The most.
    pub most: u32,
}

/// Why a policy is refused. Nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyRefused {
    /// A number is too small or too large.
    #[error(transparent)]
    OutOfBounds(#[from] PolicyOutOfBounds),
    /// A word or a switch is none that the key knows.
    #[error("{} must be one of: {}", .key.name, .allowed.join(", "))]
    NotAllowed {
        /// Which key.
        key: &'static Key,
        /// What it knows.
        allowed: &'static [&'static str],
    },
    /// There is no such key.
    #[error("there is no policy value called {key:?}")]
    UnknownKey {
        /// What was asked for.
        key: String,
    },
    /// Two values for one key.
    #[error("{} is given twice", .key.name)]
    Twice {
        /// Which key.
        key: &'static Key,
    },
    /// There is no such preset.
    #[error("there is no preset {preset:?}; there are standard, portal, office and strict")]
    UnknownPreset {
        /// What was asked for.
        preset: String,
    },
}

/// Where a value lies, and how it is counted.
pub(super) enum Slot<'a> {
    Byte(&'a mut u8),
    Count(&'a mut u32),
    Size(&'a mut usize),
    /// A time, in units of so many seconds.
    Time(&'a mut Duration, u64),
    /// A time, or none for 0.
    Limit(&'a mut Option<Duration>, u64),
    Switch(&'a mut bool),
    Demand(&'a mut Demand),
    Rotation(&'a mut Rotation),
}

impl Key {
    /// The key of this name.
    ///
    /// # Errors
    ///
    /// [`PolicyRefused::UnknownKey`].
    pub fn named(name: &str) -> Result<&'static Self, PolicyRefused> {
        let found = KEYS.iter().find(|key| key.name == name);
        found.ok_or_else(|| PolicyRefused::UnknownKey { key: name.to_owned() })
    }

    /// The section that it belongs to: `session`.
    #[must_use]
    pub fn section(&self) -> &'static str {
        self.parts().0
    }

    /// Its name within the section: `idle_minutes`.
    #[must_use]
    pub fn short(&self) -> &'static str {
        self.parts().1
    }

    /// Its value in a preset.
    #[must_use]
    pub fn preset(&self, preset: Preset) -> Value {
        self.bounds.value(self.in_preset(preset))
    }

    fn parts(&self) -> (&'static str, &'static str) {
        self.name.split_once('.').unwrap_or((self.name, ""))
    }

    pub(super) fn in_preset(&self, preset: Preset) -> u32 {
        let [standard, portal, office, strict] = self.presets;
        match preset {
            Preset::Standard => standard,
            Preset::Portal => portal,
            Preset::Office => office,
            Preset::Strict => strict,
        }
    }

    /// The plain number behind a value, when it is within the bounds.
    pub(super) fn accept(&'static self, value: &Value) -> Result<u32, PolicyRefused> {
        match (self.bounds, value) {
            (Bounds::Number { least, most, zero, .. }, value) => {
                let number = if let Value::Number(n) = value { u32::try_from(*n).ok() } else { None };
                let fits = |n: &u32| (least..=most).contains(n) || (*n == 0 && zero.is_some());
                number.filter(fits).ok_or_else(|| PolicyOutOfBounds { key: self, least, most }.into())
            }
            (Bounds::Switch, Value::Switch(on)) => Ok(u32::from(*on)),
            (Bounds::Switch, _) => Err(PolicyRefused::NotAllowed { key: self, allowed: &["true", "false"] }),
            (Bounds::Choice(allowed), value) => {
                let known = allowed.iter().position(|word| matches!(value, Value::Word(given) if given == word));
                let known = known.and_then(|at| u32::try_from(at).ok());
                known.ok_or(PolicyRefused::NotAllowed { key: self, allowed })
            }
        }
    }

    pub(super) fn most(&self) -> u32 {
        if let Bounds::Number { most, .. } = self.bounds { most } else { 1 }
    }

    pub(super) fn read(&self, values: &Values) -> u32 {
        let counted = |time: &Duration, unit: u64| u32::try_from(time.as_secs() / unit).unwrap_or(u32::MAX);
        let mut values = *values;
        match (self.slot)(&mut values) {
            Slot::Byte(n) => u32::from(*n),
            Slot::Count(n) => *n,
            Slot::Size(n) => u32::try_from(*n).unwrap_or(u32::MAX),
            Slot::Time(time, unit) => counted(time, unit),
            Slot::Limit(time, unit) => time.map_or(0, |time| counted(&time, unit)),
            Slot::Switch(on) => u32::from(*on),
            Slot::Demand(demand) => *demand as u32,
            Slot::Rotation(rotation) => *rotation as u32,
        }
    }

    pub(super) fn write(&self, values: &mut Values, plain: u32) {
        let long = |unit: u64| Duration::from_secs(u64::from(plain) * unit);
        match (self.slot)(values) {
            Slot::Byte(n) => *n = u8::try_from(plain).unwrap_or(u8::MAX),
            Slot::Count(n) => *n = plain,
            Slot::Size(n) => *n = usize::try_from(plain).unwrap_or(usize::MAX),
            Slot::Time(time, unit) => *time = long(unit),
            Slot::Limit(time, unit) => *time = (plain > 0).then(|| long(unit)),
            Slot::Switch(on) => *on = plain != 0,
            Slot::Demand(demand) => {
                *demand = [Demand::Off, Demand::Optional, Demand::Required][plain.min(2) as usize];
            }
            Slot::Rotation(rotation) => {
                *rotation = [Rotation::Off, Rotation::Proposed, Rotation::Automatic][plain.min(2) as usize];
            }
        }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Key {}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Bounds {
    /// A plain number, as a document spells it.
    pub(super) fn value(self, plain: u32) -> Value {
        match self {
            Self::Number { .. } => Value::Number(plain.into()),
            Self::Switch => Value::Switch(plain != 0),
            Self::Choice(words) => Value::Word(words.get(plain as usize).copied().unwrap_or_default().to_owned()),
        }
    }

    fn says(self, least: u32, most: u32) -> String {
        match self {
            Self::Number { unit, zero: Some(zero), .. } => format!("0 ({zero}), or {least} to {most} {unit}"),
            Self::Number { unit, zero: None, .. } => format!("{least} to {most} {unit}"),
            Self::Switch => "true or false".to_owned(),
            Self::Choice(words) => words.join(", "),
        }
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (least, most) = if let Self::Number { least, most, .. } = *self { (least, most) } else { (0, 1) };
        f.write_str(&self.says(least, most))
    }
}

impl fmt::Display for PolicyOutOfBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} must be {}", self.key.name, self.key.bounds.says(self.least, self.most))
    }
}

impl std::error::Error for PolicyOutOfBounds {}

impl PolicyOutOfBounds {
    /// What the value may be here: `5 to 60 minutes`.
    #[must_use]
    pub fn bound(&self) -> String {
        self.key.bounds.says(self.least, self.most)
    }
}

impl PolicyRefused {
    /// The key that it is about, where it is about one that there is.
    #[must_use]
    pub fn key(&self) -> Option<&'static Key> {
        match self {
            Self::OutOfBounds(out) => Some(out.key),
            Self::NotAllowed { key, .. } | Self::Twice { key } => Some(key),
            Self::UnknownKey { .. } | Self::UnknownPreset { .. } => None,
        }
    }
}

impl Value {
    /// The value that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "true" => Self::Switch(true),
            "false" => Self::Switch(false),
            word => word.parse().map_or_else(|_| Self::Word(word.to_owned()), Self::Number),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(n) => n.fmt(f),
            Self::Switch(on) => on.fmt(f),
            Self::Word(word) => f.write_str(word),
        }
    }
}

use crate::policy::{Key, Policy, Preset, Value};

/// A value that a published norm advises against, kept because the practice wants its habit. Every one that comes into force is
/// written into the audit log (PW-04).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deviation {
    /// Which value.
    pub key: &'static Key,
    /// Which norm.
    pub norm: &'static str,
}

/// What somebody changed in a policy: for the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyChange {
    /// What it started from before.
    pub before: Preset,
    /// What it starts from now.
    pub after: Preset,
    /// Every value that is another one now.
    pub changed: Vec<Changed>,
    /// Whether it deviates from a norm now.
    pub deviates: bool,
}

/// A value that is another one now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Which.
    pub key: &'static Key,
    /// What it was.
    pub before: Value,
    /// What it is.
    pub after: Value,
}

impl Policy {
    /// Where it deviates from a norm (PW-04, `PWD-1`).
    #[must_use]
    pub fn deviations(&self) -> Vec<Deviation> {
        let short = self.password.least < super::SINGLE_FACTOR as usize && !self.asks_everybody_twice();
        let slow = self.link.reset > DAY;
        let found = [
            (short, super::MIN_LENGTH, "NIST SP 800-63B-4 §3.1.1.2(1)"),
            (self.password.four_classes, "password.four_classes", "NIST SP 800-63B-4 §3.1.1.2(5), ASVS 6.2.5"),
            (self.password.no_runs, "password.no_runs", "NIST SP 800-63B-4 §3.1.1.2(5), ASVS 6.2.5"),
            (self.password.max_age.is_some(), "password.max_age_days", "NIST SP 800-63B-4 §3.1.1.2(6), ASVS 6.2.10"),
            (slow, "link.reset_minutes", "NIST SP 800-63B-4 §4.2.1.2"),
        ];
        let there = found.into_iter().filter(|(deviates, ..)| *deviates);
        there.filter_map(|(_, key, norm)| Key::named(key).ok().map(|key| Deviation { key, norm })).collect()
    }
}

impl PolicyChange {
    /// What differs between two policies; none when they are the same.
    #[must_use]
    pub fn between(before: &Policy, after: &Policy) -> Option<Self> {
        let changed: Vec<_> = super::KEYS
            .iter()
            .map(|key| Changed { key, before: before.value(key), after: after.value(key) })
            .filter(|changed| changed.before != changed.after)
            .collect();
        let (old, new) = (before.preset(), after.preset());
        let deviates = !after.deviations().is_empty();
        (old != new || !changed.is_empty()).then_some(Self { before: old, after: new, changed, deviates })
    }

    pub(crate) fn details(&self) -> Vec<(&'static str, String)> {
        let mut details = vec![
            ("preset_before", self.before.name().to_owned()),
            ("preset", self.after.name().to_owned()),
            ("deviates", self.deviates.to_string()),
        ];
        details.extend(
            self.changed.iter().map(|Changed { key, before, after }| (key.name, format!("{before} to {after}"))),
        );
        details
    }
}

const DAY: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

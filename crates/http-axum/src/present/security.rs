use practice_domain::policy::{Bounds, KEYS, Key, Policy, PolicyRefused, Preset, Value};

use crate::page::{PolicyControl, PolicyRow, PolicySection};

/// The values of a policy, section by section. What was typed stands instead of them where there is something.
pub(crate) fn policy_sections(policy: &Policy, typed: impl Fn(&Key) -> Option<String>) -> Vec<PolicySection> {
    let sections = KEYS.chunk_by(|a, b| a.section() == b.section());
    let section = |keys: &'static [Key]| PolicySection {
        code: keys[0].section(),
        name: section_name(keys[0].section()),
        rows: keys.iter().map(|key| row(policy, key, typed(key))).collect(),
    };
    sections.map(section).collect()
}

fn row(policy: &Policy, key: &'static Key, typed: Option<String>) -> PolicyRow {
    let value = typed.unwrap_or_else(|| policy.value(key).to_string());
    let preset = preset_name(policy.preset());
    let (control, hint) = match key.bounds {
        Bounds::Number { unit, least, most, zero } => {
            let from = if zero.is_some() { 0 } else { least };
            let default = format!("{preset}: {}.", key.preset(policy.preset()));
            (PolicyControl::Number { least: from, most, unit, value }, format!("{}. {default}", key.bounds))
        }
        Bounds::Switch => {
            let default = if key.preset(policy.preset()) == Value::Switch(true) { "on" } else { "off" };
            (PolicyControl::Switch(value == "true"), format!("{preset}: {default}."))
        }
        Bounds::Choice(words) => {
            let options = words.iter().map(|word| (*word, choice_name(key.name, word), *word == value));
            let default = choice_name(key.name, &key.preset(policy.preset()).to_string());
            (PolicyControl::Choice(options.collect()), format!("{preset}: {default}."))
        }
    };
    PolicyRow { name: key.name, id: field_id(key), label: key.label, hint, control }
}

/// The `id` of a value's field on the page.
pub(crate) fn field_id(key: &Key) -> String {
    key.name.replace(['.', '_'], "-")
}

/// What to enter instead.
pub(crate) fn policy_advice(refused: &PolicyRefused) -> String {
    match refused {
        PolicyRefused::OutOfBounds(out) => format!("{}: enter {}.", out.key.label, out.bound()),
        PolicyRefused::NotAllowed { key, .. } => format!("{}: choose one of the list.", key.label),
        PolicyRefused::Twice { .. } | PolicyRefused::UnknownKey { .. } | PolicyRefused::UnknownPreset { .. } => {
            crate::refusal::sentence(refused)
        }
    }
}

/// A preset, as people call it.
pub(crate) fn preset_name(preset: Preset) -> &'static str {
    match preset {
        Preset::Standard => "Standard",
        Preset::Portal => "Portal",
        Preset::Office => "Office",
        Preset::Strict => "Strict",
    }
}

fn section_name(section: &'static str) -> &'static str {
    match section {
        "password" => "Passwords",
        "lockout" => "Lock-out",
        "session" => "Sessions",
        "two_step" => "2-Step Verification",
        "second_factor" => "Second step at sign-in",
        "invitation" => "Invitations",
        "link" => "Links that lead to a password",
        "code" => "Secret codes",
        "code_word" => "Practice Code Word",
        "people" => "Non-employees",
        "billing" => "Plans and invoices",
        other => other,
    }
}

/// A word that a value may be, as people call it.
fn choice_name(key: &str, word: &str) -> String {
    let name = match (key, word) {
        ("lockout.scope", "account") => "All attempts at an account",
        ("lockout.scope", "device_aware") => "Known browsers on their own",
        ("code_word.delivery", "in_person_only") => "Said in person or by phone only",
        ("code_word.delivery", "sms") => "By text",
        ("code_word.on_leaving", "off") => "Nothing happens",
        ("code_word.on_leaving", "proposed") => "We propose to rotate it",
        ("code_word.on_leaving", "automatic") => "It is rotated at once",
        ("billing.proration", "none") => "Is not credited",
        ("billing.proration", "credit") => "Is credited",
        ("billing.cancel", "period_end") => "At the end of its period",
        ("billing.cancel", "now") => "At once",
        ("billing.summary", "as_listed") => "All that the page lists",
        ("billing.summary", "own") => "Only one's own payments",
        (_, "off") => "Off",
        (_, "optional") => "Who wants",
        (_, "required") => "Required",
        (_, other) => other,
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PRA-6: every key stands on the page, in words.
    #[test]
    fn every_value_and_word_has_a_name() {
        let sections = policy_sections(&Policy::of(Preset::Office), |_| None);
        assert_eq!(sections.iter().map(|section| section.rows.len()).sum::<usize>(), KEYS.len());
        for section in sections {
            assert_ne!(section.name, section.code);
            for row in section.rows {
                let PolicyControl::Choice(options) = row.control else { continue };
                assert!(options.iter().all(|(code, name, _)| code != name), "{}", row.name);
                assert_eq!(options.iter().filter(|(.., chosen)| *chosen).count(), 1, "{}", row.name);
            }
        }
        let refused = Policy::with(Preset::Standard, [("session.idle_minutes", Value::Number(61))]).expect_err("much");
        assert_eq!(policy_advice(&refused), "Sign people out when idle for: enter 5 to 60 minutes.");
    }
}

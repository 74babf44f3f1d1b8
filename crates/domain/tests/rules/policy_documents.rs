//! A policy as a document, the same in TOML and JSON.

use practice_domain::policy::{Document, KEYS, Policy, PolicyRefused, Preset, Value};
use practice_testkit::strategy;
use proptest::prelude::*;
use serde_json::json;

use crate::policy::just_outside;

fn from_toml(text: &str) -> Result<Policy, String> {
    toml::from_str(text).map_err(|error| error.to_string())
}

fn from_json(text: &str) -> Result<Policy, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// PRA-6: the same keys, the same units, and what is not named is what the preset says.
#[test]
fn toml_and_json_say_the_same() {
    let toml =
        "preset = 'office'\n[session]\nidle_minutes = 20\n[code_word]\nrequired = false\non_leaving = 'automatic'\n";
    let json = r#"{"code_word": {"on_leaving": "automatic", "required": false}, "session": {"idle_minutes": 20}, "preset": "office"}"#;
    let expected = Policy::restore(
        Preset::Office,
        "session.idle_minutes=20 code_word.required=false code_word.on_leaving=automatic",
    )
    .expect("within bounds");
    assert_eq!(from_toml(toml), Ok(expected));
    assert_eq!(from_json(json), Ok(expected));
    assert_eq!(expected.lockout.lock_at_failure, 5, "the office's own");
    assert_eq!(from_toml(""), Ok(Policy::of(Preset::Standard)));
    assert_eq!(from_json("{}"), Ok(Policy::of(Preset::Standard)));
}

/// PRA-6
#[test]
fn what_nobody_knows_is_refused_by_name() {
    for (json, said) in [
        (r#"{"session": {"idle": 20}}"#, "there is no policy value called \"session.idle\""),
        (r#"{"sessions": {"idle_minutes": 20}}"#, "there is no policy value called \"sessions.idle_minutes\""),
        (r#"{"preset": "lenient"}"#, "there is no preset \"lenient\""),
        (r#"{"idle_minutes": 20}"#, "idle_minutes: invalid type"),
        (r#"{"session": {"idle_minutes": [20]}}"#, "session: idle_minutes: invalid type"),
        (r#"{"session": {"idle_minutes": 20.5}}"#, "session: idle_minutes: invalid type"),
        (r#"{"session": {"idle_minutes": "20"}}"#, "session.idle_minutes must be 5 to 60 minutes"),
        (r#"{"session": {"idle_minutes": 20, "idle_minutes": 25}}"#, "session.idle_minutes is given twice"),
        (r#"{"preset": "office", "preset": "strict"}"#, "duplicate field `preset`"),
    ] {
        let refused = from_json(json).expect_err(json);
        assert!(refused.contains(said), "{json}: {refused}");
    }
    let refused = from_toml("idle_minutes = 20\n").expect_err("refused");
    assert!(refused.contains("idle_minutes"), "{refused}");
}

/// PRA-6, POL-00: the refusal is a value with key and bound, before it is words.
#[test]
fn a_document_outside_the_bounds_is_refused_with_key_and_bound() {
    let document: Document = serde_json::from_str(r#"{"session": {"idle_minutes": 61}}"#).expect("a document");
    let Err(PolicyRefused::OutOfBounds(outside)) = Policy::try_from(document) else { panic!("not refused") };
    assert_eq!((outside.key.name, outside.least, outside.most), ("session.idle_minutes", 5, 60));
    for key in &KEYS {
        for value in just_outside(key) {
            let json = json!({ "preset": "strict", key.section(): { key.short(): plain(&value) } });
            let toml = toml::to_string(&json).expect("a document");
            for refused in [from_json(&json.to_string()), from_toml(&toml)] {
                let refused = refused.expect_err(key.name);
                assert!(refused.contains(&format!("{} must be", key.name)), "{key:?} = {value}: {refused}");
            }
        }
    }
}

fn plain(value: &Value) -> serde_json::Value {
    match value {
        Value::Number(n) => json!(n),
        Value::Switch(on) => json!(on),
        Value::Word(word) => json!(word),
    }
}

proptest! {
    /// PRA-6: a policy comes back whole from either kind of document, also through the other.
    #[test]
    fn every_policy_comes_back_from_its_documents(policy in strategy::policy()) {
        let toml = toml::to_string(&policy).expect("a document");
        let json = serde_json::to_string(&policy).expect("a document");
        prop_assert_eq!(from_toml(&toml), Ok(policy));
        prop_assert_eq!(from_json(&json), Ok(policy));
        let same: serde_json::Value = toml::from_str(&toml).expect("a document");
        prop_assert_eq!(from_json(&same.to_string()), Ok(policy));
    }
}

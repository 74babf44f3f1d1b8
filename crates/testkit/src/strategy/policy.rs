use std::collections::BTreeMap;

use practice_domain::policy::{Bounds, KEYS, Key, Policy, Value};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::strategy::preset;

/// Policies: presets, with any values that may be together.
pub fn policy() -> impl Strategy<Value = Policy> {
    (preset(), vec((0..KEYS.len(), any::<u32>()), 0..12)).prop_filter_map("a policy", |(preset, picks)| {
        let given: BTreeMap<_, _> =
            picks.iter().map(|(key, pick)| (KEYS[*key].name, allowed(&KEYS[*key], *pick))).collect();
        Policy::with(preset, given).ok()
    })
}

/// One of the values that a key may have; every number picks one, and each is picked by some.
#[must_use]
pub fn allowed(key: &Key, pick: u32) -> Value {
    match key.bounds {
        Bounds::Number { zero: Some(_), .. } if pick.is_multiple_of(4) => Value::Number(0),
        Bounds::Number { least, most, .. } => Value::Number((least + (pick / 4) % (most - least + 1)).into()),
        Bounds::Switch => Value::Switch(pick.is_multiple_of(2)),
        Bounds::Choice(words) => Value::Word(words[pick as usize % words.len()].to_owned()),
    }
}

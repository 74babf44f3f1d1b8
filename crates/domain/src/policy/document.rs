//! A policy as a document of sections, the same in TOML and JSON: `preset = "office"` at the top, then `[session]` with
//! `idle_minutes = 20`. What is not named is what the preset says; what nobody knows is refused.

use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::policy::{KEYS, Key, Policy, PolicyRefused, Preset, Value};

/// A document that says what a policy is to be, not yet checked. Checking it gives a refusal that names key and bound:
/// `Policy::try_from(document)`. Reading a [`Policy`] does both, and then the refusal is the reader's error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    preset: Option<String>,
    values: Vec<(String, Value)>,
}

impl TryFrom<Document> for Policy {
    type Error = PolicyRefused;

    fn try_from(document: Document) -> Result<Self, PolicyRefused> {
        let preset = document.preset.as_deref().map_or(Ok(Preset::default()), Preset::named)?;
        Self::with(preset, document.values.iter().map(|(name, value)| (name.as_str(), value.clone())))
    }
}

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::try_from(Document::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Sections)
    }
}

impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry(PRESET, self.preset().name())?;
        for keys in KEYS.chunk_by(|a, b| a.section() == b.section()) {
            map.serialize_entry(keys[0].section(), &Section { policy: self, keys })?;
        }
        map.end()
    }
}

struct Section<'a> {
    policy: &'a Policy,
    keys: &'a [Key],
}

impl Serialize for Section<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.keys.iter().map(|key| (key.short(), self.policy.value(key))))
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(n) => to.serialize_i64(*n),
            Self::Switch(on) => to.serialize_bool(*on),
            Self::Word(word) => to.serialize_str(word),
        }
    }
}

/// Reads the whole document.
struct Sections;

impl<'de> Visitor<'de> for Sections {
    type Value = Document;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a policy: a preset, and sections of values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document, A::Error> {
        let mut document = Document::default();
        while let Some(name) = map.next_key::<String>()? {
            if name != PRESET {
                let seed = Values { section: &name, into: &mut document.values };
                map.next_value_seed(seed).map_err(|error| A::Error::custom(format_args!("{name}: {error}")))?;
            } else if document.preset.replace(map.next_value()?).is_some() {
                return Err(A::Error::duplicate_field(PRESET));
            }
        }
        Ok(document)
    }
}

/// Reads one section.
struct Values<'a> {
    section: &'a str,
    into: &'a mut Vec<(String, Value)>,
}

impl<'de> DeserializeSeed<'de> for Values<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Values<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a section of values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let value = map.next_value().map_err(|error| A::Error::custom(format_args!("{name}: {error}")))?;
            self.into.push((format!("{}.{name}", self.section), value));
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OneValue)
    }
}

struct OneValue;

impl Visitor<'_> for OneValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, true, false or a word")
    }

    fn visit_bool<E: Error>(self, on: bool) -> Result<Value, E> {
        Ok(Value::Switch(on))
    }

    fn visit_i64<E: Error>(self, n: i64) -> Result<Value, E> {
        Ok(Value::Number(n))
    }

    fn visit_u64<E: Error>(self, n: u64) -> Result<Value, E> {
        Ok(Value::Number(i64::try_from(n).unwrap_or(i64::MAX)))
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Value, E> {
        Ok(Value::Word(word.to_owned()))
    }
}

const PRESET: &str = "preset";

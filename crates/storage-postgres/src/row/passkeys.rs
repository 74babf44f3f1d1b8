//! Passkeys, kept beside the app that they stand in for, as JSON.

use practice_domain::passkey::{Asked, Ceremony, Credential, Handle, Passkey, Passkeys, Purpose};
use practice_domain::port::Fault;
use practice_domain::value::{PasskeyId, PasskeyName, SessionId, Time};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::row::Cells;

impl Cells<'_> {
    pub(crate) fn passkeys(&mut self) -> Result<Passkeys, Fault> {
        let (kept, ceremonies): (&str, &str) = (self.next()?, self.next()?);
        Ok(Passkeys { kept: list(kept, passkey)?, ceremonies: list(ceremonies, ceremony)? })
    }
}

/// The two columns that hold them.
pub(crate) fn columns(passkeys: &Passkeys) -> (String, String) {
    let kept = passkeys.kept.iter().map(|key| {
        json!({
            "id": key.id.to_string(),
            "name": key.name.as_str(),
            "handle": key.handle.to_string(),
            "credential": key.credential.0,
            "counter": key.counter,
            "added_at": key.added_at.micros(),
            "used_at": key.used_at.map(Time::micros),
        })
    });
    let ceremonies = passkeys.ceremonies.iter().map(|open| {
        let name = match &open.purpose {
            Purpose::Add(name) => Some(name.as_str()),
            Purpose::Use => None,
        };
        json!({
            "session": open.session.to_string(),
            "add": name,
            "asked": open.asked.0,
            "begun_at": open.begun_at.micros(),
        })
    });
    (Json::from_iter(kept).to_string(), Json::from_iter(ceremonies).to_string())
}

fn list<T>(text: &str, read: fn(&Json) -> Option<T>) -> Result<Vec<T>, Fault> {
    let json: Vec<Json> = serde_json::from_str(text).map_err(|error| Fault::corrupt(WHAT, error))?;
    json.iter().map(read).collect::<Option<_>>().ok_or_else(|| Fault::corrupt(WHAT, "an entry is odd"))
}

fn passkey(json: &Json) -> Option<Passkey> {
    Some(Passkey {
        id: PasskeyId(uuid(&json["id"])?),
        name: PasskeyName::parse(json["name"].as_str()?).ok()?,
        handle: Handle::parse(json["handle"].as_str()?)?,
        credential: Credential(json["credential"].as_str()?.to_owned()),
        counter: json["counter"].as_u64()?.try_into().ok()?,
        added_at: Time::from_micros(json["added_at"].as_i64()?),
        used_at: json["used_at"].as_i64().map(Time::from_micros),
    })
}

fn ceremony(json: &Json) -> Option<Ceremony> {
    let purpose = match json["add"].as_str() {
        Some(name) => Purpose::Add(PasskeyName::parse(name).ok()?),
        None => Purpose::Use,
    };
    Some(Ceremony {
        session: SessionId(uuid(&json["session"])?),
        purpose,
        asked: Asked(json["asked"].as_str()?.to_owned()),
        begun_at: Time::from_micros(json["begun_at"].as_i64()?),
    })
}

fn uuid(json: &Json) -> Option<Uuid> {
    Uuid::parse_str(json.as_str()?).ok()
}

const WHAT: &str = "passkeys";

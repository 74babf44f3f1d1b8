//! What a request sends, read strictly.

use std::borrow::Cow;
use std::error::Error;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use practice_domain::billing::looks_like_card_number;
use practice_domain::value::{Email, EmailError, NameError, PersonName, Phone, PhoneError, Phones};
use serde::Deserialize as _;
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny};
use serde_json::Value;

use crate::cards;
use crate::refusal::{Face, Field, sentence};
use crate::site::Portal;

/// A JSON document of this shape and no other.
pub(crate) struct Sent<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Portal> for Sent<T> {
    type Rejection = Face;

    async fn from_request(request: Request, portal: &Portal) -> Result<Self, Face> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            let sentence = "Send a JSON document with the content type application/json.";
            return Err(Face::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", sentence));
        }
        let bytes = Bytes::from_request(request, portal).await.map_err(|refused| {
            let status = axum::response::IntoResponse::into_response(refused).status();
            Face::new(status, "bad-body", "We cannot read that body.")
        })?;
        no_card_data(&bytes)?;
        let read = serde_json::from_slice(&bytes).map_err(|error| refused(&error, &bytes))?;
        if is_object(&bytes) { Ok(Self(read)) } else { Err(wrong_kind("Send a JSON object.")) }
    }
}

/// Card data is taken nowhere (`BILL-7`, `PM-01`): neither fields that cards have, nor a card's number in a text, as a number or as the
/// name of a field, however deep.
fn no_card_data(bytes: &[u8]) -> Result<(), Face> {
    let sent = serde_json::from_slice::<Value>(bytes).unwrap_or_default();
    card_field("", &sent).map_or(Ok(()), |name| Err(cards::refused(name)))
}

/// The field that holds card data.
fn card_field<'a>(name: &'a str, value: &'a Value) -> Option<&'a str> {
    match value {
        Value::Null | Value::Bool(_) => None,
        Value::Number(number) => cards::is_card_number_in(name, &number.to_string()).then_some(name),
        Value::String(text) => cards::is_card_number_in(name, text).then_some(name),
        Value::Array(all) => all.iter().find_map(|one| card_field(name, one)),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let of_a_card = CARD_FIELDS.iter().any(|field| name.eq_ignore_ascii_case(field));
            if of_a_card || looks_like_card_number(name) { Some(name.as_str()) } else { card_field(name, value) }
        }),
    }
}

/// Fields of a card.
const CARD_FIELDS: [&str; 7] = ["number", "cvc", "cvv", "card", "card_number", "pan", "exp"];

fn refused(error: &serde_json::Error, bytes: &[u8]) -> Face {
    if std::str::from_utf8(bytes).is_err() || serde_json::from_slice::<IgnoredAny>(bytes).is_err() {
        return Face::new(StatusCode::BAD_REQUEST, "malformed-json", "That is not a JSON document.");
    }
    let words = error.to_string();
    let name = words.split('`').nth(1).map(str::to_owned).unwrap_or_default();
    let on = |code, text: &'static str| Face::unprocessable(code, vec![Field { name: name.into(), text: text.into() }]);
    if words.starts_with("unknown field") {
        on("unknown-field", "There is no such field.")
    } else if words.starts_with("missing field") {
        on("missing-field", "This field is needed.")
    } else if words.starts_with("duplicate field") {
        on("duplicate-field", "This field stands there twice.")
    } else {
        wrong_kind("A field holds a value of the wrong kind.")
    }
}

/// Whether a document that was read is an object: a list of the values in the right order would be read, too.
fn is_object(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().first() == Some(&b'{')
}

fn wrong_kind(sentence: &'static str) -> Face {
    Face::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong-value", sentence)
}

/// What is wrong with fields, gathered so that all of it is told at once.
#[derive(Default)]
pub(crate) struct Wrong {
    code: Option<&'static str>,
    fields: Vec<Field>,
}

impl Wrong {
    /// Notes a field that cannot be read.
    pub(crate) fn note(&mut self, code: &'static str, name: &'static str, text: impl Into<Cow<'static, str>>) {
        self.code.get_or_insert(code);
        self.fields.push(Field { name: name.into(), text: text.into() });
    }

    fn take<T, E: Error>(&mut self, name: &'static str, read: Result<T, E>, code: fn(&E) -> &'static str) -> Option<T> {
        read.map_err(|why| self.note(code(&why), name, sentence(&why))).ok()
    }

    pub(crate) fn email(&mut self, name: &'static str, text: &str) -> Option<Email> {
        if text.chars().count() > LONGEST_EMAIL {
            self.note("email-invalid", name, sentence(&EmailError::TooLong));
            return None;
        }
        self.take(name, Email::parse(text), |why| match why {
            EmailError::Empty | EmailError::TooLong | EmailError::Malformed => "email-invalid",
            EmailError::NotAscii => "email-smtputf8",
        })
    }

    pub(crate) fn name(&mut self, first: &str, last: &str) -> PersonName {
        let code = |why: &NameError| match why {
            NameError::HasUrl => "name-has-url",
            NameError::CardNumber(refused) => refused.code(),
            NameError::Empty | NameError::TooLong | NameError::Control => "name-invalid",
        };
        let fits = |text: &str| if text.chars().count() > LONGEST_NAME { Err(NameError::TooLong) } else { Ok(()) };
        self.take("first_name", fits(first).and_then(|()| PersonName::parse(first, "")), code);
        self.take("last_name", fits(last).and_then(|()| PersonName::parse("", last)), code);
        PersonName::parse(first, last).unwrap_or_default()
    }

    pub(crate) fn phones(&mut self, cell: &str, landline: &str) -> Phones {
        Phones { cell: self.phone("cell", cell), landline: self.phone("phone", landline) }
    }

    fn phone(&mut self, name: &'static str, text: &str) -> Option<Phone> {
        match Phone::parse(text) {
            Err(PhoneError::Empty) => None,
            read => self.take(name, read, |_| "phone-invalid"),
        }
    }

    /// The refusal, when anything was noted.
    pub(crate) fn done(self) -> Result<(), Face> {
        match self.code {
            None => Ok(()),
            Some(code) => Err(Face::unprocessable(code, self.fields)),
        }
    }
}

/// What the document says that an address and a name may hold, spaces around them included.
const LONGEST_EMAIL: usize = 254;
const LONGEST_NAME: usize = 64;

/// Nothing but what `done` says can be missing.
pub(crate) fn sure<T>(value: Option<T>) -> Result<T, Face> {
    value.ok_or_else(Face::internal)
}

/// A field that is there: `null` is an empty text.
pub(crate) fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Some(Option::<String>::deserialize(deserializer)?.unwrap_or_default()))
}

//! The cookies: how they are named, read and set.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::site::Portal;

/// A cookie of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Stands for a session.
    Session,
    /// Stands for a run through the registration steps.
    Flow,
    /// The link that was opened last.
    Link,
    /// By which an account knows this browser again (`LOCK-4`).
    Device,
    /// Binds the forms of visitors to their browser.
    Visit,
    /// What to say on the next page.
    Flash,
}

impl Cookie {
    pub(crate) fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-session",
            (Self::Session, false) => "session",
            (Self::Flow, true) => "__Host-flow",
            (Self::Flow, false) => "flow",
            (Self::Link, true) => "__Host-link",
            (Self::Link, false) => "link",
            (Self::Device, true) => "__Host-dev",
            (Self::Device, false) => "dev",
            (Self::Visit, true) => "__Host-visit",
            (Self::Visit, false) => "visit",
            (Self::Flash, true) => "__Host-flash",
            (Self::Flash, false) => "flash",
        }
    }

    /// How long a browser keeps it; none for as long as it runs.
    fn max_age(self) -> Option<u32> {
        match self {
            // `LK-07`: half a year from the last sign-in, which gives it anew.
            Self::Device => Some(180 * 24 * 60 * 60),
            Self::Link => Some(4 * 60 * 60),
            Self::Flash => Some(60),
            Self::Session | Self::Flow | Self::Visit => None,
        }
    }
}

impl Portal {
    /// What a request shows of a cookie: short text without anything that could end a header. Anything else is absent.
    pub(crate) fn shown<'a>(&self, headers: &'a HeaderMap, cookie: Cookie) -> Option<&'a str> {
        let name = cookie.name(self.secure);
        let lines = headers.get_all(COOKIE).into_iter().filter_map(|line| line.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let value = pairs.find(|(key, _)| *key == name).map(|(_, value)| value)?;
        let plain = |c: u8| c.is_ascii_alphanumeric() || b"-_.~".contains(&c);
        (!value.is_empty() && value.len() <= 512 && value.bytes().all(plain)).then_some(value)
    }

    /// The 32 secret bytes that a request shows.
    pub(crate) fn secret(&self, headers: &HeaderMap, cookie: Cookie) -> Option<[u8; 32]> {
        read_secret(self.shown(headers, cookie)?)
    }

    /// Gives the browser a cookie.
    pub(crate) fn set(&self, headers: &mut HeaderMap, cookie: Cookie, value: &str) {
        self.put(headers, cookie, value, cookie.max_age());
    }

    /// Gives the browser 32 secret bytes.
    pub(crate) fn set_secret(&self, headers: &mut HeaderMap, cookie: Cookie, secret: &[u8; 32]) {
        self.set(headers, cookie, &write_secret(secret));
    }

    /// Takes a cookie away from the browser.
    pub(crate) fn expire(&self, headers: &mut HeaderMap, cookie: Cookie) {
        self.put(headers, cookie, "", Some(0));
    }

    fn put(&self, headers: &mut HeaderMap, cookie: Cookie, value: &str, max_age: Option<u32>) {
        let secure = if self.secure { "; Secure" } else { "" };
        let age = max_age.map(|age| format!("; Max-Age={age}")).unwrap_or_default();
        let name = cookie.name(self.secure);
        let text = format!("{name}={value}; Path=/{secure}; HttpOnly; SameSite=Lax{age}");
        if let Ok(line) = HeaderValue::try_from(text) {
            headers.append(SET_COOKIE, line);
        }
    }
}

/// 32 bytes as a cookie or key spells them.
pub(crate) fn write_secret(secret: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(secret)
}

/// The 32 bytes that a text spells, if it does.
pub(crate) fn read_secret(text: &str) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

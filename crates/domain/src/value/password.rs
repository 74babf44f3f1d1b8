use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;

/// A password as somebody typed it, in Unicode form NFC. It is wiped from memory when dropped, and `Debug` hides it.
#[derive(Clone)]
pub struct Password(SecretString);

/// The text has more than 4096 bytes: no honest password has, and hashing it would cost too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a password has at most 4096 bytes")]
pub struct PasswordTooLong;

impl Password {
    /// Takes the text as it is: spaces count, nothing is cut (NIST SP 800-63B-4 §3.1.1.2). Whether it is good enough to be set is
    /// for [`crate::password::Standard`] to say.
    ///
    /// # Errors
    ///
    /// [`PasswordTooLong`] beyond 4096 bytes.
    pub fn parse(text: &str) -> Result<Self, PasswordTooLong> {
        if text.len() > 4096 {
            return Err(PasswordTooLong);
        }
        Ok(Self(SecretString::from(text.nfc().collect::<String>())))
    }

    /// The text, for hashing and for checking against the standard; for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// What is kept of a password: a PHC string with the id of the pepper, `<key id>:$argon2id$…` (`PWD-2`). Opaque to the rules.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Wraps what the [`crate::port::Passwords`] port made.
    #[must_use]
    pub fn new(encoded: String) -> Self {
        Self(encoded)
    }

    /// The encoded form, for the store and for the port that made it.
    #[must_use]
    pub fn encoded(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composed_and_decomposed_text_is_one_password() {
        let a = Password::parse("na\u{ef}ve").expect("short");
        let b = Password::parse("nai\u{308}ve").expect("short");
        assert_eq!(a.expose(), b.expose());
        assert_ne!(Password::parse("\u{fb01}").expect("short").expose(), "fi");
        assert_eq!(Password::parse(" a ").expect("short").expose(), " a ");
    }

    #[test]
    fn a_password_hides_itself() {
        assert_eq!(format!("{:?}", Password::parse("hunter2").expect("short")), "Password(…)");
        assert!(Password::parse(&"x".repeat(4097)).is_err());
    }
}

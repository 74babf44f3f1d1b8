use std::fmt;

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::Sha256;

/// A root key, from which the keys for each purpose are derived. It is wiped from memory when dropped, and `Debug` hides it.
pub struct Key {
    id: u8,
    purposes: [SecretBox<[u8; 32]>; Purpose::ALL.len()],
}

/// A text that cannot serve as a key. Its words never hold the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither base64 nor hex.
    #[error("a key is written in base64 or hex")]
    Encoding,
    /// Fewer than 32 bytes.
    #[error("a key has at least 32 bytes")]
    TooShort,
    /// A single byte over and over: a placeholder, not a key.
    #[error("a key is random; this one is a placeholder")]
    Placeholder,
    /// No key at all.
    #[error("at least one key is needed")]
    None,
    /// Two keys of a ring have the same id; one of 256 pairs does.
    #[error("two keys have the same id: take another new key")]
    SameId,
}

/// What a derived key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Links,
    Codes,
    Forms,
    Devices,
    Strangers,
    Digests,
    Seal,
    Pepper,
    Addresses,
    CodeWords,
    Factors,
    PasswordLinks,
    Backups,
    Anchors,
}

impl Key {
    /// Reads a key from base64 (either alphabet, padded or not) or hex.
    ///
    /// # Errors
    ///
    /// [`KeyError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let bytes = Zeroizing::new(unhex(text).or_else(|| unbase64(text)).ok_or(KeyError::Encoding)?);
        Self::from_bytes(&bytes)
    }

    /// Takes 32 bytes or more as they are.
    ///
    /// # Errors
    ///
    /// [`KeyError`] when they are too few, or all the same.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.len() < 32 {
            return Err(KeyError::TooShort);
        }
        if bytes.iter().all(|b| *b == bytes[0]) {
            return Err(KeyError::Placeholder);
        }
        let root = Zeroizing::new(mac(SALT, &[bytes]));
        let derive = |label: &str| mac(&*root, &[label.as_bytes(), &[1]]);
        Ok(Self {
            id: derive("key id")[0],
            purposes: Purpose::ALL.map(|purpose| SecretBox::init_with(|| derive(purpose.label()))),
        })
    }

    /// The text of a new key, to be kept in a file that only the server can read.
    ///
    /// # Panics
    ///
    /// When the operating system has no randomness to give.
    #[must_use]
    pub fn fresh_text() -> SecretString {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *bytes).expect("the operating system gives random bytes");
        STANDARD.encode(*bytes).into()
    }

    /// Names this key in what is made with it; no secret.
    #[must_use]
    pub fn id(&self) -> u8 {
        self.id
    }

    /// The tag over these parts, for one purpose. Callers see to it that parts cannot be cut differently.
    pub(crate) fn tag(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        mac(self.whole(purpose), parts)
    }

    /// The derived key of a purpose, for a cipher that takes it whole.
    pub(crate) fn whole(&self, purpose: Purpose) -> &[u8; 32] {
        self.purposes[purpose as usize].expose_secret()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Purpose {
    const ALL: [Self; 14] = [
        Self::Links,
        Self::Codes,
        Self::Forms,
        Self::Devices,
        Self::Strangers,
        Self::Digests,
        Self::Seal,
        Self::Pepper,
        Self::Addresses,
        Self::CodeWords,
        Self::Factors,
        Self::PasswordLinks,
        Self::Backups,
        Self::Anchors,
    ];

    /// Part of every derivation: changing one makes all that was derived with it void.
    fn label(self) -> &'static str {
        match self {
            Self::Links => "invitation links",
            Self::Codes => "secret codes",
            Self::Forms => "form tokens",
            Self::Devices => "device tokens",
            Self::Strangers => "strangers",
            Self::Digests => "digests",
            Self::Seal => "audit seal",
            Self::Pepper => "password pepper",
            Self::PasswordLinks => "password links",
            Self::CodeWords => "code words",
            Self::Addresses => "changes of address",
            Self::Factors => "second factors",
            Self::Backups => "backups",
            Self::Anchors => "anchors",
        }
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>();
    let digits = Zeroizing::new(digits.filter(|d| !d.is_empty() && d.len().is_multiple_of(2))?);
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

fn unbase64(text: &str) -> Option<Vec<u8>> {
    let alphabet = if text.contains(['-', '_']) { &alphabet::URL_SAFE } else { &alphabet::STANDARD };
    let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(alphabet, lenient).decode(text).ok().filter(|bytes| !bytes.is_empty())
}

/// The salt of HKDF's extraction step.
const SALT: &[u8] = b"practice-portal keyring 1";

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const BASE64: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    #[test]
    fn hex_and_every_sort_of_base64_are_read_alike() {
        let key = Key::parse(HEX).expect("hex");
        for text in [BASE64, BASE64.trim_end_matches('='), &format!(" {BASE64}\n"), &HEX.to_uppercase()] {
            let same = Key::parse(text).expect("a key");
            assert_eq!(key.tag(Purpose::Links, &[b"x"]), same.tag(Purpose::Links, &[b"x"]));
        }
        assert!(Key::parse("-_8BAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4").is_ok());
    }

    #[test]
    fn what_is_too_short_or_no_key_is_refused() {
        assert_eq!(Key::parse(&HEX[..62]).err(), Some(KeyError::TooShort));
        assert_eq!(Key::parse("AAECAwQ=").err(), Some(KeyError::TooShort));
        assert_eq!(Key::parse("").err(), Some(KeyError::Encoding));
        assert_eq!(Key::parse("correct horse battery staple").err(), Some(KeyError::Encoding));
        assert_eq!(Key::parse(&"07".repeat(32)).err(), Some(KeyError::Placeholder));
    }

    #[test]
    fn fresh_keys_are_keys_and_differ() {
        let (a, b) = (Key::fresh_text(), Key::fresh_text());
        assert_ne!(a.expose_secret(), b.expose_secret());
        assert!(Key::parse(a.expose_secret()).is_ok());
    }

    #[test]
    fn every_purpose_has_a_key_of_its_own() {
        let key = Key::parse(HEX).expect("hex");
        let tags: std::collections::HashSet<_> = Purpose::ALL.map(|p| key.tag(p, &[b"x"])).into();
        assert_eq!(tags.len(), Purpose::ALL.len());
        for (place, purpose) in Purpose::ALL.into_iter().enumerate() {
            assert_eq!(purpose as usize, place);
        }
    }

    #[test]
    fn a_key_hides_itself() {
        assert_eq!(format!("{:?}", Key::parse(HEX).expect("hex")), "Key(…)");
    }

    /// RFC 5869, A.1: what [`Key::from_bytes`] does in two steps, with the RFC's salt and label.
    #[test]
    fn derivation_is_that_of_rfc_5869() {
        let salt: Vec<u8> = (0..=0x0c).collect();
        let label: Vec<u8> = (0xf0..=0xf9).collect();
        let root = mac(&salt, &[&[0x0b; 22]]);
        assert_eq!(hex(&root), "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
        let first = mac(&root, &[&label, &[1]]);
        assert_eq!(hex(&first), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
    }

    /// RFC 4231, test case 2.
    #[test]
    fn tags_are_those_of_rfc_4231() {
        let tag = mac(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(hex(&tag), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|b| format!("{b:02x}")).collect()
    }
}

use std::fmt;
use std::hash::{Hash, Hasher};

use email_address::{EmailAddress, Options};

use crate::value::look;
use crate::value::text::composed;

/// One mailbox address, as typed and as compared.
///
/// Two addresses are the same when their normalised forms are: local part NFC and lower case, domain as lower-case A-labels
/// (RFC 5321, RFC 5891). Mail goes to the form as typed. `Debug` masks it, because logs must not hold addresses.
#[derive(Clone)]
pub struct Email {
    typed: String,
    normal: String,
}

/// Text that is not an address we can send to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing but spaces.
    #[error("enter an email address")]
    Empty,
    /// More than 254 octets, or a local part of more than 64 (RFC 5321 §4.5.3.1).
    #[error("an email address has at most 254 characters")]
    TooLong,
    /// Not one plain `name@example.com`.
    #[error("enter an email address in the correct format, like name@example.com")]
    Malformed,
    /// A local part outside ASCII, which many mail servers cannot deliver to.
    #[error("an email address with letters outside A to Z before the @ cannot be reached by our mail server")]
    NotAscii,
}

impl Email {
    /// Reads one address (`IN-01`); spaces around it are dropped.
    ///
    /// # Errors
    ///
    /// [`EmailError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = composed(text.trim());
        if text.is_empty() {
            return Err(EmailError::Empty);
        }
        if text.len() > 254 {
            return Err(EmailError::TooLong);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError::Malformed)?;
        if local.len() > 64 {
            return Err(EmailError::TooLong);
        }
        let plain = |c: char| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
        if local.is_empty() || !local.chars().all(plain) {
            return Err(EmailError::Malformed);
        }
        if !local.is_ascii() {
            return Err(EmailError::NotAscii);
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| EmailError::Malformed)?;
        // No domain ends in a number, but `127.0.0.1` does (RFC 3696 §2).
        if domain.rsplit('.').next().is_some_and(|top| top.bytes().all(|b| b.is_ascii_digit())) {
            return Err(EmailError::Malformed);
        }
        let typed = [local, "@", &domain].concat();
        let normal = typed.to_ascii_lowercase();
        let strict = Options::default().with_required_tld().without_domain_literal().without_display_text();
        if normal.len() > 254 {
            return Err(EmailError::TooLong);
        }
        if EmailAddress::parse_with_options(&normal, strict).is_err() {
            return Err(EmailError::Malformed);
        }
        Ok(Self { typed, normal })
    }

    /// The form that mail is sent to: the local part as typed, the domain as A-labels.
    #[must_use]
    pub fn as_typed(&self) -> &str {
        &self.typed
    }

    /// The form that is compared, sorted and searched.
    #[must_use]
    pub fn normal(&self) -> &str {
        &self.normal
    }

    /// Whether this is another address, and yet the two look alike to a hurried reader: `ann@smi1e.example` and `ann@smile.example`,
    /// or a Cyrillic letter in the domain.
    #[must_use]
    pub fn is_look_alike(&self, other: &Self) -> bool {
        self != other && self.look() == other.look()
    }

    /// What the address looks like, to be compared with others of its kind only. The domain is taken as people see it, not as
    /// A-labels.
    #[must_use]
    pub fn look(&self) -> String {
        let (local, domain) = self.normal.rsplit_once('@').unwrap_or_default();
        let (domain, _) = idna::domain_to_unicode(domain);
        format!("{}@{}", look(local), look(&domain))
    }

    /// The well-known domain of mail that the address's own domain looks like without being it: `gmail.com` of `ann@gmaiI.com`.
    #[must_use]
    pub fn resembles_a_known_domain(&self) -> Option<&'static str> {
        let (_, domain) = self.normal.rsplit_once('@').unwrap_or_default();
        if KNOWN_DOMAINS.contains(&domain) {
            return None;
        }
        let looks = look(&idna::domain_to_unicode(domain).0);
        KNOWN_DOMAINS.into_iter().find(|known| look(known) == looks)
    }

    /// The part before the `@`, normalised.
    #[must_use]
    pub fn local(&self) -> &str {
        self.normal.rsplit_once('@').map_or("", |(local, _)| local)
    }
}

/// Where most people have their mail.
const KNOWN_DOMAINS: [&str; 14] = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "msn.com",
    "yahoo.com",
    "icloud.com",
    "aol.com",
    "comcast.net",
    "verizon.net",
    "att.net",
    "proton.me",
    "protonmail.com",
];

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.normal == other.normal
    }
}

impl Eq for Email {}

impl Hash for Email {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normal.hash(state);
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.typed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_after_normalising() {
        let a = Email::parse(" A.Bee@Example.COM ").expect("plain");
        assert_eq!(a, Email::parse("a.bee@example.com").expect("plain"));
        assert_eq!(a.as_typed(), "A.Bee@example.com");
        let b = Email::parse("x@bücher.example").expect("international domain");
        assert_eq!(b.normal(), "x@xn--bcher-kva.example");
    }

    #[test]
    fn what_is_not_one_plain_address_is_refused() {
        for text in [
            "a@x.com\r\nBcc: b@x.com",
            "a@x.com, b@x.com",
            "\"a b\"@x.com",
            "a@[127.0.0.1]",
            "a",
            "@x.com",
            "a@",
            "a@x",
            "a b@x.com",
            "a..b@x.com",
            ".a@x.com",
            "Bob <a@x.com>",
            "a@x..com",
            "a@-x.com",
            "a\0@x.com",
            "a@127.0.0.1",
            "a@x.com.",
            "a@x.12",
            "a@xn--a.com",
            "a(comment)@x.com",
            "a\\@b@x.com",
            "a@x.com\0",
            "a@x_y.com",
            "a@пример.1",
        ] {
            assert_eq!(Email::parse(text), Err(EmailError::Malformed), "{text:?}");
        }
        assert_eq!(Email::parse("  "), Err(EmailError::Empty));
        assert_eq!(Email::parse("münch@x.com"), Err(EmailError::NotAscii));
        assert_eq!(Email::parse(&format!("{}@x.com", "a".repeat(65))), Err(EmailError::TooLong));
        assert_eq!(Email::parse(&format!("a@{}.com", "a".repeat(260))), Err(EmailError::TooLong));
    }

    #[test]
    fn debug_never_shows_the_address() {
        let email = Email::parse("secret.person@example.com").expect("plain");
        assert_eq!(format!("{email:?}"), "Email(…)");
    }
}

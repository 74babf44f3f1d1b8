//! Whether it was Twilio that called (`WH-05`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use practice_domain::port::Unsigned;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// What Twilio calls, and the token that it signs with. `Debug` hides the token.
#[derive(Debug, Clone)]
pub struct Webhook {
    token: SecretString,
    origin: String,
}

impl Webhook {
    /// Calls to this origin, like `https://portal.example.com`, signed with the account's token. The origin is the one that Twilio was
    /// told, whatever a proxy made of it on the way.
    #[must_use]
    pub fn new(token: SecretString, origin: &str) -> Self {
        Self { token, origin: origin.trim_end_matches('/').to_owned() }
    }

    /// Checks a call that brings a form: the path with its query, every field in it, and the header `X-Twilio-Signature`.
    ///
    /// # Errors
    ///
    /// [`Unsigned`], whatever is wrong.
    pub fn verify_form(&self, path: &str, form: &[(String, String)], signature: &str) -> Result<(), Unsigned> {
        let mut fields: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.sort_unstable();
        fields.dedup();
        let fields: String = fields.into_iter().flat_map(|(name, value)| [name, value]).collect();
        self.verify(path, &fields, signature)
    }

    /// Checks a call that brings anything else, like JSON: its digest stands in the query as `bodySHA256`, and the query is signed.
    ///
    /// # Errors
    ///
    /// [`Unsigned`], whatever is wrong.
    pub fn verify_body(&self, path: &str, body: &[u8], signature: &str) -> Result<(), Unsigned> {
        let url = Url::parse(&self.url(path)).map_err(|_| Unsigned)?;
        let (_, said) = url.query_pairs().find(|(name, _)| name == "bodySHA256").ok_or(Unsigned)?;
        let digest: String = Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect();
        if !bool::from(digest.as_bytes().ct_eq(said.as_bytes())) {
            return Err(Unsigned);
        }
        self.verify(path, "", signature)
    }

    /// Twilio signs the address with its port in some cases and without in others, so either may fit.
    fn verify(&self, path: &str, fields: &str, signature: &str) -> Result<(), Unsigned> {
        let signature = STANDARD.decode(signature).map_err(|_| Unsigned)?;
        let url = self.url(path);
        let fits = |url: &str| {
            let token = self.token.expose_secret().as_bytes();
            Hmac::<Sha1>::new_from_slice(token)
                .is_ok_and(|mac| mac.chain_update(url).chain_update(fields).verify_slice(&signature).is_ok())
        };
        let (plain, other) = (fits(&url), other_port(&url).is_some_and(|url| fits(&url)));
        if plain | other { Ok(()) } else { Err(Unsigned) }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

/// The same address without its port, or with the one that goes without saying.
fn other_port(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let usual = if scheme == "https" { 443 } else { 80 };
    let port = authority.rfind(':').filter(|at| !authority[*at..].contains(']'));
    Some(match port {
        Some(at) => format!("{scheme}://{}{path}", &authority[..at]),
        None => format!("{scheme}://{authority}:{usual}{path}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn published() -> (Webhook, Vec<(String, String)>) {
        let fields = [
            ("To", "+18005551212"),
            ("CallSid", "CA1234567890ABCDE"),
            ("From", "+14158675309"),
            ("Digits", "1234"),
            ("Caller", "+14158675309"),
        ];
        (Webhook::new(SecretString::from("12345"), "https://mycompany.com"), form(&fields))
    }

    /// WH-05: the example in Twilio's documentation.
    #[test]
    fn the_published_example_fits() {
        let (webhook, form) = published();
        assert_eq!(webhook.verify_form(PATH, &form, SIGNATURE), Ok(()));
    }

    /// WH-05
    #[test]
    fn nothing_of_a_call_can_be_changed() {
        let (webhook, form) = published();
        for other in ["http://mycompany.com", "https://mycompany.org", "https://mycompany.com.evil.example"] {
            let other = Webhook::new(SecretString::from("12345"), other);
            assert_eq!(other.verify_form(PATH, &form, SIGNATURE), Err(Unsigned));
        }
        let token = Webhook::new(SecretString::from("12346"), "https://mycompany.com");
        assert_eq!(token.verify_form(PATH, &form, SIGNATURE), Err(Unsigned));
        for path in ["/myapp.php?foo=1&bar=3", "/myapp.php", "/", "", "/myapp.php?foo=1&bar=2#x"] {
            assert_eq!(webhook.verify_form(path, &form, SIGNATURE), Err(Unsigned), "{path}");
        }
        for at in 0..form.len() {
            let mut changed = form.clone();
            changed[at].1.push('x');
            assert_eq!(webhook.verify_form(PATH, &changed, SIGNATURE), Err(Unsigned));
            changed.remove(at);
            assert_eq!(webhook.verify_form(PATH, &changed, SIGNATURE), Err(Unsigned));
        }
        let more = [form.clone(), vec![("Z".to_owned(), "z".to_owned())]].concat();
        assert_eq!(webhook.verify_form(PATH, &more, SIGNATURE), Err(Unsigned), "a field that Twilio did not send");
        for signature in ["", "=", "RSOYDt4T1cUTdK1PDd93", "rSOYDt4T1cUTdK1PDd93/VVr8B8=", "\u{e9}", " "] {
            assert_eq!(webhook.verify_form(PATH, &form, signature), Err(Unsigned), "{signature}");
        }
    }

    #[test]
    fn a_port_may_go_without_saying() {
        for (url, other) in [
            ("https://a.example/x?y=z:1", "https://a.example:443/x?y=z:1"),
            ("http://a.example", "http://a.example:80"),
            ("https://a.example:443/x", "https://a.example/x"),
            ("http://[::1]/x", "http://[::1]:80/x"),
            ("http://[::1]:8080/x", "http://[::1]/x"),
        ] {
            assert_eq!(other_port(url).as_deref(), Some(other));
        }
    }

    /// PV-01
    #[test]
    fn debug_hides_the_token() {
        assert!(!format!("{:?}", published().0).contains("12345"));
    }

    const PATH: &str = "/myapp.php?foo=1&bar=2";
    const SIGNATURE: &str = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
}

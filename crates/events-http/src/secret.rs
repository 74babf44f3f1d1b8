use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use sha2::Sha256;

/// A secret that one endpoint knows, too. `Debug` hides it.
#[derive(Debug, Clone)]
pub(crate) struct Secret(SecretSlice<u8>);

impl Secret {
    /// The secret that is written like this: `whsec_` and 24 to 64 bytes in base64. None when it is not.
    pub(crate) fn parse(text: &SecretString) -> Option<Self> {
        let encoded = text.expose_secret().strip_prefix("whsec_")?;
        let bytes = Zeroizing::new(STANDARD.decode(encoded).ok()?);
        (24..=64).contains(&bytes.len()).then(|| Self(bytes.to_vec().into()))
    }

    /// What proves to whoever knows the secret that this body with this id was sent by us in this second.
    pub(crate) fn sign(&self, id: &str, seconds: i64, body: &str) -> String {
        // An HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.expose_secret()) else { return String::new() };
        mac.update(format!("{id}.{seconds}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Option<Secret> {
        Secret::parse(&SecretString::from(text))
    }

    /// The example of the specification's own libraries.
    #[test]
    fn the_known_example_is_signed_as_everybody_signs_it() {
        let secret = secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("one");
        let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert!(!format!("{secret:?}").contains("77"), "PV-01");
    }

    /// Section 13: a secret that anybody could guess is none.
    #[test]
    fn what_is_no_secret_is_refused() {
        let of = |bytes: usize| format!("whsec_{}", STANDARD.encode(vec![7; bytes]));
        for text in ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!!!!", "whsec_MfKQ9r8GKYqr"] {
            assert!(secret(text).is_none(), "{text}");
        }
        assert!(secret(&of(23)).is_none() && secret(&of(65)).is_none());
        assert!(secret(&of(24)).is_some() && secret(&of(64)).is_some());
    }
}

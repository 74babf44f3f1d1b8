use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer, SigningKey};

use crate::key::{Key, Purpose};
use crate::ring::Keyring;

/// Texts that are signed so that anybody can check them who has the public key: JWS (RFC 7515) with Ed25519 (RFC 8037).
impl Keyring {
    /// Signs a text with the key of today. What comes back is one line, in JWS's compact form, that holds the text.
    #[must_use]
    pub fn sign_anchor(&self, text: &str) -> String {
        let key = self.current();
        let header = format!(r#"{{"alg":"EdDSA","kid":"{:02x}"}}"#, key.id());
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(text));
        let signature = signing_key(key).sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    /// The text of a line that [`Self::sign_anchor`] made with a key of this ring; none for anything else.
    #[must_use]
    pub fn read_anchor(&self, line: &str) -> Option<String> {
        let (signed, signature) = line.rsplit_once('.')?;
        let text = signed.split_once('.')?.1;
        let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
        let ours = |key: &Key| signing_key(key).verifying_key().verify_strict(signed.as_bytes(), &signature).is_ok();
        self.keys().iter().any(ours).then(|| String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok())?
    }

    /// The public keys that check what this ring signed, the newest first: a JWK set (RFC 7517) for whoever keeps such lines and must
    /// not have the keys themselves.
    #[must_use]
    pub fn anchor_keys(&self) -> String {
        let key = |key: &Key| {
            let point = URL_SAFE_NO_PAD.encode(signing_key(key).verifying_key().as_bytes());
            format!(
                r#"{{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig","kid":"{:02x}","x":"{point}"}}"#,
                key.id()
            )
        };
        format!(r#"{{"keys":[{}]}}"#, self.keys().iter().map(key).collect::<Vec<_>>().join(","))
    }
}

fn signing_key(key: &Key) -> SigningKey {
    SigningKey::from_bytes(key.whole(Purpose::Anchors))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Key {
        let mut bytes = [byte; 32];
        bytes[0] = 1;
        Key::from_bytes(&bytes).expect("a key")
    }

    fn ring(current: u8, older: &[u8]) -> Keyring {
        Keyring::new(key(current), older.iter().map(|byte| key(*byte)).collect()).expect("a ring")
    }

    #[test]
    fn what_was_signed_is_read_with_every_key_of_the_ring_and_with_no_other() {
        let line = ring(7, &[]).sign_anchor(r#"{"heads":[]}"#);
        assert_eq!(line.split('.').count(), 3);
        for reader in [ring(7, &[]), ring(9, &[8, 7])] {
            assert_eq!(reader.read_anchor(&line).as_deref(), Some(r#"{"heads":[]}"#));
        }
        assert_eq!(ring(9, &[8]).read_anchor(&line), None);
    }

    #[test]
    fn no_changed_character_goes_unseen() {
        let ring = ring(7, &[]);
        let line = ring.sign_anchor("every 5 minutes");
        for at in 0..line.len() {
            let mut changed = line.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(ring.read_anchor(&String::from_utf8(changed).expect("text")), None, "at {at}");
        }
        for odd in ["", ".", "..", "a.b.c", &line[1..], &format!("{line}.")] {
            assert_eq!(ring.read_anchor(odd), None, "{odd}");
        }
    }

    #[test]
    fn public_keys_are_told_and_nothing_else() {
        let keys = ring(9, &[7]).anchor_keys();
        assert_eq!(keys.matches(r#""kty":"OKP""#).count(), 2);
        assert!(!keys.contains(&URL_SAFE_NO_PAD.encode(key(9).whole(Purpose::Anchors))));
    }
}

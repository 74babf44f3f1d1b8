//! Codes of authenticator apps (RFC 6238 over RFC 4226: HMAC-SHA-1, six digits), and the seal over their secrets (`OT-08`).

use chacha20poly1305::aead::{Aead, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use practice_domain::port::SealedSecret;
use practice_domain::value::AccountId;
use secrecy::zeroize::Zeroizing;
use sha1::Sha1;

use crate::key::{Key, Purpose};

/// Key id, nonce, and what XChaCha20-Poly1305 makes of the secret; bound to the account.
pub(crate) fn seal(key: &Key, account: AccountId, secret: &[u8; 20], nonce: &[u8; 32]) -> SealedSecret {
    let nonce = &nonce[..NONCE];
    let payload = Payload { msg: secret, aad: account.0.as_bytes() };
    let sealed = cipher(key).encrypt(&nonce_of(nonce), payload).expect("twenty bytes are not too long");
    SealedSecret([&[key.id()], nonce, &sealed[..]].concat())
}

/// The secret, when it was sealed with this key for this account.
pub(crate) fn open(key: &Key, account: AccountId, sealed: &SealedSecret) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = sealed.0.get(1..)?.split_at_checked(NONCE)?;
    let payload = Payload { msg: sealed, aad: account.0.as_bytes() };
    cipher(key).decrypt(&nonce_of(nonce), payload).ok().map(Zeroizing::new)
}

/// The code that an app with this secret shows at this step.
pub(crate) fn code(secret: &[u8], step: u64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(&step.to_be_bytes());
    let tag = mac.finalize().into_bytes();
    let at = usize::from(tag[tag.len() - 1] & 0xf);
    let number = u32::from_be_bytes([tag[at] & 0x7f, tag[at + 1], tag[at + 2], tag[at + 3]]);
    format!("{:06}", number % 1_000_000)
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.whole(Purpose::Factors).into())
}

fn nonce_of(bytes: &[u8]) -> XNonce {
    let mut nonce = XNonce::default();
    nonce.copy_from_slice(bytes);
    nonce
}

const NONCE: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;

    /// OT-08: RFC 6238, appendix B, the rows of SHA-1, the last six of their eight digits.
    #[test]
    fn codes_are_those_of_rfc_6238() {
        let secret = b"12345678901234567890";
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000_u64, "353130"),
        ] {
            assert_eq!(code(secret, seconds / 30), expected, "{seconds}");
        }
    }
}

use std::fmt;

use crate::lockout::Subject;
use crate::value::{
    AccountId, DeviceId, Digest, Email, InvitationId, PasswordLinkId, PracticeId, RegistrationId, SealedWord, Word,
};

/// Everything that is derived from the server's keys. Links and codes are computed when they are sent and again when they come
/// back, so neither a table nor the outbox ever holds one that works.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Keys: Send + Sync {
    /// The text that goes into an invitation's link: id, generation and a tag, 43 characters or more of base64url.
    fn invitation_link(&self, invitation: InvitationId, generation: u32) -> LinkToken;

    /// Which invitation and generation a link was made for; none when it is not one of ours. Compares in constant time.
    fn read_invitation_link(&self, text: &str) -> Option<(InvitationId, u32)>;

    /// The six digits of a registration's code; uniform, leading zeros kept.
    fn secret_code(&self, registration: RegistrationId, serial: u32) -> String;

    /// Whether these are the digits of that code. Compares in constant time.
    fn is_secret_code(&self, registration: RegistrationId, serial: u32, given: &str) -> bool;

    /// The text that goes into a link to a password, like an invitation's (`EMP-2`, `EMP-4`). Neither serves as the other.
    fn password_link(&self, link: PasswordLinkId, generation: u32) -> LinkToken;

    /// Which link to a password and which generation a text was made for; none when it is not one of ours. Compares in constant
    /// time.
    fn read_password_link(&self, text: &str) -> Option<(PasswordLinkId, u32)>;

    /// A code word that is easy to say aloud: three words of a long list, chosen by this chance (`CODE-1`).
    fn new_code_word(&self, chance: &[u8; 32]) -> Word;

    /// Encrypts the code word of a practice, of this serial, with a nonce made of this chance. The chance must be fresh.
    fn seal_code_word(&self, practice: PracticeId, serial: u32, word: &Word, chance: &[u8; 32]) -> SealedWord;

    /// Decrypts a code word; none when it was not sealed by us for this practice and this serial.
    fn open_code_word(&self, practice: PracticeId, serial: u32, sealed: &SealedWord) -> Option<Word>;

    /// Digest of a cookie, an API key or anything else that is kept only as a digest.
    fn digest(&self, secret: &[u8]) -> Digest;

    /// The text that proves that a form was rendered for the holder of this cookie (a CSRF token).
    fn form_token(&self, cookie: &Digest) -> String;

    /// Whether a form's token belongs to this cookie. Compares in constant time.
    fn is_form_token(&self, cookie: &Digest, given: &str) -> bool;

    /// The text that a browser keeps to be known again by one account (`LOCK-4`).
    fn device_token(&self, account: AccountId, device: DeviceId) -> DeviceToken;

    /// The device that a text names, when it was made for this account. Compares in constant time.
    fn read_device_token(&self, account: AccountId, text: &str) -> Option<DeviceId>;

    /// Whose failures are counted for an address that has no account (`LOCK-3`).
    fn stranger(&self, email: &Email) -> Subject;

    /// Seals the secret that an account shares with an authenticator app, so that what is stored is of no use without the keys
    /// (`OT-08`). `nonce` is chance that is used for nothing else.
    fn seal_totp(&self, account: AccountId, secret: &[u8; 20], nonce: &[u8; 32]) -> SealedSecret;

    /// Whether this is the code of six digits that the app shows at this step (RFC 6238). Compares in constant time; false also when
    /// the secret was sealed for another account, or with a key that is gone.
    fn is_totp(&self, account: AccountId, secret: &SealedSecret, step: u64, given: &str) -> bool;

    /// The text of the link that confirms a new address: account, serial and a tag.
    fn email_change_link(&self, account: AccountId, serial: u32) -> LinkToken;

    /// Which request a link confirms; none when it is not one of ours. Compares in constant time.
    fn read_email_change_link(&self, text: &str) -> Option<(AccountId, u32)>;
}

/// Binds audit entries to each other, so that a change or a gap shows.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Seal: Send + Sync {
    /// The seal over an entry: its number, the seal before it, and its text.
    fn seal(&self, number: u64, before: &Digest, text: &str) -> Digest;
}

/// A link's secret part. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken(pub String);

/// A secret that only the server's keys open. It may be stored; `Debug` hides it all the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SealedSecret(pub Vec<u8>);

/// What a browser keeps to be known again. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceToken(pub String);

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(…)")
    }
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedSecret(…)")
    }
}

impl fmt::Debug for DeviceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceToken(…)")
    }
}

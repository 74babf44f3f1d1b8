use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use practice_domain::lockout::Subject;
use practice_domain::port::{DeviceToken, Keys, LinkToken, Seal, SealedSecret};
use practice_domain::value::{
    AccountId, DeviceId, Digest, Email, InvitationId, PasswordLinkId, PracticeId, RegistrationId, SealedWord, Word,
};
use secrecy::zeroize::Zeroizing;
use subtle::{Choice, ConstantTimeEq};
use uuid::{Builder, Uuid};

use crate::key::{Key, KeyError, Purpose};
use crate::{totp, word};

/// The server's keys: one that makes, and older ones that are still read. `Debug` shows their ids only.
pub struct Keyring {
    /// The first makes; the last digests and seals.
    keys: Vec<Key>,
    /// Goes into links and codes; nothing before the first restore.
    epoch: Vec<u8>,
}

impl Keyring {
    /// A ring of the key of today and those of the past, the newest first.
    ///
    /// # Errors
    ///
    /// [`KeyError::SameId`] when two of them cannot be told apart.
    pub fn new(current: Key, older: Vec<Key>) -> Result<Self, KeyError> {
        let mut keys = vec![current];
        keys.extend(older);
        let alike = |(at, key): (usize, &Key)| keys[..at].iter().any(|other| other.id() == key.id());
        if keys.iter().enumerate().any(alike) { Err(KeyError::SameId) } else { Ok(Self { keys, epoch: Vec::new() }) }
    }

    /// Reads a ring from text: one key on each line, the key of today first. Empty lines, and those that begin with `#`, say
    /// nothing.
    ///
    /// # Errors
    ///
    /// [`KeyError`] says what is wrong with a key, or that there is none.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let mut keys = lines.map(Key::parse).collect::<Result<Vec<_>, _>>()?.into_iter();
        Self::new(keys.next().ok_or(KeyError::None)?, keys.collect())
    }

    /// The same keys in an epoch of the store: links and secret codes that were made in another one open nothing (`BK-02`).
    #[must_use]
    pub fn in_epoch(self, epoch: Option<Uuid>) -> Self {
        Self { epoch: epoch.map_or_else(Vec::new, |epoch| epoch.as_bytes().to_vec()), ..self }
    }

    /// The id of the key that makes.
    #[must_use]
    pub fn current_id(&self) -> u8 {
        self.current().id()
    }

    /// A password keyed with the pepper of the key that goes by this id; none when there is no such key.
    pub(crate) fn pepper(&self, id: u8, password: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
        self.with_id(id).map(|key| Zeroizing::new(key.tag(Purpose::Pepper, &[password])))
    }

    pub(crate) fn current(&self) -> &Key {
        &self.keys[0]
    }

    pub(crate) fn keys(&self) -> &[Key] {
        &self.keys
    }

    fn oldest(&self) -> &Key {
        self.keys.last().unwrap_or(self.current())
    }

    pub(crate) fn with_id(&self, id: u8) -> Option<&Key> {
        self.keys.iter().find(|key| key.id() == id)
    }

    fn link(&self, purpose: Purpose, id: Uuid, generation: u32) -> LinkToken {
        let payload = [id.as_bytes(), &generation.to_be_bytes()[..]].concat();
        LinkToken(self.sign(purpose, &payload, &self.epoch))
    }

    fn read_link(&self, purpose: Purpose, text: &str) -> Option<(Uuid, u32)> {
        let payload: [u8; 20] = self.read(purpose, text, &self.epoch)?;
        let (id, generation) = payload.split_at(16);
        Some((Uuid::from_slice(id).ok()?, u32::from_be_bytes(generation.try_into().ok()?)))
    }

    /// Key id, payload and a tag over both and the context, in base64url.
    fn sign(&self, purpose: Purpose, payload: &[u8], context: &[u8]) -> String {
        let key = self.current();
        let tag = key.tag(purpose, &[&[key.id()], payload, context]);
        URL_SAFE_NO_PAD.encode([&[key.id()], payload, &tag[..]].concat())
    }

    /// The payload of what [`Self::sign`] made; none for anything else.
    fn read<const N: usize>(&self, purpose: Purpose, text: &str, context: &[u8]) -> Option<[u8; N]> {
        let bytes = decode(text, 1 + N + 32)?;
        let (head, tag) = bytes.split_at(1 + N);
        let expected = self.with_id(head[0])?.tag(purpose, &[head, context]);
        if bool::from(expected.ct_eq(tag)) { head[1..].try_into().ok() } else { None }
    }
}

impl Keys for Keyring {
    fn invitation_link(&self, invitation: InvitationId, generation: u32) -> LinkToken {
        self.link(Purpose::Links, invitation.0, generation)
    }

    fn read_invitation_link(&self, text: &str) -> Option<(InvitationId, u32)> {
        self.read_link(Purpose::Links, text).map(|(id, generation)| (InvitationId(id), generation))
    }

    fn secret_code(&self, registration: RegistrationId, serial: u32) -> String {
        code(self.current(), &self.epoch, registration, serial)
    }

    /// The older keys count too, so that a change of keys does not cost anybody the code that is on its way.
    fn is_secret_code(&self, registration: RegistrationId, serial: u32, given: &str) -> bool {
        let right = |key| code(key, &self.epoch, registration, serial).as_bytes().ct_eq(given.as_bytes());
        self.keys.iter().map(right).fold(Choice::from(0), |any, one| any | one).into()
    }

    fn password_link(&self, link: PasswordLinkId, generation: u32) -> LinkToken {
        self.link(Purpose::PasswordLinks, link.0, generation)
    }

    fn read_password_link(&self, text: &str) -> Option<(PasswordLinkId, u32)> {
        self.read_link(Purpose::PasswordLinks, text).map(|(id, generation)| (PasswordLinkId(id), generation))
    }

    fn new_code_word(&self, chance: &[u8; 32]) -> Word {
        word::draw(chance)
    }

    fn seal_code_word(&self, practice: PracticeId, serial: u32, word: &Word, chance: &[u8; 32]) -> SealedWord {
        word::seal(self.current(), practice, serial, word, chance)
    }

    fn open_code_word(&self, practice: PracticeId, serial: u32, sealed: &SealedWord) -> Option<Word> {
        word::open(self.with_id(*sealed.0.first()?)?, practice, serial, sealed)
    }

    /// With the oldest key: what is looked up by its digest must be found again.
    fn digest(&self, secret: &[u8]) -> Digest {
        self.oldest().tag(Purpose::Digests, &[secret])
    }

    fn form_token(&self, cookie: &Digest) -> String {
        self.sign(Purpose::Forms, &[], cookie)
    }

    fn is_form_token(&self, cookie: &Digest, given: &str) -> bool {
        self.read::<0>(Purpose::Forms, given, cookie).is_some()
    }

    fn device_token(&self, account: AccountId, device: DeviceId) -> DeviceToken {
        DeviceToken(self.sign(Purpose::Devices, device.0.as_bytes(), account.0.as_bytes()))
    }

    fn read_device_token(&self, account: AccountId, text: &str) -> Option<DeviceId> {
        let device: [u8; 16] = self.read(Purpose::Devices, text, account.0.as_bytes())?;
        Some(DeviceId(Uuid::from_bytes(device)))
    }

    fn stranger(&self, email: &Email) -> Subject {
        let tag = self.current().tag(Purpose::Strangers, &[email.normal().as_bytes()]);
        Subject(Builder::from_custom_bytes(first(&tag)).into_uuid())
    }

    fn seal_totp(&self, account: AccountId, secret: &[u8; 20], nonce: &[u8; 32]) -> SealedSecret {
        totp::seal(self.current(), account, secret, nonce)
    }

    fn is_totp(&self, account: AccountId, secret: &SealedSecret, step: u64, given: &str) -> bool {
        let key = secret.0.first().and_then(|id| self.with_id(*id));
        key.and_then(|key| totp::open(key, account, secret)).is_some_and(|secret| {
            let code = totp::code(&secret, step);
            bool::from(code.as_bytes().ct_eq(given.as_bytes()))
        })
    }

    fn email_change_link(&self, account: AccountId, serial: u32) -> LinkToken {
        let payload = [account.0.as_bytes(), &serial.to_be_bytes()[..]].concat();
        LinkToken(self.sign(Purpose::Addresses, &payload, &self.epoch))
    }

    fn read_email_change_link(&self, text: &str) -> Option<(AccountId, u32)> {
        let payload: [u8; 20] = self.read(Purpose::Addresses, text, &self.epoch)?;
        let (id, serial) = payload.split_at(16);
        Some((AccountId(Uuid::from_slice(id).ok()?), u32::from_be_bytes(serial.try_into().ok()?)))
    }
}

impl Seal for Keyring {
    /// With the oldest key: what was sealed once cannot be sealed again.
    fn seal(&self, number: u64, before: &Digest, text: &str) -> Digest {
        self.oldest().tag(Purpose::Seal, &[&number.to_be_bytes(), before, text.as_bytes()])
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.keys.iter().map(Key::id).collect();
        f.debug_struct("Keyring").field("ids", &ids).finish_non_exhaustive()
    }
}

/// Six digits, each text as likely as any other: numbers beyond the last full million are drawn again.
fn code(key: &Key, epoch: &[u8], registration: RegistrationId, serial: u32) -> String {
    let draws = (0_u32..).flat_map(|round| {
        let parts: [&[u8]; 4] = [registration.0.as_bytes(), &serial.to_be_bytes(), &round.to_be_bytes(), epoch];
        let tag = key.tag(Purpose::Codes, &parts);
        tag.chunks_exact(4).map(|four| u32::from_be_bytes(first(four))).collect::<Vec<_>>()
    });
    let fair = u32::MAX - u32::MAX % CODES;
    let number = draws.into_iter().find(|draw| *draw < fair).unwrap_or_default();
    format!("{:06}", number % CODES)
}

/// The bytes of a base64url text, when there are exactly so many and it is written in the one right way.
fn decode(text: &str, length: usize) -> Option<Vec<u8>> {
    if text.len() != (length * 4).div_ceil(3) {
        return None;
    }
    URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() == length)
}

fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[..N]);
    out
}

const CODES: u32 = 1_000_000;

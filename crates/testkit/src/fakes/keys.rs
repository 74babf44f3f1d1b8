use practice_domain::lockout::Subject;
use practice_domain::port::{DeviceToken, Keys, LinkToken, Seal, SealedSecret};
use practice_domain::value::{
    AccountId, DeviceId, Digest, Email, InvitationId, PasswordLinkId, PracticeId, RegistrationId, SealedWord, Word,
};
use uuid::Uuid;

/// Derivations that are quick, repeatable and no secret at all.
#[derive(Debug, Default, Clone, Copy)]
pub struct FakeKeys;

/// A seal that anybody can make: good enough to see that the right things are sealed.
#[derive(Debug, Default, Clone, Copy)]
pub struct FakeSeal;

impl Keys for FakeKeys {
    fn invitation_link(&self, invitation: InvitationId, generation: u32) -> LinkToken {
        let tag = hash(&[b"invitation", invitation.0.as_bytes(), &generation.to_be_bytes()]);
        LinkToken(format!("{}-{generation}-{tag:016x}", invitation.0.simple()))
    }

    fn read_invitation_link(&self, text: &str) -> Option<(InvitationId, u32)> {
        let mut parts = text.split('-');
        let invitation = InvitationId(Uuid::try_parse(parts.next()?).ok()?);
        let generation = parts.next()?.parse().ok()?;
        (self.invitation_link(invitation, generation).0 == text).then_some((invitation, generation))
    }

    fn secret_code(&self, registration: RegistrationId, serial: u32) -> String {
        format!("{:06}", hash(&[b"code", registration.0.as_bytes(), &serial.to_be_bytes()]) % 1_000_000)
    }

    fn is_secret_code(&self, registration: RegistrationId, serial: u32, given: &str) -> bool {
        self.secret_code(registration, serial) == given
    }

    fn password_link(&self, link: PasswordLinkId, generation: u32) -> LinkToken {
        let tag = hash(&[b"password", link.0.as_bytes(), &generation.to_be_bytes()]);
        LinkToken(format!("{}-{generation}-{tag:016x}", link.0.simple()))
    }

    fn read_password_link(&self, text: &str) -> Option<(PasswordLinkId, u32)> {
        let mut parts = text.split('-');
        let link = PasswordLinkId(Uuid::try_parse(parts.next()?).ok()?);
        let generation = parts.next()?.parse().ok()?;
        (self.password_link(link, generation).0 == text).then_some((link, generation))
    }

    fn new_code_word(&self, chance: &[u8; 32]) -> Word {
        let word = format!("otter-quartz-{:08x}", hash(&[b"word", chance]) & 0xffff_ffff);
        Word::parse(&word).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The text, its bytes turned about: nobody who looks for the word finds it.
    fn seal_code_word(&self, practice: PracticeId, serial: u32, word: &Word, _chance: &[u8; 32]) -> SealedWord {
        let tag = hash(&[b"sealed", practice.0.as_bytes(), &serial.to_be_bytes()]).to_be_bytes();
        SealedWord(tag.into_iter().chain(word.expose().bytes().map(|byte| !byte)).collect())
    }

    fn open_code_word(&self, practice: PracticeId, serial: u32, sealed: &SealedWord) -> Option<Word> {
        let text: Vec<u8> = sealed.0.get(8..)?.iter().map(|byte| !byte).collect();
        let word = Word::parse(std::str::from_utf8(&text).ok()?).ok()?;
        (self.seal_code_word(practice, serial, &word, &[0; 32]) == *sealed).then_some(word)
    }

    fn digest(&self, secret: &[u8]) -> Digest {
        digest(&[b"digest", secret])
    }

    fn form_token(&self, cookie: &Digest) -> String {
        format!("{:016x}", hash(&[b"form", cookie]))
    }

    fn is_form_token(&self, cookie: &Digest, given: &str) -> bool {
        self.form_token(cookie) == given
    }

    fn device_token(&self, account: AccountId, device: DeviceId) -> DeviceToken {
        let tag = hash(&[b"device", account.0.as_bytes(), device.0.as_bytes()]);
        DeviceToken(format!("{}-{tag:016x}", device.0.simple()))
    }

    fn read_device_token(&self, account: AccountId, text: &str) -> Option<DeviceId> {
        let device = DeviceId(Uuid::try_parse(text.split('-').next()?).ok()?);
        (self.device_token(account, device).0 == text).then_some(device)
    }

    fn stranger(&self, email: &Email) -> Subject {
        let normal = email.normal().as_bytes();
        Subject(Uuid::from_u64_pair(hash(&[b"stranger", normal]), hash(&[b"stranger's", normal])))
    }

    /// The secret as it is, after its account.
    fn seal_totp(&self, account: AccountId, secret: &[u8; 20], _nonce: &[u8; 32]) -> SealedSecret {
        SealedSecret([account.0.as_bytes(), &secret[..]].concat())
    }

    fn is_totp(&self, account: AccountId, secret: &SealedSecret, step: u64, given: &str) -> bool {
        secret.0.strip_prefix(account.0.as_bytes()).is_some_and(|secret| Self::totp(secret, step) == given)
    }

    fn email_change_link(&self, account: AccountId, serial: u32) -> LinkToken {
        let tag = hash(&[b"email", account.0.as_bytes(), &serial.to_be_bytes()]);
        LinkToken(format!("{}-{serial}-{tag:016x}", account.0.simple()))
    }

    fn read_email_change_link(&self, text: &str) -> Option<(AccountId, u32)> {
        let mut parts = text.split('-');
        let account = AccountId(Uuid::try_parse(parts.next()?).ok()?);
        let serial = parts.next()?.parse().ok()?;
        (self.email_change_link(account, serial).0 == text).then_some((account, serial))
    }
}

impl FakeKeys {
    /// The code that an app with this secret shows at this step.
    #[must_use]
    pub fn totp(secret: &[u8], step: u64) -> String {
        format!("{:06}", hash(&[b"totp", secret, &step.to_be_bytes()]) % 1_000_000)
    }
}

impl Seal for FakeSeal {
    fn seal(&self, number: u64, before: &Digest, text: &str) -> Digest {
        digest(&[&number.to_be_bytes(), before, text.as_bytes()])
    }
}

fn digest(parts: &[&[u8]]) -> Digest {
    let of_all = hash(parts);
    let mut digest = [0; 32];
    for (salt, chunk) in (0_u64..).zip(digest.chunks_exact_mut(8)) {
        chunk.copy_from_slice(&(of_all ^ salt).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    }
    digest
}

/// FNV-1a over the parts, each with its length.
fn hash(parts: &[&[u8]]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    parts.iter().fold(0xcbf2_9ce4_8422_2325, |hash, part| {
        part.iter().fold(part.len().to_be_bytes().iter().fold(hash, step), step)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_is_read_again_and_nothing_else() {
        let (invitation, account, device) =
            (InvitationId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)), DeviceId(Uuid::from_u128(3)));
        let link = FakeKeys.invitation_link(invitation, 4).0;
        assert!(link.len() >= 43);
        assert_eq!(FakeKeys.read_invitation_link(&link), Some((invitation, 4)));
        assert_eq!(FakeKeys.read_invitation_link(&link.replace("-4-", "-5-")), None);
        let token = FakeKeys.device_token(account, device).0;
        assert_eq!(FakeKeys.read_device_token(account, &token), Some(device));
        assert_eq!(FakeKeys.read_device_token(AccountId(Uuid::from_u128(9)), &token), None);
        let to_password = FakeKeys.password_link(PasswordLinkId(invitation.0), 4).0;
        assert_eq!(FakeKeys.read_password_link(&to_password), Some((PasswordLinkId(invitation.0), 4)));
        assert_eq!(FakeKeys.read_password_link(&link), None);
        let (practice, word) = (PracticeId(Uuid::from_u128(6)), FakeKeys.new_code_word(&[7; 32]));
        let sealed = FakeKeys.seal_code_word(practice, 1, &word, &[8; 32]);
        let opened = FakeKeys.open_code_word(practice, 1, &sealed);
        assert_eq!(opened.map(|word| word.expose().to_owned()), Some(word.expose().to_owned()));
        assert!(FakeKeys.open_code_word(practice, 2, &sealed).is_none());
        assert_eq!(FakeKeys.secret_code(RegistrationId(Uuid::from_u128(5)), 1).len(), 6);
        assert_ne!(FakeKeys.digest(b"a"), FakeKeys.digest(b"b"));
        assert_ne!(FakeSeal.seal(1, &[0; 32], "a"), FakeSeal.seal(2, &[0; 32], "a"));
    }
}

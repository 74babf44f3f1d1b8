//! Links to a password, and code words under lock and key.

use practice_domain::port::Keys;
use practice_domain::value::{InvitationId, PasswordLinkId, PracticeId, SealedWord, Word};
use practice_keyring::{Key, Keyring};
use uuid::Uuid;

/// TK-05, EMP-2: one kind of link is never read as the other, although both hold the same id.
#[test]
fn a_link_to_a_password_is_no_invitation() {
    let (ring, id) = (ring(1), Uuid::from_u128(5));
    let (to_password, invitation) =
        (ring.password_link(PasswordLinkId(id), 3).0, ring.invitation_link(InvitationId(id), 3).0);
    assert_eq!(ring.read_password_link(&to_password), Some((PasswordLinkId(id), 3)));
    assert_eq!(ring.read_password_link(&invitation), None);
    assert_eq!(ring.read_invitation_link(&to_password), None);
    assert_eq!(ring.read_password_link(&format!("{to_password}A")), None);
    assert_ne!(to_password, ring.password_link(PasswordLinkId(id), 4).0);
}

/// CODE-1, CW-02: what is kept of a word opens for its practice and serial only.
#[test]
fn a_sealed_word_opens_for_its_own_practice_and_serial_only() {
    let (ring, word) = (ring(1), ring(1).new_code_word(&[3; 32]));
    let sealed = ring.seal_code_word(practice(1), 7, &word, &[9; 32]);
    assert_eq!(opened(&ring, practice(1), 7, &sealed).as_deref(), Some(word.expose()));
    assert_eq!(opened(&ring, practice(2), 7, &sealed), None);
    assert_eq!(opened(&ring, practice(1), 8, &sealed), None);
}

/// CODE-1: a change of any bit, and any cut, is noticed.
#[test]
fn a_sealed_word_that_was_changed_opens_for_nobody() {
    let ring = ring(1);
    let sealed = ring.seal_code_word(practice(1), 1, &ring.new_code_word(&[3; 32]), &[9; 32]);
    for bit in 0..sealed.0.len() * 8 {
        let mut changed = sealed.clone();
        changed.0[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(opened(&ring, practice(1), 1, &changed), None, "bit {bit}");
    }
    for length in 0..sealed.0.len() {
        assert_eq!(opened(&ring, practice(1), 1, &SealedWord(sealed.0[..length].to_vec())), None, "{length} bytes");
    }
}

/// CODE-1, CODE-2: the text itself is not in what is kept, and the same word looks different each time.
#[test]
fn a_sealed_word_gives_nothing_away() {
    let (ring, word) = (ring(1), Word::parse("otter-quartz-lamp").expect("a word"));
    let (one, two) =
        (ring.seal_code_word(practice(1), 1, &word, &[1; 32]), ring.seal_code_word(practice(1), 1, &word, &[2; 32]));
    for part in ["otter", "quartz", "lamp"] {
        assert!(!one.0.windows(part.len()).any(|bytes| bytes == part.as_bytes()));
    }
    assert_ne!(one, two);
}

/// CODE-1: after a change of keys, what the former key sealed still opens; a stranger's key opens nothing.
#[test]
fn words_survive_a_change_of_keys() {
    let word = ring(1).new_code_word(&[3; 32]);
    let sealed = ring(1).seal_code_word(practice(1), 1, &word, &[9; 32]);
    let both = Keyring::new(key(2), vec![key(1)]).expect("two keys");
    assert_eq!(opened(&both, practice(1), 1, &sealed).as_deref(), Some(word.expose()));
    assert_eq!(opened(&ring(2), practice(1), 1, &sealed), None);
}

fn opened(ring: &Keyring, practice: PracticeId, serial: u32, sealed: &SealedWord) -> Option<String> {
    ring.open_code_word(practice, serial, sealed).map(|word| word.expose().to_owned())
}

fn practice(n: u128) -> PracticeId {
    PracticeId(Uuid::from_u128(n))
}

fn key(n: u8) -> Key {
    let bytes: Vec<u8> = (0..32).map(|at| at ^ n).collect();
    Key::from_bytes(&bytes).expect("a key")
}

fn ring(n: u8) -> Keyring {
    Keyring::new(key(n), Vec::new()).expect("one key")
}

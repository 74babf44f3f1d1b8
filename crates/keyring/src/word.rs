//! Code words: three words of a long list, kept encrypted with XChaCha20-Poly1305 (`CODE-1`).

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use practice_domain::value::{PracticeId, SealedWord, Word};
use secrecy::zeroize::Zeroizing;

use crate::key::{Key, Purpose};

/// Three words, each as likely as any other: the chance has so many more bits that no remainder shows.
pub(crate) fn draw(chance: &[u8; 32]) -> Word {
    let words: Vec<&str> = LIST.lines().collect();
    let number = |bytes: &[u8]| bytes.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    let mut number = number(&chance[..16]);
    let mut parts = Vec::new();
    for _ in 0..PARTS {
        let count = words.len() as u128;
        parts.push(words[usize::try_from(number % count).unwrap_or_default()]);
        number /= count;
    }
    Word::parse(&parts.join("-")).expect("three words of the list are a code word")
}

/// Key id, nonce and the encrypted word, bound to its practice and serial.
pub(crate) fn seal(key: &Key, practice: PracticeId, serial: u32, word: &Word, chance: &[u8; 32]) -> SealedWord {
    let nonce = &chance[..NONCE];
    let aad = context(key.id(), practice, serial);
    let payload = Payload { msg: word.expose().as_bytes(), aad: &aad };
    let sealed = cipher(key).encrypt(&nonce_of(nonce), payload).expect("a word is short enough to be encrypted");
    SealedWord([&[key.id()], nonce, &sealed].concat())
}

/// The word; none when it was changed, or sealed with another key, for another practice or serial.
pub(crate) fn open(key: &Key, practice: PracticeId, serial: u32, sealed: &SealedWord) -> Option<Word> {
    let (head, text) = sealed.0.split_at_checked(1 + NONCE)?;
    let aad = context(key.id(), practice, serial);
    let opened = cipher(key).decrypt(&nonce_of(&head[1..]), Payload { msg: text, aad: &aad }).ok()?;
    let opened = Zeroizing::new(opened);
    Word::parse(std::str::from_utf8(&opened).ok()?).ok()
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.whole(Purpose::CodeWords).into())
}

fn nonce_of(bytes: &[u8]) -> XNonce {
    let mut nonce = [0; NONCE];
    nonce.copy_from_slice(bytes);
    nonce.into()
}

fn context(key_id: u8, practice: PracticeId, serial: u32) -> Vec<u8> {
    [&[key_id][..], practice.0.as_bytes(), &serial.to_be_bytes()].concat()
}

/// The EFF's large list for passphrases, hyphens left out: words that are known, easy to say and hard to mistake.
const LIST: &str = include_str!("../words/eff_large.txt");

/// Words of a code word.
const PARTS: usize = 3;

/// Bytes of a nonce of XChaCha20.
const NONCE: usize = 24;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// CODE-1, CW-01
    #[test]
    fn the_list_is_long_plain_and_without_repetition() {
        let words: HashSet<&str> = LIST.lines().collect();
        assert_eq!((words.len(), LIST.lines().count()), (7_775, 7_775));
        assert!(words.iter().all(|word| (3..=9).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase())));
    }

    /// CODE-1, CW-01
    #[test]
    fn a_code_word_is_three_words_and_different_chance_makes_another() {
        let words: HashSet<String> = (0..=255).map(|n| draw(&[n; 32]).expose().to_owned()).collect();
        assert!(words.len() > 250);
        for word in words {
            let parts: Vec<&str> = word.split('-').collect();
            assert_eq!(parts.len(), 3, "{word}");
            assert!(parts.iter().all(|part| LIST.lines().any(|known| known == *part)), "{word}");
        }
    }
}

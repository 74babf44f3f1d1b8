//! Chance that can be had again, and names for what came of it.

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

/// Chance that can be had again.
pub(super) struct Chance(TestRng);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Self(TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
    }

    /// Less than this.
    pub(super) fn of(&mut self, many: usize) -> usize {
        self.0.next_u32() as usize % many
    }
}

/// A number in letters, as names are.
pub(super) fn word(mut n: u32) -> String {
    let mut word = String::from("x");
    loop {
        word.push(char::from(b'a' + (n % 26) as u8));
        n /= 26;
        if n == 0 {
            return word;
        }
    }
}

/// The number that a name stands for.
pub(super) fn number(word: &str) -> u32 {
    word.bytes().skip(1).rev().fold(0, |n, letter| n * 26 + u32::from(letter - b'a'))
}

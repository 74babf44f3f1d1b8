use std::sync::atomic::{AtomicU64, Ordering};

use practice_domain::port::Entropy;
use uuid::Uuid;

/// Chance that repeats itself: the same seed gives the same ids and secrets in the same order. Ids sort by creation.
#[derive(Debug, Default)]
pub struct SeededEntropy {
    seed: u64,
    drawn: AtomicU64,
}

impl SeededEntropy {
    /// Chance of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, drawn: AtomicU64::new(0) }
    }

    fn draw(&self) -> u64 {
        self.drawn.fetch_add(1, Ordering::Relaxed) + 1
    }
}

impl Entropy for SeededEntropy {
    fn id(&self) -> Uuid {
        let n = self.draw();
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&n.to_be_bytes()[2..]);
        bytes[6..8].copy_from_slice(&[0x70, 0]);
        bytes[8..].copy_from_slice(&mix(self.seed ^ n).to_be_bytes());
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Uuid::from_bytes(bytes)
    }

    fn secret(&self) -> [u8; 32] {
        let n = self.draw();
        let mut bytes = [0; 32];
        for (at, chunk) in (1_u64..).zip(bytes.chunks_exact_mut(8)) {
            chunk.copy_from_slice(&mix(self.seed.wrapping_add(at << 56) ^ n).to_be_bytes());
        }
        bytes
    }
}

/// The finaliser of SplitMix64: different inputs give different, well mixed outputs.
fn mix(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_and_ids_sort_by_creation() {
        let (a, b) = (SeededEntropy::new(7), SeededEntropy::new(7));
        let ids: Vec<Uuid> = (0..300).map(|_| a.id()).collect();
        assert_eq!(ids, (0..300).map(|_| b.id()).collect::<Vec<_>>());
        assert!(ids.is_sorted_by(|x, y| x < y));
        assert_eq!(a.secret(), b.secret());
        assert_ne!(a.secret(), a.secret());
        assert_ne!(SeededEntropy::new(8).id(), ids[0]);
    }
}

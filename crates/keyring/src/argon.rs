use std::fmt;

use argon2::{Algorithm, Argon2, Block, Params, Version};

/// How much work one password is: memory and passes over it, always in one lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
}

/// A cost that protects too little, or that no server can bear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a password costs 19456 to 1048576 KiB of memory and 2 to 64 passes")]
pub struct CostRefused;

/// The memory that passwords are hashed in, one after the other. It grows when it must; `Debug` hides it.
#[derive(Default)]
pub struct Memory(Vec<Block>);

impl Cost {
    /// What a password costs by default, and at least (`PW-08`).
    pub const STANDARD: Self = Self { memory_kib: 19_456, passes: 2 };

    /// Next to nothing, so that tests and the demo are quick. A server refuses it: see [`Cost::is_strong`].
    pub const TESTING: Self = Self { memory_kib: 64, passes: 1 };

    /// A cost of one's own.
    ///
    /// # Errors
    ///
    /// [`CostRefused`] below the standard, and beyond 1 GiB or 64 passes.
    pub fn new(memory_kib: u32, passes: u32) -> Result<Self, CostRefused> {
        Self::stored(memory_kib, passes).filter(|cost| cost.is_strong()).ok_or(CostRefused)
    }

    /// Whether it protects what is kept: it is not less than [`Cost::STANDARD`] in either part.
    #[must_use]
    pub fn is_strong(self) -> bool {
        self.memory_kib >= Self::STANDARD.memory_kib && self.passes >= Self::STANDARD.passes
    }

    /// Memory, in KiB.
    #[must_use]
    pub fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    #[must_use]
    pub fn passes(self) -> u32 {
        self.passes
    }

    /// A cost that a hash was once made with, weak or strong.
    pub(crate) fn stored(memory_kib: u32, passes: u32) -> Option<Self> {
        let bearable = (8..=1 << 20).contains(&memory_kib) && (1..=64).contains(&passes);
        bearable.then_some(Self { memory_kib, passes })
    }

    fn blocks(self) -> usize {
        usize::try_from(self.memory_kib).unwrap_or(usize::MAX)
    }
}

impl Default for Cost {
    fn default() -> Self {
        Self::STANDARD
    }
}

impl Memory {
    /// Memory for passwords of this cost, touched already: the first touch is the slow one.
    #[must_use]
    pub fn of(cost: Cost) -> Self {
        Self(vec![Block::new(); cost.blocks()])
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Gives back what passwords of this cost do not need.
    pub(crate) fn shrink_to(&mut self, cost: Cost) {
        if self.0.len() > cost.blocks() {
            self.0.truncate(cost.blocks());
            self.0.shrink_to_fit();
        }
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Memory({} KiB)", self.0.len())
    }
}

/// Argon2id, version 19, one lane, 32 bytes out: the plain work, without pepper, pool or encoding.
///
/// # Panics
///
/// Never: a [`Cost`] is always one that Argon2 takes.
#[must_use]
pub fn bare_argon2id(password: &[u8], salt: &[u8; 16], cost: Cost, memory: &mut Memory) -> [u8; 32] {
    if memory.0.len() < cost.blocks() {
        memory.0.resize(cost.blocks(), Block::new());
    }
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32)).expect("a cost that Argon2 takes");
    let mut out = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password, salt, &mut out, &mut memory.0)
        .expect("memory, salt and output of the right sizes");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_below_the_standard_is_refused() {
        assert_eq!(Cost::new(19_456, 2), Ok(Cost::STANDARD));
        assert_eq!(Cost::new(19_455, 2), Err(CostRefused));
        assert_eq!(Cost::new(19_456, 1), Err(CostRefused));
        assert_eq!(Cost::new(2 << 20, 2), Err(CostRefused));
        assert!(!Cost::TESTING.is_strong());
    }

    #[test]
    fn used_memory_changes_no_hash() {
        let cost = Cost::TESTING;
        let mut memory = Memory::default();
        let fresh = bare_argon2id(b"one", &[7; 16], cost, &mut Memory::of(cost));
        assert_eq!(bare_argon2id(b"one", &[7; 16], cost, &mut memory), fresh);
        let larger = Cost::stored(128, 2).expect("bearable");
        assert_ne!(bare_argon2id(b"one", &[7; 16], larger, &mut memory), fresh);
        assert_eq!(bare_argon2id(b"one", &[7; 16], cost, &mut memory), fresh);
        memory.shrink_to(cost);
        assert_eq!(format!("{memory:?}"), "Memory(64 KiB)");
        assert_eq!(bare_argon2id(b"one", &[7; 16], cost, &mut memory), fresh);
    }
}

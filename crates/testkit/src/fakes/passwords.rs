use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use practice_domain::port::{Fault, Passwords, Verdict};
use practice_domain::value::{Password, PasswordHash};

/// Keeps passwords as they are, and counts how often one was checked.
#[derive(Debug, Default)]
pub struct PlainPasswords {
    real: AtomicU64,
    dummy: AtomicU64,
}

impl PlainPasswords {
    /// Checks against a hash.
    #[must_use]
    pub fn real_checks(&self) -> u64 {
        self.real.load(Ordering::SeqCst)
    }

    /// Checks without one: the same work for an address that has no account.
    #[must_use]
    pub fn dummy_checks(&self) -> u64 {
        self.dummy.load(Ordering::SeqCst)
    }

    /// A hash as it was made in the past, or of a common password: right, but old.
    #[must_use]
    pub fn old_hash(password: &Password) -> PasswordHash {
        PasswordHash::new(format!("old:{}", password.expose()))
    }
}

#[async_trait]
impl Passwords for PlainPasswords {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, Fault> {
        Ok(if self.is_common(password) {
            Self::old_hash(password)
        } else {
            PasswordHash::new(format!("plain:{}", password.expose()))
        })
    }

    async fn verify<'a>(&self, password: &Password, hash: Option<&'a PasswordHash>) -> Result<Verdict, Fault> {
        let count = if hash.is_some() { &self.real } else { &self.dummy };
        count.fetch_add(1, Ordering::SeqCst);
        Ok(match hash.and_then(|hash| hash.encoded().split_once(':')) {
            Some(("plain", kept)) if kept == password.expose() => Verdict::Right,
            Some(("old", kept)) if kept == password.expose() => Verdict::RightButOld,
            _ => Verdict::Wrong,
        })
    }

    /// Every password with the word `common` in it.
    fn is_common(&self, password: &Password) -> bool {
        password.expose().contains("common")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn checks_are_counted_by_kind() {
        let passwords = PlainPasswords::default();
        let password = Password::parse("otter quartz lamp").expect("short");
        let hash = passwords.hash(&password).await.expect("plain");
        assert_eq!(passwords.verify(&password, Some(&hash)).await.expect("plain"), Verdict::Right);
        let old = PlainPasswords::old_hash(&password);
        assert_eq!(passwords.verify(&password, Some(&old)).await.expect("plain"), Verdict::RightButOld);
        assert_eq!(passwords.verify(&password, None).await.expect("plain"), Verdict::Wrong);
        assert_eq!((passwords.real_checks(), passwords.dummy_checks()), (2, 1));
    }
}

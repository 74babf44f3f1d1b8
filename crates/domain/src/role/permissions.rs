//! A set of permissions.

use std::fmt;

use crate::role::Permission;

/// A set of permissions: what a role lists, or what somebody has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Permissions(u32);

/// A stored set names a permission that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no permission {0:?}")]
pub struct UnknownPermission(pub String);

impl Permissions {
    /// No permission.
    pub const NONE: Self = Self(0);

    /// Every permission.
    #[must_use]
    pub fn all() -> Self {
        Permission::ALL.iter().copied().collect()
    }

    /// Whether this permission is among them.
    #[must_use]
    pub fn has(self, permission: Permission) -> bool {
        self.0 & bit(permission) != 0
    }

    /// Those that are in either set.
    #[must_use]
    pub fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Those that are not in the other set.
    #[must_use]
    pub fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether all of them are in the other set.
    #[must_use]
    pub fn are_within(self, others: Self) -> bool {
        self.without(others) == Self::NONE
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// Those that have an effect: each whose parents, up to the base, are there too (`ROLE-1`).
    #[must_use]
    pub fn effective(self) -> Self {
        self.iter().filter(|permission| self.has_with_parents(*permission)).collect()
    }

    /// Each of them, in the order of the catalogue.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.has(*permission))
    }

    /// Reads codes with spaces between them, as [`fmt::Display`] writes them.
    ///
    /// # Errors
    ///
    /// [`UnknownPermission`] names a code that no permission has.
    pub fn parse(codes: &str) -> Result<Self, UnknownPermission> {
        let find = |code: &str| Permission::with_code(code).ok_or_else(|| UnknownPermission(code.to_owned()));
        codes.split_whitespace().map(find).collect()
    }

    fn has_with_parents(self, permission: Permission) -> bool {
        std::iter::successors(Some(permission), |at| at.blocked_by()).all(|at| self.has(at))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().map(bit).fold(0, |all, one| all | one))
    }
}

impl From<Permission> for Permissions {
    fn from(permission: Permission) -> Self {
        Self(bit(permission))
    }
}

/// The codes, in the order of the catalogue, with spaces between them.
impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, permission) in self.iter().enumerate() {
            let gap = if number == 0 { "" } else { " " };
            write!(f, "{gap}{}", permission.code())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

fn bit(permission: Permission) -> u32 {
    1 << permission as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(permissions: &[Permission]) -> Permissions {
        permissions.iter().copied().collect()
    }

    /// ROLE-1: without its parent, or its parent's parent, a permission has no effect.
    #[test]
    fn what_lacks_a_parent_has_no_effect() {
        use Permission::{
            ChangeSettings, EditUserAccounts, RunQueries, SaveQueries, ViewPracticeData, ViewUserAccounts,
        };
        let chain = [ViewPracticeData, ChangeSettings, ViewUserAccounts, EditUserAccounts];
        assert_eq!(set(&chain).effective(), set(&chain));
        assert_eq!(set(&chain[1..]).effective(), Permissions::NONE, "without the base everything is blank");
        assert_eq!(set(&[ViewPracticeData, ViewUserAccounts, EditUserAccounts]).effective(), ViewPracticeData.into());
        assert_eq!(set(&[ViewPracticeData, SaveQueries]).effective(), ViewPracticeData.into());
        let queries = set(&[ViewPracticeData, RunQueries, SaveQueries]);
        assert_eq!(queries.effective(), queries);
        assert_eq!(Permissions::all().effective(), Permissions::all());
    }

    #[test]
    fn a_set_is_read_back() {
        assert_eq!(Permissions::parse(""), Ok(Permissions::NONE));
        let all = Permissions::all();
        assert_eq!(all.iter().count(), Permission::ALL.len());
        assert_eq!(Permissions::parse(&all.to_string()), Ok(all));
        assert_eq!(Permissions::parse("read-audit fly"), Err(UnknownPermission("fly".to_owned())));
    }

    #[test]
    fn sets_are_compared_and_cut() {
        let (one, two) = (Permissions::from(Permission::ReadAudit), Permissions::from(Permission::SetGoals));
        assert!(one.are_within(one.and(two)) && !one.and(two).are_within(one) && Permissions::NONE.are_within(one));
        assert_eq!(one.and(two).without(two), one);
        assert!(one.without(one).is_empty());
    }
}

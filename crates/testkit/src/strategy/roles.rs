use practice_domain::role::{Permission, Permissions, RoleDefinition};
use practice_domain::value::{PracticeId, RoleName, Version};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use uuid::Uuid;

use crate::strategy::{role, time};

/// Sets of permissions, with and without their parents.
pub fn permissions() -> impl Strategy<Value = Permissions> {
    let all = Permission::ALL;
    subsequence(all, 0..=all.len()).prop_map(|some| some.into_iter().collect())
}

/// What practices make of roles, under few names, some in two spellings.
pub fn role_definition() -> impl Strategy<Value = RoleDefinition> {
    let name = select(vec!["Evening", "evening", "Zahnärztin", "Front Desk", "Owner"])
        .prop_filter_map("a name", |name| RoleName::parse(name).ok());
    let practice = (1..=3_u128).prop_map(|n| PracticeId(Uuid::from_u128(n)));
    let version = prop_oneof![6 => Just(0), 3 => Just(1), 1 => Just(2)].prop_map(Version);
    (practice, role(), version, name, permissions(), weighted(0.2, time())).prop_map(
        |(practice, role, version, name, permissions, removed_at)| RoleDefinition {
            practice,
            role,
            version,
            name,
            permissions,
            removed_at,
        },
    )
}

use practice_domain::member::{Kind, Member, Role};
use practice_domain::port::CommitError;
use practice_domain::role::{Permission, Permissions, RoleDefinition};
use practice_domain::value::{PracticeId, RoleId, RoleName};

use crate::contract::commits::nothing_of;
use crate::contract::samples::{NOON, commit, id, member, session};
use crate::contract::{Harness, Stores};

fn copy(n: u128, practice: u128, name: &str) -> RoleDefinition {
    let name = RoleName::parse(name).unwrap_or_else(|error| panic!("{name}: {error}"));
    RoleDefinition::copied(id::<PracticeId>(practice), id::<RoleId>(n), name, Permissions::NONE)
}

/// `ROLE-1`: a practice has one role for each name, however it is spelled; another practice, and a copy that is gone, take none.
pub async fn a_role_s_name_is_taken_once(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    let evening = copy(1, 1, "Evening");
    stores.accept(commit().insert(evening.clone()).insert(copy(1, 2, "Evening")).insert(copy(2, 1, "Morning"))).await;
    let stale = |error: &CommitError| matches!(error, CommitError::Stale);
    nothing_of(&stores, &commit().insert(copy(3, 1, "ÉVENING")), stale).await;
    nothing_of(&stores, &commit().insert(copy(1, 1, "Night")), stale).await;
    nothing_of(&stores, &commit().update(copy(2, 1, "evening")), stale).await;
    stores.accept(commit().update(RoleDefinition { removed_at: Some(NOON), ..evening })).await;
    stores.accept(commit().insert(copy(3, 1, "ÉVENING"))).await;
    let there = stores.store.roles(id(1)).await.unwrap_or_else(|fault| panic!("{fault:?}"));
    assert_eq!(there.iter().map(|one| one.role).collect::<Vec<_>>(), [2, 3].map(|n| Role::Copied(id(n))));
}

/// `ROLE-1`: what a session's person may do follows their role at once: its default, what the practice made of it, what has an
/// effect of that; nothing for a patient, or where they have no place.
pub async fn a_standing_carries_what_the_role_allows(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    let seat = member(1, id(1), id(1));
    stores.accept(commit().insert(seat.clone()).insert(session(1, id(1), Some(id(1))))).await;
    assert_eq!(allowed(&stores, 1).await, seat.role.predefined_permissions().unwrap_or_default());
    let listed = [Permission::ViewPracticeData, Permission::SaveQueries].into_iter().collect();
    let edited = RoleDefinition { role: seat.role, permissions: listed, ..copy(1, 1, "Dentist") };
    stores.accept(commit().insert(edited).insert(copy(7, 2, "None"))).await;
    assert_eq!(allowed(&stores, 1).await, Permission::ViewPracticeData.into());
    stores.accept(commit().insert(RoleDefinition { permissions: Permissions::all(), ..copy(7, 1, "All") })).await;
    let all = Member { role: Role::Copied(id(7)), ..seat };
    stores.accept(commit().update(all.clone())).await;
    assert_eq!(allowed(&stores, 1).await, Permissions::all());
    let patient = Member { kind: Kind::Patient, version: all.version.next(), ..all };
    stores.accept(commit().update(patient)).await;
    assert_eq!(allowed(&stores, 1).await, Permissions::NONE);
    stores.accept(commit().insert(session(2, id(2), None))).await;
    assert_eq!(allowed(&stores, 2).await, Permissions::NONE);
}

async fn allowed(stores: &Stores, cookie: u8) -> Permissions {
    let standing = stores.store.standing(&[cookie; 32]).await.unwrap_or_else(|fault| panic!("{fault:?}"));
    standing.unwrap_or_else(|| panic!("no standing")).permissions
}

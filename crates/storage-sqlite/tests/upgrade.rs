//! What an older file holds is there after it was brought up to date.

mod older;

use std::sync::Arc;

use practice_domain::member::Role;
use practice_domain::port::Store;
use practice_domain::role::Permissions;
use practice_domain::value::{MemberId, PracticeId};
use practice_storage_sqlite::Sqlite;
use practice_testkit::fakes::FakeSeal;
use rusqlite::Connection;
use uuid::Uuid;

/// ROLE-1: members of a file from before roles could be copied keep their roles, and have what these allow.
#[tokio::test]
async fn members_keep_their_roles() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("portal.db");
    let conn = Connection::open(&path).expect("a new file");
    conn.execute_batch(include_str!("../migrations/0001_init.sql")).expect("an older file");
    conn.execute_batch(older::NOTED).expect("noted");
    conn.execute(
        "INSERT INTO practice (id, version, name, preset, two_step_doctors, two_step_patients, user_managers, created_at)
        VALUES (?, 0, 'Bright Smile', 'standard', 1, 1, 0, 0)",
        [id(1)],
    )
    .expect("a practice");
    for (n, role) in (1..).zip(Role::PREDEFINED) {
        conn.execute(
            "INSERT INTO account (id, version, email, email_key, first_name, last_name, password, terms_version, terms_at,
                registered_at)
            VALUES (?1, 0, ?2, ?2, 'Ann', 'Lee', 'x', 'y', 0, 0)",
            (id(n), format!("{n}@example.com")),
        )
        .expect("an account");
        conn.execute(
            "INSERT INTO member (practice, id, version, account, kind, role, user_manager, tier, invited_at, joined_at)
            VALUES (?, ?, 3, ?, 'staff', ?, 1, 'paid', 1, 2)",
            (id(1), id(n), id(n), role.to_string()),
        )
        .expect("a member");
    }
    drop(conn);
    let sqlite = Sqlite::open(&path, Arc::new(FakeSeal)).await.expect("brought up to date");
    for (n, role) in (1..).zip(Role::PREDEFINED) {
        let member =
            sqlite.member_by_id(PracticeId(id(1)), MemberId(id(n))).await.expect("readable").expect("a member");
        assert_eq!((member.role, member.version.0, member.user_manager), (role, 3, true));
        assert_eq!(sqlite.in_role(PracticeId(id(1)), role).await.expect("counted"), 1);
        assert!(role.predefined_permissions().is_some_and(|some| some != Permissions::NONE));
    }
    assert_eq!(sqlite.roles(PracticeId(id(1))).await.expect("readable"), []);
    sqlite.close().await;
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

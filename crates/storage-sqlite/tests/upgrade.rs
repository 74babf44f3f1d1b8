//! What an older file holds is there after it was brought up to date.

use std::sync::Arc;

use practice_domain::member::Role;
use practice_domain::port::Store;
use practice_domain::role::Permissions;
use practice_domain::value::{MemberId, PracticeId};
use practice_storage_sqlite::Sqlite;
use practice_testkit::fakes::FakeSeal;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqlSafeStr, SqliteConnection};
use uuid::Uuid;

/// ROLE-1: members of a file from before roles could be copied keep their roles, and have what these allow.
#[tokio::test]
async fn members_keep_their_roles() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("portal.db");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true).foreign_keys(true);
    let mut conn = SqliteConnection::connect_with(&options).await.expect("a new file");
    let init = include_str!("../migrations/0001_init.sql").into_sql_str();
    let first = Migration::new(1, "init".into(), MigrationType::Simple, init, false);
    Migrator::with_migrations(vec![first]).run_direct(None, &mut conn, false).await.expect("an older file");
    sqlx::query(
        "INSERT INTO practice (id, version, name, preset, two_step_doctors, two_step_patients, user_managers, created_at)
        VALUES (?, 0, 'Bright Smile', 'standard', 1, 1, 0, 0)",
    )
    .bind(id(1))
    .execute(&mut conn)
    .await
    .expect("a practice");
    for (n, role) in (1..).zip(Role::PREDEFINED) {
        sqlx::query(
            "INSERT INTO account (id, version, email, email_key, first_name, last_name, password, terms_version, terms_at,
                registered_at)
            VALUES (?1, 0, ?2, ?2, 'Ann', 'Lee', 'x', 'y', 0, 0)",
        )
        .bind(id(n))
        .bind(format!("{n}@example.com"))
        .execute(&mut conn)
        .await
        .expect("an account");
        let member = sqlx::query(
            "INSERT INTO member (practice, id, version, account, kind, role, user_manager, tier, invited_at, joined_at)
            VALUES (?, ?, 3, ?, 'staff', ?, 1, 'paid', 1, 2)",
        );
        member.bind(id(1)).bind(id(n)).bind(id(n)).bind(role.to_string()).execute(&mut conn).await.expect("a member");
    }
    conn.close().await.expect("closed");
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

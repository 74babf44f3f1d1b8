//! A file of before there were employees is brought up to date.

use std::sync::Arc;

use practice_domain::account::{Account, Terms};
use practice_domain::commit::{Commit, Write};
use practice_domain::employee::Login;
use practice_domain::fact::{Actor, Entry, Fact, Log, Origin};
use practice_domain::member::{Kind, Member, Role, Tier};
use practice_domain::notice::{About, Notice};
use practice_domain::person::Person;
use practice_domain::policy::Preset;
use practice_domain::port::{EmployeeQuery, Fault, Outbox, Queue, Reader, Store, UserAccount};
use practice_domain::practice::Practice;
use practice_domain::value::{Email, PasswordHash, PersonName, Phones, PracticeName, Time, Version};
use practice_storage_sqlite::{Sqlite, Work};
use practice_testkit::fakes::FakeSeal;
use rusqlite::Connection;
use uuid::Uuid;

const NOW: Time = Time::from_micros(1_782_129_600_000_000);

/// EMP-1: doctors and staff who joined before stand in the list of employees, patients do not, and waiting notices wait on.
#[tokio::test]
async fn whoever_joined_before_stands_in_the_list_of_employees() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("portal.db");
    let sqlite = Sqlite::open(&path, Arc::new(FakeSeal)).await.expect("opened");
    sqlite.commit(&world()).await.expect("stored");
    sqlite.transact(Sql(BACK)).await.expect("as it was before");
    sqlite.close().await;
    let sqlite = Sqlite::open(&path, Arc::new(FakeSeal)).await.expect("brought up to date");
    let query = EmployeeQuery { practice: id(1), active: Some(true), after: None, size: 200 };
    let rows = sqlite.employees(&query).await.expect("readable").rows;
    assert_eq!(rows.len(), 1, "{rows:?}");
    let row = &rows[0];
    assert_eq!(row.employee.login, Login::Member { member: id(1), account: id(1) });
    assert_eq!(row.employee.name.to_string(), "Zoë Ångström");
    assert!(matches!(&row.user, UserAccount::Member { active: true, locked: false, role: Role::Owner, .. }));
    sqlite.commit(&entry().update(row.employee.clone())).await.expect("its version is the first");
    let again = sqlite.employees(&query).await.expect("readable").rows;
    assert_eq!(again[0].employee.name_key(), row.employee.name_key());
    let after = EmployeeQuery { after: Some(practice_domain::port::EmployeeMark::of(&row.employee)), ..query };
    assert!(
        sqlite.employees(&after).await.expect("readable").rows.is_empty(),
        "the key that is stored is the domain's"
    );
    let due = sqlite.lease(Queue::People, id(9), NOW, std::time::Duration::from_secs(1), 9).await.expect("readable");
    assert_eq!(due.len(), 1);
    sqlite.close().await;
}

fn world() -> Commit {
    let name = PracticeName::parse("Bright Smile").expect("a name");
    let practice = Practice::found(id(1), name, None, Preset::Standard, NOW);
    let (doctor, patient) = (account(1), account(2));
    let (owner, treated) = (member(1, Kind::Doctor), member(2, Kind::Patient));
    let rows = [Person::registered(&owner, &doctor, false), Person::registered(&treated, &patient, false)];
    let about = About::Locked { account: id(1) };
    let commit = entry().insert(practice).insert(doctor).insert(patient).insert(owner).insert(treated);
    let commit = rows.into_iter().fold(commit, |commit, row| commit.write(Write::List(row)));
    commit.notify(Notice { id: id(1), about, ordered_at: NOW, expires_at: NOW.next_day() })
}

fn entry() -> Commit {
    let fact = Fact::SignInRefused { account: None };
    Commit::recording(Entry { log: Log::Platform, fact, actor: Actor::Visitor, origin: Origin::default(), at: NOW })
}

fn account(n: u128) -> Account {
    Account {
        id: id(n),
        version: Version::default(),
        email: Email::parse(&format!("person{n}@example.com")).expect("an address"),
        name: PersonName::parse("Zoë", "Ångström").expect("a name"),
        phones: Phones::default(),
        proven: None,
        password: PasswordHash::new("plain:a".to_owned()),
        password_set_at: NOW,
        former: Vec::new(),
        compromised: false,
        time_zone: None,
        terms: Terms { version: "2026-05-04".to_owned(), accepted_at: NOW },
        home: None,
        registered_at: NOW,
    }
}

fn member(n: u128, kind: Kind) -> Member {
    Member {
        id: id(n),
        version: Version::default(),
        practice: id(1),
        account: id(n),
        kind,
        role: Role::Owner,
        user_manager: false,
        tier: Tier::Free,
        invitation: None,
        invited_at: NOW,
        joined_at: NOW,
        active: true,
        until: None,
    }
}

fn id<T: From<Uuid>>(n: u128) -> T {
    Uuid::from_u128(n).into()
}

struct Sql(&'static str);

impl Work for Sql {
    type Answer = ();
    type Error = Fault;

    fn run(&self, conn: &Connection) -> Result<(), Fault> {
        conn.execute_batch(self.0).map_err(|error| Fault::unavailable("test", error))
    }
}

/// Takes back what the migration did.
const BACK: &str = "DROP TABLE employee; DROP TABLE password_run; DROP TABLE password_link; DROP TABLE code_word;
    DROP INDEX member_owner; ALTER TABLE member DROP COLUMN active; ALTER TABLE member DROP COLUMN until;
    DELETE FROM _sqlx_migrations WHERE version = 6";

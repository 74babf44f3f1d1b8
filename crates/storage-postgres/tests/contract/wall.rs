//! The second wall between practices: what a role that serves cannot write, whatever a statement says or forgets.

use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use practice_domain::commit::Commit;
use practice_domain::fact::{Actor, Entry, Fact, Log, Origin};
use practice_domain::member::{Kind, Member, Role, Tier};
use practice_domain::port::{CommitError, Fault, Store};
use practice_domain::value::{AccountId, MemberId, Time, Version};
use practice_storage_postgres::{OpenError, Postgres, PostgresSettings, Reach, Work};
use practice_testkit::fakes::FakeSeal;
use sqlx::{AssertSqlSafe, Executor, PgConnection};
use uuid::Uuid;

use crate::cluster::id;
use crate::support::Database;

/// SC-03: a statement that forgets its practice writes nothing across, in any table.
#[tokio::test]
async fn a_statement_that_forgets_its_practice_meets_no_other_one() {
    let (database, postgres) = two_practices().await;
    for (table, whose, set) in EACH {
        let of = |n: u32| {
            database.sql(&format!("SELECT string_agg(t::text, ' ') FROM {table} AS t WHERE {whose} = '{n:032x}'"))
        };
        let (mine, theirs) = (of(1), of(2));
        assert!(!mine.is_empty() && !theirs.is_empty(), "{table} has rows of both");
        let changed = wish(
            &postgres,
            1,
            format!("UPDATE {table} SET {set}; UPDATE {table} SET {set} WHERE {whose} = '{:032x}'", 2),
        );
        changed.await.unwrap_or_else(|why| panic!("{table}: {why}"));
        assert_ne!(of(1), mine, "{table} can be changed");
        assert_eq!(of(2), theirs, "{table} was changed across");
    }
    for (table, whose, _) in EACH.into_iter().rev() {
        wish(&postgres, 1, format!("SET CONSTRAINTS ALL DEFERRED; DELETE FROM {table}"))
            .await
            .unwrap_or_else(|why| panic!("{table}: {why}"));
        let left =
            database.sql(&format!("SELECT count(*) FILTER (WHERE {whose} = '{:032x}'), count(*) FROM {table}", 1));
        assert_eq!(left, "0|1", "{table}");
    }
}

/// No row comes into another practice, and none is moved there.
#[tokio::test]
async fn no_row_is_written_into_another_practice() {
    let (database, postgres) = two_practices().await;
    for (table, whose, set) in EACH {
        let cells = database.sql(&format!(
            "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
            WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
        ));
        let strange = format!("INSERT INTO {table} ({cells}) SELECT {cells} FROM {table} WHERE {whose} = '{:032x}'", 2);
        let moved = format!("UPDATE {table} SET {whose} = '{:032x}' WHERE {whose} = '{:032x}'", 2, 1);
        for statement in [strange, moved] {
            // Of tables that only their practice reads, there is nothing to copy.
            let before = database.sql(&format!("SELECT count(*) FROM {table} WHERE {whose} = '{:032x}'", 2));
            match wish(&postgres, 1, statement.clone()).await {
                Ok(()) => assert!(HIDDEN.contains(&table), "{statement}"),
                Err(why) => assert!(why.contains("row-level security"), "{statement}: {why}"),
            }
            assert_eq!(database.sql(&format!("SELECT count(*) FROM {table} WHERE {whose} = '{:032x}'", 2)), before);
        }
        let silent = postgres.transact(Wish(Reach::nobody(), format!("UPDATE {table} SET {set}"))).await;
        let why = silent.expect_err(table).source().expect("a cause").to_string();
        assert!(why.contains("has not said whose rows it is about"), "{table}: {why}");
    }
}

/// What is worked out from the list is not written by hand at all.
#[tokio::test]
async fn counts_and_letters_are_written_by_nobody() {
    let (database, postgres) = two_practices().await;
    for (table, set) in [("tally", "number = 7"), ("person_letters", "search_key = ''")] {
        let all = format!("SELECT string_agg(t::text, ' ' ORDER BY practice) FROM {table} AS t");
        let before = database.sql(&all);
        for statement in [format!("UPDATE {table} SET {set}"), format!("DELETE FROM {table}")] {
            wish(&postgres, 1, statement).await.expect("nothing to do");
        }
        assert_eq!(database.sql(&all), before);
    }
    wish(&postgres, 1, "DELETE FROM person".to_owned()).await.expect("gone");
    assert_eq!(database.sql("SELECT practice, number FROM tally WHERE number > 0"), format!("{}|1", id(2)));
}

/// What only its practice reads is found by nobody who names another, or none.
#[tokio::test]
async fn hidden_rows_are_found_by_their_practice_alone() {
    let (_database, postgres) = two_practices().await;
    for table in HIDDEN {
        let found = format!("DO $$ BEGIN ASSERT (SELECT count(*) FROM {table}) = 1, 'rows'; END $$");
        wish(&postgres, 2, found.clone()).await.unwrap_or_else(|why| panic!("{table}: {why}"));
        let none = wish(&postgres, 3, found.clone()).await.expect_err(table);
        assert!(none.contains("rows"), "{none}");
        let silent = postgres.transact(Wish(Reach::nobody(), found)).await.expect_err(table);
        assert!(silent.source().expect("a cause").to_string().contains("has not said"), "{table}");
    }
}

/// AU-01: what happens in a practice stands in its log. A commit that records something elsewhere and writes here is refused.
#[tokio::test]
async fn a_commit_writes_where_it_records() {
    let (database, postgres) = two_practices().await;
    let member = |practice| Member {
        id: MemberId(Uuid::from_u128(77)),
        version: Version::default(),
        practice: id(practice),
        account: AccountId(Uuid::from_u128(1)),
        kind: Kind::Staff,
        role: Role::Dentist,
        user_manager: false,
        tier: Tier::Free,
        invitation: None,
        invited_at: NOW,
        joined_at: NOW,
        active: true,
        until: None,
    };
    let entry = |practice| Entry {
        log: Log::Practice(id(practice)),
        fact: Fact::SignInRefused { account: None },
        actor: Actor::Visitor,
        origin: Origin::default(),
        at: NOW,
    };
    database.sql("DELETE FROM member");
    let astray = postgres.commit(&Commit::recording(entry(1)).insert(member(2))).await;
    assert!(matches!(astray, Err(CommitError::Fault(Fault::Unavailable { .. }))), "{astray:?}");
    postgres.commit(&Commit::recording(entry(1)).and(entry(2)).insert(member(2))).await.expect("recorded there, too");
}

/// Every table whose rows belong to a practice is behind the wall, whoever adds one.
#[tokio::test]
async fn no_table_stands_before_the_wall() {
    let database = Database::fresh().await;
    let bare = database.sql(
        "SELECT string_agg(DISTINCT c.relname, ' ') FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname = 'practice' AND NOT c.relrowsecurity",
    );
    assert_eq!(bare, "");
    let behind = database.sql("SELECT count(*) FROM pg_class WHERE relrowsecurity");
    assert_eq!(behind, (EACH.len() + ["tally", "person_letters", "audit"].len()).to_string());
}

/// SC-03: where it is asked for, nobody serves whom the wall does not hold.
#[tokio::test]
async fn a_role_that_the_wall_does_not_hold_is_named_and_can_be_refused() {
    let database = Database::fresh().await;
    database.sql("DROP ROLE IF EXISTS portal_passing; CREATE ROLE portal_passing LOGIN BYPASSRLS; GRANT portal_serving TO portal_passing");
    for (role, why) in [("portal", "a superuser"), ("portal_passing", "one with BYPASSRLS")] {
        let mut settings = PostgresSettings::new(database.url().replace("portal@", &format!("{role}@")).into());
        let open = Postgres::open(&settings, Arc::new(FakeSeal)).await.expect("as before");
        assert_eq!(open.unbound(), Some(why));
        settings.walled = true;
        let refused = Postgres::open(&settings, Arc::new(FakeSeal)).await.err().expect("refused");
        assert!(matches!(&refused, OpenError::Role(_)) && refused.to_string().ends_with(why), "{refused}");
    }
    assert_eq!(database.open_to_serve().await.unbound(), None);
    let owner = Database::empty().await;
    owner.sql(
        "DROP ROLE IF EXISTS portal_owner; CREATE ROLE portal_owner LOGIN; ALTER DATABASE :name OWNER TO portal_owner",
    );
    let settings = PostgresSettings::new(owner.url().replace("portal@", "portal_owner@").into());
    let open = Postgres::open(&settings, Arc::new(FakeSeal)).await.expect("it makes its tables");
    assert_eq!(open.unbound(), Some("the owner of the tables"));
}

/// A database with a row of two practices in every table, opened as the role that serves.
async fn two_practices() -> (Database, Arc<Postgres>) {
    let database = Database::fresh().await;
    for n in 1..=2 {
        database.sql(&ROWS.replace("$1", &format!("'{n:032x}'::uuid")).replace("$2", &n.to_string()));
    }
    let postgres = database.open_to_serve().await;
    (database, postgres)
}

/// Says something by hand, in a transaction about one practice.
async fn wish(postgres: &Postgres, practice: u128, sql: String) -> Result<(), String> {
    let done = postgres.transact(Wish(Reach::practice(id(practice)), sql)).await;
    done.map_err(|fault| fault.source().expect("a cause").to_string())
}

struct Wish(Reach, String);

#[async_trait]
impl Work for Wish {
    type Answer = ();
    type Error = Fault;

    fn reach(&self) -> Reach {
        self.0.clone()
    }

    async fn run(&self, conn: &mut PgConnection) -> Result<(), Fault> {
        let done = conn.execute(AssertSqlSafe(self.1.clone())).await;
        done.map(drop).map_err(|error| Fault::unavailable("test", error))
    }

    fn fault_in(error: &Fault) -> Option<&Fault> {
        Some(error)
    }
}

const NOW: Time = Time::from_micros(1_782_129_600_000_000);

/// Tables, whose their rows are, and a change; those last that others hang on.
const EACH: [(&str, &str, &str); 21] = [
    ("practice", "id", "phone = '+1'"),
    ("member", "practice", "version = 9"),
    ("role_definition", "practice", "version = 9"),
    ("employee", "practice", "version = 9"),
    ("invitation", "practice", "version = 9"),
    ("registration", "practice", "version = 9"),
    ("password_link", "practice", "version = 9"),
    ("code_word", "practice", "version = 9"),
    ("session", "practice", "version = 9"),
    ("api_key", "practice", "version = 9"),
    ("claim", "practice", "owner = gen_random_uuid()"),
    ("budget", "practice", "spent = 9"),
    ("notice", "practice", "attempt = 9"),
    ("person", "practice", "locked = NOT locked"),
    ("quote", "practice", "card = 'x'"),
    ("purchase", "practice", "version = 9"),
    ("subscription", "practice", "version = 9"),
    ("invoice", "practice", "number = 'x'"),
    ("import", "practice", "version = 9"),
    ("import_text", "practice", "plan = 'x'"),
    ("import_outcome", "practice", "line = 9"),
];

/// Tables whose rows are shown to their practice alone.
const HIDDEN: [&str; 6] = ["employee", "code_word", "budget", "import", "import_text", "import_outcome"];

/// One row of practice $1 in each table; $2 is its number.
const ROWS: &str = "
INSERT INTO practice (id, version, name, preset, policy, user_managers, created_at) VALUES ($1, 0, 'P', 'standard', '', 0, 0);
INSERT INTO account (id, version, email, email_key, first_name, last_name, password, terms_version, terms_at, registered_at,
        password_set_at, former, compromised)
    VALUES ($1, 0, 'a$2@b.example', 'a$2@b.example', 'A', 'B', 'x', '1', 0, 0, 0, '', false);
INSERT INTO member (practice, id, version, account, kind, role, user_manager, tier, invited_at, joined_at, active)
    VALUES ($1, $1, 0, $1, 'staff', 'dentist', false, 'free', 0, 0, true);
INSERT INTO role_definition (practice, role, version, name, name_key, permissions) VALUES ($1, 'dentist', 0, 'D', 'd', '');
INSERT INTO employee (practice, id, version, first_name, last_name, employment, active, login, added_at, name_key)
    VALUES ($1, $1, 0, 'A', 'B', 'employed', true, 'none', 0, 'b');
INSERT INTO invitation (id, version, practice, product, placement, kind, email, email_key, first_name, last_name, generation,
        created_at, state, state_at, expires_at)
    VALUES ($1, 0, $1, 'securemail', 'outside', 'patient', 'c', 'c', 'C', 'D', 1, 0, 'open', 0, 1);
INSERT INTO registration (id, version, invitation, generation, practice, cookie, two_step, codes_sent, wrong_codes, step, expires_at)
    VALUES ($1, 0, $1, 1, $1, sha256('$2'), false, 0, 0, 'phones', 1);
INSERT INTO password_link (id, version, purpose, practice, generation, forgotten_at, state, state_at)
    VALUES ($1, 0, 'setup', $1, 0, 0, 'used', 0);
INSERT INTO code_word (practice, version, serial, sealed, made_at, wrong, counted_from) VALUES ($1, 0, 1, 'x', 0, 0, 0);
INSERT INTO session (id, version, cookie, account, practice, device, agent, started_at, proved_at, seen_at, stage, second_factor,
        wrong_codes, known_device)
    VALUES ($1, 0, sha256('$2'), $1, $1, $1, '', 0, 0, 0, 'whole', false, 0, false);
INSERT INTO api_key (id, digest, practice, product, created_at) VALUES ($1, sha256('$2'), $1, 'securemail', 0);
INSERT INTO claim (practice, kind, subject, owner) VALUES ($1, 'first-user-manager', '', $1);
INSERT INTO budget (practice, kind, subject, starts_at, spent) VALUES ($1, 'practice-mails', '', 0, 1);
INSERT INTO notice (id, about, subject, practice, ordered_at, expires_at, due_at) VALUES ($1, 'sessions-ended', $1, $1, 0, 1, 0);
INSERT INTO person (practice, id, account, first_name, last_name, email, kind, placement, invited_at, standing, tier, locked,
        user_manager, mail, first_key, last_key, name_key, search_key)
    VALUES ($1, $1, $1, 'A', 'B', 'a', 'staff', 'outside', 0, 'proven', 'free', false, false, 'sent', 'a', 'b', 'b', 'a');
INSERT INTO quote (id, practice, member, beneficiary, payer, card, currency, mail_option, mail_price, mail_credit, mail_tax, priced_at,
        expires_at)
    VALUES ($1, $1, $1, $1, $1, 'c', 'USD', 'securemail-monthly', 1, 0, 0, 0, 1);
INSERT INTO purchase (id, version, quote, practice, member, beneficiary, payer, customer, card, currency, option, price, credit, tax,
        ordered_at, state, due_at)
    VALUES ($1, 0, $1, $1, $1, $1, $1, 'c', 'c', 'USD', 'securemail-monthly', 1, 0, 0, 0, 'pending', 0);
INSERT INTO subscription (id, version, practice, member, beneficiary, payer, option, currency, price, reference, started_at, state,
        period_starts, period_ends, due_at)
    VALUES ($1, 0, $1, $1, $1, $1, 'securemail-monthly', 'USD', 1, 'r', 0, 'active', 0, 1, 1);
INSERT INTO invoice (id, practice, payer, beneficiary, subscription, option, reference, number, currency, amount, charged_at)
    VALUES ($1, $1, $1, $1, $1, 'securemail-monthly', 'r', 'n', 'USD', 1, 0);
INSERT INTO import (practice, id, version, account, cookie, content, name, stage, uploaded_at)
    VALUES ($1, $1, 0, $1, sha256('$2'), 'employees', 'f', 'judged', 0);
INSERT INTO import_text (practice, import, text, plan) VALUES ($1, $1, 't', '');
INSERT INTO import_outcome (practice, import, number, line, came, why) VALUES ($1, $1, 0, 1, 'created', '')";

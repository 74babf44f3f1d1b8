//! How PostgreSQL goes about the statements of Manage Account, as it says itself (`auto_explain`): in a large practice among many
//! small ones, with plans made for each question and with one plan for all.

use std::collections::BTreeMap;
use std::sync::Arc;

use practice_domain::member::Tier;
use practice_domain::person::{Column, Enrolment};
use practice_domain::port::{Cell, Cursor, Filter, PeopleQuery, Reader, Sort};
use practice_domain::value::PracticeId;
use practice_storage_postgres::Postgres;
use serde_json::Value;
use uuid::Uuid;

use crate::support::Database;

/// LIST-3, LIST-6: no page of any column and no search walks through the practice, wherever in the order its rows are.
#[tokio::test]
async fn pages_and_searches_touch_few_blocks_whatever_the_plans() {
    let database = Database::alone().await;
    for sql in [PEOPLE, "VACUUM ANALYZE", EXPLAIN] {
        database.sql(sql);
    }
    for mode in ["auto", "force_generic_plan", "force_custom_plan"] {
        database.sql(&format!("ALTER DATABASE :name SET plan_cache_mode = '{mode}'"));
        let postgres = database.open_to_serve().await;
        let mut asker = Asker { database: &database, postgres, mode, mark: 0 };
        for (by, descending) in Column::ALL.into_iter().flat_map(|by| [(by, false), (by, true)]) {
            let sort = Sort { by, descending };
            let first = asker.ask(&query("", Filter::default(), sort)).await;
            first.touches(400);
            asker.ask(&PeopleQuery { from: first.after.clone(), ..first.query }).await.touches(600);
            for (term, hits, most) in TERMS {
                let page = asker.ask(&query(term, Filter::default(), sort)).await;
                assert_eq!(page.rows.len(), hits.min(50), "{term} by {sort:?}");
                page.touches(most);
                asker.turns(page, &format!("strpos(search_key, '{term}') > 0"), most * 2).await;
            }
            for (filter, means) in filters() {
                let page = asker.ask(&query("", filter, sort)).await;
                page.touches(1_500);
                asker.turns(page, means, 2_500).await;
            }
        }
    }
}

/// Every key and index of a table that grows with a practice begins with the practice, so that practices can be kept apart: all others
/// are listed here, and in `docs/operating.md`.
#[tokio::test]
async fn what_belongs_to_a_practice_is_found_by_it() {
    let database = Database::fresh().await;
    let found = database.sql(
        "SELECT c.relname || ' ' || i.relname FROM pg_index AS x
            JOIN pg_class AS c ON c.oid = x.indrelid JOIN pg_class AS i ON i.oid = x.indexrelid
            JOIN pg_attribute AS p ON p.attrelid = c.oid AND p.attname = 'practice' AND NOT p.attisdropped
            LEFT JOIN pg_attribute AS k ON k.attrelid = c.oid AND k.attnum = x.indkey[0]
            WHERE c.relnamespace = 'public'::regnamespace AND k.attname IS DISTINCT FROM 'practice' ORDER BY 1",
    );
    assert_eq!(found.lines().collect::<Vec<_>>(), BY_ANOTHER_KEY);
}

struct Asked {
    query: PeopleQuery,
    rows: Vec<Uuid>,
    before: Option<Cursor>,
    after: Option<Cursor>,
    plans: Vec<Value>,
    mode: &'static str,
}

impl Asked {
    fn touches(&self, most: u64) {
        let about = || format!("{}: {:?}\n{:#?}", self.mode, self.query, self.plans);
        let blocks: u64 = self.plans.iter().map(|plan| blocks(&plan["Plan"])).sum();
        assert!(blocks <= most, "{blocks} blocks, not {most}: {}", about());
        for plan in &self.plans {
            let mut scanned = BTreeMap::new();
            scans(&plan["Plan"], &mut scanned);
            for table in ["person", "person_letters"] {
                assert!(!scanned.contains_key(table), "reads all of {table}: {}", about());
            }
        }
    }
}

/// Someone who asks, and listens to what the server says about it.
struct Asker<'a> {
    database: &'a Database,
    postgres: Arc<Postgres>,
    mode: &'static str,
    mark: u64,
}

impl Asker<'_> {
    /// Where the server chooses, it is asked often enough that a plan for all questions may take the place of plans for each.
    async fn ask(&mut self, query: &PeopleQuery) -> Asked {
        for _ in 0..if self.mode == "auto" { 6 } else { 1 } {
            self.postgres.people(query).await.expect("a page");
        }
        let _ = self.database.said(&mut self.mark);
        let page = self.postgres.people(query).await.expect("a page");
        let plans = plans(&self.database.said(&mut self.mark));
        assert!(!plans.is_empty(), "the server explains itself");
        let rows = page.people.iter().map(|person| person.id.0).collect();
        Asked { query: query.clone(), rows, before: page.before, after: page.after, plans, mode: self.mode }
    }

    /// Turns to the second page and back. Both are as by hand, and no plan takes long.
    async fn turns(&mut self, first: Asked, means: &str, most: u64) {
        let about = format!("{}: {means} by {:?}", self.mode, first.query.sort);
        assert_eq!(first.before, None, "{about}");
        let mut both = first.rows.clone();
        if first.after.is_some() {
            let second = self.ask(&PeopleQuery { from: first.after, ..first.query.clone() }).await;
            second.touches(most);
            both.extend(second.rows);
            let back = self.ask(&PeopleQuery { from: second.before, ..first.query.clone() }).await;
            back.touches(most);
            let common = COMMON.contains(&&*first.query.search);
            assert!(!common || !back.plans.iter().any(gathers), "{about}: {:#?}", back.plans);
            assert_eq!((back.rows, back.before), (first.rows, None), "{about}");
        }
        if self.mode == "auto" {
            assert_eq!(both, by_hand(self.database, means, first.query.sort), "{about}");
        }
    }
}

/// The first hundred rows of which something holds, as one would look for them without an index.
fn by_hand(database: &Database, means: &str, sort: Sort) -> Vec<Uuid> {
    let key = match sort.by {
        Column::FirstName => "first_key",
        Column::LastName => "last_key",
        Column::Role => "role_key",
        Column::Created => "invited_at",
        Column::LastActivity => "active_key",
        Column::Status => "standing_key",
        Column::Tier => "tier_key",
    };
    let way = if sort.descending { "DESC" } else { "ASC" };
    let found = database.sql(&format!(
        "SELECT id FROM person WHERE practice = '{LARGE}' AND {means}
        ORDER BY {key} {way}, name_key {way}, id {way} LIMIT 100"
    ));
    found.lines().map(|id| id.parse().expect("an id")).collect()
}

/// What the server said about each statement: a heading, then JSON on indented lines.
fn plans(log: &str) -> Vec<Value> {
    let said = log.split("plan:\n").skip(1);
    said.map(|said| {
        let lines: String = said.lines().take_while(|line| line.starts_with('\t')).collect();
        serde_json::from_str(&lines).unwrap_or_else(|why| panic!("{why}: {lines}"))
    })
    .collect()
}

fn blocks(plan: &Value) -> u64 {
    let number = |key: &str| plan[key].as_u64().expect("buffers are counted");
    number("Shared Hit Blocks") + number("Shared Read Blocks")
}

/// The tables that are read from end to end.
fn scans(plan: &Value, into: &mut BTreeMap<String, u64>) {
    if plan["Node Type"] == "Seq Scan" {
        *into.entry(plan["Relation Name"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
    }
    for below in plan["Plans"].as_array().into_iter().flatten() {
        scans(below, into);
    }
}

/// Whether rows are come by through their letters.
fn gathers(plan: &Value) -> bool {
    plan.to_string().contains("person_letters")
}

fn query(search: &str, filter: Filter, sort: Sort) -> PeopleQuery {
    PeopleQuery { practice: LARGE, search: search.to_owned(), filter, sort, from: None, size: 50 }
}

fn filters() -> [(Filter, &'static str); 4] {
    let cells = |keep: fn(&Cell) -> bool| Some(Cell::ALL.into_iter().filter(keep).collect());
    [
        (
            Filter { cells: cells(|cell| cell.standing == Enrolment::Proven), ..Filter::default() },
            "standing = 'proven'",
        ),
        (Filter { cells: cells(|cell| !cell.patient), ..Filter::default() }, "kind <> 'patient'"),
        (Filter { tier: Some(Tier::Paid), ..Filter::default() }, "tier = 'paid'"),
        (Filter { locked: Some(true), ..Filter::default() }, "locked"),
    ]
}

const LARGE: PracticeId = PracticeId(Uuid::from_u128(1));

/// A term, how many rows have it, and how many blocks may be touched. The rows of `zimmer` are all at one end when the list is sorted by
/// name: they are gathered, and the walk that was tried before is bounded. Of `annc` a short walk meets some, and is gone on with.
const TERMS: [(&str, usize, u64); 9] = [
    ("mail.example", 40_000, 2_000),
    ("m", 40_000, 2_000),
    ("zimmer", 4_000, 10_000),
    ("annc", 1_667, 4_000),
    ("quincy", 400, 3_000),
    ("n17@", 1, 1_600),
    ("qqqzzz", 0, 1_600),
    ("qx", 0, 1_600),
    ("~", 0, 1_600),
];

/// Terms of which a walk meets a page wherever it begins, so that nothing is gathered, on the way back to the first page either.
const COMMON: [&str; 2] = ["mail.example", "m"];

/// Tables, and keys by which ports look something up without its practice; letters are numbers that are made with it.
const BY_ANOTHER_KEY: [&str; 29] = [
    "api_key api_key_digest_key",
    "api_key api_key_pkey",
    "import import_going",
    "import import_uploaded",
    "invitation invitation_open",
    "invitation invitation_pkey",
    "invoice invoice_payer",
    "invoice invoice_pkey",
    "member member_account",
    "notice event_due",
    "notice notice_due",
    "notice notice_parked",
    "notice notice_pkey",
    "password_link password_link_pkey",
    "person person_account",
    "person_letters person_letters_parts",
    "purchase purchase_due",
    "purchase purchase_pkey",
    "purchase purchase_quote",
    "quote quote_pkey",
    "registration registration_cookie_key",
    "registration registration_pkey",
    "session session_cookie_key",
    "session session_live",
    "session session_pkey",
    "subscription subscription_due",
    "subscription subscription_live",
    "subscription subscription_payer",
    "subscription subscription_pkey",
];

/// 40,000 people in one practice and one each in 3,000 others; the statistics are fresh.
const PEOPLE: &str = "
INSERT INTO practice (id, version, name, preset, policy, user_managers, created_at)
    SELECT lpad(to_hex(n), 32, '0')::uuid, 0, 'Practice', 'standard', '', 0, 0 FROM generate_series(1, 3001) AS n;
DROP INDEX person_letters_parts;
INSERT INTO person (practice, id, account, first_name, last_name, email, kind, placement, invited_at, active_at, standing, tier,
        locked, user_manager, mail, first_key, last_key, name_key, search_key)
    SELECT lpad(to_hex(greatest(n - 39999, 1)), 32, '0')::uuid, gen_random_uuid(), NULL, first, last, email,
        CASE n % 40 WHEN 1 THEN 'doctor' ELSE 'patient' END, 'outside', n * 7919 % 40000, CASE WHEN n % 5 > 1 THEN n END,
        CASE n % 5 WHEN 0 THEN 'not-registered' WHEN 1 THEN 'not-registered' ELSE 'proven' END,
        CASE n % 50 WHEN 2 THEN 'paid' ELSE 'free' END, n % 1000 = 3, false, 'sent', first, last,
        last || E'\\x01' || first || E'\\x01' || email, first || E'\\n' || last || E'\\n' || email
    FROM (SELECT n, CASE n % 100 WHEN 0 THEN 'quincy' ELSE 'ann' || chr(97 + n % 24) END AS first,
            CASE n % 10 WHEN 4 THEN 'zimmer' ELSE chr(97 + n % 23) || 'ovar' || n % 997 END AS last, 'n' || n || '@mail.example' AS email
        FROM generate_series(1, 43000) AS n) AS drawn;
CREATE INDEX person_letters_parts ON person_letters USING gin (letters_of(practice, search_key)) WITH (fastupdate = off)";

/// Every statement is explained in the server's log.
const EXPLAIN: &str = "
ALTER DATABASE :name SET session_preload_libraries = 'auto_explain';
ALTER DATABASE :name SET auto_explain.log_min_duration = 0;
ALTER DATABASE :name SET auto_explain.log_analyze = on;
ALTER DATABASE :name SET auto_explain.log_buffers = on;
ALTER DATABASE :name SET auto_explain.log_timing = off;
ALTER DATABASE :name SET auto_explain.log_format = 'json'";

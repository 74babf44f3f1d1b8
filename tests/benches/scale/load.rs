//! Fills a cluster by `COPY`, with rows as the store would have written them: what is read back through its ports must be equal.

use std::fmt::Write as _;
use std::time::Instant;

use practice_domain::channel::Placement;
use practice_domain::invitation::InvitationState;
use practice_domain::member::{Kind, Tier};
use practice_domain::person::Enrolment;
use practice_domain::policy::Preset;
use practice_domain::port::{Reader, Store};
use practice_domain::practice::Practice;
use practice_domain::value::{PracticeId, PracticeName, Time, fold};
use practice_storage_postgres::Postgres;
use sqlx::postgres::PgConnection;
use sqlx::{Executor, Row};
use uuid::Uuid;

use super::crowd::{Somebody, somebody};
use crate::world::NOW;

/// Fills the large practices and the small ones, and says how far it is.
pub(super) async fn load(conn: &mut PgConnection, large: &[(PracticeId, usize)], small: usize) -> Vec<Somebody> {
    let started = Instant::now();
    let indexes = without_indexes(conn).await;
    let mut kept = Vec::new();
    let mut batch = Batch::default();
    let all: usize = large.iter().map(|(_, size)| size).sum::<usize>() + small;
    let mut done = 0_usize;
    for &(practice, size) in large {
        batch.found(practice);
        let mut manager = None;
        for n in 0..size {
            let somebody = somebody(practice, n, manager);
            manager = manager.or(somebody.person.account);
            batch.add(&somebody);
            if n.is_multiple_of(size / SAMPLE) {
                kept.push(somebody);
            }
            done += 1;
            if done.is_multiple_of(BATCH) {
                batch.send(conn).await;
                progress("people", done, all, started);
            }
        }
    }
    for n in 0..small {
        let practice = PracticeId(Uuid::from_u128(SMALL + n as u128));
        batch.found(practice);
        batch.add(&somebody(practice, 0, None));
        done += 1;
        if done.is_multiple_of(BATCH) {
            batch.send(conn).await;
            progress("practices", done, all, started);
        }
    }
    batch.send(conn).await;
    must(conn, TALLY).await;
    must(conn, LETTERS).await;
    for (n, definition) in indexes.iter().enumerate() {
        must(conn, definition).await;
        progress("indexes", n + 1, indexes.len(), started);
    }
    must(conn, "SET session_replication_role = origin").await;
    must(conn, "VACUUM ANALYZE").await;
    kept
}

/// Looks whether everything is as the store would have it.
pub(super) async fn verify(store: &Postgres, conn: &mut PgConnection, kept: &[Somebody]) {
    for somebody in kept {
        let Somebody { invitation, place, person } = somebody;
        assert_eq!(store.invitation(invitation.id).await.expect("readable").as_ref(), Some(invitation));
        assert_eq!(store.person(person.practice, person.id).await.expect("readable").as_ref(), Some(person));
        if let Some((account, member)) = place {
            assert_eq!(store.account(account.id).await.expect("readable").as_ref(), Some(account));
            assert_eq!(store.member(member.practice, account.id).await.expect("readable").as_ref(), Some(member));
        }
    }
    for (rule, sql) in RULES {
        let broken: i64 = conn.fetch_one(*sql).await.expect("an answer").get(0);
        assert_eq!(broken, 0, "{rule}");
    }
    println!("{} people read back as they were meant, {} rules hold for all rows", kept.len(), RULES.len());
}

/// Rows on their way, as `COPY` reads them.
#[derive(Default)]
struct Batch {
    rows: [String; TABLES.len()],
}

impl Batch {
    fn found(&mut self, practice: PracticeId) {
        let name = PracticeName::parse("Brightwater Family Dental").expect("a name");
        let p = Practice::found(practice, name, None, Preset::Standard, NOW);
        let (id, version, at) = (practice.0, p.version.0, p.created_at.micros());
        // Else they could invite only so many a day.
        let policy = if id.as_u128() < SMALL { "invitation.sends_per_practice=10000" } else { "" };
        line(&mut self.rows[0], &[&id, &version, &p.name.as_str(), &NULL, &"standard", &policy, &1, &at]);
    }

    fn add(&mut self, somebody: &Somebody) {
        let Somebody { invitation: i, place, person } = somebody;
        let (state, at, expires, account) = match i.state {
            InvitationState::Open { sent_at, expires_at } => ("open", sent_at, Some(expires_at), None),
            InvitationState::Accepted { at, account } => ("accepted", at, None, Some(account)),
            InvitationState::Withdrawn { at } | InvitationState::Superseded { at } => ("withdrawn", at, None, None),
        };
        let (practice, address) = (i.practice.0, i.email.normal());
        let inviter = maybe(i.inviter.map(|id| id.0));
        let (product, whereto, what) = ("securemail", placement(i.channel.placement), kind(i.channel.kind));
        let (first, last, created) = (i.name.first(), i.name.last(), i.created_at.micros());
        line(
            &mut self.rows[1],
            &[
                &i.id.0,
                &i.version.0,
                &practice,
                &inviter,
                &product,
                &whereto,
                &what,
                &i.email.as_typed(),
                &address,
                &first,
                &last,
                &NULL,
                &NULL,
                &i.generation,
                &created,
                &state,
                &at.micros(),
                &maybe(expires.map(Time::micros)),
                &maybe(account.map(|id| id.0)),
            ],
        );
        if state == "open" {
            line(&mut self.rows[4], &[&practice, &"open-invitation", &address, &i.id.0]);
        }
        if let Some((a, m)) = place {
            let cell = maybe(a.phones.cell.as_ref().map(|phone| phone.e164().to_owned()));
            let proven = maybe(a.proven.as_ref().map(|phone| phone.e164().to_owned()));
            let at = a.registered_at.micros();
            line(
                &mut self.rows[2],
                &[
                    &a.id.0,
                    &a.version.0,
                    &a.email.as_typed(),
                    &address,
                    &first,
                    &last,
                    &cell,
                    &NULL,
                    &proven,
                    &a.password.encoded(),
                    &a.terms.version,
                    &a.terms.accepted_at.micros(),
                    &practice,
                    &at,
                    &a.password_set_at.micros(),
                    &"",
                    &"f",
                    &NULL,
                ],
            );
            line(
                &mut self.rows[3],
                &[
                    &practice,
                    &m.id.0,
                    &m.version.0,
                    &a.id.0,
                    &what,
                    &m.role,
                    &truth(m.user_manager),
                    &tier(m.tier),
                    &i.id.0,
                    &m.invited_at.micros(),
                    &m.joined_at.micros(),
                    &"t",
                    &NULL,
                ],
            );
            line(&mut self.rows[4], &[&Uuid::nil(), &"address", &address, &a.id.0]);
            line(&mut self.rows[4], &[&practice, &"membership", &a.id, &m.id.0]);
            if person.locked {
                line(&mut self.rows[6], &[&a.id.0, &"account", &Uuid::nil(), &1, &7, &at, &7]);
            }
            if m.user_manager {
                line(&mut self.rows[4], &[&practice, &"first-user-manager", &"", &a.id.0]);
            }
        }
        let p = person;
        line(
            &mut self.rows[5],
            &[
                &practice,
                &p.id.0,
                &maybe(p.account.map(|id| id.0)),
                &first,
                &last,
                &p.email.as_typed(),
                &what,
                &placement(p.placement),
                &p.invited_at.micros(),
                &maybe(p.active_at.map(Time::micros)),
                &standing(p.standing),
                &tier(p.tier),
                &truth(p.locked),
                &truth(p.user_manager),
                &if p.standing == Enrolment::NotRegistered { "queued" } else { "sent" },
                &fold(first),
                &fold(last),
                &p.name_key(),
                &p.search_key().replace('\n', "\\n"),
            ],
        );
    }

    async fn send(&mut self, conn: &mut PgConnection) {
        for (rows, (table, columns)) in self.rows.iter_mut().zip(TABLES) {
            let mut copy = conn.copy_in_raw(&format!("COPY {table} ({columns}) FROM STDIN")).await.expect("a copy");
            copy.send(rows.as_bytes()).await.expect("taken");
            copy.finish().await.expect("kept");
            rows.clear();
        }
    }
}

fn line(into: &mut String, cells: &[&dyn std::fmt::Display]) {
    for (at, cell) in cells.iter().enumerate() {
        let end = if at + 1 == cells.len() { '\n' } else { '\t' };
        write!(into, "{cell}{end}").expect("memory");
    }
}

fn maybe(value: Option<impl ToString>) -> String {
    value.map_or_else(|| NULL.to_owned(), |value| value.to_string())
}

fn placement(placement: Placement) -> &'static str {
    match placement {
        Placement::InPractice => "in-practice",
        Placement::Outside => "outside",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Doctor => "doctor",
        Kind::Staff => "staff",
        Kind::Patient => "patient",
    }
}

fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Free => "free",
        Tier::Paid => "paid",
        Tier::PaidWithPlugin => "paid-with-plugin",
    }
}

fn standing(standing: Enrolment) -> &'static str {
    match standing {
        Enrolment::NotRegistered => "not-registered",
        Enrolment::Unproven => "unproven",
        Enrolment::Proven => "proven",
    }
}

fn truth(is: bool) -> &'static str {
    if is { "t" } else { "f" }
}

/// Takes away every index that no constraint needs, and gives back what makes them; triggers rest meanwhile.
async fn without_indexes(conn: &mut PgConnection) -> Vec<String> {
    must(conn, "SET session_replication_role = replica; SET maintenance_work_mem = '1GB'; SET jit = off").await;
    let rows = conn.fetch_all(INDEXES).await.expect("indexes");
    let mut definitions = Vec::new();
    for row in rows {
        must(conn, &format!("DROP INDEX {}", row.get::<String, _>(0))).await;
        definitions.push(row.get(1));
    }
    definitions
}

async fn must(conn: &mut PgConnection, sql: &str) {
    let done = sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(conn).await;
    done.unwrap_or_else(|why| panic!("{why}: {sql}"));
}

fn progress(what: &str, done: usize, all: usize, started: Instant) {
    println!("{:6.0} s {what:>10} {done:>9} of {all}", started.elapsed().as_secs_f64());
}

const NULL: &str = "\\N";

const BATCH: usize = 100_000;

/// So many of each practice are read back.
const SAMPLE: usize = 100;

/// The ids of small practices begin here.
pub(super) const SMALL: u128 = (1 << 64) + (1 << 23);

const TABLES: [(&str, &str); 7] = [
    ("practice", "id, version, name, phone, preset, policy, user_managers, created_at"),
    (
        "invitation",
        "id, version, practice, inviter, product, placement, kind, email, email_key, first_name, last_name, cell, landline,
            generation, created_at, state, state_at, expires_at, account",
    ),
    (
        "account",
        "id, version, email, email_key, first_name, last_name, cell, landline, proven, password, terms_version, terms_at, home,
            registered_at, password_set_at, former, compromised, time_zone",
    ),
    (
        "member",
        "practice, id, version, account, kind, role, user_manager, tier, invitation, invited_at, joined_at, active, until",
    ),
    ("claim", "practice, kind, subject, owner"),
    (
        "person",
        "practice, id, account, first_name, last_name, email, kind, placement, invited_at, active_at, standing, tier, locked,
            user_manager, mail, first_key, last_key, name_key, search_key",
    ),
    ("counter", "subject, scope, device, version, failures, locked_at, unforgiven"),
];

const INDEXES: &str =
    "SELECT i.relname::text, pg_get_indexdef(i.oid) FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid
    JOIN pg_class AS c ON c.oid = x.indrelid WHERE c.relname IN ('person', 'person_letters', 'member', 'invitation')
    AND NOT EXISTS (SELECT 1 FROM pg_constraint AS k WHERE k.conindid = i.oid) ORDER BY i.relname";

const TALLY: &str = "INSERT INTO tally (practice, cluster, number)
    SELECT practice, cluster, count(*) FROM person GROUP BY practice, cluster";

const LETTERS: &str = "INSERT INTO person_letters
        (practice, id, search_key, cluster, first_key, last_key, name_key, invited_at, active_key)
    SELECT practice, id, search_key, cluster, first_key, last_key, name_key, invited_at, active_key FROM person";

/// What triggers and foreign keys would have seen to. Each counts what breaks it.
const RULES: &[(&str, &str)] = &[
    (
        "counts",
        "SELECT count(*) FROM (SELECT practice, cluster, count(*) FROM person GROUP BY 1, 2
        EXCEPT SELECT practice, cluster, number FROM tally) AS x",
    ),
    (
        "letters",
        "SELECT (SELECT count(*) FROM person) - (SELECT count(*) FROM person_letters AS l
        JOIN person AS p USING (practice, id, search_key, cluster, name_key, active_key))",
    ),
    ("practices", "SELECT count(*) FROM person WHERE practice NOT IN (SELECT id FROM practice)"),
    ("accounts", "SELECT count(*) FROM member AS m LEFT JOIN account AS a ON a.id = m.account WHERE a.id IS NULL"),
    (
        "addresses",
        "SELECT (SELECT count(*) FROM account) - (SELECT count(*) FROM claim AS c
        JOIN account AS a ON a.id = c.owner AND a.email_key = c.subject WHERE c.kind = 'address')",
    ),
];

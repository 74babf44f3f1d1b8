//! Pages and searches, ours and by hand.

use std::hint::black_box;
use std::time::Instant;

use practice_domain::person::{Column, Enrolment, SortKey};
use practice_domain::port::{Cell, Cursor, Filter, PeopleQuery, Reader, Sort};
use practice_domain::value::PracticeId;
use practice_storage_postgres::Postgres;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Column as _, Row, TypeInfo};
use uuid::Uuid;

use super::{Cost, ENOUGH, PATIENCE, TIMES, Times};

pub(super) async fn lists(store: &Postgres, conn: &mut PgConnection, practice: PracticeId) -> Vec<Cost> {
    let mut all = Vec::new();
    let query = |search: &str, filter: Filter, by, descending, from: Option<Cursor>| {
        let (search, sort) = (search.to_owned(), Sort { by, descending });
        PeopleQuery { practice, search, filter, sort, from, size: PAGE }
    };
    for by in Column::ALL {
        for descending in [false, true] {
            let way = if descending { "down" } else { "up" };
            let first = query("", Filter::default(), by, descending, None);
            all.push(cost(store, conn, format!("page by {by:?}, {way}"), &first).await);
        }
    }
    let mut deep = query("", Filter::default(), Column::LastName, false, None);
    for _ in 0..5 {
        deep.from = store.people(&deep).await.expect("a page").after;
    }
    all.push(cost(store, conn, "sixth page by LastName".to_owned(), &deep).await);
    let cells = Cell::ALL.into_iter().filter(|cell| cell.standing == Enrolment::Proven).collect();
    let registered = Filter { cells: Some(cells), ..Filter::default() };
    for by in [Column::LastName, Column::LastActivity, Column::Status] {
        let query = query("", registered.clone(), by, false, None);
        all.push(cost(store, conn, format!("registered by {by:?}"), &query).await);
    }
    let somebody = query("", Filter::default(), Column::Created, true, None);
    let somebody = store.people(&somebody).await.expect("a page").people.swap_remove(20).email;
    let terms = [
        ("common, far (surname)", "smith"),
        ("common, near (host)", "gmail"),
        ("common, one letter", "a"),
        ("common, two letters", "an"),
        ("one in a hundred", "brightwater"),
        ("rare (surname)", "zimmerman"),
        ("one person", somebody.as_typed()),
        ("nobody", "qqqzzz"),
        ("nobody, two letters", "qx"),
        ("nobody, one letter", "~"),
    ];
    for (kind, term) in terms {
        for by in [Column::LastName, Column::Created] {
            let query = query(term, Filter::default(), by, false, None);
            all.push(cost(store, conn, format!("{kind} by {by:?}"), &query).await);
        }
    }
    all
}

/// Ours, and what one would type, asked in turn. Of two ways to search by hand the faster one counts.
async fn cost(store: &Postgres, conn: &mut PgConnection, name: String, query: &PeopleQuery) -> Cost {
    let began = Instant::now();
    let mut ours = Times::default();
    let mut ways: Vec<(String, Times)> = by_hand(query).into_iter().map(|sql| (sql, Times::default())).collect();
    let mut page = store.people(query).await.expect("a page");
    while ours.0.len() < ENOUGH || (ours.0.len() < TIMES && began.elapsed() < PATIENCE) {
        let asked = Instant::now();
        page = store.people(query).await.expect("a page");
        ours.note(asked);
        for (sql, times) in &mut ways {
            // A way that takes long is not tried often.
            if times.0.iter().sum::<f64>() < 500.0 {
                let asked = Instant::now();
                let rows = ask(conn, sql, query).await;
                times.note(asked);
                assert_eq!(page.people.len(), rows.len().min(usize::from(PAGE)), "{query:?}");
            }
        }
    }
    assert!(page.people.iter().all(|person| person.search_key().contains(&query.search)));
    let best = ways.into_iter().map(|(_, mut times)| {
        times.sorted();
        times
    });
    Cost::new(name, ours, best.min_by(|a, b| a.p50().total_cmp(&b.p50())).expect("one way"))
}

async fn ask(conn: &mut PgConnection, sql: &str, query: &PeopleQuery) -> Vec<PgRow> {
    let mut statement = sqlx::query(AssertSqlSafe(sql)).bind(query.practice.0).bind(query.search.clone());
    if let Some(Cursor { mark, .. }) = &query.from {
        let SortKey::Text(key) = &mark.key else { unreachable!("LastName sorts by text") };
        statement = statement.bind(key.clone()).bind(mark.name.clone()).bind(mark.id.0);
    }
    let rows = statement.fetch_all(conn).await.expect("rows");
    // The same columns, each read as what the database holds: nothing is checked, and no value of ours is made of it.
    for row in &rows {
        for at in 0..row.len() {
            match row.column(at).type_info().name() {
                "UUID" => drop(black_box(row.try_get::<Option<Uuid>, _>(at).expect("an id"))),
                "INT8" => drop(black_box(row.try_get::<Option<i64>, _>(at).expect("a number"))),
                "BOOL" => drop(black_box(row.try_get::<Option<bool>, _>(at).expect("a flag"))),
                _ => drop(black_box(row.try_get::<Option<String>, _>(at).expect("a text"))),
            }
        }
    }
    rows
}

/// What a person at the prompt would type: the rows of the practice, the condition, the order, the limit; and for a search also by the
/// index of letters.
fn by_hand(query: &PeopleQuery) -> Vec<String> {
    let key = match query.sort.by {
        Column::FirstName => "first_key",
        Column::LastName => "last_key",
        Column::Role => "role_key",
        Column::Created => "invited_at",
        Column::LastActivity => "active_key",
        Column::Status => "standing_key",
        Column::Tier => "tier_key",
    };
    let way = if query.sort.descending { "DESC" } else { "ASC" };
    let order = format!("ORDER BY p.{key} {way}, p.name_key {way}, p.id {way} LIMIT {}", PAGE + 1);
    let wanted = match (&query.from, &query.filter.cells) {
        (Some(_), _) => format!("AND (p.{key}, p.name_key, p.id) > ($3, $4, $5) AND $2 = ''"),
        (None, Some(_)) => "AND p.standing = 'proven' AND $2 = ''".to_owned(),
        (None, None) if query.search.is_empty() => "AND $2 = ''".to_owned(),
        (None, None) => "AND strpos(p.search_key, $2) > 0".to_owned(),
    };
    let mut ways = vec![format!("SELECT {SHOWN} FROM person AS p WHERE p.practice = $1 {wanted} {order}")];
    if !query.search.is_empty() {
        let part: String = query.search.chars().take(if query.search.len() == 4 { 3 } else { 5 }).collect();
        ways.push(format!(
            "SELECT {SHOWN} FROM person AS p JOIN person_letters AS l USING (practice, id)
            WHERE letters_of(l.practice, l.search_key) @> letters_among($1, ARRAY['{part}'])
            AND strpos(l.search_key, $2) > 0 {order}"
        ));
    }
    ways
}

const PAGE: u16 = 50;

/// What a page shows.
const SHOWN: &str =
    "p.practice, p.id, p.account, p.first_name, p.last_name, p.email, p.kind, p.placement, p.invited_at, p.active_at,
    p.standing, p.tier, p.locked, p.user_manager, p.mail";

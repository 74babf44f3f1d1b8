//! `cargo xtask bench list`: pages and searches of Manage Account in practices of 1,000 and 100,000 people, beside the same
//! question as one SQL statement, written by hand and asked of the same file.

use std::time::Instant;

use crate::world::{World, median};
use practice_domain::person::Column;
use practice_domain::port::{Cursor, Filter, PeopleQuery, Reader, Sort};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Row};

const SIZES: [usize; 2] = [1_000, 100_000];
const PAGE: u16 = 50;
const TIMES: usize = 101;

pub(crate) async fn run() {
    let world = World::new().await;
    let mut rows: Vec<(String, Vec<(f64, f64)>)> = Vec::new();
    let mut from = 0;
    for size in SIZES {
        world.fill(from, size).await;
        from = size;
        let file = world.folder.path().join("portal.db");
        let mut conn = SqliteConnectOptions::new().filename(file).read_only(true).connect().await.expect("the file");
        for (at, (name, times)) in measure(&world, &mut conn).await.into_iter().enumerate() {
            if rows.len() <= at {
                rows.push((name, Vec::new()));
            }
            rows[at].1.push(times);
        }
    }
    println!(
        "{:34} {:>10} {:>10} {:>7}   {:>10} {:>10} {:>7}   {:>5}",
        "median of 101, ms", "1,000", "by hand", "ratio", "100,000", "by hand", "ratio", "flat"
    );
    for (name, times) in rows {
        let [(small, small_bare), (large, large_bare)] = times[..] else { continue };
        println!(
            "{name:34} {small:10.3} {small_bare:10.3} {:7.2}   {large:10.3} {large_bare:10.3} {:7.2}   {:5.2}",
            small / small_bare,
            large / large_bare,
            large / small
        );
    }
    println!("wanted: each ratio at most 2; flat near 1 for pages, and for searches near that of the query by hand");
}

async fn measure(world: &World, conn: &mut SqliteConnection) -> Vec<(String, (f64, f64))> {
    let mut all = Vec::new();
    for by in Column::ALL {
        for descending in [false, true] {
            let query = query(world, "", Sort { by, descending }, None);
            let way = if descending { "down" } else { "up" };
            all.push((format!("page of {by:?}, {way}"), pair(world, conn, &query).await));
        }
    }
    let sort = Sort { by: Column::LastName, descending: false };
    let first = world.store.people(&query(world, "", sort, None)).await.expect("a page");
    all.push(("second page of LastName".to_owned(), pair(world, conn, &query(world, "", sort, first.after)).await));
    for (kind, term) in [
        ("common", "smi"),
        ("rare", "smiquin"),
        ("one person", "rnor.990@"),
        ("absent", "qqqzzz"),
        ("two letters, absent", "qx"),
    ] {
        all.push((format!("search, {kind} ({term})"), pair(world, conn, &query(world, term, sort, None)).await));
    }
    all
}

fn query(world: &World, search: &str, sort: Sort, from: Option<Cursor>) -> PeopleQuery {
    PeopleQuery {
        practice: world.practice.id,
        search: search.to_owned(),
        filter: Filter::default(),
        sort,
        from,
        size: PAGE,
    }
}

/// Milliseconds of ours, and of the statement by hand, asked in turn.
async fn pair(world: &World, conn: &mut SqliteConnection, query: &PeopleQuery) -> (f64, f64) {
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let asked = Instant::now();
        let page = world.store.people(query).await.expect("a page");
        ours.push(asked.elapsed().as_secs_f64() * 1_000.0);
        let asked = Instant::now();
        let found = by_hand(world, conn, query).await;
        bare.push(asked.elapsed().as_secs_f64() * 1_000.0);
        assert_eq!(page.people.len(), found.min(usize::from(PAGE)), "{query:?}");
    }
    (median(ours), median(bare))
}

/// What a person at the prompt would type: the rows of the practice, the condition, the order, the limit.
async fn by_hand(world: &World, conn: &mut SqliteConnection, query: &PeopleQuery) -> usize {
    let up = !query.sort.descending;
    let sql = match (query.search.is_empty(), query.from.is_some()) {
        (false, _) => SEARCH,
        (true, true) => NEXT,
        (true, false) => page_sql(query.sort.by, up),
    };
    let mut statement = sqlx::query(sql).bind(world.practice.id.0).bind(i64::from(PAGE) + 1);
    if !query.search.is_empty() {
        statement = statement.bind(query.search.clone());
    }
    if let Some(Cursor { mark, .. }) = &query.from {
        let practice_domain::person::SortKey::Text(key) = &mark.key else { unreachable!("LastName sorts by text") };
        statement = statement.bind(key.clone()).bind(mark.name.clone()).bind(mark.id.0);
    }
    let rows = statement.fetch_all(conn).await.expect("rows");
    // A person at the prompt sees every column, so every column is read.
    rows.iter().map(|row| (0..row.len()).filter(|at| row.try_get_raw(*at).is_ok()).count().min(1)).sum()
}

const SEARCH: &str =
    "SELECT * FROM person WHERE practice = ?1 AND instr(search_key, ?3) > 0 ORDER BY last_key, name_key, id LIMIT ?2";
const NEXT: &str = "SELECT * FROM person WHERE practice = ?1 AND (last_key, name_key, id) > (?3, ?4, ?5)
    ORDER BY last_key, name_key, id LIMIT ?2";

macro_rules! page_sql {
    ($key:literal, $up:expr) => {
        if $up {
            concat!("SELECT * FROM person WHERE practice = ?1 ORDER BY ", $key, ", name_key, id LIMIT ?2")
        } else {
            concat!(
                "SELECT * FROM person WHERE practice = ?1 ORDER BY ",
                $key,
                " DESC, name_key DESC, id DESC LIMIT ?2"
            )
        }
    };
}

fn page_sql(by: Column, up: bool) -> &'static str {
    match by {
        Column::FirstName => page_sql!("first_key", up),
        Column::LastName => page_sql!("last_key", up),
        Column::Role => page_sql!("role_key", up),
        Column::Created => page_sql!("invited_at", up),
        Column::LastActivity => page_sql!("active_key", up),
        Column::Status => page_sql!("standing_key", up),
        Column::Tier => page_sql!("tier_key", up),
    }
}

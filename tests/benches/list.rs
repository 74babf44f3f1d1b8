//! `cargo xtask bench list`: pages and searches of Manage Account in practices of 1,000 and 100,000 people, beside the same
//! question as one SQL statement, written by hand and asked of the same file.
//!
//! Both are asked on a thread for what blocks. To wake one takes as long for either, but on another day of the same machine several
//! times as long, up to that of a whole page: it is printed by itself.

use std::hint::black_box;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use crate::world::{World, median};
use practice_domain::person::Column;
use practice_domain::port::{Cursor, Filter, PeopleQuery, Reader, Sort};
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, Row, params_from_iter};

const SIZES: [usize; 2] = [1_000, 100_000];
const PAGE: u16 = 50;
const TURNS: usize = 5;
const IN_A_ROW: usize = 20;
/// Listed at both sizes.
const SOMEBODY: usize = 990;

pub(crate) async fn run() {
    let world = World::new().await;
    let mut sizes = Vec::new();
    let mut from = 0;
    for size in SIZES {
        let began = Instant::now();
        world.fill(from, size).await;
        println!("{} people listed in {:.1} s", size - from, began.elapsed().as_secs_f64());
        from = size;
        let file = world.folder.path().join("portal.db");
        let conn = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the file");
        sizes.push(measure(&world, &Prompt(Arc::new(Mutex::new(conn)))).await);
    }
    println!("a thread is woken, and what it did is waited for, in {:.3} ms", woken().await);
    let group = format!("{:>8} {:>8} {:>8} {:>6}", "hits", "ms", "by hand", "ratio");
    println!("\n{:30}{:^36}{:^36}", "median of 100", "among 1,000 people", "among 100,000 people");
    println!("{:30}{group:>36}{group:>36}{:>8}", "", "growth");
    let [small, large] = &sizes[..] else { return };
    for (small, large) in small.iter().zip(large) {
        let growth = large.ours / small.ours;
        println!("{:30}{:>36}{:>36}{growth:8.2}", small.name, small.columns(), large.columns());
    }
    println!(
        "wanted: each ratio at most 2, and growth near 1 for every page and every search with as many hits as before"
    );
}

/// Where somebody asks by hand.
struct Prompt(Arc<Mutex<Connection>>);

impl Prompt {
    async fn ask<T: Send + 'static>(&self, question: impl FnOnce(&Connection) -> T + Send + 'static) -> T {
        let conn = Arc::clone(&self.0);
        let asked = tokio::task::spawn_blocking(move || question(&conn.lock().expect("one at a time")));
        asked.await.expect("an answer")
    }
}

/// How long a thread takes that has nothing to do.
async fn woken() -> f64 {
    let mut times = Vec::new();
    for _ in 0..TURNS * IN_A_ROW {
        let asked = Instant::now();
        tokio::task::spawn_blocking(|| ()).await.expect("nothing");
        times.push(asked.elapsed().as_secs_f64() * 1_000.0);
    }
    median(times)
}

/// What one question cost, in milliseconds.
struct Cost {
    name: String,
    hits: i64,
    ours: f64,
    by_hand: f64,
}

impl Cost {
    fn columns(&self) -> String {
        format!("{:8} {:8.3} {:8.3} {:6.2}", self.hits, self.ours, self.by_hand, self.ours / self.by_hand)
    }
}

async fn measure(world: &World, prompt: &Prompt) -> Vec<Cost> {
    let mut all = Vec::new();
    for by in Column::ALL {
        for descending in [false, true] {
            let way = if descending { "down" } else { "up" };
            let query = query(world, "", Sort { by, descending }, None);
            all.push(cost(world, prompt, format!("page of {by:?}, {way}"), &query).await);
        }
    }
    let sort = Sort { by: Column::LastName, descending: false };
    let first = world.store.people(&query(world, "", sort, None)).await.expect("a page");
    let second = query(world, "", sort, first.after);
    all.push(cost(world, prompt, "second page of LastName".to_owned(), &second).await);
    let address = world.somebody(SOMEBODY).email;
    for (kind, term) in [
        ("many", "smi"),
        ("some", "smiquin"),
        ("always 200", "harbor"),
        ("always 200, four letters", "harb"),
        ("one person", ".990@"),
        ("one whole address", address.as_typed()),
        ("nobody", "qqqzzz"),
        ("nobody, two letters", "qx"),
    ] {
        let query = query(world, term, sort, None);
        all.push(cost(world, prompt, format!("search, {kind}"), &query).await);
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

/// Ours, and the statement by hand, asked by turns, some times in a row each: a statement by hand that reads all of a large practice
/// leaves the processor's caches to whoever is asked next as a small one does not, and practices of two sizes are compared.
async fn cost(world: &World, prompt: &Prompt, name: String, query: &PeopleQuery) -> Cost {
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let mut listed = 0;
        for _ in 0..IN_A_ROW {
            let asked = Instant::now();
            listed = world.store.people(query).await.expect("a page").people.len();
            ours.push(asked.elapsed().as_secs_f64() * 1_000.0);
        }
        for _ in 0..IN_A_ROW {
            let asked = Instant::now();
            let found = by_hand(world, prompt, query).await;
            bare.push(asked.elapsed().as_secs_f64() * 1_000.0);
            assert_eq!(listed, found.min(usize::from(PAGE)), "{query:?}");
        }
    }
    let who = (world.practice.id.0, query.search.clone());
    let hits = prompt.ask(|conn| conn.query_one(HITS, who, |row| row.get(0)).expect("a number")).await;
    Cost { name, hits, ours: median(ours), by_hand: median(bare) }
}

/// What a person at the prompt would type: the rows of the practice, the condition, the order, the limit.
async fn by_hand(world: &World, prompt: &Prompt, query: &PeopleQuery) -> usize {
    let up = !query.sort.descending;
    let sql = match (query.search.is_empty(), query.from.is_some()) {
        (false, _) => SEARCH,
        (true, true) => NEXT,
        (true, false) => page_sql(query.sort.by, up),
    };
    let mut values: Vec<Value> = vec![world.practice.id.0.into(), (i64::from(PAGE) + 1).into()];
    if !query.search.is_empty() {
        values.push(query.search.clone().into());
    }
    if let Some(Cursor { mark, .. }) = &query.from {
        let practice_domain::person::SortKey::Text(key) = &mark.key else { unreachable!("LastName sorts by text") };
        values.extend([key.clone().into(), mark.name.clone().into(), mark.id.0.into()]);
    }
    prompt.ask(move |conn| rows(conn, sql, values)).await
}

/// How many rows a statement finds. A person at the prompt sees every column, so every column is read.
fn rows(conn: &Connection, sql: &str, values: Vec<Value>) -> usize {
    let mut statement = conn.prepare_cached(sql).expect("a statement");
    let columns = statement.column_count();
    let read = |row: &Row<'_>| (0..columns).map(|at| row.get(at)).collect::<Result<Vec<Value>, _>>();
    let rows = statement.query_map(params_from_iter(values), read).expect("rows");
    rows.map(|row| row.expect("a row")).filter(|row| black_box(row).len() == columns).count()
}

const HITS: &str = "SELECT count(*) FROM person WHERE practice = ?1 AND (?2 = '' OR instr(search_key, ?2) > 0)";
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

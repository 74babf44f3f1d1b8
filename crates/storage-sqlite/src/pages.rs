//! The statements that read one page of the list: for each column and direction, one for each way to come by the rows.
//!
//! The plan of each is fixed: the index is named, and a cross join keeps the order of its tables.

use practice_domain::person::Column;

use crate::row::person_columns;

/// How to come by the rows of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// Along the index of the column, leaving out what does not fit, until the page is full.
    Walk,
    /// The same along the next thousand rows only.
    Stroll,
    /// All rows of the clusters wanted, then sorted: when they are few.
    Clusters,
    /// All rows that have the letters of the term, then sorted: when they are few.
    Letters,
}

/// The rows of ?1, beyond the edge (?2, ?3, ?4), in clusters ?5, with ?6 in their names or address, at most ?7 of them; and, where ?8
/// asks for it, whether there is such a row on this side of the edge. Rows that have the letters are numbered in ?9.
macro_rules! page {
    ($verb:literal, $from:literal, $key:literal, $beyond:literal, $within:literal, $direction:literal) => {
        concat!(
            $verb,
            person_columns!("p."),
            behind!($from, $key, $within),
            rows!($from, $key, $beyond),
            order!("p.", $key, $direction),
            " LIMIT ?7 + 0"
        )
    };
}

/// The same among the next thousand rows of a walk.
macro_rules! stroll {
    ($verb:literal, $walk:literal, $key:literal, $beyond:literal, $within:literal, $direction:literal) => {
        concat!(
            $verb,
            person_columns!("p."),
            behind!($walk, $key, $within),
            "(SELECT p.seq, p.",
            $key,
            ", p.name_key, p.id FROM ",
            side!($walk, $key, $beyond),
            order!("p.", $key, $direction),
            " LIMIT 1000) AS w CROSS JOIN person AS p ON p.seq = w.seq WHERE instr(p.search_key, ?6)",
            order!("w.", $key, $direction),
            " LIMIT ?7 + 0"
        )
    };
}

macro_rules! behind {
    ($from:literal, $key:literal, $within:literal) => {
        concat!(", CASE WHEN ?8 THEN EXISTS (SELECT 1 FROM ", rows!($from, $key, $within), ") ELSE 0 END FROM ")
    };
}

macro_rules! rows {
    ($from:literal, $key:literal, $side:literal) => {
        concat!(side!($from, $key, $side), " AND (?6 = '' OR instr(p.search_key, ?6))")
    };
}

macro_rules! side {
    ($from:literal, $key:literal, $side:literal) => {
        concat!($from, " AND (p.", $key, ", p.name_key, p.id) ", $side, " (?2, ?3, ?4) AND (?5 >> p.cluster) & 1")
    };
}

macro_rules! order {
    ($of:literal, $key:literal, $direction:literal) => {
        concat!(
            " ORDER BY ",
            $of,
            $key,
            " ",
            $direction,
            ", ",
            $of,
            "name_key ",
            $direction,
            ", ",
            $of,
            "id ",
            $direction
        )
    };
}

macro_rules! both_ways {
    ($page:ident, $verb:literal, $from:literal, $key:literal, $ascending:expr) => {
        if $ascending {
            $page!($verb, $from, $key, ">", "<=", "ASC")
        } else {
            $page!($verb, $from, $key, "<", ">=", "DESC")
        }
    };
}

macro_rules! by_column {
    ($verb:literal, $route:expr, $column:expr, $ascending:expr; $($name:ident $key:literal $walk:literal)+) => {
        match ($route, $column) {
            $(
                (Route::Walk, Column::$name) => both_ways!(page, $verb, $walk, $key, $ascending),
                (Route::Stroll, Column::$name) => both_ways!(stroll, $verb, $walk, $key, $ascending),
                (Route::Clusters, Column::$name) => both_ways!(page, $verb,
                    "tally AS t CROSS JOIN person AS p INDEXED BY person_cluster
                    ON p.practice = t.practice AND p.cluster = t.cluster
                    WHERE t.practice = ?1 AND (?5 >> t.cluster) & 1", $key, $ascending),
                (Route::Letters, Column::$name) => both_ways!(page, $verb,
                    "json_each(?9) AS g CROSS JOIN person AS p ON p.seq = g.value WHERE p.practice = ?1", $key, $ascending),
            )+
        }
    };
}

macro_rules! statements {
    ($verb:literal, $route:expr, $column:expr, $ascending:expr) => {
        by_column! { $verb, $route, $column, $ascending;
            FirstName "first_key" "person AS p INDEXED BY person_first WHERE p.practice = ?1"
            LastName "last_key" "person AS p INDEXED BY person_last WHERE p.practice = ?1"
            Role "role_key" "person AS p INDEXED BY person_role WHERE p.practice = ?1"
            Created "invited_at" "person AS p INDEXED BY person_invited WHERE p.practice = ?1"
            LastActivity "active_key" "person AS p INDEXED BY person_active WHERE p.practice = ?1"
            Status "standing_key" "person AS p INDEXED BY person_standing WHERE p.practice = ?1"
            Tier "tier_key" "person AS p INDEXED BY person_tier WHERE p.practice = ?1"
        }
    };
}

/// The statement that reads a page.
pub(crate) fn statement(route: Route, column: Column, ascending: bool) -> &'static str {
    statements!("SELECT ", route, column, ascending)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    use crate::statement::Statement;

    fn explained(route: Route, column: Column, ascending: bool) -> &'static str {
        statements!("EXPLAIN QUERY PLAN SELECT ", route, column, ascending)
    }

    fn plan(conn: &Connection, route: Route, column: Column, ascending: bool) -> Vec<String> {
        let mut plan = Vec::new();
        let taken = Statement::new(explained(route, column, ascending)).each(conn, "test", |row| {
            plan.push(row.get("detail").expect("a step"));
            Ok(true)
        });
        taken.expect("a plan");
        plan
    }

    #[test]
    fn no_plan_reads_more_than_it_must() {
        let conn = Connection::open_in_memory().expect("memory");
        conn.execute_batch(include_str!("../migrations/0001_init.sql")).expect("the tables");
        for column in Column::ALL {
            for ascending in [false, true] {
                let walk = plan(&conn, Route::Walk, column, ascending);
                let [beyond, probe, within] = walk.as_slice() else { panic!("{walk:?}") };
                let ends = if ascending { [")>(?,?,?))", ")<(?,?,?))"] } else { [")<(?,?,?))", ")>(?,?,?))"] };
                assert!(probe.starts_with("SCALAR SUBQUERY"), "asked once and not row by row: {probe}");
                for (side, end) in [beyond, within].into_iter().zip(ends) {
                    assert!(side.starts_with("SEARCH p USING INDEX person_") && side.ends_with(end), "{side}");
                }
                let stroll = plan(&conn, Route::Stroll, column, ascending);
                let [first, walk, second, row, ..] = stroll.as_slice() else { panic!("{stroll:?}") };
                assert_eq!((first.as_str(), second.as_str()), ("CO-ROUTINE w", "SCAN w"), "met one after the other");
                assert_eq!((walk, row.as_str()), (beyond, "SEARCH p USING INTEGER PRIMARY KEY (rowid=?)"));
                assert!(stroll.iter().all(|step| !step.contains("TEMP B-TREE")), "never sorted: {stroll:?}");
                let clusters = plan(&conn, Route::Clusters, column, ascending);
                for at in [0, 3] {
                    assert!(clusters[at].starts_with("SEARCH t USING PRIMARY KEY (practice=?)"), "{clusters:?}");
                    let cluster = "SEARCH p USING INDEX person_cluster (practice=? AND cluster=?)";
                    assert!(clusters[at + 1].starts_with(cluster), "{clusters:?}");
                }
                let letters = plan(&conn, Route::Letters, column, ascending);
                for at in [0, 3] {
                    assert!(letters[at].starts_with("SCAN g VIRTUAL TABLE INDEX"), "{letters:?}");
                    let row = "SEARCH p USING INTEGER PRIMARY KEY (rowid=?)";
                    assert!(letters[at + 1].starts_with(row), "{letters:?}");
                }
            }
        }
    }
}

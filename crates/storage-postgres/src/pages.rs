//! The statements that read one page of the list: for each column and direction, one for each way to come by the rows.
//!
//! No plan can flip, whatever the statistics say and also where one plan serves every practice. What bounds the work stands in a part
//! of its own that the planner does not take apart: a walk of so many steps (`LIMIT`), what was gathered (`MATERIALIZED`), each row
//! and each cluster by its own key (`LATERAL` with `OFFSET 0`). Where many rows may be passed over only keys are read, which an index
//! holds; the rows themselves come last.

use practice_domain::person::Column;

use crate::row::person_columns;

/// How to come by the rows of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// The rows themselves, along the index of the column: nobody is left out, so none is passed over.
    Everybody,
    /// Along the index of the column, leaving out what does not fit, until the page is full. No term.
    Walk,
    /// The same along the index of those who are registered, by their last activity.
    Visitors,
    /// The rows themselves along the index of the column, but only so many steps: those that fit, by cluster and term.
    Steps,
    /// The same along the index of those who are registered, by their last activity.
    VisitorSteps,
    /// How many rows stand along the index of the column, counted no further than so many steps.
    Rest,
    /// The same along the index of those who are registered, by their last activity.
    VisitorRest,
    /// All rows of the clusters wanted, then sorted: when they are few.
    Clusters,
    /// All rows with the letters of the term, then sorted: the first of them.
    Letters,
    /// The same, from an edge on.
    LettersBeside,
}

/// In the order of a column, and where people have the same there, by name.
macro_rules! order {
    ($of:literal, $key:literal, $direction:literal) => {
        concat!(
            " ORDER BY ",
            $of,
            ".",
            $key,
            " ",
            $direction,
            ", ",
            $of,
            ".name_key ",
            $direction,
            ", ",
            $of,
            ".id ",
            $direction
        )
    };
}

/// The rows of $1, beyond the edge ($2, $3, $4), in clusters $5 (one bit each), with $6 in their names or address, at most $7 of them;
/// and, where $8 asks for it, whether there is such a row on this side of the edge. Of steps $9 says how many; of letters it holds the
/// parts.
macro_rules! page {
    ($page:expr, $behind:expr, $direction:literal) => {
        concat!(
            "WITH ",
            $page,
            " SELECT ",
            person_columns!("p."),
            ", CASE WHEN $8 THEN ",
            $behind,
            " ELSE false END FROM page CROSS JOIN LATERAL (SELECT * FROM person WHERE practice = $1 AND id = page.id OFFSET 0) AS p",
            order!("page", "key", $direction)
        )
    };
}

/// From what stands on one side of the edge, next to it.
macro_rules! beside {
    ($from:expr, $key:literal, $side:literal, $fits:literal, $direction:literal, $limit:literal) => {
        concat!(
            " FROM ",
            $from,
            " AND (p.",
            $key,
            ", p.name_key, p.id) ",
            $side,
            " ($2, $3, $4)",
            $fits,
            order!("p", $key, $direction),
            $limit
        )
    };
}

/// Its keys.
macro_rules! keys {
    ($from:expr, $key:literal, $side:literal, $fits:literal, $direction:literal, $limit:literal) => {
        concat!("SELECT p.", $key, " AS key, p.name_key, p.id", beside!($from, $key, $side, $fits, $direction, $limit))
    };
}

/// All rows, where all fit: nothing is compared, so nothing is read first. No other index has the order and the edge.
macro_rules! everybody {
    ($key:literal, $beyond:literal, $within:literal, $there:literal, $back:literal) => {
        concat!(
            "SELECT ",
            person_columns!("p."),
            ", CASE WHEN $6 THEN EXISTS (SELECT 1 FROM (",
            keys!("person AS p WHERE p.practice = $1", $key, $within, "", $back, " LIMIT 1"),
            ") AS b) ELSE false END",
            beside!("person AS p WHERE p.practice = $1", $key, $beyond, "", $there, " LIMIT $5")
        )
    };
}

macro_rules! walk {
    ($from:literal, $key:literal, $beyond:literal, $within:literal, $there:literal, $back:literal) => {
        page!(
            concat!(
                "page AS MATERIALIZED (",
                keys!($from, $key, $beyond, " AND ($5 >> p.cluster) & 1 = 1 AND $6 = ''", $there, " LIMIT $7"),
                ")"
            ),
            concat!(
                "EXISTS (SELECT 1 FROM (",
                keys!($from, $key, $within, " AND ($5 >> p.cluster) & 1 = 1", $back, " LIMIT 1"),
                ") AS b)"
            ),
            $there
        )
    };
}

macro_rules! steps {
    ($from:literal, $key:literal, $beyond:literal, $within:literal, $there:literal, $back:literal) => {
        concat!(
            "SELECT ",
            person_columns!("n."),
            ", CASE WHEN $8 THEN EXISTS (SELECT 1 FROM (",
            "SELECT p.cluster, p.search_key",
            beside!($from, $key, $within, "", $back, " LIMIT $9"),
            ") AS b WHERE ($5 >> b.cluster) & 1 = 1 AND strpos(b.search_key, $6) > 0) ELSE false END FROM (",
            "SELECT p.*",
            beside!($from, $key, $beyond, "", $there, " LIMIT $9"),
            ") AS n WHERE ($5 >> n.cluster) & 1 = 1 AND strpos(n.search_key, $6) > 0",
            order!("n", $key, $there),
            " LIMIT $7"
        )
    };
}

macro_rules! rest {
    ($from:literal, $key:literal, $beyond:literal, $there:literal) => {
        concat!("SELECT count(*) FROM (SELECT p.id", beside!($from, $key, $beyond, "", $there, " LIMIT $5"), ") AS r")
    };
}

/// What was gathered: kept whole, because it is looked at from both sides of the edge.
macro_rules! gathered {
    ($few:expr, $beyond:literal, $within:literal, $there:literal) => {
        page!(
            concat!(
                "few AS MATERIALIZED (",
                $few,
                "), page AS (",
                keys!("few AS p WHERE true", "key", $beyond, "", $there, " LIMIT $7"),
                ")"
            ),
            concat!("EXISTS (SELECT 1 FROM few AS p WHERE (p.key, p.name_key, p.id) ", $within, " ($2, $3, $4))"),
            $there
        )
    };
}

/// The same where there is no edge: only the page is kept.
macro_rules! sifted {
    ($all:expr, $beyond:literal, $there:literal) => {
        page!(
            concat!(
                "page AS MATERIALIZED (",
                keys!(concat!("(", $all, ") AS p WHERE true"), "key", $beyond, "", $there, " LIMIT $7"),
                ")"
            ),
            "false",
            $there
        )
    };
}

/// Rows with the letters of the term.
macro_rules! lettered {
    ($beside:literal) => {
        concat!(
            "SELECT ",
            $beside,
            " AS key, l.name_key, l.id FROM person_letters AS l
                WHERE letters_of(l.practice, l.search_key) @> letters_among($1, $9)
                AND strpos(l.search_key, $6) > 0 AND ($5 >> l.cluster) & 1 = 1"
        )
    };
}

macro_rules! by_column {
    ($route:expr, $column:expr, $beyond:literal $within:literal $there:literal $back:literal;
        $($name:ident $key:literal $beside:literal)+) => {
        match ($route, $column) {
            (Route::Visitors, _) => walk!(
                "person AS p WHERE p.practice = $1 AND p.standing <> 'not-registered'",
                "active_key", $beyond, $within, $there, $back
            ),
            (Route::VisitorSteps, _) => steps!(
                "person AS p WHERE p.practice = $1 AND p.standing <> 'not-registered'",
                "active_key", $beyond, $within, $there, $back
            ),
            (Route::VisitorRest, _) => rest!(
                "person AS p WHERE p.practice = $1 AND p.standing <> 'not-registered'", "active_key", $beyond, $there
            ),
            $(
                (Route::Rest, Column::$name) => rest!("person AS p WHERE p.practice = $1", $key, $beyond, $there),
                (Route::Everybody, Column::$name) => everybody!($key, $beyond, $within, $there, $back),
                (Route::Walk, Column::$name) => walk!("person AS p WHERE p.practice = $1", $key, $beyond, $within, $there, $back),
                (Route::Steps, Column::$name) => steps!("person AS p WHERE p.practice = $1", $key, $beyond, $within, $there, $back),
                (Route::Clusters, Column::$name) => gathered!(
                    concat!(
                        "SELECT p.",
                        $key,
                        " AS key, p.name_key, p.id FROM generate_series(0, 35) AS w (cluster) CROSS JOIN LATERAL
                            (SELECT * FROM person WHERE practice = $1 AND cluster = w.cluster OFFSET 0) AS p
                            WHERE ($5 >> w.cluster) & 1 = 1 AND ($6 = '' OR strpos(p.search_key, $6) > 0)"
                    ),
                    $beyond, $within, $there
                ),
                (Route::Letters, Column::$name) => sifted!(lettered!($beside), $beyond, $there),
                (Route::LettersBeside, Column::$name) => gathered!(lettered!($beside), $beyond, $within, $there),
            )+
        }
    };
}

macro_rules! columns {
    ($route:expr, $column:expr, $beyond:literal $within:literal $there:literal $back:literal) => {
        by_column! { $route, $column, $beyond $within $there $back;
            FirstName "first_key" "l.first_key"
            LastName "last_key" "l.last_key"
            Role "role_key" "(l.cluster / 6 % 2)::bigint"
            Created "invited_at" "l.invited_at"
            LastActivity "active_key" "l.active_key"
            Status "standing_key" "(l.cluster / 12)::bigint"
            Tier "tier_key" "(l.cluster / 2 % 3)::bigint"
        }
    };
}

/// The statement that reads a page.
pub(crate) fn statement(route: Route, column: Column, ascending: bool) -> &'static str {
    if ascending {
        columns!(route, column, ">" "<=" "ASC" "DESC")
    } else {
        columns!(route, column, "<" ">=" "DESC" "ASC")
    }
}

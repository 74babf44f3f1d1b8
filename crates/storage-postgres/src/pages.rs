//! The statements that read one page of the list: for each column and direction, one for each way to come by the rows.
//!
//! Of a walk only keys are read until the page is full, which the index alone holds; the rows themselves come last. What is gathered
//! stands apart (`MATERIALIZED`), and a walk does not name the column that another index begins with, so no plan can flip.

use practice_domain::person::Column;

use crate::row::person_columns;

/// How to come by the rows of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// Along the index of the column, leaving out what does not fit, until the page is full. No term.
    Walk,
    /// The same with a term.
    Read,
    /// The same, but only so many steps.
    Steps,
    /// All rows of the clusters wanted, then sorted: when they are few.
    Clusters,
    /// All rows with these ids, then sorted: when they are few.
    Letters,
}

/// The rows of $1, beyond the edge ($2, $3, $4), in clusters $5, with $6 in their names or address, at most $7 of them; and, where $8
/// asks for it, whether there is such a row on this side of the edge. Of a walk $9 are the steps, of letters the ids.
macro_rules! page {
    ($page:expr, $behind:expr, $direction:literal) => {
        concat!(
            "WITH ",
            $page,
            " SELECT ",
            person_columns!("p."),
            ", CASE WHEN $8 THEN ",
            $behind,
            " ELSE false END FROM page JOIN person AS p ON p.practice = $1 AND p.id = page.id ORDER BY page.key ",
            $direction,
            ", page.name_key ",
            $direction,
            ", page.id ",
            $direction
        )
    };
}

/// The keys on one side of the edge, next to it.
macro_rules! keys {
    ($from:literal, $key:literal, $side:literal, $fits:literal, $direction:literal, $limit:literal) => {
        keys!($from, $key, "", $side, $fits, $direction, $limit)
    };
    ($from:literal, $key:literal, $also:literal, $side:literal, $fits:literal, $direction:literal, $limit:literal) => {
        concat!(
            "SELECT p.",
            $key,
            " AS key, p.name_key, p.id",
            $also,
            " FROM ",
            $from,
            " AND (p.",
            $key,
            ", p.name_key, p.id) ",
            $side,
            " ($2, $3, $4)",
            $fits,
            " ORDER BY p.",
            $key,
            " ",
            $direction,
            ", p.name_key ",
            $direction,
            ", p.id ",
            $direction,
            $limit
        )
    };
}

macro_rules! walk {
    ($key:literal, $fits:literal, $beyond:literal, $within:literal, $there:literal, $back:literal) => {
        page!(
            concat!(
                "page AS (",
                keys!("person AS p WHERE p.practice = $1", $key, $beyond, $fits, $there, " LIMIT $7"),
                ")"
            ),
            concat!(
                "EXISTS (SELECT 1 FROM (",
                keys!("person AS p WHERE p.practice = $1", $key, $within, $fits, $back, " LIMIT 1"),
                ") AS b)"
            ),
            $there
        )
    };
}

macro_rules! steps {
    ($key:literal, $beyond:literal, $within:literal, $there:literal, $back:literal) => {
        page!(
            concat!(
                "near AS (",
                keys!(
                    "person AS p WHERE p.practice = $1",
                    $key,
                    ", p.cluster, p.search_key",
                    $beyond,
                    "",
                    $there,
                    " LIMIT $9"
                ),
                "), page AS (SELECT n.key, n.name_key, n.id FROM near AS n
                    WHERE n.cluster = ANY ($5) AND strpos(n.search_key, $6) > 0 ORDER BY n.key ",
                $there,
                ", n.name_key ",
                $there,
                ", n.id ",
                $there,
                " LIMIT $7)"
            ),
            concat!(
                "EXISTS (SELECT 1 FROM (",
                keys!(
                    "person AS p WHERE p.practice = $1",
                    $key,
                    $within,
                    " AND p.cluster + 0 = ANY ($5) AND strpos(p.search_key, $6) > 0",
                    $back,
                    " LIMIT 1"
                ),
                ") AS b)"
            ),
            $there
        )
    };
}

macro_rules! gathered {
    ($key:literal, $from:literal, $beyond:literal, $within:literal, $there:literal) => {
        page!(
            concat!(
                "few AS MATERIALIZED (SELECT p.",
                $key,
                ", p.name_key, p.id FROM ",
                $from,
                " AND p.cluster = ANY ($5) AND ($6 = '' OR strpos(p.search_key, $6) > 0)), page AS (",
                keys!("few AS p WHERE true", $key, $beyond, "", $there, " LIMIT $7"),
                ")"
            ),
            concat!(
                "EXISTS (SELECT 1 FROM few AS p WHERE (p.",
                $key,
                ", p.name_key, p.id) ",
                $within,
                " ($2, $3, $4))"
            ),
            $there
        )
    };
}

macro_rules! by_column {
    ($route:expr, $column:expr, $beyond:literal $within:literal $there:literal $back:literal; $($name:ident $key:literal)+) => {
        match ($route, $column) {
            $(
                (Route::Walk, Column::$name) => {
                    walk!($key, " AND p.cluster + 0 = ANY ($5)", $beyond, $within, $there, $back)
                }
                (Route::Read, Column::$name) => walk!(
                    $key,
                    " AND p.cluster + 0 = ANY ($5) AND strpos(p.search_key, $6) > 0",
                    $beyond, $within, $there, $back
                ),
                (Route::Steps, Column::$name) => steps!($key, $beyond, $within, $there, $back),
                (Route::Clusters, Column::$name) => {
                    gathered!($key, "person AS p WHERE p.practice = $1", $beyond, $within, $there)
                }
                (Route::Letters, Column::$name) => gathered!(
                    $key,
                    "unnest($9::uuid[]) AS f (id) JOIN person AS p ON p.practice = $1 AND p.id = f.id WHERE true",
                    $beyond, $within, $there
                ),
            )+
        }
    };
}

macro_rules! columns {
    ($route:expr, $column:expr, $beyond:literal $within:literal $there:literal $back:literal) => {
        by_column! { $route, $column, $beyond $within $there $back;
            FirstName "first_key"
            LastName "last_key"
            Role "role_key"
            Created "invited_at"
            LastActivity "active_key"
            Status "standing_key"
            Tier "tier_key"
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

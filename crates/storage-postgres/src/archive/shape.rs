//! Which tables there are, and which columns: asked of the database, so that nobody can forget to tell it here.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, PgConnection};

/// A table whose rows leave and come.
pub(super) struct Table {
    pub(super) name: String,
    /// What is stored, not what is worked out.
    pub(super) columns: Vec<Column>,
    /// In which order its rows leave: always the same.
    key: Vec<String>,
}

pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Id,
    Flag,
    Number,
    Text,
    Bytes,
}

/// Every table whose rows leave and come, those first that others refer to.
pub(super) async fn tables(conn: &mut PgConnection) -> Result<Vec<Table>, sqlx::Error> {
    let named: Vec<(i64, String)> = sqlx::query_as(NAMES).fetch_all(&mut *conn).await?;
    let mut waiting = Vec::new();
    for (oid, name) in named.into_iter().filter(|(_, name)| !STAYS.contains(&name.as_str())) {
        let columns: Vec<(String, String)> = sqlx::query_as(COLUMNS).bind(oid).fetch_all(&mut *conn).await?;
        let key: Vec<String> = sqlx::query_scalar(KEY).bind(oid).fetch_all(&mut *conn).await?;
        let refers: Vec<String> = sqlx::query_scalar(REFERS).bind(oid).fetch_all(&mut *conn).await?;
        let columns = columns.into_iter().map(|(name, kind)| Column { name, kind: Kind::of(&kind) }).collect();
        waiting.push((Table { name, columns, key }, refers));
    }
    let (mut ordered, mut placed) = (Vec::new(), BTreeSet::new());
    while !waiting.is_empty() {
        let ready = |(table, refers): &(Table, Vec<String>)| {
            refers.iter().all(|other| *other == table.name || placed.contains(other))
        };
        let at = waiting.iter().position(ready).unwrap_or(0);
        let (table, _) = waiting.remove(at);
        placed.insert(table.name.clone());
        ordered.push(table);
    }
    Ok(ordered)
}

/// Whether no table has a row.
pub(super) async fn are_empty(conn: &mut PgConnection, tables: &[Table]) -> Result<bool, sqlx::Error> {
    for table in tables {
        let any = AssertSqlSafe(format!("SELECT EXISTS (SELECT 1 FROM \"{}\")", table.name));
        if sqlx::query_scalar::<_, bool>(any).fetch_one(&mut *conn).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Table {
    pub(super) fn select(&self) -> String {
        let columns = self.columns.iter().map(|column| match column.kind {
            Kind::Number => format!("\"{}\"::bigint", column.name),
            _ => format!("\"{}\"", column.name),
        });
        let columns = columns.collect::<Vec<_>>().join(", ");
        let key = self.key.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ");
        let order = if key.is_empty() { String::new() } else { format!(" ORDER BY {key}") };
        format!("SELECT {columns} FROM \"{}\"{order}", self.name)
    }

    /// Many rows at once: one list for each column.
    pub(super) fn insert(&self, columns: &[&Column]) -> String {
        let names = columns.iter().map(|column| format!("\"{}\"", column.name)).collect::<Vec<_>>().join(", ");
        let lists = columns.iter().zip(1..).map(|(column, n)| format!("${n}::{}[]", column.kind.name()));
        let lists = lists.collect::<Vec<_>>().join(", ");
        format!("INSERT INTO \"{}\" ({names}) SELECT * FROM unnest({lists})", self.name)
    }
}

impl Kind {
    fn of(name: &str) -> Self {
        match name {
            "uuid" => Self::Id,
            "boolean" => Self::Flag,
            "bytea" => Self::Bytes,
            "bigint" | "integer" => Self::Number,
            _ => Self::Text,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Id => "uuid",
            Self::Flag => "boolean",
            Self::Bytes => "bytea",
            Self::Number => "bigint",
            Self::Text => "text",
        }
    }
}

const NAMES: &str =
    "SELECT c.oid::bigint, c.relname::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind = 'r' ORDER BY c.relname::text COLLATE \"C\"";

const COLUMNS: &str = "SELECT attname::text, format_type(atttypid, NULL) FROM pg_attribute
    WHERE attrelid::bigint = $1 AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attname::text COLLATE \"C\"";

const KEY: &str =
    "SELECT a.attname::text FROM pg_index AS i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number
    WHERE i.indrelid::bigint = $1 AND i.indisprimary ORDER BY k.place";

const REFERS: &str = "SELECT DISTINCT c.relname::text FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.confrelid
    WHERE k.conrelid::bigint = $1 AND k.contype = 'f'";

/// What belongs to this database alone, or is worked out from the rest.
const STAYS: [&str; 5] = ["_sqlx_migrations", "arrival", "life", "person_letters", "tally"];

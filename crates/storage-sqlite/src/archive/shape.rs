//! Which tables there are, and which columns: asked of the file, so that nobody can forget to tell it here.

use std::collections::BTreeSet;

use practice_domain::port::Fault;
use rusqlite::Connection;

use crate::statement::Statement;

/// A table whose rows leave and come.
pub(super) struct Table {
    pub(super) name: String,
    /// What is stored, not what is worked out.
    pub(super) columns: Vec<String>,
    /// In which order its rows leave: always the same.
    key: Vec<String>,
}

/// Every table whose rows leave and come, those first that others refer to.
pub(super) fn tables(conn: &Connection) -> Result<Vec<Table>, Fault> {
    let sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        ORDER BY name";
    let names: Vec<String> = Statement::new(sql).all(conn, SHAPE)?;
    let mut waiting = Vec::new();
    for name in names.into_iter().filter(|name| !STAYS.contains(&name.as_str())) {
        let refers = "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list(?)";
        let refers: Vec<String> = Statement::new(refers).bind(name.clone()).all(conn, SHAPE)?;
        let columns = "SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY name";
        let mut columns: Vec<String> = Statement::new(columns).bind(name.clone()).all(conn, SHAPE)?;
        let key = "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk";
        let mut key: Vec<String> = Statement::new(key).bind(name.clone()).all(conn, SHAPE)?;
        if name == PEOPLE {
            columns.retain(|column| column != "seq");
        }
        if key.is_empty() {
            key.clone_from(&columns);
        }
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
pub(super) fn are_empty(conn: &Connection, tables: &[Table]) -> Result<bool, Fault> {
    for table in tables {
        if Statement::of_names(format!("SELECT 1 FROM \"{}\" LIMIT 1", table.name)).finds(conn, SHAPE)? {
            return Ok(false);
        }
    }
    Ok(true)
}

const SHAPE: &str = "list the tables";

impl Table {
    pub(super) fn select(&self) -> String {
        format!("SELECT {} FROM \"{}\" ORDER BY {}", quoted(&self.columns), self.name, quoted(&self.key))
    }

    /// A new row of the people's table lies on its practice's shelf, behind those that are there.
    pub(super) fn insert(&self, columns: &[String]) -> String {
        let places = |from: usize| (from..from + columns.len()).map(|n| format!("?{n}")).collect::<Vec<_>>().join(", ");
        if self.name == PEOPLE {
            return format!(
                "INSERT INTO person (seq, {}) SELECT 1 + ifnull((SELECT seq FROM person
                    WHERE seq BETWEEN number << 32 AND (number << 32) + 4294967295 ORDER BY seq DESC LIMIT 1), number << 32), {}
                FROM shelf WHERE practice = ?1 RETURNING seq",
                quoted(columns),
                places(2)
            );
        }
        format!("INSERT INTO \"{}\" ({}) VALUES ({})", self.name, quoted(columns), places(1))
    }
}

fn quoted(columns: &[String]) -> String {
    columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ")
}

/// The rows of Manage Account: numbered by their shelf, and found by their letters.
pub(super) const PEOPLE: &str = "person";

/// What belongs to this file alone, or is worked out from the rest.
const STAYS: [&str; 5] = ["_sqlx_migrations", "arrival", "life", "shelf", "tally"];

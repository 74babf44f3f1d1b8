//! The list of employees, by name, each with their user account.

use practice_domain::port::{EmployeeMark, EmployeeQuery, EmployeeRow, EmployeesPage, Fault};
use practice_domain::value::{EmployeeId, PracticeId};
use uuid::Uuid;

use crate::row::{employee_columns, member_columns, password_link_columns};
use crate::statement::Statement;
use rusqlite::Connection;

/// The columns and tables of a row.
macro_rules! rows {
    ($where:literal) => {
        concat!(
            "SELECT ",
            employee_columns!("e."),
            ", ",
            password_link_columns!("l."),
            ", EXISTS (SELECT 1 FROM counter AS c WHERE c.subject = a.id AND c.locked_at IS NOT NULL), a.email, a.cell, ",
            member_columns!("m."),
            " FROM employee AS e
            LEFT JOIN password_link AS l ON l.id = e.id
            LEFT JOIN (member AS m JOIN account AS a ON a.id = m.account) ON m.practice = e.practice AND m.id = e.member
            WHERE e.practice = ?1 AND ",
            $where
        )
    };
}

pub(crate) fn row(conn: &Connection, practice: PracticeId, id: EmployeeId) -> Result<Option<EmployeeRow>, Fault> {
    Statement::new(rows!("e.id = ?2")).bind(practice.0).bind(id.0).one(conn, "read")
}

/// Reads one row more than is wanted, to see whether there is a next page.
pub(crate) fn page(conn: &Connection, query: &EmployeeQuery) -> Result<EmployeesPage, Fault> {
    let sql = rows!(
        "(?2 IS NULL OR e.active = ?2) AND (e.name_key, e.id) > (?3, ?4)
            ORDER BY e.name_key, e.id LIMIT ?5"
    );
    let (name, id) = query.after.as_ref().map_or(("", Uuid::nil()), |mark| (mark.name.as_str(), mark.id.0));
    let size = usize::from(query.size);
    let statement = Statement::new(sql)
        .bind(query.practice.0)
        .bind(query.active)
        .bind(name.to_owned())
        .bind(id)
        .bind(i64::from(query.size) + 1);
    let mut rows: Vec<EmployeeRow> = statement.all(conn, "read")?;
    let more = rows.len() > size;
    rows.truncate(size);
    let after = rows.last().filter(|_| more).map(|row| EmployeeMark::of(&row.employee));
    Ok(EmployeesPage { rows, after })
}

//! What one column holds.

use practice_domain::port::Fault;
use rusqlite::types::{FromSql, FromSqlResult, ValueRef};
use uuid::Uuid;

use crate::row::{Cells, Value};

/// What is read from one column: texts and bytes as they lie there, or copied.
pub(crate) trait Cell<'r>: Sized {
    fn read(column: ValueRef<'r>) -> FromSqlResult<Self>;
}

impl<'r> Cell<'r> for &'r str {
    fn read(column: ValueRef<'r>) -> FromSqlResult<Self> {
        column.as_str()
    }
}

impl<'r> Cell<'r> for &'r [u8] {
    fn read(column: ValueRef<'r>) -> FromSqlResult<Self> {
        column.as_blob()
    }
}

impl<'r, T: Cell<'r>> Cell<'r> for Option<T> {
    fn read(column: ValueRef<'r>) -> FromSqlResult<Self> {
        if column == ValueRef::Null { Ok(None) } else { T::read(column).map(Some) }
    }
}

macro_rules! cells {
    ($($type:ty: $what:literal)+) => {$(
        impl<'r> Cell<'r> for $type {
            fn read(column: ValueRef<'r>) -> FromSqlResult<Self> {
                <$type>::column_result(column)
            }
        }

        impl Value for $type {
            const WHAT: &str = $what;

            fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
                cells.next()
            }
        }

        impl Value for Option<$type> {
            const WHAT: &str = $what;

            fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
                cells.next()
            }
        }
    )+};
}

cells! { bool: "switch" i64: "number" String: "text" Uuid: "id" Vec<u8>: "bytes" }

impl<A: Value, B: Value> Value for (A, B) {
    const WHAT: &str = A::WHAT;

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok((cells.value()?, cells.value()?))
    }
}

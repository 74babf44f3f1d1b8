use crate::fact::FactKind;
use crate::value::ImportId;

/// Files of employees and people, in and out (section 12). What a file makes of single people is recorded for each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the ids and numbers are named by their types")]
pub enum ListFact {
    /// Somebody said "Go" to a file with so many rows to carry out.
    ImportStarted { import: ImportId, rows: usize },
    /// A list was asked for as a file.
    Exported { list: Listed },
}

/// What a file was written of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Listed {
    /// Employees.
    Employees,
    /// Manage Account.
    People,
    /// The audit log.
    Audit,
}

impl ListFact {
    pub(super) fn kind(&self) -> FactKind {
        match self {
            Self::ImportStarted { .. } => FactKind::ListImportStarted,
            Self::Exported { .. } => FactKind::ListExported,
        }
    }

    pub(super) fn details(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::ImportStarted { import, rows } => vec![("import", import.to_string()), ("rows", rows.to_string())],
            Self::Exported { list } => {
                let list = match list {
                    Listed::Employees => "employees",
                    Listed::People => "people",
                    Listed::Audit => "audit",
                };
                vec![("list", list.to_owned())]
            }
        }
    }
}

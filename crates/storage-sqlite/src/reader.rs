use async_trait::async_trait;
use practice_domain::fact::Log;
use practice_domain::person::Person;
use practice_domain::port::{
    EmployeeQuery, EmployeeRow, EmployeesPage, Fault, Head, HistoryPage, HistoryQuery, PeoplePage, PeopleQuery, Reader,
    SealedEntry, SessionFace, Tally,
};
use practice_domain::value::{AccountId, EmployeeId, PersonId, PracticeId};

use crate::Sqlite;
use crate::employees;
use crate::history;
use crate::people::{self, Clusters};
use crate::row::{log_key, person_columns};
use crate::statement::Statement;

#[async_trait]
impl Reader for Sqlite {
    async fn people(&self, query: &PeopleQuery) -> Result<PeoplePage, Fault> {
        let query = query.clone();
        self.readers.ask(move |conn| people::page(conn, &query)).await
    }

    async fn person(&self, practice: PracticeId, id: PersonId) -> Result<Option<Person>, Fault> {
        let sql = concat!("SELECT ", person_columns!(""), " FROM person WHERE practice = ? AND id = ?");
        self.one(Statement::new(sql).bind(practice.0).bind(id.0)).await
    }

    async fn tally(&self, practice: PracticeId) -> Result<Tally, Fault> {
        self.readers.ask(move |conn| Ok(Clusters::load(conn, practice)?.tally())).await
    }

    async fn employees(&self, query: &EmployeeQuery) -> Result<EmployeesPage, Fault> {
        let query = query.clone();
        self.readers.ask(move |conn| employees::page(conn, &query)).await
    }

    async fn employee_row(&self, practice: PracticeId, id: EmployeeId) -> Result<Option<EmployeeRow>, Fault> {
        self.readers.ask(move |conn| employees::row(conn, practice, id)).await
    }

    async fn sessions(&self, account: AccountId) -> Result<Vec<SessionFace>, Fault> {
        let sql = "SELECT id, practice, agent, started_at, seen_at FROM session INDEXED BY session_live
            WHERE account = ? AND ended_at IS NULL AND stage = 'whole' ORDER BY started_at DESC, id DESC";
        self.all(Statement::new(sql).bind(account.0)).await
    }

    /// Jumps from log to log, past the entries of each.
    async fn heads(&self) -> Result<Vec<Head>, Fault> {
        let sql = "WITH RECURSIVE found (log) AS (
                SELECT min(log) FROM audit
                UNION ALL
                SELECT (SELECT min(log) FROM audit WHERE audit.log > found.log) FROM found WHERE log IS NOT NULL
            )
            SELECT log, number, seal FROM audit JOIN found USING (log)
            WHERE number = (SELECT max(number) FROM audit AS a WHERE a.log = found.log) ORDER BY log";
        self.all(Statement::new(sql)).await
    }

    async fn entries(&self, log: Log, from: u64, most: usize) -> Result<Vec<SealedEntry>, Fault> {
        let sql = "SELECT number, text, seal FROM audit WHERE log = ? AND number >= ? ORDER BY number LIMIT ?";
        let statement = Statement::new(sql)
            .bind(log_key(log))
            .bind(i64::try_from(from).unwrap_or(i64::MAX))
            .bind(i64::try_from(most).unwrap_or(i64::MAX));
        self.all(statement).await
    }

    async fn history(&self, query: &HistoryQuery) -> Result<HistoryPage, Fault> {
        let query = query.clone();
        self.readers.ask(move |conn| history::page(conn, &query)).await
    }
}

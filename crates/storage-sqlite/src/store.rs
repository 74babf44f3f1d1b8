use std::sync::Arc;

use async_trait::async_trait;
use practice_domain::account::Account;
use practice_domain::code_word::CodeWord;
use practice_domain::commit::{Commit, Name, Replay};
use practice_domain::email_change::EmailChange;
use practice_domain::employee::Employee;
use practice_domain::import::Import;
use practice_domain::invitation::Invitation;
use practice_domain::lockout::{Counter, Scope, Subject, TicketAnswer, TicketRequest};
use practice_domain::member::{Member, Role};
use practice_domain::password_link::{PasswordLink, PasswordRun};
use practice_domain::port::{Candidate, CommitError, Fault, Seal, Standing, Store};
use practice_domain::practice::Practice;
use practice_domain::product::ApiKey;
use practice_domain::rate::{Ask, Taken};
use practice_domain::registration::Registration;
use practice_domain::role::RoleDefinition;
use practice_domain::second_factor::SecondFactor;
use practice_domain::session::Session;
use practice_domain::texts::{Awaited, TextFate, Texts};
use practice_domain::value::{
    AccountId, Digest, Email, EmployeeId, ImportId, InvitationId, MemberId, NoticeId, PasswordLinkId, PracticeId,
    RegistrationId, SessionId, Time,
};
use rusqlite::Connection;
use uuid::Uuid;

use crate::Sqlite;
use crate::commit::{LIST_ACTIVE, apply, list_active, name_key};
use crate::companion::Companion;
use crate::imports::{self, AddImport, KeepImport, LeaseImport};
use crate::row::{
    Value, account_columns, api_key_columns, candidate, code_word_columns, email_change_columns, employee_columns,
    invitation_columns, member_columns, password_link_columns, password_run_columns, practice_columns,
    registration_columns, replay_columns, role_definition_columns, second_factor_columns, session_columns,
};
use crate::statement::Statement;
use crate::texts::{NoteText, NoteTexts};
use crate::ticket::{self, TakeTicket};
use crate::unit::TakeUnits;
use crate::writer::Work;

#[async_trait]
impl Store for Sqlite {
    async fn commit(&self, commit: &Commit) -> Result<(), CommitError> {
        self.writer
            .run(Apply { commit: commit.clone(), seal: self.seal.clone(), companion: self.companion.clone() })
            .await
    }

    async fn take_ticket(&self, request: &TicketRequest, now: Time) -> Result<TicketAnswer, Fault> {
        self.writer.run(TakeTicket { request: request.clone(), now }).await
    }

    async fn take_units(&self, asks: &[Ask], now: Time) -> Result<Taken, Fault> {
        self.writer.run(TakeUnits { asks: asks.to_vec(), now }).await
    }

    async fn note_seen(&self, session: SessionId, at: Time) -> Result<(), Fault> {
        self.writer.run(NoteSeen { session, at }).await
    }

    async fn note_texts(&self, number: &Digest, texts: Texts, at: Time) -> Result<(), Fault> {
        self.writer.run(NoteTexts { number: *number, texts, at }).await
    }

    async fn texts_stopped(&self, number: &Digest) -> Result<Option<Time>, Fault> {
        self.stopped_since(number).await
    }

    async fn note_text(&self, notice: NoticeId, fate: TextFate) -> Result<(), Fault> {
        self.writer.run(NoteText { notice, fate }).await
    }

    async fn text_fate(&self, of: Awaited) -> Result<Option<TextFate>, Fault> {
        self.fate_of(of).await
    }

    async fn counters(&self, subject: Subject, scope: Scope) -> Result<Vec<Counter>, Fault> {
        Ok(Counter::in_scope(&self.all_counters(subject).await?, subject, scope))
    }

    async fn all_counters(&self, subject: Subject) -> Result<Vec<Counter>, Fault> {
        self.readers.ask(move |conn| ticket::all_counters(conn, subject)).await
    }

    async fn candidate(&self, email: &Email) -> Result<Option<Candidate>, Fault> {
        let sql = concat!(
            "SELECT ",
            member_columns!("m."),
            ", ",
            account_columns!("a."),
            ", ",
            second_factor_columns!("f."),
            ", ",
            practice_columns!("p."),
            " FROM account AS a LEFT JOIN second_factor AS f ON f.account = a.id LEFT JOIN practice AS p ON p.id = a.home
                LEFT JOIN member AS m ON m.account = a.id
            WHERE a.email_key = ? ORDER BY m.joined_at, m.id"
        );
        let statement = Statement::new(sql).bind(email.normal().to_owned());
        self.readers.ask(move |conn| candidate(conn, statement)).await
    }

    async fn standing(&self, cookie: &Digest) -> Result<Option<Standing>, Fault> {
        let sql = concat!(
            "SELECT ",
            session_columns!("s."),
            ", a.email, a.first_name, a.last_name,
            EXISTS (SELECT 1 FROM member AS o WHERE o.account = s.account AND o.practice IS NOT s.practice),
            r.permissions, ",
            practice_columns!("p."),
            ", ",
            member_columns!("m."),
            " FROM session AS s JOIN account AS a ON a.id = s.account
            LEFT JOIN (practice AS p JOIN member AS m ON m.practice = p.id)
                ON p.id = s.practice AND m.practice = s.practice AND m.account = s.account
            LEFT JOIN role_definition AS r ON r.practice = m.practice AND r.role = m.role AND r.removed_at IS NULL
            WHERE s.cookie = ?"
        );
        self.one(Statement::new(sql).bind(cookie.to_vec())).await
    }

    async fn practice(&self, id: PracticeId) -> Result<Option<Practice>, Fault> {
        let sql = concat!("SELECT ", practice_columns!(""), " FROM practice WHERE id = ?");
        self.one(Statement::new(sql).bind(id.0)).await
    }

    async fn account(&self, id: AccountId) -> Result<Option<Account>, Fault> {
        let sql = concat!("SELECT ", account_columns!(""), " FROM account WHERE id = ?");
        self.one(Statement::new(sql).bind(id.0)).await
    }

    async fn second_factor(&self, account: AccountId) -> Result<Option<SecondFactor>, Fault> {
        let sql = concat!("SELECT ", second_factor_columns!(""), " FROM second_factor WHERE account = ?");
        self.one(Statement::new(sql).bind(account.0)).await
    }

    async fn email_change(&self, account: AccountId) -> Result<Option<EmailChange>, Fault> {
        let sql = concat!("SELECT ", email_change_columns!(""), " FROM email_change WHERE account = ?");
        self.one(Statement::new(sql).bind(account.0)).await
    }

    async fn member(&self, practice: PracticeId, account: AccountId) -> Result<Option<Member>, Fault> {
        let sql = concat!("SELECT ", member_columns!(""), " FROM member WHERE practice = ? AND account = ?");
        self.one(Statement::new(sql).bind(practice.0).bind(account.0)).await
    }

    async fn member_by_id(&self, practice: PracticeId, id: MemberId) -> Result<Option<Member>, Fault> {
        let sql = concat!("SELECT ", member_columns!(""), " FROM member WHERE practice = ? AND id = ?");
        self.one(Statement::new(sql).bind(practice.0).bind(id.0)).await
    }

    async fn memberships(&self, account: AccountId) -> Result<Vec<Member>, Fault> {
        let sql = concat!("SELECT ", member_columns!(""), " FROM member WHERE account = ? ORDER BY joined_at, id");
        self.all(Statement::new(sql).bind(account.0)).await
    }

    async fn roles(&self, practice: PracticeId) -> Result<Vec<RoleDefinition>, Fault> {
        let sql = concat!(
            "SELECT ",
            role_definition_columns!(""),
            " FROM role_definition WHERE practice = ? AND removed_at IS NULL ORDER BY role"
        );
        self.all(Statement::new(sql).bind(practice.0)).await
    }

    async fn in_role(&self, practice: PracticeId, role: Role) -> Result<usize, Fault> {
        let sql = "SELECT count(*) FROM member WHERE practice = ? AND role = ?";
        let number: Option<i64> = self.one(Statement::new(sql).bind(practice.0).bind(role.to_string())).await?;
        usize::try_from(number.unwrap_or(0)).map_err(|error| Fault::corrupt("member", error))
    }

    async fn invitation(&self, id: InvitationId) -> Result<Option<Invitation>, Fault> {
        let sql = concat!("SELECT ", invitation_columns!(""), " FROM invitation WHERE id = ?");
        self.one(Statement::new(sql).bind(id.0)).await
    }

    async fn open_invitations(&self, email: &Email) -> Result<Vec<Invitation>, Fault> {
        let sql = concat!(
            "SELECT ",
            invitation_columns!(""),
            " FROM invitation WHERE email_key = ? AND state = 'open' ORDER BY id"
        );
        self.all(Statement::new(sql).bind(email.normal().to_owned())).await
    }

    async fn registration(&self, id: RegistrationId) -> Result<Option<Registration>, Fault> {
        let sql = concat!("SELECT ", registration_columns!(""), " FROM registration WHERE id = ?");
        self.one(Statement::new(sql).bind(id.0)).await
    }

    async fn registration_of(&self, cookie: &Digest) -> Result<Option<Registration>, Fault> {
        let sql = concat!("SELECT ", registration_columns!(""), " FROM registration WHERE cookie = ?");
        self.one(Statement::new(sql).bind(cookie.to_vec())).await
    }

    async fn employee(&self, practice: PracticeId, id: EmployeeId) -> Result<Option<Employee>, Fault> {
        let sql = concat!("SELECT ", employee_columns!(""), " FROM employee WHERE practice = ? AND id = ?");
        self.one(Statement::new(sql).bind(practice.0).bind(id.0)).await
    }

    async fn owners(&self, practice: PracticeId) -> Result<Vec<Member>, Fault> {
        let sql = concat!(
            "SELECT ",
            member_columns!(""),
            " FROM member INDEXED BY member_owner WHERE practice = ? AND role = 'owner' ORDER BY id"
        );
        self.all(Statement::new(sql).bind(practice.0)).await
    }

    async fn with_role(&self, practice: PracticeId, role: Role, most: usize) -> Result<Vec<Member>, Fault> {
        let sql = concat!(
            "SELECT ",
            member_columns!(""),
            " FROM member INDEXED BY member_role WHERE practice = ? AND role = ? ORDER BY id LIMIT ?"
        );
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.all(Statement::new(sql).bind(practice.0).bind(role.to_string()).bind(most)).await
    }

    async fn user_managers(&self, practice: PracticeId, most: usize) -> Result<Vec<Member>, Fault> {
        let sql = concat!(
            "SELECT ",
            member_columns!(""),
            " FROM member INDEXED BY member_user_manager WHERE practice = ? AND user_manager = 1 ORDER BY id LIMIT ?"
        );
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.all(Statement::new(sql).bind(practice.0).bind(most)).await
    }

    async fn password_link(&self, id: PasswordLinkId) -> Result<Option<PasswordLink>, Fault> {
        let sql = concat!("SELECT ", password_link_columns!(""), " FROM password_link WHERE id = ?");
        self.one(Statement::new(sql).bind(id.0)).await
    }

    async fn open_setups(&self, practice: PracticeId) -> Result<Vec<PasswordLink>, Fault> {
        let sql = concat!(
            "SELECT ",
            password_link_columns!(""),
            " FROM password_link INDEXED BY password_link_setup
            WHERE practice = ? AND state = 'open' AND purpose = 'setup' ORDER BY id"
        );
        self.all(Statement::new(sql).bind(practice.0)).await
    }

    async fn password_run_of(&self, cookie: &Digest) -> Result<Option<PasswordRun>, Fault> {
        let sql = concat!("SELECT ", password_run_columns!(""), " FROM password_run WHERE cookie = ?");
        self.one(Statement::new(sql).bind(cookie.to_vec())).await
    }

    async fn code_word(&self, practice: PracticeId) -> Result<Option<CodeWord>, Fault> {
        let sql = concat!("SELECT ", code_word_columns!(""), " FROM code_word WHERE practice = ?");
        self.one(Statement::new(sql).bind(practice.0)).await
    }

    async fn session(&self, id: SessionId) -> Result<Option<Session>, Fault> {
        let sql = concat!("SELECT ", session_columns!(""), " FROM session WHERE id = ?");
        self.one(Statement::new(sql).bind(id.0)).await
    }

    async fn api_key(&self, digest: &Digest) -> Result<Option<ApiKey>, Fault> {
        let sql = concat!("SELECT ", api_key_columns!(""), " FROM api_key WHERE digest = ?");
        self.one(Statement::new(sql).bind(digest.to_vec())).await
    }

    async fn api_keys(&self, practice: PracticeId) -> Result<Vec<ApiKey>, Fault> {
        let sql = concat!("SELECT ", api_key_columns!(""), " FROM api_key WHERE practice = ? ORDER BY id");
        self.all(Statement::new(sql).bind(practice.0)).await
    }

    async fn replay(&self, key: &Digest) -> Result<Option<Replay>, Fault> {
        let sql = concat!("SELECT ", replay_columns!(""), " FROM replay WHERE key = ?");
        self.one(Statement::new(sql).bind(key.to_vec())).await
    }

    async fn add_import(&self, import: &Import) -> Result<(), Fault> {
        self.writer.run(AddImport(import.clone())).await
    }

    async fn keep_import(&self, import: &Import, leased: Option<Time>) -> Result<bool, Fault> {
        self.writer.run(KeepImport { import: import.clone(), leased }).await
    }

    async fn import(&self, practice: PracticeId, id: ImportId) -> Result<Option<Import>, Fault> {
        self.readers.ask(move |conn| imports::read(conn, practice, id)).await
    }

    async fn lease_import(&self, now: Time, until: Time) -> Result<Option<Import>, Fault> {
        self.writer.run(LeaseImport { now, until }).await
    }

    async fn holder(&self, name: &Name) -> Result<Option<Uuid>, Fault> {
        let (practice, kind, subject) = name_key(name);
        let sql = "SELECT owner FROM claim WHERE practice = ? AND kind = ? AND subject = ?";
        self.one(Statement::new(sql).bind(practice).bind(kind).bind(subject)).await
    }
}

impl Sqlite {
    /// The one row that a statement finds, as a value.
    pub(crate) async fn one<T: Value + Send + 'static>(&self, statement: Statement) -> Result<Option<T>, Fault> {
        self.readers.ask(move |conn| statement.one(conn, "read")).await
    }

    /// Every row that a statement finds, as values.
    pub(crate) async fn all<T: Value + Send + 'static>(&self, statement: Statement) -> Result<Vec<T>, Fault> {
        self.readers.ask(move |conn| statement.all(conn, "read")).await
    }
}

struct Apply {
    commit: Commit,
    seal: Arc<dyn Seal>,
    companion: Option<Arc<dyn Companion>>,
}

impl Work for Apply {
    type Answer = ();
    type Error = CommitError;

    fn run(&self, conn: &Connection) -> Result<(), CommitError> {
        apply(conn, &self.commit, &*self.seal)?;
        self.companion.as_ref().map_or(Ok(()), |companion| companion.follow(conn, &self.commit))
    }
}

struct NoteSeen {
    session: SessionId,
    at: Time,
}

impl Work for NoteSeen {
    type Answer = ();
    type Error = Fault;

    fn run(&self, conn: &Connection) -> Result<(), Fault> {
        let seen = Statement::new(
            "UPDATE session SET seen_at = max(seen_at, ?2) WHERE id = ?1 AND ended_at IS NULL RETURNING account, practice",
        );
        let seen = seen.bind(self.session.0).bind(self.at.micros());
        if let Some((account, Some(practice))) = seen.one::<(Uuid, Option<Uuid>)>(conn, "note a session")? {
            list_active(Statement::new(LIST_ACTIVE), account, practice, self.at).execute(conn, "note a session")?;
        }
        Ok(())
    }
}

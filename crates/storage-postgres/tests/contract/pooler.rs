//! The same laws through PgBouncer in transaction mode, where each transaction may be on another connection of the server.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use practice_storage_postgres::{Postgres, PostgresSettings};
use practice_testkit::contract::{self, Harness, Stores};
use tempfile::TempDir;

use crate::support::Database;

/// Commits, locks, limits and searches hold with three connections of the server for all; what `docs/operating.md` says is what is set.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn laws_hold_behind_a_pooler_in_transaction_mode() {
    let Some(program) = program() else {
        eprintln!(
            "PgBouncer 1.21 or later is not here, so nothing was tested behind it: PGBOUNCER may name the program"
        );
        return;
    };
    let pooled = Pooled { program };
    contract::a_commit_is_read_back(&pooled).await;
    contract::a_stale_write_changes_nothing(&pooled).await;
    contract::a_broken_guard_changes_nothing(&pooled).await;
    contract::a_claim_is_held_once(&pooled).await;
    contract::a_leased_notice_is_leased_once(&pooled).await;
    contract::parallel_tickets_never_exceed_the_limit(&pooled).await;
    contract::units_are_given_out_once(&pooled).await;
    contract::lists_agree_with_the_order_of_the_domain(&pooled).await;
    contract::an_unlisted_person_is_gone_from_list_search_and_tally(&pooled).await;
}

struct Pooled {
    program: PathBuf,
}

#[async_trait]
impl Harness for Pooled {
    async fn fresh(&self) -> Stores {
        let database = Database::fresh().await;
        let pooler = Pooler::start(&self.program, &database);
        let settings = PostgresSettings { pooler: true, ..PostgresSettings::new(pooler.url(&database).into()) };
        let postgres =
            Arc::new(Postgres::open(&settings, database.seal()).await.expect("a database behind the pooler"));
        Stores {
            store: postgres.clone(),
            ledger: postgres.clone(),
            reader: postgres.clone(),
            outbox: postgres,
            seal: database.seal(),
            keep: Box::new((pooler, database)),
        }
    }
}

/// A running pooler. It goes when this is dropped, or when its process ends.
struct Pooler {
    folder: TempDir,
    shell: Child,
}

impl Pooler {
    fn start(program: &Path, database: &Database) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).expect("ours");
        let here = folder.path().display();
        let server = database.socket();
        let settings = format!(
            "[databases]\n* = host={server} user=portal\n[pgbouncer]\nlisten_addr =\nlisten_port = {PORT}\n\
            unix_socket_dir = {here}\nlogfile = {here}/log\nauth_type = any\npool_mode = transaction\n\
            max_prepared_statements = 400\ndefault_pool_size = 3\nignore_startup_parameters = extra_float_digits\n"
        );
        let file = folder.path().join("pgbouncer.ini");
        fs::write(&file, settings).expect("written");
        let mut command = Command::new("sh");
        command.args(["-c", SERVE]).arg(program);
        if Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n") {
            command.args(["-u", "postgres"]);
        }
        let shell = command.arg("-q").arg(&file).stdin(Stdio::piped()).spawn().expect("a pooler");
        let socket = folder.path().join(format!(".s.PGSQL.{PORT}"));
        let started = Instant::now();
        while !socket.exists() {
            let said = fs::read_to_string(folder.path().join("log")).unwrap_or_default();
            assert!(started.elapsed() < PATIENCE, "PgBouncer does not start: {said}");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { folder, shell }
    }

    fn url(&self, database: &Database) -> String {
        let name = database.name();
        format!("postgres://portal@localhost:{PORT}/{name}?host={}", self.folder.path().display())
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// The one that `PGBOUNCER` names, or one on the search path; where it is too old, there is none.
fn program() -> Option<PathBuf> {
    let named = env::var_os("PGBOUNCER").map(PathBuf::from);
    let path = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
    let mut places = path.into_iter().chain([PathBuf::from("/usr/sbin")]).map(|folder| folder.join("pgbouncer"));
    let program = named.or_else(|| places.find(|file| file.is_file()))?;
    let said = Command::new(&program).arg("--version").output().expect("it says its version").stdout;
    let said = String::from_utf8_lossy(&said);
    let mut numbers = said.split_whitespace().nth(1)?.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    ((numbers.next()?, numbers.next()?) >= (1, 21)).then_some(program)
}

const PORT: u16 = 6432;

const PATIENCE: Duration = Duration::from_secs(20);

/// Runs what it is given, and ends it when there is no more input.
const SERVE: &str = "\"$0\" \"$@\" & pooler=$!; read -r word; kill -QUIT $pooler; wait $pooler";

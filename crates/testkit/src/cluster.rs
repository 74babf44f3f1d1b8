//! A PostgreSQL cluster of one's own, for tests: on a socket in a temporary folder, gone when it is dropped or when its process ends,
//! however that ends.

use std::env;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A running cluster. Its databases are UTF-8, and sorted by a language unless a column says otherwise, as they often are.
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    server: Child,
    settings: &'static [&'static str],
    made: AtomicU32,
}

impl Cluster {
    /// Starts one. Its first contents are made once and kept in `cache`, which must exist.
    ///
    /// # Panics
    ///
    /// When PostgreSQL is not installed, or does not start; the message says what to do.
    #[must_use]
    pub fn start(cache: &Path) -> Self {
        Self::start_with(cache, &[])
    }

    /// Starts one with settings of its own, like `shared_buffers=1GB`.
    ///
    /// # Panics
    ///
    /// As [`Cluster::start`].
    #[must_use]
    pub fn start_with(cache: &Path, settings: &'static [&'static str]) -> Self {
        let programs = programs().unwrap_or_else(|| panic!("{MISSING}"));
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let name = format!("practice-portal-{}-{}", std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed));
        let folder = memory().unwrap_or_else(env::temp_dir).join(name);
        fs::create_dir(&folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
        let seed = seed(&programs, cache, &folder);
        must(Command::new("cp").arg("-R").arg(&seed).arg(folder.join("data")));
        own(&folder);
        let server = serve(&programs, &folder, settings);
        let cluster = Self { programs, folder, server, settings, made: AtomicU32::new(0) };
        cluster.wait();
        cluster
    }

    /// Where a database is.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://portal@localhost/{database}?host={}", self.folder.display())
    }

    /// Makes a database with a name of its own: an empty one, or a copy of one that nobody is connected to.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    pub fn database(&self, template: Option<&str>) -> String {
        let name = format!("portal_{}", self.made.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name} TEMPLATE {}", template.unwrap_or("template0")));
        name
    }

    /// Removes a database, whoever is connected to it.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    pub fn remove(&self, database: &str) {
        self.sql("postgres", &format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"));
    }

    /// Lets the cluster's owner say something in a database; what it prints, without headings.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "portal", "-d", database, "-c", sql]);
        let output = must(psql.arg("-h").arg(&self.folder));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// What the server has said since the last call with this mark, which begins at 0.
    ///
    /// # Panics
    ///
    /// When it cannot be read.
    #[must_use]
    pub fn said(&self, mark: &mut u64) -> String {
        let mut said = Vec::new();
        let log = File::open(self.folder.join("log")).and_then(|mut log| {
            log.seek(SeekFrom::Start(*mark))?;
            log.read_to_end(&mut said)
        });
        *mark += log.unwrap_or_else(|why| panic!("{}: {why}", self.folder.display())) as u64;
        String::from_utf8_lossy(&said).into_owned()
    }

    /// Ends the server as a loss of power would: with SIGKILL.
    ///
    /// # Panics
    ///
    /// When there is nothing to end.
    pub fn kill(&mut self) {
        let lines = fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap_or_default();
        let pid = lines.lines().next().unwrap_or_default().trim();
        must(Command::new("kill").args(["-KILL", pid]));
        self.ended();
    }

    /// Ends the server at once, as `pg_ctl stop -m immediate` does.
    ///
    /// # Panics
    ///
    /// When there is nothing to end.
    pub fn stop(&mut self) {
        let mut stop = as_owner(&self.programs.join("pg_ctl"));
        must(stop.args(["stop", "-s", "-m", "immediate", "-D"]).arg(self.folder.join("data")));
        self.ended();
    }

    /// Ends one of the processes that serve a database, with SIGKILL. The server then ends all others, and goes on by itself.
    ///
    /// # Panics
    ///
    /// When nobody is connected to it.
    pub fn kill_backend(&self, database: &str) {
        let sql =
            format!("SELECT pid FROM pg_stat_activity WHERE datname = '{database}' ORDER BY query_start DESC LIMIT 1");
        must(Command::new("kill").args(["-KILL", &self.sql("postgres", &sql)]));
    }

    /// Tells whoever runs the server that it has ended, and is to be started again.
    fn ended(&mut self) {
        let kept = self.server.stdin.take().map(|mut input| input.write_all(b"keep\n"));
        kept.and_then(Result::ok).unwrap_or_else(|| panic!("nobody runs the server"));
        self.server.wait().unwrap_or_else(|why| panic!("{why}"));
        // Its processes notice that they are alone, and must be gone before another server may have their memory.
        sleep(Duration::from_millis(200));
    }

    /// Starts the server again after [`Cluster::kill`] or [`Cluster::stop`].
    ///
    /// # Panics
    ///
    /// When it does not start within half a minute.
    pub fn revive(&mut self) {
        self.server = serve(&self.programs, &self.folder, self.settings);
        self.wait();
    }

    fn wait(&self) {
        let start = Instant::now();
        let mut ready = Command::new(self.programs.join("pg_isready"));
        ready.arg("-q").arg("-h").arg(&self.folder);
        while !ready.status().is_ok_and(|status| status.success()) {
            let said = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(start.elapsed() < PATIENCE, "PostgreSQL does not start: {said}");
            sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Where files lie in memory, with a gigabyte to spare: the tests wait for the disk often enough.
fn memory() -> Option<PathBuf> {
    let output = Command::new("df").args(["-Pk", MEMORY]).output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    let free: u64 = said.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    (free > 1 << 20).then(|| PathBuf::from(MEMORY))
}

/// Where the programs of the newest PostgreSQL lie: in the folder that `POSTGRES_BIN` names, or where systems have them.
#[must_use]
pub fn programs() -> Option<PathBuf> {
    let named = env::var_os("POSTGRES_BIN").map(PathBuf::from);
    let path = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
    let mut usual: Vec<PathBuf> = PLACES.iter().flat_map(|(place, bin)| versions(Path::new(place), bin)).collect();
    usual.sort_by_key(|place| std::cmp::Reverse(number(place)));
    named.into_iter().chain(usual).chain(path).find(|folder| folder.join("initdb").is_file())
}

/// The folders of all versions in a place.
fn versions(place: &Path, bin: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(place).into_iter().flatten().filter_map(Result::ok);
    entries.map(|entry| entry.path().join(bin)).filter(|folder| folder.join("initdb").is_file()).collect()
}

/// The version in a path.
fn number(path: &Path) -> u32 {
    let digits = path.to_string_lossy();
    digits.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).next_back().unwrap_or(0)
}

/// The contents of a new cluster; made on first use.
fn seed(programs: &Path, cache: &Path, folder: &Path) -> PathBuf {
    let seed = cache.join(format!("postgres-{}", number(programs)));
    let lock = File::create(seed.with_extension("lock")).and_then(|file| file.lock().map(|()| file));
    let _lock = lock.unwrap_or_else(|why| panic!("{}: {why}", seed.display()));
    if !seed.is_dir() {
        own(folder);
        let mut initdb = as_owner(&programs.join("initdb"));
        initdb.args(["-U", "portal", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync", "--no-instructions"]);
        must(initdb.args(["--locale-provider=icu", "--icu-locale=en-US", "-D"]).arg(folder.join("first")));
        let half = seed.with_extension("half");
        let _ = fs::remove_dir_all(&half);
        must(Command::new("cp").arg("-R").arg(folder.join("first")).arg(&half));
        fs::rename(&half, &seed).unwrap_or_else(|why| panic!("{}: {why}", seed.display()));
    }
    seed
}

/// Runs the server until our end of its input is closed, which the system sees to when this process is no more.
fn serve(programs: &Path, folder: &Path, settings: &[&str]) -> Child {
    let log = File::create(folder.join("log")).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    let mut command = as_owner(Path::new("sh"));
    command
        .env("FOLDER", folder)
        .args(["-c", SERVE])
        .arg(programs.join("postgres"))
        .arg("-D")
        .arg(folder.join("data"))
        .arg("-k")
        .arg(folder);
    command.args(SETTINGS.iter().chain(settings).flat_map(|setting| ["-c", setting]));
    let started = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log).spawn();
    started.unwrap_or_else(|why| panic!("PostgreSQL does not start: {why}"))
}

/// A command of the cluster's owner. PostgreSQL refuses to run as root.
fn as_owner(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", OWNER, "--regid", OWNER, "--clear-groups"]).arg(program).current_dir("/");
    command
}

/// Gives a folder to the cluster's owner.
fn own(folder: &Path) {
    if is_root() {
        must(Command::new("chown").arg("-R").arg(format!("{OWNER}:{OWNER}")).arg(folder));
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

fn must(command: &mut Command) -> Output {
    let output: io::Result<Output> = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|why| panic!("{command:?}: {why}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Says what is missing, in one line.
const MISSING: &str =
    "PostgreSQL is not installed: `cargo xtask test` installs it, or name the folder of its programs in POSTGRES_BIN";

/// Linux has files in memory there.
const MEMORY: &str = "/dev/shm";

/// Who the cluster belongs to where root runs the tests.
const OWNER: &str = "postgres";

/// Folders of versions, and where in each the programs are.
const PLACES: [(&str, &str); 3] = [
    ("/usr/lib/postgresql", "bin"),
    ("/opt/homebrew/opt", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "bin"),
];

/// Runs what it is given, ends it at once when there is no more input, and clears up unless it is told to keep.
const SERVE: &str = "\"$0\" \"$@\" & server=$!; read -r word; kill -QUIT $server 2>/dev/null; wait $server; \
    test \"$word\" = keep || rm -rf \"$FOLDER\"";

/// What was acknowledged is kept, as in earnest; otherwise small.
const SETTINGS: [&str; 5] = [
    "listen_addresses=",
    "unix_socket_permissions=0777",
    "max_connections=200",
    "shared_buffers=32MB",
    "log_min_messages=warning",
];

/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(30);

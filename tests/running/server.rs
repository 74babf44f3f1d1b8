//! A demo server of the test's own: on a free port, in a folder of its own, stopped by its process id.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

/// A running server.
pub(crate) struct Server {
    child: Child,
    data: TempDir,
    url: Option<String>,
    /// Whether it limits how often something may be asked for: `on` or `off`.
    limits: &'static str,
    /// Where it listens.
    pub(crate) base: String,
    /// What it said when it started.
    pub(crate) said: Vec<String>,
}

impl Server {
    /// Makes a demo and waits until it answers.
    pub(crate) fn start() -> Self {
        Self::start_in(tempfile::tempdir().expect("a folder"), None)
    }

    /// Makes a demo in a PostgreSQL database, or goes on with the one that another server made there, with the keys of that one.
    pub(crate) fn start_on(url: &str, other: Option<&Self>) -> Self {
        let data = other.map_or_else(|| tempfile::tempdir().expect("a folder"), Self::elsewhere);
        Self::start_in(data, Some(url.to_owned()))
    }

    /// The folder, not yet started in, of a server with the same keys and the same card provider.
    pub(crate) fn elsewhere(&self) -> TempDir {
        let data = tempfile::tempdir().expect("a folder");
        std::fs::copy(self.data.path().join("keys"), data.path().join("keys")).expect("its keys");
        std::fs::create_dir(data.path().join("bank")).expect("a folder");
        let books = |data: &Path| data.join("bank").join("bank.json");
        std::fs::copy(books(self.data.path()), books(data.path())).expect("the provider's books");
        data
    }

    /// Where it keeps everything.
    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }

    pub(crate) fn start_in(data: TempDir, url: Option<String>) -> Self {
        Self::begin(data, url, "off")
    }

    /// One that heeds its limits, as all do where people are.
    pub(crate) fn start_limited(data: TempDir, url: String) -> Self {
        Self::begin(data, Some(url), "on")
    }

    fn begin(data: TempDir, url: Option<String>, limits: &'static str) -> Self {
        let (child, base, said) = launch(data.path(), url.as_deref(), limits);
        Self { child, data, url, limits, base, said }
    }

    /// `kill -9`, at once.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("the process is ours");
        self.child.wait().expect("it ends");
    }

    /// Asks it to stop, and waits until it has.
    #[cfg(unix)]
    pub(crate) fn stop(&mut self) {
        self.signal("TERM");
        assert!(self.child.wait().expect("it ends").success());
    }

    /// Sends a signal, like `TERM`, to this process alone.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.is_ok_and(|sent| sent.success()), "the process is ours");
    }

    /// How the process ended, if it does within this time.
    pub(crate) fn ended(&mut self, within: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + within;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().expect("the process is ours") {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    }

    /// Starts again on the same data, usually after [`Server::kill`].
    pub(crate) fn start_again(&mut self) {
        (self.child, self.base, self.said) = launch(self.data.path(), self.url.as_deref(), self.limits);
    }

    /// Serves the same data with settings of one's own, usually after [`Server::kill`].
    pub(crate) fn serve(&mut self, settings: &[(&str, String)]) {
        let log = File::options().create(true).append(true).open(log_of(self.data.path())).expect("a log file");
        let mut command = self.settings();
        command.arg("serve").env("PORTAL_LISTEN", self.base.trim_start_matches("http://"));
        command.env("PORTAL_BOT_CHECK", "off").env("PORTAL_LIMITS", "off").env("PORTAL_LOG", "trace");
        command.envs(settings.iter().map(|(name, value)| (name, value))).stdout(Stdio::null()).stderr(log);
        self.child = command.spawn().expect("the binary was built with the tests");
        wait_until_ready(&self.base);
    }

    /// What follows a label in what the server said.
    pub(crate) fn told(&self, label: &str) -> String {
        let line = self.said.iter().find_map(|line| line.strip_prefix(label));
        line.unwrap_or_else(|| panic!("{label} in {:?}", self.said)).trim().to_owned()
    }

    /// Runs a command of the operator on this server's database.
    pub(crate) fn command(&self, args: &[&str]) -> Output {
        self.command_with(args, &[])
    }

    /// The same, with settings of one's own.
    pub(crate) fn command_with(&self, args: &[&str], settings: &[(&str, String)]) -> Output {
        let mut command = self.settings();
        command.args(args).env("PORTAL_LISTEN", "127.0.0.1:0").envs(settings.iter().map(|(name, value)| (name, value)));
        command.output().expect("the command runs")
    }

    /// The binary with what it needs to know to find this server's data.
    fn settings(&self) -> Command {
        let mut command = settings(self.data.path(), self.url.as_deref());
        command.env("PORTAL_BASE_URL", &self.base);
        command
    }

    /// How many audit entries have this code.
    pub(crate) fn audited(&self, code: &str) -> i64 {
        let file = self.data.path().join("portal.db");
        let conn = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database");
        let sql = "SELECT count(*) FROM audit WHERE json_extract(text, '$.code') = ?";
        conn.query_one(sql, [code], |row| row.get(0)).expect("a number")
    }

    /// Edits the file behind the server's back, as nobody should.
    pub(crate) fn edit(&self, sql: &'static str) {
        let conn = Connection::open(self.data.path().join("portal.db")).expect("the database");
        conn.execute_batch(sql).expect("edited");
    }

    /// Everything that the server has written to its log so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(log_of(self.data.path())).expect("a log")
    }

    /// Every file of the server that could hold something, with its content.
    pub(crate) fn database(&self) -> Vec<u8> {
        let name = |end: &str| self.data.path().join(format!("portal.db{end}"));
        ["", "-wal"].iter().filter_map(|end| std::fs::read(name(end)).ok()).flatten().collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The binary with what it needs to know to find the data in a folder, or in a database.
pub(crate) fn settings(data: &Path, url: Option<&str>) -> Command {
    let mut command = Command::new(binary());
    command.env("PORTAL_BASE_URL", "http://127.0.0.1:9").env("PORTAL_MAIL_TRANSPORT", "sandbox");
    command.env("PORTAL_STORAGE_PATH", data.join("portal.db")).env("PORTAL_KEYS_FILE", data.join("keys"));
    command.env("PORTAL_LISTEN", "127.0.0.1:0").envs(url.map(|url| ("PORTAL_STORAGE_URL", url)));
    command
}

fn launch(data: &Path, url: Option<&str>, limits: &str) -> (Child, String, Vec<String>) {
    let log = File::options().create(true).append(true).open(log_of(data)).expect("a log file");
    let mut command = Command::new(binary());
    command.args(["demo", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    command.envs(url.map(|url| ("PORTAL_STORAGE_URL", url)));
    command.env("PORTAL_BOT_CHECK", "off").env("PORTAL_LIMITS", limits);
    command.env("PORTAL_LOG", "trace").stdout(Stdio::piped()).stderr(log);
    let mut child = command.spawn().expect("the binary was built with the tests");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut said = Vec::new();
    for line in lines.map_while(Result::ok) {
        let last = line.starts_with("Kept in");
        said.push(line);
        if last {
            break;
        }
    }
    let base = said.iter().find_map(|line| line.strip_prefix("Open ")).expect("it says where").trim_end_matches('/');
    let base = base.to_owned();
    wait_until_ready(&base);
    (child, base, said)
}

fn wait_until_ready(base: &str) {
    let address = base.trim_start_matches("http://");
    let deadline = Instant::now() + Duration::from_secs(60);
    while std::net::TcpStream::connect(address).is_err() {
        assert!(Instant::now() < deadline, "the server does not answer");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The binary that cargo builds beside the tests.
pub(crate) fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("a path");
    let folder = test.ancestors().nth(2).expect("target/<profile>/deps/<test>");
    folder.join(format!("practice-portal{}", std::env::consts::EXE_SUFFIX))
}

fn log_of(data: &Path) -> PathBuf {
    data.join("log")
}

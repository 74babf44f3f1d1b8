//! Anchors of the audit log (`AU-04`): where each log ends, signed, and kept where whoever changes the database cannot reach. The log
//! itself cannot tell that its newest entries were cut off, or that an older database was put in its place; an anchor can.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use practice_domain::fact::Log;
use practice_domain::port::{Clock, Head, Reader};
use practice_domain::value::{PracticeId, Time};
use practice_keyring::Keyring;
use serde_json::{Value as Json, json};
use tokio::sync::watch;

use crate::trouble::Trouble;
use crate::wire::App;

/// Whoever writes anchors.
pub(crate) struct Anchors {
    reader: Arc<dyn Reader>,
    clock: Arc<dyn Clock>,
    keyring: Arc<Keyring>,
    /// Where they are added; none writes them to the server's own log, which somebody else is thought to keep.
    file: Option<PathBuf>,
    /// What the newest anchors say.
    written: BTreeMap<Log, u64>,
}

impl Anchors {
    pub(crate) fn of(app: &App) -> Self {
        Self {
            reader: app.ports.reader.clone(),
            clock: app.ports.clock.clone(),
            keyring: app.keyring.clone(),
            file: app.anchors.clone(),
            written: BTreeMap::new(),
        }
    }

    /// Writes anchors from time to time until `stop` says so; then gives back the pen for the last ones.
    pub(crate) async fn go_on(mut self, mut stop: watch::Receiver<bool>) -> Self {
        while !*stop.borrow() {
            tokio::select! {
                () = tokio::time::sleep(PERIOD) => self.write().await,
                _ = stop.changed() => {}
            }
        }
        self
    }

    /// Writes where those logs end that have grown since the last time. What fails is told, and tried again with the next ones.
    pub(crate) async fn write(&mut self) {
        match self.try_write().await {
            Ok(0) => {}
            Ok(logs) => tracing::debug!(logs, "audit log anchored"),
            Err(trouble) => tracing::error!(trouble = trouble.told(), "the audit log could not be anchored"),
        }
    }

    async fn try_write(&mut self) -> Result<usize, Trouble> {
        let mut heads = self.reader.heads().await.map_err(Trouble::refused)?;
        heads.retain(|head| self.written.get(&head.log) != Some(&head.number));
        let at = self.clock.now();
        let lines: Vec<String> =
            heads.chunks(HEADS_IN_A_LINE).map(|heads| self.keyring.sign_anchor(&text(at, heads))).collect();
        match self.file.clone() {
            _ if lines.is_empty() => {}
            Some(file) => {
                let added = tokio::task::spawn_blocking(move || add(&file, &lines)).await;
                added.map_err(Trouble::refused)?.map_err(|e| Trouble::Io("writing anchors", e))?;
            }
            None => lines.iter().for_each(|anchor| tracing::info!(anchor, "audit logs end here")),
        }
        self.written.extend(heads.iter().map(|head| (head.log, head.number)));
        Ok(heads.len())
    }
}

/// The newest anchored end of each log, as a file of anchors says.
///
/// # Errors
///
/// When the file cannot be read, or holds a line that was not signed with these keys. A line that was never finished is passed over.
pub(crate) fn read(file: &Path, keyring: &Keyring) -> Result<BTreeMap<Log, Head>, Trouble> {
    let text = std::fs::read_to_string(file).map_err(|e| Trouble::Io("reading the anchors", e))?;
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let mut newest = BTreeMap::new();
    for (at, line) in whole.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
        let heads = keyring.read_anchor(line).and_then(|text| heads(&text));
        let heads =
            heads.ok_or_else(|| Trouble::Audit(format!("line {} of the anchors was not signed by us", at + 1)))?;
        for head in heads {
            let known = newest.entry(head.log).or_insert(head);
            if known.number < head.number {
                *known = head;
            }
        }
    }
    Ok(newest)
}

fn add(file: &Path, lines: &[String]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    file.write_all((lines.join("\n") + "\n").as_bytes())?;
    file.sync_all()
}

fn text(at: Time, heads: &[Head]) -> String {
    let head = |head: &Head| {
        let log = match head.log {
            Log::Platform => "platform".to_owned(),
            Log::Practice(practice) => practice.to_string(),
        };
        json!({ "log": log, "number": head.number, "seal": URL_SAFE_NO_PAD.encode(head.seal) })
    };
    json!({ "at": at.micros(), "heads": heads.iter().map(head).collect::<Vec<_>>() }).to_string()
}

fn heads(text: &str) -> Option<Vec<Head>> {
    let head = |json: &Json| {
        let log = match json["log"].as_str()? {
            "platform" => Log::Platform,
            practice => Log::Practice(PracticeId(practice.parse().ok()?)),
        };
        let seal = URL_SAFE_NO_PAD.decode(json["seal"].as_str()?).ok()?;
        Some(Head { log, number: json["number"].as_u64()?, seal: seal.try_into().ok()? })
    };
    serde_json::from_str::<Json>(text).ok()?["heads"].as_array()?.iter().map(head).collect()
}

/// Between anchors: what somebody with the database and the keys could still take back unseen.
const PERIOD: Duration = Duration::from_secs(300);

/// So that no line is longer than what log streams carry, some 11 kB.
const HEADS_IN_A_LINE: usize = 50;

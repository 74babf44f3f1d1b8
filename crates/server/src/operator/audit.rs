use practice_domain::fact::Log;
use practice_domain::port::{Reader, Seal};
use practice_domain::value::Digest;

use crate::trouble::Trouble;
use crate::wire::App;

/// Reads every log from its first entry on, and checks each seal against the one before it. Streams: the size does not matter.
///
/// A log whose newest entries were cut off still verifies, because nothing after them says that they were there; the counts that
/// this prints are what to compare with an earlier run.
pub(super) async fn verify(reader: &dyn Reader, seal: &dyn Seal) -> Result<String, Trouble> {
    let (mut logs, mut entries) = (0_u64, 0_u64);
    for log in reader.logs().await.map_err(Trouble::refused)? {
        entries += verify_log(reader, seal, log).await?;
        logs += 1;
    }
    Ok(format!("{entries} entries in {logs} logs verified"))
}

/// The entries of a log with this code, or one that begins with it, that hold this text. Streams, too.
pub(super) async fn search(app: &App, log: Log, code: &str, text: &str) -> Result<String, Trouble> {
    let (mut found, mut next) = (0_u64, 1);
    loop {
        let entries = app.ports.reader.entries(log, next, PAGE).await.map_err(Trouble::refused)?;
        let Some(last) = entries.last() else { return Ok(format!("{found} of {} entries", next - 1)) };
        next = last.number + 1;
        for entry in entries {
            if entry.text.contains(&format!("\"code\":\"{code}")) && entry.text.contains(text) {
                println!("{}", entry.text);
                found += 1;
            }
        }
    }
}

async fn verify_log(reader: &dyn Reader, seal: &dyn Seal, log: Log) -> Result<u64, Trouble> {
    let mut before: Digest = [0; 32];
    let mut next = 1;
    loop {
        let entries = reader.entries(log, next, PAGE).await.map_err(Trouble::refused)?;
        if entries.is_empty() {
            return Ok(next - 1);
        }
        for entry in entries {
            if entry.number != next {
                return Err(Trouble::Audit(format!("{}: entry {next} is missing", name(log))));
            }
            if seal.seal(entry.number, &before, &entry.text) != entry.seal {
                return Err(Trouble::Audit(format!("{}: entry {next} is not what was sealed", name(log))));
            }
            before = entry.seal;
            next += 1;
        }
    }
}

fn name(log: Log) -> String {
    match log {
        Log::Platform => "the platform's log".to_owned(),
        Log::Practice(practice) => format!("the log of practice {practice}"),
    }
}

const PAGE: usize = 500;

use std::collections::BTreeMap;

use practice_domain::fact::Log;
use practice_domain::port::{Head, Reader, Seal};
use practice_domain::value::Digest;

use crate::trouble::Trouble;
use crate::wire::App;

/// Reads every log from its first entry on, and checks each seal against the one before it. Streams: the size does not matter.
///
/// A log whose newest entries were cut off holds together, because nothing after them says that they were there. What was anchored
/// does: it must be there still, with the same seal.
pub(super) async fn verify(
    reader: &dyn Reader,
    seal: &dyn Seal,
    mut anchored: BTreeMap<Log, Head>,
) -> Result<String, Trouble> {
    let (mut logs, mut entries, anchors) = (0_u64, 0_u64, anchored.len());
    for Head { log, .. } in reader.heads().await.map_err(Trouble::refused)? {
        entries += verify_log(reader, seal, log, anchored.remove(&log)).await?;
        logs += 1;
    }
    if let Some(lost) = anchored.values().next() {
        return Err(rolled_back(lost, 0));
    }
    let anchors = if anchors == 0 { String::new() } else { format!(", {anchors} of them against anchors") };
    Ok(format!("{entries} entries in {logs} logs verified{anchors}"))
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

async fn verify_log(reader: &dyn Reader, seal: &dyn Seal, log: Log, anchored: Option<Head>) -> Result<u64, Trouble> {
    let mut before: Digest = [0; 32];
    let mut next = 1;
    loop {
        let entries = reader.entries(log, next, PAGE).await.map_err(Trouble::refused)?;
        if entries.is_empty() {
            return match anchored {
                Some(lost) if lost.number >= next => Err(rolled_back(&lost, next - 1)),
                _ => Ok(next - 1),
            };
        }
        for entry in entries {
            if entry.number != next {
                return Err(Trouble::Audit(format!("{}: entry {next} is missing", name(log))));
            }
            if seal.seal(entry.number, &before, &entry.text) != entry.seal {
                return Err(Trouble::Audit(format!("{}: entry {next} is not what was sealed", name(log))));
            }
            if anchored.is_some_and(|anchored| anchored.number == entry.number && anchored.seal != entry.seal) {
                return Err(Trouble::Audit(format!("{}: entry {next} is not what was anchored", name(log))));
            }
            before = entry.seal;
            next += 1;
        }
    }
}

fn rolled_back(lost: &Head, found: u64) -> Trouble {
    Trouble::Audit(format!(
        "rolled-back: {} has {found} entries, and had {} when it was anchored",
        name(lost.log),
        lost.number
    ))
}

fn name(log: Log) -> String {
    match log {
        Log::Platform => "the platform's log".to_owned(),
        Log::Practice(practice) => format!("the log of practice {practice}"),
    }
}

const PAGE: usize = 500;

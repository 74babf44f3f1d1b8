use crate::port::Fault;
use crate::texts::{TextReport, Texts, remembered};
use crate::usecase::Ports;

/// `WH-06`, `F-27`: remembers what whoever texts for us reports: that a number wants no more texts, or wants them again; that a text or
/// call arrived, or did not. The same report twice changes nothing.
///
/// # Errors
///
/// A [`Fault`] when the world failed: then whoever reported should report again.
pub async fn note_text_report(ports: &Ports, report: &TextReport) -> Result<(), Fault> {
    let now = ports.clock.now();
    let number = |phone| remembered(&*ports.keys, phone);
    match report {
        TextReport::Reply { from, texts } => ports.store.note_texts(&number(from), *texts, now).await,
        TextReport::Receipt { notice, fate, stopped } => {
            if let Some(to) = stopped {
                ports.store.note_texts(&number(to), Texts::Stopped, now).await?;
            }
            ports.store.note_text(*notice, *fate).await
        }
        TextReport::Other => Ok(()),
    }
}

//! What is asked of a database while something happens, as the store tells it.

use std::fmt::Debug;
use std::sync::{Mutex, Once};
use std::time::Duration;

use tokio::sync::Mutex as Turn;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
/// The log is the process's: one looks at a time.
static LOOKING: Turn<()> = Turn::const_new(());
static STARTED: Once = Once::new();

/// Starts to write statements down: before a database is opened.
pub(crate) fn start() {
    STARTED.call_once(|| tracing::subscriber::set_global_default(Listener).expect("the only one"));
}

/// The answer, and the statements that it took. Nothing else may be under way.
pub(crate) async fn statements_of<T>(work: impl Future<Output = T>) -> (T, Vec<String>) {
    let _looking = LOOKING.lock().await;
    quiet().await;
    SEEN.lock().expect("no panic").clear();
    let answer = work.await;
    quiet().await;
    let seen = SEEN.lock().expect("no panic").clone();
    assert!(!seen.is_empty(), "no statement was written down");
    (answer, seen)
}

/// A unit of work may run on after nobody waits for it any more.
async fn quiet() {
    let number = || SEEN.lock().expect("no panic").len();
    let mut before = number();
    loop {
        tokio::time::sleep(Duration::from_millis(40)).await;
        let now = number();
        if now == before {
            return;
        }
        before = now;
    }
}

/// Listens to the store alone.
struct Listener;

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "practice_storage_sqlite::statement"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Statement);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Statement;

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "sql" {
            SEEN.lock().expect("no panic").push(value.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

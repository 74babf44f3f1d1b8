//! What is asked of a database while something happens, as its driver logs it.

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
    STARTED.call_once(|| tracing::subscriber::set_global_default(Driver).expect("the only one"));
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

/// A statement is written down a moment after its answer is there.
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

/// Listens to the database's driver alone.
struct Driver;

impl Subscriber for Driver {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut statement = Statement::default();
        event.record(&mut statement);
        let sql = if statement.whole.is_empty() { statement.summary } else { statement.whole };
        // A connection that is opened meanwhile is nobody's question.
        if !sql.contains("journal_mode") {
            SEEN.lock().expect("no panic").push(sql.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// A short statement is its own summary.
#[derive(Default)]
struct Statement {
    summary: String,
    whole: String,
}

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.summary),
            "db.statement" => value.clone_into(&mut self.whole),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use practice_domain::access::Operator;
use practice_domain::notice::Notice;
use practice_domain::usecase::{ReleaseOutbox, release_outbox};

use crate::operator::notices::sort;
use crate::trouble::Trouble;
use crate::wire::App;

/// Lets mails, texts and purchases go on after a restore, and says what is sent and what is dropped.
pub(super) async fn release(app: &App, who: &Operator, within_hours: u32) -> Result<String, Trouble> {
    let cmd = ReleaseOutbox { within: Duration::from_secs(u64::from(within_hours) * 60 * 60) };
    let (archive, ledger) = (app.store.archive(), app.store.ledger());
    let released = release_outbox(&app.ports, &*archive, &*ledger, who, cmd).await.map_err(Trouble::refused)?;
    let mut told = String::new();
    for (what, notices) in [("sent", &released.sent), ("dropped", &released.dropped)] {
        for (sort, number) in by_sort(notices) {
            let _ = writeln!(told, "{what:<7}  {number:>6}  {sort}");
        }
    }
    let (sent, dropped) = (released.sent.len(), released.dropped.len());
    let _ = write!(told, "{sent} notices go out, {dropped} are dropped. Plans can be bought again.");
    Ok(told)
}

fn by_sort(notices: &[Notice]) -> BTreeMap<&'static str, usize> {
    let mut sorts = BTreeMap::new();
    for notice in notices {
        *sorts.entry(sort(notice.about)).or_default() += 1;
    }
    sorts
}

//! Files of employees and invitations (section 12): uploaded, judged, and carried out by the use cases that do the same for one person.

mod carry;
mod judge;

use crate::access::Administrator;
use crate::billing::{CardDataRefused, looks_like_network_card};
use crate::commit::Commit;
use crate::fact::{Fact, ListFact};
use crate::import::{Content, Halt, Import, OutOfStep, Stage};
use crate::intake::{DryRun, SheetError};
use crate::port::Fault;
use crate::usecase::{Decision, Ports, Refusal, settle};
use crate::value::{Digest, ImportId, Time, Version};

pub use carry::carry_on_imports;
pub use judge::{employee as known_employee, judge_import, person as known_person};

/// A file as it comes.
#[derive(Debug, Clone)]
pub struct UploadImport {
    /// What it holds.
    pub content: Content,
    /// What it is called; only the first 100 characters are kept.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// "Go".
#[derive(Debug, Clone)]
pub struct GoImport {
    /// Which file.
    pub import: ImportId,
    /// The rows that resemble somebody and are to be carried out none the less, by their numbers.
    pub looked_at: std::collections::BTreeSet<u64>,
    /// What the caller saw, as [`seen`] gives it; when another came out since, nothing is done.
    pub seen: Digest,
}

/// Why a file comes to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// There is no such file in this practice, or not any more.
    #[error("we cannot find that file; it is kept for 7 days")]
    NoSuchImport,
    /// It cannot be read.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// It is called like a card's number (`BILL-7`).
    #[error(transparent)]
    CardNumber(#[from] CardDataRefused),
    /// No rows.
    #[error("this file has no rows")]
    Empty,
    /// Vendor support invites at its own command line (`PRA-1`).
    #[error("nobody can be invited this way")]
    NoSuchContent,
    /// What would be done is not what the caller saw.
    #[error("the practice has changed since you looked; look at the rows again")]
    Changed,
    /// The file has come farther, or not as far.
    #[error(transparent)]
    OutOfStep(#[from] OutOfStep),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for ImportError {}

/// Section 12: an administrator uploads a file. It is kept and judged, and nothing else: a file of theirs that waited for "Go" gives way.
///
/// # Errors
///
/// [`ImportError`].
pub async fn upload_import(ports: &Ports, who: &Administrator, cmd: UploadImport) -> Result<Import, ImportError> {
    let UploadImport { content, name, bytes } = cmd;
    if content == Content::Invitations(crate::channel::Product::Operator) {
        return Err(ImportError::NoSuchContent);
    }
    if looks_like_network_card(&name) {
        return Err(CardDataRefused.into());
    }
    let sheet = crate::intake::read(&bytes)?;
    if sheet.rows.is_empty() {
        return Err(ImportError::Empty);
    }
    judge::columns(ports, content, sheet)?;
    let import = Import {
        id: ImportId(ports.entropy.id()),
        version: Version::default(),
        practice: who.practice().id,
        account: who.person().account(),
        cookie: who.person().session().cookie,
        content,
        name: name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect(),
        text: String::from_utf8(bytes).map_err(|_| SheetError::NotText)?,
        stage: Stage::Judged,
        plan: Vec::new(),
        done: Vec::new(),
        uploaded_at: ports.clock.now(),
    };
    ports.store.add_import(&import).await?;
    Ok(import)
}

/// A file of the administrator's practice.
///
/// # Errors
///
/// [`ImportError::NoSuchImport`], or a fault.
pub async fn find_import(ports: &Ports, who: &Administrator, id: ImportId) -> Result<Import, ImportError> {
    let found = ports.store.import(who.practice().id, id).await?;
    let kept = found.filter(|import| ports.clock.now() < import.uploaded_at.plus(Import::KEPT));
    kept.ok_or(ImportError::NoSuchImport)
}

/// "Go": the rows that were seen as new are carried out by [`carry_on_imports`], and those that somebody looked at.
///
/// # Errors
///
/// [`ImportError`]; [`ImportError::Changed`] when the verdicts are not those that were seen.
pub async fn go_import(ports: &Ports, who: &Administrator, cmd: GoImport) -> Result<Import, ImportError> {
    let import = find_import(ports, who, cmd.import).await?;
    let run = judge_import(ports, &import).await?;
    if import.stage == Stage::Judged && seen(ports, &run) != cmd.seen {
        return Err(ImportError::Changed);
    }
    let plan = run.lines(&cmd.looked_at);
    let rows = plan.len();
    let import = import.go(plan, who.person().account(), who.person().session().cookie)?;
    record(ports, who, ListFact::ImportStarted { import: import.id, rows }).await?;
    kept(ports, import).await
}

/// Stops a file that is under way; what is done stays done.
///
/// # Errors
///
/// [`ImportError`].
pub async fn stop_import(ports: &Ports, who: &Administrator, id: ImportId) -> Result<Import, ImportError> {
    change(ports, who, id, |import| import.stop(Halt::Asked)).await
}

/// A file that waits goes on where it stopped; whoever says so vouches for it now.
///
/// # Errors
///
/// [`ImportError`].
pub async fn resume_import(ports: &Ports, who: &Administrator, id: ImportId) -> Result<Import, ImportError> {
    change(ports, who, id, |import| import.go_on(who.person().account(), who.person().session().cookie)).await
}

/// What somebody saw of a dry run, to tell whether another came out since.
#[must_use]
pub fn seen(ports: &Ports, run: &DryRun) -> Digest {
    ports.keys.digest(run.outline().as_bytes())
}

async fn change(
    ports: &Ports,
    who: &Administrator,
    id: ImportId,
    to: impl Fn(Import) -> Result<Import, OutOfStep> + Send + Sync,
) -> Result<Import, ImportError> {
    for _ in 0..crate::usecase::TRIES {
        let changed = to(find_import(ports, who, id).await?)?;
        match kept(ports, changed).await {
            Err(ImportError::Changed) => {}
            answer => return answer,
        }
    }
    Err(Fault::busy("change an import").into())
}

/// The file as it is kept now; [`ImportError::Changed`] when somebody was first.
async fn kept(ports: &Ports, import: Import) -> Result<Import, ImportError> {
    if ports.store.keep_import(&import, None).await? {
        Ok(Import { version: import.version.next(), ..import })
    } else {
        Err(ImportError::Changed)
    }
}

async fn record(ports: &Ports, who: &Administrator, fact: ListFact) -> Result<(), Fault> {
    let now: Time = ports.clock.now();
    settle(ports, || async {
        let entry = who.record(Fact::List(fact.clone()), now);
        Ok(Decision::Commit(Box::new(Commit::recording(entry)), ()))
    })
    .await
}

const LONGEST_NAME: usize = 100;

use crate::port::{EmployeeRow, Fault, UserAccount};
use crate::texts::{Awaited, TextFate, remembered};
use crate::usecase::Ports;
use crate::value::{PasswordLinkId, Phone, PracticeId};

/// Why the code word does not reach somebody by text: an administrator says it in person or by phone then (`CODE-2`, `WH-06`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoWordByText {
    /// Whoever has the number told us to stop.
    Stopped,
    /// The number is not one that we text (`RL-03`).
    OutOfReach,
    /// The newest text did not arrive.
    Failed,
}

/// Whether something keeps the code word from an employee's cell phone.
///
/// # Errors
///
/// A [`Fault`] when the world failed.
pub async fn no_word_by_text(
    ports: &Ports,
    practice: PracticeId,
    row: &EmployeeRow,
) -> Result<Option<NoWordByText>, Fault> {
    let (link, cell) = match &row.user {
        UserAccount::None => return Ok(None),
        UserAccount::Pending { pending, .. } => (PasswordLinkId(row.employee.id.0), Some(&pending.cell)),
        UserAccount::Member { account, cell, .. } => (PasswordLinkId(account.0), cell.as_ref()),
    };
    if let Some(cell) = cell
        && texts_stopped(ports, cell).await?
    {
        return Ok(Some(NoWordByText::Stopped));
    }
    if cell.is_some_and(|cell| ports.platform.regions.reach(cell).is_err()) {
        return Ok(Some(NoWordByText::OutOfReach));
    }
    let Some(word) = ports.store.code_word(practice).await? else { return Ok(None) };
    let fate = ports.store.text_fate(Awaited::CodeWord(link, word.serial)).await?;
    Ok((fate == Some(TextFate::Failed)).then_some(NoWordByText::Failed))
}

/// Whether whoever has this number answered STOP, and wants no texts (`WH-06`).
///
/// # Errors
///
/// A [`Fault`] when the world failed.
pub async fn texts_stopped(ports: &Ports, phone: &Phone) -> Result<bool, Fault> {
    Ok(ports.store.texts_stopped(&remembered(&*ports.keys, phone)).await?.is_some())
}

/// Whether a text to this number may go out.
pub(super) async fn takes_texts(ports: &Ports, phone: &Phone) -> Result<bool, Fault> {
    Ok(ports.platform.regions.reach(phone).is_ok() && !texts_stopped(ports, phone).await?)
}

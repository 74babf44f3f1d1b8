use crate::access::{Fresh, Holder, permit};
use crate::commit::Commit;
use crate::fact::{EmployeeFact, Fact};
use crate::port::Fault;
use crate::usecase::words::{Chance, Current, cannot_be_read};
use crate::usecase::{Ports, Refusal, committed, settle};
use crate::value::Word;

/// Why the code word was not shown.
#[derive(Debug, thiserror::Error)]
pub enum ShowCodeWordError {
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for ShowCodeWordError {}

/// `CODE-1`: shows whoever may use it, and gave their password a moment ago, the practice's code word. Each showing is audited before
/// anybody sees the word, and so is that it cannot be read.
///
/// # Errors
///
/// [`ShowCodeWordError`].
pub async fn show_code_word(
    ports: &Ports,
    who: &Fresh<Holder<permit::UseCodeWord>>,
) -> Result<Word, ShowCodeWordError> {
    let now = ports.clock.now();
    let chance = Chance::draw(&*ports.entropy);
    let who = who.who();
    let shown = settle::<_, ShowCodeWordError, _, _>(ports, || async {
        let current = Current::load(ports, who.practice().id, &chance, now).await?;
        let entry = |fact| who.person().record(fact, now);
        let word = current.open(ports);
        let shown = EmployeeFact::WordShown { serial: current.word.serial };
        let fact = if word.is_some() { Fact::Employee(shown) } else { current.unreadable() };
        committed(current.keep(Commit::recording(entry(fact)), entry), word)
    })
    .await?;
    Ok(shown.ok_or_else(cannot_be_read)?)
}

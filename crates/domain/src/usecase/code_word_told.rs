use crate::access::Administrator;
use crate::code_word::Told;
use crate::commit::Commit;
use crate::fact::{EmployeeFact, Fact};
use crate::port::Fault;
use crate::usecase::words::{Chance, Current};
use crate::usecase::{Ports, Refusal, committed, settle};
use crate::value::EmployeeId;

/// Why it was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum CodeWordToldError {
    /// There is no such employee in this practice.
    #[error("we cannot find that person")]
    NoSuchEmployee,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for CodeWordToldError {}

/// `CODE-2`: an administrator records that they told an employee the code word in person or by phone.
///
/// # Errors
///
/// [`CodeWordToldError`].
pub async fn record_code_word_told(
    ports: &Ports,
    who: &Administrator,
    employee: EmployeeId,
    how: Told,
) -> Result<(), CodeWordToldError> {
    let now = ports.clock.now();
    let chance = Chance::draw(&*ports.entropy);
    settle(ports, || async {
        let practice = who.practice().id;
        ports.store.employee(practice, employee).await?.ok_or(CodeWordToldError::NoSuchEmployee)?;
        let current = Current::load(ports, practice, &chance, now).await?;
        let entry = |fact| who.person().record(fact, now);
        let fact = EmployeeFact::WordTold { employee, serial: current.word.serial, how };
        committed(current.keep(Commit::recording(entry(Fact::Employee(fact))), entry), ())
    })
    .await
}

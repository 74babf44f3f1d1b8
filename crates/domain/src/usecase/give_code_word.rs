use crate::access::visitor;
use crate::code_word::Paused;
use crate::commit::{Commit, Guard};
use crate::fact::{EmployeeFact, Fact, Origin};
use crate::password_link::{LinkDead, RunRefused};
use crate::port::Fault;
use crate::usecase::password_run::{PasswordRunError, Run, load, log_of};
use crate::usecase::words::{Chance, Current};
use crate::usecase::{Ports, Refusal, committed, settle};
use crate::value::Word;

/// What came of a code word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordAnswer {
    /// The password comes next.
    Right,
    /// One try less; at none the link is dead.
    Wrong {
        /// Wrong words that the link survives.
        tries_left: u8,
    },
}

/// Why a code word was not looked at.
#[derive(Debug, thiserror::Error)]
pub enum GiveCodeWordError {
    /// The step cannot be taken.
    #[error(transparent)]
    Run(#[from] PasswordRunError),
    /// Too many were wrong in this practice (`CODE-3`).
    #[error(transparent)]
    Paused(#[from] Paused),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for GiveCodeWordError {}

impl From<RunRefused> for GiveCodeWordError {
    fn from(refused: RunRefused) -> Self {
        Self::Run(refused.into())
    }
}

/// `CODE-3`: takes one guess at the practice's code word, with a link that works only. The guess is counted in the same commit that
/// says whether it was right, so parallel guesses get no more tries, and none is right that was given after a rotation.
///
/// # Errors
///
/// [`GiveCodeWordError`].
pub async fn give_code_word(
    ports: &Ports,
    cookie: &[u8],
    given: &Word,
    origin: &Origin,
) -> Result<WordAnswer, GiveCodeWordError> {
    let now = ports.clock.now();
    let chance = Chance::draw(&*ports.entropy);
    settle(ports, || async {
        let Run { run, behind } = load(ports, cookie).await?;
        let practice = behind.practice.as_ref().ok_or(PasswordRunError::Dead(LinkDead::Closed))?;
        let current = Current::load(ports, practice.id, &chance, now).await?;
        let serial = current.word.serial;
        run.at_word(serial, now)?;
        current.word.admit(now)?;
        let log = log_of(&behind);
        let entry = |fact| visitor(log, Fact::Employee(fact), origin, now);
        let policy = practice.policy().code_word;
        let link = behind.link;
        if current.is(ports, given)? {
            let commit = Commit::recording(entry(EmployeeFact::WordProven { link: link.id, serial }))
                .guard(Guard::PasswordLink(link.id, link.version))
                .update(run.prove(serial, now)?);
            return committed(current.keep(commit, |fact| visitor(log, fact, origin, now)), WordAnswer::Right);
        }
        let word = current.word.clone().count_wrong(now, policy);
        let paused = word.paused_until.is_some();
        let (link, tries_left) = link.count_wrong(now);
        let mut commit = Commit::recording(entry(EmployeeFact::WordWrong { link: link.id, tries_left })).update(link);
        if paused {
            commit = commit.and(entry(EmployeeFact::WordsPaused { serial }));
        }
        committed(current.write(commit, word), WordAnswer::Wrong { tries_left })
    })
    .await
}

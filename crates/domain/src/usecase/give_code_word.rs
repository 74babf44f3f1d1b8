use crate::access::visitor;
use crate::code_word::Paused;
use crate::commit::{Commit, Guard};
use crate::fact::{EmployeeFact, Fact, Origin};
use crate::member::Role;
use crate::notice::{About, Notice};
use crate::password_link::{LinkDead, RunRefused};
use crate::port::Fault;
use crate::role::{Permission, Roles};
use crate::usecase::password_run::{PasswordRunError, Run, load, log_of};
use crate::usecase::words::{Chance, Current, cannot_be_read};
use crate::usecase::{NEWS, Ports, Refusal, committed, settle};
use crate::value::{AccountId, NoticeId, PracticeId, Time, Word};

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
/// says whether it was right, so parallel guesses get no more tries, and none is right that was given after a rotation. When too many
/// were wrong, whoever may rotate the word is told by mail.
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
    let answer = settle::<_, GiveCodeWordError, _, _>(ports, || async {
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
        let Some(right) = current.is(ports, given) else {
            return committed(Commit::recording(visitor(log, current.unreadable(), origin, now)), None);
        };
        if right {
            let commit = Commit::recording(entry(EmployeeFact::WordProven { link: link.id, serial }))
                .guard(Guard::PasswordLink(link.id, link.version))
                .update(run.prove(serial, now)?);
            return committed(current.keep(commit, |fact| visitor(log, fact, origin, now)), Some(WordAnswer::Right));
        }
        let word = current.word.clone().count_wrong(now, policy);
        let paused = word.paused_until.is_some();
        let (link, tries_left) = link.count_wrong(now);
        let wrong = EmployeeFact::WordWrong { link: link.id, tries_left };
        // The run as well, though it stays as it is: the same browser may be giving the right word at this moment.
        let mut commit = Commit::recording(entry(wrong)).update(link).update(run);
        if paused {
            commit = commit.and(entry(EmployeeFact::WordsPaused { serial }));
            for account in keepers(ports, practice.id, now).await? {
                let about = About::CodeWordsPaused { account, practice: practice.id };
                let id = NoticeId(ports.entropy.id());
                commit = commit.notify(Notice { id, about, ordered_at: now, expires_at: now.plus(NEWS) });
            }
        }
        committed(current.write(commit, word), Some(WordAnswer::Wrong { tries_left }))
    })
    .await?;
    Ok(answer.ok_or_else(cannot_be_read)?)
}

/// The accounts of those who work in the practice and may use the code word: first those of the role with the most permissions.
async fn keepers(ports: &Ports, practice: PracticeId, now: Time) -> Result<Vec<AccountId>, Fault> {
    let roles = Roles::of(ports.store.roles(practice).await?);
    let may = |role: &Role| roles.listed(*role).unwrap_or_default().effective().has(Permission::UseCodeWord);
    let mut keepers = Vec::new();
    for role in roles.all().into_iter().filter(may) {
        let left = MOST_TOLD - keepers.len();
        let members = ports.store.with_role(practice, role, left).await?;
        let work =
            members.iter().filter(|member| member.works(now) && roles.held_by(member).has(Permission::UseCodeWord));
        keepers.extend(work.map(|member| member.account));
    }
    Ok(keepers)
}

/// People who are told, however many may use the word: guessing must not become a mail cannon.
const MOST_TOLD: usize = 20;

use crate::access::visitor;
use crate::challenge::CodeRefused;
use crate::commit::Commit;
use crate::fact::{Fact, Log, Origin};
use crate::registration::{Guessed, Registration};
use crate::usecase::in_progress::{StepError, load};
use crate::usecase::{Ports, committed, settle};
use crate::value::bare_code;

/// What came of a guess.
#[derive(Debug, Clone)]
pub enum CodeAnswer {
    /// The number is proven; the terms come next.
    Right(Box<Registration>),
    /// One try less.
    Wrong(CodeRefused),
}

/// `REG-2`: takes one guess at the code, however it was typed or pasted. The guess is counted in the same commit that says whether it was
/// right, so parallel guesses cannot get more tries.
///
/// # Errors
///
/// [`StepError`].
pub async fn verify_secret_code(
    ports: &Ports,
    cookie: &[u8],
    given: &str,
    origin: &Origin,
) -> Result<CodeAnswer, StepError> {
    let now = ports.clock.now();
    let given = &bare_code(given);
    settle(ports, || async {
        let run = load(ports, cookie).await?;
        let guard = run.guard();
        let policy = run.practice.policy().code;
        let (registration, serial) = (run.registration.id, run.registration.codes_sent);
        let log = Log::Practice(run.practice.id);
        let right = ports.keys.is_secret_code(registration, serial, given);
        match run.registration.guess_code(right, now, policy)? {
            Guessed::Right(next) => {
                let entry = visitor(log, Fact::CodeProven { registration, serial }, origin, now);
                let commit = Commit::recording(entry).guard(guard).update(next.clone());
                committed(commit, CodeAnswer::Right(Box::new(next)))
            }
            Guessed::Wrong(next, why) => {
                let tries_left = if let CodeRefused::Wrong { tries_left } = why { tries_left } else { 0 };
                let entry = visitor(log, Fact::CodeWrong { registration, serial, tries_left }, origin, now);
                let commit = Commit::recording(entry).guard(guard).update(next);
                committed(commit, CodeAnswer::Wrong(why))
            }
        }
    })
    .await
}

use crate::access::{Fresh, Holder, permit};
use crate::commit::Commit;
use crate::port::Fault;
use crate::usecase::words::{Chance, Current};
use crate::usecase::{Ports, Refusal, committed, settle};

/// The practice has another code word. It is not in here: whoever wants to see it asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotated {
    /// Its serial.
    pub serial: u32,
}

/// Why the old one is still in force.
#[derive(Debug, thiserror::Error)]
pub enum RotateCodeWordError {
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for RotateCodeWordError {}

/// `CODE-1`, `CODE-3`: whoever may use it, and gave their password a moment ago, gives the practice another code word. The old one is
/// dead at once, also where it was given and no password chosen yet; whoever waits with a setup link gets the new one by text.
///
/// # Errors
///
/// [`RotateCodeWordError`].
pub async fn rotate_code_word(
    ports: &Ports,
    who: &Fresh<Holder<permit::UseCodeWord>>,
) -> Result<Rotated, RotateCodeWordError> {
    let now = ports.clock.now();
    let (first, next) = (Chance::draw(&*ports.entropy), Chance::draw(&*ports.entropy));
    let who = who.who();
    settle(ports, || async {
        let practice = who.practice();
        let current = Current::load(ports, practice.id, &first, now).await?;
        let mut waiting = ports.store.open_setups(practice.id).await?;
        if !practice.policy().code_word.by_text {
            waiting.clear();
        }
        let commit = Commit::recording(who.person().record(current.rotation(), now));
        let commit = current.rotate(ports, commit, &waiting, &next, now);
        committed(commit, Rotated { serial: current.word.serial + 1 })
    })
    .await
}

use crate::access::SignedIn;
use crate::commit::{Commit, Guard, Write};
use crate::fact::{AccountFact, Entry, Fact, Log};
use crate::member::Member;
use crate::policy::Demand;
use crate::port::Fault;
use crate::practice::Practice;
use crate::second_factor::demand;
use crate::session::Session;
use crate::usecase::confirm_password::Confirmed;
use crate::usecase::entering::{Heir, places};
use crate::usecase::{Ports, Refusal, committed, settle};
use crate::value::PracticeId;

/// Why the session stays where it is.
#[derive(Debug, thiserror::Error)]
pub enum ChoosePracticeError {
    /// The person has no place in that practice, or may not work there any more (`EMP-3`); whether there is such a practice is not told.
    #[error("you have no place in that practice")]
    NotAMember,
    /// That practice asks for a second factor, and this sign-in was without one.
    #[error("that practice asks for an authenticator app; sign in again with one")]
    NeedsSecondFactor,
    /// The session was ended meanwhile.
    #[error("sign in first")]
    SignedOut,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for ChoosePracticeError {}

/// `PRA-5`, `EMP-3`: the practices that the person may choose from, with their place in each; those joined first come first. One that
/// has sent them away is not among them.
///
/// # Errors
///
/// A [`Fault`] when the world failed.
pub async fn practices_to_choose(ports: &Ports, who: &SignedIn) -> Result<Vec<(Practice, Member)>, Fault> {
    places(ports, who.account()).await
}

/// `PRA-5`: the session works in this practice from now on, and in no other, under a new identity (`SE-02`). Each practice's log tells of
/// its own only: one that the session has entered, the other that it was left.
///
/// # Errors
///
/// [`ChoosePracticeError`].
pub async fn choose_practice(
    ports: &Ports,
    who: &SignedIn,
    practice: PracticeId,
) -> Result<Confirmed, ChoosePracticeError> {
    let heir = Heir::draw(ports);
    settle(ports, || async {
        let member = ports.store.member(practice, who.account()).await?;
        let member = member.filter(|member| member.works(heir.now)).ok_or(ChoosePracticeError::NotAMember)?;
        let chosen = ports.store.practice(practice).await?;
        let chosen = chosen.ok_or_else(|| Fault::corrupt("member", "its practice is missing"))?;
        let old = ports.store.session(who.session().id).await?.filter(|session| session.ended_at.is_none());
        let old = old.ok_or(ChoosePracticeError::SignedOut)?;
        if demand(chosen.policy().second_factor, &member) == Demand::Required && !old.has_second_factor() {
            return Err(ChoosePracticeError::NeedsSecondFactor);
        }
        let session = Session { practice: Some(practice), ..heir.succeed(ports, &old) };
        let commit = record(who, &old, &session, heir)
            .guard(Guard::Member(practice, member.id, member.version))
            .update(old.end(heir.now))
            .insert(session.clone())
            .write(Write::ListActive(session.account, practice, heir.now));
        committed(commit, Confirmed { session, cookie: heir.cookie })
    })
    .await
}

fn record(who: &SignedIn, old: &Session, session: &Session, heir: Heir) -> Commit {
    let account = session.account;
    let entry = |practice: Option<PracticeId>, fact| {
        let log = practice.map_or(Log::Platform, Log::Practice);
        Entry { log, ..who.record(Fact::Account(fact), heir.now) }
    };
    let entered = AccountFact::PracticeEntered { account, session: session.id };
    let commit = Commit::recording(entry(session.practice, entered));
    if old.practice.is_none() || old.practice == session.practice {
        return commit;
    }
    commit.and(entry(old.practice, AccountFact::PracticeLeft { account, session: old.id }))
}

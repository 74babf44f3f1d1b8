use crate::access::{Fresh, SignedIn};
use crate::commit::{Commit, Name};
use crate::fact::{AccountFact, Fact};
use crate::notice::{About, AccountNews, Notice};
use crate::passkey::{Ceremony, PasskeyRefused, Purpose};
use crate::port::{Authenticators, Fault, Holder};
use crate::second_factor::SecondFactor;
use crate::usecase::entering::asked;
use crate::usecase::{NEWS, Ports, Refusal, committed, settle};
use crate::value::{NoticeId, PasskeyId, PasskeyName};

/// Why no passkey was added.
#[derive(Debug, thiserror::Error)]
pub enum AddPasskeyError {
    /// A practice of the person does not allow it.
    #[error("your practice does not use passkeys")]
    NotOffered,
    /// It is not at that point.
    #[error(transparent)]
    Refused(#[from] PasskeyRefused),
    /// The authenticator's answer was not right.
    #[error("that did not work; nothing was added, and you can try again")]
    NotProven,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for AddPasskeyError {}

/// `SESS-3`: somebody who has signed in freshly, and has an authenticator app, begins to add a passkey. Gives what the browser is to
/// ask the authenticator, as JSON; the question is good once, for five minutes, in this session.
///
/// # Errors
///
/// [`AddPasskeyError`].
pub async fn begin_passkey(
    ports: &Ports,
    authenticators: &dyn Authenticators,
    who: &Fresh<SignedIn>,
    name: PasskeyName,
) -> Result<String, AddPasskeyError> {
    let (who, now) = (who.who(), ports.clock.now());
    settle(ports, || async {
        let factor = offered(ports, who).await?;
        let account = ports.store.account(who.account()).await?;
        let account = account.ok_or_else(|| Fault::corrupt("session", "its account is missing"))?;
        let whose = Holder { account: account.id, email: account.email, name: account.name };
        let question = authenticators.ask_to_make(&whose, factor.passkeys())?;
        let purpose = Purpose::Add(name.clone());
        let ceremony = Ceremony { session: who.session().id, purpose, asked: question.asked, begun_at: now };
        let factor = factor.ask_passkey(ceremony)?;
        let fact = AccountFact::PasskeyBegun { account: account.id };
        committed(Commit::recording(who.record(Fact::Account(fact), now)).update(factor), question.options)
    })
    .await
}

/// `SESS-3`: the authenticator has made the passkey. Its person is told by mail. A wrong answer ends the question, too.
///
/// # Errors
///
/// [`AddPasskeyError`].
pub async fn add_passkey(
    ports: &Ports,
    authenticators: &dyn Authenticators,
    who: &Fresh<SignedIn>,
    answer: &str,
) -> Result<PasskeyId, AddPasskeyError> {
    let (who, now) = (who.who(), ports.clock.now());
    let (id, notice) = (PasskeyId(ports.entropy.id()), NoticeId(ports.entropy.id()));
    let account = who.account();
    settle::<_, AddPasskeyError, _, _>(ports, || async {
        let (factor, ceremony) = offered(ports, who).await?.answer_passkey(who.session().id, now)?;
        let Purpose::Add(name) = ceremony.purpose else { return Err(PasskeyRefused::NotBegun.into()) };
        let record = |fact| who.record(Fact::Account(fact), now);
        let spent = |error: AddPasskeyError| {
            let commit = Commit::recording(record(AccountFact::PasskeyNotAdded { account }));
            committed(commit.update(factor.clone()), Err(error))
        };
        let Ok(made) = authenticators.made(&ceremony.asked, answer) else { return spent(AddPasskeyError::NotProven) };
        let named = Name::Passkey(made.handle.clone());
        if ports.store.holder(&named).await?.is_some() {
            return spent(PasskeyRefused::AlreadyAdded.into());
        }
        let added = match factor.clone().add_passkey(id, name, made, now) {
            Ok(added) => added,
            Err(refused) => return spent(refused.into()),
        };
        let about = About::Account { account, news: AccountNews::SecondFactorChanged };
        let commit = Commit::recording(record(AccountFact::PasskeyAdded { account, passkey: id }))
            .update(added)
            .hold(named, account)
            .notify(Notice { id: notice, about, ordered_at: now, expires_at: now.plus(NEWS) });
        committed(commit, Ok(id))
    })
    .await?
}

/// The person's second factor, where their practices let them use passkeys.
async fn offered(ports: &Ports, who: &SignedIn) -> Result<SecondFactor, AddPasskeyError> {
    let asked = asked(ports, who.account()).await?;
    if asked.passkeys { Ok(asked.factor) } else { Err(AddPasskeyError::NotOffered) }
}

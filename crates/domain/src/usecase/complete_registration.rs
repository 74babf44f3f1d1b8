use crate::access::visitor;
use crate::account::Account;
use crate::commit::{Commit, Guard, Name};
use crate::fact::{Fact, Log, Origin};
use crate::invitation::{DeadLink, Invitation};
use crate::member::Kind;
use crate::password::{Context, PasswordRefused};
use crate::policy::Preset;
use crate::port::Fault;
use crate::practice::Practice;
use crate::registration::{StepName, StepRefused};
use crate::usecase::in_progress::{Run, StepError, load};
use crate::usecase::joining::{Joining, close, give_way, is_first, join};
use crate::usecase::{Ports, Refusal, committed, settle, with_deviations};
use crate::value::{AccountId, Email, MemberId, Password, PasswordHash, PracticeId, PracticeName, Time, Version};

/// The last step: a password, twice.
#[derive(Debug, Clone)]
pub struct CompleteRegistration {
    /// The password.
    pub password: Password,
    /// The same, once more.
    pub again: Password,
}

/// There is an account; its person may sign in now.
#[derive(Debug, Clone)]
pub struct Registered {
    /// The account.
    pub account: AccountId,
    /// Its username.
    pub email: Email,
}

/// Why there is no account yet.
#[derive(Debug, thiserror::Error)]
pub enum CompleteRegistrationError {
    /// The step cannot be taken.
    #[error(transparent)]
    Step(#[from] StepError),
    /// The two passwords differ.
    #[error("the two passwords are not the same")]
    NotTheSame,
    /// The password does not meet every rule (`REG-4`).
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// The address registered elsewhere meanwhile: sign in, and join from the link (`INV-3`).
    #[error("you already have an account")]
    HasAccount,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for CompleteRegistrationError {}

impl From<StepRefused> for CompleteRegistrationError {
    fn from(refused: StepRefused) -> Self {
        Self::Step(refused.into())
    }
}

impl From<DeadLink> for CompleteRegistrationError {
    fn from(why: DeadLink) -> Self {
        Self::Step(why.into())
    }
}

/// `REG-6`: makes the account, and whatever belongs to it, in one commit: the place in the practice, the first User Manager
/// (`PRA-2`), a practice of one's own (`PRA-4`), the lists. Signs nobody in.
///
/// # Errors
///
/// [`CompleteRegistrationError`].
pub async fn complete_registration(
    ports: &Ports,
    cookie: &[u8],
    cmd: CompleteRegistration,
    origin: &Origin,
) -> Result<Registered, CompleteRegistrationError> {
    let now = ports.clock.now();
    check(ports, &load(ports, cookie).await?, &cmd)?;
    let password = ports.passwords.hash(&cmd.password).await?;
    let drawn = Drawn {
        account: AccountId(ports.entropy.id()),
        member: MemberId(ports.entropy.id()),
        practice: PracticeId(ports.entropy.id()),
        now,
    };
    settle(ports, || async {
        let run = load(ports, cookie).await?;
        if ports.store.holder(&Name::address(&run.invitation.email)).await?.is_some() {
            return Err(CompleteRegistrationError::HasAccount);
        }
        let first = is_first(ports, &run.practice).await?;
        let others = ports.store.open_invitations(&run.invitation.email).await?;
        let (commit, answer) = decide(run, first, others, &password, drawn, origin)?;
        committed(commit, answer)
    })
    .await
}

/// What was drawn once, before the first attempt.
#[derive(Clone, Copy)]
struct Drawn {
    account: AccountId,
    member: MemberId,
    practice: PracticeId,
    now: Time,
}

fn check(ports: &Ports, run: &Run, cmd: &CompleteRegistration) -> Result<(), CompleteRegistrationError> {
    if run.registration.at() != StepName::Password {
        return Err(StepRefused::OutOfOrder(run.registration.at()).into());
    }
    let context = Context {
        email: &run.invitation.email,
        name: &run.invitation.name,
        names: &[run.practice.name.as_str(), &ports.platform.brand],
    };
    let common = ports.passwords.is_common(&cmd.password);
    run.practice.policy().password.check(&cmd.password, context, common)?;
    if cmd.password.expose() != cmd.again.expose() {
        return Err(CompleteRegistrationError::NotTheSame);
    }
    Ok(())
}

fn decide(
    run: Run,
    first: bool,
    others: Vec<Invitation>,
    password: &PasswordHash,
    Drawn { account: id, member, practice: own, now }: Drawn,
    origin: &Origin,
) -> Result<(Commit, Registered), CompleteRegistrationError> {
    let Run { registration, invitation, practice } = run;
    let phones = registration.phones.clone();
    let (registration, proven, terms) = registration.complete(id, now)?;
    let kind = invitation.channel.kind;
    let joins = invitation.joins();
    let invited = (invitation.id, invitation.created_at);
    let (email, name) = (invitation.email.clone(), invitation.name.clone());
    let accepted = invitation.accept(registration.generation, id, now)?;
    let home = if joins { Some(practice.id) } else { (kind != Kind::Patient).then_some(own) };
    let account = Account {
        id,
        version: Version::default(),
        email: email.clone(),
        name,
        phones,
        proven,
        password: password.clone(),
        password_set_at: now,
        former: Vec::new(),
        compromised: false,
        time_zone: None,
        terms,
        home,
        registered_at: now,
    };
    let log = Log::Practice(practice.id);
    let entry = |fact| visitor(log, fact, origin, now);
    let mut commit = Commit::recording(entry(Fact::AccountRegistered { account: id, invitation: accepted.id }));
    let own = (!joins && kind != Kind::Patient).then(|| own_practice(own, &account, practice.policy.preset(), now));
    if let Some(own) = &own {
        let entry = |fact| visitor(Log::Practice(own.id), fact, origin, now);
        commit = commit.and(entry(Fact::PracticeFounded { practice: own.id, reason: None })).insert(own.clone());
        commit = with_deviations(commit, &own.policy, entry);
    }
    commit = commit
        .guard(Guard::OpenInvitations(email.normal().to_owned(), others.len()))
        .guard_all(others.iter().map(|other| Guard::Invitation(other.id, other.version)))
        .update(registration)
        .insert(account.clone())
        .hold(Name::address(&email), id);
    let this = accepted.id;
    commit = close(commit, accepted);
    let others = others.into_iter().filter(|other| other.id != this).collect();
    commit = give_way(commit, others, None, now, |practice, fact| visitor(Log::Practice(practice), fact, origin, now));
    let joining = match &own {
        Some(own) => Some(Joining {
            practice: own,
            invitation: None,
            first: true,
            founded: true,
            locked: false,
            employee: None,
            member,
            account: &account,
            kind,
        }),
        None if joins => {
            let invitation = Some(invited);
            Some(Joining {
                practice: &practice,
                invitation,
                first,
                founded: false,
                locked: false,
                employee: None,
                member,
                account: &account,
                kind,
            })
        }
        None => None,
    };
    if let Some(joining) = joining {
        let log = Log::Practice(joining.practice.id);
        commit = join(commit, joining, now, |fact| visitor(log, fact, origin, now));
    }
    Ok((commit, Registered { account: id, email }))
}

/// `PRA-4`: the practice of a doctor or staff member who was invited from another one; they are its first User Manager.
fn own_practice(id: PracticeId, account: &Account, preset: Preset, now: Time) -> Practice {
    let name = if account.name.is_empty() { account.email.local().to_owned() } else { account.name.to_string() };
    let name = PracticeName::parse(&format!("Practice of {name}")).unwrap_or_else(|_| PracticeName::unnamed());
    Practice::found(id, name, None, preset, now).gain_user_manager()
}

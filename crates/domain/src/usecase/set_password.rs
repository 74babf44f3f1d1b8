use std::sync::Mutex;

use crate::access::visitor;
use crate::account::{Account, Terms};
use crate::commit::{Commit, Guard, Name, Write};
use crate::employee::{Employee, Pending};
use crate::fact::{EmployeeFact, Fact, Origin};
use crate::invitation::Invitation;
use crate::notice::{About, AccountNews, Notice};
use crate::password::{Context, PasswordRefused, PasswordRule};
use crate::password_link::{LinkDead, RunRefused};
use crate::port::Fault;
use crate::practice::Practice;
use crate::usecase::change_email::call_off_email_change;
use crate::usecase::change_password::{home, is_former};
use crate::usecase::joining::{Joining, all_locks, give_way, is_first, join};
use crate::usecase::password_links::{Behind, Target};
use crate::usecase::password_run::{PasswordRunError, Run, load, log_of};
use crate::usecase::words::{Chance, Current};
use crate::usecase::{NEWS, Ports, Refusal, committed, settle};
use crate::value::{AccountId, Email, MemberId, NoticeId, Password, PasswordHash, Phones, Time, Version};

/// A password, twice.
#[derive(Debug, Clone)]
pub struct SetPassword {
    /// The password.
    pub password: Password,
    /// The same, once more.
    pub again: Password,
    /// The version of the terms of use that the person accepted on the page: a new account needs them (`REG-3`).
    pub terms: Option<String>,
}

/// There is a password; its person may sign in with it now.
#[derive(Debug, Clone)]
pub struct PasswordSet {
    /// The username.
    pub email: Email,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum SetPasswordError {
    /// The step cannot be taken.
    #[error(transparent)]
    Run(#[from] PasswordRunError),
    /// The address has an account: sign in, and join with it.
    #[error("you already have an account; sign in to join the practice")]
    HasAccount,
    /// The two passwords differ.
    #[error("the two passwords are not the same")]
    NotTheSame,
    /// The password does not meet every rule (`PWD-1`).
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// A new account needs today's terms accepted (`REG-3`).
    #[error("accept the terms of use")]
    Terms,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for SetPasswordError {}

impl From<RunRefused> for SetPasswordError {
    fn from(refused: RunRefused) -> Self {
        Self::Run(refused.into())
    }
}

/// `EMP-2`, `EMP-4`, `CODE-3`: sets the password that a link leads to, once; doctors and staff have given the code word in force
/// before. A setup makes the account and its place in the practice; a reset opens every lock, unless the policy says otherwise, ends every
/// session and is told to the person. Signs nobody in.
///
/// # Errors
///
/// [`SetPasswordError`].
pub async fn set_password(
    ports: &Ports,
    cookie: &[u8],
    cmd: SetPassword,
    origin: &Origin,
) -> Result<PasswordSet, SetPasswordError> {
    let now = ports.clock.now();
    let drawn = Drawn {
        account: AccountId(ports.entropy.id()),
        member: MemberId(ports.entropy.id()),
        notice: NoticeId(ports.entropy.id()),
        chance: Chance::draw(&*ports.entropy),
        now,
    };
    let run = load(ports, cookie).await?;
    let word = word_in_force(ports, &run, drawn).await?;
    check(ports, &run.behind, &cmd)?;
    let remembered = run.behind.policy().password.remembered();
    if let Target::Reset { account, .. } = &run.behind.target
        && is_former(ports, account, remembered, &cmd.password).await?
    {
        return Err(PasswordRefused(vec![PasswordRule::NotFormer(remembered)]).into());
    }
    let password = ports.passwords.hash(&cmd.password).await?;
    // What was loaded before the hash was made serves the first attempt: the commit guards that it has not changed.
    let loaded = Mutex::new(Some((run, word)));
    settle(ports, || async {
        let before = loaded.lock().ok().and_then(|mut loaded| loaded.take());
        let (run, word) = match before {
            Some(before) => before,
            None => {
                let run = load(ports, cookie).await?;
                let word = word_in_force(ports, &run, drawn).await?;
                (run, word)
            }
        };
        let answer = PasswordSet { email: run.behind.email().clone() };
        let log = log_of(&run.behind);
        let entry = |fact| visitor(log, fact, origin, now);
        let Run { run, behind: Behind { link, practice, target } } = run;
        let commit = match target {
            Target::Reset { account, .. } => reset(ports, account, (&password, remembered), drawn, entry).await?,
            Target::Setup { account: Some(_), .. } => return Err(SetPasswordError::HasAccount),
            Target::Setup { employee, pending, account: None } => {
                let practice = practice.ok_or_else(|| Fault::corrupt("link", "its practice is missing"))?;
                set_up(ports, employee, pending, &practice, &password, drawn, origin).await?
            }
        };
        let commit = commit.update(link.use_up(now)).update(run.finish());
        committed(word.iter().fold(commit, |commit, word| word.keep(commit, entry)), answer)
    })
    .await
}

/// What was drawn once, before the first attempt.
#[derive(Clone, Copy)]
struct Drawn {
    account: AccountId,
    member: MemberId,
    notice: NoticeId,
    chance: Chance,
    now: Time,
}

/// The code word that the run has proven, if it is still the one in force.
async fn word_in_force(ports: &Ports, run: &Run, drawn: Drawn) -> Result<Option<Current>, SetPasswordError> {
    let word = match &run.behind.practice {
        Some(practice) => Some(Current::load(ports, practice.id, &drawn.chance, drawn.now).await?),
        None => None,
    };
    run.run.at_password(word.as_ref().map(|word| word.word.serial), drawn.now)?;
    Ok(word.filter(|_| run.run.proved_word()))
}

fn check(ports: &Ports, behind: &Behind, cmd: &SetPassword) -> Result<(), SetPasswordError> {
    match &behind.target {
        Target::Setup { account: Some(_), .. } => return Err(SetPasswordError::HasAccount),
        Target::Setup { account: None, .. } if cmd.terms.as_ref() != Some(&ports.platform.terms) => {
            return Err(SetPasswordError::Terms);
        }
        Target::Setup { account: None, .. } | Target::Reset { .. } => {}
    }
    let practice = behind.practice.as_ref().map_or("", |practice| practice.name.as_str());
    let context = Context { email: behind.email(), name: behind.name(), names: &[practice, &ports.platform.brand] };
    behind.policy().password.check(&cmd.password, context, ports.passwords.is_common(&cmd.password))?;
    if cmd.password.expose() != cmd.again.expose() {
        return Err(SetPasswordError::NotTheSame);
    }
    Ok(())
}

/// The commit that gives an account another password (`EMP-4`, `LOCK-2`).
async fn reset(
    ports: &Ports,
    account: Account,
    (password, remembered): (&PasswordHash, u8),
    Drawn { notice, now, .. }: Drawn,
    entry: impl Fn(Fact) -> crate::fact::Entry,
) -> Result<Commit, Fault> {
    let id = account.id;
    let (counters, guards) = all_locks(ports, id).await?;
    let unlocks = home(ports, &account).await?.is_none_or(|home| home.policy().lockout.reset_unlocks);
    let about = About::Account { account: id, news: AccountNews::PasswordChanged };
    let mut commit = Commit::recording(entry(Fact::Employee(EmployeeFact::PasswordSet { account: id })))
        .guard_all(guards)
        .update(account.with_password(password.clone(), remembered, now))
        .write(Write::EndSessions { account: id, within: None, except: None, at: now })
        .notify(Notice { id: notice, about, ordered_at: now, expires_at: now.plus(NEWS) });
    commit = call_off_email_change(ports, commit, id, now).await?;
    if unlocks && counters.iter().any(|counter| counter.locked_at.is_some()) {
        let failures = counters.iter().map(|counter| counter.failures_at(now)).max().unwrap_or(0);
        let fact = Fact::Unlocked { account: id, failures, reason: None };
        commit = commit.and(entry(fact)).write(Write::ListLocked(id, false));
    }
    Ok(counters.into_iter().fold(commit, |commit, counter| {
        let renewed = if unlocks { counter.clone().renew(now) } else { counter.clone().renew_behind_lock(now) };
        let gone = counter.abandoned(now).collect();
        if renewed == counter { commit } else { commit.write(Write::Count { counter: renewed, gone }) }
    }))
}

/// The commit that makes an employee's account and place (`EMP-2`).
async fn set_up(
    ports: &Ports,
    employee: Employee,
    pending: Pending,
    practice: &Practice,
    password: &PasswordHash,
    Drawn { account: id, member, now, .. }: Drawn,
    origin: &Origin,
) -> Result<Commit, SetPasswordError> {
    let entry = |of, fact| visitor(crate::fact::Log::Practice(of), fact, origin, now);
    let account = Account {
        id,
        version: Version::default(),
        email: pending.email,
        name: employee.name.clone(),
        phones: Phones { cell: Some(pending.cell), landline: None },
        proven: None,
        password: password.clone(),
        password_set_at: now,
        former: Vec::new(),
        compromised: false,
        time_zone: None,
        terms: Terms { version: ports.platform.terms.clone(), accepted_at: now },
        home: Some(practice.id),
        registered_at: now,
    };
    let others: Vec<Invitation> = ports.store.open_invitations(&account.email).await?;
    let first = is_first(ports, practice).await?;
    let joining = Joining {
        member,
        account: &account,
        practice,
        kind: pending.role.kind(),
        invitation: None,
        first,
        locked: false,
        founded: false,
        employee: Some((employee, pending.role)),
    };
    let fact = Fact::Employee(EmployeeFact::PasswordSet { account: id });
    let commit = Commit::recording(entry(practice.id, fact))
        .guard(Guard::OpenInvitations(account.email.normal().to_owned(), others.len()))
        .guard_all(others.iter().map(|other| Guard::Invitation(other.id, other.version)))
        .insert(account.clone())
        .hold(Name::address(&account.email), id);
    let commit = join(commit, joining, now, |fact| entry(practice.id, fact));
    Ok(give_way(commit, others, Some(practice.id), now, entry))
}

impl From<LinkDead> for SetPasswordError {
    fn from(why: LinkDead) -> Self {
        Self::Run(why.into())
    }
}

//! What links to a password have in common: loading one, sending one, looking behind one (`EMP-2`, `EMP-4`).

use crate::account::Account;
use crate::commit::{Commit, Name};
use crate::employee::{Employee, Login, Pending};
use crate::fact::{EmployeeFact, Entry, Fact};
use crate::member::{Kind, Member};
use crate::notice::{About, Notice};
use crate::password_link::{LinkDead, LinkState, PasswordLink, Purpose};
use crate::policy::{Policy, Preset};
use crate::port::Fault;
use crate::practice::Practice;
use crate::usecase::Ports;
use crate::usecase::words::{self, Current};
use crate::value::{AccountId, Email, NoticeId, PersonName, PracticeId, Time};

/// A link, stored or about to be.
pub(super) struct Known {
    pub(super) link: PasswordLink,
    stored: bool,
}

/// What a link is about.
pub(super) struct Behind {
    pub(super) link: PasswordLink,
    /// The practice whose code word goes with it.
    pub(super) practice: Option<Practice>,
    pub(super) target: Target,
}

/// Whose password a link leads to.
pub(super) enum Target {
    /// An employee sets an account up, or joins with the one that the address has.
    Setup { employee: Employee, pending: Pending, account: Option<AccountId> },
    /// An account gets another password.
    Reset { account: Account, places: Vec<Member> },
}

/// The identities of the two notices that go with a link.
#[derive(Clone, Copy)]
pub(super) struct Notices {
    pub(super) mail: NoticeId,
    pub(super) text: NoticeId,
}

impl Notices {
    pub(super) fn draw(ports: &Ports) -> Self {
        Self { mail: NoticeId(ports.entropy.id()), text: NoticeId(ports.entropy.id()) }
    }
}

impl Known {
    /// The link as it is stored, or this one.
    pub(super) async fn or(ports: &Ports, unsent: PasswordLink) -> Result<Self, Fault> {
        let found = ports.store.password_link(unsent.id).await?;
        let stored = found.is_some();
        Ok(Self { link: found.unwrap_or(unsent), stored })
    }

    /// The commit by which the link goes out as `sent`, and a text with the word, where there is one to text.
    pub(super) fn send(
        &self,
        sent: PasswordLink,
        word: Option<&Current>,
        ids: Notices,
        now: Time,
        entry: impl Fn(Fact) -> Entry,
    ) -> Commit {
        let fact = EmployeeFact::LinkSent { link: sent.id, generation: sent.generation };
        let commit = Commit::recording(entry(Fact::Employee(fact)));
        let text = word.and_then(|current| words::text(&sent, current.word.serial, ids.text, now));
        let commit = match sent.state {
            LinkState::Open { expires_at, .. } => {
                let about = About::PasswordLink { link: sent.id, generation: sent.generation };
                commit.notify(Notice { id: ids.mail, about, ordered_at: now, expires_at })
            }
            LinkState::Used { .. } | LinkState::Closed { .. } => commit,
        };
        let commit = if self.stored { commit.update(sent) } else { commit.insert(sent) };
        match text {
            Some(notice) => commit.notify(notice),
            None => commit,
        }
    }
}

impl Behind {
    pub(super) async fn load(ports: &Ports, link: PasswordLink) -> Result<Result<Self, LinkDead>, Fault> {
        let practice = match link.practice {
            Some(id) => ports.store.practice(id).await?,
            None => None,
        };
        let target = match (link.employee(), link.account()) {
            (Some(id), _) => match link.practice {
                Some(practice) => setup(ports, ports.store.employee(practice, id).await?).await?,
                None => None,
            },
            (None, Some(id)) => reset(ports, id).await?,
            (None, None) => None,
        };
        Ok(target.map(|target| Self { link, practice, target }).ok_or(LinkDead::Closed))
    }

    /// The username that it leads to.
    pub(super) fn email(&self) -> &Email {
        match &self.target {
            Target::Setup { pending, .. } => &pending.email,
            Target::Reset { account, .. } => &account.email,
        }
    }

    pub(super) fn name(&self) -> &PersonName {
        match &self.target {
            Target::Setup { employee, .. } => &employee.name,
            Target::Reset { account, .. } => &account.name,
        }
    }

    pub(super) fn policy(&self) -> Policy {
        policy_of(self.practice.as_ref())
    }

    /// Whether the system texts the practice's word to whoever holds the link.
    pub(super) fn texts_word(&self) -> bool {
        let has_cell = match &self.target {
            Target::Setup { .. } => true,
            Target::Reset { account, .. } => account.phones.cell.is_some(),
        };
        has_cell && self.policy().code_word.by_text
    }

    /// Whether the practice's code word must be given (`CODE-3`): by doctors and staff, not by patients.
    pub(super) fn asks_word(&self) -> bool {
        match &self.target {
            Target::Setup { .. } => self.policy().code_word.required,
            Target::Reset { places, .. } => asks_word(self.practice.as_ref(), places),
        }
    }
}

/// The values that count for somebody of this practice, or of none.
pub(super) fn policy_of(practice: Option<&Practice>) -> Policy {
    practice.map_or_else(|| Policy::of(Preset::Standard), Practice::policy)
}

/// Whether somebody with these places must give the practice's code word to reset their password.
pub(super) fn asks_word(practice: Option<&Practice>, places: &[Member]) -> bool {
    let staff = places.iter().any(|place| place.kind != Kind::Patient);
    practice.is_some_and(|practice| practice.policy().code_word.required) && staff
}

/// How long a link of this purpose works.
pub(super) fn life(policy: &Policy, purpose: Purpose) -> std::time::Duration {
    match purpose {
        Purpose::Setup => policy.link.setup,
        Purpose::Reset => policy.link.reset,
    }
}

/// The reset link of an account that is to die with its place in this practice (`EMP-3`): none when another practice sent it.
pub(super) async fn dying_reset(
    ports: &Ports,
    account: AccountId,
    practice: PracticeId,
) -> Result<Option<PasswordLink>, Fault> {
    let link = ports.store.password_link(crate::value::PasswordLinkId(account.0)).await?;
    Ok(link.filter(|link| link.is_open() && link.practice.is_none_or(|of| of == practice)))
}

async fn setup(ports: &Ports, employee: Option<Employee>) -> Result<Option<Target>, Fault> {
    let Some(employee) = employee.filter(|employee| employee.active) else { return Ok(None) };
    let Login::Pending(pending) = employee.login.clone() else { return Ok(None) };
    let account = ports.store.holder(&Name::address(&pending.email)).await?.map(AccountId);
    Ok(Some(Target::Setup { employee, pending, account }))
}

async fn reset(ports: &Ports, id: AccountId) -> Result<Option<Target>, Fault> {
    let Some(account) = ports.store.account(id).await? else { return Ok(None) };
    let places = ports.store.memberships(id).await?;
    let barred = Member::is_barred(&places, ports.clock.now());
    Ok((!barred).then_some(Target::Reset { account, places }))
}

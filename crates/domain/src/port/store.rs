use async_trait::async_trait;
use uuid::Uuid;

use crate::account::Account;
use crate::code_word::CodeWord;
use crate::commit::{Budget, Commit, Name, Replay};
use crate::email_change::EmailChange;
use crate::employee::Employee;
use crate::import::Import;
use crate::invitation::Invitation;
use crate::lockout::{Counter, Scope, Subject, TicketAnswer, TicketRequest};
use crate::member::{Member, Role};
use crate::password_link::{PasswordLink, PasswordRun};
use crate::port::Fault;
use crate::port::fault::unanswered;
use crate::practice::Practice;
use crate::product::ApiKey;
use crate::rate::{Ask, Taken};
use crate::registration::Registration;
use crate::role::{Permissions, RoleDefinition};
use crate::second_factor::SecondFactor;
use crate::session::Session;
use crate::texts::{Awaited, TextFate, Texts};
use crate::value::{
    AccountId, Digest, Email, EmployeeId, ImportId, InvitationId, MemberId, NoticeId, PasswordLinkId, PersonName,
    PracticeId, RegistrationId, SessionId, Time,
};

/// Keeps everything, and gives it back by its identity. Lists and searches are for the [`crate::port::Reader`].
///
/// A store answers the questions that its use cases ask. One that it does not answer is a [`Fault`] with the question's name, so a
/// small store of one's own can begin with a few; one that is to serve the whole portal passes the contract suite of the testkit.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Store: Send + Sync {
    /// Applies all of a commit, its facts, claims, budgets and notices included, in one transaction; or nothing of it.
    ///
    /// When this returns `Ok`, the commit survives the loss of the process and of the machine. What is looked at first answers
    /// first: guards, releases, holds, budgets, writes. A release by somebody else, an insert of what exists and an update of what
    /// has changed are [`CommitError::Stale`]. A spend for a window that is past counts in the current one.
    ///
    /// A commit records what it writes where it writes it: in the log of each practice whose rows it changes, those of the accounts
    /// that it is about apart, or in the platform's. A store may refuse, with a [`Fault`], to write anywhere else.
    async fn commit(&self, commit: &Commit) -> Result<(), CommitError>;

    /// Takes the units that are asked for as [`Store::take_units`] does, and then a ticket by [`TicketRequest::answer`], asked with every
    /// counter of the subject; what is granted is kept. No other call for the same subject may come between asking and keeping.
    async fn take_ticket(&self, request: &TicketRequest, now: Time) -> Result<TicketAnswer, Fault>;

    /// Takes one unit of each, or none at all, by [`rate::take_all`](crate::rate::take_all); kept at once, for all instances and over
    /// restarts (`RL-05`). What has been whole again for a day may be forgotten. Not a decision, so not in the audit log.
    async fn take_units(&self, asks: &[Ask], now: Time) -> Result<Taken, Fault> {
        unanswered("take units", (asks, now))
    }

    /// Notes that a live session was used, on it and on its member's row; raises no version. Not a decision, so not in the audit
    /// log.
    async fn note_seen(&self, session: SessionId, at: Time) -> Result<(), Fault> {
        unanswered("note seen", (session, at))
    }

    /// Remembers whether a number wants our texts; the number by its digest, see [`remembered`](crate::texts::remembered). What is
    /// known of a later moment stays. Not a decision, so not in the audit log.
    async fn note_texts(&self, number: &Digest, texts: Texts, at: Time) -> Result<(), Fault> {
        unanswered("note texts", (number, texts, at))
    }

    /// Since when the number with this digest wants no texts; none when it does, or never said.
    async fn texts_stopped(&self, number: &Digest) -> Result<Option<Time>, Fault> {
        unanswered("texts stopped", number)
    }

    /// Notes how the text or call fares that a notice ordered; of two fates the greater one counts. Any number of times. Nothing
    /// when there is no such notice, or it orders something else. Not a decision, so not in the audit log.
    async fn note_text(&self, notice: NoticeId, fate: TextFate) -> Result<(), Fault> {
        unanswered("note text", (notice, fate))
    }

    /// How a text or call fares; none while nothing is known of it.
    async fn text_fate(&self, of: Awaited) -> Result<Option<TextFate>, Fault> {
        unanswered("text fate", of)
    }

    /// The counters of a subject, see [`Counter::in_scope`].
    async fn counters(&self, subject: Subject, scope: Scope) -> Result<Vec<Counter>, Fault> {
        unanswered("counters", (subject, scope))
    }

    /// Every counter of a subject that was ever used.
    async fn all_counters(&self, subject: Subject) -> Result<Vec<Counter>, Fault> {
        unanswered("all counters", subject)
    }

    /// The account with this address, with what a sign-in must know; in one statement.
    async fn candidate(&self, email: &Email) -> Result<Option<Candidate>, Fault> {
        unanswered("candidate", email)
    }

    /// The session with this cookie, with what every request must know; in one statement. Also when it is over.
    async fn standing(&self, cookie: &Digest) -> Result<Option<Standing>, Fault> {
        unanswered("standing", cookie)
    }

    /// The practice.
    async fn practice(&self, id: PracticeId) -> Result<Option<Practice>, Fault> {
        unanswered("practice", id)
    }

    /// The account.
    async fn account(&self, id: AccountId) -> Result<Option<Account>, Fault> {
        unanswered("account", id)
    }

    /// The account's second factor, where it ever had one.
    async fn second_factor(&self, account: AccountId) -> Result<Option<SecondFactor>, Fault> {
        unanswered("second factor", account)
    }

    /// The latest change of the account's address, where there was one.
    async fn email_change(&self, account: AccountId) -> Result<Option<EmailChange>, Fault> {
        unanswered("email change", account)
    }

    /// The account's place in the practice.
    async fn member(&self, practice: PracticeId, account: AccountId) -> Result<Option<Member>, Fault> {
        unanswered("member", (practice, account))
    }

    /// The member of this practice with this identity.
    async fn member_by_id(&self, practice: PracticeId, id: MemberId) -> Result<Option<Member>, Fault> {
        unanswered("member by id", (practice, id))
    }

    /// Every place that the account has.
    async fn memberships(&self, account: AccountId) -> Result<Vec<Member>, Fault> {
        unanswered("memberships", account)
    }

    /// What the practice has made of its roles, ordered by role code; without copies that are gone (`ROLE-1`).
    async fn roles(&self, practice: PracticeId) -> Result<Vec<RoleDefinition>, Fault> {
        unanswered("roles", practice)
    }

    /// How many members of the practice have the role.
    async fn in_role(&self, practice: PracticeId, role: Role) -> Result<usize, Fault> {
        unanswered("in role", (practice, role))
    }

    /// The invitation.
    async fn invitation(&self, id: InvitationId) -> Result<Option<Invitation>, Fault> {
        unanswered("invitation", id)
    }

    /// Every open invitation of this address, in all practices.
    async fn open_invitations(&self, email: &Email) -> Result<Vec<Invitation>, Fault> {
        unanswered("open invitations", email)
    }

    /// The registration.
    async fn registration(&self, id: RegistrationId) -> Result<Option<Registration>, Fault> {
        unanswered("registration", id)
    }

    /// The registration that this cookie stands for.
    async fn registration_of(&self, cookie: &Digest) -> Result<Option<Registration>, Fault> {
        unanswered("registration of", cookie)
    }

    /// The employee of this practice with this identity.
    async fn employee(&self, practice: PracticeId, id: EmployeeId) -> Result<Option<Employee>, Fault> {
        unanswered("employee", (practice, id))
    }

    /// Every Owner of the practice, by id, working there or not.
    async fn owners(&self, practice: PracticeId) -> Result<Vec<Member>, Fault> {
        unanswered("owners", practice)
    }

    /// Members of the practice with this role, working there or not, by id; at most so many.
    async fn with_role(&self, practice: PracticeId, role: Role, most: usize) -> Result<Vec<Member>, Fault> {
        unanswered("with role", (practice, role, most))
    }

    /// User Managers of the practice, working there or not, by id; at most so many.
    async fn user_managers(&self, practice: PracticeId, most: usize) -> Result<Vec<Member>, Fault> {
        unanswered("user managers", (practice, most))
    }

    /// The link that leads to a password.
    async fn password_link(&self, id: PasswordLinkId) -> Result<Option<PasswordLink>, Fault> {
        unanswered("password link", id)
    }

    /// Every open link of this practice that sets an employee's account up, by id.
    async fn open_setups(&self, practice: PracticeId) -> Result<Vec<PasswordLink>, Fault> {
        unanswered("open setups", practice)
    }

    /// The way to a password that this cookie stands for.
    async fn password_run_of(&self, cookie: &Digest) -> Result<Option<PasswordRun>, Fault> {
        unanswered("password run of", cookie)
    }

    /// The practice's code word.
    async fn code_word(&self, practice: PracticeId) -> Result<Option<CodeWord>, Fault> {
        unanswered("code word", practice)
    }

    /// The session.
    async fn session(&self, id: SessionId) -> Result<Option<Session>, Fault> {
        unanswered("session", id)
    }

    /// The API key with this digest.
    async fn api_key(&self, digest: &Digest) -> Result<Option<ApiKey>, Fault> {
        unanswered("api key", digest)
    }

    /// Every API key of the practice, by id; also those that work no more.
    async fn api_keys(&self, practice: PracticeId) -> Result<Vec<ApiKey>, Fault> {
        unanswered("api keys", practice)
    }

    /// The memory of a creating request.
    async fn replay(&self, key: &Digest) -> Result<Option<Replay>, Fault> {
        unanswered("replay", key)
    }

    /// Keeps an uploaded file. Files of the same account and practice that only waited for "Go" are forgotten. Not a decision, so not in
    /// the audit log.
    async fn add_import(&self, import: &Import) -> Result<(), Fault> {
        unanswered("add import", import)
    }

    /// Keeps a file as it is now, as its next version, for whoever works on it until `leased`; says `false`, and keeps nothing, when it
    /// is of another version, or gone.
    async fn keep_import(&self, import: &Import, leased: Option<Time>) -> Result<bool, Fault> {
        unanswered("keep import", (import, leased))
    }

    /// The uploaded file.
    async fn import(&self, practice: PracticeId, id: ImportId) -> Result<Option<Import>, Fault> {
        unanswered("import", (practice, id))
    }

    /// Takes the file that is the longest under way, of those that nobody works on, in a practice where nobody works on another; for
    /// the caller alone until `until`, as its next version. What was uploaded [`Import::KEPT`] ago is forgotten first.
    async fn lease_import(&self, now: Time, until: Time) -> Result<Option<Import>, Fault> {
        unanswered("lease import", (now, until))
    }

    /// Who holds a name.
    async fn holder(&self, name: &Name) -> Result<Option<Uuid>, Fault> {
        unanswered("holder", name)
    }
}

/// Why a commit was not applied. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Somebody was first: load again and decide anew.
    #[error("somebody was first")]
    Stale,
    /// Somebody holds a name that was claimed: load again and decide anew.
    #[error("the name is taken")]
    Taken(Name),
    /// A budget is spent.
    #[error("the budget is spent")]
    Spent(Budget),
    /// The world failed. After this answer alone it is unknown whether the commit was applied.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What a sign-in must know of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The account.
    pub account: Account,
    /// Its home, where it has one: the policy that counts, and where the session begins.
    pub practice: Option<Practice>,
    /// Its places, as [`Store::memberships`] gives them.
    pub places: Vec<Member>,
    /// Its second factor, if it has ever had one.
    pub factor: Option<SecondFactor>,
}

/// What every request must know of the session that it came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The session.
    pub session: Session,
    /// The username.
    pub email: Email,
    /// The person's name.
    pub name: PersonName,
    /// The practice that the person works in now, and their place there.
    pub place: Option<(Practice, Member)>,
    /// What their role lets them do there (`ROLE-1`); nothing without a place.
    pub permissions: Permissions,
    /// Whether the account has a place in other practices, too (`PRA-5`).
    pub elsewhere: bool,
}

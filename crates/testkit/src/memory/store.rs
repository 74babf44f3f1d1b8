use async_trait::async_trait;
use practice_domain::account::Account;
use practice_domain::code_word::CodeWord;
use practice_domain::commit::{Commit, Name, Replay};
use practice_domain::email_change::EmailChange;
use practice_domain::employee::Employee;
use practice_domain::import::{Import, Stage};
use practice_domain::invitation::{Invitation, InvitationState};
use practice_domain::lockout::{Admission, Counter, Scope, Subject, TicketAnswer, TicketRequest};
use practice_domain::member::{Member, Role};
use practice_domain::password_link::{PasswordLink, PasswordRun, Purpose};
use practice_domain::port::{Candidate, CommitError, Fault, Standing, Store};
use practice_domain::practice::Practice;
use practice_domain::product::ApiKey;
use practice_domain::rate::{Ask, Taken, take_all};
use practice_domain::registration::Registration;
use practice_domain::role::RoleDefinition;
use practice_domain::second_factor::SecondFactor;
use practice_domain::session::Session;
use practice_domain::texts::{Awaited, TextFate, Texts};
use practice_domain::value::{
    AccountId, Digest, Email, EmployeeId, ImportId, InvitationId, MemberId, NoticeId, PasswordLinkId, PracticeId,
    RegistrationId, SessionId, Time,
};
use uuid::Uuid;

use crate::lock;
use crate::memory::Memory;

#[async_trait]
impl Store for Memory {
    async fn commit(&self, commit: &Commit) -> Result<(), CommitError> {
        let mut state = lock(&self.state);
        let mut next = state.clone();
        next.apply(commit, &*self.seal)?;
        *state = next;
        Ok(())
    }

    async fn take_ticket(&self, request: &TicketRequest, now: Time) -> Result<TicketAnswer, Fault> {
        let mut state = lock(&self.state);
        if let Taken::Refused { possible_at } = take_all(&mut state.units, &request.units, now) {
            return Ok(TicketAnswer::TooOften { possible_at });
        }
        let (subject, scope) = (request.subject, request.scope);
        let counters: Vec<Counter> = state.counters.values().filter(|c| c.subject == subject).cloned().collect();
        let answer = request.answer(&counters, now);
        if let TicketAnswer::Asked { admission: Admission::Granted(ticket), .. } = answer {
            let mut counter = state.counter(subject, scope);
            counter.tickets.push(ticket);
            counter.tickets.sort_by_key(|ticket| (ticket.lease_ends, ticket.id));
            state.counters.insert((subject, scope), counter);
        }
        Ok(answer)
    }

    async fn take_units(&self, asks: &[Ask], now: Time) -> Result<Taken, Fault> {
        Ok(take_all(&mut lock(&self.state).units, asks, now))
    }

    async fn note_seen(&self, session: SessionId, at: Time) -> Result<(), Fault> {
        let mut state = lock(&self.state);
        let Some(session) = state.sessions.get_mut(&session).filter(|s| s.ended_at.is_none()) else { return Ok(()) };
        session.seen_at = session.seen_at.max(at);
        if let (Some(practice), account) = (session.practice, session.account) {
            state.active(practice, account, at);
        }
        Ok(())
    }

    async fn note_texts(&self, number: &Digest, texts: Texts, at: Time) -> Result<(), Fault> {
        let mut state = lock(&self.state);
        let known = state.texts.entry(*number).or_insert((texts, at));
        if known.1 <= at {
            *known = (texts, at);
        }
        Ok(())
    }

    async fn texts_stopped(&self, number: &Digest) -> Result<Option<Time>, Fault> {
        let stopped = |known: &(Texts, Time)| (known.0 == Texts::Stopped).then_some(known.1);
        Ok(lock(&self.state).texts.get(number).and_then(stopped))
    }

    async fn note_text(&self, notice: NoticeId, fate: TextFate) -> Result<(), Fault> {
        let mut state = lock(&self.state);
        let about = state.notices.get(&notice).map(|waiting| waiting.notice.about);
        if let Some(of) = about.and_then(Awaited::by) {
            let known = state.fates.entry(of).or_insert(fate);
            *known = fate.max(*known);
        }
        Ok(())
    }

    async fn text_fate(&self, of: Awaited) -> Result<Option<TextFate>, Fault> {
        Ok(lock(&self.state).fates.get(&of).copied())
    }

    async fn counters(&self, subject: Subject, scope: Scope) -> Result<Vec<Counter>, Fault> {
        let state = lock(&self.state);
        let own = state.counter(subject, Scope::Account);
        Ok(if scope == Scope::Account { vec![own] } else { vec![own, state.counter(subject, scope)] })
    }

    async fn all_counters(&self, subject: Subject) -> Result<Vec<Counter>, Fault> {
        Ok(lock(&self.state).counters.values().filter(|c| c.subject == subject).cloned().collect())
    }

    async fn candidate(&self, email: &Email) -> Result<Option<Candidate>, Fault> {
        let state = lock(&self.state);
        let account = state.accounts.values().find(|a| a.email == *email).cloned();
        Ok(account.map(|account| Candidate {
            practice: account.home.and_then(|home| state.practices.get(&home)).cloned(),
            places: state.places(account.id),
            factor: state.second_factors.get(&account.id).cloned(),
            account,
        }))
    }

    async fn standing(&self, cookie: &Digest) -> Result<Option<Standing>, Fault> {
        let state = lock(&self.state);
        let Some(session) = state.sessions.values().find(|s| s.cookie == *cookie).cloned() else { return Ok(None) };
        let Some(account) = state.accounts.get(&session.account) else { return Ok(None) };
        let place = session
            .practice
            .and_then(|id| Some((state.practices.get(&id)?.clone(), state.seat(id, session.account)?.clone())));
        let permissions = place.as_ref().map(|(_, member)| state.permissions(member)).unwrap_or_default();
        let elsewhere = state.members.values().any(|m| m.account == account.id && Some(m.practice) != session.practice);
        let (email, name) = (account.email.clone(), account.name.clone());
        Ok(Some(Standing { session, email, name, place, permissions, elsewhere }))
    }

    async fn practice(&self, id: PracticeId) -> Result<Option<Practice>, Fault> {
        Ok(lock(&self.state).practices.get(&id).cloned())
    }

    async fn account(&self, id: AccountId) -> Result<Option<Account>, Fault> {
        Ok(lock(&self.state).accounts.get(&id).cloned())
    }

    async fn second_factor(&self, account: AccountId) -> Result<Option<SecondFactor>, Fault> {
        Ok(lock(&self.state).second_factors.get(&account).cloned())
    }

    async fn email_change(&self, account: AccountId) -> Result<Option<EmailChange>, Fault> {
        Ok(lock(&self.state).email_changes.get(&account).cloned())
    }

    async fn member(&self, practice: PracticeId, account: AccountId) -> Result<Option<Member>, Fault> {
        Ok(lock(&self.state).seat(practice, account).cloned())
    }

    async fn member_by_id(&self, practice: PracticeId, id: MemberId) -> Result<Option<Member>, Fault> {
        Ok(lock(&self.state).members.get(&(practice, id)).cloned())
    }

    async fn memberships(&self, account: AccountId) -> Result<Vec<Member>, Fault> {
        Ok(lock(&self.state).places(account))
    }

    async fn roles(&self, practice: PracticeId) -> Result<Vec<RoleDefinition>, Fault> {
        let state = lock(&self.state);
        let there = state.roles.values().filter(|one| one.practice == practice && one.removed_at.is_none());
        let mut roles: Vec<RoleDefinition> = there.cloned().collect();
        roles.sort_by_key(|one| one.role.to_string());
        Ok(roles)
    }

    async fn in_role(&self, practice: PracticeId, role: Role) -> Result<usize, Fault> {
        Ok(lock(&self.state).in_role(practice, role))
    }

    async fn invitation(&self, id: InvitationId) -> Result<Option<Invitation>, Fault> {
        Ok(lock(&self.state).invitations.get(&id).cloned())
    }

    async fn open_invitations(&self, email: &Email) -> Result<Vec<Invitation>, Fault> {
        let open = |i: &&Invitation| i.email == *email && matches!(i.state, InvitationState::Open { .. });
        Ok(lock(&self.state).invitations.values().filter(open).cloned().collect())
    }

    async fn registration(&self, id: RegistrationId) -> Result<Option<Registration>, Fault> {
        Ok(lock(&self.state).registrations.get(&id).cloned())
    }

    async fn registration_of(&self, cookie: &Digest) -> Result<Option<Registration>, Fault> {
        Ok(lock(&self.state).registrations.values().find(|r| r.cookie == *cookie).cloned())
    }

    async fn employee(&self, practice: PracticeId, id: EmployeeId) -> Result<Option<Employee>, Fault> {
        Ok(lock(&self.state).employees.get(&(practice, id)).cloned())
    }

    async fn owners(&self, practice: PracticeId) -> Result<Vec<Member>, Fault> {
        let owns = |m: &&Member| m.practice == practice && m.role == Role::Owner;
        Ok(lock(&self.state).members.values().filter(owns).cloned().collect())
    }

    async fn with_role(&self, practice: PracticeId, role: Role, most: usize) -> Result<Vec<Member>, Fault> {
        let has = |m: &&Member| m.practice == practice && m.role == role;
        Ok(lock(&self.state).members.values().filter(has).take(most).cloned().collect())
    }

    async fn user_managers(&self, practice: PracticeId, most: usize) -> Result<Vec<Member>, Fault> {
        let manages = |m: &&Member| m.practice == practice && m.user_manager;
        Ok(lock(&self.state).members.values().filter(manages).take(most).cloned().collect())
    }

    async fn password_link(&self, id: PasswordLinkId) -> Result<Option<PasswordLink>, Fault> {
        Ok(lock(&self.state).password_links.get(&id).cloned())
    }

    async fn open_setups(&self, practice: PracticeId) -> Result<Vec<PasswordLink>, Fault> {
        let waits = |l: &&PasswordLink| l.practice == Some(practice) && l.purpose == Purpose::Setup && l.is_open();
        Ok(lock(&self.state).password_links.values().filter(waits).cloned().collect())
    }

    async fn password_run_of(&self, cookie: &Digest) -> Result<Option<PasswordRun>, Fault> {
        Ok(lock(&self.state).password_runs.values().find(|r| r.cookie == *cookie).cloned())
    }

    async fn code_word(&self, practice: PracticeId) -> Result<Option<CodeWord>, Fault> {
        Ok(lock(&self.state).code_words.get(&practice).cloned())
    }

    async fn session(&self, id: SessionId) -> Result<Option<Session>, Fault> {
        Ok(lock(&self.state).sessions.get(&id).cloned())
    }

    async fn api_key(&self, digest: &Digest) -> Result<Option<ApiKey>, Fault> {
        Ok(lock(&self.state).api_keys.values().find(|k| k.digest == *digest).cloned())
    }

    async fn api_keys(&self, practice: PracticeId) -> Result<Vec<ApiKey>, Fault> {
        Ok(lock(&self.state).api_keys.values().filter(|k| k.practice == practice).cloned().collect())
    }

    async fn replay(&self, key: &Digest) -> Result<Option<Replay>, Fault> {
        Ok(lock(&self.state).replays.get(key).cloned())
    }

    async fn add_import(&self, import: &Import) -> Result<(), Fault> {
        let mut state = lock(&self.state);
        state.imports.retain(|_, (old, _)| {
            old.stage != Stage::Judged || old.practice != import.practice || old.account != import.account
        });
        state.imports.insert((import.practice, import.id), (import.clone(), None));
        Ok(())
    }

    async fn keep_import(&self, import: &Import, leased: Option<Time>) -> Result<bool, Fault> {
        let mut state = lock(&self.state);
        let Some((known, until)) = state.imports.get_mut(&(import.practice, import.id)) else { return Ok(false) };
        if known.version != import.version {
            return Ok(false);
        }
        *known = Import { version: import.version.next(), ..import.clone() };
        *until = leased;
        Ok(true)
    }

    async fn import(&self, practice: PracticeId, id: ImportId) -> Result<Option<Import>, Fault> {
        Ok(lock(&self.state).imports.get(&(practice, id)).map(|(import, _)| import.clone()))
    }

    async fn lease_import(&self, now: Time, until: Time) -> Result<Option<Import>, Fault> {
        let mut state = lock(&self.state);
        state.imports.retain(|_, (import, _)| import.uploaded_at > now.minus(Import::KEPT));
        let going = || state.imports.values().filter(|(import, _)| import.stage == Stage::Going);
        let taken = |leased: &Option<Time>| leased.is_some_and(|leased| leased > now);
        let busy: Vec<PracticeId> =
            going().filter(|(_, leased)| taken(leased)).map(|(import, _)| import.practice).collect();
        let free = going().filter(|(import, _)| !busy.contains(&import.practice));
        let next = free.map(|(import, _)| (import.uploaded_at, import.id, import.practice)).min();
        let Some((import, leased)) = next.and_then(|(_, id, practice)| state.imports.get_mut(&(practice, id))) else {
            return Ok(None);
        };
        *leased = Some(until);
        import.version = import.version.next();
        Ok(Some(import.clone()))
    }

    async fn holder(&self, name: &Name) -> Result<Option<Uuid>, Fault> {
        Ok(lock(&self.state).holders.get(name).copied())
    }
}

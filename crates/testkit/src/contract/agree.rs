use std::sync::Arc;
use std::time::Duration;

use practice_domain::account::Account;
use practice_domain::channel::Product;
use practice_domain::code_word::CodeWord;
use practice_domain::commit::{Name, Replay};
use practice_domain::email_change::EmailChange;
use practice_domain::employee::Employee;
use practice_domain::fact::Log;
use practice_domain::invitation::Invitation;
use practice_domain::lockout::{Counter, Subject, TicketRequest};
use practice_domain::member::{Member, Role};
use practice_domain::passkey::Handle;
use practice_domain::password_link::{PasswordLink, PasswordRun};
use practice_domain::person::{Column, Person};
use practice_domain::policy::LockoutPolicy;
use practice_domain::port::{
    Candidate, CommitError, EmployeeQuery, EmployeesPage, Fault, Filter, Head, HistoryFilter, HistoryPage,
    HistoryQuery, PeopleQuery, Queue, SessionFace, Sort, Standing, Tally,
};
use practice_domain::practice::Practice;
use practice_domain::product::ApiKey;
use practice_domain::registration::Registration;
use practice_domain::role::RoleDefinition;
use practice_domain::second_factor::SecondFactor;
use practice_domain::session::Session;
use practice_domain::value::PracticeId;
use proptest::collection::vec;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use uuid::Uuid;

use crate::contract::books::{self, Books};
use crate::contract::samples::{email, id, invitation};
use crate::contract::{Harness, Stores, samples};
use crate::fakes::FakeSeal;
use crate::memory::Memory;
use crate::strategy::{self, Step};

/// The same random commits, tickets and letters lead to the same answers and the same stored state as in [`Memory`].
pub async fn any_commits_agree_with_memory(harness: &dyn Harness) {
    let mut runner = TestRunner::deterministic();
    for _ in 0..HISTORIES {
        let tree = vec(strategy::step(), 1..LENGTH).new_tree(&mut runner);
        let mut tree = tree.unwrap_or_else(|why| panic!("{why}"));
        let Err(mut why) = agrees(harness, &tree.current()).await else { continue };
        let mut smallest = tree.current();
        while tree.simplify() {
            loop {
                match agrees(harness, &tree.current()).await {
                    Ok(()) if tree.complicate() => {}
                    Ok(()) => break,
                    Err(again) => {
                        (why, smallest) = (again, tree.current());
                        break;
                    }
                }
            }
        }
        panic!("{why}\nafter {smallest:#?}");
    }
}

async fn agrees(harness: &dyn Harness, steps: &[Step]) -> Result<(), String> {
    let (tested, memory) = (seeded(harness.fresh().await).await, seeded(memory()).await);
    for step in steps {
        let (found, expected) = (take(&tested, step).await, take(&memory, step).await);
        if found != expected {
            return Err(format!("answered {found}, not {expected}, to {step:?}"));
        }
        let (found, expected) = (View::of(&tested).await, View::of(&memory).await);
        if found != expected {
            return Err(format!("holds {found:#?}, not {expected:#?}, after {step:?}"));
        }
    }
    Ok(())
}

fn memory() -> Stores {
    let seal = Arc::new(FakeSeal);
    let memory = Arc::new(Memory::new(seal.clone()));
    Stores {
        store: memory.clone(),
        ledger: memory.clone(),
        reader: memory.clone(),
        outbox: memory,
        seal,
        keep: Box::new(()),
    }
}

async fn seeded(stores: Stores) -> Stores {
    let stores = stores.with_world().await;
    let invite = |n: u128| invitation(n, id::<PracticeId>(n), &format!("person{n}@example.com"));
    stores.accept((1..=3).fold(samples::commit(), |commit, n| commit.insert(invite(n)))).await;
    stores
}

/// Lets a step happen; says what was answered.
async fn take(stores: &Stores, step: &Step) -> String {
    match step {
        Step::Commit(commit) => match stores.store.commit(commit).await {
            Ok(()) => "done".to_owned(),
            Err(error @ CommitError::Fault(_)) => panic!("{error:?}: {commit:#?}"),
            Err(refused) => format!("{refused:?}"),
        },
        Step::Ticket(subject, scope, ticket, units, at) => {
            let policy = LockoutPolicy { lock_at_failure: 3, device_aware: true, reset_unlocks: true };
            let taken = stores.store.all_counters(*subject).await;
            let mut tickets = taken.iter().flatten().flat_map(|counter| &counter.tickets);
            if tickets.any(|known| known.id == *ticket) {
                return "an id comes only once".to_owned();
            }
            let (subject, scope, ticket) = (*subject, *scope, *ticket);
            let request = TicketRequest { subject, scope, ticket, policy, units: units.clone() };
            format!("{:?}", stores.store.take_ticket(&request, *at).await)
        }
        Step::Units(asks, at) => format!("{:?}", stores.store.take_units(asks, *at).await),
        Step::Seen(session, at) => format!("{:?}", stores.store.note_seen(*session, *at).await),
        Step::Mail(at, most, settlement) => {
            let mut answers = String::new();
            for queue in [Queue::People, Queue::Events(Product::SecureMail), Queue::Events(Product::Operator)] {
                let leased = stores.outbox.lease(queue, Uuid::from_u128(1), *at, Duration::from_secs(60), *most).await;
                answers += &format!("{leased:?}");
                for leased in leased.iter().flatten() {
                    answers += &format!("{:?}", stores.outbox.settle(leased, *settlement, *at).await);
                }
            }
            answers
        }
    }
}

/// Everything that can be seen of the small universe, but for notices and budgets, which show in answers only.
#[derive(Debug, PartialEq)]
pub(crate) struct View {
    practices: Vec<Practice>,
    accounts: Vec<Account>,
    second_factors: Vec<SecondFactor>,
    email_changes: Vec<(EmailChange, String)>,
    candidates: Vec<Candidate>,
    members: Vec<Member>,
    memberships: Vec<Vec<Member>>,
    roles: Vec<RoleDefinition>,
    in_roles: Vec<(usize, Vec<Member>)>,
    invitations: Vec<Invitation>,
    open: Vec<Vec<Invitation>>,
    registrations: Vec<Registration>,
    begun: Vec<Registration>,
    employees: Vec<Employee>,
    rows: Vec<EmployeesPage>,
    owners: Vec<Vec<Member>>,
    managers: Vec<Vec<Member>>,
    links: Vec<PasswordLink>,
    setups: Vec<Vec<PasswordLink>>,
    runs: Vec<PasswordRun>,
    words: Vec<CodeWord>,
    sessions: Vec<Session>,
    standings: Vec<Standing>,
    faces: Vec<Vec<SessionFace>>,
    api_keys: Vec<ApiKey>,
    keyrings: Vec<Vec<ApiKey>>,
    replays: Vec<Replay>,
    books: Books,
    counters: Vec<Vec<Counter>>,
    holders: Vec<Option<Uuid>>,
    people: Vec<Vec<Person>>,
    tallies: Vec<Tally>,
    spellings: Vec<String>,
    logs: Vec<(Log, usize, HistoryPage)>,
}

impl View {
    pub(crate) async fn of(stores: &Stores) -> Self {
        Self::look(stores).await.unwrap_or_else(|fault| panic!("{fault:?}"))
    }

    async fn look(stores: &Stores) -> Result<Self, Fault> {
        let (store, reader) = (&stores.store, &stores.reader);
        let mut view = Self::empty();
        for n in 1..=6_u128 {
            let digest = [n.to_le_bytes()[0]; 32];
            view.practices.extend(store.practice(id(n)).await?);
            view.accounts.extend(store.account(id(n)).await?);
            view.second_factors.extend(store.second_factor(id(n)).await?);
            view.email_changes
                .extend(store.email_change(id(n)).await?.map(|change| (change.clone(), change.to.to_string())));
            for practice in (1..=3).map(id) {
                view.members.extend(store.member_by_id(practice, id(n)).await?);
                view.members.extend(store.member(practice, id(n)).await?);
            }
            view.memberships.push(store.memberships(id(n)).await?);
            view.invitations.extend(store.invitation(id(n)).await?);
            view.registrations.extend(store.registration(id(n)).await?);
            view.begun.extend(store.registration_of(&digest).await?);
            for practice in (1..=3).map(id) {
                view.employees.extend(store.employee(practice, id(n)).await?);
            }
            view.rows.extend(employees(stores, id(n)).await?);
            view.owners.push(store.owners(id(n)).await?);
            view.managers.push(store.user_managers(id(n), 2).await?);
            view.links.extend(store.password_link(id(n)).await?);
            view.setups.push(store.open_setups(id(n)).await?);
            view.runs.extend(store.password_run_of(&digest).await?);
            view.words.extend(store.code_word(id(n)).await?);
            view.sessions.extend(store.session(id(n)).await?);
            view.standings.extend(store.standing(&digest).await?);
            view.faces.push(reader.sessions(id(n)).await?);
            view.api_keys.extend(store.api_key(&digest).await?);
            view.keyrings.push(store.api_keys(id(n)).await?);
            view.replays.extend(store.replay(&digest).await?);
            view.counters.push(store.all_counters(Subject(id(n))).await?);
            view.tallies.push(reader.tally(id(n)).await?);
            view.people.push(reader.people(&everybody(id(n))).await?.people);
        }
        for address in ADDRESSES.map(email) {
            view.candidates.extend(store.candidate(&address).await?);
            view.open.push(store.open_invitations(&address).await?);
        }
        for practice in (1..=3).map(id) {
            view.roles.extend(store.roles(practice).await?);
            for role in Role::PREDEFINED.into_iter().chain((1..=2).map(|n| Role::Copied(id(n)))) {
                let some = store.with_role(practice, role, 2).await?;
                view.in_roles.push((store.in_role(practice, role).await?, some));
            }
        }
        view.books = Books::of(&*stores.ledger).await?;
        for name in names() {
            view.holders.push(store.holder(&name).await?);
        }
        for Head { log, .. } in reader.heads().await? {
            let query = HistoryQuery { log, filter: HistoryFilter::default(), before: None, size: 200 };
            view.logs.push((log, reader.entries(log, 1, usize::MAX).await?.len(), reader.history(&query).await?));
        }
        view.spellings = view.accounts.iter().map(|a| a.email.to_string()).collect();
        view.spellings.extend(view.invitations.iter().map(|i| i.email.to_string()));
        view.spellings.extend(view.people.iter().flatten().map(|p| p.email.to_string()));
        Ok(view)
    }

    fn empty() -> Self {
        Self {
            practices: Vec::new(),
            accounts: Vec::new(),
            second_factors: Vec::new(),
            email_changes: Vec::new(),
            candidates: Vec::new(),
            members: Vec::new(),
            memberships: Vec::new(),
            roles: Vec::new(),
            in_roles: Vec::new(),
            invitations: Vec::new(),
            open: Vec::new(),
            registrations: Vec::new(),
            begun: Vec::new(),
            employees: Vec::new(),
            rows: Vec::new(),
            owners: Vec::new(),
            managers: Vec::new(),
            links: Vec::new(),
            setups: Vec::new(),
            runs: Vec::new(),
            words: Vec::new(),
            sessions: Vec::new(),
            standings: Vec::new(),
            faces: Vec::new(),
            api_keys: Vec::new(),
            keyrings: Vec::new(),
            replays: Vec::new(),
            books: Books::default(),
            counters: Vec::new(),
            holders: Vec::new(),
            people: Vec::new(),
            tallies: Vec::new(),
            spellings: Vec::new(),
            logs: Vec::new(),
        }
    }
}

/// The first page of everybody, as long as a page may be.
pub(crate) fn everybody(practice: PracticeId) -> PeopleQuery {
    let sort = Sort { by: Column::LastName, descending: false };
    PeopleQuery { practice, search: String::new(), filter: Filter::default(), sort, from: None, size: 200 }
}

/// Every employee of a practice in pages of two, then those who are active in one page.
async fn employees(stores: &Stores, practice: PracticeId) -> Result<Vec<EmployeesPage>, Fault> {
    let mut query = EmployeeQuery { practice, active: None, after: None, size: 2 };
    let mut pages = Vec::new();
    loop {
        let page = stores.reader.employees(&query).await?;
        for row in &page.rows {
            let alone = stores.reader.employee_row(practice, row.employee.id).await?;
            assert_eq!(alone.as_ref(), Some(row), "a row by itself");
        }
        query.after.clone_from(&page.after);
        pages.push(page);
        if query.after.is_none() {
            break;
        }
    }
    let active = EmployeeQuery { practice, active: Some(true), after: None, size: 200 };
    pages.push(stores.reader.employees(&active).await?);
    Ok(pages)
}

fn names() -> Vec<Name> {
    let mut names: Vec<Name> = ADDRESSES.map(|address| Name::address(&email(address))).to_vec();
    for practice in (1..=3).map(id) {
        names.extend(ADDRESSES.map(|address| Name::open_invitation(practice, &email(address))));
        names.push(Name::FirstUserManager(practice));
        names.extend((1..=3).map(|n| Name::Membership(practice, id(n))));
        names.extend(books::names_in(practice));
    }
    names.extend((1..4).map(|n| Name::Passkey(Handle(vec![n, 0]))));
    names
}

const ADDRESSES: [&str; 5] =
    ["ann@example.com", "bo@example.com", "renee@example.com", "account1@example.com", "person2@example.com"];

/// Histories that are tried.
const HISTORIES: u32 = 48;

/// Steps of the longest.
const LENGTH: usize = 40;

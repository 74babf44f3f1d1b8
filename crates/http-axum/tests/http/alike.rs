//! Nobody learns from an answer, or from the work behind it, how it stands with an address: one answer for all, as many hashes, and as
//! many questions to the store and parts of a commit, each of which is a statement (`EN-01`, `EN-02`).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use axum::http::Method;
use practice_domain::access::Administrator;
use practice_domain::commit::Commit;
use practice_domain::port::{CommitError, EmployeeQuery, EmployeeRow, Reader as _, Store, UserAccount};
use practice_domain::usecase::{Ports, deactivate_user_account};
use practice_http_axum::router;
use practice_testkit::memory::{Front, Fronted, Memory};
use serde_json::json;

use crate::browser::{Answer, Browser, likeness};
use crate::house::{House, MANAGER, PASSWORD, settings};

const LOCKED: &str = "locked@brightwater.example";
const LOCKED_NOBODY: &str = "locked@x.example";
const GONE: &str = "gone@brightwater.example";
const INVITED: &str = "invited@brightwater.example";

/// Counts what is asked of a store, and of what parts the commits are.
#[derive(Default)]
struct Count {
    questions: AtomicUsize,
    parts: AtomicUsize,
}

#[async_trait]
impl Front for Count {
    async fn commit(&self, memory: &Memory, commit: &Commit) -> Result<(), CommitError> {
        let parts = commit.entries().len() + commit.writes().len() + commit.guards().len() + commit.claims().len();
        self.parts.fetch_add(parts + commit.spends().len(), Ordering::SeqCst);
        memory.commit(commit).await
    }

    async fn before_call(&self) {
        self.questions.fetch_add(1, Ordering::SeqCst);
    }
}

impl House {
    /// Goes the way of a setup link to its end.
    async fn set_up(&self, link: &str) {
        let mut browser = self.browser();
        browser.begin(link, "/password/code-word").await;
        let word = self.word().await;
        browser.give_word(&word).await.goes_to("/password/new");
        let fields = [("new_password", PASSWORD), ("again", PASSWORD), ("terms", "2026-05-04")];
        browser.post("/password/new", &fields).await.goes_to("/login");
    }

    /// Takes the user account of the employee with this address away.
    async fn send_away(&self, manager: &Browser, address: &str) {
        let query = EmployeeQuery { practice: self.practice, active: None, after: None, size: 50 };
        let rows = self.memory.employees(&query).await.expect("memory").rows;
        let has =
            |row: &&EmployeeRow| matches!(&row.user, UserAccount::Member { email, .. } if email.normal() == address);
        let employee = rows.iter().find(has).expect("an employee").employee.id;
        let who = Administrator::prove(self.person(manager).await).expect("an administrator");
        deactivate_user_account(&self.ports, &who, employee).await.expect("deactivated");
    }
}

/// What an attempt cost: hashes, questions, and parts of commits other than letters, which go out later.
type Work = (u64, usize, usize);

/// A practice with somebody of each kind, behind a store that counts.
struct Watched {
    house: House,
    count: Arc<Fronted<Count>>,
}

impl Watched {
    async fn new() -> Self {
        let (mut house, manager) = House::managed().await;
        for address in [LOCKED, GONE] {
            let link = house.employ(&manager, address).await;
            house.set_up(&link).await;
            house.browser().sign_in(address, PASSWORD).await.goes_to("/dashboard");
        }
        house.employ(&manager, INVITED).await;
        house.send_away(&manager, GONE).await;
        for address in [LOCKED, LOCKED_NOBODY] {
            for _ in 0..8 {
                house.browser().sign_in(address, "wrong wrong wrong").await.is(401);
            }
        }
        let count = Arc::new(Fronted::new(house.memory.clone(), Count::default()));
        let ports = Ports { store: count.clone(), ..house.ports.clone() };
        house.router = router(ports, settings());
        Self { house, count }
    }

    fn work(&self) -> Work {
        let hashes = self.house.passwords.real_checks() + self.house.passwords.dummy_checks();
        (hashes, self.count.questions.load(Ordering::SeqCst), self.count.parts.load(Ordering::SeqCst))
    }

    /// What an answer says, and what it cost.
    async fn cost(&self, answer: impl Future<Output = Answer>) -> (Answer, Work) {
        let before = self.work();
        let answer = answer.await;
        let after = self.work();
        (answer, (after.0 - before.0, after.1 - before.1, after.2 - before.2))
    }
}

fn alike<T: PartialEq + std::fmt::Debug>(seen: &[(&str, T)]) {
    for (whose, one) in seen {
        assert_eq!(one, &seen[0].1, "{whose}, and {}", seen[0].0);
    }
}

/// LOCK-3, EN-01, EN-02: whoever signs in with an address that nobody has, with a wrong password, while locked, after they were sent
/// away, or before they have registered.
#[tokio::test]
async fn signing_in_tells_nothing_of_an_address() {
    let watched = Watched::new().await;
    let cases = [
        ("nobody@x.example", PASSWORD),
        (MANAGER, "wrong wrong wrong"),
        (GONE, PASSWORD),
        (GONE, "wrong wrong wrong"),
        (INVITED, PASSWORD),
        (LOCKED_NOBODY, PASSWORD),
        (LOCKED, PASSWORD),
        (LOCKED, "wrong wrong wrong"),
    ];
    let (mut pages, mut documents) = (Vec::new(), Vec::new());
    for (address, password) in cases {
        let mut browser = watched.house.browser();
        browser.get("/login").await.is(200);
        let fields = [("email", address), ("password", password)];
        let (page, work) = watched.cost(browser.post("/login", &fields)).await;
        page.is(401);
        assert_eq!(work.0, 1, "{address}");
        pages.push((address, (likeness(&page, address), work)));
        let body = json!({"email": address, "password": password});
        let mut program = watched.house.browser();
        let (document, work) = watched.cost(program.json(Method::POST, "/api/v1/session", &[], &body)).await;
        document.refuses(401, "invalid-credentials");
        documents.push((address, (likeness(&document, address), work)));
    }
    alike(&pages);
    alike(&documents);
}

/// EN-03, EN-02: whoever asks for a reset, for whatever address, gets the same answer, and no password is looked at.
#[tokio::test]
async fn asking_for_a_reset_tells_nothing_of_an_address() {
    let watched = Watched::new().await;
    let (mut pages, mut documents) = (Vec::new(), Vec::new());
    for address in [MANAGER, "nobody@x.example", LOCKED, GONE, INVITED] {
        let mut browser = watched.house.browser();
        browser.get("/forgot").await.is(200);
        let (page, work) = watched.cost(browser.post("/forgot", &[("email", address)])).await;
        page.goes_to("/forgot/sent");
        pages.push((address, (likeness(&page, address), work)));
        let body = json!({ "email": address });
        let mut program = watched.house.browser();
        let (document, work) = watched.cost(program.json(Method::POST, "/api/v1/password-resets", &[], &body)).await;
        document.is(202);
        documents.push((address, (likeness(&document, address), work)));
    }
    assert_eq!((pages[0].1.1.0, documents[0].1.1.0), (0, 0), "no hash");
    alike(&pages);
    alike(&documents);
}

/// CODE-3, EN-01, EN-02: a wrong word behind a link says the same whether or not the account is locked; behind a link that leads
/// nowhere, whoever it was for, every word says the same.
#[tokio::test]
async fn a_code_word_tells_nothing_of_whose_link_it_is() {
    let watched = Watched::new().await;
    let mut wrong = Vec::new();
    for address in [MANAGER, LOCKED] {
        let link = watched.house.forgot(address).await;
        let mut browser = watched.house.browser();
        browser.begin(&link, "/password/code-word").await;
        let (page, work) = watched.cost(browser.give_word("wrong-word-here")).await;
        page.is(422);
        wrong.push((address, (likeness(&page, address), work)));
    }
    alike(&wrong);
    let word = watched.house.word().await;
    let mut dead = Vec::new();
    for (whose, said) in [("nobody", word.as_str()), ("nobody", "wrong-word-here")] {
        let mut browser: Browser = watched.house.browser();
        browser.get("/forgot").await.is(200);
        let (page, work) = watched.cost(browser.give_word(said)).await;
        page.is(410);
        dead.push((whose, (likeness(&page, whose), work)));
    }
    alike(&dead);
}

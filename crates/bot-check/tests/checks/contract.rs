use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use practice_bot_check::{Patience, ProofOfWork};
use practice_domain::access::Gate;
use practice_domain::port::{BotCheck, BotVerdict, Clock as _};
use practice_domain::value::Time;
use practice_testkit::contract::{BotCheckHarness, an_answer_opens_its_own_gate, what_is_no_answer_opens_nothing};
use practice_testkit::fakes::{Doorman, FakeClock, SeededEntropy};
use serde_json::{Value, json};

use crate::scripted::Honest;

/// A moment far ahead, so that the library's own clock finds every task in time and only ours decides.
const LATER: Time = Time::from_micros(4_102_444_800_000_000);

struct Working(ProofOfWork, Arc<FakeClock>);

struct Waiting(Patience, Arc<FakeClock>);

struct Fake(Doorman, std::sync::atomic::AtomicU32);

fn working() -> Working {
    let clock = Arc::new(FakeClock::default());
    clock.set(LATER);
    Working(ProofOfWork::new(&[7; 32], 1, clock.clone()), clock)
}

fn waiting() -> Waiting {
    let clock = Arc::new(FakeClock::default());
    let wait = Duration::from_secs(5);
    Waiting(Patience::new([7; 32], wait, clock.clone(), Arc::new(SeededEntropy::new(3))), clock)
}

fn solve(task: &str) -> Value {
    let challenge: altcha::Challenge = serde_json::from_str(task).expect("a task");
    let solved = altcha::solve_challenge(altcha::SolveChallengeOptions::new(&challenge)).expect("solvable");
    json!({"challenge": challenge, "solution": solved.expect("solved")})
}

fn written(answer: &Value) -> String {
    STANDARD.encode(answer.to_string())
}

#[async_trait]
impl BotCheckHarness for Working {
    fn check(&self) -> &dyn BotCheck {
        &self.0
    }

    async fn answer(&self, gate: Gate) -> String {
        written(&solve(&self.0.task(gate)))
    }
}

#[async_trait]
impl BotCheckHarness for Waiting {
    fn check(&self) -> &dyn BotCheck {
        &self.0
    }

    async fn answer(&self, gate: Gate) -> String {
        let ticket = self.0.task(gate);
        self.1.advance(Duration::from_secs(5));
        ticket
    }
}

#[async_trait]
impl BotCheckHarness for Fake {
    fn check(&self) -> &dyn BotCheck {
        &self.0
    }

    async fn answer(&self, gate: Gate) -> String {
        Doorman::answer(gate, self.1.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
    }
}

macro_rules! keeps_the_contract {
    ($($name:ident: $harness:expr;)+) => {$(
        mod $name {
            use super::*;

            /// BOT-1, BC-02
            #[tokio::test]
            async fn an_answer_opens_its_own_gate() {
                super::an_answer_opens_its_own_gate(&$harness).await;
            }
        }
    )+};
}

keeps_the_contract! {
    proof_of_work: working();
    patience: waiting();
    doorman: Fake(Doorman::default(), Default::default());
    turnstile: Honest::start().await;
}

/// BOT-1
#[tokio::test]
async fn nothing_else_is_an_answer() {
    what_is_no_answer_opens_nothing(&working()).await;
    what_is_no_answer_opens_nothing(&waiting()).await;
    what_is_no_answer_opens_nothing(&Honest::start().await).await;
}

/// BOT-2, BC-02: five minutes, and no longer.
#[tokio::test]
async fn a_task_dies_after_five_minutes() {
    let Working(check, clock) = working();
    let answer = written(&solve(&check.task(Gate::SignIn)));
    clock.advance(Duration::from_secs(299));
    assert!(passed(&check, &answer).await.is_some());
    clock.advance(Duration::from_secs(1));
    assert!(passed(&check, &answer).await.is_none());
}

/// BOT-2: somebody else's task, a changed one and a guessed solution are refused; another spelling is the same task.
#[tokio::test]
async fn only_work_on_our_own_task_counts() {
    let Working(check, clock) = working();
    let foreign = ProofOfWork::new(&[8; 32], 1, clock.clone());
    assert!(passed(&check, &written(&solve(&foreign.task(Gate::SignIn)))).await.is_none());

    let good = solve(&check.task(Gate::SignIn));
    let task = passed(&check, &written(&good)).await.expect("good");
    let mut spelled = good.clone();
    spelled["solution"]["time"] = json!(99.5);
    assert_eq!(passed(&check, &written(&spelled)).await, Some(task));

    for (path, value) in [
        ("/challenge/parameters/expiresAt", json!(LATER.micros() / 1_000_000 + 9_000)),
        ("/challenge/parameters/cost", json!(2)),
        ("/challenge/parameters/keyPrefix", json!("")),
        ("/challenge/parameters/data/gate", json!("reset")),
        ("/challenge/signature", json!("00")),
        ("/solution/counter", json!(4_000_000_000_u32)),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(path).expect("a part") = value;
        assert!(passed(&check, &written(&bad)).await.is_none(), "{path}");
    }
    assert!(written(&good).len() <= 2_048);
}

/// BOT-1: who does not wait does not pass, and neither does who waits too long.
#[tokio::test]
async fn a_ticket_is_good_after_a_while_and_not_for_ever() {
    let Waiting(check, clock) = waiting();
    let ticket = check.task(Gate::SignIn);
    let began = clock.now();
    for (second, good) in [(0, false), (4, false), (5, true), (299, true), (300, false)] {
        clock.set(began.plus(Duration::from_secs(second)));
        assert_eq!(passed(&check, &ticket).await.is_some(), good, "{second}");
    }
}

async fn passed(check: &dyn BotCheck, answer: &str) -> Option<[u8; 32]> {
    match check.verify(answer, Gate::SignIn, None).await {
        BotVerdict::Passed { task } => Some(task),
        BotVerdict::Failed => None,
        BotVerdict::Unavailable => panic!("our own check is always there"),
    }
}

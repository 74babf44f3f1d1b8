use async_trait::async_trait;
use practice_domain::access::Gate;
use practice_domain::port::{BotCheck, BotVerdict};

/// Makes a check of people and programs, and good answers to it.
#[async_trait]
pub trait BotCheckHarness: Send + Sync {
    /// The check.
    fn check(&self) -> &dyn BotCheck;

    /// A good answer for this gate, another one each time.
    async fn answer(&self, gate: Gate) -> String;
}

/// An answer opens the gate that it was made for, and no other; two answers are to two tasks.
pub async fn an_answer_opens_its_own_gate(h: &impl BotCheckHarness) {
    for gate in GATES {
        let (answer, another) = (h.answer(gate).await, h.answer(gate).await);
        let BotVerdict::Passed { task } = h.check().verify(&answer, gate, None).await else { panic!("{gate:?}") };
        let BotVerdict::Passed { task: second } = h.check().verify(&another, gate, None).await else {
            panic!("{gate:?}")
        };
        assert_ne!(task, second);
        for other in GATES.into_iter().filter(|other| *other != gate) {
            let answer = h.answer(gate).await;
            assert_eq!(h.check().verify(&answer, other, None).await, BotVerdict::Failed, "{gate:?} opened {other:?}");
        }
    }
}

/// What is no answer opens nothing, and neither does an answer that somebody changed.
pub async fn what_is_no_answer_opens_nothing(h: &impl BotCheckHarness) {
    let good = h.answer(Gate::SignIn).await;
    let (cut, longer) = (good[..good.len() - 4].to_owned(), format!("{good}x"));
    for text in ["", " ", "null", "e30=", "\u{1F600}", &cut, &longer] {
        assert_eq!(h.check().verify(text, Gate::SignIn, None).await, BotVerdict::Failed, "{text:?}");
    }
}

const GATES: [Gate; 4] = [Gate::SignIn, Gate::Reset, Gate::Registration, Gate::CodeWord];

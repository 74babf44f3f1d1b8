//! What stands before a use case: bot checks and limits.

use practice_domain::access::{Gate, gate};
use practice_domain::rate::{Limit, network};
use practice_domain::usecase::{
    self, BotAnswers, BotCheckError, BotChecks, LimitError, SignIn, SignInError, heed_limits, pass_bot_check, units_of,
};
use practice_testkit::fakes::Doorman;

use crate::world::interleave::{Job, Orders, interleave, run};
use crate::world::people::sign_in;
use crate::world::{GOOD, Grain, MINUTE, WRONG, World};

fn good(gate: Gate) -> String {
    Doorman::answer(gate, 1)
}

fn answers<'a>(primary: &'a str, fallback: &'a str) -> BotAnswers<'a> {
    BotAnswers { primary, fallback, patience: "" }
}

/// BOT-1, BC-01, BC-02: no answer, a wrong one, one for another gate and one that is too long open nothing; a good one opens once.
#[test]
fn only_a_good_answer_for_this_gate_opens_it_and_only_once() {
    let (world, doorman) = (World::new(), Doorman::default());
    let checks = BotChecks { primary: &doorman, fallback: None, patience: None };
    let pass = |answer: &str| run(pass_bot_check::<gate::SignIn>(&world.ports, checks, answers(answer, ""), None));
    for answer in ["", "nonsense", &good(Gate::Reset)] {
        assert!(matches!(pass(answer), Err(BotCheckError::Failed)), "{answer}");
    }
    let asked = doorman.asked();
    assert!(matches!(pass(&format!("{}{}", good(Gate::SignIn), "x".repeat(2_048))), Err(BotCheckError::Failed)));
    assert_eq!(doorman.asked(), asked, "nobody looks at more than 2048 characters");
    assert!(matches!(pass(&"x".repeat(2_048)), Err(BotCheckError::Failed)));
    assert_ne!(doorman.asked(), asked, "so many are looked at");
    assert!(!pass(&good(Gate::SignIn)).expect("passed").by_fallback());
    assert!(matches!(pass(&good(Gate::SignIn)), Err(BotCheckError::Failed)), "once");
    world.later(6 * MINUTE);
    assert!(matches!(pass(&good(Gate::SignIn)), Err(BotCheckError::Failed)), "also later");
    assert!(pass(&Doorman::answer(Gate::SignIn, 2)).is_ok(), "another one");
    assert_eq!(world.passwords.real_checks() + world.passwords.dummy_checks(), 0);
}

/// BOT-1: one answer at two doors at the same moment opens one.
#[test]
fn of_two_who_give_the_same_answer_one_passes() {
    Orders::each(|orders| {
        let (world, doorman) = (World::new(), Doorman::default());
        let (checks, answer) = (BotChecks { primary: &doorman, fallback: None, patience: None }, good(Gate::SignIn));
        world.store.set(Grain::Calls);
        let pass =
            || async { pass_bot_check::<gate::SignIn>(&world.ports, checks, answers(&answer, ""), None).await.is_ok() };
        let mut told = interleave(vec![Box::pin(pass()) as Job<'_, bool>, Box::pin(pass())], |of| orders.choose(of));
        told.sort_unstable();
        assert_eq!(told, [false, true]);
    });
}

/// BOT-2, BC-03: while the third party cannot be asked, proof of work signs in; whatever sends mails or texts stays shut; and never
/// does anything open because nobody answered.
#[test]
fn an_outage_falls_back_for_sign_in_and_shuts_whatever_sends() {
    let (world, third_party, own) = (World::new(), Doorman::default(), Doorman::default());
    let checks = BotChecks { primary: &third_party, fallback: Some(&own), patience: None };
    let sign_in = |n| Doorman::answer(Gate::SignIn, n);
    macro_rules! pass {
        ($gate:ident, $primary:expr, $fallback:expr) => {
            run(pass_bot_check::<gate::$gate>(&world.ports, checks, answers($primary, $fallback), None))
        };
    }
    assert!(matches!(pass!(SignIn, "", &sign_in(1)), Err(BotCheckError::Failed)), "there is no outage");
    third_party.is_out_of_order(true);
    assert!(matches!(pass!(SignIn, &sign_in(2), ""), Err(BotCheckError::Failed)));
    assert!(pass!(SignIn, &sign_in(2), &sign_in(3)).expect("passed").by_fallback());
    assert!(matches!(pass!(SignIn, "", &sign_in(3)), Err(BotCheckError::Failed)), "once");
    assert!(matches!(pass!(Reset, "x", &good(Gate::Reset)), Err(BotCheckError::Unavailable)));
    assert!(matches!(pass!(Registration, "x", &good(Gate::Registration)), Err(BotCheckError::Unavailable)));
    assert!(matches!(pass!(CodeWord, "x", &good(Gate::CodeWord)), Err(BotCheckError::Unavailable)));
    own.is_out_of_order(true);
    assert!(matches!(pass!(SignIn, "", &sign_in(4)), Err(BotCheckError::Unavailable)));
    third_party.is_out_of_order(false);
    assert!(pass!(Reset, &good(Gate::Reset), "").is_ok());
}

/// RL-01, RL-05: the network's units and the username's are counted apart, one refusal takes none of the others, and what is kept of
/// them is a digest.
#[test]
fn limits_are_heeded_together() {
    let world = World::new();
    let network = network("192.0.2.7".parse().expect("an address"));
    let ask = |who: &str| {
        let limits = [(Limit::SignInsFromNetwork, network.as_str()), (Limit::SignInsToAddress, who)];
        run(heed_limits(&world.ports, &limits, 1))
    };
    for _ in 0..30 {
        ask("ann@x.example").expect("there are thirty");
    }
    let Err(LimitError::TooOften { possible_at }) = ask("bo@x.example") else { panic!("the thirty-first") };
    assert_eq!(possible_at, world.now().plus(2 * MINUTE / 60));
    world.later(MINUTE);
    for _ in 0..30 {
        ask("bo@x.example").expect("they came back");
    }
    assert!(ask("bo@x.example").is_err());
    let key = Limit::SignInsToAddress.ask(&*world.ports.keys, "ann@x.example").key;
    assert_ne!(key, Limit::LettersToAddress.ask(&*world.ports.keys, "ann@x.example").key);
}

/// RL-01, RL-05: a sign-in heeds its limits before a password is looked at, whosever address it is; what is refused counts as no failure,
/// and leaves no trace in the log.
#[test]
fn a_sign_in_heeds_its_limits() {
    let world = World::new();
    let office = world.office("owner@x.example");
    let ann = world.colleague(&office, "ann@x.example");
    let units = || units_of(&*world.ports.keys, &[(Limit::SignInsFromNetwork, "192.0.2.7")], 15);
    let enter = |who, with| {
        let cmd = SignIn { units: units(), ..sign_in(who, with, None) };
        run(usecase::sign_in(&world.ports, cmd)).map(|_| ())
    };
    enter("ann@x.example", GOOD).expect("signed in");
    assert!(matches!(enter("nobody@x.example", WRONG), Err(SignInError::Refused)));
    let (facts, counters) = (world.memory.audit().len(), world.counters(ann));
    let possible = world.now().plus(MINUTE / 2);
    for (who, with) in [("ann@x.example", GOOD), ("ann@x.example", WRONG), ("nobody@x.example", WRONG)] {
        let refused = enter(who, with);
        assert!(
            matches!(refused, Err(SignInError::TooOften { possible_at }) if possible_at == possible),
            "{refused:?}"
        );
    }
    assert_eq!((world.memory.audit().len(), world.counters(ann)), (facts, counters));
    world.later(MINUTE);
    enter("ann@x.example", GOOD).expect("signed in");
}

/// BC-03: five times as strict for those who passed by the fallback.
#[test]
fn the_fallback_has_tighter_limits() {
    let world = World::new();
    let ask = || run(heed_limits(&world.ports, &[(Limit::SignInsFromNetwork, "192.0.2.7")], 5));
    assert_eq!((0..30).filter(|_| ask().is_ok()).count(), 6);
}

/// BOT-1, BC-03: whoever runs no script waits. That counts as a fallback, opens once, and where a third party checks answers it opens
/// sign-in alone; it never stands in for a wrong answer.
#[test]
fn without_script_waiting_opens_what_it_may() {
    let (world, primary, own, patience) = (World::new(), Doorman::default(), Doorman::default(), Doorman::default());
    let alone = BotChecks { primary: &primary, fallback: None, patience: Some(&patience) };
    let beside = BotChecks { fallback: Some(&own), ..alone };
    let waited = |n| Doorman::answer(Gate::SignIn, n);
    let (reset, code_word) = (Doorman::answer(Gate::Reset, 1), Doorman::answer(Gate::CodeWord, 1));
    macro_rules! pass {
        ($gate:ident, $checks:expr, $primary:expr, $patience:expr) => {{
            let answers = BotAnswers { primary: $primary, fallback: "", patience: $patience };
            run(pass_bot_check::<gate::$gate>(&world.ports, $checks, answers, None))
        }};
    }
    assert!(pass!(SignIn, alone, "", &waited(1)).expect("waited").by_fallback());
    assert!(matches!(pass!(SignIn, alone, "", &waited(1)), Err(BotCheckError::Failed)), "once");
    assert!(matches!(pass!(SignIn, alone, "wrong", &waited(2)), Err(BotCheckError::Failed)), "beside an answer");
    assert!(matches!(pass!(SignIn, alone, "", "too soon"), Err(BotCheckError::Failed)));
    assert!(pass!(Reset, alone, "", &reset).expect("waited").by_fallback());
    assert!(pass!(SignIn, beside, "", &waited(3)).expect("waited").by_fallback());
    assert!(
        matches!(pass!(CodeWord, beside, "", &code_word), Err(BotCheckError::Failed)),
        "mails and texts wait for nobody"
    );
    let nobody = BotChecks { patience: None, ..alone };
    assert!(matches!(pass!(SignIn, nobody, "", &waited(4)), Err(BotCheckError::Failed)));
}

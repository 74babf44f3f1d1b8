//! The checker refuses what must not be, and takes what may be.

use todc_utils::Specification;

use super::rules::{
    Address, Call, Code, Given, Guessed, Invited, Link, Lock, Network, OfAddress, OfCode, OfLink, OfLock, OfNetwork,
    OfOrder, OfRole, OfWord, Order, Role, Taken, Word, is_explained,
};

const FIRST: Invited = Invited { which: 1, text: 1 };
const MADE: OfAddress = OfAddress::Invite { new: FIRST, made: Some(true) };

/// One after the other; what is marked has no answer.
fn in_turn<S: Specification>(calls: &[(bool, S::Operation)]) -> bool {
    let call = |(n, (known, what)): (u64, &(bool, S::Operation))| Call {
        began: 10 * n,
        ended: known.then_some(10 * n + 5),
        what: what.clone(),
    };
    is_explained::<S>(&(0..).zip(calls).map(call).collect::<Vec<_>>())
}

/// All known, one after the other.
fn told<S: Specification>(calls: &[S::Operation]) -> bool {
    in_turn::<S>(&calls.iter().map(|what| (true, what.clone())).collect::<Vec<_>>())
}

#[test]
fn an_acknowledged_write_that_is_lost_is_refused() {
    assert!(told::<Address>(&[MADE, OfAddress::See(Some(FIRST))]));
    assert!(!told::<Address>(&[MADE, OfAddress::See(None)]));
    let second = Invited { which: 2, text: 1 };
    assert!(!told::<Address>(&[MADE, OfAddress::Invite { new: second, made: Some(true) }]), "it is open");
    assert!(told::<Role>(&[OfRole::Give("owner"), OfRole::Give("doctor"), OfRole::See("doctor".to_owned())]));
    assert!(!told::<Role>(&[OfRole::Give("owner"), OfRole::Give("doctor"), OfRole::See("owner".to_owned())]));
}

#[test]
fn a_reader_who_sees_what_was_before_is_refused_unless_it_was_at_the_same_time() {
    let corrected = OfAddress::Correct { seen: FIRST, text: 2, done: Some(true) };
    let new = OfAddress::See(Some(Invited { text: 2, ..FIRST }));
    let old = OfAddress::See(Some(FIRST));
    assert!(told::<Address>(&[MADE, old.clone(), corrected.clone(), new.clone()]));
    assert!(!told::<Address>(&[MADE, corrected.clone(), new.clone(), old.clone()]), "back in time");
    let call = |began, ended, what| Call { began, ended: Some(ended), what };
    let beside = [call(0, 1, MADE), call(2, 9, corrected), call(3, 4, old), call(5, 6, new)];
    assert!(is_explained::<Address>(&beside));
    let mut swapped = beside;
    (swapped[2].began, swapped[2].ended, swapped[3].began, swapped[3].ended) = (5, Some(6), 3, Some(4));
    assert!(!is_explained::<Address>(&swapped), "the new one was seen before the old one");
}

#[test]
fn what_nobody_knows_of_happened_once_or_never() {
    let unknown = (false, OfAddress::Invite { new: FIRST, made: None });
    let withdrawn = (true, OfAddress::Withdraw { which: 1, done: Some(true) });
    let (there, gone) = ((true, OfAddress::See(Some(FIRST))), (true, OfAddress::See(None)));
    assert!(in_turn::<Address>(&[unknown.clone(), gone.clone()]), "never, or later");
    assert!(in_turn::<Address>(&[unknown.clone(), gone.clone(), there.clone()]), "late");
    assert!(in_turn::<Address>(&[unknown.clone(), there.clone(), withdrawn.clone(), gone.clone()]));
    assert!(!in_turn::<Address>(&[unknown, there.clone(), withdrawn, gone, there]), "twice");
}

#[test]
fn a_change_of_what_was_changed_meanwhile_is_refused() {
    let correct = |text, done| OfAddress::Correct { seen: FIRST, text, done: Some(done) };
    assert!(told::<Address>(&[MADE, correct(2, true), correct(3, false)]));
    assert!(!told::<Address>(&[MADE, correct(2, true), correct(3, true)]), "a lost update");
    assert!(!told::<Address>(&[MADE, correct(2, false)]), "nobody was first");
}

#[test]
fn an_eighth_guess_is_refused() {
    let wrong = OfLock::Wrong { told: Some(()) };
    let right = |signed_in| OfLock::Right { signed_in: Some(signed_in) };
    let guesses = |many: usize, then: &[OfLock]| told::<Lock>(&[vec![wrong.clone(); many], then.to_vec()].concat());
    assert!(guesses(6, &[right(true)]) && !guesses(6, &[right(false)]));
    assert!(guesses(7, &[right(false)]) && !guesses(7, &[right(true)]));
    assert!(guesses(6, &[right(true), wrong.clone(), right(true)]), "a success begins anew");
    assert!(guesses(7, &[OfLock::See(true), OfLock::Unlock { was_open: Some(false) }, right(true)]));
    assert!(!guesses(7, &[OfLock::See(false)]));
    assert!(!guesses(7, &[OfLock::Unlock { was_open: Some(true) }]), "a lock that was not seen");
    let mut calls: Vec<_> = vec![(true, wrong); 6];
    calls.push((false, OfLock::Wrong { told: None }));
    for signed_in in [true, false] {
        calls.truncate(7);
        calls.push((true, right(signed_in)));
        assert!(in_turn::<Lock>(&calls), "the seventh may count, or not");
    }
}

#[test]
fn a_link_that_makes_two_accounts_is_refused() {
    let complete = |browser, made| OfLink::Complete { browser, made };
    let sign_in = |browser, works| OfLink::SignIn { browser, works };
    assert!(told::<Link>(&[complete(1, Some(true)), complete(2, Some(false)), sign_in(1, true), sign_in(2, false)]));
    assert!(!told::<Link>(&[complete(1, Some(true)), complete(2, Some(true))]));
    assert!(!told::<Link>(&[complete(1, Some(true)), sign_in(1, false)]), "lost");
    assert!(!told::<Link>(&[complete(1, Some(false))]), "nobody has it");
    let unknown = (false, complete(1, None));
    assert!(in_turn::<Link>(&[unknown.clone(), (true, complete(2, Some(false))), (true, sign_in(1, true))]));
    assert!(in_turn::<Link>(&[unknown, (true, complete(2, Some(true))), (true, sign_in(1, false))]));
}

#[test]
fn a_sixth_word_that_is_looked_at_is_refused() {
    let wrong = |left| OfWord::Give { browser: 1, right: false, told: Some(Given::Wrong(left)) };
    let last = OfWord::Give { browser: 2, right: false, told: Some(Given::Dead) };
    let right = |told| OfWord::Give { browser: 0, right: true, told: Some(told) };
    let four: Vec<_> = (1..=4).rev().map(wrong).collect();
    let then = |more: &[OfWord]| told::<Word>(&[four.clone(), more.to_vec()].concat());
    assert!(
        then(&[last.clone(), right(Given::Dead), OfWord::See { works: false }]),
        "all browsers' tries count together"
    );
    assert!(!then(&[last.clone(), right(Given::Led)]), "the right word after five wrong ones");
    assert!(!then(&[last, OfWord::See { works: true }]));
    assert!(then(&[right(Given::Led)]) && !then(&[right(Given::Dead)]), "a fifth one is looked at");
    assert!(!then(&[wrong(1)]), "two counted as one");
    let again = |told| OfWord::Give { browser: 0, right: false, told: Some(told) };
    assert!(then(&[right(Given::Led), again(Given::Led), OfWord::See { works: true }]));
    assert!(!then(&[right(Given::Led), again(Given::Dead)]), "whoever has given the right one guesses no more");
    let mut calls: Vec<_> = four.iter().map(|what| (true, what.clone())).collect();
    calls.push((false, OfWord::Give { browser: 2, right: false, told: None }));
    for given in [Given::Led, Given::Dead] {
        calls.truncate(5);
        calls.push((true, right(given)));
        assert!(in_turn::<Word>(&calls), "the fifth may count, or not");
    }
}

#[test]
fn a_password_without_the_word_or_a_second_one_is_refused() {
    let right = |browser| OfWord::Give { browser, right: true, told: Some(Given::Led) };
    let choose = |browser, taken| OfWord::Choose { browser, told: Some(taken) };
    let sign_in = |browser, works| OfWord::SignIn { browser, works };
    let made = [right(1), right(2), choose(1, Taken::Made)];
    let then = |more: &[OfWord]| told::<Word>(&[made.to_vec(), more.to_vec()].concat());
    assert!(then(&[choose(2, Taken::Dead), sign_in(1, true), sign_in(2, false)]));
    assert!(!then(&[choose(2, Taken::Made)]), "two accounts");
    assert!(!then(&[sign_in(1, false)]), "lost");
    assert!(!then(&[right(2)]), "taken twice");
    assert!(told::<Word>(&[right(1), choose(2, Taken::WordFirst)]));
    assert!(!told::<Word>(&[right(1), choose(2, Taken::Made)]), "another browser's word");
    assert!(!told::<Word>(&[right(1), choose(1, Taken::WordFirst)]), "the word is forgotten");
}

#[test]
fn a_sixth_guess_at_a_code_is_refused() {
    let guess = |right, told| OfCode { right, told: Some(told) };
    let five: Vec<_> = (0..5).rev().map(|left| guess(false, Guessed::Wrong(left))).collect();
    let guesses = |many: usize, then: &[OfCode]| told::<Code>(&[five[..many].to_vec(), then.to_vec()].concat());
    assert!(guesses(4, &[guess(true, Guessed::Led), guess(false, Guessed::Led)]));
    assert!(!guesses(4, &[guess(true, Guessed::Wrong(0))]), "the right one is not counted");
    assert!(guesses(5, &[guess(true, Guessed::Wrong(0))]) && !guesses(5, &[guess(true, Guessed::Led)]), "it is dead");
    assert!(!guesses(3, &[guess(false, Guessed::Wrong(2))]), "two counted as one");
    let more = vec![guess(false, Guessed::Wrong(0)); 5];
    let over = guess(true, Guessed::Ended);
    assert!(guesses(5, &[more.clone(), vec![over.clone()]].concat()));
    assert!(!guesses(5, &[more[..4].to_vec(), vec![over]].concat()), "over too soon");
    assert!(!guesses(5, &[more, vec![guess(false, Guessed::Wrong(0))]].concat()), "an eleventh");
}

#[test]
fn two_orders_of_one_thing_are_refused() {
    let ok = |offer, name: Option<&str>| OfOrder::Ok { offer, told: Some(name.map(str::to_owned)) };
    assert!(told::<Order>(&[ok(1, Some("a")), ok(1, Some("a")), ok(2, None), OfOrder::Sold]));
    assert!(!told::<Order>(&[ok(1, Some("a")), ok(2, Some("b"))]), "two offers");
    assert!(!told::<Order>(&[ok(1, Some("a")), ok(1, Some("b"))]), "two clicks");
    assert!(!told::<Order>(&[ok(1, None)]) && !told::<Order>(&[OfOrder::Sold]), "nobody was first");
    let unknown = (false, OfOrder::Ok { offer: 1, told: None });
    assert!(in_turn::<Order>(&[unknown.clone(), (true, ok(2, None)), (true, ok(1, Some("a")))]));
    assert!(in_turn::<Order>(&[unknown.clone(), (true, ok(2, Some("b"))), (true, ok(1, None))]));
    assert!(!in_turn::<Order>(&[unknown, (true, ok(2, None)), (true, ok(2, Some("b")))]), "ordered, and then not");
}

#[test]
fn a_twenty_first_unit_is_refused() {
    let second = 1_000_000;
    let asked = |at: u64, granted| OfNetwork { began: at * second, ended: at * second + 9, granted };
    let asks = |then: &[OfNetwork]| {
        let all: Vec<_> = [vec![asked(1, Some(true)); 19], then.to_vec()].concat();
        in_turn::<Network>(&all.into_iter().map(|one| (one.granted.is_some(), one)).collect::<Vec<_>>())
    };
    let (yes, no, unknown) = (Some(true), Some(false), None);
    assert!(asks(&[asked(1, yes), asked(2, no), asked(30, no)]));
    assert!(!asks(&[asked(2, no)]), "one was lost");
    assert!(!asks(&[asked(1, yes), asked(2, yes)]), "a second share, at another server");
    assert!(asks(&[asked(1, yes), asked(31, yes), asked(32, no)]), "one came back");
    assert!(!asks(&[asked(1, yes), asked(32, no)]), "it did not come back");
    assert!(!asks(&[asked(1, yes), asked(31, yes), asked(32, yes)]), "two came back");
    for granted in [yes, no] {
        assert!(asks(&[asked(1, unknown), asked(2, granted)]), "it may count, or not");
    }
    assert!(!asks(&[asked(1, unknown), asked(2, yes), asked(3, yes)]), "it gave one");
}

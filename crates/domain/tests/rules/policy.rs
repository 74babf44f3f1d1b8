//! What a policy may be: the table, its bounds, and the rules across keys.

use std::collections::BTreeSet;
use std::time::Duration;

use practice_domain::policy::{Bounds, Demand, KEYS, Key, Policy, PolicyOutOfBounds, PolicyRefused, Preset, Value};
use practice_testkit::strategy;
use proptest::prelude::*;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The values that lie just outside what a key may be, by what they are outside of.
pub(crate) fn just_outside(key: &Key) -> Vec<Value> {
    match key.bounds {
        Bounds::Number { least, most, zero, .. } => {
            let below = i64::from(least) - 1;
            let allowed = below == 0 && zero.is_some();
            let ends = [(!allowed).then_some(below), Some(i64::from(most) + 1), zero.map(|_| -1)];
            ends.into_iter().flatten().map(Value::Number).collect()
        }
        Bounds::Switch => vec![Value::Number(1), Value::Word("on".to_owned())],
        Bounds::Choice(words) => vec![Value::Word(format!("{}x", words[0])), Value::Switch(true)],
    }
}

/// Whether a refusal names this key, and what it may be.
fn names(refused: &PolicyRefused, key: &Key) -> bool {
    let words = refused.to_string();
    let bound = match (refused, key.bounds) {
        (PolicyRefused::OutOfBounds(outside), Bounds::Number { least, most, .. }) => {
            (outside.least, outside.most) == (least, most) && words.contains(&most.to_string())
        }
        (PolicyRefused::NotAllowed { allowed, .. }, _) => words.contains(allowed[0]),
        _ => false,
    };
    bound && words.starts_with(key.name)
}

/// PRA-6: every key is within its own bounds in every preset, is explained, and is the only one of its name.
#[test]
fn every_preset_is_within_every_bound() {
    for preset in Preset::ALL {
        assert_eq!(Preset::named(preset.name()), Ok(preset));
        let spelled: Vec<_> = KEYS.iter().map(|key| (key.name, key.preset(preset))).collect();
        assert_eq!(Policy::with(preset, spelled), Ok(Policy::of(preset)), "{preset:?}");
        assert_eq!(Policy::of(preset).stored(), "");
    }
    let names: BTreeSet<_> = KEYS.iter().map(|key| key.name).collect();
    assert_eq!(names.len(), KEYS.len());
    for key in &KEYS {
        assert!(key.why.ends_with('.') && !key.section().is_empty() && !key.short().is_empty(), "{key:?}");
    }
    let sections: Vec<_> = KEYS.chunk_by(|a, b| a.section() == b.section()).map(|keys| keys[0].section()).collect();
    assert_eq!(sections.iter().collect::<BTreeSet<_>>().len(), sections.len(), "a section is in one piece");
}

/// PRA-6: no value of a policy is without a key, so none is without bounds.
#[test]
fn every_value_of_a_policy_has_a_key() {
    let fields = format!("{:?}", *Policy::of(Preset::Portal)).matches(": ").count();
    let sections = KEYS.chunk_by(|a, b| a.section() == b.section()).count();
    assert_eq!(fields, sections + KEYS.len());
}

/// PWD-1, PRA-6: the presets are the modern defaults, and the documented habits.
#[test]
fn presets_hold_what_the_articles_say() {
    let [standard, portal, office, strict] = Preset::ALL.map(Policy::of);
    let password = |p: Policy| (p.password.least, p.password.four_classes, p.password.no_runs, p.password.history);
    assert_eq!(password(standard), (15, false, false, 0));
    assert_eq!(password(portal), (8, true, false, 6));
    assert_eq!(password(office), (9, true, true, 6));
    assert_eq!(password(strict), (15, false, false, 0));
    assert_eq!([standard, portal, office, strict].map(|p| p.password.max_age), [None, Some(90 * DAY), None, None]);
    assert_eq!([standard, portal, office, strict].map(|p| p.lockout.lock_at_failure), [7, 7, 5, 5]);
    assert_eq!([standard, portal, office, strict].map(|p| p.session.idle.as_secs() / 60), [30, 30, 30, 15]);
    assert_eq!([standard, portal, office, strict].map(|p| p.session.absolute.as_secs() / 3600), [12, 12, 12, 8]);
    assert_eq!([standard, portal, office, strict].map(|p| p.invitation.life), [7 * DAY, 30 * DAY, 7 * DAY, 7 * DAY]);
    assert_eq!((portal.link.reset, office.link.reset), (DAY, 3 * DAY));
    assert_eq!(strict.second_factor.others, Demand::Required);
    assert!(standard.two_step.doctors && standard.two_step.patients, "LIST-9: both are on until somebody switches");
}

/// PRA-6, POL-00
#[test]
fn a_value_just_outside_is_refused_with_its_key_and_bound() {
    let idle = Policy::with(Preset::Standard, [("session.idle_minutes", Value::Number(61))]);
    let key = Key::named("session.idle_minutes").expect("a key");
    assert_eq!(idle, Err(PolicyOutOfBounds { key, least: 5, most: 60 }.into()));
    assert_eq!(idle.expect_err("refused").to_string(), "session.idle_minutes must be 5 to 60 minutes");
    for key in &KEYS {
        for value in just_outside(key) {
            let refused = Policy::with(Preset::Strict, [(key.name, value.clone())]).expect_err(key.name);
            assert!(names(&refused, key), "{key:?} = {value}: {refused}");
        }
    }
}

/// PRA-6
#[test]
fn the_bounds_themselves_are_allowed() {
    for key in &KEYS {
        let Bounds::Number { least, most, zero, .. } = key.bounds else { continue };
        for number in [Some(least), Some(most), zero.map(|_| 0)].into_iter().flatten() {
            let policy = Policy::with(Preset::Strict, [(key.name, Value::Number(number.into()))]).expect(key.name);
            assert_eq!(policy.value(key), Value::Number(number.into()), "{key:?}");
        }
    }
}

/// PWD-1: a password that is all there is has 15 characters, but for a documented habit, which is then told.
#[test]
fn a_short_password_needs_a_second_factor_or_a_documented_habit() {
    let with = |preset, given: &[(&'static str, &str)]| {
        Policy::with(preset, given.iter().map(|(key, value)| (*key, Value::parse(value))))
    };
    let least = |refused: Result<Policy, PolicyRefused>| match refused.expect_err("refused") {
        PolicyRefused::OutOfBounds(outside) => (outside.key.name, outside.least),
        other => panic!("{other}"),
    };
    let eight = ("password.min_length", "8");
    assert_eq!(least(with(Preset::Standard, &[("password.min_length", "14")])), (eight.0, 15));
    assert_eq!(least(with(Preset::Office, &[eight])), (eight.0, 9), "not below the habit itself");
    assert_eq!(least(with(Preset::Strict, &[eight, ("second_factor.others", "optional")])), (eight.0, 15));
    assert_eq!(with(Preset::Strict, &[eight]).expect("allowed").deviations(), []);
    let told = |policy: &Policy| policy.deviations().iter().map(|found| found.key.name).collect::<Vec<_>>();
    assert_eq!(told(&Policy::of(Preset::Standard)), [""; 0]);
    assert_eq!(
        told(&Policy::of(Preset::Portal)),
        ["password.min_length", "password.four_classes", "password.max_age_days"]
    );
    assert_eq!(
        told(&Policy::of(Preset::Office)),
        ["password.min_length", "password.four_classes", "password.no_runs", "link.reset_minutes"]
    );
    let long = with(Preset::Portal, &[("password.min_length", "15")]).expect("allowed");
    assert!(!told(&long).contains(&"password.min_length"));
}

/// PRA-6: what is stored and makes no sense is refused by name.
#[test]
fn stored_words_that_make_no_sense_are_refused() {
    for (text, said) in [
        ("session.idle_minutes=61", "session.idle_minutes must be 5 to 60 minutes"),
        ("password.max_age_days=29", "password.max_age_days must be 0 (never), or 30 to 365 days"),
        ("session.idle_minutes", "session.idle_minutes must be 5 to 60 minutes"),
        ("session.idle=20", "there is no policy value called \"session.idle\""),
        ("code.tries=3 code.tries=4", "code.tries is given twice"),
        ("lockout.scope=planet", "lockout.scope must be one of: account, device_aware"),
        ("two_step.doctors=off", "two_step.doctors must be one of: true, false"),
        ("password.min_length=14", "password.min_length must be 15 to 64 characters"),
    ] {
        assert_eq!(Policy::restore(Preset::Standard, text).expect_err(text).to_string(), said);
    }
    assert_eq!(
        Preset::named("lenient").expect_err("refused").to_string(),
        "there is no preset \"lenient\"; there are standard, portal, office and strict"
    );
}

proptest! {
    /// PRA-6: what is stored of a policy is that policy.
    #[test]
    fn a_policy_comes_back_from_its_stored_words(policy in strategy::policy()) {
        prop_assert_eq!(Policy::restore(policy.preset(), &policy.stored()), Ok(policy));
    }

    /// PRA-6: no door lets anything through that is outside a bound.
    #[test]
    fn a_policy_is_within_its_bounds(preset in strategy::preset(), at in 0..KEYS.len(), number in any::<i64>()) {
        let key = &KEYS[at];
        if let Ok(policy) = Policy::with(preset, [(key.name, Value::Number(number))]) {
            let Bounds::Number { least, most, zero, .. } = key.bounds else { panic!("{key:?} is no number") };
            prop_assert!((i64::from(least)..=i64::from(most)).contains(&number) || (zero.is_some() && number == 0));
            prop_assert_eq!(policy.value(key), Value::Number(number));
        }
    }
}

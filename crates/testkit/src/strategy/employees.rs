use practice_domain::code_word::CodeWord;
use practice_domain::employee::{Employee, Employment, Login, Pending};
use practice_domain::password_link::{LinkState, PasswordLink, PasswordRun, Purpose, RunStep};
use practice_domain::value::SealedWord;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use crate::strategy::records::{digest, id, known, version};
use crate::strategy::{email, person_name, phone, role, time};

/// Employees, with every sort of user account.
pub fn employee() -> impl Strategy<Value = Employee> {
    let employment =
        prop_oneof![Just(Employment::Employed), of(time()).prop_map(|until| Employment::Consultant { until }),];
    let login = prop_oneof![
        Just(Login::None),
        (email(), phone(), role(), time()).prop_map(|(email, cell, role, since)| Login::Pending(Pending {
            email,
            cell,
            role,
            since
        })),
        (id(), known()).prop_map(|(member, account)| Login::Member { member, account }),
    ];
    ((id(), version(), known()), person_name(), employment, any::<bool>(), login, time()).prop_map(
        |((id, version, practice), name, employment, active, login, added_at)| Employee {
            id,
            version,
            practice,
            name,
            employment,
            active,
            login,
            added_at,
        },
    )
}

/// Links to a password, in every state.
pub fn password_link() -> impl Strategy<Value = PasswordLink> {
    let state = prop_oneof![
        3 => (time(), time(), 0..6_u8)
            .prop_map(|(sent_at, expires_at, tries_left)| LinkState::Open { sent_at, expires_at, tries_left }),
        1 => time().prop_map(|at| LinkState::Used { at }),
        1 => time().prop_map(|at| LinkState::Closed { at }),
    ];
    let purpose = select(vec![Purpose::Setup, Purpose::Reset]);
    (id(), version(), purpose, of(known()), 0..4_u32, time(), state).prop_map(
        |(id, version, purpose, practice, generation, forgotten_at, state)| PasswordLink {
            id,
            version,
            purpose,
            practice,
            generation,
            forgotten_at,
            state,
        },
    )
}

/// Ways to a password, at every step.
pub fn password_run() -> impl Strategy<Value = PasswordRun> {
    let step = prop_oneof![
        Just(RunStep::Word),
        of(1..4_u32).prop_map(|word| RunStep::Password { word }),
        Just(RunStep::Done),
    ];
    (id(), version(), known(), 1..4_u32, digest(), step, time()).prop_map(
        |(id, version, link, generation, cookie, step, expires_at)| PasswordRun {
            id,
            version,
            link,
            generation,
            cookie,
            step,
            expires_at,
        },
    )
}

/// Code words.
pub fn code_word() -> impl Strategy<Value = CodeWord> {
    let sealed = vec(any::<u8>(), 1..9).prop_map(SealedWord);
    (known(), version(), 1..4_u32, sealed, time(), 0..21_u32, (time(), of(time()))).prop_map(
        |(practice, version, serial, sealed, made_at, wrong, (counted_from, paused_until))| CodeWord {
            practice,
            version,
            serial,
            sealed,
            made_at,
            wrong,
            counted_from,
            paused_until,
        },
    )
}

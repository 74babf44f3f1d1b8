//! How what signing in keeps is written.

use practice_domain::email_change::{ChangeState, EmailChange};
use practice_domain::passkey::Passkeys;
use practice_domain::port::SealedSecret;
use practice_domain::second_factor::{FactorState, SecondFactor};
use practice_domain::value::{Digest, Time};

use super::Table;
use crate::row::passkeys::columns;
use crate::statement::Statement;

pub(super) const SECOND_FACTOR: Table = Table {
    insert: "INSERT INTO second_factor (account, version, state, secret, since, last_step, recovery, passkeys,
            ceremonies)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    update: Some(
        "UPDATE second_factor SET version = ?2 + 1, state = ?3, secret = ?4, since = ?5, last_step = ?6,
            recovery = ?7, passkeys = ?8, ceremonies = ?9
        WHERE account = ?1 AND version = ?2",
    ),
};

pub(super) fn second_factor(statement: Statement, r: &SecondFactor) -> Statement {
    let on = |last_step: u64, recovery: &[Digest]| {
        (Some(i64::try_from(last_step).unwrap_or(i64::MAX)), Some(recovery.concat()))
    };
    let (state, secret, since, (last_step, recovery)) = match &r.state {
        FactorState::Off => ("off", None, None, (None, None)),
        FactorState::Pending { secret, since } => ("pending", Some(secret), Some(*since), (None, None)),
        FactorState::On { secret, last_step, recovery, since, .. } => {
            ("on", Some(secret), Some(*since), on(*last_step, recovery))
        }
    };
    let (kept, ceremonies) = match &r.state {
        FactorState::On { passkeys, .. } => columns(passkeys),
        FactorState::Off | FactorState::Pending { .. } => columns(&Passkeys::default()),
    };
    statement
        .bind(r.account.0)
        .bind(r.version.0)
        .bind(state)
        .bind(secret.map(|SealedSecret(bytes)| bytes.clone()))
        .bind(since.map(Time::micros))
        .bind(last_step)
        .bind(recovery)
        .bind(kept)
        .bind(ceremonies)
}

pub(super) const EMAIL_CHANGE: Table = Table {
    insert: "INSERT INTO email_change (account, version, serial, email, state, at, before)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    update: Some(
        "UPDATE email_change SET version = ?2 + 1, serial = ?3, email = ?4, state = ?5, at = ?6, before = ?7
        WHERE account = ?1 AND version = ?2",
    ),
};

pub(super) fn email_change(statement: Statement, r: &EmailChange) -> Statement {
    let (state, at, before) = match &r.state {
        ChangeState::Open { expires_at } => ("open", *expires_at, None),
        ChangeState::Done { at, from } => ("done", *at, Some(from.as_typed().to_owned())),
    };
    statement
        .bind(r.account.0)
        .bind(r.version.0)
        .bind(r.serial)
        .bind(r.to.as_typed().to_owned())
        .bind(state)
        .bind(at.micros())
        .bind(before)
}

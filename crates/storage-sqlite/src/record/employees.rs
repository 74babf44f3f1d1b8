//! How employees, links to a password and code words are written.

use practice_domain::code_word::CodeWord;
use practice_domain::employee::{Employee, Employment, Login};
use practice_domain::password_link::{LinkState, PasswordLink, PasswordRun, RunStep};
use practice_domain::value::Time;
use uuid::Uuid;

use crate::code::Code;
use crate::record::{Table, phone};
use crate::statement::Statement;

pub(super) const EMPLOYEE: Table = Table {
    insert:
        "INSERT INTO employee (practice, id, version, first_name, last_name, employment, ends_at, active, login, email,
            cell, role, since, member, account, added_at, name_key)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    update: Some(
        "UPDATE employee SET version = ?3 + 1, first_name = ?4, last_name = ?5, employment = ?6, ends_at = ?7,
            active = ?8, login = ?9, email = ?10, cell = ?11, role = ?12, since = ?13, member = ?14, account = ?15,
            added_at = ?16, name_key = ?17
        WHERE practice = ?1 AND id = ?2 AND version = ?3",
    ),
};

pub(super) fn employee(statement: Statement, r: &Employee) -> Statement {
    let employment = match r.employment {
        Employment::Employed => "employed",
        Employment::Consultant { .. } => "consultant",
    };
    let (login, pending, member) = match &r.login {
        Login::None => ("none", None, None),
        Login::Pending(pending) => ("pending", Some(pending), None),
        Login::Member { member, account } => ("member", None, Some((*member, *account))),
    };
    statement
        .bind(r.practice.0)
        .bind(r.id.0)
        .bind(r.version.0)
        .bind(r.name.first().to_owned())
        .bind(r.name.last().to_owned())
        .bind(employment)
        .bind(r.employment.until().map(Time::micros))
        .bind(r.active)
        .bind(login)
        .bind(pending.map(|p| p.email.as_typed().to_owned()))
        .bind(phone(pending.map(|p| &p.cell)))
        .bind(pending.map(|p| p.role.to_string()))
        .bind(pending.map(|p| p.since.micros()))
        .bind(member.map(|(member, _)| Uuid::from(member)))
        .bind(member.map(|(_, account)| Uuid::from(account)))
        .bind(r.added_at.micros())
        .bind(r.name_key())
}

pub(super) const LINK: Table = Table {
    insert: "INSERT INTO password_link (id, version, purpose, practice, generation, forgotten_at, state, state_at,
            expires_at, tries_left)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    update: Some(
        "UPDATE password_link SET version = ?2 + 1, purpose = ?3, practice = ?4, generation = ?5, forgotten_at = ?6,
            state = ?7, state_at = ?8, expires_at = ?9, tries_left = ?10
        WHERE id = ?1 AND version = ?2",
    ),
};

pub(super) fn link(statement: Statement, r: &PasswordLink) -> Statement {
    let (state, at, open) = match r.state {
        LinkState::Open { sent_at, expires_at, tries_left } => ("open", sent_at, Some((expires_at, tries_left))),
        LinkState::Used { at } => ("used", at, None),
        LinkState::Closed { at } => ("closed", at, None),
    };
    statement
        .bind(r.id.0)
        .bind(r.version.0)
        .bind(r.purpose.code())
        .bind(r.practice.map(Uuid::from))
        .bind(r.generation)
        .bind(r.forgotten_at.micros())
        .bind(state)
        .bind(at.micros())
        .bind(open.map(|(expires_at, _)| expires_at.micros()))
        .bind(open.map(|(_, tries_left)| tries_left))
}

pub(super) const RUN: Table = Table {
    insert: "INSERT INTO password_run (id, version, link, generation, cookie, step, word, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    update: Some(
        "UPDATE password_run SET version = ?2 + 1, link = ?3, generation = ?4, cookie = ?5, step = ?6, word = ?7,
            expires_at = ?8
        WHERE id = ?1 AND version = ?2",
    ),
};

pub(super) fn run(statement: Statement, r: &PasswordRun) -> Statement {
    let (step, word) = match r.step {
        RunStep::Word => ("word", None),
        RunStep::Password { word } => ("password", word),
        RunStep::Done => ("done", None),
    };
    statement
        .bind(r.id.0)
        .bind(r.version.0)
        .bind(r.link.0)
        .bind(r.generation)
        .bind(r.cookie.to_vec())
        .bind(step)
        .bind(word)
        .bind(r.expires_at.micros())
}

pub(super) const WORD: Table = Table {
    insert: "INSERT INTO code_word (practice, version, serial, sealed, made_at, wrong, counted_from, paused_until)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    update: Some(
        "UPDATE code_word SET version = ?2 + 1, serial = ?3, sealed = ?4, made_at = ?5, wrong = ?6,
            counted_from = ?7, paused_until = ?8
        WHERE practice = ?1 AND version = ?2",
    ),
};

pub(super) fn word(statement: Statement, r: &CodeWord) -> Statement {
    statement
        .bind(r.practice.0)
        .bind(r.version.0)
        .bind(r.serial)
        .bind(r.sealed.0.clone())
        .bind(r.made_at.micros())
        .bind(r.wrong)
        .bind(r.counted_from.micros())
        .bind(r.paused_until.map(Time::micros))
}

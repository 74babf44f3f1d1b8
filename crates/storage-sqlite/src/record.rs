//! How a record is written: the same values, in the same order, for a new row and for a changed one.

mod employees;
mod signing;

use practice_domain::account::Account;
use practice_domain::commit::{Record, Replay};
use practice_domain::invitation::{Invitation, InvitationState};
use practice_domain::member::Member;
use practice_domain::practice::Practice;
use practice_domain::product::ApiKey;
use practice_domain::registration::{Registration, Step};
use practice_domain::role::RoleDefinition;
use practice_domain::session::{Session, Stage};
use practice_domain::value::{PasswordHash, Phone, Time, fold};
use uuid::Uuid;

use crate::billing;
use crate::code::Code;
use crate::statement::Statement;

/// The statements of a kind of record.
pub(crate) struct Table {
    /// A new row, unless something that must be unique is there; then no row.
    pub(crate) insert: &'static str,
    /// The row with the record's id and version, changed; none where records never change.
    pub(crate) update: Option<&'static str>,
}

/// The statements of a record's kind.
pub(crate) fn table(record: &Record) -> &'static Table {
    match record {
        Record::Practice(_) => &PRACTICE,
        Record::Account(_) => &ACCOUNT,
        Record::SecondFactor(_) => &signing::SECOND_FACTOR,
        Record::EmailChange(_) => &signing::EMAIL_CHANGE,
        Record::Member(_) => &MEMBER,
        Record::RoleDefinition(_) => &ROLE_DEFINITION,
        Record::Invitation(_) => &INVITATION,
        Record::Registration(_) => &REGISTRATION,
        Record::Employee(_) => &employees::EMPLOYEE,
        Record::PasswordLink(_) => &employees::LINK,
        Record::PasswordRun(_) => &employees::RUN,
        Record::CodeWord(_) => &employees::WORD,
        Record::Session(_) => &SESSION,
        Record::ApiKey(_) => &API_KEY,
        Record::Billing(r) => billing::table(r),
        Record::Replay(_) => &REPLAY,
    }
}

/// Gives either statement the record's values.
pub(crate) fn bind(statement: Statement, record: &Record) -> Statement {
    match record {
        Record::Practice(r) => practice(statement, r),
        Record::Account(r) => account(statement, r),
        Record::SecondFactor(r) => signing::second_factor(statement, r),
        Record::EmailChange(r) => signing::email_change(statement, r),
        Record::Member(r) => member(statement, r),
        Record::RoleDefinition(r) => role_definition(statement, r),
        Record::Invitation(r) => invitation(statement, r),
        Record::Registration(r) => registration(statement, r),
        Record::Employee(r) => employees::employee(statement, r),
        Record::PasswordLink(r) => employees::link(statement, r),
        Record::PasswordRun(r) => employees::run(statement, r),
        Record::CodeWord(r) => employees::word(statement, r),
        Record::Session(r) => session(statement, r),
        Record::ApiKey(r) => api_key(statement, r),
        Record::Billing(r) => billing::bind(statement, r),
        Record::Replay(r) => replay(statement, r),
    }
}

const PRACTICE: Table = Table {
    insert: "INSERT INTO practice (id, version, name, phone, preset, policy, user_managers, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    update: Some(
        "UPDATE practice SET version = ?2 + 1, name = ?3, phone = ?4, preset = ?5, policy = ?6, user_managers = ?7,
            created_at = ?8
        WHERE id = ?1 AND version = ?2",
    ),
};

fn practice(statement: Statement, r: &Practice) -> Statement {
    statement
        .bind(r.id.0)
        .bind(r.version.0)
        .bind(r.name.as_str().to_owned())
        .bind(phone(r.phone.as_ref()))
        .bind(r.policy.preset().code())
        .bind(r.policy.stored())
        .bind(r.user_managers)
        .bind(r.created_at.micros())
}

const ACCOUNT: Table = Table {
    insert:
        "INSERT INTO account (id, version, email, email_key, first_name, last_name, cell, landline, proven, password,
            terms_version, terms_at, home, registered_at, password_set_at, former, compromised, time_zone)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING",
    update: Some(
        "UPDATE account SET version = ?2 + 1, email = ?3, email_key = ?4, first_name = ?5, last_name = ?6, cell = ?7,
            landline = ?8, proven = ?9, password = ?10, terms_version = ?11, terms_at = ?12, home = ?13,
            registered_at = ?14, password_set_at = ?15, former = ?16, compromised = ?17, time_zone = ?18
        WHERE id = ?1 AND version = ?2",
    ),
};

fn account(statement: Statement, r: &Account) -> Statement {
    statement
        .bind(r.id.0)
        .bind(r.version.0)
        .bind(r.email.as_typed().to_owned())
        .bind(r.email.normal().to_owned())
        .bind(r.name.first().to_owned())
        .bind(r.name.last().to_owned())
        .bind(phone(r.phones.cell.as_ref()))
        .bind(phone(r.phones.landline.as_ref()))
        .bind(phone(r.proven.as_ref()))
        .bind(r.password.encoded().to_owned())
        .bind(r.terms.version.clone())
        .bind(r.terms.accepted_at.micros())
        .bind(r.home.map(Uuid::from))
        .bind(r.registered_at.micros())
        .bind(r.password_set_at.micros())
        .bind(r.former.iter().map(PasswordHash::encoded).collect::<Vec<_>>().join("\n"))
        .bind(r.compromised)
        .bind(r.time_zone.as_ref().map(ToString::to_string))
}

const MEMBER: Table = Table {
    insert:
        "INSERT INTO member (id, version, practice, account, kind, role, user_manager, tier, invitation, invited_at,
            joined_at, active, until)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    update: Some(
        "UPDATE member SET version = ?2 + 1, account = ?4, kind = ?5, role = ?6, user_manager = ?7, tier = ?8,
            invitation = ?9, invited_at = ?10, joined_at = ?11, active = ?12, until = ?13
        WHERE practice = ?3 AND id = ?1 AND version = ?2",
    ),
};

fn member(statement: Statement, r: &Member) -> Statement {
    statement
        .bind(r.id.0)
        .bind(r.version.0)
        .bind(r.practice.0)
        .bind(r.account.0)
        .bind(r.kind.code())
        .bind(r.role.to_string())
        .bind(r.user_manager)
        .bind(r.tier.code())
        .bind(r.invitation.map(Uuid::from))
        .bind(r.invited_at.micros())
        .bind(r.joined_at.micros())
        .bind(r.active)
        .bind(r.until.map(Time::micros))
}

const ROLE_DEFINITION: Table = Table {
    insert: "INSERT INTO role_definition (practice, role, version, name, name_key, permissions, removed_at)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    update: Some(
        "UPDATE role_definition SET version = ?3 + 1, name = ?4, name_key = ?5, permissions = ?6, removed_at = ?7
        WHERE practice = ?1 AND role = ?2 AND version = ?3",
    ),
};

fn role_definition(statement: Statement, r: &RoleDefinition) -> Statement {
    statement
        .bind(r.practice.0)
        .bind(r.role.to_string())
        .bind(r.version.0)
        .bind(r.name.as_str().to_owned())
        .bind(fold(r.name.as_str()))
        .bind(r.permissions.to_string())
        .bind(r.removed_at.map(Time::micros))
}

const INVITATION: Table = Table {
    insert: "INSERT INTO invitation (id, version, practice, inviter, product, placement, kind, email, email_key,
            first_name, last_name, cell, landline, generation, created_at, state, state_at, expires_at, account)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING",
    update: Some(
        "UPDATE invitation SET version = ?2 + 1, practice = ?3, inviter = ?4, product = ?5, placement = ?6, kind = ?7,
            email = ?8, email_key = ?9, first_name = ?10, last_name = ?11, cell = ?12, landline = ?13, generation = ?14,
            created_at = ?15, state = ?16, state_at = ?17, expires_at = ?18, account = ?19
        WHERE id = ?1 AND version = ?2",
    ),
};

fn invitation(statement: Statement, r: &Invitation) -> Statement {
    let (state, at, expires_at, account) = match r.state {
        InvitationState::Open { sent_at, expires_at } => ("open", sent_at, Some(expires_at), None),
        InvitationState::Accepted { at, account } => ("accepted", at, None, Some(account)),
        InvitationState::Withdrawn { at } => ("withdrawn", at, None, None),
        InvitationState::Superseded { at } => ("superseded", at, None, None),
    };
    statement
        .bind(r.id.0)
        .bind(r.version.0)
        .bind(r.practice.0)
        .bind(r.inviter.map(Uuid::from))
        .bind(r.channel.product.code())
        .bind(r.channel.placement.code())
        .bind(r.channel.kind.code())
        .bind(r.email.as_typed().to_owned())
        .bind(r.email.normal().to_owned())
        .bind(r.name.first().to_owned())
        .bind(r.name.last().to_owned())
        .bind(phone(r.phones.cell.as_ref()))
        .bind(phone(r.phones.landline.as_ref()))
        .bind(r.generation)
        .bind(r.created_at.micros())
        .bind(state)
        .bind(at.micros())
        .bind(expires_at.map(Time::micros))
        .bind(account.map(Uuid::from))
}

const REGISTRATION: Table = Table {
    insert: "INSERT INTO registration (id, version, invitation, generation, practice, cookie, two_step, cell, landline,
            codes_sent, code_sent_at, wrong_codes, expires_at, step, serial, delivery, sent_to, sent_at, dead_at,
            tries_left, proven, terms_version, terms_at, account)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
            ?, ?) ON CONFLICT DO NOTHING",
    update: Some(
        "UPDATE registration SET version = ?2 + 1, invitation = ?3, generation = ?4, practice = ?5, cookie = ?6,
            two_step = ?7, cell = ?8, landline = ?9, codes_sent = ?10, code_sent_at = ?11, wrong_codes = ?12,
            expires_at = ?13, step = ?14, serial = ?15, delivery = ?16, sent_to = ?17, sent_at = ?18, dead_at = ?19,
            tries_left = ?20, proven = ?21, terms_version = ?22, terms_at = ?23, account = ?24
        WHERE id = ?1 AND version = ?2",
    ),
};

fn registration(statement: Statement, r: &Registration) -> Statement {
    let (step, challenge, proven, terms, account) = match &r.step {
        Step::Phones => ("phones", None, None, None, None),
        Step::Delivery => ("delivery", None, None, None, None),
        Step::Code(challenge) => ("code", Some(challenge), None, None, None),
        Step::Terms { proven } => ("terms", None, proven.as_ref(), None, None),
        Step::Password { proven, terms } => ("password", None, proven.as_ref(), Some(terms), None),
        Step::Done { account } => ("done", None, None, None, Some(*account)),
    };
    statement
        .bind(r.id.0)
        .bind(r.version.0)
        .bind(r.invitation.0)
        .bind(r.generation)
        .bind(r.practice.0)
        .bind(r.cookie.to_vec())
        .bind(r.two_step)
        .bind(phone(r.phones.cell.as_ref()))
        .bind(phone(r.phones.landline.as_ref()))
        .bind(r.codes_sent)
        .bind(r.code_sent_at.map(Time::micros))
        .bind(r.wrong_codes)
        .bind(r.expires_at.micros())
        .bind(step)
        .bind(challenge.map(|c| c.serial))
        .bind(challenge.map(|c| c.delivery.code()))
        .bind(phone(challenge.map(|c| &c.to)))
        .bind(challenge.map(|c| c.sent_at.micros()))
        .bind(challenge.map(|c| c.expires_at.micros()))
        .bind(challenge.map(|c| c.tries_left))
        .bind(phone(proven))
        .bind(terms.map(|t| t.version.clone()))
        .bind(terms.map(|t| t.accepted_at.micros()))
        .bind(account.map(Uuid::from))
}

const SESSION: Table = Table {
    insert:
        "INSERT INTO session (id, version, cookie, account, practice, device, agent, started_at, proved_at, seen_at,
            ended_at, stage, second_factor, wrong_codes, known_device)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    update: Some(
        "UPDATE session SET version = ?2 + 1, cookie = ?3, account = ?4, practice = ?5, device = ?6, agent = ?7,
            started_at = ?8, proved_at = ?9, seen_at = max(seen_at, ?10), ended_at = ?11, stage = ?12,
            second_factor = ?13, wrong_codes = ?14, known_device = ?15
        WHERE id = ?1 AND version = ?2",
    ),
};

fn session(statement: Statement, r: &Session) -> Statement {
    let (stage, second_factor, half) = match r.stage {
        Stage::Whole { second_factor } => ("whole", second_factor, None),
        Stage::Half(half) => (if half.enrols { "enrolment" } else { "code" }, false, Some(half)),
    };
    statement
        .bind(r.id.0)
        .bind(r.version.0)
        .bind(r.cookie.to_vec())
        .bind(r.account.0)
        .bind(r.practice.map(Uuid::from))
        .bind(r.device.0)
        .bind(r.agent.clone())
        .bind(r.started_at.micros())
        .bind(r.proved_at.micros())
        .bind(r.seen_at.micros())
        .bind(r.ended_at.map(Time::micros))
        .bind(stage)
        .bind(second_factor)
        .bind(half.map_or(0, |half| half.wrong))
        .bind(half.is_some_and(|half| half.known))
}

const API_KEY: Table = Table {
    insert: "INSERT INTO api_key (id, version, digest, practice, product, created_at, revoked_at)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    update: Some(
        "UPDATE api_key SET version = ?2 + 1, digest = ?3, practice = ?4, product = ?5, created_at = ?6,
            revoked_at = ?7
        WHERE id = ?1 AND version = ?2",
    ),
};

fn api_key(statement: Statement, r: &ApiKey) -> Statement {
    statement
        .bind(r.id.0)
        .bind(r.version.0)
        .bind(r.digest.to_vec())
        .bind(r.practice.0)
        .bind(r.product.code())
        .bind(r.created_at.micros())
        .bind(r.revoked_at.map(Time::micros))
}

const REPLAY: Table = Table {
    insert: "INSERT INTO replay (key, request, created, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    update: None,
};

fn replay(statement: Statement, r: &Replay) -> Statement {
    statement.bind(r.key.to_vec()).bind(r.request.to_vec()).bind(r.created).bind(r.at.micros())
}

fn phone(phone: Option<&Phone>) -> Option<String> {
    phone.map(|phone| phone.e164().to_owned())
}

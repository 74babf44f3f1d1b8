//! Records, read from the columns that the lists in here name.

use practice_domain::account::{Account, Terms};
use practice_domain::challenge::Challenge;
use practice_domain::channel::Channel;
use practice_domain::commit::Replay;
use practice_domain::event::Event;
use practice_domain::fact::Log;
use practice_domain::invitation::{Invitation, InvitationState};
use practice_domain::member::Member;
use practice_domain::notice::{About, AccountNews, Notice, SupportAct};
use practice_domain::person::Person;
use practice_domain::policy::Policy;
use practice_domain::port::{Candidate, Fault, Head, SealedEntry, SessionFace, Standing};
use practice_domain::practice::Practice;
use practice_domain::product::ApiKey;
use practice_domain::registration::{Registration, Step};
use practice_domain::role::held_by;
use practice_domain::session::Session;
use practice_domain::value::{
    AccountId, InvitationId, PasswordHash, PasswordLinkId, PracticeId, PracticeName, RegistrationId, Time,
};
use rusqlite::Connection;
use uuid::Uuid;

use crate::billing;
use crate::row::{Cells, Value};
use crate::statement::Statement;

impl Value for Practice {
    const WHAT: &str = "practice";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: cells.id()?,
            version: cells.version()?,
            name: PracticeName::parse(cells.next()?).map_err(|error| Fault::corrupt("practice", error))?,
            phone: cells.phone()?,
            policy: cells.value()?,
            user_managers: cells.number()?,
            created_at: cells.time()?,
        })
    }
}

impl Value for Policy {
    const WHAT: &str = "policy";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        let (preset, text) = (cells.code()?, cells.next()?);
        Self::restore(preset, text).map_err(|error| Fault::corrupt(Self::WHAT, error))
    }
}

impl Value for Account {
    const WHAT: &str = "account";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: cells.id()?,
            version: cells.version()?,
            email: cells.email()?,
            name: cells.name()?,
            phones: cells.phones()?,
            proven: cells.phone()?,
            password: PasswordHash::new(cells.next()?),
            terms: Terms { version: cells.next()?, accepted_at: cells.time()? },
            home: cells.optional_id()?,
            registered_at: cells.time()?,
            password_set_at: cells.time()?,
            former: cells.hashes()?,
            compromised: cells.next()?,
            time_zone: cells.time_zone()?,
        })
    }
}

impl Value for Member {
    const WHAT: &str = "member";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: cells.id()?,
            version: cells.version()?,
            practice: cells.id()?,
            account: cells.id()?,
            kind: cells.code()?,
            role: cells.role()?,
            user_manager: cells.next()?,
            tier: cells.code()?,
            invitation: cells.optional_id()?,
            invited_at: cells.time()?,
            joined_at: cells.time()?,
            active: cells.next()?,
            until: cells.optional_time()?,
        })
    }
}

impl Value for Invitation {
    const WHAT: &str = "invitation";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: cells.id()?,
            version: cells.version()?,
            practice: cells.id()?,
            inviter: cells.optional_id()?,
            channel: Channel { product: cells.code()?, placement: cells.code()?, kind: cells.code()? },
            email: cells.email()?,
            name: cells.name()?,
            phones: cells.phones()?,
            generation: cells.number()?,
            created_at: cells.time()?,
            state: invitation_state(cells)?,
        })
    }
}

fn invitation_state(cells: &mut Cells<'_>) -> Result<InvitationState, Fault> {
    let (state, at): (&str, Time) = (cells.next()?, cells.time()?);
    let (expires_at, account) = (cells.optional_time()?, cells.optional_id::<AccountId>()?);
    Ok(match state {
        "open" => InvitationState::Open { sent_at: at, expires_at: cells.must(expires_at)? },
        "accepted" => InvitationState::Accepted { at, account: cells.must(account)? },
        "withdrawn" => InvitationState::Withdrawn { at },
        "superseded" => InvitationState::Superseded { at },
        other => return Err(Fault::corrupt(cells.what, format!("unknown state {other:?}"))),
    })
}

impl Value for Registration {
    const WHAT: &str = "registration";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: cells.id()?,
            version: cells.version()?,
            invitation: cells.id()?,
            generation: cells.number()?,
            practice: cells.id()?,
            cookie: cells.digest()?,
            two_step: cells.next()?,
            phones: cells.phones()?,
            codes_sent: cells.number()?,
            code_sent_at: cells.optional_time()?,
            wrong_codes: cells.number()?,
            step: step(cells)?,
            expires_at: cells.time()?,
        })
    }
}

fn step(cells: &mut Cells<'_>) -> Result<Step, Fault> {
    let step: &str = cells.next()?;
    let challenge = challenge(cells)?;
    let (proven, terms, account) = (cells.phone()?, cells.terms()?, cells.optional_id()?);
    Ok(match step {
        "phones" => Step::Phones,
        "delivery" => Step::Delivery,
        "code" => Step::Code(cells.must(challenge)?),
        "terms" => Step::Terms { proven },
        "password" => Step::Password { proven, terms: cells.must(terms)? },
        "done" => Step::Done { account: cells.must(account)? },
        other => return Err(Fault::corrupt(cells.what, format!("unknown step {other:?}"))),
    })
}

fn challenge(cells: &mut Cells<'_>) -> Result<Option<Challenge>, Fault> {
    if cells.is_empty()? {
        cells.skip(6);
        return Ok(None);
    }
    let (serial, delivery, to) = (cells.number()?, cells.code()?, cells.phone()?);
    let to = cells.must(to)?;
    let (sent_at, expires_at, tries_left) = (cells.time()?, cells.time()?, cells.number()?);
    Ok(Some(Challenge { serial, delivery, to, sent_at, expires_at, tries_left }))
}

impl Value for Session {
    const WHAT: &str = "session";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: cells.id()?,
            version: cells.version()?,
            cookie: cells.digest()?,
            account: cells.id()?,
            practice: cells.optional_id()?,
            device: cells.id()?,
            agent: cells.next()?,
            started_at: cells.time()?,
            proved_at: cells.time()?,
            seen_at: cells.time()?,
            ended_at: cells.optional_time()?,
            stage: cells.stage()?,
        })
    }
}

impl Value for ApiKey {
    const WHAT: &str = "API key";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: cells.id()?,
            version: cells.version()?,
            digest: cells.digest()?,
            practice: cells.id()?,
            product: cells.code()?,
            created_at: cells.time()?,
            revoked_at: cells.optional_time()?,
        })
    }
}

impl Value for Replay {
    const WHAT: &str = "replay";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self { key: cells.digest()?, request: cells.digest()?, created: cells.next()?, at: cells.time()? })
    }
}

impl Value for Person {
    const WHAT: &str = "person";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self {
            practice: cells.id()?,
            id: cells.id()?,
            account: cells.optional_id()?,
            name: cells.name()?,
            email: cells.email()?,
            kind: cells.code()?,
            placement: cells.code()?,
            invited_at: cells.time()?,
            active_at: cells.optional_time()?,
            standing: cells.code()?,
            tier: cells.code()?,
            locked: cells.next()?,
            user_manager: cells.next()?,
            mail: cells.code()?,
        })
    }
}

impl Value for Notice {
    const WHAT: &str = "notice";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self { id: cells.id()?, about: about(cells)?, ordered_at: cells.time()?, expires_at: cells.time()? })
    }
}

fn about(cells: &mut Cells<'_>) -> Result<About, Fault> {
    let (about, subject): (&str, Uuid) = (cells.next()?, cells.next()?);
    let ordinal = if cells.is_empty()? { cells.next::<Option<i64>>()?.map(|_| 0) } else { Some(cells.number()?) };
    let practice = cells.optional_id::<PracticeId>()?;
    let product = if cells.is_empty()? { cells.next::<Option<&str>>()?.and(None) } else { Some(cells.code()?) };
    let endpoint = if cells.is_empty()? { cells.next::<Option<&str>>()?.and(None) } else { Some(cells.code()?) };
    let account = AccountId(subject);
    Ok(match about {
        "invitation" => About::Invitation { invitation: InvitationId(subject), generation: cells.must(ordinal)? },
        "plain-notice" => {
            About::PlainNotice { account, practice: cells.must(practice)?, product: cells.must(product)? }
        }
        "secret-code" => About::SecretCode { registration: RegistrationId(subject), serial: cells.must(ordinal)? },
        "password-link" => About::PasswordLink { link: PasswordLinkId(subject), generation: cells.must(ordinal)? },
        "code-word" => About::CodeWord { link: PasswordLinkId(subject), serial: cells.must(ordinal)? },
        "locked" => About::Locked { account },
        "lock-to-tell" => About::LockToTell { account },
        "unlocked" => About::Unlocked { account },
        "code-words-paused" => About::CodeWordsPaused { account, practice: cells.must(practice)? },
        "sessions-ended" => About::SessionsEnded { account, practice: cells.must(practice)? },
        "password-changed" => About::Account { account, news: AccountNews::PasswordChanged },
        "second-factor-changed" => About::Account { account, news: AccountNews::SecondFactorChanged },
        "email-change" => About::Account { account, news: AccountNews::EmailChange { serial: cells.must(ordinal)? } },
        "email-changed" => About::Account { account, news: AccountNews::EmailChanged { serial: cells.must(ordinal)? } },
        "user-managers-changed" => About::UserManagersChanged { account, practice: cells.must(practice)? },
        "two-step-changed" => About::TwoStepChanged { account, practice: cells.must(practice)? },
        other if endpoint.is_some() => {
            let event = Event::with_key(other, subject, ordinal);
            About::Event { to: cells.must(endpoint)?, practice: cells.must(practice)?, event: cells.must(event)? }
        }
        other => match (billing::news(other, subject), SupportAct::with_code(other)) {
            (Some(news), _) => About::Billing(news),
            (_, Some(act)) => About::Support { account, practice: cells.must(practice)?, act },
            (None, None) => return Err(Fault::corrupt(cells.what, format!("unknown notice {other:?}"))),
        },
    })
}

impl Value for Candidate {
    const WHAT: &str = "account";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        let mut places = Vec::new();
        if cells.is_empty()? {
            cells.skip(MEMBER_COLUMNS);
        } else {
            places.push(cells.value()?);
        }
        let account = cells.value()?;
        let factor = if cells.is_empty()? { None } else { Some(cells.value()?) };
        if factor.is_none() {
            cells.skip(FACTOR_COLUMNS);
        }
        let practice = if cells.is_empty()? { None } else { Some(cells.value()?) };
        Ok(Self { account, practice, places, factor })
    }
}

/// What a sign-in must know, from one row for each place. Everything but the place is the same in all of them.
pub(crate) fn candidate(conn: &Connection, statement: Statement) -> Result<Option<Candidate>, Fault> {
    let mut known: Option<Candidate> = None;
    statement.each(conn, "read", |row| {
        match &mut known {
            Some(candidate) => candidate.places.push(Cells::read(row)?),
            None => known = Some(Cells::read(row)?),
        }
        Ok(true)
    })?;
    Ok(known)
}

const MEMBER_COLUMNS: usize = 13;
const FACTOR_COLUMNS: usize = 9;

impl Value for Standing {
    const WHAT: &str = "session";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        let (session, email, name, elsewhere) = (cells.value()?, cells.email()?, cells.name()?, cells.next()?);
        let defined = cells.optional_permissions()?;
        let place: Option<(Practice, Member)> =
            if cells.is_empty()? { None } else { Some((cells.value()?, cells.value()?)) };
        let permissions = place.as_ref().map(|(_, member)| held_by(member, defined)).unwrap_or_default();
        Ok(Self { session, email, name, place, permissions, elsewhere })
    }
}

impl Value for SessionFace {
    const WHAT: &str = "session";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        let (id, practice, agent) = (cells.id()?, cells.optional_id()?, cells.next()?);
        Ok(Self { id, practice, agent, started_at: cells.time()?, seen_at: cells.time()? })
    }
}

impl Value for SealedEntry {
    const WHAT: &str = "audit entry";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self { number: cells.number()?, text: cells.next()?, seal: cells.digest()? })
    }
}

impl Value for Head {
    const WHAT: &str = "audit log";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        let log = match cells.next::<&[u8]>()? {
            [] => Log::Platform,
            practice => Log::Practice(PracticeId(cells.uuid(practice)?)),
        };
        Ok(Self { log, number: cells.number()?, seal: cells.digest()? })
    }
}

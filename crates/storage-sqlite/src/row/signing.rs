//! What signing in keeps, read from its columns.

use practice_domain::email_change::{ChangeState, EmailChange};
use practice_domain::port::{Fault, SealedSecret};
use practice_domain::second_factor::{FactorState, SecondFactor};
use practice_domain::session::{Half, Stage};
use practice_domain::value::{Digest, Email, PasswordHash, Time, TimeZone};

use crate::row::{Cells, Value};

impl Value for SecondFactor {
    const WHAT: &str = "second factor";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self { account: cells.id()?, version: cells.version()?, state: factor_state(cells)? })
    }
}

fn factor_state(cells: &mut Cells<'_>) -> Result<FactorState, Fault> {
    let state: &str = cells.next()?;
    let (secret, since) = (cells.next::<Option<Vec<u8>>>()?.map(SealedSecret), cells.optional_time()?);
    let (last_step, recovery) = (cells.next::<Option<i64>>()?, cells.next::<Option<&[u8]>>()?);
    let passkeys = cells.passkeys()?;
    Ok(match state {
        "off" => FactorState::Off,
        "pending" => FactorState::Pending { secret: cells.must(secret)?, since: cells.must(since)? },
        "on" => FactorState::On {
            secret: cells.must(secret)?,
            last_step: cells.must(last_step.and_then(|step| u64::try_from(step).ok()))?,
            recovery: digests(cells.must(recovery)?),
            passkeys,
            since: cells.must(since)?,
        },
        other => return Err(Fault::corrupt("second factor", format!("unknown state {other:?}"))),
    })
}

fn digests(bytes: &[u8]) -> Vec<Digest> {
    bytes.chunks_exact(32).filter_map(|digest| digest.try_into().ok()).collect()
}

impl Value for EmailChange {
    const WHAT: &str = "change of address";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self {
            account: cells.id()?,
            version: cells.version()?,
            serial: cells.number()?,
            to: cells.email()?,
            state: change_state(cells)?,
        })
    }
}

fn change_state(cells: &mut Cells<'_>) -> Result<ChangeState, Fault> {
    let (state, at, before): (&str, Time, Option<&str>) = (cells.next()?, cells.time()?, cells.next()?);
    Ok(match state {
        "open" => ChangeState::Open { expires_at: at },
        "done" => {
            let from = Email::parse(cells.must(before)?);
            ChangeState::Done { at, from: from.map_err(|error| Fault::corrupt(EmailChange::WHAT, error))? }
        }
        other => return Err(Fault::corrupt(EmailChange::WHAT, format!("unknown state {other:?}"))),
    })
}

impl Cells<'_> {
    /// Kept passwords, one on each line.
    pub(crate) fn hashes(&mut self) -> Result<Vec<PasswordHash>, Fault> {
        let text: &str = self.next()?;
        Ok(text.lines().map(|line| PasswordHash::new(line.to_owned())).collect())
    }

    pub(crate) fn time_zone(&mut self) -> Result<Option<TimeZone>, Fault> {
        let name: Option<&str> = self.next()?;
        name.map(TimeZone::parse).transpose().map_err(|error| Fault::corrupt("account", error))
    }

    /// How far a sign-in has come.
    pub(crate) fn stage(&mut self) -> Result<Stage, Fault> {
        let (stage, second_factor): (&str, bool) = (self.next()?, self.next()?);
        let (wrong, known) = (self.number()?, self.next()?);
        match stage {
            "whole" => Ok(Stage::Whole { second_factor }),
            "code" => Ok(Stage::Half(Half { enrols: false, wrong, known })),
            "enrolment" => Ok(Stage::Half(Half { enrols: true, wrong, known })),
            other => Err(Fault::corrupt("session", format!("unknown stage {other:?}"))),
        }
    }
}

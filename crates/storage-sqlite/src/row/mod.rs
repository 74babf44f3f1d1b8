//! The only place where a stored primitive becomes a value. What cannot be one is a [`Fault::Corrupt`].

mod cell;
pub(crate) mod columns;
mod employees;
pub(crate) mod passkeys;
mod records;
mod role;
mod signing;

use practice_domain::account::Terms;
use practice_domain::fact::Log;
use practice_domain::lockout::Scope;
use practice_domain::port::Fault;
use practice_domain::value::{DeviceId, Digest, Email, PersonName, Phone, Phones, Time, Version};
use rusqlite::Row;
use rusqlite::types::ValueRef;
use uuid::Uuid;

use crate::code::Code;
use crate::row::cell::Cell;

pub(crate) use columns::{
    account_columns, api_key_columns, code_word_columns, email_change_columns, employee_columns, invitation_columns,
    invoice_columns, member_columns, notice_columns, password_link_columns, password_run_columns, person_columns,
    practice_columns, purchase_columns, quote_columns, registration_columns, replay_columns, role_definition_columns,
    second_factor_columns, session_columns, subscription_columns, wallet_columns,
};
pub(crate) use records::candidate;

/// What is read from columns.
pub(crate) trait Value: Sized {
    /// What it is called when it cannot be read.
    const WHAT: &str;

    /// Reads it from the columns that come next.
    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault>;
}

/// The columns of a row, read one after the other in the order in which the statement names them.
pub(crate) struct Cells<'r> {
    row: &'r Row<'r>,
    what: &'static str,
    at: usize,
}

impl<'r> Cells<'r> {
    pub(crate) fn new(row: &'r Row<'r>, what: &'static str) -> Self {
        Self { row, what, at: 0 }
    }

    /// The value that a whole row holds.
    pub(crate) fn read<T: Value>(row: &'r Row<'r>) -> Result<T, Fault> {
        T::read(&mut Self::new(row, T::WHAT))
    }

    /// The value that the next columns hold.
    pub(crate) fn value<T: Value>(&mut self) -> Result<T, Fault> {
        T::read(self)
    }

    pub(crate) fn next<T: Cell<'r>>(&mut self) -> Result<T, Fault> {
        let value = T::read(self.raw()?).map_err(|error| Fault::corrupt(self.what, error))?;
        self.at += 1;
        Ok(value)
    }

    /// Passes over so many columns.
    pub(crate) fn skip(&mut self, columns: usize) {
        self.at += columns;
    }

    /// Whether the next column is empty.
    pub(crate) fn is_empty(&self) -> Result<bool, Fault> {
        Ok(self.raw()? == ValueRef::Null)
    }

    fn raw(&self) -> Result<ValueRef<'r>, Fault> {
        self.row.get_ref(self.at).map_err(|error| Fault::corrupt(self.what, error))
    }

    pub(crate) fn id<T: From<Uuid>>(&mut self) -> Result<T, Fault> {
        Ok(self.next::<Uuid>()?.into())
    }

    pub(crate) fn optional_id<T: From<Uuid>>(&mut self) -> Result<Option<T>, Fault> {
        Ok(self.next::<Option<Uuid>>()?.map(T::from))
    }

    pub(crate) fn digest(&mut self) -> Result<Digest, Fault> {
        let what = self.what;
        self.next::<&[u8]>()?.try_into().map_err(|error| Fault::corrupt(what, error))
    }

    pub(crate) fn time(&mut self) -> Result<Time, Fault> {
        Ok(Time::from_micros(self.next()?))
    }

    pub(crate) fn optional_time(&mut self) -> Result<Option<Time>, Fault> {
        Ok(self.next::<Option<i64>>()?.map(Time::from_micros))
    }

    pub(crate) fn number<T>(&mut self) -> Result<T, Fault>
    where
        T: TryFrom<i64, Error: std::error::Error + Send + Sync + 'static>,
    {
        let what = self.what;
        T::try_from(self.next::<i64>()?).map_err(|error| Fault::corrupt(what, error))
    }

    pub(crate) fn version(&mut self) -> Result<Version, Fault> {
        self.number().map(Version)
    }

    pub(crate) fn code<T: Code>(&mut self) -> Result<T, Fault> {
        let what = self.what;
        let code: &str = self.next()?;
        T::decode(code).ok_or_else(|| Fault::corrupt(what, format!("unknown code {code:?}")))
    }

    pub(crate) fn email(&mut self) -> Result<Email, Fault> {
        let what = self.what;
        Email::parse(self.next()?).map_err(|error| Fault::corrupt(what, error))
    }

    pub(crate) fn name(&mut self) -> Result<PersonName, Fault> {
        let what = self.what;
        PersonName::parse(self.next()?, self.next()?).map_err(|error| Fault::corrupt(what, error))
    }

    pub(crate) fn phone(&mut self) -> Result<Option<Phone>, Fault> {
        let what = self.what;
        let text: Option<&str> = self.next()?;
        text.map(Phone::parse).transpose().map_err(|error| Fault::corrupt(what, error))
    }

    pub(crate) fn phones(&mut self) -> Result<Phones, Fault> {
        Ok(Phones { cell: self.phone()?, landline: self.phone()? })
    }

    pub(crate) fn terms(&mut self) -> Result<Option<Terms>, Fault> {
        let (version, accepted_at) = (self.next::<Option<String>>()?, self.optional_time()?);
        Ok(version.zip(accepted_at).map(|(version, accepted_at)| Terms { version, accepted_at }))
    }

    pub(crate) fn uuid(&self, bytes: &[u8]) -> Result<Uuid, Fault> {
        Uuid::from_slice(bytes).map_err(|error| Fault::corrupt(self.what, error))
    }

    /// What must be there, although its column may be empty.
    pub(crate) fn must<T>(&self, value: Option<T>) -> Result<T, Fault> {
        value.ok_or_else(|| Fault::corrupt(self.what, "a column is empty"))
    }

    pub(crate) fn scope(&mut self) -> Result<Scope, Fault> {
        let (scope, device): (&str, &[u8]) = (self.next()?, self.next()?);
        match scope {
            "account" => Ok(Scope::Account),
            "strangers" => Ok(Scope::Strangers),
            "device" => Ok(Scope::Device(DeviceId(self.uuid(device)?))),
            other => Err(Fault::corrupt(self.what, format!("unknown scope {other:?}"))),
        }
    }
}

/// A log, as it is stored.
pub(crate) fn log_key(log: Log) -> Vec<u8> {
    match log {
        Log::Platform => Vec::new(),
        Log::Practice(practice) => practice.0.as_bytes().to_vec(),
    }
}

/// A counter's scope, as it is stored: its code, and the device where there is one.
pub(crate) fn scope_key(scope: Scope) -> (&'static str, Vec<u8>) {
    match scope {
        Scope::Account => ("account", Vec::new()),
        Scope::Strangers => ("strangers", Vec::new()),
        Scope::Device(device) => ("device", device.0.as_bytes().to_vec()),
    }
}

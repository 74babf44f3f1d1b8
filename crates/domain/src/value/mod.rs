//! Values that cannot be wrong: text is parsed once, at the door, and never checked again.

mod code;
mod email;
mod hex;
mod id;
mod look;
mod money;
mod name;
mod password;
mod phone;
mod region;
mod text;
mod time;
mod word;
mod zone;

pub use code::bare_code;
pub use email::{Email, EmailError};
pub(crate) use hex::{hex, unhex};
pub use id::{
    AccountId, ApiKeyId, DeviceId, EmployeeId, ImportId, InvitationId, InvoiceId, MemberId, NoticeId, PasskeyId,
    PasswordLinkId, PasswordRunId, PersonId, PracticeId, PurchaseId, QuoteId, RegistrationId, RoleId, SessionId,
    SubscriptionId, TicketId,
};
pub use look::look;
pub use money::{Currency, Money, MoneyError};
pub use name::{NameError, PasskeyName, PersonName, PracticeName, RoleName};
pub use password::{Password, PasswordHash, PasswordTooLong};
pub use phone::{Phone, PhoneError, Phones};
pub use region::{NoRegions, OutOfReach, Regions};
pub use text::{Reason, ReasonError, fold};
pub use time::Time;
pub use word::{SealedWord, Word, WordError};
pub use zone::{TimeZone, TimeZoneError};

/// A 256-bit digest: of a cookie, an API key or a request body. Never the thing itself.
pub type Digest = [u8; 32];

/// Counts the changes of one stored record, so that a decision made on an old one is refused as stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Version(pub u32);

impl Version {
    /// The version that the record has after one more change.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

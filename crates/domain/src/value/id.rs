use std::fmt;

use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// Names a practice.
    PracticeId
    /// Names an account: one login identity in the whole system.
    AccountId
    /// Names an account's place in one practice.
    MemberId
    /// Names a role that a practice copied.
    RoleId
    /// Names an invitation; it stays the same through every resend and correction.
    InvitationId
    /// Names one run through the registration steps.
    RegistrationId
    /// Names an employee of a practice.
    EmployeeId
    /// Names the link that sets an account up or resets its password; it has the id of the employee or of the account.
    PasswordLinkId
    /// Names one browser's way from such a link to a password.
    PasswordRunId
    /// Names a passkey of an account.
    PasskeyId
    /// Names a session.
    SessionId
    /// Names a notice in the outbox; the mail's `Message-ID` is made of it.
    NoticeId
    /// Names an API key; it is not the key.
    ApiKeyId
    /// Names a quote.
    QuoteId
    /// Names a purchase; the payment provider knows the order by it.
    PurchaseId
    /// Names a subscription.
    SubscriptionId
    /// Names an invoice; it is not the number that is printed on it.
    InvoiceId
    /// Names a file that was uploaded.
    ImportId
    /// Names a browser that a person has signed in from.
    DeviceId
    /// Names one permission to check one password.
    TicketId
    /// Names a row of Manage Account: an invitation's id, or a member's once registered.
    PersonId
}

impl From<InvitationId> for PersonId {
    fn from(id: InvitationId) -> Self {
        Self(id.0)
    }
}

impl From<MemberId> for PersonId {
    fn from(id: MemberId) -> Self {
        Self(id.0)
    }
}

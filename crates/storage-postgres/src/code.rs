//! The codes that enums are stored as. The migration's CHECKs list the same.

use practice_domain::challenge::Delivery;
use practice_domain::channel::{Placement, Product};
use practice_domain::member::{Kind, Tier};
use practice_domain::password_link::Purpose;
use practice_domain::person::{Enrolment, MailState, Undeliverable};
use practice_domain::policy::Preset;

/// An enum that is stored as a code.
pub(crate) trait Code: Copy + 'static {
    /// Every value with its code.
    const ALL: &'static [(Self, &'static str)];

    /// The code of this value.
    fn code(self) -> &'static str;

    /// The value with this code.
    fn decode(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == code).map(|(value, _)| *value)
    }
}

macro_rules! codes {
    ($($type:ident { $($variant:ident = $code:literal),+ $(,)? })+) => {$(
        impl Code for $type {
            const ALL: &'static [(Self, &'static str)] = &[$((Self::$variant, $code)),+];

            fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code),+
                }
            }
        }
    )+};
}

pub(crate) use codes;

codes! {
    Preset { Standard = "standard", Portal = "portal", Office = "office", Strict = "strict" }
    Kind { Doctor = "doctor", Staff = "staff", Patient = "patient" }
    Tier { Free = "free", Paid = "paid", PaidWithPlugin = "paid-with-plugin" }
    Product { SecureMail = "securemail", TruForm = "truform", Collaborator = "collaborator", Operator = "operator" }
    Placement { InPractice = "in-practice", Outside = "outside" }
    Purpose { Setup = "setup", Reset = "reset" }
    Delivery { Text = "text", Call = "call" }
    Enrolment { NotRegistered = "not-registered", Unproven = "unproven", Proven = "proven" }
}

impl Code for MailState {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Queued, "queued"),
        (Self::Sent, "sent"),
        (Self::Undeliverable(Undeliverable::Refused), "refused"),
        (Self::Undeliverable(Undeliverable::GaveUp), "gave-up"),
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Undeliverable(Undeliverable::Refused) => "refused",
            Self::Undeliverable(Undeliverable::GaveUp) => "gave-up",
        }
    }
}

use std::fmt;

/// Text that no provider uses as a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a provider's name has 1 to 255 visible ASCII characters")]
pub struct BadReference;

macro_rules! references {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Takes a name that the provider gave: 1 to 255 visible ASCII characters.
            ///
            /// # Errors
            ///
            /// [`BadReference`].
            pub fn parse(text: &str) -> Result<Self, BadReference> {
                let fits = (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
                if fits { Ok(Self(text.to_owned())) } else { Err(BadReference) }
            }

            /// The name.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

references! {
    /// What the payment provider calls somebody who pays.
    CustomerRef
    /// What the payment provider calls a card. It is not the card's number, and nobody else can charge with it.
    CardRef
    /// What the payment provider calls a subscription.
    SubscriptionRef
    /// What the payment provider calls an invoice.
    InvoiceRef
    /// What the payment provider calls one of its events.
    EventRef
}

use crate::passkey::{Asked, Made, Passkey, Unproven, Used};
use crate::port::Fault;
use crate::value::{AccountId, Email, PersonName};

/// Asks people's authenticators to make and to use passkeys (WebAuthn), through their browsers, and judges the answers.
///
/// Every question holds a new challenge of at least 128 bits of chance, and asks that the authenticator make sure of its person. An
/// answer MUST be refused unless it is signed for that challenge, by that key, for this service's own origin, with its person made
/// sure of. Nothing is remembered here: the caller keeps [`Question::asked`], and sees to it that each is answered once.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Authenticators: Send + Sync {
    /// Asks to make a passkey; authenticators that hold one of these already are to say so.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when a kept passkey cannot be read.
    fn ask_to_make(&self, whose: &Holder, kept: &[Passkey]) -> Result<Question, Fault>;

    /// What an authenticator made.
    ///
    /// # Errors
    ///
    /// [`Unproven::Wrong`].
    fn made(&self, asked: &Asked, answer: &str) -> Result<Made, Unproven>;

    /// Asks to use one of these passkeys.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when a kept passkey cannot be read.
    fn ask_to_use(&self, kept: &[Passkey]) -> Result<Question, Fault>;

    /// Which passkey was used.
    ///
    /// # Errors
    ///
    /// [`Unproven`].
    fn used(&self, asked: &Asked, answer: &str) -> Result<Used, Unproven>;
}

/// Whose passkey is made; the authenticator shows it to its person.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The account.
    pub account: AccountId,
    /// The username.
    pub email: Email,
    /// The person's name.
    pub name: PersonName,
}

/// A question to an authenticator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What the browser is given: JSON, as `PublicKeyCredential.parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON` read
    /// it.
    pub options: String,
    /// What to keep until the answer comes.
    pub asked: Asked,
}

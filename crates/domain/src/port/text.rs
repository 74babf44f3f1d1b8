use async_trait::async_trait;

use crate::challenge::Delivery;
use crate::port::SendError;
use crate::value::{NoticeId, Phone, PracticeName, Word};

/// Texts and calls people.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Texter: Send + Sync {
    /// Brings a secret code to a number. MUST give an answer within a minute, whatever the peer does.
    async fn deliver_code(&self, notice: NoticeId, to: &Phone, by: Delivery, code: &str) -> Result<(), SendError>;

    /// Texts a practice's code word to a cell phone (`CODE-2`). MUST give an answer within a minute, and MUST NOT keep or log the
    /// word.
    async fn deliver_code_word(
        &self,
        notice: NoticeId,
        to: &Phone,
        practice: &PracticeName,
        word: &Word,
    ) -> Result<(), SendError>;
}

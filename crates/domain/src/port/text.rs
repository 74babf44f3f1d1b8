use std::time::Duration;

use async_trait::async_trait;

use crate::challenge::Delivery;
use crate::port::SendError;
use crate::texts::TextReport;
use crate::value::{NoticeId, Phone, PracticeName, Word};

/// Texts and calls people.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Texter: Send + Sync {
    /// Brings a secret code to a number. It is good for so long from now on: a peer that keeps it waiting for longer MUST drop it,
    /// where it can be told (`F-19`). MUST give an answer within a minute, whatever the peer does.
    async fn deliver_code(
        &self,
        notice: NoticeId,
        to: &Phone,
        by: Delivery,
        code: &str,
        good_for: Duration,
    ) -> Result<(), SendError>;

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

/// Reads what whoever texts for us reports by calling us (`WH-05`, `WH-06`).
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait TextReports: Send + Sync {
    /// What a call reports: the path that was called with its query, the fields of its form, and its signature. MUST check the
    /// signature over all of them, and MUST NOT compare it in a time that tells anything.
    ///
    /// # Errors
    ///
    /// [`Unsigned`], whatever is wrong with it.
    fn read(&self, path: &str, form: &[(String, String)], signature: &str) -> Result<TextReport, Unsigned>;
}

/// A call does not come from whom it says, or not as they sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not fit")]
pub struct Unsigned;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use practice_domain::port::{Letter, Mailer, SendError};
use practice_domain::value::Email;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::mime;
use crate::outcome::{Progress, Stage, failure, silence};
use crate::pool::{Pool, connect};
use crate::settings::{Checked, SmtpSettings, SmtpSettingsError};

/// Hands letters to a mail server. `Debug` shows the server only.
pub struct Smtp {
    peer: Checked,
    pool: Pool,
    turns: Semaphore,
    patience: Duration,
}

impl Smtp {
    /// A mailer for these settings. It connects with its first letter.
    ///
    /// # Errors
    ///
    /// [`SmtpSettingsError`] when they cannot work, or would send letters in clear.
    pub fn new(settings: SmtpSettings) -> Result<Self, SmtpSettingsError> {
        let turns = Semaphore::new(settings.connections);
        let patience = settings.patience;
        Ok(Self { peer: settings.check()?, pool: Pool::default(), turns, patience })
    }

    async fn attempt(&self, mail: &Message, to: &Email, progress: &Progress) -> Result<(), SendError> {
        // Never closed, so that a turn always comes.
        let _turn = self.turns.acquire().await;
        if let Some(mut kept) = self.pool.take() {
            match transmit(&mut kept, mail, progress).await {
                Err(error) if progress.stage() == Stage::Greeting && is_closed(&error) => {}
                outcome => return self.settle(kept, outcome, to, progress).await,
            }
        }
        let fresh = timeout(self.peer.connect_patience, connect(&self.peer)).await;
        let mut fresh =
            fresh.map_err(|_| silence(Stage::Greeting))?.map_err(|error| failure(&error, Stage::Greeting, to))?;
        let outcome = transmit(&mut fresh, mail, progress).await;
        self.settle(fresh, outcome, to, progress).await
    }

    /// Keeps a connection that can be used again, and says what the outcome means.
    async fn settle(
        &self,
        mut connection: AsyncSmtpConnection,
        outcome: Result<(), Error>,
        to: &Email,
        progress: &Progress,
    ) -> Result<(), SendError> {
        let meaning = outcome.as_ref().map_err(|error| failure(error, progress.stage(), to)).copied();
        let healthy = match &outcome {
            Ok(()) => true,
            Err(error) => {
                let polite = error.status().is_some_and(|code| u16::from(code) != CLOSING);
                polite && timeout(RESET, connection.command(Rset)).await.is_ok_and(|reply| reply.is_ok())
            }
        };
        if healthy {
            self.pool.keep(connection);
        }
        meaning
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, letter: &Letter) -> Result<(), SendError> {
        let mail = mime::message(letter, &self.peer.from)
            .map_err(|error| SendError::Permanent { reply: error.to_string() })?;
        let progress = Progress::new();
        match timeout(self.patience, self.attempt(&mail, &letter.to, &progress)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(silence(progress.stage())),
        }
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.peer.fmt(f)
    }
}

/// One letter on one connection.
async fn transmit(connection: &mut AsyncSmtpConnection, mail: &Message, progress: &Progress) -> Result<(), Error> {
    let envelope = mail.envelope();
    progress.reach(Stage::Greeting);
    connection.command(Mail::new(envelope.from().cloned(), Vec::new())).await?;
    progress.reach(Stage::Recipient);
    for to in envelope.to() {
        connection.command(Rcpt::new(to.clone(), Vec::new())).await?;
    }
    connection.command(Data).await?;
    progress.reach(Stage::Text);
    connection.message(&mail.formatted()).await?;
    Ok(())
}

/// Whether the server had given the connection up before it heard of the letter.
fn is_closed(error: &Error) -> bool {
    error.status().is_none_or(|code| u16::from(code) == CLOSING)
}

/// "Service closing transmission channel" (RFC 5321, section 4.2.2).
const CLOSING: u16 = 421;
const RESET: Duration = Duration::from_secs(2);

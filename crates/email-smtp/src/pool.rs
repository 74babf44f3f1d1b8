use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::AsyncSmtpConnection;

use crate::settings::{Checked, Shield};

/// Connections that are open and idle.
#[derive(Default)]
pub(crate) struct Pool(Mutex<Vec<(AsyncSmtpConnection, Instant)>>);

impl Pool {
    /// The connection that was idle for the shortest time; those that are likely to be closed by now are dropped.
    pub(crate) fn take(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < IDLE);
        idle.pop().map(|(connection, _)| connection)
    }

    /// Keeps a connection for the next letter.
    pub(crate) fn keep(&self, connection: AsyncSmtpConnection) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((connection, Instant::now()));
    }
}

/// A new connection: as safe as the settings want it, and signed in.
pub(crate) async fn connect(to: &Checked) -> Result<AsyncSmtpConnection, Error> {
    let implicit = match &to.shield {
        Shield::Implicit(tls) => Some(tls.clone()),
        Shield::Required(_) | Shield::None => None,
    };
    let peer = (to.host.as_str(), to.port);
    let patience = Some(to.connect_patience);
    let mut connection = AsyncSmtpConnection::connect_tokio1(peer, patience, &to.hello, implicit, None).await?;
    if let Shield::Required(tls) = &to.shield {
        connection.starttls(tls.clone(), &to.hello).await?;
    }
    if let Some(login) = &to.login {
        connection.auth(&Checked::MECHANISMS, login).await?;
    }
    Ok(connection)
}

/// Servers commonly close what is idle for five minutes; some are quicker.
const IDLE: Duration = Duration::from_secs(60);

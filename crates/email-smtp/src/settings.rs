use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use secrecy::{ExposeSecret, SecretString};

/// Which mail server to hand letters to, and how. `Debug` hides the password.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// The server's name; its certificate must be for it.
    pub host: String,
    /// Its port: 465 for [`Tls::Implicit`], 587 for [`Tls::Required`].
    pub port: u16,
    /// How the way there is protected.
    pub tls: Tls,
    /// Who we are, where the server asks.
    pub login: Option<Login>,
    /// The sender, like `Practice Portal <no-reply@example.com>`.
    pub from: String,
    /// A certificate authority to trust beside the public ones, in PEM.
    pub extra_root: Option<Vec<u8>>,
    /// How many letters may be under way at once.
    pub connections: usize,
    /// How long to wait for a connection.
    pub connect_patience: Duration,
    /// How long one attempt may take in all, connecting included.
    pub patience: Duration,
}

/// How the way to the server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tls {
    /// TLS from the first byte on.
    Implicit,
    /// STARTTLS; a server that does not offer it gets nothing.
    Required,
    /// Not at all: for a server on this machine only.
    None,
}

/// Who we are. `Debug` hides the password.
#[derive(Debug, Clone)]
pub struct Login {
    /// The name.
    pub user: String,
    /// The password.
    pub password: SecretString,
}

/// Settings that cannot work, or must not.
#[derive(Debug, thiserror::Error)]
pub enum SmtpSettingsError {
    /// The sender is not one address, with or without a name.
    #[error("the sender is written like `Practice Portal <no-reply@example.com>`")]
    From,
    /// Letters would cross a network in clear.
    #[error("mail without TLS may only go to a server on this machine")]
    InClear,
    /// A password would cross the machine in clear.
    #[error("a mail server that asks for a password needs TLS")]
    LoginInClear,
    /// The extra certificate authority cannot be read.
    #[error("the extra certificate authority cannot be read")]
    ExtraRoot(#[source] lettre::transport::smtp::Error),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[source] lettre::transport::smtp::Error),
    /// No attempt could ever succeed, or end within the minute that is promised.
    #[error("mail needs at least one connection, and a patience of 1 to 55 seconds")]
    Bounds,
}

/// Settings that were checked.
pub(crate) struct Checked {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) shield: Shield,
    pub(crate) login: Option<Credentials>,
    pub(crate) from: Mailbox,
    pub(crate) hello: ClientId,
    pub(crate) connect_patience: Duration,
}

/// How the way is protected, with what it takes.
pub(crate) enum Shield {
    Implicit(TlsParameters),
    Required(TlsParameters),
    None,
}

impl SmtpSettings {
    /// The usual settings for a server: four connections, ten seconds to connect and forty in all.
    #[must_use]
    pub fn new(host: impl Into<String>, port: u16, tls: Tls, from: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            port,
            tls,
            login: None,
            from: from.into(),
            extra_root: None,
            connections: 4,
            connect_patience: Duration::from_secs(10),
            patience: Duration::from_secs(40),
        }
    }

    pub(crate) fn check(self) -> Result<Checked, SmtpSettingsError> {
        let span = Duration::from_secs(1)..=Duration::from_secs(55);
        if self.connections == 0 || !span.contains(&self.patience) {
            return Err(SmtpSettingsError::Bounds);
        }
        let shield = match self.tls {
            Tls::Implicit => Shield::Implicit(self.tls_parameters()?),
            Tls::Required => Shield::Required(self.tls_parameters()?),
            Tls::None if !is_loopback(&self.host) => return Err(SmtpSettingsError::InClear),
            Tls::None if self.login.is_some() => return Err(SmtpSettingsError::LoginInClear),
            Tls::None => Shield::None,
        };
        let from: Mailbox = self.from.parse().map_err(|_| SmtpSettingsError::From)?;
        let login = self.login.map(|login| Credentials::new(login.user, login.password.expose_secret().to_owned()));
        Ok(Checked {
            host: self.host,
            port: self.port,
            shield,
            login,
            from,
            hello: ClientId::default(),
            connect_patience: self.connect_patience.min(self.patience),
        })
    }

    fn tls_parameters(&self) -> Result<TlsParameters, SmtpSettingsError> {
        let mut builder = TlsParameters::builder(self.host.clone());
        if let Some(pem) = &self.extra_root {
            builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(SmtpSettingsError::ExtraRoot)?);
        }
        builder.build().map_err(SmtpSettingsError::Tls)
    }
}

impl Checked {
    /// The ways to sign in that we speak, the safest first; all of them need TLS.
    pub(crate) const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];
}

impl fmt::Debug for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(host: &str, tls: Tls) -> SmtpSettings {
        SmtpSettings::new(host, 587, tls, "Practice Portal <no-reply@example.com>")
    }

    /// TL-02
    #[test]
    fn mail_in_clear_is_for_this_machine_only() {
        assert!(settings("127.0.0.1", Tls::None).check().is_ok());
        assert!(settings("localhost", Tls::None).check().is_ok());
        for host in ["mail.example.com", "10.0.0.1", "localhost.example.com", "127.0.0.1.nip.io"] {
            assert!(matches!(settings(host, Tls::None).check(), Err(SmtpSettingsError::InClear)), "{host}");
        }
        let login = Some(Login { user: "app".to_owned(), password: "canary".into() });
        let with_login = SmtpSettings { login, ..settings("localhost", Tls::None) };
        assert!(matches!(with_login.check(), Err(SmtpSettingsError::LoginInClear)));
    }

    #[test]
    fn settings_that_cannot_work_are_refused() {
        let bad_from = SmtpSettings { from: "a@x.com\r\nBcc: b@x.com".to_owned(), ..settings("localhost", Tls::None) };
        assert!(matches!(bad_from.check(), Err(SmtpSettingsError::From)));
        let bad_root = SmtpSettings { extra_root: Some(Vec::new()), ..settings("localhost", Tls::Required) };
        assert!(bad_root.check().is_ok(), "no certificate is no extra one");
        let endless = SmtpSettings { patience: Duration::from_secs(56), ..settings("localhost", Tls::Required) };
        assert!(matches!(endless.check(), Err(SmtpSettingsError::Bounds)));
    }

    /// PV-01
    #[test]
    fn debug_never_shows_the_password() {
        let login = Some(Login { user: "app".to_owned(), password: "canary".into() });
        let settings = SmtpSettings { login, ..settings("localhost", Tls::Required) };
        assert!(!format!("{settings:?}").contains("canary"));
        assert!(!format!("{:?}", settings.check().expect("fine")).contains("canary"));
    }
}

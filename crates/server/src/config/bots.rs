//! How people are told from programs (`BOT-2`).

use std::path::PathBuf;

use practice_bot_check::TurnstileSettings;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::file::{host, is_here, read_secret};
use super::{ConfigError, wrong};

/// What is checked before gates.
#[derive(Debug)]
pub(crate) struct BotCheckSettings {
    pub(crate) check: Check,
    /// The work of one derivation of our own check.
    pub(crate) rounds: u32,
}

/// Who checks.
#[derive(Debug)]
pub(crate) enum Check {
    /// Nobody.
    Off,
    /// We do.
    Altcha,
    /// Cloudflare does.
    Turnstile(TurnstileSettings),
}

/// The settings as they are written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawBotCheck {
    with: String,
    rounds: u32,
    site_key: Option<String>,
    secret_file: Option<PathBuf>,
    turnstile_base: String,
}

impl Default for RawBotCheck {
    fn default() -> Self {
        Self {
            with: "altcha".to_owned(),
            rounds: BotCheckSettings::ROUNDS,
            site_key: None,
            secret_file: None,
            turnstile_base: "https://challenges.cloudflare.com".to_owned(),
        }
    }
}

impl BotCheckSettings {
    /// Half a second of work on a small machine.
    const ROUNDS: u32 = 2_000;
}

impl RawBotCheck {
    pub(super) fn check(
        self,
        base_url: &str,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<BotCheckSettings, ConfigError> {
        if self.rounds == 0 || self.rounds > 100_000 {
            return Err(wrong("bot_check.rounds", "must be from 1 to 100000"));
        }
        let rounds = self.rounds;
        let check = match self.with.as_str() {
            "altcha" => Check::Altcha,
            "off" if is_here(base_url) => Check::Off,
            "off" => return Err(wrong("bot_check.with", "off is for tests on this machine")),
            "turnstile" => Check::Turnstile(self.turnstile(base_url, env)?),
            _ => return Err(wrong("bot_check.with", "must be altcha, turnstile or off")),
        };
        Ok(BotCheckSettings { check, rounds })
    }

    fn turnstile(self, base_url: &str, env: impl Fn(&str) -> Option<String>) -> Result<TurnstileSettings, ConfigError> {
        let site_key = self.site_key.ok_or_else(|| wrong("bot_check.site_key", "must be set for turnstile"))?;
        let secret = match (env("PORTAL_BOT_CHECK_SECRET"), self.secret_file) {
            (Some(secret), _) => SecretString::from(secret),
            (None, Some(path)) => read_secret("bot_check.secret_file", &path)?,
            (None, None) => return Err(wrong("bot_check.secret_file", "must be set for turnstile")),
        };
        let plain = secret.expose_secret();
        // Cloudflare's keys for tests begin like this, and say what they are told to whatever the answer is.
        let test = ["1x0000", "2x0000", "3x0000"].iter().any(|start| plain.starts_with(start));
        if plain.is_empty() || (test && !is_here(base_url)) {
            return Err(wrong("bot_check.secret_file", "is empty, or a key for tests"));
        }
        let base = self.turnstile_base;
        if !base.starts_with("https://") && !is_here(&base) {
            return Err(wrong("bot_check.turnstile_base", "must start with https:// unless it is on this machine"));
        }
        Ok(TurnstileSettings { base, site_key, secret, hostname: host(base_url).to_owned() })
    }
}

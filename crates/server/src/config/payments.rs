//! What is sold, for how much, and who charges (`BILL-1`).

use std::path::PathBuf;

use practice_domain::billing::plan::PriceList;
use practice_domain::value::{Currency, Money};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::file::read_secret;
use super::{ConfigError, Mail, wrong};

/// What is sold, and through whom.
#[derive(Debug)]
pub(crate) struct Payments {
    pub(crate) provider: Provider,
    pub(crate) prices: PriceList,
    /// Where the Outlook Plugin's installer is (`BILL-6`).
    pub(crate) installer: Option<String>,
}

/// Who charges cards.
#[derive(Debug)]
pub(crate) enum Provider {
    /// Nobody: nothing is sold.
    Off,
    /// The simulator, under `/sandbox/bank`: no money moves.
    Sandbox,
    /// Stripe.
    Stripe(StripeAccount),
}

/// An account at Stripe; the adapter checks its parts.
#[derive(Debug)]
pub(crate) struct StripeAccount {
    pub(crate) key: SecretString,
    /// The secret of our webhook endpoint, and while it is being changed the one before.
    pub(crate) webhook_secrets: Vec<SecretString>,
    pub(crate) base_url: Option<String>,
}

/// The group of settings, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawPayments {
    provider: Option<String>,
    secret_file: Option<PathBuf>,
    webhook_secret_file: Option<PathBuf>,
    base_url: Option<String>,
    currency: String,
    securemail_monthly: String,
    securemail_annual: String,
    plugin_monthly: String,
    plugin_annual: String,
    tax_percent: String,
    installer_url: Option<String>,
}

impl Default for RawPayments {
    fn default() -> Self {
        Self {
            provider: None,
            secret_file: None,
            webhook_secret_file: None,
            base_url: None,
            currency: "USD".to_owned(),
            securemail_monthly: "10.00".to_owned(),
            securemail_annual: "100.00".to_owned(),
            plugin_monthly: "5.00".to_owned(),
            plugin_annual: "50.00".to_owned(),
            tax_percent: "0".to_owned(),
            installer_url: None,
        }
    }
}

impl RawPayments {
    pub(super) fn check(self, mail: &Mail, env: impl Fn(&str) -> Option<String>) -> Result<Payments, ConfigError> {
        let prices = self.prices()?;
        let kept = matches!(mail, Mail::Sandbox);
        let provider = match self.provider.as_deref() {
            None if kept => Provider::Sandbox,
            None | Some("off") => Provider::Off,
            Some("sandbox") if kept => Provider::Sandbox,
            Some("sandbox") => {
                return Err(wrong(
                    "payments.provider",
                    "sandbox sells for nothing, so mail.transport must be sandbox, too",
                ));
            }
            Some("stripe") => Provider::Stripe(self.stripe(env)?),
            Some(_) => return Err(wrong("payments.provider", "must be stripe, sandbox or off")),
        };
        let installer = self.installer_url;
        if installer.as_deref().is_some_and(|url| !url.starts_with("https://") && !url.starts_with('/')) {
            return Err(wrong("payments.installer_url", "must start with https://"));
        }
        Ok(Payments { provider, prices, installer })
    }

    fn stripe(&self, env: impl Fn(&str) -> Option<String>) -> Result<StripeAccount, ConfigError> {
        let secret = |key, name, file: &Option<PathBuf>| match (env(name), file) {
            (Some(secret), _) => Ok(SecretString::from(secret)),
            (None, Some(path)) => read_secret(key, path),
            (None, None) => Err(wrong(key, format!("must be set for stripe, or {name}"))),
        };
        let key = secret("payments.secret_file", "PORTAL_PAYMENTS_SECRET", &self.secret_file)?;
        let hook = "PORTAL_PAYMENTS_WEBHOOK_SECRET";
        let secrets = secret("payments.webhook_secret_file", hook, &self.webhook_secret_file)?;
        let secrets = secrets.expose_secret().split_whitespace().map(SecretString::from);
        Ok(StripeAccount { key, webhook_secrets: secrets.collect(), base_url: self.base_url.clone() })
    }

    fn prices(&self) -> Result<PriceList, ConfigError> {
        let currency = Currency::parse(&self.currency).map_err(|why| wrong("payments.currency", why.to_string()))?;
        let price = |key, text: &str| amount(text, currency).ok_or_else(|| wrong(key, wanted(currency)));
        let mail = [
            price("payments.securemail_monthly", &self.securemail_monthly)?,
            price("payments.securemail_annual", &self.securemail_annual)?,
        ];
        let plugin = [
            price("payments.plugin_monthly", &self.plugin_monthly)?,
            price("payments.plugin_annual", &self.plugin_annual)?,
        ];
        let tax = decimal(&self.tax_percent, 2).filter(|tax| *tax < 10_000);
        let tax = tax.and_then(|tax| u32::try_from(tax).ok());
        let tax = tax.ok_or_else(|| wrong("payments.tax_percent", "must be from 0 to 99.99"))?;
        PriceList::new(mail, plugin, tax).map_err(|why| wrong("payments.securemail_monthly", why.to_string()))
    }
}

/// A price as people write it, with the currency's decimals or none; above nothing, and not above a million.
fn amount(text: &str, currency: Currency) -> Option<Money> {
    let decimals = currency.decimals();
    let minor = decimal(text, decimals)?;
    let most = 1_000_000 * 10_i64.pow(u32::from(decimals));
    (1..=most).contains(&minor).then_some(Money::new(minor, currency))
}

/// A number with at most so many decimals, as a whole number of the last of them.
fn decimal(text: &str, decimals: u8) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let room = usize::from(decimals);
    if whole.is_empty() || text.ends_with('.') || whole.len() > 7 || part.len() > room || !plain(whole) || !plain(part)
    {
        return None;
    }
    format!("{whole}{part:0<room$}").parse().ok()
}

fn wanted(currency: Currency) -> String {
    let example = match currency.decimals() {
        0 => "1000".to_owned(),
        decimals => format!("10.{}", "0".repeat(usize::from(decimals))),
    };
    format!("must be an amount like {example}, above nothing and at most 1000000")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// BILL-1: prices are configuration, and every one is checked before anybody is asked to pay it.
    #[test]
    fn amounts_are_read_to_the_last_decimal() {
        let yen = Currency::parse("JPY").expect("listed");
        let read = |text| amount(text, Currency::USD).map(Money::minor);
        assert_eq!(["10", "10.5", "0.01", "1000000"].map(read), [Some(1_000), Some(1_050), Some(1), Some(100_000_000)]);
        for bad in ["", "0", "0.00", "-1", "1.005", "1,00", "ten", "1.", ".5", "1000000.01", "99999999"] {
            assert_eq!(read(bad), None, "{bad}");
        }
        assert_eq!((amount("1000", yen).map(Money::minor), amount("10.0", yen)), (Some(1_000), None));
    }
}

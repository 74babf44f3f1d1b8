//! Puts whoever charges cards behind its ports.

use std::sync::Arc;

use practice_domain::port::Payments;
use practice_domain::usecase::Ports;
use practice_domain::usecase::billing::Till;
use practice_http_axum::{Billing, PaymentHook};
use practice_payments_stripe::{Stripe, StripeEvents, StripeSettings, StripeSettingsError};
use practice_sandbox::Bank;

use crate::alarms::Watch;
use crate::config::{Config, Provider, StripeAccount};
use crate::storage::Storage;
use crate::wire::WireError;

/// Where plans are sold.
pub(crate) struct Shop {
    pub(crate) till: Till,
    /// The simulator, where it is the one who charges.
    pub(crate) bank: Option<Arc<Bank>>,
    hook: PaymentHook,
}

impl Shop {
    /// The shop that the settings describe; none where nothing is sold.
    pub(crate) fn open(config: &Config, ports: &Ports, store: &Storage) -> Result<Option<Self>, WireError> {
        let beside = &config.beside;
        let (payments, bank, hook): (Arc<dyn Payments>, _, _) = match &config.payments.provider {
            Provider::Off => return Ok(None),
            Provider::Sandbox => {
                let (clock, keys) = (ports.clock.clone(), ports.keys.clone());
                let bank = Bank::open(beside.join("bank"), &config.base_url, clock, keys);
                let bank = Arc::new(bank.map_err(WireError::Bank)?);
                let hook = PaymentHook { events: bank.clone(), header: Bank::SIGNATURE };
                (bank.clone(), Some(bank), hook)
            }
            Provider::Stripe(account) => {
                let (stripe, events) = stripe(account, config).map_err(named)?;
                let hook = PaymentHook { events: Arc::new(events), header: "stripe-signature" };
                (Arc::new(stripe), None, hook)
            }
        };
        let prices = Arc::new(config.payments.prices.clone());
        let (ledger, alarms) = (store.ledger(), Arc::new(Watch));
        let till = Till { ports: ports.clone(), ledger, payments, prices, alarms };
        Ok(Some(Self { till, bank, hook }))
    }

    /// What the portal must know of it.
    pub(crate) fn counter(&self, config: &Config) -> Billing {
        let (till, hook) = (self.till.clone(), Some(self.hook.clone()));
        Billing { till, hook, installer: config.payments.installer.clone() }
    }
}

fn stripe(account: &StripeAccount, config: &Config) -> Result<(Stripe, StripeEvents), StripeSettingsError> {
    let mut settings = StripeSettings::new(account.key.clone(), config.payments.prices.currency());
    if let Some(base_url) = &account.base_url {
        settings.base_url.clone_from(base_url);
    }
    let live = settings.is_live();
    if !live {
        tracing::warn!("payments.secret_file holds a key for tests: plans are sold, and no money moves");
    }
    Ok((Stripe::new(settings)?, StripeEvents::new(account.webhook_secrets.clone(), live)?))
}

/// The setting that this is about.
fn named(source: StripeSettingsError) -> WireError {
    let key = match source {
        StripeSettingsError::Key => "payments.secret_file",
        StripeSettingsError::BaseUrl => "payments.base_url",
        StripeSettingsError::Currency => "payments.currency",
        StripeSettingsError::WebhookSecret => "payments.webhook_secret_file",
        StripeSettingsError::Patience | StripeSettingsError::Tls => "payments",
    };
    WireError::Payments { key, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WH-01: nobody starts with a secret that anybody could guess.
    #[test]
    fn an_empty_webhook_secret_is_refused_by_its_name() {
        for secrets in ["", "whsec_", "guess"] {
            let secrets = secrets.split_whitespace().map(secrecy::SecretString::from).collect();
            let error = StripeEvents::new(secrets, true).err().map(named).expect("refused");
            assert_eq!(error.to_string(), "payments.webhook_secret_file");
        }
    }
}

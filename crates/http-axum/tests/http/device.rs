//! A virtual authenticator: the client side of 1Password's `passkey`.

use passkey::authenticator::{Authenticator, MemoryStore, UiHint, UserCheck, UserValidationMethod};
use passkey::client::{Client, DefaultClientData};
use passkey::crypto::rust_crypto::RustCryptoBackend;
use passkey::types::ctap2::{Aaguid, Ctap2Error};
use passkey::types::webauthn::{CredentialCreationOptions, CredentialRequestOptions};
use serde_json::{Value, from_value, to_value};
use url::Url;

use crate::house::HOST;

/// Something that keeps passkeys, counts their uses, and makes sure of its person.
#[derive(Clone, Default)]
pub(crate) struct Device(MemoryStore);

struct Owner;

#[async_trait::async_trait]
impl UserValidationMethod for Owner {
    type PasskeyItem = passkey::types::Passkey;

    async fn check_user<'a>(
        &self,
        _hint: UiHint<'a, Self::PasskeyItem>,
        presence: bool,
        verification: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck { presence, verification })
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}

impl Device {
    /// The answer to what a browser asks when a passkey is to be made.
    pub(crate) async fn make(&mut self, options: &Value) -> Value {
        let request: CredentialCreationOptions = from_value(options.clone()).expect("options");
        let mut client = Client::new(self.authenticator());
        let made = client.register(&origin(), request, DefaultClientData).await.expect("made");
        self.0 = client.authenticator().store().clone();
        to_value(&made).expect("JSON")
    }

    /// The answer when one is to be used.
    pub(crate) async fn give(&mut self, options: &Value) -> Value {
        let request: CredentialRequestOptions = from_value(options.clone()).expect("options");
        let mut client = Client::new(self.authenticator());
        let used = client.authenticate(&origin(), request, DefaultClientData).await.expect("used");
        self.0 = client.authenticator().store().clone();
        to_value(&used).expect("JSON")
    }

    fn authenticator(&self) -> Authenticator<MemoryStore, Owner, RustCryptoBackend> {
        let mut device = Authenticator::new(Aaguid::new_empty(), self.0.clone(), Owner, RustCryptoBackend);
        device.set_make_credentials_with_signature_counter(true);
        device
    }
}

fn origin() -> Url {
    Url::parse(&format!("https://{HOST}")).expect("an address")
}

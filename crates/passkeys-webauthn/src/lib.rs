#![doc = include_str!("../README.md")]

use practice_domain::passkey::{Asked, Credential, Handle, Made, Passkey, Unproven, Used};
use practice_domain::port::{Authenticators, Fault, Holder, Question};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;
use webauthn_rs::prelude::{
    Credential as Inside, Passkey as Key, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// Asks authenticators through browsers that are at one portal.
pub struct WebAuthn(Webauthn);

/// The portal's address can have no passkeys.
#[derive(Debug, thiserror::Error)]
#[error("passkeys need an address with a host name")]
pub struct NoHostName;

impl WebAuthn {
    /// For the portal at this address, like `https://portal.example`, which people know by this name.
    ///
    /// # Errors
    ///
    /// [`NoHostName`] when the address has a number for a host, or is none.
    pub fn new(base_url: &str, brand: &str) -> Result<Self, NoHostName> {
        let origin = Url::parse(base_url).map_err(|_| NoHostName)?;
        let host = origin.domain().ok_or(NoHostName)?;
        let builder = WebauthnBuilder::new(host, &origin).map_err(|_| NoHostName)?;
        builder.rp_name(brand).build().map(Self).map_err(|_| NoHostName)
    }
}

impl Authenticators for WebAuthn {
    fn ask_to_make(&self, whose: &Holder, kept: &[Passkey]) -> Result<Question, Fault> {
        let held = kept.iter().map(|key| key.handle.0.clone()).collect();
        let (name, called) = (whose.email.as_typed(), whose.name.to_string());
        let called = if called.is_empty() { name.to_owned() } else { called };
        let begun = self.0.start_passkey_registration(whose.account.0, name, &called, Some(held));
        let (options, state) = begun.map_err(|error| Fault::corrupt("passkeys", error))?;
        question(&options, &state)
    }

    fn made(&self, asked: &Asked, answer: &str) -> Result<Made, Unproven> {
        let state: PasskeyRegistration = read(&asked.0)?;
        let answer: RegisterPublicKeyCredential = read(answer)?;
        let key = self.0.finish_passkey_registration(&answer, &state).map_err(|_| Unproven::Wrong)?;
        let handle = Handle(key.cred_id().clone());
        let credential = credential(&key).map_err(|_| Unproven::Wrong)?;
        Ok(Made { handle, credential, counter: Inside::from(key).counter })
    }

    fn ask_to_use(&self, kept: &[Passkey]) -> Result<Question, Fault> {
        let keys = kept.iter().map(|key| serde_json::from_str(&key.credential.0)).collect::<Result<Vec<Key>, _>>();
        let keys = keys.map_err(|error| Fault::corrupt("passkeys", error))?;
        let begun = self.0.start_passkey_authentication(&keys);
        let (options, state) = begun.map_err(|error| Fault::corrupt("passkeys", error))?;
        let asked = Waiting { state, keys };
        question(&options, &asked)
    }

    fn used(&self, asked: &Asked, answer: &str) -> Result<Used, Unproven> {
        let Waiting { state, mut keys } = read(&asked.0)?;
        let answer: PublicKeyCredential = read(answer)?;
        let passkey = Handle(answer.raw_id.clone());
        let result = self.0.finish_passkey_authentication(&answer, &state).map_err(|error| match error {
            WebauthnError::CredentialPossibleCompromise => Unproven::Backwards { passkey },
            _ => Unproven::Wrong,
        })?;
        if !result.user_verified() {
            return Err(Unproven::Wrong);
        }
        let key = keys.iter_mut().find(|key| key.cred_id() == result.cred_id()).ok_or(Unproven::Wrong)?;
        key.update_credential(&result);
        let credential = credential(key).map_err(|_| Unproven::Wrong)?;
        Ok(Used { handle: Handle(key.cred_id().clone()), credential, counter: result.counter() })
    }
}

/// What is remembered while an authenticator is asked to use one of these.
#[derive(Serialize, serde::Deserialize)]
struct Waiting {
    state: PasskeyAuthentication,
    keys: Vec<Key>,
}

fn question(options: &impl Serialize, state: &impl Serialize) -> Result<Question, Fault> {
    let text = |json: Result<String, serde_json::Error>| json.map_err(|error| Fault::corrupt("passkeys", error));
    Ok(Question { options: text(serde_json::to_string(options))?, asked: Asked(text(serde_json::to_string(state))?) })
}

fn credential(key: &Key) -> Result<Credential, serde_json::Error> {
    serde_json::to_string(key).map(Credential)
}

fn read<T: DeserializeOwned>(json: &str) -> Result<T, Unproven> {
    serde_json::from_str(json).map_err(|_| Unproven::Wrong)
}

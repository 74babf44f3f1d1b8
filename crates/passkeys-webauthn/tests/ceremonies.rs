//! Whole ceremonies with an authenticator that nobody here wrote: the client side of 1Password's `passkey`.

use passkey::authenticator::{Authenticator, MemoryStore, UiHint, UserCheck, UserValidationMethod};
use passkey::client::{Client, DefaultClientData};
use passkey::crypto::rust_crypto::RustCryptoBackend;
use passkey::types::ctap2::{Aaguid, Ctap2Error};
use passkey::types::webauthn::{CredentialCreationOptions, CredentialRequestOptions};
use practice_domain::passkey::{Asked, Credential, Handle, Passkey, Unproven};
use practice_domain::port::{Authenticators, Holder};
use practice_domain::value::{AccountId, Email, PasskeyId, PasskeyName, PersonName, Time};
use practice_passkeys_webauthn::WebAuthn;
use practice_testkit::interleave::run;
use url::Url;
use uuid::Uuid;

const PORTAL: &str = "https://portal.example.com";

/// Something that keeps passkeys, and makes sure of its person or does not.
#[derive(Clone, Default)]
struct Device {
    store: MemoryStore,
    careless: bool,
}

struct Person {
    verified: bool,
}

#[async_trait::async_trait]
impl UserValidationMethod for Person {
    type PasskeyItem = passkey::types::Passkey;

    async fn check_user<'a>(
        &self,
        _hint: UiHint<'a, Self::PasskeyItem>,
        presence: bool,
        _verification: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck { presence, verification: self.verified })
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}

impl Device {
    fn authenticator(&self) -> Authenticator<MemoryStore, Person, RustCryptoBackend> {
        let person = Person { verified: !self.careless };
        let mut authenticator = Authenticator::new(Aaguid::new_empty(), self.store.clone(), person, RustCryptoBackend);
        authenticator.set_make_credentials_with_signature_counter(true);
        authenticator
    }

    /// What the device would be asked, if it may be careless about its person.
    fn asked(&self, options: &str) -> String {
        if self.careless { options.replace(r#""required""#, r#""discouraged""#) } else { options.to_owned() }
    }

    fn make(&mut self, at: &str, options: &str) -> String {
        let request: CredentialCreationOptions = serde_json::from_str(&self.asked(options)).expect("options");
        let (mut client, origin) = (Client::new(self.authenticator()), Url::parse(at).expect("an origin"));
        let made = run(client.register(&origin, request, DefaultClientData)).expect("made");
        self.store = client.authenticator().store().clone();
        serde_json::to_string(&made).expect("JSON")
    }

    fn use_one(&mut self, at: &str, options: &str) -> String {
        let request: CredentialRequestOptions = serde_json::from_str(&self.asked(options)).expect("options");
        let (mut client, origin) = (Client::new(self.authenticator()), Url::parse(at).expect("an origin"));
        let used = run(client.authenticate(&origin, request, DefaultClientData)).expect("used");
        self.store = client.authenticator().store().clone();
        serde_json::to_string(&used).expect("JSON")
    }
}

fn portal() -> WebAuthn {
    WebAuthn::new(PORTAL, "Practice Portal").expect("an address with a host")
}

fn ask_to_make(portal: &WebAuthn, kept: &[Passkey]) -> (String, Asked) {
    let (email, name) = (Email::parse("ann@x.example").expect("an address"), PersonName::default());
    let whose = Holder { account: AccountId(Uuid::from_u128(7)), email, name };
    let question = portal.ask_to_make(&whose, kept).expect("asked");
    (question.options, question.asked)
}

fn ask_to_use(portal: &WebAuthn, kept: &[Passkey]) -> (String, Asked) {
    let question = portal.ask_to_use(kept).expect("asked");
    (question.options, question.asked)
}

/// A device with one passkey, and what the portal keeps of it.
fn enrolled(portal: &WebAuthn) -> (Device, Passkey) {
    let mut device = Device::default();
    let (options, asked) = ask_to_make(portal, &[]);
    let made = portal.made(&asked, &device.make(PORTAL, &options)).expect("right");
    let (id, name) = (PasskeyId(Uuid::from_u128(1)), PasskeyName::parse("Key").expect("a name"));
    let at = Time::from_micros(0);
    let (handle, credential, counter) = (made.handle, made.credential, made.counter);
    (device, Passkey { id, name, handle, credential, counter, added_at: at, used_at: None })
}

/// SESS-3
#[test]
fn a_passkey_is_made_and_used_again_and_again() {
    let portal = portal();
    let (mut device, mut kept) = enrolled(&portal);
    for _ in 0..3 {
        let (options, asked) = ask_to_use(&portal, std::slice::from_ref(&kept));
        let used = portal.used(&asked, &device.use_one(PORTAL, &options)).expect("right");
        assert_eq!(used.handle, kept.handle);
        assert!(used.counter > kept.counter, "{} after {}", used.counter, kept.counter);
        (kept.counter, kept.credential) = (used.counter, used.credential);
    }
}

/// SESS-3: what the browser is asked makes sure of the person, names the host, and says which passkeys there are.
#[test]
fn the_question_asks_for_its_person_and_for_no_attestation() {
    let portal = portal();
    let (_, kept) = enrolled(&portal);
    let (making, other) = (ask_to_make(&portal, std::slice::from_ref(&kept)).0, ask_to_make(&portal, &[]).0);
    let json: serde_json::Value = serde_json::from_str(&making).expect("JSON");
    let asked = &json["publicKey"];
    assert_eq!(asked["rp"]["id"], "portal.example.com");
    assert_eq!(asked["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(asked["user"]["displayName"], "ann@x.example", "who has no name");
    assert_eq!(asked["excludeCredentials"].as_array().map(Vec::len), Some(1));
    assert!(asked["attestation"].is_null() || asked["attestation"] == "none");
    let challenge = |text: &str| {
        serde_json::from_str::<serde_json::Value>(text).expect("JSON")["publicKey"]["challenge"].to_string()
    };
    assert_ne!(challenge(&making), challenge(&other), "a new one each time");
    assert!(challenge(&making).len() >= 24, "128 bits or more: {}", challenge(&making));
}

/// SESS-3: an answer counts for its own challenge, this portal and this key only, and with its person made sure of.
#[test]
fn no_other_answer_is_taken() {
    let portal = portal();
    let (device, kept) = enrolled(&portal);
    let keys = std::slice::from_ref(&kept);
    let (options, asked) = ask_to_use(&portal, keys);
    let (other, _) = ask_to_use(&portal, keys);
    let answer = |mut device: Device, at: &str, options: &str| device.use_one(at, options);
    let right = answer(device.clone(), PORTAL, &options);
    let refused = |answer: &str| matches!(portal.used(&asked, answer), Err(Unproven::Wrong));
    assert!(refused(&answer(device.clone(), PORTAL, &other)), "another challenge");
    assert!(refused(&answer(device.clone(), "https://evil.portal.example.com", &options)), "another origin");
    assert!(refused(&answer(device.clone(), "https://portal.example.com:8443", &options)), "another port");
    assert!(refused(&answer(Device { careless: true, ..device.clone() }, PORTAL, &options)), "nobody made sure");
    assert!(refused("{}") && refused("nonsense") && refused(""));
    let (_, stranger) = enrolled(&portal);
    let (_, asked_other) = ask_to_use(&portal, &[stranger]);
    assert!(matches!(portal.used(&asked_other, &right), Err(Unproven::Wrong)), "a key that was not asked for");
    assert!(portal.used(&asked, &right).is_ok(), "the right one");
    assert!(matches!(portal.used(&Asked(String::new()), &right), Err(Unproven::Wrong)), "nothing was asked");
}

/// SESS-3
#[test]
fn no_other_passkey_is_made() {
    let portal = portal();
    let (options, asked) = ask_to_make(&portal, &[]);
    let (other, _) = ask_to_make(&portal, &[]);
    let make = |careless: bool, at: &str, options: &str| Device { careless, ..Device::default() }.make(at, options);
    let refused = |answer: &str| matches!(portal.made(&asked, answer), Err(Unproven::Wrong));
    assert!(refused(&make(false, PORTAL, &other)), "another challenge");
    assert!(refused(&make(false, "https://evil.portal.example.com", &options)), "another origin");
    assert!(refused(&make(true, PORTAL, &options)), "nobody made sure of the person");
    assert!(refused("{}") && refused(""));
    assert!(portal.made(&asked, &make(false, PORTAL, &options)).is_ok());
}

/// SESS-3: a copy of a device is noticed by its counter, and a wrong signature is not taken for a copy.
#[test]
fn a_counter_that_goes_backwards_is_told_apart() {
    let portal = portal();
    let (mut device, mut kept) = enrolled(&portal);
    let mut copy = device.clone();
    let (options, asked) = ask_to_use(&portal, std::slice::from_ref(&kept));
    let used = portal.used(&asked, &device.use_one(PORTAL, &options)).expect("right");
    (kept.counter, kept.credential) = (used.counter, used.credential);
    let (options, asked) = ask_to_use(&portal, std::slice::from_ref(&kept));
    let late = copy.use_one(PORTAL, &options);
    let Err(Unproven::Backwards { passkey }) = portal.used(&asked, &late) else { panic!("the copy came in") };
    assert_eq!(passkey, kept.handle);
    let (_, elsewhere) = ask_to_use(&portal, std::slice::from_ref(&kept));
    assert!(matches!(portal.used(&elsewhere, &late), Err(Unproven::Wrong)));
}

#[test]
fn an_address_without_a_host_name_has_no_passkeys() {
    for address in ["http://127.0.0.1:8080", "https://[::1]", "portal", ""] {
        assert!(WebAuthn::new(address, "Practice Portal").is_err(), "{address}");
    }
    assert!(WebAuthn::new("http://localhost:8080", "Practice Portal").is_ok());
}

#[test]
fn a_kept_passkey_that_cannot_be_read_is_a_fault() {
    let portal = portal();
    let (_, kept) = enrolled(&portal);
    let broken = Passkey { credential: Credential("…".to_owned()), handle: Handle(vec![1]), ..kept };
    assert!(portal.ask_to_use(&[broken]).is_err());
}

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use practice_domain::billing::{EventRef, SubscriptionRef};
use practice_domain::port::{EventAbout, EventRefused, PaymentEvent, PaymentEvents};
use practice_domain::value::{AccountId, PurchaseId, Time};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;
use uuid::Uuid;

use crate::settings::{StripeSettingsError, is_token};

/// Believes what Stripe signed (`WH-01`). `Debug` hides the secrets.
pub struct StripeEvents {
    secrets: Vec<SecretString>,
    live: bool,
}

impl StripeEvents {
    /// The secret of our webhook endpoint, and while it is being changed the one before, too. `live` says whether events must be about
    /// real money; the others are then refused.
    ///
    /// # Errors
    ///
    /// [`StripeSettingsError::WebhookSecret`].
    pub fn new(secrets: Vec<SecretString>, live: bool) -> Result<Self, StripeSettingsError> {
        let good = secrets.iter().all(|secret| is_token(secret.expose_secret(), &["whsec_"]));
        if good && (1..=2).contains(&secrets.len()) {
            Ok(Self { secrets, live })
        } else {
            Err(StripeSettingsError::WebhookSecret)
        }
    }

    /// Whether one of the signatures was made with one of the secrets. All are tried, so that time tells nothing.
    fn is_signed(&self, body: &[u8], signed: &Signed<'_>) -> bool {
        let mut fits = false;
        for secret in &self.secrets {
            for signature in &signed.signatures {
                let mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes());
                let mac = mac.map(|mac| mac.chain_update(signed.time).chain_update(".").chain_update(body));
                fits |= mac.is_ok_and(|mac| mac.verify_slice(signature).is_ok());
            }
        }
        fits
    }
}

impl PaymentEvents for StripeEvents {
    fn verify(&self, body: &[u8], signature: &str, now: Time) -> Result<PaymentEvent, EventRefused> {
        let signed = Signed::read(signature).ok_or(EventRefused::Signature)?;
        if !self.is_signed(body, &signed) {
            return Err(EventRefused::Signature);
        }
        let at = signed.time.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(1_000_000));
        let off = at.map(|at| now.micros().abs_diff(at)).ok_or(EventRefused::Time)?;
        if off > TOLERANCE {
            return Err(EventRefused::Time);
        }
        let event: Event = serde_json::from_slice(body).map_err(|_| EventRefused::Form)?;
        let told = event.told().ok_or(EventRefused::Form)?;
        if event.livemode == self.live { Ok(told) } else { Err(EventRefused::Mode) }
    }
}

impl fmt::Debug for StripeEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StripeEvents").field("live", &self.live).finish_non_exhaustive()
    }
}

/// The header `Stripe-Signature`: a time, and signatures. Those of other schemes than `v1` are not looked at.
struct Signed<'a> {
    time: &'a str,
    signatures: Vec<Vec<u8>>,
}

impl<'a> Signed<'a> {
    fn read(header: &'a str) -> Option<Self> {
        if header.len() > LONGEST_HEADER {
            return None;
        }
        let fields = || header.split(',').filter_map(|field| field.split_once('='));
        let mut times = fields().filter(|(name, _)| name.trim() == "t").map(|(_, value)| value.trim());
        let time = times.next().filter(|_| times.next().is_none())?;
        let signatures = fields().filter(|(name, _)| name.trim() == "v1").filter_map(|(_, value)| hex(value.trim()));
        Some(Self { time, signatures: signatures.collect() })
    }
}

/// The 32 bytes of a digest.
fn hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let bytes = text.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    bytes.collect::<Option<Vec<u8>>>().filter(|bytes| bytes.len() == 32)
}

/// An event, posted or listed.
#[derive(Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    #[serde(rename = "type")]
    kind: String,
    livemode: bool,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Value,
}

impl Event {
    /// Its name and what it is about; none when it has no name that can be.
    pub(crate) fn told(&self) -> Option<PaymentEvent> {
        let id = EventRef::parse(&self.id).ok()?;
        Some(PaymentEvent { id, about: about(&self.kind, &self.data.object) })
    }
}

/// What an event is about. Only names are read.
fn about(kind: &str, object: &Value) -> EventAbout {
    if kind.starts_with("customer.subscription.") {
        return subscription(object.get("id"), object.get("metadata"));
    }
    if kind.starts_with("invoice.") {
        let parent = &object["parent"]["subscription_details"];
        return subscription(parent.get("subscription"), parent.get("metadata"));
    }
    if CARDS.iter().any(|start| kind.starts_with(start)) {
        let account = object["metadata"]["account"].as_str().and_then(|text| Uuid::try_parse(text).ok());
        return account.map_or(EventAbout::Other, |account| EventAbout::Card(AccountId(account)));
    }
    EventAbout::Other
}

fn subscription(name: Option<&Value>, metadata: Option<&Value>) -> EventAbout {
    let name = name.and_then(|name| name.as_str().or_else(|| name["id"].as_str()));
    let Some(Ok(name)) = name.map(SubscriptionRef::parse) else { return EventAbout::Other };
    let purchase = metadata.and_then(|metadata| metadata["purchase"].as_str());
    let purchase = purchase.and_then(|text| Uuid::try_parse(text).ok()).map(PurchaseId);
    EventAbout::Subscription(name, purchase)
}

/// Events that a card may have changed with. What they are about has our account noted with it.
const CARDS: &[&str] = &["checkout.session.completed", "customer.updated", "payment_method.", "setup_intent.succeeded"];

/// Five minutes, in microseconds.
const TOLERANCE: u64 = 300_000_000;
/// Two secrets and all schemes are a few hundred characters.
const LONGEST_HEADER: usize = 4_096;

#[cfg(test)]
mod tests {
    use super::*;
    use practice_domain::value::Time;

    const SECRET: &str = "whsec_0123456789";
    const OLD: &str = "whsec_of_long_ago";
    /// What `t` says in the header below.
    const NOW: Time = Time::from_micros(1_767_614_400_000_000);
    const BODY: &[u8] = br#"{"id":"evt_1","type":"customer.subscription.updated","livemode":false,"data":{"object":{"id":"sub_1","metadata":{"purchase":"00000000-0000-0000-0000-000000000007"}}}}"#;
    const GOOD: &str = "66eff12dc9e463679ea6cede264e0c77ef2e289e748814b5637a61e48ae92580";

    fn events(secrets: &[&str], live: bool) -> StripeEvents {
        StripeEvents::new(secrets.iter().copied().map(SecretString::from).collect(), live).expect("good secrets")
    }

    fn signed(secret: &str, time: &str, body: &[u8]) -> String {
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
        let mac = mac.chain_update(time).chain_update(".").chain_update(body).finalize().into_bytes();
        format!("t={time},v1={}", mac.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    }

    fn read(body: &str, live: bool) -> Result<PaymentEvent, EventRefused> {
        events(&[SECRET], live).verify(body.as_bytes(), &signed(SECRET, "1767614400", body.as_bytes()), NOW)
    }

    /// WH-01
    #[test]
    fn what_stripe_signed_is_believed() {
        let header = format!("t=1767614400,v1={GOOD}");
        let event = events(&[SECRET], false).verify(BODY, &header, NOW).expect("signed");
        assert_eq!(event.id.as_str(), "evt_1");
        let purchase = Some(PurchaseId(Uuid::from_u128(7)));
        assert_eq!(event.about, EventAbout::Subscription(SubscriptionRef::parse("sub_1").expect("a name"), purchase));
        let several = format!("t=1767614400,v1={},v0=x,v1={GOOD}", "0".repeat(64));
        assert!(events(&[SECRET], false).verify(BODY, &several, NOW).is_ok(), "any of several may fit");
    }

    /// WH-01
    #[test]
    fn nothing_else_is_believed() {
        let events = events(&[SECRET], false);
        let refused = |body: &[u8], header: &str| events.verify(body, header, NOW) == Err(EventRefused::Signature);
        for at in 0..BODY.len() {
            let mut other = BODY.to_vec();
            other[at] ^= 1;
            assert!(refused(&other, &format!("t=1767614400,v1={GOOD}")), "{at}");
        }
        let spaced = [BODY, b" "].concat();
        assert!(refused(&spaced, &format!("t=1767614400,v1={GOOD}")), "written anew, it is another body");
        for header in [
            String::new(),
            GOOD.to_owned(),
            format!("v1={GOOD}"),
            "t=1767614400".to_owned(),
            format!("t=1767614400,v0={GOOD}"),
            format!("t=1767614401,v1={GOOD}"),
            format!("t=1767614400,t=1,v1={GOOD}"),
            format!("t=1767614400,v1={}", &GOOD[..62]),
            format!("t=1767614400,v1={GOOD}00"),
            format!("t=1767614400,v1={}", GOOD.replace('f', "\u{e9}")),
            format!("t=1767614400,v1={GOOD}{}", ",v1=00".repeat(1_000)),
            signed("", "1767614400", BODY),
            signed("whsec_another", "1767614400", BODY),
        ] {
            assert!(refused(BODY, &header), "{header}");
        }
    }

    /// WH-01
    #[test]
    fn five_minutes_are_tolerated_either_way() {
        for (time, expected) in [
            ("1767614100", Ok(())),
            ("1767614700", Ok(())),
            ("1767614099", Err(EventRefused::Time)),
            ("1767614701", Err(EventRefused::Time)),
            ("9999999999999999999", Err(EventRefused::Time)),
            ("soon", Err(EventRefused::Time)),
        ] {
            let told = events(&[SECRET], false).verify(BODY, &signed(SECRET, time, BODY), NOW);
            assert_eq!(told.map(drop), expected, "{time}");
        }
    }

    /// WH-01: while a secret is changed, either is good; afterwards the new one alone.
    #[test]
    fn secrets_can_be_changed() {
        let by_the_old = signed(OLD, "1767614400", BODY);
        assert!(events(&[SECRET, OLD], false).verify(BODY, &by_the_old, NOW).is_ok());
        assert_eq!(events(&[SECRET], false).verify(BODY, &by_the_old, NOW), Err(EventRefused::Signature));
    }

    /// WH-01
    #[test]
    fn an_empty_secret_is_none() {
        for secrets in [&[][..], &[""], &["whsec_"], &[SECRET, ""], &["0123456789abcdef"], &[SECRET, OLD, SECRET]] {
            let secrets = secrets.iter().copied().map(SecretString::from).collect();
            assert_eq!(StripeEvents::new(secrets, true).err(), Some(StripeSettingsError::WebhookSecret));
        }
    }

    /// WH-04
    #[test]
    fn test_money_is_not_real_money() {
        let event = |live: bool| format!(r#"{{"id":"evt_1","type":"x","livemode":{live},"data":{{"object":{{}}}}}}"#);
        assert_eq!(read(&event(true), false), Err(EventRefused::Mode));
        assert_eq!(read(&event(false), true), Err(EventRefused::Mode));
        assert!(read(&event(true), true).is_ok());
    }

    #[test]
    fn what_is_no_event_is_refused() {
        for body in
            ["", "[]", "{}", r#"{"id":"","type":"x","livemode":false,"data":{"object":{}}}"#, r#"{"id":"evt_1"}"#]
        {
            assert_eq!(read(body, false), Err(EventRefused::Form), "{body}");
        }
    }

    /// WH-03
    #[test]
    fn events_name_what_to_look_at() {
        let about = |kind: &str, object: &str| {
            let body = format!(r#"{{"id":"evt_1","type":"{kind}","livemode":false,"data":{{"object":{object}}}}}"#);
            read(&body, false).expect("an event").about
        };
        let sub = SubscriptionRef::parse("sub_1").expect("a name");
        let (purchase, account) = (PurchaseId(Uuid::from_u128(7)), AccountId(Uuid::from_u128(8)));
        let invoice = format!(
            r#"{{"id":"in_1","parent":{{"subscription_details":{{"subscription":"sub_1","metadata":{{"purchase":"{purchase}"}}}}}}}}"#
        );
        assert_eq!(about("invoice.paid", &invoice), EventAbout::Subscription(sub.clone(), Some(purchase)));
        let whole = r#"{"parent":{"subscription_details":{"subscription":{"id":"sub_1"},"metadata":null}}}"#;
        assert_eq!(about("invoice.payment_failed", whole), EventAbout::Subscription(sub.clone(), None));
        assert_eq!(about("invoice.paid", r#"{"id":"in_1","parent":null}"#), EventAbout::Other, "of no subscription");
        assert_eq!(about("customer.subscription.deleted", r#"{"id":"sub_1"}"#), EventAbout::Subscription(sub, None));
        let noted = format!(r#"{{"metadata":{{"account":"{account}"}}}}"#);
        for kind in ["checkout.session.completed", "customer.updated", "payment_method.automatically_updated"] {
            assert_eq!(about(kind, &noted), EventAbout::Card(account), "{kind}");
            assert_eq!(about(kind, r#"{"metadata":{"account":"x"}}"#), EventAbout::Other, "{kind}");
        }
        assert_eq!(about("charge.succeeded", &noted), EventAbout::Other);
    }

    /// PV-01
    #[test]
    fn debug_hides_the_secrets() {
        assert!(!format!("{:?}", events(&[SECRET], true)).contains("0123456789"));
    }
}

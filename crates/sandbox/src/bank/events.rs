use practice_domain::billing::{EventRef, SubscriptionRef};
use practice_domain::port::{EventAbout, EventRefused, Fault, Keys, PaymentEvent, PaymentEvents};
use practice_domain::value::{AccountId, PurchaseId, Time};
use serde::{Deserialize, Serialize};
use std::time::Duration;

use crate::bank::Bank;
use crate::bank::books::{Books, Unreadable};

/// Something that happened. It stays in the books after it was told, so that it can be listed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Event {
    name: String,
    subject: Subject,
    /// When it happened.
    #[serde(default)]
    at: i64,
    /// When it is told next.
    due: i64,
    /// How often it is still to be told.
    left: u8,
}

/// What happened to what.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Subject {
    /// A subscription, and the purchase that it began with.
    Subscription { name: String, purchase: String },
    /// The card of an account.
    Card { account: String },
}

/// A webhook, ready to be posted to the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// The event's name.
    pub event: String,
    /// What is sent.
    pub body: Vec<u8>,
    /// The header [`Bank::SIGNATURE`].
    pub signature: String,
}

/// A webhook's body.
#[derive(Serialize, Deserialize)]
struct Body {
    id: String,
    subject: Subject,
}

impl Books {
    /// Notes that something happened. It will be told twice, and which of two events is told first is not said.
    pub(super) fn tell(&mut self, subject: Subject, now: Time) {
        let name = self.draw("simevt");
        let odd = name.ends_with(['1', '3', '5', '7', '9']);
        let due = now.plus(if odd { SOON } else { LATER }).micros();
        self.events.push(Event { name, subject, at: now.micros(), due, left: 2 });
        let forgotten = self.events.len().saturating_sub(MOST);
        self.events.drain(..forgotten);
    }

    /// What happened since a moment, the oldest first, from the event after this one on.
    pub(super) fn listed(
        &self,
        since: Time,
        after: Option<&EventRef>,
        most: usize,
    ) -> Result<Vec<PaymentEvent>, Unreadable> {
        let last = after.and_then(|after| self.events.iter().position(|event| event.name == after.as_str()));
        let rest = self.events.iter().skip(last.map_or(0, |last| last + 1));
        rest.filter(|event| event.at >= since.micros())
            .take(most)
            .map(|event| read(&event.name, &event.subject))
            .collect()
    }
}

/// An event, as the portal knows it.
fn read(name: &str, subject: &Subject) -> Result<PaymentEvent, Unreadable> {
    let about = match subject {
        Subject::Subscription { name, purchase } => {
            EventAbout::Subscription(SubscriptionRef::parse(name)?, Some(PurchaseId(purchase.parse()?)))
        }
        Subject::Card { account } => EventAbout::Card(AccountId(account.parse()?)),
    };
    Ok(PaymentEvent { id: EventRef::parse(name)?, about })
}

impl Bank {
    /// The header that carries a webhook's signature.
    pub const SIGNATURE: &str = "simulator-signature";

    /// What is to be told now. Each is told again later, until [`Bank::told`] has heard twice that it arrived.
    ///
    /// # Errors
    ///
    /// When the books cannot be read.
    pub fn postings(&self) -> Result<Vec<Posting>, Fault> {
        self.change(|books, now| {
            let due = books.events.iter().filter(|event| event.left > 0 && event.due <= now.micros());
            Ok(due.map(|event| self.posting(event, now)).collect())
        })
    }

    /// Notes whether a webhook arrived.
    ///
    /// # Errors
    ///
    /// When the books cannot be kept.
    pub fn told(&self, posting: &Posting, arrived: bool) -> Result<(), Fault> {
        self.change(|books, now| {
            if let Some(event) = books.events.iter_mut().find(|event| event.name == posting.event) {
                event.left = event.left.saturating_sub(u8::from(arrived));
                event.due = now.plus(AGAIN).micros();
            }
            Ok(())
        })
    }

    fn posting(&self, event: &Event, now: Time) -> Posting {
        let body = Body { id: event.name.clone(), subject: event.subject.clone() };
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let seconds = now.micros().div_euclid(SECOND);
        let signature = format!("{seconds}.{}", self.keys.form_token(&signed(&*self.keys, seconds, &body)));
        Posting { event: event.name.clone(), body, signature }
    }
}

fn signed(keys: &dyn Keys, seconds: i64, body: &[u8]) -> practice_domain::value::Digest {
    let begin = format!("card simulator event {seconds} ");
    keys.digest(&[begin.as_bytes(), body].concat())
}

impl PaymentEvents for Bank {
    fn verify(&self, body: &[u8], signature: &str, now: Time) -> Result<PaymentEvent, EventRefused> {
        let (seconds, tag) = signature.split_once('.').ok_or(EventRefused::Signature)?;
        let seconds: i64 = seconds.parse().map_err(|_| EventRefused::Signature)?;
        if !self.keys.is_form_token(&signed(&*self.keys, seconds, body), tag) {
            return Err(EventRefused::Signature);
        }
        if now.micros().div_euclid(SECOND).abs_diff(seconds) > TOLERANCE {
            return Err(EventRefused::Time);
        }
        let body: Body = serde_json::from_slice(body).map_err(|_| EventRefused::Form)?;
        read(&body.id, &body.subject).map_err(|_| EventRefused::Form)
    }
}

const SECOND: i64 = 1_000_000;

/// How far a signature's time may be from now, in seconds.
const TOLERANCE: u64 = 300;

const SOON: Duration = Duration::from_millis(300);
const LATER: Duration = Duration::from_millis(1_500);

/// Between two tellings of one event.
const AGAIN: Duration = Duration::from_secs(3);

/// How many events are remembered.
const MOST: usize = 500;

mod book;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use practice_domain::billing::calendar::Period;
use practice_domain::billing::{
    Brand, Card, CardRef, CustomerRef, Decline, Doubt, EventRef, Expiry, Last4, SubscriptionRef,
};
use practice_domain::port::{
    Answer, CardEntry, Clock, Customer, EventAbout, EventRefused, Fault, GiveBack, Order, PaidInvoice, PaymentEvent,
    PaymentEvents, Payments, Remote, RemoteStanding, RunningPage, Stop,
};
use practice_domain::value::{PurchaseId, Time};

use crate::fakes::payments::book::Till;
use crate::lock;

/// A payment provider that does what a test tells it, the bad things above all. It behaves as Stripe documents: what was answered
/// under a key is answered again, errors included.
pub struct FakePayments {
    state: Mutex<Till>,
    clock: Arc<dyn Clock>,
}

/// How the provider takes the next order that it sees for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// It charges, and says so.
    Charges,
    /// It charges a cent more, and says so.
    Overcharges,
    /// The bank refuses.
    Declines(Decline),
    /// Its invoice is of another amount, and it charges nothing.
    FindsOtherAmount,
    /// The payer must confirm first.
    Asks,
    /// The request never arrives.
    LosesRequest,
    /// It charges, and the answer is lost.
    LosesAnswer,
    /// The request is late: nothing yet, but it charges when time goes on.
    IsLate,
    /// It fails before it charges, and answers so for ever under this key.
    FailsBefore,
    /// It charges, then fails, and answers that it failed for ever under this key.
    FailsAfter,
}

/// A subscription at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FakeSubscription {
    /// The purchase that it began with; the nil one where it was not sold here.
    pub purchase: PurchaseId,
    /// What was ordered.
    pub order: Order,
    /// How it stands; none until the payer has confirmed.
    pub standing: Option<RemoteStanding>,
    /// Until when.
    pub period: Period,
    /// How many periods there were before this one.
    pub number: u32,
    /// Everything that was charged: what, and whether it was given back.
    pub charges: Vec<(PaidInvoice, bool)>,
    /// Whether it ends with its period.
    pub ends_with_period: bool,
    anchor: Time,
}

impl FakePayments {
    /// A provider with nobody in it.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { state: Mutex::default(), clock }
    }

    /// The next new order is taken like this; orders without a mood are charged.
    pub fn next(&self, mood: Mood) {
        lock(&self.state).moods.push_back(mood);
    }

    /// Whether everything but orders fails.
    pub fn set_down(&self, down: bool) {
        lock(&self.state).down = down;
    }

    /// As if somebody had entered a card on the provider's page.
    pub fn enter_card(&self, customer: &CustomerRef, last4: &str, year: u16, month: u8) {
        let now = self.clock.now();
        let mut state = lock(&self.state);
        let name = state.draw("card");
        let card = CardRef::parse(&name).ok().zip(Last4::parse(last4)).zip(Expiry::new(year, month));
        if let Some(((reference, last4), expiry)) = card {
            let card = Card { reference, brand: Brand::Visa, last4, expiry };
            state.cards.insert(customer.clone(), card);
            let account = state.customers.iter().find(|(_, known)| *known == customer).map(|(account, _)| *account);
            if let Some(account) = account {
                state.tell(EventAbout::Card(account), now);
            }
        }
    }

    /// Requests that were late arrive.
    pub fn arrive(&self) {
        let now = self.clock.now();
        let mut state = lock(&self.state);
        for order in std::mem::take(&mut state.late) {
            if !state.answers.contains_key(&order.key) {
                let answer = state.charge(&order, now);
                state.answers.insert(order.key, answer);
            }
        }
    }

    /// The payers of all orders that wait for it confirm, or let the time for it pass.
    pub fn confirm_waiting(&self, confirm: bool) {
        let now = self.clock.now();
        let mut state = lock(&self.state);
        let waiting: Vec<SubscriptionRef> = state
            .subscriptions
            .iter()
            .filter(|(_, one)| one.standing.is_none())
            .map(|(name, _)| name.clone())
            .collect();
        for name in waiting {
            state.confirm(&name, confirm, now);
        }
    }

    /// Every running subscription whose period is over is renewed, or fails to be.
    pub fn renew_due(&self, succeeds: bool) {
        let now = self.clock.now();
        let mut state = lock(&self.state);
        let due: Vec<SubscriptionRef> =
            state.subscriptions.iter().filter(|(_, one)| one.is_due(now)).map(|(name, _)| name.clone()).collect();
        for name in due {
            state.renew(&name, succeeds, now);
        }
    }

    /// As if vendor support had ended the first running subscription at the provider.
    pub fn end_one(&self) {
        let now = self.clock.now();
        let mut state = lock(&self.state);
        let first = state.subscriptions.iter().find(|(_, one)| one.standing == Some(RemoteStanding::Live));
        if let Some(name) = first.map(|(name, _)| name.clone()) {
            state.end(&name, now);
        }
    }

    /// As if somebody had changed at the provider whatever they liked; nothing of it is told.
    pub fn edit(&self, act: impl FnOnce(&mut BTreeMap<SubscriptionRef, FakeSubscription>)) {
        act(&mut lock(&self.state).subscriptions);
    }

    /// What happened and was not yet told, in order; from now on it counts as told.
    #[must_use]
    pub fn take_events(&self) -> Vec<PaymentEvent> {
        std::mem::take(&mut lock(&self.state).events)
    }

    /// Every subscription that ever was.
    #[must_use]
    pub fn subscriptions(&self) -> Vec<(SubscriptionRef, FakeSubscription)> {
        lock(&self.state).subscriptions.iter().map(|(name, one)| (name.clone(), one.clone())).collect()
    }

    fn reach(&self, operation: &'static str) -> Result<(), Fault> {
        if lock(&self.state).down { Err(Fault::unavailable(operation, "the provider is down")) } else { Ok(()) }
    }
}

impl FakeSubscription {
    /// What was charged and kept.
    pub fn kept(&self) -> impl Iterator<Item = &PaidInvoice> {
        self.charges.iter().filter(|(_, given_back)| !given_back).map(|(charge, _)| charge)
    }

    fn is_due(&self, now: Time) -> bool {
        self.standing == Some(RemoteStanding::Live) && self.period.ends <= now
    }
}

#[async_trait]
impl Payments for FakePayments {
    async fn customer(&self, who: &Customer) -> Result<CustomerRef, Fault> {
        self.reach("make a customer")?;
        let mut state = lock(&self.state);
        if let Some(known) = state.customers.get(&who.account) {
            return Ok(known.clone());
        }
        let name = CustomerRef::parse(&state.draw("cus")).map_err(|error| Fault::corrupt("customer", error))?;
        state.customers.insert(who.account, name.clone());
        Ok(name)
    }

    async fn card_entry(&self, customer: &CustomerRef, back_to: &str) -> Result<CardEntry, Fault> {
        self.reach("open the card page")?;
        Ok(CardEntry { url: format!("https://pay.example/{customer}?back={back_to}") })
    }

    async fn card(&self, customer: &CustomerRef) -> Result<Option<Card>, Fault> {
        self.reach("read the card")?;
        Ok(lock(&self.state).cards.get(customer).cloned())
    }

    async fn subscribe(&self, order: &Order) -> Answer {
        let now = self.clock.now();
        let mut state = lock(&self.state);
        if let Some(kept) = state.answers.get(&order.key) {
            return kept.clone();
        }
        let mood = state.moods.pop_front().unwrap_or(Mood::Charges);
        let (kept, told) = match mood {
            Mood::Charges => {
                let answer = state.charge(order, now);
                (Some(answer.clone()), answer)
            }
            Mood::Overcharges => {
                let answer = state.overcharge(order, now);
                (Some(answer.clone()), answer)
            }
            Mood::Declines(why) => state.refuse(order, Answer::Declined(why)),
            Mood::FindsOtherAmount => state.refuse(order, Answer::OtherAmount),
            Mood::Asks => {
                let name = state.open(order, now);
                let answer = state.answer(&name);
                (Some(answer.clone()), answer)
            }
            Mood::LosesRequest => (None, Answer::Unknown(Doubt::NoAnswer)),
            Mood::LosesAnswer => (Some(state.charge(order, now)), Answer::Unknown(Doubt::NoAnswer)),
            Mood::IsLate => {
                state.late.push(order.clone());
                (None, Answer::Unknown(Doubt::NoAnswer))
            }
            Mood::FailsBefore => (Some(Answer::Unknown(Doubt::KeySpent)), Answer::Unknown(Doubt::KeySpent)),
            Mood::FailsAfter => {
                state.charge(order, now);
                (Some(Answer::Unknown(Doubt::KeySpent)), Answer::Unknown(Doubt::KeySpent))
            }
        };
        if let Some(kept) = kept {
            state.answers.insert(order.key, kept);
        }
        told
    }

    async fn look_up(&self, purchase: PurchaseId, _: &CustomerRef) -> Result<Option<Answer>, Fault> {
        self.reach("look an order up")?;
        let state = lock(&self.state);
        let found = state.subscriptions.iter().find(|(_, one)| one.purchase == purchase).map(|(name, _)| name.clone());
        Ok(found.map(|name| state.answer(&name)).or_else(|| state.refused.get(&purchase).cloned()))
    }

    async fn subscription(&self, reference: &SubscriptionRef) -> Result<Option<Remote>, Fault> {
        self.reach("read a subscription")?;
        let state = lock(&self.state);
        Ok(state.subscriptions.get(reference).and_then(|one| {
            let paid = one.kept().cloned().collect();
            Some(Remote { standing: one.standing?, period: one.period, paid })
        }))
    }

    async fn stop(&self, stop: &Stop) -> Result<(), Fault> {
        self.reach("stop a subscription")?;
        let now = self.clock.now();
        let mut state = lock(&self.state);
        let name = &stop.subscription;
        let Some(one) = state.subscriptions.get_mut(name) else { return Ok(()) };
        match stop.give_back {
            GiveBack::Nothing => one.ends_with_period = true,
            GiveBack::Everything => one.charges.iter_mut().for_each(|(_, given_back)| *given_back = true),
            GiveBack::ChargedAfter(at) => {
                let later = one.charges.iter_mut().filter(|(charge, _)| charge.charged_at > at);
                later.for_each(|(_, given_back)| *given_back = true);
            }
        }
        if stop.give_back != GiveBack::Nothing && one.standing != Some(RemoteStanding::Ended) {
            state.end(name, now);
        }
        Ok(())
    }

    /// It lists what it ever told, told again or not.
    async fn events(&self, since: Time, after: Option<EventRef>, most: usize) -> Result<Vec<PaymentEvent>, Fault> {
        self.reach("list events")?;
        let state = lock(&self.state);
        let known = state.history.iter().position(|(_, event)| Some(&event.id) == after.as_ref());
        let rest = state.history.iter().skip(known.map_or(0, |at| at + 1)).filter(|(at, _)| *at >= since);
        Ok(rest.take(most).map(|(_, event)| event.clone()).collect())
    }

    async fn running(&self, after: Option<SubscriptionRef>, most: usize) -> Result<RunningPage, Fault> {
        self.reach("list subscriptions")?;
        Ok(lock(&self.state).running(after.as_ref(), most))
    }
}

impl PaymentEvents for FakePayments {
    /// Reads an event and a subscription in one line, signed with the word `good`.
    fn verify(&self, body: &[u8], signature: &str, _: Time) -> Result<PaymentEvent, EventRefused> {
        if signature != "good" {
            return Err(EventRefused::Signature);
        }
        let text = std::str::from_utf8(body).map_err(|_| EventRefused::Form)?;
        let (event, subscription) = text.split_once(' ').ok_or(EventRefused::Form)?;
        let id = EventRef::parse(event).map_err(|_| EventRefused::Form)?;
        let reference = SubscriptionRef::parse(subscription).map_err(|_| EventRefused::Form)?;
        let purchase = lock(&self.state).subscriptions.get(&reference).map(|one| one.purchase);
        Ok(PaymentEvent { id, about: EventAbout::Subscription(reference, purchase) })
    }
}

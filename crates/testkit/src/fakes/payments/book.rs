use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;

use practice_domain::billing::{Card, CustomerRef, Decline, Doubt, EventRef, InvoiceRef, SubscriptionRef};
use practice_domain::port::{
    Answer, EventAbout, Key, Order, PaidInvoice, PaymentEvent, RemoteStanding, Running, RunningPage, Sold,
};
use practice_domain::value::{AccountId, Money, PurchaseId, Time};

use crate::fakes::payments::{FakeSubscription, Mood};

/// What the provider knows.
#[derive(Default)]
pub(super) struct Till {
    pub(super) customers: BTreeMap<AccountId, CustomerRef>,
    pub(super) cards: BTreeMap<CustomerRef, Card>,
    pub(super) answers: BTreeMap<Key, Answer>,
    pub(super) refused: BTreeMap<PurchaseId, Answer>,
    pub(super) subscriptions: BTreeMap<SubscriptionRef, FakeSubscription>,
    pub(super) moods: VecDeque<Mood>,
    pub(super) late: Vec<Order>,
    pub(super) events: Vec<PaymentEvent>,
    pub(super) history: Vec<(Time, PaymentEvent)>,
    pub(super) drawn: u32,
    pub(super) down: bool,
}

impl Till {
    pub(super) fn draw(&mut self, kind: &str) -> String {
        self.drawn += 1;
        format!("{kind}_{:04}", self.drawn)
    }

    pub(super) fn tell(&mut self, about: EventAbout, now: Time) {
        let name = self.draw("evt");
        if let Ok(id) = EventRef::parse(&name) {
            let event = PaymentEvent { id, about };
            self.events.push(event.clone());
            self.history.push((now, event));
        }
    }

    pub(super) fn tell_of(&mut self, name: &SubscriptionRef, now: Time) {
        let purchase = self.subscriptions.get(name).map(|one| one.purchase);
        self.tell(EventAbout::Subscription(name.clone(), purchase), now);
    }

    pub(super) fn invoice(&mut self, amount: Money, now: Time) -> PaidInvoice {
        let name = self.draw("in");
        let number = name.replace("in_", "INV-");
        let reference = InvoiceRef::parse(&name).unwrap_or_else(|error| panic!("{error}"));
        PaidInvoice { reference, number, amount, charged_at: now }
    }

    pub(super) fn open(&mut self, order: &Order, now: Time) -> SubscriptionRef {
        let name = SubscriptionRef::parse(&self.draw("sub")).unwrap_or_else(|error| panic!("{error}"));
        let subscription = FakeSubscription {
            purchase: order.key.purchase,
            order: order.clone(),
            standing: None,
            period: order.option.cadence.period(now, 0),
            number: 0,
            charges: Vec::new(),
            ends_with_period: false,
            anchor: now,
        };
        self.subscriptions.insert(name.clone(), subscription);
        self.tell_of(&name, now);
        name
    }

    pub(super) fn charge(&mut self, order: &Order, now: Time) -> Answer {
        let name = self.open(order, now);
        self.confirm(&name, true, now);
        self.answer(&name)
    }

    pub(super) fn overcharge(&mut self, order: &Order, now: Time) -> Answer {
        let name = self.open(order, now);
        self.confirm(&name, true, now);
        let charges = self.subscriptions.get_mut(&name).map(|one| &mut one.charges);
        for (charge, _) in charges.into_iter().flatten() {
            charge.amount = Money::new(charge.amount.minor() + 1, charge.amount.currency());
        }
        self.answer(&name)
    }

    /// What is kept under the key, and told.
    pub(super) fn refuse(&mut self, order: &Order, answer: Answer) -> (Option<Answer>, Answer) {
        self.refused.insert(order.key.purchase, answer.clone());
        (Some(answer.clone()), answer)
    }

    pub(super) fn confirm(&mut self, name: &SubscriptionRef, confirm: bool, now: Time) {
        let Some(total) = self.subscriptions.get(name).map(|one| one.order.total) else { return };
        let invoice = confirm.then(|| self.invoice(total, now));
        if let Some(one) = self.subscriptions.get_mut(name) {
            one.standing = Some(if confirm { RemoteStanding::Live } else { RemoteStanding::Ended });
            one.period = one.order.option.cadence.period(now, 0);
            one.anchor = now;
            one.charges.extend(invoice.map(|invoice| (invoice, false)));
        }
        self.tell_of(name, now);
        self.tell_of(name, now);
    }

    pub(super) fn renew(&mut self, name: &SubscriptionRef, succeeds: bool, now: Time) {
        let Some(one) = self.subscriptions.get(name).cloned() else { return };
        if one.ends_with_period {
            self.end(name, now);
            return;
        }
        let renewal = one.order.renewal;
        let invoice = succeeds.then(|| self.invoice(renewal, now));
        if let Some(one) = self.subscriptions.get_mut(name) {
            match invoice {
                Some(invoice) => {
                    one.number += 1;
                    one.period = one.order.option.cadence.period(one.anchor, one.number);
                    one.charges.push((invoice, false));
                }
                None => one.standing = Some(RemoteStanding::Failed),
            }
        }
        self.tell_of(name, now);
    }

    pub(super) fn end(&mut self, name: &SubscriptionRef, now: Time) {
        if let Some(one) = self.subscriptions.get_mut(name) {
            one.standing = Some(RemoteStanding::Ended);
        }
        self.tell_of(name, now);
    }

    /// What the provider's own records say of a subscription.
    pub(super) fn answer(&self, name: &SubscriptionRef) -> Answer {
        let Some(one) = self.subscriptions.get(name) else { return Answer::Unknown(Doubt::NoAnswer) };
        match (one.standing, one.charges.first()) {
            (None, _) => Answer::ActionNeeded(Some(format!("https://pay.example/{name}"))),
            (Some(_), Some((invoice, _))) => {
                Answer::Confirmed(Sold { subscription: name.clone(), period: one.period, invoice: invoice.clone() })
            }
            (Some(_), None) => Answer::Declined(Decline::NotConfirmed),
        }
    }

    /// What may still be charged, by name.
    pub(super) fn running(&self, after: Option<&SubscriptionRef>, most: usize) -> RunningPage {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let rest = self.subscriptions.range((from, Bound::Unbounded));
        let mut rest = rest.filter_map(|(name, one)| one.listed(name));
        let running: Vec<Running> = rest.by_ref().take(most.max(1)).collect();
        let next = running.last().filter(|_| rest.next().is_some()).map(|last| last.subscription.clone());
        RunningPage { running, next }
    }
}

impl FakeSubscription {
    fn listed(&self, name: &SubscriptionRef) -> Option<Running> {
        let standing = self.standing.filter(|standing| *standing != RemoteStanding::Ended)?;
        let failed = standing == RemoteStanding::Failed;
        let newest = self.charges.last().filter(|(_, given_back)| !failed && !given_back);
        Some(Running {
            subscription: name.clone(),
            purchase: Some(self.purchase).filter(|purchase| !purchase.0.is_nil()),
            standing,
            ends_with_period: self.ends_with_period,
            period: self.period,
            sold: Some((self.order.option, self.order.price)),
            paid: newest.map(|(invoice, _)| invoice.clone()),
            unpaid: failed.then_some(self.order.renewal),
        })
    }
}

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::time::Duration;

use practice_domain::billing::calendar::Period;
use practice_domain::billing::plan::PlanOption;
use practice_domain::billing::{
    BadReference, Brand, Card, CardRef, Decline, Doubt, Expiry, InvoiceRef, Last4, SubscriptionRef,
};
use practice_domain::port::{Answer, GiveBack, Order, PaidInvoice, Remote, RemoteStanding, Running, RunningPage, Sold};
use practice_domain::value::{Currency, Money, PurchaseId, Time};
use serde::{Deserialize, Serialize};

use crate::bank::events::{Event, Subject};

/// Everything that the simulator knows.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Books {
    drawn: u64,
    pub(super) customers: BTreeMap<String, String>,
    pub(super) cards: BTreeMap<String, Plastic>,
    plans: BTreeMap<String, Plan>,
    declined: Vec<String>,
    /// Keys under which the answer is, for ever, that the simulator failed.
    #[serde(default)]
    failed: BTreeSet<String>,
    #[serde(default)]
    pub(super) events: Vec<Event>,
}

/// A charge, as the page of the books shows it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Booked {
    pub(crate) number: String,
    pub(crate) subscription: String,
    pub(crate) purchase: String,
    pub(crate) customer: String,
    pub(crate) option: String,
    pub(crate) amount: String,
    pub(crate) at: i64,
    pub(crate) given_back: bool,
}

/// A card that nobody ever made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Plastic {
    pub(super) name: String,
    pub(super) manner: Manner,
    pub(super) year: u16,
    pub(super) month: u8,
}

/// How a card behaves.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Manner {
    /// It is charged.
    Good,
    /// The bank refuses.
    Declined,
    /// The payer must confirm.
    Asks,
    /// It is charged, and the answer is lost.
    Silent,
    /// The first time the simulator says that it failed, and it has not charged.
    Stumbles,
    /// The simulator says that it failed, and it has charged.
    Misreports,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Plan {
    purchase: String,
    customer: String,
    option: String,
    currency: String,
    /// What a later period costs, with tax; a plan of a time without tax calls it its price.
    #[serde(alias = "price")]
    renewal: i64,
    /// What of that is no tax; plans of before this was kept have none.
    #[serde(default)]
    before_tax: Option<i64>,
    total: i64,
    anchor: i64,
    number: u32,
    standing: Stand,
    ends_with_period: bool,
    charges: Vec<Charge>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Stand {
    Waits,
    Live,
    Failed,
    Ended,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Charge {
    name: String,
    minor: i64,
    at: i64,
    given_back: bool,
}

/// Something in the file that cannot be.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("no such option")]
    Option,
    #[error(transparent)]
    Reference(#[from] BadReference),
    #[error(transparent)]
    Id(#[from] uuid::Error),
    #[error(transparent)]
    Money(#[from] practice_domain::value::MoneyError),
}

impl Books {
    pub(super) fn draw(&mut self, kind: &str) -> String {
        self.drawn += 1;
        format!("{kind}_{:06}", self.drawn)
    }

    /// The card of a customer, as much of it as one may know.
    pub(super) fn card(&self, customer: &str) -> Result<Option<Card>, Unreadable> {
        let Some(plastic) = self.cards.get(customer) else { return Ok(None) };
        let last4 = match plastic.manner {
            Manner::Good => "0001",
            Manner::Declined => "0002",
            Manner::Asks => "0003",
            Manner::Silent => "0004",
            Manner::Stumbles => "0005",
            Manner::Misreports => "0006",
        };
        let known = Last4::parse(last4).zip(Expiry::new(plastic.year, plastic.month));
        let reference = CardRef::parse(&plastic.name)?;
        Ok(known.map(|(last4, expiry)| Card { reference, brand: Brand::Other, last4, expiry }))
    }

    /// Takes an order once; one that comes again is answered alike.
    pub(super) fn subscribe(&mut self, order: &Order, now: Time, confirm_at: &str) -> Result<Answer, Unreadable> {
        let purchase = order.key.purchase.to_string();
        let key = format!("{purchase}/{}", order.key.step);
        if self.failed.contains(&key) {
            return Ok(Answer::Unknown(Doubt::KeySpent));
        }
        if let Some(known) = self.look_up(&purchase, confirm_at)? {
            return Ok(known);
        }
        let manner = self.cards.get(order.customer.as_str()).map_or(Manner::Declined, |card| card.manner);
        if manner == Manner::Declined {
            self.declined.push(purchase);
            return Ok(Answer::Declined(Decline::Refused));
        }
        let met = |failed: &String| failed.starts_with(&purchase);
        if manner == Manner::Stumbles && !self.failed.iter().any(met) {
            self.failed.insert(key);
            return Ok(Answer::Unknown(Doubt::KeySpent));
        }
        let name = self.draw("simsub");
        let plan = Plan {
            purchase: purchase.clone(),
            customer: order.customer.to_string(),
            option: order.option.code().to_owned(),
            currency: order.total.currency().to_string(),
            renewal: order.renewal.minor(),
            before_tax: Some(order.price.minor()),
            total: order.total.minor(),
            anchor: now.micros(),
            number: 0,
            standing: Stand::Waits,
            ends_with_period: false,
            charges: Vec::new(),
        };
        self.plans.insert(name.clone(), plan);
        self.tell_of(&name, now);
        if manner != Manner::Asks {
            self.confirm(&name, true, now);
        }
        let answer = self.look_up(&purchase, confirm_at)?.unwrap_or(Answer::Unknown(Doubt::NoAnswer));
        Ok(match manner {
            Manner::Silent => Answer::Unknown(Doubt::NoAnswer),
            Manner::Misreports => {
                self.failed.insert(key);
                Answer::Unknown(Doubt::KeySpent)
            }
            _ => answer,
        })
    }

    /// What became of a purchase.
    pub(super) fn look_up(&self, purchase: &str, confirm_at: &str) -> Result<Option<Answer>, Unreadable> {
        if self.declined.iter().any(|declined| declined == purchase) {
            return Ok(Some(Answer::Declined(Decline::Refused)));
        }
        let Some((name, plan)) = self.plans.iter().find(|(_, plan)| plan.purchase == purchase) else { return Ok(None) };
        Ok(Some(match (plan.standing, plan.charges.first()) {
            (Stand::Waits, _) => Answer::ActionNeeded(Some(format!("{confirm_at}{name}"))),
            (_, None) => Answer::Declined(Decline::NotConfirmed),
            (_, Some(first)) => Answer::Confirmed(Sold {
                subscription: SubscriptionRef::parse(name)?,
                period: plan.period()?,
                invoice: plan.invoice(first)?,
            }),
        }))
    }

    /// The payer confirms, or does not; what was decided before stays.
    pub(super) fn confirm(&mut self, name: &str, yes: bool, now: Time) {
        let invoice = self.draw("simin");
        let Some(plan) = self.plans.get_mut(name).filter(|plan| plan.standing == Stand::Waits) else { return };
        plan.standing = if yes { Stand::Live } else { Stand::Ended };
        plan.anchor = now.micros();
        if yes {
            plan.charges.push(Charge { name: invoice, minor: plan.total, at: now.micros(), given_back: false });
        }
        self.tell_of(name, now);
    }

    fn tell_of(&mut self, name: &str, now: Time) {
        if let Some(plan) = self.plans.get(name) {
            let subject = Subject::Subscription { name: name.to_owned(), purchase: plan.purchase.clone() };
            self.tell(subject, now);
        }
    }

    /// The account behind a customer.
    pub(super) fn account(&self, customer: &str) -> Option<String> {
        self.customers.iter().find(|(_, known)| *known == customer).map(|(account, _)| account.clone())
    }

    /// Every charge, the newest first.
    pub(super) fn booked(&self) -> Vec<Booked> {
        let of = |(name, plan): (&String, &Plan), charge: &Charge| Booked {
            number: numbered(&charge.name),
            subscription: name.clone(),
            purchase: plan.purchase.clone(),
            customer: plan.customer.clone(),
            option: plan.option.clone(),
            amount: plan.money(charge.minor).map_or_else(|_| charge.minor.to_string(), |money| money.to_string()),
            at: charge.at,
            given_back: charge.given_back,
        };
        let all = self.plans.iter().flat_map(|plan| plan.1.charges.iter().map(move |charge| of(plan, charge)));
        let mut all: Vec<Booked> = all.collect();
        all.sort_by(|a, b| (b.at, &b.number).cmp(&(a.at, &a.number)));
        all
    }

    /// What its payer did not confirm in time is over.
    pub(super) fn expire(&mut self, now: Time) {
        let late = |plan: &Plan| plan.standing == Stand::Waits && now.since(Time::from_micros(plan.anchor)) >= PATIENCE;
        let late: Vec<String> =
            self.plans.iter().filter(|(_, plan)| late(plan)).map(|(name, _)| name.clone()).collect();
        for name in late {
            self.confirm(&name, false, now);
        }
    }

    /// Whether a payer must confirm this, and how much it is.
    pub(super) fn waits(&self, name: &str) -> Option<String> {
        let plan = self.plans.get(name).filter(|plan| plan.standing == Stand::Waits)?;
        Currency::parse(&plan.currency).ok().map(|currency| Money::new(plan.total, currency).to_string())
    }

    /// A subscription, with every renewal that has come due.
    pub(super) fn subscription(&mut self, name: &str, now: Time) -> Result<Option<Remote>, Unreadable> {
        self.renew(name, now)?;
        let Some(plan) = self.plans.get(name) else { return Ok(None) };
        let standing = match plan.standing {
            Stand::Waits => return Ok(None),
            Stand::Live => RemoteStanding::Live,
            Stand::Failed => RemoteStanding::Failed,
            Stand::Ended => RemoteStanding::Ended,
        };
        let kept = plan.charges.iter().filter(|charge| !charge.given_back);
        let paid = kept.map(|charge| plan.invoice(charge)).collect::<Result<_, _>>()?;
        Ok(Some(Remote { standing, period: plan.period()?, paid }))
    }

    /// What may still be charged, by name, as it stood when somebody asked for it last.
    pub(super) fn running(&self, after: Option<&str>, most: usize) -> Result<RunningPage, Unreadable> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let runs = |plan: &Plan| matches!(plan.standing, Stand::Live | Stand::Failed);
        let mut rest = self.plans.range::<str, _>((from, Bound::Unbounded)).filter(|(_, plan)| runs(plan));
        let page: Vec<(&String, &Plan)> = rest.by_ref().take(most.max(1)).collect();
        let more = page.last().filter(|_| rest.next().is_some());
        let next = more.map(|(name, _)| SubscriptionRef::parse(name)).transpose()?;
        Ok(RunningPage { running: page.into_iter().map(Plan::listed).collect::<Result<_, _>>()?, next })
    }

    fn renew(&mut self, name: &str, now: Time) -> Result<(), Unreadable> {
        loop {
            let Some(plan) = self.plans.get(name).filter(|plan| plan.standing == Stand::Live) else { return Ok(()) };
            let ends = plan.period()?.ends;
            if ends > now {
                return Ok(());
            }
            let manner = self.cards.get(&plan.customer).map_or(Manner::Declined, |card| card.manner);
            let invoice = self.draw("simin");
            let Some(plan) = self.plans.get_mut(name) else { return Ok(()) };
            if plan.ends_with_period {
                plan.standing = Stand::Ended;
            } else if manner == Manner::Declined {
                plan.standing = Stand::Failed;
            } else {
                plan.number += 1;
                plan.charges.push(Charge { name: invoice, minor: plan.renewal, at: ends.micros(), given_back: false });
            }
            self.tell_of(name, now);
        }
    }

    /// Ends a subscription, now or with its period.
    pub(super) fn stop(&mut self, name: &str, give_back: GiveBack, now: Time) {
        let Some(plan) = self.plans.get_mut(name) else { return };
        match give_back {
            GiveBack::Nothing => plan.ends_with_period = true,
            GiveBack::Everything => plan.charges.iter_mut().for_each(|charge| charge.given_back = true),
            GiveBack::ChargedAfter(at) => {
                let later = plan.charges.iter_mut().filter(|charge| charge.at > at.micros());
                later.for_each(|charge| charge.given_back = true);
            }
        }
        if give_back != GiveBack::Nothing {
            plan.standing = Stand::Ended;
        }
        self.tell_of(name, now);
    }
}

impl Plan {
    fn listed((name, plan): (&String, &Self)) -> Result<Running, Unreadable> {
        let failed = plan.standing == Stand::Failed;
        let newest = plan.charges.last().filter(|charge| !failed && !charge.given_back);
        let price = plan.money(plan.before_tax.unwrap_or(plan.renewal))?;
        Ok(Running {
            subscription: SubscriptionRef::parse(name)?,
            purchase: Some(PurchaseId(plan.purchase.parse()?)),
            standing: if failed { RemoteStanding::Failed } else { RemoteStanding::Live },
            ends_with_period: plan.ends_with_period,
            period: plan.period()?,
            sold: PlanOption::of_code(&plan.option).map(|option| (option, price)),
            paid: newest.map(|charge| plan.invoice(charge)).transpose()?,
            unpaid: failed.then(|| plan.money(plan.renewal)).transpose()?,
        })
    }

    fn period(&self) -> Result<Period, Unreadable> {
        let option = PlanOption::of_code(&self.option).ok_or(Unreadable::Option)?;
        Ok(option.cadence.period(Time::from_micros(self.anchor), self.number))
    }

    fn invoice(&self, charge: &Charge) -> Result<PaidInvoice, Unreadable> {
        Ok(PaidInvoice {
            reference: InvoiceRef::parse(&charge.name)?,
            number: numbered(&charge.name),
            amount: self.money(charge.minor)?,
            charged_at: Time::from_micros(charge.at),
        })
    }

    fn money(&self, minor: i64) -> Result<Money, Unreadable> {
        Ok(Money::new(minor, Currency::parse(&self.currency)?))
    }
}

/// How long a payer may take to confirm.
const PATIENCE: Duration = Duration::from_secs(23 * 60 * 60);

/// The number that stands on an invoice.
fn numbered(name: &str) -> String {
    name.replace("simin_", "SIMULATED-")
}

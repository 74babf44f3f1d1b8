//! What happens by chance: crashes, lost answers, double clicks, two managers, late requests, events twice and in any order or never.
//!
//! The model is the provider's own book. Whatever has happened: an OK led to one subscription and one kept charge at most, and when
//! everything has settled what is kept here is what the provider has.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::Arc;

use practice_domain::access::{Fresh, Payer, SignedIn};
use practice_domain::billing::plan::{Holding, PlanOption, PriceList};
use practice_domain::billing::{Decline, Purchase, Subscription};
use practice_domain::member::{Member, Tier};
use practice_domain::port::{Fault, Ledger, PaymentEvent, RemoteStanding};
use practice_domain::usecase::billing::{self, QuotePurchase};
use practice_domain::value::{Currency, MemberId, Money, PurchaseId, QuoteId};
use practice_testkit::fakes::{FakeSubscription, Mood};

use crate::billing::comparing::nothing_differs;
use crate::billing::shop::{ANN, BO, BOSS, SECOND, Shop};
use crate::world::interleave::{Dice, Job, interleave, run, run_until};
use crate::world::{Grain, MINUTE};

/// BILL-1, BILL-3, BILL-4, BILL-5, BILL-8, BILL-10, PM-03, PM-04: in many random histories nobody is charged twice, nobody has a tier that was not
/// paid for, and in the end both books agree.
#[test]
fn whatever_happens_both_books_agree() {
    let mut seen = Seen::default();
    for seed in 0..histories() {
        History::new(seed).unfold(&mut seen);
    }
    if histories() >= ENOUGH {
        seen.must_have_been_hard();
    }
}

/// How many histories there are, unless the environment says otherwise.
fn histories() -> u64 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(ENOUGH)
}

/// The usual prices, and a tax on them that rarely comes out even.
fn taxed() -> PriceList {
    let usd = |minor| Money::new(minor, Currency::USD);
    PriceList::new([usd(1_000), usd(10_000)], [usd(500), usd(5_000)], 725).expect("prices")
}

/// So many meet every kind of trouble.
const ENOUGH: u64 = 2_000;

struct History {
    seed: u64,
    shop: Shop,
    dice: Dice,
    payers: Vec<(SignedIn, Fresh<Payer>)>,
    members: Vec<Member>,
    quotes: Vec<(usize, QuoteId)>,
    events: Vec<PaymentEvent>,
    patient: bool,
    told: Vec<String>,
}

/// What histories have met: a test that never meets trouble proves nothing.
#[derive(Default)]
struct Seen {
    facts: BTreeSet<&'static str>,
    crashes: usize,
    paid: usize,
}

impl Seen {
    fn must_have_been_hard(&self) {
        for code in [
            "purchase.paid",
            "purchase.declined",
            "purchase.doubted",
            "purchase.abandoned",
            "purchase.needs-action",
            "purchase.returned",
            "purchase.waits",
            "subscription.renewed",
            "subscription.ended",
            "payments.event-noted",
        ] {
            assert!(self.facts.contains(code), "no history met {code}");
        }
        assert!(self.crashes > 100 && self.paid > 100, "{} crashes, {} paid", self.crashes, self.paid);
    }
}

impl History {
    fn new(seed: u64) -> Self {
        let mut shop = Shop::open();
        shop.world.till.prices = Arc::new(taxed());
        let payers = [BOSS, SECOND, ANN].map(|who| (shop.who(who), shop.fresh(who))).into_iter().collect();
        let members = [ANN, BO, BOSS].map(|who| shop.member(who)).into_iter().collect();
        shop.world.store.set(Grain::Commits);
        // Another factor than the dice step by, so that no history is a part of another one.
        let dice = Dice(seed.wrapping_mul(0xd134_2543_de82_ef95));
        Self {
            seed,
            shop,
            dice,
            payers,
            members,
            quotes: Vec::new(),
            events: Vec::new(),
            patient: false,
            told: Vec::new(),
        }
    }

    fn unfold(mut self, seen: &mut Seen) {
        for _ in 0..6 + self.dice.below(12) {
            self.step(seen);
            self.check_always();
        }
        self.calm_down();
        self.check_always();
        self.check_settled();
        for entry in self.shop.world.memory.audit() {
            seen.facts.insert(entry.fact.code());
        }
        seen.paid += self.shop.world.bank.subscriptions().iter().filter(|(_, one)| one.kept().count() > 0).count();
    }

    fn step(&mut self, seen: &mut Seen) {
        match self.dice.below(16) {
            0..=2 => self.buy(seen),
            3 => self.two_buy(),
            4 => self.click_again(seen),
            5 => self.cancel(seen),
            6 => self.pass(1),
            7 => self.pass(3 * 60),
            8 => {
                self.pass(31 * 24 * 60);
                let succeeds = self.dice.below(3) > 0;
                self.note(format!("renewals {succeeds}"));
                self.shop.world.bank.renew_due(succeeds);
            }
            9 => {
                let confirm = self.dice.below(2) == 0;
                self.note(format!("confirm {confirm}"));
                self.shop.world.bank.confirm_waiting(confirm);
            }
            10 => self.shop.world.bank.arrive(),
            11 | 12 => self.hear(seen),
            13 => {
                let till = self.shop.world.till.clone();
                self.perhaps(seen, "reconcile", async move { drop(billing::reconcile_payments(&till).await) });
            }
            14 => {
                self.note("the provider ends one".to_owned());
                self.shop.world.bank.end_one();
            }
            _ => self.odd(),
        }
    }

    /// A quote and its OK, while the provider is in some mood.
    fn buy(&mut self, seen: &mut Seen) {
        self.put_in_a_mood();
        let Some((payer, quote)) = self.quote() else { return };
        let (till, who) = (self.shop.world.till.clone(), self.payers[payer].1.clone());
        self.perhaps(seen, "buy", async move { drop(billing::confirm_purchase(&till, &who, quote).await) });
    }

    /// Two OKs at once: of two managers for one person, or of one manager in two tabs.
    fn two_buy(&mut self) {
        self.put_in_a_mood();
        self.put_in_a_mood();
        let (Some(first), second) = (self.quote(), self.quote()) else { return };
        let second = if self.dice.below(2) == 0 { first } else { second.unwrap_or(first) };
        self.note(format!("two buy {first:?} {second:?}"));
        let till = self.shop.world.till.clone();
        let jobs = [first, second].map(|(payer, quote)| {
            let (till, who) = (till.clone(), self.payers[payer].1.clone());
            Box::pin(async move { drop(billing::confirm_purchase(&till, &who, quote).await) }) as Job<'_, ()>
        });
        let dice = &mut self.dice;
        interleave(jobs.into_iter().collect(), |of| dice.below(of));
    }

    /// An OK of long ago, again.
    fn click_again(&mut self, seen: &mut Seen) {
        if self.quotes.is_empty() {
            return;
        }
        let (payer, quote) = self.quotes[self.dice.below(self.quotes.len())];
        let (till, who) = (self.shop.world.till.clone(), self.payers[payer].1.clone());
        self.perhaps(seen, "click again", async move { drop(billing::confirm_purchase(&till, &who, quote).await) });
    }

    fn cancel(&mut self, seen: &mut Seen) {
        let payer = self.dice.below(self.payers.len());
        let who = self.payers[payer].0.clone();
        let plans = run(self.shop.world.memory.plans_paid_by(who.account())).expect("stored");
        if plans.is_empty() {
            return;
        }
        let plan = plans[self.dice.below(plans.len())].id;
        let till = self.shop.world.till.clone();
        self.perhaps(seen, "cancel", async move { drop(billing::cancel_plan(&till, &who, plan).await) });
    }

    /// Events come: some twice, some never, in any order.
    fn hear(&mut self, seen: &mut Seen) {
        let mut events = self.shop.world.bank.take_events();
        events.append(&mut self.events);
        while !events.is_empty() {
            let event = events.remove(self.dice.below(events.len()));
            match self.dice.below(6) {
                0 => continue,
                1 => self.events.push(event.clone()),
                _ => {}
            }
            let till = self.shop.world.till.clone();
            self.perhaps(seen, "event", async move { drop(billing::apply_payment_event(&till, &event).await) });
        }
    }

    /// The provider is down for a while, or somebody turns out to be a patient.
    fn odd(&mut self) {
        match self.dice.below(3) {
            0 if !self.patient => {
                self.note("BO is a patient".to_owned());
                self.patient = true;
                self.shop.world.store.set(Grain::Whole);
                self.shop.becomes_patient(BO);
                self.shop.world.store.set(Grain::Commits);
            }
            1 => self.shop.world.bank.set_down(true),
            _ => self.shop.world.bank.set_down(false),
        }
    }

    /// Minutes go by. No request is on its way for longer than an hour.
    fn pass(&mut self, minutes: u32) {
        self.note(format!("{minutes} minutes"));
        if minutes >= 60 {
            self.shop.world.bank.arrive();
        }
        self.shop.world.later(minutes * MINUTE);
    }

    fn put_in_a_mood(&mut self) {
        let mood = match self.dice.below(14) {
            0..=4 => Mood::Charges,
            5 => Mood::Declines(Decline::InsufficientFunds),
            6 => Mood::Asks,
            7 => Mood::LosesRequest,
            8 | 9 => Mood::LosesAnswer,
            10 | 11 => Mood::IsLate,
            12 => Mood::FailsBefore,
            _ => Mood::FailsAfter,
        };
        self.note(format!("{mood:?}"));
        self.shop.world.bank.next(mood);
    }

    fn quote(&mut self) -> Option<(usize, QuoteId)> {
        let payer = self.dice.below(self.payers.len());
        let member = &self.members[self.dice.below(self.members.len())];
        let options: Vec<PlanOption> = PlanOption::ALL.into_iter().filter(|_| self.dice.below(3) == 0).collect();
        let cmd = QuotePurchase { person: member.id.into(), options };
        let quoted = run(billing::quote_purchase(&self.shop.world.till, self.payers[payer].1.who(), cmd)).ok()?;
        self.quotes.push((payer, quoted.quote.id));
        Some((payer, quoted.quote.id))
    }

    /// Runs something to its end, or crashes it after some steps.
    fn perhaps(&mut self, seen: &mut Seen, what: &str, act: impl Future<Output = ()>) {
        if self.dice.below(2) == 0 {
            self.note(what.to_owned());
            run(act);
        } else {
            let steps = self.dice.below(9);
            let ended = run_until(act, steps).is_some();
            self.note(format!("{what}, crash after {steps}: {ended}"));
            seen.crashes += usize::from(!ended);
        }
    }

    /// Everything comes to rest: nobody does anything any more but the provider and the reconciler.
    fn calm_down(&mut self) {
        let bank = self.shop.world.bank.clone();
        bank.set_down(false);
        bank.arrive();
        let confirm = self.dice.below(2) == 0;
        for round in 0..12 {
            self.pass(16);
            bank.confirm_waiting(confirm);
            let done = run(billing::reconcile_payments(&self.shop.world.till)).expect("listed");
            assert!(
                done.faults.iter().all(|fault| matches!(fault, Fault::Busy { .. })),
                "{}{:?}",
                self.story(),
                done.faults
            );
            if round % 4 == 3 {
                let mut after = None;
                while let Some(last) = run(billing::walk_subscriptions(&self.shop.world.till, after)).expect("walked") {
                    after = Some(last);
                }
            }
        }
    }

    /// What holds at every moment.
    #[track_caller]
    fn check_always(&self) {
        let (recorded, heard) = self.shop.world.returned();
        assert_eq!(heard, recorded, "{}alarms", self.story());
        let provider = self.shop.world.bank.subscriptions();
        let mut by_purchase: BTreeMap<PurchaseId, Vec<&FakeSubscription>> = BTreeMap::new();
        for (_, one) in &provider {
            by_purchase.entry(one.purchase).or_default().push(one);
        }
        for (purchase, all) in &by_purchase {
            assert_eq!(all.len(), 1, "{}two subscriptions of {purchase}", self.story());
            let stored = self.purchase(*purchase);
            let renewal = taxed().tax(stored.line.price).and_then(|tax| stored.line.price.plus(tax));
            let agreed = std::iter::once(stored.line.total()).chain(std::iter::repeat(renewal));
            let charged = all[0].charges.iter().map(|(charge, _)| Ok(charge.amount));
            assert!(charged.zip(agreed).all(|(charged, agreed)| charged == agreed), "{}amount", self.story());
        }
        for member in &self.members {
            let now = run(self.shop.world.ports.store.member_by_id(member.practice, member.id))
                .expect("stored")
                .expect("here");
            let row = self.shop.world.row(member.practice, member.id).expect("listed");
            assert_eq!(row.tier, now.tier, "{}the list", self.story());
            let live = run(self.shop.world.memory.plans_of(member.practice, member.id)).expect("stored");
            assert_eq!(now.tier, Subscription::holding(&live).tier(), "{}the tier", self.story());
            let paid = provider
                .iter()
                .any(|(_, one)| one.kept().count() > 0 && self.purchase(one.purchase).member == member.id);
            assert!(now.tier == Tier::Free || paid, "{}a tier that nobody paid for", self.story());
            let mut wares: Vec<_> = live.iter().map(|plan| plan.option.ware).collect();
            wares.dedup();
            assert_eq!(wares.len(), live.len(), "{}two plans of one ware", self.story());
        }
    }

    /// What holds once everything has settled.
    #[track_caller]
    fn check_settled(&self) {
        let provider = self.shop.world.bank.subscriptions();
        let due = run(self.shop.world.memory.due_purchases(self.shop.world.now().next_day(), 99)).expect("stored");
        assert!(due.is_empty(), "{}purchases are open: {due:?}", self.story());
        let mut remote: BTreeMap<MemberId, Vec<PlanOption>> = BTreeMap::new();
        for (name, one) in &provider {
            let purchase = self.purchase(one.purchase);
            assert_ne!(one.standing, None, "{}waits for ever", self.story());
            if one.standing == Some(RemoteStanding::Live) {
                remote.entry(purchase.member).or_default().push(one.order.option);
            }
            assert_ne!(one.standing, Some(RemoteStanding::Failed), "{}{name} may be charged later", self.story());
        }
        let mut known: BTreeSet<String> = BTreeSet::new();
        for (who, _) in &self.payers {
            let invoices = run(self.shop.world.memory.invoices(who.account(), None, 99)).expect("stored");
            known.extend(invoices.iter().map(|invoice| invoice.reference.to_string()));
        }
        let kept = provider.iter().flat_map(|(_, one)| one.kept()).map(|charge| charge.reference.to_string()).collect();
        assert_eq!(known, kept, "{}the invoices are not what was charged and kept", self.story());
        for member in &self.members {
            let live = run(self.shop.world.memory.plans_of(member.practice, member.id)).expect("stored");
            let mut here: Vec<PlanOption> = live.iter().map(|plan| plan.option).collect();
            let mut there = remote.remove(&member.id).unwrap_or_default();
            here.sort();
            there.sort();
            assert_eq!(here, there, "{}the plans of {}", self.story(), member.id);
            assert_eq!(Holding::of(there).tier(), Subscription::holding(&live).tier());
        }
        assert!(remote.is_empty(), "{}somebody pays for nobody", self.story());
        for (_, quote) in &self.quotes {
            let orders = run(self.shop.world.memory.purchases_of(*quote)).expect("stored");
            let mut wares: Vec<_> = orders.iter().map(|order| order.line.option.ware).collect();
            wares.dedup();
            assert_eq!(wares.len(), orders.len(), "{}a quote was spent twice", self.story());
        }
        nothing_differs(&self.shop, &self.story());
    }

    fn purchase(&self, id: PurchaseId) -> Purchase {
        run(self.shop.world.memory.purchase(id)).expect("stored").expect("written down before the provider was asked")
    }

    fn note(&mut self, what: String) {
        self.told.push(what);
    }

    fn story(&self) -> String {
        format!("seed {}: {}\n", self.seed, self.told.join("; "))
    }
}

//! A practice with people who pay, each act in one line.

use practice_domain::access::{Fresh, Payer, SignedIn};
use practice_domain::billing::plan::PlanOption;
use practice_domain::billing::{CannotBuy, Invoice, Purchase, PurchaseState, Subscription};
use practice_domain::commit::{Commit, Write};
use practice_domain::fact::{Actor, Entry, Fact, Log, Origin};
use practice_domain::member::{Kind, Member, Tier};
use practice_domain::person::Person;
use practice_domain::policy::Preset;
use practice_domain::port::{Ledger, Store};
use practice_domain::usecase;
use practice_domain::usecase::billing::{
    self, CancelPlanError, Cancelled, ConfirmPurchaseError, QuotePurchase, QuotePurchaseError, Quoted,
};
use practice_domain::value::{PracticeId, QuoteId};
use practice_testkit::scene::operator;

use crate::world::interleave::run;
use crate::world::{DAY, World, email};

pub(super) const MONTH: PlanOption = PlanOption::ALL[0];
pub(super) const YEAR: PlanOption = PlanOption::ALL[1];
pub(super) const PLUGIN: PlanOption = PlanOption::ALL[2];
pub(super) const PLUGIN_YEAR: PlanOption = PlanOption::ALL[3];

pub(super) const BOSS: &str = "boss@x.example";
pub(super) const SECOND: &str = "second@x.example";
pub(super) const ANN: &str = "ann@x.example";
pub(super) const BO: &str = "bo@x.example";

/// A practice where BOSS and SECOND are User Managers, and those two and ANN have cards.
pub(super) struct Shop {
    pub(super) world: World,
    pub(super) practice: PracticeId,
}

impl Shop {
    pub(super) fn open() -> Self {
        let world = World::new();
        let (practice, invitation) = world.found(BOSS, Preset::Standard);
        world.register(invitation);
        for who in [SECOND, ANN, BO] {
            world.register(world.ask(practice, who));
        }
        run(usecase::grant_user_manager(&world.ports, &operator(), practice, &email(SECOND))).expect("granted");
        let shop = Self { world, practice };
        for who in [BOSS, SECOND, ANN] {
            shop.world.enter_card(who, 2030);
        }
        shop
    }

    pub(super) fn who(&self, who: &str) -> SignedIn {
        self.world.signed_in(who)
    }

    pub(super) fn payer(&self, who: &str) -> Result<Payer, CannotBuy> {
        run(billing::prove_payer(&self.world.till, self.who(who))).expect("the store works")
    }

    pub(super) fn fresh(&self, who: &str) -> Fresh<Payer> {
        self.payer(who).expect("a payer").fresh().expect("fresh")
    }

    pub(super) fn member(&self, who: &str) -> Member {
        self.world.member(self.practice, who).expect("a member")
    }

    pub(super) fn quote(&self, who: &str, whom: &str, options: &[PlanOption]) -> Result<Quoted, QuotePurchaseError> {
        let cmd = QuotePurchase { person: self.member(whom).id.into(), options: options.to_vec() };
        run(billing::quote_purchase(&self.world.till, &self.payer(who)?, cmd))
    }

    pub(super) fn confirm(&self, who: &str, quote: QuoteId) -> Result<Vec<Purchase>, ConfirmPurchaseError> {
        run(billing::confirm_purchase(&self.world.till, &self.fresh(who), quote))
    }

    /// Quotes and confirms; the states of what was ordered.
    pub(super) fn buy(&self, who: &str, whom: &str, options: &[PlanOption]) -> Vec<PurchaseState> {
        let quoted = self.quote(who, whom, options).expect("a price");
        let purchases = self.confirm(who, quoted.quote.id).expect("ordered");
        purchases.into_iter().map(|purchase| purchase.state).collect()
    }

    pub(super) fn cancel(&self, who: &str, plan: &Subscription) -> Result<Cancelled, CancelPlanError> {
        run(billing::cancel_plan(&self.world.till, &self.who(who), plan.id))
    }

    pub(super) fn plans(&self, who: &str) -> Vec<Subscription> {
        run(self.world.memory.plans_of(self.practice, self.member(who).id)).expect("stored")
    }

    pub(super) fn invoices(&self, who: &str) -> Vec<Invoice> {
        run(billing::list_invoices(&self.world.till, &self.who(who), None, 99)).expect("stored")
    }

    /// The tier, which the list shows as well.
    pub(super) fn tier(&self, who: &str) -> Tier {
        let tier = self.member(who).tier;
        assert_eq!(self.world.row_of(self.practice, who).expect("listed").tier, tier, "the list shows another tier");
        tier
    }

    pub(super) fn reconcile(&self) {
        let done = run(billing::reconcile_payments(&self.world.till)).expect("listed");
        assert!(done.faults.is_empty(), "{:?}", done.faults);
    }

    /// Every event that waits is delivered, in its order.
    pub(super) fn deliver_events(&self) {
        for event in self.world.bank.take_events() {
            run(billing::apply_payment_event(&self.world.till, &event)).expect("applied");
        }
    }

    /// As if the person had always been a patient.
    pub(super) fn becomes_patient(&self, who: &str) {
        let (member, account) = (self.member(who), self.world.account(who).expect("an account"));
        let member = Member { kind: Kind::Patient, ..member };
        let fact = Fact::MemberJoined { member: member.id, account: account.id };
        let (log, actor, origin) =
            (Log::Practice(self.practice), Actor::Operator("test".to_owned()), Origin::default());
        let entry = Entry { log, fact, actor, origin, at: self.world.now() };
        let row = Person::registered(&member, &account, false);
        run(self.world.store.commit(&Commit::recording(entry).write(Write::List(row)).update(member))).expect("stored");
    }

    pub(super) fn days_pass(&self, days: u32) {
        self.world.later(days * DAY);
    }
}

//! What people pay for: whole use cases over a store that forgets, with a bank that answers at once.

use std::hint::black_box;
use std::rc::Rc;

use practice_domain::access::{Payer, SignedIn};
use practice_domain::billing::PurchaseState;
use practice_domain::billing::plan::PlanOption;
use practice_domain::port::{EventAbout, Ledger, PaymentEvent};
use practice_domain::usecase::billing::{self, ComparePlans, QuotePurchase};
use practice_domain::value::{AccountId, MemberId, PurchaseId, QuoteId, SubscriptionId};
use practice_testkit::scene::operator;

use crate::world::interleave::{run, run_until};
use crate::world::people::Office;
use crate::world::{DAY, Grain, World};
use crate::{Case, done};

const OWNER: &str = "owner@x.example";
const ANN: &str = "ann@x.example";
const BO: &str = "bo@x.example";
const EVE: &str = "eve@x.example";

/// What the cases are about.
struct Shop {
    world: Rc<World>,
    office: Office,
    owner: Rc<SignedIn>,
    /// Ann's plan, which the bank has renewed since.
    plan: SubscriptionId,
    /// What the bank told of that.
    event: PaymentEvent,
}

/// A practice whose Owner has bought a plan for Ann, wants one for Bo, and has ordered one for Eve; from then on nothing changes.
pub(crate) fn all() -> Vec<Case> {
    let shop = open();
    let quote = shop.quote(BO);
    let order = shop.order(EVE);
    let world = &shop.world;
    world.enter_card(BO, 2030);
    let owner = world.account(BO).expect("an account").id;
    let wallet = run(world.memory.wallet(owner)).expect("stored").expect("opened");
    world.bank.enter_card(&wallet.customer, "4343", 2031, 12);
    let (bo, eve) = (world.member(shop.office.practice, BO), world.signed_in(EVE));
    let bo = bo.expect("a member").id;
    let mut cases = buying(&shop, quote, order, bo);
    cases.extend(cards(&shop, eve, owner));
    cases.extend(plans(&shop));
    shop.world.store.forget();
    cases.push(expiring());
    cases.extend(comparing());
    cases
}

fn open() -> Shop {
    let world = Rc::new(World::new());
    let office = world.office(OWNER);
    for who in [ANN, BO, EVE] {
        world.colleague(&office, who);
    }
    world.enter_card(OWNER, 2030);
    let member = world.member(office.practice, ANN).expect("a member").id;
    let owner = world.signed_in(OWNER);
    let payer = run(billing::prove_payer(&world.till, owner)).expect("asked").expect("a payer").fresh().expect("fresh");
    let cmd = QuotePurchase { person: member.into(), options: vec![PlanOption::ALL[0]] };
    let quoted = run(billing::quote_purchase(&world.till, payer.who(), cmd)).expect("a price");
    run(billing::confirm_purchase(&world.till, &payer, quoted.quote.id)).expect("ordered");
    let plan = run(world.memory.plans_of(office.practice, member)).expect("stored").pop().expect("bought").id;
    drop(world.bank.take_events());
    world.later(32 * DAY);
    world.bank.renew_due(true);
    let mut events = world.bank.take_events().into_iter();
    let event = events.find(|event| matches!(event.about, EventAbout::Subscription(..))).expect("it was told");
    let owner = Rc::new(world.signed_in(OWNER));
    Shop { world, office, owner, plan, event }
}

impl Shop {
    fn payer(&self) -> Payer {
        let who = SignedIn::clone(&self.owner);
        run(billing::prove_payer(&self.world.till, who)).expect("asked").expect("a payer")
    }

    fn quote(&self, whom: &str) -> QuoteId {
        let member = self.world.member(self.office.practice, whom).expect("a member").id;
        let cmd = QuotePurchase { person: member.into(), options: vec![PlanOption::ALL[0]] };
        run(billing::quote_purchase(&self.world.till, &self.payer(), cmd)).expect("a price").quote.id
    }

    /// An order that is written down, and of which the bank was not told.
    fn order(&self, whom: &str) -> PurchaseId {
        let (quote, payer) = (self.quote(whom), self.payer().fresh().expect("fresh"));
        self.world.store.set(Grain::Commits);
        assert!(run_until(billing::confirm_purchase(&self.world.till, &payer, quote), 1).is_none(), "written ahead");
        self.world.store.set(Grain::Whole);
        run(self.world.memory.purchases_of(quote)).expect("stored").pop().expect("ordered").id
    }
}

fn buying(shop: &Shop, quote: QuoteId, order: PurchaseId, whom: MemberId) -> Vec<Case> {
    let world = &shop.world;
    let (who, to_confirm) = (Rc::clone(&shop.owner), shop.payer().fresh().expect("fresh"));
    let (to_look, to_repeat) = (shop.payer(), shop.payer().fresh().expect("fresh"));
    vec![
        Case::look(world, "prove_payer", "decide/prove payer", move |world| {
            let found = run(billing::prove_payer(&world.till, SignedIn::clone(&who))).expect("asked");
            drop(black_box(found.expect("a payer")));
        }),
        Case::look(world, "list_offers", "decide/list offers", move |world| {
            done(billing::list_offers(&world.till, &to_look, whom.into()));
        }),
        Case::decide(world, "confirm_purchase", "decide/confirm purchase", move |world| {
            done(billing::confirm_purchase(&world.till, &to_confirm, quote));
        }),
        Case::decide(world, "confirm_purchase_once", "decide/confirm once", move |world| {
            let answer = run(billing::confirm_purchase_once(&world.till, &to_repeat, quote, None)).expect("ordered");
            assert!(!answer.replayed, "it is the first time, again");
        }),
        Case::decide(world, "settle_purchase", "decide/settle purchase", move |world| {
            let settled = run(billing::settle_purchase(&world.till, order)).expect("decided").expect("ordered");
            assert!(matches!(settled.state, PurchaseState::Paid { .. }), "{settled:?}");
        }),
    ]
}

fn cards(shop: &Shop, newcomer: SignedIn, owner: AccountId) -> Vec<Case> {
    let world = &shop.world;
    vec![
        Case::decide(world, "begin_card_entry", "decide/begin card", move |world| {
            done(billing::begin_card_entry(&world.till, &newcomer, "https://portal.example"));
        }),
        Case::decide(world, "card_stored", "decide/card stored", move |world| {
            done(billing::card_stored(&world.till, owner, None));
        }),
    ]
}

fn plans(shop: &Shop) -> Vec<Case> {
    let (world, plan, event) = (&shop.world, shop.plan, shop.event.clone());
    let (to_cancel, to_list, to_mail) = (Rc::clone(&shop.owner), Rc::clone(&shop.owner), Rc::clone(&shop.owner));
    let admin = world.admin(OWNER);
    let ann = world.member(shop.office.practice, ANN).expect("a member").id;
    vec![
        Case::decide(world, "follow_subscription", "decide/follow plan", move |world| {
            done(billing::follow_subscription(&world.till, plan, None));
        }),
        Case::decide(world, "apply_payment_event", "decide/payment event", move |world| {
            done(billing::apply_payment_event(&world.till, &event));
        }),
        Case::decide(world, "cancel_plan", "decide/cancel plan", move |world| {
            done(billing::cancel_plan(&world.till, &to_cancel, plan));
        }),
        Case::decide(world, "release_seats", "decide/release seats", move |world| {
            let ended = run(billing::release_seats(&world.till, &admin, ann)).expect("decided");
            assert_eq!(ended, 1, "she has one plan");
        }),
        Case::look(world, "list_invoices", "decide/list invoices", move |world| {
            let found = run(billing::list_invoices(&world.till, &to_list, None, 20)).expect("listed");
            assert!(!found.is_empty(), "something was charged");
        }),
        Case::decide(world, "mail_invoice_summary", "decide/mail invoices", move |world| {
            done(billing::mail_invoice_summary(&world.till, &to_mail));
        }),
    ]
}

/// Ann's plan, which the bank has renewed since, in a world of its own: elsewhere the bank remembers what the store forgets.
fn comparing() -> Vec<Case> {
    let world = open().world;
    world.store.forget();
    vec![
        Case::look(&world, "compare_plans", "decide/compare plans", |world| {
            let mut found = 0;
            done(billing::compare_plans(&world.till, ComparePlans::default(), &mut |_| found += 1));
            assert_eq!(found, 2, "another period, and an invoice that is not known");
        }),
        // Walks all plans, and decides each as `decide/follow plan` does.
        Case::decide(&world, "follow_provider", "walk/follow provider", |world| {
            let followed = run(billing::follow_provider(&world.till, &operator(), ComparePlans::default()));
            assert_eq!(followed.expect("compared").followed, 1, "the one plan");
        }),
    ]
}

/// A card that expires within the month, of which nobody has told its owner.
fn expiring() -> Case {
    let world = Rc::new(World::new());
    world.office(OWNER);
    world.enter_card(OWNER, 2030);
    let owner = world.account(OWNER).expect("an account").id;
    let wallet = run(world.memory.wallet(owner)).expect("stored").expect("opened");
    world.set_clock(wallet.announce_at().expect("it expires").plus(DAY));
    world.store.forget();
    Case::decide(&world, "announce_expiring_card", "decide/card expires", move |world| {
        done(billing::announce_expiring_card(&world.till, owner));
    })
}

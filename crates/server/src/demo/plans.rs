//! Who pays for what in the demo: each paid tier has been bought, at the simulator, with a card that somebody has.

use practice_domain::account::Account;
use practice_domain::billing::plan::{PlanOption, PriceList};
use practice_domain::billing::{BillingFact, BillingName, Invoice, Subscription, SubscriptionState, Wallet};
use practice_domain::commit::Commit;
use practice_domain::fact::Fact;
use practice_domain::member::{Member, Tier};
use practice_domain::port::{Answer, Customer, Key, Order, Payments as _, Sold};
use practice_domain::value::{InvoiceId, Money, PurchaseId, SubscriptionId, Version};
use practice_sandbox::Bank;

use super::seed::{Seed, SeedError};

/// Somebody who has registered.
pub(super) struct Seated {
    pub(super) member: Member,
    pub(super) account: Account,
}

/// What a tier is made of.
fn options(tier: Tier) -> &'static [PlanOption] {
    match tier {
        Tier::Free => &[],
        Tier::Paid => &PlanOption::ALL[..1],
        Tier::PaidWithPlugin => &[PlanOption::ALL[1], PlanOption::ALL[3]],
    }
}

impl Seed<'_> {
    /// Gives somebody a card that expires so many years from now.
    pub(super) async fn card(&self, bank: &Bank, who: &Seated, years: u16) -> Result<Wallet, SeedError> {
        let account = &who.account;
        let customer = Customer { account: account.id, email: account.email.clone(), name: account.name.clone() };
        let customer = bank.customer(&customer).await?;
        bank.hand_card(&customer, years)?;
        let wallet = Wallet::open(account.id, customer.clone()).hold(bank.card(&customer).await?);
        let fact = Fact::Billing(BillingFact::CardChanged { account: account.id, on_file: true });
        let commit = Commit::recording(self.entry(who.member.practice, fact, self.now)).insert(wallet.clone());
        self.ports.store.commit(&commit).await?;
        Ok(wallet)
    }

    /// Lets somebody pay for what somebody has, themselves included.
    pub(super) async fn pay(
        &self,
        bank: &Bank,
        prices: &PriceList,
        payer: &Wallet,
        who: &Seated,
    ) -> Result<(), SeedError> {
        for option in options(who.member.tier) {
            let card = payer.card.as_ref().ok_or_else(|| SeedError::Data("a payer has no card".to_owned()))?;
            let price = prices.price(*option);
            let order = Order {
                key: Key { purchase: PurchaseId(self.ports.entropy.id()), step: 0 },
                customer: payer.customer.clone(),
                card: card.reference.clone(),
                option: *option,
                price,
                credit: Money::zero(price.currency()),
                tax: Money::zero(price.currency()),
                total: price,
                renewal: price,
            };
            match bank.subscribe(&order).await {
                Answer::Confirmed(sold) => self.keep(payer, who, &order, sold).await?,
                other => return Err(SeedError::Data(format!("a good card was not charged: {other:?}"))),
            }
        }
        Ok(())
    }

    async fn keep(&self, payer: &Wallet, who: &Seated, order: &Order, sold: Sold) -> Result<(), SeedError> {
        let (practice, member) = (who.member.practice, who.member.id);
        let subscription = Subscription {
            id: SubscriptionId(self.ports.entropy.id()),
            version: Version::default(),
            practice,
            member,
            beneficiary: who.account.id,
            payer: payer.account,
            option: order.option,
            price: order.price,
            reference: sold.subscription.clone(),
            started_at: sold.period.starts,
            state: SubscriptionState::Active { period: sold.period },
        };
        let invoice = Invoice {
            id: InvoiceId(self.ports.entropy.id()),
            practice,
            payer: payer.account,
            beneficiary: who.account.id,
            subscription: subscription.id,
            option: order.option,
            reference: sold.invoice.reference.clone(),
            number: sold.invoice.number,
            amount: sold.invoice.amount,
            charged_at: sold.invoice.charged_at,
        };
        let (bought, paid) = (subscription.id, invoice.id);
        let purchase = order.key.purchase;
        let fact = BillingFact::PurchasePaid { purchase, subscription: bought, invoice: paid, amount: order.total };
        let commit = Commit::recording(self.entry(practice, Fact::Billing(fact), self.now))
            .hold(BillingName::LivePlan(practice, member, order.option.ware).into(), bought)
            .hold(BillingName::subscription(&subscription.reference), bought)
            .hold(BillingName::invoice(&invoice.reference), paid)
            .insert(subscription)
            .insert(invoice);
        Ok(self.ports.store.commit(&commit).await?)
    }
}

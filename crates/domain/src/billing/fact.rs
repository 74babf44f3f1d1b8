use crate::billing::plan::PlanOption;
use crate::billing::{Decline, EndReason};
use crate::fact::FactKind;
use crate::member::Tier;
use crate::value::{AccountId, InvoiceId, MemberId, Money, PurchaseId, QuoteId, SubscriptionId};

/// What happened to money, plans and cards. Card data, provider names and addresses are never among the particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the ids and numbers are named by their types")]
pub enum BillingFact {
    /// `BILL-7`: somebody went to the provider's page to enter a card.
    CardEntryBegun { account: AccountId },
    /// `BILL-7`: the card on file is another one, or gone.
    CardChanged { account: AccountId, on_file: bool },
    /// `BILL-8`: its owner is told that the card expires.
    CardExpiryAnnounced { account: AccountId },
    /// `BILL-3`: somebody was told what a purchase costs.
    Quoted { quote: QuoteId, member: MemberId, total: Money },
    /// `BILL-3`: somebody said OK.
    PurchaseOrdered { purchase: PurchaseId, quote: QuoteId, member: MemberId, option: PlanOption, total: Money },
    /// `BILL-3`: the provider is asked, with this key.
    PurchaseAsked { purchase: PurchaseId, step: u32 },
    /// `BILL-3`: the provider's answer told nothing.
    PurchaseDoubted { purchase: PurchaseId },
    /// Something else must be paid or confirmed before.
    PurchaseWaits { purchase: PurchaseId },
    /// `BILL-4`: the payer must confirm.
    PurchaseNeedsAction { purchase: PurchaseId },
    /// `BILL-4`: the money is there.
    PurchasePaid { purchase: PurchaseId, subscription: SubscriptionId, invoice: InvoiceId, amount: Money },
    /// `BILL-4`: the bank said no.
    PurchaseDeclined { purchase: PurchaseId, why: Decline },
    /// `BILL-3`: it was given up; nothing was charged.
    PurchaseAbandoned { purchase: PurchaseId },
    /// It was charged and could not be granted; the money goes back.
    PurchaseReturned { purchase: PurchaseId, subscription: SubscriptionId },
    /// Another period is paid for.
    SubscriptionRenewed { subscription: SubscriptionId, invoice: InvoiceId, amount: Money },
    /// What the provider says of the period has changed.
    SubscriptionFollowed { subscription: SubscriptionId },
    /// `BILL-8`: a subscription is over.
    SubscriptionEnded { subscription: SubscriptionId, why: EndReason },
    /// `BILL-8`, `EMP-3`: a subscription ends with what is paid for.
    SubscriptionEnding { subscription: SubscriptionId },
    /// The provider knows that it is to end.
    ProviderTold { subscription: SubscriptionId },
    /// `BILL-1`: what a member may use.
    TierChanged { member: MemberId, before: Tier, after: Tier },
    /// `BILL-9`: somebody had their invoices mailed.
    SummaryOrdered { account: AccountId },
    /// `BILL-10`: an event of the provider told nothing new.
    EventNoted,
}

impl BillingFact {
    /// Which kind of fact it is.
    #[must_use]
    pub fn kind(&self) -> FactKind {
        match self {
            Self::CardEntryBegun { .. } => FactKind::CardEntryBegun,
            Self::CardChanged { .. } => FactKind::CardChanged,
            Self::CardExpiryAnnounced { .. } => FactKind::CardExpiryAnnounced,
            Self::Quoted { .. } => FactKind::PurchaseQuoted,
            Self::PurchaseOrdered { .. } => FactKind::PurchaseOrdered,
            Self::PurchaseAsked { .. } => FactKind::PurchaseAsked,
            Self::PurchaseDoubted { .. } => FactKind::PurchaseDoubted,
            Self::PurchaseWaits { .. } => FactKind::PurchaseWaits,
            Self::PurchaseNeedsAction { .. } => FactKind::PurchaseNeedsAction,
            Self::PurchasePaid { .. } => FactKind::PurchasePaid,
            Self::PurchaseDeclined { .. } => FactKind::PurchaseDeclined,
            Self::PurchaseAbandoned { .. } => FactKind::PurchaseAbandoned,
            Self::PurchaseReturned { .. } => FactKind::PurchaseReturned,
            Self::SubscriptionRenewed { .. } => FactKind::SubscriptionRenewed,
            Self::SubscriptionFollowed { .. } => FactKind::SubscriptionFollowed,
            Self::SubscriptionEnded { .. } => FactKind::SubscriptionEnded,
            Self::SubscriptionEnding { .. } => FactKind::SubscriptionEnding,
            Self::ProviderTold { .. } => FactKind::SubscriptionProviderTold,
            Self::TierChanged { .. } => FactKind::TierChanged,
            Self::SummaryOrdered { .. } => FactKind::InvoicesSummaryOrdered,
            Self::EventNoted => FactKind::PaymentsEventNoted,
        }
    }

    /// The particulars, as names and values in a fixed order.
    #[must_use]
    pub fn details(&self) -> Vec<(&'static str, String)> {
        let purchase = |purchase: &PurchaseId| ("purchase", purchase.to_string());
        let subscription = |subscription: &SubscriptionId| ("subscription", subscription.to_string());
        let amount = |amount: &Money| ("amount", amount.to_string());
        match self {
            Self::CardEntryBegun { account }
            | Self::CardExpiryAnnounced { account }
            | Self::SummaryOrdered { account } => vec![("account", account.to_string())],
            Self::CardChanged { account, on_file } => {
                vec![("account", account.to_string()), ("on_file", on_file.to_string())]
            }
            Self::Quoted { quote, member, total } => {
                vec![("quote", quote.to_string()), ("member", member.to_string()), amount(total)]
            }
            Self::PurchaseOrdered { purchase: id, quote, member, option, total } => vec![
                purchase(id),
                ("quote", quote.to_string()),
                ("member", member.to_string()),
                ("option", option.code().to_owned()),
                amount(total),
            ],
            Self::PurchaseAsked { purchase: id, step } => vec![purchase(id), ("step", step.to_string())],
            Self::PurchaseDoubted { purchase: id }
            | Self::PurchaseWaits { purchase: id }
            | Self::PurchaseNeedsAction { purchase: id }
            | Self::PurchaseAbandoned { purchase: id } => vec![purchase(id)],
            Self::PurchasePaid { purchase: id, subscription: bought, invoice, amount: paid } => {
                vec![purchase(id), subscription(bought), ("invoice", invoice.to_string()), amount(paid)]
            }
            Self::PurchaseDeclined { purchase: id, why } => vec![purchase(id), ("why", why.code().to_owned())],
            Self::PurchaseReturned { purchase: id, subscription: begun } => vec![purchase(id), subscription(begun)],
            Self::SubscriptionRenewed { subscription: id, invoice, amount: paid } => {
                vec![subscription(id), ("invoice", invoice.to_string()), amount(paid)]
            }
            Self::SubscriptionFollowed { subscription: id }
            | Self::SubscriptionEnding { subscription: id }
            | Self::ProviderTold { subscription: id } => vec![subscription(id)],
            Self::SubscriptionEnded { subscription: id, why } => {
                vec![subscription(id), ("why", why.code().to_owned())]
            }
            Self::TierChanged { member, before, after } => vec![
                ("member", member.to_string()),
                ("before", before.code().to_owned()),
                ("after", after.code().to_owned()),
            ],
            Self::EventNoted => Vec::new(),
        }
    }
}

use crate::billing::InvoiceRef;
use crate::billing::plan::PlanOption;
use crate::value::{AccountId, InvoiceId, Money, PracticeId, SubscriptionId, Time};

/// Something that was charged (`BILL-9`). It never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Its identity.
    pub id: InvoiceId,
    /// Where.
    pub practice: PracticeId,
    /// Who was charged, and who alone sees it.
    pub payer: AccountId,
    /// For whom.
    pub beneficiary: AccountId,
    /// What for.
    pub subscription: SubscriptionId,
    /// What that is: the description.
    pub option: PlanOption,
    /// What the provider calls it.
    pub reference: InvoiceRef,
    /// The number that is printed on it: 1 to 64 characters.
    pub number: String,
    /// What was charged, with tax.
    pub amount: Money,
    /// When.
    pub charged_at: Time,
}

impl Invoice {
    /// Whether its payer paid for themselves.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.payer == self.beneficiary
    }
}

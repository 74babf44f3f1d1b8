use std::time::Duration;

use crate::billing::plan::{Cart, PlanOption, PriceList, Ware, unused_part};
use crate::billing::{CardRef, Subscription};
use crate::value::{AccountId, MemberId, Money, MoneyError, PracticeId, QuoteId, SubscriptionId, Time};

/// What somebody was told a purchase would cost (`BILL-3`). It never changes; the OK spends it, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Its identity.
    pub id: QuoteId,
    /// Where.
    pub practice: PracticeId,
    /// Whose place in the practice gets the tier.
    pub member: MemberId,
    /// Whose account that is.
    pub beneficiary: AccountId,
    /// Who is to be charged.
    pub payer: AccountId,
    /// Which card is to be charged.
    pub card: CardRef,
    /// What is bought, and for how much.
    pub terms: Terms,
    /// The moment that the unused part of what is replaced was reckoned at.
    pub priced_at: Time,
    /// From this moment on it cannot be confirmed.
    pub expires_at: Time,
}

/// What is bought at once: at least one line, at most one of each ware.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// SecureMail.
    pub mail: Option<Line>,
    /// The Outlook Plugin.
    pub plugin: Option<Line>,
}

/// One option on a quote. All its amounts are of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// What.
    pub option: PlanOption,
    /// What it costs a period.
    pub price: Money,
    /// The unused part of what it replaces (`BILL-5`), no more than the price.
    pub credit: Money,
    /// The tax on what is left to pay.
    pub tax: Money,
    /// What it replaces.
    pub replaces: Option<SubscriptionId>,
}

impl Quote {
    /// Whether it can still be confirmed.
    #[must_use]
    pub fn is_open(&self, now: Time) -> bool {
        now < self.expires_at
    }

    /// Until when a quote of this moment can be confirmed.
    #[must_use]
    pub fn end_of(priced_at: Time, life: Duration) -> Time {
        priced_at.plus(life)
    }
}

impl Terms {
    /// What a cart costs somebody who has these live subscriptions, at a moment. With `credit_unused` the unused part of what is
    /// replaced is taken off, to the cent; whatever of it exceeds the new price is lost.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] when the prices' currency has changed since, or an amount cannot be counted.
    pub fn of(
        cart: Cart,
        live: &[Subscription],
        prices: &PriceList,
        credit_unused: bool,
        at: Time,
    ) -> Result<Self, MoneyError> {
        let mut terms = Self { mail: None, plugin: None };
        for option in cart.options() {
            let replaced = live.iter().find(|subscription| subscription.option.ware == option.ware);
            let price = prices.price(option);
            let credit = match replaced.and_then(|old| Some((old.price, old.period()?))) {
                Some((paid, period)) if credit_unused => unused_part(paid, period, at).at_most(price)?,
                _ => Money::zero(price.currency()),
            };
            let tax = prices.tax(price.minus(credit)?)?;
            let line = Line { option, price, credit, tax, replaces: replaced.map(|old| old.id) };
            *terms.line_mut(option.ware) = Some(line);
        }
        Ok(terms)
    }

    /// Its lines, SecureMail first.
    pub fn lines(self) -> impl Iterator<Item = Line> {
        self.mail.into_iter().chain(self.plugin)
    }

    /// What is charged altogether; none when there is no line or it cannot be counted.
    #[must_use]
    pub fn total(self) -> Option<Money> {
        let mut totals = self.lines().map(Line::total);
        let first = totals.next()?.ok();
        totals.fold(first, |sum, total| sum?.plus(total.ok()?).ok())
    }

    fn line_mut(&mut self, ware: Ware) -> &mut Option<Line> {
        match ware {
            Ware::SecureMail => &mut self.mail,
            Ware::OutlookPlugin => &mut self.plugin,
        }
    }
}

impl Line {
    /// What is charged for it: price less credit, and the tax.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] when its amounts do not fit together.
    pub fn total(self) -> Result<Money, MoneyError> {
        self.price.minus(self.credit)?.plus(self.tax)
    }
}

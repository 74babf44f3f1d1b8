//! What is asked, as Stripe takes it: names with brackets and values.

use practice_domain::billing::calendar::Cadence;
use practice_domain::billing::plan::{PlanOption, Ware};
use practice_domain::port::Order;
use practice_domain::value::{Money, MoneyError};

/// The fields of a request.
#[derive(Clone, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }

    pub(crate) fn with_some(self, name: &str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

/// A subscription that is not charged yet. Every amount on its first invoice is given, so that Stripe computes none: the price and the
/// tax on it, which recur, and, once, the credit and what is less in tax because of it (`BILL-5`).
pub(crate) fn subscription(order: &Order) -> Result<Form, MoneyError> {
    let recurring = order.renewal.minus(order.price)?;
    let once = [
        (Product::Credit, Money::zero(order.credit.currency()).minus(order.credit)?),
        (Product::Tax, order.tax.minus(recurring)?),
    ];
    let items = [(Product::Ware(order.option.ware), order.price), (Product::Tax, recurring)];
    let mut form = Form::new().with("customer", order.customer.as_str());
    for (n, (product, amount)) in items.into_iter().filter(|(_, amount)| amount.minor() != 0).enumerate() {
        let item = format!("items[{n}]");
        form = priced(form, &item, product, amount);
        form = form.with(format!("{item}[price_data][recurring][interval]"), interval(order.option));
    }
    for (n, (product, amount)) in once.into_iter().filter(|(_, amount)| amount.minor() != 0).enumerate() {
        form = priced(form, &format!("add_invoice_items[{n}]"), product, amount);
    }
    Ok(form
        .with("payment_behavior", "default_incomplete")
        .with("proration_behavior", "none")
        .with("payment_settings[payment_method_types][0]", "card")
        .with("payment_settings[save_default_payment_method]", "off")
        .with("metadata[purchase]", order.key.purchase.to_string())
        .with("metadata[option]", order.option.code())
        .with("expand[0]", "latest_invoice"))
}

fn priced(form: Form, item: &str, product: Product, amount: Money) -> Form {
    form.with(format!("{item}[price_data][currency]"), amount.currency().code().to_ascii_lowercase())
        .with(format!("{item}[price_data][product]"), product.id())
        .with(format!("{item}[price_data][unit_amount]"), amount.minor().to_string())
        .with(format!("{item}[quantity]"), "1")
}

fn interval(option: PlanOption) -> &'static str {
    match option.cadence {
        Cadence::Monthly => "month",
        Cadence::Annual => "year",
    }
}

/// What stands on invoices.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Product {
    /// Something sold.
    Ware(Ware),
    /// What is taken off.
    Credit,
    /// The tax.
    Tax,
}

impl Product {
    pub(crate) const ALL: [Self; 4] =
        [Self::Ware(Ware::SecureMail), Self::Ware(Ware::OutlookPlugin), Self::Credit, Self::Tax];

    /// Our name for it, which is Stripe's, too.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Ware(Ware::SecureMail) => "portal_securemail",
            Self::Ware(Ware::OutlookPlugin) => "portal_outlook_plugin",
            Self::Credit => "portal_credit",
            Self::Tax => "portal_tax",
        }
    }

    /// What a payer reads.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ware(Ware::SecureMail) => "SecureMail",
            Self::Ware(Ware::OutlookPlugin) => "Outlook Plugin",
            Self::Credit => "Unused part of the plan before",
            Self::Tax => "Tax",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use practice_domain::billing::{CardRef, CustomerRef};
    use practice_domain::port::Key;
    use practice_domain::value::{Currency, PurchaseId};
    use uuid::Uuid;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn order(price: i64, credit: i64, tax: i64, recurring: i64) -> Order {
        Order {
            key: Key { purchase: PurchaseId(Uuid::from_u128(1)), step: 0 },
            customer: CustomerRef::parse("cus_1").expect("a name"),
            card: CardRef::parse("pm_1").expect("a name"),
            option: PlanOption::ALL[1],
            price: usd(price),
            credit: usd(credit),
            tax: usd(tax),
            total: usd(price - credit + tax),
            renewal: usd(price + recurring),
        }
    }

    fn amounts(form: &Form, group: &str) -> Vec<i64> {
        let ours = form.pairs().iter().filter(|(name, _)| name.starts_with(group) && name.ends_with("[unit_amount]"));
        ours.map(|(_, value)| value.parse().expect("a number")).collect()
    }

    /// BILL-5, PM-06: whatever is on the first invoice adds up to the total, and what recurs is the price and the tax on it.
    #[test]
    fn every_cent_is_given() {
        for (price, credit, tax, once, recurring) in [
            (10_000, 484, 714, vec![-484, -36], vec![10_000, 750]),
            (10_000, 0, 750, vec![], vec![10_000, 750]),
            (1_000, 1_000, 0, vec![-1_000, -75], vec![1_000, 75]),
            (1_000, 0, 0, vec![], vec![1_000]),
            (1_000, 0, 80, vec![80], vec![1_000]),
        ] {
            let order = order(price, credit, tax, recurring.get(1).copied().unwrap_or_default());
            let form = subscription(&order).expect("small amounts");
            assert_eq!(amounts(&form, "items"), recurring);
            assert_eq!(amounts(&form, "add_invoice_items"), once);
            let all: i64 = once.iter().chain(&recurring).sum();
            assert_eq!(all, order.total.minor());
        }
    }
}

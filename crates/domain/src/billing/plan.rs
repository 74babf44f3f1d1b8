//! What can be bought, and what follows from it (`BILL-1`).

use crate::billing::calendar::{Cadence, Period};
use crate::member::Tier;
use crate::value::{Currency, Money, MoneyError, Time};

/// What is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ware {
    /// Composing secure messages.
    SecureMail,
    /// Doing so from Outlook; of no use without SecureMail.
    OutlookPlugin,
}

/// Something sold (`BILL-1`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanOption {
    /// What.
    pub ware: Ware,
    /// How often it is paid for.
    pub cadence: Cadence,
}

/// What a person has now: at most one option of each ware.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Holding {
    /// SecureMail.
    pub mail: Option<Cadence>,
    /// The Outlook Plugin.
    pub plugin: Option<Cadence>,
}

/// What is to be bought at once: at least one option, at most one of each ware, each above what the person has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cart {
    mail: Option<Cadence>,
    plugin: Option<Cadence>,
}

/// Why options cannot be bought together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum BadCart {
    /// Nothing was ticked.
    #[error("choose what to buy")]
    Nothing,
    /// The person has everything (`BILL-2`).
    #[error("there are no additional plans for this person")]
    NoPlansLeft,
    /// The person has it, or more.
    #[error("this person already has this plan")]
    AlreadyHeld,
    /// Monthly and annual of one ware.
    #[error("choose either the monthly or the annual plan")]
    Both,
    /// The plugin needs SecureMail (`BILL-1`).
    #[error("the Outlook Plugin needs SecureMail")]
    NeedsSecureMail,
}

/// What the options cost, and the tax on them: configuration (`BILL-1`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceList {
    mail: [Money; 2],
    plugin: [Money; 2],
    tax: u32,
}

/// Prices that cannot be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPrices {
    /// Prices must be above zero.
    #[error("every price must be above zero")]
    Free,
    /// All prices are of one currency.
    #[error("all prices must be in one currency")]
    Currencies,
    /// A year costs less than a month.
    #[error("a year must not cost less than a month")]
    YearBelowMonth,
    /// More than the whole price.
    #[error("the tax must be below 100 percent")]
    Tax,
}

impl PlanOption {
    /// Every option, the lesser first.
    pub const ALL: [Self; 4] = [
        Self { ware: Ware::SecureMail, cadence: Cadence::Monthly },
        Self { ware: Ware::SecureMail, cadence: Cadence::Annual },
        Self { ware: Ware::OutlookPlugin, cadence: Cadence::Monthly },
        Self { ware: Ware::OutlookPlugin, cadence: Cadence::Annual },
    ];

    /// The stable code, also its name in the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match (self.ware, self.cadence) {
            (Ware::SecureMail, Cadence::Monthly) => "securemail-monthly",
            (Ware::SecureMail, Cadence::Annual) => "securemail-annual",
            (Ware::OutlookPlugin, Cadence::Monthly) => "outlook-plugin-monthly",
            (Ware::OutlookPlugin, Cadence::Annual) => "outlook-plugin-annual",
        }
    }

    /// The option with this code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|option| option.code() == code)
    }
}

impl Ware {
    /// Both.
    pub const ALL: [Self; 2] = [Self::SecureMail, Self::OutlookPlugin];
}

impl Holding {
    /// What these options amount to: of each ware the greater.
    #[must_use]
    pub fn of(options: impl IntoIterator<Item = PlanOption>) -> Self {
        options.into_iter().fold(Self::default(), |held, option| match option.ware {
            Ware::SecureMail => Self { mail: held.mail.max(Some(option.cadence)), ..held },
            Ware::OutlookPlugin => Self { plugin: held.plugin.max(Some(option.cadence)), ..held },
        })
    }

    /// The tier that goes with it (`BILL-1`). A plugin alone is of no use.
    #[must_use]
    pub fn tier(self) -> Tier {
        match (self.mail, self.plugin) {
            (None, _) => Tier::Free,
            (Some(_), None) => Tier::Paid,
            (Some(_), Some(_)) => Tier::PaidWithPlugin,
        }
    }

    /// The options above it, the lesser first (`BILL-2`). None is "no additional plans".
    #[must_use]
    pub fn offers(self) -> Vec<PlanOption> {
        PlanOption::ALL.into_iter().filter(|option| Some(option.cadence) > self.cadence(option.ware)).collect()
    }

    fn cadence(self, ware: Ware) -> Option<Cadence> {
        match ware {
            Ware::SecureMail => self.mail,
            Ware::OutlookPlugin => self.plugin,
        }
    }
}

impl Cart {
    /// Puts options together for somebody who has this.
    ///
    /// # Errors
    ///
    /// [`BadCart`] says why they do not go together.
    pub fn fill(held: Holding, options: &[PlanOption]) -> Result<Self, BadCart> {
        let offers = held.offers();
        if offers.is_empty() {
            return Err(BadCart::NoPlansLeft);
        }
        if options.is_empty() {
            return Err(BadCart::Nothing);
        }
        let mut cart = Self { mail: None, plugin: None };
        for option in options {
            if !offers.contains(option) {
                return Err(BadCart::AlreadyHeld);
            }
            let place = match option.ware {
                Ware::SecureMail => &mut cart.mail,
                Ware::OutlookPlugin => &mut cart.plugin,
            };
            if place.replace(option.cadence).is_some_and(|other| other != option.cadence) {
                return Err(BadCart::Both);
            }
        }
        if cart.plugin.is_some() && cart.mail.or(held.mail).is_none() {
            return Err(BadCart::NeedsSecureMail);
        }
        Ok(cart)
    }

    /// The options, SecureMail first.
    pub fn options(self) -> impl Iterator<Item = PlanOption> {
        let mail = self.mail.map(|cadence| PlanOption { ware: Ware::SecureMail, cadence });
        mail.into_iter().chain(self.plugin.map(|cadence| PlanOption { ware: Ware::OutlookPlugin, cadence }))
    }
}

impl PriceList {
    /// Prices of one currency, monthly then annual, and a tax in hundredths of a percent.
    ///
    /// # Errors
    ///
    /// [`BadPrices`] when they cannot be asked for.
    pub fn new(mail: [Money; 2], plugin: [Money; 2], tax: u32) -> Result<Self, BadPrices> {
        let all = [mail, plugin].concat();
        if all.iter().any(|price| price.minor() <= 0) {
            return Err(BadPrices::Free);
        }
        if all.iter().any(|price| price.currency() != mail[0].currency()) {
            return Err(BadPrices::Currencies);
        }
        if [mail, plugin].iter().any(|[month, year]| year.minor() < month.minor()) {
            return Err(BadPrices::YearBelowMonth);
        }
        if tax >= 10_000 {
            return Err(BadPrices::Tax);
        }
        Ok(Self { mail, plugin, tax })
    }

    /// The currency of all of them.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.mail[0].currency()
    }

    /// What an option costs a period, before tax.
    #[must_use]
    pub fn price(&self, option: PlanOption) -> Money {
        let [month, year] = match option.ware {
            Ware::SecureMail => self.mail,
            Ware::OutlookPlugin => self.plugin,
        };
        match option.cadence {
            Cadence::Monthly => month,
            Cadence::Annual => year,
        }
    }

    /// The tax on an amount.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`].
    pub fn tax(&self, amount: Money) -> Result<Money, MoneyError> {
        amount.basis_points(self.tax)
    }
}

impl Default for PriceList {
    /// SecureMail for ten dollars a month, the only price that is documented; a year costs ten months, the plugin half of it, and
    /// there is no tax.
    fn default() -> Self {
        let usd = |cents| Money::new(cents, Currency::USD);
        Self { mail: [usd(1_000), usd(10_000)], plugin: [usd(500), usd(5_000)], tax: 0 }
    }
}

/// What of a price belongs to the rest of a period: what is credited when it is replaced (`BILL-5`). With the used part, the price
/// less this, it adds up to the price.
#[must_use]
pub fn unused_part(price: Money, period: Period, at: Time) -> Money {
    price.share(period.unused(at), period.length())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONTH: PlanOption = PlanOption::ALL[0];
    const YEAR: PlanOption = PlanOption::ALL[1];
    const PLUGIN_MONTH: PlanOption = PlanOption::ALL[2];
    const PLUGIN_YEAR: PlanOption = PlanOption::ALL[3];

    /// BILL-1, BILL-2: only what is above what the person has, and nothing above everything.
    #[test]
    fn offers_are_what_is_above() {
        assert_eq!(Holding::default().offers(), PlanOption::ALL);
        assert_eq!(Holding::of([MONTH]).offers(), [YEAR, PLUGIN_MONTH, PLUGIN_YEAR]);
        assert_eq!(Holding::of([YEAR]).offers(), [PLUGIN_MONTH, PLUGIN_YEAR]);
        assert_eq!(Holding::of([MONTH, PLUGIN_YEAR]).offers(), [YEAR]);
        assert_eq!(Holding::of([YEAR, PLUGIN_YEAR]).offers(), []);
        assert_eq!(Cart::fill(Holding::of([YEAR, PLUGIN_YEAR]), &[MONTH]), Err(BadCart::NoPlansLeft));
    }

    /// BILL-1: the tier follows from the options, and a plugin alone gives none.
    #[test]
    fn tiers_follow_from_options() {
        assert_eq!(Holding::default().tier(), Tier::Free);
        assert_eq!(Holding::of([MONTH]).tier(), Tier::Paid);
        assert_eq!(Holding::of([YEAR, PLUGIN_MONTH]).tier(), Tier::PaidWithPlugin);
        assert_eq!(Holding::of([PLUGIN_YEAR]).tier(), Tier::Free);
    }

    /// BILL-1, BILL-2: a cart holds one option of each ware, and the plugin comes with SecureMail or after it.
    #[test]
    fn a_cart_holds_what_goes_together() {
        let fill = |held: &[PlanOption], options: &[PlanOption]| {
            Cart::fill(Holding::of(held.iter().copied()), options).map(|cart| cart.options().collect::<Vec<_>>())
        };
        assert_eq!(fill(&[], &[PLUGIN_MONTH, MONTH]), Ok(vec![MONTH, PLUGIN_MONTH]));
        assert_eq!(fill(&[], &[MONTH, MONTH]), Ok(vec![MONTH]));
        assert_eq!(fill(&[MONTH], &[PLUGIN_YEAR]), Ok(vec![PLUGIN_YEAR]));
        assert_eq!(fill(&[], &[PLUGIN_YEAR]), Err(BadCart::NeedsSecureMail));
        assert_eq!(fill(&[], &[MONTH, YEAR]), Err(BadCart::Both));
        assert_eq!(fill(&[YEAR], &[MONTH]), Err(BadCart::AlreadyHeld));
        assert_eq!(fill(&[], &[]), Err(BadCart::Nothing));
    }

    /// BILL-1: prices are configuration; the default is the one that is documented.
    #[test]
    fn prices_are_checked_before_anybody_sees_them() {
        assert_eq!(PriceList::default().price(MONTH).to_string(), "USD 10.00");
        let usd = |cents| Money::new(cents, Currency::USD);
        let good = [usd(1_000), usd(9_000)];
        let jpy = Money::new(2_000, Currency::parse("JPY").expect("listed"));
        assert_eq!(PriceList::new([usd(0), usd(1)], good, 0), Err(BadPrices::Free));
        assert_eq!(PriceList::new([usd(1), jpy], good, 0), Err(BadPrices::Currencies));
        assert_eq!(PriceList::new([usd(2), usd(1)], good, 0), Err(BadPrices::YearBelowMonth));
        assert_eq!(PriceList::new(good, good, 10_000), Err(BadPrices::Tax));
        let taxed = PriceList::new(good, good, 725).expect("good prices");
        assert_eq!(taxed.tax(usd(1_000)), Ok(usd(73)), "half a cent is rounded up");
    }

    /// BILL-1
    #[test]
    fn options_are_known_by_their_codes() {
        for option in PlanOption::ALL {
            assert_eq!(PlanOption::of_code(option.code()), Some(option));
        }
        assert_eq!(PlanOption::of_code("securemail-weekly"), None);
    }
}

use std::fmt;

/// A currency of ISO 4217, like `USD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// An amount in the smallest unit of its currency: 1000 is ten dollars, or a thousand yen. May be below zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why an amount cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// ISO 4217 knows no such code.
    #[error("a currency is written as three letters, like USD")]
    NoSuchCurrency,
    /// Dollars and yen have no sum.
    #[error("the amounts are in different currencies")]
    OtherCurrency,
    /// More than can be counted.
    #[error("the amount is too large")]
    TooLarge,
}

impl Currency {
    /// The dollar of the United States.
    pub const USD: Self = Self(*b"USD");

    /// Reads a code of three capital letters.
    ///
    /// # Errors
    ///
    /// [`MoneyError::NoSuchCurrency`] when ISO 4217 does not list it.
    pub fn parse(code: &str) -> Result<Self, MoneyError> {
        let known = [NO_DECIMALS, TWO_DECIMALS, THREE_DECIMALS];
        let listed = known.iter().flat_map(|list| list.split(' ')).any(|listed| listed == code);
        let letters = <[u8; 3]>::try_from(code.as_bytes()).ok().filter(|_| listed);
        letters.map(Self).ok_or(MoneyError::NoSuchCurrency)
    }

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// How many decimals an amount is written with: two for dollars and cents, none for yen.
    #[must_use]
    pub fn decimals(self) -> u8 {
        let is_in = |list: &str| list.split(' ').any(|listed| listed == self.code());
        if is_in(NO_DECIMALS) {
            0
        } else if is_in(THREE_DECIMALS) {
            3
        } else {
            2
        }
    }
}

impl Money {
    /// So many of the smallest units.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// The number of smallest units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The sum.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] when the currencies differ or the sum cannot be counted.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.with(other, self.minor.checked_add(other.minor))
    }

    /// The difference.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] when the currencies differ or the difference cannot be counted.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.with(other, self.minor.checked_sub(other.minor))
    }

    /// The smaller of two amounts.
    ///
    /// # Errors
    ///
    /// [`MoneyError::OtherCurrency`] when they cannot be compared.
    pub fn at_most(self, other: Self) -> Result<Self, MoneyError> {
        self.with(other, Some(self.minor.min(other.minor)))
    }

    /// So many ten-thousandths of it, halves rounded away from zero: what a tax rate takes.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`].
    pub fn basis_points(self, points: u32) -> Result<Self, MoneyError> {
        let exact = i128::from(self.minor) * i128::from(points);
        let rounded = (exact.abs() + 5_000) / 10_000 * exact.signum();
        self.with(self, i64::try_from(rounded).ok())
    }

    /// What of it belongs to the first `part` of `whole`, rounded down; the rest is [`Money::minus`] of it, so that the two add up to
    /// the whole (`BILL-5`). More than the whole is the whole; of nothing, everything.
    #[must_use]
    pub fn share(self, part: u64, whole: u64) -> Self {
        if part >= whole {
            return self;
        }
        let exact = i128::from(self.minor) * i128::from(part);
        let cut = exact.div_euclid(i128::from(whole));
        Self { minor: i64::try_from(cut).unwrap_or(self.minor), ..self }
    }

    /// Its parts by these weights, in their order. The parts add up to it, whatever the weights; with no weights there is no part.
    #[must_use]
    pub fn apportion(self, weights: &[u32]) -> Vec<Self> {
        let whole: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
        let (mut passed, mut given) = (0_u64, 0_i64);
        weights
            .iter()
            .map(|weight| {
                passed += u64::from(*weight);
                let cut = self.share(passed, whole).minor;
                let part = Self { minor: cut - given, ..self };
                given = cut;
                part
            })
            .collect()
    }

    fn with(self, other: Self, minor: Option<i64>) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::OtherCurrency);
        }
        minor.map(|minor| Self { minor, ..self }).ok_or(MoneyError::TooLarge)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Like `USD 10.00`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, minor) = (if self.minor < 0 { "-" } else { "" }, self.minor.unsigned_abs());
        match self.currency.decimals() {
            0 => write!(f, "{} {sign}{minor}", self.currency),
            decimals => {
                let unit = 10_u64.pow(u32::from(decimals));
                let width = usize::from(decimals);
                write!(f, "{} {sign}{}.{:0width$}", self.currency, minor / unit, minor % unit)
            }
        }
    }
}

const NO_DECIMALS: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
const THREE_DECIMALS: &str = "BHD IQD JOD KWD LYD OMR TND";
const TWO_DECIMALS: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY \
    COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES \
    KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB \
    PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD \
    TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW";

#[cfg(test)]
mod tests {
    use super::*;

    /// BILL-1: each currency has its own decimals.
    #[test]
    fn amounts_are_written_with_the_decimals_of_their_currency() {
        let shown = |minor, code| Money::new(minor, Currency::parse(code).expect("listed")).to_string();
        assert_eq!(shown(1_000, "USD"), "USD 10.00");
        assert_eq!(shown(-5, "EUR"), "EUR -0.05");
        assert_eq!(shown(1_000, "JPY"), "JPY 1000");
        assert_eq!(shown(12_345, "KWD"), "KWD 12.345");
        for unknown in ["", "usd", "US", "USDD", "XXX", "U D", "USD EUR"] {
            assert_eq!(Currency::parse(unknown), Err(MoneyError::NoSuchCurrency), "{unknown}");
        }
    }

    /// BILL-5
    #[test]
    fn currencies_do_not_mix_and_sums_do_not_wrap() {
        let (usd, jpy) = (Money::new(1, Currency::USD), Money::new(1, Currency::parse("JPY").expect("listed")));
        assert_eq!(usd.plus(jpy), Err(MoneyError::OtherCurrency));
        assert_eq!(usd.at_most(jpy), Err(MoneyError::OtherCurrency));
        assert_eq!(Money::new(i64::MAX, Currency::USD).plus(usd), Err(MoneyError::TooLarge));
        assert_eq!(Money::new(i64::MIN, Currency::USD).minus(usd), Err(MoneyError::TooLarge));
        assert_eq!(Money::new(i64::MAX, Currency::USD).basis_points(20_000), Err(MoneyError::TooLarge));
        assert_eq!(Money::new(1_050, Currency::USD).basis_points(825), Ok(Money::new(87, Currency::USD)));
    }
}

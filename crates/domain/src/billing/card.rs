use crate::billing::calendar::Date;
use crate::billing::{CardRef, CustomerRef};
use crate::value::{AccountId, Time, Version};

/// What the payment provider keeps for one person: a customer, and perhaps a card (`BILL-7`). Card numbers never come here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wallet {
    /// Whose.
    pub account: AccountId,
    /// Counts its changes.
    pub version: Version,
    /// The provider's name for the person.
    pub customer: CustomerRef,
    /// The card on file.
    pub card: Option<Card>,
    /// The expiry that was announced last (`BILL-8`).
    pub announced: Option<Expiry>,
}

/// A card on file: as much of it as its owner needs to recognise it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The provider's name for it.
    pub reference: CardRef,
    /// Who issues its network.
    pub brand: Brand,
    /// The end of its number.
    pub last4: Last4,
    /// The last month in which it can be charged.
    pub expiry: Expiry,
}

/// A card network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Brand {
    /// Visa.
    Visa,
    /// Mastercard.
    Mastercard,
    /// American Express.
    Amex,
    /// Discover.
    Discover,
    /// Any other.
    Other,
}

/// Four digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Last4([u8; 4]);

/// The last month of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Expiry {
    year: u16,
    month: u8,
}

/// Why nothing can be charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum NoCard {
    /// None is on file.
    #[error("add a card to your profile first")]
    None,
    /// Its last month is over.
    #[error("your card has expired; update it in your profile")]
    Expired,
}

impl Wallet {
    /// A wallet with no card yet.
    #[must_use]
    pub fn open(account: AccountId, customer: CustomerRef) -> Self {
        Self { account, version: Version::default(), customer, card: None, announced: None }
    }

    /// The wallet with the card that the provider has now. Nothing else follows from it: a new card restarts nothing (`BILL-8`).
    #[must_use]
    pub fn hold(self, card: Option<Card>) -> Self {
        Self { card, ..self }
    }

    /// The card, when it can be charged.
    ///
    /// # Errors
    ///
    /// [`NoCard`] says why not.
    pub fn chargeable(&self, now: Time) -> Result<&Card, NoCard> {
        let card = self.card.as_ref().ok_or(NoCard::None)?;
        if now < card.expiry.ends() { Ok(card) } else { Err(NoCard::Expired) }
    }

    /// When its owner is to be told that the card expires, if they were not yet (`BILL-8`).
    #[must_use]
    pub fn announce_at(&self) -> Option<Time> {
        let expiry = self.card.as_ref()?.expiry;
        (self.announced != Some(expiry)).then(|| expiry.month_before())
    }

    /// The wallet whose owner was told.
    #[must_use]
    pub fn announce(self) -> Self {
        Self { announced: self.card.as_ref().map(|card| card.expiry), ..self }
    }
}

impl Last4 {
    /// Reads four digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = <[u8; 4]>::try_from(text.as_bytes()).ok()?;
        digits.iter().all(u8::is_ascii_digit).then_some(Self(digits))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Expiry {
    /// A month of the years 2000 to 2999.
    #[must_use]
    pub fn new(year: u16, month: u8) -> Option<Self> {
        ((2000..3000).contains(&year) && (1..=12).contains(&month)).then_some(Self { year, month })
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> u16 {
        self.year
    }

    /// 1 to 12.
    #[must_use]
    pub fn month(self) -> u8 {
        self.month
    }

    /// The first moment after the month, in UTC.
    #[must_use]
    pub fn ends(self) -> Time {
        Self::midnight(self.first_day().plus_months(1))
    }

    /// A month before that: when its owner is told.
    #[must_use]
    pub fn month_before(self) -> Time {
        Self::midnight(self.first_day())
    }

    fn first_day(self) -> Date {
        Date { year: i64::from(self.year), month: self.month, day: 1 }
    }

    fn midnight(day: Date) -> Time {
        Time::from_micros(day.days() * 86_400_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use uuid::Uuid;

    /// BILL-8: a card is announced a month before its last month is over, once; another card anew.
    #[test]
    fn an_expiry_is_announced_once() {
        let card = |year| Card {
            reference: CardRef::parse("card_1").expect("good"),
            brand: Brand::Visa,
            last4: Last4::parse("4242").expect("digits"),
            expiry: Expiry::new(year, 12).expect("a month"),
        };
        let customer = CustomerRef::parse("cus_1").expect("good");
        let wallet = Wallet::open(AccountId(Uuid::from_u128(1)), customer);
        assert_eq!(wallet.announce_at(), None);
        assert_eq!(wallet.chargeable(Time::from_micros(0)), Err(NoCard::None));
        let wallet = wallet.hold(Some(card(2026)));
        let ends = wallet.card.as_ref().expect("held").expiry.ends();
        assert_eq!(Date::of(ends), Date { year: 2027, month: 1, day: 1 });
        assert_eq!(wallet.announce_at(), Some(ends.minus(Duration::from_secs(31 * 24 * 60 * 60))));
        assert!(wallet.chargeable(ends.minus(Duration::from_micros(1))).is_ok());
        assert_eq!(wallet.chargeable(ends), Err(NoCard::Expired));
        let told = wallet.announce();
        assert_eq!(told.announce_at(), None);
        assert!(told.hold(Some(card(2029))).announce_at().is_some());
    }

    /// BILL-7
    #[test]
    fn parts_of_a_card_are_what_they_say() {
        assert_eq!(Last4::parse("0042").map(|last4| last4.as_str().to_owned()), Some("0042".to_owned()));
        assert!(Last4::parse("42").is_none() && Last4::parse("4a42").is_none());
        assert!(Expiry::new(2026, 0).is_none() && Expiry::new(2026, 13).is_none() && Expiry::new(99, 1).is_none());
    }
}

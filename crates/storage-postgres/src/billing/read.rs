use practice_domain::billing::calendar::Period;
use practice_domain::billing::{
    BadReference, Card, CardRef, CustomerRef, Expiry, Invoice, InvoiceRef, Last4, Line, Purchase, PurchaseState, Quote,
    Subscription, SubscriptionRef, SubscriptionState, Terms, Wallet,
};
use practice_domain::port::Fault;
use practice_domain::value::{AccountId, Currency, Money, PurchaseId, SubscriptionId, Time};

use crate::row::{Cells, Value};

impl Value for Wallet {
    const WHAT: &str = "wallet";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self {
            account: cells.id()?,
            version: cells.version()?,
            customer: reference(cells, CustomerRef::parse)?,
            card: card(cells)?,
            announced: expiry(cells)?,
        })
    }
}

fn card(cells: &mut Cells<'_>) -> Result<Option<Card>, Fault> {
    if cells.is_empty()? {
        cells.skip(5);
        return Ok(None);
    }
    let (name, brand) = (reference(cells, CardRef::parse)?, cells.code()?);
    let last4 = Last4::parse(cells.next()?);
    let last4 = cells.must(last4)?;
    let expiry = expiry(cells)?;
    Ok(Some(Card { reference: name, brand, last4, expiry: cells.must(expiry)? }))
}

fn expiry(cells: &mut Cells<'_>) -> Result<Option<Expiry>, Fault> {
    if cells.is_empty()? {
        cells.skip(2);
        return Ok(None);
    }
    let expiry = Expiry::new(cells.number()?, cells.number()?);
    cells.must(expiry).map(Some)
}

impl Value for Quote {
    const WHAT: &str = "quote";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        let (id, practice, member) = (cells.id()?, cells.id()?, cells.id()?);
        let (beneficiary, payer, card) = (cells.id()?, cells.id()?, reference(cells, CardRef::parse)?);
        let currency = currency(cells)?;
        let terms = Terms { mail: optional_line(cells, currency)?, plugin: optional_line(cells, currency)? };
        let (priced_at, expires_at) = (cells.time()?, cells.time()?);
        Ok(Self { id, practice, member, beneficiary, payer, card, terms, priced_at, expires_at })
    }
}

fn optional_line(cells: &mut Cells<'_>, currency: Currency) -> Result<Option<Line>, Fault> {
    if cells.is_empty()? {
        cells.skip(5);
        return Ok(None);
    }
    line(cells, currency).map(Some)
}

fn line(cells: &mut Cells<'_>, currency: Currency) -> Result<Line, Fault> {
    Ok(Line {
        option: cells.code()?,
        price: Money::new(cells.next()?, currency),
        credit: Money::new(cells.next()?, currency),
        tax: Money::new(cells.next()?, currency),
        replaces: cells.optional_id()?,
    })
}

impl Value for Purchase {
    const WHAT: &str = "purchase";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        let (id, version, quote, practice) = (cells.id()?, cells.version()?, cells.id()?, cells.id()?);
        let (member, beneficiary, payer) = (cells.id()?, cells.id()?, cells.id()?);
        let (customer, card) = (reference(cells, CustomerRef::parse)?, reference(cells, CardRef::parse)?);
        let currency = currency(cells)?;
        Ok(Self {
            id,
            version,
            quote,
            practice,
            member,
            beneficiary,
            payer,
            customer,
            card,
            line: line(cells, currency)?,
            after: cells.optional_id()?,
            ordered_at: cells.time()?,
            state: purchase_state(cells)?,
        })
    }
}

fn purchase_state(cells: &mut Cells<'_>) -> Result<PurchaseState, Fault> {
    let (state, due): (&str, Option<Time>) = (cells.next()?, cells.optional_time()?);
    let unknown = if cells.is_empty()? {
        cells.skip(3);
        None
    } else {
        Some((cells.number()?, cells.code()?, cells.number()?))
    };
    let (url, at) = (cells.next::<Option<String>>()?, cells.optional_time()?);
    let subscription = cells.optional_id::<SubscriptionId>()?;
    let why = if cells.is_empty()? { cells.next::<Option<&str>>()?.and(None) } else { Some(cells.code()?) };
    Ok(match state {
        "pending" => PurchaseState::Pending { due: cells.must(due)? },
        "unknown" => {
            let (step, doubt, tries) = cells.must(unknown)?;
            PurchaseState::Unknown { step, doubt, tries, due: cells.must(due)? }
        }
        "action-needed" => PurchaseState::ActionNeeded { url, due: cells.must(due)? },
        "paid" => PurchaseState::Paid { at: cells.must(at)?, subscription: cells.must(subscription)? },
        "declined" => PurchaseState::Declined { at: cells.must(at)?, why: cells.must(why)? },
        "expired" => PurchaseState::Expired { at: cells.must(at)? },
        "abandoned" => PurchaseState::Abandoned { at: cells.must(at)? },
        "returned" => PurchaseState::Returned { at: cells.must(at)?, subscription: cells.must(subscription)? },
        other => return Err(Fault::corrupt(Purchase::WHAT, format!("unknown state {other:?}"))),
    })
}

impl Value for Subscription {
    const WHAT: &str = "subscription";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        let (id, version, practice) = (cells.id()?, cells.version()?, cells.id()?);
        let (member, beneficiary, payer) = (cells.id()?, cells.id()?, cells.id()?);
        let (option, currency) = (cells.code()?, currency(cells)?);
        Ok(Self {
            id,
            version,
            practice,
            member,
            beneficiary,
            payer,
            option,
            price: Money::new(cells.next()?, currency),
            reference: reference(cells, SubscriptionRef::parse)?,
            started_at: cells.time()?,
            state: subscription_state(cells)?,
        })
    }
}

fn subscription_state(cells: &mut Cells<'_>) -> Result<SubscriptionState, Fault> {
    let state: &str = cells.next()?;
    let period = cells.optional_time()?.zip(cells.optional_time()?).map(|(starts, ends)| Period { starts, ends });
    let at = cells.optional_time()?;
    let why = if cells.is_empty()? { cells.next::<Option<&str>>()?.and(None) } else { Some(cells.code()?) };
    let told: Option<bool> = cells.next()?;
    Ok(match state {
        "active" => SubscriptionState::Active { period: cells.must(period)? },
        "ending" => SubscriptionState::Ending { period: cells.must(period)?, told: cells.must(told)? },
        "ended" => SubscriptionState::Ended { at: cells.must(at)?, why: cells.must(why)?, told: cells.must(told)? },
        other => return Err(Fault::corrupt(Subscription::WHAT, format!("unknown state {other:?}"))),
    })
}

impl Value for Invoice {
    const WHAT: &str = "invoice";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        let (id, practice, payer) = (cells.id()?, cells.id()?, cells.id()?);
        let (beneficiary, subscription, option) = (cells.id()?, cells.id()?, cells.code()?);
        let (name, number) = (reference(cells, InvoiceRef::parse)?, cells.next()?);
        let currency = currency(cells)?;
        let (amount, charged_at) = (Money::new(cells.next()?, currency), cells.time()?);
        Ok(Self { id, practice, payer, beneficiary, subscription, option, reference: name, number, amount, charged_at })
    }
}

impl Value for PurchaseId {
    const WHAT: &str = "purchase";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        cells.id()
    }
}

impl Value for SubscriptionId {
    const WHAT: &str = "subscription";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        cells.id()
    }
}

impl Value for AccountId {
    const WHAT: &str = "account";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        cells.id()
    }
}

fn currency(cells: &mut Cells<'_>) -> Result<Currency, Fault> {
    Currency::parse(cells.next()?).map_err(|error| Fault::corrupt("currency", error))
}

fn reference<T>(cells: &mut Cells<'_>, parse: impl Fn(&str) -> Result<T, BadReference>) -> Result<T, Fault> {
    parse(cells.next()?).map_err(|error| Fault::corrupt("provider's name", error))
}

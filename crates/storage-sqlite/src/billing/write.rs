use practice_domain::billing::{
    BillingRecord, Expiry, Invoice, Line, Purchase, PurchaseState, Quote, Subscription, SubscriptionState, Wallet,
};
use practice_domain::value::Time;
use uuid::Uuid;

use crate::code::Code;
use crate::record::Table;
use crate::statement::Statement;

/// The statements of a record's kind.
pub(crate) fn table(record: &BillingRecord) -> &'static Table {
    match record {
        BillingRecord::Wallet(_) => &WALLET,
        BillingRecord::Quote(_) => &QUOTE,
        BillingRecord::Purchase(_) => &PURCHASE,
        BillingRecord::Subscription(_) => &SUBSCRIPTION,
        BillingRecord::Invoice(_) => &INVOICE,
    }
}

/// Gives either statement the record's values.
pub(crate) fn bind(statement: Statement, record: &BillingRecord) -> Statement {
    match record {
        BillingRecord::Wallet(r) => wallet(statement, r),
        BillingRecord::Quote(r) => quote(statement, r),
        BillingRecord::Purchase(r) => purchase(statement, r),
        BillingRecord::Subscription(r) => subscription(statement, r),
        BillingRecord::Invoice(r) => invoice(statement, r),
    }
}

const WALLET: Table = Table {
    insert:
        "INSERT INTO wallet (account, version, customer, card, brand, last4, expiry_year, expiry_month, announced_year,
            announced_month, due_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    update: Some(
        "UPDATE wallet SET version = ?2 + 1, customer = ?3, card = ?4, brand = ?5, last4 = ?6, expiry_year = ?7,
            expiry_month = ?8, announced_year = ?9, announced_month = ?10, due_at = ?11
        WHERE account = ?1 AND version = ?2",
    ),
};

fn wallet(statement: Statement, r: &Wallet) -> Statement {
    let card = r.card.as_ref();
    statement
        .bind(r.account.0)
        .bind(r.version.0)
        .bind(r.customer.to_string())
        .bind(card.map(|card| card.reference.to_string()))
        .bind(card.map(|card| card.brand.code()))
        .bind(card.map(|card| card.last4.as_str().to_owned()))
        .bind(card.map(|card| card.expiry.year()))
        .bind(card.map(|card| card.expiry.month()))
        .bind(r.announced.map(Expiry::year))
        .bind(r.announced.map(Expiry::month))
        .bind(r.announce_at().map(Time::micros))
}

const QUOTE: Table = Table {
    insert:
        "INSERT INTO quote (id, practice, member, beneficiary, payer, card, currency, mail_option, mail_price, mail_credit,
            mail_tax, mail_replaces, plugin_option, plugin_price, plugin_credit, plugin_tax, plugin_replaces, priced_at,
            expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    update: None,
};

fn quote(statement: Statement, r: &Quote) -> Statement {
    let currency = r.terms.lines().next().map(|line| line.price.currency().to_string());
    let statement = statement
        .bind(r.id.0)
        .bind(r.practice.0)
        .bind(r.member.0)
        .bind(r.beneficiary.0)
        .bind(r.payer.0)
        .bind(r.card.to_string())
        .bind(currency);
    let statement = line(line(statement, r.terms.mail.as_ref()), r.terms.plugin.as_ref());
    statement.bind(r.priced_at.micros()).bind(r.expires_at.micros())
}

fn line(statement: Statement, line: Option<&Line>) -> Statement {
    statement
        .bind(line.map(|line| Code::code(line.option)))
        .bind(line.map(|line| line.price.minor()))
        .bind(line.map(|line| line.credit.minor()))
        .bind(line.map(|line| line.tax.minor()))
        .bind(line.and_then(|line| line.replaces).map(Uuid::from))
}

const PURCHASE: Table = Table {
    insert:
        "INSERT INTO purchase (id, version, quote, practice, member, beneficiary, payer, customer, card, currency, option,
            price, credit, tax, replaces, after, ordered_at, state, due_at, step, doubt, tries, url, ended_at,
            subscription, why)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
            ?, ?, ?) ON CONFLICT DO NOTHING",
    update: Some("UPDATE purchase SET version = ?2 + 1, quote = ?3, practice = ?4, member = ?5, beneficiary = ?6, payer = ?7,
            customer = ?8, card = ?9, currency = ?10, option = ?11, price = ?12, credit = ?13, tax = ?14, replaces = ?15,
            after = ?16, ordered_at = ?17, state = ?18, due_at = ?19, step = ?20, doubt = ?21, tries = ?22, url = ?23,
            ended_at = ?24, subscription = ?25, why = ?26
        WHERE id = ?1 AND version = ?2"),
};

fn purchase(statement: Statement, r: &Purchase) -> Statement {
    let statement = statement
        .bind(r.id.0)
        .bind(r.version.0)
        .bind(r.quote.0)
        .bind(r.practice.0)
        .bind(r.member.0)
        .bind(r.beneficiary.0)
        .bind(r.payer.0)
        .bind(r.customer.to_string())
        .bind(r.card.to_string())
        .bind(r.line.price.currency().to_string());
    let statement = line(statement, Some(&r.line))
        .bind(r.after.map(Uuid::from))
        .bind(r.ordered_at.micros())
        .bind(r.state.code())
        .bind(r.due().map(Time::micros));
    let (step, doubt, tries) = match r.state {
        PurchaseState::Unknown { step, doubt, tries, .. } => (Some(step), Some(doubt.code()), Some(tries)),
        _ => (None, None, None),
    };
    let url = if let PurchaseState::ActionNeeded { url, .. } = &r.state { url.clone() } else { None };
    let (ended_at, subscription, why) = match r.state {
        PurchaseState::Paid { at, subscription } | PurchaseState::Returned { at, subscription } => {
            (Some(at), Some(subscription), None)
        }
        PurchaseState::Declined { at, why } => (Some(at), None, Some(Code::code(why))),
        PurchaseState::Expired { at } | PurchaseState::Abandoned { at } => (Some(at), None, None),
        PurchaseState::Pending { .. } | PurchaseState::Unknown { .. } | PurchaseState::ActionNeeded { .. } => {
            (None, None, None)
        }
    };
    statement
        .bind(step)
        .bind(doubt)
        .bind(tries)
        .bind(url)
        .bind(ended_at.map(Time::micros))
        .bind(subscription.map(Uuid::from))
        .bind(why)
}

const SUBSCRIPTION: Table = Table {
    insert:
        "INSERT INTO subscription (id, version, practice, member, beneficiary, payer, option, currency, price, reference,
            started_at, state, period_starts, period_ends, ended_at, why, told, due_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    update: Some("UPDATE subscription SET version = ?2 + 1, practice = ?3, member = ?4, beneficiary = ?5, payer = ?6, option = ?7,
            currency = ?8, price = ?9, reference = ?10, started_at = ?11, state = ?12, period_starts = ?13,
            period_ends = ?14, ended_at = ?15, why = ?16, told = ?17, due_at = ?18
        WHERE id = ?1 AND version = ?2"),
};

fn subscription(statement: Statement, r: &Subscription) -> Statement {
    let (state, ended, told) = match r.state {
        SubscriptionState::Active { .. } => ("active", None, None),
        SubscriptionState::Ending { told, .. } => ("ending", None, Some(told)),
        SubscriptionState::Ended { at, why, told } => ("ended", Some((at, why)), Some(told)),
    };
    statement
        .bind(r.id.0)
        .bind(r.version.0)
        .bind(r.practice.0)
        .bind(r.member.0)
        .bind(r.beneficiary.0)
        .bind(r.payer.0)
        .bind(Code::code(r.option))
        .bind(r.price.currency().to_string())
        .bind(r.price.minor())
        .bind(r.reference.to_string())
        .bind(r.started_at.micros())
        .bind(state)
        .bind(r.period().map(|period| period.starts.micros()))
        .bind(r.period().map(|period| period.ends.micros()))
        .bind(ended.map(|(at, _)| at.micros()))
        .bind(ended.map(|(_, why)| Code::code(why)))
        .bind(told)
        .bind(r.due().map(Time::micros))
}

const INVOICE: Table = Table {
    insert:
        "INSERT INTO invoice (id, practice, payer, beneficiary, subscription, option, reference, number, currency, amount,
            charged_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    update: None,
};

fn invoice(statement: Statement, r: &Invoice) -> Statement {
    statement
        .bind(r.id.0)
        .bind(r.practice.0)
        .bind(r.payer.0)
        .bind(r.beneficiary.0)
        .bind(r.subscription.0)
        .bind(Code::code(r.option))
        .bind(r.reference.to_string())
        .bind(r.number.clone())
        .bind(r.amount.currency().to_string())
        .bind(r.amount.minor())
        .bind(r.charged_at.micros())
}

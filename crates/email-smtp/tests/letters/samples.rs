//! Letters of every kind.

use practice_domain::billing::plan::PlanOption;
use practice_domain::billing::{Expiry, Invoice, InvoiceRef, Last4};
use practice_domain::channel::Product;
use practice_domain::member::Kind;
use practice_domain::notice::SupportAct;
use practice_domain::policy::TwoStep;
use practice_domain::port::{BillingOccasion, LinkToken, Occasion, WordComes};
use practice_domain::value::{Currency, Money, PersonName, PracticeName, Time};
use uuid::Uuid;

pub(crate) fn every() -> Vec<Occasion> {
    let practice = || PracticeName::parse("Bright Smile Dental").expect("a name");
    let name = || PersonName::parse("Ann", "Lee").expect("a name");
    let link = LinkToken("tok-en_1".to_owned());
    let mut every = vec![
        Occasion::Joining { practice: practice(), name: name(), link, expires_at: at() },
        Occasion::PlainNotice { practice: practice(), name: name(), product: Product::SecureMail },
        setup(false),
        setup(true),
        reset(true),
        reset(false),
        Occasion::Locked { name: name() },
        Occasion::Unlocked { name: name() },
        Occasion::SessionsEnded { name: name(), practice: practice() },
        Occasion::PasswordChanged { name: name() },
        Occasion::SecondFactorChanged { name: name() },
        Occasion::EmailChange { name: name(), link: LinkToken("tok-en_1".to_owned()), expires_at: at() },
        Occasion::EmailChanged { name: name() },
        Occasion::UserManagersChanged { name: name(), practice: practice() },
        Occasion::TwoStepChanged {
            name: name(),
            practice: practice(),
            now: TwoStep { doctors: true, patients: false },
        },
        Occasion::CodeWordsPaused { name: name(), practice: practice() },
        Occasion::Billing(name(), BillingOccasion::Receipt(invoice())),
        Occasion::Billing(name(), BillingOccasion::PaymentFailed(PlanOption::ALL[3])),
        Occasion::Billing(name(), BillingOccasion::Invoices(vec![invoice(), invoice()])),
        Occasion::Billing(name(), BillingOccasion::Invoices(Vec::new())),
    ];
    let card = Last4::parse("4242").zip(Expiry::new(2027, 3));
    every.extend(card.map(|(last4, expiry)| Occasion::Billing(name(), BillingOccasion::CardExpiring(last4, expiry))));
    every.extend(SupportAct::ALL.map(|act| Occasion::Support { name: name(), practice: practice(), act }));
    for product in [Product::SecureMail, Product::TruForm, Product::Collaborator, Product::Operator] {
        for kind in [Kind::Doctor, Kind::Staff, Kind::Patient] {
            every.extend([true, false].map(|joins| invitation(kind, joins, product)));
        }
    }
    every
}

pub(crate) fn setup(has_account: bool) -> Occasion {
    Occasion::Setup {
        practice: PracticeName::parse("Bright Smile Dental").expect("a name"),
        name: PersonName::parse("Ann", "Lee").expect("a name"),
        has_account,
        word: WordComes::ByText,
        link: LinkToken("tok-en_1".to_owned()),
        expires_at: at(),
    }
}

pub(crate) fn reset(of_practice: bool) -> Occasion {
    let practice = PracticeName::parse("Bright Smile Dental").expect("a name");
    Occasion::Reset {
        practice: of_practice.then_some(practice),
        word: WordComes::ByText,
        name: PersonName::parse("Ann", "Lee").expect("a name"),
        link: LinkToken("tok-en_1".to_owned()),
        expires_at: at(),
    }
}

pub(crate) fn invitation(kind: Kind, joins: bool, product: Product) -> Occasion {
    Occasion::Invitation {
        practice: PracticeName::parse("Bright Smile Dental").expect("a name"),
        inviter: Some(PersonName::parse("Dana", "Ruiz").expect("a name")),
        name: PersonName::parse("Ann", "Lee").expect("a name"),
        kind,
        joins,
        product,
        link: LinkToken("tok-en_1".to_owned()),
        expires_at: at(),
    }
}

fn invoice() -> Invoice {
    Invoice {
        id: Uuid::from_u128(1).into(),
        practice: Uuid::from_u128(2).into(),
        payer: Uuid::from_u128(3).into(),
        beneficiary: Uuid::from_u128(3).into(),
        subscription: Uuid::from_u128(4).into(),
        option: PlanOption::ALL[0],
        reference: InvoiceRef::parse("in_1").expect("a name"),
        number: "INV-0001".to_owned(),
        amount: Money::new(1_000, Currency::USD),
        charged_at: at(),
    }
}

fn at() -> Time {
    Time::from_micros(1_781_031_845_000_000)
}

//! Buying plans, and what one pays for.

use super::{Names, text, when};
use crate::page::{
    Beneficiary, BoughtLine, CancelQuestion, CardEntryPage, CardFace, Chrome, InvoiceLine, InvoiceList, LineState,
    Link, MessagingPage, Nav, NoCardPage, NoPlansPage, OptionLine, Outcome, OutcomePage, Over, PlanLine, Problems,
    PurchasePage, PurchaseQuestion, Tier,
};
use askama::Template;

type Rendered = (&'static str, askama::Result<String>);

pub(super) fn all(names: &Names) -> Vec<(&'static str, String)> {
    let mut pages = buying(names);
    pages.extend(outcomes(names));
    pages.extend(messaging(names));
    pages.into_iter().map(|(name, page)| (name, page.expect("the template renders"))).collect()
}

pub(super) fn face(warning: Option<&str>) -> CardFace {
    CardFace { name: text("Visa ending in 4242"), expires: text("06/2026"), warning: warning.map(text) }
}

fn whom(names: &Names, oneself: bool) -> Beneficiary {
    let back = if oneself {
        Link { label: text("My Profile, Messaging"), href: text("/profile/messaging") }
    } else {
        Link { label: format!("Edit Theo {}", names.last), href: text("/manage/users/u36") }
    };
    let (name, short) = (format!("Theo {}", names.last), text("Theo"));
    Beneficiary { name, short, oneself, tier: Tier::Free, back }
}

fn option(code: &str, name: &str, price: &str, per: &str, ticked: bool) -> OptionLine {
    let hint = text("Write to anyone and send invitations");
    OptionLine { code: text(code), name: text(name), hint, price: text(price), per: text(per), ticked }
}

fn choose(names: &Names, oneself: bool) -> PurchasePage {
    PurchasePage {
        chrome: names.chrome(if oneself { Nav::Profile } else { Nav::Manage }),
        whom: whom(names, oneself),
        action: text("/manage/users/u36/purchase"),
        options: vec![
            option("securemail-monthly", "SecureMail, monthly", "$10.00", "per month", false),
            option("securemail-annual", "SecureMail, annual", "$108.00", "per year", true),
            option("outlook-plugin-monthly", "Outlook Plugin, monthly", "$5.00", "per month", false),
            option("outlook-plugin-annual", "Outlook Plugin, annual", "$54.00", "per year", true),
        ],
        card: face(Some("Expires this month")),
        question: None,
    }
}

fn lines() -> Vec<BoughtLine> {
    let line = |name: &str, price: &str, credit: Option<&str>, tax: Option<&str>| BoughtLine {
        name: text(name),
        price: text(price),
        credit: credit.map(text),
        tax: tax.map(text),
    };
    vec![
        line("SecureMail, annual", "$108.00", Some("−$4.19"), Some("$7.53")),
        line("Outlook Plugin, annual", "$54.00", None, None),
    ]
}

fn buying(names: &Names) -> Vec<Rendered> {
    let refused = Chrome {
        problems: Problems::one("options", "The Outlook Plugin needs SecureMail."),
        ..names.chrome(Nav::Manage)
    };
    let question = |lines: Vec<BoughtLine>, renewed| PurchaseQuestion {
        href: text("/purchase/q1"),
        close: text("/manage/users/u36/purchase"),
        renewed,
        lines,
        total: text("$165.34"),
        renewal: text("Both plans renew on Jun 9, 2027 until you cancel them."),
    };
    let one = lines().split_off(1);
    let no_card =
        |expired, oneself| NoCardPage { chrome: names.chrome(Nav::Manage), expired, back: whom(names, oneself).back };
    let none = |whom| NoPlansPage { chrome: names.chrome(Nav::Manage), whom }.render();
    vec![
        ("purchase", choose(names, false).render()),
        ("purchase-own", choose(names, true).render()),
        ("purchase-refused", PurchasePage { chrome: refused, ..choose(names, false) }.render()),
        (
            "purchase-confirm",
            PurchasePage { question: Some(question(lines(), false)), ..choose(names, false) }.render(),
        ),
        ("purchase-requoted", PurchasePage { question: Some(question(one, true)), ..choose(names, true) }.render()),
        ("purchase-none", none(Beneficiary { tier: Tier::PaidPlugin, ..whom(names, false) })),
        ("purchase-none-own", none(Beneficiary { tier: Tier::PaidPlugin, ..whom(names, true) })),
        ("purchase-no-card", no_card(false, false).render()),
        ("purchase-card-expired", no_card(true, true).render()),
        (
            "card-entry",
            CardEntryPage { chrome: names.chrome(Nav::Profile), href: text("https://pay.example/c/1"), another: true }
                .render(),
        ),
    ]
}

fn outcomes(names: &Names) -> Vec<Rendered> {
    let page = |outcome, states: [LineState; 2], installer: Option<&str>, oneself| {
        let chrome = Chrome {
            toast: (outcome == Outcome::Active).then(|| text("Purchase complete. SecureMail is active for Theo.")),
            ..names.chrome(Nav::Manage)
        };
        OutcomePage {
            chrome,
            whom: whom(names, oneself),
            outcome,
            lines: lines().into_iter().zip(states).collect(),
            href: text("/purchase/q1"),
            again: text("/manage/users/u36/purchase"),
            installer: installer.map(text),
        }
        .render()
    };
    let installer = Some("https://downloads.portal.example/plugin.msi");
    let declined = || text("Your card was declined. Nothing was charged. Use another card or call your bank.");
    vec![
        ("purchase-done", page(Outcome::Active, [LineState::Active; 2], installer, false)),
        ("purchase-done-own", page(Outcome::Active, [LineState::Active; 2], installer, true)),
        ("purchase-confirming", page(Outcome::BeingConfirmed, [LineState::Waiting; 2], None, false)),
        (
            "purchase-bank",
            page(Outcome::ActionNeeded(Some(text("https://bank.example/3ds"))), [LineState::Waiting; 2], None, false),
        ),
        ("purchase-bank-by-itself", page(Outcome::ActionNeeded(None), [LineState::Waiting; 2], None, false)),
        ("purchase-declined", page(Outcome::Refused(declined()), [LineState::NotCharged; 2], None, false)),
        ("purchase-partly", page(Outcome::Partly(declined()), [LineState::Active, LineState::Returned], None, true)),
    ]
}

fn plan(names: &Names, id: &str, name: &str, first: &str, ends: bool) -> PlanLine {
    let whom = format!("{first} {}", names.last);
    PlanLine {
        id: text(id),
        name: text(name),
        whom,
        price: text("$108.00"),
        next: when("Jan 12, 2027", "2027-01-12"),
        ends,
    }
}

fn messaging(names: &Names) -> Vec<Rendered> {
    let page = |over| MessagingPage {
        chrome: names.chrome(Nav::Profile),
        tier: Tier::PaidPlugin,
        can_buy: true,
        installer: Some(text("https://downloads.portal.example/plugin.msi")),
        plans: vec![
            plan(names, "p1", "SecureMail, annual", "Marisol", false),
            plan(names, "p2", "SecureMail, monthly", "Renée", false),
            plan(names, "p3", "Outlook Plugin, monthly", "Lena", true),
        ],
        over,
    };
    let ask = |at_once, with| {
        Over::Cancel(CancelQuestion {
            plan: plan(names, "p2", "SecureMail, monthly", "Renée", false),
            at_once,
            with_plugin: with,
            falls_to_free: with,
        })
    };
    let invoice = |number: &str, amount: &str| InvoiceLine {
        number: text(number),
        amount: text(amount),
        description: format!("SecureMail, monthly, Lena {}", names.last),
        charged: when("May 30, 2026", "2026-05-30"),
    };
    let invoices = |lines, newest: bool| {
        Over::Invoices(InvoiceList {
            lines,
            older: newest.then(|| text("/profile/messaging/invoices?page=abc")),
            newest,
            mail_own_only: newest,
            printed: text("Jun 9, 2026"),
        })
    };
    let paid = vec![invoice("INV-2026-0611", "$10.00"), invoice("INV-2026-0098", "$108.00")];
    let nobody = MessagingPage { plans: Vec::new(), tier: Tier::Free, installer: None, ..page(Over::Nothing) };
    vec![
        ("messaging", page(Over::Nothing).render()),
        ("messaging-nothing", nobody.render()),
        ("messaging-cancel", page(ask(true, true)).render()),
        ("messaging-cancel-later", page(ask(false, false)).render()),
        ("messaging-invoices", page(invoices(paid, true)).render()),
        ("messaging-no-invoices", page(invoices(Vec::new(), false)).render()),
    ]
}

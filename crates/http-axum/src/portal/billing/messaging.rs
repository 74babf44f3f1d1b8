//! `GET /profile/messaging`, and what opens over it (`BILL-8`, `BILL-9`).

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::SignedIn;
use practice_domain::billing::plan::Ware;
use practice_domain::billing::{CannotBuy, Invoice, Subscription, SubscriptionState};
use practice_domain::member::Kind;
use practice_domain::policy::{BillingPolicy, Policy, Preset};
use practice_domain::usecase::billing::{CancelPlanError, cancel_plan, list_invoices, mail_invoice_summary};
use practice_domain::value::{AccountId, SubscriptionId};
use uuid::Uuid;

use crate::cursor;
use crate::door::{Asker, Id, SignedForm};
use crate::flash::{Flash, Flashed, and_say};
use crate::page::{CancelQuestion, InvoiceLine, InvoiceList, MessagingPage, Nav, Over, PlanLine, Problems};
use crate::portal::{page, toast};
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /profile/messaging`.
pub(crate) async fn show(State(portal): State<Portal>, Asker(who): Asker, flashed: Flashed) -> Result<Response, Face> {
    let mut messaging = view(&portal, &who, Over::Nothing).await?;
    messaging.chrome.toast = flashed.0.and_then(toast::own);
    let mut response = page(StatusCode::OK, &messaging)?;
    flashed.told(&portal, response.headers_mut());
    Ok(response)
}

/// `GET /profile/messaging/plans/{id}/cancel`: the question.
pub(crate) async fn ask(State(portal): State<Portal>, Asker(who): Asker, Id(id): Id) -> Result<Response, Face> {
    let plan = own_plan(&portal, &who, id).await?;
    let question = question(&portal, &who, &plan).await?;
    page(StatusCode::OK, &view(&portal, &who, Over::Cancel(question)).await?)
}

/// `POST /profile/messaging/plans/{id}/cancel`.
pub(crate) async fn cancel(State(portal): State<Portal>, Id(id): Id, form: SignedForm) -> Result<Response, Face> {
    let till = portal.till()?;
    match cancel_plan(till, &form.who, SubscriptionId(id)).await {
        Ok(done) => {
            let plugin = done.plans.len() > 1;
            Ok(and_say(&portal, "/profile/messaging", Flash::PlanCancelled { plan: id, plugin }))
        }
        Err(error @ CancelPlanError::InProgress) => {
            let face = Face::from(error);
            let mut messaging = view(&portal, &form.who, Over::Nothing).await?;
            messaging.chrome.problems = Problems::one("plans", &face.sentence);
            page(face.status, &messaging)
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /profile/messaging/invoices`.
pub(crate) async fn invoices(
    State(portal): State<Portal>,
    Asker(who): Asker,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, Face> {
    let from = query.iter().find(|(name, _)| name == "page").and_then(|(_, text)| cursor::read_invoice(text));
    let mut found = list_invoices(portal.till()?, &who, from, PAGE + 1).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let last = found.last().filter(|_| more).map(|invoice| cursor::write_invoice(invoice.charged_at, invoice.id));
    let mut names = Names::of(&who);
    let mut lines = Vec::new();
    for invoice in &found {
        lines.push(line(&portal, &mut names, invoice).await?);
    }
    let now = portal.ports.clock.now();
    let list = InvoiceList {
        lines,
        older: last.map(|mark| format!("/profile/messaging/invoices?page={mark}")),
        newest: from.is_none(),
        mail_own_only: policy(&who).mail_own_only,
        printed: portal.calendar.day(now),
    };
    page(StatusCode::OK, &view(&portal, &who, Over::Invoices(list)).await?)
}

/// `POST /profile/messaging/invoices/email`: to one's own address, and to no other.
pub(crate) async fn mail(State(portal): State<Portal>, form: SignedForm) -> Result<Response, Face> {
    mail_invoice_summary(portal.till()?, &form.who).await?;
    Ok(and_say(&portal, "/profile/messaging", Flash::SummaryMailed))
}

async fn view(portal: &Portal, who: &SignedIn, over: Over) -> Result<MessagingPage, Face> {
    let billing = portal.billing()?;
    let (practice, member) = who.place().ok_or(CannotBuy::NotHere)?;
    if member.kind == Kind::Patient {
        return Err(CannotBuy::Patient.into());
    }
    let mut plans = billing.till.ledger.plans_paid_by(who.account()).await?;
    plans.sort_by_key(|plan| (plan.started_at, plan.id));
    let live = billing.till.ledger.plans_of(practice.id, member.id).await?;
    let has_plugin = Subscription::live_of(&live, Ware::OutlookPlugin).is_some();
    let mut names = Names::of(who);
    let mut lines = Vec::new();
    for plan in &plans {
        lines.push(plan_line(portal, &mut names, plan).await?);
    }
    Ok(MessagingPage {
        chrome: present::chrome(portal, who, Nav::Profile),
        tier: present::tier(member.tier),
        can_buy: !Subscription::holding(&live).offers().is_empty(),
        installer: billing.installer.clone().filter(|_| has_plugin),
        plans: lines,
        over,
    })
}

async fn own_plan(portal: &Portal, who: &SignedIn, id: Uuid) -> Result<Subscription, Face> {
    let found = portal.till()?.ledger.subscription(SubscriptionId(id)).await?;
    let own = |plan: &Subscription| plan.payer == who.account() && plan.is_live();
    found.filter(own).ok_or_else(|| CancelPlanError::NoSuchPlan.into())
}

async fn question(portal: &Portal, who: &SignedIn, plan: &Subscription) -> Result<CancelQuestion, Face> {
    let live = portal.till()?.ledger.plans_of(plan.practice, plan.member).await?;
    let is_mail = plan.option.ware == Ware::SecureMail;
    let practice = portal.ports.store.practice(plan.practice).await?.ok_or_else(Face::not_found)?;
    Ok(CancelQuestion {
        plan: plan_line(portal, &mut Names::of(who), plan).await?,
        at_once: practice.policy().billing.cancel_at_once,
        with_plugin: is_mail && Subscription::live_of(&live, Ware::OutlookPlugin).is_some(),
        falls_to_free: is_mail,
    })
}

async fn plan_line(portal: &Portal, names: &mut Names, plan: &Subscription) -> Result<PlanLine, Face> {
    let now = portal.ports.clock.now();
    let ends = plan.period().map_or(plan.started_at, |period| period.ends);
    Ok(PlanLine {
        id: plan.id.to_string(),
        name: present::plan(plan.option).to_owned(),
        whom: names.find(portal, plan.beneficiary).await?,
        price: present::money(plan.price),
        next: portal.calendar.when(ends, now),
        ends: !matches!(plan.state, SubscriptionState::Active { .. }),
    })
}

async fn line(portal: &Portal, names: &mut Names, invoice: &Invoice) -> Result<InvoiceLine, Face> {
    let whom = names.find(portal, invoice.beneficiary).await?;
    Ok(InvoiceLine {
        number: invoice.number.clone(),
        amount: present::money(invoice.amount),
        description: format!("{}, {whom}", present::plan(invoice.option)),
        charged: portal.calendar.on(invoice.charged_at),
    })
}

fn policy(who: &SignedIn) -> BillingPolicy {
    who.place().map_or_else(|| Policy::of(Preset::Standard), |(practice, _)| practice.policy()).billing
}

/// The names of those who are paid for, each looked up once.
struct Names {
    own: AccountId,
    known: BTreeMap<AccountId, String>,
}

impl Names {
    fn of(who: &SignedIn) -> Self {
        Self { own: who.account(), known: BTreeMap::new() }
    }

    async fn find(&mut self, portal: &Portal, account: AccountId) -> Result<String, Face> {
        if let Some(name) = self.known.get(&account) {
            return Ok(name.clone());
        }
        let found = portal.ports.store.account(account).await?;
        let name = found.map_or_else(
            || "somebody who has left".to_owned(),
            |account| match account.name.to_string() {
                name if name.is_empty() => account.email.as_typed().to_owned(),
                name => name,
            },
        );
        let name = if account == self.own { format!("{name} (you)") } else { name };
        self.known.insert(account, name.clone());
        Ok(name)
    }
}

/// Invoices on a page.
const PAGE: usize = 25;

//! What one pays for: plans, cancelling, invoices, and what the dashboard says.

use practice_domain::notice::{About, BillingNews};
use practice_domain::port::Ledger as _;

use crate::browser::Browser;
use crate::house::{House, PASSWORD};
use crate::payments::{card, offer, shop};

/// A practice where the manager pays for Anika; her row.
async fn paid() -> (House, Browser, String) {
    let (house, mut manager, row) = shop().await;
    let offer = offer(&mut manager, &row, &["securemail-monthly", "outlook-plugin-monthly"]).await;
    manager.post(&offer, &[]).await.goes_to(&offer);
    manager.get(&offer).await.says("active for Anika Bhattacharya");
    (house, manager, row)
}

fn cancel_path(page: &str) -> String {
    let path = page.split("href=\"/profile/messaging/plans/").nth(1).and_then(|rest| rest.split('"').next());
    format!("/profile/messaging/plans/{}", path.expect("a plan"))
}

/// BILL-8: the payer sees the plans and cancels them, with the plugin; nobody else knows of them.
#[tokio::test]
async fn only_the_payer_sees_and_cancels() {
    let (house, mut manager, row) = paid().await;
    let page = manager.get("/profile/messaging").await;
    page.is(200).says("SecureMail, monthly").says("Outlook Plugin, monthly").says("Anika Bhattacharya").says("$10.00");
    let path = cancel_path(&page.body);
    let mut anika = house.browser();
    anika.sign_in("anika@brightwater.example", PASSWORD).await.goes_to("/dashboard");
    let own = anika.get("/profile/messaging").await;
    own.is(200).says("You pay for no plan now.").says("Paid + Plugin").says("https://downloads.example/plugin.msi");
    anika.get("/profile").await.is(200);
    anika.get(&path).await.is(404);
    anika.post(&path, &[]).await.is(404);
    let asked = manager.get(&path).await;
    asked.is(200).says("Cancel this plan?").says("The Outlook Plugin plan of this person ends too.").says("ends now");
    asked.says("class=\"btn btn-stop\">Confirm");
    manager.post(&path, &[]).await.goes_to("/profile/messaging");
    let after = manager.get("/profile/messaging").await;
    after.says("The plan is cancelled. The Outlook Plugin plan ended too.").says("You pay for no plan now.");
    manager.post(&path, &[]).await.is(404);
    manager.get(&format!("/manage/users/{row}")).await.says("is-free\">Free");
}

/// BILL-9: invoices name number, amount, description and day; the summary goes to whoever asks, and its policy is told.
#[tokio::test]
async fn invoices_are_seen_and_mailed_by_their_payer_only() {
    let (house, mut manager, _) = paid().await;
    let page = manager.get("/profile/messaging/invoices").await;
    page.is(200).says("Invoice ID").says("INV-").says("$5.00").says("SecureMail, monthly, Anika Bhattacharya");
    page.says("The email covers what you paid for yourself only").says("Date Charged").says("Paid by Marisol Vega");
    page.says("<time datetime=\"2026-06-22\">Jun 22, 2026</time>").says_not("Today");
    let before = house.memory.notices().len();
    manager
        .post("/profile/messaging/invoices/email", &[("to", "evil@example.com")])
        .await
        .goes_to("/profile/messaging");
    manager.get("/profile/messaging").await.says("We email the invoice summary to you.");
    let account = house.person(&manager).await.account();
    let notices = house.memory.notices();
    assert_eq!(notices.len(), before + 1);
    assert!(notices.iter().any(|notice| notice.about == About::Billing(BillingNews::OwnInvoices(account))));
    let mut anika = house.browser();
    anika.sign_in("anika@brightwater.example", PASSWORD).await.goes_to("/dashboard");
    anika.get("/profile/messaging/invoices").await.is(200).says("Nothing was charged to you yet.").says_not("INV-");
}

/// BILL-9: more invoices than fit on a page are paged, each once.
#[tokio::test]
async fn many_invoices_are_paged() {
    let (house, mut manager, _) = paid().await;
    for _ in 0..14 {
        house.clock.advance(std::time::Duration::from_secs(31 * 24 * 60 * 60));
        house.bank.renew_due(true);
        for event in house.bank.take_events() {
            practice_domain::usecase::billing::apply_payment_event(&house.till, &event).await.expect("applied");
        }
    }
    manager.sign_in(crate::house::MANAGER, PASSWORD).await.goes_to("/dashboard");
    let account = house.person(&manager).await.account();
    let all = house.memory.invoices(account, None, 99).await.expect("memory").len();
    assert!(all > 25, "{all}");
    let (mut path, mut seen) = ("/profile/messaging/invoices".to_owned(), Vec::new());
    loop {
        let page = manager.get(&path).await;
        seen.extend(
            page.body.split("<code>").skip(1).map(|rest| rest.split('<').next().unwrap_or_default().to_owned()),
        );
        let Some(next) = page.body.split("\" rel=\"next\"").next().filter(|head| head.len() < page.body.len()) else {
            break;
        };
        path = next.rsplit("href=\"").next().expect("a path").to_owned();
    }
    assert_eq!(seen.len(), all);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), all);
    manager.get("/profile/messaging/invoices?page=nonsense").await.is(200).says("INV-");
}

/// BILL-8: after a failed renewal the person is told, with a way to buy again; a new card alone changes nothing. A card that is about to
/// expire is announced to whoever pays with it.
#[tokio::test]
async fn a_failed_renewal_and_an_expiring_card_are_told() {
    let (house, mut manager, row) = paid().await;
    house.clock.advance(std::time::Duration::from_secs(32 * 24 * 60 * 60));
    house.bank.renew_due(false);
    for event in house.bank.take_events() {
        practice_domain::usecase::billing::apply_payment_event(&house.till, &event).await.expect("applied");
    }
    let mut anika = house.browser();
    anika.sign_in("anika@brightwater.example", PASSWORD).await.goes_to("/dashboard");
    let dashboard = anika.get("/dashboard").await;
    dashboard
        .says("the last payment failed, and paid features are off")
        .says("href=\"/profile/messaging/purchase\">Buy Now");
    card(&house, &mut anika).await;
    anika.get("/dashboard").await.says("Buy Now");
    manager.sign_in(crate::house::MANAGER, PASSWORD).await.goes_to("/dashboard");
    manager.get("/dashboard").await.says_not("Buy Now").says_not("Your card expires");
    let offer = offer(&mut manager, &row, &["securemail-annual"]).await;
    manager.post(&offer, &[]).await.goes_to(&offer);
    anika.get("/dashboard").await.says_not("Buy Now");
    let who = house.person(&manager).await;
    let wallet = house.till.ledger.wallet(who.account()).await.expect("memory").expect("opened");
    house.bank.enter_card(&wallet.customer, "0005", 2026, 7);
    manager.get("/profile/card/done").await.goes_to("/profile");
    manager.get("/dashboard").await.says("Your card expires this month").says("pays for 1 person");
}

/// EMP-3, BILL-8: whoever is deactivated is not paid for again.
#[tokio::test]
async fn a_deactivated_seat_is_released() {
    let (house, mut manager, row) = paid().await;
    let list = manager.get("/settings/user-accounts").await;
    let path = list.body.split("href=\"/settings/user-accounts/").skip(1).map(|rest| &rest[..36]);
    let mut employee = None;
    for id in path {
        let page = manager.get(&format!("/settings/user-accounts/{id}")).await;
        if page.body.contains("anika@brightwater.example") {
            employee = Some(id.to_owned());
        }
    }
    let employee = employee.expect("Anika is an employee");
    manager.get(&format!("/settings/user-accounts/{employee}/deactivate")).await.is(200);
    manager.post(&format!("/settings/user-accounts/{employee}/deactivate"), &[]).await.is(303);
    let plans = manager.get("/profile/messaging").await;
    plans.is(200).says("None, ends").says_not("btn-stop");
    assert!(house.bank.subscriptions().len() == 2 && !row.is_empty());
    practice_domain::usecase::billing::reconcile_payments(&house.till).await.expect("listed");
    assert!(house.bank.subscriptions().iter().all(|(_, one)| one.ends_with_period));
}

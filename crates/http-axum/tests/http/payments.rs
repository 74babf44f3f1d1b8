//! Buying: the cart, the offer, OK, and what comes of it.

use practice_domain::billing::{Decline, ReturnReason};
use practice_domain::fact::Log;
use practice_domain::port::{Alarm, Reader as _};
use practice_domain::value::InvitationId;
use practice_testkit::fakes::Mood;

use crate::browser::{Answer, Browser};
use crate::house::{House, PASSWORD};
use crate::managing::with_anika;

/// A practice where Anika has registered, and the manager has a card.
pub(crate) async fn shop() -> (House, Browser, String) {
    let (house, mut manager, anika) = with_anika().await;
    let row = joins(&house, &mut manager, anika, "Bhattacharya").await;
    card(&house, &mut manager).await;
    (house, manager, row)
}

/// Registers somebody; the row of Manage Account.
pub(crate) async fn joins(house: &House, manager: &mut Browser, who: InvitationId, last: &str) -> String {
    let mut browser = house.browser();
    house.register(&mut browser, who, 1).await;
    let list = manager.get(&format!("/manage?q={last}")).await;
    list.body.split("<tr role=\"row\" id=\"u").nth(1).map(|rest| rest[..36].to_owned()).expect("a row")
}

/// Puts a card on file, by way of the provider's page.
pub(crate) async fn card(house: &House, browser: &mut Browser) {
    let begun = browser.post("/profile/card", &[]).await;
    begun.is(200).says("https://pay.example/").says("Its number goes to the payment provider only");
    let who = house.person(browser).await;
    let wallet = house.till.ledger.wallet(who.account()).await.expect("memory").expect("opened");
    house.bank.enter_card(&wallet.customer, "4242", 2030, 6);
    browser.get("/profile/card/done").await.goes_to("/profile");
}

/// Chooses these options; the address of the offer.
pub(crate) async fn offer(browser: &mut Browser, row: &str, options: &[&str]) -> String {
    let fields: Vec<(&str, &str)> = options.iter().map(|option| ("option", *option)).collect();
    let answer = browser.post(&format!("/manage/users/{row}/purchase"), &fields).await;
    answer.is(303);
    answer.header("location").to_owned()
}

async fn ok(browser: &mut Browser, offer: &str) -> Answer {
    browser.post(offer, &[]).await.goes_to(offer);
    browser.get(offer).await
}

/// BILL-2, BILL-3, BILL-4, BILL-6: from the cart to the tier, and to the same answer however often OK is pressed.
#[tokio::test]
async fn a_manager_buys_for_a_colleague() {
    let (house, mut manager, row) = shop().await;
    manager
        .get("/profile")
        .await
        .is(200)
        .says("Visa ending in 4242")
        .says("06/2030")
        .says("Your credit card is updated.");
    manager.get(&format!("/manage/users/{row}")).await.says("Purchase SecureMail");
    let page = manager.get(&format!("/manage/users/{row}/purchase")).await;
    page.is(200)
        .says("Anika Bhattacharya")
        .says("$10.00")
        .says("value=\"outlook-plugin-annual\"")
        .says("Visa ending in 4242");
    for (wrong, words) in [
        (&["outlook-plugin-annual"][..], "The Outlook Plugin needs SecureMail."),
        (&["securemail-monthly", "securemail-annual"], "Choose either the monthly or the annual plan."),
        (&[], "Choose what to buy."),
    ] {
        let fields: Vec<(&str, &str)> = wrong.iter().map(|option| ("option", *option)).collect();
        let refused = manager.post(&format!("/manage/users/{row}/purchase"), &fields).await;
        refused.is(422).says(words);
        for option in wrong {
            refused.says(&format!("value=\"{option}\" checked"));
        }
    }
    let offer = offer(&mut manager, &row, &["securemail-annual", "outlook-plugin-annual"]).await;
    let asked = manager.get(&offer).await;
    asked.is(200).says("Charge your card?").says("SecureMail, annual").says("$150.00").says("Visa ending in 4242");
    asked.says("Anika Bhattacharya").says("Both plans renew on");
    let done = ok(&mut manager, &offer).await;
    done.is(200).says("SecureMail and the Outlook Plugin are active for Anika Bhattacharya.");
    done.says("https://downloads.example/plugin.msi");
    manager.post(&offer, &[]).await.goes_to(&offer);
    assert_eq!(house.bank.subscriptions().len(), 2, "OK was pressed twice");
    manager.get(&format!("/manage/users/{row}")).await.says("Paid + Plugin");
    manager
        .get(&format!("/manage/users/{row}/purchase"))
        .await
        .says("There are no additional plans you can buy for this user");
    let late = manager.post(&format!("/manage/users/{row}/purchase"), &[("option", "securemail-monthly")]).await;
    late.is(409).says("There are no additional plans for this person.");
}

/// BILL-4: what the bank says is said, and gives nothing.
#[tokio::test]
async fn what_the_bank_says_is_told() {
    let (house, mut manager, row) = shop().await;
    for (mood, heading, words) in [
        (Mood::Declines(Decline::Refused), "Nothing was charged", "Use another card or call your bank."),
        (Mood::Declines(Decline::InsufficientFunds), "Nothing was charged", "there is not enough money"),
        (Mood::FailsBefore, "Your payment is being confirmed", "You will not be charged twice."),
    ] {
        house.bank.next(mood);
        let offer = offer(&mut manager, &row, &["securemail-monthly"]).await;
        ok(&mut manager, &offer).await.is(200).says(heading).says(words).says_not("Purchase complete");
        manager.get(&format!("/manage/users/{row}")).await.says("is-free\">Free");
    }
    let refused = manager.post(&format!("/manage/users/{row}/purchase"), &[("option", "securemail-annual")]).await;
    refused.is(409).says("A purchase for this person is being confirmed");
}

/// PM-06: another amount than was confirmed gives nothing; the payer reads so, and whoever operates hears of it once.
#[tokio::test]
async fn another_amount_is_told_to_the_payer_and_to_whoever_operates() {
    let (house, mut manager, row) = shop().await;
    for (mood, words, alarm) in [
        (Mood::FindsOtherAmount, "Nothing was charged", Alarm::InvoiceDiffers),
        (Mood::Overcharges, "goes back to your card", Alarm::Returned(ReturnReason::OtherAmount)),
    ] {
        let before = house.bell.rung().len();
        house.bank.next(mood);
        let offer = offer(&mut manager, &row, &["securemail-monthly"]).await;
        for _ in 0..2 {
            ok(&mut manager, &offer).await.is(200).says(words).says_not("Purchase complete");
        }
        for event in house.bank.take_events() {
            practice_domain::usecase::billing::apply_payment_event(&house.till, &event).await.expect("applied");
        }
        manager.get(&format!("/manage/users/{row}")).await.says("is-free\">Free");
        let rung: Vec<Alarm> = house.bell.rung().into_iter().skip(before).map(|(_, alarm)| alarm).collect();
        assert_eq!(rung, [alarm], "{mood:?}");
    }
    assert!(house.bank.subscriptions().iter().all(|(_, one)| one.kept().count() == 0));
}

/// BILL-4, PM-05: a bank that wants the payer gives nothing until it has them; the address that leads back proves nothing.
#[tokio::test]
async fn a_payment_to_confirm_leads_to_the_bank() {
    let (house, mut manager, row) = shop().await;
    house.bank.next(Mood::Asks);
    let offer = offer(&mut manager, &row, &["securemail-monthly"]).await;
    ok(&mut manager, &offer).await.is(200).says("Your bank asks you to confirm");
    manager.get(&format!("{offer}?success=true")).await.says("Your bank asks you to confirm");
    manager.get(&format!("/manage/users/{row}")).await.says("is-free\">Free");
    house.bank.confirm_waiting(true);
    for event in house.bank.take_events() {
        practice_domain::usecase::billing::apply_payment_event(&house.till, &event).await.expect("applied");
    }
    manager.get(&offer).await.says("The plans of Anika Bhattacharya are active").says_not("Purchase complete");
}

/// BILL-3: an offer that is too old is refused with the new figure, which can be accepted at once.
#[tokio::test]
async fn an_old_offer_gives_way_to_a_new_one() {
    let (house, mut manager, row) = shop().await;
    let old = offer(&mut manager, &row, &["securemail-monthly"]).await;
    house.clock.advance(std::time::Duration::from_secs(16 * 60));
    let first = manager.post(&old, &[]).await;
    first.goes_to(&format!("/confirm-password?next={}", old.replace('/', "%2F")));
    let confirm = format!("/confirm-password?next={}", old.replace('/', "%2F"));
    manager.get(&confirm).await.is(200).says("charge your card");
    manager.post("/confirm-password", &[("next", &old), ("password", PASSWORD)]).await.goes_to(&old);
    manager.get(&old).await.is(200).says("Charge your card?");
    let again = manager.post(&old, &[]).await;
    let fresh = again.is(303).header("location").to_owned();
    assert_ne!(fresh, old);
    manager.get(&fresh).await.is(200).says("The price has changed or the offer has expired").says("$10.00");
    assert!(house.bank.subscriptions().is_empty());
    ok(&mut manager, &fresh).await.says("active");
    assert_eq!(house.bank.subscriptions().len(), 1);
}

/// BILL-2, BILL-7: without a card there is a way to one; other people's offers are nobody's; a colleague buys for herself alone.
#[tokio::test]
async fn people_buy_within_their_bounds() {
    let (house, mut manager, row) = shop().await;
    let offer = offer(&mut manager, &row, &["securemail-monthly"]).await;
    let mut anika = house.browser();
    anika.sign_in("anika@brightwater.example", PASSWORD).await.goes_to("/dashboard");
    anika.get("/profile").await.is(200);
    anika.get(&offer).await.is(404);
    anika.post(&offer, &[]).await.is(404);
    anika.get(&format!("/manage/users/{row}/purchase")).await.is(403);
    anika.get("/profile/messaging/purchase").await.is(409).says("You have no card on file");
    anika.get("/profile").await.says("You have no card on file");
    card(&house, &mut anika).await;
    anika.get("/profile/messaging").await.is(200).says("You pay for no plan now.").says("Buy Plans");
    anika.get("/profile/messaging/purchase").await.is(200).says("(you)");
    let own = anika.post("/profile/messaging/purchase", &[("option", "securemail-monthly")]).await;
    let own = own.is(303).header("location").to_owned();
    ok(&mut anika, &own).await.is(200).says("Your plans are active").says("SecureMail is active for you.");
    let unknown = "/manage/users/00000000-0000-0000-0000-000000000009/purchase";
    manager.get(unknown).await.is(404);
    house.clock.advance(std::time::Duration::from_secs(6 * 60));
    manager.get(&format!("/manage/users/{row}/purchase")).await.is(303);
    manager.post(&format!("/manage/users/{row}/purchase"), &[("option", "securemail-annual")]).await.is(303);
    manager.post("/profile/card", &[]).await.goes_to("/confirm-password?next=%2Fprofile%3Ffor%3Dcard");
}

/// BILL-10, WH-01, WH-02: the door for the provider believes signatures only, and does not mind repetitions.
#[tokio::test]
async fn the_door_for_the_provider_believes_signatures_only() {
    let (house, mut manager, row) = shop().await;
    let offer = offer(&mut manager, &row, &["securemail-monthly"]).await;
    ok(&mut manager, &offer).await.is(200);
    let (name, _) = house.bank.subscriptions().remove(0);
    house.bank.end_one();
    let body = format!("evt_77 {name}");
    let send = async |signature: &str, body: &str| {
        let headers = [("x-signature", signature), ("content-type", "application/json")];
        house.browser().send(axum::http::Method::POST, "/webhooks/payments", &headers, body.to_owned()).await
    };
    for (signature, body, code) in [
        ("bad", body.as_str(), "webhook-signature"),
        ("", &body, "webhook-signature"),
        ("good", "x", "webhook-unreadable"),
    ] {
        assert_eq!(send(signature, body).await.is(400).body, code);
    }
    manager.get(&format!("/manage/users/{row}")).await.says("is-paid\">Paid");
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (mut browser, body) = (house.browser(), body.clone());
        all.spawn(async move {
            let headers = [("x-signature", "good")];
            browser.send(axum::http::Method::POST, "/webhooks/payments", &headers, body).await
        });
    }
    for answer in all.join_all().await {
        answer.is(200);
    }
    manager.get(&format!("/manage/users/{row}")).await.says("is-free\">Free");
    let log = house.memory.entries(Log::Practice(house.practice), 0, 500).await.expect("memory");
    assert_eq!(
        log.iter()
            .filter(|entry| entry.text.contains("SubscriptionEnded") || entry.text.contains("subscription.ended"))
            .count(),
        1
    );
    send("good", &"x".repeat(70_000)).await.is(413);
}

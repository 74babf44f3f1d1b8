use practice_domain::channel::Product;
use practice_domain::value::InvitationId;
use serde_json::json;
use uuid::Uuid;

use crate::browser::Browser;
use crate::house::{House, MANAGER, PASSWORD};

async fn invite(house: &House, key: &str, email: &str, first: &str, last: &str) -> InvitationId {
    let asked = json!({
        "inviter": MANAGER, "email": email, "kind": "doctor", "placement": "in-practice",
        "first_name": first, "last_name": last,
    });
    let path = format!("/api/v1/practices/{}/invitations", house.practice);
    let bearer = format!("Bearer {key}");
    let answer = house.browser().json(axum::http::Method::POST, &path, &[("authorization", &bearer)], &asked).await;
    let id: Uuid = answer.is(201).json()["id"].as_str().expect("an id").parse().expect("a uuid");
    InvitationId(id)
}

pub(crate) async fn with_anika() -> (House, Browser, InvitationId) {
    let (house, browser) = House::managed().await;
    let key = house.key(Product::Collaborator).await;
    let anika = invite(&house, &key, "anika@brightwater.example", "Anika", "Bhattacharya").await;
    (house, browser, anika)
}

/// INV-6, RL-04: the button is back on reload, an older link is dead, and a budget of a day stands behind it.
#[tokio::test]
async fn reinvite_keeps_the_place_and_is_gone_until_the_page_is_reloaded() {
    let (house, mut manager, anika) = with_anika().await;
    let place = "?q=bhatta&sort=first";
    let list = manager.get(&format!("/manage{place}")).await;
    list.is(200).says("Reinvite<span class=\"vh\"> Anika Bhattacharya</span>").says("matches “bhatta”");
    let row = format!("/manage/users/{anika}");
    let to = format!("/manage{place}#u{anika}");
    manager.post(&format!("{row}/reinvite{place}"), &[]).await.goes_to(&to);
    let told = manager.get(&format!("/manage{place}")).await;
    told.is(200).says("Invitation sent to Anika Bhattacharya.").says("Sent just now").says_not("> Reinvite<");
    manager.get(&format!("/manage{place}")).await.is(200).says("Reinvite<span").says_not("Sent just now");
    let mut invitee = house.browser();
    invitee.get(&house.link(anika, 1)).await;
    invitee.get("/register").await.is(410).says("A newer invitation was sent");
    for _ in 0..4 {
        manager.post(&format!("{row}/reinvite"), &[]).await.is(303);
    }
    manager.post(&format!("{row}/reinvite"), &[]).await.is(303);
    manager.get("/manage").await.is(200).says("too many went out today").says("You can send again on");
}

#[tokio::test]
async fn a_corrected_address_gets_the_invitation_and_a_lost_update_is_seen() {
    let (house, mut manager, anika) = with_anika().await;
    let row = format!("/manage/users/{anika}");
    let page = manager.get(&row).await;
    page.is(200).says("value=\"anika@brightwater.example\"").says("name=\"version\" value=\"0\"");
    let wrong = [("version", "0"), ("email", "nonsense"), ("first", "x://www.evil.example"), ("cell", "12")];
    let again = manager.post(&row, &wrong).await;
    again.is(422).says("There is a problem").says("value=\"nonsense\"").says("web address").says("10-digit");
    let right = [("version", "0"), ("email", "anika.b@brightwater.example"), ("first", "Anika"), ("last", "B")];
    manager.post(&row, &right).await.goes_to(&format!("/manage#u{anika}"));
    let told = manager.get("/manage").await;
    told.is(200).says("Invitation sent to anika.b@brightwater.example. The old link no longer works.");
    manager.get(&row).await.is(200);
    let stale = manager.post(&row, &right).await;
    stale.is(412).says("Somebody else changed this person meanwhile").says("value=\"anika.b@brightwater.example\"");
    let taken = [("version", "1"), ("email", MANAGER), ("first", "Anika"), ("last", "B")];
    manager.post(&row, &taken).await.is(409).says("already has an account");
    let mut invitee = house.browser();
    house.register(&mut invitee, anika, house.generation(anika).await).await;
    manager.post(&row, &right).await.goes_to("/manage");
    manager.get("/manage").await.says("registered while you were editing");
}

#[tokio::test]
async fn withdraw_asks_first_and_the_row_goes() {
    let (house, mut manager, anika) = with_anika().await;
    let ask = manager.get(&format!("/manage/users/{anika}/withdraw?status=not-registered")).await;
    ask.is(200).says("Withdraw the invitation of Anika Bhattacharya?").says(" inert");
    let path = format!("/manage/users/{anika}/withdraw?status=not-registered");
    manager.post(&path, &[("version", "9")]).await.is(412);
    manager.post(&path, &[("version", "0")]).await.goes_to("/manage?status=not-registered");
    manager.get("/manage").await.is(200).says("The invitation of Anika Bhattacharya is withdrawn.").says_not("anika@");
    let mut invitee = house.browser();
    invitee.get(&house.link(anika, 1)).await;
    invitee.get("/register").await.is(410);
}

/// LOCK-2, LK-01, LK-06
#[tokio::test]
async fn a_locked_member_is_unlocked_at_once() {
    let (house, mut manager, anika) = with_anika().await;
    let mut doctor = house.browser();
    house.register(&mut doctor, anika, 1).await;
    let mut stranger = house.browser();
    for _ in 0..7 {
        stranger.sign_in("anika@brightwater.example", "wrong wrong wrong").await.is(401);
    }
    stranger.sign_in("anika@brightwater.example", PASSWORD).await.is(401);
    let list = manager.get("/manage?status=locked").await;
    list.is(200).says("Registered, locked").says("btn-unlock");
    manager.get("/dashboard").await.is(200).says("1 person is locked out").says("Anika Bhattacharya");
    let row = list.body.split("id=\"u").nth(1).and_then(|rest| rest.split('"').next()).expect("a row").to_owned();
    manager.get(&format!("/manage/users/{row}")).await.is(200).says("is locked out").says_not("name=\"email\" type");
    manager.get("/manage?status=locked").await;
    let back = format!("/manage?status=locked#u{row}");
    manager.post(&format!("/manage/users/{row}/unlock?status=locked"), &[]).await.goes_to(&back);
    manager.get("/manage").await.says("Anika Bhattacharya is unlocked and can sign in now.");
    manager.post(&format!("/manage/users/{row}/unlock"), &[]).await.is(303);
    manager.get("/manage").await.says("Anika Bhattacharya was already unlocked.");
    stranger.sign_in("anika@brightwater.example", PASSWORD).await.goes_to("/dashboard");
    stranger.get("/manage").await.is(403).says("Ask a User Manager in your practice.");
}

/// LIST-9, SESS-2, OT-09
#[tokio::test]
async fn two_step_asks_and_needs_a_fresh_sign_in() {
    let (house, mut manager, _) = with_anika().await;
    manager.get("/manage").await.is(200);
    let asked = "/manage/two-step?doctors=off&patients=on";
    manager.post("/manage/two-step", &[("patients", "on")]).await.goes_to(asked);
    let ask = manager.get(asked).await;
    ask.is(200).says("Turn off 2-step for doctors and staff?").says("1 person who has not registered yet");
    house.clock.advance(std::time::Duration::from_secs(301));
    let confirm = "/confirm-password?next=%2Fmanage%2Ftwo-step%3Fdoctors%3Doff%26patients%3Don";
    manager.post("/manage/two-step", &[("patients", "on"), ("confirmed", "yes")]).await.goes_to(confirm);
    manager.get(confirm).await.is(200).says("change 2-step verification");
    manager.post("/confirm-password", &[("next", asked), ("password", "wrong wrong")]).await.is(403);
    let old = manager.cookies["__Host-session"].clone();
    manager.post("/confirm-password", &[("next", asked), ("password", PASSWORD)]).await.goes_to(asked);
    assert_ne!(manager.cookies["__Host-session"], old);
    manager.get(asked).await.is(200);
    manager.post("/manage/two-step", &[("patients", "on"), ("confirmed", "yes")]).await.goes_to("/manage");
    manager.get("/manage").await.says("2-step is off for doctors and staff. They can register without a code.");
    let mut replay = house.browser();
    replay.cookies.insert("__Host-session".to_owned(), old);
    replay.get("/dashboard").await.goes_to("/login?next=%2Fdashboard");
}

#[tokio::test]
async fn the_list_pages_both_ways_without_losing_the_order() {
    let (house, mut manager) = House::managed().await;
    let key = house.key(Product::Collaborator).await;
    for n in 0..120 {
        invite(&house, &key, &format!("p{n}@x.example"), &format!("F{n:03}"), "Same").await;
    }
    for order in ["sort=first", "sort=first&dir=desc", "sort=created&dir=desc", "sort=activity", "sort=last"] {
        let (mut path, mut seen, mut before) = (format!("/manage?{order}"), Vec::new(), Vec::new());
        loop {
            let page = manager.get(&path).await;
            page.is(200);
            let rows: Vec<String> = rows(&page.body);
            assert!(rows.len() <= 50, "{}", rows.len());
            if let Some(back) = href(&page.body, "prev") {
                assert_eq!(rows_at(&mut manager, &back).await, before, "{order}");
            }
            before.clone_from(&rows);
            seen.extend(rows);
            let Some(next) = href(&page.body, "next") else { break };
            path = next;
        }
        assert_eq!(seen.len(), 121, "{order}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 121, "{order}");
    }
    manager.get("/manage?page=nonsense").await.is(200).says("F000").says("121 people");
    manager.get("/manage?sort=password_hash&status=odd").await.is(200).says("F000");
}

async fn rows_at(browser: &mut Browser, path: &str) -> Vec<String> {
    rows(&browser.get(path).await.body)
}

fn rows(body: &str) -> Vec<String> {
    body.split("<tr role=\"row\" id=\"u").skip(1).map(|rest| rest[..36].to_owned()).collect()
}

fn href(body: &str, rel: &str) -> Option<String> {
    let before = body.split(&format!("\" rel=\"{rel}\"")).next().filter(|before| before.len() < body.len())?;
    Some(before.rsplit("href=\"").next()?.replace("&amp;", "&").replace("&#38;", "&"))
}

/// SESS-1, SE-05: signing out ends the session on the server, empties what the browser kept of the pages, and takes the session's cookie
/// away; the browser stays one that the person has used (LOCK-4).
#[tokio::test]
async fn sessions_are_seen_and_ended() {
    let (house, mut manager) = House::managed().await;
    let mut second = house.browser();
    second.sign_in(MANAGER, PASSWORD).await.goes_to("/dashboard");
    let profile = manager.get("/profile").await;
    profile.is(200).says("This session").says("Firefox on Windows");
    let path =
        profile.body.split("action=\"/profile/sessions/").nth(1).and_then(|r| r.split('"').next()).expect("another");
    manager.post(&format!("/profile/sessions/{path}"), &[]).await.goes_to("/profile");
    manager.get("/profile").await.says("That session has ended.");
    second.get("/dashboard").await.goes_to("/login?next=%2Fdashboard");
    manager.post(&format!("/profile/sessions/{}/end", Uuid::from_u128(4)), &[]).await.is(404);
    let old = manager.cookies["__Host-session"].clone();
    let out = manager.post("/logout", &[]).await;
    out.goes_to("/login");
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    assert!(!manager.cookies.contains_key("__Host-session") && manager.cookies.contains_key("__Host-dev"));
    manager.get("/login").await.says("You are signed out.");
    manager.cookies.insert("__Host-session".to_owned(), old);
    manager.get("/manage").await.goes_to("/login?next=%2Fmanage");
}

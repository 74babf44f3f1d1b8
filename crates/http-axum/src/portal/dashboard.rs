use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::port::Fault;
use practice_domain::practice::Practice;

use crate::cursor::Wanted;
use crate::door::Asker;
use crate::flash::Flashed;
use crate::page::{DashboardPage, Nav, Tile};
use crate::portal::billing::notices;
use crate::portal::{page, toast};
use crate::present;
use crate::refusal::Face;
use crate::settings::ProductTile;
use crate::site::Portal;

/// `GET /dashboard` (`SESS-4`).
pub(crate) async fn show(State(portal): State<Portal>, Asker(who): Asker, flashed: Flashed) -> Result<Response, Face> {
    let now = portal.ports.clock.now();
    let mut chrome = present::chrome(&portal, &who, Nav::Dashboard);
    chrome.toast = flashed.0.and_then(toast::own);
    let (locked, locked_names) = match who.place() {
        Some((practice, member)) if member.user_manager => locked(&portal, practice).await?,
        _ => (0, Vec::new()),
    };
    let hello = portal.calendar.greeting(now);
    let first = who.name().first();
    let dashboard = DashboardPage {
        chrome,
        greeting: if first.is_empty() { hello.to_owned() } else { format!("{hello}, {first}") },
        today: portal.calendar.long_day(now),
        tiles: portal.settings.products.iter().map(tile).collect(),
        locked,
        locked_names,
        undeliverable: 0,
        payment_failed: notices::payment_failed(&portal, &who).await?,
        card_expires: notices::card_expires(&portal, &who).await?,
    };
    let mut response = page(StatusCode::OK, &dashboard)?;
    flashed.told(&portal, response.headers_mut());
    Ok(response)
}

/// How many people are locked, and the names of the first of them.
async fn locked(portal: &Portal, practice: &Practice) -> Result<(u64, Vec<String>), Fault> {
    let locked = portal.ports.reader.tally(practice.id).await?.locked();
    if locked == 0 {
        return Ok((0, Vec::new()));
    }
    let wanted = Wanted { locked: Some(true), size: NAMED, ..Wanted::default() };
    let people = portal.ports.reader.people(&wanted.of(practice)).await?.people;
    Ok((locked, people.iter().map(|person| present::who(person).name()).collect()))
}

fn tile(tile: &ProductTile) -> Tile {
    Tile {
        label: tile.name.clone(),
        hint: tile.hint.clone(),
        href: tile.href.clone(),
        icon: tile.icon.clone(),
        badge: None,
    }
}

/// How many locked people are named.
const NAMED: u16 = 3;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::UserManager;
use practice_domain::port::{PeoplePage, Tally};
use practice_domain::usecase::export_people;

use crate::cursor;
use crate::door::Manager;
use crate::download;
use crate::flash::{Flash, Flashed};
use crate::page::{ManagePage, Nav, Place, Problems, StatusFilter, TwoStepConfirm, TwoStepPanel};
use crate::portal::page;
use crate::portal::place::{At, sort, wanted};
use crate::portal::settings::code_word::first_confirm;
use crate::portal::toast::{self, Said};
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /manage` (`LIST-1` to `LIST-9`).
pub(crate) async fn show(
    State(portal): State<Portal>,
    Manager(who): Manager,
    At(place): At,
    flashed: Flashed,
) -> Result<Response, Face> {
    list(&portal, &who, place, &flashed, None).await
}

/// `GET /manage/export`: everybody on the list as a file, after the password (SE-08).
pub(crate) async fn export(State(portal): State<Portal>, Manager(who): Manager) -> Result<Response, Face> {
    let Ok(fresh) = who.fresh() else { return Ok(first_confirm("/manage/export")) };
    let export = export_people(&portal.ports, &fresh).await?;
    Ok(download::csv(&portal, export, download::PEOPLE))
}

/// The list; with a question open over it, where there is one.
pub(super) async fn list(
    portal: &Portal,
    who: &UserManager,
    place: Place,
    flashed: &Flashed,
    confirm: Option<TwoStepConfirm>,
) -> Result<Response, Face> {
    let practice = who.practice();
    let tally = portal.ports.reader.tally(practice.id).await?;
    let found = portal.ports.reader.people(&wanted(&place).of(practice)).await?;
    let mut chrome = present::chrome(portal, who.person(), Nav::Manage);
    if let Some(flash) = flashed.0 {
        match toast::manager(portal, who, flash).await? {
            Some(Said::Toast(words)) => chrome.toast = Some(words),
            Some(Said::Problem(words)) => chrome.problems = Problems::one("people", &words),
            None => {}
        }
    }
    let now = portal.ports.clock.now();
    let mut people: Vec<_> =
        found.people.iter().map(|person| present::row(&portal.calendar, who, person, &place.q, now)).collect();
    if let Some(Flash::Reinvited(id)) = flashed.0 {
        people.iter_mut().filter(|row| row.id == id.to_string()).for_each(|row| row.just_sent = true);
    }
    let order = sort(&place);
    let mark = |place: &practice_domain::port::Cursor| cursor::write(place, order);
    let manage = ManagePage {
        chrome,
        two_step: TwoStepPanel { doctors: practice.two_step().doctors, patients: practice.two_step().patients },
        confirm,
        counts: present::counts(&tally, practice.two_step()),
        summary: summary(&place, &tally, who, &found),
        previous: found.before.as_ref().map(mark),
        next: found.after.as_ref().map(mark),
        people,
        place,
        invite: None,
        time_zone: portal.calendar.zone().to_owned(),
    };
    let mut response = page(StatusCode::OK, &manage)?;
    flashed.told(portal, response.headers_mut());
    Ok(response)
}

/// How many there are, as far as it is known without counting.
fn summary(place: &Place, tally: &Tally, who: &UserManager, found: &PeoplePage) -> String {
    use practice_domain::person::Status;
    let two_step = who.practice().two_step();
    let chip =
        Place { sort: place.sort, dir: place.dir, page: place.page.clone(), status: place.status, ..Place::default() };
    let whole = found.before.is_none() && found.after.is_none();
    let people = |number: u64| {
        let noun = if number == 1 { "person" } else { "people" };
        format!("{} {noun}", present::counted(number))
    };
    let here = u64::try_from(found.people.len()).unwrap_or(u64::MAX);
    if chip == *place {
        return people(match place.status {
            StatusFilter::All => tally.all(),
            StatusFilter::NotRegistered => tally.with(Status::NotRegistered, two_step),
            StatusFilter::Registered => tally.with(Status::Registered, two_step),
            StatusFilter::TwoStepPending => tally.with(Status::TwoStepPending, two_step),
            StatusFilter::Locked => tally.locked(),
        });
    }
    match (whole, place.q.is_empty()) {
        (true, true) => people(here),
        (true, false) if here == 1 => format!("1 person matches “{}”", place.q),
        (true, false) => format!("{} match “{}”", people(here), place.q),
        (false, _) => format!("{} on this page", people(here)),
    }
}

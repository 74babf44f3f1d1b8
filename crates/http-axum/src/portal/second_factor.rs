//! One's own authenticator app (`SESS-3`).

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::{Fresh, SignedIn};
use practice_domain::second_factor::{FactorRefused, FactorState};
use practice_domain::usecase::{
    EnrolError, Enroller, RemoveSecondFactorError, begin_second_factor, confirm_second_factor, remove_second_factor,
};

use crate::door::{Asker, SignedForm};
use crate::flash::{Flash, Flashed, and_say, see};
use crate::next::by_way_of;
use crate::page::{FactorPanel, Nav, Problems, SecondFactorPage};
use crate::portal::{page, passkeys, toast};
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /profile/second-factor`, for somebody who gave their password a moment ago.
pub(crate) async fn show(State(portal): State<Portal>, Asker(who): Asker, flashed: Flashed) -> Result<Response, Face> {
    let Ok(who) = who.fresh() else { return Ok(first_confirm()) };
    let panel = as_it_is(&portal, &who, "").await?;
    let mut chrome = present::chrome(&portal, who.who(), Nav::Profile);
    chrome.toast = flashed.0.and_then(toast::own);
    let mut response = page(StatusCode::OK, &SecondFactorPage { chrome, panel })?;
    flashed.told(&portal, response.headers_mut());
    Ok(response)
}

/// `POST /profile/second-factor`: the app is shown its key, once.
pub(crate) async fn begin(State(portal): State<Portal>, form: SignedForm) -> Result<Response, Face> {
    let Ok(who) = form.who.fresh() else { return Ok(first_confirm()) };
    match begin_second_factor(&portal.ports, Enroller::SignedIn(&who)).await {
        Ok(begun) => answer(&portal, &who, FactorPanel::Confirm(present::app_key(begun)), None),
        Err(error @ (EnrolError::NotOffered | EnrolError::Refused(_))) => {
            let panel = as_it_is(&portal, &who, "").await?;
            answer(&portal, &who, panel, Some(("main", error.into())))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /profile/second-factor/confirm`: the app proves itself; the recovery codes are shown, once.
pub(crate) async fn confirm(State(portal): State<Portal>, form: SignedForm) -> Result<Response, Face> {
    let Ok(who) = form.who.fresh() else { return Ok(first_confirm()) };
    let error = match confirm_second_factor(&portal.ports, Enroller::SignedIn(&who), form.fields.text("code")).await {
        Ok(enrolled) => return answer(&portal, &who, FactorPanel::Codes(enrolled.recovery.to_vec()), None),
        Err(error) => error,
    };
    match (error, present::app_key_again(form.fields.text("key"), form.fields.text("uri"))) {
        (EnrolError::Refused(why @ FactorRefused::WrongCode), Some(app)) => {
            answer(&portal, &who, FactorPanel::Confirm(app), Some(("code", why.into())))
        }
        (EnrolError::Refused(why), _) => {
            let panel = as_it_is(&portal, &who, "").await?;
            answer(&portal, &who, panel, Some(("main", why.into())))
        }
        (error, _) => Err(error.into()),
    }
}

/// `POST /profile/second-factor/remove`.
pub(crate) async fn remove(State(portal): State<Portal>, form: SignedForm) -> Result<Response, Face> {
    let Ok(who) = form.who.fresh() else { return Ok(first_confirm()) };
    match remove_second_factor(&portal.ports, &who).await {
        Ok(_) => Ok(and_say(&portal, "/profile", Flash::FactorRemoved)),
        Err(error @ RemoveSecondFactorError::Required) => {
            let panel = as_it_is(&portal, &who, "").await?;
            answer(&portal, &who, panel, Some(("main", error.into())))
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether an app is asked for at each sign-in, and since when; with the passkeys, and what was typed to name a new one.
pub(super) async fn as_it_is(portal: &Portal, who: &Fresh<SignedIn>, typed: &str) -> Result<FactorPanel, Face> {
    let now = portal.ports.clock.now();
    let factor = portal.ports.store.second_factor(who.who().account()).await?;
    Ok(match factor.map(|factor| factor.state) {
        Some(FactorState::On { recovery, since, .. }) => {
            let since = portal.calendar.when(since, now);
            FactorPanel::On { since, left: recovery.len(), passkeys: passkeys::panel(portal, who, typed).await? }
        }
        Some(FactorState::Off | FactorState::Pending { .. }) | None => FactorPanel::Off,
    })
}

fn answer(
    portal: &Portal,
    who: &Fresh<SignedIn>,
    panel: FactorPanel,
    refused: Option<(&str, Face)>,
) -> Result<Response, Face> {
    let mut chrome = present::chrome(portal, who.who(), Nav::Profile);
    let status = refused.as_ref().map_or(StatusCode::OK, |(_, face)| face.status);
    if let Some((field, face)) = refused {
        chrome.problems = Problems::one(field, &face.sentence);
    }
    page(status, &SecondFactorPage { chrome, panel })
}

/// The page as it is, and why something was refused.
pub(super) async fn say(
    portal: &Portal,
    who: &Fresh<SignedIn>,
    typed: &str,
    refused: (&str, Face),
) -> Result<Response, Face> {
    let panel = as_it_is(portal, who, typed).await?;
    answer(portal, who, panel, Some(refused))
}

/// The password first.
pub(super) fn first_confirm() -> Response {
    see(&by_way_of("/confirm-password", Some("/profile/second-factor")))
}

//! The practice's code word: it stands in one response only, and nowhere else.

use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use practice_domain::access::{Holder, permit};
use practice_domain::usecase::{rotate_code_word, show_code_word};
use uuid::Uuid;

use crate::door::{Admin, Held, HeldForm};
use crate::flash::{Deed, Flash, Flashed, and_say, see};
use crate::next::encode;
use crate::page::{Nav, RotatePage};
use crate::portal::page;
use crate::portal::settings::user_accounts::list;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /settings/code-word`: User Accounts with the word shown; each showing is audited (`CODE-1`).
pub(crate) async fn show(State(portal): State<Portal>, Admin(who): Admin) -> Result<Response, Face> {
    let keeper = Holder::<permit::UseCodeWord>::prove(who.person().clone())?;
    let Ok(fresh) = keeper.fresh() else { return Ok(first_confirm("/settings/code-word")) };
    let word = show_code_word(&portal.ports, &fresh).await?;
    let mut response = list(&portal, &who, None, &Flashed(None), Some(word)).await?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// `GET /settings/code-word/rotate`: the question.
pub(crate) async fn ask(State(portal): State<Portal>, Held(who): Held<permit::UseCodeWord>) -> Result<Response, Face> {
    let chrome = present::chrome(&portal, who.person(), Nav::Settings);
    let texts_word = who.practice().policy().code_word.by_text;
    match who.fresh() {
        Ok(_) => page(StatusCode::OK, &RotatePage { chrome, texts_word }),
        Err(_) => Ok(first_confirm("/settings/code-word/rotate")),
    }
}

/// `POST /settings/code-word/rotate` (`CODE-1`, `CODE-3`).
pub(crate) async fn rotate(
    State(portal): State<Portal>,
    form: HeldForm<permit::UseCodeWord>,
) -> Result<Response, Face> {
    let Ok(fresh) = form.who.fresh() else { return Ok(first_confirm("/settings/code-word/rotate")) };
    rotate_code_word(&portal.ports, &fresh).await?;
    Ok(and_say(&portal, "/settings/user-accounts", Flash::Staff(Deed::Rotated, Uuid::nil())))
}

/// The password first, then what was asked for.
pub(in crate::portal) fn first_confirm(next: &str) -> Response {
    see(&format!("/confirm-password?next={}", encode(next)))
}

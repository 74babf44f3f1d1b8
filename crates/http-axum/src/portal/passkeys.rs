//! One's own passkeys (`SESS-3`).

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::{Fresh, SignedIn};
use practice_domain::passkey::Passkey;
use practice_domain::usecase::{
    AddPasskeyError, OwnPasskeys, add_passkey, begin_passkey, own_passkeys, remove_passkey,
};
use practice_domain::value::{PasskeyId, PasskeyName};

use crate::door::{Id, SignedForm};
use crate::flash::{Flash, and_say};
use crate::page::{Nav, PasskeyPage, PasskeyPanel, PasskeyRow};
use crate::portal::page;
use crate::portal::second_factor::{first_confirm, say};
use crate::present;
use crate::refusal::{Face, sentence};
use crate::site::Portal;

/// `POST /profile/second-factor/passkeys`: the browser is given what it asks for. Fields: `name`.
pub(crate) async fn begin(State(portal): State<Portal>, form: SignedForm) -> Result<Response, Face> {
    let Ok(who) = form.who.fresh() else { return Ok(first_confirm()) };
    let typed = form.fields.text("name");
    let name = match PasskeyName::parse(typed) {
        Ok(name) => name,
        Err(why) => {
            let face = Face::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-name", sentence(&why));
            return say(&portal, &who, typed, ("name", face)).await;
        }
    };
    match begin_passkey(&portal.ports, portal.authenticators()?, &who, name.clone()).await {
        Ok(options) => {
            let chrome = present::chrome(&portal, who.who(), Nav::Profile);
            page(StatusCode::OK, &PasskeyPage { chrome, name: name.as_str().to_owned(), options })
        }
        Err(error @ (AddPasskeyError::NotOffered | AddPasskeyError::Refused(_))) => {
            say(&portal, &who, typed, ("main", error.into())).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /profile/second-factor/passkeys/confirm`: what the authenticator made. Fields: `answer`.
pub(crate) async fn confirm(State(portal): State<Portal>, form: SignedForm) -> Result<Response, Face> {
    let Ok(who) = form.who.fresh() else { return Ok(first_confirm()) };
    match add_passkey(&portal.ports, portal.authenticators()?, &who, form.fields.text("answer")).await {
        Ok(_) => Ok(and_say(&portal, HERE, Flash::PasskeyAdded)),
        Err(AddPasskeyError::Fault(fault)) => Err(fault.into()),
        Err(error) => say(&portal, &who, "", ("main", error.into())).await,
    }
}

/// `POST /profile/second-factor/passkeys/{id}/remove`.
pub(crate) async fn remove(State(portal): State<Portal>, Id(id): Id, form: SignedForm) -> Result<Response, Face> {
    let Ok(who) = form.who.fresh() else { return Ok(first_confirm()) };
    remove_passkey(&portal.ports, &who, PasskeyId(id)).await?;
    Ok(and_say(&portal, HERE, Flash::PasskeyRemoved))
}

/// Somebody's passkeys, as the page shows them; nothing where there are none and none can be added.
pub(super) async fn panel(portal: &Portal, who: &Fresh<SignedIn>, typed: &str) -> Result<Option<PasskeyPanel>, Face> {
    let OwnPasskeys { allowed, room, kept } = own_passkeys(&portal.ports, who.who()).await?;
    let allowed = allowed && portal.settings.passkeys.is_some();
    if !allowed && kept.is_empty() {
        return Ok(None);
    }
    let now = portal.ports.clock.now();
    let row = |key: Passkey| PasskeyRow {
        id: key.id.to_string(),
        name: key.name.as_str().to_owned(),
        added: portal.calendar.when(key.added_at, now),
        used: key.used_at.map(|at| portal.calendar.when(at, now)),
    };
    let kept = kept.into_iter().map(row).collect();
    Ok(Some(PasskeyPanel { room: room && allowed, allowed, name: typed.to_owned(), kept }))
}

const HERE: &str = "/profile/second-factor";

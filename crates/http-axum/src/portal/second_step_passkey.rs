//! The second step of signing in with a passkey (`SESS-3`).

use axum::extract::State;
use axum::response::Response;
use practice_domain::usecase::{RedeemPasskeyError, ask_for_passkey, redeem_passkey};

use crate::door::{Call, HalfForm};
use crate::flash::see;
use crate::gates::limit_second_factor;
use crate::next::own_path;
use crate::page::SecondStep;
use crate::portal::login::first_page;
use crate::portal::second_step::{ask as show, come_in};
use crate::refusal::Face;
use crate::site::Portal;

/// `POST /login/code/passkey`: the browser is given what it asks for.
pub(crate) async fn ask(
    State(portal): State<Portal>,
    call: Call,
    HalfForm { who, fields }: HalfForm,
) -> Result<Response, Face> {
    let next = own_path(fields.text("next"));
    limit_second_factor(&portal, &call).await?;
    match ask_for_passkey(&portal.ports, portal.authenticators()?, &who).await {
        Ok(options) => show(&portal, &who, SecondStep::Passkey(options), next, None).await,
        Err(error @ RedeemPasskeyError::NotOffered) => {
            show(&portal, &who, SecondStep::Code, next, Some(error.into())).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /login/code/passkey/confirm`: what the authenticator answered. Fields: `answer`, `next`.
pub(crate) async fn redeem(
    State(portal): State<Portal>,
    call: Call,
    HalfForm { who, fields }: HalfForm,
) -> Result<Response, Face> {
    let next = own_path(fields.text("next"));
    limit_second_factor(&portal, &call).await?;
    let error = match redeem_passkey(&portal.ports, portal.authenticators()?, &who, fields.text("answer")).await {
        Ok(welcome) => {
            let mut response = see(&first_page(&welcome, next));
            come_in(&portal, &mut response, &welcome);
            return Ok(response);
        }
        Err(error) => error,
    };
    match error {
        RedeemPasskeyError::NotOffered | RedeemPasskeyError::NotAsked | RedeemPasskeyError::NotProven { left: 1.. } => {
            show(&portal, &who, SecondStep::Code, next, Some(error.into())).await
        }
        error => Err(error.into()),
    }
}

//! The second step of signing in (`SESS-3`).

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use practice_domain::access::HalfWay;
use practice_domain::second_factor::FactorRefused;
use practice_domain::usecase::{
    EnrolError, Enroller, RedeemError, Welcome, begin_second_factor, confirm_second_factor, redeem_second_factor,
    second_step_of,
};

use crate::cookie::Cookie;
use crate::door::{Call, HalfForm, half_way};
use crate::flash::see;
use crate::gates::limit_second_factor;
use crate::next::{asked_for, own_path};
use crate::page::{Link, Problems, RecoveryCodesPage, SecondStep, SecondStepPage};
use crate::portal::login::{first_page, welcomed};
use crate::portal::page;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /login/code`. Whoever is not half-way goes to where they stand.
pub(crate) async fn show(
    State(portal): State<Portal>,
    call: Call,
    headers: HeaderMap,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, Face> {
    let who = match half_way(&portal, &headers, &call).await {
        Ok(who) => who,
        Err(face) if face.code == "not-signed-in" => return Ok(see("/login")),
        Err(face) => return Err(face),
    };
    let recovery = query.iter().any(|(name, value)| name == "with" && value == "recovery");
    let stage = if who.enrols() { SecondStep::Begin } else { code_of(recovery) };
    ask(&portal, &who, stage, asked_for(&query), None).await
}

/// `POST /login/code`: a code of the app, or a recovery code.
pub(crate) async fn submit(
    State(portal): State<Portal>,
    call: Call,
    HalfForm { who, fields }: HalfForm,
) -> Result<Response, Face> {
    let next = own_path(fields.text("next"));
    limit_second_factor(&portal, &call).await?;
    match redeem_second_factor(&portal.ports, &who, fields.text("code")).await {
        Ok(welcome) => {
            let mut response = see(&first_page(&welcome, next));
            come_in(&portal, &mut response, &welcome);
            Ok(response)
        }
        Err(error @ RedeemError::WrongCode { left: 1.. }) => {
            let stage = code_of(fields.text("with") == "recovery");
            ask(&portal, &who, stage, next, Some(error.into())).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /login/code/setup`: the app is shown its key, once.
pub(crate) async fn set_up(State(portal): State<Portal>, HalfForm { who, fields }: HalfForm) -> Result<Response, Face> {
    let begun = begin_second_factor(&portal.ports, Enroller::HalfWay(&who)).await?;
    ask(&portal, &who, SecondStep::Confirm(present::app_key(begun)), own_path(fields.text("next")), None).await
}

/// `POST /login/code/confirm`: the app proves itself, the person is signed in, and sees the recovery codes.
pub(crate) async fn confirm(
    State(portal): State<Portal>,
    call: Call,
    HalfForm { who, fields }: HalfForm,
) -> Result<Response, Face> {
    let next = own_path(fields.text("next"));
    limit_second_factor(&portal, &call).await?;
    let error = match confirm_second_factor(&portal.ports, Enroller::HalfWay(&who), fields.text("code")).await {
        Ok(enrolled) => {
            let onward = enrolled.welcome.as_ref().map_or_else(|| "/login".to_owned(), |w| first_page(w, next));
            let codes = RecoveryCodesPage {
                visitor: present::visitor(&portal, ""),
                codes: enrolled.recovery.to_vec(),
                onward: Link { label: "I Have Kept Them".to_owned(), href: onward },
            };
            let mut response = page(StatusCode::OK, &codes)?;
            if let Some(welcome) = &enrolled.welcome {
                come_in(&portal, &mut response, welcome);
            }
            return Ok(response);
        }
        Err(error) => error,
    };
    match (error, present::app_key_again(fields.text("key"), fields.text("uri"))) {
        (EnrolError::Refused(why @ FactorRefused::WrongCode), Some(app)) => {
            ask(&portal, &who, SecondStep::Confirm(app), next, Some(why.into())).await
        }
        (EnrolError::Refused(why), _) => ask(&portal, &who, SecondStep::Begin, next, Some(why.into())).await,
        (error, _) => Err(error.into()),
    }
}

fn code_of(recovery: bool) -> SecondStep {
    if recovery { SecondStep::Recovery } else { SecondStep::Code }
}

pub(super) fn come_in(portal: &Portal, response: &mut Response, welcome: &Welcome) {
    welcomed(portal, response.headers_mut(), welcome);
    portal.expire(response.headers_mut(), Cookie::Visit);
}

/// The page of the second step, at this stage, and why the last try was refused.
pub(super) async fn ask(
    portal: &Portal,
    who: &HalfWay,
    stage: SecondStep,
    next: Option<&str>,
    refused: Option<Face>,
) -> Result<Response, Face> {
    let mut visitor = present::visitor(portal, &portal.ports.keys.form_token(&who.session().cookie));
    let status = refused.as_ref().map_or(StatusCode::OK, |face| face.status);
    if let Some(face) = refused {
        let field = if matches!(stage, SecondStep::Begin) || face.fields.is_empty() { "main" } else { "code" };
        visitor.problems = Problems::one(field, &face.sentence);
    }
    let passkey = portal.settings.passkeys.is_some() && second_step_of(&portal.ports, who).await?;
    page(status, &SecondStepPage { visitor, stage, passkey, next: next.map(str::to_owned) })
}

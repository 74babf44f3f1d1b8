//! Who is asking: a cookie or a key becomes one of the proofs that use cases take.

mod administrator;
mod call;
mod form;
mod holder;
mod upload;
mod visit;

use axum::extract::{FromRequestParts, Path};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use practice_domain::access::{Denied, HalfWay, ProductCaller, SignedIn, UserManager};
use practice_domain::member::Role;
use practice_domain::usecase::{authenticate, authenticate_half_way, authenticate_product, authenticate_watching};
use practice_domain::value::{Digest, SessionId};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use crate::cookie::{Cookie, read_secret};
use crate::refusal::Face;
use crate::site::Portal;

pub(crate) use administrator::{Admin, AdminForm, ApiAdmin, ApiWatching, Watching};
pub(crate) use call::Call;
pub(crate) use form::{Fields, HalfForm, ManagerForm, SignedForm, VisitForm};
pub(crate) use holder::{ApiHeld, Held, HeldForm};
pub(crate) use upload::{AdminUpload, ApiCsv};
pub(crate) use visit::{Visit, remember};

/// Somebody with a live session.
pub(crate) struct Asker(pub(crate) SignedIn);

/// A User Manager of the practice that they work in now.
pub(crate) struct Manager(pub(crate) UserManager);

/// Somebody with a live session who calls the API: a request that changes something shows the session's token as well.
pub(crate) struct ApiAsker(pub(crate) SignedIn);

/// Somebody half-way through signing in who calls the API: each request shows the half-way session's token as well.
pub(crate) struct ApiHalf(pub(crate) HalfWay);

/// A User Manager who calls the API, for the practice that the path names.
pub(crate) struct ApiManager(pub(crate) UserManager);

/// A product, for the practice that the path names.
pub(crate) struct Product(pub(crate) ProductCaller);

/// The one id in a path.
pub(crate) struct Id(pub(crate) Uuid);

/// The session that a path names beside its id.
pub(crate) struct Named(pub(crate) SessionId);

/// The role that a path names by its code, or by the id of a copy.
pub(crate) struct RoleNamed(pub(crate) Role);

/// Who shows this session cookie.
pub(crate) async fn signed_in(portal: &Portal, headers: &HeaderMap, call: &Call) -> Result<SignedIn, Face> {
    let cookie = portal.secret(headers, Cookie::Session).ok_or(Denied::NotSignedIn)?;
    Ok(authenticate(&portal.ports, &cookie, call.origin.clone()).await??)
}

/// Who shows this session cookie with a request that they did not make themselves: it does not keep the session alive (`SE-03`).
async fn watching(portal: &Portal, headers: &HeaderMap, call: &Call) -> Result<SignedIn, Face> {
    let cookie = portal.secret(headers, Cookie::Session).ok_or(Denied::NotSignedIn)?;
    Ok(authenticate_watching(&portal.ports, &cookie, call.origin.clone()).await??)
}

/// Who is half-way through signing in with this session cookie (`SESS-3`).
pub(crate) async fn half_way(portal: &Portal, headers: &HeaderMap, call: &Call) -> Result<HalfWay, Face> {
    let cookie = portal.secret(headers, Cookie::Session).ok_or(Denied::NotSignedIn)?;
    Ok(authenticate_half_way(&portal.ports, &cookie, call.origin.clone()).await??)
}

impl FromRequestParts<Portal> for Asker {
    type Rejection = Face;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Face> {
        let call = Call::in_parts(parts);
        Ok(Self(signed_in(portal, &parts.headers, &call).await?))
    }
}

impl FromRequestParts<Portal> for Manager {
    type Rejection = Face;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Face> {
        let Asker(who) = Asker::from_request_parts(parts, portal).await?;
        Ok(Self(UserManager::prove(who)?))
    }
}

impl FromRequestParts<Portal> for ApiAsker {
    type Rejection = Face;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Face> {
        let Asker(who) = Asker::from_request_parts(parts, portal).await?;
        if matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
            return Ok(Self(who));
        }
        shows_token(parts, portal, &who.session().cookie)?;
        Ok(Self(who))
    }
}

impl FromRequestParts<Portal> for ApiHalf {
    type Rejection = Face;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Face> {
        let call = Call::in_parts(parts);
        let who = half_way(portal, &parts.headers, &call).await?;
        shows_token(parts, portal, &who.session().cookie)?;
        Ok(Self(who))
    }
}

impl FromRequestParts<Portal> for ApiManager {
    type Rejection = Face;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Face> {
        let ApiAsker(who) = ApiAsker::from_request_parts(parts, portal).await?;
        let who = UserManager::prove(who)?;
        if named(parts, portal, "practice").await? == who.practice().id.0 {
            Ok(Self(who))
        } else {
            Err(Face::not_found())
        }
    }
}

impl FromRequestParts<Portal> for Product {
    type Rejection = Face;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Face> {
        let refused =
            || Face::new(StatusCode::UNAUTHORIZED, "invalid-api-key", "Send a valid API key as a bearer token.");
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, key) = header.and_then(|value| value.split_once(' ')).ok_or_else(refused)?;
        let key =
            key.trim().strip_prefix("pp_").and_then(read_secret).filter(|_| scheme.eq_ignore_ascii_case("bearer"));
        let call = Call::in_parts(parts);
        let found = authenticate_product(&portal.ports, &key.ok_or_else(refused)?, call.origin).await?;
        let caller = found.map_err(|_| refused())?;
        if named(parts, portal, "practice").await? == caller.practice().0 {
            Ok(Self(caller))
        } else {
            Err(Face::not_found())
        }
    }
}

impl FromRequestParts<Portal> for Id {
    type Rejection = Face;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Face> {
        named(parts, portal, "id").await.map(Self)
    }
}

impl FromRequestParts<Portal> for Named {
    type Rejection = Face;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Face> {
        named(parts, portal, "session").await.map(SessionId).map(Self)
    }
}

impl FromRequestParts<Portal> for RoleNamed {
    type Rejection = Face;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Face> {
        let code = text(parts, portal, "role").await?;
        let role = Role::with_code(&code).filter(|role| role.to_string() == code);
        role.map(Self).ok_or_else(Face::not_found)
    }
}

/// Asks for the token of the session with this cookie.
fn shows_token(parts: &Parts, portal: &Portal, cookie: &Digest) -> Result<(), Face> {
    let shown = parts.headers.get("x-csrf-token").and_then(|token| token.to_str().ok()).unwrap_or_default();
    if portal.ports.keys.is_form_token(cookie, shown) {
        return Ok(());
    }
    Err(Face::new(StatusCode::FORBIDDEN, "csrf", "Send the session's token in the header X-CSRF-Token."))
}

/// The id that a path gives this name. What is not an id names nothing, and neither does one in another of its spellings.
async fn named(parts: &mut Parts, portal: &Portal, name: &str) -> Result<Uuid, Face> {
    let text = text(parts, portal, name).await?;
    let id = Uuid::try_parse(&text).ok().filter(|_| text.len() == Hyphenated::LENGTH);
    id.ok_or_else(Face::not_found)
}

/// The text that a path gives this name.
async fn text(parts: &mut Parts, portal: &Portal, name: &str) -> Result<String, Face> {
    let Path(all) =
        Path::<Vec<(String, String)>>::from_request_parts(parts, portal).await.map_err(|_| Face::not_found())?;
    Ok(all.into_iter().find(|(key, _)| key == name).map(|(_, value)| value).unwrap_or_default())
}

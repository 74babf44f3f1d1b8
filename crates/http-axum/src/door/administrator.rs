use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use practice_domain::access::Administrator;

use crate::door::{ApiAsker, Asker, Call, Fields, SignedForm, named, watching};
use crate::refusal::Face;
use crate::site::Portal;

/// Somebody who may manage user logins in the practice that they work in now.
pub(crate) struct Admin(pub(crate) Administrator);

/// A form of such a person.
pub(crate) struct AdminForm {
    pub(crate) who: Administrator,
    pub(crate) fields: Fields,
}

/// Such a person who calls the API, for the practice that the path names.
pub(crate) struct ApiAdmin(pub(crate) Administrator);

/// Such a person, whose browser asks by itself, again and again, how something comes along (`SE-03`).
pub(crate) struct Watching(pub(crate) Administrator);

/// The same for a program, for the practice that the path names.
pub(crate) struct ApiWatching(pub(crate) Administrator);

impl FromRequestParts<Portal> for Admin {
    type Rejection = Face;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Face> {
        let Asker(who) = Asker::from_request_parts(parts, portal).await?;
        Ok(Self(Administrator::prove(who)?))
    }
}

impl FromRequest<Portal> for AdminForm {
    type Rejection = Face;

    async fn from_request(request: Request, portal: &Portal) -> Result<Self, Face> {
        let SignedForm { who, fields } = SignedForm::from_request(request, portal).await?;
        Ok(Self { who: Administrator::prove(who)?, fields })
    }
}

impl FromRequestParts<Portal> for ApiAdmin {
    type Rejection = Face;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Face> {
        let ApiAsker(who) = ApiAsker::from_request_parts(parts, portal).await?;
        here(parts, portal, Administrator::prove(who)?).await.map(Self)
    }
}

impl FromRequestParts<Portal> for Watching {
    type Rejection = Face;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Face> {
        let who = watching(portal, &parts.headers, &Call::in_parts(parts)).await?;
        Ok(Self(Administrator::prove(who)?))
    }
}

impl FromRequestParts<Portal> for ApiWatching {
    type Rejection = Face;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Face> {
        let Watching(who) = Watching::from_request_parts(parts, portal).await?;
        here(parts, portal, who).await.map(Self)
    }
}

/// The same person, if the path names the practice that they work in now.
async fn here(parts: &mut Parts, portal: &Portal, who: Administrator) -> Result<Administrator, Face> {
    if named(parts, portal, "practice").await? == who.practice().id.0 { Ok(who) } else { Err(Face::not_found()) }
}

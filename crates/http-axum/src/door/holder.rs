use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use practice_domain::access::{Holder, Permit};

use crate::door::{ApiAsker, Asker, Fields, SignedForm, named};
use crate::refusal::Face;
use crate::site::Portal;

/// Somebody whose role has this permission in the practice that they work in now.
pub(crate) struct Held<P: Permit>(pub(crate) Holder<P>);

/// A form of such a person.
pub(crate) struct HeldForm<P: Permit> {
    pub(crate) who: Holder<P>,
    pub(crate) fields: Fields,
}

/// Such a person who calls the API, for the practice that the path names.
pub(crate) struct ApiHeld<P: Permit>(pub(crate) Holder<P>);

impl<P: Permit> FromRequestParts<Portal> for Held<P> {
    type Rejection = Face;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Face> {
        let Asker(who) = Asker::from_request_parts(parts, portal).await?;
        Ok(Self(Holder::prove(who)?))
    }
}

impl<P: Permit> FromRequest<Portal> for HeldForm<P> {
    type Rejection = Face;

    async fn from_request(request: Request, portal: &Portal) -> Result<Self, Face> {
        let SignedForm { who, fields } = SignedForm::from_request(request, portal).await?;
        Ok(Self { who: Holder::prove(who)?, fields })
    }
}

impl<P: Permit> FromRequestParts<Portal> for ApiHeld<P> {
    type Rejection = Face;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Face> {
        let ApiAsker(who) = ApiAsker::from_request_parts(parts, portal).await?;
        let who = Holder::prove(who)?;
        if named(parts, portal, "practice").await? == who.practice().id.0 {
            Ok(Self(who))
        } else {
            Err(Face::not_found())
        }
    }
}

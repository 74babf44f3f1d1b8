use axum::extract::{Form, FromRequest, Request};
use practice_domain::access::{HalfWay, SignedIn, UserManager};
use practice_domain::billing::looks_like_card_number;
use practice_domain::value::Digest;

use crate::cards;
use crate::door::{Call, Visit, half_way, signed_in};
use crate::refusal::Face;
use crate::site::Portal;

/// What a form sent. A form can only be had together with the proof that our own page was filled in by whoever sends it.
pub(crate) struct Fields(Vec<(String, String)>);

/// A form of somebody with a live session.
pub(crate) struct SignedForm {
    pub(crate) who: SignedIn,
    pub(crate) fields: Fields,
}

/// A form of somebody half-way through signing in.
pub(crate) struct HalfForm {
    pub(crate) who: HalfWay,
    pub(crate) fields: Fields,
}

/// A form of a User Manager.
pub(crate) struct ManagerForm {
    pub(crate) who: UserManager,
    pub(crate) fields: Fields,
}

/// A form of a visitor, bound to their browser.
pub(crate) struct VisitForm {
    pub(crate) visit: Visit,
    pub(crate) fields: Fields,
}

impl Fields {
    /// What a field holds; nothing when it was not sent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// What a field holds, to be shown in it again; a card's number is not (`PM-01`).
    pub(crate) fn again(&self, name: &str) -> String {
        let text = self.text(name).trim();
        if looks_like_card_number(text) { String::new() } else { text.to_owned() }
    }

    /// Everything that fields of one name hold, in their order.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a box was ticked.
    pub(crate) fn ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    pub(super) async fn read(request: Request, portal: &Portal, cookie: &Digest) -> Result<Self, Face> {
        let Form(pairs) = Form::<Vec<(String, String)>>::from_request(request, portal).await.map_err(|refused| {
            let status = axum::response::IntoResponse::into_response(refused).status();
            Face::new(status, "bad-form", "We cannot read that form.")
        })?;
        Self::proven(pairs, portal, cookie)
    }

    /// Fields of a form, if it was made by our own page for whoever shows this cookie.
    pub(super) fn proven(pairs: Vec<(String, String)>, portal: &Portal, cookie: &Digest) -> Result<Self, Face> {
        let fields = Self(pairs);
        if !portal.ports.keys.is_form_token(cookie, fields.text("csrf")) {
            return Err(Face::csrf());
        }
        match fields.0.iter().find(|(name, text)| cards::is_card_number_beyond_names(name, text)) {
            Some((name, _)) => Err(cards::refused(name)),
            None => Ok(fields),
        }
    }
}

impl FromRequest<Portal> for SignedForm {
    type Rejection = Face;

    async fn from_request(request: Request, portal: &Portal) -> Result<Self, Face> {
        let call = request.extensions().get::<Call>().cloned().unwrap_or_default();
        let who = signed_in(portal, request.headers(), &call).await?;
        let fields = Fields::read(request, portal, &who.session().cookie).await?;
        Ok(Self { who, fields })
    }
}

impl FromRequest<Portal> for HalfForm {
    type Rejection = Face;

    async fn from_request(request: Request, portal: &Portal) -> Result<Self, Face> {
        let call = request.extensions().get::<Call>().cloned().unwrap_or_default();
        let who = half_way(portal, request.headers(), &call).await?;
        let fields = Fields::read(request, portal, &who.session().cookie).await?;
        Ok(Self { who, fields })
    }
}

impl FromRequest<Portal> for ManagerForm {
    type Rejection = Face;

    async fn from_request(request: Request, portal: &Portal) -> Result<Self, Face> {
        let SignedForm { who, fields } = SignedForm::from_request(request, portal).await?;
        Ok(Self { who: UserManager::prove(who)?, fields })
    }
}

impl FromRequest<Portal> for VisitForm {
    type Rejection = Face;

    async fn from_request(request: Request, portal: &Portal) -> Result<Self, Face> {
        let visit = request.extensions().get::<Visit>().cloned().ok_or_else(Face::internal)?;
        let fields = Fields::read(request, portal, &visit.digest).await?;
        Ok(Self { visit, fields })
    }
}

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use practice_domain::value::Digest;

use crate::cookie::Cookie;
use crate::refusal::Face;
use crate::site::Portal;

/// A browser that nobody has signed in with: its forms are bound to a cookie of their own.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) digest: Digest,
    /// What each of its forms shows.
    pub(crate) token: String,
}

/// Gives a browser its visit cookie, where it has none.
pub(crate) async fn remember(State(portal): State<Portal>, mut request: Request, next: Next) -> Response {
    let known = portal.secret(request.headers(), Cookie::Visit);
    let secret = known.unwrap_or_else(|| portal.ports.entropy.secret());
    let digest = portal.ports.keys.digest(&secret);
    let token = portal.ports.keys.form_token(&digest);
    request.extensions_mut().insert(Visit { digest, token });
    let mut response = next.run(request).await;
    if known.is_none() {
        portal.set_secret(response.headers_mut(), Cookie::Visit, &secret);
    }
    response
}

impl FromRequestParts<Portal> for Visit {
    type Rejection = Face;

    async fn from_request_parts(parts: &mut Parts, _: &Portal) -> Result<Self, Face> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Face::internal)
    }
}

//! Words refusals: as a problem document under `/api/`, as plain text for health checks, as a page elsewhere.

use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use crate::door::Call;
use crate::layers::carry_over;
use crate::refusal::{Face, Possible};
use crate::site::Portal;
use crate::{next, portal, problem};

/// What of a request decides how its refusal is worded.
struct Asked {
    path: String,
    address: String,
    reads: bool,
    heads: bool,
    id: String,
}

/// Words whatever a handler, or a layer below, refused with nothing but a status and perhaps a [`Face`].
pub(crate) async fn word(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    let asked = Asked {
        path: request.uri().path().to_owned(),
        address: request.uri().path_and_query().map(|p| p.as_str().to_owned()).unwrap_or_default(),
        reads: matches!(*request.method(), Method::GET | Method::HEAD),
        heads: request.method() == Method::HEAD,
        id: request.extensions().get::<Call>().map(|call| call.origin.request.clone()).unwrap_or_default(),
    };
    let mut response = next.run(request).await;
    let Some(face) = face_of(&mut response) else { return response };
    metrics::counter!("portal_refusals_total", "code" => face.code).increment(1);
    let mut worded = write(&portal, &face, &asked);
    carry_over(response, &mut worded);
    match face.possible {
        Some(Possible::In(seconds)) => retry_after(&mut worded, u64::from(seconds)),
        Some(Possible::At(at)) => retry_after(&mut worded, at.since(portal.ports.clock.now()).as_secs().max(1)),
        None => {}
    }
    if worded.status() == StatusCode::UNAUTHORIZED {
        let scheme = if face.code == "invalid-api-key" { "Bearer" } else { "Session" };
        if let Ok(value) = HeaderValue::try_from(format!("{scheme} realm=\"portal\"")) {
            worded.headers_mut().insert(WWW_AUTHENTICATE, value);
        }
    }
    if asked.heads {
        if let Some(length) = worded.body().size_hint().exact() {
            worded.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        *worded.body_mut() = Body::empty();
    }
    worded
}

fn write(portal: &Portal, face: &Face, asked: &Asked) -> Response {
    if asked.path.starts_with("/api/") {
        return problem::document(face, &asked.id);
    }
    if matches!(asked.path.as_str(), "/healthz" | "/readyz") || asked.path.starts_with("/webhooks/") {
        return (face.status, face.code).into_response();
    }
    if face.code == "not-signed-in" && asked.reads {
        return Redirect::to(&format!("/login?next={}", next::encode(&asked.address))).into_response();
    }
    portal::refused(portal, face, &asked.id)
}

/// The face that a response carries, or the one that its bare status has. Responses that a handler worded have none.
fn face_of(response: &mut Response) -> Option<Face> {
    if let Some(face) = response.extensions_mut().remove::<Face>() {
        return Some(face);
    }
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let worded = kind.starts_with("text/html") || kind.starts_with("application/");
    if worded || !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    Some(bare(status))
}

fn bare(status: StatusCode) -> Face {
    let (code, sentence) = match status {
        StatusCode::NOT_FOUND => return Face::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => ("method-not-allowed", "This address does not take that method."),
        StatusCode::PAYLOAD_TOO_LARGE => ("too-large", "That is more than we take at once."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("unsupported-media-type", "We cannot read that kind of content."),
        StatusCode::SERVICE_UNAVAILABLE => ("timeout", "That took too long. Try again in a moment."),
        status if status.is_server_error() => return Face::internal(),
        _ => ("bad-request", "We cannot read that request."),
    };
    let mut face = Face::new(status, code, sentence);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        face.possible = Some(Possible::In(5));
    }
    face
}

fn retry_after(response: &mut Response, seconds: u64) {
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
}

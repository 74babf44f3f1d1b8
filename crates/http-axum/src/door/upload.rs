use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use practice_domain::access::Administrator;

use crate::door::{ApiAdmin, Call, Fields, signed_in};
use crate::refusal::Face;
use crate::site::Portal;

/// A form with a file, of somebody who may manage user logins.
pub(crate) struct AdminUpload {
    pub(crate) who: Administrator,
    pub(crate) fields: Fields,
    /// What the file is called, and its bytes; nothing where none was chosen.
    pub(crate) file: Option<(String, Bytes)>,
}

/// A CSV document that such a person sends to the API.
pub(crate) struct ApiCsv {
    pub(crate) who: Administrator,
    pub(crate) bytes: Bytes,
}

impl FromRequest<Portal> for AdminUpload {
    type Rejection = Face;

    async fn from_request(request: Request, portal: &Portal) -> Result<Self, Face> {
        let call = request.extensions().get::<Call>().cloned().unwrap_or_default();
        let person = signed_in(portal, request.headers(), &call).await?;
        let cookie = person.session().cookie;
        let who = Administrator::prove(person)?;
        if kind(request.headers()).eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Ok(Self { who, fields: Fields::read(request, portal, &cookie).await?, file: None });
        }
        let mut form = Multipart::from_request(request, portal).await.map_err(|_| bad_form(StatusCode::BAD_REQUEST))?;
        let (mut pairs, mut file) = (Vec::new(), None);
        while let Some(field) = form.next_field().await.map_err(refused)? {
            let name = field.name().unwrap_or_default().to_owned();
            match field.file_name().map(str::to_owned) {
                Some(called) => {
                    let bytes = field.bytes().await.map_err(refused)?;
                    if !(called.is_empty() && bytes.is_empty()) {
                        file = Some((called, bytes));
                    }
                }
                None => pairs.push((name, field.text().await.map_err(refused)?)),
            }
        }
        Ok(Self { who, fields: Fields::proven(pairs, portal, &cookie)?, file })
    }
}

impl FromRequest<Portal> for ApiCsv {
    type Rejection = Face;

    async fn from_request(request: Request, portal: &Portal) -> Result<Self, Face> {
        let (mut parts, body) = request.into_parts();
        let ApiAdmin(who) = ApiAdmin::from_request_parts(&mut parts, portal).await?;
        if !kind(&parts.headers).eq_ignore_ascii_case("text/csv") {
            let sentence = "Send a CSV document with the content type text/csv.";
            return Err(Face::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", sentence));
        }
        let bytes = Bytes::from_request(Request::from_parts(parts, body), portal).await.map_err(|refused| {
            let status = axum::response::IntoResponse::into_response(refused).status();
            Face::new(status, "bad-body", "We cannot read that body.")
        })?;
        Ok(Self { who, bytes })
    }
}

/// What a body is, without parameters.
fn kind(headers: &HeaderMap) -> &str {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim()
}

fn refused(error: MultipartError) -> Face {
    bad_form(error.status())
}

fn bad_form(status: StatusCode) -> Face {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return Face::new(status, "too-large", "That is more than we take at once. Split the file into several.");
    }
    Face::new(status, "bad-form", "We cannot read that form.")
}

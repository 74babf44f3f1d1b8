//! Problem documents (RFC 9457): how the API words an error.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::refusal::Face;

/// Why a request came to nothing.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Problem {
    /// `/problems/<code>`: stable, for programs.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The status in words.
    pub(crate) title: String,
    /// The status.
    pub(crate) status: u16,
    /// What happened and what to do, for people.
    pub(crate) detail: String,
    /// Names this one request, for support.
    pub(crate) instance: String,
    /// What to put right, field by field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<FieldProblem>,
}

/// What to put right in one field.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct FieldProblem {
    /// The field.
    pub(crate) field: String,
    /// What to do.
    pub(crate) detail: String,
}

/// The body of a problem document.
pub(crate) fn document(face: &Face, request: &str) -> Response<Body> {
    let errors = face.fields.iter();
    let problem = Problem {
        kind: format!("/problems/{}", face.code),
        title: face.status.canonical_reason().unwrap_or("Error").to_owned(),
        status: face.status.as_u16(),
        detail: face.sentence.to_string(),
        instance: format!("urn:request:{request}"),
        errors: errors.map(|f| FieldProblem { field: f.name.to_string(), detail: f.text.to_string() }).collect(),
    };
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = face.status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

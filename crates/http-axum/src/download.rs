//! A list as a file that a browser saves, written while it is read.

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::Response;
use futures_util::stream::try_unfold;
use practice_domain::port::Fault;
use practice_domain::usecase::Export;

use crate::site::Portal;

/// The file (`IN-05`). A fault in the middle ends the connection, so that nobody takes half a list for a whole one.
pub(crate) fn csv(portal: &Portal, export: Export, disposition: &'static str) -> Response {
    let pieces = try_unfold((portal.clone(), export), |(portal, mut export)| async move {
        match export.next(&portal.ports).await {
            Ok(piece) => Ok(piece.map(|piece| (piece, (portal, export)))),
            Err(fault) => {
                tracing::error!(error = &fault as &dyn std::error::Error, "a file was not written to its end");
                Err::<_, Fault>(fault)
            }
        }
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static(disposition));
    response
}

pub(crate) const EMPLOYEES: &str = "attachment; filename=\"employees.csv\"";
pub(crate) const AUDIT: &str = "attachment; filename=\"audit.csv\"";
pub(crate) const PEOPLE: &str = "attachment; filename=\"people.csv\"";

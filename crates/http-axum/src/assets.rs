//! Style sheet, script and signs, from inside the binary.

use std::sync::LazyLock;

use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::refusal::Face;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

/// The address of a file. It changes with the files, so that browsers may keep what they have for good.
pub(crate) fn href(file: &str) -> String {
    format!("/assets/{file}?v={}", *VERSION)
}

/// `GET /assets/{file}`.
pub(crate) async fn show(
    Path(file): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Result<Response, Face> {
    let found = Files::get(&file).ok_or_else(Face::not_found)?;
    let tag = format!("\"{}\"", hex(&found.metadata.sha256_hash()[..16]));
    let current = query.iter().any(|(name, value)| name == "v" && *value == *VERSION);
    let keep = if current { "public, max-age=31536000, immutable" } else { "public, no-cache" };
    let known = headers.get(IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    if known.is_some_and(|tags| tags.split(',').any(|known| known.trim().trim_start_matches("W/") == tag)) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag), (CACHE_CONTROL, keep.to_owned())]).into_response());
    }
    let kind = found.metadata.mimetype().to_owned();
    let headers = [(CONTENT_TYPE, kind), (ETAG, tag), (CACHE_CONTROL, keep.to_owned())];
    Ok((headers, Body::from(found.data.into_owned())).into_response())
}

/// Names the files as they are, all together.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Files::iter().collect();
    names.sort();
    let hashes = names.iter().filter_map(|name| Files::get(name)).map(|file| file.metadata.sha256_hash());
    hex(&hashes.fold([0_u8; 6], |sum, hash| std::array::from_fn(|at| sum[at].rotate_left(3) ^ hash[at])))
});

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

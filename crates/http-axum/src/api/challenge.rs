use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use practice_domain::access::Gate;

use crate::refusal::{Face, Field};
use crate::site::Portal;

/// The header that carries the answer to the check.
const ANSWER: &str = "x-security-check";
/// The header that carries the answer to our own task, while a third party is asked first.
const FALLBACK: &str = "x-security-check-fallback";

/// A task for the security check: ALTCHA, version 2. Whoever signs in sends the answer as `X-Security-Check`, or while a third party
/// is asked first, as `X-Security-Check-Fallback`. A task is good for five minutes and for one answer.
#[utoipa::path(
    get,
    path = "/api/v1/challenge",
    tag = "Session",
    params(("gate" = Option<String>, Query, description = "`sign-in` (the default), `reset`, `registration` or `code-word`.")),
    responses(
        (status = 200, description = "The task.", body = serde_json::Value),
        (status = 404, description = "This portal makes no security check.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show(
    State(portal): State<Portal>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, Face> {
    let named = query.iter().find(|(name, _)| name == "gate").map_or(Gate::SignIn.code(), |(_, gate)| gate);
    let gate = GATES.into_iter().find(|gate| gate.code() == named).ok_or_else(|| {
        Face::unprocessable("no-such-gate", vec![Field { name: "gate".into(), text: "There is no such gate.".into() }])
    })?;
    let bots = portal.settings.gates.bots.as_ref().ok_or_else(Face::not_found)?;
    let mut response = Response::new(Body::from(bots.own.task(gate)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// The answers that a request brings: to the check, and to its fallback.
pub(crate) fn answers(headers: &HeaderMap) -> (&str, &str) {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    (text(ANSWER), text(FALLBACK))
}

const GATES: [Gate; 4] = [Gate::SignIn, Gate::Reset, Gate::Registration, Gate::CodeWord];

//! What surrounds every route: limits, the wording of refusals, security headers, the access log.

use std::any::Any;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, MatchedPath, Query, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tracing::Instrument as _;

use crate::cards;
use crate::door::Call;
use crate::gates::{BringsCheck, mind_unknown_links};
use crate::refusal::Face;
use crate::site::Portal;
use crate::wording;

/// `HT-03`: refuses what a browser sends from a foreign page. Its own log, at the finest level, holds paths: a route whose path has a
/// token stays outside, and takes `GET` alone.
pub(crate) fn own_pages_only(router: Router<Portal>) -> Router<Portal> {
    let foreign = |_: ProtectionError| {
        Face::new(StatusCode::FORBIDDEN, "csrf", "This did not come from one of our own pages.").into_response()
    };
    router.layer(CsrfLayer::new().with_rejection_response(foreign))
}

/// Bounds what a request may hold (`RL-06`).
pub(crate) fn bounded(router: Router<Portal>) -> Router<Portal> {
    router.layer(RequestBodyLimitLayer::new(MOST_BYTES))
}

/// The same for routes that take files.
pub(crate) fn bounded_for_files(router: Router<Portal>) -> Router<Portal> {
    router.layer(DefaultBodyLimit::disable()).layer(RequestBodyLimitLayer::new(MOST_BYTES_OF_FILES))
}

/// Puts every other layer around the routes and the fallback, the outermost first. They are one to axum: each that it knows of is
/// another service in a box of its own around every route, to be cloned for every request.
pub(crate) fn around(router: Router<Portal>, portal: &Portal) -> Router<Portal> {
    router.layer((
        from_fn_with_state(portal.clone(), watch),
        from_fn_with_state(portal.clone(), wording::word),
        from_fn_with_state(portal.clone(), mind_unknown_links),
        CatchPanicLayer::custom(panicked),
        TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE),
        from_fn_with_state(portal.clone(), admit),
    ))
}

/// Names the request, logs it, and puts the headers on whatever comes back. The log names the route, never the address: that may
/// hold a token.
async fn watch(State(portal): State<Portal>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let call = Call::of(&portal, &request);
    let id = call.origin.request.clone();
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    request.extensions_mut().insert(call);
    let span = tracing::info_span!("request", id, route = route.as_str());
    let mut response = next.run(request).instrument(span.clone()).await;
    guard(&portal, &mut response);
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let (status, took) = (response.status().as_u16(), began.elapsed());
    count(&method, route, status, took);
    let micros = took.as_micros();
    span.in_scope(|| tracing::info!(%method, status, micros = u64::try_from(micros).unwrap_or(u64::MAX), "answered"));
    response
}

/// Nothing that a client chose becomes a label: a route is one of ours, and a method that we do not serve is "other".
fn count(method: &Method, route: String, status: u16, took: Duration) {
    let known = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let method = known.iter().find(|one| *one == method).map_or_else(|| "other".to_owned(), ToString::to_string);
    let labels = [("method", method), ("route", route), ("status", status.to_string())];
    metrics::histogram!("portal_http_request_seconds", &labels).record(took.as_secs_f64());
}

/// `HT-01`, `HT-02`: on every response, whatever it is.
fn guard(portal: &Portal, response: &mut Response) {
    let asks = response.extensions().get::<BringsCheck>().is_some();
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if asks && portal.settings.gates.asks_a_third_party() {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY_WITH_TURNSTILE));
    }
    if portal.secure {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// Refuses what no handler is to see.
async fn admit(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    let refused = for_another_host(&portal, &request)
        .or_else(|| with_a_length_that_is_none(&request))
        .or_else(|| with_a_card_number(&request));
    match refused {
        Some(refused) => refused,
        None => next.run(request).await,
    }
}

/// `TK-09`: a request for another host is not for us. Health checks may name any.
fn for_another_host(portal: &Portal, request: &Request) -> Option<Response> {
    let named = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = request.uri().authority().map(Authority::as_str).or(named);
    let anyhow = matches!(request.uri().path(), "/healthz" | "/readyz");
    if anyhow || host.is_some_and(|host| portal.answers_to(host)) {
        return None;
    }
    let sentence = "There is nothing under this host name.";
    Some(Face::new(StatusCode::MISDIRECTED_REQUEST, "unknown-host", sentence).into_response())
}

/// A length that is no number comes from no honest client.
fn with_a_length_that_is_none(request: &Request) -> Option<Response> {
    let length = request.headers().get(CONTENT_LENGTH)?;
    let number = length.to_str().ok().and_then(|text| text.parse::<u64>().ok());
    number.is_none().then(|| StatusCode::BAD_REQUEST.into_response())
}

/// `PM-01`: a card's number in a search, or anywhere in a query, is not looked for. The name of a file may hold dates and ids; whoever
/// takes the file looks at it.
fn with_a_card_number(request: &Request) -> Option<Response> {
    let query = Query::<Vec<(String, String)>>::try_from_uri(request.uri()).ok()?;
    let mut asked = query.iter().filter(|(name, _)| name != "name");
    let (name, _) = asked.find(|(name, text)| cards::is_card_number_in(name, text))?;
    Some(cards::refused(name).into_response())
}

fn panicked(_: Box<dyn Any + Send>) -> Response<Body> {
    tracing::error!("a handler panicked");
    Face::internal().into_response()
}

/// The rest of a response that is worded anew: everything but its body and what describes it.
pub(crate) fn carry_over(from: Response, to: &mut Response) {
    let described = [CONTENT_TYPE, CONTENT_LENGTH];
    for (name, value) in from.headers().iter().filter(|(name, _)| !described.contains(name)) {
        to.headers_mut().append(name, value.clone());
    }
}

/// Names the request on its response.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The most that a request's body may hold (`RL-06`).
const MOST_BYTES: usize = 64 * 1024;

/// The same with a file: the largest that is read, and a form around it.
const MOST_BYTES_OF_FILES: usize = practice_domain::intake::MOST_BYTES + MOST_BYTES;

/// How long a request may take (`RL-06`).
const PATIENCE: Duration = Duration::from_secs(30);

const HEADERS: [(HeaderName, &str); 6] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), NO_PERMISSIONS),
];

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      font-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; \
                      require-trusted-types-for 'script'";

/// Cloudflare's script comes from there, and puts a frame of its own on the page; it knows nothing of trusted types.
const POLICY_WITH_TURNSTILE: &str = "default-src 'none'; script-src 'self' https://challenges.cloudflare.com; style-src 'self'; \
                                     img-src 'self'; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; \
                                     object-src 'none'; frame-ancestors 'none'; worker-src 'self'; \
                                     frame-src https://challenges.cloudflare.com";

const NO_PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), fullscreen=(), geolocation=(), gyroscope=(), \
                              magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(self), \
                              screen-wake-lock=(), usb=(), xr-spatial-tracking=()";

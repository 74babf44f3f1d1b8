#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod api;
mod assets;
mod billing;
mod cards;
mod cookie;
mod cursor;
mod door;
mod download;
mod flash;
mod gates;
mod health;
mod layers;
mod next;
pub mod page;
mod passkeys;
mod payment_hook;
mod portal;
mod present;
mod problem;
mod refusal;
mod route;
mod settings;
mod site;
mod watched;
mod webhooks;
mod wording;

use std::sync::LazyLock;

use axum::Router;
use axum::http::StatusCode;
use practice_domain::usecase::Ports;

pub use billing::{Billing, PaymentHook};
pub use gates::{Bots, Gates};
pub use passkeys::Passkeys;
pub use route::{Route, Who};
pub use settings::{ProductTile, Settings, SettingsError, Terms};
pub use watched::Watched;
pub use webhooks::Webhooks;

use crate::site::Portal;

/// Every page, the API, the assets and the health checks, with all limits and headers applied.
///
/// Serve it with [`connect info`](axum::Router::into_make_service_with_connect_info), so that the audit log knows where a request
/// came from. Paths are absolute: merge it, do not nest it.
pub fn router(ports: Ports, settings: Settings) -> Router {
    let portal = Portal::new(ports, settings);
    let forms = layers::bounded(portal::router(&portal).merge(api::router()).merge(plain::router()));
    let files = layers::bounded_for_files(portal::files().merge(api::files()));
    let others = layers::bounded(portal::links().merge(webhooks::router()));
    let routes = layers::own_pages_only(forms.merge(files)).merge(others).fallback(|| async { StatusCode::NOT_FOUND });
    layers::around(routes, &portal).with_state(portal)
}

/// The OpenAPI 3.1 document of the API, as JSON.
#[must_use]
pub fn openapi() -> String {
    api::document()
}

/// Every route of [`router`], and who may use it.
#[must_use]
pub fn routes() -> &'static [Route] {
    static ALL: LazyLock<Vec<Route>> = LazyLock::new(|| {
        portal::routes().chain(api::routes()).chain(plain::ROUTES).chain(webhooks::ROUTES).copied().collect()
    });
    &ALL
}

/// What is neither a page nor the API.
mod plain {
    use crate::route::doors;
    use crate::{assets, health, payment_hook};

    doors! {
        get "/assets/{*file}" Anyone assets::show;
        get "/healthz" Anyone health::alive;
        get "/readyz" Anyone health::ready;
        post "/webhooks/payments" Anyone payment_hook::take;
    }
}

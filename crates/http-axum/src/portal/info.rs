use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::flash::see;
use crate::page::{AccessibilityPage, HelpPage, PrivacyPage, TermsPage};
use crate::portal::page;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /`.
pub(crate) async fn start() -> Response {
    see("/dashboard")
}

/// `GET /help`.
pub(crate) async fn help(State(portal): State<Portal>) -> Result<Response, Face> {
    page(StatusCode::OK, &HelpPage { visitor: present::visitor(&portal, "") })
}

/// `GET /privacy`.
pub(crate) async fn privacy(State(portal): State<Portal>) -> Result<Response, Face> {
    page(StatusCode::OK, &PrivacyPage { visitor: present::visitor(&portal, "") })
}

/// `GET /terms`.
pub(crate) async fn terms(State(portal): State<Portal>) -> Result<Response, Face> {
    let terms = present::terms(&portal.settings.terms);
    page(StatusCode::OK, &TermsPage { visitor: present::visitor(&portal, ""), terms })
}

/// `GET /accessibility`.
pub(crate) async fn accessibility(State(portal): State<Portal>) -> Result<Response, Face> {
    page(StatusCode::OK, &AccessibilityPage { visitor: present::visitor(&portal, "") })
}

//! Services that call us: they have no cookie and no key, but sign what they send.

use std::fmt;
use std::sync::Arc;

use axum::extract::{Form, FromRequest as _, Request, State};
use axum::http::{HeaderName, StatusCode};
use practice_domain::port::{TextReports, Unsigned};
use practice_domain::usecase::note_text_report;

use crate::refusal::Face;
use crate::route::doors;
use crate::site::Portal;

/// Who reads what services tell us by calling us. By default nobody, and every call is refused.
#[derive(Clone, Default)]
pub struct Webhooks {
    /// What became of texts and calls, and who wants no more texts: `POST /webhooks/twilio`.
    pub texts: Option<Arc<dyn TextReports>>,
}

doors! {
    post "/webhooks/twilio" Peer texts;
}

/// `POST /webhooks/twilio` (`WH-05`, `WH-06`). Without a signature nothing of it is read.
pub(crate) async fn texts(State(portal): State<Portal>, request: Request) -> Result<StatusCode, Face> {
    let signature = request.headers().get(SIGNATURE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let reports = portal.settings.webhooks.texts.as_deref().filter(|_| !signature.is_empty());
    let reports = reports.ok_or_else(|| Face::from(Unsigned))?;
    let signature = signature.to_owned();
    let path = request.uri().path_and_query().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let Form(form) = Form::<Vec<(String, String)>>::from_request(request, &portal).await.map_err(|refused| {
        let status = axum::response::IntoResponse::into_response(refused).status();
        Face::new(status, "bad-form", "We cannot read that form.")
    })?;
    let report = reports.read(&path, &form, &signature)?;
    note_text_report(&portal.ports, &report).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhooks").field("texts", &self.texts.is_some()).finish()
    }
}

const SIGNATURE: HeaderName = HeaderName::from_static("x-twilio-signature");

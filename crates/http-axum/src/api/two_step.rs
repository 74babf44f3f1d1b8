use axum::Json;
use axum::extract::State;
use practice_domain::policy;
use practice_domain::usecase::set_two_step;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::body::Sent;
use crate::door::ApiManager;
use crate::refusal::Face;
use crate::site::Portal;

/// Who must give a code while registering.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TwoStep {
    /// Doctors and staff.
    doctors: bool,
    /// Patients.
    patients: bool,
}

/// The 2-step switches.
#[utoipa::path(
    get,
    path = "/api/v1/practices/{practice}/two-step",
    tag = "People",
    params(("practice" = Uuid, Path, description = "The caller's practice.")),
    responses((status = 200, description = "The switches.", body = TwoStep)),
    security(("session" = [])),
)]
pub(crate) async fn show(ApiManager(who): ApiManager) -> Json<TwoStep> {
    Json(who.practice().two_step().into())
}

/// Sets the 2-step switches (`LIST-9`). Needs a fresh sign-in: `POST /api/v1/session/confirm`.
#[utoipa::path(
    put,
    path = "/api/v1/practices/{practice}/two-step",
    tag = "People",
    params(("practice" = Uuid, Path, description = "The caller's practice.")),
    request_body = TwoStep,
    responses((status = 200, description = "The switches as they are now.", body = TwoStep)),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn change(
    State(portal): State<Portal>,
    ApiManager(who): ApiManager,
    Sent(wanted): Sent<TwoStep>,
) -> Result<Json<TwoStep>, Face> {
    let fresh = who.fresh()?;
    set_two_step(&portal.ports, &fresh, policy::TwoStep { doctors: wanted.doctors, patients: wanted.patients }).await?;
    Ok(Json(wanted))
}

impl From<policy::TwoStep> for TwoStep {
    fn from(switches: policy::TwoStep) -> Self {
        Self { doctors: switches.doctors, patients: switches.patients }
    }
}

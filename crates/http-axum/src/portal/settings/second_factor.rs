//! Somebody else's authenticator app: an administrator resets it for whoever has lost it (`SESS-3`).

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::port::{EmployeeRow, Fault, UserAccount};
use practice_domain::second_factor::FactorState;
use practice_domain::usecase::{ResetPasswordOfError, reset_second_factor};
use uuid::Uuid;

use crate::door::{Admin, AdminForm, Id};
use crate::flash::{Deed, Flash, Flashed, and_say};
use crate::page::UserAccountPage;
use crate::portal::page;
use crate::portal::settings::code_word::first_confirm;
use crate::portal::settings::row;
use crate::portal::settings::user_account::{address, again, stored};
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /settings/user-accounts/{id}/second-factor`: the question.
pub(crate) async fn ask(State(portal): State<Portal>, Admin(who): Admin, Id(id): Id) -> Result<Response, Face> {
    let row = row(&portal, &who, id).await?;
    if who.clone().fresh().is_err() {
        return Ok(first_confirm(&here(id)));
    }
    let edit = stored(&portal, &who, &row, &Flashed(None)).await?;
    page(StatusCode::OK, &UserAccountPage { asks_factor: edit.second_factor, ..edit })
}

/// `POST /settings/user-accounts/{id}/second-factor`; the person is told by mail.
pub(crate) async fn reset(State(portal): State<Portal>, Id(id): Id, form: AdminForm) -> Result<Response, Face> {
    let row = row(&portal, &form.who, id).await?;
    let Ok(fresh) = form.who.clone().fresh() else { return Ok(first_confirm(&here(id))) };
    let UserAccount::Member { member, .. } = row.user else {
        return again(&portal, &form.who, id, ResetPasswordOfError::NoAccount.into()).await;
    };
    let deed = match reset_second_factor(&portal.ports, &fresh, member).await {
        Ok(true) => Deed::FactorReset,
        Ok(false) => Deed::Unchanged,
        Err(error) => return again(&portal, &form.who, id, error.into()).await,
    };
    Ok(and_say(&portal, &address(id), Flash::Staff(deed, id)))
}

/// Whether the person's sign-ins ask for an authenticator app.
pub(super) async fn is_on(portal: &Portal, row: &EmployeeRow) -> Result<bool, Fault> {
    let UserAccount::Member { account, active: true, .. } = row.user else { return Ok(false) };
    let factor = portal.ports.store.second_factor(account).await?;
    Ok(factor.is_some_and(|factor| factor.state != FactorState::Off))
}

fn here(id: Uuid) -> String {
    format!("{}/second-factor", address(id))
}

//! Where somebody with a user account is signed in, for those whose role lets them see and end that (`SESS-1`, `ROLE-1`).

use axum::extract::State;
use axum::response::Response;
use practice_domain::access::{Holder, permit};
use practice_domain::port::{EmployeeRow, UserAccount};
use practice_domain::usecase::{EndSessionError, end_member_session, end_member_sessions};
use practice_domain::value::MemberId;
use uuid::Uuid;

use crate::door::{HeldForm, Id, Named};
use crate::flash::{Deed, Flash, and_say};
use crate::next::encode;
use crate::page::SessionsPanel;
use crate::portal::sessions::open;
use crate::portal::settings::code_word::first_confirm;
use crate::portal::settings::user_account::address;
use crate::portal::settings::{AtWork, row};
use crate::refusal::Face;
use crate::site::Portal;

/// The sessions of somebody who may sign in, for whoever may end them and gave their password a moment ago (`SESS-2`).
pub(super) async fn panel(portal: &Portal, who: &impl AtWork, row: &EmployeeRow) -> Result<SessionsPanel, Face> {
    let UserAccount::Member { member, active: true, .. } = row.user else { return Ok(SessionsPanel::Absent) };
    let Ok(over) = Holder::<permit::EndSessions>::prove(who.person().clone()) else { return Ok(SessionsPanel::Absent) };
    match over.fresh() {
        Ok(over) => open(portal, &over, member).await,
        Err(_) => Ok(SessionsPanel::Behind(format!("/confirm-password?next={}", encode(&back(row.employee.id.0))))),
    }
}

/// `POST /settings/user-accounts/{id}/sessions/{session}/end`.
pub(crate) async fn end(
    State(portal): State<Portal>,
    Id(id): Id,
    Named(session): Named,
    form: HeldForm<permit::EndSessions>,
) -> Result<Response, Face> {
    let member = member(&portal, &form.who, id).await?;
    let Ok(fresh) = form.who.fresh() else { return Ok(first_confirm(&back(id))) };
    end_member_session(&portal.ports, &fresh, member, session).await?;
    Ok(and_say(&portal, &back(id), Flash::Staff(Deed::SessionEnded, id)))
}

/// `POST /settings/user-accounts/{id}/sessions/end`.
pub(crate) async fn end_all(
    State(portal): State<Portal>,
    Id(id): Id,
    form: HeldForm<permit::EndSessions>,
) -> Result<Response, Face> {
    let member = member(&portal, &form.who, id).await?;
    let Ok(fresh) = form.who.fresh() else { return Ok(first_confirm(&back(id))) };
    end_member_sessions(&portal.ports, &fresh, member).await?;
    Ok(and_say(&portal, &back(id), Flash::Staff(Deed::SessionsEnded, id)))
}

async fn member(portal: &Portal, who: &impl AtWork, id: Uuid) -> Result<MemberId, Face> {
    match row(portal, who, id).await?.user {
        UserAccount::Member { member, .. } => Ok(member),
        UserAccount::None | UserAccount::Pending { .. } => Err(EndSessionError::NoSuchSession.into()),
    }
}

fn back(id: Uuid) -> String {
    format!("{}#sessions", address(id))
}

//! Where somebody else is signed in (`SESS-1`).

use axum::extract::State;
use axum::response::Response;
use practice_domain::access::{Action, Denied, Fresh, Holder, UserManager, WhyNot, explain, permit};
use practice_domain::person::Person;
use practice_domain::usecase::{end_member_session, end_member_sessions, member_sessions};
use practice_domain::value::MemberId;
use uuid::Uuid;

use crate::door::{Id, ManagerForm, Named};
use crate::flash::{Flash, and_say, see};
use crate::next::encode;
use crate::page::{Place, SessionsPanel};
use crate::portal::place::At;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// The sessions of a member, for a manager whose role lets them see those (`ROLE-1`) and who gave their password a moment ago
/// (`SESS-2`).
pub(super) async fn panel(
    portal: &Portal,
    who: &UserManager,
    person: &Person,
    place: &Place,
) -> Result<SessionsPanel, Face> {
    if explain(who, person, Action::EndSessions).is_err_and(|why| why != WhyNot::NotFresh) {
        return Ok(SessionsPanel::Absent);
    }
    let Ok(over) = over(who) else { return Ok(SessionsPanel::Absent) };
    match over.fresh() {
        Ok(over) => open(portal, &over, MemberId(person.id.0)).await,
        Err(_) => Ok(SessionsPanel::Behind(first_confirm(person.id.0, place))),
    }
}

/// The sessions of a member, newest first.
pub(super) async fn open(
    portal: &Portal,
    over: &Fresh<Holder<permit::EndSessions>>,
    member: MemberId,
) -> Result<SessionsPanel, Face> {
    let (now, asking) = (portal.ports.clock.now(), over.who().person().session().id);
    let sessions = member_sessions(&portal.ports, over, member).await?;
    let rows = sessions.iter().map(|session| present::session(&portal.calendar, session, asking, now));
    Ok(SessionsPanel::Open(rows.collect()))
}

/// A manager as somebody who may end other people's sessions.
fn over(who: &UserManager) -> Result<Holder<permit::EndSessions>, Denied> {
    Holder::prove(who.person().clone())
}

/// `POST /manage/users/{id}/sessions/{session}/end`.
pub(crate) async fn end(
    State(portal): State<Portal>,
    Id(id): Id,
    Named(session): Named,
    At(place): At,
    form: ManagerForm,
) -> Result<Response, Face> {
    let Ok(fresh) = over(&form.who)?.fresh() else { return Ok(see(&first_confirm(id, &place))) };
    end_member_session(&portal.ports, &fresh, MemberId(id), session).await?;
    Ok(and_say(&portal, &back(id, &place), Flash::SessionEnded))
}

/// `POST /manage/users/{id}/sessions/end`.
pub(crate) async fn end_all(
    State(portal): State<Portal>,
    Id(id): Id,
    At(place): At,
    form: ManagerForm,
) -> Result<Response, Face> {
    let Ok(fresh) = over(&form.who)?.fresh() else { return Ok(see(&first_confirm(id, &place))) };
    end_member_sessions(&portal.ports, &fresh, MemberId(id)).await?;
    Ok(and_say(&portal, &back(id, &place), Flash::SessionsEnded(id)))
}

/// The password first, then the sessions.
fn first_confirm(id: Uuid, place: &Place) -> String {
    format!("/confirm-password?next={}", encode(&back(id, place)))
}

fn back(id: Uuid, place: &Place) -> String {
    format!("/manage/users/{id}{}#sessions", place.query())
}

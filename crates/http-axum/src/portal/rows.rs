//! The buttons of a row.

use axum::extract::State;
use axum::response::Response;
use practice_domain::invitation::NotOpen;
use practice_domain::usecase::{Reinvite, ReinviteError, reinvite, unlock_account};
use practice_domain::value::{InvitationId, MemberId};

use crate::door::{Id, ManagerForm};
use crate::flash::{Flash, and_say};
use crate::portal::place::At;
use crate::refusal::Face;
use crate::site::Portal;

/// `POST /manage/users/{id}/reinvite` (`INV-6`).
pub(crate) async fn send_again(
    State(portal): State<Portal>,
    Id(id): Id,
    At(place): At,
    form: ManagerForm,
) -> Result<Response, Face> {
    let flash = match reinvite(&portal.ports, &form.who, Reinvite { invitation: InvitationId(id) }).await {
        Ok(_) => Flash::Reinvited(id),
        Err(ReinviteError::TooMany { possible_at }) => Flash::TooMany(id, possible_at),
        Err(ReinviteError::NotOpen(why)) => Flash::Raced(id, why == NotOpen::Registered),
        Err(error) => return Err(error.into()),
    };
    Ok(and_say(&portal, &place.href_at(&id.to_string()), flash))
}

/// `POST /manage/users/{id}/unlock` (`LOCK-2`).
pub(crate) async fn unlock(
    State(portal): State<Portal>,
    Id(id): Id,
    At(place): At,
    form: ManagerForm,
) -> Result<Response, Face> {
    let unlocked = unlock_account(&portal.ports, &form.who, MemberId(id)).await?;
    Ok(and_say(&portal, &place.href_at(&id.to_string()), Flash::Unlocked(id, unlocked.already)))
}

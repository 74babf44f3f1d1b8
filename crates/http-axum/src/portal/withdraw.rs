use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::invitation::NotOpen;
use practice_domain::usecase::{WithdrawInvitation, WithdrawInvitationError, withdraw_invitation};
use practice_domain::value::{InvitationId, PersonId, Version};

use crate::door::{Id, Manager, ManagerForm};
use crate::flash::{Flash, and_say};
use crate::page::Problems;
use crate::portal::edit::{invitation, invitee};
use crate::portal::page;
use crate::portal::place::At;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /manage/users/{id}/withdraw`: the question, open over the person's page.
pub(crate) async fn show(
    State(portal): State<Portal>,
    Manager(who): Manager,
    Id(id): Id,
    At(place): At,
) -> Result<Response, Face> {
    let person = portal.ports.reader.person(who.practice().id, PersonId(id)).await?.ok_or_else(Face::not_found)?;
    let invitation = invitation(&portal, &who, id).await?;
    let mut edit = invitee(&portal, &who, &person, &invitation, place).await?;
    edit.asks_withdraw = edit.can_withdraw;
    page(StatusCode::OK, &edit)
}

/// `POST /manage/users/{id}/withdraw` (`INV-9`).
pub(crate) async fn submit(
    State(portal): State<Portal>,
    Id(id): Id,
    At(place): At,
    ManagerForm { who, fields }: ManagerForm,
) -> Result<Response, Face> {
    let seen = Some(Version(fields.text("version").parse().unwrap_or(u32::MAX)));
    let cmd = WithdrawInvitation { invitation: InvitationId(id), seen };
    match withdraw_invitation(&portal.ports, &who, cmd).await {
        Ok(_) => Ok(and_say(&portal, &place.href(), Flash::Withdrawn(id))),
        Err(WithdrawInvitationError::NotOpen(why)) => {
            Ok(and_say(&portal, &place.href(), Flash::Raced(id, why == NotOpen::Registered)))
        }
        Err(error @ WithdrawInvitationError::Changed) => {
            let person =
                portal.ports.reader.person(who.practice().id, PersonId(id)).await?.ok_or_else(Face::not_found)?;
            let invitation = invitation(&portal, &who, id).await?;
            let mut edit = invitee(&portal, &who, &person, &invitation, place).await?;
            let face = Face::from(error);
            edit.chrome.problems = Problems::one("email", &face.sentence);
            page(face.status, &edit)
        }
        Err(error) => Err(error.into()),
    }
}

//! What is said once, in words.

use practice_domain::access::UserManager;
use practice_domain::port::Fault;
use practice_domain::value::{InvitationId, PersonId};
use uuid::Uuid;

use crate::flash::Flash;
use crate::site::Portal;

/// What a page says once: that something was done, or why not.
pub(crate) enum Said {
    Toast(String),
    Problem(String),
}

/// The words for somebody who is not signed in.
pub(crate) fn visitor(flash: Flash) -> Option<String> {
    let words = match flash {
        Flash::Registered => "You are registered. Sign in with your new password.",
        Flash::SignedOut => "You are signed out.",
        Flash::PasswordSet => "Your new password is saved. Sign in with it.",
        Flash::EmailChanged => "Your email address is changed. Sign in with the new one.",
        Flash::CodeSent => "New code sent. The old code no longer works.",
        _ => return None,
    };
    Some(words.to_owned())
}

/// The words for somebody about themselves.
pub(crate) fn own(flash: Flash) -> Option<String> {
    let words = match flash {
        Flash::Joined => "You have joined the practice.",
        Flash::SessionEnded => "That session has ended.",
        Flash::CardUpdated => "Your credit card is updated.",
        Flash::SummaryMailed => "We email the invoice summary to you.",
        Flash::PlanCancelled { plugin: false, .. } => "The plan is cancelled.",
        Flash::PlanCancelled { plugin: true, .. } => "The plan is cancelled. The Outlook Plugin plan ended too.",
        Flash::EmailAsked => "We sent a link to the new address. Until it is followed nothing changes.",
        Flash::EmailChanged => "Your email address is changed.",
        Flash::FactorRemoved => "Your authenticator app is removed.",
        Flash::PasskeyAdded => "Your passkey is added. You can sign in with it from now on.",
        Flash::PasskeyRemoved => "The passkey is removed.",
        Flash::PasswordChanged => "Your password is changed. Your other sessions have ended.",
        Flash::PracticeChosen => "You have switched practices.",
        Flash::ProfileSaved(true) => "Your profile is saved.",
        Flash::ProfileSaved(false) => "Nothing was changed.",
        _ => return None,
    };
    Some(words.to_owned())
}

/// The words for a User Manager about their people.
pub(crate) async fn manager(portal: &Portal, who: &UserManager, flash: Flash) -> Result<Option<Said>, Fault> {
    let said = match flash {
        Flash::Reinvited(id) => Said::Toast(format!("Invitation sent to {}.", call(portal, who, id).await?)),
        Flash::Corrected(id, false) => Said::Toast(format!("Invitation sent to {}.", call(portal, who, id).await?)),
        Flash::Corrected(id, true) => {
            let person = portal.ports.reader.person(who.practice().id, PersonId(id)).await?;
            let address = person.map_or_else(|| "the new address".to_owned(), |p| p.email.as_typed().to_owned());
            Said::Toast(format!("Invitation sent to {address}. The old link no longer works."))
        }
        Flash::Withdrawn(id) => {
            Said::Toast(format!("The invitation of {} is withdrawn.", call(portal, who, id).await?))
        }
        Flash::Unlocked(id, false) => {
            Said::Toast(format!("{} is unlocked and can sign in now.", call(portal, who, id).await?))
        }
        Flash::Unlocked(id, true) => Said::Toast(format!("{} was already unlocked.", call(portal, who, id).await?)),
        Flash::SessionsEnded(id) if who.person().place().is_some_and(|(_, member)| member.id.0 == id) => {
            Said::Toast("Your other sessions have ended.".to_owned())
        }
        Flash::SessionsEnded(id) => {
            Said::Toast(format!("All sessions of {} have ended.", call(portal, who, id).await?))
        }
        Flash::TooMany(id, at) => {
            let (name, at) = (call(portal, who, id).await?, portal.calendar.moment(at));
            Said::Problem(format!(
                "No invitation was sent to {name}: too many went out today. You can send again on {at}."
            ))
        }
        Flash::Raced(id, true) => {
            let name = call(portal, who, id).await?;
            Said::Problem(format!("{name} registered while you were editing, so nothing can be changed here."))
        }
        Flash::Raced(id, false) => {
            Said::Problem(format!("The invitation of {} is no longer open.", call(portal, who, id).await?))
        }
        Flash::TwoStep { before, after } => {
            let mut words = Vec::new();
            if before.doctors != after.doctors {
                words.push(switch("doctors and staff", after.doctors));
            }
            if before.patients != after.patients {
                words.push(switch("patients", after.patients));
            }
            if words.is_empty() { Said::Toast("Nothing was changed.".to_owned()) } else { Said::Toast(words.join(" ")) }
        }
        other => return Ok(own(other).map(Said::Toast)),
    };
    Ok(Some(said))
}

fn switch(group: &str, on: bool) -> String {
    if on {
        format!("2-step is on for {group}.")
    } else {
        format!("2-step is off for {group}. They can register without a code.")
    }
}

/// What to call a person of this practice, also one who has left the list.
async fn call(portal: &Portal, who: &UserManager, id: Uuid) -> Result<String, Fault> {
    if let Some(person) = portal.ports.reader.person(who.practice().id, PersonId(id)).await? {
        let name = person.name.to_string();
        return Ok(if name.is_empty() { person.email.as_typed().to_owned() } else { name });
    }
    let invitation = portal.ports.store.invitation(InvitationId(id)).await?;
    let invitation = invitation.filter(|invitation| invitation.practice == who.practice().id);
    Ok(invitation.map_or_else(
        || "that person".to_owned(),
        |invitation| {
            let name = invitation.name.to_string();
            if name.is_empty() { invitation.email.as_typed().to_owned() } else { name }
        },
    ))
}

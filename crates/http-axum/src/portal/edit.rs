use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::{Action, UserManager, explain};
use practice_domain::invitation::{Correction, Invitation, InvitationState, NotOpen, Progress};
use practice_domain::lockout::Subject;
use practice_domain::person::Person;
use practice_domain::usecase::{CorrectInvitation, CorrectInvitationError, correct_invitation, resemblance};
use practice_domain::value::{
    AccountId, Email, InvitationId, MemberId, NameError, PersonId, PersonName, Phone, Time, Version,
};
use uuid::Uuid;

use crate::door::{Fields, Id, Manager, ManagerForm};
use crate::flash::{Flash, Flashed, and_say};
use crate::page::{EditInviteePage, EditMemberPage, InvitationFacts, LookAlike, Nav, Place, Problems};
use crate::portal::billing::notices;
use crate::portal::place::At;
use crate::portal::step_forms::phones;
use crate::portal::toast::{self, Said};
use crate::portal::{page, sessions};
use crate::present;
use crate::refusal::{Face, sentence};
use crate::site::Portal;

/// `GET /manage/users/{id}` (`INV-7`, `LIST-8`).
pub(crate) async fn show(
    State(portal): State<Portal>,
    Manager(who): Manager,
    Id(id): Id,
    At(place): At,
    flashed: Flashed,
) -> Result<Response, Face> {
    let person = portal.ports.reader.person(who.practice().id, PersonId(id)).await?.ok_or_else(Face::not_found)?;
    if person.is_registered() {
        return show_member(&portal, &who, &person, place, &flashed).await;
    }
    let invitation = invitation(&portal, &who, id).await?;
    page(StatusCode::OK, &invitee(&portal, &who, &person, &invitation, place).await?)
}

/// `POST /manage/users/{id}`.
pub(crate) async fn submit(
    State(portal): State<Portal>,
    Id(id): Id,
    At(place): At,
    ManagerForm { who, fields }: ManagerForm,
) -> Result<Response, Face> {
    let (status, problems, typed) = match read(&fields) {
        Err(problems) => (StatusCode::UNPROCESSABLE_ENTITY, problems, true),
        Ok(to) => {
            if let Some(page) = warned(&portal, &who, id, &place, &fields, &to).await? {
                return Ok(page);
            }
            let seen = Some(Version(fields.text("version").parse().unwrap_or(u32::MAX)));
            let cmd = CorrectInvitation { invitation: InvitationId(id), seen, to };
            match correct_invitation(&portal.ports, &who, cmd).await {
                Ok(done) => {
                    let flash = Flash::Corrected(id, done.address_changed);
                    return Ok(and_say(&portal, &place.href_at(&id.to_string()), flash));
                }
                Err(CorrectInvitationError::NotOpen(why)) => {
                    return Ok(and_say(&portal, &place.href(), Flash::Raced(id, why == NotOpen::Registered)));
                }
                Err(CorrectInvitationError::HasAccount) => {
                    let typed = fields.text("email").trim();
                    let words = format!("{typed} already has an account. That person can sign in.");
                    (StatusCode::CONFLICT, Problems::one("email", &words), true)
                }
                Err(CorrectInvitationError::TooMany { possible_at }) => {
                    let at = portal.calendar.moment(possible_at);
                    let words = format!("Nothing was saved: too many invitations went out today. Save again on {at}.");
                    (StatusCode::TOO_MANY_REQUESTS, Problems::one("email", &words), true)
                }
                Err(error @ (CorrectInvitationError::Changed | CorrectInvitationError::AlreadyInvited)) => {
                    let typed = !matches!(error, CorrectInvitationError::Changed);
                    let face = Face::from(error);
                    (face.status, Problems::one("email", &face.sentence), typed)
                }
                Err(error @ (CorrectInvitationError::Refused(_) | CorrectInvitationError::Fault(_))) => {
                    return Err(error.into());
                }
            }
        }
    };
    let person = portal.ports.reader.person(who.practice().id, PersonId(id)).await?.ok_or_else(Face::not_found)?;
    let invitation = invitation(&portal, &who, id).await?;
    let mut edit = invitee(&portal, &who, &person, &invitation, place).await?;
    if typed {
        edit = keep(edit, &fields);
    }
    edit.chrome.problems = problems;
    page(status, &edit)
}

/// The page that asks whether a new address is right, when it looks like another one and nobody said so yet.
async fn warned(
    portal: &Portal,
    who: &UserManager,
    id: Uuid,
    place: &Place,
    fields: &Fields,
    to: &Correction,
) -> Result<Option<Response>, Face> {
    let person = portal.ports.reader.person(who.practice().id, PersonId(id)).await?;
    let Some(person) = person.filter(|person| !person.is_registered() && person.email != to.email) else {
        return Ok(None);
    };
    if fields.text("confirmed") == to.email.normal() {
        return Ok(None);
    }
    let Some(like) = resemblance(&portal.ports, who.practice().id, &to.email).await? else { return Ok(None) };
    let invitation = invitation(portal, who, id).await?;
    let mut edit = keep(invitee(portal, who, &person, &invitation, place.clone()).await?, fields);
    edit.look_alike =
        Some(LookAlike { words: present::looks_like(&like, true), confirms: to.email.normal().to_owned() });
    page(StatusCode::CONFLICT, &edit).map(Some)
}

/// The invitation behind a row of this manager's list.
pub(super) async fn invitation(portal: &Portal, who: &UserManager, id: Uuid) -> Result<Invitation, Face> {
    let invitation = portal.ports.store.invitation(InvitationId(id)).await?.ok_or_else(Face::not_found)?;
    explain(who, &Person::invited(&invitation), Action::Correct)?;
    Ok(invitation)
}

/// The page of an unregistered person, as stored.
pub(super) async fn invitee(
    portal: &Portal,
    who: &UserManager,
    person: &Person,
    invitation: &Invitation,
    place: Place,
) -> Result<EditInviteePage, Face> {
    let number = |phone: &Option<Phone>| phone.as_ref().map(Phone::national).unwrap_or_default();
    Ok(EditInviteePage {
        chrome: present::chrome(portal, who.person(), Nav::Manage),
        place,
        id: person.id.to_string(),
        who: present::who(person),
        role: present::kind_role(person.kind),
        other_practice: !invitation.joins(),
        version: invitation.version.0.to_string(),
        email: invitation.email.as_typed().to_owned(),
        first: invitation.name.first().to_owned(),
        last: invitation.name.last().to_owned(),
        cell: number(&invitation.phones.cell),
        phone: number(&invitation.phones.landline),
        invitation: facts(portal, who, person, invitation).await?,
        can_withdraw: explain(who, person, Action::Withdraw).is_ok(),
        asks_withdraw: false,
        look_alike: None,
        time_zone: portal.calendar.zone().to_owned(),
    })
}

async fn facts(
    portal: &Portal,
    who: &UserManager,
    person: &Person,
    invitation: &Invitation,
) -> Result<InvitationFacts, Face> {
    use practice_domain::channel::Product;
    let now = portal.ports.clock.now();
    let (sent_at, until) = match invitation.state {
        InvitationState::Open { sent_at, expires_at } => (Some(sent_at), expires_at),
        InvitationState::Accepted { at, .. }
        | InvitationState::Withdrawn { at }
        | InvitationState::Superseded { at } => (None, at),
    };
    Ok(InvitationFacts {
        sent_by: inviter(portal, invitation).await?,
        through: match invitation.channel.product {
            Product::SecureMail => "SecureMail",
            Product::TruForm => "TruForm",
            Product::Collaborator => "Collaborator",
            Product::Operator => "Support",
        }
        .to_owned(),
        created: portal.calendar.when(invitation.created_at, now),
        last_email: sent_at.map(|at| portal.calendar.when(at, now)),
        delivery: present::mail_delivery(person.mail),
        until: portal.calendar.when(until, now),
        expired: invitation.progress(now) != Progress::Pending,
        two_step: who.practice().two_step().applies_to(invitation.channel.kind),
    })
}

/// What to call whoever sent an invitation; nobody when the vendor did.
async fn inviter(portal: &Portal, invitation: &Invitation) -> Result<Option<String>, Face> {
    let Some(inviter) = invitation.inviter else { return Ok(None) };
    let account = portal.ports.store.account(inviter).await?;
    Ok(account.map(|account| match account.name.to_string() {
        name if name.is_empty() => account.email.as_typed().to_owned(),
        name => name,
    }))
}

async fn show_member(
    portal: &Portal,
    who: &UserManager,
    person: &Person,
    place: Place,
    flashed: &Flashed,
) -> Result<Response, Face> {
    let store = &portal.ports.store;
    let now = portal.ports.clock.now();
    let member = store.member_by_id(who.practice().id, MemberId(person.id.0)).await?.ok_or_else(Face::not_found)?;
    let invitation = match member.invitation {
        Some(invitation) => store.invitation(invitation).await?,
        None => None,
    };
    let invited_by = match invitation {
        Some(invitation) => inviter(portal, &invitation).await?,
        None => None,
    };
    let mut chrome = present::chrome(portal, who.person(), Nav::Manage);
    if let Some(flash) = flashed.0
        && let Some(Said::Toast(words)) = toast::manager(portal, who, flash).await?
    {
        chrome.toast = Some(words);
    }
    let edit = EditMemberPage {
        chrome,
        sessions: sessions::panel(portal, who, person, &place).await?,
        place,
        id: person.id.to_string(),
        who: present::who(person),
        role: present::kind_role(person.kind),
        status: present::standing(person, who.practice().two_step()),
        tier: present::tier(person.tier),
        can_unlock: explain(who, person, Action::Unlock).is_ok(),
        invited: Some(portal.calendar.when(person.invited_at, now)),
        invited_by,
        registered: Some(portal.calendar.when(member.joined_at, now)),
        last_activity: person.active_at.map(|at| portal.calendar.when(at, now)),
        locked_since: locked_since(portal, member.account).await?.map(|at| portal.calendar.when(at, now)),
        user_manager: person.user_manager,
        cart: notices::cart(portal, who, &member).await?,
        time_zone: portal.calendar.zone().to_owned(),
    };
    let mut response = page(StatusCode::OK, &edit)?;
    flashed.told(portal, response.headers_mut());
    Ok(response)
}

/// Since when an account is locked: since its first lock that still stands.
async fn locked_since(portal: &Portal, account: AccountId) -> Result<Option<Time>, Face> {
    let counters = portal.ports.store.all_counters(Subject(account.0)).await?;
    Ok(counters.iter().filter_map(|counter| counter.locked_at).min())
}

fn read(fields: &Fields) -> Result<Correction, Problems> {
    let mut problems = Problems::default();
    let email = Email::parse(fields.text("email")).map_err(|why| problems.add("email", &sentence(&why))).ok();
    for (name, first, last) in [("first", fields.text("first"), ""), ("last", "", fields.text("last"))] {
        if let Err(why) = PersonName::parse(first, last) {
            problems.add(name, &sentence(&why));
        }
    }
    let name: Result<PersonName, NameError> = PersonName::parse(fields.text("first"), fields.text("last"));
    let phones = phones(fields).map_err(|wrong| problems.0.extend(wrong.0)).ok();
    match (email, name, phones) {
        (Some(email), Ok(name), Some(phones)) => Ok(Correction { email, name, phones }),
        _ => Err(problems),
    }
}

/// What was typed stays in the fields.
fn keep(page: EditInviteePage, fields: &Fields) -> EditInviteePage {
    let typed = |name| fields.again(name);
    EditInviteePage {
        email: typed("email"),
        first: typed("first"),
        last: typed("last"),
        cell: typed("cell"),
        phone: typed("phone"),
        version: typed("version"),
        ..page
    }
}

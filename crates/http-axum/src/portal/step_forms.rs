//! The forms of registration. What cannot be taken shows its page again; what comes out of turn leads to the step whose turn it is.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use practice_domain::registration::StepRefused;
use practice_domain::usecase::{
    CodeAnswer, CompleteRegistration, CompleteRegistrationError, StepError, accept_terms, complete_registration,
    give_phones, resend_secret_code, send_secret_code, verify_secret_code,
};
use practice_domain::value::{Password, Phone, PhoneError, Phones};

use crate::cookie::Cookie;
use crate::door::{Call, Fields, VisitForm};
use crate::flash::{Flash, and_say, see};
use crate::page::Problems;
use crate::portal::step_pages::{
    Asked, current, path, show_code, show_password, show_phone, show_terms, show_verify_identity,
};
use crate::present;
use crate::refusal::{Face, Possible, sentence};
use crate::site::Portal;

/// `POST /register/phone`.
pub(crate) async fn phone(
    State(portal): State<Portal>,
    call: Call,
    headers: HeaderMap,
    VisitForm { visit, fields }: VisitForm,
) -> Result<Response, Face> {
    let asked = match phones(&fields) {
        Err(problems) => Asked { status: StatusCode::UNPROCESSABLE_ENTITY, problems },
        Ok(phones) => match give_phones(&portal.ports, &flow(&portal, &headers)?, phones, &call.origin).await {
            Ok(next) => return Ok(see(path(next.at()))),
            Err(error) => match turn(&portal, error)? {
                Turn::Elsewhere(elsewhere) => return Ok(elsewhere),
                Turn::Here(face) => Asked::again(&face, "cell"),
            },
        },
    };
    let run = current(&portal, &headers).await?;
    let typed = |name| fields.text(name).trim().to_owned();
    show_phone(&portal, &visit, &run, asked, typed("cell"), typed("phone"))
}

/// `POST /register/verify-identity`.
pub(crate) async fn verify_identity(
    State(portal): State<Portal>,
    call: Call,
    headers: HeaderMap,
    VisitForm { visit, fields }: VisitForm,
) -> Result<Response, Face> {
    let cookie = flow(&portal, &headers)?;
    let run = current(&portal, &headers).await?;
    let options = present::delivery_options(&run.registration);
    let chosen = options.into_iter().find(|(_, option)| option.value == fields.text("method"));
    let sent = match chosen {
        Some((offer, _)) => send_secret_code(&portal.ports, &cookie, offer, &call.origin).await,
        None => Err(StepError::Refused(StepRefused::NoSuchDelivery)),
    };
    match sent {
        Ok(next) => Ok(see(path(next.at()))),
        Err(error) => match turn(&portal, error)? {
            Turn::Elsewhere(elsewhere) => Ok(elsewhere),
            Turn::Here(face) => show_verify_identity(&portal, &visit, &run, Asked::again(&face, "method")),
        },
    }
}

/// `POST /register/code`.
pub(crate) async fn code(
    State(portal): State<Portal>,
    call: Call,
    headers: HeaderMap,
    VisitForm { visit, fields }: VisitForm,
) -> Result<Response, Face> {
    let given: String = fields.text("code").chars().filter(|c| !c.is_whitespace() && *c != '-').take(64).collect();
    let face = match verify_secret_code(&portal.ports, &flow(&portal, &headers)?, &given, &call.origin).await {
        Ok(CodeAnswer::Right(next)) => return Ok(see(path(next.at()))),
        Ok(CodeAnswer::Wrong(why)) => why.into(),
        Err(error) => match turn(&portal, error)? {
            Turn::Elsewhere(elsewhere) => return Ok(elsewhere),
            Turn::Here(face) => face,
        },
    };
    let run = current(&portal, &headers).await?;
    show_code(&portal, &visit, &run, Asked::again(&face, "code"), None)
}

/// `POST /register/code/resend`.
pub(crate) async fn resend(
    State(portal): State<Portal>,
    call: Call,
    headers: HeaderMap,
    VisitForm { visit, .. }: VisitForm,
) -> Result<Response, Face> {
    match resend_secret_code(&portal.ports, &flow(&portal, &headers)?, &call.origin).await {
        Ok(next) => Ok(and_say(&portal, path(next.at()), Flash::CodeSent)),
        Err(error) => match turn(&portal, error)? {
            Turn::Elsewhere(elsewhere) => Ok(elsewhere),
            Turn::Here(face) => {
                let run = current(&portal, &headers).await?;
                show_code(&portal, &visit, &run, Asked::again(&face, "resend"), None)
            }
        },
    }
}

/// `POST /register/terms`.
pub(crate) async fn terms(
    State(portal): State<Portal>,
    call: Call,
    headers: HeaderMap,
    VisitForm { visit, fields }: VisitForm,
) -> Result<Response, Face> {
    let asked = if fields.ticked("read") {
        let cookie = flow(&portal, &headers)?;
        match accept_terms(&portal.ports, &cookie, fields.text("version"), &call.origin).await {
            Ok(next) => return Ok(see(path(next.at()))),
            Err(error) => match turn(&portal, error)? {
                Turn::Elsewhere(elsewhere) => return Ok(elsewhere),
                Turn::Here(face) => Asked::again(&face, "read"),
            },
        }
    } else {
        let problems = Problems::one("read", "Read the Terms of Use to the end, and tick that you have.");
        Asked { status: StatusCode::UNPROCESSABLE_ENTITY, problems }
    };
    let run = current(&portal, &headers).await?;
    show_terms(&portal, &visit, &run, asked)
}

/// `POST /register/password`: the last step.
pub(crate) async fn password(
    State(portal): State<Portal>,
    call: Call,
    headers: HeaderMap,
    VisitForm { visit, fields }: VisitForm,
) -> Result<Response, Face> {
    let cookie = flow(&portal, &headers)?;
    let run = current(&portal, &headers).await?;
    let parsed = (Password::parse(fields.text("new_password")), Password::parse(fields.text("again")));
    let (Ok(password), Ok(again)) = parsed else {
        let problems = Problems::one("new-password", "A password has at most 4096 bytes.");
        let asked = Asked { status: StatusCode::UNPROCESSABLE_ENTITY, problems };
        return show_password(&portal, &visit, &run, asked, None);
    };
    let cmd = CompleteRegistration { password, again };
    let (face, unmet) = match complete_registration(&portal.ports, &cookie, cmd, &call.origin).await {
        Ok(_) => {
            let mut response = and_say(&portal, "/login", Flash::Registered);
            portal.expire(response.headers_mut(), Cookie::Flow);
            portal.expire(response.headers_mut(), Cookie::Link);
            return Ok(response);
        }
        Err(CompleteRegistrationError::Step(error)) => match turn(&portal, error)? {
            Turn::Elsewhere(elsewhere) => return Ok(elsewhere),
            Turn::Here(face) => (face, None),
        },
        Err(CompleteRegistrationError::HasAccount) => return Ok(see("/register")),
        Err(CompleteRegistrationError::Password(refused)) => {
            let words = present::unmet(&refused.0);
            let face = Face::from(CompleteRegistrationError::Password(refused.clone()));
            (Face { sentence: words.into(), ..face }, Some(refused.0))
        }
        Err(error) => (error.into(), Some(Vec::new())),
    };
    if face.status.is_server_error() {
        return Err(face);
    }
    show_password(&portal, &visit, &run, Asked::again(&face, "new-password"), unmet.as_deref())
}

/// The two numbers of a form; what is empty is not known.
pub(crate) fn phones(fields: &Fields) -> Result<Phones, Problems> {
    let mut problems = Problems::default();
    let mut read = |name| match Phone::parse(fields.text(name)) {
        Ok(phone) => Some(phone),
        Err(PhoneError::Empty) => None,
        Err(why @ PhoneError::Invalid) => {
            problems.add(name, &sentence(&why));
            None
        }
    };
    let phones = Phones { cell: read("cell"), landline: read("phone") };
    if problems.is_empty() { Ok(phones) } else { Err(problems) }
}

/// Where a refused step leads.
enum Turn {
    /// To the step whose turn it is.
    Elsewhere(Response),
    /// To the same page once more.
    Here(Face),
}

fn turn(portal: &Portal, error: StepError) -> Result<Turn, Face> {
    match error {
        StepError::Refused(StepRefused::OutOfOrder(at)) => Ok(Turn::Elsewhere(see(path(at)))),
        StepError::Refused(StepRefused::TooSoon(soon)) => {
            let seconds = soon.possible_at.since(portal.ports.clock.now()).as_secs().max(1);
            let sentence = format!("Wait {seconds} seconds before you ask for another code.").into();
            let face = Face::from(StepRefused::TooSoon(soon));
            Ok(Turn::Here(Face { sentence, possible: Some(Possible::At(soon.possible_at)), ..face }))
        }
        StepError::Refused(StepRefused::Ended) => Err(StepRefused::Ended.into()),
        StepError::Refused(why) => Ok(Turn::Here(why.into())),
        error @ (StepError::NoSuchRun | StepError::Dead(_) | StepError::Fault(_)) => Err(error.into()),
    }
}

fn flow(portal: &Portal, headers: &HeaderMap) -> Result<[u8; 32], Face> {
    Ok(portal.secret(headers, Cookie::Flow).ok_or(StepError::NoSuchRun)?)
}

//! The forms of registration. What cannot be taken shows its page again; what comes out of turn leads to the step whose turn it is.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use practice_domain::registration::{Line, Offer, Registration, Step, StepRefused};
use practice_domain::usecase::{
    CodeAnswer, CompleteRegistration, CompleteRegistrationError, InProgress, StepError, accept_terms,
    complete_registration, give_phones, resend_secret_code, send_secret_code, verify_secret_code,
};
use practice_domain::value::{Password, Phone, PhoneError, Phones, Time};

use crate::cookie::Cookie;
use crate::door::{Call, Fields, VisitForm};
use crate::flash::{Flash, and_say, see};
use crate::gates::limit_texts;
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
    let typed = |name| fields.again(name);
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
    let options = present::delivery_options(&run);
    let chosen = options.into_iter().find(|(_, option)| option.value == fields.text("method"));
    let sent = match chosen {
        Some((offer, _)) => match limited(&portal, &call, &run, line(&run.registration, offer)).await {
            Ok(()) => send_secret_code(&portal.ports, &cookie, offer, &call.origin).await,
            Err(face) => {
                return again(face, |face| show_verify_identity(&portal, &visit, &run, Asked::again(face, "method")));
            }
        },
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
    let given = fields.text("code");
    let face = match verify_secret_code(&portal.ports, &flow(&portal, &headers)?, given, &call.origin).await {
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
    let run = current(&portal, &headers).await?;
    let to = match &run.registration.step {
        Step::Code(challenge) => Some(&challenge.to),
        _ => None,
    };
    if let Err(face) = limited(&portal, &call, &run, to).await {
        return again(face, |face| show_code(&portal, &visit, &run, Asked::again(face, "resend"), None));
    }
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

/// `RL-03`: the limits of this number, this network and this practice.
async fn limited(portal: &Portal, call: &Call, run: &InProgress, to: Option<&Phone>) -> Result<(), Face> {
    let Some(to) = to else { return Ok(()) };
    let possible_at = |face: &Face| match face.possible {
        Some(Possible::At(at)) if face.code == "rate-limited" => Some(at),
        _ => None,
    };
    limit_texts(portal, call, to, run.registration.practice).await.map_err(|face| match possible_at(&face) {
        Some(at) => Face { sentence: wait(portal, at).into(), ..face },
        None => face,
    })
}

/// Shows a page once more, where the refusal is about what it asks for.
fn again(face: Face, show: impl FnOnce(&Face) -> Result<Response, Face>) -> Result<Response, Face> {
    if face.status.is_server_error() { Err(face) } else { show(&face) }
}

fn line(registration: &Registration, (_, line): Offer) -> Option<&Phone> {
    match line {
        Line::Cell => registration.phones.cell.as_ref(),
        Line::Landline => registration.phones.landline.as_ref(),
    }
}

fn wait(portal: &Portal, until: Time) -> String {
    let seconds = until.since(portal.ports.clock.now()).as_secs().max(1);
    format!("Wait {seconds} seconds before you ask for another code.")
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
            let sentence = wait(portal, soon.possible_at).into();
            let face = Face::from(StepRefused::TooSoon(soon));
            Ok(Turn::Here(Face { sentence, possible: Some(Possible::At(soon.possible_at)), ..face }))
        }
        StepError::Refused(StepRefused::Ended) => Err(StepRefused::Ended.into()),
        StepError::Refused(why) => Ok(Turn::Here(why.into())),
        error @ (StepError::TextsStopped | StepError::OutOfReach(_)) => Ok(Turn::Here(error.into())),
        error @ (StepError::NoSuchRun | StepError::Dead(_) | StepError::Fault(_)) => Err(error.into()),
    }
}

fn flow(portal: &Portal, headers: &HeaderMap) -> Result<[u8; 32], Face> {
    Ok(portal.secret(headers, Cookie::Flow).ok_or(StepError::NoSuchRun)?)
}

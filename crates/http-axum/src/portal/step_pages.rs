//! The pages of registration. Each shows itself only while its step can be taken; otherwise the browser goes to the one that can.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use practice_domain::challenge::Delivery;
use practice_domain::password::PasswordRule;
use practice_domain::registration::{Registration, Step, StepName};
use practice_domain::usecase::{InProgress, StepError, in_progress};
use practice_domain::value::Phone;

use crate::cookie::Cookie;
use crate::door::Visit;
use crate::flash::{Flashed, see};
use crate::page::{
    CodePage, CodeSentBy, PasswordPage, PhonePage, Problems, TermsStepPage, VerifyIdentityPage, Visitor,
};
use crate::portal::{page, toast};
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /register/phone`.
pub(crate) async fn phone(State(portal): State<Portal>, headers: HeaderMap, visit: Visit) -> Result<Response, Face> {
    let run = match run(&portal, &headers, StepName::Phones).await? {
        Ok(run) => run,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let phones = &run.registration.phones;
    let cell = phones.cell.as_ref().map(Phone::national).unwrap_or_default();
    let landline = phones.landline.as_ref().map(Phone::national).unwrap_or_default();
    show_phone(&portal, &visit, &run, Asked { status: StatusCode::OK, problems: Problems::default() }, cell, landline)
}

/// `GET /register/verify-identity`.
pub(crate) async fn verify_identity(
    State(portal): State<Portal>,
    headers: HeaderMap,
    visit: Visit,
) -> Result<Response, Face> {
    match run(&portal, &headers, StepName::Delivery).await? {
        Ok(run) => show_verify_identity(&portal, &visit, &run, Asked::first()),
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// `GET /register/code`.
pub(crate) async fn code(
    State(portal): State<Portal>,
    headers: HeaderMap,
    visit: Visit,
    flashed: Flashed,
) -> Result<Response, Face> {
    let run = match run(&portal, &headers, StepName::Code).await? {
        Ok(run) => run,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let mut response = show_code(&portal, &visit, &run, Asked::first(), flashed.0.and_then(toast::visitor))?;
    flashed.told(&portal, response.headers_mut());
    Ok(response)
}

/// `GET /register/terms`.
pub(crate) async fn terms(State(portal): State<Portal>, headers: HeaderMap, visit: Visit) -> Result<Response, Face> {
    match run(&portal, &headers, StepName::Terms).await? {
        Ok(run) => show_terms(&portal, &visit, &run, Asked::first()),
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// `GET /register/password`.
pub(crate) async fn password(State(portal): State<Portal>, headers: HeaderMap, visit: Visit) -> Result<Response, Face> {
    match run(&portal, &headers, StepName::Password).await? {
        Ok(run) => show_password(&portal, &visit, &run, Asked::first(), None),
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// How a page is shown: for the first time, or again with what was wrong.
pub(super) struct Asked {
    pub(super) status: StatusCode,
    pub(super) problems: Problems,
}

impl Asked {
    pub(super) fn first() -> Self {
        Self { status: StatusCode::OK, problems: Problems::default() }
    }

    /// Again, because of this; the problems stand where the face says, or else at `field`.
    pub(super) fn again(face: &Face, field: &str) -> Self {
        let field = face.fields.first().map_or(field, |found| &found.name);
        Self { status: face.status, problems: Problems::one(field, &face.sentence) }
    }
}

/// The page of a step.
pub(crate) fn path(step: StepName) -> &'static str {
    match step {
        StepName::Phones => "/register/phone",
        StepName::Delivery => "/register/verify-identity",
        StepName::Code => "/register/code",
        StepName::Terms => "/register/terms",
        StepName::Password => "/register/password",
        StepName::Done => "/login",
    }
}

/// The run that the browser is in, when the page of `wanted` may be shown; else where to go instead.
async fn run(portal: &Portal, headers: &HeaderMap, wanted: StepName) -> Result<Result<InProgress, Response>, Face> {
    let run = current(portal, headers).await?;
    let at = run.registration.at();
    Ok(if shows(&run, wanted) { Ok(run) } else { Err(see(path(at))) })
}

/// The run that the browser is in.
pub(super) async fn current(portal: &Portal, headers: &HeaderMap) -> Result<InProgress, Face> {
    let cookie = portal.secret(headers, Cookie::Flow).ok_or(StepError::NoSuchRun)?;
    Ok(in_progress(&portal.ports, &cookie).await?)
}

/// Whoever is at one step may go back to change the way that the code travels, or a number that they gave themselves.
fn shows(run: &InProgress, wanted: StepName) -> bool {
    let at = run.registration.at();
    match wanted {
        StepName::Phones => run.asks_phone && matches!(at, StepName::Phones | StepName::Delivery | StepName::Code),
        StepName::Delivery => matches!(at, StepName::Delivery | StepName::Code),
        StepName::Code | StepName::Terms | StepName::Password | StepName::Done => at == wanted,
    }
}

pub(super) fn show_phone(
    portal: &Portal,
    visit: &Visit,
    run: &InProgress,
    asked: Asked,
    cell: String,
    phone: String,
) -> Result<Response, Face> {
    let steps = present::steps(run, StepName::Phones);
    let (visitor, practice) = (frame(portal, visit, run, asked.problems), run.face.practice.to_string());
    page(asked.status, &PhonePage { visitor, steps, practice, cell, phone })
}

pub(super) fn show_verify_identity(
    portal: &Portal,
    visit: &Visit,
    run: &InProgress,
    asked: Asked,
) -> Result<Response, Face> {
    let steps = present::steps(run, StepName::Delivery);
    let options = present::delivery_options(run).into_iter().map(|(_, option)| option).collect();
    let visitor = frame(portal, visit, run, asked.problems);
    let page_of = VerifyIdentityPage {
        visitor,
        steps,
        options,
        can_change_number: run.asks_phone,
        texts_stopped: run.texts_stopped,
    };
    page(asked.status, &page_of)
}

pub(super) fn show_code(
    portal: &Portal,
    visit: &Visit,
    run: &InProgress,
    asked: Asked,
    toast: Option<String>,
) -> Result<Response, Face> {
    let steps = present::steps(run, StepName::Code);
    let visitor = Visitor { toast, ..frame(portal, visit, run, asked.problems) };
    let (sent_by, ending) = sent(&run.registration);
    let minutes = u32::try_from(run.practice.policy().code.life.as_secs() / 60).unwrap_or(u32::MAX);
    page(asked.status, &CodePage { visitor, steps, sent_by, ending, minutes, digits: 6, failed: run.code_failed })
}

pub(super) fn show_terms(portal: &Portal, visit: &Visit, run: &InProgress, asked: Asked) -> Result<Response, Face> {
    let steps = present::steps(run, StepName::Terms);
    let terms = present::terms(&portal.settings.terms);
    let open_until = run.face.expires_at.map(|at| portal.calendar.day(at)).unwrap_or_default();
    let visitor = frame(portal, visit, run, asked.problems);
    page(asked.status, &TermsStepPage { visitor, steps, terms, open_until })
}

pub(super) fn show_password(
    portal: &Portal,
    visit: &Visit,
    run: &InProgress,
    asked: Asked,
    unmet: Option<&[PasswordRule]>,
) -> Result<Response, Face> {
    let steps = present::steps(run, StepName::Password);
    let rules = present::password_rules(&run.practice.policy().password.rules(), unmet);
    let (visitor, email) = (frame(portal, visit, run, asked.problems), run.email.to_string());
    page(asked.status, &PasswordPage { visitor, steps, email, rules })
}

fn frame(portal: &Portal, visit: &Visit, run: &InProgress, problems: Problems) -> Visitor {
    let practice = Some(run.face.practice.to_string());
    Visitor { practice, problems, ..present::visitor(portal, &visit.token) }
}

fn sent(registration: &Registration) -> (CodeSentBy, String) {
    match &registration.step {
        Step::Code(challenge) => {
            let by = if challenge.delivery == Delivery::Text { CodeSentBy::Text } else { CodeSentBy::Call };
            (by, challenge.to.last_two().to_owned())
        }
        _ => (CodeSentBy::Text, String::new()),
    }
}

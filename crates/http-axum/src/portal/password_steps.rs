//! The steps from a mailed link to a password: the practice's code word for staff (`CODE-3`), then the password. What comes out of
//! turn leads to the step whose turn it is.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use practice_domain::access::{Gate, gate};
use practice_domain::password::PasswordRule;
use practice_domain::password_link::RunRefused;
use practice_domain::usecase::{
    GiveCodeWordError, LinkLeads, PasswordInProgress, PasswordRunError, SetPassword, SetPasswordError, WordAnswer,
    give_code_word, password_in_progress, set_password,
};
use practice_domain::value::{Password, Word};

use crate::cookie::Cookie;
use crate::door::{Call, Fields, Visit, VisitForm};
use crate::flash::{Flash, and_say, see};
use crate::gates::{pass_form, security_check};
use crate::page::{CodeWordPage, NewPasswordPage, Step, Steps, Visitor};
use crate::portal::password_link::{frame, over};
use crate::portal::step_pages::Asked;
use crate::portal::{page, page_with_check};
use crate::present;
use crate::refusal::{Face, Possible, sentence, wrong_word};
use crate::site::Portal;

/// `GET /password/code-word`.
pub(crate) async fn word(State(portal): State<Portal>, headers: HeaderMap, visit: Visit) -> Result<Response, Face> {
    match current(&portal, &headers).await {
        Ok(run) if run.wants_word => show_word(&portal, &visit, &run, Asked::first()),
        Ok(_) => Ok(see(NEW)),
        Err(face) => over(&portal, &headers, &visit.token, face).await,
    }
}

/// `POST /password/code-word`.
pub(crate) async fn give_word(
    State(portal): State<Portal>,
    call: Call,
    headers: HeaderMap,
    VisitForm { visit, fields }: VisitForm,
) -> Result<Response, Face> {
    if let Err(face) = pass_form::<gate::CodeWord>(&portal, &call, &fields).await {
        if face.fields.is_empty() {
            return Err(face);
        }
        return again(&portal, &headers, &visit, face, async |run, face| {
            show_word(&portal, &visit, run, Asked::again(&face, "security-check"))
        })
        .await;
    }
    let face = match Word::parse(fields.text("code_word")) {
        Err(why) => Face::new(StatusCode::UNPROCESSABLE_ENTITY, "no-word", sentence(&why)),
        Ok(given) => match give_code_word(&portal.ports, &flow(&portal, &headers)?, &given, &call.origin).await {
            Ok(WordAnswer::Right) | Err(GiveCodeWordError::Run(PasswordRunError::Refused(RunRefused::OutOfOrder))) => {
                return Ok(see(NEW));
            }
            Ok(WordAnswer::Wrong { tries_left }) => wrong_word(tries_left),
            Err(error) => error.into(),
        },
    };
    again(&portal, &headers, &visit, face, async |run, face| {
        let asked = Asked::again(&dated(&portal, face), "code-word");
        show_word(&portal, &visit, run, asked)
    })
    .await
}

/// `GET /password/new`.
pub(crate) async fn password(State(portal): State<Portal>, headers: HeaderMap, visit: Visit) -> Result<Response, Face> {
    match current(&portal, &headers).await {
        Ok(run) if run.wants_word => Ok(see(WORD)),
        Ok(run) if run.face.leads == LinkLeads::Join => Ok(see(JOIN)),
        Ok(run) => show_password(&portal, &visit, &run, Asked::first(), None),
        Err(face) => over(&portal, &headers, &visit.token, face).await,
    }
}

/// `POST /password/new`: the last step. Nobody is signed in by it.
pub(crate) async fn set(
    State(portal): State<Portal>,
    call: Call,
    headers: HeaderMap,
    VisitForm { visit, fields }: VisitForm,
) -> Result<Response, Face> {
    let (face, unmet) = match typed(&fields) {
        Err(face) => (face, None),
        Ok(cmd) => match set_password(&portal.ports, &flow(&portal, &headers)?, cmd, &call.origin).await {
            Ok(_) => {
                let mut response = and_say(&portal, "/login", Flash::PasswordSet);
                portal.expire(response.headers_mut(), Cookie::Flow);
                portal.expire(response.headers_mut(), Cookie::Link);
                return Ok(response);
            }
            Err(SetPasswordError::Run(PasswordRunError::Refused(RunRefused::WordFirst))) => return Ok(see(WORD)),
            Err(SetPasswordError::HasAccount) => return Ok(see(JOIN)),
            Err(SetPasswordError::Password(refused)) => {
                let words = present::unmet(&refused.0);
                let face = Face::from(SetPasswordError::Password(refused.clone()));
                (Face { sentence: words.into(), ..face }, Some(refused.0))
            }
            Err(error @ SetPasswordError::NotTheSame) => (error.into(), Some(Vec::new())),
            Err(error) => (error.into(), None),
        },
    };
    again(&portal, &headers, &visit, face, async |run, face| {
        show_password(&portal, &visit, run, Asked::again(&face, "new-password"), unmet.as_deref())
    })
    .await
}

/// Shows the page of a step again with what was wrong, unless the way is over, perhaps by this very try, or the world failed.
async fn again(
    portal: &Portal,
    headers: &HeaderMap,
    visit: &Visit,
    face: Face,
    show: impl AsyncFnOnce(&PasswordInProgress, Face) -> Result<Response, Face>,
) -> Result<Response, Face> {
    if face.status == StatusCode::GONE || face.status.is_server_error() {
        return over(portal, headers, &visit.token, face).await;
    }
    match current(portal, headers).await {
        Ok(run) => show(&run, face).await,
        Err(face) => over(portal, headers, &visit.token, face).await,
    }
}

/// The way that the browser is on.
async fn current(portal: &Portal, headers: &HeaderMap) -> Result<PasswordInProgress, Face> {
    Ok(password_in_progress(&portal.ports, &flow(portal, headers)?).await?)
}

fn flow(portal: &Portal, headers: &HeaderMap) -> Result<[u8; 32], Face> {
    Ok(portal.secret(headers, Cookie::Flow).ok_or(PasswordRunError::NoSuchRun)?)
}

fn typed(fields: &Fields) -> Result<SetPassword, Face> {
    let parsed = (Password::parse(fields.text("new_password")), Password::parse(fields.text("again")));
    let (Ok(password), Ok(again)) = parsed else {
        let words = "A password has at most 4096 bytes.";
        return Err(Face::new(StatusCode::UNPROCESSABLE_ENTITY, "password-too-long", words));
    };
    let terms = Some(fields.text("terms")).filter(|version| !version.is_empty()).map(str::to_owned);
    Ok(SetPassword { password, again, terms })
}

/// Says when it may work, where a face knows.
fn dated(portal: &Portal, face: Face) -> Face {
    match face.possible {
        Some(Possible::At(at)) => {
            let sentence =
                format!("There were too many wrong code words. Try again after {}.", portal.calendar.moment(at));
            Face { sentence: sentence.into(), ..face }
        }
        _ => face,
    }
}

fn show_word(portal: &Portal, visit: &Visit, run: &PasswordInProgress, asked: Asked) -> Result<Response, Face> {
    let visitor = Visitor { problems: asked.problems, ..frame(portal, &visit.token, &run.face) };
    let call = run.face.phone.as_ref().map(present::phone);
    let check = security_check(portal, Gate::CodeWord);
    let (steps, texts_word) = (Steps::with_code_word(Step::CodeWord), run.face.texts_word);
    page_with_check(asked.status, &CodeWordPage { visitor, check, steps, texts_word, call })
}

fn show_password(
    portal: &Portal,
    visit: &Visit,
    run: &PasswordInProgress,
    asked: Asked,
    unmet: Option<&[PasswordRule]>,
) -> Result<Response, Face> {
    let new = NewPasswordPage {
        visitor: Visitor { problems: asked.problems, ..frame(portal, &visit.token, &run.face) },
        steps: run.face.asks_word.then(|| Steps::with_code_word(Step::Password)),
        email: run.email.to_string(),
        rules: present::password_rules(&run.policy.password.rules(), unmet),
        terms: (run.face.leads == LinkLeads::Setup).then(|| portal.ports.platform.terms.clone()),
    };
    page(asked.status, &new)
}

const WORD: &str = "/password/code-word";
const NEW: &str = "/password/new";
const JOIN: &str = "/password/join";

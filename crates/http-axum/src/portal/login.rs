use axum::extract::{Query, State};
use axum::http::header::{HeaderName, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use practice_domain::access::{Gate, gate};
use practice_domain::usecase::{
    Entrance, RequestResetError, SignIn, SignInError, Welcome, request_reset, sign_in, sign_out,
};
use practice_domain::value::{Email, Password};

use crate::cookie::Cookie;
use crate::door::{Call, SignedForm, Visit, VisitForm, signed_in};
use crate::flash::{Flash, Flashed, and_say, see};
use crate::gates::{pass_form, security_check, sign_in_units};
use crate::next::{asked_for, by_way_of, own_path};
use crate::page::{CheckEmailPage, LoginPage, Problems};
use crate::portal::{page, page_with_check, toast};
use crate::present;
use crate::refusal::{Face, sentence};
use crate::site::Portal;

/// `GET /login`. Whoever is signed in goes on at once.
pub(crate) async fn show(
    State(portal): State<Portal>,
    call: Call,
    headers: HeaderMap,
    visit: Visit,
    flashed: Flashed,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, Face> {
    let next = asked_for(&query);
    if portal.secret(&headers, Cookie::Session).is_some() && signed_in(&portal, &headers, &call).await.is_ok() {
        return Ok(see(next.unwrap_or("/dashboard")));
    }
    let mut login = blank(&portal, &visit);
    login.next = next.map(str::to_owned);
    login.visitor.toast = flashed.0.and_then(toast::visitor);
    let mut response = page_with_check(StatusCode::OK, &login)?;
    flashed.told(&portal, response.headers_mut());
    Ok(response)
}

/// `POST /login`. Once begun, a check runs to its end, whether or not anybody waits for the answer.
pub(crate) async fn submit(
    State(portal): State<Portal>,
    call: Call,
    headers: HeaderMap,
    VisitForm { visit, fields }: VisitForm,
) -> Result<Response, Face> {
    let next = own_path(fields.text("next"));
    let mut login = blank(&portal, &visit);
    login.email = fields.text("email").trim().to_owned();
    login.next = next.map(str::to_owned);
    let strictness = match pass_form::<gate::SignIn>(&portal, &call, &fields).await {
        Ok(strictness) => strictness,
        Err(face) if face.fields.is_empty() => return Err(face),
        Err(face) => {
            login.visitor.problems = Problems::one("security-check", &face.sentence);
            return page_with_check(face.status, &login);
        }
    };
    let (email, password) = match read(fields.text("email"), fields.text("password")) {
        Ok(read) => read,
        Err(problems) => {
            login.visitor.problems = problems;
            return page_with_check(StatusCode::UNPROCESSABLE_ENTITY, &login);
        }
    };
    let units = sign_in_units(&portal, &call, email.normal(), strictness);
    let device = portal.shown(&headers, Cookie::Device).map(str::to_owned);
    let cmd = SignIn { email, password, device, origin: call.origin, units };
    match checked(&portal, cmd).await {
        Ok(Entrance::Half(half)) => {
            let mut response = see(&by_way_of("/login/code", next));
            portal.set_secret(response.headers_mut(), Cookie::Session, &half.cookie);
            Ok(response)
        }
        Ok(Entrance::Whole(welcome)) => {
            let mut response = see(&first_page(&welcome, next));
            welcomed(&portal, response.headers_mut(), &welcome);
            portal.expire(response.headers_mut(), Cookie::Visit);
            Ok(response)
        }
        Err(error @ SignInError::Refused) => {
            let face = Face::from(error);
            login.visitor.problems = Problems::one("email", &face.sentence);
            login.email.clear();
            login.refused = true;
            let mut response = page_with_check(face.status, &login)?;
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Session realm=\"portal\""));
            Ok(response)
        }
        Err(error @ SignInError::PasswordOutdated(_)) => {
            page(Face::from(error).status, &CheckEmailPage { visitor: login.visitor, renewal: true })
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /logout`. The browser forgets what the pages kept; the cookie by which an account knows it again stays (`LOCK-4`), and so
/// do the cookies of the vendor's other sites, which `"cookies"` would take along.
pub(crate) async fn leave(State(portal): State<Portal>, form: SignedForm) -> Result<Response, Face> {
    sign_out(&portal.ports, &form.who).await?;
    let mut response = and_say(&portal, "/login", Flash::SignedOut);
    farewell(&portal, response.headers_mut());
    Ok(response)
}

/// Runs a sign-in in a task of its own. Whoever gave a right password that must be renewed is sent the link for that (`BOT-3`).
pub(crate) async fn checked(portal: &Portal, cmd: SignIn) -> Result<Entrance, SignInError> {
    let ports = portal.ports.clone();
    let span = tracing::Span::current();
    let task = async move {
        let (email, origin) = (cmd.email.clone(), cmd.origin.clone());
        let entered = sign_in(&ports, cmd).await;
        if let Err(SignInError::PasswordOutdated(_)) = &entered {
            request_reset(&ports, &email, &origin).await.map_err(|RequestResetError::Fault(fault)| fault)?;
        }
        entered
    };
    let task = tokio::spawn(tracing::Instrument::instrument(task, span));
    task.await.unwrap_or_else(|panic| Err(SignInError::Fault(practice_domain::port::Fault::corrupt("sign in", panic))))
}

/// The cookies of a new session.
pub(crate) fn welcomed(portal: &Portal, headers: &mut HeaderMap, welcome: &Welcome) {
    portal.set_secret(headers, Cookie::Session, &welcome.cookie);
    portal.set(headers, Cookie::Device, &welcome.device.0);
}

/// Where somebody goes who has just signed in: whoever may work in several practices chooses one first (`PRA-5`).
pub(crate) fn first_page(welcome: &Welcome, next: Option<&str>) -> String {
    if welcome.chooses { by_way_of("/practices", next) } else { next.unwrap_or("/dashboard").to_owned() }
}

/// The session is over, here too.
pub(crate) fn farewell(portal: &Portal, headers: &mut HeaderMap) {
    portal.expire(headers, Cookie::Session);
    headers.insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));
}

fn blank(portal: &Portal, visit: &Visit) -> LoginPage {
    let check = security_check(portal, Gate::SignIn);
    LoginPage {
        visitor: present::visitor(portal, &visit.token),
        email: String::new(),
        next: None,
        refused: false,
        check,
    }
}

fn read(email: &str, password: &str) -> Result<(Email, Password), Problems> {
    let mut problems = Problems::default();
    let email = Email::parse(email).map_err(|why| problems.add("email", &sentence(&why)));
    let password = match password {
        "" => Err("Enter your password.".to_owned()),
        text => Password::parse(text).map_err(|why| sentence(&why)),
    };
    let password = password.map_err(|words| problems.add("password", &words));
    match (email, password) {
        (Ok(email), Ok(password)) => Ok((email, password)),
        _ => Err(problems),
    }
}

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use practice_domain::access::SignedIn;
use practice_domain::invitation::DeadLink;
use practice_domain::usecase::{ConfirmJoiningError, Face as LinkFace, Opening, confirm_joining, open_invitation};

use crate::cookie::Cookie;
use crate::door::{Call, SignedForm, Visit, signed_in};
use crate::flash::{Flash, and_say, see};
use crate::page::{JoinPage, Problems};
use crate::portal::page;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /join`: the question. Whoever is not signed in is asked to do so first.
pub(crate) async fn show(
    State(portal): State<Portal>,
    call: Call,
    headers: HeaderMap,
    visit: Visit,
) -> Result<Response, Face> {
    let link = portal.shown(&headers, Cookie::Link).ok_or(DeadLink::Unknown)?;
    let Opening::Join(face) = open_invitation(&portal.ports, link).await? else { return Ok(see("/register")) };
    let who = match signed_in(&portal, &headers, &call).await {
        Ok(who) => Some(who),
        Err(face) if face.code == "not-signed-in" => None,
        Err(face) => return Err(face),
    };
    show_question(&portal, &face, who.as_ref(), &visit.token, StatusCode::OK, Problems::default())
}

/// `POST /join`.
pub(crate) async fn confirm(
    State(portal): State<Portal>,
    headers: HeaderMap,
    SignedForm { who, .. }: SignedForm,
) -> Result<Response, Face> {
    let link = portal.shown(&headers, Cookie::Link).ok_or(DeadLink::Unknown)?;
    match confirm_joining(&portal.ports, &who, link).await {
        Ok(_) => {
            let mut response = and_say(&portal, "/dashboard", Flash::Joined);
            portal.expire(response.headers_mut(), Cookie::Link);
            Ok(response)
        }
        Err(error @ ConfirmJoiningError::OtherAccount) => {
            let Opening::Join(face) = open_invitation(&portal.ports, link).await? else { return Ok(see("/register")) };
            let refused = Face::from(error);
            let problems = Problems::one("main", &refused.sentence);
            show_question(&portal, &face, Some(&who), "", refused.status, problems)
        }
        Err(error) => Err(error.into()),
    }
}

fn show_question(
    portal: &Portal,
    face: &LinkFace,
    who: Option<&SignedIn>,
    token: &str,
    status: StatusCode,
    problems: Problems,
) -> Result<Response, Face> {
    let token = who.map_or_else(|| token.to_owned(), |who| portal.ports.keys.form_token(&who.session().cookie));
    let mut visitor = present::visitor(portal, &token);
    visitor.problems = problems;
    let join = JoinPage {
        visitor,
        action: "/join".to_owned(),
        practice: face.practice.to_string(),
        inviter: face.inviter.as_ref().map(ToString::to_string),
        email: who.map(|who| who.email().to_string()),
        sign_in_href: who.is_none().then(|| "/login?next=%2Fjoin".to_owned()),
    };
    page(status, &join)
}

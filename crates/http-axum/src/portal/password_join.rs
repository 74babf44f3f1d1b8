use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use practice_domain::access::SignedIn;
use practice_domain::password_link::LinkDead;
use practice_domain::usecase::{JoinBySetupError, LinkFace, LinkLeads, join_by_setup, open_password_link};

use crate::cookie::Cookie;
use crate::door::{Call, SignedForm, Visit, signed_in};
use crate::flash::{Flash, and_say, see};
use crate::page::{JoinPage, Problems, Visitor};
use crate::portal::page;
use crate::portal::password_link::{frame, link, over};
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /password/join`: somebody whose address has an account is asked to join with it (`EMP-2`, `PRA-5`). Whoever is not signed in
/// is asked to do so first.
pub(crate) async fn show(
    State(portal): State<Portal>,
    call: Call,
    headers: HeaderMap,
    visit: Visit,
) -> Result<Response, Face> {
    let face = match open_password_link(&portal.ports, link(&portal, &headers)?).await {
        Ok(face) if face.leads == LinkLeads::Join => face,
        Ok(_) => return Ok(see("/password")),
        Err(error) => return over(&portal, &headers, &visit.token, error.into()).await,
    };
    let who = match signed_in(&portal, &headers, &call).await {
        Ok(who) => Some(who),
        Err(face) if face.code == "not-signed-in" => None,
        Err(face) => return Err(face),
    };
    show_question(&portal, &face, who.as_ref(), &visit.token, StatusCode::OK, Problems::default())
}

/// `POST /password/join`.
pub(crate) async fn confirm(
    State(portal): State<Portal>,
    headers: HeaderMap,
    SignedForm { who, .. }: SignedForm,
) -> Result<Response, Face> {
    let link = link(&portal, &headers)?;
    match join_by_setup(&portal.ports, &who, link).await {
        Ok(_) => {
            let mut response = and_say(&portal, "/dashboard", Flash::Joined);
            portal.expire(response.headers_mut(), Cookie::Link);
            Ok(response)
        }
        Err(error @ (JoinBySetupError::OtherAccount | JoinBySetupError::AlreadyMember)) => {
            let face = open_password_link(&portal.ports, link).await?;
            let refused = Face::from(error);
            let problems = Problems::one("main", &refused.sentence);
            show_question(&portal, &face, Some(&who), "", refused.status, problems)
        }
        Err(error) => over(&portal, &headers, "", error.into()).await,
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
    let join = JoinPage {
        visitor: Visitor { problems, ..frame(portal, &token, face) },
        action: "/password/join".to_owned(),
        practice: face.practice.as_ref().ok_or(LinkDead::Unknown)?.to_string(),
        inviter: None,
        email: who.map(|who| who.email().to_string()),
        sign_in_href: who.is_none().then(|| "/login?next=%2Fpassword%2Fjoin".to_owned()),
    };
    page(status, &join)
}

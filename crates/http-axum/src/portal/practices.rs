//! Where somebody works who has a place in several practices (`PRA-5`).

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::SignedIn;
use practice_domain::usecase::{ChoosePracticeError, choose_practice, practices_to_choose};
use practice_domain::value::PracticeId;
use uuid::Uuid;

use crate::cookie::Cookie;
use crate::door::{Asker, SignedForm};
use crate::flash::{Flash, and_say};
use crate::next::{asked_for, own_path};
use crate::page::{Nav, PracticeLine, PracticesPage, Problems};
use crate::portal::page;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /practices`.
pub(crate) async fn show(
    State(portal): State<Portal>,
    Asker(who): Asker,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, Face> {
    ask(&portal, &who, asked_for(&query), StatusCode::OK, Problems::default()).await
}

/// `POST /practices`: the session gives way to a new one, which works there (`SE-02`).
pub(crate) async fn choose(
    State(portal): State<Portal>,
    SignedForm { who, fields }: SignedForm,
) -> Result<Response, Face> {
    let next = own_path(fields.text("next"));
    let practice = Uuid::try_parse(fields.text("practice")).map(PracticeId).map_err(|_| Face::not_found())?;
    match choose_practice(&portal.ports, &who, practice).await {
        Ok(confirmed) => {
            let mut response = and_say(&portal, next.unwrap_or("/dashboard"), Flash::PracticeChosen);
            portal.set_secret(response.headers_mut(), Cookie::Session, &confirmed.cookie);
            Ok(response)
        }
        Err(error @ (ChoosePracticeError::NotAMember | ChoosePracticeError::NeedsSecondFactor)) => {
            let face = Face::from(error);
            ask(&portal, &who, next, face.status, Problems::one("main", &face.sentence)).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn ask(
    portal: &Portal,
    who: &SignedIn,
    next: Option<&str>,
    status: StatusCode,
    problems: Problems,
) -> Result<Response, Face> {
    let mut chrome = present::chrome(portal, who, Nav::Elsewhere);
    chrome.problems = problems;
    let places = practices_to_choose(&portal.ports, who).await?;
    let line =
        |(practice, member): (practice_domain::practice::Practice, practice_domain::member::Member)| PracticeLine {
            id: practice.id.to_string(),
            name: practice.name.to_string(),
            role: present::kind_role(member.kind).label().to_owned(),
            current: who.session().practice == Some(practice.id),
        };
    let practices = places.into_iter().map(line).collect();
    page(status, &PracticesPage { chrome, practices, next: next.map(str::to_owned) })
}

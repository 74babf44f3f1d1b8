use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::{Gate, gate};
use practice_domain::usecase::{refuse_reset, request_reset};
use practice_domain::value::Email;

use crate::door::{Call, Visit, VisitForm};
use crate::flash::see;
use crate::gates::{may_ask_for_a_letter, pass_form, security_check};
use crate::page::{CheckEmailPage, ForgotPage, Problems};
use crate::portal::{page, page_with_check};
use crate::present;
use crate::refusal::{Face, sentence};
use crate::site::Portal;

/// `GET /forgot`.
pub(crate) async fn show(State(portal): State<Portal>, visit: Visit) -> Result<Response, Face> {
    page_with_check(StatusCode::OK, &blank(&portal, &visit))
}

/// `POST /forgot`: one answer for every address (`EMP-4`, `EN-03`). Only a text that is no address is something to put right.
pub(crate) async fn submit(
    State(portal): State<Portal>,
    call: Call,
    VisitForm { visit, fields }: VisitForm,
) -> Result<Response, Face> {
    let mut asked = blank(&portal, &visit);
    asked.email = fields.text("email").trim().to_owned();
    if let Err(face) = pass_form::<gate::Reset>(&portal, &call, &fields).await {
        if face.fields.is_empty() {
            return Err(face);
        }
        asked.visitor.problems = Problems::one("security-check", &face.sentence);
        return page_with_check(face.status, &asked);
    }
    match Email::parse(fields.text("email")) {
        Ok(email) => {
            ask_for_reset(&portal, &call, &email).await?;
            Ok(see("/forgot/sent"))
        }
        Err(why) => {
            asked.visitor.problems = Problems::one("email", &sentence(&why));
            page_with_check(StatusCode::UNPROCESSABLE_ENTITY, &asked)
        }
    }
}

/// `RL-02`, `EN-03`: the answer is the same, whether a letter goes out or the network had its share.
pub(crate) async fn ask_for_reset(portal: &Portal, call: &Call, email: &Email) -> Result<(), Face> {
    if may_ask_for_a_letter(portal, call).await? {
        request_reset(&portal.ports, email, &call.origin).await?;
    } else {
        refuse_reset(&portal.ports, email, &call.origin).await?;
    }
    Ok(())
}

fn blank(portal: &Portal, visit: &Visit) -> ForgotPage {
    let check = security_check(portal, Gate::Reset);
    ForgotPage { visitor: present::visitor(portal, &visit.token), check, email: String::new() }
}

/// `GET /forgot/sent`.
pub(crate) async fn sent(State(portal): State<Portal>, visit: Visit) -> Result<Response, Face> {
    page(StatusCode::OK, &CheckEmailPage { visitor: present::visitor(&portal, &visit.token), renewal: false })
}

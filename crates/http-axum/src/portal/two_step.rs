use axum::extract::{Query, State};
use axum::response::Response;
use practice_domain::person::Enrolment;
use practice_domain::policy::TwoStep;
use practice_domain::port::Tally;
use practice_domain::usecase::set_two_step;

use crate::door::{Manager, ManagerForm};
use crate::flash::{Flash, Flashed, and_say, see};
use crate::next::encode;
use crate::page::{Place, TwoStepChange, TwoStepConfirm, TwoStepGroup, TwoStepPanel};
use crate::portal::manage::list;
use crate::portal::place::At;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /manage/two-step?doctors=on&patients=on`: the question, open over the list.
pub(crate) async fn show(
    State(portal): State<Portal>,
    Manager(who): Manager,
    At(place): At,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, Face> {
    let on = |name: &str| query.iter().any(|(key, value)| key == name && value == "on");
    let wanted = TwoStep { doctors: on("doctors"), patients: on("patients") };
    let now = who.practice().two_step();
    if wanted == now {
        return Ok(see(&place.href()));
    }
    if !who.person().is_fresh() {
        return Ok(see(&first_confirm(wanted, &place)));
    }
    let tally = portal.ports.reader.tally(who.practice().id).await?;
    list(&portal, &who, place, &Flashed(None), Some(question(now, wanted, &tally))).await
}

/// `POST /manage/two-step`: from the panel it leads to the question, from the question it changes the switches (`LIST-9`).
pub(crate) async fn submit(
    State(portal): State<Portal>,
    At(place): At,
    ManagerForm { who, fields }: ManagerForm,
) -> Result<Response, Face> {
    let wanted = TwoStep { doctors: fields.ticked("doctors"), patients: fields.ticked("patients") };
    let Ok(fresh) = who.fresh() else { return Ok(see(&first_confirm(wanted, &place))) };
    if !fields.ticked("confirmed") && wanted != fresh.who().practice().two_step() {
        return Ok(see(&asking(wanted, &place)));
    }
    let before = set_two_step(&portal.ports, &fresh, wanted).await?;
    Ok(and_say(&portal, &place.href(), Flash::TwoStep { before, after: wanted }))
}

fn asking(wanted: TwoStep, place: &Place) -> String {
    let word = |on| if on { "on" } else { "off" };
    let (doctors, patients) = (word(wanted.doctors), word(wanted.patients));
    format!("/manage/two-step?doctors={doctors}&patients={patients}{}", place.query_more())
}

fn first_confirm(wanted: TwoStep, place: &Place) -> String {
    format!("/confirm-password?next={}", encode(&asking(wanted, place)))
}

fn question(now: TwoStep, wanted: TwoStep, tally: &Tally) -> TwoStepConfirm {
    let waiting = |patients: bool| {
        let groups = tally.groups.iter().filter(|(cell, ..)| cell.standing == Enrolment::NotRegistered);
        groups.filter(|(cell, ..)| cell.patient == patients).map(|(.., number)| number).sum()
    };
    let mut changes = Vec::new();
    if now.doctors != wanted.doctors {
        let not_registered = waiting(false);
        changes.push(TwoStepChange { group: TwoStepGroup::Doctors, on: wanted.doctors, not_registered });
    }
    if now.patients != wanted.patients {
        let not_registered = waiting(true);
        changes.push(TwoStepChange { group: TwoStepGroup::Patients, on: wanted.patients, not_registered });
    }
    TwoStepConfirm { wanted: TwoStepPanel { doctors: wanted.doctors, patients: wanted.patients }, changes }
}

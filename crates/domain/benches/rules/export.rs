//! Lists on their way into files: whole use cases over a store that forgets.

use std::rc::Rc;

use practice_domain::access::{Holder, permit};
use practice_domain::port::HistoryFilter;
use practice_domain::usecase;

use crate::world::World;
use crate::{Case, done};

const BOSS: &str = "boss@x.example";

/// A practice with a manager; from then on nothing changes.
pub(crate) fn all() -> Vec<Case> {
    let world = Rc::new(World::new());
    world.office(BOSS);
    let manager = world.fresh(BOSS);
    let lister = Holder::<permit::ExportPeople>::prove(world.signed_in(BOSS)).and_then(Holder::fresh).expect("fresh");
    let reader = Holder::<permit::ReadAudit>::prove(world.signed_in(BOSS)).and_then(Holder::fresh).expect("fresh");
    world.store.forget();
    vec![
        Case::decide(&world, "export_employees", "decide/export staff", move |world| {
            done(usecase::export_employees(&world.ports, &lister));
        }),
        Case::decide(&world, "export_people", "decide/export people", move |world| {
            done(usecase::export_people(&world.ports, &manager));
        }),
        Case::decide(&world, "export_audit", "decide/export audit", move |world| {
            done(usecase::export_audit(&world.ports, &reader, HistoryFilter::default(), |at| at.micros().to_string()));
        }),
    ]
}

//! Files, each with one row: use cases over a store that forgets. Those that read the text of a file or the practice's list are named
//! apart: reading is most of what they do, and it grows with the file.

use std::collections::BTreeSet;
use std::rc::Rc;

use practice_domain::import::{Content, Import};
use practice_domain::policy::Preset;
use practice_domain::usecase::import::{self, GoImport, UploadImport};

use crate::world::World;
use crate::world::interleave::run;
use crate::{Case, done};

const BOSS: &str = "boss@x.example";

const STAFF: &str = "First Name,Last Name\nTunde,Oyelaran\n";

fn upload() -> UploadImport {
    UploadImport { content: Content::Employees, name: "staff.csv".to_owned(), bytes: STAFF.as_bytes().to_vec() }
}

fn go(world: &World, import: &Import) -> GoImport {
    let judged = run(import::judge_import(&world.ports, import)).expect("judged");
    GoImport { import: import.id, looked_at: BTreeSet::new(), seen: import::seen(&world.ports, &judged) }
}

/// A practice with a file under way, one that was stopped, and one that waits for "Go"; from then on nothing changes.
pub(crate) fn all() -> Vec<Case> {
    let world = Rc::new(World::new());
    world.office_of(BOSS, Preset::Office);
    let admin = Rc::new(world.admin(BOSS));
    let uploaded = || run(import::upload_import(&world.ports, &admin, upload())).expect("uploaded");
    let begun = |import: Import| {
        run(import::go_import(&world.ports, &admin, go(&world, &import))).expect("went");
        import.id
    };
    let going = begun(uploaded());
    let stopped = begun(uploaded());
    run(import::stop_import(&world.ports, &admin, stopped)).expect("stopped");
    let judged = uploaded();
    let (file, cmd, id) = (upload(), go(&world, &judged), judged.id);
    world.store.forget();

    let (to_upload, to_find, to_go) = (Rc::clone(&admin), Rc::clone(&admin), Rc::clone(&admin));
    let (to_stop, to_resume) = (Rc::clone(&admin), Rc::clone(&admin));
    vec![
        Case::look(&world, "find_import", "decide/find file", move |world| {
            done(import::find_import(&world.ports, &to_find, id));
        }),
        Case::look(&world, "stop_import", "decide/stop file", move |world| {
            done(import::stop_import(&world.ports, &to_stop, going));
        }),
        Case::look(&world, "resume_import", "decide/resume file", move |world| {
            done(import::resume_import(&world.ports, &to_resume, stopped));
        }),
        Case::look(&world, "upload_import", "file, upload one row", move |world| {
            done(import::upload_import(&world.ports, &to_upload, file.clone()));
        }),
        Case::look(&world, "judge_import", "file, judge one row", move |world| {
            done(import::judge_import(&world.ports, &judged));
        }),
        Case::decide(&world, "go_import", "file, go with one row", move |world| {
            done(import::go_import(&world.ports, &to_go, cmd.clone()));
        }),
        Case::decide(&world, "carry_on_imports", "file, carry one row out", move |world| {
            assert!(run(import::carry_on_imports(&world.ports)).expect("carried out"), "there is a file");
        }),
    ]
}

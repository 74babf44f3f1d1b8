//! `cargo xtask bench rules`: what deciding costs, in time and in allocations.
//!
//! `decide/…` is a whole use case: it loads from memory, decides, and commits to a store that forgets. So it is an upper bound for the
//! pure part, which alone is to take less than five microseconds. `walk/…` makes several such decisions, so no bound is set for it. The
//! other names are parsers and pure rules.
//!
//! Store, keys and passwords are those of the test kit. A keyed digest costs next to nothing there, and hashing a password nothing at
//! all: what a real HMAC, Argon2 or database takes is not in these figures.

mod account;
mod complete;
mod export;
mod import;
mod money;
mod passkeys;
mod pure;
mod registration;
mod roles;
mod second_step;
mod sessions;
mod staff;
mod upkeep;
mod use_cases;
mod words;

#[expect(dead_code, reason = "the tests of the rules use more of their world than the benchmarks do")]
#[path = "../../tests/rules/world/mod.rs"]
mod world;

use std::fmt::Debug;
use std::hint::black_box;
use std::rc::Rc;
use std::time::Duration;

use criterion::Criterion;

use crate::world::World;
use crate::world::interleave::run;

/// Something to be measured, prepared.
struct Case {
    /// At most 23 letters, so that Criterion writes name and time on one line.
    name: &'static str,
    /// The use case that it decides, by the name of its function; none for what is no use case.
    of: Option<&'static str>,
    /// Where it offers a commit each time; none for what commits nothing.
    commits_to: Option<Rc<World>>,
    /// Does it once.
    run: Box<dyn FnMut()>,
}

impl Case {
    fn new(name: &'static str, run: impl FnMut() + 'static) -> Self {
        Self { name, of: None, commits_to: None, run: Box::new(run) }
    }

    /// A use case that looks and answers, or writes otherwise than by a commit, in a world where nothing changes.
    fn look(world: &Rc<World>, of: &'static str, name: &'static str, look: impl Fn(&World) + 'static) -> Self {
        let world = Rc::clone(world);
        Self { name, of: Some(of), commits_to: None, run: Box::new(move || look(&world)) }
    }

    /// A use case that comes to a commit, decided again and again in a world where nothing changes.
    fn decide(world: &Rc<World>, of: &'static str, name: &'static str, decide: impl Fn(&World) + 'static) -> Self {
        Self { commits_to: Some(Rc::clone(world)), ..Self::look(world, of, name, decide) }
    }

    /// Does it for the first time, and insists that it comes to a commit where it is to.
    fn try_out(&mut self) {
        let forgotten = |world: &Rc<World>| world.store.forgotten();
        let before = self.commits_to.as_ref().map(forgotten);
        (self.run)();
        let after = self.commits_to.as_ref().map(forgotten);
        assert!(before.is_none() || before < after, "{}: it comes to no commit", self.name);
    }
}

/// Decides, and insists that it is not refused.
#[track_caller]
fn done<T, E: Debug>(decision: impl Future<Output = Result<T, E>>) {
    drop(black_box(run(decision).expect("decided")));
}

fn all() -> Vec<Case> {
    let themes = [
        use_cases::all,
        staff::all,
        registration::all,
        account::all,
        sessions::all,
        second_step::all,
        passkeys::all,
        words::all,
        roles::all,
        money::all,
        import::all,
        export::all,
        upkeep::all,
        pure::all,
    ];
    themes.into_iter().flat_map(|theme| theme()).collect()
}

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    let cases = all();
    complete::check(&cases);
    for mut case in cases {
        case.try_out();
        let counted = allocation_counter::measure(|| (case.run)());
        println!("allocations {} {} {}", case.name, counted.count_total, counted.bytes_total);
        criterion.bench_function(case.name, |bench| bench.iter(|| (case.run)()));
    }
    criterion.final_summary();
}

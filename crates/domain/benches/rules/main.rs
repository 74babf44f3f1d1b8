//! `cargo xtask bench rules`: what deciding costs, in time and in allocations.
//!
//! `decide/…` is a whole use case: it loads from memory, decides, and commits to a store that forgets. So it is an upper bound for the
//! pure part, which alone is to take less than five microseconds. The other names are parsers and pure rules.

mod pure;
mod staff;
mod use_cases;

#[expect(dead_code, reason = "the tests of the rules use more of their world than the benchmarks do")]
#[path = "../../tests/rules/world/mod.rs"]
mod world;

use std::time::Duration;

use criterion::Criterion;

/// Something to be measured, prepared.
struct Case {
    /// At most 23 letters, so that Criterion writes name and time on one line.
    name: &'static str,
    /// Does it once.
    run: Box<dyn FnMut()>,
}

impl Case {
    fn new(name: &'static str, run: impl FnMut() + 'static) -> Self {
        Self { name, run: Box::new(run) }
    }
}

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    for mut case in use_cases::all().into_iter().chain(staff::all()).chain(pure::all()) {
        (case.run)();
        let counted = allocation_counter::measure(|| (case.run)());
        println!("allocations {} {} {}", case.name, counted.count_total, counted.bytes_total);
        criterion.bench_function(case.name, |bench| bench.iter(|| (case.run)()));
    }
    criterion.final_summary();
}

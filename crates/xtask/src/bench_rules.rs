//! `cargo xtask bench rules`: Criterion's times beside the allocations, as one table.

use std::collections::BTreeMap;

use crate::{Outcome, shell};

/// Runs the benchmark and prints the table.
///
/// # Errors
///
/// When it does not run, or when a use case takes longer than [`MOST_FOR_A_DECISION`].
pub(crate) fn run() -> Outcome {
    let words = ["bench", "--package", "practice-domain", "--bench", "rules"];
    let is_number = |line: &str| line.starts_with("allocations ") || line.contains(" time: ");
    let lines = shell::run(shell::cargo(words), is_number).map_err(|(why, _)| why)?;
    let allocations: BTreeMap<&str, &str> = lines.iter().filter_map(|line| allocations_in(line)).collect();
    let mut slow = Vec::new();
    println!("\n{:<24}{:>14}{:>22}", "", "median", "allocations (bytes)");
    for (name, time) in lines.iter().filter_map(|line| time_in(line)) {
        println!("{name:<24}{time:>14}{:>22}", allocations.get(name).copied().unwrap_or_default());
        if name.starts_with("decide/") && nanoseconds(time).is_none_or(|took| took > MOST_FOR_A_DECISION) {
            slow.push(name);
        }
    }
    println!("\nwithout what real digests, password hashes and databases take: the test kit's cost next to nothing");
    if slow.is_empty() { Ok(()) } else { Err(format!("slower than 5 microseconds: {}", slow.join(", "))) }
}

/// `allocations NAME COUNT BYTES`
fn allocations_in(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("allocations ")?;
    let (rest, bytes_at) = (rest, rest.rfind(' ')?);
    let count_at = rest[..bytes_at].rfind(' ')?;
    Some((&rest[..count_at], &rest[count_at + 1..]))
}

/// `NAME   time:   [LOW UNIT MEDIAN UNIT HIGH UNIT]`
fn time_in(line: &str) -> Option<(&str, &str)> {
    let (name, times) = line.split_once(" time: ")?;
    let times = times.trim().strip_prefix('[')?;
    // Past the low estimate and its unit, up to the end of the unit of the median.
    let from = times.match_indices(' ').nth(1)?.0 + 1;
    let to = times.match_indices(' ').nth(3)?.0;
    Some((name.trim(), &times[from..to]))
}

fn nanoseconds(time: &str) -> Option<f64> {
    let (number, unit) = time.split_once(' ')?;
    let factor = match unit {
        "ps" => 0.001,
        "ns" => 1.0,
        "µs" | "us" => 1_000.0,
        "ms" => 1_000_000.0,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * factor)
}

/// Nanoseconds.
const MOST_FOR_A_DECISION: f64 = 5_000.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_the_benchmark_are_read() {
        assert_eq!(allocations_in("allocations parse email, IDN 4 120"), Some(("parse email, IDN", "4 120")));
        assert_eq!(time_in("decide/begin  time:   [1.10 µs 1.23 µs 1.40 µs]"), Some(("decide/begin", "1.23 µs")));
        assert_eq!(nanoseconds("1.5 µs"), Some(1_500.0));
        assert_eq!(nanoseconds("2.5 s"), None);
    }
}

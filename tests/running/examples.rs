use std::process::Command;

use crate::server::binary;

/// What an example prints.
fn said(example: &str) -> Vec<String> {
    let path = binary().with_file_name("examples").join(format!("{example}{}", std::env::consts::EXE_SUFFIX));
    let output = Command::new(&path).output().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(output.status.success(), "{example}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

/// INV-5, INV-7, LOCK-1, PWD-1: the rules need nothing but themselves.
#[test]
fn the_rules_run_in_a_plain_program() {
    let expected = [
        "the first link: a newer invitation was sent",
        "the second link: it opens",
        "a week later: this link has expired",
        "of 20 wrong passwords, 7 were looked at",
        "\"theolindqvist1\" as a password: [Least(15), NotContext]",
        "\"harbor lamp seventeen\" as a password: yes",
    ];
    assert_eq!(said("rules_only"), expected);
}

/// PRA-1: a store of a few hash maps is enough for a few use cases, on any executor; what it does not answer is a fault by name.
#[test]
fn the_use_cases_run_over_a_store_of_ones_own() {
    let expected = [
        "the link leads to registration at Brightwater Family Dental",
        "another link: this link does not work",
        "a question without an answer: account failed",
        "kept: 1 practice, 1 invitation, 1 letter",
        "audit: practice.founded, invitation.issued",
    ];
    assert_eq!(said("own_store"), expected);
}

/// PRA-1: the router lives in another service, and that service's own table changes with every commit or not at all.
#[test]
fn the_router_lives_in_another_service() {
    let expected = [
        "before: 0 charts, 0 practices",
        "after: 1 charts, 1 practices",
        "a second one: open a chart failed",
        "after that: 1 charts, 1 practices",
        "the portal: 200 OK",
    ];
    assert_eq!(said("nested_router"), expected);
}

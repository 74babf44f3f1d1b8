//! What others can use of `practice-domain` and `practice-testkit`, line by line, in `docs/surface/`: so that a breaking change is seen
//! in review. After a change that is meant, write the files anew:
//!
//! ```sh
//! SURFACE=write cargo nextest run --package acceptance --test surface
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn the_public_items_of_the_domain_are_the_reviewed_ones() {
    must_be_reviewed("practice-domain");
}

#[test]
fn the_public_items_of_the_testkit_are_the_reviewed_ones() {
    must_be_reviewed("practice-testkit");
}

fn must_be_reviewed(package: &str) {
    let found = surface(package);
    assert!(found.lines().count() > 100, "{package} shows next to nothing: {found}");
    let path = root().join("docs/surface").join(format!("{package}.txt"));
    if std::env::var_os("SURFACE").is_some_and(|what| what == "write") {
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        fs::write(&path, &found).expect("the file can be written");
    }
    let reviewed = fs::read_to_string(&path).unwrap_or_default();
    let only_in = |these: &str, those: &str| {
        let those: std::collections::BTreeSet<&str> = those.lines().collect();
        these.lines().filter(|line| !those.contains(line)).map(str::to_owned).collect::<Vec<_>>()
    };
    let (new, gone) = (only_in(&found, &reviewed), only_in(&reviewed, &found));
    assert!(
        found == reviewed,
        "the surface of {package} is another now; if that is meant, run\n  \
         SURFACE=write cargo nextest run --package acceptance --test surface\nnew: {new:#?}\ngone: {gone:#?}"
    );
}

/// One line for each public item. What derives and blanket implementations add is left out.
fn surface(package: &str) -> String {
    // Only unstable rustdoc writes JSON. A folder of its own, so that nothing else is built anew because of the switch.
    let target = target().join("surface");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root()).env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_DIR", &target);
    cargo.args(["rustdoc", "--quiet", "--locked", "--package", package, "--lib", "--"]);
    cargo.args(["-Z", "unstable-options", "--output-format", "json"]);
    let output = cargo.output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json = target.join("doc").join(format!("{}.json", package.replace('-', "_")));
    let api = public_api::Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()
        .expect("rustdoc's JSON is of the version that is read here");
    api.to_string()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn target() -> PathBuf {
    let test = std::env::current_exe().expect("a path");
    test.ancestors().nth(3).expect("target/<profile>/deps/<test>").to_owned()
}

//! The shape of the house: which crate may know which, and what the domain may never touch.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

#[test]
fn the_domain_depends_on_a_short_list_and_on_nothing_impure() {
    let words = ["tree", "--package", "practice-domain", "--edges", "normal", "--prefix", "none", "--format", "{p}"];
    let tree = cargo(&words);
    let all: BTreeSet<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let closure: BTreeSet<&str> = all.into_iter().filter(|name| *name != "practice-domain").collect();
    assert!(!closure.is_empty(), "cargo tree named no dependency at all");

    let impure: Vec<_> = closure.iter().filter(|name| IMPURE.contains(name)).collect();
    assert!(impure.is_empty(), "the domain has hands now: {impure:?}");

    let allowed: BTreeSet<&str> =
        DOMAIN_NEEDS.iter().flat_map(|(name, needs)| [*name].into_iter().chain(needs.iter().copied())).collect();
    let new: Vec<_> = closure.difference(&allowed).collect();
    assert!(new.is_empty(), "the domain depends on {new:?}; if it must, say so in DOMAIN_NEEDS and in a decision");
    let gone: Vec<_> = allowed.difference(&closure).collect();
    assert!(gone.is_empty(), "the domain no longer depends on {gone:?}; take them out of DOMAIN_NEEDS");
}

#[test]
fn every_arrow_points_at_the_domain() {
    let edges = workspace_edges();
    for (name, known) in &edges {
        let expected: &[&str] = match name.as_str() {
            "practice-domain" | "xtask" => &[],
            "practice-portal" => continue,
            _ => &["practice-domain"],
        };
        let expected: BTreeSet<String> = expected.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(*known, expected, "{name} knows others of the workspace than it may");
    }
    for adapter in ADAPTERS {
        assert!(edges.contains_key(*adapter), "{adapter} is gone: is the list in this test still right?");
    }
}

#[test]
fn only_the_server_knows_every_adapter() {
    let edges = workspace_edges();
    let known = &edges["practice-portal"];
    for adapter in ADAPTERS {
        assert!(known.contains(*adapter), "the server does not wire {adapter}");
    }
    let knowing: Vec<_> =
        edges.iter().filter(|(_, known)| ADAPTERS.iter().any(|adapter| known.contains(*adapter))).collect();
    assert_eq!(knowing.len(), 1, "others than the server know an adapter: {knowing:?}");
}

#[test]
fn every_crate_keeps_the_lints_of_the_workspace() {
    let root = fs::read_to_string(root().join("Cargo.toml")).expect("the workspace has a manifest");
    assert!(
        root.lines().any(|line| line == r#"unsafe_code = "forbid""#),
        "the workspace no longer forbids unsafe code"
    );
    for package in packages() {
        let path = PathBuf::from(text(&package, "manifest_path"));
        let manifest = fs::read_to_string(&path).expect("every crate has a manifest");
        let lints = manifest.split("[lints]").nth(1).unwrap_or_default().trim_start();
        assert!(lints.starts_with("workspace = true"), "{} has lints of its own", path.display());
    }
}

#[test]
fn nobody_opens_a_door_to_unsafe_code() {
    let mut doors = Vec::new();
    for file in rust_files(&root().join("crates")).into_iter().chain(rust_files(&root().join("tests"))) {
        for (number, line) in code_lines(&read(&file)) {
            // Taken apart, so that this file does not find itself.
            if line.contains("unsafe_code")
                && ["allow", "expect", "warn"].iter().any(|word| line.contains(&format!("{word}(")))
            {
                doors.push(format!("{}:{number}", file.display()));
            }
        }
    }
    assert!(doors.is_empty(), "unsafe code is let in at {doors:?}");
}

#[test]
fn the_domain_takes_neither_time_nor_chance_nor_files() {
    let mut taken = Vec::new();
    for file in rust_files(&root().join("crates/domain/src")) {
        for (number, line) in code_lines(&read(&file)) {
            taken.extend(
                HANDS
                    .iter()
                    .filter(|hand| line.contains(**hand))
                    .map(|hand| format!("{}:{number} {hand}", file.display())),
            );
        }
    }
    assert!(taken.is_empty(), "the domain asks its ports, it does not take: {taken:#?}");
}

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    let mut long = Vec::new();
    for package in packages() {
        let dir = PathBuf::from(text(&package, "manifest_path")).with_file_name("src");
        for file in rust_files(&dir) {
            let lines = read(&file).lines().count();
            if lines > LONGEST_FILE {
                long.push(format!("{} has {lines} lines", file.display()));
            }
        }
    }
    assert!(long.is_empty(), "more than {LONGEST_FILE} lines: {long:#?}");
}

/// Each crate of the workspace, and which others of it the crate's own code may name.
fn workspace_edges() -> BTreeMap<String, BTreeSet<String>> {
    let packages = packages();
    let names: BTreeSet<String> = packages.iter().map(|package| text(package, "name").to_owned()).collect();
    let edges_of = |package: &Value| {
        let dependencies = package["dependencies"].as_array().expect("dependencies are a list");
        // The kind of a normal dependency is null; `dev` and `build` are named.
        let normal = dependencies.iter().filter(|dependency| dependency["kind"].is_null());
        normal.map(|dependency| text(dependency, "name").to_owned()).filter(|name| names.contains(name)).collect()
    };
    packages.iter().map(|package| (text(package, "name").to_owned(), edges_of(package))).collect()
}

/// What cargo says about each crate of the workspace.
fn packages() -> Vec<Value> {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--no-deps"])).expect("metadata is JSON");
    metadata["packages"].as_array().expect("packages are a list").clone()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} is not text"))
}

/// What a cargo command prints. It never reaches for the network.
fn cargo(words: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo).args(words).arg("--offline").current_dir(root()).output().expect("cargo runs");
    assert!(output.status.success(), "cargo {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo speaks UTF-8")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this package lies in the workspace").to_path_buf()
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|why| panic!("{}: {why}", file.display()))
}

/// Every Rust file in a folder and below it.
fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap_or_else(|why| panic!("{}: {why}", dir.display())) {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The numbered lines of a file that are not comments.
fn code_lines(source: &str) -> Vec<(usize, String)> {
    let numbered = source.lines().enumerate().map(|(number, line)| (number + 1, line.trim().to_owned()));
    numbered.filter(|(_, line)| !line.starts_with("//")).collect()
}

const ADAPTERS: &[&str] = &[
    "practice-bot-check",
    "practice-email-smtp",
    "practice-events-http",
    "practice-http-axum",
    "practice-keyring",
    "practice-passkeys-webauthn",
    "practice-payments-stripe",
    "practice-sandbox",
    "practice-sms-twilio",
    "practice-storage-postgres",
    "practice-storage-sqlite",
];

/// What a pure crate can never need, however far down its tree.
const IMPURE: &[&str] = &[
    "axum",
    "chrono",
    "getrandom",
    "hyper",
    "lettre",
    "mio",
    "rand",
    "reqwest",
    "rusqlite",
    "socket2",
    "sqlx",
    "time",
    "tokio",
];

/// How code takes what it ought to ask for.
const HANDS: &[&str] = &[
    "SystemTime::now",
    "Instant::now",
    "std::env",
    "env::var",
    "std::fs",
    "TcpListener",
    "TcpStream",
    "UdpSocket",
    "ToSocketAddrs",
    "std::process",
    "std::thread",
    "thread::",
    "thread_rng",
    "Uuid::new_v4",
    "Uuid::now_v7",
];

const LONGEST_FILE: usize = 400;

/// The whole closure of the domain's normal dependencies: each direct one with what it brings first.
const DOMAIN_NEEDS: &[(&str, &[&str])] = &[
    ("async-trait", &["proc-macro2", "quote", "syn", "unicode-ident"]),
    ("csv-core", &["memchr"]),
    ("email_address", &[]),
    (
        "idna",
        &[
            "displaydoc",
            "icu_collections",
            "icu_locale_core",
            "icu_normalizer",
            "icu_normalizer_data",
            "icu_properties",
            "icu_properties_data",
            "icu_provider",
            "idna_adapter",
            "litemap",
            "potential_utf",
            "smallvec",
            "stable_deref_trait",
            "synstructure",
            "tinystr",
            "utf8_iter",
            "utf_types",
            "writeable",
            "yoke",
            "yoke-derive",
            "zerofrom",
            "zerofrom-derive",
            "zerotrie",
            "zerovec",
            "zerovec-derive",
        ],
    ),
    (
        "phonenumber",
        &[
            "aho-corasick",
            "byteorder",
            "cobs",
            "either",
            "fnv",
            "hash32",
            "heapless",
            "heck",
            "linked-hash-map",
            "lock_api",
            "lru-cache",
            "minimal-lexical",
            "nom",
            "once_cell",
            "oncemutex",
            "postcard",
            "quick-xml",
            "regex",
            "regex-automata",
            "regex-cache",
            "regex-syntax",
            "scopeguard",
            "serde",
            "serde_core",
            "serde_derive",
            "spin",
            "strum",
            "strum_macros",
        ],
    ),
    ("secrecy", &["zeroize"]),
    ("thiserror", &["thiserror-impl"]),
    ("unicode-normalization", &["tinyvec"]),
    ("unicode-security", &["unicode-script"]),
    ("uuid", &[]),
];

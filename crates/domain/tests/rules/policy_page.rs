//! `docs/policy.md` is the table of the code.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use practice_domain::policy::{KEYS, Policy, Preset};

/// PRA-6, PWD-1
#[test]
fn the_page_about_policies_is_the_table_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/policy.md");
    if env::var_os("REFRESH").is_some() {
        fs::write(&path, page()).expect("written");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == page(),
        "docs/policy.md is out of date. Refresh it: REFRESH=1 cargo nextest run -p practice-domain policy_page"
    );
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    for keys in KEYS.chunk_by(|a, b| a.section() == b.section()) {
        let columns = Preset::ALL.map(Preset::name).join(" | ");
        let _ = write!(
            page,
            "\n## {}\n\n| key | may be | {columns} | why |\n|---|---|---|---|---|---|---|\n",
            keys[0].section()
        );
        for key in keys {
            let values = Preset::ALL.map(|preset| key.preset(preset).to_string()).join(" | ");
            let _ = writeln!(page, "| `{}` | {} | {values} | {} |", key.name, key.bounds, key.why);
        }
    }
    page.push_str(DEVIATIONS);
    for preset in Preset::ALL {
        for found in Policy::of(preset).deviations() {
            let _ = writeln!(page, "| {} | `{}` | {} |", preset.name(), found.key.name, found.norm);
        }
    }
    page
}

const HEAD: &str = "# Policy

Each practice has a policy: a preset, and the values in which it differs (`PRA-6`, `PWD-1`). This page is made from the table in
`crates/domain/src/policy/table.rs`. After changing the table: `REFRESH=1 cargo nextest run -p practice-domain policy_page`.

A value outside its bounds is refused with the key and the bound, wherever it comes from; a database that holds one is not opened.
Whoever may change the security policy, Owners at first, sets it after a fresh sign-in in Settings or by the API; the audit log keeps
what changed.

As a document, in TOML or JSON (feature `serde`), a policy is its preset and sections of values. What is not named is what the preset
says; without a preset, what `standard` says.

```toml
preset = \"office\"

[session]
idle_minutes = 20
```
";

const DEVIATIONS: &str = "
## Rules across keys

`password.min_length` is at least 15 where a password is all there is. It may be 8 where `second_factor.managers` and
`second_factor.others` are both `required`; `portal` and `office` may keep their documented habit.

## Deviations

Values that a published norm advises against. Whenever a policy with one comes into force, the audit log says so
(`policy.deviation`), naming key and norm. A practice's own values may deviate in the same keys.

| preset | key | norm |
|---|---|---|
";

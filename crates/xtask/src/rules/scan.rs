//! Finding the tests in a file, and the rules that they name.
//!
//! A test names a rule when the rule stands in a comment at most twelve lines above it, in its body, in its own name
//! (`inv_4_holds`), or in the comment that opens a file of nothing but tests.

/// One file.
pub(super) struct Source {
    /// Its path from the root, with `/` between the folders.
    pub(super) path: String,
    /// What it holds.
    pub(super) text: String,
}

impl Source {
    /// What it holds before its own tests.
    pub(super) fn code(&self) -> &str {
        self.text.split("#[cfg(test)]").next().unwrap_or_default()
    }

    /// The tests in this file that name a rule.
    pub(super) fn tests_naming(&self, rule: &str) -> Vec<String> {
        let lines: Vec<&str> = self.text.lines().collect();
        let only_tests = self.path.starts_with("tests/") || self.path.contains("/tests/");
        let mut opening = lines.iter().take_while(|line| line.is_empty() || line.starts_with("//"));
        let whole_file = only_tests && opening.any(|line| !line.starts_with("///") && names(line, rule));
        let snake = rule.to_lowercase().replace('-', "_");
        let mut naming = Vec::new();
        let mut former_end = 0;
        for (start, name) in self.tests(&lines) {
            let end = end_of_body(&lines, start);
            let above = &lines[start.saturating_sub(NEARBY).max(former_end)..start];
            let nearby = above.iter().any(|line| is_comment(line) && names(line, rule));
            let inside = lines[start..=end].iter().any(|line| names(line, rule));
            if whole_file || nearby || inside || names(&name, &snake) {
                naming.push(name);
            }
            former_end = end + 1;
        }
        naming
    }

    /// The line in which each test begins, and its name.
    fn tests(&self, lines: &[&str]) -> Vec<(usize, String)> {
        let journey = self.path.ends_with(".mjs");
        // The contract suites are plain functions, which the adapters' macro turns into tests by name.
        let contract = self.path.starts_with("crates/testkit/src/contract");
        let mut tests = Vec::new();
        let mut marked = false;
        for (number, line) in lines.iter().enumerate() {
            let text = line.trim_start();
            if journey {
                tests.extend(text.strip_prefix("test(").and_then(title).map(|name| (number, name)));
                continue;
            }
            marked |= text.starts_with("#[test]") || text.starts_with("#[tokio::test");
            let Some(name) = function(text) else { continue };
            if marked || (contract && text.starts_with("pub async fn ")) {
                tests.push((number, name));
            }
            marked = false;
        }
        tests
    }
}

/// Whether a text names a rule: the whole word, so that `INV-1` is not found in `INV-10`.
pub(super) fn names(text: &str, rule: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric();
    text.match_indices(rule)
        .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + rule.len()..].starts_with(is_part))
}

/// The last line of what begins in line `start`: all that is indented deeper belongs to it, and the brace that closes it.
fn end_of_body(lines: &[&str], start: usize) -> usize {
    let depth = |line: &str| line.len() - line.trim_start().len();
    for (number, line) in lines.iter().enumerate().skip(start + 1) {
        if line.trim().is_empty() || depth(line) > depth(lines[start]) || line.trim_start().starts_with(')') {
            continue;
        }
        return if line.trim_start().starts_with('}') { number } else { number - 1 };
    }
    lines.len() - 1
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// The name of the function that a line begins, if it begins one.
fn function(text: &str) -> Option<String> {
    let rest =
        ["pub ", "pub(crate) ", "async "].iter().fold(text, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
    let name = rest.strip_prefix("fn ")?;
    Some(name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
}

/// The title of a journey: what stands between the first quotes.
fn title(rest: &str) -> Option<String> {
    let quote = rest.chars().next().filter(|c| "\"'`".contains(*c))?;
    rest[1..].split(quote).next().map(str::to_owned)
}

const NEARBY: usize = 12;

#[cfg(test)]
mod tests {
    use super::{Source, names};

    #[test]
    fn a_rule_is_a_whole_word() {
        assert!(names("see INV-1, INV-10", "INV-1"));
        assert!(names("(INV-10)", "INV-10"));
        assert!(!names("see INV-10", "INV-1"));
        assert!(!names("REINV-1", "INV-1"));
    }

    #[test]
    fn a_test_names_a_rule_above_it_inside_it_or_in_its_name() {
        let text = "\
/// INV-4
#[test]
fn above() {
}

#[tokio::test]
async fn inside() {
    // INV-5
}

#[test]
fn inv_6_in_the_name() {
}

// INV-7
fn no_test() {
}
";
        let source = Source { path: "crates/domain/src/a.rs".into(), text: text.into() };
        assert_eq!(source.tests_naming("INV-4"), ["above"]);
        assert_eq!(source.tests_naming("INV-5"), ["inside"]);
        assert_eq!(source.tests_naming("INV-6"), ["inv_6_in_the_name"]);
        assert!(source.tests_naming("INV-7").is_empty());
    }

    #[test]
    fn a_test_of_one_line_ends_where_it_begins() {
        let text = "#[test]\nfn one() { two() }\n\n// INV-4\n#[test]\nfn other() {\n}\n";
        let source = Source { path: "crates/domain/src/a.rs".into(), text: text.into() };
        assert_eq!(source.tests_naming("INV-4"), ["other"]);
    }

    #[test]
    fn the_comment_that_opens_a_file_speaks_for_all_its_tests() {
        let text = "//! LOCK-1 and more.\n\n#[test]\nfn one() {\n}\n";
        let source = Source { path: "tests/lock.rs".into(), text: text.into() };
        assert_eq!(source.tests_naming("LOCK-1"), ["one"]);
    }

    #[test]
    fn a_journey_and_a_contract_are_tests() {
        let journey =
            "// LIST-6\ntest('pages work', () =>\n  here.as({}, () => {\n  }));\n\nfunction f() {\n  // LIST-7\n}\n";
        let source = Source { path: "tests/browser/a.test.mjs".into(), text: journey.into() };
        assert_eq!(source.tests_naming("LIST-6"), ["pages work"]);
        assert!(source.tests_naming("LIST-7").is_empty());

        let contract = "/// LIST-3\npub async fn lists_agree(h: &H) {\n}\n";
        let source = Source { path: "crates/testkit/src/contract/lists.rs".into(), text: contract.into() };
        assert_eq!(source.tests_naming("LIST-3"), ["lists_agree"]);
    }
}

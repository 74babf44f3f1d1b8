//! Inputs that are worth trying, one a line.

use std::fs;
use std::path::Path;

/// The inputs for a parser.
pub(crate) fn of(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(format!("{name}.txt"));
    let text = fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    text.lines().map(unescape).collect()
}

/// The input on a line, as it is written in the corpus.
pub(crate) fn escape(input: &str) -> String {
    let shown = |c: char| match c {
        ' ' => " ".to_owned(),
        '"' | '\'' => c.to_string(),
        _ => c.escape_debug().to_string(),
    };
    input.chars().map(shown).collect()
}

fn unescape(line: &str) -> String {
    let mut input = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('\\') {
        input.push_str(&rest[..at]);
        let escaped = &rest[at + 1..];
        let (c, length) = match escaped.as_bytes().first() {
            Some(b'n') => ('\n', 1),
            Some(b'r') => ('\r', 1),
            Some(b't') => ('\t', 1),
            Some(b'0') => ('\0', 1),
            Some(b'u') => {
                let end = escaped.find('}').expect("a closed escape");
                let code = u32::from_str_radix(&escaped[2..end], 16).expect("a hexadecimal number");
                (char::from_u32(code).expect("a character"), end + 1)
            }
            _ => ('\\', 1),
        };
        input.push(c);
        rest = &escaped[length..];
    }
    input + rest
}

#[test]
fn what_is_escaped_is_read_as_it_was() {
    for input in ["a\\b\"'", "\0\r\n\t", "\u{202e}é\u{301} 中", ""] {
        assert_eq!(unescape(&escape(input)), input);
    }
}

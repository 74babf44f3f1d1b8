//! Where to go on after a detour: only ever a place of our own.

/// The path, when a browser that is sent there stays on our origin; none otherwise.
pub(crate) fn own_path(text: &str) -> Option<&str> {
    let own = text.starts_with('/') && !text.starts_with("//") && text.len() <= 2000;
    let plain = |b: u8| b.is_ascii_graphic() && b != b'\\';
    (own && text.bytes().all(plain)).then_some(text)
}

/// An address, with the place to go on to afterwards where there is one.
pub(crate) fn by_way_of(path: &str, next: Option<&str>) -> String {
    next.map_or_else(|| path.to_owned(), |next| format!("{path}?next={}", encode(next)))
}

/// The place to go on to that a query names, if it is one of our own.
pub(crate) fn asked_for(query: &[(String, String)]) -> Option<&str> {
    query.iter().find(|(name, _)| name == "next").and_then(|(_, next)| own_path(next))
}

/// A text as the value of a query parameter.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(b"0123456789ABCDEF"[usize::from(byte >> 4)]));
            out.push(char::from(b"0123456789ABCDEF"[usize::from(byte & 15)]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// HT-05
    #[test]
    fn only_paths_of_our_own_origin_pass() {
        for good in ["/", "/manage?q=a%20b", "/manage/users/1#u1", "/%2f%2fevil"] {
            assert_eq!(own_path(good), Some(good));
        }
        let bad = [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil",
            "%2f%2fevil",
            "\\/evil",
            "/\t/evil",
            "/a b",
            "/é",
        ];
        for bad in bad {
            assert_eq!(own_path(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_value_survives_a_query() {
        assert_eq!(encode("/manage?q=a&b"), "%2Fmanage%3Fq%3Da%26b");
    }
}

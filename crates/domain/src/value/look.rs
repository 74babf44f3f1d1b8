use std::sync::LazyLock;

use unicode_security::confusable_detection::skeleton;

/// What a text looks like to a hurried reader. Two texts are confusable when they look the same and are not the same.
///
/// It is the skeleton of Unicode's security mechanisms (UTS #39 §4), taken without regard to case, and then coarser: digits are read as
/// the letters that they stand for in forged domains (`0`, `1`, `3`, `5`, `8`), `i` as `l`, and the pairs `vv` and `cl` as `w` and `d`;
/// that `rn` looks like `m`, Unicode knows. So it errs towards a warning. It is for comparing only: nobody is to be shown it, and it
/// may change with Unicode.
#[must_use]
pub fn look(text: &str) -> String {
    let bare = if text.is_ascii() { of_ascii(text) } else { of_any(text) };
    bare.replace("vv", "w").replace("cl", "d")
}

fn of_any(text: &str) -> String {
    let small: String = skeleton(text).flat_map(char::to_lowercase).collect();
    // Twice, because a capital may resemble another letter than its small one does.
    skeleton(&small).flat_map(char::to_lowercase).map(letter).collect()
}

/// The same for ASCII, which most addresses are: there each character looks like something by itself, whatever stands beside it.
fn of_ascii(text: &str) -> String {
    static EACH: LazyLock<Vec<String>> =
        LazyLock::new(|| (0_u8..128).map(|byte| of_any(char::from(byte).encode_utf8(&mut [0; 4]))).collect());
    text.bytes().map(|byte| EACH[usize::from(byte)].as_str()).collect()
}

fn letter(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | 'i' | '|' => 'l',
        '3' => 'e',
        '5' => 's',
        '8' => 'b',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{of_any, of_ascii};
    use crate::value::{Email, PersonName};

    fn email(text: &str) -> Email {
        Email::parse(text).expect("a good address")
    }

    /// IN-01
    #[test]
    fn a_forged_domain_looks_like_the_real_one() {
        let real = email("ann.miller@brightsmile.com");
        for forged in [
            "ann.miller@brightsmi1e.com",
            "ann.rniller@brightsmile.com",
            "ann.miller@brightsrnile.com",
            "ann.miIler@brightsmile.com",
            "ann.miller@brіghtsmile.com",
            "ann.miller@brightsmilе.com",
            "ann.mi11er@brightsmile.com",
            "ann.miller@8rightsmile.com",
            "ann.miller@brightsmile.c0m",
            "ann.miller@BR1GHTSMILE.com",
        ] {
            assert!(real.is_look_alike(&email(forged)), "{forged} looks like {}", email(forged).look());
            assert!(email(forged).is_look_alike(&real), "{forged}");
        }
        assert!(email("a@cloud-wave.com").is_look_alike(&email("a@doud-vvave.com")));
    }

    /// IN-01
    #[test]
    fn different_addresses_look_different_and_the_same_one_is_no_look_alike() {
        let real = email("ann.miller@brightsmile.com");
        for other in ["ann.meller@brightsmile.com", "ann.miller@bright-smile.com", "annmiller@brightsmile.com"] {
            assert!(!real.is_look_alike(&email(other)), "{other}");
        }
        assert!(!real.is_look_alike(&email("Ann.Miller@BrightSmile.COM")));
        assert!(!email("x@bücher.example").is_look_alike(&email("x@xn--bcher-kva.example")));
    }

    /// IN-02
    #[test]
    fn names_that_only_look_alike_are_told_from_spellings_of_one() {
        let name = |first: &str| PersonName::parse(first, "Lee").expect("a name");
        assert!(name("Anna").is_look_alike(&name("Аnnа")));
        assert!(name("Marna").is_look_alike(&name("Mama")));
        assert!(!name("José").is_look_alike(&name("JOSE")));
        assert!(!name("Anna").is_look_alike(&name("Hanna")));
    }

    #[test]
    fn every_pair_of_ascii_characters_looks_the_same_by_the_short_way() {
        for pair in (0_u8..128).flat_map(|one| (0_u8..128).map(move |other| [one, other])) {
            let text: String = pair.into_iter().map(char::from).collect();
            assert_eq!(of_ascii(&text), of_any(&text), "{text:?}");
        }
    }
}

use practice_domain::value::Password;

/// Whether somebody who tries the likeliest passwords first, common and leaked ones and what people make of them, gets to this one
/// within a million tries. The whole password counts: a common word in a long one does no harm (`PW-05`).
#[must_use]
pub fn is_common(password: &Password) -> bool {
    let mut rest = password.expose();
    let mut tries: u64 = 1;
    for _ in 0..PIECES {
        let end = rest.char_indices().nth(PIECE).map_or(rest.len(), |(at, _)| at);
        let (piece, more) = rest.split_at(end);
        tries = tries.saturating_mul(zxcvbn::zxcvbn(piece, &[]).guesses());
        if tries >= COMMON || more.is_empty() {
            break;
        }
        rest = more;
    }
    tries < COMMON
}

/// Written into the hash of a password that was found uncommon, so that it is not judged again at each sign-in. A judge that may judge
/// otherwise, such as another version of `zxcvbn` or other numbers here, gets another number: then each password is judged anew when
/// it is next used.
pub(crate) const JUDGE: u8 = 1;
const COMMON: u64 = 1_000_000;
/// Judging takes longer than in proportion to the length, so that a long password is judged in pieces, and not to its end.
const PIECE: usize = 100;
const PIECES: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str) -> bool {
        is_common(&Password::parse(text).expect("short"))
    }

    /// PW-05
    #[test]
    fn common_passwords_are_known_also_when_dressed_up() {
        for text in
            ["passwordpassword", "password", "Passw0rd!", "123456789012345", "qwertyuiopasdfgh", "aaaaaaaaaaaaaaa", ""]
        {
            assert!(judge(text), "{text}");
        }
    }

    /// PW-01, PW-04, PW-05
    #[test]
    fn passwords_that_nobody_would_try_are_not_common() {
        for text in
            ["jqvhzkwmxbrtpgcdfyna", "zq7-otter-quart", "brightsmiledental otter 92 quartz", "漢字 naïve 🙂 o'r 1=1"]
        {
            assert!(!judge(text), "{text}");
        }
    }

    #[test]
    fn a_long_password_is_judged_beyond_its_first_hundred_characters() {
        assert!(judge(&"a".repeat(128)));
        assert!(!judge(&format!("{}{}", "a".repeat(100), "jqvhzkwmxbrtpgcdfyna")));
        assert!(judge(&"é".repeat(128)));
    }
}

//! What a new password must meet (`PWD-1`).

use std::time::Duration;

use crate::policy::{Policy, Preset};
use crate::value::{Email, Password, PersonName, Time, fold};

/// The rules for a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standard {
    /// The least number of characters (Unicode code points after NFC).
    pub least: usize,
    /// The most.
    pub most: usize,
    /// Whether it needs a lower-case letter, an upper-case letter, a digit and a symbol.
    pub four_classes: bool,
    /// Whether runs (`abc`, `321`), repeats (`aaa`) and keyboard walks (`qwe`) are refused.
    pub no_runs: bool,
    /// How many of the last passwords, the present one included, cannot be taken again. 0 to 24; the present one never can.
    pub history: u8,
    /// How long a password opens the account; none means for good. 30 to 365 days (`PW-06`).
    pub max_age: Option<Duration>,
}

/// One rule that a page shows and the server checks (`REG-4`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PasswordRule {
    /// Long enough.
    Least(usize),
    /// Not too long.
    Most(usize),
    /// A lower-case letter.
    Lower,
    /// An upper-case letter.
    Upper,
    /// A digit.
    Digit,
    /// Neither a letter nor a digit.
    Symbol,
    /// No runs, repeats or keyboard walks.
    NoRuns,
    /// Not the person's name or address, or the practice's name.
    NotContext,
    /// Not common, and not in a known leak.
    NotCommon,
    /// Not one of the last so many; only asked where there is a former one.
    NotFormer(u8),
}

/// Why a right password does not sign in (`BOT-3`, `PW-06`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outdated {
    /// Somebody else may know it.
    Compromised,
    /// It is older than the practice allows.
    Expired,
    /// It is shorter than a new one may be.
    TooShort,
    /// It is on the list of common and leaked ones.
    Common,
}

/// Whose password it is to be.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The username.
    pub email: &'a Email,
    /// The person's name.
    pub name: &'a PersonName,
    /// The practice's name, and the service's.
    pub names: &'a [&'a str],
}

/// The rules that a password does not meet; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this password does not meet every rule")]
pub struct PasswordRefused(pub Vec<PasswordRule>);

impl Outdated {
    /// The stable code, for the audit log.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Compromised => "compromised",
            Self::Expired => "expired",
            Self::TooShort => "too-short",
            Self::Common => "common",
        }
    }
}

impl Standard {
    /// The rules of a preset: length and a blocklist, or the documented habits.
    #[must_use]
    pub fn of(preset: Preset) -> Self {
        Policy::of(preset).password
    }

    /// Why a right password that was set at this moment does not open its account today, if there is a reason (`BOT-3`, `PW-06`).
    /// Length and the list of common ones count; what a new password is made of is asked when one is set, and not again.
    #[must_use]
    pub fn outdates(&self, password: &Password, common: bool, set_at: Time, now: Time) -> Option<Outdated> {
        if self.max_age.is_some_and(|age| now >= set_at.plus(age)) {
            Some(Outdated::Expired)
        } else if password.expose().chars().count() < self.least {
            Some(Outdated::TooShort)
        } else {
            common.then_some(Outdated::Common)
        }
    }

    /// How many of the last passwords cannot be taken again, the present one included.
    #[must_use]
    pub fn remembered(&self) -> u8 {
        self.history.max(1)
    }

    /// The rules, in the order in which a page lists them.
    #[must_use]
    pub fn rules(&self) -> Vec<PasswordRule> {
        self.each_rule().collect()
    }

    fn each_rule(&self) -> impl Iterator<Item = PasswordRule> {
        let classes = [PasswordRule::Lower, PasswordRule::Upper, PasswordRule::Digit, PasswordRule::Symbol];
        let of_length = [PasswordRule::Least(self.least), PasswordRule::Most(self.most)];
        (of_length.into_iter())
            .chain(self.four_classes.then_some(classes).into_iter().flatten())
            .chain(self.no_runs.then_some(PasswordRule::NoRuns))
            .chain([PasswordRule::NotContext, PasswordRule::NotCommon])
    }

    /// Checks a password against every rule; `common` is whether a list knows it.
    ///
    /// # Errors
    ///
    /// [`PasswordRefused`] names the rules that it does not meet.
    pub fn check(&self, password: &Password, context: Context<'_>, common: bool) -> Result<(), PasswordRefused> {
        let text = password.expose();
        let unmet: Vec<_> = self.each_rule().filter(|rule| !meets(*rule, text, context, common)).collect();
        if unmet.is_empty() { Ok(()) } else { Err(PasswordRefused(unmet)) }
    }
}

fn meets(rule: PasswordRule, text: &str, context: Context<'_>, common: bool) -> bool {
    match rule {
        PasswordRule::Least(n) => text.chars().count() >= n,
        PasswordRule::Most(n) => text.chars().count() <= n,
        PasswordRule::Lower => text.chars().any(char::is_lowercase),
        PasswordRule::Upper => text.chars().any(char::is_uppercase),
        PasswordRule::Digit => text.chars().any(char::is_numeric),
        PasswordRule::Symbol => text.chars().any(|c| !c.is_alphanumeric() && !c.is_whitespace()),
        PasswordRule::NoRuns => !has_run(text),
        PasswordRule::NotContext => !is_context(text, context),
        PasswordRule::NotCommon => !common,
        // Whoever keeps the former ones compares them: it takes a hash each.
        PasswordRule::NotFormer(_) => true,
    }
}

/// Whether the whole password is a name or address that anyone would try, also doubled or spaced differently. Never a substring:
/// a long sentence may hold the practice's name.
fn is_context(text: &str, context: Context<'_>) -> bool {
    let mut given = String::with_capacity(text.len());
    add_bare(&mut given, text);
    let stem = given.trim_end_matches(|c: char| c.is_ascii_digit());
    let Context { email, name, names } = context;
    let own = [
        [email.local(), ""],
        [email.normal(), ""],
        [name.first(), ""],
        [name.last(), ""],
        [name.first(), name.last()],
        ["codeword", ""],
    ];
    let mut word = String::with_capacity(64);
    own.into_iter().chain(names.iter().map(|other| [*other, ""])).any(|parts| {
        word.clear();
        parts.into_iter().for_each(|part| add_bare(&mut word, part));
        let doubled = || given.strip_prefix(&word).is_some_and(|rest| rest == word);
        !word.is_empty() && (given == word || stem == word || doubled())
    })
}

/// Adds the letters and digits of a text, folded.
fn add_bare(to: &mut String, text: &str) {
    if text.is_ascii() {
        to.extend(text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
    } else {
        to.extend(fold(text).chars().filter(|c| c.is_alphanumeric()));
    }
}

fn has_run(text: &str) -> bool {
    let lower: Vec<char> = text.to_lowercase().chars().collect();
    lower.windows(3).any(|w| {
        let [a, b, c] = [w[0] as i64, w[1] as i64, w[2] as i64];
        let walk: String = w.iter().collect();
        let letters = w.iter().all(char::is_ascii_alphanumeric);
        (a == b && b == c)
            || (letters && (b - a == 1 && c - b == 1 || b - a == -1 && c - b == -1))
            || WALKS.iter().any(|row| row.contains(&walk))
    })
}

const WALKS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(preset: Preset, text: &str, common: bool) -> Vec<PasswordRule> {
        let email = Email::parse("marisol.vega@brightwater.example").expect("plain");
        let name = PersonName::parse("Marisol", "Vega").expect("plain");
        let context = Context { email: &email, name: &name, names: &["Bright Smile Dental", "Practice Portal"] };
        let password = Password::parse(text).expect("short");
        Standard::of(preset).check(&password, context, common).map_or_else(|refused| refused.0, |()| Vec::new())
    }

    /// PWD-1
    #[test]
    fn the_standard_asks_for_length_and_nothing_else() {
        assert_eq!(check(Preset::Standard, "zq7-otter-quar", false), [PasswordRule::Least(15)]);
        assert_eq!(check(Preset::Standard, "zq7-otter-quart", false), []);
        assert_eq!(check(Preset::Standard, "kfhtbqmzwxpludgcvrne", false), []);
        assert_eq!(check(Preset::Standard, &"e\u{301}".repeat(14), false), [PasswordRule::Least(15)]);
        assert_eq!(check(Preset::Standard, &format!("{}!", "xy".repeat(64)), false), [PasswordRule::Most(128)]);
    }

    /// PWD-1
    #[test]
    fn common_and_context_passwords_are_refused_but_never_by_a_part() {
        assert_eq!(check(Preset::Standard, "passwordpassword", true), [PasswordRule::NotCommon]);
        assert_eq!(check(Preset::Standard, "BrightSmileDental", false), [PasswordRule::NotContext]);
        assert_eq!(check(Preset::Standard, "bright-smile-dental-2026", false), [PasswordRule::NotContext]);
        assert_eq!(check(Preset::Standard, "brightsmiledental otter 92 quartz", false), []);
    }

    /// PWD-1
    #[test]
    fn the_presets_reproduce_the_documented_habits() {
        assert_eq!(check(Preset::Portal, "aB3$efgh", false), []);
        assert_eq!(check(Preset::Portal, "ab3$efgh", false), [PasswordRule::Upper]);
        assert_eq!(check(Preset::Office, "aB3$xyz-T", false), [PasswordRule::NoRuns]);
        assert_eq!(check(Preset::Office, "Tk7$-qwe-P", false), [PasswordRule::NoRuns]);
        assert_eq!(check(Preset::Office, "Tk7$-pq-Vm", false), []);
    }

    /// PWD-1: three of the same, three that follow each other up or down, or three neighbours on the keyboard.
    #[test]
    fn runs_are_repeats_rows_and_walks_of_three() {
        for run in ["aaa", "777", "++++", "abc", "cba", "789", "987", "xYZq", "Qwe", "fgh", "bnm"] {
            assert!(has_run(run), "{run}");
        }
        for none in
            ["aab", "abb", "aba", "bab", "abd", "acd", "cbd", "dba", "cab", "+,-", "/01", "yz{", "-,+", "qew", "ab"]
        {
            assert!(!has_run(none), "{none}");
        }
    }

    /// PWD-1, BOT-3, PW-06
    #[test]
    fn a_right_password_is_outdated_by_age_length_or_a_leak_and_by_nothing_else() {
        let (set_at, day) = (Time::from_micros(0), Duration::from_secs(24 * 60 * 60));
        let why = |preset, text, common, age: Duration| {
            let password = Password::parse(text).expect("short");
            Standard::of(preset).outdates(&password, common, set_at, set_at.plus(age))
        };
        let (quarter, second) = (90 * day, Duration::from_secs(1));
        assert_eq!(why(Preset::Portal, "aB3$efgh", false, quarter - second), None);
        assert_eq!(why(Preset::Portal, "aB3$efgh", false, quarter), Some(Outdated::Expired));
        assert_eq!(why(Preset::Standard, "zq7-otter-quart", false, 3_650 * day), None);
        assert_eq!(why(Preset::Standard, "zq7-otter-quar", false, day), Some(Outdated::TooShort));
        assert_eq!(why(Preset::Standard, "zq7-otter-quart", true, day), Some(Outdated::Common));
        assert_eq!(why(Preset::Office, "no classes at all", false, day), None, "classes are for new ones");
    }
}

use crate::policy::Values;
use crate::policy::key::{Bounds, Key, Slot};

/// Every value of a policy: bounds, values in the presets `standard`, `portal`, `office` and `strict`, and why. `docs/policy.md` is
/// this table.
pub static KEYS: [Key; 37] = [
    number(
        "password.min_length",
        "Shortest password",
        of("characters", 8, 64),
        [15, 8, 9, 15],
        "NIST SP 800-63B-4 §3.1.1.2(1): 15 where a password is all there is, 8 with a second factor. Below 15 without one only in \
         portal and office, not below their own habit, and recorded as a deviation.",
        |v| Slot::Size(&mut v.password.least),
    ),
    number(
        "password.max_length",
        "Longest password",
        of("characters", 64, 256),
        [128; 4],
        "NIST SP 800-63B-4 §3.1.1.2(2): at least 64 are allowed.",
        |v| Slot::Size(&mut v.password.most),
    ),
    switch(
        "password.four_classes",
        "Ask for lower case, upper case, digit and symbol",
        [false, true, true, false],
        "Lower case, upper case, digit and symbol: the documented habit. NIST SP 800-63B-4 §3.1.1.2(5) says not to; recorded as a \
         deviation.",
        |v| Slot::Switch(&mut v.password.four_classes),
    ),
    switch(
        "password.no_runs",
        "Refuse runs, repeats and keyboard walks",
        [false, false, true, false],
        "No runs, repeats or keyboard walks: the documented habit. NIST SP 800-63B-4 §3.1.1.2(5) says not to; recorded as a deviation.",
        |v| Slot::Switch(&mut v.password.no_runs),
    ),
    number(
        "password.history",
        "Old passwords that cannot be used again",
        of("passwords", 0, 24),
        [0, 6, 6, 0],
        "How many earlier passwords cannot be used again. Useful only where passwords expire.",
        |v| Slot::Byte(&mut v.password.history),
    ),
    number(
        "password.max_age_days",
        "Ask for a new password after",
        or_zero("never", of("days", 30, 365)),
        [0, 90, 0, 0],
        "The documented habit of the portal. NIST SP 800-63B-4 §3.1.1.2(6) says not to; recorded as a deviation.",
        |v| Slot::Limit(&mut v.password.max_age, DAY),
    ),
    number(
        "lockout.lock_at_failure",
        "Lock the account at failed attempt number",
        of("failures", 3, 20),
        [7, 7, 5, 5],
        "The consecutive failure that locks: \"more than 6 failed attempts\" is 7. NIST SP 800-63B-4 §3.2.2 allows at most 100.",
        |v| Slot::Byte(&mut v.lockout.lock_at_failure),
    ),
    choice(
        "lockout.scope",
        "What counts together",
        &["account", "device_aware"],
        [1; 4],
        "With device_aware, browsers that the person has used before count on their own, so that nobody can lock a practice out from \
         outside (ASVS 6.1.1). The literal rule is account.",
        |v| Slot::Switch(&mut v.lockout.device_aware),
    ),
    switch(
        "lockout.reset_unlocks",
        "A completed password reset opens the lock",
        [true; 4],
        "With the mailed link and, for staff, the code word, whoever is locked out lets themselves in, so that nobody stays locked out by \
         somebody else's guesses (LOCK-2). The literal rule is that a User Manager unlocks.",
        |v| Slot::Switch(&mut v.lockout.reset_unlocks),
    ),
    number(
        "session.idle_minutes",
        "Sign people out when idle for",
        of("minutes", 5, 60),
        [30, 30, 30, 15],
        "45 CFR 164.312(a)(2)(iii) asks for automatic logoff; NIST SP 800-63B-4 §2.2.3 for an hour at most.",
        |v| Slot::Time(&mut v.session.idle, MINUTE),
    ),
    number(
        "session.absolute_hours",
        "Sign people out in any case after",
        of("hours", 1, 24),
        [12, 12, 12, 8],
        "NIST SP 800-63B-4 §2.2.3: a day at most.",
        |v| Slot::Time(&mut v.session.absolute, HOUR),
    ),
    number(
        "session.fresh_minutes",
        "A password counts as just given for",
        of("minutes", 1, 15),
        [5; 4],
        "How long a password counts as given a moment ago, for what is dangerous (ASVS 7.5.1, 7.5.3).",
        |v| Slot::Time(&mut v.session.fresh, MINUTE),
    ),
    switch(
        "two_step.doctors",
        "Doctors and staff give a code while registering",
        [true; 4],
        "Whether doctors and staff give a code while registering. User Managers switch it on Manage Account (LIST-9).",
        |v| Slot::Switch(&mut v.two_step.doctors),
    ),
    switch(
        "two_step.patients",
        "Patients give a code while registering",
        [true; 4],
        "The same for patients (LIST-9).",
        |v| Slot::Switch(&mut v.two_step.patients),
    ),
    choice(
        "second_factor.managers",
        "Owners, Office Administrators and User Managers",
        DEMANDS,
        [1, 1, 1, 2],
        "A second factor at sign-in for Owners, Office Administrators and User Managers (ASVS 6.3.3).",
        |v| Slot::Demand(&mut v.second_factor.managers),
    ),
    choice("second_factor.others", "Everybody else", DEMANDS, [1, 1, 1, 2], "The same for everybody else.", |v| {
        Slot::Demand(&mut v.second_factor.others)
    }),
    switch(
        "second_factor.manager_passkeys",
        "Owners, Office Administrators and User Managers may use passkeys",
        [true; 4],
        "Whether they may use a passkey in place of the app's code (SESS-3, OT-06). Where somebody has several practices, all must allow \
         it.",
        |v| Slot::Switch(&mut v.second_factor.manager_passkeys),
    ),
    switch(
        "second_factor.other_passkeys",
        "Everybody else may use passkeys",
        [true; 4],
        "The same for everybody else.",
        |v| Slot::Switch(&mut v.second_factor.other_passkeys),
    ),
    number(
        "invitation.life_days",
        "An invitation works for",
        of("days", 1, 30),
        [7, 30, 7, 7],
        "How long a link works after it was sent (ASVS 6.4.1); 30 is the portal's habit.",
        |v| Slot::Time(&mut v.invitation.life, DAY),
    ),
    number(
        "invitation.sends_per_address",
        "Invitations to one address",
        of("mails a day", 1, 20),
        [6; 4],
        "The first mail and five more: enough to help, too few to pester (INV-6).",
        |v| Slot::Count(&mut v.invitation.sends_per_address),
    ),
    number(
        "invitation.sends_per_practice",
        "Invitations from the practice",
        of("mails a day", 50, 10_000),
        [2_000; 4],
        "Inviting thirty people in an hour must pass; a stolen session must not become a mail cannon (INV-6).",
        |v| Slot::Count(&mut v.invitation.sends_per_practice),
    ),
    number(
        "link.setup_days",
        "A setup link works for",
        of("days", 1, 30),
        [3; 4],
        "How long the link that sets up a user account works; three days are the office's habit (EMP-2).",
        |v| Slot::Time(&mut v.link.setup, DAY),
    ),
    number(
        "link.reset_minutes",
        "A reset link works for",
        of("minutes", 10, 4_320),
        [30, 1_440, 4_320, 30],
        "How long the link that resets a password works; three days are the office's habit (EMP-4). NIST SP 800-63B-4 §4.2.1.2 allows \
         a day; more is recorded as a deviation.",
        |v| Slot::Time(&mut v.link.reset, MINUTE),
    ),
    number(
        "code.life_minutes",
        "A code works for",
        of("minutes", 1, 10),
        [10; 4],
        "NIST SP 800-63B-4 §3.1.3.2, ASVS 6.5.5: ten minutes at most.",
        |v| Slot::Time(&mut v.code.life, MINUTE),
    ),
    number(
        "code.tries",
        "Wrong guesses that end a code",
        of("tries", 3, 5),
        [5; 4],
        "Wrong guesses that end a code (REG-2).",
        |v| Slot::Byte(&mut v.code.tries),
    ),
    number(
        "code.tries_in_all",
        "Wrong guesses that end a registration",
        of("tries", 5, 10),
        [10; 4],
        "Wrong guesses that end a registration, over all its codes (REG-2).",
        |v| Slot::Byte(&mut v.code.tries_in_all),
    ),
    number(
        "code.pause_seconds",
        "Time between two codes, at least",
        of("seconds", 30, 600),
        [30; 4],
        "The least time between two codes: texts and calls cost money (REG-2).",
        |v| Slot::Time(&mut v.code.pause, 1),
    ),
    switch(
        "code_word.required",
        "Staff need the code word to set or reset a password",
        [true; 4],
        "Whether staff need the practice's code word to set or reset a password (CODE-3).",
        |v| Slot::Switch(&mut v.code_word.required),
    ),
    number(
        "code_word.tries_per_link",
        "Wrong words that end a link",
        of("tries", 3, 5),
        [5; 4],
        "Wrong words that end a link (CODE-3).",
        |v| Slot::Byte(&mut v.code_word.tries_per_link),
    ),
    number(
        "code_word.tries_per_practice",
        "Wrong words that pause all links of the practice",
        of("tries an hour", 5, 100),
        [20; 4],
        "Wrong words that pause a practice's links for a quarter of an hour (CODE-3).",
        |v| Slot::Count(&mut v.code_word.tries_per_practice),
    ),
    choice(
        "code_word.delivery",
        "How people learn it",
        &["in_person_only", "sms"],
        [1; 4],
        "Whether the system texts the word; otherwise it is only ever said (CODE-2).",
        |v| Slot::Switch(&mut v.code_word.by_text),
    ),
    choice(
        "code_word.on_leaving",
        "When somebody leaves who knows it",
        &["off", "proposed", "automatic"],
        [1; 4],
        "Whoever leaves knows the word: what happens to it then (EMP-3).",
        |v| Slot::Rotation(&mut v.code_word.on_leaving),
    ),
    number(
        "people.consultant_life_days",
        "A user account of a non-employee works for",
        or_zero("for good", of("days", 1, 365)),
        [90; 4],
        "How long a non-employee's user account works unless another end is set (EMP-2).",
        |v| Slot::Limit(&mut v.people.consultant_life, DAY),
    ),
    choice(
        "billing.proration",
        "The unused part of a plan that is replaced",
        &["none", "credit"],
        [1; 4],
        "Whether the unused part of what is replaced is credited (BILL-5).",
        |v| Slot::Switch(&mut v.billing.credit_unused),
    ),
    number(
        "billing.quote_minutes",
        "A quote can be confirmed for",
        of("minutes", 5, 60),
        [15; 4],
        "How long a quote can be confirmed (BILL-3).",
        |v| Slot::Time(&mut v.billing.quote_life, MINUTE),
    ),
    choice(
        "billing.cancel",
        "A cancelled plan ends",
        &["period_end", "now"],
        [1; 4],
        "When a cancelled plan ends (BILL-8).",
        |v| Slot::Switch(&mut v.billing.cancel_at_once),
    ),
    choice(
        "billing.summary",
        "A mailed summary of invoices holds",
        &["as_listed", "own"],
        [1; 4],
        "Whether a mailed summary holds only one's own payments, or all that the page lists (BILL-9).",
        |v| Slot::Switch(&mut v.billing.mail_own_only),
    ),
];

type Place = fn(&mut Values) -> Slot<'_>;

const fn number(
    name: &'static str,
    label: &'static str,
    bounds: Bounds,
    presets: [u32; 4],
    why: &'static str,
    slot: Place,
) -> Key {
    Key { name, label, bounds, why, presets, slot }
}

const fn choice(
    name: &'static str,
    label: &'static str,
    words: &'static [&'static str],
    presets: [u32; 4],
    why: &'static str,
    slot: Place,
) -> Key {
    Key { name, label, bounds: Bounds::Choice(words), why, presets, slot }
}

const fn switch(
    name: &'static str,
    label: &'static str,
    [a, b, c, d]: [bool; 4],
    why: &'static str,
    slot: Place,
) -> Key {
    Key { name, label, bounds: Bounds::Switch, why, presets: [a as u32, b as u32, c as u32, d as u32], slot }
}

const fn of(unit: &'static str, least: u32, most: u32) -> Bounds {
    Bounds::Number { unit, least, most, zero: None }
}

const fn or_zero(meaning: &'static str, bounds: Bounds) -> Bounds {
    match bounds {
        Bounds::Number { unit, least, most, .. } => Bounds::Number { unit, least, most, zero: Some(meaning) },
        other => other,
    }
}

const DEMANDS: &[&str] = &["off", "optional", "required"];

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

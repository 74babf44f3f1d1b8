//! The rules that the code and its tests must name, as `docs` and commits number them.

/// Every rule, such as `INV-4`, in order.
pub(super) fn rules() -> impl Iterator<Item = String> {
    CHAPTERS.iter().flat_map(|(chapter, numbers)| numbers.iter().map(move |number| format!("{chapter}-{number}")))
}

const CHAPTERS: &[(&str, &[u8])] = &[
    // practices
    ("PRA", &[1, 2, 3, 4, 5, 6]),
    // invitations
    ("INV", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    // registration
    ("REG", &[1, 2, 3, 4, 5, 6]),
    // Manage Account
    ("LIST", &[1, 2, 3, 4, 5, 6, 7, 8, 9]),
    // lockout and unlock
    ("LOCK", &[1, 2, 3, 4, 5]),
    // bot check and sign-in
    ("BOT", &[1, 2, 3]),
    // sessions
    ("SESS", &[1, 2, 3, 4]),
    // employees and user accounts
    ("EMP", &[1, 2, 3, 4]),
    // the code word
    ("CODE", &[1, 2, 3]),
    // roles and permissions
    ("ROLE", &[1, 2]),
    // passwords
    ("PWD", &[1, 2]),
    // billing
    ("BILL", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
];

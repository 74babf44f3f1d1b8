use practice_domain::usecase::WordAfter;

/// What an administrator did about an employee, as the cookie spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    Added,
    Changed,
    Left(WordAfter),
    Back,
    /// A setup link went out; the flag is whether the code word was texted, too.
    SetupSent(bool),
    /// A reset link went out; the flag is whether the code word was texted, too.
    ResetSent(bool),
    Restored,
    Unchanged,
    Ended(WordAfter),
    RoleGiven,
    FactorReset,
    SessionEnded,
    SessionsEnded,
    Told,
    Rotated,
}

impl Deed {
    pub(super) fn code(self) -> &'static str {
        CODES.iter().find(|(_, deed)| *deed == self).map(|(code, _)| *code).unwrap_or_default()
    }

    pub(super) fn with_code(code: &str) -> Option<Self> {
        CODES.iter().find(|(known, _)| *known == code).map(|(_, deed)| *deed)
    }
}

const CODES: [(&str, Deed); 21] = [
    ("added", Deed::Added),
    ("changed", Deed::Changed),
    ("left", Deed::Left(WordAfter::Stays)),
    ("left-rotate", Deed::Left(WordAfter::RotationProposed)),
    ("left-rotated", Deed::Left(WordAfter::Rotated)),
    ("back", Deed::Back),
    ("setup", Deed::SetupSent(false)),
    ("setup-text", Deed::SetupSent(true)),
    ("reset", Deed::ResetSent(false)),
    ("reset-text", Deed::ResetSent(true)),
    ("restored", Deed::Restored),
    ("unchanged", Deed::Unchanged),
    ("ended", Deed::Ended(WordAfter::Stays)),
    ("ended-rotate", Deed::Ended(WordAfter::RotationProposed)),
    ("ended-rotated", Deed::Ended(WordAfter::Rotated)),
    ("role", Deed::RoleGiven),
    ("factor", Deed::FactorReset),
    ("session-ended", Deed::SessionEnded),
    ("sessions-ended", Deed::SessionsEnded),
    ("told", Deed::Told),
    ("rotated", Deed::Rotated),
];

use practice_domain::usecase::WordAfter;

use crate::flash::Deed;

/// What was done, in words.
pub(super) fn words(deed: Deed, name: &str) -> String {
    match deed {
        Deed::Added => format!("{name} added. You can now create a user account."),
        Deed::Changed => format!("{name} saved."),
        Deed::Left(word) => format!("{name} is inactive and cannot sign in here any more.{}", rotated(word)),
        Deed::Back => format!("{name} is active again. Activate the user account if they need one."),
        Deed::SetupSent(true) => format!("Setup email and code word text sent to {name}."),
        Deed::SetupSent(false) => {
            format!("Setup email sent to {name}. No text goes out: say the code word in person or by phone.")
        }
        Deed::ResetSent(true) => format!("Reset email and code word text sent to {name}."),
        Deed::ResetSent(false) => {
            format!("Reset email sent to {name}. No text goes out: say the code word in person or by phone.")
        }
        Deed::Restored => format!("{name} can sign in again, with the password that they have."),
        Deed::Unchanged => "Nothing was changed.".to_owned(),
        Deed::Ended(word) => format!("{name} cannot sign in here any more.{}", rotated(word)),
        Deed::RoleGiven => format!("{name} has another role now."),
        Deed::FactorReset => format!("The authenticator app of {name} is reset. We told them by email."),
        Deed::SessionEnded => format!("That session of {name} has ended."),
        Deed::SessionsEnded => format!("All sessions of {name} have ended."),
        Deed::Told => format!("Recorded: you told {name} the code word."),
        Deed::Rotated => "The practice has a new code word. The old one no longer works.".to_owned(),
    }
}

/// Whether to propose that the code word be rotated.
pub(super) fn proposes_rotation(deed: Deed) -> bool {
    matches!(deed, Deed::Left(WordAfter::RotationProposed) | Deed::Ended(WordAfter::RotationProposed))
}

fn rotated(word: WordAfter) -> &'static str {
    match word {
        WordAfter::Rotated => " The code word was rotated.",
        WordAfter::Stays | WordAfter::RotationProposed => "",
    }
}

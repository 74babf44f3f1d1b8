/// The text as a cell that no spreadsheet takes for a formula: where it begins with `= + - @`, their full-width forms, a tab, a line
/// break or NUL, an apostrophe goes before it (`IN-05`). Text that already begins with such a guard gets another one, so that
/// [`unguard`] gives back exactly what was there.
#[must_use]
pub fn guard(text: &str) -> String {
    if is_formula(text.trim_start_matches('\'')) { format!("'{text}") } else { text.to_owned() }
}

/// The text of a cell without the apostrophe that [`guard`] put there. An apostrophe that guards nothing is part of the text.
#[must_use]
pub fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_formula(text.trim_start_matches('\'')) => text,
        _ => cell,
    }
}

fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// IN-05
    #[test]
    fn formulas_are_guarded_and_come_back_as_they_were() {
        for text in ["=1+1", "-5", "+1", "@a", "\ta", "\ra", "\0", "＝1", "＋1", "－1", "＠a", "'=1", "''-5"] {
            assert_eq!(guard(text), format!("'{text}"));
            assert_eq!(unguard(&guard(text)), text);
        }
    }

    /// IN-05
    #[test]
    fn other_text_is_left_alone() {
        for text in ["", "Ann", "'t Hooft", "''", "1-2", "(415) 555-2671"] {
            assert_eq!(guard(text), text);
            assert_eq!(unguard(text), text);
        }
    }
}

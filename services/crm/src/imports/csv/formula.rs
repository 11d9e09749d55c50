//! Keeps spreadsheets from executing what people typed into a CRM (CSV injection, OWASP), and undoes it on the way back in.

use std::borrow::Cow;

const GUARD: char = '\'';

/// A cell as it may be written to a CSV: one that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, a tab
/// or a line end) gets a leading `'`. A phone number (`+` and then only digits, spaces, brackets and hyphens) is left alone: people
/// dial and re-import it, and the most a spreadsheet can make of it is a number.
#[must_use]
pub fn guard_formula(cell: &str) -> Cow<'_, str> {
    if is_dangerous(cell) { Cow::Owned(format!("{GUARD}{cell}")) } else { Cow::Borrowed(cell) }
}

/// The cell without the mark of [`guard_formula`] (or of a person who typed `'+7…` into Excel to keep the plus).
#[must_use]
pub fn unguard_formula(cell: &str) -> &str {
    match cell.strip_prefix(GUARD) {
        Some(guarded) if guarded.starts_with(is_trigger) => guarded,
        _ => cell,
    }
}

fn is_dangerous(cell: &str) -> bool {
    cell.starts_with(is_trigger) && !is_phone(cell)
}

fn is_trigger(c: char) -> bool {
    // The wide forms are what Excel makes plain ones of in East Asian locales.
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
}

fn is_phone(cell: &str) -> bool {
    cell.strip_prefix('+').is_some_and(|number| {
        number.chars().any(|c| c.is_ascii_digit())
            && number.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '(' | ')' | '-'))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_guarded() {
        for cell in
            ["=cmd|' /C calc'!A0", "+1+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "+", "+()", "-7 900"]
        {
            assert_eq!(guard_formula(cell), format!("'{cell}"));
        }
    }

    #[test]
    fn phones_and_plain_text_are_left_alone() {
        for cell in ["", "Anna", "+79005550000", "+7 (900) 555-00-00", "a=b", "'quoted'", "8 900"] {
            assert_eq!(guard_formula(cell), cell);
        }
    }

    #[test]
    fn an_apostrophe_that_guards_nothing_stays() {
        assert_eq!(unguard_formula("'t Hooft"), "'t Hooft");
        assert_eq!(unguard_formula("'+79005550000"), "+79005550000");
    }

    proptest! {
        #[test]
        fn what_was_guarded_comes_back(cell in "[=+@\\-a'1\t ]{0,6}") {
            prop_assume!(!cell.starts_with('\''));
            let guarded = guard_formula(&cell);
            prop_assert_eq!(unguard_formula(&guarded), cell.as_str());
        }
    }
}

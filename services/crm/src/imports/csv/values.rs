//! The values in one cell: some exports put several e-mails, phones or tags into a cell, each with its own separator.

use super::cells::is_invisible;
use super::formula::unguard_formula;
use super::target::ImportTarget;

/// Groups that Google puts everybody into; they say nothing about a contact.
const GOOGLE_SYSTEM_GROUPS: [&str; 2] = ["mycontacts", "starred"];

/// The values of a cell, trimmed of what cannot be seen, without the guard of [`super::guard_formula`], without empty and
/// repeated ones. E-mails, phones and tags are split at `:::` (Google), `;`, `,` and line ends, tags at `|` too; every other
/// target takes the cell as one value. Google's system groups are no tags. Values are not validated.
#[must_use]
pub fn split_values(target: ImportTarget, cell: &str) -> Vec<&str> {
    if !target.has_many_values() {
        return Some(tidy(cell)).filter(|value| !value.is_empty()).into_iter().collect();
    }
    let is_separator = |c: char| matches!(c, ';' | ',' | '\n' | '\r') || (c == '|' && target == ImportTarget::Tags);
    let mut values: Vec<&str> = Vec::new();
    // The cell as a whole may carry the guard, and so may each value.
    for piece in unguard_formula(cell).split(":::").flat_map(|piece| piece.split(is_separator)) {
        let value = if target == ImportTarget::Tags { tag(piece) } else { Some(tidy(piece)) };
        if let Some(value) = value
            && !value.is_empty()
            && !values.iter().any(|&known| is_same(target, known, value))
        {
            values.push(value);
        }
    }
    values
}

fn tidy(text: &str) -> &str {
    unguard_formula(text.trim_matches(is_invisible))
}

/// Google marks the groups that it made itself with a star: `* myContacts`, `* friends`.
fn tag(piece: &str) -> Option<&str> {
    let text = tidy(piece);
    let Some(group) = text.strip_prefix("* ") else {
        return Some(text);
    };
    let group = group.trim();
    (!GOOGLE_SYSTEM_GROUPS.iter().any(|system| group.eq_ignore_ascii_case(system))).then_some(group)
}

fn is_same(target: ImportTarget, one: &str, other: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    match target {
        ImportTarget::Phone if one.chars().any(|c| c.is_ascii_digit()) => digits(one) == digits(other),
        _ => one.chars().flat_map(char::to_lowercase).eq(other.chars().flat_map(char::to_lowercase)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn google_puts_several_values_into_a_cell() {
        assert_eq!(
            split_values(ImportTarget::Phone, "+7 (900) 555-0000 ::: +1 202 555 0100"),
            ["+7 (900) 555-0000", "+1 202 555 0100"]
        );
        assert_eq!(
            split_values(ImportTarget::Tags, "* myContacts ::: BD ::: * friends ::: * starred"),
            ["BD", "friends"]
        );
    }

    #[test]
    fn every_separator_of_a_target_is_known() {
        assert_eq!(
            split_values(ImportTarget::Email, "a@x.com; b@x.com,c@x.com\r\nd@x.com"),
            ["a@x.com", "b@x.com", "c@x.com", "d@x.com"]
        );
        assert_eq!(
            split_values(ImportTarget::Tags, "холодный; выставка|VIP, new"),
            ["холодный", "выставка", "VIP", "new"]
        );
        assert_eq!(split_values(ImportTarget::Phone, "8 900 1|2"), ["8 900 1|2"]);
    }

    #[test]
    fn repetitions_and_empty_values_are_dropped() {
        assert_eq!(split_values(ImportTarget::Email, "A@x.com, ;a@X.com;"), ["A@x.com"]);
        assert_eq!(split_values(ImportTarget::Phone, "8 (900) 1; 89001"), ["8 (900) 1"]);
        assert_eq!(split_values(ImportTarget::Tags, "Выставка, ВЫСТАВКА"), ["Выставка"]);
        assert!(split_values(ImportTarget::Tags, " ;\u{200b}, ").is_empty());
    }

    #[test]
    fn other_targets_take_the_cell_whole() {
        assert_eq!(split_values(ImportTarget::CompanyName, " Acme, Inc.; EMEA\u{feff} "), ["Acme, Inc.; EMEA"]);
        assert_eq!(split_values(ImportTarget::TelegramUsername, "'@anna"), ["@anna"]);
        assert!(split_values(ImportTarget::Name, "  ").is_empty());
    }

    #[test]
    fn a_guarded_list_loses_its_guard() {
        assert_eq!(split_values(ImportTarget::Phone, "'+79005550000; +79005550001"), ["+79005550000", "+79005550001"]);
    }
}

//! What the text of a cell looks like. These are cheap looks for guessing, not validation.

/// An e-mail address.
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    !local.is_empty() && !domain.contains('@') && !text.contains(char::is_whitespace) && is_domain(domain)
}

/// An address on the web, with or without its scheme.
pub(super) fn is_url(text: &str) -> bool {
    let lower = text.to_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    let rest = rest.unwrap_or(&lower);
    !text.contains(char::is_whitespace) && is_domain(rest.split(['/', '?', '#', ':']).next().unwrap_or(""))
}

/// `@name` or a link to a Telegram user.
pub(super) fn is_telegram(text: &str) -> bool {
    if let Some(name) = text.strip_prefix('@') {
        return is_telegram_name(name);
    }
    let lower = text.to_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")).unwrap_or(&lower);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let name = ["t.me/", "telegram.me/", "telegram.dog/"].iter().find_map(|host| rest.strip_prefix(host));
    name.is_some_and(|name| is_telegram_name(name.trim_end_matches('/')))
}

/// A profile or company page on `LinkedIn`.
pub(super) fn is_linkedin(text: &str) -> bool {
    let lower = text.to_lowercase();
    is_url(&lower) && (lower.contains("linkedin.com/") || lower.contains("lnkd.in/"))
}

/// The name of a time zone.
pub(super) fn is_time_zone(text: &str) -> bool {
    kernel::values::TimeZone::parse(text).is_ok()
}

/// A telephone number. Stricter than a parser: a record number of ten digits is none.
pub(super) fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_clean =
        text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | ' ' | '.' | '\u{a0}'));
    let is_international = text.starts_with('+') && digits >= 7;
    let is_russian = digits == 11 && text.starts_with(['7', '8']);
    let is_grouped = digits >= 9 && text.contains(['-', '(', ' ', '\u{a0}']);
    is_clean && digits <= 15 && (is_international || is_russian || is_grouped) && !is_date(text)
}

/// A person's name: two to four words of letters, each with a capital.
pub(super) fn is_person_name(text: &str) -> bool {
    let is_word = |word: &str| {
        word.chars().next().is_some_and(char::is_uppercase)
            && word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.'))
    };
    (2..=4).contains(&text.split_whitespace().count()) && text.split_whitespace().all(is_word)
}

/// Something that stands in rows and not in headers.
pub(super) fn is_value(text: &str) -> bool {
    is_email(text) || is_telegram(text) || text.contains("://") || is_phone(text) || is_number(text) || is_date(text)
}

fn is_telegram_name(name: &str) -> bool {
    (4..=32).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_domain(text: &str) -> bool {
    let Some((rest, top)) = text.rsplit_once('.') else {
        return false;
    };
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    top.chars().count() >= 2 && top.chars().all(|c| c.is_alphabetic() || c == '-') && rest.split('.').all(is_label)
}

fn is_number(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '-' | '%'))
}

/// `2026-03-11`, `11.03.2026 10:15`, `3/11/26`.
fn is_date(text: &str) -> bool {
    let first = text.split([' ', 'T']).next().unwrap_or("");
    let parts: Vec<&str> = first.split(['.', '/', '-']).collect();
    let is_part = |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(is_part) && parts.iter().any(|part| part.len() <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_apart() {
        assert!(is_email("USER@example.com") && is_email("анна@пример.рф"));
        assert!(!is_email("@anna") && !is_email("a@b") && !is_email("a b@c.de"));
        assert!(is_url("https://example.com/a?b") && is_url("example.com") && is_url("www.пример.рф/о-нас"));
        assert!(!is_url("Acme Inc.") && !is_url("11.03.2026") && !is_url("name"));
        assert!(is_telegram("@user_0") && is_telegram("https://t.me/user_1") && is_telegram("t.me/spaces"));
        assert!(!is_telegram("@x") && !is_telegram("https://t.me/+abc") && !is_telegram("user"));
        assert!(is_linkedin("https://www.linkedin.com/in/user-0") && !is_linkedin("https://example.com"));
    }

    #[test]
    fn phones_are_neither_dates_nor_record_numbers() {
        for phone in ["+7 (900) 555-0000", "8 901 555 01 07", "89015550107", "+44 20 7946 0000", "(212) 555-0100 1"] {
            assert!(is_phone(phone), "{phone}");
        }
        for other in ["1000", "1234567890", "2026-03-11", "11.03.2026 10 15", "12", "+1", "abc +79005550000"] {
            assert!(!is_phone(other), "{other}");
        }
    }

    #[test]
    fn names_are_words_with_capitals() {
        assert!(is_person_name("Ольга Петровна Соколова") && is_person_name("Mary-Jane O’Neill"));
        assert!(!is_person_name("Ольга") && !is_person_name("ООО «Ромашка»") && !is_person_name("Route 66"));
    }

    #[test]
    fn headers_are_no_values() {
        for header in ["Name", "E-mail 1 - Value", "Телефон", "Address 2", "№", ""] {
            assert!(!is_value(header), "{header}");
        }
        for value in ["1", "12,5 %", "2026-03-11 09:30", "https://x", "a@b.cd"] {
            assert!(is_value(value), "{value}");
        }
    }
}

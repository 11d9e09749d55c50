//! Values by which templates are shown to whoever looks at them.

use contracts::mails::Kind;
use kernel::Locale;

/// An example of a value; empty for a name that no template has.
pub fn value(kind: Kind, locale: Locale, name: &str) -> String {
    let in_russian = locale == Locale::Ru;
    let one_of = |en: &str, ru: &str| if in_russian { ru.to_owned() } else { en.to_owned() };
    match name {
        "name" => one_of("Anna Kowalska", "Анна Ковальская"),
        "inviter" => one_of("Boris Miller", "Борис Миллер"),
        "organization" => "Acme".to_owned(),
        "device" => "Firefox, Windows".to_owned(),
        "ip" => "203.0.113.7".to_owned(),
        "at" => "2026-11-22 14:05 UTC".to_owned(),
        "days" => "3".to_owned(),
        "minutes" => if kind == Kind::AccountLocked { "15" } else { "30" }.to_owned(),
        "change" => one_of("Two-factor sign-in was switched on.", "Двухфакторный вход включён."),
        "subject" => one_of("3 new things", "3 новых события"),
        "lines" => one_of("Acme: the deal moved to Won", "Acme: сделка перешла в «Выиграно»"),
        "link" => "https://crm.example.com/example".to_owned(),
        _ => String::new(),
    }
}

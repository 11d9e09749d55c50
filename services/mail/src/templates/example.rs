//! Values by which templates are shown to whoever looks at them.

use contracts::mails::{Group, Kind};
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
        "subject" if kind == Kind::Digest => one_of("4 notifications from Rapport", "4 уведомления от Rapport"),
        "subject" => one_of("Boris Miller mentioned you in a note", "Борис Миллер упоминает вас в заметке"),
        "text" => one_of("Pilot for Acme", "Пилот для Acme"),
        "groups" => Group::written(&groups(in_russian)),
        "more" => one_of("and 12 more", "и ещё 12"),
        "settings" => "https://crm.example.com/settings/notifications".to_owned(),
        "stop" => "https://crm.example.com/auth/unsubscribe#example".to_owned(),
        "link" => "https://crm.example.com/example".to_owned(),
        _ => String::new(),
    }
}

fn groups(in_russian: bool) -> Vec<Group> {
    let told = |title: &str, path: &str, count: u64, lines: &[&str]| Group {
        title: title.to_owned(),
        link: format!("https://crm.example.com{path}"),
        count,
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
    };
    if in_russian {
        let deal = ["Борис Миллер упоминает вас в 2 заметках", "Ваша сделка слишком долго стоит на этапе"];
        vec![
            told("Пилот для Acme", "/deals/1", 3, &deal),
            told("Импорт завершён: создано 40, обновлено 2, с ошибками 0", "/notifications", 1, &[]),
        ]
    } else {
        let deal = ["Boris Miller mentioned you in 2 notes", "A deal of yours has been in its stage for too long"];
        vec![
            told("Pilot for Acme", "/deals/1", 3, &deal),
            told("The import is complete: 40 created, 2 updated, 0 failed", "/notifications", 1, &[]),
        ]
    }
}

//! The sentence of a notification, in the language of whoever reads it.

use api::messages;
use kernel::Locale;
use serde_json::Value;

use super::store::Row;
use crate::{kinds::Kind, subjects::RECORDS};

/// What the sentence of a notification calls who did it.
#[must_use]
fn actor(row: &Row, name: Option<&str>, locale: Locale) -> String {
    let code = if row.several_actors { "notify.actor.several" } else { "notify.actor.none" };
    name.filter(|_| !row.several_actors).map_or_else(|| messages::text(locale, code, &[]), str::to_owned)
}

/// The sentence of a notification.
#[must_use]
pub fn sentence(row: &Row, kind: Kind, actor_name: Option<&str>, locale: Locale) -> String {
    let count = told(row, kind);
    let code = format!("notify.{}{}{}", kind.as_str(), beside(row, kind), if count > 1 { ".many" } else { "" });
    let number = |name: &str| row.data.get(name).and_then(Value::as_i64).unwrap_or_default();
    let numbers =
        ["created", "updated", "failed", "rows", "done", "minutes", "sent", "replied"].map(|name| (name, number(name)));
    let numbers: Vec<_> = numbers.into_iter().chain([("count", count)]).collect();
    let mut params: Vec<_> = numbers.iter().map(|(name, n)| (*name, n.to_string())).collect();
    let text = forms(&messages::text(locale, &code, &params), locale, &numbers);
    let account = row.data.get("account").and_then(Value::as_str).map(str::to_owned);
    let account = account.unwrap_or_else(|| messages::text(locale, "notify.account.unnamed", &[]));
    params = vec![("actor", actor(row, actor_name, locale)), ("account", account)];
    params.iter().fold(text, |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// What the code of a sentence has behind the kind: where it happened, or why.
fn beside(row: &Row, kind: Kind) -> &'static str {
    match (kind, row.data.get("reason").and_then(Value::as_str)) {
        (Kind::Mention, _) if row.subject_kind.as_deref() == Some("chat") => ".chat",
        (Kind::CampaignPaused, Some("no_sender")) => ".no_sender",
        (Kind::CampaignPaused, Some("steps")) => ".steps",
        (Kind::CampaignPaused, Some("audience")) => ".audience",
        (Kind::CampaignNotStarted, Some("incomplete")) => ".incomplete",
        (Kind::CampaignNotStarted, Some("out_of_reach")) => ".out_of_reach",
        _ => "",
    }
}

/// The subject of a digest.
#[must_use]
pub fn digest(count: i64, locale: Locale) -> String {
    let text = messages::text(locale, "notify.digest", &[("count", count.to_string())]);
    forms(&text, locale, &[("count", count)])
}

/// What a digest says of what it does not show; nothing where it shows all.
#[must_use]
pub fn more(count: i64, locale: Locale) -> String {
    if count > 0 {
        messages::text(locale, "notify.digest.more", &[("count", count.to_string())])
    } else {
        String::new()
    }
}

/// How many things the notification is of: mentions of a record are so many notes, the same record again is one record.
fn told(row: &Row, kind: Kind) -> i64 {
    let one_record = row.subject_kind.as_deref().is_some_and(|kind| RECORDS.contains(&kind));
    if one_record && !matches!(kind, Kind::Mention | Kind::Message) { 1 } else { row.count }
}

/// The text with `{name:one|few|many}` as the number of that name wants it.
fn forms(text: &str, locale: Locale, numbers: &[(&str, i64)]) -> String {
    numbers.iter().fold(text.to_owned(), |mut text, (name, n)| {
        let open = format!("{{{name}:");
        while let Some(start) = text.find(&open) {
            let Some(length) = text[start..].find('}') else { break };
            let all: Vec<&str> = text[start + open.len()..start + length].split('|').collect();
            let form = all.get(plural(locale, *n)).or(all.last()).copied().unwrap_or_default().to_owned();
            text.replace_range(start..=start + length, &form);
        }
        text
    })
}

/// Which form goes with a number, as CLDR has it for whole numbers.
fn plural(locale: Locale, n: i64) -> usize {
    match (locale, n.rem_euclid(10), n.rem_euclid(100)) {
        (Locale::En, ..) => usize::from(n != 1),
        (Locale::Ru, 1, rest) if rest != 11 => 0,
        (Locale::Ru, 2..=4, rest) if !(12..=14).contains(&rest) => 1,
        (Locale::Ru, ..) => 2,
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn row(kind: Kind, subject: Option<&str>, count: i64) -> Row {
        let at = DateTime::UNIX_EPOCH;
        Row {
            id: Uuid::nil(),
            org_id: Uuid::nil(),
            user_id: Uuid::nil(),
            kind: kind.as_str().to_owned(),
            category: kind.category().as_str().to_owned(),
            subject_kind: subject.map(str::to_owned),
            subject_id: None,
            actor_id: None,
            several_actors: false,
            data: json!({"created": 21, "updated": 2, "failed": 0, "rows": 1, "done": 12}),
            collapse_key: String::new(),
            count,
            in_app: true,
            created_at: at,
            last_at: at,
            read_at: None,
            snoozed_until: None,
        }
    }

    fn says(kind: Kind, subject: Option<&str>, count: i64, locale: Locale) -> String {
        messages::install(&[crate::MESSAGES]);
        sentence(&row(kind, subject, count), kind, Some("Анна"), locale)
    }

    #[test]
    fn russian_numbers_take_their_forms() {
        for (count, end) in
            [(2, "2 сделки"), (5, "5 сделок"), (11, "11 сделок"), (21, "21 сделку"), (104, "104 сделки")]
        {
            let text = says(Kind::AssignedDeal, Some("bulk"), count, Locale::Ru);
            assert_eq!(text, format!("Анна назначает вам {end}"));
        }
        assert_eq!(says(Kind::DealRotting, None, 3, Locale::Ru), "3 ваши сделки слишком долго стоят на этапе");
        assert_eq!(says(Kind::BulkCompleted, Some("bulk"), 1, Locale::Ru), "Массовое действие выполнено: 12 записей");
    }

    #[test]
    fn english_has_one_and_many() {
        assert_eq!(says(Kind::AssignedDeal, Some("deal"), 1, Locale::En), "Анна assigned a deal to you");
        assert_eq!(says(Kind::AssignedDeal, Some("bulk"), 37, Locale::En), "Анна assigned 37 deals to you");
        assert_eq!(says(Kind::ExportCompleted, Some("export"), 1, Locale::En), "The export is complete: 1 row");
    }

    #[test]
    fn the_same_record_again_is_one_record_and_another_note_is_another_note() {
        assert_eq!(says(Kind::AssignedDeal, Some("deal"), 3, Locale::En), "Анна assigned a deal to you");
        assert_eq!(says(Kind::Mention, Some("deal"), 3, Locale::En), "Анна mentioned you in 3 notes");
    }

    #[test]
    fn an_account_is_called_by_its_name() {
        messages::install(&[crate::MESSAGES]);
        let data = json!({"account": "Sales {count}", "minutes": 21});
        let row = Row { data, ..row(Kind::AccountFlood, Some("bd_account"), 1) };
        let text = sentence(&row, Kind::AccountFlood, None, Locale::Ru);
        assert_eq!(text, "Sales {count} ждёт 21 минуту: так просит Telegram");
    }

    #[test]
    fn a_campaign_says_why_it_stands_still_and_how_it_went() {
        messages::install(&[crate::MESSAGES]);
        let said = |kind, data| {
            let row = Row { data, ..row(kind, Some("campaign"), 3) };
            sentence(&row, kind, None, Locale::Ru)
        };
        let codes: [(Kind, &[&str]); 2] = [
            (Kind::CampaignPaused, &["no_sender", "steps", "audience"]),
            (Kind::CampaignNotStarted, &["incomplete", "out_of_reach"]),
        ];
        for (kind, reasons) in codes {
            let mut texts: Vec<String> = reasons.iter().map(|reason| said(kind, json!({ "reason": reason }))).collect();
            texts.push(said(kind, json!({ "reason": "something newer" })));
            assert!(texts.iter().all(|text| !text.contains("notify.")), "{texts:?}");
            texts.sort();
            texts.dedup();
            assert_eq!(texts.len(), reasons.len() + 1);
        }
        let text = said(Kind::CampaignFinished, json!({ "enrolled": 30, "sent": 21, "replied": 3 }));
        assert_eq!(text, "Кампания закончена: 21 сообщение, 3 ответа");
    }

    #[test]
    fn every_kind_has_its_sentences_in_both_languages() {
        messages::install(&[crate::MESSAGES]);
        for kind in Kind::ALL.into_iter().chain([Kind::Test]) {
            for locale in [Locale::En, Locale::Ru] {
                for count in [1, 2, 5] {
                    let text = sentence(&row(kind, None, count), kind, None, locale);
                    assert!(!text.contains(['{', '|', '}']) && !text.starts_with("notify."), "{text}");
                }
            }
        }
    }
}

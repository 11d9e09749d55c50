//! Texts of the codes that the parsing of campaigns and the policy give, for the catalogue of messages.

/// Code, English, Russian; `{name}` stands for a parameter.
pub const MESSAGES: &[(&str, &str, &str)] = &[
    ("campaign.time.invalid", "A time is written as 09:00.", "Время записывается так: 09:00."),
    ("campaign.time_zone.unknown", "There is no such time zone.", "Такого часового пояса нет."),
    ("campaign.weekdays.invalid", "Choose at least one day of the week.", "Выберите хотя бы один день недели."),
    (
        "campaign.day.invalid",
        "A day is written as 2027-03-08, or as 03-08 for every year.",
        "День записывается так: 2027-03-08, или 03-08 для каждого года.",
    ),
    ("campaign.blackout.backwards", "The last day is before the first.", "Последний день раньше первого."),
    ("campaign.hours.empty", "From and to are the same time.", "Начало и конец совпадают."),
    ("campaign.id.twice", "This id is there twice.", "Этот идентификатор встречается дважды."),
    ("campaign.name.twice", "Another variant has this name.", "Другой вариант уже так называется."),
    (
        "campaign.channel.receives_only",
        "This channel only brings messages in.",
        "По этому каналу сообщения только приходят.",
    ),
    (
        "campaign.step.not_before",
        "Name a message that comes before this step.",
        "Укажите сообщение, которое идёт до этого шага.",
    ),
    ("campaign.step.not_after", "Name a step that comes after this one.", "Укажите шаг, который идёт после этого."),
    (
        "campaign.steps.no_message",
        "A campaign has at least one message.",
        "В кампании должно быть хотя бы одно сообщение.",
    ),
    ("template.snippet.unknown", "There is no such snippet.", "Такого фрагмента нет."),
    ("template.snippet.nested", "Snippets stand in each other.", "Фрагменты вложены друг в друга."),
    ("policy.deleted", "The contact was deleted.", "Контакт удалён."),
    ("policy.do_not_contact", "The contact does not want to be contacted.", "Контакт просил не связываться с ним."),
    ("policy.unreachable", "The contact has no address on this channel.", "У контакта нет адреса в этом канале."),
    (
        "policy.suppressed",
        "The address is on the suppression list ({reason}).",
        "Адрес в списке исключений ({reason}).",
    ),
    ("policy.opted_out", "The contact opted out ({channel}).", "Контакт отписался ({channel})."),
    (
        "policy.no_consent",
        "The contact has not agreed to messages on this channel.",
        "Контакт не давал согласия на сообщения в этом канале.",
    ),
    (
        "policy.other_campaign",
        "The contact is in another running campaign.",
        "Контакт участвует в другой запущенной кампании.",
    ),
    (
        "policy.cool_down",
        "The contact said no; nobody writes for {days} days after that.",
        "Контакт отказался; после отказа не пишут дней: {days}.",
    ),
    ("policy.quiet_hours", "It is quiet time for the contact.", "У контакта тихие часы."),
    ("policy.day_cap", "As many messages today as there may be: {max}.", "Сегодня уже отправлено сообщений: {max}."),
    (
        "policy.week_cap",
        "As many messages in seven days as there may be: {max}.",
        "За семь дней уже отправлено сообщений: {max}.",
    ),
    (
        "policy.channel_day_cap",
        "As many messages on this channel today as there may be: {max}.",
        "Сегодня в этом канале уже отправлено сообщений: {max}.",
    ),
    (
        "policy.channel_week_cap",
        "As many messages on this channel in seven days as there may be: {max}.",
        "За семь дней в этом канале уже отправлено сообщений: {max}.",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::rules::policy::ReasonCode;

    /// Codes in the sources of this crate: what stands in quotes and begins so.
    const SOURCES: &[&str] = &[
        include_str!("campaign.rs"),
        include_str!("campaign/audience.rs"),
        include_str!("campaign/policy.rs"),
        include_str!("campaign/schedule.rs"),
        include_str!("campaign/step.rs"),
        include_str!("campaign/wait.rs"),
        include_str!("rules/template.rs"),
    ];

    #[test]
    fn every_code_has_its_texts_once() {
        let known: HashSet<&str> = MESSAGES.iter().map(|(code, _, _)| *code).collect();
        assert_eq!(known.len(), MESSAGES.len());
        // The inbox has templates too, and the text of this one.
        let elsewhere = "template.variable.unknown";
        let quoted = SOURCES.iter().flat_map(|source| source.split('"'));
        let codes = quoted.filter(|text| {
            let is_code = |text: &str| text.chars().all(|mark| mark.is_ascii_lowercase() || "._".contains(mark));
            (text.starts_with("campaign.") || text.starts_with("template.")) && is_code(text) && *text != elsewhere
        });
        let codes: HashSet<&str> = codes.collect();
        assert!(codes.len() > 10, "{codes:?}");
        let missing: Vec<&&str> = codes.iter().filter(|code| !known.contains(**code)).collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert!(ReasonCode::WORDS.iter().all(|code| known.contains(code)));
        assert!(MESSAGES.iter().all(|(_, en, ru)| !en.is_empty() && !ru.is_ascii()));
    }
}

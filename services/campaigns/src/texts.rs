//! Texts of the codes that commands, the scheduler and planning give; those of the rules are in `refusals.rs`.

use api::messages::Message;

/// Code, English, Russian; `{name}` stands for a parameter.
pub const SERVICE_MESSAGES: &[Message] = &[
    ("campaign.state", "The campaign does not allow this now.", "Сейчас с кампанией этого сделать нельзя."),
    (
        "enrolment.state",
        "This contact's way does not allow this now.",
        "Сейчас с участием контакта этого сделать нельзя.",
    ),
    ("campaign.not_confirmed", "Type the name of the campaign as it is.", "Введите название кампании в точности."),
    ("campaign.starts_at.past", "Choose a time that is not past.", "Выберите время в будущем."),
    ("campaign.start.incomplete", "Something that it needs is missing.", "Не хватает того, без чего она не начнётся."),
    (
        "campaign.start.out_of_reach",
        "Whoever launched it does not reach it any more.",
        "Тому, кто её запустил, она больше недоступна.",
    ),
    ("campaign.start.gave_up", "All tries to start it failed.", "Запустить её не удалось ни с одной попытки."),
    (
        "campaign.steps.order",
        "Steps of a campaign that has begun keep their order.",
        "В начатой кампании порядок шагов не меняется.",
    ),
    (
        "campaign.step.kind",
        "A step keeps its kind once the campaign has begun.",
        "В начатой кампании вид шага не меняется.",
    ),
    (
        "campaign.address.invalid",
        "Write an e-mail address, a phone or a user name.",
        "Укажите почту, телефон или имя пользователя.",
    ),
    ("enrolment.already_in", "The contact is in this campaign already.", "Контакт уже участвует в этой кампании."),
    ("enrolment.not_yours", "The contact is not yours, or gone.", "Контакт не ваш или удалён."),
    ("step_held", "The step is paused.", "Шаг приостановлен."),
    ("no_sender", "There is no account that could send.", "Нет аккаунта, который мог бы отправить."),
    ("not_ready", "The account cannot send now.", "Аккаунт сейчас не может отправлять."),
    ("sender_quiet_hours", "It is quiet time for the account.", "У аккаунта тихие часы."),
    (
        "sender_working_hours",
        "The account writes to new people in its working hours.",
        "Новым людям аккаунт пишет в рабочие часы.",
    ),
    ("sender_full", "The account has sent as much as it may today.", "Аккаунт исчерпал дневной лимит."),
    ("campaign_pace", "The campaign keeps its pace.", "Кампания выдерживает темп."),
    ("template.missing", "The text lacks: {variables}.", "Для текста не хватает: {variables}."),
    // What is said of many contacts, whose numbers and names differ.
    ("template.missing.bare", "The text lacks something for the contact.", "Для текста не хватает данных контакта."),
    ("policy.suppressed.bare", "The address is on the suppression list.", "Адрес в списке исключений."),
    ("policy.opted_out.bare", "The contact opted out.", "Контакт отписался."),
    (
        "policy.cool_down.bare",
        "The contact said no, and nobody writes for a time after that.",
        "Контакт отказался, и после отказа некоторое время не пишут.",
    ),
    ("policy.day_cap.bare", "As many messages in a day as there may be.", "За день отправлено сообщений до предела."),
    (
        "policy.week_cap.bare",
        "As many messages in seven days as there may be.",
        "За семь дней отправлено сообщений до предела.",
    ),
    (
        "policy.channel_day_cap.bare",
        "As many messages on this channel in a day as there may be.",
        "За день в этом канале отправлено сообщений до предела.",
    ),
    (
        "policy.channel_week_cap.bare",
        "As many messages on this channel in seven days as there may be.",
        "За семь дней в этом канале отправлено сообщений до предела.",
    ),
    ("enrolment.cause.replied", "The contact replied.", "Контакт ответил."),
    ("enrolment.cause.opted_out", "The contact opted out.", "Контакт отписался."),
    ("enrolment.cause.stage", "The deal came into a stage that ends it.", "Сделка перешла на завершающий этап."),
    ("enrolment.cause.deleted", "The contact was deleted.", "Контакт удалён."),
    ("enrolment.cause.manual", "Somebody stopped it.", "Остановлено вручную."),
    ("enrolment.cause.policy", "The contact policy forbids it.", "Запрещено политикой контактов."),
    ("enrolment.cause.failed", "The message could not be delivered.", "Сообщение не удалось доставить."),
    ("enrolment.cause.step", "A step of the campaign ended it.", "Остановлено шагом кампании."),
    ("audience.excluded", "Left out by hand.", "Исключён вручную."),
    ("audience.written_to", "A program wrote to them lately.", "Недавно уже получал рассылку."),
    (
        "audience.in_campaign",
        "Is or was in this or an excluded campaign.",
        "Участвует или участвовал в этой или исключённой кампании.",
    ),
    ("check.senders_gone", "Accounts that are gone.", "Аккаунты, которых больше нет."),
    ("check.senders_not_ready", "Accounts that cannot send now.", "Аккаунты, которые сейчас не могут отправлять."),
    ("check.excluded", "Contacts that would be left out.", "Контакты, которым рассылка не уйдёт."),
    ("check.nobody", "Nobody is left to write to.", "Писать некому."),
    ("check.no_time_zone", "Contacts whose time zone nobody knows.", "Контакты с неизвестным часовым поясом."),
    (
        "check.variables_missing",
        "Contacts for whom a text lacks something.",
        "Контакты, для которых в тексте чего-то не хватает.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MESSAGES, campaign::StopCause};

    #[test]
    fn what_has_numbers_or_names_can_be_said_without_them() {
        let all: Vec<&Message> = MESSAGES.iter().chain(SERVICE_MESSAGES).collect();
        for (code, en, _) in all.iter().filter(|(_, en, ru)| en.contains('{') || ru.contains('{')) {
            let bare = all.iter().find(|(known, ..)| *known == format!("{code}.bare"));
            assert!(bare.is_some_and(|(_, en, ru)| !en.contains('{') && !ru.contains('{')), "{code}: {en}");
        }
    }

    #[test]
    fn every_cause_has_its_text() {
        let known =
            |cause: &&str| SERVICE_MESSAGES.iter().any(|(code, ..)| *code == format!("enrolment.cause.{cause}"));
        assert!(StopCause::WORDS.iter().all(known));
    }
}

//! Why the service refused something, and every sentence it says, in both languages.

use api::messages::Message;
use contracts::ports::PortError;
use kernel::{Coded, ErrorKind, FieldError, Fields};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Invalid(#[from] Fields),
    /// Unknown, of another organization, or somebody else's.
    #[error("no such record")]
    NotFound,
    #[error("there are as many as there may be")]
    TooMany { max: u64 },
    /// As many digests were asked for as may be.
    #[error("too many digests were asked for; the next one in {seconds} s")]
    TooOften { seconds: u64 },
    /// There is nothing to send.
    #[error("nothing waits for the digest")]
    NothingWaits,
    /// Not signed by us.
    #[error("the link is not one of ours")]
    BadLink,
    #[error(transparent)]
    Db(#[from] db::Error),
    #[error("another service could not answer")]
    Port(#[source] PortError),
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Db(error.into())
    }
}

impl Error {
    /// A refusal of one field.
    #[must_use]
    pub fn field(field: &str, code: &'static str) -> Self {
        Self::Invalid(Fields(vec![FieldError::new(field, code)]))
    }
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(fields) => fields.kind(),
            Self::NotFound | Self::BadLink => ErrorKind::NotFound,
            Self::TooMany { .. } | Self::NothingWaits => ErrorKind::Conflict,
            Self::TooOften { .. } => ErrorKind::RateLimited,
            Self::Db(error) => error.kind(),
            Self::Port(_) => ErrorKind::Internal,
        }
    }

    fn code(&self) -> &str {
        match self {
            Self::Invalid(fields) => fields.code(),
            Self::NotFound => "not_found",
            Self::TooMany { .. } => "notify.too_many",
            Self::TooOften { .. } => "notify.digest.often",
            Self::NothingWaits => "notify.digest.empty",
            Self::BadLink => "notify.unsubscribe.unknown",
            Self::Db(error) => error.code(),
            Self::Port(_) => "internal",
        }
    }

    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Db(error) => error.params(),
            Self::TooMany { max } => vec![("max", max.to_string())],
            _ => Vec::new(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid(fields) => fields.fields(),
            _ => &[],
        }
    }

    fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Self::TooOften { seconds } => Some(*seconds),
            _ => None,
        }
    }
}

/// Texts of the codes of this service, and its sentences. `{n:one|few|many}` is the form that goes with the number `n`;
/// English has two of them. Russian sentences are in the present: the past would have to know who is a woman.
pub const MESSAGES: &[Message] = &[
    ("notify.too_many", "There are {max} already, which is the most.", "Уже есть {max}, больше нельзя."),
    ("notify.snooze.past", "Choose a time to come, within a year.", "Выберите время в будущем, в пределах года."),
    ("notify.mute.what", "Say either which record or which kind.", "Укажите или запись, или вид уведомлений."),
    ("notify.time", "Write the time as 09:00.", "Запишите время в виде 09:00."),
    (
        "notify.quiet.empty",
        "Quiet hours end at another time than they begin.",
        "Тихие часы начинаются и заканчиваются в разное время.",
    ),
    ("notify.channel", "This channel is not set up.", "Этот канал не настроен."),
    ("notify.push.keys", "These are not keys of a browser.", "Это не ключи браузера."),
    ("notify.actor.several", "Colleagues", "Кто-то из коллег"),
    ("notify.actor.none", "Rapport", "Rapport"),
    ("notify.mention", "{actor} mentioned you in a note", "{actor} упоминает вас в заметке"),
    (
        "notify.mention.many",
        "{actor} mentioned you in {count} notes",
        "{actor} упоминает вас в {count} {count:заметке|заметках|заметках}",
    ),
    ("notify.mention.chat", "{actor} mentioned you beside a chat", "{actor} упоминает вас рядом с чатом"),
    (
        "notify.mention.chat.many",
        "{actor} mentioned you in {count} comments",
        "{actor} упоминает вас в {count} {count:комментарии|комментариях|комментариях}",
    ),
    ("notify.assigned.contact", "{actor} assigned a contact to you", "{actor} назначает вам контакт"),
    (
        "notify.assigned.contact.many",
        "{actor} assigned {count} contacts to you",
        "{actor} назначает вам {count} {count:контакт|контакта|контактов}",
    ),
    ("notify.assigned.company", "{actor} assigned a company to you", "{actor} назначает вам компанию"),
    (
        "notify.assigned.company.many",
        "{actor} assigned {count} companies to you",
        "{actor} назначает вам {count} {count:компанию|компании|компаний}",
    ),
    ("notify.assigned.deal", "{actor} assigned a deal to you", "{actor} назначает вам сделку"),
    (
        "notify.assigned.deal.many",
        "{actor} assigned {count} deals to you",
        "{actor} назначает вам {count} {count:сделку|сделки|сделок}",
    ),
    ("notify.assigned.chat", "{actor} assigned a chat to you", "{actor} назначает вам чат"),
    (
        "notify.assigned.chat.many",
        "{actor} assigned {count} chats to you",
        "{actor} назначает вам {count} {count:чат|чата|чатов}",
    ),
    ("notify.message", "A new message in your chat", "Новое сообщение в вашем чате"),
    (
        "notify.message.many",
        "{count} new messages in your chat",
        "{count} {count:новое сообщение|новых сообщения|новых сообщений} в вашем чате",
    ),
    ("notify.deal.won", "{actor} won a deal of yours", "{actor} выигрывает вашу сделку"),
    (
        "notify.deal.won.many",
        "{actor} won {count} deals of yours",
        "{actor} выигрывает {count} {count:вашу сделку|ваши сделки|ваших сделок}",
    ),
    ("notify.deal.lost", "{actor} marked a deal of yours as lost", "{actor} отмечает вашу сделку проигранной"),
    (
        "notify.deal.lost.many",
        "{actor} marked {count} deals of yours as lost",
        "{actor} отмечает {count} {count:вашу сделку проигранной|ваши сделки проигранными|ваших сделок проигранными}",
    ),
    (
        "notify.deal.rotting",
        "A deal of yours has been in its stage for too long",
        "Ваша сделка слишком долго стоит на этапе",
    ),
    (
        "notify.deal.rotting.many",
        "{count} deals of yours have been in their stages for too long",
        "{count} {count:ваша сделка|ваши сделки|ваших сделок} слишком долго {count:стоит|стоят|стоят} на этапе",
    ),
    ("notify.campaign.paused", "A campaign of yours has paused by itself", "Ваша кампания сама встаёт на паузу"),
    (
        "notify.campaign.paused.no_sender",
        "A campaign of yours has paused: no account is left that could send",
        "Ваша кампания встаёт на паузу: не осталось аккаунтов, которые могут писать",
    ),
    (
        "notify.campaign.paused.steps",
        "A campaign of yours has paused: its steps cannot be read any more",
        "Ваша кампания встаёт на паузу: её шаги больше не читаются",
    ),
    (
        "notify.campaign.paused.audience",
        "A campaign of yours has paused: its audience cannot be read any more",
        "Ваша кампания встаёт на паузу: её аудитория больше не читается",
    ),
    (
        "notify.campaign.paused.many",
        "{count} campaigns of yours have paused by themselves",
        "{count} {count:ваша кампания|ваши кампании|ваших кампаний} {count:встаёт|встают|встают} на паузу",
    ),
    (
        "notify.campaign.not_started",
        "A campaign of yours could not begin at its time and is a draft again",
        "Ваша кампания не может начаться в срок и снова черновик",
    ),
    (
        "notify.campaign.not_started.incomplete",
        "A campaign of yours could not begin at its time: something is missing, and it is a draft again",
        "Ваша кампания не может начаться в срок: чего-то не хватает, и она снова черновик",
    ),
    (
        "notify.campaign.not_started.out_of_reach",
        "A campaign of yours could not begin at its time: whoever launched it does not reach it any more",
        "Ваша кампания не может начаться в срок: тому, кто её запускает, она больше недоступна",
    ),
    (
        "notify.campaign.not_started.many",
        "{count} campaigns of yours could not begin at their time and are drafts again",
        "{count} {count:ваша кампания|ваши кампании|ваших кампаний} не {count:может|могут|могут} начаться в срок",
    ),
    (
        "notify.campaign.finished",
        "A campaign of yours is over: {sent} {sent:message|messages}, {replied} {replied:answer|answers}",
        "Кампания закончена: {sent} {sent:сообщение|сообщения|сообщений}, {replied} {replied:ответ|ответа|ответов}",
    ),
    (
        "notify.campaign.finished.many",
        "{count} campaigns of yours are over",
        "Закончено {count} {count:ваша кампания|ваши кампании|ваших кампаний}",
    ),
    (
        "notify.campaign.variant_won",
        "A text of your campaign won and goes to everybody now",
        "Один из текстов вашей кампании побеждает и теперь уходит всем",
    ),
    (
        "notify.campaign.variant_won.many",
        "Texts of {count} campaigns of yours won and go to everybody now",
        "Побеждают тексты в {count} {count:вашей кампании|ваших кампаниях|ваших кампаниях}",
    ),
    (
        "notify.import.completed",
        "The import is complete: {created} created, {updated} updated, {failed} failed",
        "Импорт завершён: создано {created}, обновлено {updated}, с ошибками {failed}",
    ),
    (
        "notify.import.completed.many",
        "{count} imports are complete",
        "Завершено {count} {count:импорт|импорта|импортов}",
    ),
    (
        "notify.export.completed",
        "The export is complete: {rows} {rows:row|rows}",
        "Выгрузка завершена: {rows} {rows:строка|строки|строк}",
    ),
    (
        "notify.export.completed.many",
        "{count} exports are complete",
        "Завершено {count} {count:выгрузка|выгрузки|выгрузок}",
    ),
    (
        "notify.bulk.completed",
        "The bulk operation is complete: {done} {done:record|records}",
        "Массовое действие выполнено: {done} {done:запись|записи|записей}",
    ),
    (
        "notify.bulk.completed.many",
        "{count} bulk operations are complete",
        "Выполнено {count} {count:массовое действие|массовых действия|массовых действий}",
    ),
    (
        "notify.webhook.disabled",
        "A webhook was switched off after it had failed for long",
        "Вебхук отключён: он долго не отвечал",
    ),
    (
        "notify.webhook.disabled.many",
        "{count} webhooks were switched off after they had failed for long",
        "Отключено {count} {count:вебхук|вебхука|вебхуков}: они долго не отвечали",
    ),
    (
        "notify.account.disconnected",
        "{account} has not been connected for some minutes",
        "{account} уже несколько минут без связи",
    ),
    (
        "notify.account.disconnected.many",
        "{account} lost its connection {count} times",
        "{account} теряет связь: {count} {count:раз|раза|раз}",
    ),
    ("notify.account.signed_out", "{account} was signed out: sign in again", "{account}: сеанс закрыт, войдите заново"),
    (
        "notify.account.signed_out.many",
        "{account} was signed out {count} times: sign in again",
        "{account}: сеанс закрыт {count} {count:раз|раза|раз}, войдите заново",
    ),
    ("notify.account.restricted", "{account} was restricted by Telegram", "{account}: Telegram ограничивает аккаунт"),
    (
        "notify.account.restricted.many",
        "{account} was restricted by Telegram {count} times",
        "{account}: Telegram ограничивает аккаунт, уже {count} {count:раз|раза|раз}",
    ),
    ("notify.account.banned", "{account} was banned by Telegram", "{account}: Telegram блокирует аккаунт"),
    (
        "notify.account.banned.many",
        "{account} was banned by Telegram {count} times",
        "{account}: Telegram блокирует аккаунт, уже {count} {count:раз|раза|раз}",
    ),
    (
        "notify.account.flood",
        "{account} has to wait {minutes} {minutes:minute|minutes}: Telegram asks for it",
        "{account} ждёт {minutes} {minutes:минуту|минуты|минут}: так просит Telegram",
    ),
    (
        "notify.account.flood.many",
        "{account} has to wait {minutes} {minutes:minute|minutes} more: Telegram asks for it again",
        "{account} снова ждёт {minutes} {minutes:минуту|минуты|минут}: так просит Telegram",
    ),
    ("notify.account.unnamed", "An account", "Аккаунт"),
    ("notify.test", "This is how Rapport tells you of things", "Так Rapport сообщает вам о событиях"),
    ("notify.test.many", "This is how Rapport tells you of things", "Так Rapport сообщает вам о событиях"),
    (
        "notify.digest",
        "{count} {count:notification|notifications} from Rapport",
        "{count} {count:уведомление|уведомления|уведомлений} от Rapport",
    ),
    ("notify.digest.more", "and {count} more", "и ещё {count}"),
    (
        "notify.digest.empty",
        "Nothing waits for your digest: you have seen it all.",
        "Для сводки ничего нет: вы уже всё видели.",
    ),
    (
        "notify.digest.often",
        "Digests were sent five times within an hour. Try again later.",
        "За час сводка уже отправлена пять раз. Попробуйте позже.",
    ),
    (
        "notify.unsubscribe.unknown",
        "This link does not work. Digests can be switched off in the settings.",
        "Эта ссылка не работает. Сводку можно отключить в настройках.",
    ),
];

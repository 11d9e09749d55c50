//! Why a command of this service was refused: stable codes, and their texts.

use api::messages::Message;
use contracts::ports::PortError;
use kernel::{Coded, ErrorKind, FieldError, Fields, error::Forbidden};
use serde_json::Value;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Invalid(#[from] Fields),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Unknown, of another organization, or out of the actor's reach.
    #[error("no such record")]
    NotFound,
    /// Somebody else changed the record; here is how it stands.
    #[error("the record has another version by now")]
    Stale(Value),
    /// Nothing can be written into the chat.
    #[error("the chat cannot be written into")]
    ReadOnly(&'static str),
    #[error("the message cannot be changed so: {0}")]
    State(&'static str),
    #[error("there are as many as there may be")]
    TooMany { max: usize },
    /// A body that is larger than it may be.
    #[error("too large")]
    TooLarge,
    /// What came in was not signed as it has to be.
    #[error("the signature does not fit")]
    Unsigned,
    #[error("files cannot be kept here")]
    NoBlobs,
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
            Self::Forbidden(forbidden) => forbidden.kind(),
            Self::NotFound => ErrorKind::NotFound,
            Self::Stale(_) | Self::ReadOnly(_) | Self::State(_) | Self::TooMany { .. } => ErrorKind::Conflict,
            Self::TooLarge => ErrorKind::TooLarge,
            Self::Unsigned => ErrorKind::Unauthenticated,
            Self::NoBlobs => ErrorKind::Unavailable,
            Self::Db(error) => error.kind(),
            Self::Port(_) => ErrorKind::Internal,
        }
    }

    fn code(&self) -> &str {
        match self {
            Self::Invalid(fields) => fields.code(),
            Self::Forbidden(forbidden) => forbidden.code(),
            Self::NotFound => "not_found",
            Self::Stale(_) => "version.conflict",
            Self::ReadOnly(code) | Self::State(code) => code,
            Self::TooMany { .. } => "messaging.too_many",
            Self::TooLarge => "body.too_large",
            Self::Unsigned => "webhook.signature.invalid",
            Self::NoBlobs => "media.not_kept",
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

    fn current(&self) -> Option<&Value> {
        match self {
            Self::Stale(current) => Some(current),
            _ => None,
        }
    }
}

/// Texts of the codes of this service.
pub const MESSAGES: &[Message] = &[
    ("chat.snooze.past", "Choose a time within the next year.", "Выберите время в пределах года."),
    ("chat.merge.same", "Choose another chat.", "Выберите другой чат."),
    ("chat.merge.merged", "One of the chats is part of another one.", "Один из чатов уже объединён с другим."),
    ("chat.not_merged", "The chat is not made of several.", "Этот чат не объединён с другими."),
    ("chat.no_name", "The chat has no name to make a contact of.", "У чата нет имени, чтобы создать контакт."),
    ("chat.has_contact", "The chat has a contact already.", "У чата уже есть контакт."),
    ("chat.read_only.channel", "Only its owners write into this channel.", "В этот канал пишут только его владельцы."),
    ("chat.read_only.api", "This channel only receives messages.", "Этот канал только принимает сообщения."),
    (
        "chat.read_only.account",
        "You may not write through this account.",
        "Вы не можете писать от имени этого аккаунта.",
    ),
    ("chat.read_only.gone", "The account is not there any more.", "Этого аккаунта больше нет."),
    ("message.not_ours", "Only a message of ours can be changed.", "Изменить можно только своё сообщение."),
    ("message.not_sent", "The message was not sent yet.", "Сообщение ещё не отправлено."),
    ("message.gone", "The message was deleted.", "Сообщение удалено."),
    ("message.not_waiting", "The message does not wait any more.", "Сообщение уже не ждёт отправки."),
    (
        "message.not_failed",
        "Only a message that failed is tried again.",
        "Повторить можно только неудавшееся сообщение.",
    ),
    ("message.empty", "Write something, or attach a file.", "Напишите что-нибудь или приложите файл."),
    ("message.time.past", "Choose a time within the next year.", "Выберите время в пределах года."),
    ("message.client_id.taken", "This id was used for another message.", "Этот номер занят другим сообщением."),
    ("message.entity.range", "A stretch lies outside the text.", "Выделение выходит за пределы текста."),
    ("message.contact.unknown", "The contact is not there any more.", "Этого контакта больше нет."),
    ("message.media.unknown", "A file of the message is not there any more.", "Файла сообщения больше нет."),
    ("message.media.too_many", "A message has at most 10 files.", "В сообщении не больше 10 файлов."),
    ("message.text.too_long", "The text is longer than a message may be.", "Текст длиннее, чем может быть сообщение."),
    ("message.failed.campaign.answered", "The contact wrote before it went.", "Контакт написал раньше, чем оно ушло."),
    ("message.failed.campaign.called_back", "The campaign called it back.", "Рассылка отозвала его."),
    (
        "message.target",
        "Say whom it is to: a chat, a contact, or a person.",
        "Укажите, кому: чат, контакт или человек.",
    ),
    ("messaging.too_many", "There are {max} already, which is the most.", "Уже есть {max}, больше нельзя."),
    (
        "messages.question",
        "Name a chat, a contact, a channel or an account.",
        "Укажите чат, контакт, канал или аккаунт.",
    ),
    ("webhook.signature.invalid", "The signature does not fit.", "Подпись не подходит."),
    ("media.not_kept", "Files cannot be kept on this server yet.", "На этом сервере пока нельзя хранить файлы."),
    (
        "media.again",
        "The same file is being cleared away at this moment. Send it once more.",
        "Такой же файл как раз удаляется. Отправьте его ещё раз.",
    ),
    ("message.file.empty", "The file is empty.", "Файл пуст."),
    ("template.shortcut.invalid", "A shortcut is one word.", "Сокращение – это одно слово."),
    ("template.variable.unknown", "There is no such variable.", "Такой переменной нет."),
    (
        "chat_import.no_export",
        "This is no export of Telegram Desktop with messages in it. Upload its result.json, or a zip of its folder.",
        "Это не экспорт Telegram Desktop с сообщениями. Загрузите его result.json или zip всей папки.",
    ),
    ("chat_import.not_ready", "The import was started already.", "Импорт уже запущен."),
    ("chat_import.not_done", "Only an import that is done is taken back.", "Отменить можно только законченный импорт."),
    ("stats.period", "Choose a period of at most 366 days.", "Выберите период не длиннее 366 дней."),
    (
        "message.contact.no_address",
        "The contact has neither a Telegram username nor a phone.",
        "У контакта нет ни имени в Telegram, ни телефона.",
    ),
    ("message.waits.scheduled", "Waits for its time.", "Ждёт своего времени."),
    ("message.waits.undo", "Can still be called back.", "Ещё можно отменить."),
    ("message.waits.sending", "On its way.", "Отправляется."),
    ("message.waits.behind_another", "Waits for the message before it.", "Ждёт предыдущего сообщения."),
    ("message.waits.flood_wait", "Telegram asks to wait.", "Telegram просит подождать."),
    (
        "message.waits.peer_flood",
        "Telegram lets this account write to nobody new for now.",
        "Telegram пока не даёт этому аккаунту писать новым людям.",
    ),
    ("message.waits.pace", "The account keeps its pace.", "Аккаунт держит темп."),
    (
        "message.waits.first_contacts_used_up",
        "Today's first contacts of the account are used up.",
        "Первые сообщения новым людям на сегодня исчерпаны.",
    ),
    ("message.waits.quiet_hours", "It is quiet time for the account.", "У аккаунта тихие часы."),
    ("message.waits.paused", "The account is paused.", "Аккаунт на паузе."),
    ("message.waits.disconnected", "The account is not connected.", "Аккаунт не подключён."),
    (
        "message.waits.replies_only",
        "The account only answers people who have written.",
        "Аккаунт только отвечает тем, кто написал сам.",
    ),
    ("message.waits.restricted", "Telegram has restricted the account.", "Telegram ограничил аккаунт."),
    (
        "message.waits.working_hours",
        "First messages go in working hours only.",
        "Первые сообщения отправляются только в рабочее время.",
    ),
    (
        "message.waits.messages_used_up",
        "Today's messages of the account are used up.",
        "Сообщения аккаунта на сегодня исчерпаны.",
    ),
    ("message.waits.network", "The connection failed; it is tried again.", "Связь прервалась, отправка повторится."),
    (
        "message.failed.peer.unknown",
        "There is no such person in Telegram, or they cannot be found by this name or number.",
        "Такого человека нет в Telegram, или его не найти по этому имени или номеру.",
    ),
    (
        "message.failed.chat.forbidden",
        "This account may not write into the chat.",
        "Этому аккаунту нельзя писать в этот чат.",
    ),
    ("message.failed.message.gone", "The message is not there any more.", "Этого сообщения больше нет."),
    (
        "message.failed.message.too_large",
        "The text or the file is too large for Telegram.",
        "Текст или файл слишком велик для Telegram.",
    ),
    (
        "message.failed.network",
        "The connection failed too often. Try again later.",
        "Связь прерывалась слишком часто. Повторите позже.",
    ),
    ("message.failed.refused", "Telegram refused the message.", "Telegram не принял сообщение."),
    ("message.failed.other", "The message could not be sent.", "Сообщение не отправилось."),
    ("message.failed.peer.blocked_us", "The person has blocked this account.", "Человек заблокировал этот аккаунт."),
    (
        "message.failed.tried_too_often",
        "The message was tried too often.",
        "Сообщение не отправилось после многих попыток.",
    ),
    ("template.shortcut.taken", "This shortcut is taken.", "Это сокращение занято."),
];

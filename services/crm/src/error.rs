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
    #[error("the record is in the trash")]
    InTrash,
    #[error("the record is not in the trash")]
    NotInTrash,
    #[error("the batch is still at work")]
    BatchRunning,
    #[error("the batch was undone before")]
    BatchReverted,
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
            Self::Stale(_) | Self::InTrash | Self::NotInTrash | Self::BatchRunning | Self::BatchReverted => {
                ErrorKind::Conflict
            }
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
            Self::InTrash => "record.in_trash",
            Self::NotInTrash => "record.not_in_trash",
            Self::BatchRunning => "batch.running",
            Self::BatchReverted => "batch.reverted",
            Self::Db(error) => error.code(),
            Self::Port(_) => "internal",
        }
    }

    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Db(error) => error.params(),
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
    ("record.in_trash", "The record is in the trash. Restore it first.", "Запись в корзине. Сначала восстановите её."),
    (
        "record.not_in_trash",
        "Only a record in the trash can be deleted for good.",
        "Навсегда можно удалить только запись из корзины.",
    ),
    ("batch.running", "This operation is still running.", "Эта операция ещё выполняется."),
    ("batch.reverted", "This operation was undone before.", "Эта операция уже отменена."),
    ("bulk.nothing_selected", "Choose records, or all of them.", "Выберите записи или все сразу."),
    ("bulk.both", "Send either ids or all, not both.", "Передайте либо ids, либо all, но не вместе."),
    (
        "owner.not_allowed",
        "You can take a record or leave it unassigned.",
        "Вы можете взять запись себе или оставить её без ответственного.",
    ),
    (
        "company.both",
        "Send either companyId or companyName, not both.",
        "Передайте либо companyId, либо companyName, но не вместе.",
    ),
    (
        "custom.too_large",
        "Custom fields take at most 64 names and 16 KiB.",
        "Дополнительные поля: не больше 64 названий и 16 КиБ.",
    ),
    ("export.column", "There is no such column.", "Такого столбца нет."),
];

//! Why a command of this service was refused: stable codes, and their texts.

use api::messages::Message;
use contracts::ports::PortError;
use kernel::{Coded, ErrorKind, FieldError, Fields, error::Forbidden};
use serde_json::Value;

use crate::imports::{self, csv::SniffError};

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
    #[error("the record was merged into another")]
    Merged,
    #[error("the batch is still at work")]
    BatchRunning,
    #[error("the batch was undone before")]
    BatchReverted,
    #[error("the batch is undone in another way, or not at all")]
    NotUndoable,
    /// A merge, which is taken apart by its own route.
    #[error("the batch is a merge of {path}")]
    UndoneByUnmerge { path: &'static str },
    #[error(transparent)]
    Db(#[from] db::Error),
    #[error("the file is no table: {0}")]
    NotATable(SniffError),
    #[error("the file is larger than {megabytes} MiB")]
    FileTooLarge { megabytes: u64 },
    #[error("the upload broke off")]
    UploadBroken,
    #[error("there are as many as there may be")]
    TooMany { max: usize },
    #[error("the import has been started")]
    ImportStarted,
    #[error("the import is not running")]
    ImportNotRunning,
    #[error("the import cannot be taken back in its state")]
    ImportNotRevertible,
    #[error("a file could not be read or written")]
    File(#[source] std::io::Error),
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
            Self::Stale(_)
            | Self::InTrash
            | Self::NotInTrash
            | Self::Merged
            | Self::UndoneByUnmerge { .. }
            | Self::BatchRunning
            | Self::BatchReverted
            | Self::NotUndoable
            | Self::TooMany { .. }
            | Self::ImportStarted
            | Self::ImportNotRunning
            | Self::ImportNotRevertible => ErrorKind::Conflict,
            Self::NotATable(_) => ErrorKind::Invalid,
            Self::FileTooLarge { .. } => ErrorKind::TooLarge,
            Self::UploadBroken => ErrorKind::Malformed,
            Self::Db(error) => error.kind(),
            Self::File(_) | Self::Port(_) => ErrorKind::Internal,
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
            Self::Merged => "record.merged",
            Self::UndoneByUnmerge { .. } => "batch.merge",
            Self::BatchRunning => "batch.running",
            Self::BatchReverted => "batch.reverted",
            Self::NotUndoable => "batch.not_undoable",
            Self::TooMany { .. } => "record.too_many",
            Self::Db(error) => error.code(),
            Self::NotATable(error) => imports::code_of(*error),
            Self::FileTooLarge { .. } => "import.too_large",
            Self::UploadBroken => "import.broken",
            Self::ImportStarted => "import.started",
            Self::ImportNotRunning => "import.not_running",
            Self::ImportNotRevertible => "import.not_revertible",
            Self::File(_) | Self::Port(_) => "internal",
        }
    }

    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Db(error) => error.params(),
            Self::UndoneByUnmerge { path } => vec![("path", (*path).to_owned())],
            Self::TooMany { max } => vec![("max", max.to_string())],
            Self::FileTooLarge { megabytes } => vec![("megabytes", megabytes.to_string())],
            Self::NotATable(SniffError::TooManyColumns { columns }) => vec![("columns", columns.to_string())],
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
    ("instant.invalid", "Write the time as 2026-01-31T09:30:00Z.", "Запишите время в виде 2026-01-31T09:30:00Z."),
    (
        "note.occurred_at.range",
        "Choose a time between 1970 and a year from now.",
        "Выберите время с 1970 года и не дальше года вперёд.",
    ),
    ("record.in_trash", "The record is in the trash. Restore it first.", "Запись в корзине. Сначала восстановите её."),
    (
        "record.not_in_trash",
        "Only a record in the trash can be deleted for good.",
        "Навсегда можно удалить только запись из корзины.",
    ),
    (
        "record.merged",
        "The record was merged into another one. Take the merge apart first.",
        "Запись объединена с другой. Сначала отмените объединение.",
    ),
    (
        "batch.merge",
        "A merge is taken apart by POST /api/crm/{path}/unmerge.",
        "Объединение отменяется запросом POST /api/crm/{path}/unmerge.",
    ),
    ("merge.itself", "A record cannot be merged into itself.", "Запись нельзя объединить с самой собой."),
    ("merge.not_among", "This is none of the records to merge.", "Этой записи нет среди объединяемых."),
    ("merge.too_few", "Choose two records at least.", "Выберите хотя бы две записи."),
    ("merge.other", "This is no merge of such records.", "Это не объединение таких записей."),
    ("batch.running", "This operation is still running.", "Эта операция ещё выполняется."),
    ("batch.reverted", "This operation was undone before.", "Эта операция уже отменена."),
    ("batch.not_undoable", "This operation cannot be undone here.", "Эту операцию нельзя отменить здесь."),
    ("import.empty", "The file is empty.", "Файл пуст."),
    ("import.not_text", "This is not a CSV file.", "Это не файл CSV."),
    (
        "import.spreadsheet",
        "This is a spreadsheet. Save it as CSV and upload that.",
        "Это книга Excel. Сохраните её как CSV и загрузите его.",
    ),
    (
        "import.archive",
        "This is an archive. Unpack it and upload the CSV file in it.",
        "Это архив. Распакуйте его и загрузите файл CSV.",
    ),
    (
        "import.no_such_header_row",
        "There is no such row near the beginning of the file.",
        "В начале файла нет такой строки.",
    ),
    (
        "import.too_many_columns",
        "The file has {columns} columns; 1000 is the most.",
        "В файле {columns} столбцов, допускается не больше 1000.",
    ),
    ("import.too_large", "The file is larger than {megabytes} MiB.", "Файл больше {megabytes} МиБ."),
    ("import.broken", "The upload broke off. Try again.", "Загрузка прервалась. Попробуйте ещё раз."),
    ("import.started", "This import was started before.", "Этот импорт уже запущен."),
    ("import.not_running", "This import is not running.", "Этот импорт сейчас не выполняется."),
    ("import.not_revertible", "This import cannot be reverted now.", "Этот импорт сейчас нельзя отменить."),
    ("import.file_gone", "The uploaded file is gone.", "Загруженный файл удалён."),
    ("import.encoding", "There is no such encoding.", "Такой кодировки нет."),
    ("import.column", "There is no such column, or it is mapped twice.", "Такого столбца нет, или он выбран дважды."),
    (
        "import.target_twice",
        "Only one column can become this field.",
        "В это поле можно импортировать только один столбец.",
    ),
    ("import.nothing_to_name", "Choose a column for the name.", "Выберите столбец с именем или названием."),
    ("import.reason_header", "Why it was not imported", "Почему не импортировано"),
    ("too_many_cells", "The row has more cells than there are columns.", "В строке больше ячеек, чем столбцов."),
    ("unclosed_quote", "A quote is not closed.", "Не закрыта кавычка."),
    ("cell_too_long", "A cell is too long.", "Слишком длинная ячейка."),
    ("record_too_long", "The row is too long.", "Слишком длинная строка."),
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
        "Custom fields take at most 200 names and 64 KiB.",
        "Дополнительные поля: не больше 200 названий и 64 КиБ.",
    ),
    ("record.too_many", "There are {max} already, which is the most.", "Уже есть {max}, больше нельзя."),
    ("view.too_large", "The view is too large.", "Представление слишком велико."),
    (
        "view.not_yours",
        "Only its owner can make a view private.",
        "Сделать представление личным может только его владелец.",
    ),
    ("view.private_default", "Share the view first.", "Сначала откройте представление всем."),
];

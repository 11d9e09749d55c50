//! What can go wrong between a command and the database.

use kernel::{Coded, ErrorKind};
use sea_orm::{DbErr, SqlErr};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Database(#[from] DbErr),
    #[error("the database could not be opened: {0}")]
    Connect(#[source] sqlx::Error),
    #[error("the stored value of {0} could not be read")]
    Stored(&'static str),
    #[error("migration {name} failed")]
    Migration { name: String, source: DbErr },
    #[error("a request with this idempotency key is under way or done")]
    IdempotencyReplay,
    #[error("the cursor is not of this list")]
    Cursor,
    #[error("{0}")]
    Filter(#[from] kernel::filter::FilterError),
    #[error("the list cannot be sorted by {0}")]
    Sort(String),
}

impl Error {
    /// Whether a unique index refused the write.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(e) if matches!(e.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))))
    }

    /// Whether trying again later may help.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Connect(_) | Self::Database(DbErr::ConnectionAcquire(_) | DbErr::Conn(_)))
    }
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::IdempotencyReplay => ErrorKind::Conflict,
            Self::Cursor | Self::Filter(_) | Self::Sort(_) => ErrorKind::Invalid,
            _ if self.is_unavailable() => ErrorKind::Unavailable,
            _ => ErrorKind::Internal,
        }
    }

    fn code(&self) -> &str {
        match self {
            Self::IdempotencyReplay => "idempotency.in_progress",
            Self::Cursor => "list.cursor",
            Self::Filter(e) => e.code,
            Self::Sort(_) => "list.sort",
            _ if self.is_unavailable() => "database.unavailable",
            _ => "internal",
        }
    }

    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Filter(e) => vec![("field", e.field.clone())],
            Self::Sort(field) => vec![("field", field.clone())],
            _ => Vec::new(),
        }
    }
}

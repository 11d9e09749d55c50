//! Why a command of this service was refused: stable codes.

use contracts::{audience::AudienceError, ports::PortError};
use kernel::{Coded, ErrorKind, FieldError, Fields, error::Forbidden};
use serde_json::{Map, Value, json};

use crate::campaign::CampaignState;

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
    /// What is asked for does not go in the state that it is in.
    #[error("the campaign is {}", .0.as_str())]
    State(CampaignState),
    /// An enrolment that does not take it, such as one that has ended.
    #[error("the enrolment is {0}")]
    Enrolment(&'static str),
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

impl From<AudienceError> for Error {
    fn from(error: AudienceError) -> Self {
        match error {
            AudienceError::Refused { field, code } => {
                let field = if field.is_empty() { "audience".to_owned() } else { format!("audience.source.{field}") };
                Self::Invalid(Fields(vec![FieldError { field, code: code.into(), params: Vec::new() }]))
            }
            AudienceError::Away(error) => Self::Port(error),
        }
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
            Self::Stale(_) | Self::State(_) | Self::Enrolment(_) => ErrorKind::Conflict,
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
            Self::State(_) => "campaign.state",
            Self::Enrolment(_) => "enrolment.state",
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

    fn facts(&self) -> Map<String, Value> {
        let facts = match self {
            Self::State(state) => json!({ "state": state.as_str() }),
            Self::Enrolment(state) => json!({ "state": state }),
            _ => Value::Null,
        };
        match facts {
            Value::Object(facts) => facts,
            _ => Map::new(),
        }
    }
}

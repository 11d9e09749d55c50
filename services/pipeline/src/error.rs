//! Why a command of this service was refused: stable codes, and their texts.

use api::{context, messages::Message};
use contracts::ports::PortError;
use kernel::{Coded, ErrorKind, FieldError, Fields, error::Forbidden};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::moves::rules::{Lack, Missing};

/// A deal that a call could have meant.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    pub id: Uuid,
    pub title: String,
    pub stage_id: Uuid,
}

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
    #[error("the deal is in the trash")]
    InTrash,
    #[error("the deal is not in the trash")]
    NotInTrash,
    /// What the rules of the stages ask for and the deal does not have.
    #[error("the rules of the stage are not met")]
    StageRules { stage_id: Uuid, lacks: Vec<Lack> },
    #[error("the pipeline has {deals} deals")]
    PipelineHasDeals { deals: u64 },
    #[error("an organization keeps one pipeline at least")]
    LastPipeline,
    #[error("the stage has {deals} deals")]
    StageHasDeals { deals: u64 },
    #[error("a pipeline keeps one open stage at least")]
    LastOpenStage,
    #[error("there are as many as there may be")]
    TooMany { max: usize },
    #[error("the contact has several open deals")]
    SeveralDeals(Vec<Candidate>),
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
            Self::StageRules { .. } => ErrorKind::Invalid,
            Self::Stale(_)
            | Self::InTrash
            | Self::NotInTrash
            | Self::PipelineHasDeals { .. }
            | Self::LastPipeline
            | Self::StageHasDeals { .. }
            | Self::LastOpenStage
            | Self::TooMany { .. }
            | Self::SeveralDeals(_) => ErrorKind::Conflict,
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
            Self::StageRules { .. } => "stage_rules",
            Self::PipelineHasDeals { .. } => "pipeline_has_deals",
            Self::LastPipeline => "last_pipeline",
            Self::StageHasDeals { .. } => "stage_has_deals",
            Self::LastOpenStage => "last_open_stage",
            Self::TooMany { .. } => "pipelines.too_many",
            Self::SeveralDeals(_) => "several_deals",
            Self::Db(error) => error.code(),
            Self::Port(_) => "internal",
        }
    }

    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Db(error) => error.params(),
            Self::PipelineHasDeals { deals } | Self::StageHasDeals { deals } => vec![("deals", deals.to_string())],
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

    fn facts(&self) -> Map<String, Value> {
        let facts = match self {
            Self::StageRules { stage_id, lacks } => {
                let missing: Vec<Missing> = lacks.iter().map(|lack| lack.told(context::locale())).collect();
                json!({ "stageId": stage_id, "missing": missing })
            }
            Self::PipelineHasDeals { deals } | Self::StageHasDeals { deals } => json!({ "deals": deals }),
            Self::SeveralDeals(deals) => json!({ "deals": deals }),
            _ => Value::Null,
        };
        match facts {
            Value::Object(facts) => facts,
            _ => Map::new(),
        }
    }
}

/// Texts of the codes of this service.
pub const MESSAGES: &[Message] = &[
    ("stage_rules", "This stage asks for more first.", "Для этого этапа не всё готово."),
    ("stage.asks.amount", "Fill in the amount.", "Укажите сумму."),
    ("stage.asks.company", "Choose the company.", "Выберите компанию."),
    ("stage.asks.contact", "Choose the contact.", "Выберите контакт."),
    ("stage.asks.owner", "Choose who is responsible.", "Выберите ответственного."),
    ("stage.asks.expected_close_on", "Fill in the expected close date.", "Укажите ожидаемую дату закрытия."),
    ("stage.asks.source", "Fill in the source.", "Укажите источник."),
    ("stage.asks.description", "Fill in the description.", "Заполните описание."),
    ("stage.asks.reason", "Say why the deal is moved.", "Укажите причину перевода."),
    ("stage.asks.own", "Fill in “{name}”.", "Заполните поле «{name}»."),
    ("stage.asks.role", "Your role may not make this move.", "Ваша роль не позволяет этот перевод."),
    (
        "stage.asks.room",
        "The stage is full: it takes {limit} deals at most.",
        "Этап заполнен: в нём может быть не больше сделок, чем {limit}.",
    ),
    (
        "pipeline_has_deals",
        "The pipeline has {deals} deals. Choose where they go.",
        "В воронке есть сделки ({deals}). Выберите, куда их перенести.",
    ),
    ("last_pipeline", "The last pipeline cannot be deleted.", "Последнюю воронку удалить нельзя."),
    (
        "stage_has_deals",
        "The stage has {deals} deals. Move them first, or choose where they go.",
        "На этапе есть сделки ({deals}). Перенесите их или выберите, куда перенести.",
    ),
    (
        "last_open_stage",
        "A pipeline keeps at least one open stage.",
        "В воронке должен остаться хотя бы один открытый этап.",
    ),
    ("pipelines.too_many", "There are {max} already, which is the most.", "Уже есть {max}, больше нельзя."),
    (
        "several_deals",
        "The contact has several open deals. Say which one.",
        "У контакта несколько открытых сделок. Укажите, какую перенести.",
    ),
    (
        "pipelines.default",
        "Make another pipeline the default one instead.",
        "Вместо этого сделайте основной другую воронку.",
    ),
    ("stage.other_pipeline", "The stage is of another pipeline.", "Этап относится к другой воронке."),
    ("stage.same", "Choose another one.", "Выберите другой вариант."),
    ("month.invalid", "Write the month as 2026-01.", "Запишите месяц в виде 2026-01."),
    (
        "day.ambiguous",
        "Which number is the month cannot be told. Write the day as 2026-01-31.",
        "Непонятно, какое из чисел – месяц. Запишите день в виде 2026-01-31.",
    ),
    ("amount.invalid", "This is no amount of this currency.", "Это не сумма в этой валюте."),
    ("amount.range", "The amount is negative or too large.", "Сумма отрицательна или слишком велика."),
    ("day.invalid", "Write the day as 2026-01-31.", "Запишите день в виде 2026-01-31."),
];

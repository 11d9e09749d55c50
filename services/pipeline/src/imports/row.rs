//! What a row of a file says of a deal. No I/O.

use api::requests::Given;
use contracts::imports::DealRow;
use fields::{FieldSet, number};
use kernel::{
    Fields,
    values::{Currency, Paragraph, name_key, optional},
};
use uuid::Uuid;

use crate::{
    deals::deal::{DealFields, DealPatch, MAX_AMOUNT},
    pipelines::store::StoredPipeline,
    plan::Plan,
    stages::stage::{Stage, StageKind},
};

/// A row that makes sense.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub fields: DealFields,
    pub pipeline_id: Uuid,
    pub stage_id: Uuid,
    /// Whether the row names the stage, or leaves a known deal where it is.
    pub names_stage: bool,
    pub lost_reason: Option<String>,
}

impl Draft {
    /// What the row says, with the pipelines as they are.
    ///
    /// # Errors
    /// Every cell that means nothing.
    pub fn read(row: DealRow, plan: &Plan) -> Result<Self, Fields> {
        let mut refused = Fields::default();
        let pipeline = pipeline(&row, plan, &mut refused);
        let stage = pipeline.and_then(|pipeline| stage(&row, plan, pipeline.id, &mut refused));
        let default_currency = pipeline.map(|pipeline| pipeline.currency.as_str()).unwrap_or_default();
        let (amount, currency) = money(&row, default_currency, &mut refused);
        let expected = row.expected_close_on.as_deref().and_then(|raw| day(raw, &mut refused));
        let reason = row.lost_reason.as_deref();
        let lost_reason = reason.and_then(|raw| refused.take("lostReason", optional(raw, Paragraph::<500>::parse)));
        let patch = DealPatch {
            title: Given::Value(row.title),
            amount_minor: given(amount),
            currency: given(currency),
            expected_close_on: given(expected),
            source: given(row.source),
            description: given(row.description),
            tags: Given::Value(row.tags),
            // Values of the organization's own fields were checked as they were read.
            custom: Given::Value(row.custom),
            ..DealPatch::default()
        };
        let fields = match patch.apply(DealFields::default(), default_currency, &FieldSet::default()) {
            Ok(fields) => {
                let (company_id, contact_id, owner_id) = (row.company_id, row.contact_id, row.owner_id);
                DealFields { company_id, contact_id, owner_id, ..fields }
            }
            Err(wrong) => {
                refused.0.extend(wrong.0);
                return Err(refused);
            }
        };
        match (pipeline, stage) {
            (Some(pipeline), Some((stage, names_stage))) => refused.finish(|| Self {
                fields,
                pipeline_id: pipeline.id,
                stage_id: stage.id,
                names_stage,
                lost_reason: lost_reason.flatten().map(Paragraph::into_string),
            }),
            _ => Err(refused),
        }
    }
}

fn given<T>(value: Option<T>) -> Given<T> {
    value.map_or(Given::Absent, Given::Value)
}

/// The pipeline that the row names, else the default one.
fn pipeline<'a>(row: &DealRow, plan: &'a Plan, refused: &mut Fields) -> Option<&'a StoredPipeline> {
    let found = match row.pipeline.as_deref().map(name_key) {
        Some(key) => plan.pipelines.iter().find(|pipeline| name_key(&pipeline.name) == key),
        None => plan.default_pipeline(),
    };
    if found.is_none() {
        refused.refuse("pipeline", "reference.unknown");
    }
    found
}

/// Where the row puts its deal, and whether it says so: the stage of that name, or the first one of the kind that its
/// stage or status speaks of; else the first open one. A deal that is won or lost is so whatever stage it stood in.
fn stage<'a>(row: &DealRow, plan: &'a Plan, pipeline: Uuid, refused: &mut Fields) -> Option<(&'a Stage, bool)> {
    let in_use = || plan.stages_of(pipeline).filter(|stage| stage.archived_at.is_none());
    let first = |kind| in_use().find(|stage| stage.kind == kind);
    let ended = row.status.as_deref().and_then(kind_meant);
    let named = row.stage.as_deref().map(name_key);
    let found = match (&named, ended) {
        (Some(key), ended) => {
            let named = in_use().find(|stage| name_key(&stage.name) == *key);
            let meant = ended.or_else(|| kind_meant(key));
            let named = named.filter(|stage| ended.is_none_or(|kind| stage.kind == kind));
            named.or_else(|| meant.and_then(first))
        }
        (None, Some(kind)) => first(kind),
        (None, None) => first(StageKind::Open),
    };
    if found.is_none() {
        refused.refuse("stage", "reference.unknown");
    }
    found.map(|stage| (stage, named.is_some() || ended.is_some()))
}

/// The words by which other programs, and people, say that a deal is won or lost.
fn kind_meant(text: &str) -> Option<StageKind> {
    match name_key(text.trim()).as_str() {
        "won"
        | "closed won"
        | "closedwon"
        | "deal won"
        | "выиграна"
        | "выигран"
        | "выиграно"
        | "успешно реализовано"
        | "сделка успешна"
        | "успешная сделка"
        | "успешна"
        | "успех" => Some(StageKind::Won),
        "lost"
        | "closed lost"
        | "closedlost"
        | "deal lost"
        | "проиграна"
        | "проигран"
        | "проиграно"
        | "закрыто и не реализовано"
        | "сделка провалена"
        | "провалена"
        | "отказ"
        | "не реализовано" => Some(StageKind::Lost),
        _ => None,
    }
}

/// Signs and words for currencies that have no other meaning.
const CURRENCIES: [(&str, &str); 18] = [
    ("€", "EUR"),
    ("euro", "EUR"),
    ("евро", "EUR"),
    ("us$", "USD"),
    ("$", "USD"),
    ("us dollar", "USD"),
    ("доллар", "USD"),
    ("£", "GBP"),
    ("₽", "RUB"),
    ("руб", "RUB"),
    ("российский рубль", "RUB"),
    ("russian ruble", "RUB"),
    ("₴", "UAH"),
    ("гривна", "UAH"),
    ("₸", "KZT"),
    ("тенге", "KZT"),
    ("₹", "INR"),
    ("zł", "PLN"),
];

/// The currency that a text is the code, the sign or the name of.
fn currency(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('.');
    let code = Currency::parse(text).ok().map(Currency::into_string);
    let lower = text.to_lowercase();
    code.or_else(|| CURRENCIES.iter().find(|(sign, _)| *sign == lower).map(|(_, code)| (*code).to_owned()))
}

/// The amount in minor units, with its currency: that of the row, else the one beside the number, else the pipeline's.
fn money(row: &DealRow, default: &str, refused: &mut Fields) -> (Option<i64>, Option<String>) {
    let Some(amount) = row.amount.as_deref() else { return (None, None) };
    let beside = amount.trim_matches(|c: char| c.is_ascii_digit() || c.is_whitespace() || ".,'’-+()".contains(c));
    let code = match row.currency.as_deref() {
        Some(text) => {
            let code = currency(text);
            if code.is_none() {
                refused.refuse("currency", "field.choice.unknown");
            }
            code
        }
        None => Some(currency(beside).unwrap_or_else(|| default.to_owned())),
    };
    let Some(code) = code else { return (None, None) };
    let minor = number::plain_number(amount).and_then(|plain| number::minor_units(&plain, &code));
    match minor {
        None => refused.refuse("amount", "amount.invalid"),
        Some(minor) if !(0..=MAX_AMOUNT).contains(&minor) => refused.refuse("amount", "amount.range"),
        Some(_) => return (minor, Some(code)),
    }
    (None, None)
}

/// A day, in the form of a request. With slashes, which number is the month must follow from the numbers.
fn day(raw: &str, refused: &mut Fields) -> Option<String> {
    let date = raw.trim().split(['T', ' ', '\u{a0}']).next().unwrap_or_default().trim_end_matches(',');
    let mut parts = date.split('/').map(|part| part.parse::<u32>().unwrap_or_default());
    if let (Some(a @ 1..=12), Some(b @ 1..=12), Some(_)) = (parts.next(), parts.next(), parts.next())
        && a != b
    {
        refused.refuse("expectedCloseOn", "day.ambiguous");
        return None;
    }
    let found = number::day(raw);
    if found.is_none() {
        refused.refuse("expectedCloseOn", "day.invalid");
    }
    found.map(|day| day.to_string())
}

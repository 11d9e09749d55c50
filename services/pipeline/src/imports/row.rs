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

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate};

    use super::*;
    use crate::stages::stage::tests::stage;

    fn plan() -> Plan {
        let pipeline = |id: u128, name: &str, is_default| StoredPipeline {
            id: Uuid::from_u128(id),
            name: name.to_owned(),
            is_default,
            place: 0,
            currency: "EUR".to_owned(),
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        };
        let of = |pipeline: u128, id: u128, name: &str, kind| Stage {
            id: Uuid::from_u128(id),
            pipeline_id: Uuid::from_u128(pipeline),
            name: name.to_owned(),
            kind,
            ..stage()
        };
        let stages = vec![
            of(1, 11, "Lead", StageKind::Open),
            of(1, 12, "Ещё думают", StageKind::Open),
            of(1, 13, "Won", StageKind::Won),
            of(1, 14, "Lost", StageKind::Lost),
            of(2, 21, "Open", StageKind::Open),
            of(2, 22, "Signed", StageKind::Won),
        ];
        Plan {
            pipelines: vec![pipeline(1, "Sales", true), pipeline(2, "Renewals", false)],
            stages,
            own_fields: Vec::new(),
        }
    }

    fn read(change: impl FnOnce(&mut DealRow)) -> Result<Draft, Vec<String>> {
        let mut row = DealRow { title: "A".to_owned(), ..DealRow::default() };
        change(&mut row);
        Draft::read(row, &plan()).map_err(|f| f.0.iter().map(|f| format!("{} {}", f.field, f.code)).collect())
    }

    #[expect(clippy::unnecessary_wraps, reason = "as a cell of a row is")]
    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn amounts_are_read_as_people_and_programs_write_them() {
        for (amount, currency, expected) in [
            ("1234.5", None, (123_450, "EUR")),
            ("1 234,50", None, (123_450, "EUR")),
            ("1,234.50", None, (123_450, "EUR")),
            ("1.234,50 €", None, (123_450, "EUR")),
            ("$1,200", None, (120_000, "USD")),
            ("30 500,75 руб.", None, (3_050_075, "RUB")),
            ("USD 7", None, (700, "USD")),
            ("7", Some("rub"), (700, "RUB")),
            ("7", Some("₽"), (700, "RUB")),
            ("500", Some("JPY"), (500, "JPY")),
            ("1.5", Some("KWD"), (1500, "KWD")),
            ("0", None, (0, "EUR")),
        ] {
            let fields =
                read(|row| (row.amount, row.currency) = (text(amount), currency.map(str::to_owned))).unwrap().fields;
            assert_eq!((fields.amount_minor.unwrap(), fields.currency.as_deref().unwrap()), expected, "{amount}");
        }
        for (amount, currency, refused) in [
            ("many", None, "amount amount.invalid"),
            ("0.005", None, "amount amount.invalid"),
            ("-5", None, "amount amount.range"),
            ("5", Some("beads"), "currency field.choice.unknown"),
        ] {
            let read = read(|row| (row.amount, row.currency) = (text(amount), currency.map(str::to_owned)));
            assert_eq!(read.unwrap_err(), [refused], "{amount}");
        }
        assert_eq!(read(|row| row.currency = text("EUR")).unwrap().fields.currency, None, "no amount, no currency");
    }

    #[test]
    fn a_day_whose_month_cannot_be_told_is_refused() {
        let december = NaiveDate::from_ymd_opt(2026, 12, 31);
        for raw in ["2026-12-31", "31.12.2026", "31/12/2026", "12/31/2026", "2026-12-31 10:00", "31.12.2026 00:00:00"] {
            assert_eq!(
                read(|row| row.expected_close_on = text(raw)).unwrap().fields.expected_close_on,
                december,
                "{raw}"
            );
        }
        assert!(read(|row| row.expected_close_on = text("04/04/2026")).is_ok(), "either way it is the same day");
        for (raw, code) in [("03/04/2026", "day.ambiguous"), ("soon", "day.invalid"), ("31.02.2026", "day.invalid")] {
            let refused = read(|row| row.expected_close_on = text(raw)).unwrap_err();
            assert_eq!(refused, [format!("expectedCloseOn {code}")], "{raw}");
        }
    }

    #[test]
    fn a_row_stands_where_it_says_or_where_deals_begin() {
        for (pipeline, stage, status, expected, names_stage) in [
            (None, None, None, 11, false),
            (None, Some("lead"), None, 11, true),
            (None, Some("ЕЩЕ ДУМАЮТ"), Some("Open"), 12, true),
            (None, Some("Lead"), Some("Won"), 13, true),
            (None, Some("Closed Lost"), None, 14, true),
            (None, Some("Успешно реализовано"), None, 13, true),
            (None, None, Some("lost"), 14, true),
            (Some("renewals"), None, None, 21, false),
            (Some("Renewals"), Some("Signed"), Some("won"), 22, true),
            (Some("Renewals"), Some("Closed won"), None, 22, true),
        ] {
            let own = |text: Option<&str>| text.map(str::to_owned);
            let draft = read(|row| (row.pipeline, row.stage, row.status) = (own(pipeline), own(stage), own(status)));
            let draft = draft.unwrap();
            assert_eq!(
                (draft.stage_id, draft.names_stage),
                (Uuid::from_u128(expected), names_stage),
                "{stage:?} {status:?}"
            );
        }
        assert_eq!(
            read(|row| row.stage = text("Signed")).unwrap_err(),
            ["stage reference.unknown"],
            "of the other pipeline"
        );
        assert_eq!(read(|row| row.pipeline = text("None")).unwrap_err(), ["pipeline reference.unknown"]);
        let none = read(|row| (row.pipeline, row.status) = (text("Renewals"), text("Lost")));
        assert_eq!(none.unwrap_err(), ["stage reference.unknown"], "it has no such stage");
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let refused = read(|row| {
            row.title = " ".to_owned();
            (row.stage, row.amount, row.expected_close_on) = (text("Nowhere"), text("x"), text("x"));
            (row.source, row.lost_reason) = (text(&"x".repeat(101)), text(&"x".repeat(501)));
        });
        let expected = [
            "stage reference.unknown",
            "amount amount.invalid",
            "expectedCloseOn day.invalid",
            "lostReason field.too_long",
            "title field.required",
            "source field.too_long",
        ];
        assert_eq!(refused.unwrap_err(), expected);
    }
}

//! What a note says: its text with the people it mentions, what it tells of, when that was. No I/O.
//!
//! A mention stands in the text as `@[Name](user:<id>)`.

use std::collections::HashMap;

use api::{requests::Given, words};
use chrono::{DateTime, Datelike, SubsecRound, TimeDelta, Utc};
use kernel::{
    Fields,
    values::{Paragraph, Problem},
};
use serde::Serialize;
use uuid::Uuid;

words! {
    /// What a note tells of.
    ActivityKind {
        /// Of nothing but itself.
        Note = "note",
        Call = "call",
        Meeting = "meeting",
        Message = "message",
        Other = "other",
    }
}

/// Longest text, in characters.
const MAX_BODY: usize = 10_000;
/// Longest duration: a week.
const MAX_MINUTES: i64 = 7 * 24 * 60;
/// How far ahead something can be planned.
const MAX_DAYS_AHEAD: i64 = 366;
/// Before that nothing is remembered.
const FIRST_YEAR: i32 = 1970;

/// What is given of a note; what is left out stays as it was.
#[derive(Clone, Debug, Default)]
pub struct NoteChanges {
    pub body: Option<String>,
    pub kind: Option<ActivityKind>,
    pub occurred_at: Given<String>,
    pub duration_minutes: Given<i64>,
}

/// Everything of a note that can be edited; its image in the change log.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NoteFields {
    pub body: String,
    pub kind: ActivityKind,
    /// When it was written, unless it says.
    pub occurred_at: Option<DateTime<Utc>>,
    /// A plain note has none.
    pub duration_minutes: Option<i64>,
}

impl NoteFields {
    /// What a new note begins with.
    #[must_use]
    pub fn blank() -> Self {
        Self { body: String::new(), kind: ActivityKind::Note, occurred_at: None, duration_minutes: None }
    }

    /// The note as it would be.
    ///
    /// # Errors
    /// Every field that was refused.
    pub fn changed(self, changes: NoteChanges, now: DateTime<Utc>) -> Result<Self, Fields> {
        let mut refused = Fields::default();
        let mut fields = self;
        if changes.body.is_some() || fields.body.is_empty() {
            let body = refused.take("body", Paragraph::<MAX_BODY>::parse(&changes.body.unwrap_or_default()));
            fields.body = body.map(Paragraph::into_string).unwrap_or_default();
        }
        fields.kind = changes.kind.unwrap_or(fields.kind);
        match changes.occurred_at {
            Given::Absent => {}
            Given::Null => fields.occurred_at = None,
            Given::Value(raw) => match instant(&raw, now) {
                Ok(at) => fields.occurred_at = Some(at),
                Err(code) => refused.refuse("occurredAt", code),
            },
        }
        match changes.duration_minutes {
            Given::Absent => {}
            Given::Null => fields.duration_minutes = None,
            Given::Value(minutes) if (1..=MAX_MINUTES).contains(&minutes) => fields.duration_minutes = Some(minutes),
            Given::Value(_) => {
                refused.refuse_with("durationMinutes", Problem::NumberRange { min: 1, max: MAX_MINUTES });
            }
        }
        if fields.kind == ActivityKind::Note {
            fields.duration_minutes = None;
        }
        refused.finish(|| fields)
    }

    /// The note with the names that people have, and whom it mentions, each once. Who is no member stays a text.
    ///
    /// # Errors
    /// A text that is too long with these names.
    pub fn mentioning(self, members: &HashMap<Uuid, String>) -> Result<(Self, Vec<Uuid>), Fields> {
        let mut body = String::with_capacity(self.body.len());
        let mut mentioned = Vec::new();
        let mut rest = self.body.as_str();
        while let Some(mention) = next_mention(rest) {
            body.push_str(&rest[..mention.start]);
            match members.get(&mention.user) {
                Some(name) => {
                    // What would end the name is no part of one.
                    let name: String = name.chars().filter(|c| !matches!(c, '[' | ']' | '\n')).collect();
                    body.extend(["@[", &name, "](user:", &mention.user.to_string(), ")"]);
                    if !mentioned.contains(&mention.user) {
                        mentioned.push(mention.user);
                    }
                }
                None => body.push_str(&rest[mention.start..mention.end]),
            }
            rest = &rest[mention.end..];
        }
        body.push_str(rest);
        let mut refused = Fields::default();
        if body.chars().count() > MAX_BODY {
            refused.refuse_with("body", Problem::TooLong { max: MAX_BODY });
        }
        refused.finish(|| (Self { body, ..self }, mentioned))
    }
}

/// Whom a text may mention, whoever they are.
#[must_use]
pub fn named_in(body: &str) -> Vec<Uuid> {
    let mut users = Vec::new();
    let mut rest = body;
    while let Some(mention) = next_mention(rest) {
        users.push(mention.user);
        rest = &rest[mention.end..];
    }
    users
}

/// Where a mention stands in a text, in bytes.
struct Mention {
    start: usize,
    end: usize,
    user: Uuid,
}

fn next_mention(text: &str) -> Option<Mention> {
    let mut from = 0;
    while let Some(found) = text[from..].find("@[") {
        let start = from + found;
        if let Some((length, user)) = mention_at(&text[start..]) {
            return Some(Mention { start, end: start + length, user });
        }
        from = start + 2;
    }
    None
}

/// The mention that a text begins with: its length, and whom it names.
fn mention_at(text: &str) -> Option<(usize, Uuid)> {
    let name = text.strip_prefix("@[")?;
    let closing = name.find(['[', ']', '\n']).filter(|at| *at > 0)?;
    let id = name[closing..].strip_prefix("](user:")?;
    let end = id.find(')').filter(|end| *end == 36)?;
    let user = id[..end].parse().ok()?;
    Some((text.len() - id.len() + end + 1, user))
}

fn instant(raw: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, &'static str> {
    let at = DateTime::parse_from_rfc3339(raw.trim()).map_err(|_| "instant.invalid")?.to_utc().trunc_subsecs(6);
    let latest = now + TimeDelta::days(MAX_DAYS_AHEAD);
    if at.year() < FIRST_YEAR || at > latest { Err("note.occurred_at.range") } else { Ok(at) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn refused(changes: NoteChanges) -> Vec<String> {
        let result = NoteFields::blank().changed(changes, now());
        result.unwrap_err().0.iter().map(|f| format!("{} {}", f.field, f.code)).collect()
    }

    #[test]
    fn every_bad_value_is_named() {
        let changes = NoteChanges {
            body: Some(" ".to_owned()),
            kind: None,
            occurred_at: Given::Value("tomorrow".to_owned()),
            duration_minutes: Given::Value(0),
        };
        let expected = ["body field.required", "occurredAt instant.invalid", "durationMinutes field.number.range"];
        assert_eq!(refused(changes), expected);
        let at = |at: DateTime<Utc>| NoteChanges {
            body: Some("x".to_owned()),
            occurred_at: Given::Value(at.to_rfc3339()),
            ..NoteChanges::default()
        };
        assert_eq!(refused(at(now() + TimeDelta::days(367))), ["occurredAt note.occurred_at.range"]);
        assert_eq!(refused(at(DateTime::from_timestamp(-1, 0).unwrap())), ["occurredAt note.occurred_at.range"]);
        assert!(NoteFields::blank().changed(at(now() + TimeDelta::days(365)), now()).is_ok(), "a meeting is planned");
        assert_eq!(refused(NoteChanges::default()), ["body field.required"]);
    }

    #[test]
    fn what_is_left_out_stays_and_a_plain_note_takes_no_time() {
        let call = NoteChanges {
            body: Some("x".to_owned()),
            kind: Some(ActivityKind::Call),
            duration_minutes: Given::Value(15),
            ..NoteChanges::default()
        };
        let call = NoteFields::blank().changed(call, now()).unwrap();
        let later = NoteChanges { occurred_at: Given::Value(now().to_rfc3339()), ..NoteChanges::default() };
        let later = call.clone().changed(later, now()).unwrap();
        assert_eq!(later, NoteFields { occurred_at: Some(now()), ..call });
        let plain = NoteChanges { kind: Some(ActivityKind::Note), ..NoteChanges::default() };
        assert_eq!(later.changed(plain, now()).unwrap().duration_minutes, None);
    }

    fn mentioning(body: &str, members: &HashMap<Uuid, String>) -> (String, Vec<Uuid>) {
        let fields = NoteFields { body: body.to_owned(), ..NoteFields::blank() };
        let (fields, mentioned) = fields.mentioning(members).unwrap();
        (fields.body, mentioned)
    }

    #[test]
    fn members_are_mentioned_once_each_by_the_name_they_have() {
        let (anna, stranger) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let members = HashMap::from([(anna, "Anna [x]".to_owned())]);
        let body = format!("Hi @[Boss](user:{anna}), @[Eve](user:{stranger}) and @[Anna](user:{anna})!");
        let (body, mentioned) = mentioning(&body, &members);
        assert_eq!(mentioned, [anna]);
        let named = format!("@[Anna x](user:{anna})");
        assert_eq!(body, format!("Hi {named}, @[Eve](user:{stranger}) and {named}!"));
        assert_eq!(mentioning(&body, &members), (body, mentioned), "and so they stay");
    }

    #[test]
    fn what_only_looks_like_a_mention_is_a_text() {
        let anna = Uuid::from_u128(1);
        let members = HashMap::from([(anna, "Anna".to_owned())]);
        for text in [
            "@Anna".to_owned(),
            "@[Anna]".to_owned(),
            "@[Anna](user:1)".to_owned(),
            format!("@[](user:{anna})"),
            format!("@[An\nna](user:{anna})"),
            format!("@[Anna] (user:{anna})"),
            format!("@[Anna](deal:{anna})"),
            format!("@[Anna](user:{anna}"),
            format!("@[Anna](user:{})", anna.simple()),
        ] {
            assert_eq!(mentioning(&text, &members), (text.clone(), Vec::new()));
        }
        let nested = format!("@[@[Anna](user:{anna})");
        assert_eq!(mentioning(&nested, &members).1, [anna]);
    }

    proptest! {
        #[test]
        fn any_text_without_members_stays_as_it_is(body in "(\\PC|@\\[|\\]\\(user:|00000000-0000-0000-0000-000000000001|\\)){0,30}") {
            prop_assert_eq!(mentioning(&body, &HashMap::new()), (body.clone(), Vec::new()));
            let members = HashMap::from([(Uuid::from_u128(1), "Anna".to_owned())]);
            let (once, mentioned) = mentioning(&body, &members);
            prop_assert_eq!(mentioning(&once, &members), (once.clone(), mentioned));
        }
    }
}

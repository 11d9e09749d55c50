//! Notifications as messages to somebody, in their language and as far as their reach goes.

use contracts::ports::{Message, Recipient};
use kernel::{Actor, Locale, Scope, UserId};
use uuid::Uuid;

use crate::{
    Error, Notifications,
    inbox::{store::Row, words},
    kinds::Kind,
};

/// Where all notifications are shown.
const INBOX: &str = "/notifications";

/// The scope with the eyes of somebody: what they do not reach has no name in their message.
fn seen_by(scope: &Scope, person: &Recipient) -> Scope {
    let (actor, locale) = (Actor::User(UserId(person.id)), person.locale);
    Scope { actor, grants: person.grants, reach: person.reach.clone(), locale, ..scope.clone() }
}

/// A row as it is told to somebody.
pub struct Line {
    /// Of the row.
    pub id: Uuid,
    pub sentence: String,
    /// What it is about.
    pub name: Option<String>,
    pub link: String,
}

/// The rows as they are told to somebody.
///
/// # Errors
/// When somebody who is asked is away.
pub async fn lines(
    service: &Notifications,
    scope: &Scope,
    person: &Recipient,
    rows: &[Row],
) -> Result<Vec<Line>, Error> {
    let scope = seen_by(scope, person);
    let of = rows.iter().filter_map(|row| Some((row.subject_kind.clone()?, row.subject_id?)));
    let names = service.subjects.names(&scope, of).await?;
    let actors: Vec<Uuid> = rows.iter().filter_map(|row| row.actor_id).collect();
    let people = service.directory.names(&scope, &actors).await.map_err(Error::Port)?;
    let line = |row: &Row| {
        let kind = Kind::parse(&row.kind).ok_or(db::Error::Stored("notifications.kind"))?;
        let actor = row.actor_id.and_then(|id| people.get(&id)).map(String::as_str);
        let name = row.subject_kind.clone().zip(row.subject_id).and_then(|of| names.get(&of).cloned());
        let sentence = words::sentence(row, kind, actor, person.locale);
        Ok(Line { id: row.id, sentence, link: link(row, name.is_some()), name })
    };
    rows.iter().map(line).collect()
}

/// The page of what a row is about; of what has none, or is out of reach, that of all notifications.
fn link(row: &Row, reached: bool) -> String {
    match (row.subject_kind.as_deref(), row.subject_id) {
        (Some("contact"), Some(id)) if reached => format!("/contacts/{id}"),
        (Some("company"), Some(id)) if reached => format!("/companies/{id}"),
        (Some("deal"), Some(id)) if reached => format!("/deals/{id}"),
        (Some("chat"), Some(id)) if reached => format!("/inbox/{id}"),
        (Some("import"), Some(id)) => format!("/imports/{id}"),
        _ => INBOX.to_owned(),
    }
}

/// One row as a message.
#[must_use]
pub fn of_one(key: Uuid, line: Line) -> Message {
    Message { key, thread: line.id, subject: line.sentence, text: line.name.unwrap_or_default(), link: line.link }
}

/// Several rows as a message, each in a line of its own.
#[must_use]
pub fn of_many(key: Uuid, lines: Vec<Line>, locale: Locale) -> Message {
    let subject = words::digest(i64::try_from(lines.len()).unwrap_or(i64::MAX), locale);
    let line = |line: Line| match line.name {
        Some(name) => format!("{}: {name}", line.sentence),
        None => line.sentence,
    };
    let text = lines.into_iter().map(line).collect::<Vec<_>>().join("\n");
    Message { key, thread: key, subject, text, link: INBOX.to_owned() }
}

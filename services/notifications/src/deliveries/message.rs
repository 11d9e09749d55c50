//! Notifications as messages to somebody, in their language and as far as their reach goes.

use std::collections::HashMap;

use contracts::{
    permissions::{NOTES_READ, WEBHOOKS_WRITE},
    ports::{Holding, Message, Recipient},
};
use kernel::{Actor, Locale, Scope, UserId};
use uuid::Uuid;

use crate::{
    Error, Notifications,
    accounts::ACCOUNT,
    campaigns::CAMPAIGN,
    inbox::{store::Row, words},
    kinds::Kind,
    subjects::{RECORDS, may_see},
};

/// Where all notifications are shown.
pub const INBOX: &str = "/notifications";

/// The scope with the eyes of somebody: what they do not reach has no name in their message.
fn seen_by(scope: &Scope, person: &Recipient) -> Scope {
    let (actor, locale) = (Actor::User(UserId(person.id)), person.locale);
    let (grants, reach) = (person.grants, person.reach.clone());
    Scope { actor, grants, reach, locale, viewing_as: None, ..scope.clone() }
}

/// A row as it is told to somebody.
pub struct Line {
    /// Of the row.
    pub id: Uuid,
    pub sentence: String,
    /// What it is about, and what that is called.
    pub about: Option<(String, Uuid)>,
    pub name: Option<String>,
    /// A path in the app.
    pub link: String,
}

/// Those of the rows that would be told to their person today: who may no longer see a record is told nothing of it.
///
/// # Errors
/// When somebody who is asked is away.
pub async fn visible(
    service: &Notifications,
    scope: &Scope,
    person: &Recipient,
    rows: Vec<Row>,
) -> Result<Vec<Row>, Error> {
    let mut held: HashMap<(&str, Uuid), Holding> = HashMap::new();
    for kind in RECORDS.into_iter().chain([ACCOUNT]) {
        let of_kind = rows.iter().filter(|row| row.subject_kind.as_deref() == Some(kind));
        let mut ids: Vec<Uuid> = of_kind.filter_map(|row| row.subject_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let found = service.subjects.holdings(scope.org_id, kind, &ids).await?;
        held.extend(found.into_iter().map(|(id, holding)| ((kind, id), holding)));
    }
    Ok(rows.into_iter().filter(|row| is_visible(row, person, &held)).collect())
}

fn is_visible(row: &Row, person: &Recipient, held: &HashMap<(&str, Uuid), Holding>) -> bool {
    let (Some(kind), Some(id)) = (row.subject_kind.as_deref(), row.subject_id) else { return true };
    let grants = person.grants;
    let is_record = RECORDS.contains(&kind) || kind == ACCOUNT;
    let seen =
        || held.get(&(kind, id)).is_some_and(|holding| may_see((person.id, grants, &person.reach), kind, holding));
    let of_note = row.kind == Kind::Mention.as_str() && kind != "chat";
    (!is_record || seen())
        && (!of_note || grants.allows(NOTES_READ))
        && (kind != "webhook" || grants.allows(WEBHOOKS_WRITE))
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
        let about = row.subject_kind.clone().zip(row.subject_id);
        let name = about.as_ref().and_then(|of| names.get(of).cloned());
        let sentence = words::sentence(row, kind, actor, person.locale);
        Ok(Line { id: row.id, sentence, link: link(row, name.is_some()), about, name })
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
        (Some(CAMPAIGN), Some(id)) if reached => format!("/campaigns/{id}"),
        (Some("import"), Some(id)) => format!("/import/{id}"),
        (Some("webhook"), Some(id)) => format!("/settings/webhooks/{id}"),
        (Some(ACCOUNT), Some(id)) => format!("/accounts/{id}"),
        _ => INBOX.to_owned(),
    }
}

/// One row as a message.
#[must_use]
pub fn of_one(key: Uuid, line: Line) -> Message {
    Message { key, thread: line.id, subject: line.sentence, text: line.name.unwrap_or_default(), link: line.link }
}

/// Several rows as a message, each in a line of its own, as far as there may be lines.
#[must_use]
pub fn of_many(key: Uuid, lines: Vec<Line>, most: usize, locale: Locale) -> Message {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let subject = words::digest(number(lines.len()), locale);
    let more = words::more(number(lines.len().saturating_sub(most)), locale);
    let line = |line: Line| match line.name {
        Some(name) => format!("{}: {name}", line.sentence),
        None => line.sentence,
    };
    let shown = lines.into_iter().take(most).map(line).chain((!more.is_empty()).then_some(more));
    let text = shown.collect::<Vec<_>>().join("\n");
    Message { key, thread: key, subject, text, link: INBOX.to_owned() }
}

#[cfg(test)]
mod tests {
    use kernel::{Grants, OrgId, Reach};

    use super::*;

    #[test]
    fn somebody_reads_with_their_own_eyes_whoever_looked_as_whom() {
        let (boss, viewed, reader) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let (org, grants, locale) = (OrgId(Uuid::from_u128(9)), Grants::of([]), Locale::En);
        let own = Scope::of_member(org, UserId(boss), grants, Reach::ORGANIZATION, locale, "test".into());
        let scope = Scope { viewing_as: Some(UserId(viewed)), ..own };
        let person = Recipient {
            id: reader,
            name: String::new(),
            email: String::new(),
            email_verified: true,
            locale,
            time_zone: "UTC".to_owned(),
            grants,
            reach: Reach::OWN,
        };
        assert_eq!(seen_by(&scope, &person).eyes(), Some(UserId(reader)));
    }
}

//! Errands in the database.

use chrono::{DateTime, Utc};
use contracts::outreach::OutgoingSource;
use db::{Sql, Tx};
use kernel::Scope;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, FromQueryResult, QueryResult};
use serde_json::{Value, json};
use uuid::Uuid;

use super::payload::Payload;
use crate::Error;

pub mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "errands")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub account_id: Uuid,
        pub chat_id: Uuid,
        pub kind: String,
        pub message_id: Option<Uuid>,
        #[sea_orm(column_type = "JsonBinary")]
        pub payload: Json,
        pub status: String,
        pub place: DateTimeUtc,
        pub not_before: DateTimeUtc,
        pub first_contact: bool,
        pub attempts: i64,
        pub code: Option<String>,
        pub scheduled: bool,
        pub client_id: Option<Uuid>,
        pub created_by: Option<Uuid>,
        pub contact_id: Option<Uuid>,
        pub answered_gate: Option<DateTimeUtc>,
        pub source_kind: Option<String>,
        pub source_id: Option<Uuid>,
        pub enrolment_id: Option<Uuid>,
        pub called_back_at: Option<DateTimeUtc>,
        pub started_at: Option<DateTimeUtc>,
        pub ended_at: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod randoms {
    //! Which message a number that was sent along belongs to.
    #![expect(clippy::struct_field_names, reason = "the columns are ids of different things")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "sent_randoms")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub random_id: i64,
        pub message_id: Uuid,
        pub errand_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What wants an errand done that no person asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub source: OutgoingSource,
    pub contact_id: Uuid,
    /// It is not started once the contact has written, and that was stored after this.
    pub answered_gate: Option<DateTime<Utc>>,
    /// In whose name.
    pub author: Option<Uuid>,
}

/// A new errand.
#[derive(Clone, Debug)]
pub struct NewErrand {
    pub account_id: Uuid,
    pub chat_id: Uuid,
    pub message_id: Option<Uuid>,
    pub payload: Payload,
    pub place: DateTime<Utc>,
    pub not_before: DateTime<Utc>,
    pub first_contact: bool,
    pub scheduled: bool,
    pub client_id: Option<Uuid>,
    /// None of what a person asked for.
    pub wanted: Option<Wanted>,
}

impl NewErrand {
    /// One that goes when its turn comes.
    #[must_use]
    pub fn now(account_id: Uuid, chat_id: Uuid, message_id: Option<Uuid>, payload: Payload, at: DateTime<Utc>) -> Self {
        Self {
            account_id,
            chat_id,
            message_id,
            payload,
            place: at,
            not_before: at,
            first_contact: false,
            scheduled: false,
            client_id: None,
            wanted: None,
        }
    }
}

/// An errand as it is stored, with the chat it is for.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub id: Uuid,
    pub account_id: Uuid,
    pub chat_id: Uuid,
    pub message_id: Option<Uuid>,
    pub payload: Payload,
    pub status: String,
    pub place: DateTime<Utc>,
    pub not_before: DateTime<Utc>,
    pub first_contact: bool,
    pub attempts: i64,
    pub code: Option<String>,
    pub scheduled: bool,
    pub created_by: Option<Uuid>,
    /// Since when what wants it does not any more.
    pub called_back_at: Option<DateTime<Utc>>,
    /// An answer after this stops it.
    pub answered_gate: Option<DateTime<Utc>>,
}

/// The columns of [`Row`], of a table called `e`.
pub const COLUMNS: &str = "e.id, e.account_id, e.chat_id, e.message_id, e.payload, e.status, e.place, e.not_before, \
    e.first_contact, e.attempts, e.code, e.scheduled, e.created_by, e.called_back_at, \
    e.answered_gate";

impl FromQueryResult for Row {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
        let payload: Value = row.try_get("", "payload")?;
        let unreadable = |_| DbErr::Custom("what is stored cannot be read: errands.payload".to_owned());
        Ok(Self {
            id: row.try_get("", "id")?,
            account_id: row.try_get("", "account_id")?,
            chat_id: row.try_get("", "chat_id")?,
            message_id: row.try_get("", "message_id")?,
            payload: serde_json::from_value(payload).map_err(unreadable)?,
            status: row.try_get("", "status")?,
            place: row.try_get("", "place")?,
            not_before: row.try_get("", "not_before")?,
            first_contact: row.try_get("", "first_contact")?,
            attempts: row.try_get("", "attempts")?,
            code: row.try_get("", "code")?,
            scheduled: row.try_get("", "scheduled")?,
            created_by: row.try_get("", "created_by")?,
            called_back_at: row.try_get("", "called_back_at")?,
            answered_gate: row.try_get("", "answered_gate")?,
        })
    }
}

/// Adds an errand; gives its id.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &Tx, scope: &Scope, new: NewErrand) -> Result<Uuid, Error> {
    let id = tx.clock().new_id();
    db::insert_all(tx, [row(tx, scope, id, &new)]).await?;
    Ok(id)
}

/// The row of a new errand.
#[must_use]
pub fn row(tx: &Tx, scope: &Scope, id: Uuid, new: &NewErrand) -> entity::ActiveModel {
    let source = new.wanted.map(|wanted| wanted.source);
    let created_by = match new.wanted {
        Some(wanted) => wanted.author,
        None => scope.user_id().map(Uuid::from),
    };
    entity::ActiveModel {
        id: Set(id),
        org_id: Set(scope.org_id.0),
        account_id: Set(new.account_id),
        chat_id: Set(new.chat_id),
        kind: Set(new.payload.kind().to_owned()),
        message_id: Set(new.message_id),
        payload: Set(json!(new.payload)),
        status: Set("waiting".to_owned()),
        place: Set(new.place),
        not_before: Set(new.not_before),
        first_contact: Set(new.first_contact),
        attempts: Set(0),
        code: Set(None),
        scheduled: Set(new.scheduled),
        client_id: Set(new.client_id),
        created_by: Set(created_by),
        contact_id: Set(new.wanted.map(|wanted| wanted.contact_id)),
        answered_gate: Set(new.wanted.and_then(|wanted| wanted.answered_gate)),
        source_kind: Set(source.map(|source| source.kind.to_owned())),
        source_id: Set(source.map(|source| source.id)),
        enrolment_id: Set(source.map(|source| source.enrolment_id)),
        called_back_at: Set(None),
        started_at: Set(None),
        ended_at: Set(None),
        created_at: Set(tx.clock().now()),
    }
}

/// Notes which messages the numbers of an errand belong to.
///
/// # Errors
/// When the database refuses.
pub async fn remember(
    tx: &Tx,
    scope: &Scope,
    (account, errand): (Uuid, Uuid),
    randoms: Vec<(i64, Uuid)>,
) -> Result<(), Error> {
    let rows = randoms.into_iter().map(|random| random_row(scope, (account, errand), random));
    Ok(db::insert_all(tx, rows.collect::<Vec<_>>()).await?)
}

/// That a number of an errand belongs to a message.
#[must_use]
pub fn random_row(
    scope: &Scope,
    (account, errand): (Uuid, Uuid),
    (random_id, message_id): (i64, Uuid),
) -> randoms::ActiveModel {
    randoms::ActiveModel {
        org_id: Set(scope.org_id.0),
        account_id: Set(account),
        random_id: Set(random_id),
        message_id: Set(message_id),
        errand_id: Set(errand),
    }
}

/// The errand that sends a message; none for one of theirs.
///
/// # Errors
/// When the database is away.
pub async fn find_sending(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    message: Uuid,
) -> Result<Option<Row>, Error> {
    let mut sql = Sql::new(&format!(
        "select {COLUMNS} from errands e join sent_randoms r on r.org_id = e.org_id and r.errand_id = e.id where e.org_id = "
    ));
    sql.bind(scope.org_id.0).with(" and r.message_id = ?", [message.into()]).add(" and e.kind = 'send'");
    Ok(sql.one(connection).await?)
}

/// The messages that an errand sends.
///
/// # Errors
/// When the database is away.
pub async fn messages_of(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    errand: Uuid,
) -> Result<Vec<(i64, Uuid)>, Error> {
    let mut sql = Sql::new("select random_id, message_id from sent_randoms where org_id = ");
    sql.bind(scope.org_id.0).with(" and errand_id = ? order by message_id", [errand.into()]);
    let rows = sql.rows(connection).await?;
    let pair = |row: &QueryResult| Ok((row.try_get("", "random_id")?, row.try_get("", "message_id")?));
    Ok(rows.iter().map(pair).collect::<Result<_, DbErr>>()?)
}

/// One errand, locked until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn hold(tx: &Tx, scope: &Scope, id: Uuid) -> Result<Row, Error> {
    let mut sql = Sql::new(&format!("select {COLUMNS} from errands e where e.org_id = "));
    sql.bind(scope.org_id.0).with(" and e.id = ?", [id.into()]);
    if tx.get_database_backend() == sea_orm::DbBackend::Postgres {
        sql.add(" for update");
    }
    sql.one(tx).await?.ok_or(Error::NotFound)
}

/// Ends an errand that is open; whether it was.
///
/// # Errors
/// When the database refuses.
pub async fn end(tx: &Tx, scope: &Scope, id: Uuid, (status, code): (&str, Option<&str>)) -> Result<bool, Error> {
    let mut sql = Sql::new("update errands set status = ");
    sql.bind(status).add(", code = ").bind(code.map(str::to_owned)).add(", ended_at = ").bind(tx.clock().now());
    sql.add(" where org_id = ").bind(scope.org_id.0).with(" and id = ? and ended_at is null", [id.into()]);
    Ok(sql.run(tx).await? > 0)
}

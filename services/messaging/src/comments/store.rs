//! Comments in the database.

use chrono::{DateTime, Utc};
use db::{Sql, Tx, columns::Texts};
use kernel::Scope;
use sea_orm::{ActiveValue::Set, ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use crate::Error;

pub mod entity {
    use db::columns::Texts;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "chat_comments")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub chat_id: Uuid,
        pub author_id: Uuid,
        pub text: String,
        #[sea_orm(column_type = "JsonBinary")]
        pub mentions: Texts,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub deleted_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod mention {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "chat_mentions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub chat_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub comment_id: Uuid,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A comment as it is stored.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Row {
    pub id: Uuid,
    pub chat_id: Uuid,
    pub author_id: Uuid,
    pub text: String,
    pub mentions: Texts,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

const COLUMNS: &str = "id, chat_id, author_id, text, mentions, version, created_at, updated_at";

/// Comments of chats, oldest first: the last `limit` of them.
///
/// # Errors
/// When the database is away.
pub async fn of_chats(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    chats: &[Uuid],
    (before, limit): (Option<(DateTime<Utc>, Uuid)>, u64),
) -> Result<Vec<Row>, Error> {
    let mut sql = Sql::new(&format!("select {COLUMNS} from chat_comments where org_id = "));
    sql.bind(scope.org_id.0).add(" and deleted_at is null and chat_id in ").list(chats.iter().copied());
    if let Some((at, id)) = before {
        sql.with(" and (created_at, id) < (?, ?)", [at.into(), id.into()]);
    }
    sql.add(&format!(" order by created_at desc, id desc limit {limit}"));
    let mut rows: Vec<Row> = sql.all(connection).await?;
    rows.reverse();
    Ok(rows)
}

/// One comment.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(connection: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<Row, Error> {
    let mut sql = Sql::new(&format!("select {COLUMNS} from chat_comments where org_id = "));
    sql.bind(scope.org_id.0).with(" and deleted_at is null and id = ?", [id.into()]);
    sql.one(connection).await?.ok_or(Error::NotFound)
}

/// Inserts a comment.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &Tx, scope: &Scope, row: &Row) -> Result<(), Error> {
    let row = row.clone();
    let active = entity::ActiveModel {
        id: Set(row.id),
        org_id: Set(scope.org_id.0),
        chat_id: Set(row.chat_id),
        author_id: Set(row.author_id),
        text: Set(row.text),
        mentions: Set(row.mentions),
        version: Set(row.version),
        created_at: Set(row.created_at),
        updated_at: Set(row.updated_at),
        deleted_at: Set(None),
    };
    Ok(db::insert_all(tx, [active]).await?)
}

/// Writes text or deletion of a comment whose version is still the one before that of `row`; whether it was.
///
/// # Errors
/// When the database refuses.
pub async fn update(tx: &Tx, scope: &Scope, row: &Row, deleted: bool) -> Result<bool, Error> {
    let mut sql = Sql::new("update chat_comments set text = ");
    sql.bind(row.text.as_str()).add(", mentions = ").bind(serde_json::json!(row.mentions.0)).add(", version = ");
    sql.bind(row.version).add(", updated_at = ").bind(row.updated_at).add(", deleted_at = ");
    sql.bind(deleted.then_some(row.updated_at)).add(" where org_id = ").bind(scope.org_id.0);
    sql.with(" and id = ? and version = ? and deleted_at is null", [row.id.into(), (row.version - 1).into()]);
    Ok(sql.run(tx).await? > 0)
}

/// Notes whom a comment mentions, for them to see.
///
/// # Errors
/// When the database refuses.
pub async fn mention(tx: &Tx, scope: &Scope, row: &Row, people: &[Uuid]) -> Result<(), Error> {
    let rows = people.iter().map(|user| mention::ActiveModel {
        org_id: Set(scope.org_id.0),
        user_id: Set(*user),
        chat_id: Set(row.chat_id),
        comment_id: Set(row.id),
        created_at: Set(tx.clock().now()),
    });
    Ok(db::insert_all(tx, rows.collect::<Vec<_>>()).await?)
}

/// Takes back what a comment mentions, of all but these people.
///
/// # Errors
/// When the database refuses.
pub async fn unmention(tx: &Tx, scope: &Scope, comment: Uuid, but: &[Uuid]) -> Result<(), Error> {
    let mut sql = Sql::new("delete from chat_mentions where org_id = ");
    sql.bind(scope.org_id.0).with(" and comment_id = ?", [comment.into()]);
    if !but.is_empty() {
        sql.add(" and user_id not in ").list(but.iter().copied());
    }
    sql.run(tx).await?;
    Ok(())
}

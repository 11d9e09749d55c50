//! Dialogs in the database. They are replaced whole, and forgotten after a day or when the account is taken off.

use chrono::{DateTime, Utc};
use contracts::{channels::ChatKind, events::ACCOUNT_DIALOGS_UPDATED};
use db::Tx;
use kernel::{
    Scope,
    values::{clean_line, name_key},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    BdAccounts, Error,
    accounts::{account::StoredAccount, happening, store},
};

pub mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "bd_account_dialogs")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub chat_id: i64,
        pub org_id: Uuid,
        pub place: i64,
        pub kind: String,
        pub title: String,
        pub words: String,
        pub username: Option<String>,
        pub last_message_at: Option<DateTimeUtc>,
        pub unread: i64,
        pub folders: String,
        pub members: Option<i64>,
        pub estimate: Option<i64>,
        pub reference: Option<Vec<u8>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{Column, Entity, Model};

/// A chat as the running account found it.
#[derive(Clone, Debug, PartialEq)]
pub struct Dialog {
    pub chat_id: i64,
    pub kind: ChatKind,
    pub title: String,
    pub username: Option<String>,
    pub last_message_at: Option<DateTime<Utc>>,
    pub unread: u32,
    pub folders: Vec<i32>,
    pub members: Option<u32>,
    /// How many messages it has, about.
    pub estimate: Option<u64>,
    /// How the connector finds the chat again.
    pub reference: Option<Vec<u8>>,
}

/// A folder of the account's app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Folder {
    pub id: i32,
    pub title: String,
}

/// The word of a kind of chat, as stored and shown.
#[must_use]
pub fn word_of(kind: ChatKind) -> &'static str {
    match kind {
        ChatKind::Private => "private",
        ChatKind::Bot => "bot",
        ChatKind::Group => "group",
        ChatKind::Supergroup => "supergroup",
        ChatKind::Channel => "channel",
    }
}

/// Reads [`word_of`] back.
///
/// # Errors
/// For another word.
pub fn kind_of(word: &str) -> Result<ChatKind, Error> {
    serde_json::from_value(json!(word)).map_err(|_| Error::Db(db::Error::Stored("bd_account_dialogs")))
}

#[must_use]
pub fn of(scope: &Scope, account: Uuid) -> Condition {
    Condition::all().add(Column::OrgId.eq(scope.org_id.0)).add(Column::AccountId.eq(account))
}

/// These of an account's dialogs; others are none of its.
///
/// # Errors
/// When the database refuses.
pub async fn find(
    reader: &impl ConnectionTrait,
    scope: &Scope,
    account: Uuid,
    chats: &[i64],
) -> Result<Vec<Model>, Error> {
    let mut found = Vec::new();
    for part in chats.chunks(500) {
        let find = Entity::find().filter(of(scope, account)).filter(Column::ChatId.is_in(part.iter().copied()));
        found.extend(find.limit(500).all(reader).await?);
    }
    Ok(found)
}

pub(crate) async fn forget(tx: &Tx, scope: &Scope, account: Uuid) -> Result<(), Error> {
    Entity::delete_many().filter(of(scope, account)).exec(tx).await?;
    let old = store::hold(tx, scope, account).await?;
    if old.dialogs_at.is_some() {
        let forgotten = StoredAccount { dialogs_at: None, folders: json!([]), ..old };
        store::update(tx, scope, &forgotten).await?;
    }
    Ok(())
}

/// Remembers what dialogs an account has, in place of those before.
///
/// # Errors
/// [`Error::NotFound`]; when the database refuses.
pub async fn replace(
    accounts: &BdAccounts,
    scope: &Scope,
    account: Uuid,
    dialogs: Vec<Dialog>,
    folders: &[Folder],
) -> Result<(), Error> {
    let tx = accounts.db.begin(scope).await?;
    let old = store::hold(&tx, scope, account).await?;
    Entity::delete_many().filter(of(scope, account)).exec(&tx).await?;
    let count = dialogs.len() as u64;
    let row = |(place, dialog): (usize, Dialog)| entity::ActiveModel {
        account_id: Set(account),
        chat_id: Set(dialog.chat_id),
        org_id: Set(scope.org_id.0),
        place: Set(i64::try_from(place).unwrap_or(i64::MAX)),
        kind: Set(word_of(dialog.kind).to_owned()),
        words: Set(name_key(&format!("{} {}", dialog.title, dialog.username.as_deref().unwrap_or_default()))),
        title: Set(clean_line(&dialog.title)),
        username: Set(dialog.username),
        last_message_at: Set(dialog.last_message_at),
        unread: Set(dialog.unread.into()),
        folders: Set(dialog.folders.iter().fold("/".to_owned(), |text, id| format!("{text}{id}/"))),
        members: Set(dialog.members.map(i64::from)),
        estimate: Set(dialog.estimate.and_then(|count| i64::try_from(count).ok())),
        reference: Set(dialog.reference),
    };
    let rows: Vec<entity::ActiveModel> = dialogs.into_iter().enumerate().map(row).collect();
    db::insert_all(&tx, rows).await?;
    let folders = serde_json::to_value(folders).unwrap_or_default();
    let new = StoredAccount { dialogs_at: Some(tx.clock().now()), folders, ..old };
    store::update(&tx, scope, &new).await?;
    let event = happening::event(ACCOUNT_DIALOGS_UPDATED, account, json!({ "dialogs": count }));
    events::append(&tx, [event]).await?;
    Ok(tx.commit().await?)
}

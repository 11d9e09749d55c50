//! Templates: one's own, and those that are shared.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::{
    events::{TEMPLATE_CREATED, TEMPLATE_DELETED, TEMPLATE_UPDATED, TemplateTold},
    permissions::{CHATS_READ, MESSAGES_SEND, TEMPLATES_SHARE},
};
use db::{Action, Change, Sql, Tx};
use events::NewEvent;
use kernel::Scope;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::template::{TemplateFields, rendered};
use crate::{Error, Messaging, chats::store as chats};

const KIND: &str = "template";
/// Most templates that one sees.
const MOST: usize = 500;

/// A text that is sent often.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
#[schema(as = MessageTemplate)]
pub struct Template {
    pub id: Uuid,
    pub name: String,
    /// What brings it up in the composer.
    #[schema(required)]
    pub shortcut: Option<String>,
    /// With variables such as `{{contact.firstName}}`.
    pub text: String,
    /// Whether others see it.
    pub shared: bool,
    pub owner_id: Uuid,
    pub version: i64,
    pub updated_at: DateTime<Utc>,
}

impl Template {
    fn fields(&self) -> TemplateFields {
        let Self { name, shortcut, text, shared, .. } = self.clone();
        TemplateFields { name, shortcut, text, shared }
    }
}

/// A template with its words.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = RenderedTemplate)]
pub struct Rendered {
    pub text: String,
    /// Variables that nothing is known for; they stay in the text.
    pub missing: Vec<String>,
}

const COLUMNS: &str = "id, name, shortcut, text, shared, owner_id, version, updated_at";

/// One's own templates and those that are shared, by name.
///
/// # Errors
/// When the database is away.
pub async fn list(service: &Messaging, scope: &Scope) -> Result<Vec<Template>, Error> {
    scope.require(CHATS_READ)?;
    let mut sql = Sql::new(&format!("select {COLUMNS} from templates where org_id = "));
    sql.bind(scope.org_id.0).add(" and (shared = ").bind(true).add(" or owner_id = ");
    sql.bind(scope.user_id().map(Uuid::from)).add(&format!(") order by name, id limit {MOST}"));
    Ok(sql.all(&service.db.reader(scope)).await?)
}

/// A template that the actor sees.
async fn seen(service: &Messaging, scope: &Scope, id: Uuid) -> Result<Template, Error> {
    let mut sql = Sql::new(&format!("select {COLUMNS} from templates where org_id = "));
    sql.bind(scope.org_id.0).with(" and id = ?", [id.into()]);
    let found: Option<Template> = sql.one(&service.db.reader(scope)).await?;
    let me = scope.user_id().map(Uuid::from);
    found.filter(|template| template.shared || Some(template.owner_id) == me).ok_or(Error::NotFound)
}

/// A template that the actor may change: their own; a shared one whoever may share.
async fn own(service: &Messaging, scope: &Scope, id: Uuid) -> Result<Template, Error> {
    let template = seen(service, scope, id).await?;
    if scope.user_id().map(Uuid::from) != Some(template.owner_id) || template.shared {
        scope.require(TEMPLATES_SHARE)?;
    }
    Ok(template)
}

async fn tell(tx: &Tx, kind: &'static str, change: Change, template: &Template) -> Result<(), Error> {
    db::change_log::record(tx, [change]).await?;
    let data = json!(TemplateTold { user_id: template.owner_id, shared: template.shared });
    Ok(events::append(tx, [NewEvent::of(kind, KIND, template.id, data)]).await?)
}

/// Creates a template.
///
/// # Errors
/// [`Error::Invalid`]; [`Error::TooMany`].
pub async fn create(service: &Messaging, scope: &Scope, fields: TemplateFields) -> Result<Template, Error> {
    scope.require(MESSAGES_SEND)?;
    if fields.shared {
        scope.require(TEMPLATES_SHARE)?;
    }
    let owner_id = Messaging::me(scope)?;
    let others = list(service, scope).await?;
    if others.len() >= MOST {
        return Err(Error::TooMany { max: MOST });
    }
    free(&others, None, &fields)?;
    let tx = service.db.begin(scope).await?;
    let (id, now) = (tx.clock().new_id(), tx.clock().now());
    let after = json!(fields);
    let TemplateFields { name, shortcut, text, shared } = fields;
    let template = Template { id, name, shortcut, text, shared, owner_id, version: 1, updated_at: now };
    let mut sql = Sql::new(
        "insert into templates (id, org_id, owner_id, name, shortcut, text, shared, version, created_at, updated_at) values (",
    );
    sql.with(
        "?, ?, ?, ?, ?, ?, ?, 1, ?, ?)",
        [
            id.into(),
            scope.org_id.0.into(),
            owner_id.into(),
            template.name.as_str().into(),
            template.shortcut.clone().into(),
            template.text.as_str().into(),
            shared.into(),
            now.into(),
            now.into(),
        ],
    );
    sql.run(&tx).await?;
    let change = Change::between(KIND, id, Action::Created, &json!({}), &after, 1);
    tell(&tx, TEMPLATE_CREATED, Change { before: None, ..change }, &template).await?;
    tx.commit().await?;
    Ok(template)
}

/// Refuses a shortcut that another template has.
fn free(others: &[Template], id: Option<Uuid>, fields: &TemplateFields) -> Result<(), Error> {
    let taken = |other: &Template| Some(other.id) != id && other.shortcut == fields.shortcut;
    if fields.shortcut.is_some() && others.iter().any(taken) {
        return Err(Error::field("shortcut", "template.shortcut.taken"));
    }
    Ok(())
}

/// Rewrites a template.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Stale`]; [`Error::Invalid`].
pub async fn change(
    service: &Messaging,
    scope: &Scope,
    id: Uuid,
    parse: impl FnOnce(&TemplateFields) -> Result<TemplateFields, kernel::Fields>,
    expected: Option<i64>,
) -> Result<Template, Error> {
    scope.require(MESSAGES_SEND)?;
    let old = own(service, scope, id).await?;
    let stale = |old: &Template| Error::Stale(json!(old));
    if expected.is_some_and(|version| version != old.version) {
        return Err(stale(&old));
    }
    let fields = parse(&old.fields())?;
    if fields == old.fields() {
        return Ok(old);
    }
    if fields.shared {
        scope.require(TEMPLATES_SHARE)?;
    }
    free(&list(service, scope).await?, Some(id), &fields)?;
    let tx = service.db.begin(scope).await?;
    let updated_at = tx.clock().now();
    let mut sql = Sql::new("update templates set name = ");
    sql.bind(fields.name.as_str()).add(", shortcut = ").bind(fields.shortcut.clone()).add(", text = ");
    sql.bind(fields.text.as_str()).add(", shared = ").bind(fields.shared).add(", version = version + 1, updated_at = ");
    sql.bind(updated_at).add(" where org_id = ").bind(scope.org_id.0);
    sql.with(" and id = ? and version = ?", [id.into(), old.version.into()]);
    if sql.run(&tx).await? == 0 {
        tx.rollback().await?;
        return Err(stale(&seen(service, scope, id).await?));
    }
    let (before, after) = (json!(old.fields()), json!(fields));
    let change = Change::between(KIND, id, Action::Updated, &before, &after, old.version + 1);
    let TemplateFields { name, shortcut, text, shared } = fields;
    let template = Template { name, shortcut, text, shared, version: old.version + 1, updated_at, ..old };
    tell(&tx, TEMPLATE_UPDATED, change, &template).await?;
    tx.commit().await?;
    Ok(template)
}

/// Deletes a template.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn delete(service: &Messaging, scope: &Scope, id: Uuid) -> Result<(), Error> {
    scope.require(MESSAGES_SEND)?;
    let old = own(service, scope, id).await?;
    let tx = service.db.begin(scope).await?;
    let mut sql = Sql::new("delete from templates where org_id = ");
    sql.bind(scope.org_id.0).with(" and id = ?", [id.into()]);
    sql.run(&tx).await?;
    let change = Change::between(KIND, id, Action::Deleted, &json!(old.fields()), &json!({}), old.version + 1);
    tell(&tx, TEMPLATE_DELETED, change, &old).await?;
    Ok(tx.commit().await?)
}

/// A template with the words of a chat: its contact, their company, its deal, and who asks.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn render(service: &Messaging, scope: &Scope, id: Uuid, chat: Uuid) -> Result<Rendered, Error> {
    scope.require(CHATS_READ)?;
    let template = seen(service, scope, id).await?;
    let readable = service.readable(scope).await?;
    let chat = chats::get(&service.db.reader(scope), scope, &readable, chat).await?;
    let contact = match chat.contact_id {
        Some(contact) => service.clients.words_of(scope, contact).await.map_err(Error::Port)?,
        None => None,
    };
    let deals = chat.deals();
    let titles = match deals.as_slice() {
        [] => HashMap::new(),
        deals => service.deals.titles(scope, deals).await.map_err(Error::Port)?,
    };
    let me = Messaging::me(scope)?;
    let my_name = service.member_names(scope, [me]).await?.remove(&me);
    let word = |name: &str| match name {
        "contact.name" => contact.as_ref().map(|words| words.name.clone()).or_else(|| Some(chat.title.clone())),
        "contact.firstName" => {
            let name = contact.as_ref().map_or(chat.title.as_str(), |words| &words.name);
            let first = contact.as_ref().and_then(|words| words.first_name.clone());
            first.or_else(|| name.split_whitespace().next().map(str::to_owned))
        }
        "company.name" => contact.as_ref().and_then(|words| words.company.clone()),
        "deal.title" => deals.iter().find_map(|id| titles.get(id)).cloned(),
        "me.name" => my_name.clone(),
        _ => None,
    };
    let (text, missing) = rendered(&template.text, word);
    Ok(Rendered { text, missing: missing.into_iter().map(str::to_owned).collect() })
}

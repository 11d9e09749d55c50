//! The outbox of development: every mail of the organization as it reads.

use chrono::{DateTime, Utc};
use contracts::permissions::ORGANIZATION_WRITE;
use db::{Field, List, Page, Params};
use kernel::{Scope, filter::FieldType};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryTrait,
    sea_query::{Expr, SimpleExpr},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    mail::MailState,
    store::entity::{Column, Entity, Model},
};
use crate::{Error, Mail, Way};

/// A mail as it reads.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OutboxMail {
    pub id: Uuid,
    /// Which template it is.
    pub kind: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub state: MailState,
    pub created_at: DateTime<Utc>,
}

fn created_at() -> SimpleExpr {
    Expr::col((Entity, Column::CreatedAt))
}

const MAILS: List = List {
    fields: &[Field { name: "createdAt", kind: FieldType::Instant, expr: created_at, order: Some(created_at) }],
    default_sort: "-createdAt",
    id: || Expr::col((Entity, Column::Id)),
};

/// Mails that were kept instead of sent, the newest first.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`] where mail is sent.
pub async fn outbox(service: &Mail, scope: &Scope, params: &Params) -> Result<Page<OutboxMail>, Error> {
    scope.require(ORGANIZATION_WRITE)?;
    if !matches!(service.options.way, Way::Outbox) {
        return Err(Error::NotFound);
    }
    let select = Entity::find().filter(Column::OrgId.eq(scope.org_id.0)).into_query();
    let page: Page<Model> = MAILS.page(&service.db.reader(scope), select, params, None).await?;
    let shown = |mail: Model| {
        let read = service.rendered(&mail)?;
        Ok(OutboxMail {
            id: mail.id,
            state: MailState::parse(&mail.state).unwrap_or(MailState::Failed),
            kind: mail.kind,
            to: mail.to_address,
            subject: read.subject,
            text: read.text,
            html: read.html,
            created_at: mail.created_at,
        })
    };
    let Page { items, number, limit, total, next_cursor } = page;
    let items = items.into_iter().map(shown).collect::<Result<Vec<_>, Error>>()?;
    Ok(Page { items, number, limit, total, next_cursor })
}

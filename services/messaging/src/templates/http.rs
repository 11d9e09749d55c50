//! Routes of templates.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, IfMatch, Json, Path, Refusals, requests::Given};
use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands::{self, Rendered, Template},
    template::TemplateFields,
};
use crate::Messaging;

/// Templates by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Templates {
    items: Vec<Template>,
}

/// A new template.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTemplate {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    #[schema(max_length = 30)]
    shortcut: Option<String>,
    /// Variables: `{{contact.firstName}}`, `{{contact.name}}`, `{{company.name}}`, `{{deal.title}}`, `{{me.name}}`.
    #[schema(min_length = 1, max_length = 4096)]
    text: String,
    #[serde(default)]
    shared: bool,
}

/// A change of a template; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateChange {
    name: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 30)]
    shortcut: Given<String>,
    text: Option<String>,
    shared: Option<bool>,
    /// The version this is based on; another one by now is a conflict.
    version: Option<i64>,
}

/// Whom a template is for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RenderFor {
    chat_id: Uuid,
}

/// Routes below `/api/messaging`.
pub fn routes() -> OpenApiRouter<Arc<Messaging>> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(change, delete)).routes(routes!(render))
}

/// Lists templates
///
/// The caller's own and those that are shared, by name.
#[utoipa::path(
    get, path = "/templates", operation_id = "listTemplates", tag = "Messaging",
    responses((status = 200, description = "Templates", body = Templates), Refusals)
)]
async fn list(State(service): State<Arc<Messaging>>, caller: Caller) -> Result<Json<Templates>, ApiError> {
    Ok(Json(Templates { items: commands::list(&service, caller.scope()).await? }))
}

/// Creates a template
#[utoipa::path(
    post, path = "/templates", operation_id = "createTemplate", tag = "Messaging", request_body = NewTemplate,
    responses((status = 201, description = "The template", body = Template), Refusals)
)]
async fn create(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Json(new): Json<NewTemplate>,
) -> Result<(StatusCode, Json<Template>), ApiError> {
    let fields = TemplateFields::parse(&new.name, new.shortcut.as_deref(), &new.text, new.shared);
    let fields = fields.map_err(crate::Error::from)?;
    Ok((StatusCode::CREATED, Json(commands::create(&service, caller.scope(), fields).await?)))
}

/// Changes a template
#[utoipa::path(
    patch, path = "/templates/{id}", operation_id = "updateTemplate", tag = "Messaging", params(("id" = Uuid, Path)),
    request_body = TemplateChange, responses((status = 200, description = "The template", body = Template), Refusals)
)]
async fn change(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    Json(body): Json<TemplateChange>,
) -> Result<Json<Template>, ApiError> {
    let expected = version.or_body(body.version);
    let parse = |old: &TemplateFields| {
        let shortcut = match &body.shortcut {
            Given::Absent => old.shortcut.as_deref(),
            Given::Null => None,
            Given::Value(word) => Some(word.as_str()),
        };
        let (name, text) = (body.name.as_deref().unwrap_or(&old.name), body.text.as_deref().unwrap_or(&old.text));
        TemplateFields::parse(name, shortcut, text, body.shared.unwrap_or(old.shared))
    };
    Ok(Json(commands::change(&service, caller.scope(), id, parse, expected).await?))
}

/// Deletes a template
#[utoipa::path(
    delete, path = "/templates/{id}", operation_id = "deleteTemplate", tag = "Messaging",
    params(("id" = Uuid, Path)), responses((status = 204, description = "It is gone"), Refusals)
)]
async fn delete(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    commands::delete(&service, caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Fills in a template
///
/// With the words of a chat; variables that nothing is known for stay.
#[utoipa::path(
    post, path = "/templates/{id}/render", operation_id = "renderTemplate", tag = "Messaging",
    params(("id" = Uuid, Path)), request_body = RenderFor,
    responses((status = 200, description = "The text", body = Rendered), Refusals)
)]
async fn render(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<RenderFor>,
) -> Result<Json<Rendered>, ApiError> {
    Ok(Json(commands::render(&service, caller.scope(), id, body.chat_id).await?))
}

//! Routes of templates, below `/api/mail`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Query as Parameters, Refusals};
use contracts::{mails::Kind, permissions::ORGANIZATION_WRITE};
use kernel::Locale;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{example, render};
use crate::{Error, Mail};

/// A template.
#[derive(Serialize, ToSchema)]
pub struct MailTemplate {
    kind: String,
    /// Its subject, with an example in it.
    name: String,
}

#[derive(Serialize, ToSchema)]
pub struct MailTemplateList {
    items: Vec<MailTemplate>,
}

/// How a mail of the kind reads.
#[derive(Serialize, ToSchema)]
pub struct MailPreview {
    subject: String,
    text: String,
    html: String,
}

/// In which language.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PreviewIn {
    /// `en` or `ru`; the caller's own unless given.
    locale: Option<String>,
}

pub fn routes() -> OpenApiRouter<Arc<Mail>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(preview))
}

/// Lists the templates of mails
#[utoipa::path(
    get, path = "/templates", operation_id = "listMailTemplates", tag = "Mail",
    responses((status = 200, description = "Every kind of mail", body = MailTemplateList), Refusals)
)]
async fn list(caller: Caller) -> Result<Json<MailTemplateList>, ApiError> {
    caller.scope().require(ORGANIZATION_WRITE).map_err(Error::from)?;
    let locale = caller.scope().locale;
    let named = |kind: &Kind| {
        let name = render(*kind, locale, &|name| Some(example::value(*kind, locale, name))).subject;
        MailTemplate { kind: kind.as_str().to_owned(), name }
    };
    Ok(Json(MailTemplateList { items: Kind::ALL.iter().map(named).collect() }))
}

/// Shows how a mail reads, with examples in it
#[utoipa::path(
    get, path = "/templates/{kind}/preview", operation_id = "previewMailTemplate", tag = "Mail",
    params(("kind" = String, Path, description = "Such as `verify-email`"), PreviewIn),
    responses((status = 200, description = "The mail", body = MailPreview), Refusals)
)]
async fn preview(
    caller: Caller,
    Path(kind): Path<String>,
    Parameters(wanted): Parameters<PreviewIn>,
) -> Result<Json<MailPreview>, ApiError> {
    caller.scope().require(ORGANIZATION_WRITE).map_err(Error::from)?;
    let kind = Kind::parse(&kind).ok_or(Error::NotFound)?;
    let locale = wanted.locale.as_deref().and_then(Locale::from_tag).unwrap_or(caller.scope().locale);
    let read = render(kind, locale, &|name| Some(example::value(kind, locale, name)));
    Ok(Json(MailPreview { subject: read.subject, text: read.text, html: read.html }))
}

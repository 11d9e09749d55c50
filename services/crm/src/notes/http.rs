//! Routes of notes, and those below the records they are about.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, IfMatch, Json, PageInfo, Path, Query, Refusals, requests::Given};
use axum::{extract::State, http::StatusCode};
use db::Params;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    about::About,
    commands,
    note::{ActivityKind, NoteChanges},
    queries::{self, Note},
};
use crate::Crm;

type Answer<T> = Result<Json<T>, ApiError>;
type Created = Result<(StatusCode, Json<Note>), ApiError>;

/// A note to be written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NoteInput {
    /// Mentions members as `@[Name](user:<id>)`.
    #[schema(min_length = 1, max_length = 10_000)]
    body: String,
    /// A plain note unless given.
    kind: Option<ActivityKind>,
    /// When it happened, or will: at most 366 days ahead. Now unless given.
    #[schema(format = DateTime)]
    occurred_at: Option<String>,
    /// How long it took; kept with all kinds but plain notes.
    #[schema(minimum = 1, maximum = 10_080)]
    duration_minutes: Option<i64>,
}

impl From<NoteInput> for NoteChanges {
    fn from(input: NoteInput) -> Self {
        let NoteInput { body, kind, occurred_at, duration_minutes } = input;
        Self { body: Some(body), kind, occurred_at: occurred_at.into(), duration_minutes: duration_minutes.into() }
    }
}

/// What changes of a note; what is left out stays, null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NotePatch {
    #[schema(min_length = 1, max_length = 10_000)]
    body: Option<String>,
    kind: Option<ActivityKind>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    occurred_at: Given<String>,
    #[serde(default)]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 10_080)]
    duration_minutes: Given<i64>,
    /// The version this is based on; another one by now is a conflict.
    version: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct NoteList {
    items: Vec<Note>,
    page: PageInfo,
}

/// Which part of a list is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct Slice {
    /// Page number from 1; ignored with `cursor`.
    #[param(minimum = 1)]
    pub page: Option<u64>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
    /// Rows of a page, 20 unless given.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// Notes of this kind only.
    pub kind: Option<ActivityKind>,
}

impl Slice {
    /// What the database layer takes.
    #[must_use]
    pub fn params(self) -> Params {
        let limit = self.limit.unwrap_or(20).clamp(1, 100);
        Params { page: self.page, cursor: self.cursor.filter(|c| !c.is_empty()), limit, ..Params::default() }
    }
}

/// Routes below `/api/crm`.
pub fn routes() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(change, delete))
}

/// Routes below `/api/crm/contacts`.
pub fn of_contacts() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(list_of_contact, create_on_contact))
}

/// Routes below `/api/crm/companies`.
pub fn of_companies() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(list_of_company, create_on_company))
}

/// Routes below `/api/crm/deals`.
pub fn of_deals() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(list_of_deal, create_on_deal))
}

async fn list(crm: &Crm, caller: &Caller, about: About, id: Uuid, slice: Slice) -> Answer<NoteList> {
    let kind = slice.kind;
    let page = queries::list(crm, caller.scope(), about, id, kind, &slice.params()).await?;
    Ok(Json(NoteList { page: PageInfo::from(&page), items: page.items }))
}

/// Lists the notes on a contact, newest first
#[utoipa::path(
    get, path = "/{id}/notes", operation_id = "listContactNotes", tag = "Contacts",
    params(("id" = Uuid, Path), Slice),
    responses((status = 200, description = "A page of notes", body = NoteList), Refusals)
)]
async fn list_of_contact(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(slice): Query<Slice>,
) -> Answer<NoteList> {
    list(&crm, &caller, About::Contact, id, slice).await
}

/// Lists the notes on a company, newest first
#[utoipa::path(
    get, path = "/{id}/notes", operation_id = "listCompanyNotes", tag = "Companies",
    params(("id" = Uuid, Path), Slice),
    responses((status = 200, description = "A page of notes", body = NoteList), Refusals)
)]
async fn list_of_company(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(slice): Query<Slice>,
) -> Answer<NoteList> {
    list(&crm, &caller, About::Company, id, slice).await
}

/// Lists the notes on a deal, newest first
#[utoipa::path(
    get, path = "/{id}/notes", operation_id = "listDealNotes", tag = "Deals",
    params(("id" = Uuid, Path), Slice),
    responses((status = 200, description = "A page of notes", body = NoteList), Refusals)
)]
async fn list_of_deal(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(slice): Query<Slice>,
) -> Answer<NoteList> {
    list(&crm, &caller, About::Deal, id, slice).await
}

/// Writes a note on a contact
#[utoipa::path(
    post, path = "/{id}/notes", operation_id = "createContactNote", tag = "Contacts",
    params(("id" = Uuid, Path)), request_body = NoteInput,
    responses((status = 201, description = "The note", body = Note), Refusals)
)]
async fn create_on_contact(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(input): Json<NoteInput>,
) -> Created {
    let note = commands::create(&crm, caller.scope(), About::Contact, id, input.into()).await?;
    Ok((StatusCode::CREATED, Json(note)))
}

/// Writes a note on a company
#[utoipa::path(
    post, path = "/{id}/notes", operation_id = "createCompanyNote", tag = "Companies",
    params(("id" = Uuid, Path)), request_body = NoteInput,
    responses((status = 201, description = "The note", body = Note), Refusals)
)]
async fn create_on_company(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(input): Json<NoteInput>,
) -> Created {
    let note = commands::create(&crm, caller.scope(), About::Company, id, input.into()).await?;
    Ok((StatusCode::CREATED, Json(note)))
}

/// Writes a note on a deal
#[utoipa::path(
    post, path = "/{id}/notes", operation_id = "createDealNote", tag = "Deals",
    params(("id" = Uuid, Path)), request_body = NoteInput,
    responses((status = 201, description = "The note", body = Note), Refusals)
)]
async fn create_on_deal(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(input): Json<NoteInput>,
) -> Created {
    let note = commands::create(&crm, caller.scope(), About::Deal, id, input.into()).await?;
    Ok((StatusCode::CREATED, Json(note)))
}

/// Rewrites a note
#[utoipa::path(
    patch, path = "/notes/{id}", operation_id = "updateNote", tag = "Notes", params(("id" = Uuid, Path)),
    request_body = NotePatch,
    responses((status = 200, description = "The note", body = Note), Refusals)
)]
async fn change(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    Json(patch): Json<NotePatch>,
) -> Answer<Note> {
    let expected = expected.or_body(patch.version);
    let NotePatch { body, kind, occurred_at, duration_minutes, version: _ } = patch;
    let changes = NoteChanges { body, kind, occurred_at, duration_minutes };
    Ok(Json(commands::change(&crm, caller.scope(), id, changes, expected).await?))
}

/// Deletes a note
#[utoipa::path(
    delete, path = "/notes/{id}", operation_id = "deleteNote", tag = "Notes", params(("id" = Uuid, Path)),
    responses((status = 204, description = "It is gone"), Refusals)
)]
async fn delete(State(crm): State<Arc<Crm>>, caller: Caller, Path(id): Path<Uuid>) -> Result<StatusCode, ApiError> {
    commands::delete(&crm, caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! Routes of contacts, mounted at `/api/crm/contacts` and, undocumented, at its alias `/api/crm/clients`.

use std::sync::Arc;

use api::{ApiError, Caller, IfMatch, Json, ListParams, PageInfo, Path, Query, Refusals};
use axum::{extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands::{self, ContactCreated},
    contact::{ContactInput, ContactPatch, ContactReplace},
    queries::{self, Contact},
};
use crate::{
    Crm,
    duplicates::{DuplicateCheck, DuplicateList},
    record::RecordKind,
    trash,
};

const KIND: RecordKind = RecordKind::Contact;

type Answer<T> = Result<Json<T>, ApiError>;

/// A page of contacts.
#[derive(Serialize, ToSchema)]
pub struct ContactPage {
    items: Vec<Contact>,
    page: PageInfo,
}

pub fn routes() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(check_duplicates))
        .routes(routes!(get, replace, change, delete))
        .routes(routes!(restore))
        .routes(routes!(purge))
}

/// Routes below `/api/team/clients`.
pub fn of_team() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(shared))
}

/// Lists contacts
#[utoipa::path(
    get, path = "/", operation_id = "listContacts", tag = "Contacts", params(ListParams),
    responses((status = 200, description = "A page of contacts", body = ContactPage), Refusals)
)]
async fn list(State(crm): State<Arc<Crm>>, caller: Caller, Query(params): Query<ListParams>) -> Answer<ContactPage> {
    let page = queries::list(&crm, caller.scope(), &params.parse()?, params.trash).await?;
    Ok(Json(ContactPage { page: PageInfo::from(&page), items: page.items }))
}

/// Lists contacts of nobody
///
/// Everybody who may read contacts sees them, and may take them.
#[utoipa::path(
    get, path = "/shared", operation_id = "listSharedClients", tag = "Team", params(ListParams),
    responses((status = 200, description = "A page of contacts", body = ContactPage), Refusals)
)]
async fn shared(State(crm): State<Arc<Crm>>, caller: Caller, Query(params): Query<ListParams>) -> Answer<ContactPage> {
    let page = queries::list_of_nobody(&crm, caller.scope(), params.parse()?, params.trash).await?;
    Ok(Json(ContactPage { page: PageInfo::from(&page), items: page.items }))
}

/// Creates a contact
///
/// The answer names records that look the same; they do not stop anything.
#[utoipa::path(
    post, path = "/", operation_id = "createContact", tag = "Contacts", request_body = ContactInput,
    responses((status = 201, description = "The contact", body = ContactCreated), Refusals)
)]
async fn create(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Json(input): Json<ContactInput>,
) -> Result<(StatusCode, Json<ContactCreated>), ApiError> {
    Ok((StatusCode::CREATED, Json(commands::create(&crm, caller.scope(), input).await?)))
}

/// Looks for contacts that are the same person
#[utoipa::path(
    post, path = "/check-duplicates", operation_id = "checkContactDuplicates", tag = "Contacts",
    request_body = DuplicateCheck,
    responses((status = 200, description = "At most five, the likeliest first", body = DuplicateList), Refusals)
)]
async fn check_duplicates(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Json(check): Json<DuplicateCheck>,
) -> Answer<DuplicateList> {
    Ok(Json(DuplicateList { items: commands::check_duplicates(&crm, caller.scope(), check).await? }))
}

/// Gets a contact, in the trash or not
#[utoipa::path(
    get, path = "/{id}", operation_id = "getContact", tag = "Contacts", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The contact", body = Contact), Refusals)
)]
async fn get(State(crm): State<Arc<Crm>>, caller: Caller, Path(id): Path<Uuid>) -> Answer<Contact> {
    Ok(Json(queries::get(&crm, caller.scope(), id).await?))
}

/// Replaces a contact
#[utoipa::path(
    put, path = "/{id}", operation_id = "replaceContact", tag = "Contacts", params(("id" = Uuid, Path)),
    request_body = ContactReplace,
    responses((status = 200, description = "The contact", body = Contact), Refusals)
)]
async fn replace(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    Json(mut body): Json<ContactReplace>,
) -> Answer<Contact> {
    body.version = expected.or_body(body.version);
    Ok(Json(commands::replace(&crm, caller.scope(), id, body).await?))
}

/// Changes some fields of a contact
#[utoipa::path(
    patch, path = "/{id}", operation_id = "updateContact", tag = "Contacts", params(("id" = Uuid, Path)),
    request_body = ContactPatch,
    responses((status = 200, description = "The contact", body = Contact), Refusals)
)]
async fn change(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    Json(mut body): Json<ContactPatch>,
) -> Answer<Contact> {
    body.version = expected.or_body(body.version);
    Ok(Json(commands::change(&crm, caller.scope(), id, body).await?))
}

/// Puts a contact into the trash
#[utoipa::path(
    delete, path = "/{id}", operation_id = "deleteContact", tag = "Contacts", params(("id" = Uuid, Path)),
    responses((status = 204, description = "It is in the trash"), Refusals)
)]
async fn delete(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
) -> Result<StatusCode, ApiError> {
    trash::delete(&crm, caller.scope(), KIND, id, expected.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a contact out of the trash
#[utoipa::path(
    post, path = "/{id}/restore", operation_id = "restoreContact", tag = "Contacts", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The contact", body = Contact), Refusals)
)]
async fn restore(State(crm): State<Arc<Crm>>, caller: Caller, Path(id): Path<Uuid>) -> Answer<Contact> {
    trash::restore(&crm, caller.scope(), KIND, id).await?;
    Ok(Json(queries::get(&crm, caller.scope(), id).await?))
}

/// Deletes a contact in the trash for good, with its notes and the values in its history
#[utoipa::path(
    delete, path = "/{id}/purge", operation_id = "purgeContact", tag = "Contacts", params(("id" = Uuid, Path)),
    responses((status = 204, description = "It is gone"), Refusals)
)]
async fn purge(State(crm): State<Arc<Crm>>, caller: Caller, Path(id): Path<Uuid>) -> Result<StatusCode, ApiError> {
    trash::purge(&crm, caller.scope(), KIND, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

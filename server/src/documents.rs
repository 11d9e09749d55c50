//! The OpenAPI document and its reference page: one HTML page without scripts, written from the document.

use std::collections::BTreeMap;

use api::Refusals;
use axum::{
    Router,
    http::header,
    response::{Html, IntoResponse},
    routing::get,
};
use contracts::events::Fact;
use utoipa::{
    IntoResponses, PartialSchema, ToSchema,
    openapi::{OpenApi, Ref, RefOr, Schema, schema::AllOfBuilder},
};

mod reference;

/// Last touches that the generator of the document does not offer.
pub fn finish(mut document: OpenApi) -> OpenApi {
    env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
    if let Some(components) = &mut document.components {
        name_facts(&mut components.schemas);
        components.schemas.values_mut().for_each(forget_integer_widths);
    }
    tell_what_all_refuse(&mut document);
    document
}

/// What is refused before an operation is asked, and so by every one: too many requests, and input that cannot be read.
fn tell_what_all_refuse(document: &mut OpenApi) {
    let refusals = Refusals::responses();
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            let takes_input = operation.request_body.is_some() || operation.parameters.is_some();
            let statuses: &[&str] = if takes_input { &["400", "429"] } else { &["429"] };
            for status in statuses {
                if let Some(refusal) = refusals.get(*status) {
                    let told = &mut operation.responses.responses;
                    told.entry((*status).to_owned()).or_insert_with(|| refusal.clone());
                }
            }
        }
    }
}

/// An event is its envelope and one of the facts: the platform, which tells events, does not know them.
fn name_facts(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    let Some(RefOr::T(Schema::Object(mut envelope))) = schemas.remove("Event") else { return };
    for of_the_fact in ["type", "data"] {
        envelope.properties.remove(of_the_fact);
        envelope.required.retain(|name| name != of_the_fact);
    }
    let description = envelope.description.take();
    let event = AllOfBuilder::new()
        .description(description)
        .item(Ref::from_schema_name("EventEnvelope"))
        .item(Ref::from_schema_name(Fact::name()));
    schemas.insert("EventEnvelope".to_owned(), RefOr::T(Schema::Object(envelope)));
    schemas.insert("Event".to_owned(), RefOr::T(Schema::AllOf(event.build())));
    let mut facts = vec![(Fact::name().into_owned(), Fact::schema())];
    Fact::schemas(&mut facts);
    schemas.extend(facts);
}

/// `int64` makes JavaScript clients use `BigInt`; every integer we send is far below 2^53.
fn forget_integer_widths(schema: &mut RefOr<Schema>) {
    let Ok(mut value) = serde_json::to_value(&*schema) else { return };
    strip(&mut value);
    if let Ok(stripped) = serde_json::from_value(value) {
        *schema = stripped;
    }
}

fn strip(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            if map.get("format").is_some_and(|f| f == "int64") {
                map.remove("format");
            }
            map.values_mut().for_each(strip);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// `/api/openapi.json` and `/api/docs`.
pub fn routes(document: &OpenApi) -> Router {
    let json: &'static str = Box::leak(text(document).into_boxed_str());
    let page: &'static str = Box::leak(reference::page(document).into_boxed_str());
    let serve_json = move || async move { ([(header::CONTENT_TYPE, "application/json")], json).into_response() };
    Router::new().route("/api/openapi.json", get(serve_json)).route("/api/docs", get(move || async move { Html(page) }))
}

/// The document as it is served and kept in the repository: indented, with a final newline.
pub fn text(document: &OpenApi) -> String {
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

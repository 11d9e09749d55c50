//! The refusals that every operation may answer with, for the OpenAPI document.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses, ToSchema,
    openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder},
};

use crate::ErrorBody;

/// The refusals of any operation.
pub struct Refusals;

const REFUSALS: [(&str, &str); 7] = [
    ("400", "The request could not be read"),
    ("401", "Nobody is signed in"),
    ("403", "The caller lacks a permission"),
    ("404", "There is no such record"),
    ("409", "The record has another version by now, or its state does not allow this"),
    ("422", "Some fields are not valid"),
    ("429", "Too many requests"),
];

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let answer = |description: &str| {
            let schema = Ref::from_schema_name(ErrorBody::name());
            let content = ContentBuilder::new().schema(Some(schema)).build();
            ResponseBuilder::new().description(description).content("application/json", content).build()
        };
        REFUSALS.iter().map(|(status, text)| ((*status).to_owned(), RefOr::T(answer(text)))).collect()
    }
}

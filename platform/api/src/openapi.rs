//! What all operations of the OpenAPI document share.

use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use crate::{ErrorBody, ErrorDetail, PageInfo};

/// The frame of the document; services add their paths.
#[derive(OpenApi)]
#[openapi(
    info(title = "Rapport", description = "API of Rapport, the CRM for teams whose deals live in conversations."),
    components(schemas(ErrorBody, ErrorDetail, PageInfo)),
    modifiers(&Security),
    security(("bearer" = []), ("session" = []))
)]
pub struct Document;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let cookie = ApiKey::Cookie(ApiKeyValue::new("rapport_session"));
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    }
}

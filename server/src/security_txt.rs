//! `/.well-known/security.txt` (RFC 9116): whom to tell of a vulnerability, where the operator has named somebody.

use std::sync::Arc;

use api::ApiError;
use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::{SecondsFormat, TimeDelta};
use kernel::{Clock, ErrorKind};
use settings::Settings;

/// A client reads it anew by then; the RFC advises less than a year (2.5.5).
const GOOD_FOR: TimeDelta = TimeDelta::days(30);

struct Told {
    clock: Clock,
    contact: Option<String>,
    address: String,
}

/// The route.
pub fn routes(clock: Clock, settings: &Settings) -> Router {
    let contact = settings.security_contact.as_ref().map(|contact| contact.as_str().to_owned());
    let address = settings.public_url.as_str().to_owned();
    let told = Arc::new(Told { clock, contact, address });
    Router::new().route("/.well-known/security.txt", get(tell)).with_state(told)
}

async fn tell(State(told): State<Arc<Told>>) -> Response {
    let Some(contact) = &told.contact else { return ApiError::new(ErrorKind::NotFound, "not_found").into_response() };
    let expires = (told.clock.now() + GOOD_FOR).to_rfc3339_opts(SecondsFormat::Secs, true);
    let text = format!(
        "Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en, ru\nCanonical: {}/.well-known/security.txt\n",
        told.address
    );
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

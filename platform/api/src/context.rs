//! What belongs to the request under way and is needed where no argument reaches: its id and the caller's language.

use std::{cell::Cell, sync::Arc};

use kernel::Locale;

/// Facts of the request that the current task serves.
pub struct RequestContext {
    pub request_id: Arc<str>,
    locale: Cell<Locale>,
    /// The client named its language itself; a profile's language does not override it.
    explicit: bool,
}

tokio::task_local! {
    static REQUEST: RequestContext;
}

impl RequestContext {
    #[must_use]
    pub fn new(request_id: Arc<str>, accepted: Option<Locale>) -> Self {
        Self { request_id, locale: Cell::new(accepted.unwrap_or_default()), explicit: accepted.is_some() }
    }

    /// Runs a future as this request.
    pub async fn run<F: Future>(self, future: F) -> F::Output {
        REQUEST.scope(self, future).await
    }
}

/// The id of the request under way; empty outside of one.
#[must_use]
pub fn request_id() -> Arc<str> {
    REQUEST.try_with(|r| Arc::clone(&r.request_id)).unwrap_or_else(|_| Arc::from(""))
}

/// The caller's language: what the client accepts, else the profile's, else English.
#[must_use]
pub fn locale() -> Locale {
    REQUEST.try_with(|r| r.locale.get()).unwrap_or_default()
}

/// Tells the language of the caller's profile, used unless the client named one.
pub fn prefer_locale(locale: Locale) {
    let _ = REQUEST.try_with(|r| {
        if !r.explicit {
            r.locale.set(locale);
        }
    });
}

//! What belongs to the request under way and is needed where no argument reaches: its id, the caller's language, and for
//! log lines who calls and from where.

use std::{cell::Cell, net::IpAddr, sync::Arc};

use kernel::{Actor, Locale, OrgId, Scope, UserId};
use uuid::Uuid;

/// Who a request comes from, as far as that is known by now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The address as limits count it: of IPv6 the network.
    pub client: Option<IpAddr>,
    pub org: Option<Uuid>,
    pub user: Option<Uuid>,
    pub key: Option<Uuid>,
}

/// Facts of the request that the current task serves.
pub struct RequestContext {
    pub request_id: Arc<str>,
    locale: Cell<Locale>,
    /// The client named its language itself; a profile's language does not override it.
    explicit: bool,
    origin: Cell<Origin>,
}

tokio::task_local! {
    static REQUEST: RequestContext;
}

impl RequestContext {
    #[must_use]
    pub fn new(request_id: Arc<str>, accepted: Option<Locale>) -> Self {
        let (locale, origin) = (Cell::new(accepted.unwrap_or_default()), Cell::default());
        Self { request_id, locale, explicit: accepted.is_some(), origin }
    }

    /// The same, from this address.
    #[must_use]
    pub fn coming_from(self, client: IpAddr) -> Self {
        self.origin.set(Origin { client: Some(client), ..Origin::default() });
        self
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

/// Who the request under way comes from.
#[must_use]
pub fn origin() -> Origin {
    REQUEST.try_with(|r| r.origin.get()).unwrap_or_default()
}

/// Tells who calls.
pub fn note_caller(scope: &Scope) {
    let key = match scope.actor {
        Actor::ApiKey { key, .. } => Some(key),
        _ => None,
    };
    note(scope.org_id, scope.user_id(), key);
}

/// Tells who signed in just now.
pub fn note_entry(org: OrgId, user: UserId) {
    note(org, Some(user), None);
}

fn note(org: OrgId, user: Option<UserId>, key: Option<Uuid>) {
    let _ = REQUEST.try_with(|r| {
        r.origin.set(Origin { org: Some(org.0), user: user.map(|user| user.0), key, ..r.origin.get() });
    });
}

/// Tells the language of the caller's profile, used unless the client named one.
pub fn prefer_locale(locale: Locale) {
    let _ = REQUEST.try_with(|r| {
        if !r.explicit {
            r.locale.set(locale);
        }
    });
}

//! Who calls. A middleware asks the [`Authenticator`] once per request; handlers take a [`Caller`].

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{Method, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::{ErrorKind, Scope};
use uuid::Uuid;

use crate::{
    ApiError, context,
    rate_limit::{Class, classify},
    security,
};

/// How the caller proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionKind {
    /// A browser with a session cookie: unsafe methods need the CSRF header.
    Cookie,
    /// A program with a bearer token.
    Bearer,
    /// A program with a key: not its person, but what they let it do.
    Key,
}

/// An authenticated caller.
#[derive(Clone, Debug)]
pub struct Principal {
    pub scope: Scope,
    /// Of a key: its own id.
    pub session_id: Uuid,
    pub kind: SessionKind,
    /// Whether they proved who they are within the last minutes, as what is dangerous asks for.
    pub confirmed: bool,
    /// Whether the organization asks for a second factor that they do not have: all they can do is set one up.
    pub needs_factor: bool,
}

/// What became of the credentials of a request.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// None were sent.
    Absent,
    /// Sent, but refused with this code.
    Refused(&'static str),
    Accepted(Arc<Principal>),
}

/// Checks credentials; implemented by `identity`.
#[async_trait::async_trait]
pub trait Authenticator: Send + Sync {
    /// Reads tokens and cookies. Never an error for bad credentials: those are [`Credentials::Refused`].
    async fn authenticate(&self, parts: &Parts) -> Result<Credentials, ApiError>;
    /// Whether the request carries the CSRF token of this cookie session, and comes from an allowed origin.
    fn csrf_holds(&self, parts: &Parts, principal: &Principal) -> bool;
    /// Whether they proved who they are within the last minutes, asked anew: it may have been in another process.
    async fn is_confirmed(&self, principal: &Principal) -> Result<bool, ApiError>;
}

/// What is open to those too who have yet to set up a second factor.
const OPEN_TO_ALL: &str = "/api/auth/";

/// What is the person's own: who they are, how they sign in, what they are told, the keys they make. No key opens it.
const PERSONAL: [&str; 4] = [OPEN_TO_ALL, "/api/api-keys", "/api/users/", "/api/v1/notifications"];

/// Who looks as somebody else changes nothing. They may stop, sign out, keep
/// their session alive, and prove who they are for what they take along.
fn is_left_to_viewers(method: &Method, path: &str) -> bool {
    match path {
        "/api/team/view-as" => method == Method::DELETE,
        "/api/auth/signout" | "/api/auth/refresh" | "/api/auth/step-up" | "/api/auth/step-up/passkey" => {
            method == Method::POST
        }
        _ => false,
    }
}

/// Puts the [`Credentials`] of the request where extractors and later middleware find them.
pub async fn authenticate(
    State(authenticator): State<Arc<dyn Authenticator>>,
    request: Request,
    next: Next,
) -> Response {
    if classify(request.method(), request.uri().path()) == Class::Auth {
        // Whoever signs in need not be anybody yet: an old cookie must not stand in the way.
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let credentials = match authenticator.authenticate(&parts).await {
        Ok(credentials) => credentials,
        Err(error) => return error.into_response(),
    };
    if let Credentials::Accepted(principal) = &credentials {
        context::prefer_locale(principal.scope.locale);
        context::note_caller(&principal.scope);
        let safe = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
        if principal.kind == SessionKind::Cookie && !safe && !authenticator.csrf_holds(&parts, principal) {
            security::refused("csrf", "csrf.invalid", None);
            return ApiError::new(ErrorKind::Forbidden, "csrf.invalid").into_response();
        }
        if principal.kind == SessionKind::Key && PERSONAL.iter().any(|own| parts.uri.path().starts_with(own)) {
            return ApiError::new(ErrorKind::Forbidden, "auth.key").into_response();
        }
        if principal.scope.viewing_as.is_some() && !safe && !is_left_to_viewers(&parts.method, parts.uri.path()) {
            return ApiError::new(ErrorKind::Forbidden, "auth.viewing_as").into_response();
        }
        if principal.needs_factor && !parts.uri.path().starts_with(OPEN_TO_ALL) {
            return ApiError::new(ErrorKind::Forbidden, "mfa.required").into_response();
        }
    }
    parts.extensions.insert(credentials);
    parts.extensions.insert(authenticator);
    next.run(Request::from_parts(parts, body)).await
}

/// Extractor of the caller; answers 401 when there is none.
#[derive(Clone, Debug)]
pub struct Caller(pub Arc<Principal>);

impl Caller {
    /// The frame of what the caller does.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.0.scope
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        match parts.extensions.get::<Credentials>() {
            Some(Credentials::Accepted(principal)) => Ok(Self(Arc::clone(principal))),
            Some(Credentials::Refused(code)) => Err(ApiError::new(ErrorKind::Unauthenticated, code)),
            _ => Err(ApiError::new(ErrorKind::Unauthenticated, "auth.required")),
        }
    }
}

/// Extractor of a caller who proved within the last minutes who they are, for what is dangerous; answers 403 with
/// `auth.step_up` to others. No key does what is dangerous: `auth.key`.
#[derive(Clone, Debug)]
pub struct Confirmed(pub Caller);

impl<S: Send + Sync> FromRequestParts<S> for Confirmed {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, state).await?;
        if caller.0.kind == SessionKind::Key {
            return Err(ApiError::new(ErrorKind::Forbidden, "auth.key"));
        }
        let confirmed = match parts.extensions.get::<Arc<dyn Authenticator>>() {
            Some(authenticator) if !caller.0.confirmed => authenticator.is_confirmed(&caller.0).await?,
            _ => caller.0.confirmed,
        };
        if confirmed { Ok(Self(caller)) } else { Err(ApiError::new(ErrorKind::Forbidden, "auth.step_up")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_looks_as_another_may_stop_and_not_begin_anew() {
        assert!(is_left_to_viewers(&Method::DELETE, "/api/team/view-as"));
        assert!(is_left_to_viewers(&Method::POST, "/api/auth/signout"));
        assert!(!is_left_to_viewers(&Method::POST, "/api/team/view-as"));
        assert!(!is_left_to_viewers(&Method::DELETE, "/api/auth/sessions"));
        assert!(!is_left_to_viewers(&Method::POST, "/api/crm/contacts"));
    }
}

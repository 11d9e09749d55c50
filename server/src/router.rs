//! The HTTP surface: the services' routes inside the layers that every request passes, outermost last.

use std::{sync::Arc, time::Duration};

use api::{ApiError, Authenticator, envelope, idempotency, openapi, rate_limit::RateLimiter};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, Method, header},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
};
use cluster::SharedCounts;
use kernel::ErrorKind;
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer,
        predicate::{NotForContentType, Predicate, SizeAbove},
    },
    cors::{AllowOrigin, CorsLayer},
};
use utoipa::{OpenApi, openapi::OpenApi as Document};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    audience::STREAMS,
    compose::App,
    documents, health,
    roles::{Roles, Service},
    security_txt, web_app,
};

/// Answers smaller than this are sent as they are, bytes.
const COMPRESS_ABOVE: u64 = 1024;

impl App {
    /// The services' routes with their document.
    fn api(&self, roles: &Roles) -> (Router, Document) {
        let mut routes = OpenApiRouter::with_openapi(openapi::Document::openapi());
        if roles.api {
            if roles.serve(Service::Identity) {
                routes = routes
                    .merge(self.identity.routes(self.keepers.clone()))
                    .merge(realtime::feed_routes(self.hub.clone()));
            }
            if roles.serve(Service::Crm) {
                routes = routes.merge(self.crm.clone().routes());
            }
            if roles.serve(Service::Pipeline) {
                routes = routes.merge(self.pipeline.clone().routes());
            }
            if roles.serve(Service::Messaging) {
                routes = routes.merge(self.messaging.clone().routes());
            }
            if roles.serve(Service::Campaigns) {
                routes = routes.merge(self.campaigns.clone().routes());
            }
            if roles.serve(Service::Webhooks) {
                routes = routes.merge(self.webhooks.clone().routes());
            }
            if roles.serve(Service::Mail) {
                routes = routes.merge(self.mail.clone().routes());
            }
            if roles.serve(Service::Audit) {
                routes = routes.merge(self.audit.clone().routes());
            }
            if roles.serve(Service::BdAccounts) {
                routes = routes.merge(self.accounts.clone().routes());
            }
            if roles.serve(Service::Notifications) {
                routes = routes.merge(self.notifications.clone().routes());
            }
        }
        if roles.realtime {
            routes = routes.merge(realtime::stream_routes(self.hub.clone(), STREAMS));
        }
        let (router, document) = routes.split_for_parts();
        (router, documents::finish(document))
    }

    /// The OpenAPI document.
    pub fn document(&self) -> Document {
        self.api(&Roles::all()).1
    }

    /// The whole application as a tower service.
    pub fn router(&self) -> Router {
        self.router_of(&Roles::all())
    }

    /// The part of it that a process with these roles serves.
    pub(crate) fn router_of(&self, roles: &Roles) -> Router {
        let (routes, _) = self.api(roles);
        let authenticator: Arc<dyn Authenticator> = self.identity.clone();
        let limiter = RateLimiter::new(self.limits());
        let limiter = if self.cluster.is_shared() {
            limiter.sharing(Arc::new(SharedCounts(self.cluster.clone())))
        } else {
            limiter
        };
        let limiter = Arc::new(limiter);
        let answers = idempotency::Answers { db: self.db.clone(), vault: self.vault.clone() };
        let api = routes
            .layer(DefaultBodyLimit::max(self.settings.body_limit_bytes))
            .layer(from_fn_with_state(answers, idempotency::replay))
            .layer(from_fn_with_state(limiter, api::rate_limit::limit))
            .layer(from_fn_with_state(authenticator, api::auth::authenticate));
        let mut router = Router::new().merge(api).merge(health::routes(self));
        if roles.api {
            let contact = security_txt::routes(self.db.clock().clone(), &self.settings);
            router = router.merge(documents::routes(&self.document())).merge(contact).fallback(web_app::serve);
        }
        let router = router
            .method_not_allowed_fallback(|| async { ApiError::new(ErrorKind::MethodNotAllowed, "method.not_allowed") })
            .layer(CatchPanicLayer::custom(panicked))
            .layer(compression());
        let router = match self.cors() {
            Some(cors) => router.layer(cors),
            None => router,
        };
        let envelope = envelope::Envelope {
            clock: self.db.clock().clone(),
            timeout: Duration::from_secs(self.settings.request_timeout_seconds.into()),
            https: self.settings.public_url.is_https(),
            trust_proxy: self.settings.trust_proxy,
        };
        router.layer(from_fn_with_state(envelope, envelope::wrap))
    }

    fn cors(&self) -> Option<CorsLayer> {
        let origins: Vec<HeaderValue> =
            self.settings.cors_origins.iter().filter_map(|o| HeaderValue::from_str(o.as_str()).ok()).collect();
        if origins.is_empty() {
            return None;
        }
        let headers = ["x-csrf-token", "x-session-mode", "idempotency-key", "if-match", "x-request-id"];
        let allowed = headers.into_iter().map(HeaderName::from_static).chain([
            header::CONTENT_TYPE,
            header::AUTHORIZATION,
            header::ACCEPT_LANGUAGE,
        ]);
        let exposed = ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "retry-after", "x-request-id"];
        Some(
            CorsLayer::new()
                .allow_origin(AllowOrigin::list(origins))
                .allow_credentials(true)
                .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
                .allow_headers(allowed.collect::<Vec<_>>())
                .expose_headers(exposed.map(HeaderName::from_static))
                .max_age(Duration::from_hours(1)),
        )
    }
}

fn compression() -> CompressionLayer<impl Predicate> {
    // Exports stream for minutes: compressing them would hold rows back in the encoder.
    let predicate = SizeAbove::new(COMPRESS_ABOVE)
        .and(NotForContentType::const_new("text/csv"))
        .and(NotForContentType::const_new("font/"))
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::SSE);
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(predicate)
}

fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(panic = text.unwrap_or("unknown"), "a request panicked");
    ApiError::new(ErrorKind::Internal, "internal").into_response()
}

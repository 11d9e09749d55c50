//! Rate limits per principal and class of route: the generic cell rate algorithm (ITU-T I.371), counted by this process or,
//! through [`Counts`], by all processes together.
//! Answers carry `RateLimit-Limit/Remaining/Reset` (draft-ietf-httpapi-ratelimit-headers-06) and, when refused,
//! `Retry-After`.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hash, RandomState},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, Method},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::time::Instant;
use uuid::Uuid;

use crate::{ApiError, auth::Credentials};

/// Classes of route, each with its own allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Signing in and up, by address.
    Auth,
    Read,
    Write,
    /// Imports, exports, bulk operations.
    Heavy,
}

/// So many requests per window; zero switches the limit off.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    pub requests: u32,
    pub window: Duration,
}

/// The allowance of each class.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub auth: Allowance,
    pub read: Allowance,
    pub write: Allowance,
    pub heavy: Allowance,
    /// Take the client's address from the last `X-Forwarded-For` entry, which our own proxy wrote.
    pub trust_proxy: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    /// A person, or a key.
    Actor(Uuid),
    Address(IpAddr),
}

impl Key {
    /// The name of its count in a class.
    fn named(self, class: Class) -> String {
        match self {
            Self::Actor(id) => format!("{class:?}:{id}"),
            Self::Address(address) => format!("{class:?}:{address}"),
        }
    }
}

/// Counts requests of one kind of key.
pub struct Gcra<K> {
    shards: Vec<Mutex<HashMap<K, Instant>>>,
    hasher: RandomState,
}

/// Counts the requests of a server.
pub struct RateLimiter {
    limits: Limits,
    counts: Gcra<(Class, Key)>,
    shared: Option<Arc<dyn Counts>>,
}

const SHARDS: usize = 16;
/// Entries of a shard beyond which those that no longer matter are dropped.
const SHARD_ENTRIES: usize = 10_000;

/// The outcome of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub allowed: bool,
    pub limit: u32,
    pub remaining: u32,
    /// Until the whole allowance is there again.
    pub reset_seconds: u64,
    /// Until the next request is allowed; at least 1.
    pub retry_seconds: u64,
}

impl<K: Hash + Eq> Default for Gcra<K> {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect(), hasher: RandomState::new() }
    }
}

impl<K: Hash + Eq> Gcra<K> {
    /// Counts one request of `key`; `None` when the allowance is switched off.
    pub fn check(&self, key: K, allowance: Allowance, now: Instant) -> Option<Verdict> {
        let Allowance { requests, window } = allowance;
        if requests == 0 {
            return None;
        }
        let index = usize::try_from(self.hasher.hash_one(&key) % SHARDS as u64).unwrap_or_default();
        let mut shard = self.shards[index].lock().unwrap_or_else(PoisonError::into_inner);
        if shard.len() > SHARD_ENTRIES {
            shard.retain(|_, arrival| *arrival > now);
        }
        let interval = window / requests;
        let arrival = shard.entry(key).or_insert(now);
        let expected = (*arrival).max(now);
        let ahead = expected - now;
        let allowed = ahead + interval <= window;
        if allowed {
            *arrival = expected + interval;
        }
        Some(Counted { allowed, ahead }.verdict(allowance))
    }
}

/// A request that was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub allowed: bool,
    /// How long before it the allowance would have been whole again.
    pub ahead: Duration,
}

impl Counted {
    fn verdict(self, Allowance { requests, window }: Allowance) -> Verdict {
        let Self { allowed, ahead } = self;
        let interval = window / requests.max(1);
        let used = if allowed { ahead + interval } else { ahead };
        let remaining = (window.saturating_sub(used).as_nanos() / interval.as_nanos().max(1)).min(u128::from(requests));
        Verdict {
            allowed,
            limit: requests,
            remaining: u32::try_from(remaining).unwrap_or(requests),
            reset_seconds: seconds(used),
            retry_seconds: seconds((ahead + interval).saturating_sub(window)).max(1),
        }
    }
}

/// Counts that several processes share.
#[async_trait::async_trait]
pub trait Counts: Send + Sync {
    /// Counts one request; none when they cannot be reached.
    async fn count(&self, key: &str, allowance: Allowance) -> Option<Counted>;
}

impl RateLimiter {
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, counts: Gcra::default(), shared: None }
    }

    /// Counts together with other processes; by itself while they cannot be reached.
    #[must_use]
    pub fn sharing(self, counts: Arc<dyn Counts>) -> Self {
        Self { shared: Some(counts), ..self }
    }

    fn allowance(&self, class: Class) -> Allowance {
        match class {
            Class::Auth => self.limits.auth,
            Class::Read => self.limits.read,
            Class::Write => self.limits.write,
            Class::Heavy => self.limits.heavy,
        }
    }

    fn check(&self, class: Class, key: Key, now: Instant) -> Option<Verdict> {
        self.counts.check((class, key), self.allowance(class), now)
    }

    async fn check_together(&self, class: Class, key: Key) -> Option<Verdict> {
        let allowance = self.allowance(class);
        if let Some(shared) = self.shared.as_ref().filter(|_| allowance.requests > 0)
            && let Some(counted) = shared.count(&key.named(class), allowance).await
        {
            return Some(counted.verdict(allowance));
        }
        self.check(class, key, Instant::now())
    }
}

fn seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

/// The class of a request.
#[must_use]
pub fn classify(method: &Method, path: &str) -> Class {
    const AUTH: [&str; 8] = [
        "/api/auth/signin",
        "/api/auth/signup",
        "/api/auth/challenge",
        "/api/auth/challenge/passkey",
        "/api/auth/passkey",
        "/api/auth/passkey/options",
        "/api/auth/refresh",
        "/api/auth/verify",
    ];
    let heavy = path.ends_with("/export.csv")
        || path.ends_with("/bulk")
        || path == "/api/team/clients/assign"
        || path == "/api/audit/verify"
        || (method == Method::POST && path.starts_with("/api/crm/imports"));
    // By what stands in a mailed link, or to get one; or by what another service gave.
    let by_link = path.starts_with("/api/auth/password/")
        || path.starts_with("/api/auth/oauth/")
        || matches!(path, "/api/auth/email/verify" | "/api/auth/invitation" | "/api/auth/invitation/accept");
    if AUTH.contains(&path) || by_link {
        Class::Auth
    } else if heavy {
        Class::Heavy
    } else if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        Class::Read
    } else {
        Class::Write
    }
}

/// The client's address, as far as it can be trusted.
#[must_use]
pub fn client_address(request_headers: &HeaderMap, peer: Option<SocketAddr>, trust_proxy: bool) -> IpAddr {
    let forwarded = || {
        // A proxy that adds a line of its own adds the last one; what is before it the client may have made up.
        let header = request_headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        header.rsplit(',').next()?.trim().parse().ok()
    };
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |p| p.ip());
    if trust_proxy { forwarded().unwrap_or(peer) } else { peer }
}

/// Who is counted together: of IPv6 a client has a whole network (/64).
#[must_use]
pub fn one_client(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & (u128::MAX << 64)).into()),
    }
}

/// Counts the request and refuses it beyond its allowance.
pub async fn limit(State(limiter): State<Arc<RateLimiter>>, request: Request, next: Next) -> Response {
    let class = classify(request.method(), request.uri().path());
    let actor = match request.extensions().get::<Credentials>() {
        Some(Credentials::Accepted(p)) if class != Class::Auth => p.scope.actor.id(),
        _ => None,
    };
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0);
    let key = actor.map_or_else(
        || Key::Address(one_client(client_address(request.headers(), peer, limiter.limits.trust_proxy))),
        Key::Actor,
    );
    let Some(verdict) = limiter.check_together(class, key).await else { return next.run(request).await };
    let mut response = if verdict.allowed {
        next.run(request).await
    } else {
        metrics::counter!("rapport_rate_limited_total").increment(1);
        ApiError::rate_limited(verdict.retry_seconds).into_response()
    };
    let headers = response.headers_mut();
    headers.insert("ratelimit-limit", HeaderValue::from(verdict.limit));
    headers.insert("ratelimit-remaining", HeaderValue::from(verdict.remaining));
    headers.insert("ratelimit-reset", HeaderValue::from(verdict.reset_seconds));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(requests: u32) -> RateLimiter {
        let allowance = Allowance { requests, window: Duration::from_mins(1) };
        RateLimiter::new(Limits {
            auth: allowance,
            read: allowance,
            write: allowance,
            heavy: allowance,
            trust_proxy: false,
        })
    }

    #[tokio::test]
    async fn a_burst_of_the_whole_allowance_passes_and_the_next_waits_its_interval() {
        let (limiter, key, now) = (limiter(3), Key::Address(Ipv4Addr::LOCALHOST.into()), Instant::now());
        let remaining: Vec<_> =
            (0..3).map(|_| limiter.check(Class::Read, key, now).unwrap()).map(|v| v.remaining).collect();
        assert_eq!(remaining, [2, 1, 0]);
        let refused = limiter.check(Class::Read, key, now).unwrap();
        assert!(!refused.allowed);
        assert_eq!(refused.retry_seconds, 20);
        assert!(limiter.check(Class::Write, key, now).unwrap().allowed, "classes are counted apart");
        assert!(limiter.check(Class::Read, key, now + Duration::from_secs(20)).unwrap().allowed);
        assert!(!limiter.check(Class::Read, key, now + Duration::from_secs(20)).unwrap().allowed);
    }

    #[tokio::test]
    async fn a_limit_of_zero_is_off() {
        assert_eq!(limiter(0).check(Class::Auth, Key::Actor(Uuid::nil()), Instant::now()), None);
    }

    #[test]
    fn addresses_of_one_network_are_one_client() {
        let client = |text: &str| one_client(text.parse().unwrap()).to_string();
        assert_eq!(client("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(client("2001:db8:1:2:ffff::1"), client("2001:db8:1:2::9"));
        assert_ne!(client("2001:db8:1:3::1"), client("2001:db8:1:2::1"));
        assert_eq!(client("203.0.113.7"), "203.0.113.7");
    }

    #[test]
    fn routes_have_classes() {
        assert_eq!(classify(&Method::POST, "/api/auth/signin"), Class::Auth);
        assert_eq!(classify(&Method::POST, "/api/auth/password/forgot"), Class::Auth);
        assert_eq!(classify(&Method::GET, "/api/auth/password/reset/abc"), Class::Auth);
        assert_eq!(classify(&Method::POST, "/api/auth/email/verify"), Class::Auth);
        assert_eq!(classify(&Method::POST, "/api/auth/invitation/accept"), Class::Auth);
        assert_eq!(classify(&Method::POST, "/api/auth/oauth/google/finish"), Class::Auth);
        assert_eq!(classify(&Method::POST, "/api/auth/link/google/finish"), Class::Write);
        assert_eq!(classify(&Method::POST, "/api/auth/invitation/join"), Class::Write);
        assert_eq!(classify(&Method::GET, "/api/crm/contacts/export.csv"), Class::Heavy);
        assert_eq!(classify(&Method::GET, "/api/audit/verify"), Class::Heavy);
        assert_eq!(classify(&Method::POST, "/api/team/clients/assign"), Class::Heavy);
        assert_eq!(classify(&Method::GET, "/api/crm/imports/1"), Class::Read);
        assert_eq!(classify(&Method::PATCH, "/api/crm/contacts/1"), Class::Write);
    }
}

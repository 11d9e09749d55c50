//! From credentials to a scope. What a session is today (alive, whose, where, which role) is looked up once and kept
//! for seconds; in this process a revocation or a switch takes effect at once, in others within that time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use api::{ApiError, Authenticator, Principal, SessionKind, auth::Credentials, context};
use axum::http::{HeaderMap, header, request::Parts};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Locale, OrgId, Scope, UserId};
use moka::sync::Cache;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use uuid::Uuid;

use crate::{
    Error, Identity, cookies, keys,
    team::viewing::{Eyes, View},
    tokens,
};

/// How long another process may go on believing what it looked up.
const KEPT_FOR: Duration = Duration::from_secs(5);
/// A session's last-seen time is written at most this often.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(5);

/// 1 where the organization `o` asks for a second factor that its member `m` does not have.
pub const NEEDS_FACTOR: &str = "cast(case when o.mfa_required and not exists (select 1 from totp_secrets t \
    where t.user_id = m.user_id and t.confirmed_at is not null) and not exists (select 1 from passkeys p \
    where p.user_id = m.user_id) then 1 else 0 end as bigint) as needs_factor";

/// A session as of its last look-up.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Live {
    pub id: Uuid,
    pub user_id: Uuid,
    pub org_id: Uuid,
    pub kind: String,
    pub roles: String,
    pub locale: String,
    pub confirmed_at: Option<DateTime<Utc>>,
    /// 1 where the organization asks for a second factor that the person does not have.
    pub needs_factor: i64,
    pub created_at: DateTime<Utc>,
    /// The member as whom they look, until then.
    pub viewing_as: Option<Uuid>,
    pub viewing_until: Option<DateTime<Utc>>,
    pub last_seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// What names a session; kept as its fingerprint only.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Handle {
    Token(Vec<u8>),
    Cookie(Vec<u8>),
}

/// A session, and how long the handle that named it is good for.
struct Known {
    live: Live,
    until: DateTime<Utc>,
    /// None where no role of theirs is known.
    own: Option<Eyes>,
    /// As whom they look instead.
    view: Option<View>,
}

/// Recently looked-up sessions.
pub struct LiveSessions {
    known: Cache<Handle, Arc<Known>>,
    /// How often something was forgotten.
    forgotten: AtomicU64,
}

impl Default for LiveSessions {
    fn default() -> Self {
        let known =
            Cache::builder().max_capacity(50_000).time_to_live(KEPT_FOR).support_invalidation_closures().build();
        Self { known, forgotten: AtomicU64::new(0) }
    }
}

impl LiveSessions {
    /// Forgets what was looked up for sessions that match.
    pub fn forget(&self, matches: impl Fn(&Live) -> bool + Send + Sync + 'static) {
        // Supported by construction, so this cannot fail.
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        let _ = self.known.invalidate_entries_if(move |_, known| matches(&known.live));
    }
}

#[async_trait::async_trait]
impl Authenticator for Identity {
    async fn authenticate(&self, parts: &Parts) -> Result<Credentials, ApiError> {
        if let Some(value) = parts.headers.get(header::AUTHORIZATION) {
            let Some(token) = value.to_str().ok().and_then(bearer) else {
                return Ok(Credentials::Refused("auth.token"));
            };
            let is_key = token.starts_with(keys::MARK);
            return Ok(if is_key { self.by_key(token, parts).await? } else { self.by_token(token).await? });
        }
        match cookies::read(&parts.headers, self.cookies.session) {
            Some(token) if !token.is_empty() => Ok(self.by_cookie(token).await?),
            _ => Ok(Credentials::Absent),
        }
    }

    fn csrf_holds(&self, parts: &Parts, principal: &Principal) -> bool {
        let given = parts.headers.get("x-csrf-token").and_then(|v| v.to_str().ok()).unwrap_or_default();
        self.origin_allowed(&parts.headers) && self.tokens.csrf_matches(principal.session_id, given)
    }

    async fn is_confirmed(&self, principal: &Principal) -> Result<bool, ApiError> {
        Ok(self.confirmed_now(principal.session_id).await?)
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl Identity {
    async fn by_token(&self, token: &str) -> Result<Credentials, Error> {
        let handle = Handle::Token(tokens::fingerprint(token));
        if let Some(known) = self.live.known.get(&handle) {
            return Ok(self.accept(&known, SessionKind::Bearer));
        }
        let Ok(claims) = self.tokens.verify(token) else { return Ok(Credentials::Refused("auth.token")) };
        let until = DateTime::from_timestamp(claims.exp, 0).ok_or(Error::Token)?;
        let before = self.live.forgotten.load(Ordering::SeqCst);
        let live = self.look_up("s.id = $1 and s.kind = 'api'", claims.sid.into()).await?;
        self.keep(handle, (live, before), until, SessionKind::Bearer).await
    }

    async fn by_cookie(&self, token: &str) -> Result<Credentials, Error> {
        let fingerprint = tokens::fingerprint(token);
        let handle = Handle::Cookie(fingerprint.clone());
        if let Some(known) = self.live.known.get(&handle) {
            return Ok(self.accept(&known, SessionKind::Cookie));
        }
        let before = self.live.forgotten.load(Ordering::SeqCst);
        let live = self.look_up("s.token_hash = $1", fingerprint.into()).await?;
        self.keep(handle, (live, before), DateTime::<Utc>::MAX_UTC, SessionKind::Cookie).await
    }

    /// Keeps what was looked up when so much had been forgotten.
    async fn keep(
        &self,
        handle: Handle,
        (live, before): (Option<Live>, u64),
        until: DateTime<Utc>,
        kind: SessionKind,
    ) -> Result<Credentials, Error> {
        let Some(live) = live else { return Ok(Credentials::Refused("auth.expired")) };
        let own = Eyes::of(&self.db.system_reader(), OrgId(live.org_id), live.user_id, &live.roles).await?;
        let view = match &own {
            Some(own) => self.view_of(&live, own).await?,
            None => None,
        };
        let known = Arc::new(Known { live, until, own, view });
        // What was forgotten while it was looked up may be this.
        if self.live.forgotten.load(Ordering::SeqCst) == before {
            self.live.known.insert(handle.clone(), Arc::clone(&known));
            if self.live.forgotten.load(Ordering::SeqCst) != before {
                self.live.known.invalidate(&handle);
            }
        }
        self.note_seen(&known.live).await?;
        Ok(self.accept(&known, kind))
    }

    fn accept(&self, known: &Known, kind: SessionKind) -> Credentials {
        let (live, now) = (&known.live, self.db.clock().now());
        if known.until <= now {
            return Credentials::Refused("auth.token");
        }
        let Some(own) = known.own.as_ref().filter(|_| live.expires_at > now) else {
            return Credentials::Refused("auth.expired");
        };
        let view = known.view.as_ref().filter(|view| view.until > now);
        let eyes = view.map_or(own, |view| &view.eyes);
        let locale = Locale::from_tag(&live.locale).unwrap_or_default();
        let (org, user) = (OrgId(live.org_id), UserId(live.user_id));
        let scope = Scope::of_member(org, user, eyes.grants, eyes.reach.clone(), locale, context::request_id());
        let viewing_as = view.map(|view| view.eyes.user);
        let scope = Scope { session_id: Some(live.id), viewing_as, ..scope };
        let confirmed = self.counts(live.confirmed_at);
        let needs_factor = live.needs_factor != 0;
        Credentials::Accepted(Arc::new(Principal { scope, session_id: live.id, kind, confirmed, needs_factor }))
    }

    async fn look_up(&self, by: &str, value: sea_orm::Value) -> Result<Option<Live>, Error> {
        let sql = format!(
            "select s.id, s.user_id, s.org_id, s.kind, m.roles, u.locale, s.confirmed_at, s.viewing_as, s.viewing_until, \
             s.created_at, s.last_seen_at, s.expires_at, {NEEDS_FACTOR} from sessions s \
             join organizations o on o.id = s.org_id \
             join memberships m on m.org_id = s.org_id and m.user_id = s.user_id join users u on u.id = s.user_id \
             where {by} and s.revoked_at is null and s.expires_at > $2 and s.created_at > $3 \
             and m.suspended_at is null and (m.sessions_from is null or s.created_at >= m.sessions_from)"
        );
        let now = self.db.clock().now();
        let values = [value, now.into(), (now - self.options.session_max_age).into()];
        let statement = Statement::from_sql_and_values(self.db.backend(), sql, values);
        Ok(Live::find_by_statement(statement).one(&self.db.system_reader()).await?)
    }

    /// When a session ends that began then and would go on until `idle` without a visit.
    pub(crate) fn ends_at(&self, began: DateTime<Utc>, idle: DateTime<Utc>) -> DateTime<Utc> {
        idle.min(began + self.options.session_max_age)
    }

    /// A visit extends a browser's session; programs extend theirs by refreshing.
    async fn note_seen(&self, live: &Live) -> Result<(), Error> {
        let now = self.db.clock().now();
        if now - live.last_seen_at < SEEN_EVERY {
            return Ok(());
        }
        let is_browser = live.kind == "browser";
        let visited = now + self.options.session_ttl;
        let expires = if is_browser { self.ends_at(live.created_at, visited) } else { live.expires_at };
        let sql = "update sessions set last_seen_at = $2, expires_at = $3 where id = $1 and revoked_at is null";
        let values = [live.id.into(), now.into(), expires.into()];
        let tx = self.db.begin_system().await?;
        tx.execute_raw(Statement::from_sql_and_values(self.db.backend(), sql, values)).await?;
        Ok(tx.commit().await?)
    }

    /// A browser names the page's origin on unsafe requests: it must be ours, or one that was allowed.
    fn origin_allowed(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(header::ORIGIN).and_then(|v| v.to_str().ok()) else { return true };
        let host = headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let own = origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host));
        own || self.options.allowed_origins.iter().any(|allowed| allowed == origin)
    }
}

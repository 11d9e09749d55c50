//! Sessions: opened by signing up or in, refreshed by rotation with reuse detection, listed, revoked.

use std::{net::SocketAddr, sync::Arc};

use api::{ApiError, Caller, ErrorBody, Json, Path, SessionKind, rate_limit::client_address};
use axum::{
    extract::{ConnectInfo, FromRequestParts, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::{events as event, permissions::only_reads};
use db::{Action, Change, Tx, change_log};
use events::NewEvent;
use kernel::{OrgId, Permission, UserId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Statement,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Error, Identity, Role,
    accounts::entering,
    cookies,
    store::{membership, organization, refresh_token, session, user},
    tokens,
    views::{AuthResult, Organization, OrganizationMembership, SessionInfo, SessionView, User, ViewingAs},
    watch::Watched,
};

/// Devices shown at most.
const SHOWN: u64 = 100;

/// What is known of the device that signs in.
#[derive(Clone, Debug)]
pub struct Device {
    browser: bool,
    user_agent: Option<String>,
    ip: String,
    /// What a browser shows that is not to be asked for the second factor.
    pub trust: Option<String>,
}

impl FromRequestParts<Arc<Identity>> for Device {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, identity: &Arc<Identity>) -> Result<Self, Self::Rejection> {
        let text = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok());
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0);
        Ok(Self {
            browser: text("x-session-mode") == Some("cookie"),
            user_agent: text(header::USER_AGENT.as_str()).map(|s| s.chars().take(300).collect()),
            ip: client_address(&parts.headers, peer, identity.options.trust_proxy).to_string(),
            trust: cookies::read(&parts.headers, identity.cookies.device).map(str::to_owned),
        })
    }
}

/// A session that was just opened or renewed, with its secrets.
pub struct Opened {
    session_id: Uuid,
    cookie: Option<String>,
    result: AuthResult,
}

impl Device {
    /// As it calls itself.
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }

    /// Its address.
    pub fn ip(&self) -> &str {
        &self.ip
    }

    /// Nobody's device: somebody at the terminal of the server.
    pub fn command_line() -> Self {
        Self { browser: false, user_agent: Some("command line".to_owned()), ip: "127.0.0.1".to_owned(), trust: None }
    }

    /// Whether its session is a cookie.
    pub fn is_browser(&self) -> bool {
        self.browser
    }
}

impl Opened {
    pub fn session_id(&self) -> Uuid {
        self.session_id
    }

    /// What the answer tells.
    pub fn result(self) -> AuthResult {
        self.result
    }

    /// The answer: tokens in the body, or cookies beside it.
    pub fn answer(self, identity: &Identity) -> Response {
        let seconds = identity.browser_life().num_seconds();
        let user = identity.shown(self.result.user.clone());
        let mut response = Json(AuthResult { user, ..self.result }).into_response();
        if let Some(cookie) = &self.cookie {
            let csrf = identity.tokens.csrf(self.session_id);
            identity.cookies.set(response.headers_mut(), cookie, &csrf, seconds);
        }
        response
    }
}

/// A token to look at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyToken {
    #[schema(max_length = 4096)]
    token: String,
}

/// Whose token it is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenInfo {
    user: User,
    organization: Organization,
    role: Role,
    expires_at: DateTime<Utc>,
}

/// A refresh token to trade in.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefreshTokens {
    #[schema(max_length = 256)]
    refresh_token: String,
}

/// Signed-in devices, the latest first.
#[derive(Serialize, ToSchema)]
pub struct SessionList {
    items: Vec<SessionView>,
}

/// Verify a token
#[utoipa::path(post, path = "/api/auth/verify", tag = "Auth", operation_id = "verifyToken", security(()),
    request_body = VerifyToken,
    responses((status = 200, description = "The token holds", body = TokenInfo),
        (status = 401, description = "It does not", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody)))]
pub async fn verify_token(
    State(identity): State<Arc<Identity>>,
    Json(input): Json<VerifyToken>,
) -> Result<Json<TokenInfo>, ApiError> {
    Ok(Json(identity.verify_token(&input.token).await?))
}

/// Refresh
///
/// Trades a refresh token for new tokens. A token that is used a second time closes its session.
#[utoipa::path(post, path = "/api/auth/refresh", tag = "Auth", operation_id = "refreshTokens", security(()),
    request_body = RefreshTokens,
    responses((status = 200, description = "New tokens", body = AuthResult),
        (status = 401, description = "Unknown, expired, revoked or used before", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody)))]
pub async fn refresh_tokens(
    State(identity): State<Arc<Identity>>,
    Json(input): Json<RefreshTokens>,
) -> Result<Response, ApiError> {
    let opened = identity.refresh(&input.refresh_token).await.watched(&identity, "refresh", None)?;
    Ok(opened.answer(&identity))
}

/// Sign out
#[utoipa::path(post, path = "/api/auth/signout", tag = "Auth", operation_id = "signOut",
    responses((status = 204, description = "Signed out"), (status = 401, description = "Not signed in", body = ErrorBody)))]
pub async fn sign_out(State(identity): State<Arc<Identity>>, caller: Caller) -> Result<Response, ApiError> {
    identity.revoke(&caller, Some(caller.0.session_id), None).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if caller.0.kind == SessionKind::Cookie {
        identity.cookies.clear(response.headers_mut());
    }
    Ok(response)
}

/// Get the session
///
/// Who is signed in, where, and what they may do.
#[utoipa::path(get, path = "/api/auth/session", tag = "Auth", operation_id = "getSession",
    responses((status = 200, description = "The caller's session", body = SessionInfo),
        (status = 401, description = "Not signed in", body = ErrorBody)))]
pub async fn get_session(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let session = identity.session_info(&caller).await?;
    let seconds = (session.expires_at - identity.db.clock().now()).num_seconds();
    let mut response = Json(session).into_response();
    // A visit extends the cookies as it extends the session.
    if caller.0.kind == SessionKind::Cookie
        && let Some(cookie) = cookies::read(&headers, identity.cookies.session)
    {
        let csrf = identity.tokens.csrf(caller.0.session_id);
        identity.cookies.set(response.headers_mut(), cookie, &csrf, seconds);
    }
    Ok(response)
}

/// List sessions
#[utoipa::path(get, path = "/api/auth/sessions", tag = "Auth", operation_id = "listSessions",
    responses((status = 200, description = "The caller's signed-in devices", body = SessionList),
        (status = 401, description = "Not signed in", body = ErrorBody)))]
pub async fn list_sessions(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
) -> Result<Json<SessionList>, ApiError> {
    let items = identity.sessions_of(&caller).await?;
    Ok(Json(SessionList { items: items.into_iter().map(|s| SessionView::of(s, caller.0.session_id)).collect() }))
}

/// Sign out everywhere else
#[utoipa::path(delete, path = "/api/auth/sessions", tag = "Auth", operation_id = "revokeOtherSessions",
    responses((status = 204, description = "Every other session is closed"),
        (status = 401, description = "Not signed in", body = ErrorBody)))]
pub async fn revoke_other_sessions(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
) -> Result<StatusCode, ApiError> {
    identity.revoke(&caller, None, Some(caller.0.session_id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Close a session
#[utoipa::path(delete, path = "/api/auth/sessions/{id}", tag = "Auth", operation_id = "revokeSession",
    params(("id" = Uuid, Path, description = "The session's id")),
    responses((status = 204, description = "Closed"), (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 404, description = "No such session of yours", body = ErrorBody)))]
pub async fn revoke_session(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    match identity.revoke(&caller, Some(id), None).await? {
        0 => Err(Error::NotFound.into()),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

impl Identity {
    /// Opens a session in the transaction that signs somebody in. `is_proven`: by all that can be asked of them, which is
    /// enough for what is dangerous for a while.
    pub async fn open_session(
        &self,
        tx: &Tx,
        (user, organization, role): (user::Model, organization::Model, Role),
        device: Device,
        is_proven: bool,
    ) -> Result<Opened, Error> {
        let (now, id) = (tx.clock().now(), tx.clock().new_id());
        let (token, hash) = tokens::opaque(tx.clock());
        let life = if device.browser { self.browser_life() } else { self.options.refresh_ttl };
        let row = session::Model {
            id,
            user_id: user.id,
            org_id: organization.id,
            kind: if device.browser { "browser" } else { "api" }.to_owned(),
            token_hash: device.browser.then(|| hash.clone()),
            user_agent: device.user_agent,
            ip: Some(device.ip),
            created_at: now,
            last_seen_at: now,
            expires_at: self.ends_at(now, now + life),
            revoked_at: None,
            confirmed_at: is_proven.then_some(now),
            viewing_as: None,
            viewing_until: None,
            origin_issuer: None,
            origin_subject: None,
            origin_session: None,
        };
        let image = json!({"kind": row.kind, "userAgent": row.user_agent, "ip": row.ip});
        session::Entity::insert(session::ActiveModel::from(row)).exec_without_returning(tx).await?;
        crate::accounts::record_created(tx, "session", id, image).await?;
        api::context::note_entry(OrgId(organization.id), UserId(user.id));
        if device.browser {
            let result = result(user, organization, role, None, life.num_seconds());
            return Ok(Opened { session_id: id, cookie: Some(token), result });
        }
        insert_refresh_token(tx, hash, id, now).await?;
        let access = self.tokens.access(UserId(user.id), OrgId(organization.id), id)?;
        let result = result(user, organization, role, Some((access, token)), self.tokens.access_seconds());
        Ok(Opened { session_id: id, cookie: None, result })
    }

    async fn verify_token(&self, token: &str) -> Result<TokenInfo, Error> {
        let claims = self.tokens.verify(token)?;
        let session = session::Entity::find_by_id(claims.sid).one(&self.db.system_reader()).await?;
        let session = session.filter(|session| self.is_open(session)).ok_or(Error::Token)?;
        let (user, organization, rights) = self.whole(session.user_id, session.org_id).await?.ok_or(Error::Token)?;
        let (role, expires_at) = (rights.role(), DateTime::from_timestamp(claims.exp, 0).ok_or(Error::Token)?);
        Ok(TokenInfo { user: self.shown(user), organization: organization.into(), role, expires_at })
    }

    async fn refresh(&self, token: &str) -> Result<Opened, Error> {
        let hash = tokens::fingerprint(token);
        let reader = self.db.system_reader();
        let known = refresh_token::Entity::find_by_id(hash.clone()).one(&reader).await?.ok_or(Error::Token)?;
        let session = session::Entity::find_by_id(known.session_id).one(&reader).await?.ok_or(Error::Token)?;
        let now = self.db.clock().now();
        if !self.is_open(&session) {
            return Err(Error::Token);
        }
        let (user, organization, rights) = self.whole(session.user_id, session.org_id).await?.ok_or(Error::Token)?;
        api::context::note_entry(OrgId(organization.id), UserId(user.id));
        let tx = self.db.begin(&entering(OrgId(organization.id), &user)).await?;
        // Two at the same moment: only one finds the token unused.
        let sql = "update refresh_tokens set used_at = $2 where token_hash = $1 and used_at is null";
        let used = Statement::from_sql_and_values(self.db.backend(), sql, [hash.into(), now.into()]);
        if tx.execute_raw(used).await?.rows_affected() == 0 {
            revoke_rows(&tx, Condition::all().add(session::Column::Id.eq(session.id)), "refresh_reused").await?;
            tx.commit().await?;
            self.live.forget(move |live| live.id == session.id);
            return Err(Error::RefreshReused);
        }
        let (next, next_hash) = tokens::opaque(tx.clock());
        insert_refresh_token(&tx, next_hash, session.id, now).await?;
        let alive = session::ActiveModel {
            id: Set(session.id),
            last_seen_at: Set(now),
            expires_at: Set(self.ends_at(session.created_at, now + self.options.refresh_ttl)),
            ..Default::default()
        };
        session::Entity::update(alive).exec(&tx).await?;
        tx.commit().await?;
        let access = self.tokens.access(UserId(user.id), OrgId(organization.id), session.id)?;
        let result = result(user, organization, rights.role(), Some((access, next)), self.tokens.access_seconds());
        Ok(Opened { session_id: session.id, cookie: None, result })
    }

    /// Points the caller's session at another of their organizations.
    pub async fn switch(&self, caller: &Caller, org: Uuid) -> Result<Opened, Error> {
        let user_id = caller.scope().user_id().ok_or(Error::NotFound)?;
        let (user, organization, rights) = self.whole(user_id.0, org).await?.ok_or(Error::NotFound)?;
        let id = caller.0.session_id;
        self.check_entry(org, user_id.0, id).await?;
        let tx = self.db.begin(&entering(OrgId(org), &user)).await?;
        let change = session::ActiveModel {
            id: Set(id),
            org_id: Set(org),
            viewing_as: Set(None),
            viewing_until: Set(None),
            ..Default::default()
        };
        session::Entity::update(change).exec(&tx).await?;
        let (before, after) = (json!({"organizationId": caller.scope().org_id}), json!({"organizationId": org}));
        change_log::record(&tx, [Change::between("session", id, Action::Updated, &before, &after, 1)]).await?;
        let tokens = match caller.0.kind {
            SessionKind::Cookie | SessionKind::Key => None,
            SessionKind::Bearer => {
                let (refresh, hash) = tokens::opaque(tx.clock());
                insert_refresh_token(&tx, hash, id, tx.clock().now()).await?;
                Some((self.tokens.access(user_id, OrgId(org), id)?, refresh))
            }
        };
        tx.commit().await?;
        self.live.forget(move |live| live.id == id);
        let seconds = if tokens.is_some() { self.tokens.access_seconds() } else { self.browser_life().num_seconds() };
        let result = result(user, organization, rights.role(), tokens, seconds);
        Ok(Opened { session_id: id, cookie: None, result })
    }

    /// Refuses a session that began before its person's sessions were ended in the organization.
    async fn check_entry(&self, org: Uuid, user: Uuid, session: Uuid) -> Result<(), Error> {
        let reader = self.db.system_reader();
        let member = membership::Entity::find_by_id((org, user)).one(&reader).await?.ok_or(Error::NotFound)?;
        let session = session::Entity::find_by_id(session).one(&reader).await?.ok_or(Error::Expired)?;
        match member.sessions_from {
            Some(from) if session.created_at < from => Err(Error::Expired),
            _ => Ok(()),
        }
    }

    /// How long a browser that signs in now stays so without a visit.
    fn browser_life(&self) -> TimeDelta {
        self.options.session_ttl.min(self.options.session_max_age)
    }

    fn is_open(&self, session: &session::Model) -> bool {
        let now = self.db.clock().now();
        let is_young = session.created_at > now - self.options.session_max_age;
        session.revoked_at.is_none() && session.expires_at > now && is_young
    }

    async fn session_info(&self, caller: &Caller) -> Result<SessionInfo, Error> {
        let scope = caller.scope();
        let user_id = scope.user_id().ok_or(Error::NotFound)?;
        let (user, organization, rights) = self.whole(user_id.0, scope.org_id.0).await?.ok_or(Error::NotFound)?;
        let session = session::Entity::find_by_id(caller.0.session_id).one(&self.db.system_reader()).await?;
        let session = session.ok_or(Error::NotFound)?;
        let seen = match scope.viewing_as.zip(session.viewing_until) {
            Some((member, until)) => self.whole(member.0, scope.org_id.0).await?.map(|seen| (seen, until)),
            None => None,
        };
        let (viewing_as, rights) = match seen {
            Some(((member, _, rights), until)) => {
                (Some(ViewingAs { user_id: member.id, name: member.name, until }), rights)
            }
            None => (None, rights),
        };
        // Buttons that write go by these: who looks as somebody else changes nothing.
        let holds = |permission: &Permission| viewing_as.is_none() || only_reads(*permission);
        let permissions = rights.permissions().filter(holds).map(|p| p.name.to_owned()).collect();
        let organizations = self.organizations_of(user_id.0).await?;
        let membership =
            |(o, role): (organization::Model, Role)| OrganizationMembership { id: o.id, name: o.name, role };
        Ok(SessionInfo {
            user: self.shown(user),
            organization: organization.into(),
            role: rights.role(),
            permissions,
            reach: rights.levels.into(),
            organizations: organizations.into_iter().map(membership).collect(),
            session_id: caller.0.session_id,
            factor_required: caller.0.needs_factor,
            viewing_as,
            expires_at: session.expires_at,
        })
    }

    async fn sessions_of(&self, caller: &Caller) -> Result<Vec<session::Model>, Error> {
        let user_id = caller.scope().user_id().ok_or(Error::NotFound)?;
        Ok(session::Entity::find()
            .filter(session::Column::UserId.eq(user_id.0))
            .filter(session::Column::RevokedAt.is_null())
            .filter(session::Column::ExpiresAt.gt(self.db.clock().now()))
            .order_by_desc(session::Column::LastSeenAt)
            .limit(SHOWN)
            .all(&self.db.system_reader())
            .await?)
    }

    /// Closes the caller's session `only`, or all of theirs but `except`; returns how many.
    pub async fn revoke(&self, caller: &Caller, only: Option<Uuid>, except: Option<Uuid>) -> Result<u64, Error> {
        let user_id = caller.scope().user_id().ok_or(Error::NotFound)?;
        let mut which = Condition::all().add(session::Column::UserId.eq(user_id.0));
        if let Some(id) = only {
            which = which.add(session::Column::Id.eq(id));
        }
        if let Some(id) = except {
            which = which.add(session::Column::Id.ne(id));
        }
        let tx = self.db.begin(caller.scope()).await?;
        let revoked = revoke_rows(&tx, which, "revoked").await?;
        tx.commit().await?;
        let gone = revoked.clone();
        self.live.forget(move |live| gone.contains(&live.id));
        Ok(revoked.len() as u64)
    }
}

pub(crate) async fn revoke_rows(tx: &Tx, which: Condition, cause: &'static str) -> Result<Vec<Uuid>, Error> {
    let now = tx.clock().now();
    let rows = session::Entity::find().filter(which).filter(session::Column::RevokedAt.is_null()).all(tx).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(ids);
    }
    session::Entity::update_many()
        .set(session::ActiveModel { revoked_at: Set(Some(now)), ..Default::default() })
        .filter(session::Column::Id.is_in(ids.clone()))
        .exec(tx)
        .await?;
    let (before, after) = (json!({}), json!({"revokedAt": now, "cause": cause}));
    let changes = ids.iter().map(|id| Change::between("session", *id, Action::Updated, &before, &after, 2));
    change_log::record(tx, changes).await?;
    let event = NewEvent {
        kind: event::SESSION_REVOKED,
        subject_kind: "session",
        subject_ids: ids.clone(),
        data: json!({"cause": cause}),
    };
    events::append(tx, [event]).await?;
    Ok(ids)
}

async fn insert_refresh_token(tx: &Tx, token_hash: Vec<u8>, session_id: Uuid, now: DateTime<Utc>) -> Result<(), Error> {
    let row = refresh_token::Model { token_hash, session_id, created_at: now, used_at: None };
    refresh_token::Entity::insert(refresh_token::ActiveModel::from(row)).exec_without_returning(tx).await?;
    Ok(())
}

fn result(
    user: user::Model,
    organization: organization::Model,
    role: Role,
    tokens: Option<(String, String)>,
    expires_in: i64,
) -> AuthResult {
    let (access_token, refresh_token) = tokens.unzip();
    AuthResult { user: user.into(), organization: organization.into(), role, access_token, refresh_token, expires_in }
}

//! Signing out here what an issuer signs out there (OpenID Connect Back-Channel Logout 1.0): the sessions that came by it.

use std::{collections::BTreeSet, sync::Arc};

use api::{ApiError, ErrorBody, Path};
use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use db::Tx;
use kernel::OrgId;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Statement,
};
use serde::Deserialize;
use url::form_urlencoded;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Arrived, ProviderKind, Refused,
    logout_token::{Logout, Whose},
    provider_of,
    providers::Provider,
    told,
};
use crate::{
    Error, Identity,
    accounts::entering,
    sessions::{Opened, revoke_rows},
    store::{session, user},
    tokens,
    watch::Watched,
};

/// What an issuer posts.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "the form of a form, which is read by hand")]
pub struct LogoutForm {
    logout_token: String,
}

/// Sign out by word of the issuer
///
/// The back-channel logout of OpenID Connect, posted by the issuer's server. Ends the sessions that were opened by the session
/// that the token names; of a token that names a person only, all that they opened by this issuer. A token works once.
#[utoipa::path(post, path = "/api/auth/oidc/{provider}/backchannel-logout", tag = "Auth", operation_id = "backChannelLogout",
    security(()), params(("provider" = ProviderKind, Path, description = "The issuer: `oidc` or `google`")),
    request_body(content = LogoutForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "Signed out, or nobody was signed in"),
        (status = 400, description = "It is no logout token of the issuer for us, or was taken before", body = ErrorBody),
        (status = 404, description = "It is not set up, or speaks no OpenID Connect", body = ErrorBody),
        (status = 429, description = "Too many requests", body = ErrorBody),
        (status = 503, description = "The keys of the issuer cannot be had", body = ErrorBody)))]
pub async fn back_channel_logout(
    State(identity): State<Arc<Identity>>,
    Path(provider): Path<String>,
    form: Bytes,
) -> Response {
    let done = identity.log_out_by(&provider, &form).await.watched(&identity, "backchannel_logout", None);
    let mut response =
        done.map_or_else(|error| ApiError::from(error).into_response(), |()| StatusCode::OK.into_response());
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Notes by which account elsewhere a session was opened.
pub(crate) async fn note_origin(tx: &Tx, opened: &Opened, arrived: &Arrived) -> Result<(), Error> {
    let row = session::ActiveModel {
        id: Set(opened.session_id()),
        origin_issuer: Set(Some(arrived.issuer.clone())),
        origin_subject: Set(Some(arrived.subject.clone())),
        origin_session: Set(arrived.session.clone()),
        ..Default::default()
    };
    session::Entity::update(row).exec(tx).await?;
    Ok(())
}

impl Identity {
    async fn log_out_by(&self, provider: &str, form: &[u8]) -> Result<(), Error> {
        let Some(Provider::Oidc(oidc)) = self.providers.find(provider_of(provider)?) else {
            return Err(Error::NotFound);
        };
        let mut fields = form_urlencoded::parse(form);
        let token = fields.find(|(name, _)| name == "logout_token").map(|(_, token)| token.into_owned());
        let token = token.ok_or_else(|| told(Refused::Logout("there is none".to_owned())))?;
        let logout = oidc.logout(&token).await.map_err(told)?;
        let id_hash = tokens::fingerprint(&format!("{}\n{}", oidc.issuer(), logout.id));
        if self.is_obeyed(&id_hash).await? {
            return Err(told(Refused::Logout("it was taken before".to_owned())));
        }
        self.end_all(came_by(oidc.issuer(), &logout.whose)).await?;
        // Only now: who is told that it failed sends the token again.
        self.note_obeyed(id_hash, &logout).await
    }

    async fn is_obeyed(&self, id_hash: &[u8]) -> Result<bool, Error> {
        let sql = "select 1 as one from logout_tokens where token_hash = $1";
        let asked = Statement::from_sql_and_values(self.db.backend(), sql, [id_hash.to_vec().into()]);
        Ok(self.db.system_reader().query_one_raw(asked).await?.is_some())
    }

    async fn note_obeyed(&self, id_hash: Vec<u8>, logout: &Logout) -> Result<(), Error> {
        let tx = self.db.begin_system().await?;
        let with =
            |sql: &str, values: Vec<sea_orm::Value>| Statement::from_sql_and_values(self.db.backend(), sql, values);
        // What is over goes when another one comes.
        let over = "delete from logout_tokens where expires_at <= $1";
        tx.execute_raw(with(over, vec![tx.clock().now().into()])).await?;
        let keep =
            "insert into logout_tokens (token_hash, expires_at) values ($1, $2) on conflict (token_hash) do nothing";
        tx.execute_raw(with(keep, vec![id_hash.into(), logout.over_at.into()])).await?;
        Ok(tx.commit().await?)
    }

    /// Ends sessions, those of each organization in a transaction of it.
    async fn end_all(&self, which: Condition) -> Result<(), Error> {
        let reader = self.db.system_reader();
        let open = session::Entity::find().filter(which.clone()).filter(session::Column::RevokedAt.is_null());
        let found: Vec<(Uuid, Uuid)> = open
            .select_only()
            .column(session::Column::OrgId)
            .column(session::Column::UserId)
            .into_tuple()
            .all(&reader)
            .await?;
        for (org, user) in found.into_iter().collect::<BTreeSet<_>>() {
            let Some(person) = user::Entity::find_by_id(user).one(&reader).await? else { continue };
            let of_both = Condition::all()
                .add(session::Column::OrgId.eq(org))
                .add(session::Column::UserId.eq(user))
                .add(which.clone());
            let tx = self.db.begin(&entering(OrgId(org), &person)).await?;
            let gone = revoke_rows(&tx, of_both, "provider").await?;
            tx.commit().await?;
            self.live.forget(move |live| gone.contains(&live.id));
        }
        Ok(())
    }
}

/// The sessions that were opened by this. Those of whom the issuer named no session when they came end with any of the person.
fn came_by(issuer: &str, whose: &Whose) -> Condition {
    let of_issuer = Condition::all().add(session::Column::OriginIssuer.eq(issuer));
    let is_theirs = |subject: &str| session::Column::OriginSubject.eq(subject);
    match whose {
        Whose::Subject(subject) => of_issuer.add(is_theirs(subject)),
        Whose::Session { session: there, subject: None } => {
            of_issuer.add(session::Column::OriginSession.eq(there.as_str()))
        }
        Whose::Session { session: there, subject: Some(subject) } => of_issuer.add(is_theirs(subject)).add(
            Condition::any()
                .add(session::Column::OriginSession.eq(there.as_str()))
                .add(session::Column::OriginSession.is_null()),
        ),
    }
}

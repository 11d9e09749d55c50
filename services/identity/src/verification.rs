//! Proving that an address is one's own (docs/adr/0002, "What verification will change"). A verified address is a key: the
//! other accounts that carry it lose it.

use std::sync::Arc;

use api::{ApiError, Caller, ErrorBody, Json};
use axum::{extract::State, http::StatusCode};
use chrono::TimeDelta;
use contracts::{events as event, mails::Kind};
use db::{Action, Change, Tx, change_log};
use events::NewEvent;
use kernel::{Locale, OrgId, Scope};
use mailing::Mail;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    Error, Identity,
    accounts::entering,
    barred::Barred,
    links::{self, Purpose},
    store::user,
    views::User,
};

/// The pause after the first mail, seconds; each further one of a day doubles it.
const FIRST_PAUSE: i64 = 60;
const LONGEST_PAUSE: i64 = 6 * 60 * 60;
/// Accounts that lose the label in one transaction; there cannot be as many.
const RIVALS: u64 = 100;

/// What stands in the link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkToken {
    #[schema(max_length = 256)]
    token: String,
}

/// The address that was proved.
#[derive(Serialize, ToSchema)]
pub struct VerifiedAddress {
    email: String,
}

/// Have the address's confirmation sent again
///
/// Each time within a day the pause before the next doubles, from a minute on.
#[utoipa::path(post, path = "/api/auth/email/verification", tag = "Auth", operation_id = "sendVerification",
    responses((status = 202, description = "It is on its way, unless the address is verified or nothing is sent here"),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 429, description = "It was sent a moment ago", body = ErrorBody)))]
pub async fn send_verification(State(identity): State<Arc<Identity>>, caller: Caller) -> Result<StatusCode, ApiError> {
    identity.send_verification(&caller).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Verify an address
///
/// By what stands in the link that was mailed; works once, and without a session.
#[utoipa::path(post, path = "/api/auth/email/verify", tag = "Auth", operation_id = "verifyEmail", security(()),
    request_body = LinkToken,
    responses((status = 200, description = "The address is verified", body = VerifiedAddress),
        (status = 404, description = "`link.unknown`", body = ErrorBody),
        (status = 410, description = "`link.used` or `link.expired`", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody)))]
pub async fn verify_email(
    State(identity): State<Arc<Identity>>,
    Json(input): Json<LinkToken>,
) -> Result<Json<VerifiedAddress>, ApiError> {
    Ok(Json(VerifiedAddress { email: identity.verify_email(&input.token).await? }))
}

impl Identity {
    /// A person as they are shown: where no mail is sent nothing can be proved, and nothing is said of it.
    pub(crate) fn shown(&self, user: impl Into<User>) -> User {
        let mut user = user.into();
        if !self.options.mailer.sends() {
            user.email_verified = None;
        }
        user
    }

    /// Queues a mail in the transaction of the person's organization.
    pub(crate) async fn mail(
        &self,
        tx: &Tx,
        user: &user::Model,
        kind: Kind,
        values: Vec<(&'static str, String)>,
    ) -> Result<(), Error> {
        if user.email.is_empty() {
            return Ok(());
        }
        let name = ("name", user.name.clone());
        let mail = Mail {
            kind: kind.as_str(),
            to: user.email.clone(),
            locale: Locale::from_tag(&user.locale).unwrap_or_default(),
            values: std::iter::once(name).chain(values).collect(),
            // Nothing here comes twice: each is queued in the transaction of what it tells.
            dedup: format!("{}:{}", kind.as_str(), tx.clock().new_id()),
        };
        self.options.mailer.queue(tx, mail).await.map_err(Error::Port)
    }

    /// Mails a person the link that proves their address.
    pub(crate) async fn ask_for_proof(&self, tx: &Tx, user: &user::Model) -> Result<(), Error> {
        if !self.options.mailer.sends() || user.email_verified_at.is_some() || user.email.is_empty() {
            return Ok(());
        }
        let token = links::issue(tx, user.id, Purpose::Verify, &user.email).await?;
        let link = self.options.mailer.link(&format!("/auth/verify#{token}"));
        let days = Purpose::Verify.life().num_days().to_string();
        self.mail(tx, user, Kind::VerifyEmail, vec![("link", link), ("days", days)]).await
    }

    /// After signing up: the proof is asked for, or the owner of the address is told that somebody tried.
    pub(crate) async fn greet(&self, tx: &Tx, user: &user::Model) -> Result<(), Error> {
        if !self.options.mailer.sends() {
            return Ok(());
        }
        let owner = user::Entity::find()
            .filter(user::Column::Email.eq(user.email.as_str()))
            .filter(user::Column::EmailVerifiedAt.is_not_null())
            .one(tx)
            .await?;
        let Some(owner) = owner else { return self.ask_for_proof(tx, user).await };
        // Of the newcomer's organization, as all that they cause: nothing of the owner may be in it.
        let link = self.options.mailer.link("/signin");
        self.mail(tx, &user::Model { name: String::new(), ..owner }, Kind::AlreadyRegistered, vec![("link", link)])
            .await
    }

    /// Whoever works at the terminal of the server vouches for an address, unless somebody has proved it before.
    pub(crate) async fn vouch(&self, scope: &Scope) -> Result<(), Error> {
        if !self.options.mailer.sends() {
            return Ok(());
        }
        let user = self.me(scope).await?;
        let tx = self.db.begin(scope).await?;
        match self.note_proof(&tx, &user).await {
            Ok(()) => Ok(tx.commit().await?),
            Err(Error::Barred(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn send_verification(&self, caller: &Caller) -> Result<(), Error> {
        let me = self.me(caller.scope()).await?;
        let now = self.db.clock().now();
        let since = now - TimeDelta::days(1);
        let (sent, last) = links::sent_since(&self.db.system_reader(), me.id, Purpose::Verify, since).await?;
        let pause = sent.checked_sub(1).map_or(0, |doubled| (FIRST_PAUSE << doubled).min(LONGEST_PAUSE));
        let waits = last.map_or(0, |last| (last + TimeDelta::seconds(pause) - now).num_seconds());
        if let Some(seconds) = u64::try_from(waits).ok().filter(|seconds| *seconds > 0) {
            return Err(Error::TooManyTries { seconds });
        }
        let tx = self.db.begin(caller.scope()).await?;
        self.ask_for_proof(&tx, &me).await?;
        Ok(tx.commit().await?)
    }

    async fn verify_email(&self, token: &str) -> Result<String, Error> {
        let link = links::look(&self.db.system_reader(), token, Purpose::Verify, self.db.clock().now()).await?;
        let user = user::Entity::find_by_id(link.user_id).one(&self.db.system_reader()).await?;
        let user = user.filter(|user| user.email == link.address).ok_or(Barred::LinkExpired)?;
        let (organization, _) = self.home_of(user.id).await?.ok_or(Barred::LinkExpired)?;
        let tx = self.db.begin(&entering(OrgId(organization.id), &user)).await?;
        links::take(&tx, token, Purpose::Verify).await?;
        self.note_proof(&tx, &user).await?;
        tx.commit().await?;
        Ok(user.email)
    }

    /// A person proved that mail to their address comes to them: the address is theirs alone from now on.
    ///
    /// # Errors
    /// [`Barred::LinkExpired`] when somebody else has proved it before.
    pub(crate) async fn note_proof(&self, tx: &Tx, user: &user::Model) -> Result<(), Error> {
        self.options.mailer.forgive(tx, &user.email).await.map_err(Error::Port)?;
        if user.email_verified_at.is_some() {
            return Ok(());
        }
        let others =
            Condition::all().add(user::Column::Email.eq(user.email.as_str())).add(user::Column::Id.ne(user.id));
        let others = user::Entity::find().filter(others).limit(RIVALS).all(tx).await?;
        if others.iter().any(|other| other.email_verified_at.is_some()) {
            return Err(Barred::LinkExpired.into());
        }
        for other in others {
            set_address(tx, &other, "", None).await?;
        }
        set_address(tx, user, &user.email, Some(tx.clock().now())).await?;
        let verified = NewEvent::of(event::USER_EMAIL_VERIFIED, "user", user.id, json!({}));
        Ok(events::append(tx, [verified]).await?)
    }
}

async fn set_address(
    tx: &Tx,
    user: &user::Model,
    email: &str,
    verified_at: Option<chrono::DateTime<chrono::Utc>>,
) -> Result<(), Error> {
    let version = user.version + 1;
    let row = user::ActiveModel {
        email: Set(email.to_owned()),
        email_verified_at: Set(verified_at),
        version: Set(version),
        updated_at: Set(tx.clock().now()),
        ..Default::default()
    };
    user::Entity::update_many().set(row).filter(user::Column::Id.eq(user.id)).exec(tx).await?;
    let before = json!({"email": user.email, "emailVerifiedAt": user.email_verified_at});
    let after = json!({"email": email, "emailVerifiedAt": verified_at});
    Ok(change_log::record(tx, [Change::between("user", user.id, Action::Updated, &before, &after, version)]).await?)
}

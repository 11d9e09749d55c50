//! A new password for who forgot theirs: a link that works once, within half an hour. Nothing in here tells whether an
//! address has an account: the answer to asking is always the same, and comes after the same time.

use std::{sync::Arc, time::Duration};

use api::{ApiError, ErrorBody, Json, Path};
use axum::{extract::State, http::StatusCode};
use contracts::mails::Kind;
use db::Tx;
use kernel::{Fields, OrgId};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use utoipa::ToSchema;

use crate::{
    Error, Identity,
    accounts::entering,
    barred::Barred,
    keys,
    links::{self, Purpose},
    lockout,
    mfa::{forget_factors, trusted},
    passwords::NewPassword,
    profile::store_password,
    sessions::revoke_rows,
    store::{session, user},
    turns,
    watch::Watched,
};

/// How long an answer to "I forgot" takes at least: longer than writing a link does, so that nobody can tell by the time
/// whether one was written.
const ANSWERED_AFTER: Duration = Duration::from_millis(400);
/// Links that a person is sent in a day; more would fill their mailbox.
const A_DAY: usize = 5;

/// Whose password was forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgottenPassword {
    #[schema(max_length = 254)]
    email: String,
}

/// A new password, by what stands in the link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordReset {
    #[schema(max_length = 256)]
    token: String,
    #[schema(format = Password, min_length = 8, max_length = 128)]
    password: String,
}

/// Whose password a link sets.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResetLink {
    /// The address with most of it hidden, as in `a…@e….com`.
    email_hint: String,
}

/// Ask for a new password
///
/// If the address has an account, a link goes to it. The answer is the same where it has none.
#[utoipa::path(post, path = "/api/auth/password/forgot", tag = "Auth", operation_id = "forgotPassword", security(()),
    request_body = ForgottenPassword,
    responses((status = 202, description = "Whatever there is to send is on its way"),
        (status = 422, description = "A field is not valid", body = ErrorBody),
        (status = 429, description = "Too many tries", body = ErrorBody)))]
pub async fn forgot_password(
    State(identity): State<Arc<Identity>>,
    Json(input): Json<ForgottenPassword>,
) -> Result<StatusCode, ApiError> {
    let answered_at = Instant::now() + ANSWERED_AFTER;
    let email = input.email.trim().to_lowercase();
    identity.count_try(&email)?;
    let sent = identity.send_reset(&email).await;
    tokio::time::sleep_until(answered_at).await;
    if let Err(error) = sent {
        // An error is no answer either: it would tell that there was something to send.
        tracing::error!(%error, "a link for a new password could not be sent");
    }
    Ok(StatusCode::ACCEPTED)
}

/// Look at a link for a new password
#[utoipa::path(get, path = "/api/auth/password/reset/{token}", tag = "Auth", operation_id = "getPasswordReset",
    security(()), params(("token" = String, Path, description = "What stands in the link")),
    responses((status = 200, description = "It works", body = ResetLink),
        (status = 404, description = "`link.unknown`", body = ErrorBody),
        (status = 410, description = "`link.used` or `link.expired`", body = ErrorBody)))]
pub async fn get_password_reset(
    State(identity): State<Arc<Identity>>,
    Path(token): Path<String>,
) -> Result<Json<ResetLink>, ApiError> {
    let reader = identity.db.system_reader();
    let link = links::look(&reader, &token, Purpose::Reset, identity.db.clock().now()).await?;
    Ok(Json(ResetLink { email_hint: hint(&link.address) }))
}

/// Set a new password
///
/// By what stands in the link that was mailed. Every session of the person ends.
#[utoipa::path(post, path = "/api/auth/password/reset", tag = "Auth", operation_id = "resetPassword", security(()),
    request_body = PasswordReset,
    responses((status = 204, description = "The password is set"),
        (status = 404, description = "`link.unknown`", body = ErrorBody),
        (status = 410, description = "`link.used` or `link.expired`", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody)))]
pub async fn reset_password(
    State(identity): State<Arc<Identity>>,
    Json(input): Json<PasswordReset>,
) -> Result<StatusCode, ApiError> {
    identity.reset_password(input).await.watched(&identity, "reset_password", None)?;
    Ok(StatusCode::NO_CONTENT)
}

impl Identity {
    /// Whoever the address is the key of; without one, the only account that has it as a label. Of several nobody can tell
    /// which is meant.
    pub(crate) async fn holder(&self, email: &str) -> Result<Option<user::Model>, Error> {
        let accounts = user::Entity::find()
            .filter(user::Column::Email.eq(email))
            .order_by_asc(Expr::col((user::Entity, user::Column::EmailVerifiedAt)).is_null())
            .order_by_asc(user::Column::CreatedAt)
            .limit(2)
            .all(&self.db.system_reader())
            .await?;
        let alone = accounts.len() == 1;
        Ok(accounts.into_iter().next().filter(|first| alone || first.email_verified_at.is_some()))
    }

    async fn send_reset(&self, email: &str) -> Result<(), Error> {
        if !self.options.mailer.sends() || email.is_empty() {
            return Ok(());
        }
        let Some(user) = self.holder(email).await? else { return Ok(()) };
        let Some((organization, _)) = self.home_of(user.id).await? else { return Ok(()) };
        let since = self.db.clock().now() - chrono::TimeDelta::days(1);
        let (sent, _) = links::sent_since(&self.db.system_reader(), user.id, Purpose::Reset, since).await?;
        if sent >= A_DAY {
            return Ok(());
        }
        let tx = self.db.begin(&entering(OrgId(organization.id), &user)).await?;
        let token = links::issue(&tx, user.id, Purpose::Reset, &user.email).await?;
        let link = self.options.mailer.link(&format!("/auth/reset#{token}"));
        let minutes = Purpose::Reset.life().num_minutes().to_string();
        self.mail(&tx, &user, Kind::ResetPassword, vec![("link", link), ("minutes", minutes)]).await?;
        Ok(tx.commit().await?)
    }

    async fn reset_password(&self, input: PasswordReset) -> Result<(), Error> {
        let mut fields = Fields::default();
        let new = fields.take("password", NewPassword::parse(&input.password));
        let Some(new) = new else { return Err(fields.into()) };
        // Looked at before the hash is computed: guessing costs us nothing.
        let link = links::look(&self.db.system_reader(), &input.token, Purpose::Reset, self.db.clock().now()).await?;
        let user = user::Entity::find_by_id(link.user_id).one(&self.db.system_reader()).await?;
        let user = user.filter(|user| user.email == link.address).ok_or(Barred::LinkExpired)?;
        let (organization, _) = self.home_of(user.id).await?.ok_or(Barred::LinkExpired)?;
        let person = [user.email.as_str(), &user.name, &organization.name];
        self.refuse_guessable(&mut fields, "password", Some(&new), &person, turns::at_home(user.id)).await?;
        fields.finish(|| ())?;
        let password_hash = self.passwords.hash(new, turns::at_home(user.id)).await?;
        if user.email_verified_at.is_none() {
            self.end_keys_of(&user).await?;
        }
        let tx = self.db.begin(&entering(OrgId(organization.id), &user)).await?;
        links::take(&tx, &input.token, Purpose::Reset).await?;
        links::withdraw(&tx, user.id, Purpose::Reset).await?;
        store_password(&tx, &user, password_hash).await?;
        // Who got the link reads what comes to the address.
        let proven = user::Model { version: user.version + 1, ..user.clone() };
        if user.email_verified_at.is_none() {
            // Who set them up had not proved the address, and need not be who does now.
            forget_factors(&tx, &proven).await?;
            self.forget_identities(&tx, &proven).await?;
        }
        self.note_proof(&tx, &proven).await?;
        revoke_rows(&tx, Condition::all().add(session::Column::UserId.eq(user.id)), "revoked").await?;
        lockout::forget(&tx, &user.email).await?;
        trusted::forget_all(&tx, user.id).await?;
        self.tell_of_password(&tx, &user).await?;
        tx.commit().await?;
        let id = user.id;
        self.live.forget(move |live| live.user_id == id);
        Ok(())
    }

    /// Ends the keys of a person, each in the books of its organization. A try that fails later has taken nothing that the
    /// next one would leave.
    async fn end_keys_of(&self, user: &user::Model) -> Result<(), Error> {
        for org in keys::organizations_of(&self.db.system_reader(), user.id).await? {
            let scope = entering(OrgId(org), user);
            let tx = self.db.begin(&scope).await?;
            keys::revoke_all_of(&tx, &scope, user.id).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Tells a person that their password is another one.
    pub(crate) async fn tell_of_password(&self, tx: &Tx, user: &user::Model) -> Result<(), Error> {
        let link = self.options.mailer.link("/auth/forgot");
        let at = tx.clock().now().format("%Y-%m-%d %H:%M UTC").to_string();
        self.mail(tx, user, Kind::PasswordChanged, vec![("at", at), ("link", link)]).await
    }
}

/// Enough to know one's own address by.
fn hint(address: &str) -> String {
    let (name, domain) = address.split_once('@').unwrap_or((address, ""));
    let (host, ending) = domain.rsplit_once('.').unwrap_or((domain, ""));
    let first = |text: &str| text.chars().take(1).collect::<String>();
    format!("{}…@{}….{ending}", first(name), first(host))
}

#[cfg(test)]
mod tests {
    use super::hint;

    #[test]
    fn a_hint_hides_the_most_of_an_address() {
        assert_eq!(hint("anna.kowalska@mail.example.com"), "a…@m….com");
        assert_eq!(hint("я@почта.рф"), "я…@п….рф");
    }
}

//! Accepting an invitation. The link proves the address where it came by mail; who the person is, they prove by the password
//! of their account, by being signed in, or by making a new account.

use std::sync::Arc;

use api::{ApiError, Caller, Json, Refusals};
use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use contracts::{events as event, permissions};
use db::{Action, Change, Tx, change_log};
use events::NewEvent;
use kernel::{
    Fields, OrgId, UserId,
    values::{Line, Problem},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Refused,
    invitations::{roles_of, team_ids},
    members, teams,
};
use crate::{
    Error, Identity, Role,
    accounts::{entering, join, register},
    barred::Barred,
    challenges::{Entered, SignInResult},
    lockout,
    mfa::factors_of,
    passwords::NewPassword,
    rights::{self, Known},
    sessions::{Device, Opened},
    store::{invitation, membership, organization, user},
    tokens, turns,
    views::AuthResult,
    watch::Watched,
};

/// What stands in the link of an invitation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationToken {
    #[schema(max_length = 200)]
    token: String,
}

/// What an invitation offers.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    /// The organization's name.
    organization: String,
    /// The address it went to.
    email: String,
    /// Who asked, by name.
    #[schema(required)]
    invited_by: Option<String>,
    /// Whether that address has an account: its owner signs in.
    has_account: bool,
    expires_at: DateTime<Utc>,
}

/// An invitation to accept. Without a session, who is new gives a name and a password, and who has an account its password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationAnswer {
    #[schema(max_length = 200)]
    token: String,
    #[schema(max_length = 120)]
    name: Option<String>,
    #[schema(format = Password, max_length = 128)]
    password: Option<String>,
}

/// Look at an invitation
#[utoipa::path(post, path = "/api/auth/invitation", tag = "Auth", operation_id = "getInvitation", security(()),
    request_body = InvitationToken,
    responses((status = 200, description = "What it offers", body = Offer), Refusals))]
pub async fn get_invitation(
    State(identity): State<Arc<Identity>>,
    Json(input): Json<InvitationToken>,
) -> Result<Json<Offer>, ApiError> {
    Ok(Json(identity.offer(&input.token).await?))
}

/// Accept an invitation
///
/// Without a session: an account is made, or the password of the one there is is asked for. Who has a second factor signs
/// in and joins (`invitation.sign_in`).
#[utoipa::path(post, path = "/api/auth/invitation/accept", tag = "Auth", operation_id = "acceptInvitation", security(()),
    request_body = InvitationAnswer,
    responses((status = 200, description = "Joined", body = SignInResult), Refusals))]
pub async fn accept_invitation(
    State(identity): State<Arc<Identity>>,
    device: Device,
    Json(input): Json<InvitationAnswer>,
) -> Result<Response, ApiError> {
    let entered = identity.accept_invitation(input, device).await.watched(&identity, "invitation", None)?;
    Ok(entered.answer(&identity))
}

/// Join by an invitation
///
/// With a session of the address that was asked; it goes on in that organization.
#[utoipa::path(post, path = "/api/auth/invitation/join", tag = "Auth", operation_id = "joinOrganization",
    request_body = InvitationToken,
    responses((status = 200, description = "Joined", body = AuthResult), Refusals))]
pub async fn join_organization(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Json(input): Json<InvitationToken>,
) -> Result<Response, ApiError> {
    let org = identity.accept_signed_in(&caller, &input.token).await?;
    Ok(identity.switch(&caller, org).await?.answer(&identity))
}

async fn by_token(connection: &impl sea_orm::ConnectionTrait, token: &str) -> Result<Option<invitation::Model>, Error> {
    let hash = tokens::fingerprint(token);
    Ok(invitation::Entity::find().filter(invitation::Column::TokenHash.eq(hash)).one(connection).await?)
}

/// The invitation, if it works.
pub fn usable(row: Option<invitation::Model>, now: DateTime<Utc>) -> Result<invitation::Model, Error> {
    let row = row.ok_or(Barred::LinkUnknown)?;
    if row.accepted_at.is_some() {
        return Err(Barred::LinkUsed.into());
    }
    if row.revoked_at.is_some() || row.expires_at <= now { Err(Barred::LinkExpired.into()) } else { Ok(row) }
}

/// Whether who asked may still ask: an invitation is worth no more than what its sender holds.
async fn check_inviter(
    connection: &impl sea_orm::ConnectionTrait,
    row: &invitation::Model,
    roles: &[Known],
) -> Result<(), Error> {
    let Some(inviter) = row.invited_by else { return Ok(()) };
    let member = membership::Entity::find_by_id((row.org_id, inviter)).one(connection).await?;
    let rights = match member.filter(|member| member.suspended_at.is_none()) {
        Some(member) => rights::of(connection, row.org_id, &member.roles).await?,
        None => None,
    };
    let makes_owners = roles.iter().any(|role| role.base == Role::Owner);
    let may = rights.is_some_and(|rights| {
        rights.grants.allows(permissions::MEMBERS_WRITE) && (!makes_owners || rights.role() == Role::Owner)
    });
    if may { Ok(()) } else { Err(Barred::LinkExpired.into()) }
}

impl Identity {
    /// The invitation of a link, if it works.
    pub(crate) async fn invited(&self, token: &str) -> Result<invitation::Model, Error> {
        usable(by_token(&self.db.system_reader(), token).await?, self.db.clock().now())
    }

    async fn offer(&self, token: &str) -> Result<Offer, Error> {
        let reader = self.db.system_reader();
        let row = usable(by_token(&reader, token).await?, self.db.clock().now())?;
        check_inviter(&reader, &row, &roles_of(&reader, &row).await?).await?;
        let organization =
            organization::Entity::find_by_id(row.org_id).one(&reader).await?.ok_or(Barred::LinkUnknown)?;
        let inviter = match row.invited_by {
            Some(id) => user::Entity::find_by_id(id).one(&reader).await?,
            None => None,
        };
        Ok(Offer {
            organization: organization.name,
            has_account: self.holder(&row.email).await?.is_some(),
            email: row.email,
            invited_by: inviter.map(|user| user.name),
            expires_at: row.expires_at,
        })
    }

    async fn accept_signed_in(&self, caller: &Caller, token: &str) -> Result<Uuid, Error> {
        let me = self.me(caller.scope()).await?;
        let row = usable(by_token(&self.db.system_reader(), token).await?, self.db.clock().now())?;
        if me.email != row.email {
            return Err(Refused::OtherAddress.into());
        }
        let tx = self.db.begin(&entering(OrgId(row.org_id), &me)).await?;
        self.take_up(&tx, &me, &row).await?;
        tx.commit().await?;
        self.forget_org(OrgId(row.org_id));
        Ok(row.org_id)
    }

    async fn accept_invitation(&self, input: InvitationAnswer, device: Device) -> Result<Entered, Error> {
        let row = usable(by_token(&self.db.system_reader(), &input.token).await?, self.db.clock().now())?;
        let password = input.password.clone().unwrap_or_default();
        self.count_try(&row.email)?;
        self.let_try(&row.email).await?;
        let known = if password.is_empty() { None } else { self.account(&row.email, &password, &device).await? };
        if let Some(known) = known {
            return self.accept_known(row, known, device).await;
        }
        if self.holder(&row.email).await?.is_some() {
            if !password.is_empty() {
                return Err(self.note_failure(&row.email).await?);
            }
            return Err(Refused::SignIn.into());
        }
        self.accept_anew(row, input.name.as_deref(), &password, device).await
    }

    /// Joins by the password of an account, which is all that can be asked of it: who has a second factor signs in with it
    /// first.
    async fn accept_known(&self, row: invitation::Model, user: user::Model, device: Device) -> Result<Entered, Error> {
        // Somebody else's account that carries the address too must not end the count.
        let is_holder = self.holder(&row.email).await?.is_some_and(|holder| holder.id == user.id);
        let tx = self.db.begin(&entering(OrgId(row.org_id), &user)).await?;
        if factors_of(&tx, user.id).await?.any() {
            return Err(Refused::SignIn.into());
        }
        if is_holder {
            lockout::forget(&tx, &row.email).await?;
        }
        let opened = Box::pin(self.enter(&tx, user.id, &row, device)).await?;
        let signed_in = NewEvent::of(event::USER_SIGNED_IN, "user", user.id, json!({"method": "password"}));
        events::append(&tx, [signed_in]).await?;
        tx.commit().await?;
        self.forget_org(OrgId(row.org_id));
        Ok(Entered::Opened(Box::new(opened)))
    }

    /// Takes an invitation up and opens a session in its organization.
    pub(crate) async fn enter(
        &self,
        tx: &Tx,
        user: Uuid,
        row: &invitation::Model,
        device: Device,
    ) -> Result<Opened, Error> {
        let find = || user::Entity::find_by_id(user);
        let role = self.take_up(tx, &find().one(tx).await?.ok_or(Error::NotFound)?, row).await?;
        let organization = organization::Entity::find_by_id(row.org_id).one(tx).await?.ok_or(Barred::LinkUnknown)?;
        // As it is now that the link proved its address.
        let user = find().one(tx).await?.ok_or(Error::NotFound)?;
        self.note_device(tx, &user, &device).await?;
        self.open_session(tx, (user, organization, role), device, true).await
    }

    async fn accept_anew(
        &self,
        row: invitation::Model,
        name: Option<&str>,
        password: &str,
        device: Device,
    ) -> Result<Entered, Error> {
        let mut fields = Fields::default();
        let name = fields.take("name", name.map_or(Err(Problem::Required), Line::<120>::parse));
        let password = fields.take("password", NewPassword::parse(password));
        let organization = organization::Entity::find_by_id(row.org_id).one(&self.db.system_reader()).await?;
        let person = [
            row.email.as_str(),
            name.as_ref().map(Line::as_str).unwrap_or_default(),
            organization.as_ref().map(|organization| organization.name.as_str()).unwrap_or_default(),
        ];
        self.refuse_guessable(&mut fields, "password", password.as_ref(), &person, turns::at_home(row.id)).await?;
        let (Some(name), Some(password), true) = (name, password, fields.0.is_empty()) else {
            return Err(fields.into());
        };
        let password_hash = self.passwords.hash(password, turns::at_home(row.id)).await?;
        let now = self.db.clock().now();
        let user = user::Model {
            id: self.db.clock().new_id(),
            email: row.email.clone(),
            password_hash,
            name: name.into_string(),
            phone: None,
            locale: row.locale.clone(),
            time_zone: "UTC".to_owned(),
            theme: "system".to_owned(),
            shortcuts: "{}".to_owned(),
            email_verified_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let tx = self.db.begin(&entering(OrgId(row.org_id), &user)).await?;
        let id = user.id;
        register(&tx, user).await?;
        let opened = Box::pin(self.enter(&tx, id, &row, device)).await?;
        tx.commit().await?;
        self.forget_org(OrgId(row.org_id));
        Ok(Entered::Opened(Box::new(opened)))
    }

    /// Makes somebody a member as the invitation says, once. Mail proves the address; a link that was passed on by hand does
    /// not.
    async fn take_up(&self, tx: &Tx, user: &user::Model, row: &invitation::Model) -> Result<Role, Error> {
        let scope = tx.scope().ok_or(Error::NotFound)?.clone();
        members::in_turn(tx, &scope).await?;
        let now = tx.clock().now();
        let done = invitation::Entity::update_many()
            .col_expr(invitation::Column::AcceptedAt, Expr::value(now))
            .filter(invitation::Column::Id.eq(row.id))
            .filter(invitation::Column::OrgId.eq(row.org_id))
            .filter(invitation::Column::TokenHash.eq(row.token_hash.clone()))
            .filter(invitation::Column::AcceptedAt.is_null())
            .filter(invitation::Column::RevokedAt.is_null())
            .exec(tx)
            .await?;
        if done.rows_affected == 0 {
            return Err(Barred::LinkUsed.into());
        }
        let org = OrgId(row.org_id);
        let mut roles = roles_of(tx, row).await?;
        check_inviter(tx, row, &roles).await?;
        if self.options.mailer.sends() {
            self.note_proof(tx, user).await?;
        }
        if roles.is_empty() {
            // Its role was deleted after all who had it were given another.
            roles.push(Role::Viewer.into());
        }
        let member = membership::Entity::find_by_id((org.0, user.id)).one(tx).await?;
        if member.as_ref().is_some_and(|member| member.suspended_at.is_some()) {
            return Err(Barred::Suspended.into());
        }
        let role = if let Some(member) = member {
            // They are a member already, and stay what they are.
            rights::of(tx, org.0, &member.roles).await?.map(|rights| rights.role())
        } else {
            join(tx, org, UserId(user.id), &roles).await?;
            roles.iter().map(|role| role.base).min()
        };
        for team in teams::known(tx, &scope, &team_ids(row)).await? {
            teams::put(tx, &scope, &team, user.id).await?;
        }
        let (was, is) = (json!({}), json!({"acceptedAt": now, "userId": user.id}));
        change_log::record(tx, [Change::between("invitation", row.id, Action::Updated, &was, &is, 1)]).await?;
        let accepted = NewEvent::of(event::INVITATION_ACCEPTED, "invitation", row.id, json!({"userId": user.id}));
        events::append(tx, [accepted]).await?;
        Ok(role.unwrap_or(Role::Viewer))
    }
}

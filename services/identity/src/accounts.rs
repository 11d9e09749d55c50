//! Signing up and in. The answers never tell whether an address has an account: signing up with a known address and
//! another password makes a separate, unverified account (docs/adr/0002), signing in takes as long either way.

use std::sync::Arc;

use api::{ApiError, ErrorBody, Json};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contracts::events as event;
use db::{Action, Change, Tx, change_log};
use events::NewEvent;
use kernel::{
    Fields, Grants, Locale, OrgId, Reach, Scope, UserId,
    values::{Email, Line},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Error, Identity, Role,
    barred::Barred,
    challenges::{Demand, Entered, SignInResult},
    lockout,
    mfa::{Refused, factors_of},
    passwords::{NewPassword, is_outdated},
    profile::parse_time_zone,
    rights::{self, Known},
    sessions::{Device, Opened},
    store::{membership, organization, user},
    turns,
    views::{AuthResult, LocaleName},
    watch::Watched,
};

/// Accounts of one address: each costs a sign-in one hash, so further ones cannot be made.
const ACCOUNTS_PER_ADDRESS: u64 = 10;
/// What a sign-up beyond them is told to wait, seconds.
const TOO_MANY_ACCOUNTS_WAIT: u64 = 24 * 60 * 60;

/// A new account with its first organization.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignUp {
    #[schema(format = Email, max_length = 254)]
    email: String,
    #[schema(format = Password, min_length = 8, max_length = 128)]
    password: String,
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    #[schema(min_length = 1, max_length = 120)]
    organization_name: String,
    /// Else what the client accepts.
    locale: Option<LocaleName>,
    /// IANA name, else UTC.
    #[schema(max_length = 64)]
    time_zone: Option<String>,
}

/// Proof of an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    #[schema(max_length = 254)]
    pub(crate) email: String,
    #[schema(format = Password, max_length = 128)]
    pub(crate) password: String,
}

struct NewAccount {
    email: Email,
    password: NewPassword,
    raw_password: String,
    name: Line<120>,
    organization_name: Line<120>,
    locale: Locale,
    time_zone: String,
}

impl SignUp {
    fn parse(self) -> Result<NewAccount, Fields> {
        let mut fields = Fields::default();
        let email = fields.take("email", Email::parse(&self.email));
        let password = fields.take("password", NewPassword::parse(&self.password));
        let name = fields.take("name", Line::parse(&self.name));
        let organization_name = fields.take("organizationName", Line::parse(&self.organization_name));
        let time_zone = self.time_zone.map_or(Some("UTC".to_owned()), |zone| parse_time_zone(&mut fields, &zone));
        let locale = self.locale.map_or_else(api::context::locale, Locale::from);
        let (Some(email), Some(password), Some(name), Some(organization_name), Some(time_zone), true) =
            (email, password, name, organization_name, time_zone, fields.0.is_empty())
        else {
            return Err(fields);
        };
        Ok(NewAccount { email, password, raw_password: self.password, name, organization_name, locale, time_zone })
    }
}

/// Sign up
///
/// Creates a person, their organization and a session. With `X-Session-Mode: cookie` the session is a cookie and the
/// tokens in the answer are null.
#[utoipa::path(post, path = "/api/auth/signup", tag = "Auth", operation_id = "signUp", security(()), request_body = SignUp,
    responses((status = 201, description = "Signed up", body = AuthResult),
        (status = 403, description = "`auth.sign_up_closed`: accounts are made by invitation", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody),
        (status = 429, description = "Too many tries", body = ErrorBody)))]
pub async fn sign_up(
    State(identity): State<Arc<Identity>>,
    device: Device,
    Json(input): Json<SignUp>,
) -> Result<Response, ApiError> {
    let email = input.email.clone();
    identity.check_sign_up().await.watched(&identity, "sign_up", Some(&email))?;
    let opened = identity.sign_up(input, device).await.watched(&identity, "sign_up", Some(&email))?;
    Ok((StatusCode::CREATED, opened.answer(&identity)).into_response())
}

/// Sign in
///
/// Bearer mode answers tokens; with `X-Session-Mode: cookie` the session is a cookie and the tokens are null. Who has a
/// second factor gets a `challenge` in place of the session.
#[utoipa::path(post, path = "/api/auth/signin", tag = "Auth", operation_id = "signIn", security(()), request_body = SignIn,
    responses((status = 200, description = "Signed in, or a second factor is asked for", body = SignInResult),
        (status = 401, description = "The address or the password is wrong", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody),
        (status = 429, description = "Too many tries", body = ErrorBody)))]
pub async fn sign_in(
    State(identity): State<Arc<Identity>>,
    device: Device,
    Json(input): Json<SignIn>,
) -> Result<Response, ApiError> {
    let email = input.email.clone();
    let entered = identity.sign_in(input, device).await.watched(&identity, "sign_in", Some(&email))?;
    Ok(entered.answer(&identity))
}

impl Identity {
    /// Refuses to make an account where that takes an invitation. The first one of an installation takes none.
    ///
    /// # Errors
    /// [`Barred::SignUpClosed`].
    pub(crate) async fn check_sign_up(&self) -> Result<(), Error> {
        if self.options.sign_up_open || user::Entity::find().one(&self.db.system_reader()).await?.is_none() {
            return Ok(());
        }
        Err(Barred::SignUpClosed.into())
    }

    async fn sign_up(&self, input: SignUp, device: Device) -> Result<Opened, Error> {
        let new = input.parse()?;
        self.count_try(new.email.as_str())?;
        let mut fields = Fields::default();
        let person = [new.email.as_str(), new.name.as_str(), new.organization_name.as_str()];
        self.refuse_guessable(&mut fields, "password", Some(&new.password), &person, turns::stranger(&device)).await?;
        fields.finish(|| ())?;
        // Signing up with a right password is signing in: a wrong one counts, and none is looked at while the address is
        // barred. Whoever is new there is let in all the same.
        let barred = self.let_try(new.email.as_str()).await.is_err();
        let known = self.account(new.email.as_str(), &new.raw_password, &device).await?.filter(|_| !barred);
        if known.is_none() && !barred && self.accounts_of(new.email.as_str()).await? > 0 {
            let refused = self.note_failure(new.email.as_str()).await?;
            self.write_down("sign_up", &refused, Some(new.email.as_str()));
        }
        if known.is_none() && self.accounts_of(new.email.as_str()).await? >= ACCOUNTS_PER_ADDRESS {
            return Err(Error::TooManyTries { seconds: TOO_MANY_ACCOUNTS_WAIT });
        }
        if let Some(known) = &known
            && factors_of(&self.db.system_reader(), known.id).await?.any()
        {
            return Err(Refused::SignInFirst.into());
        }
        // Hashed in both cases: the time of the answer tells nothing.
        let password_hash = self.passwords.hash(new.password, turns::stranger(&device)).await?;
        let now = self.db.clock().now();
        let user = known.clone().unwrap_or_else(|| user::Model {
            id: self.db.clock().new_id(),
            email: new.email.as_str().to_owned(),
            password_hash,
            name: new.name.as_str().to_owned(),
            phone: None,
            locale: new.locale.as_str().to_owned(),
            time_zone: new.time_zone,
            theme: "system".to_owned(),
            shortcuts: "{}".to_owned(),
            email_verified_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        });
        let org = OrgId(self.db.clock().new_id());
        let tx = self.db.begin(&entering(org, &user)).await?;
        if known.is_none() {
            register(&tx, user.clone()).await?;
        }
        let organization = found(&tx, org, UserId(user.id), new.organization_name.as_str()).await?;
        if known.is_none() {
            self.greet(&tx, &user).await?;
        }
        self.note_device(&tx, &user, &device).await?;
        let opened = self.open_session(&tx, (user, organization, Role::Owner), device, true).await?;
        tx.commit().await?;
        Ok(opened)
    }

    /// Makes an account with its organization, for the command line; gives the owner's scope.
    ///
    /// # Errors
    /// As signing up.
    pub async fn set_up_owner(
        &self,
        email: &str,
        password: &str,
        name: &str,
        organization_name: &str,
    ) -> Result<Scope, Error> {
        let input = SignUp {
            email: email.to_owned(),
            password: password.to_owned(),
            name: name.to_owned(),
            organization_name: organization_name.to_owned(),
            locale: None,
            time_zone: None,
        };
        let AuthResult { user, organization, role, .. } = self.sign_up(input, Device::command_line()).await?.result();
        let locale = Locale::from(user.locale);
        let (org, id) = (OrgId(organization.id), UserId(user.id));
        let reach = Reach::new(role.levels(), None);
        let scope = Scope::of_member(org, id, role.grants(), reach, locale, "command-line".into());
        self.vouch(&scope).await?;
        Ok(scope)
    }

    pub(crate) async fn sign_in(&self, input: SignIn, device: Device) -> Result<Entered, Error> {
        let email = input.email.trim().to_lowercase();
        self.count_try(&email)?;
        self.let_try(&email).await?;
        let Some(user) = self.account(&email, &input.password, &device).await? else {
            return Err(self.note_failure(&email).await?);
        };
        let (organization, role) = self.home(user.id, Error::Credentials).await?;
        // Somebody else's account that carries the address too must not end the count.
        let is_holder = self.holder(&email).await?.is_some_and(|holder| holder.id == user.id);
        let rehashed = if is_outdated(&user.password_hash) {
            let password = NewPassword::parse(&input.password).map_err(|_| Error::Credentials)?;
            Some(self.passwords.hash(password, turns::at_home(user.id)).await?)
        } else {
            None
        };
        let tx = self.db.begin(&entering(OrgId(organization.id), &user)).await?;
        if let Some(password_hash) = rehashed {
            let change =
                user::ActiveModel { id: Set(user.id), password_hash: Set(password_hash), ..Default::default() };
            user::Entity::update(change).exec(&tx).await?;
        }
        if is_holder {
            lockout::forget(&tx, &email).await?;
        }
        let is_proven = match self.challenge(&tx, &user, &device).await? {
            Demand::Nothing => true,
            Demand::Trust => false,
            Demand::Factor(challenge) => {
                tx.commit().await?;
                return Ok(Entered::Challenged(challenge));
            }
        };
        self.note_device(&tx, &user, &device).await?;
        let id = user.id;
        let opened = self.open_session(&tx, (user, organization, role), device, is_proven).await?;
        let signed_in = NewEvent::of(event::USER_SIGNED_IN, "user", id, json!({"method": "password"}));
        events::append(&tx, [signed_in]).await?;
        tx.commit().await?;
        Ok(Entered::Opened(Box::new(opened)))
    }

    /// The account of this address and password. One hash is computed for an unknown address too.
    pub(crate) async fn account(
        &self,
        email: &str,
        password: &str,
        device: &Device,
    ) -> Result<Option<user::Model>, Error> {
        let accounts = user::Entity::find()
            .filter(user::Column::Email.eq(email))
            .order_by_asc(Expr::col((user::Entity, user::Column::EmailVerifiedAt)).is_null())
            .order_by_asc(user::Column::CreatedAt)
            .limit(ACCOUNTS_PER_ADDRESS)
            .all(&self.db.system_reader())
            .await?;
        let whose = self.turn_of(&accounts, device).await?;
        if accounts.is_empty() {
            self.passwords.verify(password, None, whose).await?;
            return Ok(None);
        }
        // A verified address is a key: only the account that has it is looked at.
        let owner = accounts.iter().position(|account| account.email_verified_at.is_some());
        let accounts = match owner {
            Some(owner) => vec![accounts[owner].clone()],
            None => accounts,
        };
        for account in accounts {
            if self.passwords.verify(password, Some(&account.password_hash), whose.clone()).await? {
                return Ok(Some(account));
            }
        }
        Ok(None)
    }

    async fn accounts_of(&self, email: &str) -> Result<u64, Error> {
        let reader = self.db.system_reader();
        Ok(user::Entity::find().filter(user::Column::Email.eq(email)).count(&reader).await?)
    }

    /// The organization a person last worked in, else the first one.
    pub(crate) async fn home_of(&self, user: Uuid) -> Result<Option<(organization::Model, Role)>, Error> {
        use crate::store::session;
        let last = session::Entity::find()
            .filter(session::Column::UserId.eq(user))
            .order_by_desc(session::Column::LastSeenAt)
            .one(&self.db.system_reader())
            .await?
            .map(|s| s.org_id);
        let all = self.organizations_of(user).await?;
        let home = all.iter().position(|(o, _)| Some(o.id) == last).unwrap_or(0);
        Ok(all.into_iter().nth(home))
    }

    /// Where somebody goes on who proved who they are; `otherwise` is what they are told who are nowhere a member.
    ///
    /// # Errors
    /// [`Barred::Suspended`] where their access was switched off.
    pub(crate) async fn home(
        &self,
        user: Uuid,
        otherwise: impl Into<Error>,
    ) -> Result<(organization::Model, Role), Error> {
        if let Some(home) = self.home_of(user).await? {
            return Ok(home);
        }
        let suspended = membership::Entity::find()
            .filter(membership::Column::UserId.eq(user))
            .filter(membership::Column::SuspendedAt.is_not_null());
        let is_suspended = suspended.one(&self.db.system_reader()).await?.is_some();
        Err(if is_suspended { Barred::Suspended.into() } else { otherwise.into() })
    }

    pub(crate) fn count_try(&self, email: &str) -> Result<(), Error> {
        let key: [u8; 32] = Sha256::digest(email.as_bytes()).into();
        match self.tries.check(key, self.try_allowance(), Instant::now()) {
            Some(verdict) if !verdict.allowed => Err(Error::TooManyTries { seconds: verdict.retry_seconds }),
            _ => Ok(()),
        }
    }
}

/// The scope of a person on their way into one of their organizations: what is written is about themselves, and they may
/// nothing yet.
pub fn entering(org: OrgId, user: &user::Model) -> Scope {
    let locale = Locale::from_tag(&user.locale).unwrap_or_default();
    Scope::of_member(org, UserId(user.id), Grants::of([]), Reach::OWN, locale, api::context::request_id())
}

/// Keeps a new person.
pub async fn register(tx: &Tx, user: user::Model) -> Result<(), Error> {
    let image = json!({"name": user.name, "email": user.email, "locale": user.locale, "timeZone": user.time_zone});
    let (id, row) = (user.id, user::ActiveModel::from(user));
    user::Entity::insert(row).exec_without_returning(tx).await?;
    record_created(tx, "user", id, image).await?;
    Ok(events::append(tx, [NewEvent::of(event::USER_REGISTERED, "user", id, json!({}))]).await?)
}

/// Makes an organization with its owner.
pub async fn found(tx: &Tx, org: OrgId, owner: UserId, name: &str) -> Result<organization::Model, Error> {
    let now = tx.clock().now();
    let row = organization::Model {
        id: org.0,
        name: name.to_owned(),
        mfa_required: false,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    organization::Entity::insert(organization::ActiveModel::from(row.clone())).exec_without_returning(tx).await?;
    record_created(tx, "organization", org.0, json!({"name": name})).await?;
    let locale = tx.scope().map(|scope| scope.locale).unwrap_or_default();
    let data = json!({"ownerId": owner, "locale": locale});
    let created = NewEvent::of(event::ORGANIZATION_CREATED, "organization", org.0, data);
    events::append(tx, [created]).await?;
    join(tx, org, owner, &[Role::Owner.into()]).await?;
    Ok(row)
}

/// Makes somebody a member.
pub async fn join(tx: &Tx, org: OrgId, user: UserId, roles: &[Known]) -> Result<(), Error> {
    let keys: Vec<String> = roles.iter().map(|role| role.key.clone()).collect();
    let role = roles.iter().map(|role| role.base).min().unwrap_or(Role::Viewer).as_str();
    let created_at = tx.clock().now();
    let row = membership::Model {
        org_id: org.0,
        user_id: user.0,
        roles: rights::listed(&keys),
        created_at,
        suspended_at: None,
        sessions_from: None,
    };
    membership::Entity::insert(membership::ActiveModel::from(row)).exec_without_returning(tx).await?;
    record_created(tx, "member", user.0, json!({ "roles": keys })).await?;
    let joined = NewEvent::of(event::MEMBER_JOINED, "user", user.0, json!({"role": role, "roles": keys}));
    Ok(events::append(tx, [joined]).await?)
}

/// Records that something of identity came to be.
pub async fn record_created(tx: &Tx, kind: &'static str, id: Uuid, after: serde_json::Value) -> Result<(), Error> {
    let change = Change {
        subject_kind: kind,
        subject_id: id,
        record_id: id,
        action: Action::Created,
        before: None,
        after: Some(after),
        version: 1,
    };
    Ok(change_log::record(tx, [change]).await?)
}

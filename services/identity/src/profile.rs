//! A person's own profile, preferences and password.

use std::sync::Arc;

use api::{ApiError, Caller, ErrorBody, IfMatch, Json};
use axum::{extract::State, http::StatusCode};
use contracts::events as event;
use db::{Action, Change, Tx, change_log};
use events::NewEvent;
use kernel::{
    Fields, Scope,
    values::{Line, Phone},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{
    Error, Identity,
    mfa::trusted,
    passwords::NewPassword,
    shortcuts::{self, Shortcuts},
    store::user,
    turns,
    views::{LocaleName, Preferences, Theme, User},
    watch::Watched,
};

/// A profile to keep.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileUpdate {
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// Null takes it away.
    #[schema(max_length = 40)]
    phone: Option<String>,
    /// The version the change is based on.
    version: Option<i64>,
}

/// Preferences to change; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PreferencesUpdate {
    locale: Option<LocaleName>,
    #[schema(max_length = 64)]
    time_zone: Option<String>,
    theme: Option<Theme>,
    /// Replaces all of them.
    shortcuts: Option<Shortcuts>,
    version: Option<i64>,
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordChange {
    #[schema(format = Password, max_length = 128)]
    current_password: String,
    #[schema(format = Password, min_length = 8, max_length = 128)]
    new_password: String,
}

/// Get the profile
#[utoipa::path(get, path = "/api/users/profile", tag = "Users", operation_id = "getProfile",
    responses((status = 200, description = "The caller", body = User),
        (status = 401, description = "Not signed in", body = ErrorBody)))]
pub async fn get_profile(State(identity): State<Arc<Identity>>, caller: Caller) -> Result<Json<User>, ApiError> {
    Ok(Json(identity.shown(identity.me(caller.scope()).await?)))
}

/// Change the profile
#[utoipa::path(put, path = "/api/users/profile", tag = "Users", operation_id = "updateProfile",
    request_body = ProfileUpdate,
    responses((status = 200, description = "Changed", body = User),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 409, description = "Changed in the meantime", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody)))]
pub async fn update_profile(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    expected: IfMatch,
    Json(input): Json<ProfileUpdate>,
) -> Result<Json<User>, ApiError> {
    let expected = expected.or_body(input.version);
    Ok(Json(identity.shown(identity.update_profile(caller.scope(), input, expected).await?)))
}

/// Get preferences
#[utoipa::path(get, path = "/api/users/preferences", tag = "Users", operation_id = "getPreferences",
    responses((status = 200, description = "The caller's preferences", body = Preferences),
        (status = 401, description = "Not signed in", body = ErrorBody)))]
pub async fn get_preferences(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
) -> Result<Json<Preferences>, ApiError> {
    Ok(Json(identity.me(caller.scope()).await?.into()))
}

/// Change preferences
#[utoipa::path(put, path = "/api/users/preferences", tag = "Users", operation_id = "updatePreferences",
    request_body = PreferencesUpdate,
    responses((status = 200, description = "Changed", body = Preferences),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 409, description = "Changed in the meantime", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody)))]
pub async fn update_preferences(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    expected: IfMatch,
    Json(input): Json<PreferencesUpdate>,
) -> Result<Json<Preferences>, ApiError> {
    let expected = expected.or_body(input.version);
    Ok(Json(identity.update_preferences(caller.scope(), input, expected).await?.into()))
}

/// Change the password
///
/// Every other session is closed.
#[utoipa::path(post, path = "/api/users/password", tag = "Users", operation_id = "changePassword",
    request_body = PasswordChange,
    responses((status = 204, description = "Changed"), (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody)))]
pub async fn change_password(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Json(input): Json<PasswordChange>,
) -> Result<StatusCode, ApiError> {
    identity.change_password(&caller, &input).await.watched(&identity, "change_password", None)?;
    Ok(StatusCode::NO_CONTENT)
}

/// An IANA time zone, or a refusal of `timeZone`.
pub fn parse_time_zone(fields: &mut Fields, raw: &str) -> Option<String> {
    if let Ok(zone) = raw.trim().parse::<chrono_tz::Tz>() {
        return Some(zone.name().to_owned());
    }
    fields.refuse("timeZone", "time_zone.unknown");
    None
}

impl Identity {
    pub(crate) async fn me(&self, scope: &Scope) -> Result<user::Model, Error> {
        let id = scope.user_id().ok_or(Error::NotFound)?;
        user::Entity::find_by_id(id.0).one(&self.db.system_reader()).await?.ok_or(Error::NotFound)
    }

    async fn update_profile(
        &self,
        scope: &Scope,
        input: ProfileUpdate,
        expected: Option<i64>,
    ) -> Result<user::Model, Error> {
        let mut fields = Fields::default();
        let name = fields.take("name", Line::<120>::parse(&input.name));
        let phone = match input.phone.as_deref().map(str::trim).filter(|p| !p.is_empty()) {
            Some(raw) => fields.take("phone", Phone::parse(raw, None)).map(Some),
            None => Some(None),
        };
        let (Some(name), Some(phone)) = (name, phone) else { return Err(fields.into()) };
        let before = self.me(scope).await?;
        let after = user::Model {
            name: name.as_str().to_owned(),
            phone: phone.map(|p| p.as_str().to_owned()),
            ..before.clone()
        };
        let saved = self.save(scope, before, after, expected).await?;
        self.names.forget(saved.id);
        Ok(saved)
    }

    async fn update_preferences(
        &self,
        scope: &Scope,
        input: PreferencesUpdate,
        expected: Option<i64>,
    ) -> Result<user::Model, Error> {
        let mut fields = Fields::default();
        let zone = input.time_zone.map(|zone| parse_time_zone(&mut fields, &zone));
        let keys = input.shortcuts.and_then(|chosen| shortcuts::parse(&mut fields, &chosen));
        if !fields.0.is_empty() {
            return Err(fields.into());
        }
        let before = self.me(scope).await?;
        let mut after = before.clone();
        if let Some(locale) = input.locale {
            kernel::Locale::from(locale).as_str().clone_into(&mut after.locale);
        }
        if let Some(Some(zone)) = zone {
            after.time_zone = zone;
        }
        if let Some(theme) = input.theme {
            theme.as_str().clone_into(&mut after.theme);
        }
        if let Some(keys) = keys {
            after.shortcuts = keys;
        }
        let saved = self.save(scope, before, after, expected).await?;
        let id = saved.id;
        self.live.forget(move |live| live.user_id == id);
        Ok(saved)
    }

    /// Stores a changed person, unless they were changed since `expected`.
    async fn save(
        &self,
        scope: &Scope,
        before: user::Model,
        mut after: user::Model,
        expected: Option<i64>,
    ) -> Result<user::Model, Error> {
        let stale = || Error::Stale(Box::new(serde_json::to_value(User::from(before.clone())).unwrap_or_default()));
        if expected.is_some_and(|version| version != before.version) {
            return Err(stale());
        }
        if after == before {
            return Ok(before);
        }
        let tx = self.db.begin(scope).await?;
        after.version = before.version + 1;
        after.updated_at = tx.clock().now();
        let done = user::Entity::update_many()
            .set(user::ActiveModel::from(after.clone()).reset_all())
            .filter(user::Column::Id.eq(before.id))
            .filter(user::Column::Version.eq(before.version))
            .exec(&tx)
            .await?;
        if done.rows_affected == 0 {
            return Err(stale());
        }
        let change = Change::between("user", after.id, Action::Updated, &image(&before), &image(&after), after.version);
        change_log::record(&tx, [change]).await?;
        events::append(&tx, [NewEvent::of(event::USER_PROFILE_UPDATED, "user", after.id, json!({}))]).await?;
        tx.commit().await?;
        Ok(after)
    }

    async fn change_password(&self, caller: &Caller, input: &PasswordChange) -> Result<(), Error> {
        let me = self.me(caller.scope()).await?;
        let mut fields = Fields::default();
        let new = fields.take("newPassword", NewPassword::parse(&input.new_password));
        let organization = self.organization_name(caller.scope()).await?;
        let person = [me.email.as_str(), &me.name, &organization];
        self.refuse_guessable(&mut fields, "newPassword", new.as_ref(), &person, turns::at_home(me.id)).await?;
        if !self.passwords.verify(&input.current_password, Some(&me.password_hash), turns::at_home(me.id)).await? {
            fields.refuse("currentPassword", "password.current");
        }
        let (Some(new), true) = (new, fields.0.is_empty()) else { return Err(fields.into()) };
        let password_hash = self.passwords.hash(new, turns::at_home(me.id)).await?;
        let tx = self.db.begin(caller.scope()).await?;
        store_password(&tx, &me, password_hash).await?;
        trusted::forget_all(&tx, me.id).await?;
        self.tell_of_password(&tx, &me).await?;
        tx.commit().await?;
        self.revoke(caller, None, Some(caller.0.session_id)).await?;
        Ok(())
    }
}

pub(crate) async fn store_password(tx: &Tx, me: &user::Model, password_hash: String) -> Result<(), Error> {
    let version = me.version + 1;
    let row = user::ActiveModel {
        id: Set(me.id),
        password_hash: Set(password_hash),
        version: Set(version),
        updated_at: Set(tx.clock().now()),
        ..Default::default()
    };
    user::Entity::update(row).exec(tx).await?;
    // That it changed is history; what it was or is never is.
    let change = Change {
        subject_kind: "user",
        subject_id: me.id,
        record_id: me.id,
        action: Action::Updated,
        before: Some(json!({})),
        after: Some(json!({"password": "changed"})),
        version,
    };
    change_log::record(tx, [change]).await?;
    Ok(events::append(tx, [NewEvent::of(event::USER_PASSWORD_CHANGED, "user", me.id, json!({}))]).await?)
}

fn image(user: &user::Model) -> Value {
    json!({
        "name": user.name, "phone": user.phone, "locale": user.locale, "timeZone": user.time_zone, "theme": user.theme,
        "shortcuts": shortcuts::stored(&user.shortcuts),
    })
}

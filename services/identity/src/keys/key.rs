//! A key: its token, its rights, and what may be changed. No I/O.

use api::requests::Given;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::{DateTime, Utc};
use contracts::permissions;
use kernel::{Clock, Fields, Grants, Permission, values::Line};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::store;
use crate::tokens;

/// What every key begins with: people and programs that look for secrets know it by that.
pub const MARK: &str = "rk_";
/// Characters behind the mark that are shown.
const SHOWN: usize = 6;

/// A key to be made.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ApiKeyInput)]
pub struct NewKey {
    #[schema(min_length = 1, max_length = 80)]
    pub name: String,
    /// Names of permissions, at least one; only such as the caller holds.
    #[schema(min_items = 1)]
    pub permissions: Vec<String>,
    /// When it ends; null: not by itself.
    #[serde(default)]
    #[schema(required)]
    pub expires_at: Option<DateTime<Utc>>,
}

/// Changes of a key: what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ApiKeyPatch)]
pub struct KeyPatch {
    #[schema(min_length = 1, max_length = 80)]
    pub name: Option<String>,
    /// Names of permissions, at least one; only such as the caller holds, or as the key has already.
    #[schema(min_items = 1)]
    pub permissions: Option<Vec<String>>,
    /// When it ends; null: not by itself.
    #[serde(default)]
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub expires_at: Given<DateTime<Utc>>,
    /// The version this is based on; another one by now is a conflict.
    pub version: Option<i64>,
}

/// A new token, its hash, and what is shown of it.
pub fn token(clock: &Clock) -> (String, Vec<u8>, String) {
    let token = format!("{MARK}{}", BASE64.encode(clock.secret_bytes()));
    let (hash, prefix) = (tokens::fingerprint(&token), token.chars().take(MARK.len() + SHOWN).collect());
    (token, hash, prefix)
}

/// The permissions that are stored; those that there are no more count for nothing.
pub fn permissions_of(row: &store::Model) -> Vec<Permission> {
    let names = row.permissions.as_array().map(Vec::as_slice).unwrap_or_default();
    permissions::ALL.iter().filter(|known| names.iter().any(|name| name == known.name)).copied().collect()
}

/// What the change log has of a key.
pub fn image(row: &store::Model) -> Value {
    json!({"name": row.name, "permissions": row.permissions, "expiresAt": row.expires_at, "revokedAt": row.revoked_at})
}

impl KeyPatch {
    /// The changed key, if its maker may have it so.
    pub fn apply(self, row: store::Model, held: Grants, now: DateTime<Utc>) -> Result<store::Model, Fields> {
        let mut fields = Fields::default();
        let mut new = row.clone();
        if let Some(name) = self.name {
            new.name = fields.take("name", Line::<80>::parse(&name)).map(Line::into_string).unwrap_or_default();
        }
        if let Some(names) = self.permissions {
            let had = Grants::of(permissions_of(&row));
            new.permissions = json!(granted(&mut fields, &names, |wanted| held.allows(wanted) || had.allows(wanted)));
        }
        match self.expires_at {
            Given::Absent => {}
            Given::Null => new.expires_at = None,
            Given::Value(at) => {
                if at <= now && row.expires_at != Some(at) {
                    fields.refuse("expiresAt", "keys.past");
                }
                new.expires_at = Some(at);
            }
        }
        if fields.0.is_empty() { Ok(new) } else { Err(fields) }
    }
}

/// The names of permissions in the order that all of them have, or a refusal of what there is not or may not be given.
fn granted(fields: &mut Fields, names: &[String], may: impl Fn(Permission) -> bool) -> Vec<&'static str> {
    let wanted = || permissions::ALL.iter().filter(|known| names.iter().any(|name| name == known.name));
    if names.is_empty() {
        fields.refuse("permissions", "field.required");
    } else if names.iter().any(|name| permissions::ALL.iter().all(|known| known.name != name)) {
        fields.refuse("permissions", "keys.unknown");
    } else if wanted().any(|wanted| !may(*wanted)) {
        fields.refuse("permissions", "keys.beyond");
    }
    wanted().map(|permission| permission.name).collect()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use contracts::permissions::{CONTACTS_READ, CONTACTS_WRITE};
    use uuid::Uuid;

    use super::*;

    fn row(permissions: &Value) -> store::Model {
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        store::Model {
            id: Uuid::nil(),
            org_id: Uuid::nil(),
            user_id: Uuid::nil(),
            name: "Import".to_owned(),
            token_hash: Vec::new(),
            prefix: String::new(),
            permissions: permissions.clone(),
            created_at: now,
            expires_at: None,
            last_used_at: None,
            last_ip: None,
            revoked_at: None,
            version: 1,
            updated_at: now,
        }
    }

    fn patched(patch: Value, permissions: &Value) -> Result<store::Model, Vec<String>> {
        let patch: KeyPatch = serde_json::from_value(patch).unwrap();
        let now = row(permissions).created_at;
        let codes = |fields: Fields| fields.0.iter().map(|f| format!("{} {}", f.field, f.code)).collect();
        patch.apply(row(permissions), Grants::of([CONTACTS_READ]), now).map_err(codes)
    }

    #[test]
    fn nobody_gives_what_they_do_not_hold_but_what_is_there_may_stay() {
        let none = json!([]);
        assert_eq!(
            patched(json!({"permissions": ["crm.contacts.write"]}), &none).unwrap_err(),
            ["permissions keys.beyond"]
        );
        assert_eq!(
            patched(json!({"permissions": ["crm.contacts.eat"]}), &none).unwrap_err(),
            ["permissions keys.unknown"]
        );
        assert_eq!(patched(json!({"permissions": []}), &none).unwrap_err(), ["permissions field.required"]);
        let both = json!(["crm.contacts.write", "crm.contacts.read", "crm.contacts.write"]);
        let kept = patched(json!({"permissions": both}), &json!(["crm.contacts.write"])).unwrap();
        assert_eq!(kept.permissions, json!(["crm.contacts.read", "crm.contacts.write"]), "in one order, each once");
    }

    #[test]
    fn a_key_ends_in_the_future_or_not_by_itself() {
        let held = json!(["crm.contacts.read"]);
        let past = row(&held).created_at - TimeDelta::seconds(1);
        assert_eq!(patched(json!({"expiresAt": past}), &held).unwrap_err(), ["expiresAt keys.past"]);
        assert_eq!(patched(json!({"expiresAt": null}), &held).unwrap().expires_at, None);
        assert_eq!(patched(json!({"name": " "}), &held).unwrap_err(), ["name field.required"]);
    }

    #[test]
    fn what_there_is_no_more_counts_for_nothing() {
        let held = row(&json!(["crm.contacts.eat", "crm.contacts.write", 7]));
        assert_eq!(permissions_of(&held), [CONTACTS_WRITE]);
        assert!(permissions_of(&row(&json!("crm.contacts.write"))).is_empty());
    }

    #[test]
    fn a_token_is_known_by_its_beginning_and_kept_as_a_hash() {
        let (token, hash, prefix) = token(&Clock::system());
        assert_eq!((token.len(), hash.len(), prefix.len()), (46, 32, 9));
        assert!(token.starts_with(&prefix) && prefix.starts_with(MARK));
    }
}

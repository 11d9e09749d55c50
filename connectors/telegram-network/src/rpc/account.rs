//! An account's sessions and its presence.

use grammers_tl_types::{enums, functions as f, types};

use super::{Answer, Call, bad};
use crate::{
    view::blank,
    wire::cipher::key_id,
    world::{Fact, KeyRecord},
};

pub(super) fn get_authorizations(
    call: &mut Call<'_>,
    _: f::account::GetAuthorizations,
) -> Answer<enums::account::Authorizations> {
    let own = call.key_text()?;
    let records = call.core.world.keys.iter().filter(|record| record.account == Some(call.me));
    let authorization = |record: &KeyRecord| {
        types::Authorization {
            current: record.key == own,
            hash: if record.key == own { 0 } else { hash(record) },
            device_model: "Sandbox".to_owned(),
            platform: "Rapport".to_owned(),
            date_created: record.created_at,
            date_active: record.active_at,
            ip: "127.0.0.1".to_owned(),
            ..blank::authorization()
        }
        .into()
    };
    let authorizations = records.map(authorization).collect();
    Ok(types::account::Authorizations { authorization_ttl_days: 180, authorizations }.into())
}

pub(super) fn reset_authorization(call: &mut Call<'_>, request: f::account::ResetAuthorization) -> Answer<bool> {
    let me = call.me;
    let is_meant = |record: &&KeyRecord| record.account == Some(me) && hash(record) == request.hash;
    let record = call.core.world.keys.iter().find(is_meant).cloned().ok_or(bad("HASH_INVALID"))?;
    call.core.revoke(&record);
    Ok(true)
}

pub(super) fn reset_all(call: &mut Call<'_>, _: f::auth::ResetAuthorizations) -> Answer<bool> {
    let own = call.key_text()?;
    let me = call.me;
    let is_other = |record: &&KeyRecord| record.account == Some(me) && record.key != own;
    let others: Vec<KeyRecord> = call.core.world.keys.iter().filter(is_other).cloned().collect();
    for record in others {
        call.core.revoke(&record);
    }
    Ok(true)
}

pub(super) fn update_status(call: &mut Call<'_>, _: f::account::UpdateStatus) -> Answer<bool> {
    let (person, at) = (call.me, call.core.now());
    call.commit(Fact::Seen { person, at });
    Ok(true)
}

impl crate::core::Core {
    /// Ends a session from outside: its connections are cut, its calls are answered `SESSION_REVOKED`.
    pub(crate) fn revoke(&mut self, record: &KeyRecord) {
        self.commit(Fact::SignedOut { key: record.key.clone(), revoked: true }, None);
        if let Some(key) = record.bytes() {
            let id = key_id(&key);
            self.hub.sign(id, None);
            for connection in self.hub.of_key(id) {
                self.hub.disconnect(connection);
                self.note_disconnected(connection);
            }
        }
    }
}

/// By what a session is named: the first bytes of its key, which nobody else learns this way.
fn hash(record: &KeyRecord) -> i64 {
    let first = record.key.get(..16).and_then(|hex| u64::from_str_radix(hex, 16).ok());
    (first.unwrap_or(0).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1).cast_signed()
}

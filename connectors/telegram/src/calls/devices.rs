//! The devices that the account is signed in on.

use grammers_tl_types::{enums, functions as f};

use crate::connection::Connection;
use crate::convert::instant;
use crate::plain::Device;
use crate::refused::Refused;

impl Connection {
    pub async fn devices(&self) -> Result<Vec<Device>, Refused> {
        let enums::account::Authorizations::Authorizations(found) =
            self.line.ask(&f::account::GetAuthorizations {}).await?;
        let devices = found.authorizations.into_iter().map(|enums::Authorization::Authorization(it)| Device {
            hash: it.hash,
            name: it.device_model,
            app: format!("{} {}", it.app_name, it.app_version).trim().to_owned(),
            country: it.country,
            current: it.current,
            last_active_at: instant(it.date_active.max(it.date_created)),
        });
        Ok(devices.collect())
    }

    /// Signs the account out on that device.
    pub async fn terminate_device(&self, hash: i64) -> Result<(), Refused> {
        self.line.ask(&f::account::ResetAuthorization { hash }).await.map(drop)
    }
}

//! From where sessions were opened: the port that the audit log asks.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::ports::{PortError, SessionDevice, Sessions};
use kernel::UserId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{Identity, devices::DeviceName, store::session};

/// A session is opened in the transaction of the event that tells of it.
const MOMENT: TimeDelta = TimeDelta::seconds(5);

#[async_trait::async_trait]
impl Sessions for Identity {
    async fn device(&self, session: Uuid) -> Result<Option<SessionDevice>, PortError> {
        Ok(session::Entity::find_by_id(session).one(&self.db.system_reader()).await?.map(shown))
    }

    async fn opened_by(&self, user: UserId, at: DateTime<Utc>) -> Result<Option<SessionDevice>, PortError> {
        let then = session::Entity::find()
            .filter(session::Column::UserId.eq(user.0))
            .filter(session::Column::CreatedAt.gte(at - MOMENT))
            .filter(session::Column::CreatedAt.lte(at + MOMENT))
            .order_by_desc(session::Column::CreatedAt)
            .order_by_desc(session::Column::Id)
            .one(&self.db.system_reader())
            .await?;
        Ok(then.map(shown))
    }
}

fn shown(row: session::Model) -> SessionDevice {
    let DeviceName { browser, os, .. } = DeviceName::of(row.user_agent.as_deref());
    let name: Vec<String> = [browser, os].into_iter().flatten().collect();
    let name = (!name.is_empty()).then(|| name.join(", ")).or(row.user_agent);
    SessionDevice { ip: row.ip, name }
}

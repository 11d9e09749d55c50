//! What other services ask of teams.

use contracts::ports::{PortError, Teams};
use kernel::Scope;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{Identity, store::with};

#[async_trait::async_trait]
impl Teams for Identity {
    async fn members_of(&self, scope: &Scope, team: Uuid) -> Result<Option<Vec<Uuid>>, PortError> {
        let reader = self.db.system_reader();
        let sql = "select m.user_id from teams t \
                   left join team_members m on m.org_id = t.org_id and m.team_id = t.id \
                   where t.org_id = $1 and t.id = $2";
        let rows = reader.query_all_raw(with(&reader, sql, [scope.org_id.0.into(), team.into()])).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let mut members = Vec::with_capacity(rows.len());
        for row in &rows {
            members.extend(row.try_get::<Option<Uuid>>("", "user_id")?);
        }
        Ok(Some(members))
    }
}

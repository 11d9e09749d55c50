//! Reactions to events: chats follow their contact when it is merged or purged; what programs sent through an account that is
//! deleted goes back to them.

use std::sync::Arc;

use contracts::events::{CONTACT_MERGED, CONTACT_PURGED};
use db::{Sql, Tx};
use events::{Event, Handler, HandlerError};
use uuid::Uuid;

use crate::{
    Error,
    chats::{
        chat::ChatFields,
        commands, hand_over,
        store::{COLUMNS, Row},
    },
    outreach::gone,
};

/// Every reaction.
pub fn all() -> Vec<Arc<dyn Handler>> {
    vec![Arc::new(FollowContacts), Arc::new(hand_over::PlanHandOver), Arc::new(gone::PlanGiveBack)]
}

/// Chats of contacts that became another one are that one's; those of contacts that are gone are nobody's.
struct FollowContacts;

#[async_trait::async_trait]
impl Handler for FollowContacts {
    fn name(&self) -> &'static str {
        "messaging.follow_contacts"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[CONTACT_MERGED, CONTACT_PURGED]
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let id = |value: &serde_json::Value| value.as_str()?.parse::<Uuid>().ok();
        let (from, into) = match event.kind.as_str() {
            CONTACT_MERGED => {
                let from = event.data["from"].as_array().into_iter().flatten().filter_map(id).collect();
                (from, id(&event.data["into"]))
            }
            _ => (event.subjects(), None),
        };
        Ok(follow(tx, event, &from, into).await?)
    }
}

async fn follow(tx: &Tx, event: &Event, from: &[Uuid], into: Option<Uuid>) -> Result<(), Error> {
    if from.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(&format!("select {COLUMNS} from chats c where c.org_id = "));
    sql.bind(event.org_id).add(" and c.contact_id in ").list(from.iter().copied());
    let rows: Vec<Row> = sql.all(tx).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("update chats set version = version + 1, contact_id = ");
    sql.bind(into).add(", updated_at = ").bind(tx.clock().now()).add(" where org_id = ").bind(event.org_id);
    sql.add(" and id in ").list(rows.iter().map(|row| row.id));
    sql.run(tx).await?;
    let changes = rows.iter().map(|row| Ok((row, ChatFields { contact_id: into, ..row.fields()? })));
    commands::record(tx, &changes.collect::<Result<Vec<_>, Error>>()?).await
}

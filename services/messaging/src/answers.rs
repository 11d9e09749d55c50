//! What contacts wrote, and the words of templates, for programs that read them.

use db::Sql;
use std::collections::HashMap;

use contracts::{answers::Answers, ports::PortError};
use kernel::Scope;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{Error, Messaging};

/// Most templates told.
const MOST: usize = 1_000;

#[derive(FromQueryResult)]
struct Written {
    id: Uuid,
    text: String,
}

#[derive(FromQueryResult)]
struct Snippet {
    shortcut: String,
    text: String,
}

#[async_trait::async_trait]
impl Answers for Messaging {
    async fn texts(&self, scope: &Scope, messages: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        let mut sql =
            Sql::new("select m.id, m.text from messages m join chats c on c.org_id = m.org_id and c.id = m.chat_id");
        // Who else writes in a group that somebody linked to a contact does not speak for them.
        sql.add(" where c.kind = 'private' and m.text <> '' and m.org_id = ").bind(scope.org_id.0);
        sql.add(" and m.id in ").list(messages.iter().copied().take(MOST));
        let rows: Vec<Written> = sql.all(&self.db.reader(scope)).await.map_err(Error::from)?;
        Ok(rows.into_iter().map(|row| (row.id, row.text)).collect())
    }

    async fn snippets(&self, scope: &Scope) -> Result<HashMap<String, String>, PortError> {
        let mut sql = Sql::new("select shortcut, text from templates where org_id = ");
        sql.bind(scope.org_id.0).add(" and shared = ").bind(true).add(" and shortcut is not null order by updated_at");
        sql.add(&format!(" limit {MOST}"));
        let rows: Vec<Snippet> = sql.all(&self.db.reader(scope)).await.map_err(Error::from)?;
        Ok(rows.into_iter().map(|row| (row.shortcut, row.text)).collect())
    }
}

//! Questions that find nothing, as they may have been meant: next to the words of the organization's newest records.

use std::{sync::Arc, time::Duration};

use kernel::{Scope, values::search::Vocabulary};
use moka::sync::Cache;
use sea_orm::{
    ConnectionTrait, Order,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use uuid::Uuid;

use crate::{
    Crm, Error,
    record::{Column, RecordKind},
};

/// Records of each kind whose words are known.
const RECORDS: u64 = 20_000;
/// Words kept for all organizations together; one takes about forty bytes.
const WORDS: u64 = 500_000;
/// After so long the words are read anew.
const RECENT: Duration = Duration::from_mins(10);

/// The words of organizations as they were a while ago.
pub struct Spelling(Cache<Uuid, Arc<Vocabulary>>);

impl Default for Spelling {
    fn default() -> Self {
        let size = |_: &Uuid, words: &Arc<Vocabulary>| u32::try_from(words.len().max(1)).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(WORDS).weigher(size).time_to_live(RECENT).build())
    }
}

/// The question with words that there are in the organization, whoever may read them: what it finds has to be asked
/// within the reach of the actor, and told only if it finds something. `None` when nothing is near.
///
/// # Errors
/// When the database or a port is away.
pub async fn corrected(crm: &Crm, scope: &Scope, question: &str) -> Result<Option<String>, Error> {
    let words = words(crm, scope).await?;
    let question = question.to_owned();
    work(move || words.corrected(&question)).await
}

async fn words(crm: &Crm, scope: &Scope) -> Result<Arc<Vocabulary>, Error> {
    if let Some(words) = crm.spelling.0.get(&scope.org_id.0) {
        return Ok(words);
    }
    let documents = documents(crm, scope).await?;
    let words = Arc::new(work(move || Vocabulary::of(documents.iter().map(String::as_str))).await?);
    crm.spelling.0.insert(scope.org_id.0, Arc::clone(&words));
    Ok(words)
}

/// Many words take milliseconds, which the runtime has other uses for.
async fn work<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|_| db::Error::Stored("words").into())
}

async fn documents(crm: &Crm, scope: &Scope) -> Result<Vec<String>, Error> {
    let mut documents = crm.deals.words(scope, RECORDS).await.map_err(Error::Port)?;
    for kind in [RecordKind::Contact, RecordKind::Company] {
        let mut select = Query::select();
        select.expr(Expr::col((kind.table(), Alias::new("search_text")))).from(kind.table());
        select.and_where(kind.column(Column::OrgId).eq(scope.org_id.0)).and_where(kind.in_trash(false));
        select.order_by_expr(kind.column(Column::CreatedAt), Order::Desc).limit(RECORDS);
        let rows = crm.db.reader(scope).query_all(&select).await?;
        for row in rows {
            documents.push(row.try_get("", "search_text")?);
        }
    }
    Ok(documents)
}

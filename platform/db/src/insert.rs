//! Inserting many rows.

use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, QueryTrait, Statement};

use crate::{Error, Tx};

/// Rows of one statement. Few enough for SQLite's 32 766 bound values, and for the text of the statement to be cached;
/// enough for its own cost not to count.
const ROWS: usize = 100;

/// Inserts rows, making each statement while the database works on the one before.
///
/// # Errors
/// When the database refuses.
pub async fn insert_all<A>(tx: &Tx, rows: impl IntoIterator<Item = A, IntoIter: Send> + Send) -> Result<(), Error>
where
    A: ActiveModelTrait + Send,
{
    let mut rows = rows.into_iter();
    let backend = tx.get_database_backend();
    let mut make = || -> Option<Statement> {
        let batch: Vec<A> = rows.by_ref().take(ROWS).collect();
        (!batch.is_empty()).then(|| A::Entity::insert_many(batch).build(backend))
    };
    let mut next = make();
    while let Some(statement) = next {
        let (done, made) = tokio::join!(biased; tx.execute_raw(statement), async { make() });
        done?;
        next = made;
    }
    Ok(())
}

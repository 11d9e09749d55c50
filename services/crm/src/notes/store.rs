//! Notes in the database.

use db::Tx;
use sea_orm::{
    ConnectionTrait,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use uuid::Uuid;

use crate::{Error, record::RecordKind};

/// Removes every note on these records.
///
/// # Errors
/// When the database refuses.
pub async fn remove_of(tx: &Tx, kind: RecordKind, ids: &[Uuid]) -> Result<(), Error> {
    let org_id = tx.scope().ok_or(db::Error::Stored("scope"))?.org_id.0;
    let about = match kind {
        RecordKind::Contact => "contact_id",
        RecordKind::Company => "company_id",
    };
    let mut delete = Query::delete();
    delete.from_table(Alias::new("notes")).and_where(Expr::col(Alias::new("org_id")).eq(org_id));
    delete.and_where(Expr::col(Alias::new(about)).is_in(ids.iter().copied()));
    tx.execute(&delete).await?;
    Ok(())
}

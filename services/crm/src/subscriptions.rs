//! Reactions to events. None does network I/O; what takes long becomes a job.

use contracts::events::{COMPANY_MERGED, COMPANY_UNMERGED, COMPANY_UPDATED, DEAL_PURGED};
use db::Tx;
use events::{Event, Handler, HandlerError};
use jobs::NewJob;
use serde_json::{Value, json};

use crate::{notes, reindex};

/// Contacts are found by their company's name: a renamed company has its contacts indexed anew.
pub struct ReindexContacts;

#[async_trait::async_trait]
impl Handler for ReindexContacts {
    fn name(&self) -> &'static str {
        "crm.reindex_contacts"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[COMPANY_UPDATED, COMPANY_MERGED, COMPANY_UNMERGED]
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        // An import does not tell which fields it changed, and a merge may have brought another name.
        let renamed = event.data["fields"].as_array().is_none_or(|fields| fields.iter().any(|field| field == "name"));
        if renamed {
            let companies: Vec<Value> = event.subjects().into_iter().map(|id| json!(id)).collect();
            let payload = json!({ "companies": companies });
            jobs::enqueue(tx, NewJob { kind: reindex::KIND, payload, max_attempts: 10 }).await?;
        }
        Ok(())
    }
}

/// Notes on a deal that is gone for good go too, and what its history told of them.
pub struct ForgetNotes;

#[async_trait::async_trait]
impl Handler for ForgetNotes {
    fn name(&self) -> &'static str {
        "crm.forget_notes"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[DEAL_PURGED]
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        Ok(notes::commands::forget(tx, &event.subjects()).await?)
    }
}

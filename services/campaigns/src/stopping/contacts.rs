//! What happens to contacts themselves: gone, merged, or their deal in a stage that ends it.

use contracts::events::{
    CONTACT_DELETED, CONTACT_MERGED, CONTACT_PURGED, CONTACT_UPDATED, DEAL_STAGE_CHANGED, DealStageChanged,
    RecordsMerged, RecordsUpdated,
};
use db::{Sql, Tx};
use events::{Event, Handler, HandlerError};
use kernel::Scope;
use uuid::Uuid;

use super::{answers::at_work, recheck};
use crate::{
    Error,
    campaign::StopCause,
    enrolling::store::{self as enrolments, Whose},
    sending::calling_back,
};

/// Contacts of one statement.
const AT_ONCE: usize = 1_000;
/// Fields of contacts upon which it depends whether programs write to them at all.
const BINDING: [&str; 4] = ["doNotContact", "emails", "phones", "telegramUsername"];

/// Stops contacts that are gone, lets merged ones go on as what they became, stops those whose deal came into a stage that
/// ends it, and has what waits for those looked at again who may not want it any more.
pub struct FollowContacts;

#[async_trait::async_trait]
impl Handler for FollowContacts {
    fn name(&self) -> &'static str {
        "campaigns.follow_contacts"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[CONTACT_DELETED, CONTACT_PURGED, CONTACT_MERGED, CONTACT_UPDATED, DEAL_STAGE_CHANGED]
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let Some(scope) = tx.scope().cloned() else { return Ok(()) };
        match event.kind.as_str() {
            CONTACT_MERGED => {
                if let Ok(merged) = serde_json::from_value::<RecordsMerged>(event.data.clone()) {
                    follow(tx, &scope, &merged).await?;
                }
            }
            CONTACT_UPDATED => {
                if serde_json::from_value::<RecordsUpdated>(event.data.clone()).is_ok_and(|told| binds(&told)) {
                    for contacts in event.subjects().chunks(AT_ONCE) {
                        recheck::of_contacts(tx, &scope, contacts).await?;
                    }
                }
            }
            DEAL_STAGE_CHANGED => {
                if let Ok(moved) = serde_json::from_value::<DealStageChanged>(event.data.clone()) {
                    staged(tx, &scope, &moved).await?;
                }
            }
            _ => {
                for contacts in event.subjects().chunks(AT_ONCE) {
                    stop(tx, &scope, Whose::Contacts(contacts), StopCause::Deleted).await?;
                }
            }
        }
        if event.kind == CONTACT_PURGED {
            for contacts in event.subjects().chunks(AT_ONCE) {
                forget(tx, &scope, contacts).await?;
            }
        }
        Ok(())
    }
}

/// Whether a change may have made somebody one whom no program writes to. An import does not say what it changed.
fn binds(told: &RecordsUpdated) -> bool {
    told.fields.as_ref().is_none_or(|fields| fields.iter().any(|field| BINDING.contains(&field.as_str())))
}

async fn stop(tx: &Tx, scope: &Scope, whose: Whose<'_>, cause: StopCause) -> Result<(), Error> {
    let stopped = enrolments::stop(tx, scope, whose, cause).await?;
    calling_back::enqueue(tx, calling_back::Wanted::of_enrolments(&stopped)).await
}

async fn staged(tx: &Tx, scope: &Scope, moved: &DealStageChanged) -> Result<(), Error> {
    let Some(contact) = moved.client_id else { return Ok(()) };
    let campaigns = at_work(tx, scope, |stop_on| stop_on.stage_ids.contains(&moved.to_stage)).await?;
    stop(tx, scope, Whose::ContactsIn(&[contact], &campaigns), StopCause::Stage).await
}

/// Contacts go on as the one that they became, unless that is in the same campaign: nobody is in it twice. Of two that were,
/// the one that stays stands where the further one stood, so that it gets nothing twice.
async fn follow(tx: &Tx, scope: &Scope, merged: &RecordsMerged) -> Result<(), Error> {
    let org = scope.org_id.0;
    for from in merged.from.iter().copied() {
        let mut sql = Sql::new("update enrolments set contact_id = ");
        sql.bind(merged.into).add(" where org_id = ").bind(org).add(" and contact_id = ").bind(from);
        sql.add(" and not exists (select 1 from enrolments other where other.org_id = ").bind(org);
        sql.add(" and other.campaign_id = enrolments.campaign_id and other.contact_id = ").bind(merged.into).add(")");
        sql.run(tx).await?;
        let mut sql = Sql::new(
            "update enrolments set place = f.place, step_id = f.step_id, account_id = f.account_id, due_at = f.due_at \
             from enrolments f where f.org_id = ",
        );
        sql.bind(org)
            .add(" and f.contact_id = ")
            .bind(from)
            .add(" and f.state <> 'sending' and f.place > enrolments.place");
        sql.add(" and f.campaign_id = enrolments.campaign_id and enrolments.org_id = ").bind(org);
        sql.add(" and enrolments.contact_id = ").bind(merged.into);
        sql.add(" and enrolments.state in ('waiting', 'paused')");
        sql.run(tx).await?;
        for table in ["campaign_sends", "touches"] {
            let mut sql = Sql::new(&format!("update {table} set contact_id = "));
            sql.bind(merged.into).add(" where org_id = ").bind(org).add(" and contact_id = ").bind(from);
            sql.run(tx).await?;
        }
        words(tx, scope, from, merged.into).await?;
    }
    stop(tx, scope, Whose::Contacts(&merged.from), StopCause::Deleted).await?;
    // What the others said counts for it now.
    recheck::of_contacts(tx, scope, &[merged.into]).await
}

/// What they said goes along: the newest word on each channel counts.
async fn words(tx: &Tx, scope: &Scope, from: Uuid, into: Uuid) -> Result<(), Error> {
    let org = scope.org_id.0;
    let mut sql = Sql::new("insert into consents (org_id, contact_id, channel, state, source, at) select org_id, ");
    sql.bind(into).add(", channel, state, source, at from consents where org_id = ").bind(org);
    sql.add(" and contact_id = ").bind(from);
    sql.add(" on conflict (org_id, contact_id, channel) do update set state = excluded.state, ");
    sql.add("source = excluded.source, at = excluded.at where consents.at < excluded.at");
    sql.run(tx).await?;
    let mut sql = Sql::new("insert into declines (org_id, contact_id, at) select org_id, ");
    sql.bind(into).add(", at from declines where org_id = ").bind(org).add(" and contact_id = ").bind(from);
    sql.add(" on conflict (org_id, contact_id) do update set at = excluded.at where declines.at < excluded.at");
    sql.run(tx).await?;
    Ok(())
}

/// Nothing is kept of who was deleted for good but numbers, and addresses that are written to no more.
async fn forget(tx: &Tx, scope: &Scope, contacts: &[Uuid]) -> Result<(), Error> {
    for table in ["consents", "declines", "touches", "campaign_refusals"] {
        let mut sql = Sql::new(&format!("delete from {table} where org_id = "));
        sql.bind(scope.org_id.0).add(" and contact_id in ").list(contacts.iter().copied());
        sql.run(tx).await?;
    }
    Ok(())
}

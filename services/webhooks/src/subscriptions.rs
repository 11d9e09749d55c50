//! The reaction to events: a delivery for each webhook that wants to be told. Most organizations have none, so it is asked
//! of memory first, and of the database at most once in a second.

use std::sync::Arc;

use events::{Event, Handler, HandlerError};
use kernel::{OrgId, Scope};
use uuid::Uuid;

use crate::{
    Error, Webhooks,
    deliveries::{delivery::Delivery, sending, store},
    hooks::{
        self,
        webhook::{StoredWebhook, covers},
    },
};

/// What the webhooks of an organization that are switched on want to be told of.
pub(crate) type Wanted = Arc<Vec<(Uuid, Vec<String>)>>;

fn wanted(webhooks: &[StoredWebhook]) -> Vec<(Uuid, Vec<String>)> {
    let enabled = webhooks.iter().filter(|webhook| webhook.enabled);
    enabled.map(|webhook| (webhook.id, webhook.types.clone())).collect()
}

/// Writes deliveries.
pub struct TellWebhooks(pub Arc<Webhooks>);

#[async_trait::async_trait]
impl Handler for TellWebhooks {
    fn name(&self) -> &'static str {
        "webhooks.tell"
    }

    fn kinds(&self) -> &'static [&'static str] {
        contracts::events::ALL
    }

    async fn wants(&self, event: &Event) -> Result<bool, HandlerError> {
        // A webhook that was just made, here or elsewhere, is told of what follows.
        if event.kind.starts_with("webhook.") {
            self.0.wanted.invalidate(&event.org_id);
        }
        let wanted = self.0.wanted_in(&scope_of(event)).await?;
        Ok(wanted.iter().any(|(_, types)| covers(types, &event.kind)))
    }

    async fn handle(&self, tx: &db::Tx, event: &Event) -> Result<(), HandlerError> {
        let scope = scope_of(event);
        let told = self.0.judge.judge(vec![event.clone()]).await?.iter().find_map(|judged| judged.told(&scope));
        let Some(told) = told else { return Ok(()) };
        let body = sending::body(&event.kind, event.occurred_at, &told);
        // What is remembered may be a second old: one that was switched off or deleted since is told of nothing.
        let now = wanted(&hooks::store::list(tx, &scope).await?);
        let to: Vec<Uuid> = now.into_iter().filter(|(_, types)| covers(types, &event.kind)).map(|(id, _)| id).collect();
        let delivery = |webhook_id: &Uuid| Delivery {
            id: tx.clock().new_id(),
            webhook_id: *webhook_id,
            event_id: event.id,
            kind: event.kind.clone(),
            body: body.clone(),
            step: 0,
            attempts: 0,
        };
        store::insert(tx, &scope, to.iter().map(delivery).collect()).await?;
        for webhook in to {
            sending::wake(tx, &scope, webhook, tx.clock().now()).await?;
        }
        Ok(())
    }
}

/// Only who reaches the whole organization makes webhooks, whatever their permissions; none of them learns of private matters
/// of its people, and nor does this.
fn scope_of(event: &Event) -> Scope {
    Scope::system(OrgId(event.org_id), &event.request_id)
}

impl Webhooks {
    async fn wanted_in(&self, scope: &Scope) -> Result<Wanted, Error> {
        if let Some(wanted) = self.wanted.get(&scope.org_id.0) {
            return Ok(wanted);
        }
        let all = hooks::store::list(&self.db.reader(scope), scope).await?;
        let wanted = Arc::new(wanted(&all));
        self.wanted.insert(scope.org_id.0, Arc::clone(&wanted));
        Ok(wanted)
    }
}

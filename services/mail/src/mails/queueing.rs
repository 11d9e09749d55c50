//! The port by which other services queue mail.

use contracts::ports::PortError;
use db::Tx;
use jobs::NewJob;
use mailing::Mailer;
use serde_json::{Map, Value, json};
use vault::Place;

use super::{mail::MailState, sending, store};
use crate::{Error, Mail, Way};

#[async_trait::async_trait]
impl Mailer for Mail {
    fn sends(&self) -> bool {
        !matches!(self.options.way, Way::Nowhere)
    }

    async fn queue(&self, tx: &Tx, mail: mailing::Mail) -> Result<(), PortError> {
        if self.sends() { Ok(self.keep(tx, mail).await?) } else { Ok(()) }
    }

    async fn forgive(&self, tx: &Tx, address: &str) -> Result<(), PortError> {
        Ok(store::forgive(tx, address).await?)
    }

    fn link(&self, path: &str) -> String {
        format!("{}{path}", self.options.public_url)
    }
}

impl Mail {
    async fn keep(&self, tx: &Tx, mail: mailing::Mail) -> Result<(), Error> {
        let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
        let (id, now) = (tx.clock().new_id(), tx.clock().now());
        let values: Map<String, Value> =
            mail.values.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        let place = Place { table: "mails", column: "data", org: scope.org_id, row: id };
        let data = self.vault.seal(place, &serde_json::to_vec(&values)?)?;
        // What only lies in the outbox has arrived.
        let arrived = matches!(self.options.way, Way::Outbox);
        let state = if arrived { MailState::Sent } else { MailState::Queued };
        let row = store::entity::Model {
            id,
            org_id: scope.org_id.0,
            kind: mail.kind.to_owned(),
            to_address: mail.to,
            locale: mail.locale.as_str().to_owned(),
            data: Some(data),
            state: state.as_str().to_owned(),
            tries: 0,
            next_at: (!arrived).then_some(now),
            last_code: None,
            last_error: None,
            provider_id: None,
            dedup: mail.dedup,
            created_at: now,
            settled_at: arrived.then_some(now),
        };
        if store::insert(tx, row).await? && !arrived {
            let payload = json!({ "mailId": id });
            jobs::enqueue(tx, NewJob { kind: sending::KIND, payload, max_attempts: sending::JOB_ATTEMPTS }).await?;
        }
        Ok(())
    }
}

#![doc = include_str!("../README.md")]

mod accounts;
mod campaigns;
mod chats;
mod deliveries;
mod digests;
mod error;
mod expiry;
pub mod inbox;
pub mod kinds;
mod mutes;
mod post;
pub mod preferences;
pub mod push;
mod subjects;
mod subscriptions;
mod telling;

use std::{collections::HashMap, sync::Arc};

use contracts::{
    channels::Accounts,
    ports::{CampaignNames, Chats, Clients, Deals, Directory, Owned, Recipient, Recipients, Sender},
};
use db::{Db, Migration};
use jobs::Schedule;
use kernel::{Scope, UserId};
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

pub use error::{Error, MESSAGES};
use kinds::Channel;
use mailing::Mailer;
use outbound::Outbound;
use post::Post;
use push::{Pusher, Vapid};
use subjects::Subjects;

pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "notifications_0001_notifications", sql: include_str!("../migrations/0001_notifications.sql") },
    Migration { name: "notifications_0002_digests", sql: include_str!("../migrations/0002_digests.sql") },
];

/// Whom the service asks.
pub struct Asked {
    pub directory: Arc<dyn Directory>,
    pub recipients: Arc<dyn Recipients>,
    pub clients: Arc<dyn Clients>,
    pub deals: Arc<dyn Deals>,
    pub chats: Arc<dyn Chats>,
    pub campaigns: Arc<dyn CampaignNames>,
    pub keepers: Vec<Arc<dyn Owned>>,
}

/// The service: what people are told, where and when.
pub struct Notifications {
    db: Db,
    directory: Arc<dyn Directory>,
    recipients: Arc<dyn Recipients>,
    subjects: Subjects,
    senders: HashMap<Channel, Arc<dyn Sender>>,
    /// Who wakes browsers.
    pusher: Option<Arc<Pusher>>,
    /// Who queues mail.
    post: Option<Arc<Post>>,
    /// Who knows what accounts are called.
    accounts: Option<Arc<dyn Accounts>>,
}

impl Notifications {
    #[must_use]
    pub fn new(db: Db, asked: Asked) -> Self {
        let Asked { directory, recipients, clients, deals, chats, campaigns, keepers } = asked;
        let subjects = Subjects { clients, deals, chats, campaigns, keepers };
        Self { db, directory, recipients, subjects, senders: HashMap::new(), pusher: None, post: None, accounts: None }
    }

    /// The service with somebody who knows what accounts are called.
    #[must_use]
    pub fn naming(mut self, accounts: Arc<dyn Accounts>) -> Self {
        self.accounts = Some(accounts);
        self
    }

    /// The service with somebody who carries its messages on a channel.
    #[must_use]
    pub fn carried_by(mut self, channel: Channel, sender: Arc<dyn Sender>) -> Self {
        self.senders.insert(channel, sender);
        self
    }

    /// The service with a key by which browsers know it, and a way out to the services that wake them.
    #[must_use]
    pub fn pushing(mut self, vapid: Vapid, outbound: Outbound) -> Self {
        let pusher = Arc::new(Pusher { db: self.db.clone(), vapid, outbound });
        self.pusher = Some(Arc::clone(&pusher));
        self.carried_by(Channel::Push, pusher)
    }

    /// The service with somebody who queues mail. By the secret it knows the links of its own that end digests.
    #[must_use]
    pub fn mailing(mut self, mailer: Arc<dyn Mailer>, secret: &[u8]) -> Self {
        let post = Arc::new(Post::new(self.db.clone(), mailer, secret));
        self.post = Some(Arc::clone(&post));
        if post.sends() { self.carried_by(Channel::Email, post) } else { self }
    }

    /// By what browsers know us; none where they cannot be woken.
    fn push_key(&self) -> Option<String> {
        self.pusher.as_ref().map(|pusher| pusher.vapid.public_key())
    }

    /// The HTTP interface.
    pub fn routes(self: Arc<Self>) -> OpenApiRouter {
        let routes = inbox::http::routes().merge(mutes::http::routes()).merge(preferences::http::routes());
        let routes =
            routes.merge(push::http::routes()).merge(deliveries::http::routes()).merge(digests::http::routes());
        OpenApiRouter::new().nest("/api/v1/notifications", routes).with_state(self)
    }

    /// Reactions to events.
    #[must_use]
    pub fn handlers(self: &Arc<Self>) -> Vec<Arc<dyn events::Handler>> {
        subscriptions::all(self)
    }

    /// Kinds of job.
    #[must_use]
    pub fn works(self: &Arc<Self>) -> Vec<Arc<dyn jobs::Work>> {
        vec![
            Arc::new(deliveries::work::Deliver(Arc::clone(self))),
            Arc::new(digests::job::SendDigest(Arc::clone(self))),
            Arc::new(inbox::wake::Wake(Arc::clone(self))),
            Arc::new(expiry::Expire(Arc::clone(self))),
        ]
    }

    /// What comes round.
    #[must_use]
    pub fn schedules() -> Vec<Schedule> {
        vec![expiry::SCHEDULE]
    }

    /// The person who asks.
    fn me(scope: &Scope) -> Result<Uuid, Error> {
        scope.user_id().map(|UserId(id)| id).ok_or(Error::NotFound)
    }

    /// A member of the scope's organization; none for who is no longer one.
    async fn person(&self, scope: &Scope, id: Uuid) -> Result<Option<Recipient>, Error> {
        Ok(self.recipients.recipients(scope.org_id, &[id]).await.map_err(Error::Port)?.pop())
    }
}

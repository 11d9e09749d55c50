//! The application: database, services, and what runs beside the HTTP server.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result};
use api::rate_limit::{Allowance, Limits};
use audit::Audit;
use bd_accounts::{
    BdAccounts, Telegram,
    running::{Connector, Sandbox, Surroundings, Telegrams},
};
use blobs::{Blobs, Bucket, Store};
use campaigns::{CampaignDirectory, Campaigns};
use chrono::TimeDelta;
use cluster::Cluster;
use contracts::ports::{Owned, Roles};
use crm::Crm;
use db::{Db, Migration};
use events::{Dispatcher, RabbitMq, rabbitmq::QueueKind};
use fields::{Definitions, RecordSource, RecordType};
use identity::Identity;
use jobs::{Runner, Schedules};
use kernel::Clock;
use mail::Mail;
use messaging::{ChatDirectory, Messaging};
use notifications::{Asked, Notifications, push::Vapid};
use outbound::Outbound;
use pipeline::{DealDirectory, DealsFollow, ImportedDeals, Pipeline};
use realtime::Hub;
use sea_orm::DbBackend;
use settings::{QueueType, Secret, Settings};
use vault::Vault;
use webhooks::Webhooks;

use crate::{audience::ByReach, files::Files, rehearsals::Rehearsals, subscriptions::Services};

/// Everything that serves.
pub struct App {
    pub db: Db,
    pub identity: Arc<Identity>,
    pub crm: Arc<Crm>,
    pub pipeline: Arc<Pipeline>,
    pub notifications: Arc<Notifications>,
    pub dispatcher: Arc<Dispatcher>,
    /// Who listens to what happens.
    pub hub: Hub,
    pub runner: Arc<Runner>,
    /// The other processes.
    pub cluster: Cluster,
    /// What comes round.
    pub schedules: Arc<Schedules>,
    pub webhooks: Arc<Webhooks>,
    pub accounts: Arc<BdAccounts>,
    pub messaging: Arc<Messaging>,
    pub mail: Arc<Mail>,
    pub audit: Arc<Audit>,
    pub campaigns: Arc<Campaigns>,
    pub files: Files,
    /// By which accounts are connected; none where another network stands in for it.
    connector: Option<Arc<Connector>>,
    /// Runs the jobs that wait for receivers of webhooks and for mail servers.
    pub couriers: Arc<Runner>,
    pub settings: Settings,
    /// Seals secrets that are kept.
    pub(crate) vault: Arc<Vault>,
    /// Who keeps the records that members hold.
    pub(crate) keepers: Vec<Arc<dyn Owned>>,
}

/// The people of the sandbox are the same everywhere.
const SANDBOX_SEED: u64 = 1;

/// Every migration, in the order they run.
pub fn migrations() -> Vec<Migration> {
    [
        db::MIGRATIONS,
        events::MIGRATIONS,
        jobs::MIGRATIONS,
        identity::MIGRATIONS,
        fields::MIGRATIONS,
        crm::MIGRATIONS,
        batches::MIGRATIONS,
        pipeline::MIGRATIONS,
        notifications::MIGRATIONS,
        webhooks::MIGRATIONS,
        bd_accounts::MIGRATIONS,
        messaging::MIGRATIONS,
        mail::MIGRATIONS,
        audit::MIGRATIONS,
        campaigns::MIGRATIONS,
    ]
    .concat()
}

/// Every text of the server.
fn install_messages() {
    api::messages::install(&[
        identity::MESSAGES,
        identity::FACTOR_MESSAGES,
        identity::FEDERATED_MESSAGES,
        identity::TEAM_MESSAGES,
        fields::MESSAGES,
        exchange::MESSAGES,
        crm::MESSAGES,
        pipeline::MESSAGES,
        notifications::MESSAGES,
        outbound::MESSAGES,
        webhooks::MESSAGES,
        bd_accounts::MESSAGES,
        messaging::MESSAGES,
        campaigns::MESSAGES,
        campaigns::SERVICE_MESSAGES,
    ]);
}

/// Opens the database that the settings name; makes the data folder.
///
/// # Errors
/// When the folder or the database cannot be opened.
pub async fn open_database(settings: &Settings, clock: Clock) -> Result<Db> {
    let folder = &settings.data_dir;
    std::fs::create_dir_all(folder).with_context(|| format!("the data folder {} cannot be made", folder.display()))?;
    let options =
        db::Options { url: settings.database_url.expose().to_owned(), max_connections: settings.db_max_connections };
    Db::connect(&options, clock).await.context("the database cannot be opened")
}

impl App {
    /// Builds the services over an open, migrated database.
    ///
    /// # Errors
    /// When the signing key or the key of the vault cannot be read or made.
    pub fn build(db: Db, settings: Settings) -> Result<Self> {
        let sandbox = has_sandbox(&settings, &db).then(|| match settings.sandbox_server {
            Some(control) => Sandbox::elsewhere(control),
            None => Sandbox::new(settings.data_dir.join("sandbox"), SANDBOX_SEED),
        });
        let connector = Arc::new(Connector::new(db.clock().clone(), sandbox));
        let mut app = Self::over(db, settings, connector.clone())?;
        app.connector = Some(connector);
        Ok(app)
    }

    /// As [`Self::build`], over another network of accounts; for tests.
    ///
    /// # Errors
    /// As [`Self::build`].
    pub fn over(db: Db, settings: Settings, telegram: Arc<dyn Telegram>) -> Result<Self> {
        install_messages();
        let (vault, outbound) = (Arc::new(vault_of(&settings, &db)?), Outbound::new(settings.outbound_allow.clone()));
        let mail = Arc::new(Mail::new(db.clone(), vault.clone(), crate::mail::options(&settings, &outbound)?));
        let identity = Identity::new(db.clone(), vault.clone(), identity_options(&settings, mail.clone())?);
        let region = settings.phone_region.as_ref().map(|region| region.as_str().to_owned());
        let definitions = Arc::new(Definitions::new(db.clone(), region.as_deref()));
        let deals = Arc::new(DealDirectory::new(db.clone()));
        let crm =
            Crm::new(db.clone(), identity.clone(), deals.clone(), region, import_files(&settings), definitions.clone());
        let (roles, imported): (Arc<dyn Roles>, _) = (identity.clone(), ImportedDeals::new(identity.clone()));
        let (keys, ways) = (vault.clone(), outbound.clone());
        let options = account_options(&settings, &db);
        let accounts = Arc::new(BdAccounts::new(db.clone(), identity.clone(), keys, ways, telegram, options));
        let chats = Arc::new(ChatDirectory::new(db.clone(), accounts.clone()));
        let crm = crm.followed_by(vec![Arc::new(DealsFollow)]).importing_deals(Arc::new(imported));
        let crm = Arc::new(crm.telling(chats.clone(), identity.clone()));
        let pipeline = Arc::new(Pipeline::new(db.clone(), identity.clone(), roles, crm.clone(), definitions.clone()));
        let sources: (Arc<dyn RecordSource>, Arc<dyn RecordSource>) = (crm.clone(), pipeline.clone());
        definitions.ask_about(&[RecordType::Contact, RecordType::Company], &sources.0);
        definitions.ask_about(&[RecordType::Deal], &sources.1);
        let kept = Arc::new(CampaignDirectory::new(db.clone()));
        let keepers: Vec<Arc<dyn Owned>> =
            vec![crm.clone(), deals.clone(), accounts.clone(), chats.clone(), kept.clone()];
        let judge = Arc::new(ByReach::new(keepers.clone(), pipeline.clone(), identity.clone()));
        let asked = Asked {
            directory: identity.clone(),
            recipients: identity.clone(),
            clients: crm.clone(),
            deals: deals.clone(),
            chats: chats.clone(),
            campaigns: kept,
            keepers: keepers.clone(),
        };
        let notifications = notifications(&db, &settings, asked, (accounts.clone(), outbound.clone(), mail.clone()))?;
        let audit = audit::Asked {
            directory: identity.clone(),
            sessions: identity.clone(),
            teams: identity.clone(),
            judge: judge.clone(),
            clients: crm.clone(),
            deals: deals.clone(),
            chats,
        };
        let audit = Arc::new(Audit::new(db.clone(), audit));
        let asked = messaging::Asked {
            directory: identity.clone(),
            clients: crm.clone(),
            deals: deals.clone(),
            accounts: accounts.clone(),
            vault: vault.clone(),
        };
        let files = Files(store_of_files(&settings, &db)?);
        let messaging = Arc::new(Messaging::new(db.clone(), asked).keeping(Arc::new(files.clone())));
        let campaigns = campaigns((&identity, &crm), (deals, &pipeline), (&accounts, &messaging), &db, &settings);
        let webhooks = Arc::new(Webhooks::new(db.clone(), identity.clone(), judge.clone(), vault.clone(), outbound));
        let services = Services {
            crm: &crm,
            pipeline: &pipeline,
            notifications: &notifications,
            webhooks: &webhooks,
            accounts: &accounts,
            messaging: &messaging,
            mail: &mail,
            audit: &audit,
            campaigns: &campaigns,
        };
        let dispatcher = dispatcher(&db, &settings, &services)?;
        let runner = Arc::new(Runner::new(db.clone(), services.works()));
        let schedules = Arc::new(Schedules::new(db.clone(), identity.clone(), Services::schedules()));
        let couriers = Arc::new(Runner::new(db.clone(), [webhooks.sending(), mail.sending()].concat()));
        let cluster = cluster(&settings, &db)?;
        let hub = Hub::new(dispatcher.feed(), judge, identity.clone(), limits(&settings), cluster.clone());
        Ok(Self {
            db,
            identity,
            crm,
            pipeline,
            notifications,
            dispatcher,
            hub,
            runner,
            cluster,
            schedules,
            webhooks,
            accounts,
            messaging,
            mail,
            audit,
            campaigns,
            files,
            connector: None,
            couriers,
            settings,
            vault,
            keepers,
        })
    }

    /// What keeps accounts connected.
    pub(crate) fn telegrams(&self) -> Option<Telegrams> {
        let connector = self.connector.clone()?;
        let (accounts, inbox) = (self.accounts.clone(), self.messaging.clone());
        Some(Telegrams::new(Surroundings { accounts, inbox, files: Arc::new(self.files.clone()), connector }))
    }

    pub(crate) fn limits(&self) -> Limits {
        let per_minute = |requests| Allowance { requests, window: Duration::from_mins(1) };
        let settings = &self.settings;
        Limits {
            auth: Allowance { requests: settings.rate_limit_auth_per_15min, window: Duration::from_mins(15) },
            read: per_minute(settings.rate_limit_read_per_minute),
            write: per_minute(settings.rate_limit_write_per_minute),
            heavy: per_minute(settings.rate_limit_heavy_per_minute),
            trust_proxy: settings.trust_proxy,
        }
    }
}

/// What writes to many, with what it asks of the others.
fn campaigns(
    (identity, crm): (&Arc<Identity>, &Arc<Crm>),
    (deals, pipeline): (Arc<DealDirectory>, &Arc<Pipeline>),
    (accounts, messaging): (&Arc<BdAccounts>, &Arc<Messaging>),
    db: &Db,
    settings: &Settings,
) -> Arc<Campaigns> {
    let asked = campaigns::Asked {
        directory: identity.clone(),
        clients: crm.clone(),
        audience: crm.clone(),
        deals,
        moves: pipeline.clone(),
        outbox: messaging.clone(),
        senders: accounts.clone(),
        answers: messaging.clone(),
    };
    let rehearsals = Rehearsals::new(db.clone(), &settings.data_dir);
    Arc::new(Campaigns::new(db.clone(), asked).rehearsed_by(Arc::new(rehearsals)))
}

/// What hands events to whoever reacts to them.
fn dispatcher(db: &Db, settings: &Settings, services: &Services<'_>) -> Result<Arc<Dispatcher>> {
    let dispatcher = Dispatcher::new(db.clone(), services.handlers());
    Ok(Arc::new(match broker(settings)? {
        Some(broker) => dispatcher.carried_by(broker),
        None => dispatcher,
    }))
}

/// What carries events between processes, if the settings name it.
fn broker(settings: &Settings) -> Result<Option<RabbitMq>> {
    let Some(url) = &settings.rabbitmq_url else { return Ok(None) };
    let kind = match settings.rabbitmq_queues {
        QueueType::Quorum => QueueKind::Quorum,
        QueueType::Classic => QueueKind::Classic,
    };
    RabbitMq::new(url.expose(), kind).map(Some).context("RAPPORT_RABBITMQ_URL")
}

fn account_options(settings: &Settings, db: &Db) -> bd_accounts::Options {
    let id = settings.telegram_api_id.and_then(|id| i32::try_from(id).ok());
    let app = id.zip(settings.telegram_api_hash.as_ref());
    bd_accounts::Options {
        app: app.map(|(id, hash)| bd_accounts::App { id, hash: hash.expose().to_owned() }),
        sandbox: has_sandbox(settings, db),
        orders: settings.account_orders,
    }
}

fn has_sandbox(settings: &Settings, db: &Db) -> bool {
    settings.sandbox.unwrap_or(settings.sandbox_server.is_some() || db.backend() == DbBackend::Sqlite)
}

/// In the bucket that the settings name, else in the data folder.
fn store_of_files(settings: &Settings, db: &Db) -> Result<Blobs> {
    let store = match &settings.files_url {
        Some(url) => Store::Bucket(url.expose().parse::<Bucket>().context("RAPPORT_FILES_URL")?),
        None => Store::Folder(settings.data_dir.join("files")),
    };
    Blobs::new(&store, db.clock().clone()).context("files cannot be kept")
}

/// What opens and seals secrets, by the keys that are set.
pub(crate) fn vault_of(settings: &Settings, db: &Db) -> Result<Vault> {
    let keys = settings.sealing_keys().context("the keys of the vault cannot be read")?;
    Ok(Vault::new(keys.iter().map(Secret::expose), db.clock().clone()))
}

/// Who is told what. Browsers know it, and it knows the links in its mails, by keys that go with the one that signs access
/// tokens.
fn notifications(
    db: &Db,
    settings: &Settings,
    asked: Asked,
    (accounts, outbound, mail): (Arc<BdAccounts>, Outbound, Arc<Mail>),
) -> Result<Arc<Notifications>> {
    let secret = settings.signing_secret().context("the signing key cannot be read")?;
    let service = Notifications::new(db.clone(), asked).naming(accounts).mailing(mail, secret.expose().as_bytes());
    let vapid = Vapid::derive(secret.expose().as_bytes(), settings.public_url.as_str());
    Ok(Arc::new(match vapid {
        Some(vapid) => service.pushing(vapid, outbound),
        None => service,
    }))
}

fn import_files(settings: &Settings) -> crm::imports::Files {
    crm::imports::Files {
        folder: settings.data_dir.join("imports"),
        max_bytes: u64::try_from(settings.import_limit_bytes).unwrap_or(u64::MAX),
    }
}

fn cluster(settings: &Settings, db: &Db) -> Result<Cluster> {
    match &settings.redis_url {
        Some(url) => Cluster::over_redis(url.expose(), db.clock().new_id()).context("RAPPORT_REDIS_URL"),
        None => Ok(Cluster::alone()),
    }
}

fn limits(settings: &Settings) -> realtime::Limits {
    realtime::Limits {
        per_organization: settings.max_connections_per_org,
        messages_per_minute: settings.socket_messages_per_minute,
    }
}

fn identity_options(settings: &Settings, mailer: Arc<Mail>) -> Result<identity::Options> {
    let secret = settings.signing_secret().context("the signing key cannot be read")?;
    Ok(identity::Options {
        public_url: settings.public_url.as_str().to_owned(),
        tokens: identity::TokenOptions {
            issuer: settings.jwt_issuer.clone(),
            audience: settings.jwt_audience.clone(),
            secrets: vec![secret.expose().as_bytes().to_vec()],
            access_ttl: TimeDelta::seconds(settings.access_token_ttl_seconds.into()),
        },
        refresh_ttl: TimeDelta::days(settings.refresh_token_ttl_days.into()),
        session_ttl: TimeDelta::days(settings.session_ttl_days.into()),
        sign_up_open: settings.sign_up == settings::SignUp::Open,
        session_max_age: TimeDelta::days(settings.session_max_age_days.into()),
        https: settings.public_url.is_https(),
        allowed_origins: settings.cors_origins.iter().map(|o| o.as_str().to_owned()).collect(),
        trust_proxy: settings.trust_proxy,
        // One account is tried no more often than one address.
        signin_tries: settings.rate_limit_auth_per_15min,
        mailer,
        federation: crate::federation::of(settings)?,
    })
}

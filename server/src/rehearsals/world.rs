//! The world of a rehearsal: services over a database of its own, and what of the organization is played in it. No session,
//! no secret, no address and no member comes into it.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::Arc,
};

use anyhow::{Result, anyhow};
use bd_accounts::{
    BdAccounts,
    accounts::{account::StoredAccount, store as accounts},
    running::by_hand,
    telegram::Offline,
};
use campaigns::{
    Campaigns,
    planning::stage::{self, Failed, Player, Script},
    rules::rehearse::Report,
};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::{
    answers::Answers,
    channels::Inbox,
    ports::{Directory, Person, PortError},
};
use crm::{
    companies::{
        company::CompanyFields,
        store::{self as companies, NewCompany},
    },
    contacts::{
        contact::ContactFields,
        store::{self as contacts, NewContact},
    },
};
use db::{Db, Tx, migrate};
use events::Dispatcher;
use fields::CustomField;
use jobs::Runner;
use kernel::{Clock, Scope, UserId};
use messaging::Messaging;
use pipeline::DealDirectory;
use settings::{Settings, Sources};
use uuid::Uuid;

use super::network::Network;
use crate::compose::{App, migrations};

/// What is taken over of the organization.
pub struct Props {
    pub accounts: Vec<StoredAccount>,
    pub fields: Vec<CustomField>,
}

/// The owner's name, and nobody else.
struct Named(Option<(Uuid, String)>);

#[async_trait::async_trait]
impl Directory for Named {
    async fn names(&self, _: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        Ok(self.0.iter().filter(|(id, _)| ids.contains(id)).cloned().collect())
    }

    async fn people(&self, _: &Scope) -> Result<Vec<Person>, PortError> {
        Ok(Vec::new())
    }

    async fn is_member(&self, _: &Scope, user: UserId) -> Result<bool, PortError> {
        Ok(self.0.as_ref().is_some_and(|(id, _)| *id == Uuid::from(user)))
    }
}

/// The organization's snippets; answers are those of the world.
struct Said {
    messaging: Arc<Messaging>,
    snippets: HashMap<String, String>,
}

#[async_trait::async_trait]
impl Answers for Said {
    async fn texts(&self, scope: &Scope, messages: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        Answers::texts(&*self.messaging, scope, messages).await
    }

    async fn snippets(&self, _: &Scope) -> Result<HashMap<String, String>, PortError> {
        Ok(self.snippets.clone())
    }
}

pub struct World<'a> {
    scope: &'a Scope,
    script: &'a Script,
    clock: Clock,
    accounts: Arc<BdAccounts>,
    messaging: Arc<Messaging>,
    campaigns: Arc<Campaigns>,
    dispatcher: Dispatcher,
    runner: Runner,
    network: Network,
    senders: Vec<Uuid>,
}

impl<'a> World<'a> {
    /// Builds it in a folder, and starts the campaign.
    pub async fn open(folder: &Path, scope: &'a Scope, script: &'a Script, props: Props) -> Result<Self> {
        let clock = Clock::manual(script.starts_at, script.seed);
        let url = format!("sqlite:{}", folder.join("rehearsal.db").display());
        let db = Db::connect(&db::Options { url: url.clone(), max_connections: 2 }, clock.clone()).await?;
        migrate::migrate(&db, &migrations()).await?;
        let environment = vec![
            ("RAPPORT_DATA_DIR".to_owned(), folder.display().to_string()),
            ("RAPPORT_DATABASE_URL".to_owned(), url),
        ];
        let settings = Settings::from_sources(Sources { file: None, environment })
            .map_err(|problems| anyhow!("the settings of a rehearsal: {problems:?}"))?
            .settings;
        let app = App::over(db.clone(), settings, Arc::new(Offline))?;
        let asked = campaigns::Asked {
            directory: Arc::new(Named(script.owner_id.zip(script.owner.clone()))),
            clients: app.crm.clone(),
            audience: app.crm.clone(),
            deals: Arc::new(DealDirectory::new(db.clone())),
            moves: app.pipeline.clone(),
            outbox: app.messaging.clone(),
            senders: app.accounts.clone(),
            answers: Arc::new(Said { messaging: app.messaging.clone(), snippets: script.snippets.clone() }),
        };
        let campaigns = Arc::new(Campaigns::new(db.clone(), asked));
        // No notification, no webhook, no mail, no line for auditors.
        let handlers = [
            app.crm.handlers(),
            app.pipeline.handlers(),
            BdAccounts::handlers(),
            Messaging::handlers(),
            campaigns.handlers(),
        ];
        let works = [
            app.crm.clone().works(),
            app.pipeline.clone().works(),
            app.accounts.works(),
            app.messaging.works(),
            campaigns.clone().works(),
        ];
        let senders = props.accounts.iter().map(|account| account.id).collect();
        furnish(&db, scope, script, props).await?;
        stage::put(&campaigns, scope, script).await?;
        Ok(Self {
            scope,
            script,
            network: Network::new(clock.clone(), script),
            clock,
            accounts: app.accounts,
            messaging: app.messaging,
            campaigns,
            dispatcher: Dispatcher::new(db.clone(), handlers.concat()),
            runner: Runner::new(db, works.concat()),
            senders,
        })
    }

    /// Does what is due now: whether that was anything, and when something will be.
    pub async fn turn(&mut self) -> Result<(bool, Option<DateTime<Utc>>)> {
        let mut done = false;
        loop {
            let reactions = self.dispatcher.run_until_idle().await?;
            let jobs = self.runner.run_until_idle().await?;
            if reactions == 0 && jobs == 0 {
                break;
            }
            done = true;
        }
        let mut next = self.network.next_at().into_iter().chain(self.runner.next_at().await?).min();
        for account in &self.senders {
            self.network.is_for(*account);
            let at = (self.scope.org_id, *account);
            let (errands, again) = by_hand::round(&self.accounts, &*self.messaging, at, &mut self.network).await?;
            done |= errands > 0;
            next = next.into_iter().chain(again).min();
        }
        let due = stage::come_round(&self.campaigns, self.scope, self.script.campaign_id).await?;
        done |= due.is_some_and(|at| at <= self.clock.now());
        Ok((done, next.into_iter().chain(due).min()))
    }

    /// Moves the clock on, a little at least, and lets happen what the network has for then.
    pub async fn go_to(&mut self, at: DateTime<Utc>) -> Result<()> {
        let by = (at - self.clock.now()).max(TimeDelta::milliseconds(100));
        self.clock.advance(by);
        let inbox: &dyn Inbox = &*self.messaging;
        for (account, chat, news) in self.network.happens() {
            by_hand::saw(inbox, (self.scope.org_id, account), chat, news).await?;
        }
        Ok(())
    }

    pub async fn report(self) -> Result<Report, Failed> {
        Ok(stage::report(&self.campaigns, self.scope, self.script, &self.network.noted).await?)
    }
}

async fn furnish(db: &Db, scope: &Scope, script: &Script, props: Props) -> Result<()> {
    let tx = db.begin(scope).await?;
    for field in &props.fields {
        fields::insert(&tx, field).await?;
    }
    for (peer_id, account) in (1_i64..).zip(props.accounts) {
        accounts::insert(&tx, scope, &bare(account, peer_id)).await?;
    }
    people(&tx, &script.people).await?;
    tx.commit().await?;
    Ok(())
}

/// An account without what tells whose it is. It is supposed to stay connected if somebody is signed in.
fn bare(account: StoredAccount, peer_id: i64) -> StoredAccount {
    StoredAccount {
        phone: None,
        peer_id: Some(peer_id),
        username: None,
        owner_id: None,
        allowed: Vec::new(),
        api_id: None,
        proxy_shown: None,
        is_online: account.is_signed_in(),
        offline_since: None,
        offline_told_at: None,
        ..account
    }
}

async fn people(tx: &Tx, people: &[Player]) -> Result<()> {
    let mut companies: BTreeMap<Uuid, NewCompany> = BTreeMap::new();
    let mut new = Vec::with_capacity(people.len());
    for Player { contact, .. } in people {
        let contact = contact.clone();
        if let Some((id, name)) = contact.company_id.zip(contact.company.clone()) {
            let fields = CompanyFields { name, ..CompanyFields::default() };
            companies.entry(id).or_insert(NewCompany { id, fields });
        }
        let fields = ContactFields {
            name: contact.name,
            first_name: contact.first_name,
            last_name: contact.last_name,
            job_title: contact.job_title,
            company_id: contact.company_id,
            emails: contact.emails,
            telegram_username: contact.telegram_username,
            time_zone: contact.time_zone,
            source: contact.source,
            tags: contact.tags,
            do_not_contact: contact.do_not_contact,
            custom: contact.custom,
            ..ContactFields::default()
        };
        new.push(NewContact { id: contact.id, fields, company_name: contact.company });
    }
    companies::insert_many(tx, &companies.into_values().collect::<Vec<_>>()).await?;
    contacts::insert_many(tx, &new).await?;
    Ok(())
}

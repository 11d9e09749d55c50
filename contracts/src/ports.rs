//! Questions one service asks another, implemented by the owner and wired in `server`.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use kernel::{Grants, Locale, OrgId, Owners, Permission, Reach, Scope, UserId};
use uuid::Uuid;

use crate::deals::DealStanding;

/// A port that could not answer.
pub type PortError = Box<dyn std::error::Error + Send + Sync>;

/// A member by name and e-mail address.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub id: Uuid,
    pub name: String,
    pub email: String,
}

/// Who is in the organization; implemented by `identity`.
#[async_trait::async_trait]
pub trait Directory: Send + Sync {
    /// Names of these people, as far as they are (or were) members of the scope's organization, and of its API keys; at
    /// most 1000 ids.
    async fn names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError>;

    /// Everybody who is a member of the scope's organization.
    async fn people(&self, scope: &Scope) -> Result<Vec<Person>, PortError>;

    /// Whether the person is a member of the scope's organization.
    async fn is_member(&self, scope: &Scope, user: UserId) -> Result<bool, PortError>;
}

/// Who works together; implemented by `identity`.
#[async_trait::async_trait]
pub trait Teams: Send + Sync {
    /// The members of a team of the scope's organization; none where there is no such team.
    async fn members_of(&self, scope: &Scope, team: Uuid) -> Result<Option<Vec<Uuid>>, PortError>;
}

/// From where somebody is signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionDevice {
    pub ip: Option<String>,
    /// Browser and system, such as `Firefox, Linux`.
    pub name: Option<String>,
}

/// The sessions of people; implemented by `identity`.
#[async_trait::async_trait]
pub trait Sessions: Send + Sync {
    /// From where this session was opened.
    async fn device(&self, session: Uuid) -> Result<Option<SessionDevice>, PortError>;

    /// From where the person opened the session of that moment, if they opened one.
    async fn opened_by(&self, user: UserId, at: DateTime<Utc>) -> Result<Option<SessionDevice>, PortError>;
}

/// What members may do by their role; implemented by `identity`.
#[async_trait::async_trait]
pub trait Roles: Send + Sync {
    /// The word of the person's role in the scope's organization, such as `agent`; none for who is no member.
    async fn role_of(&self, scope: &Scope, user: UserId) -> Result<Option<&'static str>, PortError>;
}

/// A contact, as far as other services need it.
#[derive(Clone, Debug, PartialEq)]
pub struct Client {
    pub name: String,
    pub company_id: Option<Uuid>,
    pub owner_id: Option<Uuid>,
}

/// Somebody as a channel knows them, to be recognised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct KnownPerson {
    /// On Telegram.
    pub username: Option<String>,
    /// E.164, with the plus.
    pub phone: Option<String>,
}

/// A contact to be created.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewClient {
    pub name: String,
    pub telegram_username: Option<String>,
    pub phone: Option<String>,
    pub owner_id: Option<Uuid>,
    /// Where it comes from, such as `Telegram`.
    pub source: Option<String>,
}

/// What a template may say of a contact.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientWords {
    pub name: String,
    pub first_name: Option<String>,
    pub company: Option<String>,
    pub telegram_username: Option<String>,
    /// The first one.
    pub phone: Option<String>,
}

/// Contacts and companies; implemented by `crm`.
#[async_trait::async_trait]
pub trait Clients: Send + Sync {
    /// Names of these contacts of the scope's organization, in the trash or not, within reach or not.
    async fn contact_names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError>;

    /// Names of these companies, likewise.
    async fn company_names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError>;

    /// The contact, if it is out of the trash and within the actor's reach.
    async fn find_contact(&self, scope: &Scope, id: Uuid) -> Result<Option<Client>, PortError>;

    /// Those of these contacts that are out of the trash and within the actor's reach; at most 5000 ids.
    async fn contacts_within(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashSet<Uuid>, PortError>;

    /// The contacts that became this one by merging, and those that became these.
    async fn merged_into(&self, scope: &Scope, contact: Uuid) -> Result<Vec<Uuid>, PortError>;

    /// All that each of these contacts is by merging: itself, what it became, and what became that. In the trash or not,
    /// within reach or not; who is unknown is only themselves. At most 1000.
    async fn same_people(&self, scope: &Scope, contacts: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>, PortError>;

    /// The name of the company, if it is out of the trash and within the actor's reach.
    async fn find_company(&self, scope: &Scope, id: Uuid) -> Result<Option<String>, PortError>;

    /// The contact that each of these people is, by username and then by phone: the oldest out of the trash, within the
    /// actor's reach. As many answers as questions; at most 1000.
    async fn match_people(&self, scope: &Scope, people: &[KnownPerson]) -> Result<Vec<Option<Uuid>>, PortError>;

    /// Creates a contact; the actor may do that.
    async fn create_contact(&self, scope: &Scope, new: NewClient) -> Result<Uuid, PortError>;

    /// What a template may say of the contact, if it is out of the trash and within the actor's reach.
    async fn words_of(&self, scope: &Scope, contact: Uuid) -> Result<Option<ClientWords>, PortError>;

    /// The same of many; at most 1000.
    async fn words_of_many(&self, scope: &Scope, contacts: &[Uuid]) -> Result<HashMap<Uuid, ClientWords>, PortError>;
}

/// A stage of a pipeline, which may be gone by now.
#[derive(Clone, Debug, PartialEq)]
pub struct StageName {
    pub name: String,
    /// A word of the palette, such as `blue`.
    pub color: String,
    pub pipeline_id: Uuid,
    pub pipeline: String,
}

/// A deal that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundDeal {
    pub id: Uuid,
    pub title: String,
    pub contact_id: Option<Uuid>,
    pub company_id: Option<Uuid>,
}

/// Whose deals are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DealsOf {
    Contact(Uuid),
    Company(Uuid),
}

/// A deal of a contact or a company, by name.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedDeal {
    pub id: Uuid,
    pub title: String,
    /// What its amount is in.
    pub currency: Option<String>,
}

/// What deals are searched by: words, and the contacts and companies that these words found.
#[derive(Clone, Copy, Debug)]
pub struct DealQuestion<'a> {
    pub words: &'a str,
    pub contacts: &'a [Uuid],
    pub companies: &'a [Uuid],
    /// Most deals wanted.
    pub limit: u64,
}

/// Deals of one currency (none: without an amount) together.
#[derive(Clone, Debug, PartialEq)]
pub struct DealSum {
    pub currency: Option<String>,
    pub count: u64,
    /// In minor units.
    pub amount_minor: i64,
}

/// What deals add up to, by currency.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DealFigures {
    pub open: Vec<DealSum>,
    pub won: Vec<DealSum>,
}

/// How and why a deal came into a stage.
#[derive(Clone, Debug, PartialEq)]
pub struct MoveCause {
    /// The word for it, such as `manual`.
    pub cause: String,
    /// Whether no person chose the stage.
    pub auto: bool,
    pub reason: Option<String>,
    /// How long it had stood in the stage before.
    pub seconds_in_from: Option<i64>,
}

/// Deals; implemented by `pipeline`.
#[async_trait::async_trait]
pub trait Deals: Send + Sync {
    /// Titles of those of these deals that are within the actor's reach, in the trash or not.
    async fn titles(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError>;

    /// The newest 200 deals of a contact or a company that are within the actor's reach, in the trash or not; none for who
    /// may not read deals.
    async fn of_client(&self, scope: &Scope, of: DealsOf) -> Result<Vec<NamedDeal>, PortError>;

    /// The newest deals within reach and out of the trash that have every word, or one of the contacts or companies.
    async fn search(&self, scope: &Scope, question: DealQuestion<'_>) -> Result<Vec<FoundDeal>, PortError>;

    /// The searchable words of each of the newest deals of the organization, whoever's they are: for recognising what was meant,
    /// not to be shown.
    async fn words(&self, scope: &Scope, limit: u64) -> Result<Vec<String>, PortError>;

    /// The tags of the deals within reach, and how many have each; the most used 5000.
    async fn tags(&self, scope: &Scope) -> Result<Vec<(String, i64)>, PortError>;

    /// The open deals within reach, and those won since an instant.
    async fn figures(&self, scope: &Scope, won_since: DateTime<Utc>) -> Result<DealFigures, PortError>;

    /// These stages by name.
    async fn stages(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, StageName>, PortError>;

    /// Why deals came into their stages at these instants, as far as they did; at most 1000.
    async fn moves(
        &self,
        scope: &Scope,
        entered: &[(Uuid, DateTime<Utc>)],
    ) -> Result<HashMap<(Uuid, DateTime<Utc>), MoveCause>, PortError>;

    /// The deals of each of these contacts that are within the actor's reach and out of the trash, newest first; at most 1000
    /// ids, and the newest 10 000 deals. Who has none is absent; none for who may not read deals.
    async fn stages_of_contacts(
        &self,
        scope: &Scope,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<DealStanding>>, PortError>;
}

/// Chats; implemented by `messaging`.
#[async_trait::async_trait]
pub trait Chats: Send + Sync {
    /// Titles of those of these chats that are within the actor's reach; at most 500.
    async fn titles(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError>;
}

/// Campaigns; implemented by `campaigns`.
#[async_trait::async_trait]
pub trait CampaignNames: Send + Sync {
    /// Names of those of these campaigns that are within the actor's reach, put away or not; at most 500 are one statement.
    async fn names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError>;
}

/// Whose a record is, and where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// None: it is everybody's.
    pub owner_id: Option<Uuid>,
    /// Of a chat: who may read it besides those who reach the whole organization; none: everybody. Goes before the owner.
    pub readers: Option<Vec<Uuid>>,
    /// Who created it; none: nobody knows.
    pub created_by: Option<Uuid>,
    /// Of a campaign: who launched it last; none: nobody yet.
    pub launched_by: Option<Uuid>,
    /// Of a deal.
    pub pipeline_id: Option<Uuid>,
}

impl Holding {
    /// Whether who reaches the rows of these people sees the record.
    #[must_use]
    pub fn is_within(&self, owners: &Owners) -> bool {
        match &self.readers {
            Some(readers) => *owners == Owners::All || owners.any_of(readers),
            None => owners.include(self.owner_id),
        }
    }
}

/// How many records of a kind somebody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub by: Uuid,
    /// Such as `contact`.
    pub kind: &'static str,
    pub count: u64,
}

/// Records that belong to somebody; implemented by each service for its own.
#[async_trait::async_trait]
pub trait Owned: Send + Sync {
    /// Whether records of this kind, such as `contact`, are its own.
    fn keeps(&self, kind: &str) -> bool;

    /// Whose these records of the organization are, in the trash or not. Those that are gone are absent.
    async fn holdings(&self, org: OrgId, kind: &str, ids: &[Uuid]) -> Result<HashMap<Uuid, Holding>, PortError>;

    /// How many of them out of the trash are these people's, by kind; at most 1000 ids. Who has none is absent.
    async fn held_by(&self, org: OrgId, people: &[Uuid]) -> Result<Vec<Held>, PortError>;
}

/// A member as somebody to be told of things.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipient {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    /// They proved that what is mailed there comes to them.
    pub email_verified: bool,
    pub locale: Locale,
    /// An IANA name, such as `Europe/Warsaw`.
    pub time_zone: String,
    pub grants: Grants,
    pub reach: Reach,
}

/// Whom one can tell of something; implemented by `identity`.
#[async_trait::async_trait]
pub trait Recipients: Send + Sync {
    /// Those of these people who are members of the organization; at most 1000 ids.
    async fn recipients(&self, org: OrgId, ids: &[Uuid]) -> Result<Vec<Recipient>, PortError>;

    /// The members whose role holds the permission; at most 1000.
    async fn holders(&self, org: OrgId, permission: Permission) -> Result<Vec<Recipient>, PortError>;
}

/// What is told to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The same message again has the same: whoever carries it may know it by this.
    pub key: Uuid,
    /// Of messages with the same a later one may take the place of an earlier one.
    pub thread: Uuid,
    /// One sentence.
    pub subject: String,
    /// More, in lines; may be empty.
    pub text: String,
    /// Where in the app it is about; a path that begins with `/`.
    pub link: String,
}

/// Why a message could not be sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Trying again later may help.
    #[error("{0}")]
    Later(String),
    /// It will not go, however often it is tried.
    #[error("{0}")]
    Never(String),
}

/// A way to a person outside the app, such as e-mail; implemented by whoever keeps it.
#[async_trait::async_trait]
pub trait Sender: Send + Sync {
    /// Where the person is reached on it, such as an address, as it is shown to them; `None` when they cannot be.
    async fn address(&self, scope: &Scope, person: &Recipient) -> Result<Option<String>, PortError>;

    /// Sends, and gives what the other side calls the message.
    async fn send(&self, scope: &Scope, person: &Recipient, message: &Message) -> Result<String, SendError>;
}

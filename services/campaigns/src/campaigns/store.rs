//! Campaigns and their steps in the database. Steps that were taken out stay as rows.

use chrono::{DateTime, Utc};
use db::Tx;
use kernel::{Owners, Resource, Scope, values::name_key};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Error,
    campaign::{
        Campaign, CampaignState, Channel,
        step::{Action, Step},
    },
};

pub(crate) mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "campaigns")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub name: String,
        pub name_key: String,
        pub channel: String,
        pub state: String,
        pub owner_id: Option<Uuid>,
        #[sea_orm(column_type = "JsonBinary")]
        pub audience: Json,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub schedule: Option<Json>,
        #[sea_orm(column_type = "JsonBinary")]
        pub account_ids: Json,
        #[sea_orm(column_type = "JsonBinary")]
        pub held_accounts: Json,
        #[sea_orm(column_type = "JsonBinary")]
        pub stop_on: Json,
        #[sea_orm(column_type = "JsonBinary")]
        pub policy: Json,
        pub starts_at: Option<DateTimeUtc>,
        pub started_at: Option<DateTimeUtc>,
        pub finished_at: Option<DateTimeUtc>,
        pub pause_reason: Option<String>,
        pub enrolling: bool,
        pub enrolled_to: Option<Uuid>,
        pub enrolled: i64,
        pub created_by: Option<Uuid>,
        pub launched_by: Option<Uuid>,
        pub start_key: Option<Uuid>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod step_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "campaign_steps")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub campaign_id: Uuid,
        pub place: i64,
        pub kind: String,
        #[sea_orm(column_type = "JsonBinary")]
        pub action: Json,
        pub held: bool,
        pub looks: i64,
        pub retired_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::Column;
use step_entity::Column as StepColumn;

/// A campaign as it is kept, without its steps.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredCampaign {
    pub id: Uuid,
    /// Its steps are read apart.
    pub campaign: Campaign,
    pub state: CampaignState,
    pub owner_id: Option<Uuid>,
    pub held_accounts: Vec<Uuid>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    /// Why it is paused, or did not begin.
    pub pause_reason: Option<String>,
    /// Whether its audience is being read.
    pub enrolling: bool,
    pub enrolled_to: Option<Uuid>,
    pub enrolled: i64,
    pub created_by: Option<Uuid>,
    /// Who scheduled or started it last.
    pub launched_by: Option<Uuid>,
    /// Of the job that starts it.
    pub start_key: Option<Uuid>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A step as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredStep {
    pub step: Step,
    pub held: bool,
    pub looks: u32,
}

impl StoredCampaign {
    /// The image for the change log.
    #[must_use]
    pub fn image(&self) -> Value {
        let campaign = &self.campaign;
        json!({
            "name": campaign.name, "channel": campaign.channel, "state": self.state, "ownerId": self.owner_id,
            "audience": campaign.audience, "schedule": campaign.schedule, "accountIds": campaign.account_ids,
            "heldAccountIds": self.held_accounts, "stopOn": campaign.stop_on, "policy": campaign.policy,
            "startsAt": campaign.starts_at,
        })
    }

    /// Those of its accounts that are not held.
    #[must_use]
    pub fn free_accounts(&self) -> Vec<Uuid> {
        self.campaign.account_ids.iter().copied().filter(|id| !self.held_accounts.contains(id)).collect()
    }
}

fn read<T: DeserializeOwned>(value: Value, what: &'static str) -> Result<T, db::Error> {
    serde_json::from_value(value).map_err(|_| db::Error::Stored(what))
}

impl TryFrom<entity::Model> for StoredCampaign {
    type Error = db::Error;

    fn try_from(row: entity::Model) -> Result<Self, db::Error> {
        Ok(Self {
            id: row.id,
            campaign: Campaign {
                name: row.name,
                channel: Channel::parse(&row.channel).ok_or(db::Error::Stored("a channel"))?,
                audience: read(row.audience, "an audience")?,
                schedule: row.schedule.map(|schedule| read(schedule, "a schedule")).transpose()?,
                account_ids: read(row.account_ids, "accounts")?,
                stop_on: read(row.stop_on, "what stops")?,
                policy: read(row.policy, "a policy")?,
                steps: Vec::new(),
                starts_at: row.starts_at,
            },
            state: CampaignState::parse(&row.state).ok_or(db::Error::Stored("a state"))?,
            owner_id: row.owner_id,
            held_accounts: read(row.held_accounts, "accounts")?,
            started_at: row.started_at,
            finished_at: row.finished_at,
            pause_reason: row.pause_reason,
            enrolling: row.enrolling,
            enrolled_to: row.enrolled_to,
            enrolled: row.enrolled,
            created_by: row.created_by,
            launched_by: row.launched_by,
            start_key: row.start_key,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// A column of campaigns with the table's name.
#[must_use]
pub fn column(column: Column) -> SimpleExpr {
    Expr::col((entity::Entity, column))
}

/// The campaigns of the scope's organization that the actor reaches: as far as they reach clients.
#[must_use]
pub fn within(scope: &Scope) -> Condition {
    let mine = Condition::all().add(column(Column::OrgId).eq(scope.org_id.0));
    match scope.owners(Resource::Clients) {
        Owners::All => mine,
        Owners::These(people) => {
            let owner = || column(Column::OwnerId);
            mine.add(Condition::any().add(owner().is_null()).add(owner().is_in(people)))
        }
    }
}

/// One campaign.
///
/// # Errors
/// [`Error::NotFound`] when it is unknown or out of reach.
pub async fn get(connection: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<StoredCampaign, Error> {
    let find = entity::Entity::find().filter(within(scope)).filter(Column::Id.eq(id));
    Ok(find.one(connection).await?.ok_or(Error::NotFound)?.try_into()?)
}

/// As [`get`], held until the transaction ends.
///
/// # Errors
/// As [`get`].
pub async fn lock(tx: &Tx, scope: &Scope, id: Uuid) -> Result<StoredCampaign, Error> {
    let find = entity::Entity::find().filter(within(scope)).filter(Column::Id.eq(id)).lock_exclusive();
    Ok(find.one(tx).await?.ok_or(Error::NotFound)?.try_into()?)
}

/// Names of those of these campaigns that the actor reaches.
///
/// # Errors
/// When the database is away.
pub async fn names(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, String)>, Error> {
    let find = entity::Entity::find().select_only().column(Column::Id).column(Column::Name).filter(within(scope));
    Ok(find.filter(Column::Id.is_in(ids.iter().copied())).into_tuple::<(Uuid, String)>().all(connection).await?)
}

/// The steps of a campaign, those that were taken out among them, in order.
///
/// # Errors
/// When the database is away.
pub async fn steps(connection: &impl ConnectionTrait, scope: &Scope, campaign: Uuid) -> Result<Vec<StoredStep>, Error> {
    let find = step_entity::Entity::find().filter(StepColumn::OrgId.eq(scope.org_id.0));
    let find = find.filter(StepColumn::CampaignId.eq(campaign)).order_by_asc(StepColumn::Place);
    let step = |row: step_entity::Model| {
        let action: Action = read(row.action, "an action")?;
        let place = i32::try_from(row.place).map_err(|_| db::Error::Stored("a place"))?;
        let step = Step { id: row.id, place, retired: row.retired_at.is_some(), action };
        Ok(StoredStep { step, held: row.held, looks: u32::try_from(row.looks).unwrap_or(u32::MAX) })
    };
    find.all(connection).await?.into_iter().map(step).collect()
}

fn columns(stored: &StoredCampaign) -> entity::ActiveModel {
    let campaign = &stored.campaign;
    entity::ActiveModel {
        name: Set(campaign.name.clone()),
        name_key: Set(name_key(&campaign.name)),
        channel: Set(campaign.channel.as_str().to_owned()),
        state: Set(stored.state.as_str().to_owned()),
        owner_id: Set(stored.owner_id),
        audience: Set(json!(campaign.audience)),
        schedule: Set(campaign.schedule.as_ref().map(|schedule| json!(schedule))),
        account_ids: Set(json!(campaign.account_ids)),
        held_accounts: Set(json!(stored.held_accounts)),
        stop_on: Set(json!(campaign.stop_on)),
        policy: Set(json!(campaign.policy)),
        starts_at: Set(campaign.starts_at),
        started_at: Set(stored.started_at),
        finished_at: Set(stored.finished_at),
        pause_reason: Set(stored.pause_reason.clone()),
        enrolling: Set(stored.enrolling),
        enrolled_to: Set(stored.enrolled_to),
        launched_by: Set(stored.launched_by),
        start_key: Set(stored.start_key),
        version: Set(stored.version),
        updated_at: Set(stored.updated_at),
        ..Default::default()
    }
}

/// Inserts a campaign, without its steps.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &Tx, scope: &Scope, stored: &StoredCampaign) -> Result<(), Error> {
    let row = entity::ActiveModel {
        id: Set(stored.id),
        org_id: Set(scope.org_id.0),
        enrolled: Set(stored.enrolled),
        created_by: Set(stored.created_by),
        created_at: Set(stored.created_at),
        ..columns(stored)
    };
    Ok(db::insert_all(tx, [row]).await?)
}

/// Writes what people set and where it stands, with the next version; `None` when it has another version by now. How many
/// are enrolled is counted elsewhere.
///
/// # Errors
/// When the database refuses.
pub async fn update(
    tx: &Tx,
    scope: &Scope,
    old: &StoredCampaign,
    new: StoredCampaign,
) -> Result<Option<StoredCampaign>, Error> {
    let new = StoredCampaign { version: old.version + 1, updated_at: tx.clock().now(), ..new };
    let update = entity::Entity::update_many().set(columns(&new)).filter(Column::OrgId.eq(scope.org_id.0));
    let update = update.filter(Column::Id.eq(old.id)).filter(Column::Version.eq(old.version));
    Ok((update.exec(tx).await?.rows_affected > 0).then_some(new))
}

/// Inserts steps.
///
/// # Errors
/// When the database refuses.
pub async fn insert_steps(tx: &Tx, scope: &Scope, campaign: Uuid, steps: &[Step]) -> Result<(), Error> {
    let rows = steps.iter().map(|step| step_entity::ActiveModel {
        id: Set(step.id),
        org_id: Set(scope.org_id.0),
        campaign_id: Set(campaign),
        place: Set(step.place.into()),
        kind: Set(step.action.kind().to_owned()),
        action: Set(json!(step.action)),
        held: Set(false),
        looks: Set(0),
        retired_at: Set(None),
    });
    Ok(db::insert_all(tx, rows.collect::<Vec<_>>()).await?)
}

/// Takes all steps of a draft away.
///
/// # Errors
/// When the database refuses.
pub async fn clear_steps(tx: &Tx, scope: &Scope, campaign: Uuid) -> Result<(), Error> {
    let delete = step_entity::Entity::delete_many().filter(StepColumn::OrgId.eq(scope.org_id.0));
    delete.filter(StepColumn::CampaignId.eq(campaign)).exec(tx).await?;
    Ok(())
}

/// What of a step is written.
#[derive(Clone, Debug, Default)]
pub struct StepChange {
    pub action: Option<Action>,
    pub held: Option<bool>,
    pub looks: Option<u32>,
    pub retired: bool,
    pub place: Option<i32>,
}

/// Changes a step.
///
/// # Errors
/// When the database refuses.
pub async fn change_step(tx: &Tx, scope: &Scope, campaign: Uuid, id: Uuid, change: StepChange) -> Result<bool, Error> {
    let mut row = step_entity::ActiveModel::default();
    if let Some(action) = &change.action {
        row.action = Set(json!(action));
        row.kind = Set(action.kind().to_owned());
    }
    if let Some(held) = change.held {
        row.held = Set(held);
    }
    if let Some(looks) = change.looks {
        row.looks = Set(looks.into());
    }
    if let Some(place) = change.place {
        row.place = Set(place.into());
    }
    if change.retired {
        row.retired_at = Set(Some(tx.clock().now()));
    }
    let update = step_entity::Entity::update_many().set(row).filter(StepColumn::OrgId.eq(scope.org_id.0));
    let update = update.filter(StepColumn::CampaignId.eq(campaign)).filter(StepColumn::Id.eq(id));
    Ok(update.exec(tx).await?.rows_affected > 0)
}

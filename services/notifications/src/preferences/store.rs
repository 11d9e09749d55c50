//! Preferences in the database: what people said. For the rest [`Kind::default_mode`] and [`Settings::default`] hold.

use std::collections::HashMap;

use chrono::{DateTime, NaiveTime, Utc};
use db::{Tx, columns::Texts};
use kernel::Scope;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::times::{self, Quiet, Weekdays};
use crate::{
    Error,
    kinds::{Channel, Kind, Mode},
};

pub mod choice {
    //! How a person wants to be told of a kind on a channel.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "notification_preferences")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub channel: String,
        pub mode: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod setting {
    //! When a person wants to be told.
    use db::columns::Texts;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "notification_settings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        pub quiet: bool,
        pub quiet_from: String,
        pub quiet_to: String,
        pub quiet_weekends: bool,
        #[sea_orm(column_type = "JsonBinary")]
        pub digest_times: Texts,
        /// As [`super::Weekdays::bits`].
        pub digest_days: i64,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// When a person wants to be told.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    pub quiet: Quiet,
    /// In order, each once; none: there are no digests.
    pub digest_times: Vec<NaiveTime>,
    pub digest_days: Weekdays,
}

impl Default for Settings {
    fn default() -> Self {
        let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        let quiet = Quiet { enabled: false, from: hour(22), to: hour(8), weekends: false };
        Self { quiet, digest_times: vec![hour(9)], digest_days: Weekdays::ALL }
    }
}

impl Settings {
    /// When a message is sent that could go now, and one that waits for the digest; none where there are no digests.
    #[must_use]
    pub fn due(&self, mode: Mode, now: DateTime<Utc>, zone: &str) -> Option<DateTime<Utc>> {
        match mode {
            Mode::Digest => self.next_slot(now, zone),
            Mode::Instant | Mode::Off => Some(self.quiet.over_by(now, times::zone(zone))),
        }
    }

    /// When the first digest after an instant comes.
    #[must_use]
    pub fn next_slot(&self, now: DateTime<Utc>, zone: &str) -> Option<DateTime<Utc>> {
        times::next_slot((self.digest_times.as_slice(), self.digest_days), self.quiet, times::zone(zone), now)
    }
}

/// What one person said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wishes {
    pub choices: HashMap<(Kind, Channel), Mode>,
    pub settings: Settings,
}

impl Wishes {
    /// How the person wants to be told of a kind on a channel.
    #[must_use]
    pub fn mode(&self, kind: Kind, channel: Channel) -> Mode {
        self.choices.get(&(kind, channel)).copied().unwrap_or_else(|| kind.default_mode(channel))
    }
}

/// What these people said, of one kind or of all.
///
/// # Errors
/// When the database is away.
pub async fn load(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    people: &[Uuid],
    kind: Option<Kind>,
) -> Result<HashMap<Uuid, Wishes>, Error> {
    let mut wishes: HashMap<Uuid, Wishes> = people.iter().map(|id| (*id, Wishes::default())).collect();
    let mut choices = choice::Entity::find()
        .filter(choice::Column::OrgId.eq(scope.org_id.0))
        .filter(choice::Column::UserId.is_in(people.iter().copied()));
    if let Some(kind) = kind {
        choices = choices.filter(choice::Column::Kind.eq(kind.as_str()));
    }
    for row in choices.all(connection).await? {
        let said = (Kind::parse(&row.kind), Channel::parse(&row.channel), Mode::parse(&row.mode));
        if let ((Some(kind), Some(channel), Some(mode)), Some(of)) = (said, wishes.get_mut(&row.user_id)) {
            of.choices.insert((kind, channel), mode);
        }
    }
    let settings = setting::Entity::find()
        .filter(setting::Column::OrgId.eq(scope.org_id.0))
        .filter(setting::Column::UserId.is_in(people.iter().copied()));
    for row in settings.all(connection).await? {
        if let Some(of) = wishes.get_mut(&row.user_id) {
            of.settings = Settings::try_from(row)?;
        }
    }
    Ok(wishes)
}

impl TryFrom<setting::Model> for Settings {
    type Error = db::Error;

    fn try_from(row: setting::Model) -> Result<Self, db::Error> {
        let time = |text: &str| times::parse(text).ok_or(db::Error::Stored("notification_settings"));
        let quiet = Quiet {
            enabled: row.quiet,
            from: time(&row.quiet_from)?,
            to: time(&row.quiet_to)?,
            weekends: row.quiet_weekends,
        };
        let digest_times = row.digest_times.0.iter().map(|text| time(text)).collect::<Result<_, _>>()?;
        let digest_days =
            Weekdays::from_bits(row.digest_days).ok_or(db::Error::Stored("notification_settings.digest_days"))?;
        Ok(Self { quiet, digest_times, digest_days })
    }
}

/// Keeps what a person said, in place of what they said before.
///
/// # Errors
/// When the database refuses.
pub async fn replace(tx: &Tx, scope: &Scope, person: Uuid, wishes: &Wishes) -> Result<(), Error> {
    let (org, user) = (scope.org_id.0, person);
    let old = choice::Entity::delete_many().filter(choice::Column::OrgId.eq(org));
    old.filter(choice::Column::UserId.eq(user)).exec(tx).await?;
    let old = setting::Entity::delete_many().filter(setting::Column::OrgId.eq(org));
    old.filter(setting::Column::UserId.eq(user)).exec(tx).await?;
    let choices = wishes.choices.iter().map(|((kind, channel), mode)| choice::ActiveModel {
        org_id: Set(org),
        user_id: Set(user),
        kind: Set(kind.as_str().to_owned()),
        channel: Set(channel.as_str().to_owned()),
        mode: Set(mode.as_str().to_owned()),
    });
    db::insert_all(tx, choices.collect::<Vec<_>>()).await?;
    let Settings { quiet, digest_times, digest_days } = &wishes.settings;
    let settings = setting::ActiveModel {
        org_id: Set(org),
        user_id: Set(user),
        quiet: Set(quiet.enabled),
        quiet_from: Set(times::written(quiet.from)),
        quiet_to: Set(times::written(quiet.to)),
        quiet_weekends: Set(quiet.weekends),
        digest_times: Set(Texts(digest_times.iter().copied().map(times::written).collect())),
        digest_days: Set(digest_days.bits()),
        updated_at: Set(tx.clock().now()),
    };
    Ok(db::insert_all(tx, [settings]).await?)
}

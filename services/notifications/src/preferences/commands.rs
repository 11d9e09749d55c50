//! Reading and keeping what a person said about how and when they want to be told.

use std::collections::HashMap;

use api::words;
use chrono::Weekday;
use db::{Action, Change, Tx};
use kernel::{Fields, Scope, values::Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    store::{self, Settings, Wishes},
    times::{self, Quiet, Weekdays},
};
use crate::{
    Error, Notifications, digests, inbox,
    kinds::{Category, Channel, Kind, Mode},
};

/// The word for preferences in the change log.
const SUBJECT: &str = "notification_preferences";
/// Most times of a digest.
const MAX_TIMES: usize = 6;

words! {
    /// A day of the week.
    #[schema(as = DigestDay)]
    Day {
        Monday = "monday",
        Tuesday = "tuesday",
        Wednesday = "wednesday",
        Thursday = "thursday",
        Friday = "friday",
        Saturday = "saturday",
        Sunday = "sunday",
    }
}

impl Day {
    const ALL: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];

    fn of_week(self) -> Weekday {
        match self {
            Self::Monday => Weekday::Mon,
            Self::Tuesday => Weekday::Tue,
            Self::Wednesday => Weekday::Wed,
            Self::Thursday => Weekday::Thu,
            Self::Friday => Weekday::Fri,
            Self::Saturday => Weekday::Sat,
            Self::Sunday => Weekday::Sun,
        }
    }

    fn every() -> Vec<Self> {
        Self::ALL.to_vec()
    }
}

/// How one is told of a kind.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KindPreference {
    pub kind: Kind,
    pub category: Category,
    pub in_app: bool,
    pub email: Mode,
    pub telegram: Mode,
    pub push: bool,
}

/// How one wants to be told of a kind.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = KindPreferenceInput)]
pub struct KindInput {
    kind: Kind,
    in_app: bool,
    email: Mode,
    telegram: Mode,
    push: bool,
}

/// Hours in which one is told on no channel outside the app, on the clocks of the zone of the profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    pub enabled: bool,
    /// `HH:MM`; over midnight when it is later than `to`.
    #[schema(example = "22:00")]
    pub from: String,
    #[schema(example = "08:00")]
    pub to: String,
    /// All day on Saturday and Sunday too.
    pub weekends: bool,
}

/// A channel with an address.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AddressedChannel {
    pub available: bool,
    /// Where one is reached on it; of a channel that is not available, the address that one has yet to prove.
    #[schema(required)]
    pub address: Option<String>,
}

/// A channel without one.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PlainChannel {
    pub available: bool,
}

/// Which channels there are for the caller.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = NotificationChannels)]
pub struct Channels {
    pub email: AddressedChannel,
    pub telegram: AddressedChannel,
    pub push: PlainChannel,
}

/// How and when the caller is told of things.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationPreferences {
    /// Every kind, in the order they are shown.
    pub kinds: Vec<KindPreference>,
    pub quiet_hours: QuietHours,
    /// `HH:MM`, in order; empty: there are no digests.
    pub digest_times: Vec<String>,
    /// In order, from Monday on.
    pub digest_days: Vec<Day>,
    pub channels: Channels,
}

/// How and when the caller wants to be told.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NotificationPreferencesInput {
    /// Kinds that are absent are told as they are told to who said nothing.
    kinds: Vec<KindInput>,
    quiet_hours: QuietHours,
    /// At most six times, `HH:MM`; none: there are no digests.
    #[schema(max_items = 6)]
    digest_times: Vec<String>,
    /// On which days they come; on every day unless given.
    #[serde(default = "Day::every")]
    #[schema(min_items = 1)]
    digest_days: Vec<Day>,
}

/// How and when the caller is told.
///
/// # Errors
/// When somebody who is asked is away.
pub async fn get(service: &Notifications, scope: &Scope) -> Result<NotificationPreferences, Error> {
    let me = Notifications::me(scope)?;
    let wishes = store::load(&service.db.reader(scope), scope, &[me], None).await?.remove(&me).unwrap_or_default();
    shown(service, scope, me, &wishes).await
}

async fn shown(
    service: &Notifications,
    scope: &Scope,
    me: Uuid,
    wishes: &Wishes,
) -> Result<NotificationPreferences, Error> {
    let Settings { quiet, digest_times, digest_days } = &wishes.settings;
    let kind = |kind: Kind| KindPreference {
        kind,
        category: kind.category(),
        in_app: wishes.mode(kind, Channel::InApp) != Mode::Off,
        email: wishes.mode(kind, Channel::Email),
        telegram: wishes.mode(kind, Channel::Telegram),
        push: wishes.mode(kind, Channel::Push) != Mode::Off,
    };
    Ok(NotificationPreferences {
        kinds: Kind::ALL.into_iter().map(kind).collect(),
        quiet_hours: QuietHours {
            enabled: quiet.enabled,
            from: times::written(quiet.from),
            to: times::written(quiet.to),
            weekends: quiet.weekends,
        },
        digest_times: digest_times.iter().copied().map(times::written).collect(),
        digest_days: Day::ALL.into_iter().filter(|day| digest_days.has(day.of_week())).collect(),
        channels: Channels {
            email: addressed(service, scope, me, Channel::Email).await?,
            telegram: addressed(service, scope, me, Channel::Telegram).await?,
            push: PlainChannel { available: service.pusher.is_some() },
        },
    })
}

async fn addressed(
    service: &Notifications,
    scope: &Scope,
    me: Uuid,
    channel: Channel,
) -> Result<AddressedChannel, Error> {
    let (Some(sender), Some(person)) = (service.senders.get(&channel), service.person(scope, me).await?) else {
        return Ok(AddressedChannel { available: false, address: None });
    };
    let address = sender.address(scope, &person).await.map_err(Error::Port)?;
    let unproved =
        (channel == Channel::Email && !person.email_verified && !person.email.is_empty()).then_some(person.email);
    Ok(AddressedChannel { available: address.is_some(), address: address.or(unproved) })
}

/// Keeps how and when the caller wants to be told, in place of what they said before.
///
/// # Errors
/// [`Error::Invalid`] with every field at fault.
pub async fn replace(
    service: &Notifications,
    scope: &Scope,
    input: NotificationPreferencesInput,
) -> Result<NotificationPreferences, Error> {
    let me = Notifications::me(scope)?;
    let wishes = parse(&input)?;
    let zone = service.person(scope, me).await?.map(|person| person.time_zone);
    let tx = service.db.begin(scope).await?;
    let before = store::load(&tx, scope, &[me], None).await?.remove(&me).unwrap_or_default();
    keep(&tx, scope, me, (&before, &wishes), zone.as_deref()).await?;
    tx.commit().await?;
    shown(service, scope, me, &wishes).await
}

/// Keeps what a person says, if that is anything new; what waits for a digest waits for the next one by the new times.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn keep(
    tx: &Tx,
    scope: &Scope,
    person: Uuid,
    (before, after): (&Wishes, &Wishes),
    zone: Option<&str>,
) -> Result<(), Error> {
    if before == after {
        return Ok(());
    }
    store::replace(tx, scope, person, after).await?;
    if let Some(zone) = zone.filter(|_| before.settings != after.settings) {
        digests::replan(tx, scope, person, &after.settings, zone).await?;
    }
    let change = Change::between(SUBJECT, person, Action::Updated, &image(before), &image(after), 1);
    db::change_log::record(tx, [change]).await?;
    inbox::commands::tell(tx, scope, person).await
}

fn parse(input: &NotificationPreferencesInput) -> Result<Wishes, Fields> {
    let mut refused = Fields::default();
    let mut time = |field: String, text: &str| {
        let time = times::parse(text);
        if time.is_none() {
            refused.refuse(&field, "notify.time");
        }
        time
    };
    let QuietHours { enabled, from, to, weekends } = &input.quiet_hours;
    let (from, to) = (time("quietHours.from".to_owned(), from), time("quietHours.to".to_owned(), to));
    let listed = input.digest_times.iter().take(MAX_TIMES).enumerate();
    let mut digest_times: Vec<_> =
        listed.filter_map(|(index, text)| time(format!("digestTimes[{index}]"), text)).collect();
    digest_times.sort_unstable();
    digest_times.dedup();
    if input.digest_times.len() > MAX_TIMES {
        refused.refuse_with("digestTimes", Problem::TooMany { max: MAX_TIMES });
    }
    if input.digest_days.is_empty() {
        refused.refuse("digestDays", "field.required");
    }
    if from.is_some() && from == to {
        refused.refuse("quietHours.to", "notify.quiet.empty");
    }
    let quiet = from.zip(to).map(|(from, to)| Quiet { enabled: *enabled, from, to, weekends: *weekends });
    let Some(quiet) = quiet.filter(|_| refused.0.is_empty()) else { return Err(refused) };
    let choices = input.kinds.iter().flat_map(KindInput::choices).collect();
    let digest_days = Weekdays::of(input.digest_days.iter().map(|day| day.of_week()));
    Ok(Wishes { choices, settings: Settings { quiet, digest_times, digest_days } })
}

impl KindInput {
    fn choices(&self) -> [((Kind, Channel), Mode); 4] {
        let on = |yes: bool| if yes { Mode::Instant } else { Mode::Off };
        [
            ((self.kind, Channel::InApp), on(self.in_app)),
            ((self.kind, Channel::Email), self.email),
            ((self.kind, Channel::Telegram), self.telegram),
            ((self.kind, Channel::Push), on(self.push)),
        ]
    }
}

fn image(wishes: &Wishes) -> serde_json::Value {
    let Settings { quiet, digest_times, digest_days } = &wishes.settings;
    let choices: HashMap<String, &str> = wishes
        .choices
        .iter()
        .map(|((kind, channel), mode)| (format!("{}.{}", kind.as_str(), channel.as_str()), mode.as_str()))
        .collect();
    json!({
        "choices": choices,
        "quiet": { "enabled": quiet.enabled, "from": quiet.from, "to": quiet.to, "weekends": quiet.weekends },
        "digestTimes": digest_times,
        "digestDays": digest_days.bits(),
    })
}

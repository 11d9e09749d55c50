//! Reading and keeping what a person said about how and when they want to be told.

use std::collections::HashMap;

use db::{Action, Change};
use kernel::{Fields, Scope, values::Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    store::{self, Settings, Wishes},
    times::{self, Quiet},
};
use crate::{
    Error, Notifications, inbox,
    kinds::{Category, Channel, Kind, Mode},
};

/// The word for preferences in the change log.
const SUBJECT: &str = "notification_preferences";
/// Most times of a digest.
const MAX_TIMES: usize = 6;

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
    /// Where one is reached on it.
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
    /// `HH:MM`, in order.
    pub digest_times: Vec<String>,
    pub channels: Channels,
}

/// How and when the caller wants to be told.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NotificationPreferencesInput {
    /// Kinds that are absent are told as they are told to who said nothing.
    kinds: Vec<KindInput>,
    quiet_hours: QuietHours,
    /// One to six times, `HH:MM`.
    #[schema(min_items = 1, max_items = 6)]
    digest_times: Vec<String>,
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
    let Settings { quiet, digest_times } = &wishes.settings;
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
    let address = match (service.senders.get(&channel), service.person(scope, me).await?) {
        (Some(sender), Some(person)) => sender.address(scope, &person).await.map_err(Error::Port)?,
        _ => None,
    };
    Ok(AddressedChannel { available: address.is_some(), address })
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
    let tx = service.db.begin(scope).await?;
    let before = store::load(&tx, scope, &[me], None).await?.remove(&me).unwrap_or_default();
    if before != wishes {
        store::replace(&tx, scope, me, &wishes).await?;
        let change = Change::between(SUBJECT, me, Action::Updated, &image(&before), &image(&wishes), 1);
        db::change_log::record(&tx, [change]).await?;
        inbox::commands::tell(&tx, scope, me).await?;
    }
    tx.commit().await?;
    shown(service, scope, me, &wishes).await
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
    match input.digest_times.len() {
        0 => refused.refuse("digestTimes", "field.required"),
        1..=MAX_TIMES => {}
        _ => refused.refuse_with("digestTimes", Problem::TooMany { max: MAX_TIMES }),
    }
    if from.is_some() && from == to {
        refused.refuse("quietHours.to", "notify.quiet.empty");
    }
    let quiet = from.zip(to).map(|(from, to)| Quiet { enabled: *enabled, from, to, weekends: *weekends });
    let Some(quiet) = quiet.filter(|_| refused.0.is_empty()) else { return Err(refused) };
    let choices = input.kinds.iter().flat_map(KindInput::choices).collect();
    Ok(Wishes { choices, settings: Settings { quiet, digest_times } })
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
    let Settings { quiet, digest_times } = &wishes.settings;
    let choices: HashMap<String, &str> = wishes
        .choices
        .iter()
        .map(|((kind, channel), mode)| (format!("{}.{}", kind.as_str(), channel.as_str()), mode.as_str()))
        .collect();
    json!({
        "choices": choices,
        "quiet": { "enabled": quiet.enabled, "from": quiet.from, "to": quiet.to, "weekends": quiet.weekends },
        "digestTimes": digest_times,
    })
}

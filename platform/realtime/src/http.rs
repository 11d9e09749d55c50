//! `GET /api/v1/events` pages the feed; `GET /api/v1/streams/{name}` sends it as it grows.

use std::{convert::Infallible, sync::Arc, time::Duration};

use api::{ApiError, Caller, Json, Path, Query as Parameters, Refusals};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{self, Sse},
    },
};
use events::Envelope;
use futures_util::{StreamExt, stream};
use http::{Request, request::Parts};
use kernel::{ErrorKind, FieldError, Permission};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, MissedTickBehavior};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    connection::{Connection, Next, Start},
    hub::Hub,
    judged::JudgeError,
};

/// A stream: which events it carries, and what it takes to open it.
#[derive(Clone, Copy, Debug)]
pub struct Stream {
    /// Its word in the address.
    pub name: &'static str,
    /// Beginnings of the names of its events, such as `deal.`.
    pub prefixes: &'static [&'static str],
    /// Without it the stream is refused. Each event has its own audience besides.
    pub needs: Option<Permission>,
    /// Another stream has taken its place.
    pub deprecated: Option<&'static str>,
}

#[derive(Clone)]
struct Live {
    hub: Hub,
    streams: &'static [Stream],
}

/// The feed, page by page.
pub fn feed_routes(hub: Hub) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(list_events)).with_state(Live { hub, streams: &[] })
}

/// The feed as these streams; for a process that runs the hub.
pub fn stream_routes(hub: Hub, streams: &'static [Stream]) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(stream_events)).with_state(Live { hub, streams })
}

const DEFAULT_LIMIT: u64 = 100;
const MOST: u64 = 500;
/// Characters of the parameter `types`.
const LONGEST_TYPES: usize = 1000;
/// Pages read at most until one has something for the caller.
const PAGES: usize = 20;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FeedParams {
    /// The `next` of the last answer; without it the feed begins with the oldest event kept.
    #[param(minimum = 0)]
    after: Option<i64>,
    /// Most events of an answer, 1 to 500.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u64>,
    /// Names of events, or their beginnings, such as `deal.`; separated by commas.
    #[param(max_length = 1000)]
    types: Option<String>,
}

/// A page of the feed.
#[derive(Serialize, ToSchema)]
struct EventPage {
    /// The oldest first.
    items: Vec<Envelope>,
    /// Where to go on. Grows even when no event was for the caller.
    next: i64,
    /// Whether more is there already.
    more: bool,
}

/// Read the feed of events
///
/// Everything that happened in the organization and that the caller may know of, in the order of its commits. An answer may
/// be empty though `more` is true: go on with `next`.
#[utoipa::path(get, path = "/api/v1/events", tag = "Events", operation_id = "listEvents", params(FeedParams),
    responses((status = 200, description = "Events after the position", body = EventPage), Refusals))]
async fn list_events(
    State(live): State<Live>,
    caller: Caller,
    Parameters(params): Parameters<FeedParams>,
) -> Result<Json<EventPage>, ApiError> {
    let limit = params.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MOST).contains(&limit) {
        return Err(ApiError::field(FieldError::new("limit", "field.number.range")));
    }
    if params.after.is_some_and(|after| after < 0) {
        return Err(ApiError::field(FieldError::new("after", "field.number.range")));
    }
    if params.types.as_ref().is_some_and(|types| types.chars().count() > LONGEST_TYPES) {
        let params = vec![("max", LONGEST_TYPES.to_string())];
        return Err(ApiError::field(FieldError { field: "types".to_owned(), code: "field.too_long".into(), params }));
    }
    let (feed, judge) = (&live.hub.0.feed, &live.hub.0.judge);
    if let Some(after) = params.after
        && after < feed.forgotten().await.map_err(failed)?
    {
        return Err(ApiError::new(ErrorKind::Conflict, "events.forgotten"));
    }
    let scope = caller.scope();
    let mut page = EventPage { items: Vec::new(), next: params.after.unwrap_or_default(), more: true };
    for _ in 0..PAGES {
        let events = feed.of_organization(scope.org_id, page.next, limit).await.map_err(failed)?;
        page.more = events.len() as u64 >= limit;
        page.next = events.last().map_or(page.next, |event| event.position);
        let judged = judge.judge(events).await.map_err(broken)?;
        let wanted = |name: &str| params.types.as_deref().is_none_or(|types| matches(types.split(','), name));
        let told = judged.iter().filter(|judged| wanted(&judged.event.kind)).filter_map(|judged| judged.told(scope));
        page.items.extend(told);
        if !page.more || !page.items.is_empty() {
            break;
        }
    }
    Ok(Json(page))
}

fn matches<'a>(mut types: impl Iterator<Item = &'a str>, name: &str) -> bool {
    types.any(|wanted| {
        let wanted = wanted.trim();
        name == wanted || (wanted.ends_with('.') && name.starts_with(wanted))
    })
}

/// How long a client waits before it connects again.
const RETRY: Duration = Duration::from_secs(2);
/// A sign of life between events; a client that misses two of them connects again.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often the caller's session and rights are asked for again.
const CHECKED_EVERY: Duration = Duration::from_mins(1);
/// The first time after connecting: whoever's rights were taken away connects anew, maybe to a process that still believes
/// what it looked up before. That lasts five seconds, so this is longer.
const FIRST_CHECK: Duration = Duration::from_secs(6);
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StreamParams {
    /// As `Last-Event-ID`, for the first connection: events after this position come first.
    #[param(minimum = 0)]
    after: Option<i64>,
}

/// Stream events
///
/// Server-sent events as they happen: `id` is the position, `event` the name, `data` the event. After a break a client that
/// sends `Last-Event-ID` gets what it has missed. A comment every 15 seconds shows that the line is alive. `event: reset`
/// says that what was missed is no longer kept, `event: closing` why the stream ends. Streams: `deals`, `crm` (deprecated,
/// the same as `deals`), `payments`, `notifications`, `tasks`, `messages`.
#[utoipa::path(get, path = "/api/v1/streams/{name}", tag = "Events", operation_id = "streamEvents",
    params(("name" = String, Path, description = "The stream"), StreamParams),
    responses((status = 200, description = "The stream, which does not end by itself", content_type = "text/event-stream", body = String), Refusals))]
async fn stream_events(
    State(live): State<Live>,
    caller: Caller,
    Path(name): Path<String>,
    Parameters(params): Parameters<StreamParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let stream = live.streams.iter().find(|stream| stream.name == name);
    let stream = stream.ok_or_else(|| ApiError::new(ErrorKind::NotFound, "not_found"))?;
    if let Some(permission) = stream.needs {
        caller.scope().require(permission)?;
    }
    let after = match headers.get(LAST_EVENT_ID) {
        None => params.after,
        Some(id) => match id.to_str().ok().and_then(|id| id.parse().ok()) {
            Some(after) => Some(after),
            None => return Err(ApiError::field(FieldError::new("Last-Event-ID", "field.number.range"))),
        },
    };
    if after.is_some_and(|after: i64| after < 0) {
        return Err(ApiError::field(FieldError::new("after", "field.number.range")));
    }
    let mut connection = live.hub.open(Arc::clone(&caller.0), after.map_or(Start::Now, Start::After));
    let first = connection.begin().await.map_err(broken)?;
    let mut response = Sse::new(told(connection, first, stream, parts(headers))).into_response();
    if let Some(instead) = stream.deprecated {
        let successor = format!("</api/v1/streams/{instead}>; rel=\"successor-version\"");
        let answered = response.headers_mut();
        // RFC 9745: the instant since which it is.
        answered.insert("deprecation", HeaderValue::from_static("@1764547200"));
        answered.extend(HeaderValue::from_str(&successor).ok().map(|link| (header::LINK, link)));
    }
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// The credentials of a request, to ask for the caller again.
fn parts(headers: HeaderMap) -> Parts {
    let (mut parts, ()) = Request::new(()).into_parts();
    for name in [header::AUTHORIZATION, header::COOKIE] {
        parts.headers.extend(headers.get_all(&name).iter().map(|value| (name.clone(), value.clone())));
    }
    parts
}

struct Telling {
    connection: Connection,
    stream: &'static Stream,
    parts: Parts,
    beat: tokio::time::Interval,
    check: tokio::time::Interval,
    /// Said before anything else.
    first: Option<sse::Event>,
    ended: bool,
}

/// When a connection asks again who the caller is.
pub(crate) fn checks() -> tokio::time::Interval {
    let mut check = tokio::time::interval_at(Instant::now() + FIRST_CHECK, CHECKED_EVERY);
    check.set_missed_tick_behavior(MissedTickBehavior::Delay);
    check
}

fn told(
    connection: Connection,
    first: Option<Next>,
    stream: &'static Stream,
    parts: Parts,
) -> impl futures_util::Stream<Item = Result<sse::Event, Infallible>> {
    let mut beat = tokio::time::interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let reset = match first {
        Some(Next::Reset(position)) => Some(sse::Event::default().event("reset").id(position.to_string()).data("{}")),
        _ => None,
    };
    let opened = sse::Event::default().retry(RETRY).comment("open");
    let telling = Telling { connection, stream, parts, beat, check: checks(), first: reset, ended: false };
    let rest =
        stream::unfold(telling, |mut telling| async move { telling.next().await.map(|event| (Ok(event), telling)) });
    stream::once(async { Ok(opened) }).chain(rest)
}

impl Telling {
    async fn next(&mut self) -> Option<sse::Event> {
        if self.ended {
            return None;
        }
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            let next = tokio::select! {
                next = self.connection.next() => next,
                _ = self.beat.tick() => {
                    return Some(sse::Event::default().comment("hb"));
                }
                _ = self.check.tick() => {
                    self.connection.check(&self.parts).await;
                    continue;
                }
            };
            match next {
                Next::Told(judged) => {
                    let name = &judged.event.kind;
                    if !self.stream.prefixes.iter().any(|prefix| name.starts_with(prefix)) {
                        continue;
                    }
                    if let Some((message, _)) = judged.message(self.connection.scope()) {
                        let id = judged.event.position.to_string();
                        return Some(sse::Event::default().id(id).event(name).data(message.get()));
                    }
                }
                Next::Reset(_) => {}
                Next::Ended(reason) => {
                    self.ended = true;
                    let data = format!("{{\"reason\":\"{}\"}}", reason.as_str());
                    return Some(sse::Event::default().event("closing").data(data));
                }
            }
        }
    }
}

fn failed(error: db::Error) -> ApiError {
    ApiError::internal(&error)
}

fn broken(error: JudgeError) -> ApiError {
    ApiError::internal(&*error)
}

-- What people are told, how they want to be told, and what became of it.
create table notifications (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    -- Who is told.
    user_id {uuid} not null,
    kind {text} not null,
    category {text} not null,
    -- What it is about; nothing of a row that sums many up.
    subject_kind {text},
    subject_id {uuid},
    -- Who did it, unless several did, or nobody.
    actor_id {uuid},
    several_actors {bool} not null,
    -- For the sentence, a link or an undo.
    data {json} not null,
    -- What is unread and has the same key becomes one row; empty: nothing joins it any more.
    collapse_key {text} not null,
    count {bigint} not null,
    -- Whether it is shown in the app: somebody may want the e-mail only.
    in_app {bool} not null,
    created_at {instant} not null,
    last_at {instant} not null,
    read_at {instant},
    snoozed_until {instant}
);
create index notifications_inbox on notifications (org_id, user_id, last_at, id) where in_app;
create index notifications_unread on notifications (org_id, user_id, last_at, id) where in_app and read_at is null;
create unique index notifications_collapse on notifications (org_id, user_id, collapse_key)
    where read_at is null and collapse_key <> '';
create index notifications_rate on notifications (org_id, user_id, kind, created_at);
create index notifications_age on notifications (org_id, last_at);
{tenant notifications}

-- How a person wants to be told of a kind, as far as they said so.
create table notification_preferences (
    org_id {uuid} not null,
    user_id {uuid} not null,
    kind {text} not null,
    channel {text} not null,
    -- off, instant, digest
    mode {text} not null,
    primary key (org_id, user_id, kind, channel)
);
{tenant notification_preferences}

-- When a person wants to be told. Times are those of the zone of the profile, `HH:MM`.
create table notification_settings (
    org_id {uuid} not null,
    user_id {uuid} not null,
    quiet {bool} not null,
    quiet_from {text} not null,
    quiet_to {text} not null,
    quiet_weekends {bool} not null,
    digest_times {json} not null,
    updated_at {instant} not null,
    primary key (org_id, user_id)
);
{tenant notification_settings}

-- What a person wants to hear nothing of: a record, or a kind.
create table notification_mutes (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    user_id {uuid} not null,
    record_kind {text},
    record_id {uuid},
    kind {text},
    until {instant},
    created_at {instant} not null
);
create index notification_mutes_user on notification_mutes (org_id, user_id, created_at);
{tenant notification_mutes}

-- What became of a notification on the way to a person. status: waiting, sent, failed, suppressed.
create table notification_deliveries (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    notification_id {uuid} not null,
    user_id {uuid} not null,
    channel {text} not null,
    status {text} not null,
    -- Told together with others.
    digest {bool} not null,
    attempts {bigint} not null,
    error {text},
    -- What the one who carries it calls it.
    external_id {text},
    due_at {instant} not null,
    created_at {instant} not null,
    updated_at {instant} not null
);
create index notification_deliveries_of on notification_deliveries (org_id, notification_id);
create index notification_deliveries_digest on notification_deliveries (org_id, user_id, channel, due_at)
    where status = 'waiting' and digest;
{tenant notification_deliveries}

-- Browsers that may be woken.
create table push_subscriptions (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    user_id {uuid} not null,
    endpoint {text} not null,
    p256dh {bytes} not null,
    auth {bytes} not null,
    device {text},
    created_at {instant} not null,
    last_used_at {instant}
);
create unique index push_subscriptions_endpoint on push_subscriptions (org_id, user_id, endpoint);
{tenant push_subscriptions}

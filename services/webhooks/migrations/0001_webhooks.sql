-- Addresses that are told of events.
create table webhooks (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    url {text} not null,
    description {text},
    -- Names of events, or only `*`.
    types {json} not null,
    enabled {bool} not null,
    -- Sealed by the vault. The one before it signs too, until it has run out.
    secret {text} not null,
    secret_rotated_at {instant} not null,
    previous_secret {text},
    previous_until {instant},
    -- Failed tries since the last that succeeded, and when the first of them was.
    failures {bigint} not null,
    failing_since {instant},
    disabled_at {instant},
    disabled_because {text},
    -- How the last try ended, and when.
    last_at {instant},
    last_status {text},
    -- When the job in the queue that sends its deliveries is due: that job, and no other, sends.
    sends_at {instant},
    -- The same for the job that forgets old deliveries.
    forgets_at {instant},
    version {bigint} not null,
    created_at {instant} not null,
    created_by {uuid},
    updated_at {instant} not null
);
create index webhooks_org on webhooks (org_id, created_at);
{tenant webhooks}

-- What was, or is to be, sent to a webhook: one event each.
create table webhook_deliveries (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    webhook_id {uuid} not null,
    event_id {uuid} not null,
    type {text} not null,
    body {text} not null,
    status {text} not null,
    -- Tries since it was last wanted, and all of them.
    step {bigint} not null,
    attempts {bigint} not null,
    last_status {bigint},
    last_error {text},
    next_at {instant},
    created_at {instant} not null,
    delivered_at {instant}
);
create index webhook_deliveries_log on webhook_deliveries (org_id, webhook_id, created_at, id);
create index webhook_deliveries_status on webhook_deliveries (org_id, webhook_id, status, created_at, id);
create index webhook_deliveries_due on webhook_deliveries (org_id, webhook_id, next_at) where next_at is not null;
{tenant webhook_deliveries}

create table webhook_tries (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    delivery_id {uuid} not null,
    at {instant} not null,
    status {bigint},
    ms {bigint} not null,
    error {text},
    -- The beginning of it.
    answer {text}
);
create index webhook_tries_delivery on webhook_tries (org_id, delivery_id, at, id);
{tenant webhook_tries}

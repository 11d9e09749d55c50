-- The outbox and the log in one: written with the change, given its place in the feed once committed.
create table events (
    seq {serial},
    id {uuid} not null unique,
    org_id {uuid} not null,
    kind {text} not null,
    version {bigint} not null,
    occurred_at {instant} not null,
    actor_kind {text} not null,
    actor_id {uuid},
    subject_kind {text} not null,
    subject_ids {json} not null,
    data {json} not null,
    batch_id {uuid},
    cause_event_id {uuid},
    request_id {text} not null,
    position {bigint}
);
create index events_unplaced on events (seq) where position is null;
create index events_feed on events (org_id, position);
create index events_kind on events (kind, position);

-- The last position given out; its row lock makes the sequencer single.
create table event_head (id {bigint} not null primary key, position {bigint} not null);
insert into event_head (id, position) values (1, 0);

-- How far each handler has read.
create table event_handlers (name {text} not null primary key, position {bigint} not null);

-- What each handler has done: delivery is at least once, effect is exactly once.
create table event_inbox (
    handler {text} not null,
    event_id {uuid} not null,
    done_at {instant} not null,
    primary key (handler, event_id)
);

-- Events a handler gave up on, for a person to look at.
create table event_dead_letters (
    handler {text} not null,
    event_id {uuid} not null,
    org_id {uuid} not null,
    error {text} not null,
    failed_at {instant} not null,
    primary key (handler, event_id)
);

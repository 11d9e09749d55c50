-- The history of every record: who changed which fields, when, as part of what. Never updated, but for the values
-- of records that are deleted for good.
create table change_log (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    at {instant} not null,
    actor_kind {text} not null,
    actor_id {uuid},
    request_id {text} not null,
    batch_id {uuid},
    cause_event_id {uuid},
    subject_kind {text} not null,
    subject_id {uuid} not null,
    -- The record whose timeline shows the change: the subject, or what a note is about.
    record_id {uuid} not null,
    action {text} not null,
    before {json},
    after {json},
    version {bigint} not null
);
create index change_log_record on change_log (org_id, record_id, id);
create index change_log_batch on change_log (org_id, batch_id, id) where batch_id is not null;
create index change_log_feed on change_log (org_id, id);
{tenant change_log}

-- One row per request that came with an Idempotency-Key, written by the request's own transaction.
create table idempotency_keys (
    principal {uuid} not null,
    key {text} not null,
    fingerprint {bytes} not null,
    status {bigint},
    answer {bytes},
    created_at {instant} not null,
    primary key (principal, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

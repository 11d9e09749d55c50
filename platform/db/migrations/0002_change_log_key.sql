-- The history is read by organization, never by id alone: one index serves as the key and as the feed.
-- only sqlite
alter table change_log rename to change_log_before;
drop index change_log_record;
drop index change_log_batch;
drop index change_log_feed;
create table change_log (
    id blob not null,
    org_id blob not null,
    at text not null,
    actor_kind text not null,
    actor_id blob,
    request_id text not null,
    batch_id blob,
    cause_event_id blob,
    subject_kind text not null,
    subject_id blob not null,
    record_id blob not null,
    action text not null,
    before text,
    after text,
    version integer not null,
    primary key (org_id, id)
);
insert into change_log (id, org_id, at, actor_kind, actor_id, request_id, batch_id, cause_event_id, subject_kind,
    subject_id, record_id, action, before, after, version)
    select id, org_id, at, actor_kind, actor_id, request_id, batch_id, cause_event_id, subject_kind, subject_id,
        record_id, action, before, after, version
    from change_log_before order by id;
drop table change_log_before;
create index change_log_record on change_log (org_id, record_id, id);
create index change_log_batch on change_log (org_id, batch_id, id) where batch_id is not null;
-- end
-- only postgres
drop index change_log_feed;
alter table change_log drop constraint change_log_pkey;
alter table change_log add primary key (org_id, id);
-- end

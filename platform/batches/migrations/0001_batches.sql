-- Changes made together, which are followed and undone together: a bulk operation, an import, an undo. The table came
-- with contacts and companies; where it is already, nothing happens.
create table if not exists batches (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    kind {text} not null,
    action {text} not null,
    record_type {text} not null,
    status {text} not null,
    total {bigint} not null,
    done {bigint} not null,
    conflicts {bigint} not null,
    request {json} not null,
    -- How far the job has come: the last record of a bulk operation, the last change of an undo.
    reached {uuid},
    created_by {uuid},
    created_at {instant} not null,
    finished_at {instant}
);
create index if not exists batches_created on batches (org_id, created_at, id);
-- only postgres
drop policy if exists org_isolation on batches;
-- end
{tenant batches}

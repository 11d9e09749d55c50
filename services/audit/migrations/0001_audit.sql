-- The last line of each organization's chain; whoever writes the next one holds its row.
create table audit_chains (
    org_id {uuid} not null primary key,
    number {bigint} not null,
    -- The hash of that line; 32 zeros before the first.
    head {bytes} not null
);
{tenant audit_chains}

-- Never updated, never deleted.
create table audit_lines (
    org_id {uuid} not null,
    number {bigint} not null,
    event_id {uuid} not null,
    at {instant} not null,
    actor_kind {text} not null,
    actor_id {uuid},
-- only postgres
    -- Sorted by bytes, as SQLite does.
    action text collate "C" not null,
-- end
-- only sqlite
    action {text} not null,
-- end
    subject_kind {text} not null,
    -- The first of them, to be looked for.
    subject_id {uuid},
    subject_ids {json} not null,
    subject_count {bigint} not null,
    -- Entries of the change log: their ids and hashes.
    changes {json} not null,
    request_id {text} not null,
    ip {text},
    device {text},
    hash {bytes} not null,
    primary key (org_id, number)
);
create index audit_lines_at on audit_lines (org_id, at);
create index audit_lines_actor on audit_lines (org_id, actor_id, number);
create index audit_lines_action on audit_lines (org_id, action, number);
create index audit_lines_subject on audit_lines (org_id, subject_id, number);
{tenant audit_lines}

-- Imports of CSV files. The file itself and the file of refused rows lie beside the database, named by the id.
-- `rows` and what it is made of (created + updated + skipped + failed) are written with each chunk of rows, and so is
-- how far the file of refused rows reached: after a crash the import goes on behind the last whole chunk.
create table imports (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    record_type {text} not null,
    status {text} not null,
    file_name {text} not null,
    size_bytes {bigint} not null,
    format {json} not null,
    preview {json} not null,
    mapping {json},
    duplicate_policy {text},
    default_tags {json} not null,
    owner_id {uuid},
    bytes_done {bigint} not null,
    rows_done {bigint} not null,
    created {bigint} not null,
    updated {bigint} not null,
    skipped {bigint} not null,
    failed {bigint} not null,
    companies_created {bigint} not null,
    error_bytes {bigint} not null,
    error_code {text},
    -- The batch of its changes, and the one that takes them back.
    batch_id {uuid},
    undo_id {uuid},
    created_by {uuid},
    created_at {instant} not null,
    started_at {instant},
    finished_at {instant}
);
create index imports_created on imports (org_id, created_at, id);
{tenant imports}

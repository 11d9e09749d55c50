-- Fields that organizations make up for their contacts, companies and deals. The values stand in the records, in `custom`
-- under the key.
create table custom_fields (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    record_type {text} not null,
    key {text} not null,
    name {text} not null,
    kind {text} not null,
    options {json} not null,
    relation {text},
    currency {text},
    place {bigint} not null,
    archived {bool} not null,
    created_by {uuid},
    version {bigint} not null,
    created_at {instant} not null,
    updated_at {instant} not null
);
create unique index custom_fields_key on custom_fields (org_id, record_type, key);
{tenant custom_fields}
